// What the baseband needs of a place that keeps bindings, members, turns and outgoing messages.
import type { Receipts } from "../port.js";
import type { Attachment, Envelope } from "./envelope.js";

/** A place to speak: a thread of a channel of an account, or the whole channel where thread is empty. */
export interface Address {
  readonly platform: string;
  readonly account: string;
  readonly channel: string;
  readonly thread: string;
}

/** Of a binding or a member, where it stands for any. */
export const ANY = "*";

/** Which agent answers where. Its account and channel may be `ANY`; its thread, if empty, stands for all of the channel. */
export interface Binding extends Address {
  readonly agent: string;
}

export type Role = "operator" | "member";

/** One who may speak to the agent. Who is not listed may not. */
export interface Member {
  readonly platform: string;
  /** May be `ANY`. */
  readonly account: string;
  readonly sender: string;
  readonly role: Role;
  readonly identity: string;
}

/** Somebody or some place that was turned away, without what was said. */
export interface Refused extends Address {
  readonly sender: string;
  /** `baseband-not-bound`, `baseband-not-allowed` … */
  readonly code: string;
  readonly lastMs: number;
  readonly count: number;
}

/** How many of those turned away are remembered: the last ones. */
export const REFUSED_KEPT = 100;

/** What a person may press instead of typing it. */
export interface Button {
  readonly label: string;
  /** What pressing it says. */
  readonly says: string;
}

/** `command`: taken out of turn, it counts in no limit and keeps nothing of its session waiting. */
export type Lane = "interactive" | "schedule" | "worker" | "maintenance" | "command";
export type TurnState = "queued" | "leased" | "running" | "waiting" | TerminalState;
/** Of turns that have not ended. */
export const OPEN: readonly TurnState[] = ["queued", "waiting", "leased", "running"];
export type TerminalState = "done" | "failed" | "stopped" | "dead";

/** A row of the queue. Rows are replaced, never changed in place. */
export interface Turn {
  readonly id: number;
  readonly agent: string;
  readonly lane: Lane;
  readonly role: Role;
  readonly envelope: Envelope;
  readonly state: TurnState;
  /** Fencing token of the last lease; 0 before. */
  readonly token: number;
  readonly worker: string;
  readonly leasedUntilMs: number;
  /** Number of leases so far. */
  readonly attempts: number;
  /** Not to be leased or woken before. 0 in `waiting`: not until resumed. */
  readonly notBeforeMs: number;
  readonly reason: string;
}

/** `unknown`: it may have been sent, nobody can tell, and it is never sent again. */
export type OutgoingState = "pending" | "sending" | "sent" | "failed" | "dead" | "unknown";

/** A row of the outbox: one message, sent in parts. */
export interface Outgoing extends Address {
  readonly id: number;
  /** The turn it answers, and then the only one that does; 0 for a message of its own. */
  readonly turn: number;
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly files: readonly Attachment[];
  /** The platform's id of the message that it answers; "" if it does not matter. */
  readonly repliesTo: string;
  readonly state: OutgoingState;
  /** As the platform splits the text; fixed when the first is sent. */
  readonly parts: readonly string[];
  readonly partsSent: number;
  /** The platform's ids of the parts sent, as far as it has any. */
  readonly messages: readonly string[];
  readonly attempts: number;
  readonly notBeforeMs: number;
  readonly reason: string;
}

/** A message that has not left yet. */
export function outgoing(address: Address, text: string, more: Partial<Pick<Outgoing, "turn" | "buttons" | "files" | "repliesTo">> = {}): Omit<Outgoing, "id"> {
  const { platform, account, channel, thread } = address;
  return {
    platform, account, channel, thread, turn: 0, text, buttons: [], files: [], repliesTo: "", ...more,
    state: "pending", parts: [], partsSent: 0, messages: [], attempts: 0, notBeforeMs: 0, reason: "",
  };
}

export interface BasebandStorage {
  readonly receipts: Receipts;
  /** All or nothing. Nested calls join. */
  transaction<Result>(work: () => Result): Result;
  /** The same, but together with all else that is written in this moment: not durable when it returns, but when `durable` resolves. */
  batch<Result>(work: () => Result): Result;
  durable(): Promise<void>;
  bindings(): Binding[];
  writeBinding(binding: Binding): void;
  removeBinding(address: Address): boolean;
  members(): Member[];
  writeMember(member: Member): void;
  removeMember(platform: string, account: string, sender: string): boolean;
  /** Those turned away, the last first. */
  refused(): Refused[];
  /** How often anybody was ever turned away. */
  countRefused(): number;
  /** Counts one more; of the same place, sender and code, one is remembered. */
  noteRefused(refused: Omit<Refused, "count">): void;
  /** A number greater than every one before. */
  nextToken(): number;
  turn(id: number): Turn | undefined;
  turnOf(platform: string, account: string, message: string): Turn | undefined;
  countTurns(states: readonly TurnState[]): number;
  /** Ordered by id, oldest first. */
  turns(states: readonly TurnState[]): Turn[];
  /** The oldest open turn of each session, commands aside; ordered by id. */
  heads(): Turn[];
  /** Whether the turn's session has an open turn that came after it. */
  hasLater(turn: Turn): boolean;
  addTurn(turn: Omit<Turn, "id">): Turn;
  /** Writes only over a row of this state and token; answers whether it did. */
  replaceTurn(before: Turn, after: Turn): boolean;
  /** The chats where people of a role have spoken and nobody of another one has, the one of the last word first. */
  chatsOf(role: Role): Address[];
  message(id: number): Outgoing | undefined;
  /** Ordered by id, oldest first. */
  outgoing(states: readonly OutgoingState[]): Outgoing[];
  /** The oldest message of a chat that has not left. */
  nextOutgoing(chat: Address): Outgoing | undefined;
  /** The same of each chat, ordered by id. */
  outgoingHeads(): Outgoing[];
  countOutgoing(state: OutgoingState): number;
  /** Answers undefined, and adds nothing, if the turn has its answer already. */
  addOutgoing(outgoing: Omit<Outgoing, "id">): Outgoing | undefined;
  /** Writes only over a row of this state and number of parts sent; answers whether it did. */
  replaceOutgoing(before: Outgoing, after: Outgoing): boolean;
}
