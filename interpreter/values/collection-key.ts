// Keys of the persistent collections: immutable data compared by equal?, each with a canonical text.
import { hash } from "immutable";
import { allocate, burnElements } from "../machine/meter.js";
import { fail } from "./condition.js";
import { Complex, Flonum, Rational } from "./number.js";
import { NIL, Pair } from "./pair.js";
import { Keyword, LispSymbol } from "./symbol.js";
import { Char, LispString } from "./text.js";
import type { Value } from "./value.js";

/** What the three persistent collections have in common: each may be a key itself, or part of one. */
export abstract class Collection {
  abstract readonly size: number;
  /** The canonical text of this collection as a key, `depth` levels down in another. */
  abstract keyText(meter: KeyMeter, depth: number): string;
  /** An equal of this collection with every part immutable. */
  abstract frozen(): Collection;
}

/** Charges the text of a key while it is made: data that share much are small, yet their text is huge. */
export class KeyMeter {
  private length = 0;
  private charged = 0;

  /** Counts a text of which the key's is made. Fails with `not-representable` once they are too long together. */
  count(text: string): string {
    this.length += text.length;
    if (this.length > MAXIMUM_KEY_TEXT) return fail("not-representable", `the canonical text of a key would be longer than ${MAXIMUM_KEY_TEXT} characters`);
    if (this.length - this.charged >= CHARGED_TOGETHER) this.charge(CHARGED_TOGETHER);
    return text;
  }

  /** Charges what is left of the whole text. */
  settle(length: number): void {
    this.charge(length - this.charged);
  }

  private charge(units: number): void {
    this.charged += units;
    burnElements(units);
  }
}

const MAXIMUM_KEY_TEXT = 2 ** 22;
/** A multiple of what one step pays for, so that the sum is that of one charge. */
const CHARGED_TOGETHER = 4096;

/**
 * A key as Immutable.js sees it. Data whose identity is their equality stand for themselves; the rest is a
 * `CompoundKey`, equal by canonical text: two values have the same text exactly if they are `equal?`.
 */
export type Key = Value;

class CompoundKey {
  constructor(
    readonly value: Value,
    readonly text: string,
  ) {}

  equals(other: unknown): boolean {
    return other instanceof CompoundKey && other.text === this.text;
  }

  hashCode(): number {
    return hash(this.text);
  }
}

/** The key to look a value up by. Fails with `not-data` for what cannot be a key. */
export function keyOf(value: Value): Key {
  if (isAtom(value)) return value;
  const meter = new KeyMeter();
  const text = canonicalText(value, meter, 0);
  meter.settle(text.length);
  return new CompoundKey(value, text);
}

/** The key to store: it keeps a copy that no later mutation reaches. */
export function storedKeyOf(value: Value): Key {
  if (isAtom(value)) return value;
  const key = keyOf(value) as CompoundKey;
  allocate(key.text.length * 2);
  return new CompoundKey(frozen(value), key.text);
}

/** The value that a key stands for. Pairs are mutable, so each reader of a list gets a copy. */
export function valueOfKey(key: Key): Value {
  if (!(key instanceof CompoundKey)) return key;
  return key.value instanceof Pair ? frozen(key.value) : key.value;
}

/** An immutable equal of a key, or of part of one. */
export function frozen(value: Value): Value {
  if (value instanceof LispString) return value.immutable ? value : new LispString(value.text, true);
  if (value instanceof Collection) return value.frozen();
  if (!(value instanceof Pair)) return value;
  const first = new Pair(frozen(value.car), NIL);
  let last = first;
  let rest = value.cdr;
  for (; rest instanceof Pair; rest = rest.cdr) last = last.cdr = new Pair(frozen(rest.car), NIL);
  last.cdr = frozen(rest);
  return first;
}

const MAXIMUM_DEPTH = 500;
const MAXIMUM_KEY_LENGTH = 1_000_000;

/** The canonical text of immutable data. Every part is closed by a mark or preceded by its length, so that none runs into the next. */
export function canonicalText(value: Value, meter: KeyMeter, depth: number): string {
  if (depth > MAXIMUM_DEPTH) return fail("nesting-too-deep", `a key may be nested ${MAXIMUM_DEPTH} deep, not deeper`);
  if (value instanceof Collection) return value.keyText(meter, depth);
  if (value instanceof Pair) return listText(value, meter, depth);
  return meter.count(atomText(value));
}

function atomText(value: Value): string {
  if (value instanceof Keyword) return sized("k", value.name);
  if (value instanceof LispString) return sized("t", value.text);
  if (typeof value === "number" || typeof value === "bigint") return `n${value};`;
  if (value instanceof LispSymbol) return LispSymbol.intern(value.name) === value ? sized("s", value.name) : `u${uninternedIndex(value)};`;
  if (typeof value === "boolean") return value ? "#t" : "#f";
  if (value instanceof Char) return `c${value.codePoint};`;
  if (value instanceof Flonum) return Object.is(value.value, -0) ? "f-0;" : `f${value.value};`;
  if (value instanceof Rational) return `n${value.numerator}/${value.denominator};`;
  if (value instanceof Complex) return `z${atomText(value.real)}${atomText(value.imaginary)}`;
  if (value === NIL) return "()";
  return fail("not-data", "a key must be immutable data (keyword, symbol, number, character, boolean, string, list or persistent collection), but got", [value]);
}

function listText(list: Pair, meter: KeyMeter, depth: number): string {
  const parts: string[] = [];
  let rest: Value = list;
  for (let length = 0; rest instanceof Pair; rest = rest.cdr) {
    // A circular list reaches this too.
    if (++length > MAXIMUM_KEY_LENGTH) return fail("not-data", `a list of more than ${MAXIMUM_KEY_LENGTH} elements, or a circular one, cannot be a key`);
    parts.push(canonicalText(rest.car, meter, depth + 1));
  }
  return rest === NIL ? `(${parts.join("")})` : `(${parts.join("")}.${canonicalText(rest, meter, depth + 1)})`;
}

function sized(mark: string, text: string): string {
  return `${mark}${text.length}:${text}`;
}

function isAtom(value: Value): boolean {
  return value instanceof Keyword || value instanceof LispSymbol || typeof value === "number" || typeof value === "boolean"
    || value instanceof Char || value === NIL;
}

const uninterned = new WeakMap<LispSymbol, number>();
let uninternedCount = 0;

function uninternedIndex(symbol: LispSymbol): number {
  const index = uninterned.get(symbol) ?? uninternedCount++;
  uninterned.set(symbol, index);
  return index;
}
