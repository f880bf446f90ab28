// The baseband port: channels that the agent is reached by, its queue of turns, and messages it sends.
import { z } from "zod";
import { type Labels, labelled, type Noted, operation, type Port, PortError, withLabels } from "../port.js";
import { type Baseband, bindingOf } from "./baseband.js";
import { type Attachment, attachmentSchema } from "./envelope.js";
import { type Address, ANY, OPEN, outgoing, type Turn } from "./storage.js";

export { type Accepted, type Admission, type Baseband, type BasebandOptions, bindingOf, inProcess, openBaseband, OPEN_TURNS, type Platform } from "./baseband.js";
export { type Arrival, type Arriving, arrivingSchema, type Attachment, attachmentSchema, type Envelope, envelopeSchema, LONGEST_TEXT } from "./envelope.js";
export { noteOf, notedLists } from "./lists.js";
export { memoryBaseband } from "./memory.js";
export { type Outbox, type Part, SEND_ATTEMPTS, sendDelayMs, type Sink } from "./outbox.js";
export { ATTEMPTS, type Completion, type Lease, type LeaseRequest, LIMITS, type Limits, type Queue } from "./queue.js";
export { sqliteBaseband } from "./sqlite.js";
export {
  OPEN,
  type Address, ANY, type BasebandStorage, type Binding, type Button, type Lane, type Member, outgoing, type Outgoing, type OutgoingState, type Refused, type Role, type TerminalState,
  type Turn, type TurnState,
} from "./storage.js";

/** The bytes that a hash names, with where they come from; undefined if there are none. */
export type KeptFiles = (hash: string) => { readonly bytes: Uint8Array; readonly labels: Labels } | undefined;

export interface BasebandPortOptions {
  /** What files that are sent are made of. Absent: there are none. */
  readonly files?: KeptFiles;
  /** The lists that people write natively, if the world shall hold them to its journal. */
  readonly noted?: Noted;
}

export function basebandPort(baseband: Baseband, { files = () => undefined, noted }: BasebandPortOptions = {}): Port {
  return {
    name: "baseband",
    doc: "Channels that the agent is reached by, its queue of turns, and messages it sends.",
    operations: [send(baseband, files), channels(baseband), queue(baseband), bindings(baseband)],
    noted,
  };
}

/** A channel as one text: its parts with percent-encoding, the last one only in a thread. */
export function channelName({ platform, account, channel, thread }: Address): string {
  return [platform, account, channel, ...(thread === "" ? [] : [thread])].map(encodeURIComponent).join("/");
}

const channelText = z.string().max(4_000).regex(/^[^/\s]+\/[^/\s]+\/[^/\s]+(\/[^/\s]+)?$/, "A channel is platform/account/channel or platform/account/channel/thread");
const states = z.enum(["queued", "leased", "running", "waiting", "done", "failed", "stopped", "dead"]);

const MOST_FILES = 20;

const send = (baseband: Baseband, kept: KeptFiles) => operation({
  name: "send!",
  doc: "Sends a text to a bound channel, as named by `channels`, with files that the store keeps as blobs. It is in the outbox when this returns, and leaves from there.",
  parameters: z.object({ channel: channelText, text: z.string().max(65_536).regex(/\S/, "it is blank"), files: z.array(attachmentSchema.omit({ size: true })).max(MOST_FILES).default([]) }),
  result: z.object({ id: z.int() }),
  outcome: "idempotent",
  // What a model wrote may go out; what came from elsewhere needs an approval.
  accepts: ["model"],
  cost: () => ({ calls: 1 }),
  run: (request, context) => baseband.storage.receipts.once(context.idempotencyKey, () => {
    const address = addressOf(request.channel);
    if ([address.account, address.channel].includes(ANY) || bindingOf(baseband.storage, address) === undefined) {
      throw new PortError("baseband-not-bound", `the channel ${request.channel} is bound to no agent`, { hint: "Send to one that `channels` lists." });
    }
    const files = request.files.map((file) => ({ ...file, size: sizeOf(kept, file, context.labels ?? []) }));
    const row = baseband.storage.addOutgoing(outgoing(address, request.text, { files }));
    return { id: row?.id ?? 0 };
  }),
});

const channels = (baseband: Baseband) => operation({
  name: "channels",
  doc: "The bound channels: their names for send!, their agents, whether the platform is attached, and how many messages wait to leave.",
  parameters: z.object({}),
  result: z.object({ channels: z.array(z.object({ channel: z.string(), agent: z.string(), attached: z.boolean(), pending: z.int() })) }),
  outcome: "pure",
  run: () => {
    const waiting = baseband.storage.outgoing(["pending", "sending"]).map(channelName);
    return {
      channels: baseband.storage.bindings().map((binding) => ({
        channel: channelName(binding),
        agent: binding.agent,
        attached: baseband.outbox.isAttached(binding.platform),
        pending: waiting.filter((name) => name === channelName(binding)).length,
      })),
    };
  },
});

/** Why a turn failed may be told in words that it had read. */
const REASONS = "journal";

const turnLine = z.object({
  id: z.int(), state: states, lane: z.string(), agent: z.string(), session: z.string(), channel: z.string(),
  attempts: z.int(), received: z.int(), reason: labelled(z.string()),
});

const queue = (baseband: Baseband) => operation({
  name: "queue",
  doc: "Turns in the queue, oldest first, without what was said: those of one state if given, else all that have not ended.",
  parameters: z.object({ state: states.optional(), limit: z.int().min(1).max(1_000).default(100) }),
  result: z.object({ turns: z.array(turnLine) }),
  outcome: "pure",
  run: (request) => ({
    turns: baseband.storage.turns(request.state === undefined ? OPEN : [request.state]).slice(0, request.limit).map(described),
  }),
});

const bindings = (baseband: Baseband) => operation({
  name: "bindings",
  doc: "Which agent answers where. The account and the channel * stand for any. An empty thread stands for all threads of the channel that have no binding themselves.",
  parameters: z.object({}),
  result: z.object({
    bindings: z.array(z.object({ platform: z.string(), account: z.string(), channel: z.string(), thread: z.string(), agent: z.string() })),
  }),
  outcome: "pure",
  run: () => ({ bindings: baseband.storage.bindings() }),
});

/** What the bytes come from must be among the labels of the call, by which it was decided whether they may leave. */
function sizeOf(kept: KeptFiles, { hash, name }: Omit<Attachment, "size">, labels: Labels): number {
  const file = kept(hash);
  if (file === undefined) throw new PortError("baseband-no-file", `the file ${name} is not kept: there is no blob ${hash}`, { hint: "Keep its bytes with store/blob-put! first." });
  const hidden = file.labels.filter((label) => !labels.includes(label));
  if (hidden.length > 0) throw new PortError("baseband-file-labels", `the file ${name} comes from ${hidden.join(", ")}, and the call does not say so`, { hint: "Hand over the box in which its hash came." });
  return file.bytes.length;
}

function addressOf(channel: string): Address {
  try {
    const [platform = "", account = "", name = "", thread = ""] = channel.split("/").map(decodeURIComponent);
    return { platform, account, channel: name, thread };
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new PortError("baseband-not-bound", `${channel} names no channel: its percent-encoding is wrong`, { hint: "Send to one that `channels` lists." });
  }
}

function described(turn: Turn): z.output<typeof turnLine> {
  const { id, state, lane, agent, attempts, reason, envelope } = turn;
  return { id, state, lane, agent, session: envelope.session, channel: channelName(envelope), attempts, received: envelope.received, reason: reason === "" ? reason : withLabels(reason, [REASONS]) };
}
