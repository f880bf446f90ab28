// A circuit breaker: after failures in a row a provider is left alone for a while, then tried with one request.

export type BreakerState = "closed" | "open" | "half-open";

const FAILURES_TO_OPEN = 3;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Nygard, *Release It!*, 2007. Its times are stamps that the caller gives, never a clock's. Invariant: when half-open,
 * at most one request is under way.
 */
export class CircuitBreaker {
  private failures = 0;
  private pauseMs = 0;
  private openUntilMs = 0;
  private isProbing = false;

  state(nowMs: number): BreakerState {
    if (this.openUntilMs === 0) return "closed";
    return nowMs < this.openUntilMs ? "open" : "half-open";
  }

  /** When it may be tried again; undefined if it may be now. */
  retryAt(nowMs: number): number | undefined {
    return this.state(nowMs) === "open" ? this.openUntilMs : undefined;
  }

  /** Whether a request may go now. One that may must end in `succeeded`, `failed` or `abandoned`. */
  admit(nowMs: number): boolean {
    const state = this.state(nowMs);
    if (state === "open" || (state === "half-open" && this.isProbing)) return false;
    this.isProbing = state === "half-open";
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.pauseMs = 0;
    this.openUntilMs = 0;
    this.isProbing = false;
  }

  /** `retryAfterMs` is what the provider asks for; it is honoured from the first failure on, and to the letter while there are few. */
  failed(nowMs: number, retryAfterMs = 0): void {
    this.failures += 1;
    const isTried = this.isProbing;
    this.isProbing = false;
    if (this.failures >= FAILURES_TO_OPEN && (isTried || this.pauseMs === 0)) this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.pauseMs * 2));
    const pause = Math.max(this.pauseMs, retryAfterMs);
    if (pause > 0) this.openUntilMs = Math.max(this.openUntilMs, nowMs + pause);
  }

  /** The request ended for a reason that says nothing of the provider. */
  abandoned(): void {
    this.isProbing = false;
  }
}
