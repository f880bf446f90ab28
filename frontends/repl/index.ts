// The REPL: reads lines until a form is whole, evaluates it or sends it as a message, and offers restarts after errors.
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline";
import { type EditorServer, type ErrorReport, type Evaluation, type Host, type LiveEvent, printable, type Program, type RestartName, type Session } from "../frontend.js";
import { type Colours, coloursFor } from "./colours.js";
import { commandNamed, commandNames, type ReplContext, takesForm } from "./commands.js";
import { commonStart, completionLines } from "./completion.js";
import { historyOf } from "./history.js";
import { errorLines, greeting } from "./words.js";

/** A line that begins a command: its name, and what follows. */
const COMMAND = /^\s*,([a-z?][^\s()]*)(?:\s+([^]*))?$/;
const PROMPT = "ouro> ";
const MORE = "    > ";
const AFTER_ERROR = "error> ";
/** Words about the message that is under way. */
const AT_ONCE = /^\s*\/(stop|approve|deny|approvals)\b/;

export interface ReplOptions {
  /** No greeting. */
  readonly isQuiet: boolean;
  /** One object for each line that is read, instead of text. */
  readonly isJson: boolean;
}

/** What became of one line: what it printed, and its values, its answer or its error. */
interface Told {
  output: string;
  values?: readonly string[];
  answer?: string;
  error?: Pick<ErrorReport, "code" | "message"> & Partial<ErrorReport>;
}

/** One person at one terminal, or one pipe. */
export class Repl implements ReplContext {
  readonly session: Session;
  readonly colours: Colours;
  editors: EditorServer | undefined;
  private pending = "";
  private failures = 0;
  private restarts: readonly RestartName[] = [];
  private reader: Interface | undefined;
  /** What runs now, and so what Ctrl-C ends. */
  private busy: "evaluation" | "message" | undefined;
  private leaving = false;
  /** What became of the line that is being carried out, for scripts; absent where people read. */
  private told: Told | undefined;
  /** Lines that nobody has asked for yet, and who waits for one. */
  private readonly lines: string[] = [];
  private isClosed = false;
  /** The agent has ended. */
  private isOver = false;
  private wake = () => {};

  constructor(
    readonly host: Host,
    readonly program: Program,
  ) {
    this.colours = coloursFor(program.output);
    this.session = host.session({
      output: (text) => this.print(text),
      errors: (text) => void program.errors.write(text),
      input: (signal) => this.inputLine(signal),
    });
  }

  /** Resolves with the exit status when the person leaves, or the pipe ends. */
  async run({ isQuiet, isJson }: ReplOptions): Promise<number> {
    const interactive = this.program.input.isTTY === true && !isJson;
    if (isJson) this.told = { output: "" };
    if (interactive && !isQuiet) this.put(greeting(this.host, this.program.version, this.colours));
    await this.warn();
    const history = historyOf(this.host.home, (text) => this.host.redact(text));
    this.reader = createInterface({
      input: this.program.input,
      output: interactive ? this.program.output : undefined,
      terminal: interactive,
      history: interactive ? await history.read() : [],
      historySize: 1000,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) => void this.complete(line).then((found) => done(null, found), () => done(null, [[], ""])),
    });
    this.reader.on("SIGINT", () => this.interrupted());
    this.reader.on("history", (lines: string[]) => history.write(lines));
    this.program.signal.addEventListener("abort", () => this.end());
    const unlisten = this.host.listen((text) => (isJson ? this.object({ said: text }) : this.put(`${this.colours.faint(text)}\n`)));
    const unwatch = this.host.watch((event) => this.ended(event));
    await this.readLines(this.reader, interactive);
    unlisten();
    unwatch();
    await this.editors?.close();
    await history.flush();
    return (interactive && !this.isOver) || this.failures === 0 ? 0 : 1;
  }

  /** A text of whomever; a script gets it as it is. */
  readonly print = (text: string): void => this.put(this.told === undefined ? printable(text) : text);

  /** What was made here, colours and all. Whole lines go above the one that is being typed, which stays as it is. */
  private readonly put = (text: string): void => {
    const { reader, told } = this;
    if (told !== undefined) told.output += text;
    else if (reader?.terminal === true && text.endsWith("\n") && (this.busy === undefined || reader.line !== "")) this.above(reader, text);
    else this.program.output.write(text);
  };

  private above(reader: Interface, text: string): void {
    const { output } = this.program;
    const { rows } = reader.getCursorPos();
    moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    // The line is drawn again as many rows further up as it was left at.
    output.write(text + "\n".repeat(rows));
    reader.prompt(true);
  }

  private object(object: object): void {
    this.program.output.write(`${JSON.stringify(object)}\n`);
  }

  quit(): void {
    this.leaving = true;
  }

  /** Takes a restart of the last error. */
  async restart(name: RestartName, text: string): Promise<void> {
    if (!this.restarts.includes(name)) {
      this.complain(`the last error offers ${this.restarts.length === 0 ? "no restart" : this.restarts.join(", ")}`);
      return;
    }
    this.restarts = [];
    this.show(await this.session.restart(name, text));
  }

  /** What a person must know before going on. */
  private async warn(): Promise<void> {
    const { problem } = await this.host.status();
    const damage = await this.host.journal.problemAtEnd();
    const warnings = [
      typeof problem === "string" && problem !== "none" ? problem : undefined,
      damage === undefined ? undefined : `the journal has been changed or damaged: ${damage}; see ouro log verify`,
    ];
    for (const warning of warnings) if (warning !== undefined) this.program.errors.write(`${this.colours.error(`warning: ${warning}`)}\n`);
  }

  private async readLines(reader: Interface, interactive: boolean): Promise<void> {
    reader.on("line", (line) => {
      if (this.busy === "message" && AT_ONCE.test(line)) return void this.atOnce(line);
      this.lines.push(line);
      this.wake();
    });
    reader.on("close", () => { this.isClosed = true; this.wake(); });
    while (!this.leaving) {
      if (this.lines.length === 0 && this.isClosed) break;
      if (this.lines.length === 0) {
        if (interactive) this.prompt(reader);
        await new Promise<void>((resolve) => { this.wake = resolve; });
        continue;
      }
      await this.line(this.lines.shift() as string);
    }
    if (this.pending.trim() !== "") await this.line("");
    if (this.pending.trim() !== "") await this.evaluate(this.pending);
    if (interactive && this.isClosed) this.program.output.write("\n");
    reader.close();
  }

  /** A line for a form that reads the standard input: the next that is typed. */
  private async inputLine(signal: AbortSignal): Promise<string | undefined> {
    if (this.lines.length === 0 && !this.isClosed && this.program.input.isTTY) {
      this.reader?.setPrompt("");
      this.reader?.prompt(true);
    }
    while (this.lines.length === 0 && !this.isClosed && !signal.aborted)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    const line = this.lines.shift();
    return line === undefined ? undefined : `${line}\n`;
  }

  private prompt(reader: Interface): void {
    reader.setPrompt(this.pending !== "" ? MORE : this.restarts.length > 0 ? AFTER_ERROR : PROMPT);
    // What was typed meanwhile stays, and so does the place in it.
    reader.prompt(true);
  }

  private async line(line: string): Promise<void> {
    if (this.pending === "" && line.trim() === "") return;
    if (this.pending === "" && /^\s*;/.test(line)) return;
    if (this.pending === "" && !COMMAND.test(line) && !(await this.session.isLisp(line))) return this.message(line.trim());
    const text = this.pending === "" ? line : `${this.pending}\n${line}`;
    const [, name, operand = ""] = COMMAND.exec(text) ?? [];
    const isWhole = (name !== undefined && !takesForm(name)) || (this.isClosed && this.lines.length === 0) || (await this.session.isComplete(name === undefined ? text : operand));
    this.pending = isWhole ? "" : text;
    if (isWhole) await (name === undefined ? this.evaluate(text) : this.command(name, operand.trim()));
  }

  private async command(name: string, operand: string): Promise<void> {
    const command = commandNamed(name);
    await this.guarded(async () => {
      if (command === undefined) this.complain(`there is no command ,${name}; the commands are ${commandNames().map((each) => `,${each}`).join(" ")}`);
      else await command(this, operand);
    });
  }

  private async message(text: string): Promise<void> {
    await this.guarded(async () => {
      const answer = await this.host.send(text);
      if (this.told === undefined) this.print(`${answer}\n`);
      else this.told.answer = answer;
    }, "message");
  }

  /** A word about the message that is under way: it cannot wait until that is answered. */
  private async atOnce(line: string): Promise<void> {
    this.print(`${await this.host.send(line)}\n`);
  }

  async evaluate(text: string): Promise<void> {
    await this.guarded(async () => { this.show(await this.session.evaluate(text, "repl")); });
  }

  private async guarded(work: () => Promise<void>, what: "evaluation" | "message" = "evaluation"): Promise<void> {
    this.busy = what;
    this.reader?.setPrompt("");
    try {
      await work();
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      this.complain(`${message}${code === undefined ? "" : ` [${code}]`}`, code);
    } finally {
      this.busy = undefined;
      this.tell();
    }
  }

  /** In a script's way: one object for the line. */
  private tell(): void {
    if (this.told === undefined) return;
    this.object(this.told);
    this.told = { output: "" };
  }

  private show(result: Evaluation): void {
    if (this.told === undefined) for (const value of result.printed) this.put(`${this.colours.value(value)}\n`);
    else this.told.values = result.printed;
    this.restarts = [];
    if (result.ok) return;
    this.failures++;
    this.restarts = this.program.input.isTTY ? result.error.restarts : [];
    if (this.told !== undefined) return void (this.told.error = result.error);
    this.program.errors.write(`${errorLines(result.error, this.restarts, this.colours)}\n`);
  }

  readonly complain = (text: string, code = "refused"): void => {
    this.failures++;
    if (this.told !== undefined) return void (this.told.error = { code, message: text });
    this.program.errors.write(`${this.colours.error(text)}\n`);
  };

  /** The agent has come to an end: there is nobody to talk to. */
  private ended({ kind, error }: LiveEvent): void {
    if (kind !== "failed") return;
    this.complain(String(error));
    this.isOver = true;
    this.end();
  }

  /** Asked to end from outside: what runs is stopped, and no further line is read. */
  private end(): void {
    this.leaving = true;
    this.stop();
    this.reader?.close();
  }

  private stop(): void {
    if (this.busy === "message") void this.atOnce("/stop");
    else this.session.interrupt();
  }

  private interrupted(): void {
    if (this.busy !== undefined) this.stop();
    else if (this.pending !== "" || (this.reader?.line ?? "") !== "") {
      this.pending = "";
      this.program.output.write("\n");
      this.reader?.write(null, { ctrl: true, name: "u" });
      if (this.reader !== undefined) this.prompt(this.reader);
    } else this.program.output.write("\n(,quit or Ctrl-D to leave)\n" + PROMPT);
  }

  private async complete(line: string): Promise<[string[], string]> {
    const command = /^,(\S*)$/.exec(line);
    if (command !== null) return [commandNames().map((name) => `,${name}`).filter((name) => name.startsWith(line)), line];
    const prefix = /[^\s()[\]{}'"`,;]*$/.exec(line)?.[0] ?? "";
    if (prefix === "") return [[], ""];
    const candidates = await this.session.complete(prefix);
    const start = commonStart(candidates.map(({ name }) => name));
    if (start.length > prefix.length) return [[start], prefix];
    if (candidates.length === 0) return [[], prefix];
    // There is nothing to add: what the names are is shown instead.
    this.program.output.write(`\n${completionLines(candidates, this.program.output.columns ?? 80, this.colours)}\n`);
    this.reader?.prompt(true);
    return [[], prefix];
  }
}
