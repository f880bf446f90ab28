// What verbs that ask the desk have in common: ask, show as text or as JSON, and let go.
import type { Desk, Program } from "../frontend.js";
import type { Words } from "./words.js";

/** Asks, and shows the answer: with --json as one line of JSON, else as `show` puts it. The exit status is 0 where the answer is good. */
export async function answer<Result>(
  program: Program, options: Words, ask: (desk: Desk) => Promise<Result>, show: (result: Result) => string, isGood: (result: Result) => boolean = () => true,
): Promise<number> {
  const desk = await program.desk();
  try {
    const result = await ask(desk);
    program.output.write(`${options.has("json") ? JSON.stringify(result) : show(result)}\n`);
    return isGood(result) ? 0 : 1;
  } finally {
    await desk.close();
  }
}

/** A time as people and programs read it. */
export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** A text on one line and no longer than this. */
export function shortened(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
