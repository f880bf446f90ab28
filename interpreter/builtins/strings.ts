// Strings: making, reading, comparing and changing them (R7RS 6.7).
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { Char, joinCodePoints, LispString } from "../values/text.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { foldText } from "./characters.js";
import { define } from "./builtin.js";
import { checkChar, checkEnd, checkIndex, checkLength, checkList, checkMutableString, checkStart, checkString, checkTotal, checkVector, outOfRange } from "./check.js";
import { newList } from "./lists.js";
import { chargeString, compareText, newString } from "./text.js";

/** The JavaScript text of a range of a string operand; the range's operands follow it. */
export function textOfRange(procedure: string, operand: number, value: Value, start: Value | undefined, end: Value | undefined): string {
  const string = checkString(procedure, operand, value);
  if (start === undefined) return string.text;
  const last = checkEnd(procedure, operand + 2, end, string.length);
  return string.slice(checkStart(procedure, operand + 1, start, last), last);
}

/** The characters of a text. */
export function charsOf(text: string): Char[] {
  burnElements(text.length);
  const chars: Char[] = [];
  for (let index = 0; index < text.length; index++) {
    const codePoint = text.codePointAt(index) as number;
    if (codePoint > 0xffff) index++;
    chars.push(Char.of(codePoint));
  }
  return chars;
}

/** A new string of the characters, each of which is checked. */
function stringOfChars(procedure: string, operand: number, chars: readonly Value[]): LispString {
  chargeString(procedure, chars.length);
  return new LispString(joinCodePoints(chars.map((char) => checkChar(procedure, operand, char).codePoint)));
}

function makeString(count: Value, fill?: Value): Value {
  const length = checkLength("make-string", 1, count);
  const char = fill === undefined ? Char.of(32) : checkChar("make-string", 2, fill);
  chargeString("make-string", length);
  return new LispString(char.toString().repeat(length));
}

function appendStrings(...strings: Value[]): Value {
  let length = 0;
  const texts = strings.map((string, index) => checkString("string-append", index + 1, string).text);
  for (const text of texts) length += text.length;
  chargeString("string-append", length);
  return new LispString(texts.join(""));
}

function copyInto(target: Value, at: Value, source: Value, start?: Value, end?: Value): Value {
  const to = checkMutableString("string-copy!", 1, target);
  const index = checkIndex("string-copy!", 2, at, 0, to.length);
  const from = checkString("string-copy!", 3, source);
  const last = checkEnd("string-copy!", 5, end, from.length);
  const first = checkStart("string-copy!", 4, start, last);
  if (index + last - first > to.length) return outOfRange("string-copy!", 2, 0, to.length - (last - first), at);
  burnElements(last - first);
  // The slice is taken first: source and target may be the same string.
  from.codePoints().slice(first, last).forEach((point, offset) => to.set(index + offset, point));
  return UNSPECIFIED;
}

function fillString(string: Value, char: Value, start?: Value, end?: Value): Value {
  const target = checkMutableString("string-fill!", 1, string);
  const { codePoint } = checkChar("string-fill!", 2, char);
  const last = checkEnd("string-fill!", 4, end, target.length);
  const first = checkStart("string-fill!", 3, start, last);
  burnElements(last - first);
  for (let index = first; index < last; index++) target.set(index, codePoint);
  return UNSPECIFIED;
}

function defineComparison(name: string, holds: (order: number) => boolean, key: (text: string) => string, doc: string): void {
  define(name, 1, Infinity, (...strings: Value[]) => {
    const texts = strings.map((string, index) => key(checkString(name, index + 1, string).text));
    return texts.every((text, index) => index === 0 || holds(compareText(texts[index - 1] as string, text)));
  }, doc);
}

function defineCase(name: string, convert: (text: string) => string, what: string): void {
  define(name, 1, 1, (string: Value) => newString(convert(checkString(name, 1, string).text)), `(${name} string) A new string in ${what}.`);
}

const RELATIONS: [string, (order: number) => boolean, string][] = [
  ["=?", (order) => order === 0, "all are the same"],
  ["<?", (order) => order < 0, "each comes before the next"],
  [">?", (order) => order > 0, "each comes after the next"],
  ["<=?", (order) => order <= 0, "none comes after the next"],
  [">=?", (order) => order >= 0, "none comes before the next"],
];

for (const [suffix, holds, what] of RELATIONS) {
  defineComparison(`string${suffix}`, holds, (text) => text, `(string${suffix} string1 string2 ...) Whether ${what}, by code points.`);
  defineComparison(`string-ci${suffix}`, holds, foldText, `(string-ci${suffix} string1 string2 ...) Whether ${what}, whatever their case.`);
}
define("string?", 1, 1, (value: Value) => value instanceof LispString, "(string? x) Whether x is a string.");
define("make-string", 1, 2, makeString, "(make-string k [char]) A new string of k characters.");
define("string", 0, Infinity, (...chars: Value[]) => stringOfChars("string", 1, chars), "(string char ...) A new string of the characters.");
define("string-length", 1, 1, (string: Value) => checkString("string-length", 1, string).length, "(string-length string) The number of its characters.");
define("string-ref", 2, 2, (string: Value, index: Value) => {
  const text = checkString("string-ref", 1, string);
  return Char.of(text.at(checkIndex("string-ref", 2, index, 0, text.length - 1)));
}, "(string-ref string k) The character at index k.");
define("string-set!", 3, 3, (string: Value, index: Value, char: Value) => {
  const target = checkMutableString("string-set!", 1, string);
  const at = checkIndex("string-set!", 2, index, 0, target.length - 1);
  target.set(at, checkChar("string-set!", 3, char).codePoint);
  return UNSPECIFIED;
}, "(string-set! string k char) Stores char at index k.");
define("string-append", 0, Infinity, appendStrings, "(string-append string ...) A new string of all of them, one after the other.");
for (const name of ["substring", "string-copy"])
  define(name, name === "substring" ? 2 : 1, 3, (string: Value, start?: Value, end?: Value) => newString(textOfRange(name, 1, string, start, end)),
    `(${name} string start end) A new string of the characters from start to end.`);
define("string->list", 1, 3, (string: Value, start?: Value, end?: Value) => newList(charsOf(textOfRange("string->list", 1, string, start, end))),
  "(string->list string [start [end]]) A list of its characters.");
define("list->string", 1, 1, (list: Value) => stringOfChars("list->string", 1, checkList("list->string", 1, list)),
  "(list->string list) A new string of the characters in the list.");
define("string->vector", 1, 3, (string: Value, start?: Value, end?: Value) => {
  const chars = charsOf(textOfRange("string->vector", 1, string, start, end));
  allocate(BYTES.vector + BYTES.element * checkTotal("string->vector", chars.length));
  return chars;
}, "(string->vector string [start [end]]) A vector of its characters.");
define("vector->string", 1, 3, (vector: Value, start?: Value, end?: Value) => {
  const items = checkVector("vector->string", 1, vector);
  const last = checkEnd("vector->string", 3, end, items.length);
  return stringOfChars("vector->string", 1, items.slice(checkStart("vector->string", 2, start, last), last));
}, "(vector->string vector [start [end]]) A new string of the characters in the vector.");
define("string-copy!", 3, 5, copyInto, "(string-copy! to at from [start [end]]) Copies characters into a string; the two may overlap.");
define("string-fill!", 2, 4, fillString, "(string-fill! string char [start [end]]) Stores char everywhere in the range.");
defineCase("string-upcase", (text) => text.toUpperCase(), "upper case");
defineCase("string-downcase", (text) => text.toLowerCase(), "lower case");
defineCase("string-foldcase", foldText, "folded case, for comparison");
