// The vault port, in memory and in its file: what is sealed stays sealed, and every change from outside shows.
import { createPublicKey, verify } from "node:crypto";
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { PortError } from "../../ports/port.js";
import { copyVault, lockOf, memoryVault, openVault, type Sealed, sqliteVault, systemKeyring, tableWitness, type Unlock, type Vault, vaultPort, type VaultStorage } from "../../ports/vault/index.js";
import { ask, portContract, refusal } from "./contract.js";
import { openTables } from "./tables.js";

const SECRET = "sk-live-0123456789";
const API = "https://api.example.org";
const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).reverse().forEach((step) => step()));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ouro-vault-"));
  undo.push(() => rmSync(path, { recursive: true }));
  return path;
}

interface Opened {
  readonly vault: Vault;
  readonly storage: VaultStorage;
  readonly unlock: Unlock;
}

function opened(storage: VaultStorage, home = folder()): Opened {
  const unlock: Unlock = { kind: "file", path: join(home, "vault.key") };
  return { vault: openVault(storage, unlock), storage, unlock };
}

const implementations: Record<string, () => Opened> = {
  memory: () => opened(memoryVault()),
  sqlite: () => {
    const home = folder();
    return opened(sqliteVault(join(home, "vault.db")), home);
  },
};

function rows(storage: VaultStorage): Sealed[] {
  return storage.names().toSorted().flatMap((name) => storage.read(name) ?? []);
}

function row(set: readonly Sealed[], name: string): Sealed {
  return set.find((candidate) => candidate.name === name) as Sealed;
}

/** Puts the storage back to these rows exactly. */
function restore(storage: VaultStorage, wanted: readonly Sealed[]): void {
  storage.write(wanted, storage.names().filter((name) => !wanted.some((row) => row.name === name)));
}

describe.each(Object.entries(implementations))("vault in %s", (implementation, open) => {
  portContract(implementation, {
    open: () => {
      const { vault, storage } = open();
      vault.put("inbox-1", SECRET, []);
      return { port: vaultPort(vault), state: () => rows(storage) };
    },
    examples: [
      ["put!", { name: "api", secret: "secret:inbox-1", origins: [API, "baseband:slack"] }],
      ["put!", { name: "narrow", secret: "secret:api", origins: [API] }],
      ["names", {}],
      ["delete!", { name: "inbox-1" }],
      ["delete!", { name: "constructor" }],
      ["rotate!", {}],
    ],
    refused: [
      ["put!", { name: "api", secret: SECRET, origins: [] }],
      ["put!", { name: ".key", secret: "secret:inbox-1", origins: [] }],
      ["put!", { name: "api", secret: "secret:.signature", origins: [] }],
      ...["example.org", "https://a.org/path", "https://a.org/", "https://u@a.org", "https://A.org", "https://", "file:///etc"].map(
        (origin) => ["put!", { name: "api", secret: "secret:inbox-1", origins: [origin] }] as const),
    ],
  });

  test("a secret goes only to its origins, by an exact match", async () => {
    const { vault } = open();
    vault.put("api", SECRET, [API, "http://127.0.0.1:8080"]);
    vault.put("nowhere", SECRET, []);
    expect(vault.resolve("secret:api", API)).toBe(SECRET);
    expect(vault.resolve("secret:api", "http://127.0.0.1:8080")).toBe(SECRET);
    for (const [reference, origin, code] of [
      ["secret:api", "https://api.example.org.evil.net", "vault-origin-refused"],
      ["secret:api", "http://api.example.org", "vault-origin-refused"],
      ["secret:api", "", "vault-origin-refused"],
      ["secret:nowhere", API, "vault-origin-refused"],
      ["secret:constructor", API, "vault-no-secret"],
      ["secret:.signature", API, "vault-not-a-reference"],
      [SECRET, API, "vault-not-a-reference"],
    ] as const) await refusal(() => vault.resolve(reference, origin), code);
  });

  test("Lisp may narrow a secret's origins and never widen them", async () => {
    const { vault } = open();
    const port = vaultPort(vault);
    vault.put("inbox", SECRET, []);
    await ask(port, "put!", { name: "api", secret: "secret:inbox", origins: [API] });
    expect(vault.resolve("secret:api", API)).toBe(SECRET);
    await refusal(ask(port, "put!", { name: "mine", secret: "secret:api", origins: [API, "https://evil.net"] }), "vault-origin-refused");
    await refusal(ask(port, "put!", { name: "mine", secret: "secret:none", origins: [] }), "vault-no-secret");
    expect(vault.secrets().map(({ name, version }) => [name, version])).toEqual([["api", 2], ["inbox", 1]]);
  });

  test("native names, secrets and origins are checked, and the refusal does not show them", async () => {
    const { vault } = open();
    for (const [call, code] of [
      [() => vault.put(`${SECRET}/`, "x", []), "vault-invalid-name"],
      [() => vault.put(".key", "x", []), "vault-invalid-name"],
      [() => vault.delete(".key"), "vault-invalid-name"],
      [() => vault.put("api", "", []), "vault-invalid-secret"],
      [() => vault.put("api", SECRET.repeat(10_000), []), "vault-invalid-secret"],
      [() => vault.put("api", "x", [SECRET]), "vault-invalid-origin"],
    ] as const) expect(inspect(await refusal(call, code))).not.toContain(SECRET);
  });

  test("any byte changed in any record, its name, version or nonce is noticed", async () => {
    const { vault, storage, unlock } = open();
    vault.put("a", SECRET, [API]);
    vault.put("b", "other", [API]);
    const publicKey = vault.signature.publicKey;
    const whole = rows(storage);
    expect(whole.map((row) => row.name)).toEqual([".key", ".lock", ".manifest", ".signature", "a", "b"]);
    const part = fc.constantFrom("name" as const, "version" as const, "nonce" as const, "cipher" as const);
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), part, fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, field, at, flip) => {
      const victim = whole[index] as Sealed;
      if (field === "nonce" && victim.nonce.length === 0) return;
      restore(storage, [...whole.filter((row) => row !== victim), changed(victim, field, at, flip)]);
      const error = failureOf(() => openVault(storage, unlock).secrets());
      expect(["vault-tampered", "vault-wrong-key"], String(error)).toContain(error?.code);
      expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
    }), { seed: 20_263, numRuns: 200 });
    restore(storage, whole);
    const again = openVault(storage, unlock);
    expect(again.resolve("secret:a", API)).toBe(SECRET);
    expect(again.signature.publicKey).toEqual(publicKey);
  });

  test("swapped, rolled back, removed and added rows are noticed", async () => {
    const { vault, storage, unlock } = open();
    vault.put("a", "old", [API]);
    vault.put("b", "other", [API]);
    const before = rows(storage);
    vault.put("a", "new", [API]);
    const fourth = row(rows(storage), ".manifest");
    vault.delete("b");
    vault.put("c", "third", [API]);
    const after = rows(storage);
    const [a, c] = [row(after, "a"), row(after, "c")];
    for (const [what, replacement, removed] of [
      ["swapped", [{ ...a, name: "c" }, { ...c, name: "a" }], []],
      ["swapped with versions kept in place", [{ ...c, name: "a", version: a.version }, { ...a, name: "c", version: c.version }], []],
      ["another kind of record of the same version", [{ ...fourth, name: "c" }], []],
      ["rolled back", [row(before, "a")], []],
      ["old content under the new version", [{ ...row(before, "a"), version: a.version }], []],
      ["a deleted secret put back", [row(before, "b")], []],
      ["an old list of versions", [row(before, ".manifest")], []],
      ["removed", [], ["c"]],
      ["all secrets and the list removed", [], ["a", "c", ".manifest"]],
      ["the lock removed", [], [".lock"]],
    ] as const) {
      restore(storage, after);
      storage.write(replacement, removed);
      expect(failureOf(() => openVault(storage, unlock).secrets())?.code, what).toBe("vault-tampered");
    }
  });

  test("rotation seals every record anew, and a row from before it is refused", () => {
    const { vault, storage, unlock } = open();
    vault.put("a", SECRET, [API]);
    const { publicKey } = vault.signature;
    const before = rows(storage);
    vault.rotate();
    for (const row of rows(storage)) if (row.name !== ".lock") expect(before.map(({ cipher }) => Buffer.from(cipher))).not.toContainEqual(Buffer.from(row.cipher));
    const again = openVault(storage, unlock);
    expect([again.resolve("secret:a", API), again.signature.publicKey]).toEqual([SECRET, publicKey]);
    storage.write(before.filter((row) => row.name === "a"), []);
    expect(failureOf(() => again.resolve("secret:a", API))?.code).toBe("vault-tampered");
  });

  test("an intent run again does nothing, also after the process died", () => {
    const { vault, storage, unlock } = open();
    vault.put("a", "first", [API], "intent");
    vault.put("a", "second", [API]);
    const again = openVault(storage, unlock);
    expect(again.put("a", "first", [API], "intent")).toBe(1);
    expect(again.resolve("secret:a", API)).toBe("second");
  });

  test("signatures verify with the public key, and the key survives a restart", () => {
    const { vault, storage, unlock } = open();
    const message = Buffer.from("head");
    const signature = vault.signature.sign(message);
    const { publicKey } = openVault(storage, unlock).signature;
    const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") } });
    expect(verify(null, message, key, signature)).toBe(true);
    expect(verify(null, Buffer.from("heap"), key, signature)).toBe(false);
    expect(vault.secrets()).toEqual([]);
  });

  test("a signing key follows another: the next is kept until it is taken, and then the former is gone", async () => {
    const { vault, storage, unlock } = open();
    const former = vault.signature.publicKey;
    const next = vault.signature.rotation?.next() as Uint8Array;
    expect(openVault(storage, unlock).signature.rotation?.next()).toEqual(next);
    expect([vault.signature.publicKey, vault.secrets()]).toEqual([former, []]);
    await refusal(() => vault.signature.rotation?.take(new Uint8Array(32)), "vault-no-signing-key");
    vault.signature.rotation?.take(next);
    vault.signature.rotation?.take(next);
    const again = openVault(storage, unlock);
    expect([vault.signature.publicKey, again.signature.publicKey]).toEqual([next, next]);
    const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(next).toString("base64url") } });
    expect(verify(null, Buffer.from("head"), key, vault.signature.sign(Buffer.from("head")))).toBe(true);
    expect(again.signature.rotation?.next()).not.toEqual(next);
    await refusal(() => vault.signature.rotation?.take(former), "vault-no-signing-key");
  });

  test("neither rows nor anything printed holds a secret", async () => {
    const { vault, storage } = open();
    const port = vaultPort(vault);
    vault.put("a", SECRET, [API]);
    const errors = [
      await refusal(ask(port, "put!", { name: "b", secret: SECRET, origins: [] }), "vault-invalid-parameters"),
      await refusal(ask(port, "put!", { name: SECRET.repeat(9), secret: "secret:a", origins: [] }), "vault-invalid-parameters"),
      await refusal(() => vault.resolve("secret:a", "https://evil.net"), "vault-origin-refused"),
      await refusal(() => vault.resolve(SECRET, API), "vault-not-a-reference"),
    ];
    const deep = { depth: Infinity, showHidden: true } as const;
    const shown = [vault, port, vault.signature, ...errors].flatMap((thing) => [inspect(thing, deep), String(thing), JSON.stringify(thing)]);
    const stored = rows(storage).map((row) => Buffer.from(row.cipher).toString("latin1"));
    for (const text of [...shown, ...stored, JSON.stringify(await ask(port, "names"))]) expect(text).not.toContain(SECRET);
  });

  test("a passphrase locks the vault, and a wrong one or a key file does not open it", async () => {
    const { storage, unlock } = open();
    openVault(storage, { kind: "passphrase", passphrase: "correct horse" }).put("a", SECRET, [API]);
    expect(openVault(storage, { kind: "passphrase", passphrase: "correct horse" }).resolve("secret:a", API)).toBe(SECRET);
    for (const wrong of [{ kind: "passphrase", passphrase: "battery" }, { kind: "passphrase", passphrase: "" }, unlock] as const) {
      expect(inspect(await refusal(() => openVault(storage, wrong).unlock(), "vault-wrong-key"))).not.toContain("battery");
    }
    expect(failureOf(() => statSync((unlock as { path: string }).path))).toBeDefined();
  });
});

describe("the key file", () => {
  const at = (): { path: string; storage: VaultStorage; open: () => void } => {
    const path = join(folder(), "vault.key");
    const storage = memoryVault();
    return { path, storage, open: () => openVault(storage, { kind: "file", path }).unlock() };
  };

  test("it is made at first use, for its owner alone, and leaves no draft", () => {
    const { path, open } = at();
    open();
    expect([statSync(path).mode & 0o777, statSync(path).size, readdirSync(join(path, ".."))]).toEqual([0o600, 32, ["vault.key"]]);
    const key = readFileSync(path);
    open();
    expect(readFileSync(path)).toEqual(key);
  });

  test("one that others may read, that is no file, of another length, gone, or of another vault is refused", async () => {
    for (const [spoil, code] of [
      [(path: string) => chmodSync(path, 0o640), "vault-key-exposed"],
      [(path: string) => chmodSync(path, 0o604), "vault-key-exposed"],
      [(path: string) => { writeFileSync(`${path}.2`, readFileSync(path), { mode: 0o600 }); rmSync(path); symlinkSync(`${path}.2`, path); }, "vault-key-exposed"],
      [(path: string) => writeFileSync(path, "short"), "vault-key-damaged"],
      [(path: string) => rmSync(path), "vault-key-missing"],
      [(path: string) => writeFileSync(path, Buffer.alloc(32, 1)), "vault-wrong-key"],
    ] as const) {
      const { path, open } = at();
      open();
      spoil(path);
      await refusal(open, code);
    }
  });
});

describe("the vault's file", () => {
  test("it is its owner's alone, survives a restart, and holds no secret in the open", () => {
    const { path, unlock } = file();
    const first = sqliteVault(path);
    openVault(first, unlock).put("api", SECRET, [API]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path).toString("latin1")).not.toContain(SECRET);
    first.close();
    const second = openVault(sqliteVault(path), unlock);
    expect(second.resolve("secret:api", API)).toBe(SECRET);
    second.close();
  });

  test("a file that is no database is refused", async () => {
    const { path } = file();
    writeFileSync(path, "nonsense ".repeat(1_000));
    await refusal(() => sqliteVault(path), "vault-damaged");
  });

  test("a copy is whole, as it was between two writes, also where a process died in the midst of one", () => {
    const { path, unlock } = file();
    const vault = openVault(sqliteVault(path), unlock);
    for (let index = 0; index < 20; index++) vault.put(`name${index}`, SECRET.repeat(200), [API]);
    const writer = new Database(path);
    writer.pragma("cache_size = 1");
    writer.exec("BEGIN IMMEDIATE; UPDATE vault_records SET cipher = zeroblob(length(cipher)), version = version + 1");
    const [dead, target] = [join(folder(), "vault.db"), join(folder(), "copy.db")];
    for (const end of ["", "-journal"]) copyFileSync(`${path}${end}`, `${dead}${end}`);
    writer.exec("ROLLBACK");
    writer.close();
    expect(readFileSync(dead).equals(readFileSync(path)), "some of what was not committed lies in the file").toBe(false);
    copyVault(dead, target);
    expect(openVault(sqliteVault(target), unlock).secrets()).toEqual(vault.secrets());
    expect(openVault(sqliteVault(target), unlock).resolve("secret:name7", API)).toBe(SECRET.repeat(200));
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  function file(): { path: string; unlock: Unlock } {
    const home = folder();
    return { path: join(home, "vault.db"), unlock: { kind: "file", path: join(home, "vault.key") } };
  }
});

describe("the lock", () => {
  const PHRASE = "correct horse battery";

  test("any kind follows any other: every record is sealed anew, and what opened the vault before does not any more", async () => {
    const home = folder();
    const keys = fakeKeyring(home);
    const file: Unlock = { kind: "file", path: join(home, "vault.key") };
    const storage = sqliteVault(join(home, "vault.db"));
    const vault = openVault(storage, file);
    vault.put("a", SECRET, [API]);
    const { publicKey } = vault.signature;
    let former: Unlock = file;
    for (const next of [file, { kind: "passphrase", passphrase: PHRASE }, { kind: "keyring", keyring: systemKeyring("linux") }, { kind: "keyring", keyring: systemKeyring("darwin") }, file] as const) {
      const [before, formerKey] = [rows(storage), former.kind === "file" ? readFileSync(former.path) : undefined];
      expect(vault.relock(next)).toBe(2);
      expect([lockOf(storage), vault.status().lock]).toEqual([next.kind, next.kind]);
      for (const row of rows(storage)) expect(before.map(({ cipher }) => Buffer.from(cipher))).not.toContainEqual(Buffer.from(row.cipher));
      const again = openVault(storage, next);
      expect([again.resolve("secret:a", API), again.signature.publicKey]).toEqual([SECRET, publicKey]);
      expect(readdirSync(home).includes("vault.key"), "a key file is there only where it locks").toBe(next.kind === "file");
      expect(keys(), "the keyring holds at most the one key").toBe(next.kind === "keyring" ? 1 : 0);
      if (former.kind !== next.kind) await refusal(() => openVault(storage, former).unlock(), "vault-wrong-key");
      if (next.kind === "file") expect([readFileSync(next.path).length, readFileSync(next.path).equals(formerKey ?? Buffer.alloc(0))]).toEqual([32, false]);
      former = next;
    }
  });

  test("a crash at any point of a change of keys leaves a vault that opens, and one key", () => {
    for (const crash of ["before", "after"] as const) {
      const home = folder();
      const storage = memoryVault();
      const unlock: Unlock = { kind: "file", path: join(home, "vault.key") };
      openVault(storage, unlock).put("a", SECRET, [API]);
      const dying = openVault({ ...storage, write: (written, removed) => { if (crash === "after") storage.write(written, removed); throw new Error("crash"); } }, unlock);
      expect(() => dying.relock()).toThrow("crash");
      expect(readFileSync(unlock.path)).toHaveLength(64);
      const again = openVault(storage, unlock);
      expect(again.resolve("secret:a", API), crash).toBe(SECRET);
      expect(readFileSync(unlock.path)).toHaveLength(32);
      again.relock();
      expect(openVault(storage, unlock).resolve("secret:a", API)).toBe(SECRET);
    }
  });

  test("a short passphrase, a keyring that is not there and one that lost the key are refused, and the vault stays as it was", async () => {
    const { vault, storage, unlock } = opened(memoryVault());
    vault.put("a", SECRET, [API]);
    const home = folder();
    withPath(home);
    await refusal(() => vault.relock({ kind: "passphrase", passphrase: "horse" }), "vault-weak-passphrase");
    const missing = await refusal(() => vault.relock({ kind: "keyring", keyring: systemKeyring("linux") }), "vault-no-keyring");
    expect(missing.options.hint).toContain("libsecret-tools");
    expect(openVault(storage, unlock).resolve("secret:a", API)).toBe(SECRET);
    fakeKeyring(home);
    vault.relock({ kind: "keyring", keyring: systemKeyring("linux") });
    for (const name of readdirSync(home)) if (name.startsWith("key-")) rmSync(join(home, name));
    await refusal(() => openVault(storage, { kind: "keyring", keyring: systemKeyring("linux") }).unlock(), "vault-key-missing");
  });

  test("no keyring's command shows the key on its command line, or gets our environment", () => {
    const home = folder();
    fakeKeyring(home);
    process.env["OURO_TEST_TOKEN"] = SECRET;
    undo.push(() => delete process.env["OURO_TEST_TOKEN"]);
    for (const platform of ["linux", "darwin"] as const) systemKeyring(platform).write("account", Buffer.alloc(32, 0xab));
    const seen = readFileSync(join(home, "calls"), "utf8");
    expect(seen).toContain("secret-tool store");
    expect(seen).toContain("security -i");
    expect(seen).not.toContain("abab");
    expect(seen).not.toContain(SECRET);
  });
});

/** Stand-ins for secret-tool and security in a folder of their own, first on the path; answers how many keys they hold. */
function fakeKeyring(home: string): () => number {
  const [store, find, clear] = [`cat > "$folder/key-$1"`, `cat "$folder/key-$1" 2> /dev/null`, `rm -f "$folder/key-$1"`];
  const script = (name: string, body: string) => writeFileSync(join(home, name), `#!/bin/sh\nfolder='${home}'\necho "${name} $*" >> "$folder/calls"; env >> "$folder/calls"\n${body}\n`, { mode: 0o700 });
  script("secret-tool", `action=$1; for account in "$@"; do :; done; set -- "$account"\ncase $action in store) ${store} ;; lookup) ${find} ;; clear) ${clear} ;; esac`);
  script("security", `case $1 in\n-i) read -r _ _ _ _ _ account _ key; set -- "$account"; printf %s "$key" | ${store} ;;\nfind-generic-password) set -- "$5"; ${find} ;;\ndelete-generic-password) set -- "$5"; ${clear} ;;\nesac`);
  withPath(`${home}:/usr/bin:/bin`);
  return () => readdirSync(home).filter((name) => name.startsWith("key-")).length;
}

function withPath(path: string): void {
  const before = process.env["PATH"];
  process.env["PATH"] = path;
  undo.push(() => (process.env["PATH"] = before));
}

describe("the witness", () => {
  test("an old copy of the whole vault put back is noticed, also after further changes of it, until a person accepts it", async () => {
    const { vault, storage, unlock } = opened(memoryVault());
    const tables = openTables();
    undo.push(tables.close);
    const witness = tableWitness(tables);
    vault.watch(witness);
    vault.put("a", "old", [API]);
    const old = rows(storage);
    vault.put("a", "new", [API]);
    openVault(storage, unlock).watch(witness);
    restore(storage, old);
    await refusal(() => openVault(storage, unlock).watch(witness), "vault-rolled-back");
    openVault(storage, unlock).put("b", "other", [API]);
    await refusal(() => openVault(storage, unlock).watch(witness), "vault-rolled-back");
    openVault(storage, unlock).watch(witness, true);
    openVault(storage, unlock).watch(witness);
    expect(openVault(storage, unlock).status()).toMatchObject({ lock: "file", secrets: 2, isWatched: false });
  });

  test("a change whose remembering fell to a crash, new keys, and another vault are none", () => {
    const { vault, storage, unlock } = opened(memoryVault());
    const tables = openTables();
    undo.push(tables.close);
    vault.watch(tableWitness(tables));
    openVault(storage, unlock).put("a", SECRET, [API]);
    const again = openVault(storage, unlock);
    again.watch(tableWitness(tables));
    again.relock();
    again.rotate();
    openVault(storage, unlock).watch(tableWitness(tables));
    opened(memoryVault()).vault.watch(tableWitness(tables));
  });
});

function changed(row: Sealed, field: "name" | "version" | "nonce" | "cipher", at: number, flip: number): Sealed {
  if (field === "name") return { ...row, name: `${row.name}${flip}` };
  if (field === "version") return { ...row, version: row.version + flip };
  const bytes = Uint8Array.from(row[field]);
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
  return { ...row, [field]: bytes };
}

function failureOf(work: () => unknown): PortError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as PortError;
  }
}
