// What a platform brings: who may say it is looked up, its files are fetched as far as they are let in, and all of it is made durable.
import { createHash } from "node:crypto";
import { redacted, type World } from "../epigenome/index.js";
import { type Admission, type Arrival, type Attachment, type Baseband, LONGEST_TEXT, type Turn } from "../ports/baseband/index.js";
import { PortError } from "../ports/port.js";
import type { StoreStorage } from "../ports/store/index.js";
import type { Acceptance, ArrivingFile, ChannelArrival } from "./channel.js";
import { asCommand, isCommand, NOTICE } from "./host-commands.js";
import { type Conversations, fileLabel } from "./host-conversation.js";
import { expected } from "./host-error.js";
import { type MediaPolicy, mediaProblem } from "./host-media.js";

export interface ArrivalsOptions {
  readonly world: World;
  readonly baseband: Baseband;
  readonly conversations: Conversations;
  readonly store: Pick<StoreStorage, "saveArrived">;
  media(): MediaPolicy;
  /** Hears of what fails in the background. */
  failed(error: unknown): void;
}

/** How long a platform may take to hand over a file. */
const FILE_MS = 60_000;
const REFUSALS: ReadonlySet<string> = new Set(["invalid-envelope", "not-verified", "not-bound", "not-allowed"].map((code) => `baseband-${code}`));

/** What was kept of the files of a message, and what was left out and why. */
/** Finds a file of a platform's by its reference. */
export type Finder = (reference: string) => Promise<ArrivingFile>;

interface Files {
  readonly kept: readonly Attachment[];
  readonly left: readonly string[];
}

export class Arrivals {
  /** Messages whose files are being fetched, by chat: later ones wait for them. */
  private readonly fetching = new Map<string, Promise<unknown>>();
  /** Turns whose files are being fetched, those of a chat one after the other. */
  private readonly completing = new Set<number>();
  private readonly lasts = new Map<string, Promise<unknown>>();
  private readonly leaving = new AbortController();

  constructor(private readonly options: ArrivalsOptions) {}

  /** As `Gateway.accept` has it. */
  async accept(platform: string, brought: ChannelArrival, evidence: unknown, find: Finder): Promise<Acceptance> {
    const proof = { arrival: brought, evidence };
    const arrival = brought.isCalled === true ? { ...brought, text: asCommand(brought.text, this.options.world) } : brought;
    const admission = this.admission(envelopeOf(platform, arrival), proof);
    if ("code" in admission) return { state: "refused", code: admission.code };
    if (admission.known !== undefined) return this.durably("duplicate");
    const files = arrival.files ?? [];
    const chat = chatOf(platform, arrival);
    const before = this.fetching.get(chat);
    if (files.length > 0 && before === undefined && arrival.edits === undefined && !isCommand(arrival.text) && files.every(({ reference }) => reference !== undefined))
      return this.keepFirst(platform, arrival, proof, find);
    const edited = arrival.edits === undefined ? undefined : this.options.baseband.storage.turnOf(platform, arrival.account, arrival.edits);
    // The message that it puts right has its files, or waits for them.
    if (edited?.state === "queued" && edited.envelope.arriving !== undefined) return this.keep(platform, arrival, proof, NOTHING);
    // What waits for nobody does not wait for files either.
    if ((files.length === 0 && before === undefined) || isCommand(arrival.text)) return this.keep(platform, arrival, proof, NOTHING);
    const kept = (async () => {
      await before?.catch(() => undefined);
      return this.keep(platform, arrival, proof, await this.fetched(files.map((file) => async () => file), admission.envelope));
    })();
    this.fetching.set(chat, kept);
    return kept.finally(() => this.fetching.get(chat) === kept && this.fetching.delete(chat));
  }

  /** Goes on with the messages of a platform that wait for their files since an earlier life of the process, or since its frontend failed. */
  resume(platform: string, find: Finder): void {
    for (const turn of this.options.baseband.storage.turns(["queued"]))
      if (turn.envelope.platform === platform && turn.envelope.arriving !== undefined) this.complete(turn, find);
  }

  /** What is being fetched is given up: its messages wait in the queue until the next start. */
  close(): void {
    this.leaving.abort();
  }

  /** A message whose files the platform keeps is durable before they are fetched, and waits for them in its place in the queue. */
  private async keepFirst(platform: string, arrival: ChannelArrival, proof: unknown, find: Finder): Promise<Acceptance> {
    const envelope = { ...envelopeOf(platform, arrival), arriving: arrival.files?.flatMap(({ reference }) => reference ?? []) };
    const { duplicate, turn } = this.options.conversations.accept(envelope, proof);
    if (!duplicate) this.complete(turn, find);
    return this.durably(duplicate ? "duplicate" : "accepted");
  }

  private complete(turn: Turn, find: Finder): void {
    if (this.completing.has(turn.id)) return;
    const { envelope } = turn;
    const chat = chatOf(envelope.platform, envelope);
    this.completing.add(turn.id);
    const work: Promise<void> = (this.lasts.get(chat) ?? Promise.resolve()).then(() => this.completed(turn, find)).catch(this.options.failed).finally(() => {
      this.completing.delete(turn.id);
      if (this.lasts.get(chat) === work) this.lasts.delete(chat);
    });
    this.lasts.set(chat, work);
  }

  private async completed({ id, envelope }: Turn, find: Finder): Promise<void> {
    if (this.leaving.signal.aborted) return;
    const { kept, left } = await this.fetched((envelope.arriving ?? []).map((reference) => () => find(reference)), envelope);
    if (this.leaving.signal.aborted) return;
    const isNothing = envelope.body.text.trim() === "" && kept.length === 0 && left.length > 0;
    const turn = this.options.conversations.arrived(id, kept, isNothing ? [{ kind: NOTICE, text: left.join("\n") }] : []);
    if (turn !== undefined && left.length > 0 && !isNothing) this.options.conversations.tell([envelope], `left out of ${id}`, left.join("\n"));
  }

  private async keep(platform: string, arrival: ChannelArrival, proof: unknown, { kept, left }: Files): Promise<Acceptance> {
    const { conversations } = this.options;
    const envelope = envelopeOf(platform, arrival, kept, left);
    const edited = arrival.edits === undefined ? undefined : this.replaced(envelope, arrival.edits, proof);
    if (edited !== undefined) return this.durably("accepted");
    const { duplicate, turn } = conversations.accept(envelope, proof);
    if (left.length > 0 && arrival.text.trim() !== "") conversations.tell([turn.envelope], `left out of ${turn.id}`, left.join("\n"));
    return this.durably(duplicate ? "duplicate" : "accepted");
  }

  private replaced(envelope: Arrival, edits: string, proof: unknown): Turn | undefined {
    return this.options.conversations.replace(envelope, edits, proof);
  }

  /** Who it is; or why it is refused, which is counted without what was said. Throws what is no refusal, such as a full queue. */
  private admission(envelope: Arrival, proof: unknown): Admission | { readonly code: string } {
    const { baseband } = this.options;
    try {
      return baseband.examine(envelope, proof);
    } catch (error) {
      if (!(error instanceof PortError) || !REFUSALS.has(error.code)) throw error;
      const { platform, account, channel, thread = "", sender } = envelope;
      const [one = "", two = "", three = "", four = ""] = [account, channel, thread, sender].map((text) => text.slice(0, 200));
      baseband.storage.noteRefused({ platform, account: one, channel: two, thread: three, sender: four, code: error.code, lastMs: Date.now() });
      return { code: error.code };
    }
  }

  private async durably(state: "accepted" | "duplicate"): Promise<Acceptance> {
    await this.options.world.durable();
    return { state };
  }

  private async fetched(files: readonly (() => Promise<ArrivingFile>)[], envelope: Admission["envelope"]): Promise<Files> {
    const policy = this.options.media();
    const results: (Attachment | string)[] = [];
    for (const [index, find] of files.entries()) results.push(await this.fetch(find, index, policy, envelope));
    return { kept: results.filter((result) => typeof result !== "string"), left: results.filter((result) => typeof result === "string") };
  }

  /** The file where the store keeps it, or why it was left out. */
  private async fetch(find: () => Promise<ArrivingFile>, index: number, policy: MediaPolicy, { platform, sender }: Admission["envelope"]): Promise<Attachment | string> {
    let name = "a file";
    try {
      const file = await find();
      name = file.name;
      const problem = index < policy["most-files"] ? mediaProblem(policy, file) : `at most ${policy["most-files"]} files are let in`;
      if (problem !== undefined) return `I left out ${name}: ${problem}.`;
      const bytes = await file.read(policy["most-bytes"], AbortSignal.any([this.leaving.signal, AbortSignal.timeout(FILE_MS)]));
      this.leaving.signal.throwIfAborted();
      if (bytes.length > policy["most-bytes"]) return `I left out ${name}: it has more than ${policy["most-bytes"]} bytes.`;
      const hash = createHash("sha256").update(bytes).digest("hex");
      this.options.store.saveArrived(hash, bytes, [fileLabel(platform, sender)]);
      return { hash, name: name.slice(0, 500), type: file.type.slice(0, 200), size: bytes.length };
    } catch (error) {
      return `I left out ${name}: it could not be fetched (${expected(error)?.code ?? "no answer"}).`;
    }
  }
}

const NOTHING: Files = { kept: [], left: [] };

function chatOf(platform: string, { account, channel, thread = "" }: Pick<ChannelArrival, "account" | "channel" | "thread">): string {
  return JSON.stringify([platform, account, channel, thread]);
}

function envelopeOf(platform: string, arrival: ChannelArrival, attachments: readonly Attachment[] = [], left: readonly string[] = []): Arrival {
  const { id, account, channel, thread = "", sender, text, edits, repliesTo } = arrival;
  const isLong = text.length > LONGEST_TEXT;
  const notice = isLong ? `That is too long for me: it has ${text.length} characters, and I take ${LONGEST_TEXT}. Send it as a file, or in parts.`
    : text.trim() === "" && attachments.length === 0 && left.length > 0 ? left.join("\n") : undefined;
  const parts = [
    ...(edits === undefined ? [] : [{ kind: "corrects", text: edits }]), ...(repliesTo === undefined ? [] : [{ kind: "replies-to", text: repliesTo }]),
    ...(notice === undefined ? [] : [{ kind: NOTICE, text: notice }]),
  ];
  const envelope: Arrival = { id, platform, account, channel, thread, sender, body: { text: text.slice(0, LONGEST_TEXT), parts }, attachments: [...attachments], received: Date.now() };
  // Whatever was cut between the halves of a surrogate pair, before it came or here: a half has no UTF-8.
  return redacted(envelope, (each) => each.toWellFormed()) as Arrival;
}
