// An interpreter: libraries, environments made of them, and computations that run text and procedures.
import { builtinOf, define } from "./builtins/builtin.js";
import { checkString } from "./builtins/check.js";
import { type CodeCache, KeptLibraries } from "./cache/code-cache.js";
import { type Binding, Cell, Environment, expandOnce, expandProgram, libraryNamesIn, LibraryTable, type SourceText } from "./expander/index.js";
import { keepConstant, keeping, type Kept } from "./expander/keep-constant.js";
import { coreDatum } from "./compiler/core-datum.js";
import { informationOf } from "./machine/backtrace.js";
import { Computation, type ComputationOptions } from "./machine/computation.js";
import { Loader, type LoadableUnit } from "./machine/loader.js";
import { push, UNWIND, unwindThen } from "./machine/machine.js";
import { allocate, burn, burnElements, BYTES, meter, STEPS } from "./machine/meter.js";
import { readAll } from "./reader/datum.js";
import type { Path, Tree } from "./reader/tree.js";
import "./source/procedures.js";
import type { Finding } from "./source/finding.js";
import { lint } from "./source/lint.js";
import { renameNode } from "./source/rename.js";
import { LOADING, runUnits, standardTable } from "./standard.js";
import { Condition, fail, LispError } from "./values/condition.js";
import { listFrom } from "./values/pair.js";
import { type Keyword, LispSymbol } from "./values/symbol.js";
import { type Procedure, UNSPECIFIED, type Value } from "./values/value.js";

export interface InterpreterOptions {
  /**
   * The procedures of a native library, by external name, or undefined if there is none. `importer` is the
   * printed name of the library that imports it (undefined: a session or program): each may be given others, but the
   * same importer always the same.
   */
  readonly native?: (name: string, importer: string | undefined) => ReadonlyMap<string, Value> | undefined;
  /** Shares the libraries that this one has loaded. */
  readonly parent?: Interpreter;
  /** The text of a file that `include` names; without it, `include` is refused. */
  readonly readSource?: (file: string, includedFrom: string | undefined) => SourceText;
  /** Where compiled libraries are kept from one process to the next; without it, all are compiled when they are loaded. */
  readonly cache?: CodeCache;
}

const KEYWORDS = /:[^\s()[\]{}"';`,]+/g;

/** A set of libraries, some loaded, and what can be run with them. Cheap to make: the standard libraries are shared. */
export class Interpreter {
  private readonly table: LibraryTable;
  private readonly kept: Kept = new WeakMap();
  private readonly registered: string[] = [];
  /** Those of the registered texts, with their colons; undefined until they are asked for. */
  private keywords: ReadonlySet<string> | undefined;

  constructor(options: InterpreterOptions = {}) {
    const parent = options.parent?.table ?? standardTable();
    const cache = options.cache === undefined ? undefined : new KeptLibraries(options.cache);
    this.table = new LibraryTable({ parent, native: options.native, readSource: options.readSource, cache });
  }

  /** Adds the libraries that a text defines; they are expanded when first imported. Answers their printed names. */
  register(text: string, file: string): string[] {
    this.table.addSource(file, text);
    this.registered.push(text);
    this.keywords = undefined;
    return libraryNamesIn(text);
  }

  /** True if a registered text holds this keyword, so that a program need not have made it of what it read. */
  spells({ name }: Keyword): boolean {
    return (this.keywords ??= new Set(this.registered.flatMap((text) => text.match(KEYWORDS) ?? []))).has(`:${name}`);
  }

  /** Expands and runs these libraries now, and what they import. Throws LispError. */
  load(libraries: readonly string[], limits: ComputationOptions = LOADING): void {
    keeping(this.kept, () => {
      for (const name of libraries) {
        this.table.exportsOf(name);
        this.runWaiting(limits);
      }
    });
  }

  /** The value that a library exports under a name, loaded if need be; undefined if it exports none or syntax. */
  exported(library: string, name: string): Value | undefined {
    const binding = this.table.exportsOf(library).get(LispSymbol.intern(name));
    this.runWaiting(LOADING);
    return binding instanceof Cell ? binding.value : undefined;
  }

  /**
   * Makes all that the loaded libraries define unchangeable: no run leaves anything behind for the next. Answers the
   * name of a definition for which that is not possible, as it holds a hash table, a port, bytes, an environment or a continuation; see `keepConstant`.
   */
  keepConstant(): { readonly name: string; readonly library: string } | undefined {
    const cell = keepConstant(this.table.definedCells(), this.kept);
    return cell === undefined ? undefined : { name: cell.name.name, library: cell.library };
  }

  /** True of a procedure that a loaded library defines under a name: it holds nothing of any run. */
  defines(procedure: Value): boolean {
    return builtinOf(procedure) !== undefined || this.table.definedCells().some((cell) => cell.value === procedure);
  }

  /** The names that a library exports. */
  exportsOf(library: string): string[] {
    return [...this.table.exportsOf(library).keys()].map((symbol) => symbol.name);
  }

  /** The printed names of all libraries known by text or loaded. */
  libraries(): string[] {
    return this.table.names();
  }

  /** An environment of what the import sets bring, such as "(ouro base)" or "(only (scheme base) car)". Its libraries are loaded now. */
  environment(importSets: readonly string[], options: { open?: boolean } = {}): Environment {
    const environment = new Environment("session", options.open ?? true);
    tables.set(environment, this.table);
    new Computation(this.loader(`(import ${importSets.join(" ")})`, "imports", environment), [], LOADING).finish();
    return environment;
  }

  /** A computation of all the forms of a text. Throws LispError if the text cannot be read or expanded. */
  start(text: string, file: string, environment: Environment, options?: ComputationOptions): Computation {
    return new Computation(this.loader(text, file, environment), [], options);
  }

  /**
   * The same for a whole program: nothing outside the text will ever define or assign its names, so that its
   * procedures call each other directly. Not so where the host shares its environment, as with `load`.
   */
  startProgram(text: string, file: string, environment: Environment, options?: ComputationOptions): Computation {
    const units = expandProgram(readAll(text, file), environment, this.table);
    const loader = new Loader(units.map((unit) => ({ ...unit, closed: unit.closed || !environment.isShared })));
    return new Computation(() => loader.run(), [], options);
  }

  /** A computation of one form that was read before. */
  startForm(form: Value, environment: Environment, options?: ComputationOptions): Computation {
    const loader = new Loader(expandProgram([form], environment, this.table));
    return new Computation(() => loader.run(), [], options);
  }

  /** A computation of one procedure call. */
  call(procedure: Value, operands: readonly Value[], options?: ComputationOptions): Computation {
    if (typeof procedure !== "function") return fail("not-a-procedure", "only a procedure can be called", [procedure]);
    return new Computation(procedure as Procedure, operands, options);
  }

  /** The form after one use of the macro at its head; undefined if there is none. */
  expandOnce(form: Value, environment: Environment): Value | undefined {
    return expandOnce(form, environment, this.table);
  }

  /** The core forms that an expression or a definition stands for, as data. Defines nothing. */
  expandFully(form: Value, environment: Environment): Value {
    const unit = expandProgram([form], environment.copy(), this.table).at(-1);
    return unit === undefined ? UNSPECIFIED : coreDatum(unit.body);
  }

  /** What there is to mend in a source text; see the linter. The libraries that it defines are added. */
  lint(text: string, file: string): Finding[] {
    return lint(text, file, this.table);
  }

  /** The tree with a variable or a definition renamed wherever it stands; see `renameNode` of source/rename.ts. */
  rename(tree: Tree, path: Path, name: string): Tree {
    return renameNode(tree, path, name, this.table);
  }

  private loader(text: string, file: string, environment: Environment): Procedure {
    const loader = new Loader(expandProgram(readAll(text, file), environment, this.table));
    return () => loader.run();
  }

  private runWaiting(limits: ComputationOptions): void {
    for (const unit of this.table.takeUnits()) {
      try {
        runUnits([unit], limits);
      } catch (error) {
        if (error instanceof LispError) this.table.forget(unit.name);
        throw error;
      }
    }
  }
}

/** Makes an interpreter; see InterpreterOptions. */
export function createInterpreter(options?: InterpreterOptions): Interpreter {
  return new Interpreter(options);
}

/** What a person wants to know of a name: its shape, and its docstring. Undefined if it is not bound. */
export function documentation(environment: Environment, name: string): string | undefined {
  const binding = environment.lookup(LispSymbol.intern(name));
  return binding === undefined ? undefined : describeBinding(binding);
}

function describeBinding(binding: Binding): string {
  const name = binding.name.name;
  if (!(binding instanceof Cell)) return [`${binding.transformer.shape}`, "Syntax.", binding.doc].filter(Boolean).join("\n");
  const { value } = binding;
  const builtin = value === undefined ? undefined : builtinOf(value);
  if (builtin !== undefined) return `${builtin.doc}\nBuiltin, from ${binding.library}.`;
  const information = value === undefined ? undefined : informationOf(value);
  const shape = information === undefined ? name : shapeOf(name, information.parameters);
  const from = binding.library === "" || binding.library === "session" ? "" : `From ${binding.library}.`;
  return [shape, binding.doc ?? information?.doc, from].filter(Boolean).join("\n");
}

/** The shape of a call: `(name a b . rest)`, one for each clause. */
function shapeOf(name: string, parameters: string): string {
  return parameters.split(" | ").map((each) => (each === "()" ? `(${name})` : `(${name} ${each.slice(1)}`)).join("\n");
}

const tables = new WeakMap<Environment, LibraryTable>();

/** Charges for what any evaluation takes. What evaluated code holds beside what it closes over, nobody could see to make it unchangeable. */
function beginEvaluation(name: string): void {
  burn(STEPS.unit);
  allocate(BYTES.unit);
  if (meter.kept !== null) throw new LispError(new Condition("immutable", `${name}: no code is evaluated while a library is loaded that must never change`, [], undefined, "Evaluate it in a procedure: what that leaves lasts as long as the run."));
}

define("eval", 2, 2, (form: Value, environment: Value) => {
  beginEvaluation("eval");
  const table = environment instanceof Environment ? tables.get(environment) : undefined;
  if (!(environment instanceof Environment) || table === undefined) return fail("wrong-type", "eval: expected an environment", [environment]);
  // Expansion needs the host stack for itself.
  return unwindThen(() => new Loader(expandProgram([form], environment, table).map(metered)).run());
}, "(eval form environment) Expands and runs the form; it sees only what the environment imports.", { control: true });

define("environment", 0, Infinity, (...importSets: Value[]) => {
  beginEvaluation("environment");
  const environment = new Environment("environment", true);
  // A table of its own, with no native hook: code that is evaluated gets no port, whoever evaluates it.
  const table = new LibraryTable({ parent: standardTable() });
  tables.set(environment, table);
  const form = listFrom([LispSymbol.intern("import"), ...importSets]);
  return unwindThen(() => {
    const imports = expandProgram([form], environment, table);
    environment.takesImports = false;
    return then(new Loader(imports).run(), environment);
  });
}, "(environment import-set …) A fresh environment of pure standard libraries, for eval.", { control: true });

define("%load", 3, 3, (text: Value, file: Value, environment: Value) => {
  beginEvaluation("load");
  const table = environment instanceof Environment ? tables.get(environment) : undefined;
  if (!(environment instanceof Environment) || table === undefined) return fail("wrong-type", "load: expected an environment", [environment]);
  burnElements(checkString("load", 1, text).text.length * 4);
  const source = readAll(checkString("load", 1, text).text, checkString("load", 1, file).text);
  return unwindThen(() => new Loader(expandProgram(source, environment, table).map(metered)).run());
}, "(%load text file environment) Expands and runs the forms of a text.", { control: true });

/** What a program evaluates is compiled at its charge, but the libraries that it imports by that are not: any may be there already. */
function metered(unit: LoadableUnit): LoadableUnit {
  return unit.closed ? unit : { ...unit, metered: true };
}

/** The second value, once what the first is of has run. */
function then(value: Value, next: Value): Value {
  return value === UNWIND ? push(second, next) : next;
}

function second(_value: Value, next: Value): Value {
  return next;
}
