// What the reader refuses: each with its code, its place, and what was expected.
import { describe, expect, test } from "vitest";
import { readAll } from "../../interpreter/reader/datum.js";
import type { ReaderLimits } from "../../interpreter/reader/source.js";
import { DEFAULT_LIMITS } from "../../interpreter/reader/source.js";
import { Condition, LispError } from "../../interpreter/values/condition.js";

function check(text: string, expected: string, limits?: ReaderLimits): void {
  let payload: unknown;
  try {
    readAll(text, "file.scm", limits);
  } catch (error) {
    payload = (error as LispError).payload;
  }
  expect(payload).toBeInstanceOf(Condition);
  const { code, message, position, hint } = payload as Condition;
  expect(`${position?.line}:${position?.column} ${code}: ${message}`).toContain(expected);
  expect(position?.file).toBe("file.scm");
  expect(hint).not.toBe("");
}

describe("what is not closed is an unexpected end, and says what is open", () => {
  const cases: [string, string][] = [
    ["(a", "1:3 unexpected-end: expected ) to close ( at line 1, column 1"],
    ["a\n [b\n", "3:1 unexpected-end: expected ] to close [ at line 2, column 2"],
    ["#u8(1", "1:6 unexpected-end: expected ) to close #u8( at line 1, column 1"],
    ['x "abc', '1:7 unexpected-end: expected " to close the string opened at line 1, column 3'],
    ["|abc", "1:5 unexpected-end: expected | to close the identifier opened at line 1, column 1"],
    ["#| #| |#", "1:9 unexpected-end: expected |# to close the comment opened at line 1, column 1"],
    ["'", "1:2 unexpected-end: expected a datum after '"],
    ["(a #;", "1:6 unexpected-end: expected a datum after #;"],
    ["(a . ", "1:6 unexpected-end: expected a datum after the dot"],
    ["(define (f x)\n  (g x)\n(define (h) 1)\n", "the form opened at line 1, column 1 is still open where another starts, at line 3, column 1"],
  ];
  test.each(cases)("%s", (text, expected) => check(text, expected));
});

describe("what is wrong is a read error at its place", () => {
  const cases: [string, string][] = [
    [")", "1:1 read-error: expected a datum, but found ), which closes nothing"],
    ["(a\n  (b c])", "2:7 read-error: expected ) to close ( at line 2, column 3, but found ]"],
    ["[a}", "1:3 read-error: expected ] to close [ at line 1, column 1, but found }"],
    ["(a ')", "1:5 read-error: expected a datum after ', but found )"],
    ["(a . )", "1:6 read-error: expected a datum after the dot, but found )"],
    ["(a . #;b)", "read-error: expected a datum after the dot, but found )"],
    ["(. a)", "1:2 read-error: expected a datum, but found a dot"],
    ["(a . b . c)", "1:8 read-error: expected a datum, but found a dot"],
    ["(a . b c)", "1:8 read-error: expected ) after the datum that follows the dot"],
    ["[a . b]", "1:4 read-error: expected a datum, but found a dot"],
    [".", "1:1 read-error: expected a datum, but found a dot"],
    ["{:a 1 :b}", "1:9 read-error: expected a value after the key :b: a map literal holds keys and values in pairs"],
    ["#u8(1 256)", "1:7 read-error: expected an exact integer from 0 to 255 in a bytevector, but found 256"],
    ["#u8(1 (2))", "1:7 read-error: expected an exact integer from 0 to 255 in a bytevector, but found (…"],
    ["#\\spce", "1:1 read-error: expected a character name (alarm"],
    ["#\\xd800", "1:1 read-error: expected the code of a Unicode character, but found #\\xd800"],
    ['"ab\\qc"', '1:4 read-error: expected an escape (\\a'],
    ['"\\x110000;"', "1:2 read-error: expected an escape"],
    ['"\\x41"', "1:2 read-error: expected an escape"],
    ['"a\\ b"', "1:3 read-error: expected an escape"],
    ["#foo", "1:1 read-error: expected #t, #f, #("],
    ["#", "1:1 read-error: expected #t, #f, #("],
    ["#truth", "1:1 read-error: expected #t, #f, #("],
    ["#!eof", "1:1 read-error: expected #!fold-case or #!no-fold-case, but found #!eof"],
    ["#xfg", "1:1 read-error: expected a number after its prefix, but found #xfg"],
    ["#e+inf.0", "1:1 read-error: expected a number after its prefix"],
    ["1/0", "1:1 read-error: expected a denominator other than zero in 1/0"],
    ["#e1e1000000000", "1:1 read-error: expected an exact number of at most 20000 digits"],
    [`${"1".repeat(20001)}/${"3".repeat(20001)}`, "1:1 read-error: expected an exact number of at most 20000 digits"],
    ["(+ 1 2+1/0i)", "1:6 read-error: expected a denominator other than zero in 2+1/0i"],
    ["#e+inf.0i", "1:1 read-error: expected a number after its prefix, but found #e+inf.0i"],
    ["(a,b)", "1:3 read-error: expected a space before ,"],
    ["don't", "1:4 read-error: expected a space before '"],
    [":a'", "1:3 read-error: expected a space before '"],
    ["a\\b", "1:2 read-error: expected an identifier; one that holds \\ is written between bars"],
    ["(#1# #1=a)", "1:2 read-error: expected #1= before #1#"],
    ["#0=#0#", "1:4 read-error: expected #0= before #0#"],
    ["#0=a #0#", "1:6 read-error: expected #0= before #0#"],
    ["(#0=a #0=b)", "1:7 read-error: expected a new label, but #0= is already defined"],
    ["a\n\ud800b", "2:1 read-error: expected Unicode text"],
  ];
  test.each(cases)("%s", (text, expected) => check(text, expected));
});

describe("what is too large is refused before it costs anything", () => {
  const cases: [string, string, string, Partial<ReaderLimits>][] = [
    ["size", "abcdef", "1:1 input-too-large: expected at most 5 characters of text, but there are 6", { size: 5 }],
    ["tokens", "a b c", "1:4 input-too-large: expected at most 3 tokens, but there are more", { tokens: 3 }],
    ["nesting", "(a (b (c)))", "1:7 nesting-too-deep: expected at most 2 forms inside each other", { depth: 2 }],
    ["nesting of marks", "''''a", "1:4 nesting-too-deep", { depth: 3 }],
    ["nesting by default", "(".repeat(100_000), "1:10001 nesting-too-deep: expected at most 10000", {}],
    ["nesting of labels by default", "#0=".repeat(100_000), "1:30001 nesting-too-deep: expected at most 10000", {}],
  ];
  test.each(cases)("%s", (_name, text, expected, limits) => check(text, expected, { ...DEFAULT_LIMITS, ...limits }));
});
