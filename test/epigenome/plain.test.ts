// Plain data to text and back: exactly what the interpreter's printer and reader do, or nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText, readPlain } from "../../epigenome/plain.js";
import {
  canonical, equal, Flonum, Keyword, LispString, LispSymbol, listFrom, NIL, Pair, PersistentMap, PersistentVector, readAll, type Value,
} from "../../interpreter/index.js";
import { readData } from "../../epigenome/data.js";

const names = fc.constantFrom("a", "key", "state-hash", "x9", "quote", "unquote", "nan", "Upper", "with space", "a.b", "é", "", "#t", "->x", "1+", "-", ".");
const texts = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.constantFrom("", "plain text", 'a "quote"', "back\\slash", "line\nbreak", "tab\t", "\u007f", "\ud83d\ude00"));
const atoms: fc.Arbitrary<Value> = fc.oneof(
  fc.integer(), fc.maxSafeInteger(), fc.boolean(), fc.double().map((number) => new Flonum(number)), fc.bigInt(),
  names.map((name) => Keyword.intern(name)), names.map((name) => LispSymbol.intern(name)), texts.map((text) => new LispString(text, true)), fc.constant(NIL),
);
const { datum } = fc.letrec<{ datum: Value }>((tie) => ({
  datum: fc.oneof({ depthSize: "small", withCrossShrink: true }, atoms,
    fc.array(tie("datum"), { maxLength: 5 }).map((items) => PersistentVector.from(items)),
    fc.array(tie("datum"), { maxLength: 5 }).map((items) => listFrom(items)),
    fc.tuple(tie("datum"), tie("datum")).map(([car, cdr]) => new Pair(car, cdr)),
    fc.array(fc.tuple(atoms, tie("datum")), { maxLength: 5 }).map((pairs) => PersistentMap.from(pairs)),
    fc.array(tie("datum"), { maxLength: 3 }).map((items) => items as Value)),
}));

test("a plain text is the canonical one, and what it reads as is what the reader reads", () => {
  let plain = 0;
  fc.assert(fc.property(datum, (value) => {
    const text = canonical(value);
    const written = plainText(value);
    if (written !== undefined) expect(written).toBe(text);
    const read = readPlain(text);
    if (read === undefined) return;
    plain += 1;
    const [again] = readData(text);
    expect(canonical(read)).toBe(text);
    expect(equal(read, again as Value)).toBe(true);
  }), { numRuns: 3_000, seed: 2026 });
  expect(plain).toBeGreaterThan(300);
});

test.each([
  "", " ", "{", "{:a}", "{:a 1", "[1  2]", "[1,2]", "(1 . 2)", "'x", '"a', '"a\\n"', "1.5", "01", "+1", "#(1)", "#u8(1)", ":a:b", "1 2", "a ", "[1] ]", ":", "|a|", "; c", "#{1}", "9007199254740993",
])("%j is left to the reader", (text) => expect(readPlain(text)).toBeUndefined());

test.each(["{}", "[]", "()", "#t", "-12", ":a", "abc", '"x y"', '{:a [1 "b" (c #f)] "k" {}}'])("%j is plain", (text) => {
  const value = readPlain(text) as Value;
  expect(plainText(value)).toBe(text);
  expect(readAll(text, "text")).toHaveLength(1);
});

test("data that refer to themselves, and live objects, are left to what refuses them", () => {
  const circle = new Pair(1, NIL);
  circle.cdr = circle;
  for (const value of [circle, PersistentVector.from([circle]), (() => 1) as unknown as Value]) expect(plainText(value)).toBeUndefined();
});
