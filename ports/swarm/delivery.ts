// Waiting for a child's answer, and handing it over once.
import { type ChildService, type Labels, PortError } from "../port.js";

/** A type and no interface, so that it counts as plain data. */
export type Delivery = { done: false } | { done: true; answer: string; labels?: Labels };

const DELIVERIES_KEPT = 10_000;

/** Which intent got which child's answer. The same intent gets it again; another is refused. */
export class Deliveries {
  private readonly taken = new Map<string, { readonly idempotencyKey: string; readonly delivery: Promise<Delivery> }>();

  /** While one waits, a second waiter is refused too: it could only be delivered to one. */
  async once(child: string, idempotencyKey: string, wait: () => Promise<Delivery>): Promise<Delivery> {
    const taken = this.taken.get(child);
    if (taken?.idempotencyKey === idempotencyKey) return taken.delivery;
    if (taken !== undefined) throw new PortError("swarm-delivered", `the answer of ${child} has gone, or goes, to another that waits`, { hint: "Keep the answer of the first await." });
    const delivery = wait();
    this.taken.set(child, { idempotencyKey, delivery });
    for (const oldest of this.taken.keys()) if (this.taken.size > DELIVERIES_KEPT) this.taken.delete(oldest); else break;
    try {
      const result = await delivery;
      if (!result.done) this.taken.delete(child);
      return result;
    } catch (error) {
      this.taken.delete(child);
      throw error;
    }
  }
}

/** Not done after the timeout; rejects when the signal is aborted, or as the service does. */
export async function awaited(children: ChildService, child: string, timeoutMs: number, signal: AbortSignal): Promise<Delivery> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  const ended = AbortSignal.any([signal, late.signal]);
  try {
    const result = children.result(child, ended);
    const answered = await Promise.race([result, aborted(ended)]);
    // Whoever lost the race may still fail; nobody waits for it any more.
    result.catch(() => undefined);
    if (answered !== undefined) return { done: true, ...answered };
    signal.throwIfAborted();
    return { done: false };
  } catch (error) {
    if (late.signal.aborted && !signal.aborted && !(error instanceof PortError)) return { done: false };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with undefined when aborted, so that a service that forgets its signal cannot hold the turn. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
