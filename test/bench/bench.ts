// Times our Lisp beside Guile's native code and hand-written JavaScript, all in one run and in turns: `npm run bench`.
import { parseArgs } from "node:util";
import { javascript } from "./javascript.js";
import { type BenchProgram, readPrograms } from "./program.js";
import { type Report, serve } from "./serve.js";
import { type Bench, guileVersion, startGuile, startNode } from "./system.js";

interface Row {
  readonly name: string;
  /** Medians, milliseconds. */
  readonly ouro: number;
  readonly guile?: number;
  readonly javascript?: number;
  readonly steps: number;
}

const { values: options } = parseArgs({
  options: {
    serve: { type: "string" },
    /** Only programs whose name is here; may be given several times. */
    only: { type: "string", multiple: true },
    runs: { type: "string", default: "9" },
    json: { type: "boolean", default: false },
    /** Elapsed time in place of processor time. */
    wall: { type: "boolean", default: false },
    /** All programs in one process of our Lisp, one after the other, in place of a fresh one for each. */
    together: { type: "boolean", default: false },
  },
});

const programs = readPrograms(new URL("../test/bench/programs/", import.meta.url));
if (options.serve === undefined) await compare();
else await serve(options.serve as "ouro" | "javascript", programs);

async function compare(): Promise<void> {
  const guile = guileVersion();
  const shared = options.together ? startNode("ouro") : undefined;
  const rows: Row[] = [];
  if (!options.json) print(["program", "Ouro ms", "Guile ms", "JS ms", "/Guile", "/JS", "steps"]);
  for (const program of programs) {
    if (options.only !== undefined && !options.only.includes(program.name)) continue;
    const row = await measure(program, shared, guile !== undefined);
    rows.push(row);
    if (!options.json) print([row.name, ms(row.ouro), ms(row.guile), ms(row.javascript), over(row.ouro, row.guile), over(row.ouro, row.javascript), String(row.steps)]);
  }
  shared?.close();
  if (options.json) process.stdout.write(`${JSON.stringify({ guile, rows }, undefined, 1)}\n`);
  else summarise(rows, guile);
}

/** The systems take turns, so that the machine's moods meet all of them. */
async function measure(program: BenchProgram, shared: Bench | undefined, guile: boolean): Promise<Row> {
  const ouro = shared ?? startNode("ouro");
  const others = [guile ? startGuile(program) : undefined, program.name in javascript ? startNode("javascript") : undefined];
  const reports: Report[][] = [[], [], []];
  for (let round = 0; round < Number(options.runs); round++)
    for (const [index, system] of [ouro, ...others].entries())
      if (system !== undefined) (reports[index] as Report[]).push(await system.run(program, program.measured));
  for (const system of shared === undefined ? [ouro, ...others] : others) system?.close();
  const [mine, guiles, hosts] = reports as [Report[], Report[], Report[]];
  const steps = new Set(mine.map((report) => report.steps as number));
  if (steps.size !== 1) throw new Error(`${program.name}: the steps differ from run to run: ${[...steps].join(", ")}`);
  return { name: program.name, ouro: median(mine) as number, guile: median(guiles), javascript: median(hosts), steps: [...steps][0] as number };
}

function median(reports: readonly Report[]): number | undefined {
  return reports.map(({ cpu, wall }) => (options.wall ? wall : cpu)).sort((a, b) => a - b)[Math.floor(reports.length / 2)];
}

function summarise(rows: readonly Row[], guile: string | undefined): void {
  process.stdout.write(`\n${rows.length} programs, medians of ${options.runs} runs, ${options.wall ? "elapsed" : "processor"} time\n`);
  const describe = (name: string, other: (row: Row) => number | undefined) => {
    const ratios = rows.flatMap((row) => (other(row) === undefined ? [] : [{ name: row.name, ratio: row.ouro / (other(row) as number) }]));
    if (ratios.length === 0) return;
    const mean = Math.exp(ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / ratios.length);
    const worst = ratios.reduce((a, b) => (a.ratio > b.ratio ? a : b));
    process.stdout.write(`Ouro / ${name}: geometric mean ${mean.toFixed(2)} over ${ratios.length}, the greatest ${worst.ratio.toFixed(2)} (${worst.name})\n`);
  };
  if (guile === undefined) process.stdout.write("Guile 3 is not installed\n");
  describe(`Guile ${guile}`, (row) => row.guile);
  describe("JavaScript", (row) => row.javascript);
}

function ms(time: number | undefined): string {
  return time === undefined ? "-" : time.toFixed(1);
}

function over(mine: number, other: number | undefined): string {
  return other === undefined ? "-" : (mine / other).toFixed(2);
}

function print([name, ...cells]: readonly string[]): void {
  process.stdout.write(`${(name as string).padEnd(12)}${cells.map((cell) => cell.padStart(10)).join("")}\n`);
}
