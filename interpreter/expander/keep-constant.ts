// Makes what libraries define unchangeable once they are loaded, so that no run of a program leaves anything behind in them.
import { HashTable } from "../values/hash-table.js";
import { LabelledBox } from "../values/labelled-box.js";
import { PersistentMap, PersistentSet, PersistentVector } from "../values/collection.js";
import { Pair } from "../values/pair.js";
import { RecordInstance } from "../values/record.js";
import { LispString } from "../values/text.js";
import { LispPort } from "../values/text-port.js";
import type { Value } from "../values/value.js";
import type { Cell } from "./environment.js";

/**
 * No `set!` of the cells is possible any more, and nothing in the data that they hold can be changed. Answers a cell
 * whose data hold what cannot be kept from changing, a hash table, a port or bytes, if there is one. What a procedure
 * keeps for itself is not seen.
 */
export function keepConstant(cells: readonly Cell[]): Cell | undefined {
  const seen = new Set<Value>();
  for (const cell of cells) cell.constant = true;
  return cells.find((cell) => cell.value !== undefined && !frozen(cell.value, seen));
}

/** Freezes the value and all in it, with a stack of its own; false if something in it cannot be frozen. */
function frozen(root: Value, seen: Set<Value>): boolean {
  const pending: Value[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== "object" || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof HashTable || value instanceof LispPort || (value instanceof Uint8Array && value.length > 0)) return false;
    if (value instanceof LispString) value.freeze();
    pending.push(...partsOf(value));
  }
  return true;
}

function partsOf(value: Value): readonly Value[] {
  if (value instanceof Pair) return [value.cdr, Object.freeze(value).car];
  if (value instanceof RecordInstance) return [...Object.freeze(value).slots, ...(value.more === undefined ? [] : [Object.freeze(value.more)])];
  if (value instanceof PersistentMap) return value.values();
  if (value instanceof PersistentVector || value instanceof PersistentSet) return [...value];
  if (value instanceof LabelledBox) return [value.content];
  return Array.isArray(value) ? Object.freeze(value as Value[]) : [];
}
