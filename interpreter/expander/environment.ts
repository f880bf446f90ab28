// Environments: what a name means at the top level of a library, a program or a REPL session.
import type { LispSymbol } from "../values/symbol.js";
import type { Procedure, Value } from "../values/value.js";
import type { Alias, Identifier } from "./identifier.js";
import type { Transformer } from "./transformer.js";

/**
 * A top-level location. `value` is undefined until defined. Compiled code reads `value` directly.
 * `builtin` names the native procedure that an immutable cell holds, so that the compiler may inline it.
 */
export class Cell {
  value: Value | undefined = undefined;
  /** What a call enters that names a constant procedure: the value, or what that was found to stand for. */
  code: Procedure | undefined = undefined;
  /** True once the binding can never change again: exported by a loaded library and never assigned there. */
  constant = false;
  builtin: string | undefined = undefined;
  doc: string | undefined = undefined;
  /** Where it was referred to before any definition: for a hint, if none ever comes. */
  forwardIn: Environment | undefined = undefined;
  /** The imported location whose name a definition takes: what the name means until the definition has run. */
  shadowed: Cell | undefined = undefined;

  constructor(
    readonly name: LispSymbol,
    /** Printed name of the library that owns it, such as "(scheme base)"; "" for a session's own. */
    readonly library: string,
  ) {}

  define(value: Value): void {
    this.value = value;
    if (typeof value === "function") this.code = value as Procedure;
  }
}

/** A syntactic binding: a core form known to the expander, or a macro. */
export class Syntax {
  constructor(
    readonly name: LispSymbol,
    readonly transformer: Transformer,
    readonly doc: string | undefined = undefined,
  ) {}
}

export type Binding = Cell | Syntax;

/**
 * A top-level environment. A session's is open: defining an imported name shadows it with a new cell.
 * A library's is closed: defining an imported name is an error (R7RS 5.6.1).
 */
export class Environment {
  private readonly bindings = new Map<LispSymbol, Binding>();
  /** Names that macros defined for themselves: no symbol reaches them, and they die with their expansion. */
  private readonly hidden = new WeakMap<Alias, Binding>();
  private readonly own = new Set<Binding>();
  /** Its own locations in the order in which they were made: a text makes them in the same order every time. */
  readonly cells: Cell[] = [];
  private readonly assigned = new Set<LispSymbol>();
  /** True if code that is not of its program may define and assign its names, by load or eval. */
  isShared = false;
  /** False once it has all that it was made of. */
  takesImports = true;

  constructor(
    readonly name: string,
    readonly open: boolean,
  ) {}

  lookup(name: Identifier): Binding | undefined {
    return isSymbol(name) ? this.bindings.get(name) : this.hidden.get(name);
  }

  /** Binds a name to what another library owns. */
  bind(name: LispSymbol, binding: Binding): void {
    this.bindings.set(name, binding);
  }

  /** Binds a name to what this environment owns, so that it may be assigned and defined again. */
  bindOwn(name: Identifier, binding: Binding): void {
    this.own.add(binding);
    if (binding instanceof Cell) this.cells.push(binding);
    if (isSymbol(name)) this.bindings.set(name, binding);
    else this.hidden.set(name, binding);
  }

  /** True if the binding was made here, not imported. */
  owns(binding: Binding): boolean {
    return this.own.has(binding);
  }

  /** An environment of the same bindings, in which new ones stay apart from these. */
  copy(): Environment {
    const copied = new Environment(this.name, this.open);
    for (const [name, binding] of this.bindings) copied.bind(name, binding);
    for (const binding of this.own) copied.own.add(binding);
    return copied;
  }

  names(): IterableIterator<LispSymbol> {
    return this.bindings.keys();
  }

  /** Notes that something assigns this name, or defines it twice: its cell can never be constant. */
  noteAssigned(name: LispSymbol): void {
    this.assigned.add(name);
  }

  /** Makes constant every cell of its own that nothing assigns. Called when a library's text is expanded. */
  seal(): void {
    for (const binding of this.own)
      if ("constant" in binding && !this.assigned.has(binding.name)) binding.constant = true;
  }
}

function isSymbol(name: Identifier): name is LispSymbol {
  return "name" in name;
}
