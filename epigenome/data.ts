// Lisp data as the world builds and reads them: maps with keyword keys, texts, and canonical text.
import {
  boxFrom, canonical as canonicalText, Condition, display, fail, Keyword, LispError, LispString, MapLiteral, Pair, PersistentMap, PersistentSet, PersistentVector, readAll, SetLiteral,
  type Value, VectorLiteral, write,
} from "../interpreter/index.js";
import { plainText, readPlain } from "./plain.js";
import { WORLD_HINTS, WorldError, type WorldCode } from "./error.js";

/** A map with keyword keys. Texts become strings; absent fields are left out. */
export function record(fields: Readonly<Record<string, Value | undefined>>): PersistentMap {
  const pairs = Object.entries(fields).filter((field): field is [string, Value] => field[1] !== undefined);
  return PersistentMap.from(pairs.map(([name, value]) => [Keyword.intern(name), lisp(value)]));
}

/** The canonical text of `record(fields)`, without making the map. No field may nest deeper than `deepest`. */
export function recordText(fields: Readonly<Record<string, Value | undefined>>, deepest?: number): string {
  let text = "";
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) text += ` ${canonical(Keyword.intern(name))} ${canonical(lisp(value), deepest)}`;
  }
  return `{${text.slice(1)}}`;
}

/** The value of a keyword in a map; undefined too if it is no map. */
export function field(map: Value | undefined, name: string): Value | undefined {
  return map instanceof PersistentMap ? map.get(Keyword.intern(name)) : undefined;
}

/** The text of a field: of a string its characters, of anything else its canonical text; "" if absent. */
export function fieldText(map: Value | undefined, name: string): string {
  const value = field(map, name);
  return value === undefined ? "" : textOf(value);
}

/** A whole number in a field, or undefined. */
export function fieldInteger(map: Value | undefined, name: string): number | undefined {
  const value = field(map, name);
  return typeof value === "number" ? value : undefined;
}

/** A string's or keyword's characters; other data as written. */
export function textOf(value: Value): string {
  if (value instanceof LispString) return value.text;
  return value instanceof Keyword ? value.name : write(value);
}

/**
 * An immutable Lisp string. Texts from outside come into Lisp by here, whatever cut them: half a surrogate pair is no
 * character, and U+FFFD stands for it in what a turn sees and in the journal alike.
 */
export function text(characters: string): LispString {
  return new LispString(characters.toWellFormed(), true);
}

export function keyword(name: string): Keyword {
  return Keyword.intern(name.toWellFormed());
}

export function vector(items: Iterable<Value>): PersistentVector {
  return PersistentVector.from(Array.from(items, lisp));
}

/** All data of a text; `{…}`, `[…]` and `#{…}` are the collections that they spell, as if the text were quoted. */
export function readData(source: string, file = "datum"): Value[] {
  return readAll(source, file).map((datum) => collected(datum, new Set()));
}

/** The one datum that a canonical text of the world's own spells. Errors: `data-unreadable`. */
export function datumOf(canonicalText: string): Value {
  try {
    return datumGiven(canonicalText);
  } catch (error) {
    if (error instanceof LispError) throw new WorldError("data-unreadable", error.message);
    throw error;
  }
}

/** The one datum of a text that somebody gives. Throws LispError where it is none. */
export function datumGiven(source: string): Value {
  const plain = readPlain(source);
  if (plain !== undefined) return plain;
  const [datum, ...more] = readData(source);
  if (datum === undefined || more.length > 0) fail("read-error", "expected exactly one datum");
  return datum as Value;
}

/** A condition of the world's catalogue. */
export function condition(code: WorldCode, message: string, irritants: readonly Value[] = []): Condition {
  return new Condition(code, message, irritants, undefined, WORLD_HINTS[code]);
}

/** What a person is told of a raised object: its message and, of a condition, code, irritants and hint. */
export function explain(payload: Value): string {
  if (!(payload instanceof Condition)) return `uncaught: ${write(payload)}`;
  const irritants = payload.irritants.map((irritant) => ` ${display(irritant)}`).join("");
  return `${payload.code}: ${payload.message}${irritants}${payload.hint === "" ? "" : ` (${payload.hint})`}`;
}

/** How deep data may nest that a turn leaves or hands over. */
export const DEEPEST = 1_000;
/** The same for what ports answer, which wraps what was handed over. The journal wraps either, and has as much again. */
export const DEEPEST_ANSWER = 1_500;

/**
 * The external representation of acyclic data, which reading gives back, in exactly one way. Anything else is refused with
 * `not-data`, and what nests deeper than `deepest` or than the printer goes with `nesting-too-deep`.
 */
export function canonical(value: Value, deepest?: number): string {
  return plainText(value) ?? canonicalText(value, deepest);
}

/** Lists are walked along their tails, so that only nesting takes host stack, which the reader bounds. */
function collected(datum: Value, seen: Set<Value>): Value {
  const all = (items: readonly Value[]): Value[] => items.map((item) => collected(item, seen));
  if (datum instanceof VectorLiteral) return PersistentVector.from(all(datum.items));
  if (datum instanceof SetLiteral) return PersistentSet.from(all(datum.items));
  if (datum instanceof MapLiteral) return mapOf(pairsOf(all(datum.items)));
  if (Array.isArray(datum)) return all(datum);
  for (let rest = datum; rest instanceof Pair; rest = rest.cdr) {
    if (seen.has(rest)) return fail("not-data", "data that refer to themselves cannot be stored");
    seen.add(rest);
    rest.car = collected(rest.car, seen);
    if (!(rest.cdr instanceof Pair)) rest.cdr = collected(rest.cdr, seen);
  }
  return datum;
}

function mapOf(pairs: (readonly [Value, Value])[]): Value {
  const map = PersistentMap.from(pairs);
  return boxFrom(map) ?? map;
}

function pairsOf(items: readonly Value[]): (readonly [Value, Value])[] {
  return items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1] as Value] as const] : []));
}

function lisp(value: Value): Value {
  return typeof value === "string" ? text(value) : value;
}
