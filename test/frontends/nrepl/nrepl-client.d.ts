// The types of the client library, which has none of its own: as much of it as the tests use.
declare module "nrepl-client" {
  import type { Socket } from "node:net";
  /** A reply's entries: texts, numbers, lists and dictionaries. */
  type Reply = Record<string, unknown>;
  interface Connection extends Socket {
    readonly messageStream: NodeJS.EventEmitter;
    /** Sends a message; the library gives it an id if it has none, and answers it as it was sent. */
    send(message: Readonly<Record<string, unknown>>): { readonly id: string };
  }
  export function connect(options: { port: number; host: string }): Connection;
}
