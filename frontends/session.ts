// A REPL session, as frontends see it: what evaluates, completes, documents and inspects, wherever the agent runs.

/** At once from the process that has the home open; later, over its socket. */
export type Soon<Result> = Result | Promise<Result>;

export interface SessionOptions {
  /** Where `display` and friends write. */
  readonly output?: (text: string) => void;
  /** Where messages to the person go; with the output if absent. */
  readonly errors?: (text: string) => void;
  /** Text for a form that reads the standard input, or undefined for its end. Absent: it is empty. */
  readonly input?: (signal: AbortSignal) => Promise<string | undefined>;
  /** Resolves when the output has room again; undefined while it has. Evaluation waits for it. */
  readonly drained?: () => Promise<void> | undefined;
}

export interface Session {
  /** Evaluates every form of the text in order; stops at the first error. `file` names the text in positions. */
  evaluate(text: string, file?: string, options?: EvaluateOptions): Promise<Evaluation>;
  /** Runs a text as a whole program, which nothing outside it can change. Prints no values. */
  program(text: string, file: string): Promise<Evaluation>;
  /** Continues after an error that offered restarts. `text` is the form whose value `use-value` takes. */
  restart(name: RestartName, text?: string): Promise<Evaluation>;
  /** True if the text is whole forms, or wrong in a way that more text cannot mend. */
  isComplete(text: string): Soon<boolean>;
  /** A line is Lisp if it starts with one of ( [ { # ' , " ` or a digit, or is one bound symbol; else a message. */
  isLisp(text: string): Soon<boolean>;
  complete(prefix: string): Soon<readonly { readonly name: string; readonly doc?: string }[]>;
  documentation(name: string): Soon<string | undefined>;
  source(name: string): Soon<string | undefined>;
  describe(name: string): Soon<NameReport | undefined>;
  /** The JavaScript of a compiled procedure, or a remark that there is none; undefined if the name is not bound. */
  disassemble(name: string): Soon<string | undefined>;
  /** The first form of the text after one use of the macro at its head, after all uses there, or as core forms. */
  expand(text: string, how: "once" | "head" | "full"): Soon<string>;
  /** Shows each call and result of a procedure from now on, where the session's own code calls it. False if the name means none. */
  trace(name: string): Soon<boolean>;
  /** Ends a trace, or all; answers the names that were traced. */
  untrace(name?: string): Soon<readonly string[]>;
  /** Evaluates, and looks at the last value. */
  inspect(text: string): Promise<{ readonly ok: true; readonly view: Inspection } | { readonly ok: false; readonly error: ErrorReport }>;
  /** Looks at a part of what is inspected by its number, or at the whole again without one; undefined if there is no such way. */
  inspectPart(number?: number): Soon<Inspection | undefined>;
  libraries(): Soon<readonly string[]>;
  interrupt(): void;
  /** Another session with the same definitions, and streams, last values and interrupts of its own. */
  fork(options: SessionOptions & { readonly output: (text: string) => void }): Session;
  /** Steps burned by the last evaluation, and bytes allocated. */
  readonly steps: number;
  readonly bytes: number;
}

export interface EvaluateOptions {
  /** Where the text stands in its file; both count from 1. */
  readonly line?: number;
  readonly column?: number;
  /** Takes what each form prints as soon as it has it: the name, for a definition. */
  readonly report?: (printed: string) => void;
}

/** What is known of a name. Each shape is that of a call without its parentheses: `name operand …`. */
export interface NameReport {
  readonly name: string;
  readonly library: string;
  readonly kind: "procedure" | "syntax" | "variable";
  readonly shapes: readonly string[];
  readonly documentation: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** A value as the inspector shows it. The numbers of its parts count from 0; `more` others are beyond those listed. */
export interface Inspection {
  readonly path: readonly string[];
  readonly type: string;
  readonly text: string;
  readonly parts: readonly { readonly label: string; readonly type: string; readonly text: string }[];
  readonly more: number;
}

export type RestartName = "abort" | "retry" | "use-value";
export type Evaluation =
  /** One printed value for each form that has one (definitions and unspecified values print nothing). */
  | { readonly ok: true; readonly printed: readonly string[]; readonly exit?: number }
  | { readonly ok: false; readonly printed: readonly string[]; readonly error: ErrorReport };

export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The source line and a caret under the column. */
  readonly excerpt?: string;
  readonly backtrace: readonly string[];
  readonly restarts: readonly RestartName[];
}
