// The canonical text of data: what may be stored, journaled or sent, written in exactly one way.
import { PersistentMap, PersistentSet, PersistentVector } from "../values/collection.js";
import { fail } from "../values/condition.js";
import { Flonum, TwoPartNumber } from "../values/number.js";
import { NIL, Pair } from "../values/pair.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import type { Value } from "../values/value.js";
import { writeSimple } from "./print.js";

/** How deep data may nest. A list's length does not count. */
const DEEPEST = 2_000;

/**
 * The external representation of acyclic data, which reading gives back. Collections keep their insertion order.
 * Procedures, records, ports and other live objects, cycles, and uninterned symbols are refused with `not-data`.
 */
export function canonical(value: Value): string {
  checkData(value, new Set(), 0);
  return writeSimple(value);
}

/** Fails with `not-data` unless the value is plain acyclic data. */
function checkData(value: Value, path: Set<Value>, depth: number): void {
  if (isAtom(value)) return;
  if (depth > DEEPEST) fail("nesting-too-deep", `data nested deeper than ${DEEPEST} cannot be stored`);
  if (path.has(value)) fail("not-data", "circular data cannot be stored");
  path.add(value);
  if (value instanceof Pair) checkList(value, path, depth);
  else for (const part of partsOf(value)) checkData(part, path, depth + 1);
  path.delete(value);
}

function checkList(list: Pair, path: Set<Value>, depth: number): void {
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

function* partsOf(value: Value): Iterable<Value> {
  if (Array.isArray(value) || value instanceof PersistentVector || value instanceof PersistentSet) yield* value as Iterable<Value>;
  else if (value instanceof PersistentMap) for (const [key, each] of value) yield* [key, each];
  else refuse(value);
}

function refuse(value: Value): never {
  return fail("not-data", "only plain data can be stored or sent", [value]);
}
