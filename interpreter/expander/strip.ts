// From syntax to data: what quote does to aliases and collection literals. Never recurses on pairs or vectors.
import { burn } from "../machine/meter.js";
import { PersistentMap, PersistentSet, PersistentVector } from "../values/collection.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../values/literal.js";
import { Pair } from "../values/pair.js";
import { positionOf } from "../values/position.js";
import type { Value } from "../values/value.js";
import { Alias, symbolOf } from "./identifier.js";

export type Literal = VectorLiteral | MapLiteral | SetLiteral;

export function isLiteral(datum: Value): datum is Literal {
  return datum instanceof VectorLiteral || datum instanceof MapLiteral || datum instanceof SetLiteral;
}

/**
 * The datum that a piece of syntax stands for: aliases become their symbols, collection literals the
 * persistent collections. Data that hold neither are returned as they are, shared and circular parts kept.
 */
export function stripSyntax(datum: Value): Value {
  if (!isCompound(datum)) return datum instanceof Alias ? symbolOf(datum) : datum;
  return sealAndSearch(datum) ? copy(datum) : datum;
}

/** Parts of data are charged for so many at a time. */
const LOOKED_AT_ONCE = 64;

function isCompound(datum: Value): datum is Pair | Value[] | Literal {
  return datum instanceof Pair || Array.isArray(datum) || isLiteral(datum);
}

/**
 * Does the datum hold syntax, so that it must be copied? Vectors that were read are literals and freeze: those
 * that a program made, and gives to eval inside a form, have no position and stay its own.
 */
function sealAndSearch(datum: Value): boolean {
  const seen = new Set<Value>();
  const waiting: Value[] = [datum];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next instanceof Alias || isLiteral(next)) return true;
    if (!isCompound(next) || seen.has(next)) continue;
    seen.add(next);
    if (seen.size % LOOKED_AT_ONCE === 0) burn(LOOKED_AT_ONCE);
    if (next instanceof Pair) waiting.push(next.cdr, next.car);
    else {
      for (const item of next as Value[]) waiting.push(item);
      if (positionOf(next) !== undefined) Object.freeze(next);
    }
  }
  return false;
}

/** Copies with a list of work instead of recursion: each compound is made empty first, then filled. */
function copy(datum: Value): Value {
  const copies = new Map<Value, Value>();
  const waiting: (() => void)[] = [];
  const shell = (part: Value): Value => {
    if (part instanceof Alias) return symbolOf(part);
    if (!isCompound(part)) return part;
    const known = copies.get(part);
    if (known !== undefined) return known;
    if (isLiteral(part)) return collectionOf(part, part.items.map(stripSyntax));
    return fillLater(part);
  };
  const fillLater = (part: Pair | Value[]): Value => {
    if (part instanceof Pair) {
      const pair = new Pair(false, false);
      copies.set(part, pair);
      waiting.push(() => ((pair.car = shell(part.car)), (pair.cdr = shell(part.cdr))));
      return pair;
    }
    const vector: Value[] = [];
    copies.set(part, vector);
    waiting.push(() => part.forEach((item) => vector.push(shell(item))));
    return vector;
  };
  const result = shell(datum);
  for (let fill = waiting.pop(); fill !== undefined; fill = waiting.pop()) fill();
  return result;
}

function collectionOf(literal: Literal, items: readonly Value[]): Value {
  if (literal instanceof VectorLiteral) return PersistentVector.from(items);
  if (literal instanceof SetLiteral) return PersistentSet.from(items);
  const pairs = items.flatMap((key, index) => (index % 2 === 0 ? [[key, items[index + 1] as Value] as const] : []));
  return PersistentMap.from(pairs);
}
