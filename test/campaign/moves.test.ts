// Kills forks, imports, snapshots, prunings and changes of the signing key after any of their writes: a new home is there whole or not at all, an old one goes on.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openArchive } from "../../frontends/host-archive.js";
import { MAIN, ouro } from "../frontends/command.js";
import { Random } from "./random.js";

/** How often each command is killed: once in the usual run, `npm run test:moves` for the whole campaign. */
const KILLS = Number(process.env["OURO_MOVES"] ?? 1);
const SEED = Number(process.env["OURO_MOVES_SEED"] ?? 1);

/** What a few commands take on a machine that has much else to do. */
const LONGEST_MS = 300_000;

const folder = mkdtempSync(join(tmpdir(), "ouro-moves-"));
const [home, file] = [join(folder, "home"), join(folder, "home.ouro")];
const strike = join(mkdtempSync(join(process.cwd(), "node_modules", ".moves-")), "strike.mjs");
let last = "";

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, "moves", "strike.ts")], outfile: strike, bundle: true, format: "esm", platform: "node", target: "node20",
    external: ["better-sqlite3"], logLevel: "error",
  });
  expect((await ouro(["repl"], { home, input: "hello\nwhat is 6 * 7\n" })).status).toBe(0);
  expect((await ouro(["export", file], { home })).status).toBe(0);
  last = /^\d+/.exec((await ouro(["log", "show", "--last", "1"], { home })).output)?.[0] ?? "";
}, LONGEST_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(dirname(strike), { recursive: true, force: true });
});

interface Ended {
  readonly isKilled: boolean;
  readonly status: number | null;
  /** Writes that it came to. */
  readonly writes: number;
  readonly errors: string;
}

/** Runs the command to its end, or to so many writes. */
async function ran(words: readonly string[], writes = 0): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", strike, MAIN, ...words], {
    env: { PATH: process.env["PATH"], HOME: folder, OURO_STRIKE: String(writes), OURO_STRIKE_FOLDER: folder }, stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (errors += text));
  const [status, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once("close", (...ended) => resolve(ended)));
  return { isKilled: signal === "SIGKILL", status, writes: Number(/^writes (\d+)$/m.exec(errors)?.[1] ?? 0), errors };
}

/** Verifies and replays what is there. */
async function mustBeWhole(place: string): Promise<void> {
  const archive = openArchive(place);
  expect(await archive.verify()).toMatchObject({ ok: true });
  expect(await archive.replay()).toMatchObject({ ok: true });
}

const MOVES = [
  { name: "a fork", words: (place: string) => ["--home", home, "fork", last, place], isNew: true },
  { name: "an import", words: (place: string) => ["--home", place, "import", file], isNew: true },
  { name: "a snapshot", words: (place: string) => ["--home", place, "log", "snapshot"], isNew: false },
  { name: "a pruning", words: (place: string) => ["--home", place, "log", "prune"], isNew: false },
  { name: "a change of the signing key", words: (place: string) => ["--home", place, "vault", "rotate", "--signing"], isNew: false },
];

test.each(KILLS === 1 ? MOVES.slice(0, 2) : MOVES)(
  `${KILLS} kills (seed ${SEED}) of $name leave all of it or nothing`, async ({ name, words, isNew }) => {
    const random = new Random(SEED);
    const place = join(folder, "place");
    const points = new Set<string>();
    let whole = 0;
    const begin = (): void => {
      rmSync(place, { recursive: true, force: true });
      if (!isNew) cpSync(home, place, { recursive: true });
    };
    begin();
    const { status, writes, errors } = await ran(words(place));
    expect({ status, errors }).toEqual({ status: 0, errors: `writes ${writes}\n` });
    expect(writes).toBeGreaterThan(10);
    for (let kill = 0; kill < KILLS; kill++) {
      begin();
      // Every other time after one of the last writes: there it is put in place.
      const struck = await ran(words(place), kill % 2 === 1 ? Math.max(1, writes - (kill >> 1)) : 1 + random.below(writes));
      const point = /^struck at (.*)$/m.exec(struck.errors)?.[1] ?? "no write";
      points.add(point);
      if (existsSync(place)) {
        await mustBeWhole(place);
        whole += 1;
      }
      // What the dead process left is in nobody's way, and goes.
      if (isNew) rmSync(place, { recursive: true, force: true });
      expect((await ran(words(place))).status, point).toBe(0);
      await mustBeWhole(place);
      expect(readdirSync(folder).filter((left) => left.startsWith(`.${basename(place)}`))).toEqual([]);
    }
    process.stdout.write(`moves campaign, seed ${SEED}: ${name} killed at ${points.size} points of ${writes} writes, whole after ${whole}\n`);
  }, (2 + KILLS) * LONGEST_MS);

test("a fork whose replay differs, and an import that does not verify, leave nothing", async () => {
  const [damaged, place] = [join(folder, "damaged"), join(folder, "place")];
  rmSync(place, { recursive: true, force: true });
  cpSync(home, damaged, { recursive: true });
  new Database(join(damaged, "world.db")).exec("UPDATE world_genomes SET files = replace(files, 'define', 'defyne')").close();
  expect((await ouro(["fork", last, place], { home: damaged })).errors).toMatch(/\[replay-differs\]/);
  cpSync(file, join(folder, "bad.ouro"));
  new Database(join(folder, "bad.ouro")).exec("UPDATE journal SET time = time + 1 WHERE sequence = 3").close();
  expect((await ouro(["import", join(folder, "bad.ouro")], { home: place })).errors).toMatch(/\[import-damaged\]/);
  expect(existsSync(place)).toBe(false);
  expect(readdirSync(folder).filter((left) => left.startsWith("."))).toEqual([]);
  expect((await ouro(["fork", last, damaged], { home })).errors).toMatch(/\[home-taken\]/);
}, LONGEST_MS);
