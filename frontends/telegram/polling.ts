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
  for (let failures = 0; !signal.aborted;) {
    try {
      // After a failure Telegram is to answer at once, so that it shows whether it is well again.
      const wait = failures === 0 ? WAIT_S : 0;
      const updates = await answered("getUpdates", api.getUpdates({ offset: offsetOf(gateway), timeout: wait, allowed_updates: [...UPDATE_KINDS] }, signal));
      standing.connected();
      await takeAll(updates, gateway, intake);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      standing.disconnected((error as Error).message);
      await pause(error, failures++, signal);
    }
  }
}

/** In their order; what was taken is remembered also when the rest could not be. */
async function takeAll(updates: readonly Update[], gateway: Gateway, intake: Intake): Promise<void> {
  let taken: number | undefined;
  try {
    for (const update of [...updates].sort((one, other) => one.update_id - other.update_id)) {
      await intake(update);
      taken = update.update_id;
    }
  } finally {
    if (taken !== undefined) gateway.remember(OFFSET, JSON.stringify({ next: Math.max(offsetOf(gateway) ?? 0, taken + 1), atMs: Date.now() }));
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
