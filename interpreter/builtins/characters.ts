// Characters (R7RS 6.6): classes and cases by Unicode's properties.
import { fail } from "../values/condition.js";
import { Char } from "../values/text.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkChar, checkIndex } from "./check.js";

/** The code point of the simple upper case: itself if the full one is several. */
function upcasePoint(codePoint: number): number {
  if (codePoint < 128) return codePoint >= 97 && codePoint <= 122 ? codePoint - 32 : codePoint;
  const simple = SIMPLE_UPPER.get(codePoint);
  if (simple !== undefined) return simple;
  if ((codePoint & ~0x2f) === 0x1f80) return codePoint | 8;
  return single(String.fromCodePoint(codePoint).toUpperCase(), codePoint);
}

/** The code point of the simple lower case. */
function downcasePoint(codePoint: number): number {
  if (codePoint < 128) return codePoint >= 65 && codePoint <= 90 ? codePoint + 32 : codePoint;
  return codePoint === CAPITAL_DOTTED_I ? 0x69 : single(String.fromCodePoint(codePoint).toLowerCase(), codePoint);
}

/** The code point of the simple case folding. */
function foldPoint(codePoint: number): number {
  if (codePoint === CAPITAL_DOTTED_I || codePoint === SMALL_DOTLESS_I) return codePoint;
  if (isCherokee(codePoint)) return upcasePoint(codePoint);
  return downcasePoint(upcasePoint(codePoint));
}

/** The full case folding of a text: what caseless comparison compares. */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = "";
  for (const character of text) {
    const codePoint = character.codePointAt(0) as number;
    if (codePoint === SMALL_DOTLESS_I) folded += character;
    else if (isCherokee(codePoint)) folded += character.toUpperCase();
    else folded += character.toLowerCase().toUpperCase().toLowerCase();
  }
  return folded;
}

/** Whether R7RS calls a code point white space. */
export function isWhitespace(codePoint: number): boolean {
  return codePoint === 32 || (codePoint >= 9 && codePoint <= 13) || (codePoint > 127 && WHITESPACE.test(String.fromCodePoint(codePoint)));
}

const ASCII = /^[\0-\x7f]*$/;
const ALPHABETIC = /^\p{Alphabetic}$/u;
const NUMERIC = /^\p{Nd}$/u;
const WHITESPACE = /^\p{White_Space}$/u;
const UPPERCASE = /^\p{Uppercase}$/u;
const LOWERCASE = /^\p{Lowercase}$/u;
const CAPITAL_DOTTED_I = 0x130;
const SMALL_DOTLESS_I = 0x131;

/** Letters whose full upper case is two characters, although they have a simple one (UnicodeData.txt). */
const SIMPLE_UPPER = new Map([[0x1fb3, 0x1fbc], [0x1fc3, 0x1fcc], [0x1ff3, 0x1ffc]]);

// Cherokee alone folds to upper case (CaseFolding.txt).
function isCherokee(codePoint: number): boolean {
  return (codePoint >= 0x13a0 && codePoint <= 0x13fd) || (codePoint >= 0xab70 && codePoint <= 0xabbf);
}

function single(text: string, otherwise: number): number {
  const codePoint = text.codePointAt(0) as number;
  return text.length === (codePoint > 0xffff ? 2 : 1) ? codePoint : otherwise;
}

/** The digits of each script are ten in a row, and rows that touch begin at zero. */
function digitValue(codePoint: number): number | undefined {
  if (!NUMERIC.test(String.fromCodePoint(codePoint))) return undefined;
  let start = codePoint;
  while (NUMERIC.test(String.fromCodePoint(start - 1))) start--;
  return (codePoint - start) % 10;
}

/** Whether each character stands in the relation to the next, after `key`. */
function defineComparison(name: string, holds: (a: number, b: number) => boolean, key: (codePoint: number) => number, doc: string): void {
  define(name, 1, Infinity, (...chars: Value[]) => {
    const points = chars.map((char, index) => key(checkChar(name, index + 1, char).codePoint));
    return points.every((point, index) => index === 0 || holds(points[index - 1] as number, point));
  }, doc);
}

/** The class of each ASCII character is looked up: a pattern takes ten times as long. */
function defineClass(name: string, pattern: RegExp, what: string): void {
  const ascii = Array.from({ length: 128 }, (_, codePoint) => pattern.test(String.fromCodePoint(codePoint)));
  define(name, 1, 1, (char: Value) => ascii[checkChar(name, 1, char).codePoint] ?? pattern.test(char.toString()), `(${name} char) Whether the character is ${what}.`);
}

const RELATIONS: [string, (a: number, b: number) => boolean, string][] = [
  ["=?", (a, b) => a === b, "all are the same"],
  ["<?", (a, b) => a < b, "each comes before the next"],
  [">?", (a, b) => a > b, "each comes after the next"],
  ["<=?", (a, b) => a <= b, "none comes after the next"],
  [">=?", (a, b) => a >= b, "none comes before the next"],
];

for (const [suffix, holds, what] of RELATIONS) {
  defineComparison(`char${suffix}`, holds, (point) => point, `(char${suffix} char1 char2 ...) Whether ${what}.`);
  defineComparison(`char-ci${suffix}`, holds, foldPoint, `(char-ci${suffix} char1 char2 ...) Whether ${what}, whatever their case.`);
}
define("char?", 1, 1, (value: Value) => value instanceof Char, "(char? x) Whether x is a character.");
defineClass("char-alphabetic?", ALPHABETIC, "a letter");
defineClass("char-numeric?", NUMERIC, "a decimal digit of any script");
defineClass("char-whitespace?", WHITESPACE, "white space");
defineClass("char-upper-case?", UPPERCASE, "upper case");
defineClass("char-lower-case?", LOWERCASE, "lower case");
define("digit-value", 1, 1, (char: Value) => digitValue(checkChar("digit-value", 1, char).codePoint) ?? false,
  "(digit-value char) The value of a decimal digit of any script, or #f.");
define("char-upcase", 1, 1, (char: Value) => Char.of(upcasePoint(checkChar("char-upcase", 1, char).codePoint)), "(char-upcase char) Its upper case.");
define("char-downcase", 1, 1, (char: Value) => Char.of(downcasePoint(checkChar("char-downcase", 1, char).codePoint)), "(char-downcase char) Its lower case.");
define("char-foldcase", 1, 1, (char: Value) => Char.of(foldPoint(checkChar("char-foldcase", 1, char).codePoint)), "(char-foldcase char) Its case folding.");
define("char->integer", 1, 1, (char: Value) => checkChar("char->integer", 1, char).codePoint, "(char->integer char) Its Unicode code point.");
define("integer->char", 1, 1, (value: Value) => {
  const codePoint = checkIndex("integer->char", 1, value, 0, 0x10ffff);
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return fail("out-of-range", "integer->char: a surrogate is not a character:", [value]);
  return Char.of(codePoint);
}, "(integer->char n) The character of a Unicode code point.");
