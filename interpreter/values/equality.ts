// Equivalence (R7RS 6.1): eqv?, equal? and a hash that agrees with equal?.
import { burn, burnElements } from "../machine/meter.js";
import { PersistentMap, PersistentSet, PersistentVector } from "./collection.js";
import { Complex, Flonum, Rational, TwoPartNumber } from "./number.js";
import { NIL, Pair } from "./pair.js";
import { Keyword, LispSymbol } from "./symbol.js";
import { Char, LispString } from "./text.js";
import type { Value } from "./value.js";

/** Whether two values are the same, numbers by exactness and value (so NaN is NaN, and 0.0 is not -0.0). */
export function eqv(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a instanceof Flonum) return b instanceof Flonum && Object.is(a.value, b.value);
  return a instanceof TwoPartNumber && a.isSame(b);
}

/** Whether the value may be `eqv?` to another object: a number that JavaScript has no type for. */
export function isBoxedNumber(value: Value): boolean {
  return value instanceof Flonum || value instanceof Rational;
}

/**
 * Whether two values print alike, roughly: pairs, vectors, strings, bytevectors and persistent collections are
 * compared by content, maps and sets without regard to order, all else by `eqv`. Terminates on circular data
 * and needs no host stack.
 */
export function equal(a: Value, b: Value): boolean {
  if (eqv(a, b)) return true;
  return isCompound(a) && new Comparison().run(a, b);
}

/** A hash of 32 bits: equal data have equal hashes as long as neither is mutated. Looks at a bounded part of large data. */
export function hashOf(value: Value): number {
  return hashWithin(value, HASH_DEPTH) | 0;
}

// Below this many comparisons no record is kept of them: most comparisons are small, and the record is slow.
const UNRECORDED = 10_000;
// After so many records, so many comparisons are made without, which costs far less.
const RECORDED_AT_ONCE = 40;
const UNRECORDED_BETWEEN = 800;
const BURN_EVERY = 16_384;

/**
 * A comparison at work: the parts still to be compared are on a stack of its own. After the first ten
 * thousand, some compared parts are joined in classes (union-find), and parts of one class are not compared again
 * (Adams and Dybvig, "Efficient Nondestructive Equality Checking", 2008). Only a join ends a stretch of records, and
 * there are fewer joins than parts: so circular data come to an end, and shared ones in linear time.
 */
class Comparison {
  private stack: Value[] | undefined = undefined;
  private parents: Map<Value, Value> | undefined = undefined;
  private count = 0;
  /** Comparisons still to be made without a record. */
  private unrecorded = UNRECORDED;
  private joins = 0;

  run(a: Value, b: Value): boolean {
    let result = this.compare(a, b);
    // Made by the first part that has to wait: most comparisons end before.
    const { stack } = this;
    if (stack !== undefined) while (result && stack.length > 0) {
      const right = stack.pop() as Value;
      result = this.compare(stack.pop() as Value, right);
    }
    burnElements(this.count % BURN_EVERY);
    return result;
  }

  /** Compares two values, leaving all but the spine of a list to the stack. */
  private compare(left: Value, right: Value): boolean {
    let a = left;
    let b = right;
    while (a instanceof Pair && b instanceof Pair) {
      if (a === b || this.isKnown(a, b)) return true;
      if (!this.later(a.car, b.car)) return false;
      a = a.cdr;
      b = b.cdr;
    }
    return eqv(a, b) || (isCompound(a) && this.compareContents(a, b));
  }

  private compareContents(a: Value, b: Value): boolean {
    if (this.isKnown(a, b)) return true;
    if (a instanceof LispString) return b instanceof LispString && this.sameText(a, b);
    if (Array.isArray(a)) return Array.isArray(b) && this.laterEach(a as Value[], b as Value[]);
    if (a instanceof Uint8Array) return b instanceof Uint8Array && this.sameBytes(a, b);
    if (a instanceof PersistentVector) return b instanceof PersistentVector && a.size === b.size && this.laterEach([...a], [...b]);
    if (a instanceof PersistentMap) return b instanceof PersistentMap && this.laterEntries(a, b);
    return a instanceof PersistentSet && b instanceof PersistentSet && this.sameElements(a, b);
  }

  /** Compares atoms at once; puts the rest on the stack. */
  private later(a: Value, b: Value): boolean {
    if (eqv(a, b)) return true;
    if (!isCompound(a)) return false;
    (this.stack ??= []).push(a, b);
    return true;
  }

  private laterEach(a: readonly Value[], b: readonly Value[]): boolean {
    return a.length === b.length && a.every((item, index) => this.later(item, b[index] as Value));
  }

  private laterEntries(a: PersistentMap, b: PersistentMap): boolean {
    if (a.size !== b.size) return false;
    for (const [key, value] of a) {
      const other = b.get(key);
      if (other === undefined || !this.later(value, other)) return false;
    }
    return true;
  }

  private sameElements(a: PersistentSet, b: PersistentSet): boolean {
    return a.size === b.size && [...a].every((item) => b.has(item));
  }

  private sameText(a: LispString, b: LispString): boolean {
    burnElements(a.length);
    return a.text === b.text;
  }

  private sameBytes(a: Uint8Array, b: Uint8Array): boolean {
    burnElements(a.length);
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  }

  /** Counts a comparison; true if these two are already known to be taken to be equal. */
  private isKnown(a: Value, b: Value): boolean {
    if (++this.count % BURN_EVERY === 0) burn(BURN_EVERY / 16);
    if (--this.unrecorded >= 0) return false;
    const left = this.classOf(a);
    const right = this.classOf(b);
    if (left === right) return true;
    (this.parents ??= new Map()).set(left, right);
    if (++this.joins % RECORDED_AT_ONCE === 0) this.unrecorded = UNRECORDED_BETWEEN;
    return false;
  }

  private classOf(value: Value): Value {
    const parents = (this.parents ??= new Map());
    let root = value;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    for (let each = value; each !== root; ) {
      const parent = parents.get(each) as Value;
      parents.set(each, root);
      each = parent;
    }
    return root;
  }
}

/** Whether `equal?` compares the value by its content. */
export function isCompound(value: Value): boolean {
  return value instanceof Pair || value instanceof LispString || Array.isArray(value) || value instanceof Uint8Array
    || value instanceof PersistentMap || value instanceof PersistentVector || value instanceof PersistentSet;
}

const HASH_DEPTH = 4;
const HASH_ELEMENTS = 16;

function hashWithin(value: Value, depth: number): number {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return hashText(String(value));
  if (value instanceof LispString) return hashText(value.text);
  if (value instanceof LispSymbol || value instanceof Keyword) return hashText(value.name) ^ 0x5bd1e995;
  if (value instanceof Char) return value.codePoint ^ 0x2545f491;
  if (value instanceof Flonum) return hashText(`f${Object.is(value.value, -0) ? "-0" : value.value}`);
  if (value instanceof Rational) return hashText(`${value.numerator}/${value.denominator}`);
  if (value instanceof Complex) return hashSequence([value.real, value.imaginary], depth) ^ 0x2c1b3c6d;
  if (depth === 0 || value === NIL) return 17;
  if (value instanceof Pair) return hashSequence(spineOf(value), depth);
  if (Array.isArray(value) || value instanceof Uint8Array) return hashSequence(value.slice(0, HASH_ELEMENTS), depth) ^ value.length;
  if (value instanceof PersistentVector) return hashSequence(value.slice(0, HASH_ELEMENTS), depth) ^ value.size ^ 0x9e3779;
  if (value instanceof PersistentMap) return hashUnordered(value.keys(), depth) ^ 0x51ed27;
  return value instanceof PersistentSet ? hashUnordered([...value], depth) : 31;
}

function spineOf(list: Pair): Value[] {
  const items: Value[] = [];
  let rest: Value = list;
  for (; rest instanceof Pair && items.length < HASH_ELEMENTS; rest = rest.cdr) items.push(rest.car);
  return items;
}

function hashSequence(items: Iterable<Value>, depth: number): number {
  burn(1);
  let hash = 7;
  for (const item of items) hash = Math.imul(hash, 31) + hashWithin(item, depth - 1);
  return hash;
}

// The order does not count, so no prefix may be chosen: all keys are summed.
function hashUnordered(items: readonly Value[], depth: number): number {
  burnElements(items.length);
  return items.reduce<number>((sum, item) => (sum + hashWithin(item, depth - 1)) | 0, items.length);
}

/** FNV-1a over the UTF-16 units. */
function hashText(text: string): number {
  burnElements(text.length);
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
