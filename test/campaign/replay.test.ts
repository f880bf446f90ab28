// A long life replays to the same state at every commit, twice and on another machine; a changed byte is found where it is.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportHome, type ReplayReport, verifyHome, type World } from "../../epigenome/index.js";
import { verifyJournal } from "../../epigenome/verify.js";
import { WorldDatabase } from "../../epigenome/database.js";
import { hexOf, readHead } from "../../epigenome/heads.js";
import { freshHome, rotatingSignature } from "../epigenome/home.js";
import { live, openLife } from "../epigenome/life.js";
import { Random } from "./random.js";

/** Effects of the long life: few in the usual run; `npm run test:replay` for a hundred thousand. */
const EFFECTS = Number(process.env["OURO_REPLAY"] ?? 1_000);
const IS_FULL = EFFECTS > 1_000;
const SEED = Number(process.env["OURO_REPLAY_SEED"] ?? 1);
const CELLS = IS_FULL ? 50 : 5;
const FLIPS = 400;

const signature = rotatingSignature();
let program = "";

beforeAll(async () => {
  program = join(mkdtempSync(join(process.cwd(), "node_modules", ".replay-")), "child.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "replay-child.ts")], outfile: program, bundle: true, format: "esm", platform: "node", target: "node20",
    packages: "external", loader: { ".scm": "text" }, logLevel: "error",
  });
});

afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

test(`${EFFECTS} effects in ${CELLS} cells (seed ${SEED}) replay to the same states at every commit, twice, and elsewhere again`, async () => {
  const home = freshHome();
  const world = openLife(home, { signature });
  for (let part = 0; part < 3; part++) {
    await live(world, SEED * 10 + part, EFFECTS / 3, CELLS);
    world.snapshot();
    if (part === 0) world.rotateKey();
  }
  const [first, second] = [timed(world), timed(world)];
  expect(first.report).toMatchObject({ ok: true });
  expect(first.report.effects).toBeGreaterThanOrEqual(EFFECTS);
  expect(second.report).toEqual(first.report);
  for (const [cell, state] of first.report.states) expect(state, cell).toBe(world.state(cell));
  const there = elsewhere(home);
  const { states, ...report } = first.report;
  expect(there).toMatchObject({ verified: true, entries: world.status().entries, report, cells: states.size, timeZone: "Pacific/Chatham", locale: "tr-TR" });
  expect(world.verify()).toMatchObject({ ok: true });
  await world.close();
  if (IS_FULL) process.stdout.write(`replay campaign, seed ${SEED}: ${report.commits} commits, ${report.effects} effects, ${there.entries} entries; replays of ${first.seconds} s and ${second.seconds} s, and elsewhere in ${Math.round(there.memory / 1024)} MB; hash ${report.hash}\n`);
}, 3_600_000);

function timed(world: World): { report: ReplayReport; seconds: string } {
  const start = performance.now();
  return { report: world.replay(), seconds: ((performance.now() - start) / 1_000).toFixed(1) };
}

/** What the same journal gives in a process with another path, time zone and language. */
function elsewhere(home: string): { entries: number; memory: number } {
  const file = join(freshHome(), "home.ouro");
  exportHome(home, file, ["objects", "snapshots"], new Map([["journal.key", Buffer.from(`${hexOf(signature.publicKey)}\n`)]]));
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--stack-size=3900", program, file, join(freshHome(), "a path", "ğüş")], {
    env: { PATH: process.env["PATH"], TZ: "Pacific/Chatham", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }, encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as { entries: number; memory: number };
}

const COLUMNS = ["sequence", "kind", "cell", "time", "entropy", "body", "previous", "hash"] as const;

test(`${IS_FULL ? "every" : `each of ${FLIPS} seeded`} flipped byte of a journal is found, at its entry`, async () => {
  const home = freshHome();
  const world = openLife(home, { signature: rotatingSignature(3) });
  for (const [kind, text] of [["work", "k"], ["fail", ""], ["wake", "t"], ["child", '"task"'], ["error", "x"]] as const) await world.ask({ cell: kind, kind, text, data: "3" });
  world.patch("(genome turn turn)", "step", "(define (step n) (+ n 2))");
  world.rotateKey();
  await world.prune();
  await world.ask({ cell: "work", kind: "work", text: "k", data: "4" });
  await world.close();
  const publicKey = hexOf(rotatingSignature(4).publicKey);
  expect(verifyHome(home, Buffer.from(publicKey, "hex"))).toMatchObject({ ok: true });
  const missed = flipped(home, publicKey);
  expect(missed).toEqual({ flips: expect.any(Number), missed: [] });
  if (IS_FULL) process.stdout.write(`tampering: ${missed.flips} flipped bytes, all found at their entry\n`);
}, 3_600_000);

/** Flips bytes one at a time, and puts each back. */
function flipped(home: string, publicKey: string): { flips: number; missed: string[] } {
  const [writer, reader] = [new Database(join(home, "world.db")), new WorldDatabase(join(home, "world.db"))];
  const head = readHead(join(home, "journal.head"));
  const rows = writer.prepare("SELECT sequence, kind, cell, CAST(time AS TEXT) AS time, entropy, body, previous, hash FROM journal ORDER BY sequence").all() as Record<string, string | number>[];
  const random = new Random(SEED);
  const all = rows.flatMap((row) => COLUMNS.flatMap((column) => Array.from(Buffer.from(String(row[column])), (_, place) => ({ row, column, place }))));
  const chosen = IS_FULL ? all : Array.from({ length: FLIPS }, () => random.of(all));
  const missed: string[] = [];
  for (const { row, column, place } of chosen) {
    const changed = Buffer.from(String(row[column]));
    changed[place] = (changed[place] as number) ^ (column === "time" || column === "sequence" ? 1 : 1 << random.below(7));
    const set = writer.prepare(`UPDATE OR IGNORE journal SET ${column} = CAST(? AS ${column === "time" || column === "sequence" ? "INTEGER" : "TEXT"}) WHERE rowid = ?`);
    if (set.run(changed, row["sequence"]).changes === 0) continue;
    const { ok, sequence } = verifyJournal({ database: reader, home }, head, publicKey);
    // An entry under another number is missed at its own place, or found at the one that it pretends to.
    const places = column === "sequence" ? [row["sequence"], Number(changed)] : [row["sequence"]];
    if (ok || !places.includes(sequence ?? 0)) missed.push(`${column} of entry ${row["sequence"]}, byte ${place}: ${ok ? "not found" : `found at ${sequence}`}`);
    writer.prepare(`UPDATE journal SET ${column} = ? WHERE rowid = ?`).run(column === "time" ? Number(row[column]) : row[column], column === "sequence" ? Number(changed) : row["sequence"]);
  }
  writer.close();
  reader.close();
  return { flips: chosen.length, missed };
}
