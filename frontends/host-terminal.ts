// The terminal of the person who owns the home, as one more platform: nobody else can speak through this process.
import { randomUUID } from "node:crypto";
import { inProcess, type Part, type Turn, type TurnState } from "../ports/baseband/index.js";
import { AGENT, type Conversations, type ConversationsOptions, TERMINAL } from "./host-conversation.js";

const OWNER = { platform: "repl", account: "local", sender: "operator", role: "operator", identity: "operator" } as const;

const ENDED: ReadonlySet<TurnState> = new Set(["done", "failed", "stopped", "dead"]);

interface Waiter {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: unknown) => void;
}

export class Terminal {
  /** By the id of the queue's turn. */
  private readonly waiters = new Map<number, Waiter>();
  private readonly listeners = new Set<(text: string) => void>();

  constructor(private readonly conversations: Conversations, private readonly baseband: ConversationsOptions["baseband"]) {
    baseband.admit(OWNER);
    baseband.bind({ ...TERMINAL, agent: AGENT });
    baseband.attach({
      ...inProcess(TERMINAL.platform, (part) => this.receive(part)),
      split: ({ text, buttons }) => [buttons.length === 0 ? text : `${text}\n${buttons.map(({ says }) => says).join(" or ")}`],
    });
    conversations.attend({
      ended: (turn, answer) => answer === "" && this.waited(turn.id)?.resolve(""),
      failed: (turn, error) => this.waited(turn.id)?.reject(error),
    });
  }

  /** Sends a message as the operator; resolves with the answer once it is committed. One of an id that came before is that one. */
  send(text: string, id: string = randomUUID()): Promise<string> {
    return new Promise((resolve, reject) => {
      const message = { ...TERMINAL, id, sender: OWNER.sender, body: { text }, received: Date.now() };
      const { turn, duplicate } = this.conversations.accept(message);
      const answer = duplicate ? this.answered(turn) : undefined;
      if (answer !== undefined) resolve(answer);
      else this.waiters.set(turn.id, { resolve, reject });
    });
  }

  /** Hands over what the agent says unasked, and what waits for a person's word. Answers how to stop. */
  listen(listener: (text: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** What a turn that has ended was answered; undefined while it has not. */
  private answered({ id }: Turn): string | undefined {
    const { storage } = this.baseband;
    if (!ENDED.has(storage.turn(id)?.state ?? "queued")) return undefined;
    return storage.outgoing(["pending", "sending", "sent", "failed", "dead", "unknown"]).find(({ turn }) => turn === id)?.text ?? "";
  }

  private receive({ turn, text }: Part): void {
    const waiter = this.waited(turn);
    if (waiter !== undefined) return waiter.resolve(text);
    for (const listener of this.listeners) listener(text);
  }

  private waited(turn: number): Waiter | undefined {
    const waiter = this.waiters.get(turn);
    this.waiters.delete(turn);
    return waiter;
  }
}
