// Pairs and the empty list.
import type { Value } from "./value.js";

/** A mutable pair (R7RS 6.4). The fields are read directly by compiled code. */
export class Pair {
  constructor(
    public car: Value,
    public cdr: Value,
  ) {}
}

class EmptyList {
  readonly isEmptyList = true;
}

/** The empty list. There is one, so identity tests it. */
export const NIL: Value = new EmptyList();

/** A proper list of the items, ending in `tail`. */
export function listFrom(items: readonly Value[], tail: Value = NIL): Value {
  let result = tail;
  for (let index = items.length - 1; index >= 0; index--) result = new Pair(items[index] as Value, result);
  return result;
}

/** The items of a proper list, or undefined if the value is not a proper list (or is circular). */
export function itemsOf(list: Value): Value[] | undefined {
  const items: Value[] = [];
  let slow = list;
  let rest = list;
  while (rest instanceof Pair) {
    items.push(rest.car);
    rest = rest.cdr;
    if ((items.length & 1) === 0) {
      slow = (slow as Pair).cdr;
      if (slow === rest && rest !== NIL) return undefined;
    }
  }
  return rest === NIL ? items : undefined;
}

/** The number of elements of a proper list, or undefined if the value is not a proper list (or is circular). */
export function listLength(list: Value): number | undefined {
  let length = 0;
  let slow = list;
  let rest = list;
  while (rest instanceof Pair) {
    rest = rest.cdr;
    if ((++length & 1) === 0) {
      slow = (slow as Pair).cdr;
      if (slow === rest && rest !== NIL) return undefined;
    }
  }
  return rest === NIL ? length : undefined;
}
