// Labelled boxes: data from outside that programs pass on without looking into them. The host alone makes and opens one.
import { PersistentMap, PersistentVector } from "./collection.js";
import { LispSymbol } from "./symbol.js";
import { LispString } from "./text.js";
import type { Value } from "./value.js";

/** Data, and the labels that whoever looks at it takes on: texts such as "web example.org", sorted. To a program it is opaque, and equal to itself alone. */
export class LabelledBox {
  constructor(
    readonly labels: readonly string[],
    readonly content: Value,
  ) {}
}

/** The key of the one entry of the map as which a box is written. No other data may be such a map. */
const MARK = LispSymbol.intern("labelled");

/** True of a map that reads as a box. */
export function spellsBox(map: PersistentMap): boolean {
  return map.size === 1 && map.has(MARK);
}

/** The map `{labelled [[label …] content]}` as which a box is written in canonical text. */
export function spelledBox({ labels }: LabelledBox, content: Value): PersistentMap {
  const names = PersistentVector.from(labels.map((label) => new LispString(label, true)));
  return PersistentMap.from([[MARK, PersistentVector.from([names, content])]]);
}

/** The box that such a map spells, or undefined if it spells none. */
export function boxFrom(map: PersistentMap): LabelledBox | undefined {
  const spelled = spellsBox(map) ? map.get(MARK) : undefined;
  if (!(spelled instanceof PersistentVector) || spelled.size !== 2) return undefined;
  const [labels, content] = spelled;
  if (!(labels instanceof PersistentVector) || content === undefined) return undefined;
  return new LabelledBox(Array.from(labels, (label) => (label instanceof LispString ? label.text : "")), content);
}
