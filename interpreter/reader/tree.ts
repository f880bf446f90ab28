// The lossless tree of a source text: it keeps comments, blank lines and spelling, for structural edits.
import type { Position } from "../values/position.js";
import { parseNodes } from "./grammar.js";
import { childrenOf, endOf, isDatum, textOf, type Node } from "./node.js";
import { Source, type ReaderLimits } from "./source.js";

/** A whole text: its top-level nodes in order, space and comments among them. */
export interface Tree {
  readonly source: Source;
  readonly parts: readonly Node[];
}

/** Where a node is: the index of a top-level datum, then of a datum inside it, and so on. Comments and space do not count. */
export type Path = readonly number[];

/** Parses a text. Errors: `read-error`, `unexpected-end`, `input-too-large`, `nesting-too-deep`, each with its position. */
export function parseTree(text: string, file = "", limits?: ReaderLimits): Tree {
  const source = new Source(text, file, limits);
  return { source, parts: parseNodes(source, { offset: 0, foldCase: false }) };
}

/** The text of the tree. `printTree(parseTree(text)) === text` for every text that parses. */
export function printTree(tree: Tree): string {
  return textOf(tree.parts);
}

/** The top-level data of the tree. */
export function topLevel(tree: Tree): readonly Node[] {
  return tree.parts.filter(isDatum);
}

/** The node at a path, or undefined if there is none. */
export function nodeAt(tree: Tree, path: Path): Node | undefined {
  let siblings = topLevel(tree);
  let node: Node | undefined;
  for (const index of path) {
    node = siblings[index];
    if (node === undefined) return undefined;
    siblings = childrenOf(node);
  }
  return node;
}

/** The position of a node of this tree. */
export function nodePosition(tree: Tree, node: Node): Position {
  return tree.source.position(node.offset, endOf(node));
}

