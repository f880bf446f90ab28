// Structural edits: they change what they should, keep all else byte for byte, and find what they are asked for.
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { nodeDatum, readAll } from "../../interpreter/reader/datum.js";
import { insertNode, removeNode, replaceNode } from "../../interpreter/reader/edit.js";
import { findDefinition, findNodes, findPattern, listDefinitions } from "../../interpreter/reader/find.js";
import { childrenOf, textOf } from "../../interpreter/reader/node.js";
import { nodeAt, parseTree, printTree, topLevel, type Path, type Tree } from "../../interpreter/reader/tree.js";
import { write } from "../../interpreter/printer/print.js";
import { Condition, LispError } from "../../interpreter/values/condition.js";
import type { Value } from "../../interpreter/values/value.js";

const SEED = 20_263;

describe("replacing changes one datum", () => {
  const cases: [string, Path, string, string][] = [
    ["(a  b ; c\n c)", [0, 1], "(x y)", "(a  (x y) ; c\n c)"],
    ["a b", [1], "c", "a c"],
    ["(a . b)", [0, 1], "c", "(a . c)"],
    ["'x", [0, 0], "(1 2)", "'(1 2)"],
    ["#;(a) (b)", [0, 0], "c", "#;(a) (c)"],
    ["#0=(a #0#)", [0, 0, 0], "b", "#0=(b #0#)"],
    ["{:a 1 ; one\n :b 2}", [0, 3], "[3]", "{:a 1 ; one\n :b [3]}"],
    ['(a"x"b)', [0, 1], "y", '(a y b)'],
    [",x", [0, 0], "@y", ", @y"],
    ["(a)", [0, 0], "; why\nb", "(; why\nb)"],
    ["(a)", [0, 0], "b ; why", "(b ; why\n)"],
    ["(a b)", [0, 0], "#| why |# c", "(#| why |# c b)"],
  ];
  test.each(cases)("%s %o → %s", (text, path, replacement, expected) => {
    const tree = parseTree(text);
    expect(printTree(replaceNode(tree, path, replacement))).toBe(expected);
    expect(printTree(tree)).toBe(text);
  });
});

describe("inserting follows the habit of the place", () => {
  const cases: [string, Path, string, string][] = [
    ["(b c)", [0, 0], "a", "(a b c)"], ["(a c)", [0, 1], "b", "(a b c)"], ["(a b)", [0, 2], "c", "(a b c)"], ["()", [0, 0], "a", "(a)"],
    ["(begin\n  (a)\n  (c))", [0, 2], "(b)", "(begin\n  (a)\n  (b)\n  (c))"],
    ["(begin\n  (a) ; first\n  ;; about c\n  (c))", [0, 2], "(b)", "(begin\n  (a) ; first\n  (b)\n  ;; about c\n  (c))"],
    ["(begin\n  (a) ; first\n  )", [0, 2], "(b)", "(begin\n  (a) ; first\n  (b)\n  )"],
    ["(a ; why\n )", [0, 1], "b", "(a ; why\nb\n )"],
    ["(; empty\n)", [0, 0], "a", "(; empty\na)"],
    [";; The job.\n\n(a)\n", [0], "(b)", ";; The job.\n\n(b)\n\n(a)\n"],
    ["(a)\n", [1], "(b)", "(a)\n\n(b)\n"], ["(a)\n\n; about c\n(c)", [1], "(b)", "(a)\n\n(b)\n\n; about c\n(c)"],
    ["", [0], "a", "a"], ["; only", [0], "a", "; only\na"], ["; only\n", [0], "a", "; only\na"],
    ["{:a 1}", [0, 2], ":b 2", "{:a 1 :b 2}"], ["(a . b)", [0, 1], "c", "(a c . b)"],
    ["(define (f)\n  x)", [0, 2], '"Doc."', '(define (f)\n  "Doc."\n  x)'],
  ];
  test.each(cases)("%s %o + %s", (text, path, inserted, expected) => {
    expect(printTree(insertNode(parseTree(text), path, inserted))).toBe(expected);
  });
});

describe("removing takes the space before along, and no comment", () => {
  const cases: [string, Path, string][] = [
    ["(a b c)", [0, 1], "(a c)"], ["(a b c)", [0, 0], "(b c)"], ["(a)", [0, 0], "()"], ["(a\n  b\n  c)", [0, 2], "(a\n  b)"],
    ["(a ; why\n  b)", [0, 1], "(a ; why\n  )"], ["(a #| x |# b)", [0, 1], "(a #| x |#)"], ['(a"x"b)', [0, 1], "(a b)"],
    ["a\n\nb\n\nc\n", [1], "a\n\nc\n"], ["a", [0], ""], ["(a . b)", [0, 0], ""],
  ];
  test.each(cases.slice(0, -1))("%s %o", (text, path, expected) => {
    expect(printTree(removeNode(parseTree(text), path))).toBe(expected);
  });
});

describe("an edit that cannot be is refused with a code", () => {
  const cases: [string, string, () => unknown][] = [
    ["no such path", "out-of-range", () => replaceNode(parseTree("(a)"), [0, 1], "b")],
    ["no path at all", "out-of-range", () => removeNode(parseTree("(a)"), [])],
    ["a place beyond the end", "out-of-range", () => insertNode(parseTree("(a)"), [0, 2], "b")],
    ["inside an atom", "out-of-range", () => insertNode(parseTree("a"), [0, 0], "b")],
    ["nothing as a replacement", "bad-syntax", () => replaceNode(parseTree("a"), [0], "; b")],
    ["two as a replacement", "bad-syntax", () => replaceNode(parseTree("a"), [0], "b c")],
    ["nothing to insert", "bad-syntax", () => insertNode(parseTree("a"), [0], " ")],
    ["an unbalanced text", "unexpected-end", () => replaceNode(parseTree("a"), [0], "(b")],
    ["a stray bracket", "read-error", () => replaceNode(parseTree("(a)"), [0, 0], "b) (c")],
    ["a directive", "bad-syntax", () => replaceNode(parseTree("a B"), [0], "#!fold-case c")],
    ["a second datum after a quote", "bad-syntax", () => insertNode(parseTree("'a"), [0, 1], "b")],
    ["a quote without its datum", "unexpected-end", () => removeNode(parseTree("'a"), [0, 0])],
    ["a key without its value", "read-error", () => removeNode(parseTree("{:a 1}"), [0, 1])],
    ["a dot without its datum", "read-error", () => removeNode(parseTree("(a . b)"), [0, 1])],
  ];
  test.each(cases)("%s", (_name, code, edit) => {
    let payload: unknown;
    try {
      edit();
    } catch (error) {
      payload = (error as LispError).payload;
    }
    expect(payload).toBeInstanceOf(Condition);
    expect((payload as Condition).code).toBe(code);
  });
});

const PROGRAM = `; A library.
(define-library (my tools)
  (export square answer)
  (begin
    ;; The square.
    (define (square x) (* x x))
    (define answer 42)))

(begin (define-record-type <point> (make-point x y) point?))
(define-policy greeting "Hello" {:tone "warm"})
(define ((adder n) m) (+ n m))
(define-values (low high . rest) (bounds))
(define answer 43)
(display 'define)
`;

describe("definitions are found by name", () => {
  test("in the order of the text, with their forms", () => {
    const listed = listDefinitions(parseTree(PROGRAM)).map(({ form, name, path }) => `${form} ${name} ${path.join(".")}`);
    expect(listed).toEqual([
      "define-library (my tools) 0", "define square 0.3.1", "define answer 0.3.2", "define-record-type <point> 1.1",
      "define-policy greeting 2", "define adder 3", "define-values low 4", "define-values high 4", "define-values rest 4", "define answer 5",
    ]);
  });

  test.each([["square", "(define (square x) (* x x))"], ["answer", "(define answer 43)"], ["greeting", '(define-policy greeting "Hello" {:tone "warm"})'], ["nobody", undefined]])("%s", (name, text) => {
    const found = findDefinition(parseTree(PROGRAM), name);
    expect(found && textOf([found.node])).toBe(text);
  });

  test("and can be replaced where they are", () => {
    const tree = parseTree(PROGRAM);
    const edited = replaceNode(tree, findDefinition(tree, "square")?.path as Path, "(define (square x) (expt x 2))");
    expect(printTree(edited)).toBe(PROGRAM.replace("(* x x)", "(expt x 2)"));
  });
});

describe("nodes are found by a pattern for their datum", () => {
  const text = "(if a b) (if (not c) d e) '(if x y) #(1 2) #(1 3 3) [1 2] (let ((x 1) (y 2)) x) (a . b) \"s\" 1.0 #0=(q #0#)";
  const cases: [string, string[]][] = [
    ["(if _ _)", ["(if a b)", "(if x y)"]],
    ["(if _ ...)", ["(if a b)", "(if (not c) d e)", "(if x y)"]],
    ["(if (not _) ...)", ["(if (not c) d e)"]],
    ["(... e)", ["(if (not c) d e)"]],
    ["'_", ["'(if x y)"]],
    ["#(1 ... 3)", ["#(1 3 3)"]],
    ["[1 _]", ["[1 2]"]],
    ["(let ((_ _) ...) ...)", ["(let ((x 1) (y 2)) x)"]],
    ["(_ . b)", ["(a . b)"]],
    ['"s"', ['"s"']], ["1.0", ["1.0"]], ["1", ["1", "1", "1", "1"]], ["#(1 2)", ["#(1 2)"]], ["nothing", []],
  ];
  test.each(cases)("%s", (pattern, expected) => {
    const found = findPattern(parseTree(text), readAll(pattern, "pattern")[0] as Value);
    expect(found.map(({ node }) => textOf([node]))).toEqual(expected);
  });

  test("or by a predicate, each with the path that leads to it", () => {
    const tree = parseTree(PROGRAM);
    const atoms = findNodes(tree, (node) => node.kind === "atom");
    for (const { path, node } of atoms) expect(nodeAt(tree, path)).toBe(node);
    expect(atoms.length).toBeGreaterThan(40);
  });

  test("at any depth", () => {
    const deep = parseTree("(".repeat(9_000) + "needle" + ")".repeat(9_000));
    expect(findPattern(deep, readAll("needle", "pattern")[0] as Value)[0]?.path.length).toBe(9_001);
  });
});

describe("random edits", () => {
  const space = fc.constantFrom(" ", "\n  ", " ; note\n", " #| block |# ", "", "\n\n");
  const source = fc.letrec<{ datum: string; data: string }>((tie) => ({
    datum: fc.oneof({ maxDepth: 4 }, fc.constantFrom("a", '"s;"', "1.50", ":k", "#\\)", "'q", ",@r"), fc.tuple(fc.constantFrom(["(", ")"], ["#(", ")"], ["[", "]"]), tie("data")).map(([[open, close], data]) => open + data + close)),
    data: fc.array(fc.tuple(space, tie("datum"), space), { maxLength: 4 }).map((items) => items.map((item) => item.join("")).join(" ")),
  })).data;

  const allPaths = (tree: Tree) => findNodes(tree, () => true).map(({ path }) => path);
  const spellings = (tree: Tree) => topLevel(tree).map((node) => write(nodeDatum(node)));

  test("replacing leaves everything else byte-identical", () => {
    fc.assert(fc.property(source, fc.nat(), fc.constantFrom("new", "(new ; c\n new)", "'new", '"new"'), (text, choice, replacement) => {
      const tree = parseTree(text);
      const paths = allPaths(tree);
      if (paths.length === 0) return;
      const path = paths[choice % paths.length] as Path;
      const node = nodeAt(tree, path) as { offset: number };
      const length = textOf([nodeAt(tree, path) as never]).length;
      const edited = replaceNode(tree, path, replacement);
      const [before, after] = [text.slice(0, node.offset), text.slice(node.offset + length)];
      const printed = printTree(edited);
      expect(printed.startsWith(before)).toBe(true);
      expect(printed.endsWith(after)).toBe(true);
      expect(printed.slice(before.length, printed.length - after.length).trim()).toBe(replacement);
      expect(textOf([nodeAt(edited, path) as never])).toBe(replacement);
    }), { seed: SEED, numRuns: 1_000 });
  });

  test("inserting and then removing gives the same data, and inserting only adds text", () => {
    fc.assert(fc.property(source, fc.nat(), (text, choice) => {
      const tree = parseTree(text);
      const brackets: Path[] = findNodes(tree, (node) => ["list", "vector", "vector-literal"].includes(node.kind)).map(({ path }) => path);
      const parent = [[], ...brackets][choice % (brackets.length + 1)] as Path;
      const siblings = parent.length === 0 ? topLevel(tree) : childrenOf(nodeAt(tree, parent) as never);
      const path = [...parent, choice % (siblings.length + 1)];
      const inserted = insertNode(tree, path, "(new one)");
      expect(textOf([nodeAt(inserted, path) as never])).toBe("(new one)");
      const printed = printTree(inserted);
      const at = (nodeAt(inserted, path) as { offset: number }).offset;
      expect((printed.slice(0, at) + printed.slice(at + "(new one)".length)).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      expect(spellings(removeNode(inserted, path))).toEqual(spellings(tree));
    }), { seed: SEED, numRuns: 1_000 });
  });
});
