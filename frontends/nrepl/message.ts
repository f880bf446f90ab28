// One message of an editor as the operations see it: its fields by type, and the way back to who sent it.
import type { Bencoded, Encodable } from "./bencode.js";

export type Reply = Readonly<Record<string, Encodable | undefined>>;

/** The way back to one socket. */
export interface Transport {
  send(reply: Reply): void;
  /** Resolves when the socket has taken what is waiting, or is gone; undefined while it takes all. */
  drained(): Promise<void> | undefined;
  readonly isOpen: boolean;
}

/** A field has another type than its operation wants, or is missing. Told as an error of the message. */
export class FieldError extends Error {
  override readonly name = "FieldError";
}

export class Message {
  constructor(
    private readonly fields: ReadonlyMap<string, Bencoded>,
    private readonly transport: Transport,
    /** The session's id, once it is known which. */
    public session: string | undefined = undefined,
  ) {}

  /** Sends a reply that carries the message's id and session. */
  reply(reply: Reply): void {
    const id = this.fields.get("id");
    this.transport.send({ id: typeof id === "string" || typeof id === "number" ? id : undefined, session: this.session, ...reply });
  }

  done(reply: Reply = {}, ...status: string[]): void {
    this.reply({ ...reply, status: [...status, "done"] });
  }

  text(name: string): string {
    return this.optionalText(name) ?? missing(`${name} is missing`);
  }

  optionalText(...names: string[]): string | undefined {
    for (const name of names) {
      const value = this.fields.get(name);
      if (value !== undefined) return typeof value === "string" ? value : missing(`${name} must be a string`);
    }
    return undefined;
  }

  /** A whole number of at least 1. */
  optionalCount(name: string): number | undefined {
    const value = this.fields.get(name);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return typeof number === "number" && number >= 1 && number <= MOST_LINES ? number : missing(`${name} must be a whole number from 1 to ${MOST_LINES}`);
  }

  /** True for what a client sends that means yes: bencode has no booleans. */
  flag(name: string): boolean {
    const value = this.fields.get(name);
    return value !== undefined && value !== 0 && value !== "false" && value !== "nil" && value !== "";
  }

  get isAnswerable(): boolean {
    return this.transport.isOpen;
  }

  drained(): Promise<void> | undefined {
    return this.transport.drained();
  }
}

const MOST_LINES = 1_000_000;

function missing(problem: string): never {
  throw new FieldError(problem);
}
