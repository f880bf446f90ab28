// Feature requirements: what cond-expand asks for (R7RS 4.2.1, appendix B).
import { describe } from "./describe.js";
import type { Form } from "./form.js";
import { isIdentifier, nameOf } from "./identifier.js";
import type { LibraryTable } from "./library-table.js";
import { libraryName } from "./library-name.js";

/** The features of this implementation, as `(features)` lists them. */
export const FEATURES: readonly string[] = ["r7rs", "exact-closed", "exact-complex", "ieee-float", "ratios", "full-unicode", "ouro"];

/** The first clause of a cond-expand whose requirement holds. */
export function selectClause(form: Form, libraries: LibraryTable): Form | undefined {
  const clauses = form.expect(2).items.slice(1).map((_, index) => form.part(index + 1).expect(1));
  return clauses.find((clause) => holds(clause, 0, libraries, 0));
}

function holds(form: Form, index: number, libraries: LibraryTable, depth: number): boolean {
  const requirement = form.item(index);
  if (depth > 100) form.bad("the requirement nests too deep");
  if (isIdentifier(requirement)) return nameOf(requirement) === "else" || FEATURES.includes(nameOf(requirement));
  const part = form.part(index).expect(1);
  const operator = nameOf(part.identifier(0));
  const all = part.items.slice(1).map((_, offset) => offset + 1);
  if (operator === "and") return all.every((offset) => holds(part, offset, libraries, depth + 1));
  if (operator === "or") return all.some((offset) => holds(part, offset, libraries, depth + 1));
  if (operator === "not") return !holds(part.expect(2, 2), 1, libraries, depth + 1);
  if (operator === "library") return libraries.has(libraryName(part.expect(2, 2), 1));
  return form.bad(`${describe(requirement)} is not a feature requirement`, part.position);
}
