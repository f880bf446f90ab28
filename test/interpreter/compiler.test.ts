// The code that the compiler makes: safe whatever names are used, linear in size, and with positions for every error.
import { describe, expect, it } from "vitest";
import { compileUnit } from "../../interpreter/compiler/compile.js";
import { expandProgram } from "../../interpreter/expander/index.js";
import { LibraryTable, standardLibraries } from "../../interpreter/expander/index.js";
import { type Computation, documentation, readAll, write } from "../../interpreter/index.js";
import { answer, interpreter, run, start } from "./running.js";

/** A spelling with bars, so that any text is a symbol. */
function symbol(name: string): string {
  return `|${name.replace(/[\\|]/g, "\\$&").replace(/\n/g, "\\n")}|`;
}

describe("no name becomes code", () => {
  const names = [
    "__proto__", "constructor", "prototype", "arguments", "eval", "this", "undefined", "null", "NaN", "toString", "hasOwnProperty", "valueOf", "await", "yield", "var", "function", "return",
    "m", "K", "C", "I", "s", "a", "_", "rest", "t0", "t1", "J0", "k0", "c0", "UNWIND", "NIL", "Pair", "Box", "push", "pause", "enter", "cons", "keep", "make_f", "f_1_0", "top-level_0_0", "x_in",
    "\u2028", "\u2029", "*/", "/*", "//", "${1}", "`", "'", "\"", "\\", ");process.exit(1);(", "a b", "", "é", "日本", "😀", "\n", "0", "1a", "-x", "...", "=>", "<!--", "-->", "\u0000", "]]>", "a".repeat(3000),
  ];
  it.each(names)("%j", (name) => {
    const it = symbol(name);
    const text = JSON.stringify(name).replace(/\\u[0-9a-f]{4}/g, (code) => `\\x${code.slice(2)};`);
    const program = `
      (define ${it} 1)
      (define (local ${it}) (set! ${it} (+ ${it} 1)) (lambda () ${it}))
      (define (kept ${it} n) (if (= n 0) (list ${it}) (begin (kept ${it} 0) (let ((${it} (+ ${it} 1))) (kept ${it} (- n 1))))))
      (define (named) (let ${it} ((n 3)) (if (= n 0) 'end (begin (list n) (${it} (- n 1))))))
      (define (recurring) (letrec ((${it} (lambda (n) (if (= n 0) 0 (+ 1 (${it} (- n 1))))))) (list ${it}) (${it} 10)))
      (define-record-type thing (make-thing ${it}) thing? (${it} thing-field))
      (list ((local 1)) (kept 1 2) (named) (recurring) (thing-field (make-thing 5)) (eq? '${it} (string->symbol ${text})) (string=? (symbol->string '${it}) ${text}) ${it})`;
    for (const slice of [1, 2000]) expect(answer(program, { slice })).toBe("(2 (3) end 10 5 #t #t 1)");
    expect(answer(program, { program: true })).toBe("(2 (3) end 10 5 #t #t 1)");
  });
  it("nor do strings, characters and other constants", () => {
    const constants = ['"\\x2028;*/ ${1} `"', "#\\x2028", "#\\'", "|*/|", "1e400", "-0.0", "+nan.0", "-5", "123456789012345678901234567890", "-1/2", ":key", "#u8(1 2)", "#(1 (2 . 3))", "#t", "()"];
    expect(answer(`(define (f n) (if (= n 0) '(${constants.join(" ")}) (f (- n 1)))) (f 3)`)).toBe(write(readAll(`(${constants.join(" ")})`, "test")[0] as object));
    for (const constant of constants) expect(answer(`(equal? (car (list '${constant})) (let ((x '${constant})) (list x) x))`)).toBe("#t");
  });
  it("constants in operator and operand position are no JavaScript either", () => {
    const rows = ["(5 1)", "(\"a\")", "(-1)", "(car 5)", "(cdr -5)", "(vector-ref 5 0)", "(vector-set! 5 0 1)", "(zero? 'a)", "(even? \"x\")", "(+ 'a 5)", "(caddr 5)", "((if #f #f))"];
    for (const row of rows) expect(answer(row)).toMatch(/^!(not-a-procedure|wrong-type)$/);
    expect(answer("(list (pair? 5) (null? -5) (eq? 5 5) (eqv? 5 5.0) (not 5) (number? 5) (vector? 5) (procedure? 5) (symbol? 'a) (string? \"\"))")).toBe("(#f #f #t #f #f #t #f #f #t #t)");
  });
});

/** The failure of a text: its code, and the file, line and column that the innermost call stood at. */
function failure(source: string, slice?: number): { computation: Computation; place: string } {
  const computation = start(source, { slice });
  while (computation.step(10) === "ready");
  const position = computation.backtrace().find((line) => line.position !== undefined)?.position;
  return { computation, place: `${(computation.failure as { code?: string }).code} ${position?.line}:${position?.column}` };
}

describe("an error tells where it was raised", () => {
  it.each([
    ["(car 5)", "wrong-type 1:1"],
    ["(+ 1\n   (* 2 (car 'x)))", "wrong-type 2:9"],
    ["(+ (car '(1))\n   (vector-ref (vector 1 2)\n     5))", "out-of-range 2:4"],
    ["(+ 'a\n   (car '(1)))", "wrong-type 1:1"],
    ["(vector-ref\n  (car (list (vector 1)))\n  (cdr 5))", "wrong-type 3:3"],
    ["(define (f x)\n  (let ((y (car x)))\n    (if (> y 0)\n        (* y 'b)\n        y)))\n(f '(1))", "wrong-type 4:9"],
    ["(define (f x)\n  x)\n(list\n  (f 1 2))", "wrong-arity 4:3"],
    ["(define (f)\n  (list 1\n    (undefined-name 2)))\n(f)", "unbound-variable 3:5"],
    ["(define (f)\n  (list 1\n    undefined-name))\n(f)", "unbound-variable 3:5"],
    ["(list 1\n  (5 5))", "not-a-procedure 2:3"],
    ["(define (f g)\n  (+ 1\n     (g)))\n(f 5)", "not-a-procedure 3:6"],
    ["(define-syntax twice (syntax-rules () ((_ x) (+ x x))))\n(list\n  (twice 'a))", "wrong-type 3:3"],
    ["(define-syntax twice (syntax-rules () ((_ x) (+ x x))))\n(list\n  (twice\n    (car 5)))", "wrong-type 4:5"],
    ["(letrec ((a\n   b) (b 1)) a)", "uninitialised 2:4"],
    ["(let loop ((i 0))\n  (if (< i 10)\n      (loop (+ i 1))\n      (string-length i)))", "wrong-type 4:7"],
    ["(map (lambda (x)\n  (car x)) '(1))", "wrong-type 2:3"],
    ["(define x 5)\n(set! y\n  (car 1))", "wrong-type 3:3"],
    ["(define (f x) (g x) (car x))\n(define (g x) x)\n\n(f 1)", "wrong-type 1:21"],
    ["(cond ((car '(#f)) 1)\n      ((cdr 5) 2))", "wrong-type 2:8"],
    ["(and (car '(1))\n     (or #f\n         (car 2)))", "wrong-type 3:10"],
  ])("%s", (source, expected) => {
    for (const slice of [1, 2000]) expect(failure(source, slice).place).toBe(expected);
  });
  it("and by which calls it was reached", () => {
    const { computation } = failure("(define (inner x)\n  (car x))\n(define (middle x)\n  (+ 1 (inner x)))\n(define (outer x)\n  (list (middle x)))\n(outer 5)");
    expect(computation.backtrace().slice(0, 3).map(({ procedure, position }) => `${procedure} ${position?.line}:${position?.column}`)).toEqual(["inner 2:3", "middle 4:8", "outer 6:9"]);
  });
  it("also through frames on the heap, and for what a program raises itself", () => {
    const { computation } = failure("(define (down n)\n  (if (= n 0)\n      (raise 'bottom)\n      (+ 1\n         (down (- n 1)))))\n(define (outer)\n  (list (down 3)))\n(list (outer))", 1);
    const lines = computation.backtrace().map(({ procedure, position }) => `${procedure} ${position?.line}:${position?.column}`);
    expect(lines).toEqual(["down 5:10", "down 5:10", "down 5:10", "outer 7:9", "top-level 8:7"]);
  });
  it("wrong numbers of operands name the procedure and its parameters", () => {
    const { computation } = failure("(define (area width height . more) 1) (area 5)");
    expect((computation.failure as Error).message).toBe("area takes (width height . more), but got 1 operand");
  });
  it("errors before anything runs tell where, too", () => {
    for (const [source, place] of [["(list\n  (if))", "2:3"], ["(let ((x 1) (y))\n  x)", "1:13"], ["(define x 1)\n(define (f)\n  (set! car 1))", "3:9"]] as const) {
      try {
        start(source);
        expect.unreachable();
      } catch (error) {
        const { position } = (error as { payload: { position: { line: number; column: number } } }).payload;
        expect(`${position.line}:${position.column}`).toBe(place);
      }
    }
  });
});

describe("what is known of a compiled procedure", () => {
  it("is its name, its parameters and its docstring", () => {
    const environment = interpreter.environment(["(ouro base)"]);
    interpreter.start('(define (area width . more) "The area." width) (define f (case-lambda ((a) 1) ((a b) 2)))', "test", environment).finish();
    expect(documentation(environment, "area")).toBe("(area width . more)\nThe area.");
    expect(documentation(environment, "f")).toBe("(f a)\n(f a b)");
    expect(documentation(environment, "car")).toContain("(car pair)");
    expect(documentation(environment, "map")).toContain("(map procedure items)");
  });
  it("prints the same whatever was compiled before", () => {
    for (let count = 0; count < 3; count++) expect(answer("(define (some-name x) x) (list some-name (lambda (x) x) car)")).toBe("(#<procedure some-name> #<procedure lambda> #<procedure car>)");
  });
});

describe("big programs compile without overflowing the host stack", () => {
  const many = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, index) => make(index)).join(" ");
  const programs: readonly [name: string, source: string, expected: string][] = [
    ["3,000 definitions", `${many(3000, (index) => `(define (f${index} x) (+ x ${index === 0 ? "1" : `(f${index - 1} 0)`}))`)} (f2999 0)`, "1"],
    ["3,000 definitions in a body", `(define (f) ${many(3000, (index) => `(define (g${index} x) (+ x ${index === 0 ? "1" : `(g${index - 1} 0)`}))`)} (g2999 0)) (f)`, "1"],
    ["3,000 values in a body", `(define (f) (define v0 1) ${many(2999, (index) => `(define v${index + 1} (+ 1 v${index}))`)} v2999) (f)`, "3000"],
    ["10,000 forms in a begin", `(define n 0) (begin ${many(10_000, () => "(set! n (+ n 1))")}) n`, "10000"],
    ["10,000 calls in a body", `(define n 0) (define (next!) (set! n (+ n 1))) (define (f) ${many(10_000, () => "(next!)")} n) (f)`, "10000"],
    ["a cond of 3,000 clauses", `(define (id x) x) (define (f x) (cond ${many(3000, (index) => `((= (id x) ${index}) ${index})`)})) (f 2999)`, "2999"],
    ["a cond of 3,000 simple clauses", `(define (f x) (cond ${many(3000, (index) => `((= x ${index}) ${index})`)})) (f 2999)`, "2999"],
    ["an and of 1,000 calls", `(define (id x) x) (define (f) (and ${many(1000, (index) => `(id ${index})`)})) (f)`, "999"],
    ["an or of 1,000 calls", `(define (no x) #f) (define (f) (or ${many(1000, (index) => `(no ${index})`)} 'end)) (f)`, "end"],
    ["a case of 3,000 keys", `(define (f x) (case x ${many(3000, (index) => `((k${index}) ${index})`)})) (f 'k2999)`, "2999"],
    ["a let of 2,000 variables", `(define (id x) x) (define (f) (let (${many(2000, (index) => `(v${index} (id ${index}))`)}) (+ v0 v1999))) (f)`, "1999"],
    ["a call of 1,000 operands", `(define (f) (+ ${many(1000, () => "1")})) (f)`, "1000"],
    ["a list of 200 calls", `(define (id x) x) (define (f) (length (list ${many(200, () => "(id 1)")}))) (f)`, "200"],
    ["expressions nested 450 deep", `(define (f x) ${"(+ 1 ".repeat(450)}x${")".repeat(450)}) (f 0)`, "450"],
    ["calls nested 450 deep", `(define (id x) x) (define (f x) ${"(id (+ 1 ".repeat(220)}x${"))".repeat(220)}) (f 0)`, "220"],
    ["procedures nested 200 deep", `(define (f) ${many(200, (index) => `(lambda (x${index}) `)} (+ x0 x199)${")".repeat(200)}) ((f) 1)`, "#<procedure lambda>"],
    ["conditionals nested 200 deep in their tests", `(define (id x) x) (define (f x) ${"(if ".repeat(200)}(id x)${" (id #t) (id #f))".repeat(200)}) (f 1)`, "#t"],
    ["data nested 400 deep", `(define x '${"(".repeat(400)}1${")".repeat(400)}) (length x)`, "1"],
  ];
  it.each(programs)("%s", (_, source, expected) => {
    expect(answer(source)).toBe(expected);
    expect(answer(source, { slice: 50, program: true })).toBe(expected);
  });
  it("beyond the limit of nesting, the expander says so", () => {
    expect(answer(`(define (f x) ${"(+ 1 ".repeat(5000)}x${")".repeat(5000)}) (f 0)`)).toMatch(/^!(nesting-too-deep|read-error)$/);
  });
});

describe("the text grows with the source, not faster", () => {
  function size(source: string, closed: boolean): number {
    const units = expandProgram(readAll(source, "test"), interpreter.environment(["(ouro base)"]), new LibraryTable({ parent: standardLibraries() }));
    return compileUnit((units.at(-1) as (typeof units)[number]).body, closed).text.length;
  }
  const shapes: readonly [name: string, (count: number) => string][] = [
    ["calls one after the other", (count) => `(define (f g) ${"(g 1) ".repeat(count)})`],
    ["a procedure after each call", (count) => `(define (f g) ${"(g (lambda (x) (g x))) ".repeat(count)})`],
    ["procedures nested after calls", (count) => `(define (f g) ${"(g 1) (lambda (x) ".repeat(count)} x ${")".repeat(count)})`],
    ["a chain of and", (count) => `(define (f g) (and ${"(g 1) ".repeat(count)}))`],
    ["a chain of or", (count) => `(define (f g) (or ${"(g 1) ".repeat(count)}))`],
    ["and within or within and", (count) => `(define (f g x) (if ${"(and (g 1) (or (g 2) ".repeat(count)} x ${"))".repeat(count)} 'yes 'no))`],
    ["a long cond", (count) => `(define (f g x) (cond ${Array.from({ length: count }, (_, index) => `((g ${index}) (g x))`).join(" ")}))`],
    ["conditionals with something after each", (count) => `(define (f g x) ${"(if (g x) (g 1) (g 2)) ".repeat(count)})`],
    ["conditionals whose values are used", (count) => `(define (f g x) (let* (${Array.from({ length: count }, (_, index) => `(v${index} (if (g x) (g 1) (g 2)))`).join(" ")}) v0))`],
    ["conditionals in tests of conditionals", (count) => `(define (f g x) ${"(if (if (g 1) (g 2) (g 3)) 1 ".repeat(count)} x ${")".repeat(count)})`],
    ["loops in loops", (count) => `(define (f g) ${Array.from({ length: count }, (_, index) => `(let loop${index} ((i 0)) (if (< i 3) (loop${index} (+ i 1)) `).join("")} (g 1) ${"))".repeat(count)})`],
    ["definitions", (count) => Array.from({ length: count }, (_, index) => `(define (f${index} x) (f${index + 1} (car x)))`).join("\n")],
  ];
  it.each(shapes)("%s", (_, shape) => {
    for (const closed of [false, true]) {
      const [base, small, large] = [size(shape(1), closed), size(shape(21), closed), size(shape(81), closed)];
      expect((large - base) / (small - base)).toBeLessThan(4 * 1.5);
    }
  });
});

describe("optimisations change nothing that a program can see", () => {
  const rows: readonly [optimised: string, plain: string][] = [
    ["(define (f a) (let loop ((i 0)) (if (< i a) (loop (+ i 1)) i)))", "(define (f a) (letrec ((loop (lambda (i) (if (< i a) (loop (+ i 1)) i)))) (list loop) (loop 0)))"],
    ["(define (f a) (define (g x) (* x a)) (+ (g 1) (g 2)))", "(define (f a) (define (g x) (* x a)) (list g) (+ (g 1) (g 2)))"],
    ["(define (f a) (if (= a 0) 'end (f (- a 1))))", "(define f #f) (set! f (lambda (a) (if (= a 0) 'end (f (- a 1)))))"],
  ];
  it.each(rows)("%s burns as many steps", (optimised, plain) => {
    expect(run(`${optimised} (f 50)`).result).toBe(run(`${plain} (f 50)`).result);
    const both = [optimised, plain].map((source) => run(`${source} (f 50)`).steps - run(`${source} (f 40)`).steps);
    expect(both[0]).toBe(both[1]);
  });
  it("a builtin allocates as much in place as when it is passed along", () => {
    const bytes = (thunk: string) => {
      for (let limit = 0; ; limit += 8) if (answer(`(define (id f) f) (with-limits {:bytes ${limit}} (lambda () ${thunk} #t))`) === "#t") return limit;
    };
    for (const form of ["(cons 1 2)", "(list 1 2 3)", "(+ 0.5 0.5)", "(* 1.5 2)", "(- 0.5)", "(+ 9007199254740991 1)", "(vector 1 2)", "(string-append \"a\" \"b\")", "(/ 1 3)"])
      expect(bytes(form.replace(/^\((\S+)/, "((id $1)")), form).toBe(bytes(form));
  });
});

describe("a name that a program defines although it is imported", () => {
  const programs: readonly (readonly [behaviour: string, source: string, expected: string])[] = [
    ["is the program's own in procedures that come before", "(define (f) (partition 1 2 3)) (define (partition a b c) (list c b a)) (f)", "(3 2 1)"],
    ["also where the compiler would inline what was imported", "(define (f x) (car x)) (define (car x) (vector x)) (f 1)", "#(1)"],
    ["means what was imported until its definition has run", "(define old length) (define (length x) (list (old x))) (length '(1 2))", "(2)"],
    ["means that to calls as well", "(define before (length '(1 2))) (for-each values '()) (define (length x) 'mine) (list before (length '()))", "(2 mine)"],
    ["and to calls by way of other procedures", "(define (f) (length '(1 2))) (define before (vector-map (lambda (x) (f)) #(1))) (define (length x) 'mine) (list before (f))", "(#(2) mine)"],
    ["may be a macro's", "(define-syntax own (syntax-rules () ((_ name value) (define (name x) value)))) (define (f) (reverse 1)) (own reverse 2) (f)", "2"],
    ["may be syntax before", "(define (f) (when 1)) (define (when x) (list x)) (f)", "(1)"],
    ["may come after an import that brings it", "(define (f) (first 1)) (import (only (srfi 1) first)) (define (first x) (list x)) (list (first 2))", "((2))"],
  ];
  it.each(programs)("%s", (_, source, expected) => {
    expect([{ program: true }, { slice: 1, program: true }, {}].map((options) => answer(source, options))).toEqual([expected, expected, expected]);
  });
});
