// What a platform brings: who may say it is looked up, its files are fetched as far as they are let in, and all of it is made durable.
import { createHash } from "node:crypto";
import { redacted, type World } from "../epigenome/index.js";
import { type Admission, type Arrival, type Arriving, arrivingSchema, type Attachment, type Baseband, LONGEST_TEXT, sendDelayMs, type Turn } from "../ports/baseband/index.js";
import { PortError } from "../ports/port.js";
import type { StoreStorage } from "../ports/store/index.js";
import { type Acceptance, type ArrivingFile, type ChannelArrival, ChannelError, type FileDescription, type KeptFile } from "./channel.js";
import { asCommand, isNotice, NOTICE, wantsNoFiles } from "./host-commands.js";
import { type Conversations, fileLabel } from "./host-conversation.js";
import { expected } from "./host-error.js";
import { type MediaPolicy, mediaProblem, mediaType, sizeProblem } from "./host-media.js";
import { sleep } from "./sleep.js";

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
/** How often a file is asked for, and the longest time that a platform may ask for before the next. */
const FILE_ATTEMPTS = 8;
const LONGEST_WAIT_MS = 600_000;
const REFUSALS: ReadonlySet<string> = new Set(["invalid-envelope", "not-verified", "not-bound", "not-allowed"].map((code) => `baseband-${code}`));

/** Finds a file that a platform keeps. */
export type Finder = (kept: KeptFile) => Promise<ArrivingFile>;

/** What was kept of the files of a message, what is still to come, and what was left out and why. */
interface Files {
  readonly kept: readonly Attachment[];
  readonly arriving: readonly Arriving[];
  readonly left: readonly string[];
}

export class Arrivals {
  /** Messages whose files are being kept, by chat: later ones wait for them. */
  private readonly keeping = new Map<string, Promise<unknown>>();
  /** Turns whose files are being fetched, those of a chat one after the other, and how to give that up. */
  private readonly completing = new Map<number, AbortController>();
  private readonly lasts = new Map<string, Promise<unknown>>();
  private readonly leaving = new AbortController();

  constructor(private readonly options: ArrivalsOptions) {
    // Whoever stops a message wants none of its files.
    options.conversations.attend({ ended: ({ id }) => this.completing.get(id)?.abort() });
  }

  /** As `Gateway.accept` has it. */
  async accept(platform: string, brought: ChannelArrival, evidence: unknown, find: Finder): Promise<Acceptance> {
    const proof = { arrival: brought, evidence };
    const arrival = brought.isCalled === true ? { ...brought, text: asCommand(brought.text, this.options.world) } : brought;
    const admission = this.admission(envelopeOf(platform, arrival), proof);
    if ("code" in admission) return { state: "refused", code: admission.code };
    if (admission.known !== undefined) return this.durably("duplicate");
    const files = this.sorted(arrival);
    const inHand = (arrival.files ?? []).slice(0, this.options.media()["most-files"]).filter(({ reference }) => reference === undefined);
    const chat = chatOf(platform, arrival);
    const before = this.keeping.get(chat);
    // What waits for nobody does not wait for files either.
    if (wantsNoFiles(arrival.text) || (inHand.length === 0 && before === undefined)) return this.keep(platform, arrival, proof, files, find);
    const kept = (async () => {
      await before?.catch(() => undefined);
      const got = await this.fetched(inHand.map((file) => async () => file), admission.envelope, () => undefined);
      return this.keep(platform, arrival, proof, { ...files, kept: got.kept, left: [...files.left, ...got.left] }, find);
    })();
    this.keeping.set(chat, kept);
    return kept.finally(() => this.keeping.get(chat) === kept && this.keeping.delete(chat));
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

  /** What can be said of files before any is read. Those that the platform keeps are fetched once their message is durable. */
  private sorted({ text, files = [] }: ChannelArrival): Files {
    const policy = this.options.media();
    const most = policy["most-files"];
    const arriving: Arriving[] = [];
    const left: string[] = [];
    for (const [index, file] of files.entries()) {
      const described = descriptionOf(file);
      const problem = wantsNoFiles(text) ? "a command takes no files" : index >= most ? `at most ${most} files are let in`
        : file.reference === undefined ? undefined : sizeProblem(policy, described.size);
      const kept = arrivingSchema.safeParse({ ...described, reference: file.reference });
      if (problem !== undefined) left.push(leftOut(described.name, problem));
      else if (kept.success) arriving.push(kept.data);
      else if (file.reference !== undefined) left.push(leftOut(described.name, "it cannot be asked for"));
    }
    return { kept: [], arriving, left };
  }

  private async keep(platform: string, arrival: ChannelArrival, proof: unknown, files: Files, find: Finder): Promise<Acceptance> {
    const { conversations } = this.options;
    const envelope = envelopeOf(platform, arrival, files);
    const edited = arrival.edits === undefined ? undefined : conversations.replace(envelope, arrival.edits, proof);
    const { duplicate, turn } = edited === undefined ? conversations.accept(envelope, proof) : { duplicate: false, turn: edited };
    if (!duplicate && turn.envelope.arriving !== undefined) this.complete(turn, find);
    if (files.left.length > 0 && !isNotice(envelope)) conversations.tell([turn.envelope], `left out of ${arrival.id}`, files.left.join("\n"));
    return this.durably(duplicate ? "duplicate" : "accepted");
  }

  private complete({ id, envelope }: Turn, find: Finder): void {
    if (this.completing.has(id)) return;
    const chat = chatOf(envelope.platform, envelope);
    this.completing.set(id, new AbortController());
    const work: Promise<void> = (this.lasts.get(chat) ?? Promise.resolve()).then(() => this.completed(id, find)).catch(this.options.failed).finally(() => {
      this.completing.delete(id);
      if (this.lasts.get(chat) === work) this.lasts.delete(chat);
    });
    this.lasts.set(chat, work);
  }

  /** Again if an edit has put other files in their place meanwhile. */
  private async completed(id: number, find: Finder): Promise<void> {
    const { baseband: { storage }, conversations } = this.options;
    for (let turn = storage.turn(id); turn?.state === "queued" && turn.envelope.arriving !== undefined; turn = storage.turn(id)) {
      const { envelope, envelope: { arriving = [] } } = turn;
      const { kept, left } = await this.fetched(arriving.map((file) => () => find(file)), envelope, sendDelayMs, this.completing.get(id)?.signal);
      if (this.leaving.signal.aborted) return;
      const isNothing = envelope.body.text.trim() === "" && envelope.attachments.length + kept.length === 0 && left.length > 0;
      const arrived = conversations.arrived(turn, kept, isNothing ? [{ kind: NOTICE, text: left.join("\n") }] : []);
      if (arrived !== undefined && left.length > 0 && !isNothing) conversations.tell([envelope], `not fetched for ${id}`, left.join("\n"));
    }
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

  /** `delayMs` tells how long to wait before the next attempt after so many; undefined for what is not asked for again. */
  private async fetched(files: readonly (() => Promise<ArrivingFile>)[], envelope: Admission["envelope"], delayMs: Delay, signal = this.leaving.signal): Promise<Pick<Files, "kept" | "left">> {
    const policy = this.options.media();
    const given = AbortSignal.any([this.leaving.signal, signal]);
    const results: (Attachment | string)[] = [];
    for (const find of files) results.push(await this.fetch(find, policy, envelope, delayMs, given));
    return { kept: results.filter((result) => typeof result !== "string"), left: results.filter((result) => typeof result === "string") };
  }

  /** The file where the store keeps it, or why it was left out. */
  private async fetch(find: () => Promise<ArrivingFile>, policy: MediaPolicy, envelope: Admission["envelope"], delayMs: Delay, signal: AbortSignal): Promise<Attachment | string> {
    const seen = { name: "a file" };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(find, seen, policy, envelope, signal);
      } catch (error) {
        const waitMs = signal.aborted || attempt === FILE_ATTEMPTS ? undefined : waitAfter(error, delayMs(attempt, 0));
        if (waitMs === undefined) return leftOut(seen.name, `it could not be fetched (${expected(error)?.code ?? "no answer"})`);
        await sleep(waitMs, signal);
      }
    }
  }

  private async attempt(find: () => Promise<ArrivingFile>, seen: { name: string }, policy: MediaPolicy, { platform, sender }: Admission["envelope"], signal: AbortSignal): Promise<Attachment | string> {
    signal.throwIfAborted();
    const file = await find();
    const { name, type, size } = descriptionOf(file);
    seen.name = name;
    const problem = mediaProblem(policy, { type, size });
    if (problem !== undefined) return leftOut(name, problem);
    const bytes = await file.read(policy["most-bytes"], AbortSignal.any([signal, AbortSignal.timeout(FILE_MS)]));
    signal.throwIfAborted();
    if (bytes.length > policy["most-bytes"]) return leftOut(name, `it has more than ${policy["most-bytes"]} bytes`);
    const hash = createHash("sha256").update(bytes).digest("hex");
    this.options.store.saveArrived(hash, bytes, [fileLabel(platform, sender)]);
    return { hash, name, type, size: bytes.length };
  }
}

type Delay = (attempt: number, id: number) => number | undefined;

/** How long to wait before a file is asked for again: what was refused for good never is, and what a platform does not answer may come yet. */
function waitAfter(error: unknown, delayMs: number | undefined): number | undefined {
  const { retryable, retryAfterMs = 0 } = error instanceof ChannelError ? error.options : { retryable: true };
  return delayMs === undefined || retryable !== true || retryAfterMs > LONGEST_WAIT_MS ? undefined : Math.max(delayMs, retryAfterMs);
}

function leftOut(name: string, why: string): string {
  return `I left out ${name}: ${why}.`;
}

/** Whatever a platform says of a file, within bounds. */
function descriptionOf({ name, type, size }: FileDescription): FileDescription {
  return { name: String(name).slice(0, 500).toWellFormed(), type: mediaType(String(type)), ...(Number.isSafeInteger(size) && Number(size) >= 0 ? { size } : {}) };
}

const NO_FILES: Files = { kept: [], arriving: [], left: [] };

function chatOf(platform: string, { account, channel, thread = "" }: Pick<ChannelArrival, "account" | "channel" | "thread">): string {
  return JSON.stringify([platform, account, channel, thread]);
}

function envelopeOf(platform: string, arrival: ChannelArrival, { kept, arriving, left } = NO_FILES): Arrival {
  const { id, account, channel, thread = "", sender, text, edits, repliesTo } = arrival;
  const isLong = text.length > LONGEST_TEXT;
  const notice = isLong ? `That is too long for me: it has ${text.length} characters, and I take ${LONGEST_TEXT}. Send it as a file, or in parts.`
    : text.trim() === "" && kept.length + arriving.length === 0 && left.length > 0 ? left.join("\n") : undefined;
  const parts = [
    ...(edits === undefined ? [] : [{ kind: "corrects", text: edits }]), ...(repliesTo === undefined ? [] : [{ kind: "replies-to", text: repliesTo }]),
    ...(notice === undefined ? [] : [{ kind: NOTICE, text: notice }]),
  ];
  const envelope: Arrival = { id, platform, account, channel, thread, sender, body: { text: text.slice(0, LONGEST_TEXT), parts }, attachments: [...kept], received: Date.now(), ...(arriving.length === 0 ? {} : { arriving: [...arriving] }) };
  // Whatever was cut between the halves of a surrogate pair, before it came or here: a half has no UTF-8.
  return redacted(envelope, (each) => each.toWellFormed()) as Arrival;
}
