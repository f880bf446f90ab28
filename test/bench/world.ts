// What the world costs: effects beside bare writes, a workflow beside a peer's, a turn, idle cells, and a start.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { datumOf, type World } from "../../epigenome/index.js";
import type { Value } from "../../interpreter/index.js";
import { mayHaveRoom, ROOM } from "../../frontends/room.js";
import { peer } from "./world-peer.js";
import { openBenchHome, STEPS } from "./world-home.js";

const MAIN = new URL("frontends/main.js", import.meta.url).pathname;
/** Of one turn, where effects are measured; and how many there are before, so that the host's compiler has seen them. */
const EFFECTS = 50;
const WARMING = 5_000;
const NOTHING = { transactions: 0, rows: 0, bytes: 0 };
const PAIRS = Number(process.env["OURO_PAIRS"] ?? 15);

/** Each part prints its lines, in a process of its own that has room as the command has it. */
const PARTS: Readonly<Record<string, () => Promise<void>>> = { effects, workflow, turns, idle, start };
const part = process.argv[2];
if (part !== undefined) await PARTS[part]?.();
else for (const name of Object.keys(PARTS)) {
  const { status } = spawnSync(process.execPath, [...(mayHaveRoom() ? ROOM : []), "--expose-gc", process.argv[1] as string, name], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

/** Journaled effects and then the same rows in as many transactions, in pairs so short that both have the same machine: the median of their ratios. */
async function effects(): Promise<void> {
  for (const cells of [1, 16, 64]) {
    const [home, bare] = [openBenchHome(), bareDatabase()];
    for (let done = 0; done < WARMING; done += cells * EFFECTS) await steps(home.world, cells, EFFECTS);
    const pairs: Pair[] = [];
    let size = NOTHING;
    for (let pair = 0; pair < PAIRS; pair++) {
      const before = written(home.world);
      const ours = await milliseconds(() => steps(home.world, cells, EFFECTS));
      const after = written(home.world);
      size = { transactions: after.transactions - before.transactions, rows: after.rows - before.rows, bytes: after.bytes - before.bytes };
      pairs.push({ ours, theirs: await milliseconds(() => bare.write(size)) });
    }
    await home.close();
    bare.close();
    line(`effects, ${cells} at once`, `${percent(ratioOf(pairs))} of bare writes (${size.transactions} transactions, ${size.rows} rows, ${size.bytes} bytes; ${perSecond(pairs, cells * EFFECTS)} effects/s)`);
  }
}

/** Times of the same work here and elsewhere, one after the other. */
interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** How many times as fast we are. */
function ratioOf(pairs: readonly Pair[]): number {
  return median(pairs.map(({ ours, theirs }) => theirs / ours));
}

function perSecond(pairs: readonly Pair[], count: number): number {
  return Math.round((1_000 * count) / median(pairs.map(({ ours }) => ours)));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? NaN;
}

interface Size {
  readonly transactions: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What the journal holds: as many transactions as signed heads. */
function written(world: World): Size {
  const [heads] = world.tables.all("SELECT count(*) AS count FROM journal_heads");
  const [rows] = world.tables.all("SELECT count(*) AS count, sum(length(kind) + length(cell) + length(entropy) + length(body) + length(previous) + length(hash) + 16) AS bytes FROM journal");
  return { transactions: Number(heads?.["count"]), rows: Number(rows?.["count"]), bytes: Number(rows?.["bytes"]) };
}

/** A database that takes the same rows, equally large, in equally large durable transactions, and nothing else. */
function bareDatabase(): { write(size: Size): void; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), "ouro-bench-"));
  const database = new Database(join(folder, "bare.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE rows (number INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO rows (content) VALUES (?)");
  return {
    write({ transactions, rows, bytes }) {
      const content = "x".repeat(Math.round(bytes / rows));
      for (let transaction = 0, row = 0; transaction < transactions; transaction++) {
        database.exec("BEGIN IMMEDIATE");
        for (; row < (rows * (transaction + 1)) / transactions; row++) insert.run(content);
        database.exec("COMMIT");
      }
    },
    close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function steps(world: World, cells: number, count: number): Promise<void> {
  await Promise.all(Array.from({ length: cells }, (_, cell) => world.ask({ cell: `cell ${cell}`, kind: "steps", text: "", data: String(count) })));
}

/** The same ten steps here and there, in pairs, one workflow after the other and many at once. */
async function workflow(): Promise<void> {
  for (const [at, count] of [[1, 30], [50, 50]] as const) {
    const home = openBenchHome();
    const other = await peer(at);
    const run = async (workflows: number): Promise<void> => {
      for (let done = 0; done < workflows; done += at) await steps(home.world, Math.min(at, workflows - done), STEPS);
    };
    const warming = WARMING / STEPS / 4;
    await run(warming);
    await other.run(warming);
    const pairs: Pair[] = [];
    for (let pair = 0; pair < PAIRS / 3; pair++) pairs.push({ ours: await milliseconds(() => run(count)), theirs: await milliseconds(() => other.run(count)) });
    await home.close();
    await other.close();
    line(`ten steps, ${at} at once`, `${ratioOf(pairs).toFixed(1)} × as fast as ${other.name} (${perSecond(pairs, count)} workflows/s)`);
  }
}

/** Processor time of turns without effects, over rounds of one input for each of 1,000 cells, less what their Lisp takes by itself. */
async function turns(): Promise<void> {
  const cells = 1_000;
  let began = 0;
  const home = openBenchHome({ at: (point) => { if (point === "accepted" && began === 0) began = processor(); } });
  const { world } = home;
  let [turn, accepted] = [Infinity, Infinity];
  for (let round = 0; round < 3 * PAIRS; round++) {
    began = 0;
    const start = processor();
    const ended = outcomes(world, cells);
    world.tables.transaction(() => {
      for (let cell = 0; cell < cells; cell++) world.enqueue({ cell: `cell ${cell}`, kind: "message", text: "hello" });
    });
    await ended;
    turn = Math.min(turn, (processor() - began) / cells);
    accepted = Math.min(accepted, (began - start) / cells);
  }
  const lisp = lispOfOneTurn(world);
  await home.close();
  line("a turn without effects", `${(1000 * (turn - lisp)).toFixed(0)} µs of processor time beyond its Lisp (${(1000 * lisp).toFixed(0)} µs), of 1,000 busy cells; accepting its input ${(1000 * accepted).toFixed(0)} µs; the least of ${3 * PAIRS} rounds`);
}

function outcomes(world: World, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const listener = (): void => {
      if (--left > 0) return;
      world.off("outcome", listener);
      resolve();
    };
    world.on("outcome", listener);
  });
}

/** Milliseconds of processor time for the genome's part of such a turn: the best of many runs of the same call. */
function lispOfOneTurn(world: World): number {
  const procedure = world.interpreter.exported("(genome turn turn)", "handle-turn") as Value;
  const operands = [datumOf('{:id "x" :kind :message :text "hello" :time 1790000000000}'), datumOf('{:turns 5 :last "hello"}')];
  let best = Infinity;
  for (let run = 0; run < 20; run++) {
    const start = processor();
    for (let count = 0; count < 1_000; count++) world.interpreter.call(procedure, operands, { steps: 1_000_000 }).finish();
    best = Math.min(best, (processor() - start) / 1_000);
  }
  return best;
}

/** What memory a world with 10,000 cells holds more than one without, after every cell has had a turn. */
async function idle(): Promise<void> {
  const cells = 10_000;
  const home = openBenchHome();
  await steps(home.world, 10, 1);
  const before = memory();
  for (let first = 0; first < cells; first += 1_000) {
    const ended = outcomes(home.world, 1_000);
    home.world.tables.transaction(() => {
      for (let cell = first; cell < first + 1_000; cell++) home.world.enqueue({ cell: `idle ${cell}`, kind: "message", text: "hello" });
    });
    await ended;
  }
  const after = memory();
  const held = home.world.status().cells;
  await home.close();
  line("idle cells", `${held} cells cost ${((after.resident - before.resident) / 2 ** 20).toFixed(0)} MB of resident memory, ${((after.heap - before.heap) / 2 ** 20).toFixed(1)} MB of heap`);
}

function memory(): { resident: number; heap: number } {
  for (let count = 0; count < 4; count++) globalThis.gc?.();
  return { resident: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed };
}

/** A fresh home until it is ready, beside bare Node, in pairs; and one durable commit. */
async function start(): Promise<void> {
  const pairs: Pair[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const folder = mkdtempSync(join(tmpdir(), "ouro-bench-"));
    const theirs = await milliseconds(() => run(["-e", "1"]));
    pairs.push({ theirs, ours: await milliseconds(() => run([MAIN, "--home", join(folder, "home"), "status"])) });
    rmSync(folder, { recursive: true, force: true });
  }
  const bare = bareDatabase();
  const commits: number[] = [];
  for (let count = 0; count < 20; count++) commits.push(await milliseconds(() => bare.write({ transactions: 1, rows: 1, bytes: 500 })));
  bare.close();
  line("ready on a fresh home", `${(1 / ratioOf(pairs)).toFixed(1)} × node -e 1 (${median(pairs.map(({ theirs }) => theirs)).toFixed(0)} ms); one durable commit takes ${median(commits).toFixed(1)} ms`);
}

function run(words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

async function milliseconds(work: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of processor time so far, all threads. */
function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function percent(ratio: number): string {
  return `${Math.round(100 * ratio)} %`;
}

function line(name: string, figure: string): void {
  process.stdout.write(`${name.padEnd(28)} ${figure}\n`);
}
