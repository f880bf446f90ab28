// Runs programs for the tests of the compiler and the machine: what they give, and what it cost.
import { Condition, createInterpreter, type Interpreter, LispError, slice, write, type Computation, type ComputationOptions, type Value } from "../../interpreter/index.js";

/** How a run came out: what was printed first, then the value as `write` shows it, `!code` of a condition, or `raised` and the object. */
export interface Outcome {
  readonly result: string;
  readonly steps: number;
}

export interface RunOptions extends ComputationOptions {
  /** Fuel of one slice; the usual one by default. */
  readonly slice?: number;
  /** True to run the text as a whole program, whose names nothing outside redefines. */
  readonly program?: boolean;
  readonly imports?: readonly string[];
  /** Whose libraries are seen; by default the one that all tests share. */
  readonly interpreter?: Interpreter;
}

/** A program that burns more does not end. */
const MOST_STEPS = 50_000_000;

export const USUAL_SLICE = slice.length;
export const interpreter = createInterpreter();

/** Does something with slices of this length. */
export function withSlice<Result>(length: number, work: () => Result): Result {
  slice.length = length;
  try {
    return work();
  } finally {
    slice.length = USUAL_SLICE;
  }
}

/** A computation of the text in an environment of its own. */
export function start(source: string, options: RunOptions = {}): Computation {
  const home = options.interpreter ?? interpreter;
  const environment = home.environment(options.imports ?? ["(ouro base)"]);
  return options.program === true ? home.startProgram(source, "test", environment, options) : home.start(source, "test", environment, options);
}

/** Runs the text to its end. */
export function run(source: string, options: RunOptions = {}): Outcome {
  let printed = "";
  return withSlice(options.slice ?? USUAL_SLICE, () => {
    try {
      const computation = start(source, { output: (text) => void (printed += text), steps: MOST_STEPS, ...options });
      while (computation.step(1_000_000) === "ready");
      const result = computation.status === "done" ? write(computation.value) : payloadText(computation.failure);
      return { result: printed + result, steps: computation.steps };
    } catch (error) {
      if (error instanceof LispError) return { result: payloadText(error.payload), steps: 0 };
      throw error;
    }
  });
}

/** What the text gives. */
export function answer(source: string, options: RunOptions = {}): string {
  return run(source, options).result;
}

/** `!code` for a condition, `raised` and the object for anything else. */
export function payloadText(payload: Value): string {
  return payload instanceof Condition ? `!${payload.code}` : `raised ${write(payload)}`;
}
