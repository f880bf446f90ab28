// The compiler and the machine agree with a definitional interpreter on random programs: value or error, at any slice length.
import { expect, it } from "vitest";
import { readAll, write } from "../../interpreter/index.js";
import { type Ending, runDefinitional } from "./definitional.js";
import { generateProgram } from "./program-generator.js";
import { interpreter, payloadText, run } from "./running.js";

/** `DIFFERENTIAL_PROGRAMS` sets how many programs are tried, `DIFFERENTIAL_SEED` the first one's seed. */
const PROGRAMS = Number(process.env.DIFFERENTIAL_PROGRAMS ?? 200);
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);
const BATCH = 50;
const MOST_STEPS = 300_000;

const natives = interpreter.environment(["(ouro base)"]);

function text(ending: Ending): string {
  if ("endless" in ending) return "endless";
  return "value" in ending ? write(ending.value) : payloadText(ending.raised);
}

/** The program's outcome by definition, then that of each way to run it, if it differs. */
function disagreements(seed: number): string[] {
  const source = generateProgram(seed);
  const expected = text(runDefinitional(readAll(source, "test"), natives, MOST_STEPS));
  if (expected === "endless") return [];
  const runs = [
    { slice: 1 + (seed % 13), program: seed % 2 === 0 },
    { slice: seed % 3 === 0 ? 2000 : 20 + (seed % 101), program: seed % 2 === 1 },
  ].map((options) => ({ options, ...run(source, options) }));
  const wrong = runs.filter(({ result }) => result !== expected).map(({ options, result }) => `${JSON.stringify(options)} gives ${result}`);
  if (new Set(runs.map(({ steps }) => steps)).size > 1) wrong.push(`steps differ: ${runs.map(({ steps }) => steps).join(", ")}`);
  return wrong.length === 0 ? [] : [`seed ${seed} must give ${expected}`, ...wrong, source];
}

it.each(Array.from({ length: Math.ceil(PROGRAMS / BATCH) }, (_, index) => FIRST_SEED + index * BATCH))("programs from seed %i on", async (first) => {
  for (let seed = first; seed < Math.min(first + BATCH, FIRST_SEED + PROGRAMS); seed++) {
    expect(disagreements(seed).join("\n")).toBe("");
    // The texts of code that is no more are let go between two turns of the host's loop.
    await new Promise(setImmediate);
  }
});

it("most programs mean something: few only fail, and few do not end", () => {
  const endings = Array.from({ length: 100 }, (_, seed) => text(runDefinitional(readAll(generateProgram(seed), "test"), natives, MOST_STEPS)));
  const values = endings.filter((ending) => ending.startsWith("("));
  expect(values.length).toBeGreaterThan(50);
  expect(endings.filter((ending) => ending === "endless").length).toBeLessThan(5);
  expect(new Set(values.map((value) => value.length)).size).toBeGreaterThan(30);
});
