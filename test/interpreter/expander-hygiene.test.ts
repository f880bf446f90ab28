// Hygiene as a property: however a program calls its own variables, a macro's temporaries never meet them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInterpreter, write } from "../../interpreter/index.js";

const interpreter = createInterpreter();
const MACROS = `
(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(define-syntax my-or (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((tmp e)) (if tmp tmp (my-or r ...))))))
(define-syntax while (syntax-rules () ((_ test body ...) (let loop () (if test (begin body ... (loop)) #f)))))
(define-syntax my-let* (syntax-rules () ((_ () body ...) (let () body ...)) ((_ ((n v) more ...) body ...) (let ((n v)) (my-let* (more ...) body ...)))))
(define-syntax with-definitions (syntax-rules () ((_ name value body) (let () (define tmp 1) (define name value) (define loop (+ tmp 1)) body))))`;

function run(text: string): string {
  const environment = interpreter.environment(["(ouro base)"]);
  return write(interpreter.start(MACROS + text, "test.scm", environment).finish());
}

/** The names that the macros use for themselves, keywords that their templates need, and names of the program's own. */
const name = fc.constantFrom("tmp", "loop", "if", "let", "begin", "set!", "define", "lambda", "e", "r", "body", "n", "x", "while2");

describe("the names of a program's variables do not matter", () => {
  it.each<[string, (a: string, b: string) => string, string]>([
    ["swap!", (a, b) => `((lambda (${a} ${b}) (swap! ${a} ${b}) (list ${a} ${b})) 1 2)`, "(2 1)"],
    ["my-or", (a, b) => `((lambda (${a} ${b}) (my-or ${a} #f ${b})) #f 5)`, "5"],
    ["while", (a, b) => `((lambda (${a} ${b}) (while (< ${a} 3) (swap! ${a} ${b}) (swap! ${a} ${b}) (inc ${a})) (list ${a} ${b})) 0 7)`, "(3 7)"],
    ["my-let*", (a, b) => `(my-let* ((${a} 1) (${b} (+ ${a} 1))) (list ${a} ${b}))`, "(1 2)"],
    ["with-definitions", (a, b) => `((lambda (${b}) (with-definitions ${a} 10 (+ ${a} ${b}))) 3)`, "13"],
  ])("%s", (_, program, expected) => {
    const increment = "(define-syntax inc (syntax-rules () ((_ x) (set! x (+ x 1)))))";
    fc.assert(fc.property(name, name, (a, b) => {
      fc.pre(a !== b);
      expect(run(increment + program(a, b))).toBe(expected);
    }), { seed: 20260714, numRuns: 40 });
  });
});
