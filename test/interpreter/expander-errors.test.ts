// Bad programs: each gives a condition with a code, a message that says what to do, and the place; none breaks the expander.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Environment, expandProgram, LibraryTable, standardLibraries } from "../../interpreter/expander/index.js";
import { Condition, LispError, LispSymbol, listFrom, NIL, readAll, type Value } from "../../interpreter/index.js";

const standard = standardLibraries();

function outcome(data: Value[]): Condition | undefined {
  const environment = new Environment("", true);
  try {
    expandProgram(readAll("(import (ouro kernel))", "import"), environment, standard);
    expandProgram(data, environment, new LibraryTable({ parent: standard }));
    return undefined;
  } catch (error) {
    if (error instanceof LispError && error.payload instanceof Condition) return error.payload;
    throw error;
  }
}

describe("a bad form is refused where it stands", () => {
  it.each([
    ["(let ((x 1) (y)) x)", "bad-syntax", "(y): something is missing", [1, 13]],
    ["(if 1\n  (let x))", "bad-syntax", "(let x): something is missing", [2, 3]],
    ["(car . 5)", "bad-syntax", "it is not a proper list", [1, 1]],
    ["(lambda (a 5) a)", "bad-syntax", "5 is not a name for a parameter", [1, 1]],
    ["(cond 5)", "bad-syntax", "5 is not a proper list", [1, 7]],
    ["(case 1 (a 2))", "bad-syntax", "a is not a proper list", [1, 10]],
    ["(let () (define x 1) (define x 2) x)", "bad-syntax", "x is defined twice", [1, 22]],
    ["(list\n (else))", "bad-syntax", "else may not stand", [2, 2]],
    ["(list (define x 1))", "bad-syntax", "define may not stand", [1, 7]],
    ["(syntax-error \"no way\" (a b))", "bad-syntax", "no way (a b)", [1, 1]],
    ["(define-record-type p #f p? (x) (x))", "bad-syntax", "a field is named twice", [1, 1]],
    ["(list ())", "bad-syntax", "write '()", [1, 7]],
    ["(list let)", "bad-syntax", "let is syntax, not a value", [1, 7]],
    ["(match 1 ((a a) 2))", "bad-syntax", "binds a twice", [1, 10]],
    ["(match 1 ((a ... b ...) 2))", "bad-syntax", "one ellipsis", [1, 10]],
    ["(match 1 (#{a} 2))", "bad-syntax", "a set cannot be a pattern", [1, 10]],
    ["(match 1 ({a 1} 2))", "bad-syntax", "must be quoted", [1, 10]],
    ["(define-syntax (f x) x)", "bad-syntax", "(f x) is not a name", [1, 16]],
    ["(let-syntax ((f)) 1)", "bad-syntax", "something is missing", [1, 14]],
    ["(set! car 1)", "immutable", "imported from (ouro kernel)", [1, 7]],
    ["(quasiquote)", "bad-syntax", "something is missing", [1, 1]],
    ["(do ((i 0 1 2)) (#t))", "bad-syntax", "2 is too much", [1, 13]],
  ])("%s", (text, code, message, place) => {
    const condition = outcome(readAll(text, "test.scm"));
    expect([condition?.code, condition?.message, [condition?.position?.line, condition?.position?.column]])
      .toEqual([code, expect.stringContaining(message), place]);
    expect(condition?.hint).not.toBe("");
  });
});

describe("expansion ends", () => {
  const deep = (levels: number): Value => {
    let datum: Value = NIL;
    for (let level = 0; level < levels; level++) datum = listFrom([datum]);
    return datum;
  };
  const macro = (rule: string): Value[] => readAll(`(define-syntax m (syntax-rules () ${rule}))`, "test.scm");
  const symbol = (name: string): Value => LispSymbol.intern(name);
  it.each<[string, Value[], string | undefined]>([
    ["for a macro that expands to itself", [...macro("((_) (m))"), listFrom([symbol("m")])], "limit-exceeded"],
    ["for a macro that nests", [...macro("((_) (car (m)))"), listFrom([symbol("m")])], "nesting-too-deep"],
    ["for a macro that doubles", [...macro("((_) (begin (m) (m)))"), listFrom([symbol("m")])], "limit-exceeded"],
    ["for a circular form", readAll("#0=(car . #0#)", "test.scm"), "bad-syntax"],
    ["for a form that contains itself", readAll("#0=(car #0#)", "test.scm"), "nesting-too-deep"],
    ["for a begin that contains itself", readAll("#0=(begin #0#)", "test.scm"), "limit-exceeded"],
    ["for circular data", readAll("'#0=(a #0# . #0#)", "test.scm"), undefined],
    ["for deep code", [deep(100_000)], "nesting-too-deep"],
    ["for deep data", [listFrom([symbol("quote"), deep(100_000)])], undefined],
    ["for a deep template", [listFrom([symbol("quasiquote"), deep(100_000)])], "nesting-too-deep"],
    ["for a deep macro pattern", [listFrom([symbol("define-syntax"), symbol("m"), listFrom([symbol("syntax-rules"), NIL, listFrom([listFrom([symbol("_"), deep(100_000)]), 1])])])], "nesting-too-deep"],
    ["for deep data that a macro quotes", [...macro("((_ x) '(x x))"), listFrom([symbol("m"), deep(100_000)])], undefined],
    ["for a deep description in an error", [listFrom([symbol("if"), deep(100_000), 2, 3, 4])], "bad-syntax"],
  ])("%s", (_, data, code) => {
    expect(outcome(data)?.code).toBe(code);
  });
});

describe("any data at all", () => {
  const words = ["define", "lambda", "let", "let*", "letrec", "if", "cond", "case", "else", "=>", "quote", "quasiquote", "unquote", "unquote-splicing",
    "begin", "set!", "define-syntax", "let-syntax", "syntax-rules", "...", "_", "define-record-type", "define-values", "match", "do", "case-lambda",
    "let-values", "receive", "cond-expand", "import", "define-library", "include", "x", "y", "car", "m", "?", "and", "or", "when"];
  const { datum } = fc.letrec<{ datum: Value; list: Value }>((tie) => ({
    datum: fc.oneof({ maxDepth: 5, withCrossShrink: true }, fc.constantFrom(...words).map((word): Value => LispSymbol.intern(word)), fc.constantFrom<Value>(1, true, NIL), tie("list")),
    list: fc.tuple(fc.array(tie("datum"), { maxLength: 5 }), fc.oneof({ weight: 9, arbitrary: fc.constant(NIL) }, { weight: 1, arbitrary: tie("datum") }))
      .map(([items, tail]) => listFrom(items, tail)),
  }));

  it("expands or is refused with a condition of the catalogue, and never anything else", () => {
    const codes = new Set<string>();
    fc.assert(fc.property(fc.array(datum, { minLength: 1, maxLength: 4 }), (data) => {
      codes.add(outcome(data)?.code ?? "expanded");
    }), { seed: 20260713, numRuns: 3000 });
    expect([...codes].filter((code) => code === "internal")).toEqual([]);
    expect(codes).toContain("bad-syntax");
    expect(codes).toContain("expanded");
  });
});
