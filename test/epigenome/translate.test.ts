// Translation: the schema decides, both ways; what cannot cross is refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createInterpreter, LispError, type Value, write } from "../../interpreter/index.js";
import { parametersOf, toLisp, toPlain } from "../../epigenome/translate.js";
import { bytes, datum } from "../../ports/port.js";

const interpreter = createInterpreter();
const environment = interpreter.environment(["(ouro base)"]);
const lisp = (text: string): Value => interpreter.start(text, "test", environment).finish();

function codeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof LispError) return (error.payload as { code: string }).code;
    throw error;
  }
}

const ITEM = z.object({ name: z.string(), size: z.int(), ratio: z.number().optional() });

describe("from Lisp", () => {
  test.each<[string, z.ZodType, unknown]>([
    ["5", z.int(), 5],
    ["5.0", z.int(), "invalid-parameters"],
    ["(expt 2 60)", z.int(), "invalid-parameters"],
    ["(expt 2 60)", z.bigint(), 2n ** 60n],
    ["1/4", z.number(), 0.25],
    ["3", z.number(), 3],
    ["(/ 0. 0.)", z.number(), "invalid-parameters"],
    ['"text"', z.string(), "text"],
    [":word", z.string(), "invalid-parameters"],
    ["#t", z.boolean(), true],
    ["'()", z.boolean(), "invalid-parameters"],
    ['{:name "n" :size 1}', ITEM, { name: "n", size: 1 }],
    ['{:name "n" :size 1 :ratio 2}', ITEM, { name: "n", size: 1, ratio: 2 }],
    ['{:name "n" :size 1 :more 2}', ITEM, "invalid-parameters"],
    ['{"a" 1 :b 2}', z.record(z.string(), z.int()), { a: 1, b: 2 }],
    ["[1 2]", z.array(z.int()), [1, 2]],
    ["(list 1 2)", z.array(z.int()), [1, 2]],
    ["(vector 1 2)", z.array(z.int()), [1, 2]],
    ["(cons 1 2)", z.array(z.int()), "invalid-parameters"],
    ["(let ((x (list 1 2))) (set-cdr! (cdr x) x) x)", z.array(z.int()), "invalid-parameters"],
    ['"fast"', z.enum(["fast", "slow"]), "fast"],
    ['"other"', z.enum(["fast", "slow"]), "invalid-parameters"],
    ["2", z.union([z.string(), z.int()]), 2],
    [":x", z.union([z.string(), z.int()]), "invalid-parameters"],
    ["#u8(1 2)", bytes, new Uint8Array([1, 2])],
    ["'(a {:b [1 2.5]} \"c\")", datum, '(a {:b [1 2.5]} "c")'],
    ["car", datum, "not-data"],
    ["(list car)", datum, "not-data"],
    ["car", z.string(), "invalid-parameters"],
    ["(let ((x (list 1))) (set-cdr! x x) x)", datum, "not-data"],
  ])("%s", (text, schema, plain) => {
    expect(codeOf(() => toPlain(lisp(text), schema, "it"))).toEqual(plain);
  });

  test.each([
    ['(list "k" 1)', { key: "k", limit: 1 }],
    ['(list "k" 1 :after "z")', { key: "k", limit: 1, after: "z" }],
    ['(list "k")', "invalid-parameters"],
    ['(list "k" 1 :other 2)', "invalid-parameters"],
    ['(list "k" 1 :after)', "invalid-parameters"],
    ['(list "k" 1 2)', "invalid-parameters"],
  ])("parameters %s", (text, plain) => {
    const shape = { key: z.string(), limit: z.int(), after: z.string().optional() };
    expect(codeOf(() => parametersOf(lisp(`(list->vector ${text})`) as Value[], shape, "call"))).toEqual(plain);
  });
});

test("numbers come back exact only where the schema says integer", () => {
  expect(write(toLisp({ name: "n", size: 3, ratio: 3 }, ITEM))).toBe('{:name "n" :size 3 :ratio 3.0}');
});

test("whatever a schema admits comes back as it went", () => {
  const schema = z.object({
    text: z.string(), count: z.int(), real: z.number(), flag: z.boolean(), list: z.array(z.object({ key: z.string() })),
    table: z.record(z.string(), z.int()), maybe: z.string().optional(), big: z.bigint(), kind: z.enum(["a", "b"]),
  });
  const plain = fc.record({
    text: fc.string({ unit: "grapheme" }), count: fc.maxSafeInteger(), real: fc.double({ noNaN: true, noDefaultInfinity: true }), flag: fc.boolean(),
    list: fc.array(fc.record({ key: fc.string() })), table: fc.dictionary(fc.string().filter((key) => key !== "__proto__"), fc.integer(), { noNullPrototype: true }),
    big: fc.bigInt(), kind: fc.constantFrom("a", "b"),
  });
  fc.assert(fc.property(plain, (value) => {
    expect(toPlain(toLisp(value, schema), schema, "it")).toEqual(value);
  }), { numRuns: 200, seed: 3 });
});
