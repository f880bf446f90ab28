// What the shared scenarios need of a platform under test: people who speak there, what they see, and faults on order.
import type { ChannelFrontend } from "../../frontends/channel.js";

/** Ada owns the agent, Bob may speak to it, and nobody has heard of Eve. */
export type Person = "ada" | "bob" | "eve";

/** Where something is said. `direct` is a person's own chat with the agent; the others are there for everybody. */
export type Room = "direct" | "group" | "other";

export interface Place {
  readonly room: Room;
  /** A thread of the room, by a name that the peer makes one for. Absent: outside threads. */
  readonly thread?: string;
}

/**
 * A platform with people on it, made once for a suite; it outlives the agent, which is stopped and started meanwhile. It
 * listens on the loopback only.
 * Methods that act resolve once the platform has what was done; whether the agent has it is another matter.
 */
export interface Peer {
  /** What is under test; `openHost` is given it as the frontend of its platform. */
  readonly frontend: ChannelFrontend;
  /** What a person entered in `ouro setup`: with these, the frontend reaches this peer. */
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The account under which arrivals come. */
  readonly account: string;
  readonly can: Abilities;
  /** As arrivals name it. A direct room has another channel for each person. */
  channelOf(place: Place, person: Person): { readonly channel: string; readonly thread: string };
  /** As arrivals name them. */
  senderOf(person: Person): string;
  /** Says something, so that the agent is meant: with a mention where the platform wants one. Answers the message's id, as arrivals have it. */
  say(person: Person, text: string, options?: SayOptions): Promise<string>;
  /** Changes what was said before. Answers the id of this event. Only if it `can` edit. */
  edit(person: Person, message: string, text: string): Promise<string>;
  /** Says it after the name of the platform's own command. Only if it `can` be called by one. */
  call?(person: Person, text: string): string;
  /** Presses a button under a message of the agent. Only if it `can` press. */
  press(person: Person, message: Seen, label: string): Promise<void>;
  /** Delivers an event once more, exactly as it was, however often it was acknowledged. */
  redeliver(event: string): Promise<void>;
  /** Delivers what claims to be from a person and is not: with a wrong signature or token, or with a forged name. Fails unless the platform's listener refuses what is not signed. */
  forge(person: Person, text: string): Promise<void>;
  /** What the agent's messages look like now, in the order in which they appeared; progress included. */
  seen(place: Place, person: Person): readonly Seen[];
  /** Whether the agent has acknowledged an event to the platform. */
  isAcknowledged(event: string): boolean;
  /** Whether the platform has brought it more than once: then what was said later may have come before it. Absent where order is kept. */
  wasRepeated?(event: string): boolean;
  /** From now on, until it is used up. Faults are met in the order in which they were given. */
  fail(fault: Fault): void;
  /** Cuts all connections; new ones are let in after so long. */
  cut(milliseconds: number): Promise<void>;
  /** Requests that the platform refused as wrong in themselves: an agent that behaves has none. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface SayOptions extends Partial<Place> {
  readonly repliesTo?: string;
  readonly files?: readonly SentFile[];
}

export interface SentFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Told instead of the true size. */
  readonly claimedSize?: number;
  /** The platform hands the file out only then; absent: at once. */
  readonly held?: Promise<void>;
}

/** A message of the agent's, as a person sees it. */
export interface Seen {
  readonly id: string;
  readonly text: string;
  /** Labels, in their order. */
  readonly buttons: readonly string[];
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly repliesTo?: string;
  /** The texts it had before. */
  readonly before: readonly string[];
}

/** What the platform does; scenarios about what it does not are left out, and their number is told. */
export interface Abilities {
  readonly threads: boolean;
  /** People change what they have said. */
  readonly edits: boolean;
  readonly buttons: boolean;
  /** It has a command of its own, after whose name people say things to the agent. */
  readonly calls?: boolean;
  readonly filesIn: boolean;
  /** It keeps files until they are fetched, in another life of the agent too. */
  readonly filesKept?: boolean;
  readonly filesOut: boolean;
  /** The agent can change what it has said, so it shows progress. */
  readonly progress: boolean;
  /** The platform drops a nonce that it has seen. */
  readonly dropsRepeated: boolean;
  /** The platform says so when it does not take a message. MQTT 3.1.1 has no word for that: its brokers acknowledge, or end the connection. */
  readonly refusals: boolean;
  /** The longest text of one message, in the units of JavaScript strings. */
  readonly longestText: number;
}

/** About what the agent sends. `times`: so many requests, 1 unless told otherwise. */
export type Fault =
  /** Refused for now, with the time after which to ask again. */
  | { readonly kind: "rate-limit"; readonly retryAfterMs: number; readonly times?: number }
  /** The platform fails without having taken it: 5xx, or what the protocol has for that. */
  | { readonly kind: "server-error"; readonly times?: number }
  /** Taken and shown, and then the connection breaks before the answer. */
  | { readonly kind: "lost-answer"; readonly times?: number }
  /** Refused for good: no such chat, no right. */
  | { readonly kind: "refusal"; readonly times?: number }
  /** Answered late. */
  | { readonly kind: "slow"; readonly milliseconds: number; readonly times?: number };
