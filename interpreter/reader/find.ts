// Finds nodes of a tree: by a predicate, by a pattern for their datum, and definitions by name.
import { equal } from "../values/equality.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../values/literal.js";
import { NIL, Pair } from "../values/pair.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { nodeDatum } from "./datum.js";
import { childrenOf, textOf, type Node } from "./node.js";
import { topLevel, type Path, type Tree } from "./tree.js";

/** A node and where it is. */
export interface Found {
  readonly path: Path;
  readonly node: Node;
}

/** Every datum of the tree that the predicate accepts, in the order of the text, outer before inner. */
export function findNodes(tree: Tree, accepts: (node: Node) => boolean): Found[] {
  const found: Found[] = [];
  const pending: Step[] = [];
  const pushAll = (nodes: readonly Node[], parent: Step | undefined) => {
    for (let index = nodes.length - 1; index >= 0; index--) pending.push({ node: nodes[index] as Node, index, parent });
  };
  pushAll(topLevel(tree), undefined);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (accepts(next.node)) found.push({ path: pathOf(next), node: next.node });
    pushAll(childrenOf(next.node), next);
  }
  return found;
}

/**
 * Every node whose datum fits the pattern: data of which the symbol `_` fits anything, and `...` after an element
 * of a list fits any number of further elements, whatever they are. Only one `...` in each list; vectors and
 * literals fit like lists. Errors: `read-error` for a label that is not defined before its use.
 */
export function findPattern(tree: Tree, pattern: Value): Found[] {
  const data = new Map<Node, Value>();
  for (const node of topLevel(tree)) nodeDatum(node, undefined, data);
  return findNodes(tree, (node) => fits(pattern, data.get(node) as Value));
}

/** A definition in a source text. */
export interface DefinitionNode extends Found {
  /** The name that is defined; of a library, its printed name such as `(my library)`. */
  readonly name: string;
  /** The form that defines it: `define`, `define-record-type`, `define-policy` … */
  readonly form: string;
}

/**
 * The definitions at the top level and in the `begin` forms of libraries, in the order of the text: each form
 * whose operator is `define` or starts with `define-`. `define-values` gives one entry for each name.
 */
export function listDefinitions(tree: Tree): DefinitionNode[] {
  return topLevel(tree).flatMap((node, index) => definitionsIn({ path: [index], node }));
}

/** The definition of a name that is in force: the last, if there are several. */
export function findDefinition(tree: Tree, name: string): DefinitionNode | undefined {
  return listDefinitions(tree).findLast((definition) => definition.name === name);
}

/** A way into the tree, shared by all that lies below: paths are made only for what is found. */
interface Step {
  readonly node: Node;
  readonly index: number;
  readonly parent: Step | undefined;
}

function pathOf(step: Step): Path {
  const path: number[] = [];
  for (let current: Step | undefined = step; current !== undefined; current = current.parent) path.push(current.index);
  return path.reverse();
}

function definitionsIn({ path, node }: Found): DefinitionNode[] {
  const [operator, defined] = childrenOf(node);
  const form = node.kind === "list" ? symbolName(operator) : undefined;
  if (form === undefined || defined === undefined) return [];
  if (form === "begin") return nested({ path, node });
  if (form !== "define" && !form.startsWith("define-")) return [];
  if (form === "define-library") return [{ path, node, form, name: textOf([defined]) }, ...nested({ path, node })];
  return definedNames(form, defined).map((name) => ({ path, node, form, name }));
}

function nested({ path, node }: Found): DefinitionNode[] {
  const declarations = childrenOf(node).map((child, index) => ({ path: [...path, index], node: child }));
  // In a library definitions stand inside begin; a begin itself holds them directly.
  const isLibrary = symbolName(childrenOf(node)[0]) !== "begin";
  return declarations.slice(1).flatMap((found) => (isLibrary && symbolName(childrenOf(found.node)[0]) !== "begin" ? [] : definitionsIn(found)));
}

function definedNames(form: string, defined: Node): string[] {
  if (form === "define-values") return [defined, ...childrenOf(defined)].flatMap((node) => symbolName(node) ?? []);
  // In ((make-adder n) m) the name is innermost (curried definition).
  let target: Node | undefined = defined;
  while (target?.kind === "list") target = childrenOf(target)[0];
  const name = symbolName(target);
  return name === undefined ? [] : [name];
}

function symbolName(node: Node | undefined): string | undefined {
  return node?.kind === "atom" && node.value instanceof LispSymbol ? node.value.name : undefined;
}

const ANYTHING = LispSymbol.intern("_");
const REPEATED = LispSymbol.intern("...");

/** Whether a datum fits a pattern. With a list of its own of what is still to compare, as patterns may be deep. */
function fits(pattern: Value, datum: Value): boolean {
  const pending: [Value, Value][] = [[pattern, datum]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [wanted, given] = next;
    if (wanted === ANYTHING) continue;
    const wantedItems = elementsOf(wanted);
    const givenItems = elementsOf(given);
    const isAtomic = wantedItems === undefined || givenItems === undefined;
    if (isAtomic ? !equal(wanted, given) : kindOf(wanted) !== kindOf(given) || !pairUp(wantedItems, givenItems, pending)) return false;
  }
  return true;
}

/** Pairs elements from both ends, leaving out what `...` stands for. False if the numbers do not fit. */
function pairUp(wanted: readonly Value[], given: readonly Value[], pending: [Value, Value][]): boolean {
  const gap = wanted.indexOf(REPEATED);
  const required = gap < 0 ? wanted.length : wanted.length - 1;
  if (gap < 0 ? given.length !== required : given.length < required) return false;
  const before = gap < 0 ? wanted.length : gap;
  for (let index = 0; index < before; index++) pending.push([wanted[index] as Value, given[index] as Value]);
  for (let back = 1; back <= required - before; back++) pending.push([wanted.at(-back) as Value, given.at(-back) as Value]);
  return true;
}

const DOT = new LispSymbol(".");

/** The elements of a sequence, a dotted tail last after a marker; undefined for other data and circular lists. */
function elementsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof VectorLiteral || value instanceof MapLiteral || value instanceof SetLiteral) return value.items;
  if (value === NIL) return [];
  const seen = new Set<Value>();
  const elements: Value[] = [];
  let rest = value;
  for (; rest instanceof Pair && !seen.has(rest); rest = rest.cdr) {
    seen.add(rest);
    elements.push(rest.car);
  }
  if (elements.length === 0 || rest instanceof Pair) return undefined;
  return rest === NIL ? elements : [...elements, DOT, rest];
}

/** What tells sequences of different kinds apart. The empty list is a list, although no pair. */
function kindOf(sequence: Value): unknown {
  return sequence === NIL ? Pair : sequence.constructor;
}
