// Data without secrets: what comes in, before a turn and the journal see it, and what a turn tells, before it is committed.
import { Keyword, LabelledBox, LispString, LispSymbol, listFrom, Pair, PersistentMap, PersistentSet, PersistentVector, type Value } from "../interpreter/index.js";
import { canonical } from "./data.js";

/** Plain data with each text, name and byte string as `redact` leaves it; what it leaves alone is the same value. */
export function redacted(plain: unknown, redact: (text: string) => string): unknown {
  if (typeof plain === "string") return redact(plain);
  if (plain instanceof Uint8Array) return redactedBytes(plain, redact);
  if (Array.isArray(plain)) return plain.map((item) => redacted(item, redact));
  if (typeof plain !== "object" || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, item]) => [redact(key), redacted(item, redact)]));
}

/** The same for Lisp data, which are acyclic. What holds no secret is the same value. */
export function redactedData<Data extends Value>(data: Data, redact: (text: string) => string): Data {
  const text = canonical(data);
  return redact(text) === text ? data : withoutSecrets(data, redact) as Data;
}

function withoutSecrets(data: Value, redact: (text: string) => string): Value {
  const each = (part: Value): Value => withoutSecrets(part, redact);
  if (data instanceof LispString) return new LispString(redact(data.text), true);
  if (data instanceof LispSymbol) return LispSymbol.intern(redact(data.name));
  if (data instanceof Keyword) return Keyword.intern(redact(data.name));
  if (data instanceof Uint8Array) return redactedBytes(data, redact);
  if (data instanceof LabelledBox) return new LabelledBox(data.labels, each(data.content));
  if (data instanceof Pair) return redactedList(data, each);
  if (data instanceof PersistentMap) return PersistentMap.from(Array.from(data, ([key, item]) => [each(key), each(item)] as const));
  if (data instanceof PersistentVector) return PersistentVector.from(Array.from(data, each));
  if (data instanceof PersistentSet) return PersistentSet.from(Array.from(data, each));
  return Array.isArray(data) ? (data as Value[]).map(each) : data;
}

function redactedList(list: Pair, each: (part: Value) => Value): Value {
  const items: Value[] = [];
  let rest: Value = list;
  for (; rest instanceof Pair; rest = rest.cdr) items.push(each(rest.car));
  return listFrom(items, each(rest));
}

function redactedBytes(bytes: Uint8Array, redact: (text: string) => string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const without = redact(text);
  return without === text ? bytes : new Uint8Array(Buffer.from(without, "latin1"));
}
