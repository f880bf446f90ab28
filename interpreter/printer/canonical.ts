// The canonical text of data: what may be stored, journaled or sent, written in exactly one way.
import { PersistentMap, PersistentSet, PersistentVector } from "../values/collection.js";
import { fail } from "../values/condition.js";
import { LabelledBox, spelledBox, spellsBox } from "../values/labelled-box.js";
import { Flonum, TwoPartNumber } from "../values/number.js";
import { listFrom, NIL, Pair } from "../values/pair.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import type { Value } from "../values/value.js";
import { writeSimple } from "./print.js";

/** How deep data may nest. A list's length does not count. */
const DEEPEST = 2_000;

/**
 * The external representation of acyclic data, which reading gives back. Collections keep their insertion order, and
 * a labelled box is written with its content, as the map that `boxFrom` reads.
 * Procedures, records, ports and other live objects, cycles, and uninterned symbols are refused with `not-data`, and what
 * nests deeper than `deepest` with `nesting-too-deep`.
 */
export function canonical(value: Value, deepest = DEEPEST): string {
  const path: Path = Object.assign(new Set<Value>(), { deepest });
  checkData(value, path, 0);
  return writeSimple(path.hasBox === true ? spelled(value) : value);
}

/** The values that the one being checked is in, how many there may be, and whether a box was met. */
type Path = Set<Value> & { readonly deepest: number; hasBox?: boolean };

/** The same data with each box as the map that it is written as. Its nesting has been checked. */
function spelled(value: Value): Value {
  if (value instanceof LabelledBox) return spelledBox(value, spelled(value.content));
  if (value instanceof Pair) return spelledList(value);
  if (Array.isArray(value)) return (value as Value[]).map(spelled);
  if (value instanceof PersistentVector) return PersistentVector.from(Array.from(value, spelled));
  return value instanceof PersistentMap ? PersistentMap.from(Array.from(value, ([key, each]) => [key, spelled(each)] as const)) : value;
}

function spelledList(list: Pair): Value {
  const items: Value[] = [];
  let rest: Value = list;
  for (; rest instanceof Pair; rest = rest.cdr) items.push(spelled(rest.car));
  return listFrom(items, spelled(rest));
}

/** Fails with `not-data` unless the value is plain acyclic data. */
function checkData(value: Value, path: Path, depth: number): void {
  if (isAtom(value)) return;
  if (depth > path.deepest) fail("nesting-too-deep", `data nested deeper than ${path.deepest} cannot be stored or sent`);
  if (path.has(value)) fail("not-data", "circular data cannot be stored");
  path.add(value);
  if (value instanceof Pair) checkList(value, path, depth);
  else for (const part of partsOf(value, path)) checkData(part, path, depth + 1);
  path.delete(value);
}

function checkList(list: Pair, path: Path, depth: number): void {
  const cells: Value[] = [];
  let rest: Value = list;
  while (rest instanceof Pair) {
    checkData(rest.car, path, depth + 1);
    rest = rest.cdr;
    if (path.has(rest)) fail("not-data", "circular data cannot be stored");
    if (rest instanceof Pair) {
      path.add(rest);
      cells.push(rest);
    }
  }
  checkData(rest, path, depth + 1);
  for (const cell of cells) path.delete(cell);
}

function isAtom(value: Value): boolean {
  if (typeof value !== "object") return typeof value !== "function" || refuse(value);
  return value === NIL || value instanceof LispString || value instanceof Flonum || value instanceof TwoPartNumber || value instanceof Keyword
    || value instanceof Char || value instanceof Uint8Array || (value instanceof LispSymbol && LispSymbol.intern(value.name) === value);
}

function* partsOf(value: Value, path: Path): Iterable<Value> {
  if (value instanceof LabelledBox) yield boxed(value, path);
  else if (Array.isArray(value) || value instanceof PersistentVector || value instanceof PersistentSet) yield* value as Iterable<Value>;
  else if (value instanceof PersistentMap && !spellsBox(value)) for (const [key, each] of value) yield* [key, each];
  else refuse(value);
}

function boxed({ content }: LabelledBox, path: Path): Value {
  path.hasBox = true;
  return content;
}

function refuse(value: Value): never {
  return fail("not-data", "only plain data can be stored or sent", [value]);
}
