// Structural edits of a source text: each replaces a few characters and leaves all others as they were.
import { fail } from "../values/condition.js";
import { childrenOf, endOf, isBranch, textOf, type Node } from "./node.js";
import { nodeAt, parseTree, topLevel, type Path, type Tree } from "./tree.js";

// An edit splices the text and parses it anew, so a tree always is the tree of its text. What was meant is then
// compared with what came out: a splice may join tokens, in which case spaces are put around it.

/**
 * The tree with the datum at the path replaced by the datum that `text` spells (comments before it may come along).
 * Errors: `out-of-range` if the path leads nowhere, `bad-syntax` if the text is not one datum, and the reader's own.
 */
export function replaceNode(tree: Tree, path: Path, text: string): Tree {
  const node = existing(tree, path);
  const data = fragment(tree, text);
  if (data.length !== 1) fail("bad-syntax", `expected the text of one datum as a replacement, but found ${data.length}`);
  return splice(tree, { from: node.offset, to: endOf(node), text: text.trim(), path, removed: 1, added: data });
}

/**
 * The tree with the data that `text` spells put before the datum at the path; a last index equal to the number of
 * data in the parent appends. The parent's habit, of line breaks or spaces between its data, is followed.
 * Errors: as of `replaceNode`.
 */
export function insertNode(tree: Tree, path: Path, text: string): Tree {
  const data = fragment(tree, text);
  if (data.length === 0) fail("bad-syntax", "expected the text of at least one datum to insert, but found none");
  const parent = parentOf(tree, path);
  const index = path.at(-1) as number;
  const children = parent === undefined ? topLevel(tree) : childrenOf(parent);
  if (index < 0 || index > children.length) fail("out-of-range", `expected a place from 0 to ${children.length} to insert at, but found ${index}`);
  const parts = parent?.parts ?? tree.parts;
  const place = placeOf(tree, parent, parts, children, index);
  const placed = place.isBefore ? text.trim() + place.separator : place.separator + text.trim();
  return splice(tree, { from: place.offset, to: place.offset, text: placed, path, removed: 0, added: data });
}

/**
 * The tree without the datum at the path, and without the space before it; comments stay.
 * Errors: `out-of-range` if the path leads nowhere, and the reader's own if what is left is no valid text, as when a quote loses its datum.
 */
export function removeNode(tree: Tree, path: Path): Tree {
  const node = existing(tree, path);
  const parts = parentOf(tree, path)?.parts ?? tree.parts;
  const index = parts.indexOf(node);
  const before = parts[index - 1];
  const after = parts[index + 1];
  // The line break after a comment ends the comment: it must stay.
  const takesBefore = before?.kind === "whitespace" && !isLineComment(parts[index - 2]);
  const from = takesBefore ? before.offset : node.offset;
  const to = !takesBefore && index === 0 && after?.kind === "whitespace" ? endOf(after) : endOf(node);
  return splice(tree, { from, to, text: "", path, removed: 1, added: [] });
}

/** A change of the text, and what it means: at the path, `removed` data give way to the texts `added`. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly path: Path;
  readonly removed: number;
  readonly added: readonly string[];
}

function splice(tree: Tree, change: Splice): Tree {
  const { source } = tree;
  const before = source.text.slice(0, change.from);
  const after = source.text.slice(change.to);
  // A line comment at the end of the inserted text would swallow what follows it.
  const ending = /(?:^|\n|\r)[^\n\r]*;[^\n\r]*$/.test(change.text) && !/^[\n\r]/.test(after) ? "\n" : " ";
  const attempts = [change.text, change.text + ending, ` ${change.text}`, ` ${change.text}${ending}`];
  let problem: unknown;
  for (const text of attempts) {
    try {
      const result = parseTree(before + text + after, source.file, source.limits);
      if (isAsMeant(tree, result, change)) return result;
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  return fail("bad-syntax", "expected an edit that leaves the data around it as they were, but this text would join them", [], source.position(change.from, change.to));
}

/** Whether every datum beside the path is as before, and the one at the path is what was meant. */
function isAsMeant(tree: Tree, result: Tree, { path, removed, added }: Splice): boolean {
  let olds = topLevel(tree);
  let news = topLevel(result);
  for (const [level, index] of path.entries()) {
    const isLast = level === path.length - 1;
    const expected = isLast ? olds.map(spelling).toSpliced(index, removed, ...added) : olds.map(spelling);
    const found = news.map(spelling);
    if (expected.length !== found.length) return false;
    if (!expected.every((text, at) => text === found[at] || (!isLast && at === index))) return false;
    olds = inside(olds[index]);
    news = inside(news[index]);
  }
  return true;
}

function inside(node: Node | undefined): readonly Node[] {
  return node === undefined ? [] : childrenOf(node);
}

function spelling(node: Node): string {
  return textOf([node]);
}

/** The spellings of the data in a text that is to be put into the tree. */
function fragment(tree: Tree, text: string): string[] {
  const parsed = parseTree(text.trim(), "", tree.source.limits);
  if (parsed.parts.some((part) => part.kind === "directive")) fail("bad-syntax", "expected data without directives, which would change what follows them");
  return topLevel(parsed).map(spelling);
}

function existing(tree: Tree, path: Path): Node {
  return nodeAt(tree, path) ?? fail("out-of-range", `expected the path of a datum, but nothing is at (${path.join(" ")})`);
}

/** The branch that holds the path's last index, or undefined for the top level. */
function parentOf(tree: Tree, path: Path) {
  if (path.length === 0) return fail("out-of-range", "expected a path of at least one index");
  if (path.length === 1) return undefined;
  const parent = existing(tree, path.slice(0, -1));
  return isBranch(parent) ? parent : fail("out-of-range", `expected a datum with others inside at (${path.slice(0, -1).join(" ")})`);
}

interface Place {
  readonly offset: number;
  /** What stands between the inserted text and its neighbour. */
  readonly separator: string;
  /** Whether the neighbour comes after the inserted text. */
  readonly isBefore: boolean;
}

function placeOf(tree: Tree, parent: Node | undefined, parts: readonly Node[], children: readonly Node[], index: number): Place {
  const next = children[0];
  if (next === undefined) {
    const end = parent === undefined ? tree.source.text.length : endOf(parent) - 1;
    return { offset: end, separator: isLineComment(parts.at(-1)) ? "\n" : "", isBefore: false };
  }
  const separator = parent === undefined ? "\n\n" : separatorOf(tree, children, index);
  if (index === 0) return { offset: next.offset, separator, isBefore: true };
  // After the datum before, and the comment on its line, so that a comment above the next datum stays with it.
  let at = parts.indexOf(children[index - 1] as Node);
  const [space, comment] = [parts[at + 1], parts[at + 2]];
  if (isLineComment(space)) at += 1;
  else if (space?.kind === "whitespace" && !/[\n\r]/.test(space.text) && isLineComment(comment)) at += 2;
  const last = parts[at] as Node;
  const needsBreak = isLineComment(last) && !/[\n\r]/.test(separator);
  return { offset: endOf(last), separator: needsBreak ? "\n" : separator, isBefore: false };
}

/** A line break and the indentation of a neighbour that begins a line, else a space. */
function separatorOf(tree: Tree, children: readonly Node[], index: number): string {
  const { text } = tree.source;
  const neighbours = [children[index], children[index - 1]].filter((node) => node !== undefined);
  // The first datum follows the bracket; it is the second that shows the habit.
  if (index === 0 && children[1] !== undefined) neighbours[0] = children[1];
  for (const { offset } of neighbours) {
    const lineStart = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
    const indentation = text.slice(lineStart, offset);
    if (lineStart > 0 && /^\s*$/.test(indentation)) return `\n${indentation}`;
  }
  return " ";
}

function isLineComment(node: Node | undefined): boolean {
  return node?.kind === "comment" && !node.text.startsWith("#|");
}
