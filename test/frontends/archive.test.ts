// The journal's verbs as a person runs them: on a home that need not open, and on another machine's time zone and language.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { freshHome, ouro } from "./command.js";

const home = freshHome();
/** Each starts the command a dozen times. */
const LONGEST_MS = 300_000;
const elsewhere = { TZ: "Pacific/Chatham", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };

async function ran(words: readonly string[], options: Parameters<typeof ouro>[1] = {}): Promise<string> {
  const { status, output, errors } = await ouro(words, { home, ...options });
  expect({ words, status, errors }).toEqual({ words, status: 0, errors: "" });
  return output;
}

beforeAll(async () => {
  const { status } = await ouro(["repl"], { home, input: "hello\n(define x 5)\nhow are you?\n(vault/names)\n" });
  expect(status).toBe(0);
}, LONGEST_MS);

describe("on a home that nobody has open", () => {
  test("the journal is shown, verified, printed and replayed", async () => {
    expect((await ran(["log", "show", "--last", "3"])).trimEnd().split("\n")).toHaveLength(3);
    expect(await ran(["log", "verify"])).toMatch(/^ok: \d+ entries\n$/);
    const [printed, records] = [await ran(["log", "export"]), await ran(["log", "export", "--json"])];
    const { entries } = JSON.parse(await ran(["log", "verify", "--json"])) as { entries: number };
    expect(printed.match(/^\(entry /gm)).toHaveLength(entries);
    expect(records.trimEnd().split("\n").map((line) => (JSON.parse(line) as { sequence: number }).sequence)).toEqual(Array.from({ length: entries }, (_, index) => index + 1));
    expect(await ran(["replay"])).toMatch(/^ok: [1-9]\d* commits, \d+ effects, hash [0-9a-f]{64}\n$/);
  }, LONGEST_MS);

  test("it goes to another machine with its vault, and replays there to the same hash", async () => {
    const [file, second] = [join(freshHome(), "..", "home.ouro"), freshHome()];
    await ran(["vault", "put", "key", "--origin", "https://api.example.org"], { input: "a secret of this home" });
    expect(await ran(["export", file, "--vault"], { input: "correct horse" })).toMatch(/with its vault/);
    const there = { home: second, environment: { ...elsewhere, OURO_PASSPHRASE: "correct horse" } };
    expect(await ran(["import", file], there)).toMatch(/entries that verify, and the vault/);
    expect(await ran(["log", "verify"], there)).toBe(await ran(["log", "verify"]));
    expect(await ran(["replay"], there)).toBe(await ran(["replay"]));
    expect(await ran(["vault", "names"], there)).toMatch(/key/);
    expect(await ran(["log", "verify"], there)).toMatch(/^ok/);
    expect(existsSync(join(home, "vault.key"))).toBe(true);
  }, LONGEST_MS);

  test("it goes without its vault, and is forked, and each goes its own way", async () => {
    const [file, second, third] = [join(freshHome(), "..", "home.ouro"), freshHome(), freshHome()];
    expect(await ran(["export", file])).toMatch(/without its vault/);
    expect((await ouro(["export", file], { home })).errors).toMatch(/file-taken/);
    expect(await ran(["import", file], { home: second, environment: elsewhere })).toMatch(/a new vault without secrets/);
    expect(await ran(["log", "verify"], { home: second })).toMatch(/^ok/);
    const last = Number(/^\d+/.exec(await ran(["log", "show", "--last", "1"]))?.[0]);
    expect(await ran(["fork", String(last), third])).toMatch(/begins after entry/);
    for (const other of [second, third]) {
      // As many messages as the first home had: none is taken for one of those.
      const { status, output } = await ouro(["repl"], { home: other, input: "what is 6 * 7\nwhat is 5 * 7\n", environment: elsewhere });
      expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/42[^]*35/) as string });
      expect(await ran(["log", "verify"], { home: other })).toMatch(/^ok/);
      expect(await ran(["replay"], { home: other, environment: elsewhere })).toMatch(/^ok/);
    }
    expect((await ouro(["fork", "0", freshHome()], { home })).errors).toMatch(/no-entry/);
    expect((await ouro(["fork", "x", freshHome()], { home })).status).toBe(2);
    expect((await ouro(["export", "/nowhere/at/all"], { home })).errors).toMatch(/^ouro: .*\/nowhere.* \[\S+\]\n {2}\S/);
    expect((await ouro(["replay"], { home: freshHome() })).errors).toMatch(/no-world/);
  }, LONGEST_MS);

  test("it is pruned, and still verifies and replays", async () => {
    expect(await ran(["log", "snapshot"])).toMatch(/^the snapshot is entry \d+\n$/);
    expect(await ran(["log", "prune"])).toMatch(/begins with the snapshot in entry \d+; [1-9]\d* entries/);
    expect(await ran(["log", "verify"])).toMatch(/^ok: entries \d+ to \d+, from the snapshot in entry \d+ on\n$/);
    expect(await ran(["replay"])).toMatch(/^ok/);
  }, LONGEST_MS);
});
