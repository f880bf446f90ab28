// Reads the programs of the benchmark: a Lisp text each, and in its first lines how it is run and what it must answer.
import { readdirSync, readFileSync } from "node:fs";

/** A call of the `run` of a program, and its right answer. */
export interface Call {
  /** The operands as they stand in the source, for example "5 30". */
  readonly operands: string;
  /** What the answer prints as, in every system. */
  readonly expected: string;
}

export interface BenchProgram {
  readonly name: string;
  readonly source: string;
  /** The call that is timed. */
  readonly measured: Call;
  /** The same work in a few thousand steps. */
  readonly tiny: Call;
}

/** All programs of a folder, by name. */
export function readPrograms(folder: URL): BenchProgram[] {
  return readdirSync(folder).filter((file) => file.endsWith(".scm")).sort().map((file) => {
    const source = readFileSync(new URL(file, folder), "utf8");
    return { name: file.slice(0, -".scm".length), source, measured: callIn(source, "measured", file), tiny: callIn(source, "tiny", file) };
  });
}

function callIn(source: string, kind: string, file: string): Call {
  const found = new RegExp(`^; ${kind}: \\(run (.*?)\\) => (.*)$`, "m").exec(source);
  if (found === null) throw new Error(`${file} has no line "; ${kind}: (run …) => …"`);
  return { operands: found[1] as string, expected: found[2] as string };
}
