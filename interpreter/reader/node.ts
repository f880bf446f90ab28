// The nodes of the lossless tree: every character of the text belongs to exactly one of them.
import type { Value } from "../values/value.js";

/** A number, symbol, keyword, string, character or boolean. */
export interface Atom {
  readonly kind: "atom";
  readonly text: string;
  readonly offset: number;
  readonly value: Value;
}

/** `#0#`, which stands for the datum labelled `#0=`. */
export interface Reference {
  readonly kind: "reference";
  readonly text: string;
  readonly offset: number;
  readonly label: string;
}

/** What is not a datum: space, comments, directives, and the dot of a dotted list. */
export interface Trivia {
  readonly kind: "whitespace" | "comment" | "directive" | "dot";
  readonly text: string;
  readonly offset: number;
}

export type BracketKind = "list" | "vector" | "bytevector" | "vector-literal" | "map-literal" | "set-literal";

/** What stands before exactly one datum. All but the last two are read as a list of two, such as `(quote x)`. */
export type PrefixKind = "quote" | "quasiquote" | "unquote" | "unquote-splicing" | "label" | "datum-comment";

/** A node with nodes inside. Its text is `open`, the parts, `close`; a prefix has an empty `close`. */
export interface Branch {
  readonly kind: BracketKind | PrefixKind;
  readonly open: string;
  readonly close: string;
  readonly parts: readonly Node[];
  readonly offset: number;
  readonly endOffset: number;
}

export type Leaf = Atom | Reference | Trivia;
export type Node = Leaf | Branch;

const TRIVIA: ReadonlySet<Node["kind"]> = new Set(["whitespace", "comment", "directive", "dot", "datum-comment"]);

/** Whether the node is a datum, rather than space, a comment (of any kind), a directive or a dot. */
export function isDatum(node: Node): boolean {
  return !TRIVIA.has(node.kind);
}

export function isBranch(node: Node): node is Branch {
  return "parts" in node;
}

/** The data directly inside a branch: what the indexes of a path count. None in a leaf. */
export function childrenOf(node: Node): readonly Node[] {
  return isBranch(node) ? node.parts.filter(isDatum) : [];
}

/** The offset just after the node, in UTF-16 units. */
export function endOf(node: Node): number {
  return isBranch(node) ? node.endOffset : node.offset + node.text.length;
}

/** The text of nodes, put together again from their leaves. */
export function textOf(nodes: readonly Node[]): string {
  const pieces: string[] = [];
  const pending: (Node | string)[] = nodes.toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") pieces.push(next);
    else if (!isBranch(next)) pieces.push(next.text);
    else {
      pieces.push(next.open);
      pending.push(next.close);
      for (let index = next.parts.length - 1; index >= 0; index--) pending.push(next.parts[index] as Node);
    }
  }
  return pieces.join("");
}
