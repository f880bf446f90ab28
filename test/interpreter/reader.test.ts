// What the reader makes of each notation: data, positions, completeness, one datum at a time.
import { describe, expect, test } from "vitest";
import { DatumReader, isComplete, readAll, readNext } from "../../interpreter/reader/datum.js";
import { excerpt } from "../../interpreter/reader/excerpt.js";
import { write } from "../../interpreter/printer/print.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../../interpreter/values/literal.js";
import { Pair } from "../../interpreter/values/pair.js";
import { carPositionOf, positionOf } from "../../interpreter/values/position.js";
import { Keyword, LispSymbol } from "../../interpreter/values/symbol.js";
import { Char, LispString } from "../../interpreter/values/text.js";
import type { Value } from "../../interpreter/values/value.js";

const symbol = (name: string) => LispSymbol.intern(name);
const string = (text: string) => new LispString(text, true);

function check(text: string, expected: Value[]): void {
  const data = readAll(text, "test");
  // The private caches of strings are no part of their value.
  const plain = (value: Value) => (value instanceof LispString ? { text: value.text, immutable: value.immutable } : value);
  expect(data.map(plain)).toEqual(expected.map(plain));
}

describe("atoms are read as R7RS says", () => {
  const cases: [string, Value[]][] = [
    ["abc ... + - -> ->x <=? !$%&*/:<=>?^_~ a.b .x 1+ λ", ["abc", "...", "+", "-", "->", "->x", "<=?", "!$%&*/:<=>?^_~", "a.b", ".x", "1+", "λ"].map(symbol)],
    ["|a b| || |a\\|b| |\\x41;\\n| |a;\"(|", ["a b", "", "a|b", "A\n", 'a;"('].map(symbol)],
    ["#!fold-case ABC #\\A #\\SPACE :Key |AbC| ΣΑΣ #!no-fold-case ABC", [symbol("abc"), Char.of(65), Char.of(32), Keyword.intern("key"), symbol("AbC"), symbol("σασ"), symbol("ABC")]],
    [":a :|b c| :a:b : ::", [Keyword.intern("a"), Keyword.intern("b c"), Keyword.intern("a:b"), symbol(":"), Keyword.intern(":")]],
    ["#t #f #true #false #T #FALSE", [true, false, true, false, true, false]],
    ['"" "a\\"b\\\\c" "\\a\\b\\t\\n\\r\\|" "\\x3bb;\\X41;" "a\nb"', ["", 'a"b\\c', "\x07\b\t\n\r|", "λA", "a\nb"].map(string)],
    ['"a\\\n   b" "a\\  \t \r\n\t b" "a\r\nb\rc"', ["ab", "ab", "a\nb\nc"].map(string)],
    ["#\\a #\\A #\\( #\\) #\\; #\\\" #\\| #\\# #\\\\ #\\' #\\x #\\λ #\\😀", [..."aA();\"|#\\'xλ😀"].map((char) => Char.of(char.codePointAt(0) as number))],
    ["#\\alarm #\\backspace #\\delete #\\escape #\\newline #\\null #\\return #\\space #\\tab #\\x3bb #\\X41 #\\ ", [7, 8, 127, 27, 10, 0, 13, 32, 9, 0x3bb, 65, 32].map((point) => Char.of(point))],
  ];
  test.each(cases)("%s", check);
});

describe("compound data are read as R7RS says, with persistent literals beside them", () => {
  const cases: [string, string][] = [
    ["(a b . (c))", "(a b c)"], ["(a . b)", "(a . b)"], ["(a .b)", "(a .b)"], ["( )", "()"], ["(a . #;x b #;y)", "(a . b)"],
    ["'a `(b ,c ,@d)", "'a `(b ,c ,@d)"], ["' ; why\n a", "'a"], ["(quote a)", "'a"], ["''()", "''()"], ["'[a]", "'[a]"],
    ["#(1 #(2) ())", "#(1 #(2) ())"], ["#u8(0 255 #xF)", "#u8(0 255 15)"], ["#U8()", "#u8()"],
    ["[a [b] c]", "[a [b] c]"], ["{:a 1 :b {}}", "{:a 1 :b {}}"], ["#{a #{} b}", "#{a #{} b}"],
    ["#;(a b) c #;d", "c"], ["(a #;b c)", "(a c)"], ["#;#;a b c", "c"], ["#;'a b", "b"], ["'#;a b", "'b"],
    ["#| a #| b |# c |# d ; e\nf", "d f"], ["#||# a", "a"], ["#|#||#|# a", "a"], ["#! /usr/bin/env ouro\na", "a"],
    ["#0=(a . #0#)", "#0=(a . #0#)"], ["#1=#(a #1# #2=(b) #2#)", "#0=#(a #0# (b) (b))"], ["#0=[#0#]", "#0=[#0#]"], ["(#0=a #0# #007=b #7#)", "(a a b b)"],
    ["#0=#1=(#0# #1#)", "#0=(#0# #0#)"], ["'#0='#0#", "'#0='#0#"], ["#0=(a) #0=(b)", "(a) (b)"],
    ["", ""], [" ; only a comment", ""], ["\ufeffa\u00a0b", "a b"], ['("a"b"c")', '("a" b "c")'], ["(a)(b)'c", "(a) (b) 'c"],
  ];
  test.each(cases)("%s", (text, expected) => {
    expect(readAll(text, "test").map((datum) => write(datum)).join(" ")).toBe(expected);
  });

  test("persistent literals are forms of three classes", () => {
    const [vector, map, set] = readAll("[a] {:k v} #{a}", "test");
    expect(vector).toEqual(new VectorLiteral([symbol("a")]));
    expect(map).toEqual(new MapLiteral([Keyword.intern("k"), symbol("v")]));
    expect(set).toEqual(new SetLiteral([symbol("a")]));
  });

  test("a label inside stands for the very same object", () => {
    const [list] = readAll("(#0=(x) #0#)", "test") as [Pair];
    expect((list.cdr as Pair).car).toBe(list.car);
  });
});

describe("every datum knows its position", () => {
  const text = "; 😀\n(define 😀x\n  #(1 [b] 'c))";
  const [form] = readAll(text, "file.scm") as [Pair];
  const name = form.cdr as Pair;
  const vector = (name.cdr as Pair).car as Value[];
  const cases: [string, unknown, string][] = [
    ["a list, from its parenthesis", positionOf(form), "2:1-31"],
    ["a symbol, in the cell that holds it", carPositionOf(form), "2:2-12"],
    ["columns count code points", carPositionOf(name), "2:9-16"],
    ["a compound element, through its cell", carPositionOf(name.cdr as Pair), "3:3-30"],
    ["a literal inside", positionOf(vector[1]), "3:7-26"],
    ["a quotation, from its mark", positionOf(vector[2]), "3:11-29"],
    ["what is quoted", carPositionOf((vector[2] as Pair).cdr as Pair), "3:12-29"],
  ];
  test.each(cases)("%s", (_name, position, expected) => {
    expect(position).toMatchObject({ file: "file.scm" });
    const { line, column, endOffset } = position as { line: number; column: number; endOffset: number };
    expect(`${line}:${column}-${endOffset}`).toBe(expected);
  });
});

describe("a text that may still become a form is incomplete", () => {
  const cases: [string, boolean][] = [
    ["(a", false], ["'", false], ["#;", false], ['"a', false], ['"a\\"', false], ["|a", false], ["#| a", false], ["#(", false], ["{:a", false], ["(a . ", false], ["[1 #;", false],
    ["", true], ["a", true], ["(a)", true], ["(a))", true], ["(a]", true], ["#\\bad (", true], ["; (", true],
  ];
  test.each(cases)("%s", (text, complete) => {
    expect(isComplete(text)).toBe(complete);
  });
});

describe("read takes one datum at a time from a text", () => {
  test("it stops after each datum, whatever follows, and says where", () => {
    const reader = new DatumReader("  (a) ; c\n b #;x )", "port");
    expect(reader.read(0)).toMatchObject({ endOffset: 5 });
    expect(reader.read(5)).toMatchObject({ datum: symbol("b"), endOffset: 12 });
    expect(() => reader.read(12)).toThrow("expected a datum, but found )");
  });

  test("at the end there is none", () => {
    expect(readNext("a #;b ; c", 1, "port")).toBeUndefined();
  });

  test("it may begin anywhere: inside space, inside a token, or further back", () => {
    const reader = new DatumReader("abc   def", "port");
    const names = [0, 3, 4, 7, 1, 0].map((offset) => reader.read(offset)?.datum);
    expect(names).toEqual(["abc", "def", "def", "ef", "bc", "abc"].map(symbol));
  });

  test("#!fold-case stays in force from one datum to the next", () => {
    const reader = new DatumReader("#!fold-case A B", "port");
    expect(reader.read(0)?.datum).toBe(symbol("a"));
    expect(reader.read(13)?.datum).toBe(symbol("b"));
  });

  test("reading a long text datum by datum takes linear time", () => {
    const reader = new DatumReader("(a b) ".repeat(50_000), "port");
    let count = 0;
    for (let offset: number | undefined = 0; offset !== undefined; offset = reader.read(offset)?.endOffset) count++;
    expect(count).toBe(50_001);
  });
});

describe("an excerpt shows the line and marks the column", () => {
  const cases: [string, string, number, number, string][] = [
    ["plain", "a\n(b c)\n", 2, 4, "2 | (b c)\n  |    ^"],
    ["tabs stay tabs", "\t(x", 1, 3, "1 | \t(x\n  | \t ^"],
    ["wide characters take two columns", "漢😀é́ x", 1, 5, "1 | 漢😀é́ x\n  |      ^"],
    ["at the end of the text", "(a\n", 2, 1, "2 | \n  | ^"],
    ["a long line is cut", `${"a".repeat(200)}b${"c".repeat(200)}`, 1, 201, `1 | …${"a".repeat(60)}b${"c".repeat(39)}…\n  | ${" ".repeat(61)}^`],
  ];
  test.each(cases)("%s", (_name, text, line, column, expected) => {
    expect(excerpt(text, { file: "f", line, column, offset: 0, endOffset: 0 })).toBe(expected);
  });
});
