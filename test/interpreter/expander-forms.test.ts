// What forms expand to: core nodes, with the names, docs and positions that errors and tools need.
import { describe, expect, it } from "vitest";
import type { Core, Lambda } from "../../interpreter/compiler/core.js";
import { Cell, Environment, expandProgram, LibraryTable, nearestNames, standardLibraries, type Unit } from "../../interpreter/expander/index.js";
import { itemsOf, LispSymbol, readAll, write } from "../../interpreter/index.js";

const standard = standardLibraries();

function expand(text: string, environment = session()): Core {
  const units = expandProgram(readAll(text, "test.scm"), environment, new LibraryTable({ parent: standard }));
  return (units.at(-1) as Unit).body;
}

function session(): Environment {
  const environment = new Environment("", true);
  expandProgram(readAll("(import (ouro kernel))", "test.scm"), environment, standard);
  return environment;
}

/** A core form as text, close to Lisp. */
function show(core: Core): string {
  switch (core.kind) {
    case "constant": return itemsOf(core.value) !== undefined || core.value instanceof LispSymbol ? `'${write(core.value)}` : write(core.value);
    case "local": return core.variable.name;
    case "global": return core.cell.name.name;
    case "set-local": return `(set-local ${core.variable.name} ${show(core.value)})`;
    case "set-global": return `(set-global ${core.cell.name.name} ${show(core.value)})`;
    case "define": return `(define ${core.cell.name.name} ${show(core.value)})`;
    case "if": return `(if ${show(core.test)} ${show(core.consequent)} ${show(core.alternative)})`;
    case "sequence": return `(begin ${core.body.map(show).join(" ")})`;
    case "call": return `(${[core.operator, ...core.operands].map(show).join(" ")})`;
    case "let":
    case "letrec": return `(${core.kind} (${core.variables.map((variable, index) => `(${variable.name} ${show(core.initialisers[index] as Core)})`).join("")}) ${show(core.body)})`;
    case "lambda": return `(lambda${core.name && `:${core.name}`} ${core.clauses.map((clause) =>
      `(${[...clause.parameters.map((parameter) => parameter.name), ...(clause.rest ? [".", clause.rest.name] : [])].join(" ")}) ${show(clause.body)}`).join(" | ")})`;
  }
}

describe("forms expand to core nodes", () => {
  it.each([
    ["(if 1 2)", "(if 1 2 #<unspecified>)"],
    ["(and 1 2 3)", "(if 1 (if 2 3 #f) #f)"],
    ["(or 1 2)", "(let ((test 1)) (if test test 2))"],
    ["(let ((x 1) (y 2)) x y)", "(let ((x 1)(y 2)) (begin x y))"],
    ["(let loop ((i 0)) (loop i))", "(letrec ((loop (lambda:loop (i) (loop i)))) (loop 0))"],
    ["(lambda (a . b) (define c a) (list c b))", "(lambda (a . b) (letrec ((c a)) (list c b)))"],
    ["(lambda () 1 (define c 2) c)", "(lambda () (letrec ((effect 1)(c 2)) c))"],
    ["(case-lambda ((a) a) (b b))", "(lambda (a) a | (. b) b)"],
    ["(case 1 ((a b) 2) ((3.5) => car) (else 4))",
      "(let ((key 1)) (if (if (eq? key 'a) #t (eq? key 'b)) 2 (if (eqv? key 3.5) (car key) 4)))"],
    ["(do ((i 0 (+ i 1))) ((= i 3)) (car i))",
      "(letrec ((do (lambda:do (i) (if (= i 3) #<unspecified> (begin (car i) (do (+ i 1))))))) (do 0))"],
    ["`(1 ,(car x) 2)", "(list 1 (car x) 2)"],
    ["`(1 ,@x)", "(cons 1 x)"],
    ["`(1 2 ,@x 3 . 4)", "(append '(1 2) (append x (3 . 4)))"],
    ["`(1 (2 3))", "'(1 (2 3))"],
    ["[1 (car x)]", "(persistent-vector 1 (car x))"],
    ["{:a 1}", "(persistent-map :a 1)"],
    ["(begin (define a 1) (begin (define b a)))", "(begin (define a 1) (define b a))"],
    ["(define f (lambda (x) x))", "(define f (lambda:f (x) x))"],
    ["(let ((f (lambda () 1))) f)", "(let ((f (lambda:f () 1))) f)"],
    ["(let ((x 1)) (set! x 2))", "(let ((x 1)) (set-local x 2))"],
    ["(define-values (a b) (list 1 2))",
      "(begin (define results (call-with-values (lambda () (list 1 2)) (lambda:define-values (a b) (vector a b)))) (define a (vector-ref results 0)) (define b (vector-ref results 1)))"],
    ["(receive (a . r) (values 1 2) r)", "(call-with-values (lambda () (values 1 2)) (lambda (a . r) r))"],
    ["(begin)", "#<unspecified>"],
    ["", "#<unspecified>"],
  ])("%s", (text, expected) => {
    expect(show(expand(text))).toBe(expected);
  });
});

describe("docstrings are kept", () => {
  it.each([
    ['(define (f x) "Doc of f." x)', "f", "Doc of f."],
    ['(define f (lambda (x) "Doc of lambda." x))', "f", "Doc of lambda."],
    ['(define f "Doc of value." 5)', "f", "Doc of value."],
    ['(define f "Doc of clauses." (case-lambda ((x) x)))', "f", "Doc of clauses."],
    ['(define (f) "only a result")', "f", undefined],
    ['(define-syntax f "Doc of macro." (syntax-rules ()))', "f", "Doc of macro."],
    ["(define-record-type point (f x) point? (x point-x))", "f", "A new point."],
    ["", "car", "(car pair) The car field of a pair."],
  ])("%s", (text, name, doc) => {
    const environment = session();
    expand(text, environment);
    expect(environment.lookup(LispSymbol.intern(name))?.doc).toBe(doc);
  });
});

describe("nodes carry the position they were read at", () => {
  const callOf = (core: Core): Extract<Core, { kind: "call" }> => {
    const inner = core.kind === "define" ? (core.value as Lambda).clauses[0]?.body : core;
    if (inner?.kind !== "call") throw new Error("the test expects a call");
    return inner;
  };
  it.each([
    ["a call", "\n  (car x)", [2, 3], [2, 4], [2, 8]],
    ["a call in a procedure", "(define (f)\n (car x))", [2, 2], [2, 3], [2, 7]],
    ["a call that a macro made, at the use of the macro", "(define-syntax m (syntax-rules () ((_ y) (car y))))\n\n (m x)", [3, 2], [3, 2], [3, 2]],
  ])("%s", (_, text, whole, operator, operand) => {
    const environment = session();
    const core = expand(text, environment);
    const call = callOf(core.kind === "sequence" ? (core.body.at(-1) as Core) : core);
    const [argument] = call.operands;
    const positions = [call, call.operator, argument].map((node) => node && "position" in node ? [node.position?.line, node.position?.column] : undefined);
    expect(positions).toEqual([whole, operator, operand]);
  });
});

describe("cells", () => {
  it("of the kernel are constant and named as builtins, for the compiler to inline", () => {
    const cell = session().lookup(LispSymbol.intern("car")) as Cell;
    expect([cell.constant, cell.builtin, typeof cell.value]).toEqual([true, "car", "function"]);
  });

  it("of a session stay the same when their name is defined again, and hide what was imported", () => {
    const environment = session();
    expand("(define car 1)", environment);
    const first = environment.lookup(LispSymbol.intern("car")) as Cell;
    expand("(define car 2)", environment);
    expect(environment.lookup(LispSymbol.intern("car"))).toBe(first);
    expect([first.constant, first.builtin]).toEqual([false, undefined]);
  });

  it("that are referred to before their definition are the ones it fills", () => {
    const environment = session();
    const core = expand("(define (f) (later)) (define (later) 1)", environment);
    expect(show(core)).toBe("(begin (define f (lambda:f () (later))) (define later (lambda:later () 1)))");
    expect(environment.lookup(LispSymbol.intern("later"))).toBe(((core as Extract<Core, { kind: "sequence" }>).body[1] as { cell: Cell }).cell);
  });

  it("are suggested for names that are nearly theirs, but not for other slips of the pen", () => {
    const environment = session();
    expand("(lenght '(1))", environment);
    expect(nearestNames("legnth", environment)).toEqual(["length"]);
    expect(nearestNames("zzzzz", environment)).toEqual([]);
  });
});

it("sets `assigned` on the variables that set! changes, and only on those", () => {
  const core = expand("(let ((x 1) (y 2)) (set! x y))") as Extract<Core, { kind: "let" }>;
  expect(core.variables.map((variable) => variable.assigned)).toEqual([true, false]);
});
