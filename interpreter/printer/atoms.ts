// The text of values that hold no others: numbers, symbols, keywords, strings, characters, and what has only a name.
import { builtinOf } from "../builtins/builtin.js";
import { numberText } from "../builtins/number-text.js";
import { informationOf } from "../machine/backtrace.js";
import { CHARACTER_NAMES, ESCAPES, readAtom } from "../reader/atoms.js";
import { LabelledBox } from "../values/labelled-box.js";
import { Complex, Flonum, Rational } from "../values/number.js";
import { NIL } from "../values/pair.js";
import { RecordType } from "../values/record.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import { singletonName, type Value } from "../values/value.js";

/** How the text of an atom is made. */
export interface AtomOptions {
  /** True for `display`: strings, characters and symbols as they are, without marks. */
  readonly plain: boolean;
  /** The name of a procedure that is not a builtin; by default what the compiler knows it by, or its JavaScript name without a trailing `_digits`. */
  readonly procedureName?: (procedure: Value) => string | undefined;
}

/** The text of a value that holds no others. Never throws: what has no notation prints as `#<kind>`. */
export function atomText(value: Value, options: AtomOptions): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof LispSymbol) return options.plain ? value.name : symbolText(value.name);
  if (value instanceof LispString) return options.plain ? value.text : stringText(value.text);
  if (value === NIL) return "()";
  if (typeof value === "boolean") return value ? "#t" : "#f";
  if (value instanceof Keyword) return options.plain ? `:${value.name}` : keywordText(value.name);
  if (value instanceof Char) return options.plain ? value.toString() : characterText(value.codePoint);
  if (value instanceof Flonum || value instanceof Rational || value instanceof Complex) return numberText(value);
  if (value instanceof Uint8Array) return `#u8(${value.join(" ")})`;
  if (typeof value === "function") return named("procedure", procedureName(value, options));
  if (value instanceof RecordType) return named("record-type", bareTypeName(value));
  if (value instanceof LabelledBox) return named("box", value.labels.join(", "));
  return singletonName(value) ?? `#<${kindName(value)}>`;
}

/** The text of a symbol, between bars where it would read as something else without. */
export function symbolText(name: string): string {
  const whole = name.toWellFormed();
  return isBare(whole) ? whole : quoted(whole, "|");
}

/** The text between quotation marks. */
export function stringText(text: string): string {
  return quoted(text, '"');
}

/** The name of a record type without the customary angle brackets: `<point>` gives "point". */
export function bareTypeName(type: RecordType): string {
  return type.name.name.replace(/^<(.+)>$/, "$1");
}

// What the tokens of identifiers let through, of those characters that print.
const BARE = /^[^\s()[\]{}";|'`,\\\p{C}\p{Z}]+$/u;
const NUMBER_LIKE = /^[\d+.-]/;

function isBare(name: string): boolean {
  if (!BARE.test(name) || name === "." || name.startsWith("#") || (name.startsWith(":") && name !== ":")) return false;
  return !NUMBER_LIKE.test(name) || readAtom(name, false) instanceof LispSymbol;
}

function keywordText(name: string): string {
  const whole = name.toWellFormed();
  return BARE.test(whole) ? `:${whole}` : `:${quoted(whole, "|")}`;
}

const ESCAPE_LETTERS: ReadonlyMap<string, string> = new Map([...ESCAPES].map(([letter, meant]) => [meant, letter]));

/**
 * The text between marks, with escapes for the mark, the backslash and all that does not print. Half a surrogate pair is
 * no character, and the reader knows no escape for it: U+FFFD stands for it, as it does in UTF-8.
 */
function quoted(text: string, mark: '"' | "|"): string {
  const content = text.toWellFormed().replace(/["|\\\p{C}\u2028\u2029]/gu, (character) => {
    if (character === '"' || character === "|") return character === mark ? `\\${character}` : character;
    const letter = ESCAPE_LETTERS.get(character);
    return letter === undefined ? `\\x${(character.codePointAt(0) as number).toString(16)};` : `\\${letter}`;
  });
  return mark + content + mark;
}

const NAME_OF_CHARACTER: ReadonlyMap<number, string> = new Map([...CHARACTER_NAMES].map(([name, point]) => [point, name]));

function characterText(codePoint: number): string {
  const name = NAME_OF_CHARACTER.get(codePoint);
  if (name !== undefined) return `#\\${name}`;
  const text = String.fromCodePoint(codePoint).toWellFormed();
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(text) ? `#\\${text}` : `#\\x${codePoint.toString(16)}`;
}

function procedureName(procedure: Value, options: AtomOptions): string {
  const name = builtinOf(procedure)?.name ?? options.procedureName?.(procedure) ?? informationOf(procedure)?.name;
  return name ?? (procedure as { name: string }).name.replace(/_\d+$/, "");
}

function named(kind: string, name: string): string {
  return name === "" ? `#<${kind}>` : `#<${kind} ${name}>`;
}

/** The kind of an object without a notation, from its class: `HashTable` gives `hash-table`. A bundler may have put marks around it. */
function kindName(value: Value): string {
  const name = value.constructor?.name ?? "";
  const words = name.replace(/^_+|\d+$/g, "").replace(/(?<=[a-z])(?=[A-Z])/g, "-");
  return words.toLowerCase() || "object";
}
