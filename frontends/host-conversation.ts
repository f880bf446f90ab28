// Messages to the agent: through the baseband's queue into a turn of their conversation's cell, and out by its outbox.
import { randomUUID } from "node:crypto";
import { type Outcome, TIMER_INPUTS, type World } from "../epigenome/index.js";
import { type Baseband, type Completion, inProcess, type Lease, type Part, type Turn } from "../ports/baseband/index.js";
import { PortError } from "../ports/port.js";

const AGENT = "ouro";
/** The terminal of the person who owns the home: nobody else can speak through this process. */
const TERMINAL = { platform: "repl", account: "local", channel: "terminal", thread: "" } as const;
const OPERATOR = { platform: "repl", account: "local", sender: "operator", role: "operator", identity: "operator" } as const;
/** The terminal's cell, as the baseband names sessions. */
const SESSION = [AGENT, TERMINAL.platform, TERMINAL.account, TERMINAL.channel, TERMINAL.thread].map(encodeURIComponent).join("/");
const WORKER = "host";
const LEASE_MS = 60_000;

interface Work {
  readonly lease: Lease;
  readonly cell: string;
}

interface Waiter {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: unknown) => void;
}

/** The one conversation of this process. Whatever a message began before a crash goes on when it is made again. */
export class Conversation {
  /** By the id of the world's input. */
  private readonly works = new Map<string, Work>();
  /** By the id of the queue's turn. */
  private readonly waiters = new Map<number, Waiter>();
  private readonly listeners = new Set<(text: string) => void>();
  private isOpen = true;

  /** `redact` takes out secrets before a message is kept anywhere. */
  constructor(private readonly world: World, private readonly baseband: Baseband, private readonly redact: (text: string) => string) {
    baseband.queue.recover();
    baseband.admit(OPERATOR);
    baseband.bind({ ...TERMINAL, agent: AGENT });
    baseband.attach(inProcess(TERMINAL.platform, (part) => this.receive(part)));
    world.on("progress", (event: Record<string, unknown>) => {
      this.tellApproval(event);
      this.tellQuarantine(event);
    });
    world.on("outcome", (outcome: Outcome) => this.tellUnasked(outcome));
    this.lease();
  }

  /** Sends a message as the operator; resolves with the answer once it is committed. */
  send(text: string): Promise<string> {
    const told = this.command(text.trim());
    if (told !== undefined) return Promise.resolve(told);
    const { turn } = this.baseband.accept({
      ...TERMINAL, id: randomUUID(), sender: OPERATOR.sender, body: { text: this.redact(text) }, received: Date.now(),
    });
    return new Promise((resolve, reject) => {
      this.waiters.set(turn.id, { resolve, reject });
      this.lease();
    });
  }

  /** Hands over what the agent says unasked, and what waits for a person's word. Answers how to stop. */
  listen(listener: (text: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Called within the transaction that commits a turn: its message is answered with it, or not at all. */
  committing(outcome: Outcome): void {
    this.underLease(outcome.id, ({ lease }) => this.baseband.queue.complete(lease, Date.now(), completionOf(outcome)));
  }

  close(): void {
    this.isOpen = false;
  }

  /** What works without a genome, and while a turn runs. */
  private command(text: string): string | undefined {
    const [, name, operand = ""] = /^\/(stop|approve|deny|approvals)(?:\s+(\S+))?$/.exec(text) ?? [];
    if (name === "stop") return this.stop();
    if (name === "approvals") return this.world.approvals().map(approvalText).join("\n") || "Nothing waits for your word.";
    return name === undefined ? undefined : this.decide(operand, name === "approve");
  }

  private stop(): string {
    const stopped = [...this.works.values()].filter(({ cell }) => this.world.stop(cell, "a person stopped it"));
    return stopped.length > 0 ? "Stopped." : "Nothing is running.";
  }

  private decide(id: string, isAllowed: boolean): string {
    const waiting = this.world.approvals().filter((approval) => id === "" || approval.id.startsWith(id));
    if (waiting.length !== 1) return `${waiting.length === 0 ? "Nothing" : "More than one effect"} of that id waits. /approvals lists them.`;
    const [{ id: found = "", operation = "" } = {}] = waiting;
    this.world.resolve(found, isAllowed, OPERATOR.identity);
    return `${operation} is ${isAllowed ? "approved" : "denied"}.`;
  }

  private tellApproval(event: Record<string, unknown>): void {
    const approval = event["kind"] === "approval" ? this.world.approvals().find(({ id }) => id === event["id"]) : undefined;
    if (approval !== undefined) this.tell(approvalText(approval));
  }

  private tellQuarantine({ kind, cell, reason }: Record<string, unknown>): void {
    if (kind === "quarantined" && cell === SESSION) this.tell(`This conversation is held until somebody releases it: ${String(reason)}\nouro cell release ${SESSION}`);
  }

  /** What comes of a timer that the conversation set answers no message. */
  private tellUnasked(outcome: Outcome): void {
    if (outcome.cell === SESSION && outcome.id.startsWith(TIMER_INPUTS) && outcome.answer !== "") this.tell(completionOf(outcome).answer ?? outcome.answer);
  }

  private tell(text: string): void {
    for (const listener of this.listeners) listener(text);
  }

  /** Begins all turns that the queue lets run now. */
  private lease(): void {
    while (this.isOpen) {
      const begun = this.world.tables.transaction(() => this.begin());
      if (begun === undefined) return;
      void this.work(begun.turn, begun.input);
    }
  }

  /** Lease and input are one transaction: either the turn is the world's, or the queue still has it. */
  private begin(): { turn: Turn; input: string } | undefined {
    const { queue } = this.baseband;
    const leased = queue.lease({ worker: WORKER, nowMs: Date.now(), leaseMs: LEASE_MS });
    if (leased === undefined) return undefined;
    const turn = queue.start(leased, Date.now());
    const { session, label, identity, body } = turn.envelope;
    const input = this.world.enqueue({
      id: `message-${turn.id}`, cell: session, kind: "message", text: body.text, from: identity, labels: label === "" ? [] : [label],
    });
    this.works.set(input, { lease: turn, cell: session });
    return { turn, input };
  }

  private async work(turn: Turn, input: string): Promise<void> {
    const renewal = setInterval(() => this.underLease(input, ({ lease }) => this.baseband.queue.renew(lease, Date.now(), LEASE_MS)), LEASE_MS / 3).unref();
    try {
      const outcome = await this.world.outcome(input);
      // An input that had its outcome before this lease was committed without it.
      if (this.baseband.storage.turn(turn.id)?.state === "running") this.committing(outcome);
      await this.baseband.outbox.deliver(Date.now());
      this.waiters.get(turn.id)?.resolve(outcome.answer);
    } catch (error) {
      this.waiters.get(turn.id)?.reject(error);
    } finally {
      clearInterval(renewal);
      this.waiters.delete(turn.id);
      this.works.delete(input);
    }
    this.lease();
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

  /** One row of a chat is on its way at a time, so the part's turn is the one that is being sent. */
  private receive(part: Part): void {
    const row = this.baseband.storage.outgoing(["sending"]).find(({ platform, channel, thread }) =>
      platform === part.platform && channel === part.channel && thread === part.thread);
    const waiter = this.waiters.get(row?.turn ?? 0);
    if (waiter === undefined) return this.tell(part.text);
    waiter.resolve(part.text);
  }
}

function completionOf({ outcome, answer }: Outcome): Completion {
  if (outcome === "done") return { state: "done", answer };
  if (outcome === "stopped") return { state: "stopped", reason: answer, answer: `Stopped: ${answer}` };
  return { state: "failed", reason: answer, answer: `That failed. ${answer}` };
}

function approvalText({ id, operation, parameters, reason }: { id: string; operation: string; parameters: string; reason: string }): string {
  return `${operation} ${parameters} waits for your word: ${reason}\n/approve ${id.slice(0, 8)} or /deny ${id.slice(0, 8)}`;
}
