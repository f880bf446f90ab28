// A terminal attached to the agent of this process: carries out its calls, and tells it what its sessions print and what happens.
import type { Duplex } from "node:stream";
import { z } from "zod";
import type { EvolveRequest, OwnHost, Session, SessionOptions } from "../frontend.js";
import { CALLS, type PartName, type Reply, type Request } from "./calls.js";
import { ControlError, type Refusal, refusalOf } from "./error.js";
import { drained, readLines, writeLine } from "./lines.js";

export const ATTACH_PATH = "/v1/attach";
export const ATTACH_PROTOCOL = "ouro-terminal";

const MOST_SESSIONS = 1_000;

const number = z.int().nonnegative();
const REQUEST: z.ZodType<Request> = z.union([
  z.strictObject({ id: number, part: z.enum(Object.keys(CALLS) as [PartName]), member: z.string(), session: number.optional(), operands: z.array(z.unknown()) }),
  z.strictObject({ open: number, beside: number.optional() }),
  z.strictObject({ give: number, text: z.string().optional() }),
  z.strictObject({ cancel: number }),
  z.strictObject({ watch: z.literal(true) }),
]);

type Call = Extract<Request, { id: number }>;

interface Held {
  readonly session: Session;
  /** Lines that were given before they were asked for; undefined is the end. */
  readonly given: (string | undefined)[];
  wake(): void;
}

/** Serves a terminal over its connection, until that is closed. `fault` takes what is wrong with us. */
export function attachTerminal(wire: Duplex, host: OwnHost, fault: (error: unknown) => void): void {
  const attachment = new Attachment(wire, host, fault);
  readLines(wire, (value) => attachment.take(value));
  wire.once("end", () => wire.destroy());
  wire.once("close", () => attachment.end());
}

/** Lives as long as its connection; what it began ends with it. */
class Attachment {
  private readonly sessions = new Map<number, Held>();
  private readonly running = new Map<number, AbortController>();
  private unwatch = () => {};
  private printed: Extract<Reply, { stream: string }> | undefined;

  constructor(private readonly wire: Duplex, private readonly host: OwnHost, private readonly fault: (error: unknown) => void) {}

  take(value: unknown): void {
    const parsed = REQUEST.safeParse(value);
    if (!parsed.success) return void this.wire.destroy();
    const request = parsed.data;
    if ("id" in request) void this.answer(request);
    else if ("open" in request) this.open(request.open, request.beside);
    else if ("give" in request) this.give(request.give, request.text);
    else if ("cancel" in request) this.running.get(request.cancel)?.abort();
    else this.watch();
  }

  private async answer(call: Call): Promise<void> {
    const { id } = call;
    try {
      const result = await this.called(call);
      const session = call.part === "session" ? this.sessions.get(call.session ?? -1)?.session : undefined;
      this.tell({ id, result, ...(session === undefined ? {} : { steps: session.steps, bytes: session.bytes }) });
    } catch (error) {
      this.tell({ id, error: this.refusal(error).error });
    } finally {
      this.running.delete(id);
    }
  }

  private called({ id, part, member, session, operands }: Call): unknown {
    const shapes: Readonly<Record<string, z.ZodTuple>> = CALLS[part];
    const shape = Object.hasOwn(shapes, member) ? shapes[member] : undefined;
    if (shape === undefined) throw new ControlError("no-route", `there is no call ${part}.${member}`);
    const checked = shape.safeParse(operands.map((operand) => operand ?? undefined));
    if (!checked.success) throw new ControlError("invalid-request", `${part}.${member}: ${checked.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`);
    const say = (said: unknown): void => this.tell({ id, said });
    if (part === "host" && member === "evolve") return this.host.evolve({ ...(checked.data[0] as EvolveRequest), signal: this.signalOf(id) }, say);
    if (part === "models" && member === "check") return this.host.models.check(checked.data[0] as string, this.signalOf(id));
    if (part === "session" && member === "evaluate") {
      const [text, file, place] = checked.data as Parameters<Session["evaluate"]>;
      return this.held(session).session.evaluate(text, file, { ...place, report: say });
    }
    const target = (part === "session" ? this.held(session).session : part === "host" ? this.host : this.host[part]) as unknown as Readonly<Record<string, (...operands: unknown[]) => unknown>>;
    return target[member]?.(...checked.data);
  }

  private signalOf(id: number): AbortSignal {
    const controller = new AbortController();
    this.running.set(id, controller);
    return controller.signal;
  }

  private held(number = -1): Held {
    const held = this.sessions.get(number);
    if (held === undefined) throw new ControlError("no-session", `there is no session ${number}`);
    return held;
  }

  /** A number that is taken, or one too many, makes no session; calls of it are refused. */
  private open(number: number, beside: number | undefined): void {
    if (this.sessions.has(number) || this.sessions.size >= MOST_SESSIONS) return;
    const parent = beside === undefined ? undefined : this.sessions.get(beside);
    if (beside !== undefined && parent === undefined) return;
    const streams = {
      output: (text: string) => this.print(number, "output", text),
      errors: (text: string) => this.print(number, "errors", text),
      input: (signal: AbortSignal) => this.nextLine(number, signal),
      drained: () => drained(this.wire),
    } satisfies SessionOptions;
    this.sessions.set(number, { session: parent?.session.fork(streams) ?? this.host.session(streams), given: [], wake: () => {} });
  }

  private async nextLine(number: number, signal: AbortSignal): Promise<string | undefined> {
    const held = this.held(number);
    if (held.given.length === 0 && !signal.aborted) {
      this.tell({ session: number, wants: true });
      await new Promise<void>((resolve) => {
        held.wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      held.wake = () => {};
      if (signal.aborted) this.tell({ session: number, wants: false });
    }
    return held.given.shift();
  }

  private give(number: number, text: string | undefined): void {
    const held = this.sessions.get(number);
    held?.given.push(text);
    held?.wake();
  }

  private watch(): void {
    this.unwatch();
    this.unwatch = this.host.watch((event) => this.tell({ event }));
  }

  /** Printed text goes out in pieces: a line for each character would drown who reads it. */
  private print(session: number, stream: "output" | "errors", text: string): void {
    const last = this.printed;
    if (last !== undefined && (last.session !== session || last.stream !== stream)) this.flush();
    if (this.printed === undefined) setImmediate(() => this.flush());
    this.printed = { session, stream, text: (this.printed?.text ?? "") + text };
  }

  private flush(): void {
    const { printed } = this;
    this.printed = undefined;
    if (printed !== undefined) this.send(printed);
  }

  private tell(reply: Reply): void {
    this.flush();
    this.send(reply);
  }

  private send(reply: Reply): void {
    writeLine(this.wire, JSON.stringify(reply, (_key, value: unknown) => (typeof value === "string" ? this.host.redact(value) : value)));
  }

  /** What is wrong with a form is the person's own to read; other faults are ours, and go into the log. */
  private refusal(error: unknown): Refusal {
    const refusal = refusalOf(error);
    if (refusal.error.code !== "internal") return refusal;
    const { payload } = (error instanceof Error ? error : {}) as { payload?: { code?: unknown; hint?: unknown } };
    if (error instanceof Error && typeof payload?.code === "string") return { status: 409, error: { code: payload.code, message: error.message, hint: String(payload.hint ?? "") } };
    this.fault(error);
    return refusal;
  }

  end(): void {
    this.unwatch();
    for (const { session } of this.sessions.values()) session.interrupt();
    for (const controller of this.running.values()) controller.abort();
  }
}
