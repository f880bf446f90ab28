// Names what senders have not named: a publish that the broker brings again keeps the name of the first time.
import { createHash, randomUUID } from "node:crypto";
import type { IPublishPacket } from "mqtt";
import type { Gateway } from "../channel.js";

/** More than brokers leave unacknowledged at a time; we ask for no more than a fifth of it. */
const REMEMBERED = 100;
export const MOST_UNACKNOWLEDGED = 20;
const RECENT = "recent";

/** A packet's number is used again once it is acknowledged, so it tells a message only together with what it says. */
interface Seen {
  readonly key: string;
  readonly id: string;
}

/** Answers the name of a packet. It is written down before the packet is handed in, so it holds also after a crash in between. */
export function createRedeliveries(gateway: Pick<Gateway, "recall" | "remember">): (packet: IPublishPacket) => string {
  let recent = JSON.parse(gateway.recall(RECENT) ?? "[]") as readonly Seen[];
  return (packet) => {
    // At most once: what is not acknowledged does not come again.
    if (packet.qos === 0) return randomUUID();
    const key = keyOf(packet);
    const known = packet.dup ? recent.findLast((seen) => seen.key === key) : undefined;
    if (known !== undefined) return known.id;
    const id = randomUUID();
    recent = [...recent, { key, id }].slice(-REMEMBERED);
    gateway.remember(RECENT, JSON.stringify(recent));
    return id;
  };
}

function keyOf({ messageId, topic, payload }: IPublishPacket): string {
  return createHash("sha256").update(`${messageId} ${topic}\n`).update(payload).digest("base64url");
}
