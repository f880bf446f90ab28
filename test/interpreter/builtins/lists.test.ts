// Pairs, lists, vectors, bytevectors and records: the examples of R7RS 6.4, 6.8, 6.9, 5.5 and SRFI 1.
import { describe, expect, it } from "vitest";
import { NIL, Pair, listFrom } from "../../../interpreter/values/pair.js";
import type { Value } from "../../../interpreter/values/value.js";
import { call, check } from "./evaluate.js";
import { LispError } from "../../../interpreter/values/condition.js";

describe("pairs and lists", () => {
  check([
    ["(cons 'a 3)", "(a . 3)"], ["(car '(a b))", "a"], ["(cdr '(a . b))", "b"], ["(car '())", "!wrong-type"], ["(caddr '(1 2 3))", "3"], ["(cadr '(1))", "!wrong-type"],
    ["(cdddar '((1 2 3 . 4)))", "4"], ["(pair? '())", "#f"], ["(null? '())", "#t"], ["(car 1 2)", "!wrong-arity"],
    ["(define x (list 'a 'b)) (set-car! x 1) (set-cdr! x 2) x", "(1 . 2)"],
    ["(list)", "()"], ["(list? '(a . b))", "#f"], ["(list? '#0=(a . #0#))", "#f"], ["(make-list 2 3)", "(3 3)"], ["(make-list -1)", "!out-of-range"], ["(make-list 100000000000)", "!not-representable"],
    ["(length '(a (b) (c d e)))", "3"], ["(length '(a . b))", "!wrong-type"], ["(length '#0=(a . #0#))", "!wrong-type"], ["(length 5)", "!wrong-type"],
    ["(append '(x) '(y))", "(x y)"], ["(append '(a b) '(c . d))", "(a b c . d)"], ["(append '() 'a)", "a"], ["(append)", "()"], ["(append 'a '(b))", "!wrong-type"],
    ["(reverse '(a (b c) d (e (f))))", "((e (f)) d (b c) a)"], ["(list-tail '(a b c) 1)", "(b c)"], ["(list-tail '(a) 2)", "!wrong-type"], ["(list-ref '(a b c d) 2)", "c"],
    ["(list-ref '(a b) 2)", "!wrong-type"], ["(list-ref '(a b) 1.0)", "!wrong-type"], ["(define l (list 'one 'two)) (list-set! l 1 'three) l", "(one three)"],
    ["(memq 'c '(a b c d e))", "(c d e)"], ["(memq 'x '(a b))", "#f"], ["(memq 'x '(a . b))", "!wrong-type"], ["(memq 'x '#0=(a b . #0#))", "!wrong-type"], ["(memv 1.5 '(1 1.5))", "(1.5)"],
    ["(%member (list 'a) '(b (a) c))", "((a) c)"], ["(assq 'b '((a 1) (b 2)))", "(b 2)"], ["(assq 'c '((a 1)))", "#f"], ["(assv 5 '((2 3) (5 7)))", "(5 7)"], ["(%assoc (list 'a) '(((a)) ((b))))", "((a))"],
    ["(assq 'a '(b))", "!wrong-type"], ["(list-copy '(1 2 . 3))", "(1 2 . 3)"], ["(list-copy 5)", "5"], ["(define a (list 1 2)) (define b (list-copy a)) (set-car! b 9) a", "(1 2)"],
  ]);
});

describe("lists of SRFI 1", () => {
  check([
    ["(first '(1 2))", "1"], ["(fifth '(1 2 3 4 5))", "5"], ["(third '(1 2))", "!wrong-type"], ["(last '(1 2 3))", "3"], ["(last '(1 2 . 3))", "2"], ["(last '())", "!wrong-type"],
    ["(last-pair '(1 2 . 3))", "(2 . 3)"], ["(take '(1 2 3) 2)", "(1 2)"], ["(drop '(1 2 3) 2)", "(3)"], ["(take '(1) 2)", "!wrong-type"], ["(split-at '(1 2 3) 1)", "(1) (2 3)"],
    ["(take-right '(1 2 3) 2)", "(2 3)"], ["(drop-right '(1 2 3) 2)", "(1)"], ["(take-right '(1 2 . 3) 1)", "(2 . 3)"], ["(iota 3)", "(0 1 2)"], ["(iota 3 1 1/2)", "(1 3/2 2)"], ["(iota 2 0 -0.1)", "(0.0 -0.1)"],
    ["(cons* 1 2 '(3))", "(1 2 3)"], ["(cons* 1)", "1"], ["(concatenate '((1) (2 3)))", "(1 2 3)"], ["(append-reverse '(2 1) '(3))", "(1 2 3)"], ["(%delete \"a\" '(\"a\" b \"a\"))", "(b)"],
    ["(length+ '#0=(a . #0#))", "#f"], ["(length+ '(1 2))", "2"], ["(circular-list? '#0=(a . #0#))", "#t"], ["(dotted-list? '(a . b))", "#t"], ["(dotted-list? '(a))", "#f"], ["(proper-list? '())", "#t"],
  ]);
});

describe("vectors", () => {
  check([
    ["(vector? '#(a))", "#t"], ["(make-vector 2 'x)", "#(x x)"], ["(vector 1 2)", "#(1 2)"], ["(vector-length '#())", "0"], ["(vector-ref '#(1 1 2 3) 3)", "3"], ["(vector-ref '#(1) 1)", "!out-of-range"],
    ["(vector-ref '#(1) -1)", "!out-of-range"], ["(vector-ref '#() 0)", "!out-of-range"], ["(vector-ref '#(1) 0.0)", "!wrong-type"], ["(vector-ref 5 0)", "!wrong-type"], ["(make-vector 1000000000000)", "!not-representable"],
    ["(define v (vector 0 1)) (vector-set! v 0 'a) v", "#(a 1)"], ["(vector->list '#(dah dah didah) 1)", "(dah didah)"], ["(vector->list '#(a b c) 1 2)", "(b)"], ["(vector->list '#(a b c) 2 1)", "!out-of-range"],
    ["(list->vector '(1 2))", "#(1 2)"], ["(list->vector '(1 . 2))", "!wrong-type"], ["(vector-copy '#(1 2 3) 1)", "#(2 3)"], ["(vector-append '#(a) '#(b c))", "#(a b c)"],
    ["(define a (vector 1 2 3 4 5)) (vector-copy! a 1 a 0 3) a", "#(1 1 2 3 5)"], ["(define a (vector 1 2 3 4 5)) (vector-copy! a 0 a 2) a", "#(3 4 5 4 5)"],
    ["(define b (vector 10 20 30)) (vector-copy! b 1 '#(a b c d) 0 2) b", "#(10 a b)"], ["(vector-copy! (vector 1 2) 1 '#(a b))", "!out-of-range"],
    ["(define a (vector 1 2 3 4)) (vector-fill! a 'x 1 3) a", "#(1 x x 4)"],
  ]);
});

describe("bytevectors", () => {
  check([
    ["(bytevector 1 3 5)", "#u8(1 3 5)"], ["(bytevector 256)", "!wrong-type"], ["(make-bytevector 2 12)", "#u8(12 12)"], ["(bytevector-u8-ref '#u8(1 1 2) 2)", "2"], ["(bytevector-u8-ref '#u8() 0)", "!out-of-range"],
    ["(define b (bytevector 1 2 3)) (bytevector-u8-set! b 1 9) b", "#u8(1 9 3)"], ["(bytevector-copy '#u8(1 2 3 4 5) 2 4)", "#u8(3 4)"], ["(bytevector-append '#u8(0 1) '#u8(2))", "#u8(0 1 2)"],
    ["(define b (bytevector 10 20 30 40 50)) (bytevector-copy! b 1 '#u8(1 2 3 4 5) 0 2) b", "#u8(10 1 2 40 50)"], ["(define b (bytevector 1 2 3 4)) (bytevector-copy! b 1 b 0 3) b", "#u8(1 1 2 3)"],
    ["(define b (bytevector 1 2 3)) (bytevector-fill! b 7 1) b", "#u8(1 7 7)"], ["(utf8->string '#u8(#x41))", '"A"'], ["(utf8->string '#u8(#xff))", "!wrong-type"], ["(string->utf8 \"λ\")", "#u8(206 187)"],
    ["(string->utf8 \"aλb\" 1 2)", "#u8(206 187)"], ["(utf8->string '#u8(239 187 191 65) 3)", '"A"'], ["(string-length (utf8->string '#u8(239 187 191 65)))", "2"],
  ]);
});

describe("records are told apart by their type", () => {
  const POINT = "(define point (%make-record-type 'point '(x y))) (define p (%record point 1 2)) (define other (%make-record-type 'point '(x y))) ";
  check([
    [`${POINT}(%record-ref p point 1 'point-y)`, "2"], [`${POINT}(%record? p point)`, "#t"], [`${POINT}(%record? p other)`, "#f"], [`${POINT}(%record? 5 point)`, "#f"],
    [`${POINT}(%record-ref p other 1 'point-y)`, "!wrong-type"], [`${POINT}(%record-ref 5 point 1 'point-y)`, "!wrong-type"], [`${POINT}(%record-set! p point 0 9 'set-x!) (%record-ref p point 0 'x)`, "9"],
    [`${POINT}(%record point 1)`, "!wrong-arity"], [`${POINT}(record-type-name p)`, "point"], [`${POINT}(record-type-fields point)`, "(x y)"], [`${POINT}(record->list p)`, "(1 2)"], [`${POINT}(record? p)`, "#t"], ["(record? 5)", "#f"],
  ]);
  it("names the accessor that was called", () => {
    const type = call("%make-record-type", call("string->symbol", call("symbol->string", call("string->symbol", call("number->string", 1)))), NIL);
    try {
      call("%record-ref", 5, type, 0, call("keyword->symbol", call("string->keyword", call("number->string", 7))));
      expect.unreachable();
    } catch (error) {
      expect((error as LispError).message).toBe("7: expected a record of type 1 as operand 1, but got");
    }
  });
});

describe("long lists need no host stack", () => {
  const long = listFrom(Array.from({ length: 300_000 }, (_, index) => index));
  const cases: [string, () => Value][] = [
    ["length", () => call("length", long)], ["reverse", () => call("car", call("reverse", long))], ["append", () => call("length", call("append", long, long))],
    ["list-copy", () => call("length", call("list-copy", long))], ["equal?", () => call("equal?", long, call("list-copy", long))], ["list->vector", () => call("vector-length", call("list->vector", long))],
    ["vector-append", () => call("vector-length", call("vector-append", call("list->vector", long), call("list->vector", long)))],
  ];
  for (const [name, run] of cases) it(name, () => expect([300_000, 600_000, 299_999, true]).toContainEqual(run()));
  it("last", () => expect(call("last", long as Pair)).toBe(299_999));
});
