// A process that runs programs on demand, and tells what they answered and the processor time they took: Lisp or JavaScript.
import { createInterface } from "node:readline";
import { LONG_SLICE } from "../../frontends/room.js";
import { createInterpreter, slice, write } from "../../interpreter/index.js";
import { javascript } from "./javascript.js";
import type { BenchProgram } from "./program.js";

/** What a process answers to one request, as a line of JSON. */
export interface Report {
  /** Milliseconds of processor time, of all threads. */
  readonly cpu: number;
  readonly wall: number;
  readonly value: string;
  /** Exact, in our Lisp. */
  readonly steps?: number;
}

type Runner = (operands: string) => { value: string; steps?: number };

/** Answers each line of standard input, `name operands`, by a Report. */
export async function serve(system: "ouro" | "javascript", programs: readonly BenchProgram[]): Promise<void> {
  slice.length = LONG_SLICE;
  const runners = new Map<string, Runner>();
  for await (const line of createInterface({ input: process.stdin })) {
    const space = line.indexOf(" ");
    const program = programs.find(({ name }) => name === line.slice(0, space)) as BenchProgram;
    const runner = runners.get(program.name) ?? (system === "ouro" ? lispRunner(program) : hostRunner(program));
    runners.set(program.name, runner);
    process.stdout.write(`${JSON.stringify(timed(runner, line.slice(space + 1)))}\n`);
  }
}

function timed(runner: Runner, operands: string): Report {
  const start = performance.now();
  const before = process.cpuUsage();
  const outcome = runner(operands);
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, wall: performance.now() - start, ...outcome };
}

/** The program is compiled whole, as `ouro run` does it; only the call of `run` is timed. */
function lispRunner({ name, source }: BenchProgram): Runner {
  const interpreter = createInterpreter();
  const environment = interpreter.environment([]);
  interpreter.startProgram(source, `${name}.scm`, environment).finish();
  return (operands) => {
    const computation = interpreter.start(`(run ${operands})`, "call", environment);
    return { value: write(computation.finish()), steps: computation.steps };
  };
}

function hostRunner({ name }: BenchProgram): Runner {
  const work = javascript[name] as (...operands: number[]) => unknown;
  return (operands) => ({ value: String(work(...operands.split(" ").map(Number))) });
}
