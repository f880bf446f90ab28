// The value of one token that is a whole datum: number, symbol, keyword, string, character or boolean.
import { Char, LispString } from "../values/text.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { MAXIMUM_RATIO_DIGITS, NumberFault, parseNumber } from "./numbers.js";

/** What is wrong with a token's spelling; the grammar adds the position. `offset` counts within the token. */
export class Misspelling {
  constructor(
    readonly message: string,
    readonly offset = 0,
  ) {}
}

/** The names of characters (R7RS 6.6), by name. */
export const CHARACTER_NAMES: ReadonlyMap<string, number> = new Map([
  ["alarm", 7], ["backspace", 8], ["delete", 0x7f], ["escape", 0x1b], ["newline", 10],
  ["null", 0], ["return", 13], ["space", 32], ["tab", 9],
]);

/** The mnemonic escapes of strings and of identifiers between bars (R7RS 6.7), by letter. */
export const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"], ["b", "\b"], ["t", "\t"], ["n", "\n"], ["r", "\r"], ['"', '"'], ["\\", "\\"], ["|", "|"],
]);

/** A number or an identifier without bars. */
export function readAtom(text: string, foldCase: boolean): Value | Misspelling {
  if (/^[\d+.-]/.test(text)) {
    const number = readNumber(text);
    if (number !== undefined) return number;
  }
  const stray = strayMark(text);
  return stray ?? LispSymbol.intern(foldCase ? fold(text) : text);
}

/** `:name`. */
export function readKeyword(text: string, foldCase: boolean): Value | Misspelling {
  return strayMark(text) ?? Keyword.intern(foldCase ? fold(text.slice(1)) : text.slice(1));
}

/** `|name|`. */
export function readBarSymbol(text: string): Value | Misspelling {
  const name = unescape(text, 1, false);
  return name instanceof Misspelling ? name : LispSymbol.intern(name);
}

/** `:|name|`. */
export function readBarKeyword(text: string): Value | Misspelling {
  const name = unescape(text, 2, false);
  return name instanceof Misspelling ? name : Keyword.intern(name);
}

/** `"text"`, as an immutable string. */
export function readString(text: string): Value | Misspelling {
  const content = unescape(text, 1, true);
  return content instanceof Misspelling ? content : new LispString(content, true);
}

/** `#\a`, `#\space` or `#\x3bb`. */
export function readCharacter(text: string, foldCase: boolean): Value | Misspelling {
  const name = text.slice(2);
  const first = name.codePointAt(0);
  if (first === undefined) return new Misspelling("expected a character or its name after #\\");
  if (name.length === (first > 0xffff ? 2 : 1)) return Char.of(first);
  const code = /^[xX]([0-9a-fA-F]+)$/.exec(name);
  if (code !== null) {
    const point = scalarValue(code[1] as string);
    return point === undefined ? new Misspelling(`expected the code of a Unicode character, but found ${text}`) : Char.of(point);
  }
  const named = CHARACTER_NAMES.get(foldCase ? fold(name) : name);
  if (named !== undefined) return Char.of(named);
  return new Misspelling(`expected a character name (${[...CHARACTER_NAMES.keys()].join(", ")}, or x and a hexadecimal code), but found ${text}`);
}

/** What begins with `#` and is a datum by itself: a boolean, or a number with a prefix. */
export function readHash(text: string): Value | Misspelling {
  if (/^#(?:t|true)$/i.test(text)) return true;
  if (/^#(?:f|false)$/i.test(text)) return false;
  if (/^#[bodxei]/i.test(text))
    return readNumber(text) ?? new Misspelling(`expected a number after its prefix, but found ${text}`);
  if (text.startsWith("#!")) return new Misspelling(`expected #!fold-case or #!no-fold-case, but found ${text}`);
  return new Misspelling(`expected #t, #f, #(, #u8(, #{, #\\, #|, #; or a number's prefix, but found ${text}`);
}

/** Simple case folding, as `#!fold-case` and `string-foldcase` want it. */
export function fold(text: string): string {
  return text.toLowerCase().replaceAll("ς", "σ");
}

/** What is spelt as a number, yet has no value, would otherwise pass silently for a symbol. */
function readNumber(text: string): Value | Misspelling | undefined {
  const number = parseNumber(text);
  if (!(number instanceof NumberFault)) return number;
  return new Misspelling(number.reason === "too-large" ? `expected an exact number of at most ${MAXIMUM_RATIO_DIGITS} digits`
    : `expected a denominator other than zero in ${text}`);
}

function strayMark(text: string): Misspelling | undefined {
  const offset = text.search(/['`,\\]/);
  if (offset < 0) return undefined;
  const mark = text.charAt(offset);
  if (mark === "\\") return new Misspelling("expected an identifier; one that holds \\ is written between bars, as |a\\\\b|", offset);
  return new Misspelling(`expected a space before ${mark}`, offset);
}

/** The text between the marks of a string or a bar identifier, `start` characters in, with escapes replaced. */
function unescape(text: string, start: number, isString: boolean): string | Misspelling {
  const end = text.length - 1;
  if (!text.includes("\\")) return text.slice(start, end).replace(/\r\n?/g, "\n");
  let result = "";
  const escape = /\\(?:[xX]([^;"|]*);|([^])|)|[^\\]+/g;
  escape.lastIndex = start;
  const lineEnd = /[ \t]*(?:\r\n|\n|\r)[ \t]*/y;
  while (escape.lastIndex < end) {
    const offset = escape.lastIndex;
    const [whole, code, letter] = escape.exec(text) as RegExpExecArray;
    lineEnd.lastIndex = offset + 1;
    if (!whole.startsWith("\\")) result += whole.slice(0, end - offset).replace(/\r\n?/g, "\n");
    else if (isString && lineEnd.test(text)) escape.lastIndex = lineEnd.lastIndex;
    else {
      const replaced = code === undefined ? ESCAPES.get(letter ?? "") : characterText(code);
      if (replaced === undefined) return badEscape(whole, offset);
      result += replaced;
    }
  }
  return result;
}

function badEscape(escape: string, offset: number): Misspelling {
  const shown = escape.length > 12 ? `${escape.slice(0, 12)}…` : escape;
  return new Misspelling(`expected an escape (\\a \\b \\t \\n \\r \\" \\\\ \\| \\xHEX; or \\ at a line's end), but found ${shown}`, offset);
}

function characterText(code: string): string | undefined {
  const point = scalarValue(code);
  return point === undefined ? undefined : String.fromCodePoint(point);
}

/** The Unicode scalar value of a hexadecimal code. */
function scalarValue(code: string): number | undefined {
  if (!/^[0-9a-fA-F]+$/.test(code)) return undefined;
  const point = parseInt(code, 16);
  return point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? point : undefined;
}
