// What a person may do with the lists of channels and with what waits in them: look, let in, bind, try again, take out.
import { record, redacted, type World } from "../epigenome/index.js";
import { canonical } from "../interpreter/index.js";
import { type Baseband, type BasebandStorage, channelName, noteOf, OPEN, type Outgoing, type OutgoingState, type Turn } from "../ports/baseband/index.js";
import type { Note } from "../ports/port.js";
import type { ChannelDesk, ChannelStatus, MemberReport, OutboxCounts, PlaceReport, QueuedDetails, QueuedReport, QueueReport } from "./channel.js";
import { AGENT, type Conversations, TERMINAL } from "./host-conversation.js";
import { HostError } from "./host-error.js";

const OUTGOING_STATES: readonly OutgoingState[] = ["pending", "sending", "sent", "failed", "dead", "unknown"];
/** Ended turns and messages that a list shows, of each kind. */
const SHOWN = 20;

export type QueueDesk = Pick<ChannelDesk, "allow" | "disallow" | "bind" | "unbind" | "queue" | "queued" | "retry" | "drop">;

/** `changed` hears of what may run or leave now. What is done is journaled. */
export function queueDesk(world: World, baseband: Baseband, conversations: Conversations): QueueDesk {
  const { storage } = baseband;
  const noted = <Result>(note: Note, work: () => Result): Result => storage.transaction(() => {
    world.note(canonical(record(note)));
    return work();
  });
  return {
    allow: async (given) => {
      const member = wellFormed(given);
      return noted(noteOf.allow(member), () => (baseband.admit(member), member));
    },
    disallow: async (given) => {
      const person = wellFormed(given);
      return noted(noteOf.disallow(person), () => ({ disallowed: baseband.dismiss(person.platform, person.account, person.sender) }));
    },
    bind: async (given) => {
      const place = wellFormed(given);
      return noted(noteOf.bind({ ...place, agent: AGENT }), () => (baseband.bind({ ...place, agent: AGENT }), place));
    },
    unbind: async (given) => {
      const place = wellFormed(given);
      return noted(noteOf.unbind(place), () => ({ unbound: baseband.unbind(place) }));
    },
    queue: async () => queueReport(storage),
    queued: async ({ id }) => detailsOf(storage, id),
    retry: async ({ id }) => noted({ baseband: "retry", id }, () => (retry(baseband, conversations, id), { retried: id })),
    drop: async ({ id }) => noted({ baseband: "drop", id }, () => (drop(baseband, id), conversations.delivery.soon(), { dropped: id })),
  };
}

/** Names as the journal has them, and as they will be looked for: half a surrogate pair is no character. */
function wellFormed<Names>(names: Names): Names {
  return redacted(names, (text) => text.toWellFormed()) as Names;
}

export function queueReport(storage: BasebandStorage): QueueReport {
  return {
    in: [...storage.turns(["failed", "dead"]).slice(-SHOWN), ...storage.turns(OPEN)].map(turnReport),
    out: [...storage.outgoing(["failed", "dead", "unknown"]).slice(-SHOWN), ...storage.outgoing(["pending", "sending"])].map(messageReport),
  };
}

export function detailsOf(storage: BasebandStorage, id: string): QueuedDetails {
  const { turn, message } = found(storage, id);
  if (turn !== undefined) return { ...turnReport(turn), text: turn.envelope.body.text, sender: turn.envelope.sender, partsSent: 0, parts: 0 };
  return { ...messageReport(message), text: message.text, sender: "", partsSent: message.partsSent, parts: message.parts.length };
}

export function channelCounts(storage: BasebandStorage): Omit<ChannelStatus, "channels"> {
  const counts = Object.fromEntries(OUTGOING_STATES.map((state) => [state, storage.countOutgoing(state)])) as OutboxCounts;
  return { outbox: counts, refused: storage.countRefused() };
}

/** The lists, without the terminal, which nobody can be kept from. */
export function listsOf(storage: BasebandStorage): { readonly members: readonly MemberReport[]; readonly bindings: readonly PlaceReport[] } {
  const isForeign = ({ platform }: { readonly platform: string }): boolean => platform !== TERMINAL.platform;
  return {
    members: storage.members().filter(isForeign).map(({ platform, account, sender, role, identity }) => ({ platform, account, sender, role, identity })),
    bindings: storage.bindings().filter(isForeign).map(({ platform, account, channel, thread }) => ({ platform, account, channel, thread })),
  };
}

type Found = { readonly turn: Turn; readonly message?: undefined } | { readonly turn?: undefined; readonly message: Outgoing };

/** What came in or goes out under an id of the queue's, ended or not. */
export function queuedNamed(storage: BasebandStorage, id: string): Found | undefined {
  const [, way, number = ""] = /^(in|out)-(\d{1,15})$/.exec(id) ?? [];
  const turn = way === "in" ? storage.turn(Number(number)) : undefined;
  if (turn !== undefined) return { turn };
  const message = way === "out" ? storage.message(Number(number)) : undefined;
  return message && { message };
}

function found(storage: BasebandStorage, id: string): Found {
  const found = queuedNamed(storage, id);
  if (found === undefined) throw new HostError("no-queued", `there is no ${id} in the queue`);
  return found;
}

/** A turn that has ended stays ended: what it was about is asked once more. A message whose outcome is unknown is never sent again. */
function retry(baseband: Baseband, conversations: Conversations, id: string): void {
  const { storage } = baseband;
  const { turn, message } = found(storage, id);
  if (turn === undefined) {
    if (message.state !== "failed" && message.state !== "dead" && message.state !== "pending") throw new HostError("not-retryable", `${id} is ${message.state}`);
    storage.replaceOutgoing(message, { ...message, state: "pending", attempts: 0, notBeforeMs: 0, reason: "" });
    return conversations.delivery.soon();
  }
  if (turn.state === "waiting") baseband.queue.resume(turn.id);
  else if (turn.state === "failed" || turn.state === "dead" || turn.state === "stopped") storage.addTurn(again(turn, storage));
  else throw new HostError("not-retryable", `${id} is ${turn.state}`);
  conversations.start();
}

function again(turn: Turn, storage: BasebandStorage): Omit<Turn, "id"> {
  const { platform, account, id } = turn.envelope;
  const free = (number: number): string => (storage.turnOf(platform, account, `${id} again ${number}`) === undefined ? `${id} again ${number}` : free(number + 1));
  return { ...turn, envelope: { ...turn.envelope, id: free(1) }, state: "queued", token: 0, worker: "", leasedUntilMs: 0, attempts: 0, notBeforeMs: 0, reason: "" };
}

function drop(baseband: Baseband, id: string): void {
  const { storage } = baseband;
  const { turn, message } = found(storage, id);
  if (turn !== undefined) {
    if (turn.state !== "queued" || !baseband.queue.stop(turn.id, { reason: DROPPED, answer: `This was not done: ${DROPPED}.` }))
      throw new HostError("not-droppable", `${id} is ${turn.state}; a turn that runs is ended by ouro cell stop`);
  } else if (message.state !== "pending" || !storage.replaceOutgoing(message, { ...message, state: "failed", reason: DROPPED })) {
    throw new HostError("not-droppable", `${id} is ${message.state}`);
  }
}

const DROPPED = "a person took it out of the queue";

function turnReport({ id, state, envelope, attempts, reason }: Turn): QueuedReport {
  return { id: `in-${id}`, state, channel: channelName(envelope), attempts, reason };
}

function messageReport(message: Outgoing): QueuedReport {
  const { id, state, attempts, reason } = message;
  return { id: `out-${id}`, state, channel: channelName(message), attempts, reason };
}
