// Where in a source text a datum was read: kept beside the data, so that data stay plain.
import type { Pair } from "./pair.js";

/** A place in a source text. Lines and columns count from 1, columns in code points; offsets are UTF-16 units from 0. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly endOffset: number;
}

const ofDatum = new WeakMap<object, Position>();
const ofCar = new WeakMap<Pair, Position>();

/** The position of a compound datum: for a list, of its first pair, from the opening parenthesis. */
export function positionOf(datum: unknown): Position | undefined {
  return typeof datum === "object" && datum !== null ? ofDatum.get(datum) : undefined;
}

/** Records the position of a compound datum. */
export function setPosition(datum: object, position: Position): void {
  ofDatum.set(datum, position);
}

/** The position of the element in this pair's car: symbols and numbers have no identity, the cell that holds them has. */
export function carPositionOf(cell: Pair): Position | undefined {
  return ofCar.get(cell) ?? positionOf(cell.car);
}

/** Records the position of the element in this pair's car. */
export function setCarPosition(cell: Pair, position: Position): void {
  ofCar.set(cell, position);
}
