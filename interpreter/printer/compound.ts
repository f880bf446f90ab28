// What each value that holds others looks like, apart from pairs: its opening, its parts, its closing.
import { PersistentMap, PersistentSet, PersistentVector } from "../values/collection.js";
import { Condition } from "../values/condition.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../values/literal.js";
import { Pair } from "../values/pair.js";
import { RecordInstance } from "../values/record.js";
import { MultipleValues, type Value } from "../values/value.js";
import { bareTypeName, stringText } from "./atoms.js";

/** The outline of a compound value. */
export interface Outline {
  readonly open: string;
  readonly close: string;
  readonly items: readonly Value[];
  /** Text before each item: the names of a record's fields. */
  readonly names?: readonly string[];
  /** How many items belong together on a line: two for a map. */
  readonly group: number;
  /** Whether a space stands before the first item, as after the name in `#<point x: 1>`. */
  readonly isNamed: boolean;
}

/** The outline of a compound value other than a pair, or undefined for an atom or a pair. */
export function outlineOf(value: Value): Outline | undefined {
  if (Array.isArray(value)) return bracketed("#(", ")", value);
  if (value instanceof VectorLiteral) return bracketed("[", "]", value.items);
  if (value instanceof PersistentVector) return bracketed("[", "]", [...value]);
  if (value instanceof MapLiteral) return bracketed("{", "}", value.items, 2);
  if (value instanceof PersistentMap) return bracketed("{", "}", [...value].flat(1), 2);
  if (value instanceof SetLiteral) return bracketed("#{", "}", value.items);
  if (value instanceof PersistentSet) return bracketed("#{", "}", [...value]);
  if (value instanceof RecordInstance) return named(bareTypeName(value.type), value.slots, value.type.fields.map((field) => `${field.name}: `));
  if (value instanceof Condition) return named(`condition ${value.code} ${stringText(value.message)}`, value.irritants);
  if (value instanceof MultipleValues) return named("values", value.items);
  return undefined;
}

/** The values directly inside a compound value, or undefined for an atom. */
export function partsOf(value: Value): readonly Value[] | undefined {
  if (value instanceof Pair) return [value.car, value.cdr];
  // Nearly every value is an atom, of which most are no objects.
  return typeof value === "object" ? outlineOf(value)?.items : undefined;
}

function bracketed(open: string, close: string, items: readonly Value[], group = 1): Outline {
  return { open, close, items, group, isNamed: false };
}

function named(name: string, items: readonly Value[], names?: readonly string[]): Outline {
  return { open: `#<${name}`, close: ">", items, names, group: 1, isNamed: true };
}
