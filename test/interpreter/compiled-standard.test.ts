// The standard library as the build compiles it: every conformance case and benchmark gives the same value and steps as from its texts.
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, expect, it, vi } from "vitest";
import * as fromTexts from "../../interpreter/index.js";
import { readPrograms } from "../bench/program.js";

type Language = typeof fromTexts;

const FOLDER = new URL("../conformance/", import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".scm")).sort();

let compiled: Language;

/** A second interpreter in this process, in which the module that the build makes stands in its place. */
beforeAll(async () => {
  const libraries = Array.from(fromTexts.compileStandard(), ([name, { library, procedures }]) =>
    [name, { library: () => library, procedures: procedures.map((each) => () => each) }] as const);
  vi.resetModules();
  vi.doMock("../../interpreter/library/compiled.js", () => ({ compiledLibraries: Object.fromEntries(libraries) }));
  compiled = await import("../../interpreter/index.js");
  vi.doUnmock("../../interpreter/library/compiled.js");
  vi.resetModules();
});

/** What each case of a file gives, or the code of its error, with the steps that it took. */
function outcomes({ createInterpreter, write, LispError, Condition }: Language, file: string): string[] {
  const interpreter = createInterpreter();
  const environment = interpreter.environment([]);
  return readFileSync(new URL(file, FOLDER), "utf8").split(/^;; => .*$/m).map((source) => {
    let computation: fromTexts.Computation | undefined;
    try {
      computation = interpreter.start(source, file, environment, { steps: 20_000_000 });
      return `${write(computation.finish())} in ${computation.steps}`;
    } catch (error) {
      if (!(error instanceof LispError)) throw error;
      const { payload } = error;
      const told = payload instanceof Condition ? JSON.stringify([payload.code, payload.message, payload.position, payload.backtrace]) : write(payload);
      return `!${told} in ${computation?.steps}`;
    }
  });
}

it.each(FILES)("%s: values, errors, backtraces and steps", (file) => {
  expect(outcomes(compiled, file)).toEqual(outcomes(fromTexts, file));
});

it.each(readPrograms(new URL("../bench/programs/", import.meta.url)).map((program) => [program.name, program] as const))("%s: value and steps", (name, { source, tiny }) => {
  const told = ({ createInterpreter, write }: Language) => {
    const interpreter = createInterpreter();
    const environment = interpreter.environment([]);
    const program = interpreter.startProgram(source, name, environment);
    program.finish();
    const call = interpreter.start(`(run ${tiny.operands})`, "call", environment);
    return [write(call.finish()), program.steps, call.steps];
  };
  expect(told(compiled)).toEqual(told(fromTexts));
});

it("exports what the texts export, with the same documentation", () => {
  const told = ({ createInterpreter, documentation }: Language) => {
    const interpreter = createInterpreter();
    return interpreter.libraries().map((library) => {
      const environment = interpreter.environment([library]);
      return [library, ...interpreter.exportsOf(library).sort().map((name) => `${name}: ${documentation(environment, name)}`)];
    });
  };
  const [before, after] = [told(fromTexts), told(compiled)];
  expect(before.flat().length).toBeGreaterThan(500);
  expect(after).toEqual(before);
});

it("is the same on every build", () => {
  expect([...fromTexts.compileStandard()]).toEqual([...fromTexts.compileStandard()]);
});
