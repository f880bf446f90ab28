// What each value looks like, by write, display and their kin, with limits, and on several lines.
import { describe, expect, test } from "vitest";
import { display, pretty, write, writeShared, writeSimple, type PrintOptions } from "../../interpreter/printer/print.js";
import { readAll } from "../../interpreter/reader/datum.js";
import { builtins, define } from "../../interpreter/builtins/builtin.js";
import { PersistentMap, PersistentSet, PersistentVector } from "../../interpreter/values/collection.js";
import { Condition, LispError } from "../../interpreter/values/condition.js";
import { Flonum, Rational } from "../../interpreter/values/number.js";
import { listFrom, NIL, Pair } from "../../interpreter/values/pair.js";
import { RecordInstance, RecordType } from "../../interpreter/values/record.js";
import { Keyword, LispSymbol } from "../../interpreter/values/symbol.js";
import { Char, LispString } from "../../interpreter/values/text.js";
import { EOF, MultipleValues, UNSPECIFIED, type Value } from "../../interpreter/values/value.js";

const symbol = (name: string) => LispSymbol.intern(name);
const key = (name: string) => Keyword.intern(name);
const string = (text: string) => new LispString(text);
const char = (text: string) => Char.of(text.codePointAt(0) as number);
const flonum = (value: number) => new Flonum(value);
const read = (text: string) => readAll(text, "test")[0] as Value;

class HashTable {
  readonly size = 0;
}

const point = new RecordType(symbol("<point>"), [symbol("x"), symbol("y")]);
define("test-builtin", 0, 0, () => NIL, "(test-builtin) For this test.");
const builtin = builtins.get("test-builtin")?.procedure as Value;
const compiled = { "square_12": (x: Value) => x }["square_12"] as Value;

test("half a surrogate pair is written as U+FFFD, which reads, wherever it stands", () => {
  const half = "a\ud83d";
  const printed = [string(half), symbol(half), key(half), Char.of(0xd83d), PersistentVector.from([string(half)])].map((value) => write(value));
  expect(printed).toEqual(['"a\ufffd"', "a\ufffd", ":a\ufffd", "#\\\ufffd", '["a\ufffd"]']);
  for (const text of printed) expect(write(read(text))).toBe(text);
});

describe("each value has its notation, for reading back and for people", () => {
  const cases: [Value, string, string?][] = [
    [0, "0"], [-5, "-5"], [10n ** 20n, "100000000000000000000"], [new Rational(-1n, 2n), "-1/2"],
    [flonum(1), "1.0"], [flonum(-0), "-0.0"], [flonum(0.1), "0.1"], [flonum(1e21), "1e21"], [flonum(1.5e-7), "1.5e-7"], [flonum(123456789012345680000), "123456789012345680000.0"],
    [flonum(Infinity), "+inf.0"], [flonum(-Infinity), "-inf.0"], [flonum(NaN), "+nan.0"],
    [true, "#t"], [false, "#f"], [NIL, "()"], [UNSPECIFIED, "#<unspecified>"], [EOF, "#<eof>"],
    [symbol("abc"), "abc"], [symbol("ABC"), "ABC"], [symbol("->x"), "->x"], [symbol("..."), "..."], [symbol("λ"), "λ"], [symbol(":"), ":"], [symbol("a:b"), "a:b"], [symbol("a#"), "a#"], [symbol("1+"), "1+"],
    [symbol(""), "||", ""], [symbol("a b"), "|a b|", "a b"], [symbol("a|b"), "|a\\|b|", "a|b"], [symbol("1"), "|1|", "1"], [symbol("+i"), "|+i|", "+i"], [symbol("1/0"), "|1/0|", "1/0"], [symbol("+inf.0"), "|+inf.0|", "+inf.0"],
    [symbol("."), "|.|", "."], [symbol("#t"), "|#t|", "#t"], [symbol(":a"), "|:a|", ":a"], [symbol("a'b"), "|a'b|", "a'b"], [symbol("a\nb"), "|a\\nb|", "a\nb"], [symbol("a\\"), "|a\\\\|", "a\\"], [symbol("\u00a0"), "|\u00a0|", "\u00a0"],
    [key("a"), ":a"], [key("a b"), ":|a b|", ":a b"], [key(""), ":||", ":"], [key("1"), ":1"], [key(":"), "::"],
    [string('a"b\\c|d'), '"a\\"b\\\\c|d"', 'a"b\\c|d'], [string("\x07\b\t\n\r\0"), '"\\a\\b\\t\\n\\r\\x0;"', "\x07\b\t\n\r\0"], [string("λ😀 é"), '"λ😀 é"', "λ😀 é"], [string("\u200b\u2028\ufeff"), '"\\x200b;\\x2028;\\xfeff;"', "\u200b\u2028\ufeff"],
    [char("a"), "#\\a", "a"], [char(" "), "#\\space", " "], [char("\n"), "#\\newline", "\n"], [char("\0"), "#\\null", "\0"], [char("("), "#\\(", "("], [char("x"), "#\\x", "x"], [char("😀"), "#\\😀", "😀"], [char("\u0301"), "#\\x301", "\u0301"], [char("\u00a0"), "#\\xa0", "\u00a0"], [char("\x01"), "#\\x1", "\x01"],
    [[], "#()"], [[1, [2], string("a")], '#(1 #(2) "a")', "#(1 #(2) a)"], [Uint8Array.of(0, 255), "#u8(0 255)"], [new Uint8Array(), "#u8()"],
    [listFrom([1, string("a"), char("b")]), '(1 "a" #\\b)', "(1 a b)"], [new Pair(1, 2), "(1 . 2)"], [listFrom([1, 2], 3), "(1 2 . 3)"], [listFrom([NIL, listFrom([NIL])]), "(() (()))"],
    [PersistentMap.from([[key("a"), string("x")], [string("k"), listFrom([1])]]), '{:a "x" "k" (1)}', "{:a x k (1)}"], [PersistentMap.empty, "{}"],
    [PersistentVector.from([1, PersistentVector.empty]), "[1 []]"], [PersistentSet.from([1, key("b")]), "#{1 :b}"], [PersistentSet.empty, "#{}"],
    [RecordInstance.of(point, [1, string("a")]), '#<point x: 1 y: "a">', "#<point x: 1 y: a>"], [point, "#<record-type point>"], [RecordInstance.of(new RecordType(symbol("unit"), []), []), "#<unit>"],
    [new Condition("wrong-type", "expected a list", [1, symbol("b")]), '#<condition wrong-type "expected a list" 1 b>'],
    [builtin, "#<procedure test-builtin>"], [compiled, "#<procedure square>"], [(() => () => 1)(), "#<procedure>"],
    [new MultipleValues([1, 2]), "#<values 1 2>"], [new HashTable(), "#<hash-table>"], [Object.create(null) as Value, "#<object>"],
  ];
  test.each(cases.map(([value, written, shown]) => ({ value, written, shown: shown ?? written })))("$written", ({ value, written, shown }) => {
    expect(write(value)).toBe(written);
    expect(display(value)).toBe(shown);
  });
});

describe("quotations are abbreviated where that reads back", () => {
  const cases = ["'a", "`(a ,b ,@(c))", "''()", "'[a 'b]", "(quote)", "(quote . a)", "(quote a b)", "(quote a . b)", "(a quote b)", "(a . 'b)", "(unquote @a)", ",@a", "#(',a)"];
  const expected: Record<string, string> = { "(a . 'b)": "(a quote b)" };
  test.each(cases)("%s", (text) => expect(write(read(text))).toBe(expected[text] ?? text));
});

describe("datum labels: write for cycles only, write-shared for all that is shared", () => {
  const cases: [string, string, string?][] = [
    ["(#0=(a) #0#)", "((a) (a))", "(#0=(a) #0#)"],
    ["#0=(a b . #0#)", "#0=(a b . #0#)"],
    ["(x . #0=(a b . #0#))", "(x . #0=(a b . #0#))"],
    ["#0=#(1 #0# (a . #0#))", "#0=#(1 #0# (a . #0#))"],
    ["(#1=(a . #1#) #2=#(#2#))", "(#0=(a . #0#) #1=#(#1#))"],
    ["(#0=(a) #1=(b . #1#) #0#)", "((a) #0=(b . #0#) (a))", "(#0=(a) #1=(b . #1#) #0#)"],
    ["(a . #0=(b c . (d #0#)))", "(a . #0=(b c d #0#))"],
    ["#0='#0#", "#0='#0#"],
    ["#0=(quote . #1=(#1#))", "(quote . #0=(#0#))"],
    ["#0=[{:a #0#} #{#0#}]", "#0=[{:a #0#} #{#0#}]"],
  ];
  test.each(cases)("%s", (text, cycles, shared = cycles) => {
    const datum = read(text);
    expect(write(datum)).toBe(cycles);
    expect(display(datum)).toBe(cycles);
    expect(writeShared(datum)).toBe(shared);
  });

  test("cycles through records, conditions and persistent collections end too", () => {
    const record = RecordInstance.of(point, [1, NIL]);
    record.set(1, [PersistentVector.from([record])]);
    expect(write(record)).toBe("#0=#<point x: 1 y: #([#0#])>");
    expect(write(new Condition("user-error", "m", [record]))).toBe('#<condition user-error "m" #0=#<point x: 1 y: #([#0#])>>');
  });

  test("write-simple prints without labels what has no cycle, and fails on what has", () => {
    expect(writeSimple(read("(#0=(a) #0#)"))).toBe("((a) (a))");
    expect(() => writeSimple(read("#0=(abcdefghijklmnopqrstuvwxyz . #0#)"), { maximumText: 100_000 })).toThrow(LispError);
  });

  test("a small value that prints hugely is refused", () => {
    let value: Value = symbol("a");
    for (let count = 0; count < 60; count++) value = [value, value];
    expect(() => write(value, { maximumText: 100_000 })).toThrow("the printed text would be longer than 100000 characters");
    expect(() => pretty(value, 40, { maximumText: 10_000 })).toThrow("the printed text would be longer than 10000 characters");
    expect(writeShared(value).length).toBeLessThan(1_000);
  });
});

describe("length and depth can be limited", () => {
  const cases: [string, PrintOptions, string][] = [
    ["(1 2 3)", { maximumLength: 2 }, "(1 2 …)"], ["(1 2)", { maximumLength: 2 }, "(1 2)"], ["(1 2 . 3)", { maximumLength: 2 }, "(1 2 . 3)"], ["(1)", { maximumLength: 0 }, "(…)"],
    ["#(1 2 3)", { maximumLength: 2 }, "#(1 2 …)"], ["{:a 1 :b 2 :c 3}", { maximumLength: 2 }, "{:a 1 :b 2 …}"],
    ["(1 (2 (3)))", { maximumDepth: 2 }, "(1 (2 …))"], ["(1 #(2 (3)))", { maximumDepth: 1 }, "(1 …)"], ["''a", { maximumDepth: 1 }, "'…"], ["a", { maximumDepth: 0 }, "a"],
  ];
  test.each(cases)("%s %o", (text, options, expected) => {
    expect(write(read(text), options)).toBe(expected);
    expect(pretty(read(text), 80, options)).toBe(expected);
  });

  test("a procedure's name can come from outside", () => {
    expect(write(compiled, { procedureName: () => "area" })).toBe("#<procedure area>");
    expect(write(builtin, { procedureName: () => "area" })).toBe("#<procedure test-builtin>");
  });
});

describe("pretty breaks lines in the customary way", () => {
  const cases: [string, number, string[]][] = [
    ["(a b c)", 7, ["(a b c)"]],
    ["(a b c)", 6, ["(a b", "   c)"]],
    ["(define (square x) (* x x))", 20, ["(define (square x)", "  (* x x))"]],
    ["(define (f x) (let loop ((i 0) (n 10)) (if (< i n) (loop (+ i 1) n) (display x))))", 30, [
      "(define (f x)", "  (let loop ((i 0) (n 10))", "    (if (< i n)", "        (loop (+ i 1) n)", "        (display x))))"]],
    ["(1 2 3 4 5 6)", 8, ["(1", " 2", " 3", " 4", " 5", " 6)"]],
    ["((a 1) (b 2) . c)", 10, ["((a 1)", " (b 2)", " . c)"]],
    ["#(aaaa bbbb)", 8, ["#(aaaa", "  bbbb)"]],
    ["{:name \"Ada\" :born 1815 :works [1 2 3]}", 20, ["{:name \"Ada\"", " :born 1815", " :works [1 2 3]}"]],
    ["'(aaaa bbbb cccc)", 12, ["'(aaaa bbbb", "       cccc)"]],
    ["(cond ((null? x) 0) (else (car x)))", 22, ["(cond ((null? x) 0)", "      (else (car x)))"]],
    ["#0=(aaaa bbbb (cccc) #0#)", 16, ["#0=(aaaa bbbb", "         (cccc)", "         #0#)"]],
    ["(list #0=(a . #0#) #1=(b . #1#))", 20, ["(list #0=(a . #0#)", "      #1=(b . #1#))"]],
  ];
  test.each(cases)("%s within %i", (text, width, lines) => {
    expect(pretty(read(text), width)).toBe(lines.join("\n"));
  });

  test("a record's fields stand on lines of their own", () => {
    const record = RecordInstance.of(point, [string("a long text"), listFrom([1, 2, 3])]);
    expect(pretty(record, 24)).toBe('#<point x: "a long text"\n  y: (1 2 3)>');
  });

  test("limits hold where lines are broken too", () => {
    expect(pretty(read("(aaaa bbbb cccc (dddd (eeee)))"), 12, { maximumLength: 2 })).toBe("(aaaa bbbb\n      …)");
    expect(pretty(read("#(aaaa bbbb cccc)"), 8, { maximumLength: 2 })).toBe("#(aaaa\n  bbbb\n  …)");
  });
});
