// The REPL's comma commands: what is about the session, not of the language.
import type { EditorServer, Host, Program, RestartName, Session } from "../frontend.js";
import { inspectionLines } from "./words.js";

/** What a command may do. */
export interface ReplContext {
  readonly host: Host;
  readonly session: Session;
  readonly program: Program;
  /** The server that editors connect to, once it is started. */
  editors: EditorServer | undefined;
  print(text: string): void;
  /** Tells what went wrong. */
  complain(text: string): void;
  quit(): void;
  restart(name: RestartName, text: string): Promise<void>;
  /** Evaluates a form and shows what comes of it, errors and their restarts included. */
  evaluate(text: string): Promise<void>;
}

type Command = (context: ReplContext, operand: string) => Promise<void> | void;

interface Entry {
  readonly shape: string;
  readonly doc: string;
  readonly run: Command;
  /** Its operand is a form, so it may go on over several lines. */
  readonly takesForm?: true;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  help: { shape: ",help [NAME | libraries]", doc: "this list, or what is known of a name", run: help },
  doc: { shape: ",doc NAME", doc: "the shape and the docstring of a name", run: explain },
  source: { shape: ",source NAME", doc: "the text of a definition", run: source },
  expand: { shape: ",expand FORM", doc: "one step of macro expansion", run: (context, form) => expand(context, form, "once"), takesForm: true },
  "expand-full": { shape: ",expand-full FORM", doc: "down to core forms", run: (context, form) => expand(context, form, "full"), takesForm: true },
  disassemble: { shape: ",disassemble NAME", doc: "the JavaScript of a procedure", run: disassemble },
  inspect: { shape: ",inspect FORM", doc: "look into a value: its type and its numbered parts", run: inspect, takesForm: true },
  down: { shape: ",down NUMBER", doc: "while inspecting: into a part", run: down },
  up: { shape: ",up", doc: "while inspecting: back to the whole", run: up },
  trace: { shape: ",trace NAME", doc: "show calls and results of a procedure where you call it", run: trace },
  untrace: { shape: ",untrace [NAME]", doc: "no more of that; of nothing at all without a name", run: untrace },
  time: { shape: ",time FORM", doc: "evaluate, and tell steps, milliseconds and bytes allocated", run: time, takesForm: true },
  patches: { shape: ",patches", doc: "hot patches in force", run: patches },
  nrepl: { shape: ",nrepl [PORT]", doc: "let editors connect, on this machine only; again to end it", run: nrepl },
  abort: { shape: ",abort", doc: "after an error: give up the form", run: (context) => context.restart("abort", "") },
  retry: { shape: ",retry", doc: "after an error: evaluate the form again", run: (context) => context.restart("retry", "") },
  "use-value": { shape: ",use-value FORM", doc: "after raise or error: that call returns this", run: useValue, takesForm: true },
  quit: { shape: ",quit", doc: "leave (Ctrl-D does too)", run: (context) => context.quit() },
};

export function commandNamed(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.run : undefined;
}

/** True if the command's operand is a form, which may go on over several lines. */
export function takesForm(name: string): boolean {
  return Object.hasOwn(COMMANDS, name) && COMMANDS[name]?.takesForm === true;
}

export function commandNames(): string[] {
  return Object.keys(COMMANDS);
}

async function help(context: ReplContext, topic: string): Promise<void> {
  if (topic === "libraries") context.print(`${(await context.session.libraries()).join("\n")}\n`);
  else if (topic.startsWith(",") && Object.hasOwn(COMMANDS, topic.slice(1))) context.print(`${commandLines([COMMANDS[topic.slice(1)] as Entry])}\n`);
  else if (topic !== "") await explain(context, topic);
  else context.print(`${overview()}\n`);
}

function commandLines(entries: readonly Entry[]): string {
  const width = Math.max(...entries.map(({ shape }) => shape.length));
  return entries.map(({ shape, doc }) => `  ${shape.padEnd(width)}  ${doc}`).join("\n");
}

function overview(): string {
  return `A line that begins like Lisp is evaluated; any other is a message to the agent.
Tab completes names and shows what they do. A form may go on over several lines;
Ctrl-C gives it up, and ends what runs.

${commandLines(Object.values(COMMANDS))}

Procedures to try:
  (ouroboros! :rounds 3)      let the agent improve its own policies
  (define (f x) …)            redefining a name of the genome is a hot patch:
  (promote! 'name)            keeps it in the genome, if the gates agree
  (unpatch! 'name)            drops it
  *1 *2 *3                    the last values`;
}

/** The name that an operand means: people quote it, or put it in parentheses as in a call. */
function nameIn(operand: string): string {
  return operand.replace(/^['(]+/, "").split(/[\s()]/)[0] ?? "";
}

/** The name, or undefined after telling that one is wanted or that it means nothing. */
async function boundName({ session, complain }: ReplContext, operand: string, example: string): Promise<string | undefined> {
  const name = nameIn(operand);
  if (name === "") {
    complain(`Which name? For example ${example}`);
    return undefined;
  }
  if ((await session.documentation(name)) !== undefined) return name;
  const near = (await session.complete(name.slice(0, 3))).slice(0, 5).map((each) => each.name);
  complain(`${name} is not bound here.${near.length > 0 ? ` Near: ${near.join(" ")}` : ""}`);
  return undefined;
}

async function explain(context: ReplContext, operand: string): Promise<void> {
  const name = await boundName(context, operand, ",doc map");
  if (name !== undefined) context.print(`${await context.session.documentation(name)}\n`);
}

async function source(context: ReplContext, operand: string): Promise<void> {
  const name = await boundName(context, operand, ",source nearest-command");
  if (name === undefined) return;
  const text = await context.session.source(name);
  if (text === undefined) context.complain(`There is no source of ${name} here: it is native, or of the standard library. ,doc ${name} tells what it does.`);
  else context.print(`${text}\n`);
}

async function expand({ session, print, complain }: ReplContext, form: string, how: "once" | "full"): Promise<void> {
  if (form === "") return complain("Which form? For example ,expand (guard (e (#t 0)) (car 5))");
  const expanded = await session.expand(form, how);
  const isSame = how === "once" && expanded.replace(/\s+/g, " ") === form.replace(/\s+/g, " ");
  print(`${expanded}\n${isSame ? "; no macro stands at its head; ,expand-full shows the core forms\n" : ""}`);
}

async function disassemble(context: ReplContext, operand: string): Promise<void> {
  const name = await boundName(context, operand, ",disassemble map");
  if (name !== undefined) context.print(`${(await context.session.disassemble(name)) ?? `; ${name} is syntax: ,expand shows what becomes of it`}\n`);
}

async function inspect(context: ReplContext, form: string): Promise<void> {
  if (form === "") return context.complain("Which value? For example ,inspect {:a [1 2]}");
  const result = await context.session.inspect(form);
  if (result.ok) context.print(`${inspectionLines(result.view)}\n`);
  else context.complain(`${result.error.message} [${result.error.code}]`);
}

async function down(context: ReplContext, operand: string): Promise<void> {
  const number = /^\d+$/.test(operand) ? Number(operand) : -1;
  const view = number < 0 ? undefined : await context.session.inspectPart(number);
  if (view === undefined) context.complain("There is no such part: give the number of one that ,inspect has shown.");
  else context.print(`${inspectionLines(view)}\n`);
}

async function up(context: ReplContext): Promise<void> {
  const view = await context.session.inspectPart();
  if (view === undefined) context.complain("This is the whole already; ,inspect FORM looks into another value.");
  else context.print(`${inspectionLines(view)}\n`);
}

async function trace(context: ReplContext, operand: string): Promise<void> {
  const name = await boundName(context, operand, ",trace nearest-command");
  if (name === undefined) return;
  if (!(await context.session.trace(name))) return context.complain(`${name} is no procedure: only those can be traced.`);
  const isLibrary = ((await context.session.describe(name))?.library ?? "").startsWith("(");
  context.print(`${name} is traced${isLibrary ? " where you call it" : ""}; ,untrace ${name} ends that.\n`);
}

async function untrace({ session, print, complain }: ReplContext, operand: string): Promise<void> {
  const ended = await session.untrace(nameIn(operand) || undefined);
  if (ended.length > 0) print(`${ended.join(", ")} ${ended.length === 1 ? "is" : "are"} not traced any more.\n`);
  else complain(operand === "" ? "Nothing is traced." : `${nameIn(operand)} is not traced.`);
}

async function time(context: ReplContext, form: string): Promise<void> {
  if (form === "") return context.complain("Which form? For example ,time (length (iota 1000))");
  const start = performance.now();
  await context.evaluate(form);
  const elapsed = performance.now() - start;
  context.print(`${context.session.steps} steps, ${elapsed.toFixed(1)} ms, ${context.session.bytes} bytes allocated\n`);
}

async function patches({ host, print }: ReplContext): Promise<void> {
  const list = await host.genome.patches();
  print(list.length === 0 ? "No hot patches.\n" : `${list.map(({ library, name, source: text }) => `${name} of ${library}\n${text}`).join("\n\n")}\n`);
}

async function nrepl(context: ReplContext, operand: string): Promise<void> {
  if (operand !== "" && !(/^\d+$/.test(operand) && Number(operand) < 65_536)) return context.complain("A port is a number below 65536, or nothing for any that is free.");
  if (context.editors !== undefined) {
    await context.editors.close();
    context.editors = undefined;
    return context.print("Editors are disconnected.\n");
  }
  context.editors = await context.program.editorServer({
    session: context.session, port: Number(operand || 0), folder: process.cwd(), version: context.program.version,
  });
  context.print(`Editors can connect to 127.0.0.1:${context.editors.port}; the port is in .nrepl-port. They share your definitions.\n`);
}

async function useValue(context: ReplContext, form: string): Promise<void> {
  if (form === "") return context.complain("Which value? For example ,use-value 42");
  await context.restart("use-value", form);
}
