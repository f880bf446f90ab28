// Record types and their instances (R7RS 5.5).
import type { LispSymbol } from "./symbol.js";
import type { Value } from "./value.js";

/** A record type. Each evaluation of `define-record-type` makes a new one, so identity is the type test. */
export class RecordType {
  constructor(
    readonly name: LispSymbol,
    readonly fields: readonly LispSymbol[],
  ) {}
}

/**
 * An instance: one slot for each field of its type, in the type's order. The first four are fields of the object,
 * so that most records are one object and all have one shape; those that the type does not have hold #f.
 */
export class RecordInstance {
  constructor(
    readonly type: RecordType,
    public first: Value,
    public second: Value,
    public third: Value,
    public fourth: Value,
    /** The slots from the fifth on, if there are more than four. */
    readonly more: Value[] | undefined,
  ) {}

  static of(type: RecordType, slots: readonly Value[]): RecordInstance {
    const [first = false, second = false, third = false, fourth = false, ...more] = slots;
    return new RecordInstance(type, first, second, third, fourth, more.length === 0 ? undefined : more);
  }

  /** The values of the slots, in an array of their own. */
  get slots(): readonly Value[] {
    return [this.first, this.second, this.third, this.fourth, ...(this.more ?? [])].slice(0, this.type.fields.length);
  }

  /** Stores into the slot at an index that the type has. */
  set(index: number, value: Value): void {
    const name = FIELDS[index];
    if (name !== undefined) this[name] = value;
    else (this.more as Value[])[index - FIELDS.length] = value;
  }
}

/** The fields of the object that hold the first slots. */
export const FIELDS = ["first", "second", "third", "fourth"] as const;
