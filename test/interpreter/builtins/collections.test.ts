// Persistent collections: each operation, order of insertion, keys as data, and agreement with a plain model.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { write } from "../../../interpreter/printer/print.js";
import { PersistentMap } from "../../../interpreter/values/collection.js";
import { equal } from "../../../interpreter/values/equality.js";
import { LispString } from "../../../interpreter/values/text.js";
import type { Value } from "../../../interpreter/values/value.js";
import { call, check } from "./evaluate.js";

describe("maps", () => {
  check([
    ["{:b 1 :a 2}", "{:b 1 :a 2}"], ["(persistent-map :a 1 :a 2)", "{:a 2}"], ["(persistent-map :a)", "!wrong-arity"], ["(get {:a 1} :a)", "1"], ["(get {:a 1} :b)", "#f"], ["(get {:a 1} :b 5)", "5"], ["(get {:a #f} :a 5)", "#f"],
    ["(get 5 :a)", "!wrong-type"], ["(put {:a 1 :b 2} :a 3 :c 4)", "{:a 3 :b 2 :c 4}"], ["(define m {:a 1}) (put m :a 2) m", "{:a 1}"], ["(remove-key {:a 1 :b 2} :a :z)", "{:b 2}"], ["(merge {:a 1 :b 2} {:b 3 :c 4})", "{:a 1 :b 3 :c 4}"], ["(merge)", "{}"],
    ["(keys {:b 1 :a 2})", "(:b :a)"], ["(vals {:b 1 :a 2})", "(1 2)"], ["(entries {:b 1})", "([:b 1])"], ["(contains-key? {:a #f} :a)", "#t"], ["(contains-key? {:a 1} :b)", "#f"], ["(size {:a 1})", "1"], ["(keys [1])", "!wrong-type"],
    ["(get-in {:a {:b [10 20]}} [:a :b 1])", "20"], ["(get-in {:a 1} '(:x :y) 0)", "0"], ["(get-in {:a 1} [:a :b])", "!wrong-type"], ["(get-in {:a 1} [])", "{:a 1}"],
    ["(put-in {:a {:b 1}} [:a :c] 2)", "{:a {:b 1 :c 2}}"], ["(put-in {} [:a :b] 1)", "{:a {:b 1}}"], ["(put-in {:v [1 2]} [:v 1] 9)", "{:v [1 9]}"], ["(put-in {} [] 5)", "5"],
    ["(conj {:a 1} [:b 2])", "{:a 1 :b 2}"], ["(conj {:a 1} 5)", "!wrong-type"], ["(->map (list [:a 1]))", "{:a 1}"], ["(persistent-map? {})", "#t"], ["(persistent-map? [])", "#f"],
  ]);
});

describe("vectors and sets", () => {
  check([
    ["(persistent-vector 1 2)", "[1 2]"], ["(nth [1 2] 1)", "2"], ["(nth [1 2] 2)", "!out-of-range"], ["(nth [1 2] -1)", "!out-of-range"], ["(nth [1 2] 2 :none)", ":none"], ["(get [1 2] 5 0)", "0"], ["(get [1 2] -1)", "#f"], ["(put [1 2] 0 9)", "[9 2]"], ["(put [1 2] 2 3)", "[1 2 3]"],
    ["(put [1 2] 4 3)", "!out-of-range"], ["(conj [1] 2 3)", "[1 2 3]"], ["(subvec [1 2 3 4] 1 3)", "[2 3]"], ["(subvec [1 2] 2)", "[]"], ["(subvec [1 2] 3)", "!out-of-range"], ["(->list [1 2])", "(1 2)"], ["(->list {:a 1})", "([:a 1])"], ["(->list \"ab\")", "(#\\a #\\b)"],
    ["(->list 5)", "!wrong-type"], ["(->persistent-vector '(1 2))", "[1 2]"], ["(->persistent-vector '#(1 2))", "[1 2]"], ["(->set '(b a b))", "#{b a}"], ["(persistent-set 2 1 2)", "#{2 1}"], ["(conj #{1} 2)", "#{1 2}"], ["(remove-key #{1 2} 1)", "#{2}"],
    ["(contains-key? #{1} 1)", "#t"], ["(get #{1} 2 :no)", ":no"], ["(union #{1 2} #{3 2})", "#{1 2 3}"], ["(intersection #{1 2 3} #{3 2})", "#{2 3}"], ["(difference #{1 2 3} #{2} #{3})", "#{1}"], ["(union #{1} [2])", "!wrong-type"], ["(size 5)", "!wrong-type"],
  ]);
});

describe("keys are immutable data", () => {
  check([
    ["(get {\"a\" 1} \"a\")", "1"], ["(get {'(1 (2)) :x} (list 1 (list 2)))", ":x"], ["(get {{:a 1 :b 2} :x} {:b 2 :a 1})", ":x"], ["(get {[1 \"a\"] :x} [1 \"a\"])", ":x"], ["(get {#{1 2} :x} #{2 1})", ":x"], ["(get {1 :exact} 1.0)", "#f"], ["(get {1.5 :x} 1.5)", ":x"],
    ["(get {1/2 :x} 1/2)", ":x"], ["(get {100000000000000000000 :x} 100000000000000000000)", ":x"], ["(get {:a 1 'a 2 \"a\" 3 #\\a 4} \"a\")", "3"], ["(get {0.0 :plus} -0.0)", "#f"], ["(get {'() 1} '())", "1"],
    ["(size (persistent-set '(\"atb\") '(\"a\" \"b\") '(\"a2\" \"b\") '(a) '(:a) '((a)) '((a) . b)))", "7"],
    ["(persistent-set '(a b) '(a . b) '(a . (b)))", "#{(a b) (a . b)}"], ["(persistent-map '#(1) 2)", "!not-data"], ["(persistent-set (void))", "!not-data"], ["(persistent-set '#0=(a . #0#))", "!not-data"], ["(get {} '#(1))", "!not-data"], ["(persistent-set [1 '#(1)])", "!not-data"],
    ["(define s (string-copy \"a\")) (define m {s 1}) (string-set! s 0 #\\b) m", "{\"a\" 1}"], ["(define k (list 1 2)) (define m {k 1}) (set-car! k 9) m", "{(1 2) 1}"],
    ["(define m {(list 1 2) 1}) (set-car! (car (keys m)) 9) m", "{(1 2) 1}"], ["(define s (string-copy \"a\")) (define m {[s] 1}) (string-set! s 0 #\\b) m", "{[\"a\"] 1}"], ["(string-set! (car (keys {\"a\" 1})) 0 #\\b)", "!immutable"],
  ]);
  it("refuses procedures, and keys nested beyond measure", () => {
    expect(() => PersistentMap.empty.put(() => 1, 1)).toThrow(/must be immutable data/);
    let deep: Value = 1;
    for (let level = 0; level < 100_000; level++) deep = call("persistent-vector", deep);
    expect(() => PersistentMap.empty.put(deep, 1)).toThrow(/nested/);
  });
});

describe("a map", () => {
  const key = fc.constantFrom<() => Value>(() => 1, () => new LispString("a"), () => new LispString("b"), () => call("list", 1, new LispString("a")), () => call("string->keyword", new LispString("k")), () => call("inexact", 1));
  const command = fc.tuple(fc.constantFrom("put", "remove"), key, fc.integer({ min: 0, max: 99 }));
  it("agrees with a list of entries in order of insertion, whatever is put and removed", () => {
    fc.assert(fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      let map = PersistentMap.empty;
      let model: { text: string; value: number }[] = [];
      for (const [kind, makeKey, value] of commands) {
        const text = write(makeKey());
        const found = model.find((entry) => entry.text === text);
        if (kind === "put" && found !== undefined) model = model.map((entry) => (entry === found ? { text, value } : entry));
        else if (kind === "put") model = [...model, { text, value }];
        else model = model.filter((entry) => entry !== found);
        const before = write(map);
        const next = kind === "put" ? map.put(makeKey(), value) : map.remove(makeKey());
        expect(write(map)).toBe(before);
        map = next;
        expect(Array.from(map, ([each, number]) => ({ text: write(each), value: number }))).toEqual(model);
        expect(map.get(makeKey())).toBe(model.find((entry) => entry.text === text)?.value);
        expect(equal(map, PersistentMap.from([...map].reverse()))).toBe(true);
      }
    }), { seed: 20261120, numRuns: 200 });
  });
});
