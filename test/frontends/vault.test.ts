// The vault as a person has it: its key changed in every way, its old copies refused, and nothing typed that shows.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Host, OpenOptions } from "../../frontends/frontend.js";
import { openHost } from "../../frontends/host.js";
import { type PassphraseSource, takePassphrase } from "../../frontends/host-passphrase.js";
import { ensureBuilt, freshHome, ouro } from "./command.js";
import { serve } from "./control/served.js";
import { Terminal } from "./terminal.js";
import { tinyPackage } from "./tiny-genome.js";

const SECRET = "sk-live-hunter2";
const PHRASE = "correct horse battery";
const own = tinyPackage();
beforeAll(ensureBuilt);

/** Opens the home, works, and closes it, as one call of a verb does. */
async function inHome<Result>(home: string, work: (vault: Host["vault"], host: Host) => Promise<Result>, options: OpenOptions & { passphrase?: PassphraseSource } = {}): Promise<Result> {
  const host = await openHost(home, own, options);
  try {
    return await work(host.vault, host);
  } finally {
    await host.close();
  }
}

const words = (environment: NodeJS.ProcessEnv): PassphraseSource => takePassphrase(environment, process.stderr);

test("the lock and the signing key are changed, the journal still verifies, and notes it without the secret", async () => {
  const home = freshHome();
  await inHome(home, async (vault, host) => {
    await vault.put("api", SECRET, ["https://api.example.org"]);
    expect(await vault.status()).toEqual({ lock: "file", secrets: 1, generation: 3, isWatched: true });
    await vault.relock();
    expect(await vault.rotateSigningKey()).toMatch(/^[0-9a-f]{64}$/);
    expect(host.journal.verify()).toMatchObject({ ok: true });
    await vault.relock({ kind: "passphrase", passphrase: PHRASE });
  });
  const environment = { OURO_PASSPHRASE: PHRASE, PATH: "/bin" };
  const passphrase = words(environment);
  expect(environment, "nothing finds it there later").toEqual({ PATH: "/bin" });
  await inHome(home, async (vault, host) => {
    expect(await vault.names()).toEqual(["api (https://api.example.org)"]);
    expect(host.journal.verify()).toMatchObject({ ok: true });
    const shown = JSON.stringify([host.journal.show({ last: 100 }), await vault.status(), await host.status(), await host.doctor()]);
    expect(shown).toContain('{:vault :put :name \\"api\\"}');
    for (const hidden of [SECRET, PHRASE]) expect(shown).not.toContain(hidden);
  }, { passphrase });
});

test("a passphrase comes from a file descriptor; a wrong, a missing and an unreadable one are refused with what to do", async () => {
  const home = freshHome();
  await inHome(home, async (vault) => vault.relock({ kind: "passphrase", passphrase: PHRASE }));
  const file = join(dirname(home), "phrase");
  writeFileSync(file, `${PHRASE}\n`);
  const names = await inHome(home, (vault) => vault.names(), { passphrase: words({ OURO_PASSPHRASE_FD: String(openSync(file, "r")) }) });
  expect(names).toEqual([]);
  for (const [environment, code] of [
    [{ OURO_PASSPHRASE: "battery horse correct" }, "vault-wrong-key"],
    [{ OURO_PASSPHRASE_FD: "9999" }, "no-passphrase"],
    [{ OURO_PASSPHRASE_FD: "three" }, "no-passphrase"],
  ] as const) await expect(openHost(home, own, { passphrase: words({ ...environment }) })).rejects.toMatchObject({ code });
});

test("a key file that a process left which died before it forgot it goes when the home opens, and one that locks the vault stays", async () => {
  const home = freshHome();
  await inHome(home, async (vault) => vault.put("api", SECRET, ["https://api.example.org"]));
  const keyFile = join(home, "vault.key");
  const key = readFileSync(keyFile);
  await inHome(home, async (vault) => vault.relock({ kind: "passphrase", passphrase: PHRASE }));
  for (const name of [keyFile, `${keyFile}.new`]) writeFileSync(name, key, { mode: 0o600 });
  await inHome(home, async (vault) => {
    expect(readdirSync(home).filter((name) => name.startsWith("vault."))).toEqual(["vault.db"]);
    expect(await vault.names()).toHaveLength(1);
    await vault.relock({ kind: "file" });
  }, { passphrase: words({ OURO_PASSPHRASE: PHRASE }) });
  expect(await inHome(home, (vault) => vault.names())).toHaveLength(1);
  expect(existsSync(keyFile)).toBe(true);
});

test("an old copy of the vault put back is refused until it is accepted", async () => {
  const home = freshHome();
  const vaultFiles = ["vault.db", "vault.key"];
  const copy = (from: string, to: string) => vaultFiles.forEach((name) => copyFileSync(join(from, name), join(to, name)));
  const backup = mkdtempSync(join(tmpdir(), "ouro-backup-"));
  await inHome(home, (vault) => vault.put("api", SECRET, ["https://api.example.org"]));
  copy(home, backup);
  await inHome(home, (vault) => vault.delete("api"));
  copy(backup, home);
  await expect(openHost(home, own)).rejects.toMatchObject({ code: "vault-rolled-back", options: { hint: expect.stringContaining("ouro vault accept") as string } });
  expect(await inHome(home, (vault) => vault.names(), { acceptVault: true })).toHaveLength(1);
  expect(await inHome(home, (vault) => vault.names())).toHaveLength(1);
});

test("secrets go into a home that another process has open, through its socket", async () => {
  const served = await serve();
  try {
    const put = await ouro(["vault", "put", "api", "--origin", "https://api.example.org"], { home: served.home, input: `${SECRET}\n` });
    expect(put).toEqual({ status: 0, output: "api is kept; refer to it as secret:api\n", errors: "" });
    expect(await served.host.vault.names()).toEqual(["api (https://api.example.org)"]);
    expect(JSON.stringify([served.logged, served.host.journal.show({ last: 10 })])).not.toContain(SECRET);
  } finally {
    await served.close();
  }
});

test("in a terminal neither passphrase nor secret is shown, and a person may mistype", async () => {
  const home = freshHome();
  mkdirSync(dirname(home), { recursive: true });
  const screens: string[] = [];
  const talk = async (verb: string, answers: readonly (readonly [RegExp, string])[], last: RegExp) => {
    const terminal = new Terminal(home, verb);
    try {
      for (const [prompt, answer] of answers) {
        await terminal.shows(prompt);
        terminal.type(answer);
      }
      await terminal.shows(last);
      screens.push(terminal.screen());
    } finally {
      terminal.close();
    }
  };
  await talk("vault passphrase", [[/The new passphrase:$/, PHRASE], [/Once more:$/, PHRASE]], /locked with the passphrase[^]*left with 0\nicanon$/);
  await talk("vault put api --origin https://api.example.org", [[/The secret:$/, SECRET], [/Passphrase of the vault:$/, "mistyped"], [/Passphrase of the vault:\n+Passphrase of the vault:$/, PHRASE]], /api is kept[^]*left with 0\nicanon$/);
  for (const screen of screens) for (const hidden of [PHRASE, SECRET, "mistyped"]) expect(screen).not.toContain(hidden);
  expect(await ouro(["vault", "status"], { home, environment: { OURO_PASSPHRASE: PHRASE } })).toMatchObject({ status: 0, output: expect.stringMatching(/^1 secrets, locked with a passphrase/) as string });
  expect(readFileSync(join(home, "vault.db")).includes(SECRET)).toBe(false);
}, 120_000);
