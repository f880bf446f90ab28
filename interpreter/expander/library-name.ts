// Library names: lists of symbols and exact integers, known by how they print.
import type { Form } from "./form.js";
import { isIdentifier, nameOf } from "./identifier.js";
import type { Value } from "../values/value.js";

/** The printed name, such as "(scheme base)", of the library named at an index of a form. */
export function libraryName(form: Form, index: number): string {
  const parts = form.part(index).expect(1).items.map(partName);
  if (parts.includes(undefined)) form.bad("a library name consists of symbols and whole numbers", form.positionAt(index));
  return `(${parts.join(" ")})`;
}

function partName(part: Value): string | undefined {
  if (isIdentifier(part)) return nameOf(part);
  return typeof part === "number" && part >= 0 ? String(part) : undefined;
}
