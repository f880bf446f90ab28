// Receives by long polling: an update is confirmed to Telegram only once the host has it.
import { setTimeout as sleep } from "node:timers/promises";
import { ChannelError, type Gateway } from "../channel.js";
import { UPDATE_KINDS } from "./arrivals.js";
import { type Api, answered, isPassing, type Update } from "./client.js";
import { createDoor } from "./door.js";
import type { Intake } from "./intake.js";

/** Seconds that Telegram holds an empty answer back. */
const WAIT_S = 50;
const MOST_WAIT_MS = 60_000;
/** Telegram answers at once while it has updates that are not confirmed: how long until it is asked again what came meanwhile. */
const LOOK_AGAIN_MS = 500;
/** Telegram keeps updates for a day, and after a week without any it numbers them anew, perhaps below the old offset. */
const OFFSET_LIFE_MS = 6 * 86_400_000;
const OFFSET = "offset";

/** Receives until the signal aborts. Fails with a `ChannelError` that another try does not mend. */
export async function poll(api: Api, gateway: Gateway, intake: Intake, signal: AbortSignal): Promise<void> {
  await answered("deleteWebhook", api.deleteWebhook({}, signal));
  // While Telegram does not answer, what is to be sent waits with the host, and no try is lost on it.
  const door = createDoor(api);
  let detach: (() => void) | undefined;
  const connected = (): void => {
    if (detach !== undefined) return;
    detach = gateway.attach(door);
    gateway.report("connected", "long polling");
  };
  const disconnected = (why: string): void => {
    detach?.();
    detach = undefined;
    gateway.report("disconnected", why);
  };
  connected();
  try {
    await pollOn(api, gateway, intake, { connected, disconnected }, signal);
  } finally {
    detach?.();
  }
}

interface Standing {
  connected(): void;
  disconnected(why: string): void;
}

async function pollOn(api: Api, gateway: Gateway, intake: Intake, standing: Standing, signal: AbortSignal): Promise<void> {
  const window = new Window(gateway, intake);
  try {
    await receiveInto(window, api, gateway, standing, signal);
  } finally {
    await window.settled();
  }
}

async function receiveInto(window: Window, api: Api, gateway: Gateway, standing: Standing, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      // After a failure Telegram is to answer at once, so that it shows whether it is well again.
      const wait = failures === 0 && !window.isBusy ? WAIT_S : 0;
      const updates = await answered("getUpdates", api.getUpdates({ offset: offsetOf(gateway), timeout: wait, allowed_updates: [...UPDATE_KINDS] }, signal));
      standing.connected();
      window.take(updates);
      await window.settledOr(LOOK_AGAIN_MS, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      standing.disconnected((error as Error).message);
      await pause(error, failures++, signal);
    }
  }
}

/**
 * The updates that Telegram has brought and is not told of yet. A slow one holds up its chat alone, but the offset stays
 * before it, for an offset confirms all below it. Invariant: whatever is below the offset was taken.
 */
class Window {
  /** By their numbers. One that failed is tried once it comes again, and forgotten if it does not. */
  private readonly updates = new Map<number, "waits" | "taken" | "failed">();
  private readonly waiting = new Set<Promise<void>>();
  private readonly failures: unknown[] = [];

  constructor(private readonly gateway: Gateway, private readonly intake: Intake) {}

  get isBusy(): boolean {
    return this.waiting.size > 0;
  }

  take(updates: readonly Update[]): void {
    for (const [id, state] of this.updates) if (state === "failed") this.updates.delete(id);
    for (const update of [...updates].sort((one, other) => one.update_id - other.update_id)) {
      if (this.updates.has(update.update_id)) continue;
      this.updates.set(update.update_id, "waits");
      const taken: Promise<void> = this.takeOne(update).finally(() => this.waiting.delete(taken));
      this.waiting.add(taken);
    }
  }

  async settled(): Promise<void> {
    while (this.isBusy) await Promise.all(this.waiting);
    this.confirm();
  }

  /** Until all are taken, or so long. Fails as the first that could not be taken. */
  async settledOr(milliseconds: number, signal: AbortSignal): Promise<void> {
    const waited = new AbortController();
    await Promise.race([this.settled(), sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, waited.signal]) }).catch(() => undefined)]);
    waited.abort();
    this.confirm();
    if (this.failures.length > 0) throw this.failures.splice(0)[0];
  }

  private async takeOne(update: Update): Promise<void> {
    try {
      await this.intake(update);
      this.updates.set(update.update_id, "taken");
    } catch (error) {
      this.updates.set(update.update_id, "failed");
      this.failures.push(error);
    }
  }

  /** Moves the offset past those that are taken, up to the first that is not. */
  private confirm(): void {
    let taken: number | undefined;
    for (const id of [...this.updates.keys()].sort((one, other) => one - other)) {
      if (this.updates.get(id) !== "taken") break;
      this.updates.delete(id);
      taken = id;
    }
    if (taken !== undefined) this.gateway.remember(OFFSET, JSON.stringify({ next: Math.max(offsetOf(this.gateway) ?? 0, taken + 1), atMs: Date.now() }));
  }
}

function offsetOf(gateway: Gateway): number | undefined {
  const { next, atMs } = JSON.parse(gateway.recall(OFFSET) ?? "{}") as { next?: number; atMs?: number };
  return Date.now() - (atMs ?? 0) < OFFSET_LIFE_MS ? next : undefined;
}

/** As long as Telegram asks for, else doubling from half a second to a minute. */
async function pause(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
  const asked = error instanceof ChannelError ? error.options.retryAfterMs : undefined;
  const milliseconds = asked ?? Math.min(MOST_WAIT_MS, 500 * 2 ** Math.min(failures, 10));
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
