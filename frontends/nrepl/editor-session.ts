// A session of an editor: its evaluations run one after the other, write to who asked for them, and can be interrupted.
import type { ErrorReport, Evaluation, Session } from "../frontend.js";
import type { Message, Reply } from "./message.js";

/** The one name space that there is: editors expect one, and most of them this. */
export const NAME_SPACE = "user";

type Work = (session: Session) => Promise<Evaluation>;
interface Job {
  readonly message: Message;
  readonly work: Work;
}

/** Jobs that may wait in one session. */
const MOST_WAITING = 1_000;
/** Characters printed that are sent at once. */
const LARGEST_PIECE = 8192;
/** Characters of standard input that may wait to be read. */
const MOST_INPUT = 1024 * 1024;

export class EditorSession {
  /** The failure of the last evaluation, if it failed. */
  lastError: ErrorReport | undefined;
  readonly session: Session;
  private readonly waiting: Job[] = [];
  private running: { readonly message: Message; isInterrupted: boolean } | undefined;
  /** Undefined stands for an end of the input. */
  private readonly input: (string | undefined)[] = [];
  private inputArrived = () => {};
  private printed: { readonly stream: "out" | "err"; readonly text: string } = { stream: "out", text: "" };

  constructor(
    readonly id: string,
    parent: Session,
  ) {
    this.session = parent.fork({
      output: (text) => this.print("out", text),
      errors: (text) => this.print("err", text),
      input: (signal) => this.nextInput(signal),
      drained: () => this.running?.message.drained(),
    });
  }

  /** Sends what the running evaluation has to tell, after what it has printed so far. */
  reply(reply: Reply): void {
    this.flush();
    this.running?.message.reply(reply);
  }

  get isIdle(): boolean {
    return this.running === undefined && this.waiting.length === 0;
  }

  /** Runs the work when all that was asked before is done; what comes of it goes to the message's sender. */
  evaluate(message: Message, work: Work): void {
    if (this.waiting.length >= MOST_WAITING) return message.done({ err: "too many evaluations wait in this session\n" }, "error", "session-busy");
    this.waiting.push({ message, work });
    if (this.running === undefined) void this.work();
  }

  /** Stops the evaluation that runs, if it is the one meant: "interrupted", or why not. */
  interrupt(id: string | undefined, idOf: (message: Message) => string | undefined): "interrupted" | "session-idle" | "interrupt-id-mismatch" {
    if (this.running === undefined) return "session-idle";
    if (id !== undefined && id !== idOf(this.running.message)) return "interrupt-id-mismatch";
    this.stop();
    return "interrupted";
  }

  /** Stops what runs and gives up what waits. */
  close(): void {
    for (const { message } of this.waiting.splice(0)) message.done({}, "interrupted", "session-closed");
    this.stop();
  }

  /** Nobody is there any more to hear of these messages. */
  abandon(isGone: (message: Message) => boolean): void {
    this.waiting.splice(0, this.waiting.length, ...this.waiting.filter(({ message }) => !isGone(message)));
    if (this.running !== undefined && isGone(this.running.message)) this.stop();
  }

  /** Takes text for who reads the standard input; an empty one ends it. False if too much waits already. */
  feed(text: string): boolean {
    const waiting = this.input.reduce((sum, part) => sum + (part?.length ?? 0), this.input.length);
    if (waiting + text.length > MOST_INPUT) return false;
    this.input.push(text === "" ? undefined : text);
    this.inputArrived();
    return true;
  }

  /** Printed text goes out in pieces: one message for each character would drown who reads it. */
  private print(stream: "out" | "err", text: string): void {
    if (this.printed.stream !== stream) this.flush();
    if (this.printed.text === "") setImmediate(() => this.flush());
    this.printed = { stream, text: this.printed.text + text };
    if (this.printed.text.length > LARGEST_PIECE) this.flush();
  }

  private flush(): void {
    const { stream, text } = this.printed;
    this.printed = { stream, text: "" };
    if (text !== "") this.running?.message.reply({ [stream]: text });
  }

  private stop(): void {
    if (this.running !== undefined) this.running.isInterrupted = true;
    this.session.interrupt();
  }

  private async work(): Promise<void> {
    for (let job = this.waiting.shift(); job !== undefined; job = this.waiting.shift()) {
      this.running = { message: job.message, isInterrupted: false };
      try {
        this.tell(job.message, await job.work(this.session));
      } catch (error) {
        job.message.done({ err: `${error instanceof Error ? error.message : String(error)}\n` }, "error");
      }
      this.running = undefined;
    }
  }

  private tell(message: Message, result: Evaluation): void {
    this.flush();
    this.lastError = result.ok ? undefined : result.error;
    if (result.ok) return message.done();
    const { error } = result;
    if (error.code === "interrupted" && this.running?.isInterrupted === true) return message.done({}, "interrupted");
    message.reply({ err: errorText(error) });
    message.reply({ status: ["eval-error"], ex: error.code, "root-ex": error.code });
    message.done();
  }

  private async nextInput(signal: AbortSignal): Promise<string | undefined> {
    if (this.input.length === 0) {
      this.reply({ status: ["need-input"] });
      await new Promise<void>((resolve) => {
        this.inputArrived = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      this.inputArrived = () => {};
    }
    return this.input.shift();
  }
}

/** The message, the line with a caret, and the hint. */
function errorText(error: ErrorReport): string {
  const place = error.line === undefined ? "" : `${error.file}:${error.line}:${error.column}: `;
  const lines = [`${place}${error.message} [${error.code}]`, error.excerpt, error.hint === "" ? undefined : `  hint: ${error.hint}`];
  return `${lines.filter((line) => line !== undefined).join("\n")}\n`;
}
