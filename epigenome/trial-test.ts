// Runs a genome's own tests in a trial child, each in limits of its own.
import { itemsOf, LispError, LispString, type Value } from "../interpreter/index.js";
import type { TrialRequest, TrialResults } from "../ports/port.js";
import { Activity } from "./activity.js";
import { explain, textOf } from "./data.js";
import { finish, load, required, type TrialGenome } from "./trial-genome.js";

const PRELUDE = "(genome prelude test)";

/**
 * Each library under test/ exports `tests`, a list of what the prelude's `define-test` makes. A test passes if its
 * thunk returns; what it raises is why it failed. A library that does not load, or has no tests, is one failed test.
 */
export function runTests({ steps, bytes }: Extract<TrialRequest, { kind: "test" }>, genome: TrialGenome): { steps: number; result: TrialResults["test"] } {
  const passed: string[] = [];
  const failed: { name: string; message: string }[] = [];
  let burned = 0;
  for (const { name, run } of testsOf(genome, { steps, bytes })) {
    const outcome = run();
    burned += outcome.steps;
    if (outcome.message === undefined) passed.push(name);
    else failed.push({ name, message: outcome.message });
  }
  return { steps: burned, result: { passed, failed } };
}

interface Test {
  readonly name: string;
  run(): { readonly steps: number; readonly message?: string };
}

function testsOf(genome: TrialGenome, limits: { steps: number; bytes: number }): Test[] {
  return Object.keys(genome.files).filter((path) => /^test\/.*\.scm$/.test(path)).sort().flatMap((path) => {
    const library = `(genome ${path.replace(/\.scm$/, "").replaceAll("/", " ")})`;
    try {
      load(genome.interpreter, genome.environment, [library], limits);
      const tests = testsIn(genome.interpreter.exported(library, "tests"));
      return tests.map((test) => testOf(genome, path, test, limits));
    } catch (error) {
      if (!(error instanceof LispError)) throw error;
      return [{ name: path, run: () => ({ steps: 0, message: explain(error.payload) }) }];
    }
  });
}

function testsIn(tests: Value | undefined): Value[] {
  const items = tests === undefined ? undefined : itemsOf(tests);
  if (items !== undefined && items.length > 0) return items;
  throw new LispError(new LispString("a test library exports `tests`, a list of at least one test"));
}

function testOf(genome: TrialGenome, path: string, test: Value, limits: { steps: number; bytes: number }): Test {
  const { interpreter } = genome;
  const ask = (accessor: string): Value => finish(interpreter.call(required(interpreter, PRELUDE, accessor), [test], limits));
  const [name, thunk] = [textOf(ask("test-name")), ask("test-thunk")];
  return {
    name: `${path}: ${name}`,
    run: () => {
      const computation = new Activity(interpreter, interpreter.call(thunk, [], limits), limits, "{}");
      try {
        finish(computation);
        return { steps: computation.steps };
      } catch (error) {
        if (error instanceof LispError) return { steps: computation.steps, message: explain(error.payload) };
        throw error;
      }
    },
  };
}
