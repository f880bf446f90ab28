// The world's time, dice and scheduling: all that it takes from its machine, behind one interface that a simulation can drive.
import { randomBytes } from "node:crypto";
import type { Stamp } from "../ports/port.js";

export interface Clock {
  /** Wall clock and 32 bytes of entropy in hex: sampled when an entry is written, never in a replay. */
  stamp(): Stamp;
  /** Milliseconds since the epoch by the wall clock, which may jump in both directions. */
  timeMs(): number;
  /** Milliseconds since some beginning, which never go back. */
  elapsedMs(): number;
  /** Calls back once after so many milliseconds of `elapsedMs`; answers how to take that back. */
  wait(milliseconds: number, callback: () => void): () => void;
  /** Calls back when whatever else is ready has been looked at. */
  soon(callback: () => void): void;
}

const ENTROPY_BYTES = 32;
/** Pieces of entropy that are drawn at once. */
const DRAWN_AT_ONCE = 128;

/** What a timer of the host can wait at most; a longer one would fire at once. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

let drawn = "";
let used = 0;

/** 32 bytes in hex that nobody can guess, and nobody else was given. */
export function drawEntropy(): string {
  if (used === drawn.length) [drawn, used] = [randomBytes(DRAWN_AT_ONCE * ENTROPY_BYTES).toString("hex"), 0];
  return drawn.slice(used, (used += 2 * ENTROPY_BYTES));
}

/** The machine's own. */
export function systemClock(): Clock {
  return {
    stamp: () => ({ timeMs: Date.now(), entropy: drawEntropy() }),
    timeMs: () => Date.now(),
    elapsedMs: () => performance.now(),
    wait,
    soon: (callback) => void setImmediate(callback),
  };
}

function wait(milliseconds: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (left: number): void => {
    timer = left > LONGEST_WAIT_MS ? setTimeout(() => arm(left - LONGEST_WAIT_MS), LONGEST_WAIT_MS) : setTimeout(callback, left);
  };
  arm(milliseconds);
  return () => clearTimeout(timer);
}
