// Text to Lisp data, with the position of each datum beside it.
import { Condition, fail, LispError } from "../values/condition.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../values/literal.js";
import { NIL, Pair } from "../values/pair.js";
import { setCarPosition, setPosition } from "../values/position.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { labelOf, parseNodes, type ReadingState } from "./grammar.js";
import { childrenOf, endOf, isBranch, isDatum, type Branch, type Node } from "./node.js";
import { Source, type ReaderLimits } from "./source.js";

/** All data of a text, in order. Errors: `read-error`, `unexpected-end`, `input-too-large`, `nesting-too-deep`. */
export function readAll(text: string, file: string, limits?: ReaderLimits): Value[] {
  const source = new Source(text, file, limits);
  return parseNodes(source, { offset: 0, foldCase: false })
    .filter(isDatum)
    .map((node) => nodeDatum(node, source));
}

/** False if the text ends inside a form, so that more of it may mend it; true if it is whole, or wrong already. */
export function isComplete(text: string): boolean {
  try {
    readAll(text, "");
    return true;
  } catch (error) {
    if (error instanceof LispError && error.payload instanceof Condition) return error.payload.code !== "unexpected-end";
    throw error;
  }
}

/** One datum read from a text, and the offset just after it in UTF-16 units. */
export interface ReadResult {
  readonly datum: Value;
  readonly endOffset: number;
}

/**
 * Reads a text one datum at a time, as R7RS `read` does from a port. It remembers `#!fold-case` between calls, and
 * looks at the text only as far as the datum goes.
 */
export class DatumReader {
  private readonly source: Source;
  private readonly state: ReadingState = { offset: 0, foldCase: false };

  /** Errors: `input-too-large`, `read-error` if the text is not Unicode. */
  constructor(text: string, file: string, limits?: ReaderLimits) {
    this.source = new Source(text, file, limits);
  }

  /**
   * The first datum at or after `offset`, or undefined if only space and comments follow. What comes after the
   * datum is not judged. Errors: `read-error`, `unexpected-end` (the text ends inside a form), `nesting-too-deep`.
   */
  read(offset: number): ReadResult | undefined {
    this.state.offset = offset;
    const node = parseNodes(this.source, this.state, true).findLast(isDatum);
    return node && { datum: nodeDatum(node), endOffset: endOf(node) };
  }
}

/** One datum of a text from an offset on; see `DatumReader`, which is faster for more than one. */
export function readNext(text: string, offset: number, file: string, limits?: ReaderLimits): ReadResult | undefined {
  return new DatumReader(text, file, limits).read(offset);
}

/**
 * The Lisp datum that a node spells. With the node's source, positions are recorded; into `made` goes the datum of
 * every node inside too. A datum that refers to its own label is cyclic.
 * Errors: `read-error` for a label that is not defined before its use, inside this node.
 */
export function nodeDatum(node: Node, source?: Source, made?: Map<Node, Value>): Value {
  return new Conversion(source, made).run(node);
}

const PREFIX_SYMBOLS: Readonly<Record<string, LispSymbol>> = {
  "quote": LispSymbol.intern("quote"), "quasiquote": LispSymbol.intern("quasiquote"),
  "unquote": LispSymbol.intern("unquote"), "unquote-splicing": LispSymbol.intern("unquote-splicing"),
};

/** A place in a compound datum: an index of an array, or a field of a pair. */
interface Slot {
  readonly into: Value[] | Pair;
  readonly at: number | "car" | "cdr";
}

/** A node whose datum is still to be made and put into its place. */
interface Task extends Slot {
  readonly node: Node;
}

/**
 * Compound data are made before their elements are, and filled from a list of tasks in the order of the text: so
 * nesting needs no host stack, and a label already has its datum when a reference inside asks for it.
 */
class Conversion {
  private readonly tasks: Task[] = [];
  private readonly labels = new Map<string, Value>();

  constructor(
    private readonly source: Source | undefined,
    private readonly made: Map<Node, Value> | undefined,
  ) {}

  run(node: Node): Value {
    const result: Value[] = [];
    this.tasks.push({ node, into: result, at: 0 });
    for (let task = this.tasks.pop(); task !== undefined; task = this.tasks.pop()) fill(task, this.make(task.node));
    return result[0] as Value;
  }

  /** The datum of a node; what is inside a compound one is left to tasks. */
  private make(node: Node): Value {
    const datum = this.datumOf(node);
    this.made?.set(node, datum);
    return datum;
  }

  private datumOf(node: Node): Value {
    if (node.kind === "atom") return node.value;
    if (node.kind === "reference") return this.referenced(node.label, node);
    if (!isBranch(node)) return fail("read-error", "expected a datum, but found space or a comment", [], this.positionOf(node));
    if (node.kind === "label") return this.labelled(node);
    const datum = this.compound(node);
    const position = this.positionOf(node);
    if (position !== undefined && datum !== NIL) setPosition(datum, position);
    return datum;
  }

  private compound(node: Branch): Value {
    const children = childrenOf(node);
    const symbol = PREFIX_SYMBOLS[node.kind];
    if (symbol !== undefined) return this.prefixed(symbol, node, children[0] as Node);
    if (node.kind === "list") return this.list(node, children);
    const items = new Array<Value>(children.length);
    if (node.kind !== "bytevector") this.fillLater(items, children);
    if (node.kind === "vector") return items;
    if (node.kind === "vector-literal") return new VectorLiteral(items);
    if (node.kind === "map-literal") return new MapLiteral(items);
    if (node.kind === "set-literal") return new SetLiteral(items);
    return Uint8Array.from(children, (child) => (child.kind === "atom" ? (child.value as number) : 0));
  }

  private prefixed(symbol: LispSymbol, node: Branch, child: Node): Value {
    const operand = new Pair(NIL, NIL);
    const datum = new Pair(symbol, operand);
    if (this.source !== undefined) setCarPosition(datum, this.source.position(node.offset, node.offset + node.open.length));
    this.fillCar(operand, child);
    return datum;
  }

  private list(node: Branch, children: readonly Node[]): Value {
    if (children.length === 0) return NIL;
    const dotted = node.parts.some((part) => part.kind === "dot");
    const cells = children.slice(0, dotted ? -1 : undefined).map(() => new Pair(NIL, NIL));
    cells.forEach((cell, index) => (cell.cdr = cells[index + 1] ?? NIL));
    // The last task is the first to run.
    if (dotted) this.tasks.push({ node: children.at(-1) as Node, into: cells.at(-1) as Pair, at: "cdr" });
    for (let index = cells.length - 1; index >= 0; index--) this.fillCar(cells[index] as Pair, children[index] as Node);
    return cells[0] as Pair;
  }

  private fillCar(cell: Pair, child: Node): void {
    // A compound element carries its own position, which carPositionOf finds; weak maps are dear, so it is kept once.
    const ownsPosition = isBranch(child) && child.kind !== "label" && child.parts.length > 0;
    const position = ownsPosition ? undefined : this.positionOf(child);
    if (position !== undefined) setCarPosition(cell, position);
    if (child.kind === "atom") cell.car = this.make(child);
    else this.tasks.push({ node: child, into: cell, at: "car" });
  }

  private fillLater(items: Value[], children: readonly Node[]): void {
    for (let index = children.length - 1; index >= 0; index--)
      this.tasks.push({ node: children[index] as Node, into: items, at: index });
  }

  private labelled(node: Branch): Value {
    const own: string[] = [];
    let inner: Node = node;
    for (; inner.kind === "label"; inner = childrenOf(inner)[0] as Node) own.push(labelOf(inner.open));
    const datum = this.make(inner);
    for (const label of own) {
      if (this.labels.has(label)) return fail("read-error", `expected a new label, but #${label}= is already defined`, [], this.positionOf(node));
      this.labels.set(label, datum);
    }
    return datum;
  }

  private referenced(label: string, node: Node): Value {
    const datum = this.labels.get(label);
    return datum ?? fail("read-error", `expected #${label}= before #${label}#, outside of which it has no datum`, [], this.positionOf(node));
  }

  private positionOf(node: Node) {
    return this.source?.position(node.offset, endOf(node));
  }
}

function fill({ into, at }: Slot, datum: Value): void {
  if (!(into instanceof Pair)) into[at as number] = datum;
  else if (at === "car") into.car = datum;
  else into.cdr = datum;
}
