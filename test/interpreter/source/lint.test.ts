// The linter: each kind of finding with its place, none where macros are at work, and none in the genome.
import { describe, expect, test } from "vitest";
import { sourceTools } from "../../../frontends/host-source.js";
import { createInterpreter } from "../../../interpreter/index.js";
import { standardLibraries } from "../../../interpreter/expander/index.js";
import { librarySources } from "../../../interpreter/library/index.js";
import { lint } from "../../../interpreter/source/lint.js";
import { ROOT, sources } from "../../house/sources.js";

const found = (body: string) => createInterpreter()
  .lint(`(define-library (a b) (export f) (import (ouro base)) (begin\n${body}))`, "a.scm")
  .map(({ code, position }) => `${code} ${position.line}:${position.column}`);

describe("what is to be mended is found", () => {
  const cases: [name: string, body: string, expected: string[]][] = [
    ["nothing, in a tidy library", '(define (f x) "Doc." (car x))', []],
    ["an unbound name", '(define (f x) "Doc." (carr x))', ["unbound 2:23"]],
    ["an unused variable", '(define (f x) "Doc." (let ((y 1) (_z 2)) x))', ["unused-variable 2:29"]],
    ["an unused inner definition", '(define (f x) "Doc." (define y 1) x)', ["unused-variable 2:30"]],
    ["an unused definition, used by itself alone", '(define (f x) "Doc." x)\n(define (g) (g))', ["unused-definition 3:1"]],
    ["a hidden variable", '(define (f x) "Doc." (lambda (x) x))', ["shadowed 2:31"]],
    ["a refined variable hides nothing", '(define (f x) "Doc." (let ((x (car x))) (let loop ((x x)) (if x (loop x) x))))', []],
    ["nor does what a procedure carries along", '(define (f x) "Doc." (map (lambda (x) (car x)) (cdr x)))', []],
    ["a wrong number for a builtin", '(define (f x) "Doc." (car x x))', ["wrong-arity 2:22"]],
    ["a wrong number for a procedure of the text", '(define (f x) "Doc." (f))', ["wrong-arity 2:22"]],
    ["a wrong number for a local procedure", '(define (f x) "Doc." (define (g a . b) (list a b)) (g))', ["wrong-arity 2:52"]],
    ["any number that a case-lambda takes is right", '(define f "Doc." (case-lambda ((x) x) ((x y) (f x))))', []],
    ["code after what never returns", '(define (f x) "Doc." (error "no" x) (car x))', ["unreachable 2:37"]],
    ["the branch that a constant test leaves out", '(define (f x) "Doc." (if #f (car x) x))', ["unreachable 2:29"]],
    ["an exported procedure without a docstring", "(define (f x) x)", ["missing-doc 2:1"]],
    ["what cannot be expanded", "(define (f x) (if))", ["bad-syntax 2:15"]],
    ["what a macro binds is its own affair", '(define-syntax swap (syntax-rules () ((_ a b) (let ((t a) (u 1)) (set! a b) (set! b t)))))\n(define (f t) "Doc." (let ((y 1)) (swap t y) y))', []],
    ["what a macro's template names is used", '(define (g) 1)\n(define-syntax m (syntax-rules () ((_) (g))))\n(define (f x) "Doc." x)', []],
    ["a comment on the line takes it back", '(define (f x) "Doc." (let ((y 1)) ; lint: ignore unused-variable\nx))', []],
    ["a comment above takes it back for a form", ";; lint: ignore missing-doc unused-variable\n(define (f x)\n (let ((y 1)) x))", []],
  ];
  test.each(cases)("%s", (_name, body, expected) => {
    expect(found(body)).toEqual(expected);
  });
});

test("unused imports are found, whole ones and single names", () => {
  const text = "(import (scheme base) (only (scheme write) display write) (scheme char))\n(display (car '(1)))";
  expect(createInterpreter().lint(text, "p").map(({ code, position }) => `${code} ${position.column}`)).toEqual(["unused-import 23", "unused-import 59"]);
});

test("the genome's libraries have nothing to be mended", () => {
  const tools = sourceTools();
  const libraries = sources("genome/").filter(({ path, text }) => path.endsWith(".scm") && text.includes("(define-library "));
  expect(libraries.length).toBeGreaterThan(25);
  expect(libraries.flatMap(({ path, text }) => tools.lint(text, ROOT + path)).map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([]);
});

test("the standard libraries have nothing to be mended", () => {
  const found = librarySources.flatMap(({ file, text }) => lint(text, file, standardLibraries()));
  expect(found.map(({ code, message, position }) => `${position.file}:${position.line} ${message} [${code}]`)).toEqual([]);
});

test("a standard procedure written in Lisp has its arity before anything calls it", () => {
  const messages = createInterpreter().lint("(map car)\n(vector-map car)\n(string-map car)\n(any car)\n(filter car)\n(update 1)", "p").map(({ message }) => message);
  expect(messages).toEqual([
    "map takes at least 2 operands, but gets 1", "vector-map takes at least 2 operands, but gets 1", "string-map takes at least 2 operands, but gets 1",
    "any takes at least 2 operands, but gets 1", "filter takes 2 operands, but gets 1", "update takes 3 or 4 operands, but gets 1",
  ]);
});

test("what a home reads as data is only read", () => {
  const tools = sourceTools();
  const files = sources("genome/").filter(({ path }) => /(manifest|constitution)\.scm$/.test(path));
  expect(files.map(({ path }) => path).sort()).toEqual(["genome/constitution.scm", "genome/manifest.scm"]);
  for (const { path, text } of files) expect(tools.lint(text, ROOT + path)).toEqual([]);
  expect(tools.lint("(manifest", "a/manifest.scm").map(({ code }) => code)).toEqual(["unexpected-end"]);
});
