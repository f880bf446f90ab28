// The outbox: messages leave in order within a chat, chats do not wait for each other, and nothing is sent twice.
import { PortError } from "../port.js";
import type { Address, BasebandStorage, Outgoing, OutgoingState } from "./storage.js";

export interface Part extends Address {
  readonly text: string;
  /** The same each time this part is tried: for platforms that drop what they have seen. */
  readonly nonce: string;
}

/** Where a platform's messages go. */
export interface Sink {
  /** True if the platform drops a nonce that it has seen, so that a part may be sent again when in doubt. */
  readonly dropsRepeated: boolean;
  /** As the platform wants long texts; absent: in one part. */
  split?(text: string): readonly string[];
  /**
   * Resolves once the platform has accepted the part. A PortError says that it did not: retryable or not.
   * Any other error leaves it open whether it did.
   */
  send(part: Part): Promise<void>;
}

export interface Outbox {
  /** Lets messages for the platform flow. What a dead process left half sent is settled first. Answers how to stop it. */
  attach(platform: string, sink: Sink): () => void;
  isAttached(platform: string): boolean;
  /** Sends what may be sent now, all chats at once; resolves with the number of messages sent. */
  deliver(nowMs: number): Promise<number>;
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
  const replaced = (row: Outgoing, change: Partial<Outgoing>): Outgoing => {
    const after = { ...row, ...change };
    if (!storage.replaceOutgoing(row, after)) throw new PortError("baseband-outbox-conflict", `outgoing message ${row.id} was changed by another writer`);
    return after;
  };

  const sendOne = async (row: Outgoing, sink: Sink, nowMs: number): Promise<boolean> => {
    inFlight.add(row.id);
    try {
      // The mark comes before the first byte leaves: after a crash it says that there may have been one.
      const parts = row.parts.length > 0 ? row.parts : sink.split?.(row.text) ?? [row.text];
      let current = replaced(row, { state: "sending", parts, attempts: row.attempts + 1 });
      while (current.partsSent < parts.length) {
        const failure = await attempted(sink, current);
        if (failure !== undefined) return settle(current, failure, nowMs);
        current = replaced(current, { partsSent: current.partsSent + 1 });
      }
      replaced(current, { state: "sent", reason: "" });
      return true;
    } finally {
      inFlight.delete(row.id);
    }
  };

  const settle = (row: Outgoing, { error }: Failure, nowMs: number): boolean => {
    const reason = error instanceof PortError ? error.code : "outcome-unknown";
    const state = stateAfter(error, row.attempts, sinks.get(row.platform)?.dropsRepeated ?? false);
    const waitMs = Math.max(1, delayMs(row.attempts, row.id), error instanceof PortError ? error.options.retryAfterMs ?? 0 : 0);
    replaced(row, { state, reason, notBeforeMs: nowMs + waitMs });
    return false;
  };

  return {
    attach(platform, sink) {
      if (sinks.has(platform)) throw new PortError("baseband-attached", `the platform ${platform} is attached already`);
      storage.transaction(() => {
        for (const row of storage.outgoing(["sending"])) {
          if (row.platform !== platform || inFlight.has(row.id)) continue;
          replaced(row, sink.dropsRepeated ? { state: "pending" } : { state: "unknown", reason: "outcome-unknown" });
        }
      });
      sinks.set(platform, sink);
      return () => void (sinks.get(platform) === sink && sinks.delete(platform));
    },
    isAttached: (platform) => sinks.has(platform),
    async deliver(nowMs) {
      let sent = 0;
      for (;;) {
        const work = heads(storage.outgoing(["pending", "sending"])).flatMap((row) => {
          const sink = sinks.get(row.platform);
          return sink !== undefined && row.state === "pending" && row.notBeforeMs <= nowMs ? [sendOne(row, sink, nowMs)] : [];
        });
        if (work.length === 0) return sent;
        sent += (await Promise.all(work)).filter(Boolean).length;
      }
    },
  };
}

interface Failure {
  readonly error: unknown;
}

async function attempted(sink: Sink, row: Outgoing): Promise<Failure | undefined> {
  const { platform, account, channel, thread, id, partsSent } = row;
  try {
    await sink.send({ platform, account, channel, thread, text: row.parts[partsSent] ?? "", nonce: `${id}.${partsSent}` });
    return undefined;
  } catch (error) {
    return { error };
  }
}

function stateAfter(error: unknown, attempts: number, dropsRepeated: boolean): OutgoingState {
  if (!(error instanceof PortError) && !dropsRepeated) return "unknown";
  if (error instanceof PortError && !error.retryable) return "failed";
  return attempts < SEND_ATTEMPTS ? "pending" : "dead";
}

/** The oldest row of each chat: the others wait for it. */
function heads(rows: readonly Outgoing[]): Outgoing[] {
  const chats = new Set<string>();
  return rows.filter(({ platform, account, channel, thread }) => {
    const chat = JSON.stringify([platform, account, channel, thread]);
    return !chats.has(chat) && chats.add(chat);
  });
}
