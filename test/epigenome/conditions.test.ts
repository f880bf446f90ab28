// Conditions of grants and narrowings: what all those of one call burn is bounded, and so is what is kept of them.
import { describe, expect, test } from "vitest";
import { Conditions } from "../../epigenome/conditions.js";
import { datumOf } from "../../epigenome/data.js";
import { createInterpreter } from "../../interpreter/index.js";

const request = datumOf('{:key "notes/a" :count 3}');
const limited = expect.objectContaining({ payload: expect.objectContaining({ code: "limit-exceeded" }) }) as Error;
const LOOP = "(let loop ((i 0)) (or (> i 150000) (loop (+ i 1))))";
/** A form of few characters that expands to 2^60 of them. */
const DOUBLING = `(let-syntax ((twice (syntax-rules () ((_ x) (begin x x))))) ${"(twice ".repeat(60)}#t${")".repeat(60)})`;

describe("a condition", () => {
  test.each([
    ['(prefix? "notes/" (:key request))', true], ["(> (:count request) 5)", false], ["#t", true], ["(equal? '(:key request) 1)", false],
  ])("%s", (text, holds) => {
    expect(new Conditions(createInterpreter()).holding(request)(datumOf(text))).toBe(holds);
  });

  test("burns within one limit with all others of its call, and those of the next call have it whole", () => {
    const conditions = new Conditions(createInterpreter());
    const loops = Array.from({ length: 20 }, () => datumOf(LOOP));
    const call = (): number => {
      const isMet = conditions.holding(request);
      let met = 0;
      expect(() => { for (const loop of loops) { isMet(loop); met += 1; } }).toThrow(limited);
      return met;
    };
    const met = call();
    expect(met).toBeGreaterThan(0);
    expect(call()).toBeGreaterThanOrEqual(met);
  });

  test("expands within the limit too", () => {
    const conditions = new Conditions(createInterpreter());
    expect(() => conditions.check(datumOf(DOUBLING))).toThrow(limited);
    expect(() => conditions.holding(request)(datumOf(DOUBLING))).toThrow(limited);
  });

  test("is kept by its text only among the last that were asked", () => {
    const conditions = new Conditions(createInterpreter());
    for (let index = 0; index < 1_000; index++) conditions.check(datumOf(`(equal? ${index} (:count request))`));
    expect(conditions.size).toBeLessThan(500);
    expect(conditions.holding(request)(datumOf("(equal? 3 (:count request))"))).toBe(true);
  });
});
