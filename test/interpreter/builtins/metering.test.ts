// Bulk work is charged by size, before it is done: no builtin makes more than the meter allows.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allocate, burn, meter } from "../../../interpreter/machine/meter.js";
import { readAll } from "../../../interpreter/reader/datum.js";
import { listFrom, Pair } from "../../../interpreter/values/pair.js";
import { LispString } from "../../../interpreter/values/text.js";
import type { Value } from "../../../interpreter/values/value.js";
import { call } from "./evaluate.js";

const saved = { ...meter };
class Exhausted extends Error {}

beforeEach(() => {
  Object.assign(meter, { fuel: 1_000_000, bytes: Number.MAX_SAFE_INTEGER, exhausted: () => { throw new Exhausted(); } });
});
afterEach(() => {
  Object.assign(meter, saved);
});

const N = 100_000;
const list = listFrom(Array.from({ length: N }, (_, index) => index));
const vector = Array.from({ length: N }, (_, index) => index);
const string = new LispString("a".repeat(N));
const bytes = new Uint8Array(N);
const huge = call("expt", 3, N);
const port = call("open-output-string");

/** Each with the least bytes and steps that it must be charged. */
const WORK: [name: string, bytes: number, steps: number, operands: Value[]][] = [
  ["make-vector", 8 * N, N / 16, [N]], ["make-list", 32 * N, N / 16, [N]], ["make-string", 2 * N, N / 16, [N]], ["make-bytevector", N, N / 16, [N]],
  ["append", 32 * N, N / 16, [list, list]], ["reverse", 32 * N, N / 16, [list]], ["list-copy", 32 * N, N / 16, [list]], ["iota", 32 * N, N / 16, [N]], ["list->vector", 8 * N, N / 16, [list]],
  ["vector->list", 32 * N, N / 16, [vector]], ["vector-copy", 8 * N, N / 16, [vector]], ["vector-append", 16 * N, N / 8, [vector, vector]], ["vector-fill!", 0, N / 16, [[...vector], 0]],
  ["string-append", 4 * N, N / 8, [string, string]], ["string-upcase", 2 * N, N / 16, [string]], ["string->list", 32 * N, N / 16, [string]], ["string-contains", 0, N / 16, [string, new LispString("b")]], ["string=?", 0, 1, [string, new LispString(`${"a".repeat(N - 1)}b`)]],
  ["bytevector-copy", N, N / 16, [bytes]], ["string->utf8", N, N / 16, [string]], ["->persistent-vector", 64 * N, N / 16, [list]], ["->set", 64 * N, N / 16, [list]], ["%display", N, N / 16, [string, port]],
  ["length", 0, N / 16, [list]], ["memq", 0, N / 16, [-1, list]], ["equal?", 0, N / 16, [list, call("list-copy", list)]], ["list-tail", 0, N / 16, [list, N]],
  ["expt", N / 8, N / 64, [3, N]], ["*", N / 4, N / 64, [huge, huge]], ["+", N / 8, N / 1024, [huge, huge]], ["quotient", N / 8, N / 1024, [huge, 7]], ["number->string", N / 4, N / 4, [huge]], ["gcd", N / 32, N / 2, [call("expt", 3, N / 4), call("expt", 5, N / 8)]], ["rationalize", N / 16, N / 8, [call("expt", 3 , -N / 4), call("expt", 5, -N / 8)]], ["expt", N / 16, N / 64, [readAll("1+2i", "test")[0] as Value, N]], ["sqrt", N / 8, N / 64, [huge]], ["arithmetic-shift", N / 8, N / 1024, [1, N]],
  ["exact-integer-sqrt", N / 8, N / 64, [huge]], ["string->number", 0, N / 64, [call("number->string", huge)]],
];

describe("work on much data", () => {
  for (const [name, leastBytes, leastSteps, operands] of WORK) {
    it(`${name} is charged by size`, () => {
      call(name, ...operands);
      expect(1_000_000 - meter.fuel).toBeGreaterThanOrEqual(Math.floor(leastSteps));
      expect(Number.MAX_SAFE_INTEGER - meter.bytes).toBeGreaterThanOrEqual(leastBytes);
    });
    if (leastBytes > 0)
      it(`${name} stops at the limit of bytes`, () => {
        meter.bytes = leastBytes - 1;
        expect(() => call(name, ...operands)).toThrow(Exhausted);
      });
  }
});

describe("a search in a list", () => {
  /** Steps of a search for an item that stands at an index. */
  function stepsOf(name: string, item: Value, index: number, length: number): number {
    const items = Array.from({ length }, (_, place) => (place === index ? item : false));
    const isAssociation = name.startsWith("ass");
    const searched = listFrom(isAssociation ? items.map((each) => listFrom([each])) : items);
    const before = meter.fuel;
    const found = call(name, item, searched);
    expect(found === false).toBe(index >= length);
    if (found instanceof Pair) expect(found.car).toBe(item);
    return before - meter.fuel;
  }

  it.each(["memq", "memv", "assq", "assv"])("burns by the place of what %s finds, whatever it compares", (name) => {
    for (const length of [0, 1, 15, 16, 17, 255, 256, 257, 300])
      for (const index of [0, 15, 16, 254, 255, 256, 257, 1000]) {
        const looked = Math.min(index, length);
        const expected = looked < 256 ? Math.floor(looked / 16) : 16 + Math.floor((looked - 256) / 16);
        expect([stepsOf(name, 7, index, length), stepsOf(name, new LispString("a"), index, length)]).toEqual([expected, expected]);
      }
  });

  it.each(["memq", "assq"])("that cannot be right fails in %s before it burns", (name) => {
    const before = meter.fuel;
    expect(() => call(name, 7, listFrom([listFrom([1])], 8))).toThrow();
    expect(before - meter.fuel).toBe(0);
    expect(() => call("assq", 7, listFrom([1]))).toThrow();
  });
});

describe("the registers", () => {
  it("hand a charge that the slice has no fuel for to the machine, whole", () => {
    const large: number[] = [];
    meter.burnBeyond = (steps) => void large.push(steps);
    burn(999_999);
    burn(1);
    burn(1);
    burn(2 ** 40);
    expect([meter.fuel, large]).toEqual([0, [1, 2 ** 40]]);
  });
  it("tell the machine only when the allowance is overdrawn", () => {
    meter.bytes = 32;
    allocate(32);
    expect(() => allocate(1)).toThrow(Exhausted);
  });
});

describe("results beyond all measure are refused at once", () => {
  const ten12 = 10 ** 12;
  const cases: [string, Value[]][] = [
    ["expt", [7, ten12]], ["expt", [7, 10n ** 40n]], ["arithmetic-shift", [1, ten12]], ["make-vector", [ten12]], ["make-string", [ten12]], ["make-list", [ten12]], ["make-bytevector", [ten12]], ["iota", [ten12]],
    ["string-pad-left", [string, ten12]], ["*", [call("expt", 2, 5_000_000), call("expt", 2, 5_000_000)]], ["gcd", [call("+", 1, call("expt", 2, 200_000)), call("expt", 3, 100_000)]],
  ];
  for (const [name, operands] of cases) it(`${name} fails with not-representable`, () => expect(() => call(name, ...operands)).toThrow(/longer than|bits/));
});
