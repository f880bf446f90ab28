// A client of the nREPL server as editors have one: the library nrepl-client, with each answer awaited.
import { createRequire } from "node:module";
import type { Connection, Reply } from "nrepl-client";

const { connect } = createRequire(import.meta.url)("nrepl-client") as typeof import("nrepl-client");

export type { Reply };

/** What a message was answered with, all replies together. */
export interface Answer {
  readonly replies: readonly Reply[];
  readonly status: readonly string[];
  readonly values: readonly unknown[];
  readonly out: string;
  readonly err: string;
  /** The entry of the first reply that has it. */
  entry(name: string): unknown;
}

export class Client {
  /** Messages sent so far. */
  sent = 0;

  private constructor(readonly connection: Connection) {}

  static async connect(port: number): Promise<Client> {
    const connection = connect({ port, host: "127.0.0.1" });
    await new Promise((resolve, reject) => connection.once("connect", resolve).once("error", reject));
    return new Client(connection);
  }

  /** Sends a message; `until` is a status that ends its answer. */
  async ask(message: Readonly<Record<string, unknown>>, until = "done"): Promise<Answer> {
    return (await this.begin(message, until)).answer;
  }

  /** The same, answered as soon as it is sent. */
  async begin(message: Readonly<Record<string, unknown>>, until = "done"): Promise<{ id: string; answer: Promise<Answer> }> {
    this.sent++;
    const replies: Reply[] = [];
    const { id } = this.connection.send(message);
    const answer = new Promise<Answer>((resolve) => {
      const take = (parts: Reply[]) => {
        replies.push(...parts);
        if (!replies.some(({ status }) => Array.isArray(status) && status.includes(until))) return;
        this.connection.messageStream.off(`messageSequence-${id}`, take);
        resolve(answerOf(replies));
      };
      this.connection.messageStream.on(`messageSequence-${id}`, take);
    });
    return { id, answer };
  }

  close(): void {
    this.connection.destroy();
  }
}

function answerOf(replies: readonly Reply[]): Answer {
  const all = (name: string) => replies.filter((reply) => name in reply).map((reply) => reply[name]);
  return {
    replies, values: all("value"), out: all("out").join(""), err: all("err").join(""),
    status: all("status").flat() as string[], entry: (name) => all(name)[0],
  };
}
