// Makes what libraries define unchangeable once they are loaded, so that no run of a program leaves anything behind in them.
import { builtinOf } from "../builtins/builtin.js";
import { informationOf } from "../machine/backtrace.js";
import { meter } from "../machine/meter.js";
import { Box } from "../values/box.js";
import { LabelledBox } from "../values/labelled-box.js";
import { PersistentMap, PersistentSet, PersistentVector } from "../values/collection.js";
import { Condition } from "../values/condition.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../values/literal.js";
import { Flonum, TwoPartNumber } from "../values/number.js";
import { NIL, Pair } from "../values/pair.js";
import { RecordInstance, RecordType } from "../values/record.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import { MultipleValues, type Procedure, singletonName, type Value } from "../values/value.js";
import type { Cell } from "./environment.js";

/** What each procedure that was made while libraries were loaded closes over; see `Meter.kept`. */
export type Kept = WeakMap<object, readonly unknown[]>;

/** Runs `work`, and notes into `kept` what each procedure made meanwhile closes over. */
export function keeping<Result>(kept: Kept, work: () => Result): Result {
  const outer = meter.kept;
  meter.kept = kept;
  try {
    return work();
  } finally {
    meter.kept = outer;
  }
}

/**
 * No `set!` of the cells is possible any more, nor of a variable that a procedure in them closes over, and nothing in the
 * data that both hold can be changed. Answers a cell that holds what cannot be kept from changing, such as a hash table, a
 * port, bytes, an environment or a continuation, if there is one.
 */
export function keepConstant(cells: readonly Cell[], kept: Kept): Cell | undefined {
  const seen = new Set<unknown>();
  for (const cell of cells) cell.constant = true;
  return cells.find((cell) => cell.value !== undefined && !frozen(cell.value, seen, kept));
}

/** Freezes the value and all in it, with a stack of its own; false if something in it cannot be frozen. */
function frozen(root: Value, seen: Set<unknown>, kept: Kept): boolean {
  const pending: unknown[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if ((typeof value !== "object" && typeof value !== "function") || seen.has(value)) continue;
    seen.add(value);
    const parts = typeof value === "function" ? closedOver(value as Procedure, kept) : partsOf(value as Value);
    if (parts === undefined) return false;
    for (const part of parts) pending.push(part);
  }
  return true;
}

/** Undefined of a procedure that keeps what nobody can see, such as a continuation. */
function closedOver(procedure: Procedure, kept: Kept): readonly unknown[] | undefined {
  const known = kept.get(procedure);
  if (known !== undefined) return known;
  return builtinOf(procedure) !== undefined || informationOf(procedure) !== undefined ? [] : undefined;
}

/** Undefined of what cannot be frozen: of every kind that is not known to be, or to become, unchangeable. */
function partsOf(value: Value | Box): readonly unknown[] | undefined {
  if (value instanceof Box) return [Object.freeze(value).value];
  if (value instanceof LispString) value.freeze();
  if (value instanceof Pair) return [value.cdr, Object.freeze(value).car];
  if (value instanceof RecordInstance) return [...Object.freeze(value).slots, ...(value.more === undefined ? [] : [Object.freeze(value.more)])];
  if (value instanceof PersistentMap) return value.values();
  if (value instanceof PersistentVector || value instanceof PersistentSet) return [...value];
  if (value instanceof LabelledBox) return [value.content];
  if (value instanceof Condition) return value.irritants;
  if (LISTS.some((kind) => value instanceof kind)) return (value as MultipleValues).items;
  if (Array.isArray(value)) return Object.freeze(value as Value[]);
  return isUnchanging(value) ? [] : undefined;
}

const LISTS = [MultipleValues, VectorLiteral, MapLiteral, SetLiteral];
const ATOMS = [LispString, LispSymbol, Keyword, Char, Flonum, TwoPartNumber, RecordType];

function isUnchanging(value: Value): boolean {
  if (value === NIL || singletonName(value) !== undefined) return true;
  return ATOMS.some((kind) => value instanceof kind) || (value instanceof Uint8Array && value.length === 0);
}
