// Conversations on all platforms: from the baseband's queue into a turn of their cell, and out by its outbox.
import { createHash } from "node:crypto";
import { type Approval, type Incoming, type Outcome, record, redacted, TIMER_INPUTS, vector, WorldError, type World } from "../epigenome/index.js";
import { canonical, LabelledBox } from "../interpreter/index.js";
import { type Accepted, type Address, type Arrival, type Attachment, type Baseband, type Button, type Completion, type Envelope, notedLists, outgoing, type Turn } from "../ports/baseband/index.js";
import { PortError } from "../ports/port.js";
import { Delivery } from "./host-delivery.js";
import { expected } from "./host-error.js";

export const AGENT = "ouro";
/** The terminal of the person who owns the home: nobody else can speak through this process. */
export const TERMINAL = { platform: "repl", account: "local", channel: "terminal", thread: "" } as const;
/** Who may speak, and where, follows from the journal; the terminal lets itself in. */
export const LISTS = notedLists(TERMINAL.platform);
const WORKER = "host";
const LEASE_MS = 60_000;
/** A button's text has 64 bytes, and an id's first digits tell it from all others that wait. */
const DIGITS = 8;

/** A message that the host answers itself: at once, whatever runs, and also when the genome is broken. */
export interface Spoken {
  readonly turn: Turn;
  /** The conversation's cell. */
  readonly session: string;
  /** What follows the command's name. */
  readonly operand: string;
}

/** Answers what happened; undefined to a text that is left to the genome. */
export type Obey = (text: string, turn: Turn) => ((spoken: Spoken) => Promise<string> | string) | undefined;

export interface ConversationsOptions {
  readonly world: World;
  readonly baseband: Baseband;
  /** Takes out secrets before a message is kept anywhere. */
  redact(text: string): string;
  readonly obey: (conversations: Conversations) => Obey;
  /** Hears of what fails in the background. */
  failed(error: unknown): void;
}

interface Work {
  readonly turn: Turn;
  readonly cell: string;
  isParked: boolean;
}

/** Hears of each turn of the queue that begins and ends. The answer is that of its outbox row; "" if it has none. */
export interface Attendant {
  began?(turn: Turn, input: string): void;
  /** Its end is durable. */
  ended?(turn: Turn, answer: string): void;
  failed?(turn: Turn, error: unknown): void;
}

/** What was begun before a crash goes on when this is made again. */
export class Conversations {
  readonly delivery: Delivery;
  /** By the id of the world's input. */
  private readonly works = new Map<string, Work>();
  /** Commands under way. */
  private commands = 0;
  /** Who waits until nothing is under way. */
  private waiting: (() => void)[] = [];
  private readonly attendants = new Set<Attendant>();
  private readonly obey: Obey;
  private isOpen = true;
  private isLeasing = false;

  constructor(private readonly options: ConversationsOptions) {
    const { world, baseband } = options;
    this.obey = options.obey(this);
    this.delivery = new Delivery(baseband.outbox, (error) => options.failed(error));
    baseband.queue.recover();
    world.on("progress", (event: Record<string, unknown>) => this.take(event));
    world.on("outcome", () => this.delivery.soon());
  }

  /** Begins what was left undone. The doors that its answers leave by may open later. */
  start(): void {
    for (const turn of this.options.baseband.storage.turns(["queued"])) this.command(turn);
    this.lease();
    this.delivery.soon();
  }

  /** As the baseband's, and begins the turn: durable together, before long. */
  accept(arrival: Arrival, evidence?: unknown): Accepted {
    const accepted = this.options.baseband.accept(this.redacted(arrival), evidence);
    if (!accepted.duplicate && !this.command(accepted.turn)) this.lease();
    return accepted;
  }

  /** As the baseband's, and begins the turn. */
  arrived(waiting: Turn, attachments: readonly Attachment[], parts: Envelope["body"]["parts"]): Turn | undefined {
    const turn = this.options.baseband.arrived(waiting, this.namedSafely(attachments), parts);
    if (turn !== undefined && !this.command(turn)) this.lease();
    return turn;
  }

  /** As the baseband's. */
  replace(arrival: Arrival, edited: string, evidence?: unknown): Turn | undefined {
    return this.options.baseband.replace(this.redacted(arrival), edited, evidence);
  }

  attend(attendant: Attendant): () => void {
    this.attendants.add(attendant);
    return () => void this.attendants.delete(attendant);
  }

  /** Called within the transaction that commits a turn: what it answers is in the outbox with it, or not at all. */
  committing(outcome: Outcome): void {
    if (outcome.id.startsWith(TIMER_INPUTS)) this.sayUnasked(outcome);
    else this.underLease(outcome.id, ({ turn }) => this.options.baseband.queue.complete(turn, Date.now(), completionOf(outcome)));
  }

  /** Puts a message into the outbox of each chat, once for each key: but a terminal that has gone has forgotten what it was told. */
  tell(chats: readonly Address[], key: string, text: string, buttons: readonly Button[] = []): void {
    const { storage } = this.options.baseband;
    for (const chat of chats) {
      const add = (): number => storage.addOutgoing(outgoing(chat, this.options.redact(text), { buttons }))?.id ?? 0;
      if (chat.platform === TERMINAL.platform) add();
      else storage.receipts.once(`${key} ${JSON.stringify(chat)}`, add);
    }
    this.delivery.soon();
  }

  /** Asks the world in a cell of the conversation's, outside its order; resolves with the committed answer. */
  async ask(cell: string, turn: Turn, text: string): Promise<string> {
    const outcome = await this.options.world.ask({ ...incoming(turn, cell), text });
    return completionOf(outcome).answer ?? "";
  }

  /** Ends what runs for a conversation, wherever it is. */
  stop(session: string, reason: string): boolean {
    return [session, aside(session)].filter((cell) => this.options.world.stop(cell, reason)).length > 0;
  }

  /** Ends what waits for its files, of a conversation or of all. */
  stopArriving(reason: string, session?: string): boolean {
    const { storage, queue } = this.options.baseband;
    const waiting = storage.turns(["queued"]).filter(({ envelope }) => envelope.arriving !== undefined && (session ?? envelope.session) === envelope.session);
    const { answer = "" } = completionOf({ outcome: "stopped", answer: reason });
    const stopped = waiting.filter(({ id }) => queue.stop(id, { reason, answer }));
    for (const turn of stopped) this.end(turn, answer);
    return stopped.length > 0;
  }

  /** Asks a conversation to let go of what it would do later for what was said, and answers what that was; "" if nothing, or while it is held. */
  async letGo(session: string, turn: Turn): Promise<string> {
    const answers = [];
    for (const cell of [session, aside(session)]) answers.push(await this.letGoIn(cell, turn));
    return answers.filter((answer) => answer !== "").join("\n");
  }

  private async letGoIn(cell: string, turn: Turn): Promise<string> {
    const { world } = this.options;
    const state = world.cell(cell);
    if (state === undefined || state.quarantine !== undefined || state.timers.length === 0) return "";
    const said = incoming(turn, cell);
    const { outcome, answer } = await world.ask({ ...said, id: `${said.id} in ${cell}`, kind: "stop", text: "" });
    return outcome === "done" ? answer : "";
  }

  /** Takes on nothing new; resolves once all that is under way has ended and left, or waits for a person. */
  async drain(): Promise<void> {
    this.isOpen = false;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      this.rest();
    });
    await this.delivery.settled();
  }

  close(): void {
    this.isOpen = false;
    this.delivery.close();
  }

  private redacted(arrival: Arrival): Arrival {
    const { attachments = [], arriving } = arrival;
    const body = redacted(arrival.body, this.options.redact) as Arrival["body"];
    return { ...arrival, body, attachments: this.namedSafely(attachments), ...(arriving === undefined ? {} : { arriving: this.namedSafely(arriving) }) };
  }

  /** By its reference a platform finds a file again: that stays as it is. */
  private namedSafely<File extends { readonly name: string }>(files: readonly File[]): File[] {
    return files.map((file) => ({ ...file, name: this.options.redact(file.name) }));
  }

  /** Does a command at once, beyond order and limits. False if the text is none. */
  private command(turn: Turn): boolean {
    // Its files come first.
    if (turn.envelope.arriving !== undefined) return false;
    const run = this.obey(turn.envelope.body.text, turn);
    if (run === undefined) return false;
    const taken = this.options.baseband.queue.take(turn.id, { worker: WORKER, nowMs: Date.now(), leaseMs: LEASE_MS });
    if (taken === undefined) return true;
    this.commands += 1;
    void this.obeyed(taken, run);
    return true;
  }

  private async obeyed(turn: Turn, run: (spoken: Spoken) => Promise<string> | string): Promise<void> {
    const { queue } = this.options.baseband;
    const renewal = setInterval(() => queue.renew(turn, Date.now(), LEASE_MS), LEASE_MS / 3).unref();
    try {
      const answer = await this.answer(turn, run);
      queue.complete(turn, Date.now(), { state: "done", answer });
      this.end(turn, answer);
    } catch (error) {
      // The world has closed or failed meanwhile: the next process does it.
      this.fail(turn, error);
    } finally {
      clearInterval(renewal);
      this.commands -= 1;
      this.rest();
    }
  }

  private async answer(turn: Turn, run: (spoken: Spoken) => Promise<string> | string): Promise<string> {
    const { session, body } = turn.envelope;
    try {
      return this.options.redact(await run({ turn, session, operand: body.text.trim().replace(/^\S+\s*/, "") }));
    } catch (error) {
      const told = expected(error);
      if (told === undefined || (error instanceof WorldError && error.code.startsWith("world-"))) throw error;
      return this.options.redact(`That failed. ${told.message} [${told.code}]${told.hint === "" ? "" : `\n${told.hint}`}`);
    }
  }

  /** Begins all turns that the queue lets run now, once for all who ask in the same moment. */
  private lease(): void {
    if (this.isLeasing) return;
    this.isLeasing = true;
    queueMicrotask(() => {
      this.isLeasing = false;
      try {
        this.begin();
      } catch (error) {
        if (this.isOpen) this.options.failed(error);
      }
    });
  }

  /** Leases and inputs are one transaction: either a turn is the world's, or the queue still has it, or it is dead since the world cannot take it. */
  private begin(): void {
    if (!this.isOpen) return;
    const { world, baseband: { queue } } = this.options;
    const begun = world.tables.batch(() => queue.begin({ worker: WORKER, nowMs: Date.now(), leaseMs: LEASE_MS }).map((turn) => ({ turn, ...this.taken(turn) })));
    for (const { turn, ...taken } of begun)
      if ("answer" in taken) this.end(turn, taken.answer);
      else void this.work(turn, taken.input);
    if (begun.some((taken) => "answer" in taken)) this.lease();
  }

  private taken(turn: Turn): { input: string } | { answer: string } {
    const { world, baseband: { queue } } = this.options;
    const cell = turn.envelope.session;
    try {
      const input = world.tables.batch(() => world.enqueue(incoming(turn, cell)));
      this.works.set(input, { turn, cell, isParked: false });
      return { input };
    } catch (error) {
      if (isOfWorld(error)) throw error;
      this.options.failed(error);
      const reason = this.options.redact(`it could not be taken: ${error instanceof Error ? error.message : String(error)}`);
      const answer = `This was not done: ${reason}`;
      queue.complete(turn, Date.now(), { state: "dead", reason, answer });
      return { answer };
    }
  }

  private async work(turn: Turn, input: string): Promise<void> {
    const { world, baseband: { queue, storage } } = this.options;
    const renewal = setInterval(() => this.underLease(input, (work) => void (work.isParked || queue.renew(turn, Date.now(), LEASE_MS))), LEASE_MS / 3).unref();
    for (const attendant of this.attendants) attendant.began?.(turn, input);
    try {
      const outcome = await world.outcome(input);
      // An input that had its outcome before this lease was committed without it.
      if (["running", "waiting"].includes(storage.turn(turn.id)?.state ?? "")) this.committing(outcome);
      this.works.delete(input);
      this.end(turn, completionOf(outcome).answer ?? "");
    } catch (error) {
      this.works.delete(input);
      this.fail(turn, error);
    } finally {
      clearInterval(renewal);
    }
    this.lease();
    this.rest();
  }

  private end(turn: Turn, answer: string): void {
    this.delivery.soon();
    for (const attendant of this.attendants) attendant.ended?.(turn, answer);
  }

  private rest(): void {
    if (this.commands > 0 || [...this.works.values()].some(({ isParked }) => !isParked)) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private fail(turn: Turn, error: unknown): void {
    if (this.isOpen) this.options.failed(error);
    for (const attendant of this.attendants) attendant.failed?.(turn, error);
  }

  /** A lease that ran out, as over a sleep of the machine, is let go: the message is leased again, and finds its outcome. */
  private underLease(input: string, write: (work: Work) => void): void {
    const work = this.works.get(input);
    if (work === undefined) return;
    try {
      write(work);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      this.works.delete(input);
    }
  }

  /** What comes of a timer that a conversation set answers no message. */
  private sayUnasked(outcome: Outcome): void {
    const chat = chatOf(outcome.cell);
    const { answer = "" } = completionOf(outcome);
    if (chat !== undefined && outcome.answer !== "" && answer.trim() !== "") this.options.baseband.storage.addOutgoing(outgoing(chat, answer));
  }

  private take(event: Record<string, unknown>): void {
    const { world } = this.options;
    if (event["kind"] === "approval") {
      const approval = world.approvals().find(({ id }) => id === event["id"]);
      if (approval !== undefined) this.tellApproval(approval);
    } else if (event["kind"] === "quarantined") this.tellQuarantine(String(event["cell"]), String(event["reason"]));
    else if (event["kind"] === "receipt" && event["operation"] === "baseband/send!") this.delivery.soon();
  }

  /** The turn leaves its place to others while a person thinks; the conversation that it is of hears what it waits for. */
  private tellApproval(approval: Approval): void {
    this.underLease(approval.input, (work) => {
      if (!work.isParked) this.options.baseband.queue.wait(work.turn, Date.now(), "approval");
      work.isParked = true;
    });
    const id = approval.id.slice(0, DIGITS);
    this.tell(this.askedChats(approval.cell), `approval ${approval.id}`, approvalText(approval), [{ label: "Approve", says: `/approve ${id}` }, { label: "Deny", says: `/deny ${id}` }]);
    this.lease();
    this.rest();
  }

  private tellQuarantine(cell: string, reason: string): void {
    const chat = chatOf(cell);
    if (chat !== undefined) this.tell([chat], `quarantine ${cell} ${Date.now()}`, `This conversation is held until somebody releases it: ${reason}\nouro cell release ${cell}, or an operator's /restart`);
  }

  /** The conversation of a cell; of any other cell, wherever operators are by themselves. */
  private askedChats(cell: string): readonly Address[] {
    const chat = chatOf(cell);
    if (chat !== undefined) return [chat];
    return [TERMINAL, ...this.options.baseband.storage.chatsOf("operator").filter(({ platform }) => platform !== TERMINAL.platform)];
  }
}

/** What ends the taking of all messages alike, and is not the fault of one. */
function isOfWorld(error: unknown): boolean {
  return (error instanceof WorldError && error.code.startsWith("world-")) || (error instanceof Error && error.name === "SqliteError");
}

/** The chat of a conversation's cell, as the baseband names sessions; undefined for any other cell. */
export function chatOf(cell: string): Address | undefined {
  const [agent, platform = "", account = "", channel = "", thread, ...rest] = cell.split("/");
  if (agent !== AGENT || thread === undefined || rest.length > 1) return undefined;
  const [one = "", two = "", three = "", four = ""] = [platform, account, channel, thread].map(decodeURIComponent);
  return { platform: one, account: two, channel: three, thread: four };
}

/** The cell in which a conversation's questions beside the way are answered. */
export function aside(session: string): string {
  return `${session}/aside`;
}

/** The turn's input to the world, in a cell of its conversation. */
function incoming({ role, envelope }: Turn, cell: string): Incoming {
  const { label, identity, body } = envelope;
  return { id: inputOf(envelope), cell, kind: "message", text: body.text, from: identity, role, labels: label === "" ? [] : [label], data: dataOf(envelope) };
}

/** By what the platform calls the message: a fork has the world's inputs, and its queue counts from 1 again. */
export function inputOf({ platform, account, id }: Pick<Envelope, "platform" | "account" | "id">): string {
  return `message-${createHash("sha256").update(JSON.stringify([platform, account, id])).digest("hex").slice(0, 16)}`;
}

/** Whoever passes a file on, its content, name and type are somebody's from outside. */
export function fileLabel(platform: string, sender: string): string {
  return `${platform} ${sender}`;
}

/** What there is to say of a message beside its text: what it corrects, and the files that came with it, each in a box with the label that its bytes have. */
function dataOf({ attachments, body, platform, sender }: Envelope): string | undefined {
  const said = Object.fromEntries(body.parts.map(({ kind, text }) => [kind, text]));
  const files = attachments.length === 0 ? undefined : vector(attachments.map(({ hash, name, type, size }) => new LabelledBox([fileLabel(platform, sender)], record({ hash, name, type, size }))));
  return files === undefined && body.parts.length === 0 ? undefined : canonical(record({ ...said, attachments: files }));
}

function completionOf({ outcome, answer }: Pick<Outcome, "outcome" | "answer">): Completion {
  if (outcome === "done") return { state: "done", answer };
  if (outcome === "stopped") return { state: "stopped", reason: answer, answer: `Stopped: ${answer}` };
  return { state: "failed", reason: answer, answer: `That failed. ${answer}` };
}

function approvalText({ operation, parameters, reason }: Approval): string {
  return `${operation} ${parameters} waits for your word: ${reason}`;
}
