// define-library taken apart into what it exports, imports and contains (R7RS 5.6.1).
import type { Value } from "../values/value.js";
import { LispSymbol } from "../values/symbol.js";
import { Pair } from "../values/pair.js";
import { positionOf } from "../values/position.js";
import { splicedFrom } from "./body.js";
import { describe } from "./describe.js";
import { selectClause } from "./feature.js";
import { Form } from "./form.js";
import { includedForms } from "./included.js";
import { isIdentifier, nameOf, symbolOf } from "./identifier.js";
import { libraryName } from "./library-name.js";
import type { LibraryTable } from "./library-table.js";
import type { SplicedForm } from "./transformer.js";

const SHAPE = "(define-library (name ...) (export name ...) (import set ...) (begin form ...) ...)";

/** A library's name, its form, and what its declarations say once they are gathered. */
export interface LibraryContents {
  readonly exports: { readonly internal: LispSymbol; readonly external: LispSymbol; readonly at: Form }[];
  /** The `(all-from set …)` export specifications: all that these import sets bring is exported. */
  readonly exportedSets: Form[];
  /** The `(import set …)` declarations. */
  readonly imports: Form[];
  readonly body: SplicedForm[];
}

/** The form, if the datum is a use of define-library. */
export function definesLibrary(datum: Value): Form | undefined {
  const isOne = datum instanceof Pair && isIdentifier(datum.car) && nameOf(datum.car) === "define-library";
  return isOne ? new Form(datum, positionOf(datum), SHAPE).expect(2) : undefined;
}

/** The printed name of the library that a define-library form defines. */
export function declarationOf(form: Form): { name: string } {
  return { name: libraryName(form, 1) };
}

/** Gathers the declarations, following cond-expand and the includes. */
export function contentsOf(form: Form, libraries: LibraryTable): LibraryContents {
  const contents: LibraryContents = { exports: [], exportedSets: [], imports: [], body: [] };
  gather(form, 2, contents, libraries, 0);
  return contents;
}

function gather(form: Form, from: number, contents: LibraryContents, libraries: LibraryTable, depth: number): void {
  if (depth > 100) form.bad("its declarations include each other without end");
  form.items.slice(from).forEach((_, offset) => {
    const declaration = form.part(from + offset).expect(1);
    const kind = nameOf(declaration.identifier(0));
    const add = DECLARATIONS.get(kind);
    if (add === undefined) form.bad(`${describe(declaration.datum)} is not a library declaration`, declaration.position);
    else add(declaration, contents, libraries, depth);
  });
}

type Declaration = (declaration: Form, contents: LibraryContents, libraries: LibraryTable, depth: number) => void;

const DECLARATIONS = new Map<string, Declaration>([
  ["export", (declaration, contents) => declaration.items.slice(1).forEach((_, index) => addExport(declaration, index + 1, contents))],
  ["import", (declaration, contents) => contents.imports.push(declaration)],
  ["begin", (declaration, contents) => contents.body.push(...splicedFrom(declaration, 1))],
  ["include", (declaration, contents, libraries) => contents.body.push(...includedForms(declaration, false, libraries))],
  ["include-ci", (declaration, contents, libraries) => contents.body.push(...includedForms(declaration, true, libraries))],
  ["include-library-declarations", (declaration, contents, libraries, depth) => {
    for (const { datum, position } of includedForms(declaration, false, libraries))
      gather(new Form(new Pair(datum, false), position, declaration.shape), 0, contents, libraries, depth + 1);
  }],
  ["cond-expand", (declaration, contents, libraries, depth) => {
    const clause = selectClause(declaration, libraries);
    if (clause !== undefined) gather(clause, 1, contents, libraries, depth + 1);
  }],
]);

/** An export is a name, `(rename internal external)` or, beyond R7RS, `(all-from set …)`. */
function addExport(declaration: Form, index: number, contents: LibraryContents): void {
  if (isIdentifier(declaration.item(index))) {
    const symbol = symbolOf(declaration.identifier(index));
    contents.exports.push({ internal: symbol, external: symbol, at: declaration });
    return;
  }
  const specification = declaration.part(index).expect(2);
  const kind = nameOf(specification.identifier(0));
  if (kind === "all-from") contents.exportedSets.push(specification);
  else if (kind === "rename") {
    const [internal, external] = [symbolOf(specification.expect(3, 3).identifier(1)), symbolOf(specification.identifier(2))];
    contents.exports.push({ internal, external, at: specification });
  } else specification.bad("an export is a name, (rename internal external) or (all-from set ...)");
}
