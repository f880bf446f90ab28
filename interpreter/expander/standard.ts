// The standard libraries: the native kernel and, above it, what is written in Lisp.
import { builtins } from "../builtins/index.js";
import { librarySources } from "../library/index.js";
import { listFrom } from "../values/pair.js";
import { LispSymbol } from "../values/symbol.js";
import { coreSyntax } from "./core-syntax/index.js";
import type { Binding } from "./environment.js";
import { FEATURES } from "./feature.js";
import { constantCell, KERNEL, kernelCell } from "./kernel.js";
import { type LibraryHooks, LibraryTable } from "./library-table.js";

/** The part of the kernel that programs may have: all but the parts of mechanisms, whose names begin with %. */
const NATIVE = "(ouro native)";

/**
 * A table of the standard libraries. Meant to be made once in a process and be the parent of all others.
 * All builtins must be defined before: the kernel library exports those that there are now.
 */
export function standardLibraries(hooks?: LibraryHooks): LibraryTable {
  const table = new LibraryTable(hooks);
  const kernel = kernelBindings();
  table.addInternal(KERNEL, kernel);
  table.addBindings(NATIVE, new Map([...kernel].filter(([symbol]) => !symbol.name.startsWith("%"))));
  for (const { file, text } of librarySources) table.addSource(file, text);
  return table;
}

function kernelBindings(): ReadonlyMap<LispSymbol, Binding> {
  const bindings = new Map<LispSymbol, Binding>();
  for (const name of builtins.keys()) bindings.set(LispSymbol.intern(name), kernelCell(name));
  for (const syntax of coreSyntax) bindings.set(syntax.name, syntax);
  const features = listFrom(FEATURES.map((feature) => LispSymbol.intern(feature)));
  bindings.set(LispSymbol.intern("%features"), constantCell("%features", KERNEL, features, "The features that cond-expand knows."));
  return bindings;
}
