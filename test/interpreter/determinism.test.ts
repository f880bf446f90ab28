// Steps are fixed by the program alone: the same in every run, whatever the length of a slice. `npm run test:steps` is the long form.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Computation, createInterpreter, type Environment, type Interpreter, LispError } from "../../interpreter/index.js";
import { readPrograms } from "../bench/program.js";
import { casesOf } from "../conformance/cases.js";
import { USUAL_SLICE, withSlice } from "./running.js";

/** Runs at each slice length; the short form runs once, and at the extremes only. */
const RUNS = Number(process.env.OURO_STEPS ?? 1);
const LENGTHS = process.env.OURO_STEPS === undefined ? [100, 10_000] : [100, 137, USUAL_SLICE, 10_000];
/** Steps that one case may burn. */
const MOST_STEPS = 20_000_000;

/** The ways in which code may come to be; a program must burn the same steps in each. */
const ORIGINS: readonly (readonly [string, () => Interpreter])[] = [["compiled afresh", () => createInterpreter()]];

const programs = readPrograms(new URL("../bench/programs/", import.meta.url));
const conformance = new URL("../conformance/", import.meta.url);
const files = readdirSync(conformance).filter((file) => file.endsWith(".scm")).sort();

describe("the steps of a benchmark program do not depend on the run or the slice", () => {
  test.each(programs.map((program) => [program.name, program] as const))("%s", (_, { name, source, tiny }) => {
    expectSameSteps((interpreter) => {
      const environment = interpreter.environment([]);
      const whole = interpreter.startProgram(source, name, environment);
      const call = () => interpreter.start(`(run ${tiny.operands})`, "call", environment);
      return [stepsOf(() => whole), stepsOf(call), stepsOf(call)];
    });
  });
});

describe("the steps of a conformance case do not depend on the run or the slice", () => {
  test.each(files)("%s", (file) => {
    const cases = casesOf(readFileSync(new URL(file, conformance), "utf8"));
    expectSameSteps((interpreter) => {
      const environment: Environment = interpreter.environment([]);
      return cases.map(({ line, source }) => `line ${line}: ${stepsOf(() => interpreter.start(source, file, environment, { steps: MOST_STEPS }))}`);
    });
  });
});

/** Compares what `work` burns in all runs, at all slice lengths, of code from everywhere. */
function expectSameSteps(work: (interpreter: Interpreter) => readonly unknown[]): void {
  const first = withSlice(USUAL_SLICE, () => work(createInterpreter()));
  for (const [origin, make] of ORIGINS)
    for (const length of LENGTHS)
      for (let run = 1; run <= RUNS; run++)
        expect(withSlice(length, () => work(make())), `${origin}, slices of ${length}, run ${run}`).toEqual(first);
}

/** What a computation burned, however it ended, or the refusal to start it. */
function stepsOf(begin: () => Computation): number | "refused" {
  try {
    const computation = begin();
    while (computation.step(1_000_000) === "ready");
    return computation.steps;
  } catch (error) {
    if (error instanceof LispError) return "refused";
    throw error;
  }
}
