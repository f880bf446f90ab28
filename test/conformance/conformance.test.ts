// Runs the conformance cases: each file of this folder holds forms, and after them `;; => ` and the value that they must give.
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { Condition, createInterpreter, type Environment, type Interpreter, LispError, slice, write } from "../../interpreter/index.js";
import { type Case, casesOf } from "./cases.js";

const FOLDER = new URL(".", import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".scm")).sort();
/** Steps that one case may burn. */
const STEPS = 20_000_000;
const USUAL_SLICE = slice.length;

afterEach(() => {
  slice.length = USUAL_SLICE;
});

describe.each([
  ["as programs usually run", USUAL_SLICE],
  ["with the stack unwound every few calls", 3],
])("R7RS %s", (_, length) => {
  it.each(FILES)("%s", (file) => {
    slice.length = length;
    const interpreter = createInterpreter();
    const environment = interpreter.environment([]);
    const failures = casesOf(readFileSync(new URL(file, FOLDER), "utf8"))
      .map((each) => ({ ...each, actual: outcome(each, file, interpreter, environment) }))
      .filter(({ actual, expected }) => actual !== expected)
      .map(({ line, source, expected, actual }) => `${file}:${line}: ${source.trim()}\n  must give ${expected}\n  but gives ${actual}`);
    expect(failures).toEqual([]);
  });
});

it("has cases for every part of the language", () => {
  const counts = FILES.map((file) => casesOf(readFileSync(new URL(file, FOLDER), "utf8")).length);
  expect(counts.every((count) => count > 0)).toBe(true);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1_000);
});

function outcome({ source }: Case, file: string, interpreter: Interpreter, environment: Environment): string {
  try {
    return write(interpreter.start(source, file, environment, { steps: STEPS }).finish());
  } catch (error) {
    if (!(error instanceof LispError)) throw error;
    return error.payload instanceof Condition ? `!${error.payload.code}` : `!raised ${write(error.payload)}`;
  }
}
