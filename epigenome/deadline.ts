// How long a turn may take: a wait that stands still while a person is asked.
import type { Clock } from "./clock.js";

export class Deadline {
  private sinceMs = 0;
  private forget: (() => void) | undefined;

  /** Runs from now on. `pass` is called once when the time is over, unless the deadline has ended. */
  constructor(private readonly clock: Pick<Clock, "elapsedMs" | "wait">, private leftMs: number, private readonly pass: () => void) {
    this.resume();
  }

  /** Stands still until it is resumed. */
  pause(): void {
    if (this.forget === undefined) return;
    this.end();
    this.leftMs -= this.clock.elapsedMs() - this.sinceMs;
  }

  /** Runs on with what is left. */
  resume(): void {
    if (this.forget !== undefined) return;
    this.sinceMs = this.clock.elapsedMs();
    this.forget = this.clock.wait(Math.max(0, this.leftMs), this.pass);
  }

  end(): void {
    this.forget?.();
    this.forget = undefined;
  }
}
