// Data of a million elements, recursion a million deep, and numbers at the edges: right answers, or errors with codes.
import { expect, it } from "vitest";
import { answer } from "./running.js";

const MILLION = "(define many (iota 1000000))";

it.each<readonly [form: string, expected: string]>([
  ["(fold + 0 (map (lambda (x) (* 2 x)) (filter even? many)))", "499999000000"],
  ["(fold + 0 many)", "499999500000"],
  ["(fold-right + 0 many)", "499999500000"],
  ["(let ((sorted (sort (map (lambda (x) (modulo (* x 7919) 1000003)) many) <))) (let loop ((l sorted)) (or (null? (cdr l)) (and (<= (car l) (cadr l)) (loop (cdr l))))))", "#t"],
  ["(length (append many many '(1)))", "2000001"],
  ["(vector-ref (list->vector many) 999999)", "999999"],
  ["(length (vector->list (vector-map (lambda (x) (+ x 1)) (list->vector many))))", "1000000"],
  ["(equal? many (list-copy many))", "#t"],
  ["(car (reverse (list-tail many 500000)))", "999999"],
  ["(apply + many)", "!out-of-range"],
  ["(apply + (iota 20000))", "199990000"],
  ["(let count ((n 1000000)) (if (= n 0) 0 (+ 1 (count (- n 1)))))", "1000000"],
  ["(define (is-even n) (if (= n 0) #t (is-odd (- n 1)))) (define (is-odd n) (if (= n 0) #f (is-even (- n 1)))) (is-even 1000001)", "#f"],
  ["(vector-ref (vector 1 2 3) -1)", "!out-of-range"],
  ["(vector-ref (vector 1 2 3) 3)", "!out-of-range"],
  ["(vector-ref (vector 1 2 3) 1.0)", "!wrong-type"],
  ["(string->number \"1e400\")", "+inf.0"],
  ["(string->number \"-1e400\")", "-inf.0"],
  ["(string->number \"1e-400\")", "0.0"],
  ["(let ((n (expt 7 100000))) (list (string-length (number->string n)) (modulo n 1000007) (exact-integer? n)))", `(84510 ${modularPower(7, 100_000, 1_000_007)} #t)`],
])("%s", (form, expected) => {
  expect(answer(`${MILLION} ${form}`)).toBe(expected);
});

function modularPower(base: number, exponent: number, modulus: number): number {
  let power = 1;
  for (let count = 0; count < exponent; count++) power = (power * base) % modulus;
  return power;
}
