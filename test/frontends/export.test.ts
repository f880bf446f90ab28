// A home that goes to another machine while it is open: its channels go along, and vault and database fit together whatever happens meanwhile.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openHost, type OpenHost } from "../../frontends/host.js";
import { openArchive } from "../../frontends/host-archive.js";
import type { PassphraseSource } from "../../frontends/host-passphrase.js";
import { readChannels, writeChannels } from "../../frontends/host-settings.js";
import { tinyPackage } from "./tiny-genome.js";

const own = tinyPackage();
const PHRASE = "correct horse battery";
const open = new Set<OpenHost>();
afterEach(async () => {
  for (const host of open) await host.close();
  open.clear();
});

const freshFolder = (): string => mkdtempSync(join(tmpdir(), "ouro-export-"));
const source = (read: () => Promise<string> = async () => PHRASE): PassphraseSource => ({ isTerminal: false, read });

async function opened(home: string): Promise<OpenHost> {
  const host = await openHost(home, own, { passphrase: source() });
  open.add(host);
  return host;
}

/** Exports a home with its vault, and opens what is imported from it. */
async function moved(home: string, passphrase = source()): Promise<OpenHost> {
  const [file, target] = [join(freshFolder(), "home.ouro"), join(freshFolder(), "second")];
  await openArchive(home, passphrase).export(file, PHRASE);
  await openArchive(target, source()).import(file);
  return opened(target);
}

describe("channels and media policy", () => {
  const CHANNELS = {
    channels: { mqtt: { settings: { url: "mqtts://broker.example.org" }, secrets: { password: "secret:mqtt.password" } } },
    media: { "most-bytes": 5, "most-files": 1, types: ["text/*"] },
  };

  test.each([["with", PHRASE], ["without", undefined]])("go along %s the vault", async (_title, phrase) => {
    const home = join(freshFolder(), "home");
    const host = await opened(home);
    await host.vault.put("mqtt.password", "a password", ["baseband:mqtt"]);
    writeChannels(home, CHANNELS);
    const [file, target] = [join(freshFolder(), "home.ouro"), join(freshFolder(), "second")];
    await openArchive(home, source()).export(file, phrase);
    await openArchive(target, source()).import(file);
    expect(readChannels(target)).toEqual(CHANNELS);
    for (const name of ["channels.json", "world.db"]) expect(statSync(join(target, name)).mode & 0o777).toBe(0o600);
    const second = await opened(target);
    expect((await second.desk.channels()).channels).toMatchObject([{ platform: "mqtt", state: "off" }]);
    expect(await second.vault.names()).toHaveLength(phrase === undefined ? 0 : 1);
  });
});

describe("while the home is open, and its vault changes as it is copied", () => {
  async function movedWhile(change: (host: OpenHost, times: number) => Promise<unknown>): Promise<{ host: OpenHost; second: OpenHost }> {
    const home = join(freshFolder(), "home");
    const host = await opened(home);
    await host.vault.put("api", "a secret", ["https://api.example.org"]);
    await host.vault.relock({ kind: "passphrase", passphrase: PHRASE });
    let reads = 0;
    // It is read for the vault, and then for its copy, before the database is copied.
    const second = await moved(home, source(async () => {
      reads += 1;
      if (reads % 2 === 0) await change(host, reads / 2);
      return PHRASE;
    }));
    return { host, second };
  }

  test("a secret that is put and a new signing key go along, and the home opens and verifies", async () => {
    const { host, second } = await movedWhile(async ({ vault }, times) => {
      if (times > 1) return;
      await vault.put("other", "another secret", ["https://api.example.org"]);
      await vault.rotateSigningKey();
    });
    expect(await second.vault.names()).toEqual(await host.vault.names());
    expect(second.journal.verify()).toMatchObject({ ok: true });
    expect(await second.send("hello")).toBeTypeOf("string");
  });

  test("one that never stands still is not exported", async () => {
    const changing = movedWhile((host, times) => host.vault.put(`name${times}`, "another secret", ["https://api.example.org"]));
    await expect(changing).rejects.toMatchObject({ code: "vault-changing" });
  });
});

describe("the database is for its owner alone", () => {
  const modes = (home: string): string[] => readdirSync(home).filter((name) => name.startsWith("world.db")).map((name) => `${name} ${(statSync(join(home, name)).mode & 0o777).toString(8)}`);
  const PRIVATE = ["world.db 600", "world.db-shm 600", "world.db-wal 600"];

  test("in a folder that others may read, whatever the umask, and where it was not so yet", async () => {
    const home = join(freshFolder(), "home");
    mkdirSync(home, { mode: 0o755 });
    chmodSync(home, 0o755);
    const before = process.umask(0o000);
    try {
      const host = await opened(home);
      expect(modes(home)).toEqual(PRIVATE);
      await host.close();
      open.delete(host);
      for (const name of readdirSync(home).filter((each) => each.startsWith("world.db"))) chmodSync(join(home, name), 0o644);
      await opened(home);
      expect(modes(home)).toEqual(PRIVATE);
    } finally {
      process.umask(before);
    }
  });
});
