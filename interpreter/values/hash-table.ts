// Mutable hash tables: keys by identity, by content or by the program's own equivalence, iterating in the order of insertion.
import { BYTES, allocate, burn, burnElements } from "../machine/meter.js";
import { equal, eqv, hashOf, isBoxedNumber, isCompound } from "./equality.js";
import { LispSymbol } from "./symbol.js";
import { LispString } from "./text.js";
import type { Value } from "./value.js";

/** A key that is found by its hash, in the chain of those with the same one. */
export class ChainedKey {
  next: ChainedKey | undefined;

  /** `position` is where its table holds it, or −1 once it was removed. */
  constructor(
    readonly key: Value,
    public position: number,
  ) {}
}

/**
 * How a table knows a key again. `indexOf` gives what identifies the key among all values (itself, or a
 * JavaScript string, which no Lisp value is), or undefined for a key that is found by `hashOf` and `same`.
 */
interface Equivalence {
  indexOf(key: Value): Value | string | undefined;
  same(a: Value, b: Value): boolean;
}

const byIdentity: Equivalence = { indexOf: (key) => key, same: eqv };

const byNumber: Equivalence = { indexOf: (key) => (isBoxedNumber(key) ? undefined : key), same: eqv };

const byContent: Equivalence = {
  indexOf(key) {
    if (typeof key !== "object" || key instanceof LispSymbol) return key;
    if (key instanceof LispString) return textOf(key);
    return isCompound(key) || isBoxedNumber(key) ? undefined : key;
  },
  same: equal,
};

function textOf(string: LispString): string {
  const { text } = string;
  burnElements(text.length);
  return text;
}

/** The equivalences that need no procedure of the program. */
export type NativeEquivalence = "identity" | "number" | "content";

const NATIVE: Record<NativeEquivalence, Equivalence> = { identity: byIdentity, number: byNumber, content: byContent };

/** What stands where a key was removed. */
const REMOVED: Value = Symbol("removed");

/**
 * A hash table. Keys and values are held side by side in the order in which the keys came. Keys that the
 * equivalence can name are found through a JavaScript map, others through chains of those with one hash. A key that
 * is mutated after it was stored is found neither by its old content nor by its new one. `equivalence` and `hash`
 * are what the program gave.
 */
export class HashTable {
  private readonly named = new Map<Value, number>();
  private readonly chains = new Map<Value, ChainedKey>();
  private keys: Value[] = [];
  private values: Value[] = [];
  private removed = 0;
  private readonly how: Equivalence;

  constructor(
    readonly native: NativeEquivalence | undefined,
    readonly equivalence: Value,
    readonly hash: Value,
  ) {
    this.how = NATIVE[native ?? "identity"];
  }

  get size(): number {
    return this.keys.length - this.removed;
  }

  /** Where a table whose equivalence is native holds a key, or −1. Good until the table changes. */
  find(key: Value): number {
    // An exact integer is its own index by every equivalence.
    const index = typeof key === "number" ? key : this.how.indexOf(key);
    const found = index === undefined ? this.findChained(hashOf(key), key)?.position : this.named.get(index);
    return found ?? -1;
  }

  /** The value at a position; undefined beyond all. */
  at(position: number): Value | undefined {
    return this.values[position];
  }

  /** Replaces the value at a position that holds a key. */
  setAt(position: number, value: Value): void {
    if (position >= 0 && position < this.values.length) this.values[position] = value;
  }

  /** Stores a value under a key; true if the key is new. */
  put(key: Value, value: Value): boolean {
    const index = typeof key === "number" ? key : this.how.indexOf(key);
    const hash = index === undefined ? hashOf(key) : 0;
    const found = index === undefined ? this.findChained(hash, key)?.position : this.named.get(index);
    if (found !== undefined) this.values[found] = value;
    else if (index === undefined) this.addChained(hash, key, value);
    else this.named.set(index, this.append(key, value));
    return found === undefined;
  }

  /** Removes a key; true if it was there. */
  remove(key: Value): boolean {
    const index = this.how.indexOf(key);
    if (index === undefined) {
      const hash = hashOf(key);
      const found = this.findChained(hash, key);
      if (found !== undefined) this.removeChained(hash, found);
      return found !== undefined;
    }
    const position = this.named.get(index);
    if (position === undefined) return false;
    this.named.delete(index);
    this.drop(position);
    return true;
  }

  /** The first key with this hash; the others follow by `next`. */
  chain(hash: Value): ChainedKey | undefined {
    return this.chains.get(hash);
  }

  /** Adds a key that is known to be new, under a hash. */
  addChained(hash: Value, key: Value, value: Value): void {
    const added = new ChainedKey(key, this.append(key, value));
    added.next = this.chains.get(hash);
    this.chains.set(hash, added);
  }

  /** Removes a key that was stored under this hash. */
  removeChained(hash: Value, chained: ChainedKey): void {
    if (chained.position < 0) return;
    const first = this.chains.get(hash);
    if (first === chained) {
      if (chained.next === undefined) this.chains.delete(hash);
      else this.chains.set(hash, chained.next);
    } else {
      let before = first;
      while (before !== undefined && before.next !== chained) before = before.next;
      if (before === undefined) return;
      before.next = chained.next;
    }
    const { position } = chained;
    chained.position = -1;
    this.drop(position);
  }

  clear(): void {
    for (const chained of this.chained()) chained.position = -1;
    this.named.clear();
    this.chains.clear();
    this.keys = [];
    this.values = [];
    this.removed = 0;
  }

  /** The keys with their values, in the order in which the keys came. */
  *entries(): IterableIterator<[Value, Value]> {
    for (let position = 0; position < this.keys.length; position++) {
      const key = this.keys[position] as Value;
      if (key !== REMOVED) yield [key, this.values[position] as Value];
    }
  }

  /** Another table with the same entries, charged for. */
  copy(): HashTable {
    const copy = new HashTable(this.native, this.equivalence, this.hash);
    allocate(BYTES.entry * this.keys.length);
    copy.keys = [...this.keys];
    copy.values = [...this.values];
    copy.removed = this.removed;
    for (const [index, position] of this.named) copy.named.set(index, position);
    for (const [hash, first] of this.chains) copy.chains.set(hash, copyChain(first));
    return copy;
  }

  private findChained(hash: Value, key: Value): ChainedKey | undefined {
    for (let chained = this.chains.get(hash); chained !== undefined; chained = chained.next) {
      burn(1);
      if (this.how.same(chained.key, key)) return chained;
    }
    return undefined;
  }

  private append(key: Value, value: Value): number {
    allocate(BYTES.entry);
    this.values.push(value);
    return this.keys.push(key) - 1;
  }

  private drop(position: number): void {
    this.keys[position] = REMOVED;
    this.values[position] = REMOVED;
    this.removed++;
    // At most half of the positions are gaps, so that removing costs a constant on average.
    if (this.keys.length > 32 && 2 * this.removed > this.keys.length) this.compact();
  }

  private compact(): void {
    burnElements(4 * this.keys.length);
    const keys: Value[] = [];
    const values: Value[] = [];
    const moved = this.keys.map((key, position) => (key === REMOVED ? -1 : (values.push(this.values[position] as Value), keys.push(key) - 1)));
    for (const [index, position] of this.named) this.named.set(index, moved[position] as number);
    for (const chained of this.chained()) chained.position = moved[chained.position] as number;
    this.keys = keys;
    this.values = values;
    this.removed = 0;
  }

  private *chained(): IterableIterator<ChainedKey> {
    for (const first of this.chains.values())
      for (let each: ChainedKey | undefined = first; each !== undefined; each = each.next) yield each;
  }
}

function copyChain(first: ChainedKey): ChainedKey {
  const copy = new ChainedKey(first.key, first.position);
  let last = copy;
  for (let each = first.next; each !== undefined; each = each.next) {
    last.next = new ChainedKey(each.key, each.position);
    last = last.next;
  }
  return copy;
}
