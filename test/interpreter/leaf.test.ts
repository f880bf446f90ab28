// Calls that are replaced by bodies burn, fail and answer as the calls do.
import { expect, it } from "vitest";
import { run } from "./running.js";

const PROGRAMS: readonly (readonly [behaviour: string, source: string, expected: string])[] = [
  ["records", "(define-record-type point (make x y) point? (x px set-px!) (y py)) (define (f p n) (if (= n 0) (list (px p) (py p)) (begin (set-px! p (+ (px p) n)) (f (make (py p) (px p)) (- n 1))))) (f (make 1 2) 5)", "(8 10)"],
  ["a leaf within a leaf", "(define (square x) (* x x)) (define (size x y) (+ (square x) (square y))) (define (f n sum) (if (= n 0) sum (f (- n 1) (+ sum (size n (- n 1)))))) (f 5 0)", "85"],
  ["a leaf that decides", "(define (same? a b) (or (eq? a b) (and (pair? a) (pair? b) (eq? (car a) (car b))))) (define (f l n) (cond ((null? l) n) ((same? (car l) '(a)) (f (cdr l) (+ n 1))) (else (f (cdr l) n)))) (f '((a) b (a 2) (c)) 0)", "2"],
  ["operands that change while others are computed", "(define x 1) (define (change!) (set! x (+ x 1)) x) (define (three a b c) (list a b c)) (define (id y) y) (define (f) (three x (change!) (three x (id x) (change!)))) (f)", "(1 2 (2 2 3))"],
  ["a local leaf with what it captures", "(define (id x) x) (define (f a) (define (plus b) (+ a b)) (let ((c (id 10))) (+ (plus c) (plus (id 1))))) (f 5)", "21"],
  ["two calls in one expression with a binding inside", "(define (twice x) (let ((y (+ x 1))) (* y y))) (define (f a) (+ (twice a) (twice (twice a)))) (f 2)", "109"],
  ["an error within", "(define (first x) (car x)) (define (f l) (guard (e (#t (condition-code e))) (list (first l) (first (cdr l))))) (list (f '(1 2)) (f '(1)))", "((1 2) :wrong-type)"],
  ["in tail position of what a continuation enters again", "(define k #f) (define n 0) (define (plus a b) (+ a b)) (define (f) (plus (call/cc (lambda (c) (set! k c) 1)) 10)) (define r (f)) (set! n (+ n 1)) (if (< n 3) (k n)) r", "12"],
  ["top-level variables that are assigned", "(define count 0) (define (next!) (set! count (+ count 1)) count) (define (f n) (if (= n 0) count (begin (next!) (f (- n 1))))) (f 7)", "7"],
];

it.each(PROGRAMS)("%s", (_, source, expected) => {
  const runs = [{ slice: 1 }, { slice: 2, program: true }, { slice: 3, program: true }, { slice: 2000, program: true }].map((options) => run(source, options));
  expect(runs.map(({ result }) => result)).toEqual(runs.map(() => expected));
  expect(new Set(runs.map(({ steps }) => steps)).size).toBe(1);
});

it("a limit ends them at the same step", () => {
  const source = "(define (square x) (* x x)) (define seen '()) (define (f n) (set! seen (cons (square (square n)) seen)) (f (+ n 1)))";
  for (let steps = 1; steps < 40; steps++) {
    const limited = `${source} (guard (e (#t (list (condition-code e) (length seen)))) (with-limits {:steps ${steps}} (lambda () (f 1))))`;
    const outcomes = [{ slice: 1 }, { slice: 2000 }, { slice: 1, program: true }, { slice: 7, program: true }, { slice: 2000, program: true }].map((options) => run(limited, options));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size, JSON.stringify(outcomes)).toBe(1);
  }
});
