// The outbox: messages leave in order within a chat, chats do not wait for each other, and nothing is sent twice.
import { PortError } from "../port.js";
import type { Attachment } from "./envelope.js";
import type { Address, BasebandStorage, Button, Outgoing, OutgoingState } from "./storage.js";

export interface Part extends Address {
  readonly text: string;
  /** Only with the last part of a message, as are its files. */
  readonly buttons: readonly Button[];
  readonly files: readonly Attachment[];
  /** "" if it does not matter what it answers. */
  readonly repliesTo: string;
  /** The same each time this part is tried: for platforms that drop what they have seen. */
  readonly nonce: string;
  /** The turn that the message answers; 0 for one of its own. */
  readonly turn: number;
}

/** Where a platform's messages go. */
export interface Sink {
  /** True if the platform drops a nonce that it has seen, so that a part may be sent again when in doubt. */
  readonly dropsRepeated: boolean;
  /** As the platform wants long texts; absent: in one part. */
  split?(row: Outgoing): readonly string[];
  /**
   * Resolves once the platform has accepted the part, with its id of the message if it has one. A PortError says that it
   * did not: retryable or not. Any other error leaves it open whether it did.
   */
  send(part: Part): Promise<string | void>;
}

export interface Outbox {
  /** Lets messages for the platform flow. What a dead process left half sent is settled first. Answers how to stop it. */
  attach(platform: string, sink: Sink): () => void;
  isAttached(platform: string): boolean;
  /** Sends what may be sent now, each chat at its own pace; resolves with the number of messages sent. `now` tells the time while it lasts. */
  deliver(nowMs: number, now?: () => number): Promise<number>;
  /** When the first message that waits for its time may be sent; undefined if none waits that could be. */
  dueMs(): number | undefined;
}

export const SEND_ATTEMPTS = 8;

/** Doubles from one second to five minutes, spread by the row's number so that chats do not retry in step. */
export function sendDelayMs(attempt: number, id: number): number {
  const spread = 0.5 + ((id * 0.618_033_988_75) % 1) / 2;
  return Math.ceil(Math.min(300_000, 1_000 * 2 ** (attempt - 1)) * spread);
}

export function createOutbox(storage: BasebandStorage, delayMs: (attempt: number, id: number) => number = sendDelayMs): Outbox {
  const sinks = new Map<string, Sink>();
  const inFlight = new Set<number>();
  const sendOne = async (row: Outgoing, sink: Sink, now: () => number): Promise<boolean> => {
    inFlight.add(row.id);
    try {
      // The mark comes before the first byte leaves: after a crash it says that there may have been one.
      const parts = row.parts.length > 0 ? row.parts : sink.split?.(row) ?? [row.text];
      let current = await durably(storage, row, { state: "sending", parts, attempts: row.attempts + 1 });
      // Nothing has left if the door has closed meanwhile.
      if (sinks.get(row.platform) !== sink) return (await durably(storage, current, { state: "pending", attempts: row.attempts })).state === "sent";
      while (current.partsSent < parts.length) {
        const result = await attempted(sink, current);
        if ("error" in result) return settle(current, result, now());
        const partsSent = current.partsSent + 1;
        current = await durably(storage, current, { partsSent, messages: [...current.messages, result.message], ...(partsSent === parts.length ? { state: "sent", reason: "" } : {}) });
      }
      return true;
    } finally {
      inFlight.delete(row.id);
    }
  };

  const settle = async (row: Outgoing, { error }: Failure, nowMs: number): Promise<boolean> => {
    const reason = error instanceof PortError ? error.code : "outcome-unknown";
    const state = stateAfter(error, row.attempts, sinks.get(row.platform)?.dropsRepeated ?? false);
    const waitMs = Math.max(1, delayMs(row.attempts, row.id), error instanceof PortError ? error.options.retryAfterMs ?? 0 : 0);
    await durably(storage, row, { state, reason, notBeforeMs: nowMs + waitMs });
    return false;
  };

  const mayLeave = (row: Outgoing, nowMs: number): boolean => sinks.has(row.platform) && row.state === "pending" && row.notBeforeMs <= nowMs;

  /** One message of a chat after the other, for as long as they may leave; each is looked up anew, for what writing a row sets off may deliver too. */
  const drain = async (first: Outgoing, now: () => number): Promise<number> => {
    let sent = 0;
    for (let row = storage.nextOutgoing(first); row !== undefined && mayLeave(row, now()); row = storage.nextOutgoing(first)) {
      const sink = sinks.get(row.platform);
      if (sink !== undefined && (await sendOne(row, sink, now))) sent += 1;
    }
    return sent;
  };

  return {
    attach(platform, sink) {
      if (sinks.has(platform)) throw new PortError("baseband-attached", `the platform ${platform} is attached already`);
      storage.transaction(() => {
        for (const row of storage.outgoing(["sending"])) {
          if (row.platform !== platform || inFlight.has(row.id)) continue;
          replaced(storage, row, sink.dropsRepeated ? { state: "pending" } : { state: "unknown", reason: "outcome-unknown" });
        }
      });
      sinks.set(platform, sink);
      return () => void (sinks.get(platform) === sink && sinks.delete(platform));
    },
    isAttached: (platform) => sinks.has(platform),
    async deliver(nowMs, now = () => nowMs) {
      const chats = storage.outgoingHeads().filter((row) => mayLeave(row, nowMs));
      return (await Promise.all(chats.map((row) => drain(row, now)))).reduce((sum, count) => sum + count, 0);
    },
    dueMs() {
      const waiting = storage.outgoingHeads().filter((row) => mayLeave(row, Infinity));
      return waiting.length === 0 ? undefined : Math.min(...waiting.map((row) => row.notBeforeMs));
    },
  };
}

function replaced(storage: BasebandStorage, row: Outgoing, change: Partial<Outgoing>): Outgoing {
  const after = { ...row, ...change };
  if (!storage.replaceOutgoing(row, after)) throw new PortError("baseband-outbox-conflict", `outgoing message ${row.id} was changed by another writer`);
  return after;
}

async function durably(storage: BasebandStorage, row: Outgoing, change: Partial<Outgoing>): Promise<Outgoing> {
  const after = storage.batch(() => replaced(storage, row, change));
  await storage.durable();
  return after;
}

interface Failure {
  readonly error: unknown;
}

async function attempted(sink: Sink, row: Outgoing): Promise<Failure | { readonly message: string }> {
  const { platform, account, channel, thread, turn, repliesTo, id, partsSent } = row;
  const isLast = partsSent === row.parts.length - 1;
  const [buttons, files] = isLast ? [row.buttons, row.files] : [[], []];
  try {
    const message = await sink.send({
      platform, account, channel, thread, turn, text: row.parts[partsSent] ?? "", buttons, files, repliesTo: partsSent === 0 ? repliesTo : "", nonce: `${id}.${partsSent}`,
    });
    return { message: message ?? "" };
  } catch (error) {
    return { error };
  }
}

function stateAfter(error: unknown, attempts: number, dropsRepeated: boolean): OutgoingState {
  if (!(error instanceof PortError) && !dropsRepeated) return "unknown";
  if (error instanceof PortError && !error.retryable) return "failed";
  return attempts < SEND_ATTEMPTS ? "pending" : "dead";
}
