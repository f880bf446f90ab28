// Arithmetic on doubles in place of boxed flonums gives what the builtins give, charges what they charge, and may be left anywhere.
import { describe, expect, it } from "vitest";
import { answer, run } from "./running.js";

/** Operands at the beginning of a loop: not all are flonums, or numbers. */
const OPERANDS = `0.0 -0.0 1.0 -2.5 0.1 1e308 5e-324 +nan.0 +inf.0 -inf.0 0 1 -3 2147483648 9007199254740991 123456789012345678901234567890
  1/2 1.5+2.0i +i #t 'a "text"`;

const NAMES = ["+", "-", "*", "/", "=", "<", ">", "<=", ">=", "zero?", "positive?", "negative?", "abs", "floor", "ceiling", "truncate"];

/** The next `x` and `y` of a loop, that literal flonums make one of doubles. */
const TURNS: readonly string[] = [
  "(+ x 1.5) (- y 0.25)", "(- x y 0.5) (* y -0.0)", "(* 2 x) (* y 0.5)", "(/ x y) (/ 1.0 y)", "(/ y 3) (/ 2 (* x 1.0))", "(- x) (- (* y 2.0))",
  "(abs (- x 3.0)) (floor (* 0.7 y))", "(ceiling (+ x 0.5)) (truncate (/ y -1.5))", "y (+ x y 0.5)", "x (+ x 1.0)", "(+ x 0.5) x",
  "(* x 0) (+ 0 (* y 1.5))", "(- 0 (* 1.0 x)) (+ y -0.0)", "(/ (+ x 1.0) 0) y", "(/ 0 (+ x 1.0)) y", "1.5 (+ x y)", "(+ x (* 1/2 y) 1.0) (+ y 0.5)",
  "(+ 1 2 x 0.5) (* 3 4 y 0.5)", "(+ x 9007199254740991 1.0) (+ y 1)", "(if (< x 1.0) (+ x 1.0) (- x 1.0)) (+ y 0.5)",
  "(let ((s (* x x)) (t (* y y 1.0))) (if (> (+ s t) 4.0) s (+ s t))) (+ y 0.5)", "(if (zero? (* 1.0 x)) 1.0 x) (if (positive? (- y 0.5)) (+ 1.0 y) y)",
  "(if (negative? (+ 0.0 x)) 7.0 (* x 0.5)) (let ((z y)) (+ z 1.0))", "(begin (if (= x y 1.0) (set! seen 'equal)) (+ x 0.5)) (if (<= 1 (+ y 1.0)) 2.0 y)",
  "(if (>= (- x 1.0) 2) x (+ x 1.5)) (let ((f (lambda () y))) (+ (f) 1.0))", "(vector-ref (vector (+ x 1.0) y) 0) (+ y 1.0)",
];

/** The loop with the builtins that it names: taken for what they are, or passed along as values that nothing is known of. */
function program(turn: string): string {
  const loop = `(lambda (a b) (define seen #f) (let loop ((n 0) (x a) (y b)) (if (= n 3) (list x y seen (eqv? x y) (< n 1.0)) (loop (+ n 1) ${turn}))))`;
  const passed = `(lambda (${NAMES.join(" ")}) ${loop})`;
  return `(define operands (list ${OPERANDS}))
    (define (ending f a b) (guard (e ((condition? e) (condition-code e))) (f a b)))
    (define known ${loop})
    (define plain ((car (list ${passed})) ${NAMES.join(" ")}))
    (define wrong '())
    (for-each (lambda (a) (for-each (lambda (b)
      (let ((one (ending known a b)) (other (ending plain a b)))
        (if (not (equal? one other)) (set! wrong (cons (list a b one other) wrong))))) operands)) operands)
    wrong`;
}

it.each(TURNS)("(loop %s) from any two operands", (turn) => {
  expect(answer(program(turn), { program: true })).toBe("()");
});

it("at any slice", () => {
  for (const turn of TURNS.slice(0, 12)) {
    const source = `(define (f a b) (define seen #f) (let loop ((n 0) (x a) (y b)) (if (= n 40) (list x y) (loop (+ n 1) ${turn})))) (f 0.75 -3.5)`;
    const runs = [1, 3, 2000].flatMap((slice) => [{ slice }, { slice, program: true }]).map((options) => run(source, options));
    expect(new Set(runs.map((each) => JSON.stringify(each))).size, JSON.stringify(runs)).toBe(1);
  }
});

/** Loops of doubles, and what they allocate: 16 bytes for each flonum that arithmetic gives, boxed or not. */
const CHARGES: readonly (readonly [source: string, bytes: number, expected: string])[] = [
  ["(let loop ((i 10.0) (total 0.0)) (if (< i 0.0) total (loop (- i 1.0) (+ i total))))", 11 * 32, "55.0"],
  ["(let loop ((n 0) (x 0.5)) (if (= n 4) x (loop (+ n 1) (- (* 2.0 x x) 1))))", 4 * 48, "-0.5"],
  ["(let loop ((x 1.0) (y 2.0)) (if (> (+ x y) 20.0) (list x y) (loop y (+ x y))))", 5 * 16 + 4 * 16 + 64, "(8.0 13.0)"],
];

describe("a flonum is charged for when it is computed, whether it gets a box or not", () => {
  it.each(CHARGES)("%s", (source, bytes, expected) => {
    for (const slice of [1, 3, 2000]) for (const isProgram of [false, true]) {
      const limited = (limit: number) => run(`(define (go) ${source}) (guard (e (#t (condition-code e))) (with-limits {:bytes ${limit}} go))`, { slice, program: isProgram }).result;
      expect(limited(bytes)).toBe(expected);
      for (let less = 1; less <= bytes; less += 9) expect(limited(bytes - less), `${bytes - less} bytes`).toBe(":limit-exceeded");
    }
  });
  it("and what is seen of a loop that a limit ends does not depend on the slice", () => {
    for (let bytes = 8; bytes < 400; bytes += 24) {
      const source = `(define seen '()) (define (go) (let loop ((x 1.0) (y 0.5)) (set! seen (+ x y)) (loop (+ y 1.0) (* (+ x y 1.5) (- x 0.5))))) (guard (e (#t (list (condition-code e) seen))) (with-limits {:bytes ${bytes}} go))`;
      const runs = [1, 2, 3, 7, 2000].flatMap((slice) => [{ slice }, { slice, program: true }]).map((options) => run(source, options));
      expect(new Set(runs.map((each) => JSON.stringify(each))).size, JSON.stringify(runs)).toBe(1);
    }
  });
});

it.each([
  ["passed to a procedure and kept", "(define (id x) x) (define (f) (let loop ((x 0.5) (l '())) (if (> x 4.0) l (loop (+ x 1.0) (cons (id x) l))))) (f)", "(3.5 2.5 1.5 0.5)"],
  ["left by a continuation and entered again", `(define k #f) (define count 0)
     (define (f) (let loop ((x 0.5) (n 0)) (if (= n 4) x (begin (call/cc (lambda (here) (if (= n 2) (set! k here)))) (loop (+ x 1.0) (+ n 1))))))
     (define first (f)) (if (< count 2) (begin (set! count (+ count 1)) (k #f))) (list first count)`, "(4.5 2)"],
  ["one object in both variables that hold it", "(define (f) (let loop ((n 0) (x 0.5) (y 0.5)) (if (= n 3) (eq? x y) (loop (+ n 1) (if (< x 9.0) (+ x 1.0) (- x 1.0)) y)))) (f)", "#f"],
  ["one object after it was moved to both", "(define (f same?) (let loop ((n 0) (x 0.5) (y 1.5)) (let ((z (+ x 1.0))) (if (= n 3) (same? x y) (loop (+ n 1) z z))))) (f (lambda (a b) (eq? a b)))", "#t"],
  ["one object each time that it is seen", "(define (f same?) (let loop ((n 0) (x 0.5)) (if (= n 3) (same? x x) (loop (+ n 1) (* x 2.0))))) (f (lambda (a b) (eq? a b)))", "#t"],
  ["one object in a variable that another turn keeps", "(define (f same?) (let loop ((n 0) (x 0.5) (y 2.5)) (if (= n 3) (same? x y) (loop (+ n 1) y (if (= n 2) y (* y 2.0)))))) (f (lambda (a b) (eq? a b)))", "#t"],
])("a double is %s", (_, source, expected) => {
  const runs = [1, 3, 2000].flatMap((slice) => [{ slice }, { slice, program: true }]).map((options) => run(source, options).result);
  expect(runs).toEqual(runs.map(() => expected));
});
