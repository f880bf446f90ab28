// A REPL session: evaluates text form by form in a workspace, with restarts, standard input and interrupts of its own.
import {
  Complex, type Computation, ConsoleInputPort, Flonum, InputRequest, isComplete, LispError, MultipleValues, positionOf, pretty, Rational, readAll, UNSPECIFIED, type Value, write,
} from "../interpreter/index.js";
import { type Drained, drive } from "./drive.js";
import { type Inspection, Inspector } from "./inspector.js";
import { type Report, reportOf } from "./report.js";
import { definedName, type NameReport, Workspace, type WorkspaceHooks } from "./workspace.js";

export { type Ground, Workspace } from "./workspace.js";

export { ProgramExit } from "./drive.js";

export type Restart = "abort" | "retry" | "use-value";
export type Expansion = "once" | "head" | "full";

type Failure = Report & { readonly restarts: readonly Restart[] };
export type SessionResult =
  | { readonly ok: true; readonly printed: readonly string[]; readonly exit?: number }
  | { readonly ok: false; readonly printed: readonly string[]; readonly error: Failure };

/** Where a session's streams go to and come from. */
export interface SessionStreams {
  output(text: string): void;
  /** Where messages go; with the output if absent. */
  errors?(text: string): void;
  /** Text for who reads the standard input, or undefined for its end. Absent: it is empty. */
  input?(signal: AbortSignal): Promise<string | undefined>;
  readonly drained?: Drained;
}

export interface SessionHooks extends WorkspaceHooks, SessionStreams {
  /** Answers what evaluated forms ask of the outside; `output` takes the progress of what takes long. */
  answer(request: unknown, signal: AbortSignal, output: (text: string) => void): Promise<Value>;
  /** The text of a file that a program included or loaded. */
  textOf?(file: string): string | undefined;
  /** Is there memory for so many bytes more? What evaluation holds fails it as soon as there is none. */
  hasMemory?(bytes: number): boolean;
  /** A procedure to be called when a program has ended by itself, if there is one. */
  atEnd?(): Value | undefined;
}

export interface EvaluateOptions {
  /** Where the text stands in its file; both count from 1. */
  readonly line?: number;
  readonly column?: number;
  /** Takes the printed values of each form as soon as it has them: the name, for a definition. */
  readonly report?: (printed: string) => void;
}

interface PendingForm {
  readonly datum: Value;
  readonly text: string;
}

const WIDTH = 100;
const HISTORY = ["*1", "*2", "*3"];
/** Texts of files that are kept for excerpts of errors. */
const MOST_TEXTS = 20;
/** Uses of macros at a form's head, one after the other, before it is taken for endless. */
const MOST_REWRITES = 1_000;
const RESTARTS: readonly Restart[] = ["abort", "retry", "use-value"];

/** Evaluates text as a person types it. One evaluation at a time. */
export class ReplSession {
  /** Steps burned by the last evaluation, and bytes charged. */
  steps = 0;
  bytes = 0;
  private readonly texts = new Map<string, string>();
  private readonly console = new ConsoleInputPort();
  private controller = new AbortController();
  private failed: { computation: Computation | undefined; rest: readonly PendingForm[] } | undefined;
  private recent: Value[] = [];
  private report: (printed: string) => void = () => undefined;
  private inspector: Inspector | undefined;

  constructor(
    private readonly hooks: SessionHooks,
    readonly workspace = new Workspace(hooks),
  ) {}

  /** Another session in the same workspace: what one defines, the other sees. */
  fork(streams: SessionStreams): ReplSession {
    const { output: _output, errors: _errors, input: _input, drained: _drained, ...shared } = this.hooks;
    return new ReplSession({ ...shared, ...streams }, this.workspace);
  }

  /** Evaluates every form of the text in order; stops at the first error. */
  async evaluate(text: string, file = "repl", options: EvaluateOptions = {}): Promise<SessionResult> {
    const placed = "\n".repeat((options.line ?? 1) - 1) + " ".repeat((options.column ?? 1) - 1) + text;
    this.keepText(file, placed);
    [this.steps, this.bytes] = [0, 0];
    this.report = options.report ?? (() => undefined);
    try {
      return await this.run(readAll(placed, file).map((datum) => ({ datum, text: sourceText(datum, placed) })), []);
    } catch (error) {
      return this.refused(error, [], []);
    }
  }

  /** Runs a text as a whole program: nothing outside defines its names again, so that its calls are direct. Prints no values. */
  async program(text: string, file: string): Promise<SessionResult> {
    this.keepText(file, text);
    [this.steps, this.bytes] = [0, 0];
    try {
      const computation = this.workspace.interpreter.startProgram(text, file, this.workspace.freshEnvironment(), this.streams());
      const exit = await this.drive(computation);
      this.end();
      if (exit !== undefined) return { ok: true, printed: [], exit };
      return computation.status === "done" ? { ok: true, printed: [] } : this.refusedBy(computation, [], []);
    } catch (error) {
      return this.refused(error, [], []);
    }
  }

  /** Goes on after an error: `retry` evaluates the form again, `use-value` answers the failed call with the value of `text`. */
  async restart(name: Restart, text = ""): Promise<SessionResult> {
    const { failed } = this;
    if (failed === undefined) return { ok: true, printed: [] };
    if (name !== "use-value" || failed.computation?.canUseValue !== true) {
      this.failed = undefined;
      return name === "abort" ? { ok: true, printed: [] } : this.run(failed.rest, []);
    }
    const value = await this.valueOf(text, "use-value");
    // What was wrong with the value is told, and the error that it was for can still be answered.
    if (!value.ok) return { ok: false, printed: [], error: { ...value.report, restarts: RESTARTS } };
    this.failed = undefined;
    failed.computation.useValue(value.value);
    return this.finish(failed.computation, failed.rest, []);
  }

  interrupt(): void {
    this.controller.abort();
  }

  isComplete(text: string): boolean {
    return isComplete(text);
  }

  /** A line is Lisp if it begins like a form, or is one number or one bound symbol. "10 / 4" is for the agent. */
  isLisp(line: string): boolean {
    const text = line.trim();
    if (/^([()[\]{}#'`,"]|:\S)/.test(text)) return true;
    return !/\s/.test(text) && (isNumber(text) || this.workspace.isBound(text));
  }

  complete(prefix: string): { name: string; doc: string | undefined }[] {
    return this.workspace.complete(prefix);
  }

  documentation(name: string): string | undefined {
    return this.workspace.page(name);
  }

  describe(name: string): NameReport | undefined {
    return this.workspace.report(name);
  }

  source(name: string): string | undefined {
    return this.workspace.source(name);
  }

  disassemble(name: string): string | undefined {
    return this.workspace.disassemble(name);
  }

  libraries(): string[] {
    return this.workspace.libraries();
  }

  /** Shows calls and results of a procedure from now on. False if the name means none. */
  trace(name: string): boolean {
    return this.workspace.traces.add(name);
  }

  /** Ends a trace, or all of them; answers the names that were traced. */
  untrace(name?: string): readonly string[] {
    const names = name === undefined ? this.workspace.traces.names() : [name];
    return names.filter((each) => this.workspace.traces.remove(each));
  }

  /** The form after macro expansion: one use of the macro at its head, all at its head, or down to core forms. Throws what the reader or the expander finds wrong. */
  expand(text: string, how: Expansion): string {
    const { interpreter, environment } = this.workspace;
    const [form] = readAll(text, "expand");
    if (form === undefined) return "";
    if (how === "full") return pretty(interpreter.expandFully(form, environment), WIDTH);
    let expanded = form;
    for (let count = 0; count < (how === "once" ? 1 : MOST_REWRITES); count++) {
      const next = interpreter.expandOnce(expanded, environment);
      if (next === undefined) break;
      expanded = next;
    }
    return pretty(expanded, WIDTH);
  }

  /** Evaluates the text and looks at its last value; it is `*1` too. */
  async inspect(text: string): Promise<{ readonly ok: true; readonly view: Inspection } | { readonly ok: false; readonly error: Failure }> {
    const kept = this.recent;
    this.recent = [];
    const result = await this.evaluate(text, "inspect");
    const [value = UNSPECIFIED] = this.recent;
    this.recent = [...this.recent, ...kept].slice(0, HISTORY.length);
    if (!result.ok) return { ok: false, error: result.error };
    this.inspector = new Inspector(value);
    return { ok: true, view: this.inspector.view() };
  }

  /** Goes into a part of the inspected value by its number, or up without one; undefined if there is no such way. What is shown is `*1`. */
  inspectPart(number?: number): Inspection | undefined {
    const { inspector } = this;
    if (inspector === undefined || !(number === undefined ? inspector.up() : inspector.down(number))) return undefined;
    this.remember(inspector.value);
    return inspector.view();
  }

  private async run(forms: readonly PendingForm[], printed: string[]): Promise<SessionResult> {
    for (const [index, form] of forms.entries()) {
      const rest = forms.slice(index);
      try {
        this.workspace.refresh();
        const name = definedName(form.datum);
        const patched = name === undefined ? undefined : await this.workspace.patch(name, form.text);
        if (patched !== undefined) {
          this.hooks.output(patched);
          continue;
        }
        const computation = this.start(form.datum);
        const exit = await this.drive(computation);
        if (exit !== undefined) return { ok: true, printed, exit };
        if (computation.status !== "done") return this.refusedBy(computation, printed, rest);
        if (name !== undefined) this.workspace.remember(name, form.text);
        this.show(computation.value, printed, name);
      } catch (error) {
        return this.refused(error, printed, rest);
      }
    }
    this.end();
    return { ok: true, printed };
  }

  /** What ports still hold back is written when the forms have run. */
  private end(): void {
    const atEnd = this.hooks.atEnd?.();
    if (atEnd !== undefined) this.workspace.interpreter.call(atEnd, []).finish();
  }

  private async finish(computation: Computation, rest: readonly PendingForm[], printed: string[]): Promise<SessionResult> {
    const exit = await this.drive(computation);
    if (exit !== undefined) return { ok: true, printed, exit };
    if (computation.status !== "done") return this.refusedBy(computation, printed, rest);
    try {
      this.show(computation.value, printed);
    } catch (error) {
      return this.refused(error, printed, rest);
    }
    return this.run(rest.slice(1), printed);
  }

  private async valueOf(text: string, file: string): Promise<{ ok: true; value: Value } | { ok: false; report: Report }> {
    this.keepText(file, text);
    try {
      const [datum = UNSPECIFIED] = readAll(text, file);
      const computation = this.start(datum);
      await this.drive(computation);
      return computation.status === "done" ? { ok: true, value: computation.value } : { ok: false, report: this.reportOf(computation.failure, computation) };
    } catch (error) {
      if (error instanceof LispError) return { ok: false, report: this.reportOf(error.payload) };
      throw error;
    }
  }

  private start(datum: Value): Computation {
    // Other sessions of the workspace have values of their own.
    for (const [index, name] of HISTORY.entries()) this.workspace.shadow(name).value = this.recent[index] ?? UNSPECIFIED;
    return this.workspace.interpreter.startForm(datum, this.workspace.environment, this.streams());
  }

  private streams() {
    return { output: this.hooks.output, errors: this.hooks.errors, input: this.console, hasMemory: this.hooks.hasMemory };
  }

  /** Answers the status of a program that ended itself. */
  private async drive(computation: Computation): Promise<number | undefined> {
    this.controller = new AbortController();
    this.console.isOver = false;
    const [steps, bytes] = [computation.steps, computation.bytes];
    const exit = await drive(computation, (request, signal) => this.answer(request, signal), this.controller.signal, this.hooks.drained);
    this.steps += computation.steps - steps;
    this.bytes += computation.bytes - bytes;
    return exit?.status;
  }

  private async answer(request: unknown, signal: AbortSignal): Promise<Value> {
    if (!(request instanceof InputRequest)) return this.hooks.answer(request, signal, this.hooks.output);
    const text = await this.hooks.input?.(signal);
    if (text === undefined) request.port.isOver = true;
    else request.port.feed(text);
    return UNSPECIFIED;
  }

  private show(value: Value, printed: string[], defined?: string): void {
    const values = value instanceof MultipleValues ? value.items : [value];
    const texts = values.filter((each) => each !== UNSPECIFIED).map((each) => {
      this.remember(each);
      return pretty(each, WIDTH);
    });
    printed.push(...texts);
    if (texts.length > 0) this.report(texts.join("\n"));
    else if (defined !== undefined) this.report(defined);
  }

  private remember(value: Value): void {
    this.recent = [value, ...this.recent].slice(0, HISTORY.length);
  }

  private keepText(file: string, text: string): void {
    this.texts.delete(file);
    this.texts.set(file, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MOST_TEXTS && oldest !== undefined) this.texts.delete(oldest);
  }

  private refusedBy(computation: Computation, printed: readonly string[], rest: readonly PendingForm[]): SessionResult {
    this.failed = { computation, rest };
    const restarts = RESTARTS.filter((restart) => restart !== "use-value" || computation.canUseValue);
    return { ok: false, printed, error: { ...this.reportOf(computation.failure, computation), restarts } };
  }

  private refused(error: unknown, printed: readonly string[], rest: readonly PendingForm[]): SessionResult {
    if (!(error instanceof LispError)) throw error;
    this.failed = { computation: undefined, rest };
    const restarts: Restart[] = rest.length > 0 ? ["abort", "retry"] : ["abort"];
    return { ok: false, printed, error: { ...this.reportOf(error.payload), restarts } };
  }

  private reportOf(payload: Value, computation?: Computation): Report {
    return reportOf(payload, computation?.backtrace() ?? [], (file) => this.texts.get(file) ?? this.hooks.textOf?.(file));
  }
}

/** Whether the reader takes all of a text without space for a number; it takes "2^10" for a symbol. */
function isNumber(text: string): boolean {
  if (!/^[-+.\d]/.test(text)) return false;
  try {
    const [datum, ...more] = readAll(text, "line");
    return more.length === 0 && (typeof datum === "number" || typeof datum === "bigint" || datum instanceof Flonum || datum instanceof Rational || datum instanceof Complex);
  } catch (error) {
    if (error instanceof LispError) return false;
    throw error;
  }
}

function sourceText(datum: Value, text: string): string {
  const position = positionOf(datum);
  return position === undefined ? write(datum) : text.slice(position.offset, position.endOffset);
}
