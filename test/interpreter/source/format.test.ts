// The formatter: what its layout looks like, that it is a fixed point, and that it changes nothing but space.
import { describe, expect, test } from "vitest";
import { format } from "../../../interpreter/source/format.js";
import { LispError } from "../../../interpreter/values/condition.js";

const long = (count: number) => "x".repeat(count);

describe("a text is laid out", () => {
  const cases: [name: string, text: string, expected: string][] = [
    ["nothing stays nothing", " \n\n", ""],
    ["one space between elements, none at brackets", "( a   b\t'  c )", "(a b 'c)\n"],
    ["tokens that touch are parted", '(a"x"b)(c)', '(a "x" b) (c)\n'],
    ["closing brackets stand together", "(a\n  (b\n  )\n)", "(a\n  (b))\n"],
    ["bodies by two columns, headers by four", "(define (f x)\n(let loop\n((a 1))\n(g a)))", "(define (f x)\n  (let loop\n      ((a 1))\n    (g a)))\n"],
    ["operands under the first one", "(f a\nb\n c)", "(f a\n   b\n   c)\n"],
    ["data under the first element", "'(if a\n b)\n((a 1)\n  (b 2))", "'(if a\n  b)\n((a 1)\n (b 2))\n"],
    ["an unknown operator keeps the body that its author gave it", "(with-that x\n  body)", "(with-that x\n  body)\n"],
    ["any name that begins with define- has a body", "(define-thing x\n      y)", "(define-thing x\n  y)\n"],
    ["empty lines: one inside, two between", "(begin\n\n\n\n(a))\n\n\n\n\n(b)", "(begin\n\n  (a))\n\n\n(b)\n"],
    ["comments stay where they are", ";; top\n(a ; why  \n;; before b\nb ;; last\n)", ";; top\n(a ; why\n  ;; before b\n  b ;; last\n  )\n"],
    ["a block comment and a hidden datum stay", "(a #| b |# #;  (c   d) e)", "(a #| b |# #;(c d) e)\n"],
    ["an unquoted @name is not spliced", "`(, @a ,@b)", "`(, @a ,@b)\n"],
    ["directives stay in their place", "#!fold-case\nA   #!no-fold-case B", "#!fold-case\nA #!no-fold-case B\n"],
    ["a string over several lines is left as it is", '(f "a\n   b"   c)', '(f "a\n   b" c)\n'],
    ["a dot that begins a line", "(f a\n. b)", "(f a\n   . b)\n"],
    ["a dot where its author indents a body", "(f a\n  . b)", "(f a\n  . b)\n"],
    ["dots", "(a   .   b)", "(a . b)\n"],
    ["a wide call has an operand on each line", `(f ${long(50)} ${long(51)} (g 1))`, `(f ${long(50)}\n   ${long(51)}\n   (g 1))\n`],
    ["a list of short things with a line too wide is filled anew", `(export a b\n c ${long(60)} ${long(40)}\n d)`, `(export a b c ${long(60)}\n        ${long(40)} d)\n`],
    ["and stays as its author broke it if all lines fit", "(export a b\n        c d e)", "(export a b\n        c d e)\n"],
    ["an import is filled, too", `(import (a ${long(40)}) (b ${long(40)}) (c ${long(10)}))`, `(import (a ${long(40)}) (b ${long(40)})\n        (c ${long(10)}))\n`],
    ["a key whose value has no room goes with it to the next line", `{:a ${long(60)} :b (f ${long(40)})\n :c 1}`, `{:a ${long(60)}\n :b (f ${long(40)})\n :c 1}\n`],
    ["closing brackets count for that room", `{:a ${"x".repeat(60)} :b (f ${"y".repeat(15)} ${"y".repeat(12)})\n}`, `{:a ${"x".repeat(60)}\n :b (f ${"y".repeat(15)} ${"y".repeat(12)})}\n`],
    ["an arrow stays with what it points at", `(check ${long(60)} => ${long(40)})`, `(check ${long(60)}\n       => ${long(40)})\n`],
    ["a wide map has an entry on each line", `{:a ${long(50)} :b ${long(50)}}`, `{:a ${long(50)}\n :b ${long(50)}}\n`],
    ["a keyword stays with its value", `(f a :key ${long(50)} :other ${long(50)})`, `(f a\n   :key ${long(50)}\n   :other ${long(50)})\n`],
    ["many names are filled into lines", `(export ${`${long(20)} `.repeat(5)})`, `(export ${`${long(20)} `.repeat(4).trim()}\n        ${long(20)})\n`],
    ["the brackets after it count as part of a line", `(a (b ${long(92)} c))`, `(a (b ${long(92)}\n      c))\n`],
    ["CRLF becomes LF", "(a\r\n b) ; c\r\n", "(a\n  b) ; c\n"],
  ];
  test.each(cases)("%s", (_name, text, expected) => {
    expect(format(text)).toBe(expected);
    expect(format(expected)).toBe(expected);
  });
});

test("what is not whole is refused with its position", () => {
  expect(() => format("(a\n (b)", "f.scm")).toThrow(LispError);
});

test("neither depth nor length overflows the host stack", () => {
  const deep = `${"(a ".repeat(9_000)}b${")".repeat(9_000)}`;
  const once = format(deep);
  expect(format(once) === once).toBe(true);
  expect(format(`(${"abc ".repeat(50_000)})`).split("\n").every((line) => line.length <= 100)).toBe(true);
});
