// Children in memory: each runs as a task of this process, with a mailbox, and is gone with it.
import { createHash } from "node:crypto";
import { type ChildService, type Kin, PortError } from "../port.js";

/** What a child's work sees of the swarm. */
export interface ChildContext {
  readonly child: string;
  readonly operations: readonly string[];
  /** Aborted when the child is cancelled. */
  readonly signal: AbortSignal;
  /** The next message, when there is one. Rejects when the child is cancelled. */
  receive(): Promise<string>;
}

export interface MemoryChildrenOptions {
  /** The child's work: a task, as a datum, to an answer, as a datum. */
  readonly work: (task: string, context: ChildContext) => Promise<string>;
  /** What a cell may do; children are refused more. */
  readonly authority: (cell: string) => readonly string[];
  readonly mailboxSize?: number;
}

/** The service, and a view of its children for whoever watches. */
export function memoryChildren({ work, authority, mailboxSize = 100 }: MemoryChildrenOptions): ChildService & { state(): Record<string, string> } {
  const children = new Map<string, Child>();
  const named = ({ parent, child: name }: Kin): Child => {
    const found = children.get(name);
    if (found === undefined || found.parent !== parent) throw new PortError("swarm-unknown-child", `there is no child ${name}`, { hint: "Use the name that (swarm/spawn …) answered." });
    return found;
  };
  return {
    async spawn({ parent, task, operations, idempotencyKey }) {
      const name = `${parent}/${createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 12)}`;
      if (children.has(name)) return name;
      // A child's own children are held to what it was given.
      const allowed = children.get(parent)?.operations ?? authority(parent);
      const wider = operations.find((operation) => !allowed.includes(operation));
      if (wider !== undefined) throw new PortError("swarm-wider-than-parent", `${parent} may not ${wider} itself`, { hint: "Give the child only what its parent has." });
      children.set(name, new Child(name, parent, operations, mailboxSize, (context) => work(task, context)));
      return name;
    },
    async send(kin, message) {
      named(kin).deliver(message);
    },
    result: async (kin, idempotencyKey, signal) => ({ answer: await named(kin).handOver(idempotencyKey, signal) }),
    cancel: async (kin) => named(kin).cancel(),
    state: () => Object.fromEntries([...children].map(([name, child]) => [name, `${child.status} ${child.waitingMessages}`])),
  };
}

class Child implements ChildContext {
  status: "working" | "done" | "failed" | "cancelled" = "working";
  private readonly controller = new AbortController();
  private readonly mailbox: string[] = [];
  private readonly receivers: ((message: string) => void)[] = [];
  private readonly answer: Promise<string>;

  /** The intent that has had the answer. */
  private deliveredTo: string | undefined;

  constructor(readonly child: string, readonly parent: string, readonly operations: readonly string[], private readonly mailboxSize: number, work: (context: ChildContext) => Promise<string>) {
    this.answer = this.run(work);
    // A child that nobody waits for may fail.
    this.answer.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get waitingMessages(): number {
    return this.mailbox.length;
  }

  receive(): Promise<string> {
    const next = this.mailbox.shift();
    if (next !== undefined) return Promise.resolve(next);
    return unlessAborted(this.signal, new Promise<string>((resolve) => this.receivers.push(resolve)));
  }

  deliver(message: string): void {
    if (this.status !== "working") throw new PortError("swarm-child-ended", `${this.child} is ${this.status} and reads no more messages`);
    if (this.mailbox.length >= this.mailboxSize) throw new PortError("swarm-mailbox-full", `${this.child} has ${this.mailboxSize} messages waiting`, { retryable: true, hint: "Wait until it has read some." });
    const receiver = this.receivers.shift();
    if (receiver === undefined) this.mailbox.push(message);
    else receiver(message);
  }

  async handOver(idempotencyKey: string, signal: AbortSignal): Promise<string> {
    const answer = await unlessAborted(signal, this.answer);
    if (this.deliveredTo !== undefined && this.deliveredTo !== idempotencyKey)
      throw new PortError("swarm-delivered", `the answer of ${this.child} has gone to another that waited`, { hint: "Keep the answer of the first await." });
    this.deliveredTo = idempotencyKey;
    return answer;
  }

  cancel(): boolean {
    if (this.status !== "working") return false;
    this.status = "cancelled";
    this.controller.abort();
    return true;
  }

  private async run(work: (context: ChildContext) => Promise<string>): Promise<string> {
    try {
      // In a turn of its own, so that the parent has the child's name before the child does anything.
      await Promise.resolve();
      const answer = await unlessAborted(this.signal, work(this));
      this.status = "done";
      return answer;
    } catch (error) {
      if (this.signal.aborted) throw new PortError("swarm-child-cancelled", `${this.child} was cancelled before it answered`);
      this.status = "failed";
      throw new PortError("swarm-child-failed", `${this.child} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
