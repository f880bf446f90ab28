// The native side of the baseband: who may come in, by which door, and what happens to them in one transaction.
import { z } from "zod";
import { PortError } from "../port.js";
import { type Arrival, type Envelope, envelopeSchema } from "./envelope.js";
import { createOutbox, type Outbox, type Part, type Sink } from "./outbox.js";
import { createQueue, type Limits, OPEN, type Queue } from "./queue.js";
import type { Address, BasebandStorage, Binding, Lane, Member, Turn } from "./storage.js";

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
  /**
   * Verifies, binds, allows, drops repetitions and queues, in one transaction: acknowledge to the platform only
   * once it has returned and the world's transaction, if there is one around it, has committed. Refuses with
   * `baseband-invalid-envelope`, `-unknown-platform`, `-not-verified`, `-not-bound`, `-not-allowed` or `-full`.
   */
  accept(arrival: Arrival, evidence?: unknown, lane?: Lane): Accepted;
}

export interface BasebandOptions {
  readonly limits?: Limits;
  /** Delay before a message is tried again after so many attempts. */
  readonly sendDelayMs?: (attempt: number, id: number) => number;
}

export const OPEN_TURNS = 10_000;

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
    accept: (arrival, evidence, lane = "interactive") => {
      const envelope = verified(doors, arrival, evidence);
      return storage.transaction(() => {
        const binding = bindingOf(storage, envelope);
        if (binding === undefined) throw refused("not-bound", envelope, "its channel is bound to no agent", "Bind the channel first.");
        const member = memberOf(storage, envelope);
        if (member === undefined) throw refused("not-allowed", envelope, "its sender is not on the allow-list", "Admit the sender first.");
        return enqueued(storage, stamped(envelope, binding, member), binding, member, lane);
      });
    },
  };
}

/** A platform within this process, such as the REPL: nobody else can speak through it. */
export function inProcess(name: string, receive: (part: Part) => Promise<void> | void): Platform {
  return { name, dropsRepeated: false, verify: () => true, send: async (part) => receive(part) };
}

/** The binding of the thread itself, else of its channel. */
export function bindingOf(storage: BasebandStorage, { platform, account, channel, thread }: Address): Binding | undefined {
  const ofChannel = storage.bindings().filter((binding) => binding.platform === platform && binding.account === account && binding.channel === channel);
  return ofChannel.find((binding) => binding.thread === thread) ?? ofChannel.find((binding) => binding.thread === "");
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
  return storage.members().find((member) => member.platform === platform && member.account === account && member.sender === sender);
}

/** What only we may say of a message. */
function stamped(envelope: Envelope, { agent }: Binding, { role, identity }: Member): Envelope {
  const { platform, account, channel, thread, sender } = envelope;
  const session = [agent, platform, account, channel, thread].map(encodeURIComponent).join("/");
  return { ...envelope, identity, session, label: role === "operator" ? "" : `${platform} ${sender}` };
}

function enqueued(storage: BasebandStorage, envelope: Envelope, { agent }: Binding, { role }: Member, lane: Lane): Accepted {
  const known = storage.turnOf(envelope.platform, envelope.account, envelope.id);
  if (known !== undefined) return { duplicate: true, turn: known };
  if (storage.countTurns(OPEN) >= OPEN_TURNS) {
    throw new PortError("baseband-full", `the queue has its ${OPEN_TURNS} open turns`, { retryable: true, retryAfterMs: 60_000, hint: "Wait until some are done." });
  }
  const turn = storage.addTurn({
    agent, lane, role, envelope, state: "queued", token: 0, worker: "", leasedUntilMs: 0, attempts: 0, notBeforeMs: 0, reason: "",
  });
  return { duplicate: false, turn };
}

function refused(code: string, envelope: Envelope, why: string, hint: string): PortError {
  return new PortError(`baseband-${code}`, `message ${envelope.id} of ${envelope.platform} was refused: ${why}`, { hint });
}
