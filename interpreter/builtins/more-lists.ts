// Lists: the procedures of SRFI 1 that take no procedure.
import { equal } from "../values/equality.js";
import { NIL, Pair, listLength } from "../values/pair.js";
import { MultipleValues } from "../values/value.js";
import type { Value } from "../values/value.js";
import { add, multiply } from "./arithmetic.js";
import { define } from "./builtin.js";
import { checkIndex, checkLength, checkList, checkNumber, checkPair, wrongType } from "./check.js";
import { appendLists, dropPairs, newList, reverseBefore, spineOf, walk } from "./lists.js";

function lastPair(procedure: string, list: Value): Pair {
  let last = checkPair(procedure, 1, list);
  walk(procedure, 1, list, (pair) => {
    last = pair;
    return false;
  });
  return last;
}

function splitAt(procedure: string, list: Value, count: Value): { head: Value[]; tail: Value } {
  const length = checkLength(procedure, 2, count);
  const head: Value[] = [];
  let rest = list;
  for (; head.length < length; rest = rest.cdr) {
    if (!(rest instanceof Pair)) return wrongType(procedure, 1, `a list of at least ${length} elements`, list);
    head.push(rest.car);
  }
  return { head, tail: rest };
}

function iota(count: Value, start: Value = 0, step: Value = 1): Value {
  const length = checkLength("iota", 1, count);
  const from = checkNumber("iota", 2, start);
  const by = checkNumber("iota", 3, step);
  const items: Value[] = [];
  // Each is computed from the start, so that inexact steps do not add up their errors.
  for (let index = 0; index < length; index++) items.push(add(from, multiply(index, by)));
  return newList(items);
}

function deleteEqual(item: Value, list: Value): Value {
  return newList(checkList("%delete", 2, list).filter((each) => !equal(item, each)));
}

function fromEnd(procedure: string, list: Value, count: Value): { items: Value[]; tail: Value; cut: number } {
  const { items, tail } = spineOf(procedure, 1, list);
  return { items, tail, cut: items.length - checkIndex(procedure, 2, count, 0, items.length) };
}

/** Whether a list is circular: never ending. */
function isCircular(value: Value): boolean {
  let slow = value;
  let fast = value;
  while (fast instanceof Pair && fast.cdr instanceof Pair) {
    slow = (slow as Pair).cdr;
    fast = fast.cdr.cdr;
    if (slow === fast) return true;
  }
  return false;
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth"];

ORDINALS.forEach((name, index) => {
  define(name, 1, 1, (list: Value) => {
    const rest = dropPairs(name, list, index);
    return rest instanceof Pair ? rest.car : wrongType(name, 1, `a list of more than ${index} elements`, list);
  }, `(${name} list) The ${name} element.`);
});
define("last", 1, 1, (list: Value) => lastPair("last", list).car, "(last list) The last element of a list that is not empty.");
define("last-pair", 1, 1, (list: Value) => lastPair("last-pair", list), "(last-pair list) The last pair of a list that is not empty.");
define("take", 2, 2, (list: Value, count: Value) => newList(splitAt("take", list, count).head), "(take list k) A list of the first k elements.");
define("drop", 2, 2, (list: Value, count: Value) => dropPairs("drop", list, count), "(drop list k) The list without its first k elements.");
define("split-at", 2, 2, (list: Value, count: Value) => {
  const { head, tail } = splitAt("split-at", list, count);
  return new MultipleValues([newList(head), tail]);
}, "(split-at list k) Two values: the first k elements, and the rest.");
define("take-right", 2, 2, (list: Value, count: Value) => {
  const { cut } = fromEnd("take-right", list, count);
  return dropPairs("take-right", list, cut);
}, "(take-right list k) The last k elements.");
define("drop-right", 2, 2, (list: Value, count: Value) => {
  const { items, cut } = fromEnd("drop-right", list, count);
  return newList(items.slice(0, cut));
}, "(drop-right list k) A list of all but the last k elements.");
define("iota", 1, 3, iota, "(iota k [start [step]]) The list of k numbers from start on.");
define("cons*", 1, Infinity, (...items: Value[]) => newList(items.slice(0, -1), items.at(-1) as Value),
  "(cons* x ... tail) The elements x in front of tail.");
define("concatenate", 1, 1, (lists: Value) => appendLists("concatenate", checkList("concatenate", 1, lists)),
  "(concatenate lists) The elements of all the lists in one.");
define("append-reverse", 2, 2, (list: Value, tail: Value) => reverseBefore("append-reverse", list, tail),
  "(append-reverse list tail) The elements of list in opposite order, in front of tail.");
define("%delete", 2, 2, deleteEqual, "(%delete x list) The list without the elements equal? to x.");
define("length+", 1, 1, (list: Value) => (isCircular(list) ? false : spineOf("length+", 1, list).items.length),
  "(length+ list) The number of elements, or #f if the list is circular.");
define("proper-list?", 1, 1, (value: Value) => listLength(value) !== undefined, "(proper-list? x) Whether x is a finite list that ends in ().");
define("circular-list?", 1, 1, isCircular, "(circular-list? x) Whether x is a list without end.");
define("dotted-list?", 1, 1, (value: Value) => !isCircular(value) && spineOf("dotted-list?", 1, value).tail !== NIL,
  "(dotted-list? x) Whether x is finite and does not end in ().");
