// The libraries and the program of a text, each expanded on its own, so that what its names mean can be seen.
import type { Core } from "../compiler/core.js";
import { expandTopLevel } from "../expander/body.js";
import { type Binding, Environment } from "../expander/environment.js";
import { Expander } from "../expander/expander.js";
import { Form } from "../expander/form.js";
import { isIdentifier, nameOf } from "../expander/identifier.js";
import { contentsOf, declarationOf, definesLibrary } from "../expander/library-declaration.js";
import { LibraryTable } from "../expander/library-table.js";
import { Scope } from "../expander/scope.js";
import type { SplicedForm } from "../expander/transformer.js";
import { nodeDatum } from "../reader/datum.js";
import { topLevel, type Tree } from "../reader/tree.js";
import { Pair } from "../values/pair.js";
import { type Position, positionOf } from "../values/position.js";
import type { Value } from "../values/value.js";

/** A library or the program of a text. */
export interface SourceUnit {
  readonly environment: Environment;
  readonly forms: readonly Core[];
  /** A library's own exports, in the order of its declarations. */
  readonly exports: readonly { readonly binding: Binding | undefined; readonly external: string; readonly position: Position | undefined }[];
}

/**
 * The units of a text: its libraries in order, then all other forms as a program, which has `(ouro base)` if it imports
 * nothing. `libraries` knows what they import, and stays as it is. Names without a binding become cells of their unit.
 * Errors: those of the expander.
 */
export function expandUnits(tree: Tree, libraries: LibraryTable): SourceUnit[] {
  const data = topLevel(tree).map((node) => nodeDatum(node, tree.source));
  const forms = data.map(definesLibrary);
  const table = new LibraryTable({ parent: libraries, readSource: libraries.hooks.readSource });
  for (const form of forms) if (form !== undefined) table.addForm(form);
  const units = forms.flatMap((form) => (form === undefined ? [] : [libraryUnit(form, table)]));
  const program = data.filter((_, index) => forms[index] === undefined);
  return program.length === 0 ? units : [...units, programUnit(program, tree.source.file, table)];
}

/** Is the datum an `(import set …)` form, as a program begins with? */
export function isImport(datum: Value): boolean {
  return datum instanceof Pair && isIdentifier(datum.car) && nameOf(datum.car) === "import";
}

function libraryUnit(form: Form, table: LibraryTable): SourceUnit {
  const { name } = declarationOf(form);
  const contents = contentsOf(form, table);
  const environment = new Environment(name, true);
  for (const declaration of contents.imports) table.importInto(environment, declaration, name);
  const forms = expanded(contents.body, environment, table);
  const exports = contents.exports.map(({ internal, external, at }) => ({ binding: environment.lookup(internal), external: external.name, position: at.position }));
  return { environment, forms, exports };
}

function programUnit(data: readonly Value[], name: string, table: LibraryTable): SourceUnit {
  const environment = new Environment(name, true);
  const imports = data.filter(isImport);
  if (imports.length === 0) for (const [symbol, binding] of table.exportsOf("(ouro base)")) environment.bind(symbol, binding);
  for (const datum of imports) table.importInto(environment, new Form(datum, positionOf(datum), "(import set ...)"));
  const body = data.filter((datum) => !isImport(datum)).map((datum) => ({ datum, position: positionOf(datum) }));
  return { environment, forms: expanded(body, environment, table), exports: [] };
}

function expanded(body: readonly SplicedForm[], environment: Environment, table: LibraryTable): Core[] {
  return expandTopLevel(body, new Scope(environment), new Expander(table));
}
