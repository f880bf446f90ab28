// The REPL: reads lines until a form is whole, evaluates it or sends it as a message, and offers restarts after errors.
import { createInterface, type Interface } from "node:readline";
import type { EditorServer, Evaluation, Host, Program, RestartName, Session } from "../frontend.js";
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
  /** Lines that nobody has asked for yet, and who waits for one. */
  private readonly lines: string[] = [];
  private isClosed = false;
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
  async run(quiet: boolean): Promise<number> {
    const interactive = this.program.input.isTTY === true;
    if (interactive && !quiet) this.print(greeting(this.host, this.program.version, this.colours));
    await this.warn();
    const history = historyOf(this.host.home, (text) => this.host.redact(text));
    this.reader = createInterface({
      input: this.program.input,
      output: interactive ? this.program.output : undefined,
      terminal: interactive,
      history: interactive ? await history.read() : [],
      historySize: 1000,
      removeHistoryDuplicates: true,
      completer: (line: string) => this.complete(line),
    });
    this.reader.on("SIGINT", () => this.interrupted());
    this.reader.on("history", (lines: string[]) => history.write(lines));
    this.program.signal.addEventListener("abort", () => this.end());
    const unlisten = this.host.listen((text) => this.print(`${this.colours.faint(text)}\n`));
    await this.readLines(this.reader, interactive);
    unlisten();
    await this.editors?.close();
    await history.flush();
    return interactive || this.failures === 0 ? 0 : 1;
  }

  readonly print = (text: string): void => {
    this.program.output.write(text);
  };

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
    const damage = this.host.journal.problemAtEnd();
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
    if (interactive && this.isClosed) this.print("\n");
    reader.close();
  }

  /** A line for a form that reads the standard input: the next that is typed. */
  private async inputLine(signal: AbortSignal): Promise<string | undefined> {
    if (this.lines.length === 0 && !this.isClosed && this.program.input.isTTY) {
      this.reader?.setPrompt("");
      this.reader?.prompt();
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
    reader.prompt();
  }

  private async line(line: string): Promise<void> {
    if (this.pending === "" && line.trim() === "") return;
    if (this.pending === "" && /^\s*;/.test(line)) return;
    if (this.pending === "" && !COMMAND.test(line) && !this.session.isLisp(line)) return this.message(line.trim());
    const text = this.pending === "" ? line : `${this.pending}\n${line}`;
    const [, name, operand = ""] = COMMAND.exec(text) ?? [];
    const isWhole = (name !== undefined && !takesForm(name)) || this.isClosed || this.session.isComplete(name === undefined ? text : operand);
    this.pending = isWhole ? "" : text;
    if (isWhole) await (name === undefined ? this.evaluate(text) : this.command(name, operand.trim()));
  }

  private async command(name: string, operand: string): Promise<void> {
    const command = commandNamed(name);
    if (command === undefined) this.complain(`there is no command ,${name}; the commands are ${commandNames().map((each) => `,${each}`).join(" ")}`);
    else await this.guarded(async () => { await command(this, operand); });
  }

  private async message(text: string): Promise<void> {
    await this.guarded(async () => { this.print(`${await this.host.send(text)}\n`); }, "message");
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
    try {
      await work();
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      this.complain(`${message}${code === undefined ? "" : ` [${code}]`}`);
    } finally {
      this.busy = undefined;
    }
  }

  private show(result: Evaluation): void {
    for (const value of result.printed) this.print(`${this.colours.value(value)}\n`);
    this.restarts = [];
    if (result.ok) return;
    this.failures++;
    this.restarts = this.program.input.isTTY ? result.error.restarts : [];
    this.program.errors.write(`${errorLines(result.error, this.restarts, this.colours)}\n`);
  }

  readonly complain = (text: string): void => {
    this.failures++;
    this.program.errors.write(`${this.colours.error(text)}\n`);
  };

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
      this.print("\n");
      this.reader?.write(null, { ctrl: true, name: "u" });
      if (this.reader !== undefined) this.prompt(this.reader);
    } else this.print("\n(,quit or Ctrl-D to leave)\n" + PROMPT);
  }

  private complete(line: string): [string[], string] {
    const command = /^,(\S*)$/.exec(line);
    if (command !== null) return [commandNames().map((name) => `,${name}`).filter((name) => name.startsWith(line)), line];
    const prefix = /[^\s()[\]{}'"`,;]*$/.exec(line)?.[0] ?? "";
    if (prefix === "") return [[], ""];
    const candidates = this.session.complete(prefix);
    const start = commonStart(candidates.map(({ name }) => name));
    if (start.length > prefix.length) return [[start], prefix];
    if (candidates.length === 0) return [[], prefix];
    // There is nothing to add: what the names are is shown instead.
    this.print(`\n${completionLines(candidates, this.program.output.columns ?? 80, this.colours)}\n`);
    this.reader?.prompt(true);
    return [[], prefix];
  }
}
