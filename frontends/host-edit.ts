// Structural edits of genome files: a form is replaced in the source tree, and everything around it stays as it is.
import { createHash } from "node:crypto";
import { findDefinition, nodeAt, nodePosition, parseTree, pretty, printTree, readAll, replaceNode, textOf, type Path, type Tree } from "../interpreter/index.js";
import type { Change } from "../ports/lineage/index.js";

/** Columns within which a replaced form stays on its line. */
const WIDTH = 110;

/** The source with the form at the change's path replaced. Throws an Error that says why it cannot. */
export function structuralEdit(source: string, change: Change): string {
  const tree = parseTree(source, change.file);
  const path = pathOf(tree, change);
  const node = nodeAt(tree, path);
  if (node === undefined) throw new Error(`nothing is at the path (${path.join(" ")})`);
  const hash = createHash("sha256").update(textOf([node])).digest("hex");
  if (change["expected-hash"] !== undefined && change["expected-hash"] !== hash) throw new Error(`the form at the path is not the one expected: its hash is ${hash}`);
  const column = nodePosition(tree, node).column;
  return printTree(replaceNode(tree, path, laidOut(change.replacement ?? "", column)));
}

function pathOf(tree: Tree, { definition, path = [] }: Change): Path {
  if (definition === undefined) return path;
  const found = findDefinition(tree, definition);
  if (found === undefined) throw new Error(`there is no definition of ${definition}`);
  return [...found.path, ...path];
}

/** A form that is too long for its line is broken as the printer breaks it, under its first column. */
function laidOut(text: string, column: number): string {
  const [form, ...more] = readAll(text, "replacement");
  if (form === undefined || more.length > 0 || column + text.length <= WIDTH) return text;
  return pretty(form, Math.max(40, WIDTH - column)).replaceAll("\n", `\n${" ".repeat(column - 1)}`);
}
