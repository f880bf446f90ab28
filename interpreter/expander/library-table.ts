// The libraries that programs may import: as source text, as native bindings, or expanded already.
import type { UnitCode } from "../compiler/compile.js";
import type { Core, Definition } from "../compiler/core.js";
import { aside } from "../machine/machine.js";
import { allocate, burn, BYTES, STEPS } from "../machine/meter.js";
import { readAll } from "../reader/datum.js";
import { Condition, LispError } from "../values/condition.js";
import type { Position } from "../values/position.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import type { Binding, Cell, Environment } from "./environment.js";
import { failAt, type Form } from "./form.js";
import { type Bindings, importSet } from "./import-set.js";
import { constantCell } from "./kernel.js";
import { expandLibrary } from "./library.js";
import { declarationOf, definesLibrary } from "./library-declaration.js";
import { outlineOf } from "./outline.js";
import { nearest, suggestion } from "./nearest.js";

/** Code to run: a program, a form, or the body of a library. A closed one is a library's: run once. */
export interface Unit {
  readonly name: string;
  readonly body: Core;
  readonly closed: boolean;
  /** What the body was compiled to in an earlier process. */
  readonly code?: UnitCode;
  /** Where its code is to be kept, under a name for the unit. */
  readonly record?: { readonly unit: string; keep(code: UnitCode): void };
}

/** A library as it stands in a text of several. */
export interface LibraryText {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** Keeps libraries as they were compiled. Whatever it answers, a library is the same as if its text was expanded. */
export interface LibraryCache {
  /** The library ready to run, all that it imports loaded; undefined if it must be expanded. */
  find(library: LibraryText, table: LibraryTable): Expanded | undefined;
  /** Told of a library that was expanded now, and of what it imported, in that order. Answers the same with a record. */
  note(library: LibraryText, expanded: Expanded, imports: readonly string[], table: LibraryTable): Expanded;
}

export interface LibraryHooks {
  /** Where a library is looked for that this table does not have; shared by all that have the same parent. */
  readonly parent?: LibraryTable;
  /**
   * The procedures of a library that a host grants, by external name. `importer` is the printed name of the
   * library that imports it, undefined for a program or a session: each importer may be given others.
   */
  native?(name: string, importer: string | undefined): ReadonlyMap<string, Value> | undefined;
  /** The text of a file that `include` names; without this hook, include is refused. */
  readSource?(file: string, includedFrom: string | undefined): SourceText;
  /**
   * Does the reading and expanding of a library, and runs its body at once. Without this hook, that is done as
   * part of the program that imports it, and the body waits for `takeUnits`.
   */
  instantiate?(expand: () => Expanded): Expanded;
  readonly cache?: LibraryCache;
  /** What tells the libraries of this table apart from all others of their names, if one name for all of them does. */
  readonly identity?: string;
  /**
   * A procedure that stands for the one that the definition defines, which is read and expanded when that is
   * called. Only for libraries that are written as `outlineOf` wants them, and that assign none of their
   * top-level names: who assigns what must be known beforehand.
   */
  deferProcedure?(definition: () => Definition): Value;
}

/** A text, and the name of its file as positions show it and further includes count from. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

export interface Expanded {
  readonly unit: Unit;
  readonly exports: Bindings;
  readonly environment: Environment;
  /** Told by the cache: a hash of all that the library is made of. */
  readonly identity?: string;
}

type Entry =
  | Source
  | { state: "expanding" }
  | { state: "ready"; exports: Bindings; source?: Source; expanded?: Expanded };

/** What the expansion of a library looked at beside its text. */
interface Seen {
  readonly imports: Set<string>;
  /** True if it asked for what no identity tells: files, or which libraries there are. */
  outside: boolean;
}

type Source = { state: "text"; file: string; text: string } | { state: "declared"; form: Form };

/** Libraries by printed name. Each is read and expanded when it is first imported, and once. */
export class LibraryTable {
  private readonly entries = new Map<string, Entry>();
  /** What only the libraries of this table see, not those of tables that have it as their parent. */
  private readonly internal = new Map<string, Bindings>();
  private readonly granted = new WeakMap<ReadonlyMap<string, Value>, Bindings>();
  private readonly expanding: string[] = [];
  private readonly seen: Seen[] = [];
  private waiting: Unit[] = [];

  constructor(readonly hooks: LibraryHooks = {}) {}

  /** Adds the libraries of a text. Each `(define-library (name …)` must begin a line, its name on the same one. */
  addSource(file: string, text: string): void {
    for (const name of libraryNamesIn(text)) this.entries.set(name, { state: "text", file, text });
  }

  /** Adds a library from a `define-library` form, in place of any older one of that name. */
  addForm(form: Form): string {
    const name = declarationOf(form).name;
    this.entries.set(name, { state: "declared", form });
    return name;
  }

  /** Adds a library of native values, by external name. */
  addNative(name: string, values: ReadonlyMap<string, Value>): void {
    this.addBindings(name, cellsOf(name, values));
  }

  /** Adds a library of bindings that exist already. */
  addBindings(name: string, exports: Bindings): void {
    this.entries.set(name, { state: "ready", exports });
  }

  /** Adds a library for those of this very table alone. */
  addInternal(name: string, exports: Bindings): void {
    this.internal.set(name, exports);
  }

  /** Takes back the expansion of a library whose body failed: the next import expands it again, and gets new cells. */
  forget(name: string): void {
    const entry = this.entries.get(name);
    if (entry?.state === "ready" && entry.source !== undefined) this.entries.set(name, entry.source);
    else if (entry === undefined) this.hooks.parent?.forget(name);
  }

  /** The printed names of all libraries here and in the parents; those that only the native hook knows are not among them. */
  names(): string[] {
    return [...new Set([...this.entries.keys(), ...(this.hooks.parent?.names() ?? [])])].sort();
  }

  /** Is there such a library for this importer? */
  has(name: string, importer?: string): boolean {
    this.lookOutside();
    return this.knows(name, importer);
  }

  /** What a library exports. It is expanded if it was not yet; then its unit waits for `takeUnits`. */
  exportsOf(name: string, importer?: string, position?: Position): Bindings {
    const found = this.internal.get(name) ?? this.find(name, importer, position);
    return found ?? failAt("unknown-library", `there is no library ${name}${suggestion(nearest(name, this.names()))}`, [], position);
  }

  /** Binds in the environment what the import sets of an `(import set …)` form bring. */
  importInto(environment: Environment, form: Form, importer?: string): void {
    const imported = this.importedBy(form, importer);
    burn(STEPS.binding * imported.size);
    allocate(BYTES.binding * imported.size);
    for (const [name, binding] of imported) environment.bind(name, binding);
  }

  /** What the import sets after the first element of a form bring. */
  importedBy(form: Form, importer?: string): Bindings {
    const sets = form.items.slice(1).map((_, index) =>
      importSet(form, index + 1, (name, position) => {
        this.seen.at(-1)?.imports.add(name);
        return this.exportsOf(name, importer, position);
      }));
    return new Map(sets.flatMap((set) => [...set]));
  }

  /** The bodies of libraries expanded since the last call, here and in the parents: to be run in this order, before what imported them. */
  takeUnits(): Unit[] {
    const units = [...(this.hooks.parent?.takeUnits() ?? []), ...this.waiting];
    this.waiting = [];
    return units;
  }

  /** The data of a file that `include` names. */
  readFile(file: string, foldCase: boolean, position: Position | undefined): Value[] {
    this.lookOutside();
    const source = this.sourceOf(file, position);
    return readAll(foldCase ? `#!fold-case ${source.text}` : source.text, source.file);
  }

  /** The same, not noted as something that an expansion depends on. */
  knows(name: string, importer?: string): boolean {
    return this.entries.has(name) || this.hooks.native?.(name, importer) !== undefined || (this.hooks.parent?.knows(name, importer) ?? false);
  }

  /** A library that was expanded here or in a parent. */
  expandedOf(name: string): Expanded | undefined {
    const entry = this.entries.get(name);
    return entry === undefined ? this.hooks.parent?.expandedOf(name) : entry.state === "ready" ? entry.expanded : undefined;
  }

  /** The locations that the loaded libraries of this table define, each library's in order. */
  definedCells(): Cell[] {
    return Array.from(this.entries.values(), (entry) => (entry.state === "ready" ? entry.expanded?.environment.cells ?? [] : [])).flat();
  }

  /** What a library is made of: equal only for equal ones. Undefined if that is not known. To be asked when it is loaded. */
  identityOf(name: string, importer: string | undefined): string | undefined {
    const entry = this.entries.get(name);
    if (this.hooks.identity !== undefined && (entry !== undefined || this.internal.has(name))) return this.hooks.identity;
    if (entry !== undefined) return entry.state === "ready" ? entry.expanded?.identity : undefined;
    const native = this.hooks.native?.(name, importer);
    if (native !== undefined) return `native ${Array.from(native, ([each, value]) => `${each}:${typeof value}`).join(" ")}`;
    return this.hooks.parent?.identityOf(name, importer);
  }

  private lookOutside(): void {
    const seen = this.seen.at(-1);
    if (seen !== undefined) seen.outside = true;
  }

  private sourceOf(file: string, position: Position | undefined): SourceText {
    if (this.hooks.readSource !== undefined) return this.hooks.readSource(file, position?.file);
    return failAt("bad-syntax", `include of "${file}": no files can be read here`, [], position, "Write the forms in place, or in a library.");
  }

  private find(name: string, importer: string | undefined, position?: Position): Bindings | undefined {
    const entry = this.entries.get(name);
    if (entry === undefined) return this.inherited(name, importer);
    if (entry.state === "ready") return entry.exports;
    if (entry.state === "expanding") return this.cycle(name, position);
    return this.instantiate(name, entry);
  }

  /** What a host grants of a library takes the place of what the standard library has under the same names. */
  private inherited(name: string, importer: string | undefined): Bindings | undefined {
    const granted = this.nativeExports(name, importer);
    const inherited = this.hooks.parent?.find(name, importer);
    return granted === undefined || inherited === undefined ? granted ?? inherited : new Map([...inherited, ...granted]);
  }

  private nativeExports(name: string, importer: string | undefined): Bindings | undefined {
    const values = this.hooks.native?.(name, importer);
    if (values === undefined) return undefined;
    let exports = this.granted.get(values);
    if (exports === undefined) this.granted.set(values, (exports = cellsOf(name, values)));
    return exports;
  }

  /** Expands a library. If that fails, the entry is as before, so the next import meets the same error. */
  private instantiate(name: string, entry: Source): Bindings | undefined {
    this.entries.set(name, { state: "expanding" });
    this.expanding.push(name);
    try {
      const expand = () => (entry.state === "declared" ? this.expand(name, entry) : aside(() => this.findOrExpand(name, entry)));
      const expanded = this.hooks.instantiate?.(expand) ?? expand();
      this.entries.set(name, { state: "ready", exports: expanded.exports, source: entry, expanded });
      if (this.hooks.instantiate === undefined) this.waiting.push(expanded.unit);
      return expanded.exports;
    } finally {
      this.expanding.pop();
      if (this.entries.get(name)?.state === "expanding") this.entries.set(name, entry);
    }
  }

  /** No program pays for this, or its steps would depend on what the cache has. */
  private findOrExpand(name: string, entry: Extract<Source, { state: "text" }>): Expanded {
    const library = { name, file: entry.file, text: entry.text };
    const known = this.hooks.cache?.find(library, this);
    if (known !== undefined) return known;
    const seen: Seen = { imports: new Set(), outside: false };
    this.seen.push(seen);
    try {
      const expanded = this.expand(name, entry);
      return seen.outside ? expanded : (this.hooks.cache?.note(library, expanded, [...seen.imports], this) ?? expanded);
    } finally {
      this.seen.pop();
    }
  }

  private expand(name: string, entry: Source): Expanded {
    const outline = entry.state === "text" && this.hooks.deferProcedure !== undefined ? outlineOf(entry.file, entry.text, name) : undefined;
    if (outline !== undefined) return expandLibrary(outline.form, this, outline.body);
    const form = entry.state === "declared" ? entry.form : libraryFormIn(entry, name);
    return form === undefined ? failAt("unknown-library", `there is no library ${name}`, [], undefined) : expandLibrary(form, this);
  }

  private cycle(name: string, position: Position | undefined): never {
    const path = [...this.expanding.slice(this.expanding.indexOf(name)), name].join(" imports ");
    const hint = "Move what both need into a third library.";
    throw new LispError(new Condition("import-error", `libraries import each other: ${path}`, [], position, hint));
  }
}

/** The names of the libraries that a text defines at the beginnings of its lines. */
export function libraryNamesIn(text: string): string[] {
  return Array.from(text.matchAll(/^\(define-library\s+(\([^()]*\))/gm), ([, name]) => (name as string).trim().replace(/\s+/g, " "));
}

function libraryFormIn({ file, text }: { file: string; text: string }, name: string): Form | undefined {
  return readAll(text, file)
    .map(definesLibrary)
    .find((form): form is Form => form !== undefined && declarationOf(form).name === name);
}

function cellsOf(library: string, values: ReadonlyMap<string, Value>): Bindings {
  const cells = new Map<LispSymbol, Binding>();
  for (const [name, value] of values) cells.set(LispSymbol.intern(name), constantCell(name, library, value));
  return cells;
}
