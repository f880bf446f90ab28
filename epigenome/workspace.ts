// What the sessions of one person share: an environment over the genome's libraries, and all that was defined in it.
import {
  builtinOf, Cell, compiledText, documentation, type Environment, informationOf, type Interpreter, LispSymbol, Pair, Syntax, type Value,
} from "../interpreter/index.js";
import { Traces } from "./traces.js";

/** What a session stands on. Asked anew for each evaluation, as the genome may have changed in between. */
export interface Ground {
  readonly interpreter: Interpreter;
  /** Import sets of the session's environment, such as "(ouro base)". */
  readonly imports: readonly string[];
}

export interface WorkspaceHooks {
  ground(): Ground;
  /** A definition of a name that a library of the genome owns: takes it as a hot patch. Absent: the session shadows it. */
  patch?(library: string, name: string, source: string): Promise<void>;
  /** The source text of a definition in a library. */
  sourceOf?(library: string, name: string): string | undefined;
  /** The whole page on a value, where there is more to tell than its documentation. */
  pageOf?(value: Value): string | undefined;
  /** Told of each environment before forms are evaluated in it. */
  enter?(environment: Environment): void;
}

/** What is known of a name. `parameters` has one text for each shape of a call, such as "a b . rest". */
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

/** Shapes of one procedure that a line shows. */
const MOST_SHAPES = 2;

export class Workspace {
  readonly traces: Traces;
  private ground: Ground;
  private current: Environment;
  private readonly definitions = new Map<string, Cell>();
  private readonly texts = new Map<string, string>();

  constructor(readonly hooks: WorkspaceHooks) {
    this.ground = hooks.ground();
    this.current = this.ground.interpreter.environment(this.ground.imports);
    hooks.enter?.(this.current);
    this.traces = new Traces(this);
  }

  get interpreter(): Interpreter {
    return this.ground.interpreter;
  }

  get environment(): Environment {
    return this.current;
  }

  /** An environment of the same imports and nothing else. */
  freshEnvironment(): Environment {
    const fresh = this.ground.interpreter.environment(this.ground.imports);
    this.hooks.enter?.(fresh);
    return fresh;
  }

  /** After a change of the genome, imported names mean the new libraries; what was defined here stays. */
  refresh(): void {
    const ground = this.hooks.ground();
    if (ground.interpreter === this.ground.interpreter) return;
    const fresh = ground.interpreter.environment(ground.imports);
    for (const [name, cell] of this.definitions) fresh.bindOwn(LispSymbol.intern(name), cell);
    this.ground = ground;
    this.current = fresh;
    this.hooks.enter?.(fresh);
  }

  /** Takes the definition of a name that a genome library owns as a hot patch; answers what to tell the person. */
  async patch(name: string, text: string): Promise<string | undefined> {
    // A definition takes the place of what was traced, so that a genome's name is patched and not hidden.
    this.traces.remove(name);
    const cell = this.cellOf(name);
    if (this.hooks.patch === undefined || cell === undefined || !cell.library.startsWith("(genome ")) return undefined;
    await this.hooks.patch(cell.library, name, text);
    this.refresh();
    return `; ${name} of ${cell.library} is patched; (promote! '${name}) keeps it, (unpatch! '${name}) drops it\n`;
  }

  /** Notes that a form of this text has defined the name. */
  remember(name: string, text: string): void {
    const cell = this.cellOf(name);
    if (cell === undefined) return;
    this.definitions.set(name, cell);
    this.texts.set(name, text);
    this.traces.forget(name);
  }

  cellOf(name: string): Cell | undefined {
    const binding = this.current.lookup(LispSymbol.intern(name));
    return binding instanceof Cell ? binding : undefined;
  }

  isBound(name: string): boolean {
    return this.current.lookup(LispSymbol.intern(name)) !== undefined;
  }

  /** A cell of the person's own for a name, in place of an imported one. */
  shadow(name: string): Cell {
    const symbol = LispSymbol.intern(name);
    const existing = this.current.lookup(symbol);
    if (existing instanceof Cell && this.definitions.get(name) === existing) return existing;
    const cell = new Cell(symbol, "session");
    this.current.bindOwn(symbol, cell);
    this.definitions.set(name, cell);
    return cell;
  }

  /** Gives a shadowed name back its imported meaning. */
  unshadow(name: string, cell: Cell): void {
    this.definitions.delete(name);
    this.current.bind(LispSymbol.intern(name), cell);
  }

  complete(prefix: string): { name: string; doc: string | undefined }[] {
    const names = [...this.current.names()].map((symbol) => symbol.name)
      .filter((name) => name.startsWith(prefix) && !name.startsWith("%") && this.hasMeaning(name));
    return names.sort().map((name) => ({ name, doc: this.summary(name) }));
  }

  documentation(name: string): string | undefined {
    return this.hasMeaning(name) ? documentation(this.current, name) : undefined;
  }

  /** All that there is to tell of a name. */
  page(name: string): string | undefined {
    const [text, value] = [this.documentation(name), this.cellOf(name)?.value];
    return text === undefined || value === undefined ? text : this.hooks.pageOf?.(value) ?? text;
  }

  report(name: string): NameReport | undefined {
    const binding = this.current.lookup(LispSymbol.intern(name));
    const text = this.documentation(name);
    if (binding === undefined || text === undefined) return undefined;
    const shapes = text.split("\n").filter((line) => line.startsWith("(")).map((line) => line.replace(/^\((.*?)\)( .*)?$/, "$1"));
    if (binding instanceof Syntax) return { name, library: "", kind: "syntax", shapes, documentation: text };
    const value = binding.value ?? false;
    const { file, line, column } = informationOf(value)?.position ?? {};
    return { name, library: binding.library, kind: typeof value === "function" ? "procedure" : "variable", shapes, documentation: text, file, line, column };
  }

  source(name: string): string | undefined {
    const cell = this.cellOf(name);
    if (cell === undefined) return undefined;
    return this.texts.get(name) ?? this.hooks.sourceOf?.(cell.library, name);
  }

  /** The JavaScript of a compiled procedure, or why there is none. */
  disassemble(name: string): string | undefined {
    const value = this.traces.originalOf(name) ?? this.cellOf(name)?.value;
    if (value === undefined) return undefined;
    return compiledText(value) ?? `; ${name} ${builtinOf(value) === undefined ? "is no procedure" : "is native: there is no compiled Lisp behind it"}`;
  }

  libraries(): string[] {
    return this.ground.interpreter.libraries().filter((name) => !name.includes("kernel") && !name.includes("%"));
  }

  /** False for a name that was only referred to, before any definition. */
  private hasMeaning(name: string): boolean {
    const binding = this.current.lookup(LispSymbol.intern(name));
    return binding !== undefined && (binding instanceof Syntax || binding.value !== undefined);
  }

  private summary(name: string): string | undefined {
    const lines = (this.documentation(name) ?? "").split("\n").filter((line) => line !== name && !/^(Builtin, from|From) /.test(line));
    const shapes = lines.filter((line) => line.startsWith("("));
    return [...shapes.slice(0, MOST_SHAPES), lines.find((line) => !line.startsWith("("))].filter(Boolean).join("  ") || undefined;
  }
}

/** The name that a definition form defines: `(define name …)`, `(define (name …) …)`, `(define-policy name …)` and their like. */
export function definedName(datum: Value): string | undefined {
  if (!(datum instanceof Pair) || !(datum.car instanceof LispSymbol) || !datum.car.name.startsWith("define")) return undefined;
  let target = datum.cdr instanceof Pair ? datum.cdr.car : undefined;
  while (target instanceof Pair) target = target.car;
  return target instanceof LispSymbol ? target.name : undefined;
}
