// Datum labels: which compound values need one, and which number each has (R7RS 2.4).
import type { Value } from "../values/value.js";
import { partsOf } from "./compound.js";

/** `cycles`: only what would print forever without; `shared`: all that is met twice; `none`: nothing. */
export type Labelling = "cycles" | "shared" | "none";

/** The labels of one printed value. A number is given when the label is first printed, from 0 on. */
export class Labels {
  private readonly numbers = new Map<Value, number>();

  private constructor(private readonly needed: ReadonlySet<Value>) {}

  /** Looks through the whole value, with a stack of its own. */
  static of(value: Value, labelling: Labelling): Labels {
    if (labelling === "none" || (labelling === "cycles" && endsSoon(value))) return new Labels(new Set());
    return new Labels(findRepeated(value, labelling === "shared"));
  }

  needs(value: Value): boolean {
    return this.needed.size > 0 && this.needed.has(value);
  }

  /** The number of a value that needs a label: `isNew` where the value itself is to be printed after it. */
  number(value: Value): { number: number; isNew: boolean } {
    const known = this.numbers.get(value);
    if (known !== undefined) return { number: known, isNew: false };
    this.numbers.set(value, this.numbers.size);
    return { number: this.numbers.size - 1, isNew: true };
  }

  /** How many labels have numbers: to be given to `forget`. */
  get count(): number {
    return this.numbers.size;
  }

  /** Takes back the numbers given since there were `count`: what had been printed was thrown away. */
  forget(count: number): void {
    for (const [value, number] of this.numbers) if (number >= count) this.numbers.delete(value);
  }
}

// Most values that are printed are small: a walk that comes to an end has met no cycle, and needs no record of where it was.
const SOON = 2_000;

function endsSoon(root: Value): boolean {
  const pending: Value[] = [root];
  for (let steps = 0; steps < SOON; steps++) {
    const next = pending.pop();
    if (next === undefined) return true;
    const parts = partsOf(next);
    if (parts === undefined) continue;
    if (parts.length > SOON) return false;
    pending.push(...parts);
  }
  return false;
}

class Leave {
  constructor(readonly value: Value) {}
}

/** Values met again while inside themselves, or, if `shared`, met again at all. */
function findRepeated(root: Value, shared: boolean): Set<Value> {
  const repeated = new Set<Value>();
  const isInside = new Map<Value, boolean>();
  const pending: Value[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next instanceof Leave) {
      isInside.set(next.value, false);
      continue;
    }
    const parts = partsOf(next);
    if (parts === undefined) continue;
    const inside = isInside.get(next);
    if (inside === true || (inside === false && shared)) repeated.add(next);
    if (inside !== undefined) continue;
    isInside.set(next, true);
    pending.push(new Leave(next));
    for (let index = parts.length - 1; index >= 0; index--) pending.push(parts[index] as Value);
  }
  return repeated;
}
