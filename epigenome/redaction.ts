// Data without secrets: what comes in, before a turn and the journal see it, and what a turn tells, before it is committed.
import {
  Flonum, Keyword, LabelledBox, LispString, LispSymbol, listFrom, Pair, PersistentMap, PersistentSet, PersistentVector, Rational, type Value, write,
} from "../interpreter/index.js";
import { canonical, datumOf } from "./data.js";

/** Plain data with each text, name and byte string as `redact` leaves it; what it leaves alone is the same value. */
export function redacted(plain: unknown, redact: (text: string) => string): unknown {
  if (typeof plain === "string") return redact(plain);
  if (plain instanceof Uint8Array) return redactedBytes(plain, redact);
  if (Array.isArray(plain)) return plain.map((item) => redacted(item, redact));
  if (typeof plain !== "object" || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, item]) => [redact(key), redacted(item, redact)]));
}

/**
 * The same for Lisp data, which are acyclic. What holds no secret is the same value. A number that begins with a secret's
 * digits becomes the text that stands for it.
 */
export function redactedData<Data extends Value>(data: Data, redact: (text: string) => string): Data {
  return withoutSecrets(data, redact) as Data;
}

/** The same for a datum's text, which stays the text of one datum: what would go from the text alone could take a closing quote along. */
export function redactedText(text: string, redact: (text: string) => string): string {
  return redact(text) === text ? text : canonical(redactedData(datumOf(text), redact));
}

function withoutSecrets(data: Value, redact: (text: string) => string): Value {
  const each = (part: Value): Value => withoutSecrets(part, redact);
  if (data instanceof LispString) return differing(data, redact(data.text), data.text, (text) => new LispString(text, true));
  if (data instanceof LispSymbol) return differing(data, redact(data.name), data.name, LispSymbol.intern);
  if (data instanceof Keyword) return differing(data, redact(data.name), data.name, Keyword.intern);
  if (data instanceof Uint8Array) return redactedBytes(data, redact);
  if (isNumber(data)) return redactedNumber(data, redact);
  if (data instanceof LabelledBox) return rebuilt(data, [data.content], each, ([content]) => new LabelledBox(data.labels, content as Value));
  if (data instanceof Pair) return redactedList(data, each);
  if (data instanceof PersistentMap) return rebuilt(data, Array.from(data).flat(), each, (parts) => PersistentMap.from(pairsOf(parts)));
  if (data instanceof PersistentVector) return rebuilt(data, Array.from(data), each, (parts) => PersistentVector.from(parts));
  if (data instanceof PersistentSet) return rebuilt(data, Array.from(data), each, (parts) => PersistentSet.from(parts));
  return Array.isArray(data) ? rebuilt(data, data as Value[], each, (parts) => parts) : data;
}

function differing(whole: Value, now: string, before: string, make: (text: string) => Value): Value {
  return now === before ? whole : make(now);
}

function rebuilt(whole: Value, parts: readonly Value[], each: (part: Value) => Value, make: (parts: Value[]) => Value): Value {
  const now = parts.map(each);
  return now.every((part, index) => part === parts[index]) ? whole : make(now);
}

function redactedList(list: Pair, each: (part: Value) => Value): Value {
  const items: Value[] = [];
  let rest: Value = list;
  for (; rest instanceof Pair; rest = rest.cdr) items.push(rest.car);
  return rebuilt(list, [...items, rest], each, (parts) => listFrom(parts.slice(0, -1), parts.at(-1)));
}

function pairsOf(parts: readonly Value[]): (readonly [Value, Value])[] {
  return parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] as Value] as const] : []));
}

function isNumber(data: Value): boolean {
  return typeof data === "number" || typeof data === "bigint" || data instanceof Flonum || data instanceof Rational;
}

/** A number that only holds those digits somewhere, as a time may, stays what it is. */
function redactedNumber(data: Value, redact: (text: string) => string): Value {
  const digits = write(data);
  const without = redact(digits);
  return without !== digits && !/^[-\d]/.test(without) ? new LispString(without, true) : data;
}

function redactedBytes(bytes: Uint8Array, redact: (text: string) => string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const without = redact(text);
  return without === text ? bytes : new Uint8Array(Buffer.from(without, "latin1"));
}
