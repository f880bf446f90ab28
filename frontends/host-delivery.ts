// When messages leave: as soon as one is there, and again when one that failed is due.
import type { Outbox } from "../ports/baseband/index.js";

/** The wall clock may be set while one waits, so it is looked at again after this long at the latest. */
const LONGEST_WAIT_MS = 60_000;

export class Delivery {
  private readonly under = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private isOpen = true;
  private isAsked = false;

  constructor(private readonly outbox: Outbox, private readonly failed: (error: unknown) => void) {}

  /** Lets leave what may, once for all who ask in the same moment; what is on its way already is not disturbed. */
  soon(): void {
    if (!this.isOpen || this.isAsked) return;
    this.isAsked = true;
    const delivery = Promise.resolve().then(() => {
      this.isAsked = false;
      return this.outbox.deliver(Date.now(), Date.now);
    }).then(() => this.arm(), this.failed).finally(() => this.under.delete(delivery));
    this.under.add(delivery);
  }

  /** Resolves once nothing is on its way. */
  async settled(): Promise<void> {
    while (this.under.size > 0) await Promise.all(this.under);
  }

  close(): void {
    this.isOpen = false;
    clearTimeout(this.timer);
  }

  private arm(): void {
    clearTimeout(this.timer);
    const due = this.isOpen ? this.outbox.dueMs() : undefined;
    if (due !== undefined) this.timer = setTimeout(() => this.soon(), Math.min(Math.max(0, due - Date.now()), LONGEST_WAIT_MS)).unref();
  }
}
