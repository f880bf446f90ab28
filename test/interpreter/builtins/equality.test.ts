// Equivalence: eqv? and equal? by their definitions, on circular and on deep data, and hashes that agree.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meter } from "../../../interpreter/machine/meter.js";
import { PersistentMap, PersistentSet, PersistentVector } from "../../../interpreter/values/collection.js";
import { equal, hashOf } from "../../../interpreter/values/equality.js";
import { Flonum, Rational } from "../../../interpreter/values/number.js";
import { NIL, Pair, listFrom } from "../../../interpreter/values/pair.js";
import { Keyword, LispSymbol } from "../../../interpreter/values/symbol.js";
import { Char, LispString } from "../../../interpreter/values/text.js";
import type { Value } from "../../../interpreter/values/value.js";
import { check } from "./evaluate.js";

describe("eq?, eqv? and equal? tell apart what R7RS says", () => {
  check([
    ["(eqv? 'a 'a)", "#t"], ["(eqv? '() '())", "#t"], ["(eqv? 2 2)", "#t"], ["(eqv? 2 2.0)", "#f"], ["(eqv? 100000000000000000000 100000000000000000000)", "#t"], ["(eqv? 1/2 1/2)", "#t"],
    ["(eqv? 0.0 -0.0)", "#f"], ["(eqv? +nan.0 +nan.0)", "#t"], ["(eqv? 1.5 1.5)", "#t"], ["(eqv? \"a\" \"a\")", "#f"], ["(eqv? (cons 1 2) (cons 1 2))", "#f"], ["(eq? :a :a)", "#t"], ["(eq? #\\λ #\\λ)", "#t"], ["(eqv? \"\" 0)", "#f"],
    ["(equal? '(a (b) c) '(a (b) c))", "#t"], ["(equal? \"abc\" \"abc\")", "#t"], ["(equal? '#(5 a) '#(5 a))", "#t"], ["(equal? '#u8(1 2) '#u8(1 2))", "#t"], ["(equal? '#u8(1 2) '#u8(1 3))", "#f"], ["(equal? '(1 2) '(1 2 . 3))", "#f"],
    ["(equal? '#(1) '(1))", "#f"], ["(equal? 1 1.0)", "#f"], ["(equal? '#0=(a b . #0#) '#1=(a b a b . #1#))", "#t"], ["(equal? '#0=(a b . #0#) '#1=(a b c . #1#))", "#f"], ["(equal? '#0=(#0#) '#1=((#1#)))", "#t"],
    ["(equal? '#0=#(1 #0#) '#1=#(1 #1#))", "#t"], ["(equal? {:a 1 :b [2]} {:b [2] :a 1})", "#t"], ["(equal? {:a 1} {:a 2})", "#f"], ["(equal? {:a 1} {:b 1})", "#f"], ["(equal? #{1 2} #{2 1})", "#t"], ["(equal? #{1 2} #{1 3})", "#f"],
    ["(equal? [1 2] [1 2])", "#t"], ["(equal? [1 2] '(1 2))", "#f"], ["(equal? {\"k\" 1} {\"k\" 1})", "#t"], ["(equal? [] #{})", "#f"],
  ]);
});

describe("equal? needs no host stack and burns fuel by size", () => {
  const deep = (levels: number): Value => {
    let value: Value = NIL;
    for (let level = 0; level < levels; level++) value = level % 2 === 0 ? new Pair(value, NIL) : [value];
    return value;
  };
  it("compares data nested a million deep", () => {
    expect(equal(deep(1_000_000), deep(1_000_000))).toBe(true);
    expect(equal(deep(1_000_000), deep(999_998))).toBe(false);
  });
  it("compares data that share much in linear time", () => {
    const shared = (): Value => {
      let value: Value = NIL;
      for (let level = 0; level < 200; level++) value = new Pair(value, value);
      return value;
    };
    expect(equal(shared(), shared())).toBe(true);
  });
  it("burns one step for sixteen elements", () => {
    const list = () => listFrom(Array.from({ length: 160_000 }, (_, index) => index));
    const [a, b] = [list(), list()];
    // Other tests share the process, and may have left little fuel.
    const before = (meter.fuel = 1_000_000);
    equal(a, b);
    expect(before - meter.fuel).toBeGreaterThanOrEqual(9_999);
    expect(before - meter.fuel).toBeLessThan(11_000);
  });
});

/** Immutable data as a model: a description, and the value built from it with strings and lists fresh each time. */
const atom: fc.Arbitrary<() => Value> = fc.oneof(
  fc.constantFrom<Value>(true, false, NIL, 0, 1, -1, 10n ** 20n, new Rational(1n, 2n), LispSymbol.intern("a"), Keyword.intern("a"), Char.of(97)).map((value) => () => value),
  fc.constantFrom(0, -0, NaN, 1, 1.5).map((value) => () => new Flonum(value)),
  fc.constantFrom("", "a", "ab", ":a").map((text) => () => new LispString(text)),
);
const datum = fc.letrec<{ datum: () => Value }>((tie) => ({
  datum: fc.oneof(
    { maxDepth: 3, withCrossShrink: true }, atom,
    fc.array(tie("datum"), { maxLength: 3 }).map((items) => () => listFrom(items.map((item) => item()))),
    fc.array(tie("datum"), { maxLength: 3 }).map((items) => () => PersistentVector.from(items.map((item) => item()))),
    fc.array(tie("datum"), { maxLength: 3 }).map((items) => () => PersistentSet.from(items.map((item) => item()))),
    fc.array(fc.tuple(tie("datum"), tie("datum")), { maxLength: 3 }).map((pairs) => () => PersistentMap.from(pairs.map(([key, value]) => [key(), value()] as const))),
  ),
})).datum;

/** The specification of equal?, as plain recursion; order in maps and sets is tried both ways. */
function reference(a: Value, b: Value): boolean {
  if (a instanceof Pair) return b instanceof Pair && reference(a.car, b.car) && reference(a.cdr, b.cdr);
  if (a instanceof LispString) return b instanceof LispString && a.text === b.text;
  if (a instanceof Flonum) return b instanceof Flonum && Object.is(a.value, b.value);
  if (a instanceof Rational) return b instanceof Rational && a.numerator === b.numerator && a.denominator === b.denominator;
  if (a instanceof PersistentVector) return b instanceof PersistentVector && a.size === b.size && [...a].every((item, index) => reference(item, [...b][index] as Value));
  if (a instanceof PersistentSet) return b instanceof PersistentSet && a.size === b.size && [...a].every((item) => [...b].some((other) => reference(item, other)));
  if (a instanceof PersistentMap)
    return b instanceof PersistentMap && a.size === b.size && [...a].every(([key, value]) => [...b].some(([k, v]) => reference(key, k) && reference(value, v)));
  return a === b;
}

describe("on immutable data", () => {
  it("equal? agrees with its specification, and equal data have equal hashes and are the same key", () => {
    fc.assert(fc.property(datum, datum, (makeA, makeB) => {
      for (const [a, b] of [[makeA(), makeB()], [makeA(), makeA()]] as const) {
        const same = reference(a, b);
        expect(equal(a, b)).toBe(same);
        expect(PersistentMap.empty.put(a, 1).has(b)).toBe(same);
        if (same) expect(hashOf(a)).toBe(hashOf(b));
      }
    }), { seed: 20261120, numRuns: 1500 });
  });
});

describe("on circular data", () => {
  /** The first of so many pairs, each with an atom and links to two of them; `copies` of each, links going to any. Links lead forward to the next, so that all are reached. */
  const graph = (links: readonly number[], copies: number, choose: () => number, changed = -1): Value => {
    const pairs = links.map((_, index) => Array.from({ length: copies }, () => new Pair(index === changed ? -1 : index % 3, NIL)));
    const any = (index: number) => (pairs[index % links.length] as Pair[])[choose() % copies] as Pair;
    for (const [index, group] of pairs.entries()) for (const pair of group) pair.cdr = new Pair(any(links[index] as number), any(index + 1));
    return any(0);
  };
  it("equal? sees through any unfolding, finds any difference, and burns fuel by the number of pairs", () => {
    const size = 4000;
    fc.assert(fc.property(fc.array(fc.nat(size), { minLength: size, maxLength: size }), fc.nat(size - 1), fc.integer(), (links, changed, seed) => {
      let state = seed;
      const choose = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
      const before = (meter.fuel = 1_000_000);
      expect(equal(graph(links, 1, choose), graph(links, 3, choose))).toBe(true);
      expect(before - meter.fuel).toBeLessThan(size * 10);
      expect(equal(graph(links, 2, choose), graph(links, 2, choose, changed))).toBe(false);
    }), { seed: 20261121, numRuns: 25 });
  });
});
