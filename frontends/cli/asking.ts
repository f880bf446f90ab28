// What verbs that ask the desk have in common: ask, show as text or as JSON, and let go.
import { CommandError, type Desk, type Program } from "../frontend.js";
import type { Words } from "./words.js";

/**
 * Asks, and shows the answer: with --json as one line of JSON, else as `show` puts it. The exit status is 0 where the answer is good.
 * Errors: `interrupted` when the process is told to end before there is an answer.
 */
export async function answer<Result>(
  program: Program, options: Words, ask: (desk: Desk) => Promise<Result>, show: (result: Result) => string, isGood: (result: Result) => boolean = () => true,
): Promise<number> {
  const desk = await program.desk();
  try {
    const result = await unlessTold(program.signal, ask(desk));
    program.output.write(`${options.has("json") ? JSON.stringify(result) : show(result)}\n`);
    return isGood(result) ? 0 : 1;
  } finally {
    await desk.close();
  }
}

/** Rejects as soon as the process is told to end: what was asked for goes on without it, or when the home is opened again. */
async function unlessTold<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  let tell = (): void => undefined;
  const told = new Promise<never>((_, reject) => {
    tell = () => reject(new CommandError("interrupted", "told to end before there was an answer", "What was accepted goes on while the agent runs; ouro why tells how far it is."));
    signal.addEventListener("abort", tell, { once: true });
    if (signal.aborted) tell();
  });
  // Whatever is told then about what was asked, nobody listens any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, told]);
  } finally {
    signal.removeEventListener("abort", tell);
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
