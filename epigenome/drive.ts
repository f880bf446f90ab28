// Runs one computation to its end without holding up the process: slices, then a turn for everybody else.
import { type Computation, Condition, LispError, type Value } from "../interpreter/index.js";

/** How long a computation may hold the thread before others get a turn, in milliseconds. */
const TURN_MS = 8;
const SLICES_BETWEEN_LOOKS = 20;

/** Answers what a computation asked for by `suspend`; a rejection is raised in the computation. The signal says that nobody waits any more. */
export type Answer = (request: unknown, signal: AbortSignal) => Promise<Value>;

/** What a program asks for that ends itself. `status` is the process's, from 0 to 255. */
export class ProgramExit {
  constructor(readonly status: number) {}
}

/** Where output goes, told when it has room again; undefined while it has. */
export type Drained = () => Promise<void> | undefined;

/**
 * Steps the computation until it is done or has failed; `status` tells which. What it asks for is answered by
 * `answer`. An aborted signal stops it with the code `interrupted`, also while it waits for an answer or for room.
 * A program that asks to end fails with the code `exited`, and its request is the result.
 */
export async function drive(computation: Computation, answer: Answer, signal: AbortSignal, drained: Drained = () => undefined): Promise<ProgramExit | undefined> {
  const stop = () => computation.stop(new Condition("interrupted", "the evaluation was interrupted"));
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => { stop(); resolve(); }, { once: true }));
  if (signal.aborted) stop();
  for (;;) {
    const until = performance.now() + TURN_MS;
    while (computation.status === "ready" && performance.now() < until) computation.step(SLICES_BETWEEN_LOOKS);
    if (computation.status === "waiting" && computation.request instanceof ProgramExit) return leave(computation, computation.request);
    if (computation.status === "waiting") await Promise.race([settle(computation, answer, signal), aborted]);
    else if (computation.status === "ready") await new Promise((resolve) => setImmediate(resolve));
    else return undefined;
    const room = drained();
    if (room !== undefined) await Promise.race([room, aborted]);
  }
}

function leave(computation: Computation, exit: ProgramExit): ProgramExit {
  computation.stop(new Condition("exited", `the program ended itself with status ${exit.status}`));
  return exit;
}

async function settle(computation: Computation, answer: Answer, signal: AbortSignal): Promise<void> {
  let go: () => void;
  try {
    const value = await answer(computation.request, signal);
    go = () => computation.resume(value);
  } catch (error) {
    const payload = error instanceof LispError ? error.payload : new Condition("internal", error instanceof Error ? error.message : String(error));
    go = () => computation.raise(payload);
  }
  if (computation.status === "waiting") go();
}
