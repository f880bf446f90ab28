// Persistent vectors, maps and sets over Immutable.js: immutable values that share structure.
import { List, OrderedMap, OrderedSet } from "immutable";
import { Collection, type KeyMeter, canonicalText, frozen, keyOf, storedKeyOf, valueOfKey } from "./collection-key.js";
import type { Key } from "./collection-key.js";
import type { Value } from "./value.js";

export { Collection } from "./collection-key.js";

/** A persistent vector. Iterates over its elements; indexes count from 0 and are within range. */
export class PersistentVector extends Collection {
  static readonly empty = new PersistentVector(List());

  private constructor(private readonly items: List<Value>) {
    super();
  }

  static from(items: Iterable<Value>): PersistentVector {
    return new PersistentVector(List(items));
  }

  get size(): number {
    return this.items.size;
  }

  /** The element at an index, or undefined beyond the end. */
  at(index: number): Value | undefined {
    return index >= 0 ? this.items.get(index) : undefined;
  }

  /** With another element at an index; an index equal to the size appends. */
  put(index: number, value: Value): PersistentVector {
    return new PersistentVector(this.items.set(index, value));
  }

  append(values: readonly Value[]): PersistentVector {
    return new PersistentVector(this.items.concat(values));
  }

  slice(start: number, end: number): PersistentVector {
    return new PersistentVector(this.items.slice(start, end));
  }

  [Symbol.iterator](): IterableIterator<Value> {
    return this.items.values();
  }

  override keyText(meter: KeyMeter, depth: number): string {
    let text = "[";
    for (const item of this) text += canonicalText(item, meter, depth + 1);
    return `${text}]`;
  }

  override frozen(): PersistentVector {
    return new PersistentVector(this.items.map(frozen));
  }
}

/** A persistent map. Iterates over `[key, value]` in the order in which the keys came. */
export class PersistentMap extends Collection {
  static readonly empty = new PersistentMap(OrderedMap());

  private constructor(private readonly table: OrderedMap<Key, Value>) {
    super();
  }

  /** A map of these pairs; of equal keys the last one's value stays, in the first one's place. */
  static from(pairs: Iterable<readonly [Value, Value]>): PersistentMap {
    return PersistentMap.empty.merge(pairs);
  }

  get size(): number {
    return this.table.size;
  }

  /** The value of a key, or undefined. */
  get(key: Value): Value | undefined {
    return this.table.get(keyOf(key));
  }

  has(key: Value): boolean {
    return this.table.has(keyOf(key));
  }

  put(key: Value, value: Value): PersistentMap {
    return new PersistentMap(this.table.set(storedKeyOf(key), value));
  }

  remove(key: Value): PersistentMap {
    return new PersistentMap(this.table.remove(keyOf(key)));
  }

  /** With all these pairs put. */
  merge(pairs: Iterable<readonly [Value, Value]>): PersistentMap {
    return new PersistentMap(this.table.withMutations((table) => {
      for (const [key, value] of pairs) table.set(storedKeyOf(key), value);
    }));
  }

  *[Symbol.iterator](): IterableIterator<[Value, Value]> {
    for (const [key, value] of this.table) yield [valueOfKey(key), value];
  }

  keys(): Value[] {
    return Array.from(this.table.keys(), valueOfKey);
  }

  values(): Value[] {
    return Array.from(this.table.values());
  }

  override keyText(meter: KeyMeter, depth: number): string {
    const entries: string[] = [];
    for (const [key, value] of this) entries.push(canonicalText(key, meter, depth + 1) + canonicalText(value, meter, depth + 1));
    return `{${entries.sort().join("")}}`;
  }

  override frozen(): PersistentMap {
    return new PersistentMap(this.table.map(frozen));
  }
}

/** A persistent set. Iterates over its elements in the order in which they came. */
export class PersistentSet extends Collection {
  static readonly empty = new PersistentSet(OrderedSet());

  private constructor(private readonly table: OrderedSet<Key>) {
    super();
  }

  static from(items: Iterable<Value>): PersistentSet {
    return PersistentSet.empty.union(items);
  }

  get size(): number {
    return this.table.size;
  }

  has(item: Value): boolean {
    return this.table.has(keyOf(item));
  }

  remove(item: Value): PersistentSet {
    return new PersistentSet(this.table.remove(keyOf(item)));
  }

  /** With all these elements added. */
  union(items: Iterable<Value>): PersistentSet {
    return new PersistentSet(this.table.withMutations((table) => {
      for (const item of items) table.add(storedKeyOf(item));
    }));
  }

  /** Those elements that are in the other set too. */
  intersection(other: PersistentSet): PersistentSet {
    return new PersistentSet(this.table.filter((key) => other.table.has(key)));
  }

  /** Those elements that are not in the other set. */
  difference(other: PersistentSet): PersistentSet {
    return new PersistentSet(this.table.filter((key) => !other.table.has(key)));
  }

  *[Symbol.iterator](): IterableIterator<Value> {
    for (const key of this.table) yield valueOfKey(key);
  }

  override keyText(meter: KeyMeter, depth: number): string {
    const texts = Array.from(this, (item) => canonicalText(item, meter, depth + 1));
    return `#{${texts.sort().join("")}}`;
  }

  override frozen(): PersistentSet {
    return this;
  }
}
