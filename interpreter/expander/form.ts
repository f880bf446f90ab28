// A form taken apart: its elements with their positions, and the error that shows what it should have been.
import { burnElements } from "../machine/meter.js";
import { Condition, HINTS, LispError } from "../values/condition.js";
import { NIL, Pair } from "../values/pair.js";
import { carPositionOf, positionOf, type Position } from "../values/position.js";
import { LispSymbol } from "../values/symbol.js";
import { LispString } from "../values/text.js";
import type { Value } from "../values/value.js";
import { type Identifier, isIdentifier } from "./identifier.js";
import { describe } from "./describe.js";

/** The elements of a list, the pairs that hold them, and what ends it: `()` if it is proper. */
export interface Spine {
  readonly items: Value[];
  readonly cells: Pair[];
  readonly tail: Value;
}

/** Takes a list apart. A circular one ends where it comes round, with the pair it comes round to as its tail. */
export function spineOf(datum: Value): Spine {
  const items: Value[] = [];
  const cells: Pair[] = [];
  let rest = datum;
  let mark = datum;
  while (rest instanceof Pair) {
    items.push(rest.car);
    cells.push(rest);
    rest = rest.cdr;
    if (rest === mark) break;
    // Brent's way: the mark moves up to each power of two, so every cycle is found.
    if ((items.length & (items.length - 1)) === 0) mark = rest;
  }
  return { items, cells, tail: rest };
}

/** A use of a keyword, or a part of one that is taken apart the same way. */
export class Form {
  readonly items: readonly Value[];
  readonly cells: readonly Pair[];
  readonly tail: Value;

  /** `position` is where the form counts as being, if it was not read itself but made by a macro. */
  constructor(
    readonly datum: Value,
    readonly position: Position | undefined,
    readonly shape: string,
  ) {
    const spine = spineOf(datum);
    burnElements(spine.items.length);
    this.items = spine.items;
    this.cells = spine.cells;
    this.tail = spine.tail;
  }

  get length(): number {
    return this.items.length;
  }

  /** The element at an index; its absence is a bad form. */
  item(index: number): Value {
    const item = this.items[index];
    return item === undefined ? this.bad("something is missing") : item;
  }

  /** The identifier at an index; anything else there is a bad form. */
  identifier(index: number): Identifier {
    const item = this.item(index);
    return isIdentifier(item) ? item : this.bad(`${describe(item)} is not a name`, this.positionAt(index));
  }

  positionAt(index: number): Position | undefined {
    const cell = this.cells[index];
    return (cell === undefined ? undefined : carPositionOf(cell)) ?? this.position;
  }

  /** Where the name at an index was written; undefined if a macro put it there. */
  writtenAt(index: number): Position | undefined {
    const cell = this.cells[index];
    return cell?.car instanceof LispSymbol ? carPositionOf(cell) : undefined;
  }

  /** The element at an index as a form with the same shape in its errors. It must be a proper list. */
  part(index: number): Form {
    const part = this.element(index);
    return part.tail === NIL ? part : this.bad(`${describe(part.datum)} is not a proper list`, part.position);
  }

  /** The element at an index as a form, whatever it ends in. */
  element(index: number): Form {
    return new Form(this.item(index), this.positionAt(index), this.shape);
  }

  /** Requires a proper list of `minimum` to `maximum` elements, the keyword included. */
  expect(minimum: number, maximum = Infinity): this {
    if (this.tail !== NIL) this.bad("it is not a proper list");
    if (this.length < minimum) this.bad("something is missing");
    if (this.length > maximum) this.bad(`${describe(this.item(maximum))} is too much`, this.positionAt(maximum));
    return this;
  }

  /** The docstring at an index, if a string stands there and something follows it. */
  docAt(index: number): string | undefined {
    const item = this.items[index];
    return item instanceof LispString && this.length > index + 1 ? item.text : undefined;
  }

  /** Raises bad-syntax, showing the reason, the form's shape and its text. */
  bad(reason: string, position: Position | undefined = this.position): never {
    const message = `${describe(this.datum)}: ${reason}. The shape is ${this.shape}`;
    return failAt("bad-syntax", message, [], position ?? positionOf(this.datum));
  }
}

/** Raises a condition whose hint may be more exact than the catalogue's. */
export function failAt(
  code: keyof typeof HINTS, message: string, irritants: readonly Value[], position: Position | undefined,
  hint: string = HINTS[code],
): never {
  throw new LispError(new Condition(code, message, irritants, position, hint));
}
