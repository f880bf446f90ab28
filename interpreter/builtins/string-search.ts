// Strings: searching, splitting, joining, trimming and padding (after SRFI 13 and 152).
import { burnElements } from "../machine/meter.js";
import { fail } from "../values/condition.js";
import { Char, LispString } from "../values/text.js";
import type { Value } from "../values/value.js";
import { isWhitespace } from "./characters.js";
import { define } from "./builtin.js";
import { checkChar, checkEnd, checkLength, checkList, checkStart, checkString, wrongType } from "./check.js";
import { newList } from "./lists.js";
import { chargeString, newString } from "./text.js";

/** Where `pattern` first stands in a string at or after an index, in code points, or #f. */
function find(procedure: string, string: Value, pattern: string, start: Value | undefined, end: Value | undefined): Value {
  const subject = checkString(procedure, 1, string);
  const last = checkEnd(procedure, 4, end, subject.length);
  const first = checkStart(procedure, 3, start, last);
  const text = subject.slice(first, last);
  burnElements(text.length + pattern.length);
  const offset = text.indexOf(pattern);
  return offset < 0 ? false : first + codePointsIn(text.slice(0, offset));
}

function codePointsIn(text: string): number {
  return new LispString(text).length;
}

/** A character or string, as text. */
function separatorText(procedure: string, operand: number, value: Value): string {
  if (value instanceof Char) return value.toString();
  return value instanceof LispString ? value.text : wrongType(procedure, operand, "a character or a string", value);
}

function split(string: Value, separator: Value): Value {
  const { text } = checkString("string-split", 1, string);
  const by = separatorText("string-split", 2, separator);
  if (by === "") return fail("out-of-range", "string-split: the separator is empty; string->list takes a string to its characters");
  burnElements(text.length);
  return newList(text.split(by).map(newString));
}

function join(strings: Value, separator?: Value): Value {
  const texts = checkList("string-join", 1, strings).map((string) => checkString("string-join", 1, string).text);
  const by = separator === undefined ? " " : separatorText("string-join", 2, separator);
  chargeString("string-join", texts.reduce((sum, text) => sum + text.length + by.length, 0));
  return new LispString(texts.join(by));
}

function trim(procedure: string, string: Value, char: Value | undefined, atStart: boolean, atEnd: boolean): Value {
  const { text } = checkString(procedure, 1, string);
  const points = Array.from(text);
  burnElements(points.length);
  const isTrimmed = char === undefined ? isSpace : sameAs(checkChar(procedure, 2, char).toString());
  let start = 0;
  let end = points.length;
  if (atStart) while (start < end && isTrimmed(points[start] as string)) start++;
  if (atEnd) while (end > start && isTrimmed(points[end - 1] as string)) end--;
  return newString(points.slice(start, end).join(""));
}

function isSpace(character: string): boolean {
  return isWhitespace(character.codePointAt(0) as number);
}

function sameAs(wanted: string): (character: string) => boolean {
  return (character) => character === wanted;
}

function pad(procedure: string, string: Value, count: Value, fill: Value | undefined, atLeft: boolean): Value {
  const subject = checkString(procedure, 1, string);
  const width = checkLength(procedure, 2, count);
  const padding = fill === undefined ? " " : checkChar(procedure, 3, fill).toString();
  chargeString(procedure, width);
  const { length } = subject;
  if (length >= width) return new LispString(atLeft ? subject.slice(length - width, length) : subject.slice(0, width));
  const space = padding.repeat(width - length);
  return new LispString(atLeft ? space + subject.text : subject.text + space);
}

function defineTrim(name: string, atStart: boolean, atEnd: boolean, where: string): void {
  define(name, 1, 2, (string: Value, char?: Value) => trim(name, string, char, atStart, atEnd),
    `(${name} string [char]) A new string without white space, or that character, ${where}.`);
}

define("string-null?", 1, 1, (string: Value) => checkString("string-null?", 1, string).length === 0, "(string-null? string) Whether it is empty.");
define("string-index", 2, 4, (string: Value, char: Value, start?: Value, end?: Value) =>
  find("string-index", string, checkChar("string-index", 2, char).toString(), start, end),
"(string-index string char [start [end]]) The first index of the character, or #f.");
define("string-contains", 2, 4, (string: Value, pattern: Value, start?: Value, end?: Value) =>
  find("string-contains", string, checkString("string-contains", 2, pattern).text, start, end),
"(string-contains string pattern [start [end]]) The first index where the pattern stands, or #f.");
define("string-prefix?", 2, 2, (prefix: Value, string: Value) =>
  checkString("string-prefix?", 2, string).text.startsWith(checkString("string-prefix?", 1, prefix).text),
"(string-prefix? prefix string) Whether the string begins with the prefix.");
define("string-suffix?", 2, 2, (suffix: Value, string: Value) =>
  checkString("string-suffix?", 2, string).text.endsWith(checkString("string-suffix?", 1, suffix).text),
"(string-suffix? suffix string) Whether the string ends with the suffix.");
define("string-split", 2, 2, split, "(string-split string separator) A list of the parts between the separators, a character or a string.");
define("string-join", 1, 2, join, "(string-join list [separator]) The strings of the list with the separator, else a space, between them.");
define("string-replace-all", 3, 3, (string: Value, pattern: Value, replacement: Value) => {
  const parts = checkString("string-replace-all", 1, string).text.split(nonEmpty("string-replace-all", pattern));
  return join(newList(parts.map(newString)), checkString("string-replace-all", 3, replacement));
}, "(string-replace-all string pattern replacement) A new string with each occurrence of the pattern replaced.");
defineTrim("string-trim", true, false, "at its start");
defineTrim("string-trim-right", false, true, "at its end");
defineTrim("string-trim-both", true, true, "at either end");
define("string-pad-left", 2, 3, (string: Value, width: Value, char?: Value) => pad("string-pad-left", string, width, char, true),
  "(string-pad-left string k [char]) Its last k characters, filled up at the left.");
define("string-pad-right", 2, 3, (string: Value, width: Value, char?: Value) => pad("string-pad-right", string, width, char, false),
  "(string-pad-right string k [char]) Its first k characters, filled up at the right.");

function nonEmpty(procedure: string, pattern: Value): string {
  const { text } = checkString(procedure, 2, pattern);
  return text === "" ? fail("out-of-range", `${procedure}: the pattern is empty`) : text;
}
