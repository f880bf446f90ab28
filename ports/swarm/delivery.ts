// Waiting for a child's answer, and handing it over once.
import { type ChildService, type Kin, type Labels, PortError } from "../port.js";

/** A type and no interface, so that it counts as plain data. */
export type Delivery = { done: false } | { done: true; answer: string; labels?: Labels };

/** Who waits for which child now. The same intent waits with itself; while one waits, another is refused: there is one answer. */
export class Waits {
  private readonly begun = new Map<string, { readonly idempotencyKey: string; readonly delivery: Promise<Delivery> }>();

  async once({ parent, child }: Kin, idempotencyKey: string, wait: () => Promise<Delivery>): Promise<Delivery> {
    const key = JSON.stringify([parent, child]);
    const begun = this.begun.get(key);
    if (begun?.idempotencyKey === idempotencyKey) return begun.delivery;
    if (begun !== undefined) throw delivered(child);
    const delivery = wait();
    this.begun.set(key, { idempotencyKey, delivery });
    return delivery.finally(() => this.begun.delete(key));
  }
}

/** Not done after the timeout; rejects when the signal is aborted, or as the service does. */
export async function awaited(ask: (ended: AbortSignal) => ReturnType<ChildService["result"]>, timeoutMs: number, signal: AbortSignal): Promise<Delivery> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  const ended = AbortSignal.any([signal, late.signal]);
  try {
    const result = ask(ended);
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

function delivered(child: string): PortError {
  return new PortError("swarm-delivered", `another waits for the answer of ${child} already`, { hint: "Keep the answer of the first await." });
}
