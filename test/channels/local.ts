// A platform within the process: people, rooms, edits, buttons, files, redelivery and faults, with nothing between it and the agent.
import { createHmac } from "node:crypto";
import { type ArrivingFile, type ChannelArrival, ChannelError, type ChannelFrontend, type Door, type Gateway, type OutgoingPart } from "../../frontends/channel.js";
import type { Abilities, Fault, Peer, Person, Place, SayOptions, Seen } from "./peer.js";

const LONGEST = 4_096;
const ACCOUNT = "local-bot";
const KEY = "the platform's signing key";

export interface LocalOptions {
  readonly name?: string;
  readonly dropsRepeated?: boolean;
  readonly can?: Partial<Abilities>;
}

interface Event {
  readonly arrival: ChannelArrival;
  readonly signature: string;
  isAcknowledged: boolean;
}

interface Shown extends Seen {
  readonly where: string;
}

interface Connection {
  take(event: Event): void;
  readonly signal: AbortSignal;
  end(error: Error): void;
}

/** Everything that the platform keeps; it outlives the agent. */
export class LocalPeer implements Peer {
  readonly account = ACCOUNT;
  readonly settings = { room: "hall" };
  readonly secrets = { key: KEY };
  readonly complaints: string[] = [];
  readonly can: Abilities;
  readonly frontend: ChannelFrontend;
  private readonly events = new Map<string, Event>();
  private readonly messages: Shown[] = [];
  private readonly files = new Map<string, ArrivingFile>();
  private readonly nonces = new Map<string, string>();
  private readonly faults: { fault: Fault; left: number }[] = [];
  private connection: Connection | undefined;
  private closedUntilMs = 0;
  private count = 0;

  constructor(options: LocalOptions = {}) {
    this.can = {
      threads: true, edits: true, buttons: true, filesIn: true, filesKept: true, filesOut: true, progress: true, dropsRepeated: options.dropsRepeated ?? false, refusals: true, longestText: LONGEST, ...options.can,
    };
    this.frontend = {
      name: options.name ?? "local",
      doc: "A platform within the process, for tests.",
      settings: [{ name: "room", doc: "Any room.", default: "hall" }, { name: "key", doc: "The key.", isSecret: true, problem: (entry) => (entry.includes(" ") ? undefined : "has spaces") }],
      check: async (settings) => {
        if ((await settings.secret("key")) !== KEY) throw new ChannelError("local-unauthorised", "the key is wrong", { hint: "Enter the right one." });
        return ACCOUNT;
      },
      file: async (_settings, { reference }) => this.files.get(reference) ?? Promise.reject(new ChannelError("local-no-file", "there is no such file")),
      run: (gateway, signal) => this.run(gateway, signal),
    };
  }

  channelOf({ room, thread }: Place, person: Person) {
    return { channel: room === "direct" ? `direct-${person}` : room, thread: thread ?? "" };
  }

  senderOf(person: Person): string {
    return `user-${person}`;
  }

  async say(person: Person, text: string, options: SayOptions = {}): Promise<string> {
    const { repliesTo, files = [] } = options;
    const arriving = files.map(({ name, type, bytes, claimedSize, held }): ArrivingFile => this.kept({
      reference: `f${++this.count}`, name, type, size: claimedSize ?? bytes.length,
      read: async (most) => {
        await held;
        if (bytes.length > most) throw new ChannelError("local-too-large", "the file is too large");
        return bytes;
      },
    }));
    return this.put({ ...this.from(person, options), id: `m${++this.count}`, text, ...(repliesTo === undefined ? {} : { repliesTo }), ...(arriving.length === 0 ? {} : { files: arriving }) });
  }

  private kept(file: ArrivingFile): ArrivingFile {
    this.files.set(file.reference ?? "", file);
    return file;
  }

  async edit(person: Person, message: string, text: string): Promise<string> {
    const { arrival } = this.events.get(message) as Event;
    return this.put({ ...arrival, id: `e${++this.count}`, sender: this.senderOf(person), text, edits: message });
  }

  async press(person: Person, message: Seen, label: string): Promise<void> {
    const says = this.presses.get(`${message.id} ${label}`);
    if (says === undefined) throw new Error(`there is no button ${label}`);
    const [channel = "", thread = ""] = JSON.parse((message as Shown).where) as string[];
    await this.put({ account: ACCOUNT, channel, ...(thread === "" ? {} : { thread }), sender: this.senderOf(person), id: `p${++this.count}`, text: says });
  }

  async redeliver(event: string): Promise<void> {
    this.connection?.take(this.events.get(event) as Event);
  }

  async forge(person: Person, text: string): Promise<void> {
    const arrival = { ...this.from(person, {}), id: `f${++this.count}`, text };
    this.connection?.take({ arrival, signature: signed({ ...arrival, sender: "somebody else" }), isAcknowledged: true });
  }

  seen(place: Place, person: Person): readonly Seen[] {
    const where = keyOf(this.channelOf(place, person));
    return this.messages.filter((message) => message.where === where);
  }

  isAcknowledged(event: string): boolean {
    return this.events.get(event)?.isAcknowledged ?? false;
  }

  fail(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? 1 });
  }

  async cut(milliseconds: number): Promise<void> {
    this.closedUntilMs = performance.now() + milliseconds;
    this.connection?.end(new ChannelError("local-cut", "the connection broke", { retryable: true }));
  }

  async close(): Promise<void> {
    this.connection?.end(new Error("the platform closed"));
  }

  private readonly presses = new Map<string, string>();

  private from(person: Person, { room = "direct", thread }: Partial<Place>) {
    const place = this.channelOf({ room, ...(thread === undefined ? {} : { thread }) }, person);
    return { account: ACCOUNT, channel: place.channel, ...(place.thread === "" ? {} : { thread: place.thread }), sender: this.senderOf(person) };
  }

  private put(arrival: ChannelArrival): string {
    const event: Event = { arrival, signature: signed(arrival), isAcknowledged: false };
    this.events.set(arrival.id, event);
    this.connection?.take(event);
    return arrival.id;
  }

  private async run(gateway: Gateway, signal: AbortSignal): Promise<void> {
    if (performance.now() < this.closedUntilMs) throw new ChannelError("local-closed", "no connection is let in yet", { retryable: true });
    if ((await gateway.secret("key")) !== KEY) throw new ChannelError("local-unauthorised", "the key is wrong");
    await new Promise<void>((resolve, reject) => {
      const take = (event: Event): void => {
        gateway.accept(event.arrival, event.signature).then(() => (event.isAcknowledged = true), (error: unknown) => gateway.log("warn", "not accepted", { error: String(error) }));
      };
      this.connection = { take, signal, end: (error) => ((this.connection = undefined), reject(error)) };
      signal.addEventListener("abort", () => ((this.connection = undefined), resolve()), { once: true });
      gateway.attach(this.door());
      gateway.report("connected");
      // As platforms do: what was not acknowledged comes again.
      for (const event of this.events.values()) if (!event.isAcknowledged) take(event);
    });
  }

  private door(): Door {
    const { buttons, progress } = this.can;
    return {
      dropsRepeated: this.can.dropsRepeated,
      hasButtons: buttons,
      verify: (arrival, evidence) => evidence === signed(arrival),
      split: splitText,
      send: (part, signal) => this.send(part, signal),
      ...(progress ? { edit: (message, part) => this.change(message, part) } : {}),
    };
  }

  private async send(part: OutgoingPart, signal: AbortSignal): Promise<string> {
    const problem = this.wrongIn(part);
    if (problem !== undefined) {
      this.complaints.push(problem);
      throw new ChannelError("local-bad-request", problem);
    }
    const fault = part.isProgress ? undefined : this.nextFault();
    if (fault?.kind === "rate-limit") throw new ChannelError("local-rate-limited", "too fast", { retryable: true, retryAfterMs: fault.retryAfterMs });
    if (fault?.kind === "server-error") throw new ChannelError("local-unavailable", "the platform failed", { retryable: true });
    if (fault?.kind === "refusal") throw new ChannelError("local-refused", "no such chat");
    if (fault?.kind === "slow") await new Promise((resolve, reject) => {
      setTimeout(resolve, fault.milliseconds);
      signal.addEventListener("abort", () => reject(new Error("given up")), { once: true });
    });
    const known = this.can.dropsRepeated ? this.nonces.get(part.nonce) : undefined;
    const id = known ?? this.show(part);
    if (fault?.kind === "lost-answer") throw new Error("socket hang up");
    return id;
  }

  private show({ channel, thread, text, buttons, files, repliesTo, nonce }: OutgoingPart): string {
    const id = `a${++this.count}`;
    this.nonces.set(nonce, id);
    for (const { label, says } of buttons) this.presses.set(`${id} ${label}`, says);
    this.messages.push({
      id, where: keyOf({ channel, thread }), text, buttons: buttons.map(({ label }) => label), files: files.map(({ name, bytes }) => ({ name, bytes })), before: [], ...(repliesTo === undefined ? {} : { repliesTo }),
    });
    return id;
  }

  private async change(id: string, { text }: OutgoingPart): Promise<void> {
    const index = this.messages.findIndex((message) => message.id === id);
    const message = this.messages[index];
    if (message === undefined) throw new ChannelError("local-no-message", "there is no such message");
    this.messages[index] = { ...message, text, before: [...message.before, message.text] };
  }

  private wrongIn({ account, text, buttons }: OutgoingPart): string | undefined {
    if (account !== ACCOUNT) return `the account ${account} is not ours`;
    if (text.length > LONGEST || text === "") return `a text of ${text.length} units`;
    if (!(text as string & { isWellFormed(): boolean }).isWellFormed()) return "half of a surrogate pair";
    const wide = buttons.find(({ says }) => Buffer.byteLength(says) > 64);
    return wide === undefined ? undefined : `a button says more than 64 bytes: ${wide.says}`;
  }

  private nextFault(): Fault | undefined {
    const [first] = this.faults;
    if (first === undefined) return undefined;
    first.left -= 1;
    if (first.left === 0) this.faults.shift();
    return first.fault;
  }
}

function keyOf({ channel, thread }: { readonly channel: string; readonly thread: string }): string {
  return JSON.stringify([channel, thread]);
}

function signed({ id, sender, text }: ChannelArrival): string {
  return createHmac("sha256", KEY).update(JSON.stringify([id, sender, text])).digest("hex");
}

/** At line ends where there are some; a fence that is cut is closed and opened again. */
export function splitText(text: string): string[] {
  const room = LONGEST - 20;
  const parts: string[] = [];
  let [part, fence] = ["", ""];
  for (const line of text.split("\n").flatMap((each) => pieces(each, room - 20))) {
    if (part.length + line.length + 1 > room) {
      parts.push(fence === "" ? part : `${part}\n\`\`\``);
      part = fence;
    }
    if (line.startsWith("```")) fence = fence === "" ? line : "";
    part = part === "" ? line : `${part}\n${line}`;
  }
  return [...parts, part].filter((each) => each !== "");
}

function pieces(line: string, room: number): string[] {
  const found: string[] = [];
  let piece = "";
  for (const character of line) {
    if (piece.length + character.length > room) [piece] = [(found.push(piece), "")];
    piece += character;
  }
  return [...found, piece];
}
