// Loops that keep their fuel in a local variable burn what they would turn by turn, however they are left.
import { expect, it } from "vitest";
import { run } from "./running.js";

const LOOPS: readonly (readonly [left: string, source: string, expected: string])[] = [
  ["by returning", "(let loop ((i 0)) (if (< i 100) (loop (+ i 1)) i))", "100"],
  ["by a tail call", "(define (end x) (list x)) (let loop ((i 0)) (if (< i 100) (loop (+ i 1)) (end i)))", "(100)"],
  ["by a tail call of what is no procedure", "(define (f g) (let loop ((i 0)) (if (< i 100) (loop (+ i 1)) (g i)))) (guard (e (#t (condition-code e))) (f 5))", ":not-a-procedure"],
  ["by an error of a builtin", "(define (f v) (let loop ((i 0)) (vector-ref v i) (loop (+ i 1)))) (guard (e (#t (condition-code e))) (f (make-vector 77 0)))", ":out-of-range"],
  ["by an error of a store into a literal", "(define (f i) (if (< i 50) (f (+ i 1)) (vector-set! '#(1 2) 0 i))) (guard (e (#t (condition-code e))) (f 0))", ":immutable"],
  ["by an error of an accessor", "(define (f l n) (f (cdr l) (+ n 1))) (guard (e (#t (condition-code e))) (f '(1 2 3 4 5 6 7) 0))", ":wrong-type"],
  ["by reading what is not defined", "(define (f i) (if (< i 50) (f (+ i 1)) nowhere)) (guard (e (#t (condition-code e))) (f 0))", ":unbound-variable"],
  ["after bulk work within", "(let loop ((n 1) (i 0)) (if (< i 60) (loop (* n 12345678901) (+ i 1)) (exact-integer? n)))", "#t"],
  ["after searches within", "(define l (iota 500)) (let loop ((i 0)) (if (memv i l) (loop (+ i 1)) i))", "500"],
  ["with what it has allocated", "(let loop ((i 0) (l '())) (if (< i 3) (loop (+ i 1) (cons i l)) l))", "(2 1 0)"],
  ["with closures made within", "(let loop ((i 0) (f car)) (if (< i 50) (loop (+ i 1) (lambda () i)) (f)))", "49"],
  ["with assignments within", "(define n 0) (define (f i) (set! n (+ n i)) (if (< i 50) (f (+ i 1)) n)) (f 0)", "1275"],
];

it.each(LOOPS)("%s", (_, source, expected) => {
  const runs = [1, 2, 7, 100, 2000].flatMap((slice) => [{ slice }, { slice, program: true }]).map((options) => run(`(define (go) ${source}) (go)`, options));
  expect(runs.map(({ result }) => result)).toEqual(runs.map(() => expected));
  expect(new Set(runs.map(({ steps }) => steps)).size).toBe(1);
});

it.each([
  ["that only counts", "(let loop ((i 0)) (set! seen i) (loop (+ i 1)))"],
  ["that allocates", "(let loop ((i 0) (l '())) (set! seen (cons i l)) (loop (+ i 1) (list i)))"],
  ["that works in bulk", "(let loop ((i 0)) (set! seen (length list-of-many)) (loop (+ i 1)))"],
])("a limit of steps or bytes ends a loop %s at the same turn", (_, loop) => {
  for (const limit of [":steps 1", ":steps 2", ":steps 9", ":steps 50", ":bytes 100", ":bytes 640"]) {
    if (limit.startsWith(":bytes") && !loop.includes("cons")) continue;
    const source = `(define seen #f) (define list-of-many (iota 100)) (define (go) ${loop}) (guard (e (#t (list (condition-code e) seen))) (with-limits {${limit}} go))`;
    const outcomes = [1, 3, 2000].flatMap((slice) => [{ slice }, { slice, program: true }]).map((options) => run(source, options));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size, JSON.stringify(outcomes)).toBe(1);
  }
});
