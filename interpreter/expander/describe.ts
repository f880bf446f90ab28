// A datum as text for an error message: short, and safe for circular and deep data.
import { write as printed } from "../printer/print.js";
import { NIL, Pair } from "../values/pair.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../values/literal.js";
import type { Value } from "../values/value.js";
import { isIdentifier, nameOf } from "./identifier.js";

const MOST_CHARACTERS = 72;
const MOST_DEPTH = 12;

/** The datum as it would be written, cut off with … after about one line. */
export function describe(datum: Value): string {
  const text = write(datum, MOST_DEPTH);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

function write(datum: Value, depth: number): string {
  if (isIdentifier(datum)) return nameOf(datum);
  if (datum instanceof Pair) return depth === 0 ? "…" : writeList(datum, depth);
  if (datum === NIL) return "()";
  if (Array.isArray(datum)) return `#(${writeItems(datum as Value[], depth)})`;
  if (datum instanceof VectorLiteral) return `[${writeItems(datum.items, depth)}]`;
  if (datum instanceof MapLiteral) return `{${writeItems(datum.items, depth)}}`;
  if (datum instanceof SetLiteral) return `#{${writeItems(datum.items, depth)}}`;
  return printed(datum, { maximumLength: 4, maximumDepth: 2 });
}

function writeItems(items: readonly Value[], depth: number): string {
  if (depth === 0) return "…";
  return items.slice(0, MOST_CHARACTERS).map((item) => write(item, depth - 1)).join(" ");
}

function writeList(list: Pair, depth: number): string {
  let text = "(" + write(list.car, depth - 1);
  let rest = list.cdr;
  while (rest instanceof Pair && text.length < MOST_CHARACTERS) {
    text += " " + write(rest.car, depth - 1);
    rest = rest.cdr;
  }
  if (rest instanceof Pair) return text + " …";
  return rest === NIL ? text + ")" : `${text} . ${write(rest, depth - 1)})`;
}
