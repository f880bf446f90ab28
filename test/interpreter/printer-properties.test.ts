// What must never break in the printer: what is written reads back as it was, on one line or many, however deep or long.
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { display, pretty, write, writeShared } from "../../interpreter/printer/print.js";
import { readAll } from "../../interpreter/reader/datum.js";
import { DEFAULT_LIMITS } from "../../interpreter/reader/source.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../../interpreter/values/literal.js";
import { Flonum, normaliseInteger, Rational } from "../../interpreter/values/number.js";
import { listFrom, NIL, Pair } from "../../interpreter/values/pair.js";
import { Keyword, LispSymbol } from "../../interpreter/values/symbol.js";
import { Char, LispString } from "../../interpreter/values/text.js";
import type { Value } from "../../interpreter/values/value.js";

const SEED = 20_262;

const text = fc.string({ unit: fc.oneof(fc.constantFrom(..."ab1.+-i/e:#'`,@;|\\\"()[]{} \n\t\r_"), fc.string({ unit: "binary", minLength: 1, maxLength: 1 })), maxLength: 8 });

function rational(numerator: bigint, denominator: bigint): Value {
  let [divisor, rest] = [denominator, numerator < 0n ? -numerator : numerator];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return divisor === denominator ? normaliseInteger(numerator / denominator) : new Rational(numerator / divisor, denominator / divisor);
}

const atom: fc.Arbitrary<Value> = fc.oneof(
  fc.oneof(fc.integer(), fc.maxSafeInteger()).map((integer) => integer + 0),
  fc.bigInt({ max: 2n ** 200n, min: -(2n ** 200n) }).map(normaliseInteger),
  fc.tuple(fc.bigInt({ max: 10n ** 30n, min: -(10n ** 30n) }), fc.bigInt({ min: 1n, max: 10n ** 30n })).map(([n, d]) => rational(n, d)),
  fc.double().map((double) => new Flonum(double)),
  fc.boolean(),
  fc.constant(NIL),
  text.map((name) => LispSymbol.intern(name)),
  text.map((name) => Keyword.intern(name)),
  text.map((content) => new LispString(content, true)),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).map((char) => Char.of(char.codePointAt(0) as number)),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => Uint8Array.from(bytes)),
);

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value; values: Value[] }>((tie) => ({
  values: fc.array(tie("value"), { maxLength: 4 }),
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    atom,
    tie("values").map((items) => listFrom(items)),
    fc.tuple(tie("values"), tie("value")).map(([items, tail]) => listFrom(items, tail)),
    fc.tuple(fc.constantFrom("quote", "quasiquote", "unquote", "unquote-splicing"), tie("value")).map(([name, operand]) => listFrom([LispSymbol.intern(name), operand])),
    tie("values"),
    tie("values").map((items) => new VectorLiteral(items)),
    tie("values").map((items) => new MapLiteral(items.length % 2 === 0 ? items : items.slice(1))),
    tie("values").map((items) => new SetLiteral(items)),
  ),
})).value;

/** The value as plain text, by another way than the printer's: to compare without trusting it. */
function structure(root: Value): unknown {
  if (root instanceof LispString) return ["string", root.text];
  if (root instanceof Flonum) return ["flonum", Object.is(root.value, -0) ? "-0" : String(root.value)];
  if (root instanceof Pair) return ["pair", structure(root.car), structure(root.cdr)];
  if (Array.isArray(root)) return ["vector", ...root.map(structure)];
  if (root instanceof VectorLiteral || root instanceof MapLiteral || root instanceof SetLiteral) return [root.constructor.name, ...root.items.map(structure)];
  return root;
}

describe("what is written reads back as it was", () => {
  const writers: [string, (value: Value) => string][] = [
    ["write", write],
    ["write-shared", writeShared],
    ["pretty, narrow", (root) => pretty(root, 12)],
    ["pretty, wide", (root) => pretty(root, 60)],
  ];
  test.each(writers)("%s", (_name, print) => {
    fc.assert(fc.property(value, (root) => {
      const data = readAll(print(root), "printed");
      expect(data.map(structure)).toEqual([structure(root)]);
    }), { seed: SEED, numRuns: 1_000 });
  });

  test("graphs with cycles and sharing, in their shape", () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 8, maxLength: 8 });
    fc.assert(fc.property(edges, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (targets, arePairs) => {
      const nodes: (Pair | Value[])[] = arePairs.map((isPair, index) => (isPair ? new Pair(index, NIL) : [index]));
      nodes.forEach((node, index) => {
        const [first, second] = (targets[index] as [number, number]).map((target) => nodes[target] as Value) as [Value, Value];
        if (node instanceof Pair) [node.car, node.cdr] = [first, second];
        else node.push(first, second);
      });
      const root = nodes[0] as Value;
      for (const printed of [writeShared(root), ...(write(root).length < 5_000 ? [write(root)] : [])])
        expect(writeShared(readAll(printed, "graph")[0] as Value).length).toBeGreaterThan(0);
      expect(writeShared(readAll(writeShared(root), "graph")[0] as Value)).toBe(writeShared(root));
    }), { seed: SEED, numRuns: 300 });
  });
});

describe("neither depth nor length overflows the host stack", () => {
  const depth = 100_000;
  const nest = (wrap: (inner: Value) => Value): Value => {
    let result: Value = 1;
    for (let count = 0; count < depth; count++) result = wrap(result);
    return result;
  };
  const cases: [string, Value][] = [
    ["a long list", listFrom(Array.from({ length: depth }, (_, index) => index))],
    ["deep lists", nest((inner) => new Pair(inner, NIL))],
    ["deep vectors", nest((inner) => [inner, 2])],
    ["deep quotations", nest((inner) => listFrom([LispSymbol.intern("quote"), inner]))],
    ["deep maps", nest((inner) => new MapLiteral([1, inner]))],
  ];
  test.each(cases)("%s", (_name, deep) => {
    const written = write(deep);
    expect(written.length).toBeGreaterThan(depth);
    expect(display(deep)).toBe(written);
    expect(writeShared(deep)).toBe(written);
    expect(write(readAll(written, "deep", { ...DEFAULT_LIMITS, depth: Infinity })[0] as Value)).toBe(written);
    expect(pretty(deep, 40).length).toBeLessThan(written.length * 4);
  });
});

test("a list a million long prints", () => {
  expect(write(listFrom(Array.from({ length: 1_000_000 }, () => 7))).length).toBe(2_000_001);
});

test("pretty keeps to the width where the atoms allow it", () => {
  const word = fc.constantFrom("alpha", "beta", "gamma", ":key", "42").map((name) => readAll(name, "")[0] as Value);
  const tree = fc.letrec<{ tree: Value }>((tie) => ({ tree: fc.oneof({ maxDepth: 3 }, word, fc.array(tie("tree"), { minLength: 1, maxLength: 6 }).map((items) => listFrom(items))) })).tree;
  fc.assert(fc.property(tree, (root) => {
    for (const line of pretty(root, 70).split("\n")) expect(line.length).toBeLessThanOrEqual(70);
  }), { seed: SEED, numRuns: 500 });
});
