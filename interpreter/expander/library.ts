// Expands a library: its imports, its body as one closed unit, and the bindings it exports.
import { Expander } from "./expander.js";
import { expandTopLevel } from "./body.js";
import { sequence } from "./build.js";
import { type Binding, Environment } from "./environment.js";
import { failAt, type Form } from "./form.js";
import type { Bindings } from "./import-set.js";
import { contentsOf, declarationOf, type LibraryContents } from "./library-declaration.js";
import type { Expanded, LibraryTable } from "./library-table.js";
import { didYouMean } from "./nearest.js";
import { Scope } from "./scope.js";
import type { SplicedForm } from "./transformer.js";
import type { LispSymbol } from "../values/symbol.js";

/** Expands a define-library form with the table's libraries at hand. `more` are forms of its body that stand elsewhere. */
export function expandLibrary(form: Form, libraries: LibraryTable, more: readonly SplicedForm[] = []): Expanded {
  const { name } = declarationOf(form);
  const contents = contentsOf(form, libraries);
  const environment = new Environment(name, false);
  for (const declaration of contents.imports) libraries.importInto(environment, declaration, name);
  const body = expandTopLevel([...contents.body, ...more], new Scope(environment), new Expander(libraries));
  const exports = exportsFrom(environment, contents, libraries);
  environment.seal();
  return { unit: { name, body: sequence(body), closed: true }, exports, environment };
}

function exportsFrom(environment: Environment, contents: LibraryContents, libraries: LibraryTable): Bindings {
  const exports = new Map<LispSymbol, Binding>();
  for (const set of contents.exportedSets)
    for (const [name, binding] of libraries.importedBy(set, environment.name)) exports.set(name, binding);
  for (const { internal, external, at } of contents.exports) {
    const binding = environment.lookup(internal);
    if (binding === undefined) {
      const message = `${environment.name} exports ${internal.name} but neither defines nor imports it`;
      return failAt("unbound-variable", message + didYouMean(internal.name, environment), [], at.position);
    }
    if (exports.has(external)) at.bad(`${external.name} is exported twice`);
    exports.set(external, binding);
  }
  return exports;
}
