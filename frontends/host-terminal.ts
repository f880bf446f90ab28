// The terminal of the person who owns the home, as one more platform: nobody else can speak through this process.
import { randomUUID } from "node:crypto";
import { inProcess, type Part } from "../ports/baseband/index.js";
import { AGENT, type Conversations, type ConversationsOptions, TERMINAL } from "./host-conversation.js";

const OWNER = { platform: "repl", account: "local", sender: "operator", role: "operator", identity: "operator" } as const;

interface Waiter {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: unknown) => void;
}

export class Terminal {
  /** By the id of the queue's turn. */
  private readonly waiters = new Map<number, Waiter>();
  private readonly listeners = new Set<(text: string) => void>();

  constructor(private readonly conversations: Conversations, baseband: ConversationsOptions["baseband"]) {
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

  /** Sends a message as the operator; resolves with the answer once it is committed. */
  send(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const message = { ...TERMINAL, id: randomUUID(), sender: OWNER.sender, body: { text }, received: Date.now() };
      const { turn } = this.conversations.accept(message);
      this.waiters.set(turn.id, { resolve, reject });
    });
  }

  /** Hands over what the agent says unasked, and what waits for a person's word. Answers how to stop. */
  listen(listener: (text: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
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
