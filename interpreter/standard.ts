// The standard libraries of the process: as the build compiled them, or from their texts. And that compilation itself.
import { keepLibrary, type KeepingContext, keepUnit } from "./cache/keep.js";
import type { KeptLibrary, KeptProcedure } from "./cache/kept.js";
import { LinkedUnit, linkLibrary } from "./cache/link.js";
import { instantiateUnit, translateUnit, type UnitCode } from "./compiler/compile.js";
import type { Definition } from "./compiler/core.js";
import { type Cell, libraryNamesIn, type LibraryHooks, type LibraryTable, standardLibraries } from "./expander/index.js";
import { type CompiledLibrary, compiledLibraries } from "./library/compiled.js";
import { librarySources } from "./library/index.js";
import { deferredProcedure } from "./machine/deferred.js";
import { Computation, type ComputationOptions } from "./machine/computation.js";
import { Loader, type LoadableUnit } from "./machine/loader.js";
import { aside } from "./machine/machine.js";
import type { Procedure, Value } from "./values/value.js";

/** Fuel, bytes and time that the bodies of libraries may use while they load. */
export const LOADING: ComputationOptions = { steps: 50_000_000, bytes: 500_000_000, milliseconds: 20_000 };

/** Runs the bodies of libraries. */
export function runUnits(units: readonly LoadableUnit[], limits: ComputationOptions): Value {
  const loader = new Loader(units);
  return new Computation(() => loader.run(), [], limits).finish();
}

let standard: LibraryTable | undefined;

/** The standard libraries of the process. No program pays for loading one, or its steps would depend on who came first. */
export function standardTable(): LibraryTable {
  if (standard === undefined) {
    standard = loadingTable({ deferProcedure: fromDefinition, cache: compiledLibraries === undefined ? undefined : compiledCache(compiledLibraries) });
    // Errors of native code and exceeded limits enter procedures of this library, whatever a program imports.
    standard.exportsOf("(ouro control)");
  }
  return standard;
}

/** A standard library as JSON: what there is of it at once, and each procedure that waits to be called. */
export interface CompiledText {
  readonly library: string;
  readonly procedures: readonly string[];
}

/** Compiles the standard libraries from their texts, by printed name. What the build embeds; see library/compiled.ts. */
export function compileStandard(): ReadonlyMap<string, CompiledText> {
  const definitions = new Map<Value, () => Definition>();
  const expanded: { context: KeepingContext; code: UnitCode; waiting: Value[] }[] = [];
  const table = loadingTable({
    deferProcedure(definition) {
      const procedure = fromDefinition(definition);
      definitions.set(procedure, definition);
      return procedure;
    },
    cache: {
      find: () => undefined,
      note({ name }, library, imports, own) {
        const waiting: Value[] = [];
        const deferredIndex = (value: Value): number | undefined => (definitions.has(value) ? waiting.push(value) - 1 : undefined);
        const context = { name, expanded: library, imports, table: own, deferredIndex };
        const keep = (code: UnitCode): void => void expanded.push({ context, code, waiting });
        return { ...library, unit: { ...library.unit, record: { unit: `0l${expanded.length.toString(36)}`, keep } } };
      },
    },
  });
  for (const { text } of librarySources) for (const name of libraryNamesIn(text)) table.exportsOf(name);
  // Only now: a procedure is compiled when its library has been loaded, as it is when it is called.
  return new Map(expanded.map(({ context, code, waiting }, library) => [context.name, compiledText(context, code, waiting, (index) => `0p${library.toString(36)}x${index.toString(36)}`, definitions)]));
}

function compiledText(
  context: KeepingContext, code: UnitCode, waiting: readonly Value[], unitName: (index: number) => string, definitions: ReadonlyMap<Value, () => Definition>,
): CompiledText {
  const library = keepLibrary(context, code);
  if (library === undefined) throw new Error(`${context.name} cannot be kept`);
  const procedures = waiting.map((procedure, index): KeptProcedure => {
    const definition = (definitions.get(procedure) as () => Definition)();
    const kept = keepUnit(translateUnit(definition, true, unitName(index)), context);
    return { cell: context.expanded.environment.cells.indexOf(definition.cell), doc: definition.cell.doc, code: kept };
  });
  return { library: JSON.stringify(library), procedures: procedures.map((each) => JSON.stringify(each)) };
}

/** A table of the standard libraries in which each is run as soon as it is there. */
function loadingTable(hooks: LibraryHooks): LibraryTable {
  return standardLibraries({
    ...hooks,
    instantiate: (expand) => aside(() => {
      const expanded = expand();
      runUnits([expanded.unit], LOADING);
      return expanded;
    }),
    identity: "standard",
  });
}

/** The libraries that the build compiled, in place of their texts. */
function compiledCache(compiled: Readonly<Record<string, CompiledLibrary>>): LibraryHooks["cache"] {
  return {
    find({ name }, table) {
      const known = compiled[name];
      if (known === undefined) return undefined;
      const context = { name, table };
      const deferred = (index: number, own: readonly Cell[]): Procedure => waitingProcedure(() => {
        const { cell, doc, code } = JSON.parse((known.procedures[index] as () => string)()) as KeptProcedure;
        const location = own[cell] as Cell;
        location.doc = doc;
        return { cell: location, code: new LinkedUnit(code, own, context) };
      });
      return linkLibrary(JSON.parse(known.library()) as KeptLibrary, { ...context, deferred });
    },
    note: (_library, expanded) => expanded,
  };
}

function fromDefinition(definition: () => Definition): Procedure {
  return waitingProcedure(() => {
    const define = definition();
    return { cell: define.cell, code: translateUnit(define, true) };
  });
}

/** The code of a procedure of a standard library, to be made when it is first called. Direct calls enter it from then on. */
function waitingProcedure(prepare: () => { readonly cell: Cell; readonly code: UnitCode }): Procedure {
  const procedure = deferredProcedure(() => {
    const { cell, code } = prepare();
    for (const thunk of instantiateUnit(code)) thunk();
    // The cell keeps the value that others may hold already; its code is the new one.
    cell.value = procedure;
    return cell.code as Procedure;
  });
  return procedure;
}
