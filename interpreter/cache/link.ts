// Kept libraries linked again: their locations and macros made anew, their code ready to run.
import { builtins } from "../builtins/index.js";
import type { UnitCode } from "../compiler/compile.js";
import { Cell, Environment, Syntax } from "../expander/environment.js";
import type { Bindings } from "../expander/import-set.js";
import { Form } from "../expander/form.js";
import { kernelCell } from "../expander/kernel.js";
import type { Expanded, LibraryTable } from "../expander/library-table.js";
import { Scope } from "../expander/scope.js";
import { stripSyntax } from "../expander/strip.js";
import { compileSyntaxRules } from "../expander/syntax-rules.js";
import type { Macro } from "../expander/transformer.js";
import type { ProcedureInformation } from "../machine/backtrace.js";
import { readAll } from "../reader/datum.js";
import { Flonum } from "../values/number.js";
import type { Position } from "../values/position.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import { ABSENT, EOF, singletonName, UNINITIALISED, UNSPECIFIED, type Value } from "../values/value.js";
import { type KeptBringing, type KeptCell, type KeptConstant, type KeptLibrary, type KeptUnit, LinkFailure } from "./kept.js";

/** Where a kept library is linked. */
export interface LinkingContext {
  readonly name: string;
  readonly table: LibraryTable;
  /** The procedure whose code is kept by itself under an index. */
  deferred?(index: number, own: readonly Cell[]): Value;
}

/** The library, ready to run. What it imports is loaded before. Throws LinkFailure. */
export function linkLibrary(kept: KeptLibrary, context: LinkingContext): Expanded {
  const { name, table } = context;
  for (const library of kept.imports) table.exportsOf(library, name);
  const environment = new LinkedEnvironment(kept, context);
  const exports = new Map(brought(kept.exports, context));
  for (const [external, index] of kept.ownExports) exports.set(LispSymbol.intern(external), environment.ownAt(index));
  const code = new LinkedUnit(kept.body, environment.cells, context);
  return { unit: { name, body: { kind: "constant", value: UNSPECIFIED }, closed: true, code }, exports, environment };
}

/** The environment of a library, for its macros: what it has from elsewhere is bound when a name is first looked up. */
class LinkedEnvironment extends Environment {
  private readonly macros: readonly Syntax[];
  private isWhole = false;

  constructor(private readonly kept: KeptLibrary, private readonly context: LinkingContext) {
    super(context.name, false);
    for (const { name, doc, constant } of kept.cells) {
      const cell = new Cell(LispSymbol.intern(name), context.name);
      cell.doc = doc;
      cell.constant = constant === true;
      this.cells.push(cell);
    }
    const scope = new Scope(this);
    this.macros = kept.macros.map(({ name, doc, shape, rules }) => {
      const symbol = LispSymbol.intern(name);
      return new Syntax(symbol, waitingMacro(symbol, shape, rules, scope), doc);
    });
  }

  /** An own binding by its index, as `ownExports` counts. */
  ownAt(index: number): Cell | Syntax {
    const binding = index >= 0 ? this.cells[index] : this.macros[-1 - index];
    if (binding === undefined) throw new LinkFailure(String(index));
    return binding;
  }

  override owns(binding: Cell | Syntax): boolean {
    return binding instanceof Cell ? this.cells.includes(binding) : this.macros.includes(binding);
  }

  override lookup(name: Parameters<Environment["lookup"]>[0]): Cell | Syntax | undefined {
    this.complete();
    return super.lookup(name);
  }

  override names(): IterableIterator<LispSymbol> {
    this.complete();
    return super.names();
  }

  private complete(): void {
    if (this.isWhole) return;
    this.isWhole = true;
    for (const [name, binding] of brought(this.kept.environment, this.context)) this.bind(name, binding);
    this.kept.cells.forEach(({ hidden }, index) => {
      const cell = this.cells[index] as Cell;
      if (hidden === undefined) this.bind(cell.name, cell);
    });
    for (const macro of this.macros) this.bind(macro.name, macro);
  }
}

/** A macro whose rules are read when it is first used. */
function waitingMacro(name: LispSymbol, shape: string, rules: string, scope: Scope): Macro {
  let macro: Macro | undefined;
  const made = (): Macro => (macro ??= compileSyntaxRules(new Form(readAll(rules, name.name)[0] as Value, undefined, shape), scope, name));
  return {
    kind: "macro", shape,
    get rules() { return made().rules; },
    rewrite: (use, useScope) => made().rewrite(use, useScope),
  };
}

function* brought(bringings: readonly KeptBringing[], { name: importer, table }: LinkingContext): Iterable<[LispSymbol, Cell | Syntax]> {
  for (const { library, names } of bringings) {
    const exports = table.exportsOf(library, importer);
    if (names === undefined) yield* exports;
    else for (const [external, name] of names) yield [LispSymbol.intern(name), exportedAs(external, library, exports)];
  }
}

function exportedAs(external: string, library: string, exports: Bindings): Cell | Syntax {
  return exports.get(LispSymbol.intern(external)) ?? fails(`${library} exports no ${external}`);
}

function fails(what: string): never {
  throw new LinkFailure(what);
}

/** A kept unit as the compiler would give it. What only people ask for is made when they ask. */
export class LinkedUnit implements UnitCode {
  readonly unit: string;
  readonly source: string;
  readonly constants: readonly Value[];
  readonly cells: readonly Cell[];
  private known: ReadonlyMap<string, ProcedureInformation> | undefined;

  constructor(private readonly kept: KeptUnit, own: readonly Cell[], context: LinkingContext) {
    this.unit = kept.unit;
    this.source = kept.source;
    this.cells = kept.cells.map((cell) => linkCell(cell, own, context));
    this.constants = kept.constants.map((constant) => linkConstant(constant, own, context));
  }

  get procedures(): ReadonlyMap<string, ProcedureInformation> {
    return (this.known ??= new Map(this.kept.procedures.map(([functionName, name, parameters, doc, place]) =>
      [functionName, { name, parameters, doc: doc ?? undefined, position: this.place(place) }])));
  }

  get positions(): readonly Position[] {
    return this.kept.positions.map((index) => this.place(index) as Position);
  }

  private place(index: number): Position | undefined {
    const place = this.kept.places[index];
    if (place === undefined) return undefined;
    const [line, column, offset, endOffset, file] = place;
    return { file: this.kept.files[file] as string, line, column, offset, endOffset };
  }
}

function linkCell(kept: KeptCell, own: readonly Cell[], { name, table }: LinkingContext): Cell {
  switch (kept[0]) {
    case "builtin": return kernelCell(kept[1]);
    case "own": return own[kept[1]] ?? fails("own");
    case "of": return table.expandedOf(kept[1])?.environment.cells[kept[2]] ?? fails(kept[1]);
    case "exported": {
      const binding = exportedAs(kept[2], kept[1], table.exportsOf(kept[1], name));
      return binding instanceof Cell ? binding : fails(kept[2]);
    }
  }
}

const SINGLETONS: readonly Value[] = [UNSPECIFIED, UNINITIALISED, EOF, ABSENT];

function linkConstant(kept: KeptConstant, own: readonly Cell[], context: LinkingContext): Value {
  switch (kept[0]) {
    case "symbol": return LispSymbol.intern(kept[1]);
    case "keyword": return Keyword.intern(kept[1]);
    case "string": return new LispString(kept[1], true);
    case "character": return Char.of(kept[1]);
    case "flonum": return new Flonum(Number(kept[1]));
    case "integer": return BigInt(kept[1]);
    case "name": return kept[1];
    case "builtin": return builtins.get(kept[1])?.raw ?? fails(kept[1]);
    case "singleton": return SINGLETONS.find((each) => singletonName(each) === kept[1]) ?? fails(kept[1]);
    case "deferred": return context.deferred?.(kept[1], own) ?? fails("deferred");
    case "datum": return stripSyntax(readAll(kept[1], "a kept constant")[0] as Value);
  }
}
