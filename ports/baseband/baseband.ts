// The native side of the baseband: who may come in, by which door, and what happens to them in one transaction.
import { z } from "zod";
import { PortError } from "../port.js";
import { type Arrival, type Attachment, type Envelope, envelopeSchema } from "./envelope.js";
import { createOutbox, type Outbox, type Part, type Sink } from "./outbox.js";
import { createQueue, type Limits, type Queue } from "./queue.js";
import { type Address, ANY, type BasebandStorage, type Binding, type Lane, type Member, OPEN, type Turn } from "./storage.js";

/** A platform's door: what comes in is verified by it, what goes out leaves by it. */
export interface Platform extends Sink {
  readonly name: string;
  /** Whether `evidence`, such as the signed request, proves that the platform sent this envelope. */
  verify(envelope: Envelope, evidence: unknown): boolean;
}

export interface Accepted {
  /** True if this message was accepted before: nothing new was queued. */
  readonly duplicate: boolean;
  readonly turn: Turn;
}

/** Who speaks where, as our own lists have it; nothing of it is said by the message. */
export interface Admission {
  /** With identity, session and label. */
  readonly envelope: Envelope;
  readonly agent: string;
  readonly role: Member["role"];
  /** The turn that this message has already. */
  readonly known?: Turn;
}

export interface Baseband {
  readonly storage: BasebandStorage;
  readonly queue: Queue;
  readonly outbox: Outbox;
  /** Opens a platform's door; answers how to close it. */
  attach(platform: Platform): () => void;
  /** An empty thread binds all threads of the channel that are not bound themselves. */
  bind(binding: Binding): void;
  unbind(address: Address): boolean;
  admit(member: Member): void;
  dismiss(platform: string, account: string, sender: string): boolean;
  /** Verifies, binds and allows, and keeps nothing. Refuses as `accept` does, except for `-full`. */
  examine(arrival: Arrival, evidence?: unknown): Admission;
  /**
   * Verifies, binds, allows, drops repetitions and queues, as one part of the present batch: acknowledge to the platform
   * only once that is durable. Refuses with
   * `baseband-invalid-envelope`, `-unknown-platform`, `-not-verified`, `-not-bound`, `-not-allowed` or `-full`.
   */
  accept(arrival: Arrival, evidence?: unknown, lane?: Lane): Accepted;
  /** The files of a turn that waited for them, as it was seen then, and what there is to say of those left out: it may be leased now. Undefined if it waits no more, or for others. */
  arrived(turn: Turn, attachments: readonly Attachment[], parts: Envelope["body"]["parts"]): Turn | undefined;
  /**
   * Of a message that puts an earlier one of the same sender right: puts its text and files in the place of the earlier
   * ones if nobody has begun with them, and answers the turn; its own arrival counts as done. Undefined if it is too late.
   */
  replace(arrival: Arrival, edited: string, evidence?: unknown): Turn | undefined;
}

export interface BasebandOptions {
  readonly limits?: Limits;
  /** Delay before a message is tried again after so many attempts. */
  readonly sendDelayMs?: (attempt: number, id: number) => number;
}

export const OPEN_TURNS = 10_000;
/** Of a turn whose files are still to come. */
const NOT_YET = Number.MAX_SAFE_INTEGER;

export function openBaseband(storage: BasebandStorage, options: BasebandOptions = {}): Baseband {
  const outbox = createOutbox(storage, options.sendDelayMs);
  const doors = new Map<string, Platform>();
  return {
    storage,
    outbox,
    queue: createQueue(storage, options.limits),
    attach(platform) {
      const detach = outbox.attach(platform.name, platform);
      doors.set(platform.name, platform);
      return () => {
        detach();
        if (doors.get(platform.name) === platform) doors.delete(platform.name);
      };
    },
    bind: (binding) => storage.transaction(() => storage.writeBinding(binding)),
    unbind: (address) => storage.transaction(() => storage.removeBinding(address)),
    admit: (member) => storage.transaction(() => storage.writeMember(member)),
    dismiss: (platform, account, sender) => storage.transaction(() => storage.removeMember(platform, account, sender)),
    examine: (arrival, evidence) => admitted(storage, verified(doors, arrival, evidence)),
    accept: (arrival, evidence, lane = "interactive") => {
      const envelope = verified(doors, arrival, evidence);
      return storage.batch(() => enqueued(storage, admitted(storage, envelope), lane));
    },
    arrived: (turn, attachments, parts) => storage.transaction(() => withFiles(storage, turn, attachments, parts)),
    replace: (arrival, edited, evidence) => {
      const envelope = verified(doors, arrival, evidence);
      return storage.batch(() => replaced(storage, admitted(storage, envelope), edited));
    },
  };
}

/** A platform within this process, such as the REPL: nobody else can speak through it. */
export function inProcess(name: string, receive: (part: Part) => Promise<void> | void): Platform {
  return { name, dropsRepeated: false, verify: () => true, send: async (part) => receive(part) };
}

/** The binding that says most: that of the thread itself, else of its channel, else of all channels. */
export function bindingOf(storage: BasebandStorage, { platform, account, channel, thread }: Address): Binding | undefined {
  const fitting = storage.bindings().filter((binding) => binding.platform === platform && fits(binding.account, account) && fits(binding.channel, channel)
    && (binding.thread === "" || binding.thread === thread));
  const exactness = (binding: Binding): number => (binding.thread === "" ? 0 : 4) + (binding.channel === ANY ? 0 : 2) + (binding.account === ANY ? 0 : 1);
  return fitting.toSorted((one, other) => exactness(other) - exactness(one))[0];
}

function fits(pattern: string, name: string): boolean {
  return pattern === name || pattern === ANY;
}

function admitted(storage: BasebandStorage, envelope: Envelope): Admission {
  const binding = bindingOf(storage, envelope);
  if (binding === undefined) throw refused("not-bound", envelope, "its channel is bound to no agent", "Bind the channel first.");
  const member = memberOf(storage, envelope);
  if (member === undefined) throw refused("not-allowed", envelope, "its sender is not on the allow-list", "Admit the sender first.");
  const known = storage.turnOf(envelope.platform, envelope.account, envelope.id);
  return { envelope: stamped(envelope, binding, member), agent: binding.agent, role: member.role, known };
}

function verified(doors: ReadonlyMap<string, Platform>, arrival: Arrival, evidence: unknown): Envelope {
  const parsed = envelopeSchema.safeParse(arrival);
  if (!parsed.success) throw new PortError("baseband-invalid-envelope", `no valid envelope: ${z.prettifyError(parsed.error)}`);
  const envelope = parsed.data;
  const door = doors.get(envelope.platform);
  if (door === undefined) throw refused("unknown-platform", envelope, "no such platform is attached", "Start its frontend first.");
  if (door.verify(envelope, evidence) !== true) throw refused("not-verified", envelope, "the platform's signature does not match", "Check the platform's signing secret.");
  return envelope;
}

function memberOf(storage: BasebandStorage, { platform, account, sender }: Envelope): Member | undefined {
  const members = storage.members().filter((member) => member.platform === platform && fits(member.account, account) && member.sender === sender);
  return members.find((member) => member.account === account) ?? members[0];
}

/** What only we may say of a message. */
function stamped(envelope: Envelope, { agent }: Binding, { role, identity }: Member): Envelope {
  const { platform, account, channel, thread, sender } = envelope;
  const session = [agent, platform, account, channel, thread].map(encodeURIComponent).join("/");
  return { ...envelope, identity, session, label: role === "operator" ? "" : `${platform} ${sender}` };
}

function enqueued(storage: BasebandStorage, { envelope, agent, role, known }: Admission, lane: Lane): Accepted {
  if (known !== undefined) return { duplicate: true, turn: known };
  if (storage.countTurns(OPEN) >= OPEN_TURNS) {
    throw new PortError("baseband-full", `the queue has its ${OPEN_TURNS} open turns`, { retryable: true, retryAfterMs: 60_000, hint: "Wait until some are done." });
  }
  const turn = storage.addTurn({
    agent, lane, role, envelope, state: "queued", token: 0, worker: "", leasedUntilMs: 0, attempts: 0, notBeforeMs: beginningOf(envelope), reason: "",
  });
  return { duplicate: false, turn };
}

function beginningOf({ arriving }: Envelope): number {
  return arriving === undefined ? 0 : NOT_YET;
}

function withFiles(storage: BasebandStorage, { id, envelope: seen }: Turn, attachments: readonly Attachment[], parts: Envelope["body"]["parts"]): Turn | undefined {
  const turn = storage.turn(id);
  if (turn?.state !== "queued" || turn.envelope.arriving === undefined) return undefined;
  const { arriving, body, ...envelope } = turn.envelope;
  // An edit has put others in their place meanwhile.
  if (JSON.stringify(arriving) !== JSON.stringify(seen.arriving)) return undefined;
  const after = { ...turn, notBeforeMs: 0, envelope: { ...envelope, body: { ...body, parts: [...body.parts, ...parts] }, attachments: [...envelope.attachments, ...attachments] } };
  storage.replaceTurn(turn, after);
  return after;
}

function replaced(storage: BasebandStorage, admission: Admission, edited: string): Turn | undefined {
  const { envelope, known } = admission;
  const earlier = storage.turnOf(envelope.platform, envelope.account, edited);
  if (known !== undefined || earlier === undefined || earlier.envelope.sender !== envelope.sender) return undefined;
  const hasFiles = envelope.attachments.length > 0 || envelope.arriving !== undefined;
  const isSame = earlier.envelope.body.text === envelope.body.text && !hasFiles;
  if (!isSame && earlier.state !== "queued") return undefined;
  const { turn } = enqueued(storage, admission, earlier.lane);
  storage.replaceTurn(turn, { ...turn, state: "done", reason: `put into turn ${earlier.id}` });
  if (isSame) return earlier;
  const { attachments, arriving } = hasFiles ? envelope : earlier.envelope;
  // It corrects nothing that anybody has read.
  const body = { ...envelope.body, parts: envelope.body.parts.filter(({ kind }) => kind !== "corrects") };
  const { arriving: _, ...rest } = earlier.envelope;
  const corrected = { ...rest, body, attachments, ...(arriving === undefined ? {} : { arriving }) };
  const after = { ...earlier, envelope: corrected, notBeforeMs: beginningOf(corrected) };
  storage.replaceTurn(earlier, after);
  return after;
}

function refused(code: string, envelope: Envelope, why: string, hint: string): PortError {
  return new PortError(`baseband-${code}`, `message ${envelope.id} of ${envelope.platform} was refused: ${why}`, { hint });
}
