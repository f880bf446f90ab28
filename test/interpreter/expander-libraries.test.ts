// The library table: who sees what, in which order bodies run, and what goes wrong with a clear condition.
import { describe, expect, it } from "vitest";
import { Cell, Environment, expandProgram, type LibraryHooks, LibraryTable, standardLibraries } from "../../interpreter/expander/index.js";
import { librarySources } from "../../interpreter/library/index.js";
import { Condition, createInterpreter, documentation, LispError, LispSymbol, readAll, write } from "../../interpreter/index.js";

const standard = standardLibraries();
const KERNEL = "(import (ouro native))";

function table(hooks: LibraryHooks = {}, ...sources: string[]): LibraryTable {
  const result = new LibraryTable({ parent: standard, ...hooks });
  sources.forEach((source, index) => result.addSource(`source-${index}.scm`, source));
  return result;
}

function unitNames(libraries: LibraryTable, text: string): string[] {
  return expandProgram(readAll(text, "program.scm"), new Environment("", true), libraries).map((unit) => unit.name);
}

function failure(action: () => unknown): Condition {
  try {
    action();
  } catch (error) {
    if (error instanceof LispError && error.payload instanceof Condition) return error.payload;
    throw error;
  }
  throw new Error("nothing was raised");
}

describe("bodies come before what imports them, each once", () => {
  const libraries = (): LibraryTable => table({},
    `(define-library (c) (export c) (import (a) (b)) (begin 1))\n(define-library (a) (export) ${KERNEL} (begin 1))`,
    `(define-library (b) (export c) (import (a)) ${KERNEL} (begin (define c 1)))`);

  it("in the order of their dependencies", () => {
    const all = table({}, `(define-library (c) (export c) (import (b) (a)))\n(define-library (a) (export) ${KERNEL})`,
      `(define-library (b) (export c) (import (a)) ${KERNEL} (begin (define c 1)))`);
    expect(unitNames(all, "(import (c))")).toEqual(["(a)", "(b)", "(c)", "program.scm"]);
    expect(unitNames(all, "(import (b) (c))")).toEqual(["program.scm"]);
  });

  it("also when the import that brought them failed", () => {
    const all = libraries();
    failure(() => unitNames(all, "(import (b) (no such))"));
    expect(unitNames(all, "(import (b))")).toEqual(["(a)", "(b)", "program.scm"]);
  });

  it("and again after they were forgotten", () => {
    const all = libraries();
    unitNames(all, "(import (b))");
    all.forget("(b)");
    expect(unitNames(all, "(import (b))")).toEqual(["(b)", "program.scm"]);
  });

  it("shared by the children of one table", () => {
    const parent = libraries();
    expect(unitNames(new LibraryTable({ parent }), "(import (a))")).toEqual(["(a)", "program.scm"]);
    expect(unitNames(new LibraryTable({ parent }), "(import (a))")).toEqual(["program.scm"]);
  });
});

describe("native libraries", () => {
  it("are asked for with the name of the library that imports them", () => {
    const asked: [string, string | undefined][] = [];
    const native = (name: string, importer: string | undefined): Map<string, number> | undefined => {
      asked.push([name, importer]);
      return name === "(port router)" ? new Map([["id", importer === "(trusted)" ? 1 : 2]]) : undefined;
    };
    const all = table({ native }, "(define-library (trusted) (export (rename id trusted-id)) (import (port router)))");
    const environment = new Environment("", true);
    expandProgram(readAll("(import (trusted) (port router))", "p"), environment, all);
    const valueOf = (name: string): unknown => (environment.lookup(LispSymbol.intern(name)) as Cell).value;
    expect([valueOf("trusted-id"), valueOf("id")]).toEqual([1, 2]);
    expect(asked).toEqual([["(port router)", "(trusted)"], ["(port router)", undefined]]);
  });

  it("do not reach the libraries of a parent table", () => {
    const parent = table({}, "(define-library (low) (export id) (import (port router)))");
    const child = new LibraryTable({ parent, native: () => new Map([["id", 1]]) });
    expect(child.has("(port router)")).toBe(true);
    parent.addSource("x", "(define-library (low2) (export id) (import (port router)))");
    expect(failure(() => parent.exportsOf("(low2)")).code).toBe("unknown-library");
  });

  it("give constant cells, so that nobody assigns them", () => {
    const all = table();
    all.addNative("(native)", new Map([["one", 1]]));
    expect(failure(() => unitNames(all, "(import (ouro native) (native)) (set! one 2)")).code).toBe("immutable");
  });
});

describe("what goes wrong with libraries", () => {
  it.each([
    ["(import (scheme bsae))", "unknown-library", "Did you mean (scheme base)?"],
    ["(import (only (scheme base) lenght))", "import-error", "Did you mean length?"],
    ["(import (ouro kernel))", "unknown-library", "there is no library (ouro kernel)"],
    ["(import 5)", "bad-syntax", "not a proper list"],
    ["(import (only))", "unknown-library", "(only)"],
    ["(import (prefix (scheme base) 5))", "bad-syntax", "5 is not a name"],
    ["(import (a))", "import-error", "(a) imports (b) imports (a)"],
    ["(import (unbound))", "unbound-variable", "nowhere is not defined in (unbound)"],
    ["(import (misspelt))", "unbound-variable", "Did you mean caar or cadr or car?"],
    ["(import (unexported))", "unbound-variable", "exports f but neither defines nor imports it"],
    ["(import (clash))", "bad-syntax", "defines car, which it also imports"],
    ["(import (includes))", "bad-syntax", "no files can be read here"],
    ["(import (twice))", "bad-syntax", "f is exported twice"],
    ["(import (broken))", "unexpected-end", ""],
    ["(define-library 5)", "bad-syntax", "is not a proper list"],
    ["(define-library (x \"y\"))", "bad-syntax", "symbols and whole numbers"],
  ])("%s", (text, code, message) => {
    const libraries = table({},
      "(define-library (a) (export) (import (b)))\n(define-library (b) (export) (import (a)))",
      `(define-library (unbound) (export f) ${KERNEL} (begin (define (f) nowhere)))`,
      `(define-library (misspelt) (export f) ${KERNEL} (begin (define (f) (carr 1))))`,
      `(define-library (unexported) (export f) ${KERNEL})`,
      `(define-library (clash) (export car) ${KERNEL} (begin (define car 1)))`,
      `(define-library (includes) (export) ${KERNEL} (include "f"))`,
      `(define-library (twice) (export f f) ${KERNEL} (begin (define f 1)))`,
      "(define-library (broken) (export)");
    const condition = failure(() => unitNames(libraries, text));
    expect([condition.code, condition.message]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe("declarations", () => {
  const readSource = (file: string, from: string | undefined) => ({
    file, text: file === "decl" ? "(export g) (begin (define g 'declared))" : `(define UPPER '(${file} ${from === undefined ? "nowhere" : "somewhere"}))`,
  });
  it.each([
    ["include", `(export UPPER) (include "file")`, "UPPER", "(file somewhere)"],
    ["include-ci", `(export upper) (include-ci "FILE")`, "upper", "(file somewhere)"],
    ["include-library-declarations", `(include-library-declarations "decl")`, "g", "declared"],
    ["cond-expand", "(cond-expand ((library (no such)) (export x)) ((and r7rs (not windows)) (export y) (begin (define y 1))))", "y", "1"],
    ["rename", "(export (rename a b)) (begin (define a 'renamed))", "b", "renamed"],
    ["all-from", "(export (all-from (only (scheme cxr) caddr) (prefix (only (scheme cxr) cdddr) p:)))", "p:cdddr", "#<procedure cdddr>"],
    ["include in a body", `(export f) (begin (define f (let () (include "body") UPPER)))`, "f", "(body somewhere)"],
  ])("%s", (_, declarations, name, expected) => {
    const interpreter = createInterpreter({ readSource });
    interpreter.register(`(define-library (subject) (import (ouro native)) ${declarations})`, "subject.scm");
    expect(write(interpreter.exported("(subject)", name) ?? false)).toBe(expected);
  });
});

it("knows libraries by the names at the beginnings of lines", () => {
  const all = new LibraryTable();
  all.addSource("f", "; comment\n(define-library (b  c 1)\n  (export))\n  (define-library (indented))\n(define-library (a) (export))");
  expect(all.names()).toEqual(["(a)", "(b c 1)"]);
});

describe("the standard library", () => {
  const names = librarySources.flatMap(({ text }) => Array.from(text.matchAll(/^\(define-library (\(.*?\))/gm), ([, name]) => name as string));

  it.each(names)("%s can be imported", (name) => {
    expect(createInterpreter().exportsOf(name).length).toBeGreaterThan(0);
  });

  it("has a docstring on each procedure and macro that a session sees", () => {
    const environment = createInterpreter().environment(["(ouro base)"]);
    const says = (line: string) => !/^(\(|From |Syntax\.$|Builtin, )/.test(line) || /^\([^()]*\) \S/.test(line);
    const bare = [...environment.names()].filter(({ name }) => !(documentation(environment, name) ?? "").split("\n").some(says));
    expect(bare.map((symbol) => symbol.name)).toEqual([]);
  });

  it("makes constant what it never assigns, and not what it does", () => {
    const all = table({}, `(define-library (l) (export fixed changing by-macro m) ${KERNEL} (begin (define fixed 1) (define changing 1) (set! changing 2)
      (define by-macro 1) (define-syntax m (syntax-rules () ((_) (set! by-macro 2))))))`);
    const constant = [...all.exportsOf("(l)")].map(([name, binding]) => [name.name, binding instanceof Cell && binding.constant]);
    expect(constant).toEqual([["fixed", true], ["changing", false], ["by-macro", false], ["m", false]]);
  });
});
