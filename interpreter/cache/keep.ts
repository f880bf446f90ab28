// Compiled libraries as data that can be kept. What cannot be told as data makes a library one that is not kept.
import { builtins } from "../builtins/index.js";
import type { UnitCode } from "../compiler/compile.js";
import { Cell, type Environment, Syntax } from "../expander/environment.js";
import type { Bindings } from "../expander/import-set.js";
import { kernelCell } from "../expander/kernel.js";
import type { Expanded, LibraryTable } from "../expander/library-table.js";
import { write, writeShared } from "../printer/print.js";
import { Flonum } from "../values/number.js";
import type { Position } from "../values/position.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import { singletonName, type Value } from "../values/value.js";
import type { KeptBringing, KeptCell, KeptConstant, KeptLibrary, KeptPosition, KeptUnit } from "./kept.js";

/** Thrown for what has no kept form. */
export class NotKept extends Error {}

/** What a library is kept from. */
export interface KeepingContext {
  readonly name: string;
  readonly expanded: Expanded;
  readonly imports: readonly string[];
  readonly table: LibraryTable;
  /** The index of a procedure whose code is kept by itself. */
  deferredIndex?(procedure: Value): number | undefined;
}

/** The kept form of a library whose body was compiled to `code`; undefined if it has none. */
export function keepLibrary(context: KeepingContext, code: UnitCode): KeptLibrary | undefined {
  try {
    return libraryData(context, code);
  } catch (error) {
    if (error instanceof NotKept) return undefined;
    throw error;
  }
}

function libraryData(context: KeepingContext, code: UnitCode): KeptLibrary {
  const { imports, expanded: { environment, exports } } = context;
  const macros = ownMacros(environment);
  const macroIndex = (syntax: Syntax): number => macros.indexOf(syntax);
  const indexOf = (binding: Cell | Syntax): number => (binding instanceof Cell ? environment.cells.indexOf(binding) : -1 - macroIndex(binding));
  const bound = new Map(Array.from(environment.names(), (name) => [name, environment.lookup(name) as Cell | Syntax]));
  return {
    imports,
    cells: environment.cells.map((cell) => ({
      name: cell.name.name, doc: cell.doc, constant: cell.constant || undefined, hidden: bound.get(cell.name) === cell ? undefined : true,
    })),
    macros: macros.map((syntax) => macroData(syntax, environment)),
    environment: bringings(bound, context),
    exports: bringings(exports, context),
    ownExports: [...exports].filter(([, binding]) => environment.owns(binding)).map(([external, binding]) => [external.name, indexOf(binding)]),
    body: keepUnit(code, context),
  };
}

function ownMacros(environment: Environment): Syntax[] {
  return Array.from(environment.names(), (name) => environment.lookup(name)).filter((each): each is Syntax => each instanceof Syntax && environment.owns(each));
}

function macroData({ name, doc, transformer }: Syntax, environment: Environment): KeptLibrary["macros"][number] {
  const rules = transformer.kind === "macro" ? transformer.rules : undefined;
  if (rules === undefined || rules.scope.environment !== environment || !rules.scope.isTopLevel) throw new NotKept(`${name.name} is a macro of another kind`);
  return { name: name.name, doc, shape: transformer.shape, rules: datumText(rules.form) };
}

/** Where the bindings that the library does not own come from, library by library. */
function bringings(bindings: Bindings, { name: importer, imports, table, expanded }: KeepingContext): KeptBringing[] {
  const left = new Map([...bindings].filter(([, binding]) => !expanded.environment.owns(binding)));
  const found: KeptBringing[] = [];
  for (const library of imports) {
    const exported = table.exportsOf(library, importer);
    const isWhole = Array.from(exported).every(([symbol, binding]) => bindings.get(symbol) === binding);
    const names = isWhole ? undefined : renamed(exported, left);
    if (isWhole) for (const symbol of exported.keys()) left.delete(symbol);
    else for (const [, own] of names ?? []) left.delete(LispSymbol.intern(own));
    if (isWhole || (names ?? []).length > 0) found.push({ library, names });
  }
  if (left.size > 0) throw new NotKept(`${[...left.keys()][0]?.name} comes from nowhere`);
  return found;
}

function renamed(exported: Bindings, wanted: Bindings): [external: string, name: string][] {
  const externals = new Map(Array.from(exported, ([symbol, binding]) => [binding, symbol.name]));
  return [...wanted].flatMap(([symbol, binding]): [string, string][] => {
    const external = externals.get(binding);
    return external === undefined ? [] : [[external, symbol.name]];
  });
}

/** The kept form of a unit of the library. Throws NotKept. */
export function keepUnit({ unit, source, constants, cells, procedures, positions }: UnitCode, context: KeepingContext): KeptUnit {
  const places = new Map<string, number>();
  const files = new Map<string, number>();
  const indexIn = (map: Map<string, number>, key: string): number => map.get(key) ?? (map.set(key, map.size), map.size - 1);
  const place = (position: Position | undefined): number =>
    position === undefined ? -1 : indexIn(places, JSON.stringify([position.line, position.column, position.offset, position.endOffset, indexIn(files, position.file)] satisfies KeptPosition));
  return {
    unit, source,
    constants: constants.map((constant) => keepConstant(constant, context)),
    cells: cells.map((cell) => keepCell(cell, context)),
    procedures: Array.from(procedures, ([functionName, { name, parameters, doc = null, position }]) => [functionName, name, parameters, doc, place(position)]),
    positions: positions.map(place),
    files: [...files.keys()],
    places: Array.from(places.keys(), (text) => JSON.parse(text) as KeptPosition),
  };
}

function keepConstant(value: Value, context: KeepingContext): KeptConstant {
  if (typeof value === "function") {
    const deferred = context.deferredIndex?.(value);
    return deferred === undefined ? ["builtin", builtinNames().get(value) ?? notKept(value)] : ["deferred", deferred];
  }
  if (typeof value === "string") return ["name", value];
  if (typeof value === "bigint") return ["integer", String(value)];
  if (value instanceof LispSymbol) return LispSymbol.intern(value.name) === value ? ["symbol", value.name] : notKept(value);
  if (value instanceof Keyword) return ["keyword", value.name];
  if (value instanceof LispString) return value.immutable ? ["string", value.text] : notKept(value);
  if (value instanceof Char) return ["character", value.codePoint];
  if (value instanceof Flonum) return ["flonum", Object.is(value.value, -0) ? "-0" : String(value.value)];
  const singleton = singletonName(value);
  return singleton === undefined ? ["datum", datumText(value)] : ["singleton", singleton];
}

let names: Map<unknown, string> | undefined;

function builtinNames(): ReadonlyMap<unknown, string> {
  return (names ??= new Map(Array.from(builtins.values(), ({ raw, name }) => [raw, name])));
}

function notKept(value: Value): never {
  throw new NotKept(`${write(value)} has no kept form`);
}

/** A text that reads back as the datum. What has no such text prints with #<. */
function datumText(datum: Value): string {
  const text = writeShared(datum);
  return text.includes("#<") ? notKept(datum) : text;
}

function keepCell(cell: Cell, context: KeepingContext): KeptCell {
  if (cell.builtin !== undefined && kernelCell(cell.builtin) === cell) return ["builtin", cell.builtin];
  const known = originsOf(context).get(cell);
  if (known !== undefined) return known;
  // A macro put it here: it is its library's own.
  const index = context.table.expandedOf(cell.library)?.environment.cells.indexOf(cell) ?? -1;
  if (index < 0) throw new NotKept(`${cell.name.name} of ${cell.library} cannot be found again`);
  return ["of", cell.library, index];
}

const origins = new WeakMap<KeepingContext, ReadonlyMap<unknown, KeptCell>>();

/** The library's own locations and those that it imports. */
function originsOf(context: KeepingContext): ReadonlyMap<unknown, KeptCell> {
  const known = origins.get(context);
  if (known !== undefined) return known;
  const { name, imports, table, expanded: { environment } } = context;
  const made = new Map<unknown, KeptCell>();
  for (const library of imports)
    for (const [symbol, binding] of table.exportsOf(library, name)) if (!made.has(binding)) made.set(binding, ["exported", library, symbol.name]);
  environment.cells.forEach((cell, index) => made.set(cell, ["own", index]));
  origins.set(context, made);
  return made;
}
