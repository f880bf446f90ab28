// Persistent vectors, maps and sets: the literals [a b], {:k v} and #{a b}, and what works on all of them.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { Collection, PersistentMap, PersistentSet, PersistentVector } from "../values/collection.js";
import { fail } from "../values/condition.js";
import { Pair, NIL } from "../values/pair.js";
import { LispString } from "../values/text.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkEnd, checkIndex, checkList, checkStart, checkTotal, wrongType } from "./check.js";
import { newList } from "./lists.js";
import { charsOf } from "./strings.js";

function checkCollection(procedure: string, operand: number, value: Value): Collection {
  return value instanceof Collection ? value : wrongType(procedure, operand, "a persistent collection", value);
}

function checkMap(procedure: string, operand: number, value: Value): PersistentMap {
  return value instanceof PersistentMap ? value : wrongType(procedure, operand, "a map", value);
}

function checkSet(procedure: string, operand: number, value: Value): PersistentSet {
  return value instanceof PersistentSet ? value : wrongType(procedure, operand, "a set", value);
}

function checkPersistentVector(procedure: string, operand: number, value: Value): PersistentVector {
  return value instanceof PersistentVector ? value : wrongType(procedure, operand, "a persistent vector", value);
}

/** Charges for a new collection that shares all but so many entries with others. */
function charge(procedure: string, entries: number): void {
  burnElements(checkTotal(procedure, entries) * 4);
  allocate(BYTES.collection + BYTES.entry * entries);
}

function newVector(procedure: string, items: readonly Value[]): PersistentVector {
  charge(procedure, items.length);
  return PersistentVector.from(items);
}

/** Keys and values that alternate, as pairs. */
function pairsOf(procedure: string, operands: readonly Value[]): [Value, Value][] {
  if (operands.length % 2 !== 0) return fail("wrong-arity", `${procedure} takes keys and values in pairs, but the last key has no value`, [operands.at(-1) as Value]);
  const pairs: [Value, Value][] = [];
  for (let index = 0; index < operands.length; index += 2) pairs.push([operands[index] as Value, operands[index + 1] as Value]);
  return pairs;
}

/** What a collection has under a key: a map's value, a vector's element, a set's own element; undefined if nothing. */
function lookUp(procedure: string, collection: Value, key: Value): Value | undefined {
  if (collection instanceof PersistentMap) return collection.get(key);
  if (collection instanceof PersistentVector) return typeof key === "number" ? collection.at(key) : undefined;
  return checkSet(procedure, 1, checkCollection(procedure, 1, collection)).has(key) ? key : undefined;
}

function putPairs(procedure: string, collection: Value, pairs: readonly [Value, Value][]): Value {
  charge(procedure, pairs.length);
  if (collection instanceof PersistentMap) return pairs.length === 1 ? collection.put(...(pairs[0] as [Value, Value])) : collection.merge(pairs);
  return pairs.reduce((vector, [index, value]) => vector.put(checkIndex(procedure, 2, index, 0, vector.size), value),
    collection instanceof PersistentVector ? collection : wrongType(procedure, 1, "a map or a persistent vector", collection));
}

/** A path of keys: a list or a persistent vector. */
function pathOf(procedure: string, path: Value): Value[] {
  return path instanceof PersistentVector ? [...path] : checkList(procedure, 2, path);
}

function getIn(collection: Value, path: Value, otherwise: Value = false): Value {
  let found: Value | undefined = collection;
  for (const key of pathOf("get-in", path)) {
    found = lookUp("get-in", found, key);
    if (found === undefined) return otherwise;
  }
  return found;
}

function putIn(collection: Value, path: Value, value: Value): Value {
  const keys = pathOf("put-in", path);
  const parents: Value[] = [];
  let parent: Value = collection;
  for (const key of keys) {
    parents.push(parent);
    parent = lookUp("put-in", parent, key) ?? PersistentMap.empty;
  }
  return keys.reduceRight<Value>((child, key, index) => putPairs("put-in", parents[index] as Value, [[key, child]]), value);
}

function conjoin(procedure: string, collection: Value, items: readonly Value[]): Value {
  charge(procedure, items.length);
  if (collection instanceof PersistentVector) return collection.append(items);
  if (collection instanceof PersistentSet) return collection.union(items);
  return checkMap(procedure, 1, checkCollection(procedure, 1, collection)).merge(items.map((item, index) => entryOf(procedure, index + 2, item)));
}

function into(collection: Value, other: Value): Value {
  const items = itemsOf("into", other);
  return collection instanceof Pair || collection === NIL ? newList([...items].reverse(), collection) : conjoin("into", collection, items);
}

/** An entry for a map: a persistent vector [key value]. */
function entryOf(procedure: string, operand: number, item: Value): [Value, Value] {
  if (item instanceof PersistentVector && item.size === 2) return [item.at(0) as Value, item.at(1) as Value];
  return wrongType(procedure, operand, "an entry [key value]", item);
}

function removeKeys(collection: Value, ...keys: Value[]): Value {
  charge("remove-key", keys.length);
  if (collection instanceof PersistentSet) return keys.reduce<PersistentSet>((set, key) => set.remove(key), collection);
  const map = collection instanceof PersistentMap ? collection : wrongType("remove-key", 1, "a map or a set", collection);
  return keys.reduce<PersistentMap>((rest, key) => rest.remove(key), map);
}

function merge(...maps: Value[]): Value {
  const checked = maps.map((map, index) => checkMap("merge", index + 1, map));
  charge("merge", checked.slice(1).reduce((sum, map) => sum + map.size, 0));
  return checked.reduce((all, map) => all.merge(map), PersistentMap.empty);
}

/** The elements of anything that has elements in an order; a map has entries [key value]. */
function itemsOf(procedure: string, value: Value): Value[] {
  if (value instanceof PersistentMap) return Array.from(value, (entry) => newVector(procedure, entry));
  if (value instanceof PersistentVector || value instanceof PersistentSet) return [...value];
  if (Array.isArray(value)) return value as Value[];
  if (value instanceof Uint8Array) return Array.from(value);
  if (value instanceof LispString) return charsOf(value.text);
  return value instanceof Pair || value === NIL ? checkList(procedure, 1, value) : wrongType(procedure, 1, "a collection", value);
}

function nth(vector: Value, index: Value, otherwise?: Value): Value {
  const items = checkPersistentVector("nth", 1, vector);
  if (otherwise !== undefined && typeof index === "number" && (index < 0 || index >= items.size)) return otherwise;
  return items.at(checkIndex("nth", 2, index, 0, items.size - 1)) as Value;
}

function defineSetOperation(name: string, combine: (a: PersistentSet, b: PersistentSet) => PersistentSet, doc: string): void {
  define(name, 1, Infinity, (...sets: Value[]) => {
    const checked = sets.map((set, index) => checkSet(name, index + 1, set));
    charge(name, checked.reduce((sum, set) => sum + set.size, 0));
    return checked.reduce(combine);
  }, doc);
}

define("persistent-vector", 0, Infinity, (...items: Value[]) => newVector("persistent-vector", items), "(persistent-vector x ...) What [x ...] makes.");
define("persistent-map", 0, Infinity, (...operands: Value[]) => putPairs("persistent-map", PersistentMap.empty, pairsOf("persistent-map", operands)),
  "(persistent-map key value ...) What {key value ...} makes; of equal keys the last wins.");
define("persistent-set", 0, Infinity, (...items: Value[]) => {
  charge("persistent-set", items.length);
  return PersistentSet.from(items);
}, "(persistent-set x ...) What #{x ...} makes.");
define("persistent-vector?", 1, 1, (value: Value) => value instanceof PersistentVector, "(persistent-vector? x) Whether x is a persistent vector.");
define("persistent-map?", 1, 1, (value: Value) => value instanceof PersistentMap, "(persistent-map? x) Whether x is a persistent map.");
define("persistent-set?", 1, 1, (value: Value) => value instanceof PersistentSet, "(persistent-set? x) Whether x is a persistent set.");
define("get", 2, 3, (collection: Value, key: Value, otherwise: Value = false) => lookUp("get", collection, key) ?? otherwise,
  "(get collection key [default]) What is under the key (a vector's index, a set's element); else default, else #f.");
define("get-in", 2, 3, getIn, "(get-in collection path [default]) What is under the keys of the path, one inside the other.");
define("put", 3, Infinity, (collection: Value, ...operands: Value[]) => putPairs("put", collection, pairsOf("put", operands)),
  "(put collection key value ...) The map or vector with these values under these keys; a vector's size as index appends.");
define("put-in", 3, 3, putIn, "(put-in collection path value) The collection with the value under the path; maps are made where there is nothing.");
define("remove-key", 1, Infinity, removeKeys, "(remove-key collection key ...) The map or set without these keys.");
define("merge", 0, Infinity, merge, "(merge map ...) All their entries; of equal keys the last wins.");
define("contains-key?", 2, 2, (collection: Value, key: Value) => lookUp("contains-key?", collection, key) !== undefined,
  "(contains-key? collection key) Whether there is something under the key.");
define("keys", 1, 1, (map: Value) => newList(checkMap("keys", 1, map).keys()), "(keys map) A list of its keys, in order of insertion.");
define("vals", 1, 1, (map: Value) => newList(checkMap("vals", 1, map).values()), "(vals map) A list of its values, in the order of its keys.");
define("entries", 1, 1, (map: Value) => newList(itemsOf("entries", checkMap("entries", 1, map))), "(entries map) A list of its entries [key value].");
define("size", 1, 1, (collection: Value) => checkCollection("size", 1, collection).size, "(size collection) The number of its elements or entries.");
define("conj", 1, Infinity, (collection: Value, ...items: Value[]) => conjoin("conj", collection, items), "(conj collection x ...) With these added: at the end of a vector, into a set, as entries [key value] into a map.");
define("into", 2, 2, into, "(into collection other) The collection with the elements of another one added, as by conj; a list gets them in front.");
define("nth", 2, 3, nth, "(nth vector k [default]) The element at index k of a persistent vector.");
define("subvec", 2, 3, (vector: Value, start: Value, end?: Value) => {
  const items = checkPersistentVector("subvec", 1, vector);
  const last = checkEnd("subvec", 3, end, items.size);
  charge("subvec", 1);
  return items.slice(checkStart("subvec", 2, start, last), last);
}, "(subvec vector start [end]) The persistent vector of the elements in the range.");
define("->list", 1, 1, (value: Value) => newList(itemsOf("->list", value)), "(->list collection) A list of its elements; of a map, of its entries.");
define("->persistent-vector", 1, 1, (value: Value) => newVector("->persistent-vector", itemsOf("->persistent-vector", value)),
  "(->persistent-vector collection) A persistent vector of its elements.");
define("->set", 1, 1, (value: Value) => {
  const items = itemsOf("->set", value);
  charge("->set", items.length);
  return PersistentSet.from(items);
}, "(->set collection) A set of its elements.");
define("->map", 1, 1, (value: Value) => {
  const items = itemsOf("->map", value);
  charge("->map", items.length);
  return PersistentMap.from(items.map((item) => entryOf("->map", 1, item)));
}, "(->map collection) A map of the entries [key value] in it.");
defineSetOperation("union", (a, b) => a.union(b), "(union set ...) What is in any of them.");
defineSetOperation("intersection", (a, b) => a.intersection(b), "(intersection set ...) What is in all of them.");
defineSetOperation("difference", (a, b) => a.difference(b), "(difference set ...) What is in the first and in none of the others.");
