// Renaming: every reference follows, nothing else does, nothing is captured, and programs mean what they meant.
import { describe, expect, test } from "vitest";
import { Condition, createInterpreter, definedName, findDefinition, LispError, nodeDatum, parseTree, type Path, printTree } from "../../../interpreter/index.js";
import { findNodes } from "../../../interpreter/reader/find.js";
import { LispSymbol } from "../../../interpreter/values/symbol.js";
import { generateProgram } from "../program-generator.js";
import { run } from "../running.js";

const interpreter = createInterpreter();

/** The path of the symbol that `^` stands before, and the text without the mark. */
function marked(text: string): { text: string; path: Path } {
  const offset = text.indexOf("^");
  const clean = text.slice(0, offset) + text.slice(offset + 1);
  const found = findNodes(parseTree(clean), (node) => node.kind === "atom" && node.offset === offset)[0];
  return { text: clean, path: found?.path ?? [] };
}

function renamed(text: string, name: string): string {
  const { text: clean, path } = marked(text);
  try {
    return printTree(interpreter.rename(parseTree(clean, "a.scm"), path, name));
  } catch (error) {
    if (!(error instanceof LispError && error.payload instanceof Condition)) throw error;
    const { code, position } = error.payload;
    return `${code} ${position?.line}:${position?.column}`;
  }
}

describe("a binding and its references are renamed, and nothing else", () => {
  const cases: [name: string, text: string, to: string, expected: string][] = [
    ["a parameter", "(define (f ^x) ; x\n  (+ x 1))", "y", "(define (f y) ; x\n  (+ y 1))"],
    ["from a reference", "(define (f x) (+ ^x 1))", "y", "(define (f y) (+ y 1))"],
    ["not what hides it", "(define (f ^x) (let ((x (+ x 1))) x))", "y", "(define (f y) (let ((x (+ y 1))) x))"],
    ["the inner of two", "(define (f x) (let ((^x (+ x 1))) x))", "y", "(define (f x) (let ((y (+ x 1))) y))"],
    ["not quoted data", "(define (f ^x) (list 'x `(x ,x) x \"x\" :x))", "y", "(define (f y) (list 'x `(x ,y) y \"x\" :x))"],
    ["a rest parameter", "(define (f a . ^x) (cons a x))", "more", "(define (f a . more) (cons a more))"],
    ["a lone rest parameter", "(lambda ^x x)", "all", "(lambda all all)"],
    ["an assigned variable", "(define (f x) (set! ^x 1) x)", "y", "(define (f y) (set! y 1) y)"],
    ["a loop's name", "(let ^loop ((i 0)) (if (< i 3) (loop (+ i 1))))", "again", "(let again ((i 0)) (if (< i 3) (again (+ i 1))))"],
    ["a loop's variable", "(let loop ((^i 0)) (if (< i 3) (loop (+ i 1))))", "n", "(let loop ((n 0)) (if (< n 3) (loop (+ n 1))))"],
    ["the variable of do", "(do ((^i 0 (+ i 1))) ((= i 3) i) (display i))", "n", "(do ((n 0 (+ n 1))) ((= n 3) n) (display n))"],
    ["let* with one name twice", "(let* ((^x 1) (x (+ x 1))) x)", "y", "(let* ((y 1) (x (+ y 1))) x)"],
    ["let-values", "(let-values (((a ^b) (values 1 2))) (list a b))", "c", "(let-values (((a c) (values 1 2))) (list a c))"],
    ["define-values inside", "(define (f) (define-values (a ^b) (values 1 2)) (list a b))", "c", "(define (f) (define-values (a c) (values 1 2)) (list a c))"],
    ["receive", "(receive (a . ^b) (values 1 2) (list a b))", "c", "(receive (a . c) (values 1 2) (list a c))"],
    ["case-lambda, one clause", "(case-lambda ((^x) x) ((x y) (list x y)))", "a", "(case-lambda ((a) a) ((x y) (list x y)))"],
    ["guard", "(guard (^e (#t e)) (raise 'e))", "raised", "(guard (raised (#t raised)) (raise 'e))"],
    ["a pattern's variable", "(match '(1 2) ((^x . rest) (list x rest)) (x x))", "first", "(match '(1 2) ((first . rest) (list first rest)) (x x))"],
    ["in alternatives of a pattern", "(match '(1) ((or (1 ^x) (x)) x) ((x) x))", "y", "(match '(1) ((or (1 y) (y)) y) ((x) x))"],
    ["under a map's key", "(match {:a 1} ({:a ^a} (+ a 1)))", "b", "(match {:a 1} ({:a b} (+ b 1)))"],
    ["inside collection literals", "(define (f ^x) [x {:x x} #{x}])", "y", "(define (f y) [y {:x y} #{y}])"],
    ["a definition", "(define (^f n) (if (= n 0) 1 (* n (f (- n 1)))))\n(display (f 5)) ; f", "fact", "(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))\n(display (fact 5)) ; f"],
    ["a definition from a use before it", "(define (g) (^f))\n(define (f) 1)", "h", "(define (g) (h))\n(define (h) 1)"],
    ["an accessor", "(define-record-type p (make-p x) p? (x ^px))\n(px (make-p 1))", "p-x", "(define-record-type p (make-p x) p? (x p-x))\n(p-x (make-p 1))"],
    ["a record type", "(define-record-type ^p (make-p x) p? (x px))\n(match (make-p 1) (($ p x) x))", "q", "(define-record-type q (make-p x) p? (x px))\n(match (make-p 1) (($ q x) x))"],
    ["what a user's macro binds", "(define-syntax my-let (syntax-rules () ((_ n v b) (let ((n v)) b))))\n(my-let ^x 1 (my-let y 2 (+ x y)))", "z", "(define-syntax my-let (syntax-rules () ((_ n v b) (let ((n v)) b))))\n(my-let z 1 (my-let y 2 (+ z y)))"],
    ["not what a macro's template binds", "(define-syntax swap (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))\n(define (f ^t u) (swap t u) (list t u))", "tmp", "(define-syntax swap (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))\n(define (f tmp u) (swap tmp u) (list tmp u))"],
    ["a template's reference to a definition", "(define (^g) 1)\n(define-syntax m (syntax-rules () ((_ x) (list 'g x (g)))))\n(define (f) (m 2))", "h", "(define (h) 1)\n(define-syntax m (syntax-rules () ((_ x) (list 'g x (h)))))\n(define (f) (m 2))"],
    ["also in a template that nothing uses", "(define (^g) 1)\n(define-syntax m (syntax-rules () ((_ x) (g x)) ((_ g x) (g x))))", "h", "(define (h) 1)\n(define-syntax m (syntax-rules () ((_ x) (h x)) ((_ g x) (g x))))"],
    ["a macro", "(define-syntax ^m (syntax-rules () ((_ x) (list x))))\n(define (f m) (m 1))\n(m (m 1))", "one", "(define-syntax one (syntax-rules () ((_ x) (list x))))\n(define (f m) (m 1))\n(one (one 1))"],
    ["a variable that hides an imported name", "(define (f ^list) (set! list 1) (vector list))", "items", "(define (f items) (set! items 1) (vector items))"],
    ["a name with bars", "(define (f ^|a b|) |a b|)", "c", "(define (f c) c)"],
    ["to a name with bars", "(define (f ^x) (list x))", "|a b|", "(define (f |a b|) (list |a b|))"],
    ["in a library, with its export", "(define-library (a) (export f (rename g h)) (import (scheme base))\n (begin (define (f) (g)) (define (^g) 'g)))", "k", "(define-library (a) (export f (rename k h)) (import (scheme base))\n (begin (define (f) (k)) (define (k) 'g)))"],
    ["an exported definition", "(define-library (a) (export f) (import (scheme base))\n (begin (define (^f) 1)))", "g", "(define-library (a) (export g) (import (scheme base))\n (begin (define (g) 1)))"],
    ["in the program that imports the library too", "(define-library (a) (export f) (import (scheme base)) (begin (define (^f) 1)))\n(import (scheme base) (a))\n(f)", "g", "(define-library (a) (export g) (import (scheme base)) (begin (define (g) 1)))\n(import (scheme base) (a))\n(g)"],
    ["nothing, to the same name", "(define (f ^x) x)", "x", "(define (f x) x)"],
  ];
  test.each(cases)("%s", (_name, text, to, expected) => {
    expect(renamed(text, to)).toBe(expected);
  });
});

describe("what would change a meaning is refused, with the place", () => {
  const cases: [name: string, text: string, to: string, expected: string][] = [
    ["capture by an inner variable", "(define (f ^x)\n  (let ((y 1))\n    (+ x y)))", "y", "name-captured 3:8"],
    ["capture of a free name", "(define (f ^x)\n  (+ x (abs 1)))", "abs", "name-captured 2:9"],
    ["a parameter that is there already", "(define (f ^x y) (+ x y))", "y", "name-captured 1:9"],
    ["a definition that is there already", "(define (f) 1)\n(define (^g) 2)", "f", "name-captured 2:1"],
    ["a keyword", "(define (f ^x) (if x 1 2))", "if", "name-captured 1:1"],
    ["an imported name at the top level", "(define (^f) 1)\n(f)", "car", "name-captured 1:10"],
    ["what is imported", "(define (f x) (^car x))", "kar", "no-binding 1:16"],
    ["what nothing defines", "(define (f x) (^h x))", "g", "no-binding 1:16"],
    ["a keyword of the language", "(define (f x) (^if x 1 2))", "when", "name-captured 1:1"],
    ["quoted data", "(define (f x) '^x)", "y", "no-binding 1:16"],
    ["a field of a record", "(define-record-type p (make-p x) p? (^x px))", "y", "name-captured 1:23"],
    ["what is no symbol", '(define (f x) ^"x")', "y", "wrong-type 1:15"],
    ["a new name of two data", "(define (f ^x) x)", "a b", "bad-syntax undefined:undefined"],
    ["a new name that is no symbol", "(define (f ^x) x)", "1", "bad-syntax undefined:undefined"],
    ["a name that would join its neighbour", "(define (f ^x) `(,x))", "@y", "name-captured 1:1"],
  ];
  test.each(cases)("%s", (_name, text, to, expected) => {
    expect(renamed(text, to)).toBe(expected);
  });
  test("an empty path", () => expect(() => interpreter.rename(parseTree("x"), [3], "y")).toThrow(LispError));
});

test("a definition is found by its name", () => {
  const tree = parseTree("(define-record-type q (make-q a) q?)\n(define ((curried a) f) (f a))\n(define (f x) (f x))");
  const definition = findDefinition(tree, "f");
  const path = definition === undefined ? undefined : definedName(tree, definition, "f");
  expect(path).toEqual([2, 1, 0]);
});

/** How many programs are tried, of seeds from 1. */
const PROGRAMS = Number(process.env["OURO_RENAMES"] ?? 12);

test("in generated programs any name can be renamed, the value stays, and renaming back gives the very text", () => {
  let [done, refused] = [0, 0];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const text = generateProgram(seed);
    const tree = parseTree(text, "test");
    const symbols = findNodes(tree, (node) => node.kind === "atom" && node.value instanceof LispSymbol);
    const before = run(text);
    for (const at of [3, 7, 13]) {
      const { path, node } = symbols[(seed * at * 31) % symbols.length] as (typeof symbols)[number];
      const name = (nodeDatum(node) as LispSymbol).name;
      try {
        const changed = interpreter.rename(tree, path, "fresh-name");
        const after = run(printTree(changed));
        if (after.result !== before.result || after.steps !== before.steps) throw new Error(`seed ${seed}, ${name}: ${after.result} for ${before.result}\n${printTree(changed)}`);
        expect(printTree(interpreter.rename(changed, path, name))).toBe(text);
        done++;
      } catch (error) {
        if (!(error instanceof LispError && error.payload instanceof Condition && ["no-binding", "name-captured"].includes(error.payload.code))) throw error;
        refused++;
      }
    }
  }
  expect(done).toBeGreaterThan(PROGRAMS / 2);
  expect(refused).toBeGreaterThan(0);
});
