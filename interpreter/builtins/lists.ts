// Lists: the procedures of R7RS 6.4 that take no procedure.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { equal, eqv } from "../values/equality.js";
import { NIL, Pair, listFrom, listLength } from "../values/pair.js";
import { LispSymbol } from "../values/symbol.js";
import { Char } from "../values/text.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkLength, checkTotal, wrongType } from "./check.js";

/** A new list of the items, charged for. */
export function newList(items: readonly Value[], tail: Value = NIL): Value {
  chargeList(items.length);
  return listFrom(items, tail);
}

/** Charges for a list of this length before it is made. */
function chargeList(length: number): void {
  burnElements(length);
  allocate(BYTES.pair * length);
}

/** The items of a list up to whatever ends it; fails if the list is circular. */
export function spineOf(procedure: string, operand: number, list: Value): { items: Value[]; tail: Value } {
  const items: Value[] = [];
  const tail = walk(procedure, operand, list, (pair) => {
    items.push(pair.car);
    return false;
  });
  return { items, tail };
}

/** The pair reached after `count` cdrs, or the value that is there instead. */
export function dropPairs(procedure: string, list: Value, count: Value): Value {
  // A circular list goes on for ever, and a native loop cannot be interrupted: hence the bound.
  const wanted = checkLength(procedure, 2, count);
  let rest = list;
  for (let left = wanted; left > 0; left--) {
    if (!(rest instanceof Pair)) return wrongType(procedure, 1, `a list of at least ${wanted} elements`, list);
    rest = rest.cdr;
  }
  burnElements(wanted);
  return rest;
}

/** Walks a list until `visit` answers true, and gives the pair where it did, or the end. A circular list fails (Brent's cycle search). */
export function walk(procedure: string, operand: number, list: Value, visit: (pair: Pair) => boolean): Value {
  let rest = list;
  let anchor = list;
  let nextAnchor = 16;
  let count = 0;
  while (rest instanceof Pair && !visit(rest)) {
    rest = rest.cdr;
    if (rest === anchor) return wrongType(procedure, operand, "a list that is not circular", list);
    if (++count === nextAnchor) {
      anchor = rest;
      nextAnchor *= 2;
    }
  }
  burnElements(count);
  return rest;
}

type Equivalence = (a: Value, b: Value) => boolean;

/** The identity of data, which is all that most searches need: looked for in a loop without calls. */
const same: Equivalence = (a, b) => a === b;

/** Elements that a search looks at before it begins to mind circular lists. */
const SHORT = 256;

/** False if only identity makes a value the same as this one, by any equivalence. */
function mayEqual(value: Value): boolean {
  return !(value instanceof LispSymbol || typeof value === "number" || value instanceof Char);
}

// The loops of the two searches by identity stand by themselves: a function that also makes a closure keeps its operands on the heap.

/** The part of a short list that begins with the item itself, #f if there is none, undefined if it takes another search to tell. */
function partByIdentity(item: Value, list: Value): Value | undefined {
  let rest = list;
  let count = 0;
  while (rest instanceof Pair && rest.car !== item) {
    rest = rest.cdr;
    if (++count === SHORT) return undefined;
  }
  if (!(rest instanceof Pair) && rest !== NIL) return undefined;
  burnElements(count);
  return rest !== NIL && rest;
}

/** The first pair in a short list of pairs whose car is the key itself; else as above. */
function entryByIdentity(key: Value, list: Value): Value | undefined {
  let rest = list;
  let count = 0;
  while (rest instanceof Pair) {
    const { car } = rest;
    if (!(car instanceof Pair)) return undefined;
    if (car.car === key) {
      burnElements(count);
      return car;
    }
    rest = rest.cdr;
    if (++count === SHORT) return undefined;
  }
  if (rest !== NIL) return undefined;
  burnElements(count);
  return false;
}

function partBy(name: string, equivalent: Equivalence, item: Value, list: Value): Value {
  let rest = list;
  let count = 0;
  while (rest instanceof Pair && count < SHORT && !equivalent(item, rest.car)) {
    rest = rest.cdr;
    count++;
  }
  burnElements(count);
  const found = count < SHORT ? rest : walk(name, 2, rest, (pair) => equivalent(item, pair.car));
  return found instanceof Pair ? found : found === NIL ? false : wrongType(name, 2, "a proper list", list);
}

function entryBy(name: string, equivalent: Equivalence, key: Value, list: Value): Value {
  let rest = list;
  let count = 0;
  while (rest instanceof Pair && count < SHORT) {
    const { car } = rest;
    if (!(car instanceof Pair)) return wrongType(name, 2, "a list of pairs", list);
    if (equivalent(key, car.car)) break;
    rest = rest.cdr;
    count++;
  }
  burnElements(count);
  const found = count < SHORT ? rest : walk(name, 2, rest, ({ car }) => {
    if (!(car instanceof Pair)) return wrongType(name, 2, "a list of pairs", list);
    return equivalent(key, car.car);
  });
  return found instanceof Pair ? found.car : found === NIL ? false : wrongType(name, 2, "a proper list", list);
}

function defineMember(name: string, equivalent: Equivalence, how: string): void {
  define(name, 2, 2, (item: Value, list: Value) => {
    const found = equivalent === same || !mayEqual(item) ? partByIdentity(item, list) : undefined;
    return found ?? partBy(name.replace("%", ""), equivalent, item, list);
  }, `(${name} x list) The first part of the list that begins with x by ${how}, or #f.`);
}

function defineAssociation(name: string, equivalent: Equivalence, how: string): void {
  define(name, 2, 2, (key: Value, list: Value) => {
    const found = equivalent === same || !mayEqual(key) ? entryByIdentity(key, list) : undefined;
    return found ?? entryBy(name.replace("%", ""), equivalent, key, list);
  }, `(${name} key alist) The first pair whose car is key by ${how}, or #f.`);
}

/** The length of a proper list, checked before it is walked over. */
function checkListLength(procedure: string, operand: number, list: Value): number {
  return listLength(list) ?? wrongType(procedure, operand, "a proper list", list);
}

/** The concatenation of the lists; the last may be anything and is shared. */
export function appendLists(procedure: string, lists: readonly Value[]): Value {
  let result = lists.at(-1) ?? NIL;
  for (let index = lists.length - 2; index >= 0; index--) {
    const list = lists[index] as Value;
    chargeList(checkListLength(procedure, index + 1, list));
    result = copyBefore(list, result);
  }
  return result;
}

/** A copy of a proper list with another end. */
function copyBefore(list: Value, tail: Value): Value {
  if (!(list instanceof Pair)) return tail;
  const first = new Pair(list.car, tail);
  let last = first;
  for (let rest = list.cdr; rest instanceof Pair; rest = rest.cdr) {
    const next = new Pair(rest.car, tail);
    last.cdr = next;
    last = next;
  }
  return first;
}

/** The elements of a proper list in the opposite order, in front of a tail. */
export function reverseBefore(procedure: string, list: Value, tail: Value): Value {
  chargeList(checkListLength(procedure, 1, list));
  let result = tail;
  for (let rest = list; rest instanceof Pair; rest = rest.cdr) result = new Pair(rest.car, result);
  return result;
}

function pairAt(procedure: string, list: Value, index: Value): Pair {
  const rest = dropPairs(procedure, list, index);
  return rest instanceof Pair ? rest : wrongType(procedure, 1, `a list of more than ${index as number} elements`, list);
}

function makeList(count: Value, fill: Value = UNSPECIFIED): Value {
  const length = checkLength("make-list", 1, count);
  chargeList(length);
  let result = NIL;
  for (let left = length; left > 0; left--) result = new Pair(fill, result);
  return result;
}

define("list", 0, Infinity, (...items: Value[]) => newList(items), "(list x ...) A new list of the operands.");
define("list?", 1, 1, (value: Value) => listLength(value) !== undefined, "(list? x) Whether x is a proper list: finite, ending in ().");
define("make-list", 1, 2, makeList, "(make-list k [fill]) A new list of k elements.");
define("length", 1, 1, (list: Value) => {
  const length = checkListLength("length", 1, list);
  burnElements(length);
  return length;
}, "(length list) The number of elements of a proper list.");
define("append", 0, Infinity, (...lists: Value[]) => appendLists("append", lists), "(append list ...) The elements of all the lists in one; the last is shared.");
define("reverse", 1, 1, (list: Value) => reverseBefore("reverse", list, NIL), "(reverse list) A new list in the opposite order.");
define("list-tail", 2, 2, (list: Value, count: Value) => dropPairs("list-tail", list, count), "(list-tail list k) The list without its first k elements.");
define("list-ref", 2, 2, (list: Value, index: Value) => pairAt("list-ref", list, index).car, "(list-ref list k) The element at index k.");
define("list-set!", 3, 3, (list: Value, index: Value, value: Value) => {
  pairAt("list-set!", list, index).car = value;
  return UNSPECIFIED;
}, "(list-set! list k x) Stores x at index k.");
define("list-copy", 1, 1, (list: Value) => {
  const { items, tail } = spineOf("list-copy", 1, list);
  return newList(items, checkTotal("list-copy", items.length) === 0 ? list : tail);
}, "(list-copy list) A new list of the same elements.");
defineMember("memq", same, "eq?");
defineMember("memv", eqv, "eqv?");
define("%one-of", 2, 2, (item: Value, list: Value) => ((mayEqual(item) ? undefined : partByIdentity(item, list)) ?? partBy("case", eqv, item, list)) !== false,
  "(%one-of x list) Whether x is in the list, by eqv?.");
defineMember("%member", equal, "equal?");
defineAssociation("assq", same, "eq?");
defineAssociation("assv", eqv, "eqv?");
defineAssociation("%assoc", equal, "equal?");
