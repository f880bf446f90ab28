// What a platform brings: who may say it is looked up, its files are fetched as far as they are let in, and all of it is made durable.
import { createHash } from "node:crypto";
import { redacted, type World } from "../epigenome/index.js";
import { type Admission, type Arrival, type Attachment, type Baseband, LONGEST_TEXT, type Turn } from "../ports/baseband/index.js";
import { PortError } from "../ports/port.js";
import type { StoreStorage } from "../ports/store/index.js";
import type { Acceptance, ArrivingFile, ChannelArrival } from "./channel.js";
import { asCommand, isCommand, NOTICE } from "./host-commands.js";
import type { Conversations } from "./host-conversation.js";
import { expected } from "./host-error.js";
import { type MediaPolicy, mediaProblem } from "./host-media.js";

export interface ArrivalsOptions {
  readonly world: World;
  readonly baseband: Baseband;
  readonly conversations: Conversations;
  readonly store: Pick<StoreStorage, "saveBlob">;
  media(): MediaPolicy;
}

/** How long a platform may take to hand over a file. */
const FILE_MS = 60_000;
const REFUSALS: ReadonlySet<string> = new Set(["invalid-envelope", "not-verified", "not-bound", "not-allowed"].map((code) => `baseband-${code}`));

/** What was kept of the files of a message, and what was left out and why. */
interface Files {
  readonly kept: readonly Attachment[];
  readonly left: readonly string[];
}

export class Arrivals {
  /** Messages whose files are being fetched, by chat: later ones wait for them. */
  private readonly fetching = new Map<string, Promise<unknown>>();

  constructor(private readonly options: ArrivalsOptions) {}

  /** As `Gateway.accept` has it. */
  async accept(platform: string, brought: ChannelArrival, evidence: unknown): Promise<Acceptance> {
    const proof = { arrival: brought, evidence };
    const arrival = brought.isCalled === true ? { ...brought, text: asCommand(brought.text, this.options.world) } : brought;
    const admission = this.admission(envelopeOf(platform, arrival), proof);
    if ("code" in admission) return { state: "refused", code: admission.code };
    if (admission.known !== undefined) return this.durably("duplicate");
    const files = arrival.files ?? [];
    const chat = JSON.stringify([platform, arrival.account, arrival.channel, arrival.thread]);
    const before = this.fetching.get(chat);
    // What waits for nobody does not wait for files either.
    if ((files.length === 0 && before === undefined) || isCommand(arrival.text)) return this.keep(platform, arrival, proof, NOTHING);
    const kept = (async () => {
      await before?.catch(() => undefined);
      return this.keep(platform, arrival, proof, await this.fetched(files, admission));
    })();
    this.fetching.set(chat, kept);
    return kept.finally(() => this.fetching.get(chat) === kept && this.fetching.delete(chat));
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

  private async fetched(files: readonly ArrivingFile[], admission: Admission): Promise<Files> {
    const policy = this.options.media();
    const results: (Attachment | string)[] = [];
    for (const [index, file] of files.entries())
      results.push(index < policy["most-files"] ? await this.fetch(file, policy, admission) : `I left out ${file.name}: at most ${policy["most-files"]} files are let in`);
    return { kept: results.filter((result) => typeof result !== "string"), left: results.filter((result) => typeof result === "string") };
  }

  /** The file where the store keeps it, or why it was left out. */
  private async fetch(file: ArrivingFile, policy: MediaPolicy, { envelope }: Admission): Promise<Attachment | string> {
    const problem = mediaProblem(policy, file);
    if (problem !== undefined) return `I left out ${file.name}: ${problem}.`;
    try {
      const bytes = await file.read(policy["most-bytes"], AbortSignal.timeout(FILE_MS));
      if (bytes.length > policy["most-bytes"]) return `I left out ${file.name}: it has more than ${policy["most-bytes"]} bytes.`;
      const hash = createHash("sha256").update(bytes).digest("hex");
      // Whoever passes a file on, its content is somebody's from outside.
      this.options.store.saveBlob(hash, bytes, [`${envelope.platform} ${envelope.sender}`]);
      return { hash, name: file.name.slice(0, 500), type: file.type.slice(0, 200), size: bytes.length };
    } catch (error) {
      return `I left out ${file.name}: it could not be fetched (${expected(error)?.code ?? "no answer"}).`;
    }
  }
}

const NOTHING: Files = { kept: [], left: [] };

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
