// The agent of another process, as a host: every call goes over its socket, and what its sessions print comes back.
import { request } from "node:http";
import type { Duplex } from "node:stream";
import type { Desk, Evaluation, EvolveEvent, EvolveReport, EvolveRequest, GenomeView, Host, JournalView, LiveEvent, Session, SessionOptions, VaultView } from "../frontend.js";
import { CommandError } from "../frontend.js";
import type { ModelsView } from "../models.js";
import { socketAddress } from "./address.js";
import { ATTACH_PATH, ATTACH_PROTOCOL } from "./attachment.js";
import { CALLS, type PartName, type Reply, type Request } from "./calls.js";
import { isListenedOn, toldError } from "./client.js";
import { ControlError } from "./error.js";
import { readLines, writeLine } from "./lines.js";
import { foundToken } from "./token.js";

/** Attaches to the agent of the process that has the home open; undefined if none listens there. Errors: `unauthorised`, `too-many`. */
export async function attach(home: string): Promise<Host | undefined> {
  const address = socketAddress(home);
  try {
    return (await isListenedOn(address.path)) ? new AttachedHost(home, new Connection(await upgraded(address.path, foundToken(home)))) : undefined;
  } finally {
    address.release();
  }
}

function upgraded(socketPath: string, token: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const headers = { host: "localhost", authorization: `Bearer ${token}`, connection: "upgrade", upgrade: ATTACH_PROTOCOL };
    const asked = request({ socketPath, path: ATTACH_PATH, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part)).once("error", reject).once("end", () => reject(toldError(text)));
    });
    asked.once("upgrade", (_response, wire) => resolve(wire)).once("error", (error) => reject(gone(error.message))).end();
  });
}

function gone(reason: string): ControlError {
  return new ControlError("owner-gone", `the process that has the home open does not answer: ${reason}`);
}

interface Waiter {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  said(said: never): void;
  burned(steps: number, bytes: number): void;
}

/** Requests and their replies, by number; and the sessions that text is for. */
class Connection {
  readonly sessions = new Map<number, RemoteSession>();
  private readonly waiters = new Map<number, Waiter>();
  private readonly watchers = new Set<(event: LiveEvent) => void>();
  private last = 0;
  private isLeaving = false;

  constructor(private readonly wire: Duplex) {
    readLines(wire, (value) => this.take(value as Reply));
    wire.on("error", () => wire.destroy());
    wire.once("end", () => wire.destroy());
    wire.once("close", () => this.closed());
  }

  /** A number that no other call or session of this connection has. */
  next(): number {
    return ++this.last;
  }

  tell(request: Request): void {
    writeLine(this.wire, JSON.stringify(request));
  }

  /** Resolves with the result; `said` takes what comes before it. */
  call<Result>(part: PartName, member: string, operands: readonly unknown[], more: Partial<Pick<Waiter, "said" | "burned">> & { readonly session?: number; readonly signal?: AbortSignal } = {}): Promise<Result> {
    const id = this.next();
    const { said = () => undefined, burned = () => undefined, session, signal } = more;
    return new Promise((resolve, reject) => {
      if (this.wire.destroyed) return reject(gone("it has ended"));
      this.waiters.set(id, { resolve: resolve as (result: unknown) => void, reject, said, burned });
      this.tell({ id, part, member, session, operands });
      const cancel = () => this.tell({ cancel: id });
      if (signal?.aborted === true) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  /** The members of a part as functions that call them. */
  part<Part>(part: PartName): Part {
    return Object.fromEntries(Object.keys(CALLS[part]).map((member) => [member, (...operands: unknown[]) => this.call(part, member, operands)])) as Part;
  }

  watch(listener: (event: LiveEvent) => void): () => void {
    if (this.watchers.size === 0) this.tell({ watch: true });
    this.watchers.add(listener);
    return () => void this.watchers.delete(listener);
  }

  async close(): Promise<void> {
    this.isLeaving = true;
    if (this.wire.destroyed) return;
    await new Promise<void>((resolve) => this.wire.once("close", () => resolve()).end());
  }

  private take(reply: Reply): void {
    if ("event" in reply) for (const watcher of this.watchers) watcher(reply.event);
    else if ("stream" in reply) this.sessions.get(reply.session)?.printed(reply.stream, reply.text);
    else if ("wants" in reply) this.sessions.get(reply.session)?.wanted(reply.wants);
    else this.answered(reply);
  }

  private answered(reply: Extract<Reply, { id: number }>): void {
    const waiter = this.waiters.get(reply.id);
    if ("said" in reply) return waiter?.said(reply.said as never);
    this.waiters.delete(reply.id);
    if ("error" in reply) return waiter?.reject(new CommandError(reply.error.code, reply.error.message, reply.error.hint));
    if (reply.steps !== undefined) waiter?.burned(reply.steps, reply.bytes ?? 0);
    waiter?.resolve(reply.result);
  }

  private closed(): void {
    const error = gone("it has ended");
    for (const waiter of this.waiters.values()) waiter.reject(error);
    this.waiters.clear();
    if (!this.isLeaving) for (const watcher of this.watchers) watcher({ kind: "failed", error: error.message });
  }
}

class AttachedHost implements Host {
  readonly isNew = false;
  readonly genome: GenomeView;
  readonly journal: JournalView;
  readonly vault: VaultView;
  readonly models: ModelsView;
  readonly desk: Desk;
  readonly send: Host["send"];
  readonly status: Host["status"];
  readonly doctor: Host["doctor"];
  readonly redact: Host["redact"];

  constructor(readonly home: string, private readonly connection: Connection) {
    ({ send: this.send, status: this.status, doctor: this.doctor, redact: this.redact } = connection.part<Pick<Host, keyof typeof CALLS.host>>("host"));
    this.genome = connection.part("genome");
    this.journal = connection.part("journal");
    this.vault = connection.part("vault");
    this.models = { ...connection.part<ModelsView>("models"), check: (model, signal) => connection.call("models", "check", [model], { signal }) };
    this.desk = connection.part("desk");
  }

  session(options: SessionOptions = {}): Session {
    return new RemoteSession(this.connection, options);
  }

  listen(listener: (text: string) => void): () => void {
    return this.watch((event) => { if (event.kind === "said") listener(String(event["text"])); });
  }

  watch(listener: (event: LiveEvent) => void): () => void {
    return this.connection.watch(listener);
  }

  evolve({ signal, ...request }: EvolveRequest, watch: (event: EvolveEvent) => void): Promise<EvolveReport> {
    return this.connection.call("host", "evolve", [request], { said: watch, signal });
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

type Asked<Member extends keyof Session> = Session[Member] extends (...operands: never[]) => infer Result ? Promise<Awaited<Result>> : never;

class RemoteSession implements Session {
  steps = 0;
  bytes = 0;
  private readonly number: number;
  private reading: AbortController | undefined;

  constructor(private readonly connection: Connection, private readonly options: SessionOptions, beside?: number) {
    this.number = connection.next();
    connection.sessions.set(this.number, this);
    connection.tell({ open: this.number, beside });
  }

  evaluate(text: string, file = "repl", { report, line, column }: Parameters<Session["evaluate"]>[2] = {}): Promise<Evaluation> {
    return this.call("evaluate", [text, file, { line, column }], report);
  }

  program(text: string, file: string): Promise<Evaluation> {
    return this.call("program", [text, file]);
  }

  restart(...operands: Parameters<Session["restart"]>): Promise<Evaluation> {
    return this.call("restart", operands);
  }

  inspect(text: string): Asked<"inspect"> {
    return this.call("inspect", [text]);
  }

  isComplete(text: string): Asked<"isComplete"> {
    return this.call("isComplete", [text]);
  }

  isLisp(text: string): Asked<"isLisp"> {
    return this.call("isLisp", [text]);
  }

  complete(prefix: string): Asked<"complete"> {
    return this.call("complete", [prefix]);
  }

  documentation(name: string): Asked<"documentation"> {
    return this.call("documentation", [name]);
  }

  source(name: string): Asked<"source"> {
    return this.call("source", [name]);
  }

  describe(name: string): Asked<"describe"> {
    return this.call("describe", [name]);
  }

  disassemble(name: string): Asked<"disassemble"> {
    return this.call("disassemble", [name]);
  }

  expand(...operands: Parameters<Session["expand"]>): Asked<"expand"> {
    return this.call("expand", operands);
  }

  trace(name: string): Asked<"trace"> {
    return this.call("trace", [name]);
  }

  untrace(...operands: Parameters<Session["untrace"]>): Asked<"untrace"> {
    return this.call("untrace", operands);
  }

  inspectPart(...operands: Parameters<Session["inspectPart"]>): Asked<"inspectPart"> {
    return this.call("inspectPart", operands);
  }

  libraries(): Asked<"libraries"> {
    return this.call("libraries", []);
  }

  interrupt(): void {
    // Nobody waits for it: if the process is gone, nothing runs there either.
    this.call("interrupt", []).catch(() => undefined);
  }

  fork(options: SessionOptions & { readonly output: (text: string) => void }): Session {
    return new RemoteSession(this.connection, options, this.number);
  }

  printed(stream: "output" | "errors", text: string): void {
    const { output, errors = output } = this.options;
    (stream === "output" ? output : errors)?.(text);
  }

  /** A form waits for a line, or has stopped to. */
  wanted(wants: boolean): void {
    if (!wants) return this.reading?.abort();
    const reading = (this.reading = new AbortController());
    const line = this.options.input?.(reading.signal) ?? Promise.resolve(undefined);
    void line.then((text) => { if (!reading.signal.aborted) this.connection.tell({ give: this.number, text }); });
  }

  private call<Result>(member: keyof typeof CALLS.session, operands: readonly unknown[], said: (said: string) => void = () => undefined): Promise<Result> {
    const burned = (steps: number, bytes: number) => void ([this.steps, this.bytes] = [steps, bytes]);
    return this.connection.call("session", member, operands, { session: this.number, said, burned });
  }
}
