// What editors can ask for: each operation by its name in the protocol, what it wants, and what it does.
import type { ErrorReport, NameReport, Session } from "../frontend.js";
import type { Encodable } from "./bencode.js";
import { type EditorSession, NAME_SPACE } from "./editor-session.js";
import { FieldError, type Message } from "./message.js";

/** The sessions of a server. */
export interface Sessions {
  /** A new session; undefined if there are too many. */
  create(): EditorSession | undefined;
  remove(id: string): void;
  readonly ids: readonly string[];
  readonly version: string;
}

export interface Request {
  readonly message: Message;
  readonly editor: EditorSession;
  readonly sessions: Sessions;
}

export interface EditorOperation {
  readonly doc: string;
  readonly requires?: readonly string[];
  readonly optional?: readonly string[];
  run(request: Request): Promise<void> | void;
}

/** Documented by the protocol (nrepl.org, "Built-in Ops"), and those that Emacs' CIDER and its kin add to it. */
export const OPERATIONS: Readonly<Record<string, EditorOperation>> = {
  clone: {
    doc: "Makes a session. Sessions share definitions; each has its own last values, input and interrupts.", optional: ["session"],
    run({ message, sessions }) {
      const made = sessions.create();
      if (made === undefined) message.done({ err: "there are too many sessions: close some\n" }, "error", "too-many-sessions");
      else message.done({ "new-session": made.id });
    },
  },
  close: {
    doc: "Ends a session, and what runs in it.", requires: ["session"],
    run({ message, sessions }) {
      sessions.remove(message.text("session"));
      message.done({}, "session-closed");
    },
  },
  describe: {
    doc: "What this server is and can do.", optional: ["verbose?"],
    run({ message, sessions }) {
      const verbose = message.flag("verbose?");
      const operations = Object.entries(OPERATIONS).map(([name, { doc, requires = [], optional = [] }]) =>
        [name, verbose ? { doc, requires: names(requires), optional: names(optional), returns: {} } : {}] as const);
      message.done({ ops: Object.fromEntries(operations), versions: versions(sessions.version), aux: { "current-ns": NAME_SPACE } });
    },
  },
  eval: {
    doc: "Evaluates forms in order. Output and values are sent as they come.", requires: ["code"], optional: ["session", "ns", "file", "line", "column"],
    run({ message, editor }) {
      const [code, file = "nrepl"] = [message.text("code"), message.optionalText("file")];
      const [line, column] = [message.optionalCount("line"), message.optionalCount("column")];
      if (!inNameSpace(message)) return;
      editor.evaluate(message, (session) => session.evaluate(code, file, { line, column, report: (value) => editor.reply({ value, ns: NAME_SPACE }) }));
    },
  },
  "load-file": {
    doc: "Evaluates the text of a file; answers its last value.", requires: ["file"], optional: ["session", "file-name", "file-path"],
    run({ message, editor }) {
      const [text, file = "load-file"] = [message.text("file"), message.optionalText("file-path", "file-name")];
      editor.evaluate(message, async (session) => {
        let last: string | undefined;
        const result = await session.evaluate(text, file, { report: (value) => (last = value) });
        if (result.ok && last !== undefined) editor.reply({ value: last, ns: NAME_SPACE });
        return result;
      });
    },
  },
  interrupt: {
    doc: "Stops the evaluation that runs in the session.", requires: ["session"], optional: ["interrupt-id"],
    run({ message, editor }) {
      message.text("session");
      const outcome = editor.interrupt(message.optionalText("interrupt-id"), (running) => running.optionalText("id"));
      if (outcome === "interrupted") message.done();
      else message.done({}, ...(outcome === "session-idle" ? [outcome] : ["error", outcome]));
    },
  },
  stdin: {
    doc: "Text for what reads the standard input; empty for its end.", requires: ["stdin"], optional: ["session"],
    run({ message, editor }) {
      if (editor.feed(message.text("stdin"))) message.done();
      else message.done({ err: "too much input waits to be read\n" }, "error", "input-full");
    },
  },
  "ls-sessions": {
    doc: "The ids of all sessions.",
    run: ({ message, sessions }) => message.done({ sessions: sessions.ids }),
  },
  completions: {
    doc: "Names that begin like this.", requires: ["prefix"], optional: ["session", "ns"],
    run: async ({ message, editor }) => message.done({ completions: await candidates(editor.session, message.text("prefix")) }),
  },
  complete: {
    doc: "The same, as CIDER asks for it.", requires: ["prefix"], optional: ["session", "ns", "context"],
    run: async ({ message, editor }) => message.done({ completions: await candidates(editor.session, message.optionalText("prefix", "symbol") ?? message.text("prefix")) }),
  },
  lookup: {
    doc: "What is known of a name.", requires: ["sym"], optional: ["session", "ns"],
    run: ({ message, editor }) => withName(message, editor, (known) => message.done({ info: information(known) }), () => message.done({ info: {} }, "lookup-error")),
  },
  info: {
    doc: "The same, as CIDER asks for it.", requires: ["sym"], optional: ["session", "ns"],
    run: ({ message, editor }) => withName(message, editor, (known) => message.done(information(known)), () => message.done({}, "no-info")),
  },
  eldoc: {
    doc: "The parameters of a procedure.", requires: ["sym"], optional: ["session", "ns"],
    run: ({ message, editor }) => withName(message, editor, (known) => message.done(signature(known)), () => message.done({}, "no-eldoc")),
  },
  macroexpand: {
    doc: "A form after macro expansion: by macroexpand-1, macroexpand, or macroexpand-all down to core forms.", requires: ["code"], optional: ["session", "ns", "expander"],
    async run({ message, editor }) {
      const how = [...EXPANDERS].find(([name]) => name === (message.optionalText("expander") ?? "macroexpand"))?.[1];
      if (how === undefined) throw new FieldError(`expander must be one of ${[...EXPANDERS.keys()].join(", ")}`);
      try {
        message.done({ expansion: await editor.session.expand(message.text("code"), how) });
      } catch (error) {
        if (error instanceof FieldError || !(error instanceof Error)) throw error;
        message.done({ err: `${error.message}\n`, ex: error.name }, "macroexpand-error");
      }
    },
  },
  stacktrace: {
    doc: "The last error of the session, and the way there.", optional: ["session"],
    run: ({ message, editor }) => stacktrace(message, editor.lastError),
  },
  "analyze-last-stacktrace": {
    doc: "The same, as newer CIDERs ask for it.", optional: ["session"],
    run: ({ message, editor }) => stacktrace(message, editor.lastError),
  },
};

const EXPANDERS = new Map([["macroexpand-1", "once"], ["macroexpand", "head"], ["macroexpand-all", "full"]] as const);
const MOST_CANDIDATES = 500;

function names(fields: readonly string[]): Encodable {
  return Object.fromEntries(fields.map((field) => [field, ""]));
}

function versions(version: string): Encodable {
  const parts = (text: string) => {
    const [major = "0", minor = "0", incremental = "0"] = text.split(".");
    return { major: Number(major), minor: Number(minor), incremental: Number.parseInt(incremental, 10), "version-string": text };
  };
  return { ouro: parts(version), node: parts(process.versions.node) };
}

/** False, and told, if the message names another name space than the one there is. */
function inNameSpace(message: Message): boolean {
  const name = message.optionalText("ns");
  if (name === undefined || name === NAME_SPACE) return true;
  message.done({ err: `there is no name space ${name}; all is in ${NAME_SPACE}\n`, ns: name }, "error", "namespace-not-found");
  return false;
}

async function candidates(session: Session, prefix: string): Promise<Encodable> {
  const fitting = (await session.complete(prefix)).slice(0, MOST_CANDIDATES);
  return Promise.all(fitting.map(async ({ name, doc }) => ({ candidate: name, type: typeOf(await session.describe(name)), ns: NAME_SPACE, doc })));
}

function typeOf(known: NameReport | undefined): string {
  return known === undefined || known.kind === "variable" ? "var" : known.kind === "syntax" ? "macro" : "function";
}

async function withName(message: Message, editor: EditorSession, found: (known: NameReport) => void, missing: () => void): Promise<void> {
  const known = await editor.session.describe(message.optionalText("sym", "symbol") ?? message.text("sym"));
  if (known === undefined) missing();
  else found(known);
}

function information(known: NameReport): Record<string, Encodable | undefined> {
  return {
    name: known.name, ns: NAME_SPACE, doc: known.documentation, file: known.file, line: known.line, column: known.column, library: known.library,
    "arglists-str": known.shapes.map((shape) => `[${parametersOf(shape).join(" ")}]`).join("\n"), macro: known.kind === "syntax" ? "true" : undefined,
  };
}

function signature(known: NameReport): Record<string, Encodable | undefined> {
  return {
    name: known.name, ns: NAME_SPACE, type: known.kind === "variable" ? "variable" : "function", docstring: known.documentation,
    eldoc: known.shapes.map(parametersOf),
  };
}

function parametersOf(shape: string): string[] {
  return shape.split(/\s+/).slice(1);
}

function stacktrace(message: Message, error: ErrorReport | undefined): void {
  if (error === undefined) return message.done({}, "no-error");
  const frames = error.backtrace.map((line) => {
    const [, name = line, file = "", row = "0"] = /^(.*) \((.*):(\d+):\d+\)$/.exec(line) ?? [];
    return { name, var: name, fn: name, file, "file-url": file, line: Number(row), type: "clj", flags: ["clj"] };
  });
  message.reply({ class: error.code, message: error.message, phase: "execution", location: {}, data: error.hint, file: error.file, line: error.line, column: error.column, stacktrace: frames });
  message.done();
}
