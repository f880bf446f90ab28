// Vectors (R7RS 6.8): JavaScript arrays.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkEnd, checkIndex, checkLength, checkList, checkStart, checkTotal, checkVector, outOfRange } from "./check.js";
import { newList } from "./lists.js";

/** Charges for a vector of this length before it is made; refuses one beyond the maximum. */
function chargeVector(procedure: string, length: number): void {
  burnElements(checkTotal(procedure, length));
  allocate(BYTES.vector + BYTES.element * length);
}

function rangeOf(procedure: string, vector: Value, start: Value | undefined, end: Value | undefined): Value[] {
  const items = checkVector(procedure, 1, vector);
  const last = checkEnd(procedure, 3, end, items.length);
  const first = checkStart(procedure, 2, start, last);
  chargeVector(procedure, last - first);
  return items.slice(first, last);
}

function makeVector(count: Value, fill: Value = UNSPECIFIED): Value {
  const length = checkLength("make-vector", 1, count);
  chargeVector("make-vector", length);
  return new Array<Value>(length).fill(fill);
}

function copyInto(target: Value, at: Value, source: Value, start?: Value, end?: Value): Value {
  const to = checkVector("vector-copy!", 1, target);
  const index = checkIndex("vector-copy!", 2, at, 0, to.length);
  const from = checkVector("vector-copy!", 3, source);
  const last = checkEnd("vector-copy!", 5, end, from.length);
  const first = checkStart("vector-copy!", 4, start, last);
  const count = last - first;
  if (index + count > to.length) return outOfRange("vector-copy!", 2, 0, to.length - count, at);
  burnElements(count);
  if (to === from) to.copyWithin(index, first, last);
  else for (let offset = 0; offset < count; offset++) to[index + offset] = from[first + offset] as Value;
  return UNSPECIFIED;
}

function fillVector(vector: Value, value: Value, start?: Value, end?: Value): Value {
  const items = checkVector("vector-fill!", 1, vector);
  const last = checkEnd("vector-fill!", 4, end, items.length);
  const first = checkStart("vector-fill!", 3, start, last);
  burnElements(last - first);
  items.fill(value, first, last);
  return UNSPECIFIED;
}

function appendVectors(...vectors: Value[]): Value {
  const parts = vectors.map((vector, index) => checkVector("vector-append", index + 1, vector));
  chargeVector("vector-append", parts.reduce((sum, part) => sum + part.length, 0));
  return ([] as Value[]).concat(...parts);
}

define("vector?", 1, 1, (value: Value) => Array.isArray(value), "(vector? x) Whether x is a vector.");
define("make-vector", 1, 2, makeVector, "(make-vector k [fill]) A new vector of k elements.");
define("vector", 0, Infinity, (...items: Value[]) => {
  chargeVector("vector", items.length);
  return items;
}, "(vector x ...) A new vector of the operands.");
define("vector-length", 1, 1, (vector: Value) => checkVector("vector-length", 1, vector).length, "(vector-length vector) The number of its elements.");
define("vector-ref", 2, 2, (vector: Value, index: Value) => {
  const items = checkVector("vector-ref", 1, vector);
  return items[checkIndex("vector-ref", 2, index, 0, items.length - 1)] as Value;
}, "(vector-ref vector k) The element at index k.");
define("vector-set!", 3, 3, (vector: Value, index: Value, value: Value) => {
  const items = checkVector("vector-set!", 1, vector);
  items[checkIndex("vector-set!", 2, index, 0, items.length - 1)] = value;
  return UNSPECIFIED;
}, "(vector-set! vector k x) Stores x at index k.");
define("vector->list", 1, 3, (vector: Value, start?: Value, end?: Value) => newList(rangeOf("vector->list", vector, start, end)),
  "(vector->list vector [start [end]]) A list of its elements.");
define("list->vector", 1, 1, (list: Value) => {
  const items = checkList("list->vector", 1, list);
  chargeVector("list->vector", items.length);
  return items;
}, "(list->vector list) A new vector of the elements of the list.");
define("vector-copy", 1, 3, (vector: Value, start?: Value, end?: Value) => rangeOf("vector-copy", vector, start, end),
  "(vector-copy vector [start [end]]) A new vector of the elements in the range.");
define("vector-copy!", 3, 5, copyInto, "(vector-copy! to at from [start [end]]) Copies elements into a vector; the two may overlap.");
define("vector-fill!", 2, 4, fillVector, "(vector-fill! vector x [start [end]]) Stores x everywhere in the range.");
define("vector-append", 0, Infinity, appendVectors, "(vector-append vector ...) A new vector of all their elements, one after the other.");
