// The natives behind (ouro source): texts and their trees for programs, each charged by the text that it reads.
import { define } from "../builtins/builtin.js";
import { METERED } from "../builtins/input.js";
import { checkIndex, checkList, checkString } from "../builtins/check.js";
import { newString } from "../builtins/text.js";
import { LibraryTable } from "../expander/library-table.js";
import { allocate, burn, burnElements, BYTES } from "../machine/meter.js";
import { unwindThen } from "../machine/machine.js";
import { nodeDatum } from "../reader/datum.js";
import { insertNode, removeNode, replaceNode } from "../reader/edit.js";
import { findNodes, findPattern, type Found, listDefinitions } from "../reader/find.js";
import { childrenOf, endOf, type Node } from "../reader/node.js";
import { nodeAt, nodePosition, parseTree, type Path, topLevel, type Tree } from "../reader/tree.js";
import { standardTable } from "../standard.js";
import { PersistentMap, PersistentVector } from "../values/collection.js";
import { fail } from "../values/condition.js";
import { listFrom } from "../values/pair.js";
import { Keyword } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { format } from "./format.js";
import { definedName, renameNode } from "./rename.js";

define("%source-check", 2, 2, (text: Value, file: Value) => {
  treeOf("parse-source", text, file);
  return true;
}, "(%source-check text file) Reads the text: an error if it is not whole.");

define("%source-nodes", 3, 3, (text: Value, file: Value, path: Value) => {
  const tree = treeOf("source-nodes", text, file);
  const indexes = pathOf("source-nodes", path);
  const nodes = indexes.length === 0 ? topLevel(tree) : childrenOf(existing(tree, indexes));
  return described(tree, nodes.map((node, index) => ({ path: [...indexes, index], node })));
}, "(%source-nodes text file path) The nodes directly inside the one at the path.");

define("%source-node", 3, 3, (text: Value, file: Value, path: Value) => {
  const tree = treeOf("source-node", text, file);
  const indexes = pathOf("source-node", path);
  return describedNode(tree, { path: indexes, node: existing(tree, indexes) });
}, "(%source-node text file path) The node at the path.");

define("%source-find", 3, 3, (text: Value, file: Value, pattern: Value) => {
  const tree = treeOf("source-find", text, file);
  const patterns = topLevel(treeOf("source-find", pattern, file));
  const [wanted] = patterns;
  if (wanted === undefined || patterns.length > 1) return fail("bad-syntax", `expected the text of one datum as a pattern, but found ${patterns.length}`);
  // Each part of the pattern may meet each node.
  const size = findNodes({ ...tree, parts: [wanted] }, () => true).length;
  burn(size * findNodes(tree, () => true).length);
  return described(tree, findPattern(tree, nodeDatum(wanted)));
}, "(%source-find text file pattern) The nodes that fit the pattern.");

define("%source-definitions", 2, 2, (text: Value, file: Value) => {
  const tree = treeOf("source-definitions", text, file);
  return listFrom(listDefinitions(tree).map((definition) => {
    allocate(2 * BYTES.entry);
    return describedNode(tree, definition).put(Keyword.intern("name"), newString(definition.name)).put(Keyword.intern("form"), newString(definition.form));
  }));
}, "(%source-definitions text file) The definitions, each a node with :name and :form.");

define("%source-name-path", 3, 3, (text: Value, file: Value, name: Value) => {
  const tree = treeOf("source-name-path", text, file);
  const wanted = checkString("source-name-path", 2, name).text;
  const definition = listDefinitions(tree).findLast((each) => each.name === wanted);
  const path = definition && definedName(tree, definition, wanted);
  return path === undefined ? false : PersistentVector.from(path);
}, "(%source-name-path text file name) The path of the name in its definition, or #f.");

define("%source-replace", 4, 4, (text: Value, file: Value, path: Value, other: Value) =>
  printed(replaceNode(treeOf("source-replace", text, file), pathOf("source-replace", path), fragment("source-replace", other))),
"(%source-replace text file path other) The text with another datum at the path.");

define("%source-insert", 4, 4, (text: Value, file: Value, path: Value, other: Value) =>
  printed(insertNode(treeOf("source-insert", text, file), pathOf("source-insert", path), fragment("source-insert", other))),
"(%source-insert text file path other) The text with data put before the path.");

define("%source-remove", 3, 3, (text: Value, file: Value, path: Value) =>
  printed(removeNode(treeOf("source-remove", text, file), pathOf("source-remove", path))),
"(%source-remove text file path) The text without the datum at the path.");

define("%source-format", 2, 2, (text: Value, file: Value) => {
  const source = checkString("source-format", 1, text).text;
  burnElements(source.length);
  return newString(format(source, checkString("source-format", 2, file).text, METERED));
}, "(%source-format text file) The text laid out.");

define("%source-rename", 5, 5, (text: Value, file: Value, path: Value, name: Value, libraries: Value) => {
  const tree = treeOf("source-rename", text, file);
  const indexes = pathOf("source-rename", path);
  const spelled = fragment("source-rename", name);
  const table = new LibraryTable({ parent: standardTable() });
  for (const library of checkList("source-rename", 4, libraries)) table.addSource("library", fragment("source-rename", library));
  // Expansion needs the host stack for itself.
  return unwindThen(() => printed(renameNode(tree, indexes, spelled, table)));
}, "(%source-rename text file path name libraries) The text with a binding renamed.", { control: true });

function treeOf(procedure: string, text: Value, file: Value): Tree {
  const source = checkString(procedure, 1, text).text;
  burnElements(source.length);
  return parseTree(source, checkString(procedure, 2, file).text, METERED);
}

function fragment(procedure: string, text: Value): string {
  const { text: spelled } = checkString(procedure, 3, text);
  burnElements(spelled.length);
  return spelled;
}

function printed({ source: { text } }: Tree): Value {
  return newString(text);
}

function pathOf(procedure: string, path: Value): Path {
  const indexes = path instanceof PersistentVector ? [...path] : checkList(procedure, 2, path);
  burnElements(indexes.length);
  return indexes.map((index) => checkIndex(procedure, 2, index, 0, Number.MAX_SAFE_INTEGER));
}

function existing(tree: Tree, path: Path): Node {
  return nodeAt(tree, path) ?? fail("out-of-range", `expected the path of a datum, but nothing is at (${path.join(" ")})`);
}

function described(tree: Tree, found: readonly Found[]): Value {
  return listFrom(found.map((each) => describedNode(tree, each)));
}

/** `{:path [0 1] :kind :list :text "(f)" :line 1 :column 8}` */
function describedNode(tree: Tree, { path, node }: Found): PersistentMap {
  allocate(BYTES.pair + 2 * BYTES.collection + 5 * BYTES.entry + BYTES.element * path.length);
  burn(8 + path.length);
  const { line, column } = nodePosition(tree, node);
  return PersistentMap.from([
    [Keyword.intern("path"), PersistentVector.from(path)],
    [Keyword.intern("kind"), Keyword.intern(node.kind)],
    [Keyword.intern("text"), newString(tree.source.text.slice(node.offset, endOf(node)))],
    [Keyword.intern("line"), line],
    [Keyword.intern("column"), column],
  ]);
}
