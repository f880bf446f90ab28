// What a channel is: a platform on which people reach the agent, and what the host gives to the frontend that serves it.

/**
 * One folder of `frontends/` serves one platform, and its `index.ts` exports one of these as `frontend`. It is loaded when
 * its platform is configured, not before, and brings its package along only then.
 */
export interface ChannelFrontend {
  /** Of the platform, as in addresses: `telegram`. */
  readonly name: string;
  readonly doc: string;
  /** What `ouro setup` asks for, in this order. */
  readonly settings: readonly Setting[];
  /** What a person does at the platform before they can enter the settings; as for these, where some are known already. */
  guide?(settings: Readonly<Record<string, string>>): string;
  /** Asks the platform who we are there, and receives nothing: the account's name. Fails with `ChannelError`. */
  check(gateway: ChannelSettings, signal: AbortSignal): Promise<string>;
  /** A file that has a `reference`, of a message that was accepted in this life of the process or an earlier one. Absent where files come with their messages. */
  file?(settings: ChannelSettings, kept: KeptFile): Promise<ArrivingFile>;
  /** Receives and sends until the signal aborts, and then leaves the platform in good order. If it throws, the host starts it again, alone, after a while. */
  run(gateway: Gateway, signal: AbortSignal): Promise<void>;
}

export interface Setting {
  readonly name: string;
  /** What to enter and where to find it, in a sentence. */
  readonly doc: string;
  /** Kept in the vault, and read without echo. */
  readonly isSecret?: true;
  /** The one that is entered by leaving it empty. Absent: it must be given, unless it `isOptional`. */
  readonly default?: string;
  readonly isOptional?: true;
  readonly choices?: readonly string[];
  /** What is wrong with an entry; undefined if nothing. */
  problem?(entry: string): string | undefined;
}

export interface ChannelSettings {
  /** By the names of `settings`, those that are not secret; what was left out has its default. */
  readonly settings: Readonly<Record<string, string>>;
  /** The secret of a setting, at the moment when it is used: never to be kept, logged or shown. Undefined if none was entered. */
  secret(setting: string): Promise<string | undefined>;
}

/** The host, as a channel sees it. */
export interface Gateway extends ChannelSettings {
  /**
   * Hands in what the platform brought: the binding, the allow-list and the role are looked up, repetitions dropped, the rest
   * queued. Resolves once it is durable, or refused: acknowledge to the platform then, and not before. Files that have a
   * `reference` are fetched after that. Rejects if it could
   * be neither (the queue is full, the home is closing): do not acknowledge, so that the platform brings it again.
   */
  accept(arrival: ChannelArrival, evidence?: unknown): Promise<Acceptance>;
  /** Opens the way out: what the agent says from now on, and what waited, leaves by this door. Answers how to close it. */
  attach(door: Door): () => void;
  /** How the connection stands, for `ouro status` and the doctor. Without secrets. */
  report(state: "connecting" | "connected" | "disconnected", detail?: string): void;
  /** Into the home's log, without secrets. */
  log(level: "info" | "warn" | "error", event: string, details?: Readonly<Record<string, unknown>>): void;
  /** What the frontend wrote down for itself, such as an offset; it survives the process. */
  recall(key: string): string | undefined;
  remember(key: string, value: string): void;
}

/** A message, an edit or the press of a button. */
export interface ChannelArrival {
  /** The platform's own id of this event: the same when it is delivered again. */
  readonly id: string;
  /** Which of our accounts there received it. */
  readonly account: string;
  readonly channel: string;
  /** Absent outside threads. */
  readonly thread?: string;
  /** The platform's own id of who sent it, which nobody there can choose for themselves: never a display name. */
  readonly sender: string;
  /** What was said; of a press, what the button `says`. */
  readonly text: string;
  /** Said after the name of the platform's own command, as in `/ouro status`: our commands need no stroke there. */
  readonly isCalled?: true;
  readonly files?: readonly ArrivingFile[];
  /** The id of the earlier message that this one puts right. */
  readonly edits?: string;
  /** The id of the message that this one replies to. */
  readonly repliesTo?: string;
  /** Milliseconds since the epoch, as the platform has it. */
  readonly sentMs?: number;
}

/** What is known of a file before it is read. */
export interface FileDescription {
  readonly name: string;
  /** Media type, as the platform has it. */
  readonly type: string;
  /** Bytes; absent where the platform does not tell before. */
  readonly size?: number;
}

/** A file that the platform keeps, as it was described with its message. */
export interface KeptFile extends FileDescription {
  /** By which the frontend finds it again; kept as it is, so it names no more than the platform's own id. At most 4,000 characters. */
  readonly reference: string;
}

/** A file of a message. It is read only when its sender is known and the media policy allows it. */
export interface ArrivingFile extends FileDescription {
  /** Of one that the platform keeps: its message is accepted before it is fetched, and waits for it in the queue. Absent: its bytes have come with the message. */
  readonly reference?: string;
  /** Fails with `ChannelError` beyond so many bytes; `retryable` ones are tried again if the platform keeps the file. */
  read(mostBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** `refused`: nothing was kept, and nothing is to be said; the code is one of the baseband's, for the log. */
export type Acceptance = { readonly state: "accepted" | "duplicate" } | { readonly state: "refused"; readonly code: string };

/** The way out to a platform. */
export interface Door {
  /** True if the platform drops a nonce that it has seen, so that a part may be sent again when in doubt. */
  readonly dropsRepeated: boolean;
  /** False: the host writes what the buttons say under the text. */
  readonly hasButtons: boolean;
  /** Whether `evidence`, such as a signed request, proves that the platform sent this. Absent: the connection itself proves it. */
  verify?(arrival: ChannelArrival, evidence: unknown): boolean;
  /** A text in pieces that each fit into one message, code fences whole. */
  split(text: string): readonly string[];
  /**
   * Resolves once the platform has accepted the part, with its id of the message ("" if it has none). `ChannelError` says
   * that it did not; any other error leaves open whether it did.
   */
  send(part: OutgoingPart, signal: AbortSignal): Promise<string>;
  /** Puts another text in the place of a message. Absent where the platform cannot: then no progress is shown. */
  edit?(message: string, part: OutgoingPart, signal: AbortSignal): Promise<void>;
}

export interface OutgoingPart {
  readonly account: string;
  readonly channel: string;
  /** "" outside threads. */
  readonly thread: string;
  readonly text: string;
  /** Only with the last part of a message. */
  readonly buttons: readonly Button[];
  readonly files: readonly OutgoingFile[];
  /** The platform's id of the message that this one answers, where there is one. */
  readonly repliesTo?: string;
  /** The same each time this part is tried: for platforms that drop what they have seen. */
  readonly nonce: string;
  /** True for a message that shows how far a turn has come, and is edited until the final one follows. */
  readonly isProgress: boolean;
}

export interface Button {
  readonly label: string;
  /** What pressing it says, as if it had been typed; at most 64 bytes of UTF-8. */
  readonly says: string;
}

export interface OutgoingFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The platform did not take what was asked of it. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";

  constructor(
    /** Stable: `telegram-rate-limited`. */
    readonly code: string,
    message: string,
    readonly options: { readonly retryable?: boolean; readonly retryAfterMs?: number; readonly hint?: string } = {},
  ) {
    super(message);
  }
}

/** What a person asks about channels and what waits in them: a part of the desk, and so of the control API. */
export interface ChannelDesk {
  channels(): Promise<ChannelsReport>;
  /** Keeps what `ouro setup` asked for, and starts the channel if they run here; `check` is asked first. Errors: `no-platform`, `bad-setting`, those of the check. */
  configure(request: ChannelEntries): Promise<{ readonly platform: string; readonly account: string }>;
  /** Forgets a platform's settings and secrets, and ends its channel. */
  forget(request: { readonly platform: string }): Promise<{ readonly forgotten: boolean }>;
  /** Lets somebody speak to the agent; the account `*` stands for any. */
  allow(request: MemberReport): Promise<MemberReport>;
  disallow(request: { readonly platform: string; readonly account: string; readonly sender: string }): Promise<{ readonly disallowed: boolean }>;
  /** Lets the agent be spoken to in a channel; account and channel `*` stand for any. */
  bind(request: PlaceReport): Promise<PlaceReport>;
  unbind(request: PlaceReport): Promise<{ readonly unbound: boolean }>;
  queue(): Promise<QueueReport>;
  /** One thing that waits or has ended: `in-7` came in, `out-7` goes out. Errors: `no-queued`. */
  queued(request: { readonly id: string }): Promise<QueuedDetails>;
  /** Tries it again: a message that did not leave, or one from a person whose turn was not done. Errors: `no-queued`, `not-retryable`. */
  retry(request: { readonly id: string }): Promise<{ readonly retried: string }>;
  /** Takes it out. Errors: `no-queued`, `not-droppable`. */
  drop(request: { readonly id: string }): Promise<{ readonly dropped: string }>;
  /** Ends the process that has the home open, in good order. Errors: `not-up`. */
  down(): Promise<{ readonly leaving: true }>;
}

export interface ChannelEntries {
  readonly platform: string;
  readonly settings: Readonly<Record<string, string>>;
  /** What was not entered keeps what it was. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Senders who are let in as operators. */
  readonly operators: readonly string[];
  /** Where the agent may be spoken to: channels, or `*`. */
  readonly channels: readonly string[];
}

/** How a configured channel stands. `off`: no process has it running. */
export interface ChannelReport {
  readonly platform: string;
  readonly state: "off" | "connecting" | "connected" | "disconnected" | "failed";
  /** "" if there is nothing to say. */
  readonly detail: string;
  /** How often its frontend was started again since the process began. */
  readonly restarts: number;
}

/** Messages of the outbox by what became of them. `unknown`: sent or not, nobody can tell, and never sent again. */
export type OutboxCounts = Readonly<Record<"pending" | "sending" | "sent" | "failed" | "dead" | "unknown", number>>;

export interface ChannelStatus {
  readonly channels: readonly ChannelReport[];
  readonly outbox: OutboxCounts;
  /** How often somebody was turned away. */
  readonly refused: number;
}

export interface MemberReport {
  readonly platform: string;
  readonly account: string;
  readonly sender: string;
  readonly role: "operator" | "member";
  readonly identity: string;
}

export interface PlaceReport {
  readonly platform: string;
  readonly account: string;
  readonly channel: string;
  readonly thread: string;
}

/** Somebody who was turned away: never what was said. */
export interface RefusedReport extends PlaceReport {
  readonly sender: string;
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly lastMs: number;
  readonly count: number;
}

export interface ChannelsReport {
  readonly channels: readonly ChannelReport[];
  readonly members: readonly MemberReport[];
  readonly bindings: readonly PlaceReport[];
  /** The last ones. */
  readonly refused: readonly RefusedReport[];
  readonly refusals: number;
}

export interface QueuedReport {
  readonly id: string;
  readonly state: string;
  /** `platform/account/channel`, and the thread if there is one, with percent-encoding. */
  readonly channel: string;
  readonly attempts: number;
  readonly reason: string;
}

export interface QueueReport {
  /** Messages that came in and whose turns have not ended, and the last that failed, oldest first. */
  readonly in: readonly QueuedReport[];
  /** Messages that have not left, or may not have, oldest first. */
  readonly out: readonly QueuedReport[];
}

export interface QueuedDetails extends QueuedReport {
  readonly text: string;
  /** Of what came in; "" of what goes out. */
  readonly sender: string;
  /** Parts that have left, and how many there are; of what came in, 0. */
  readonly partsSent: number;
  readonly parts: number;
}
