// Prints a value on one line, with a stack of its own, so that neither length nor nesting can overflow the host's.
import { NIL, Pair } from "../values/pair.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { atomText, type AtomOptions } from "./atoms.js";
import { outlineOf, type Outline } from "./compound.js";
import type { Labels } from "./labels.js";

/** What is to be printed of a value. */
export interface PrintOptions extends Pick<AtomOptions, "procedureName"> {
  /** At most so many elements of each compound value; `…` stands for the rest. */
  readonly maximumLength?: number;
  /** Compound values inside so many others print as `…`. */
  readonly maximumDepth?: number;
  /** The longest text that is made, in UTF-16 units; by default MAXIMUM_TEXT. */
  readonly maximumText?: number;
  /** Told of each so many UTF-16 units that were made, before many more are: throws to end the printing. */
  readonly charge?: (units: number) => void;
}

export interface FlatOptions extends PrintOptions, AtomOptions {}

/** What stands for elements left out. */
export const ELLIPSIS = "…";

/** How many units are made between two charges. A multiple of what one step pays for, so that the sum is that of one charge. */
const CHARGED_TOGETHER = 4096;

/** A list of which `rest` is still to be printed; `count` elements have been. */
interface ListFrame {
  readonly kind: "list";
  rest: Value;
  count: number;
  readonly depth: number;
}

/** Another compound value, of which the items from `index` on are still to be printed. */
interface ItemsFrame {
  readonly kind: "items";
  readonly outline: Outline;
  index: number;
  readonly depth: number;
}

/** The text of the value on one line, or undefined as soon as it would be longer than `budget` UTF-16 units. */
export function flatText(root: Value, labels: Labels, options: FlatOptions, budget: number, depth = 0): string | undefined {
  const printer = new FlatPrinter(labels, options, budget);
  const count = labels.count;
  const text = printer.run(root, depth);
  if (text === undefined) labels.forget(count);
  return text;
}

const ABBREVIATIONS: ReadonlyMap<Value, string> = new Map([
  [LispSymbol.intern("quote"), "'"], [LispSymbol.intern("quasiquote"), "`"],
  [LispSymbol.intern("unquote"), ","], [LispSymbol.intern("unquote-splicing"), ",@"],
]);

/** The mark and the operand of a form like `(quote x)` that may be written `'x`, or undefined. */
export function abbreviationOf(pair: Pair, labels: Labels): { mark: string; operand: Value } | undefined {
  const mark = ABBREVIATIONS.get(pair.car);
  const { cdr } = pair;
  if (mark === undefined || !(cdr instanceof Pair) || cdr.cdr !== NIL || labels.needs(cdr)) return undefined;
  // `,@x` would read as unquote-splicing of x.
  const isMistakable = mark === "," && cdr.car instanceof LispSymbol && cdr.car.name.startsWith("@");
  return isMistakable ? undefined : { mark, operand: cdr.car };
}

class FlatPrinter {
  /** What is printed: whole chunks, and the parts of the present one, joined at last so that no text is a tree of tiny ones. */
  private readonly chunks: string[] = [];
  private parts: string[] = [];
  private length = 0;
  private charged = 0;
  private readonly stack: (ListFrame | ItemsFrame)[] = [];

  constructor(
    private readonly labels: Labels,
    private readonly options: FlatOptions,
    private readonly budget: number,
  ) {}

  run(root: Value, depth: number): string | undefined {
    this.value(root, depth);
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
      if (this.length - this.charged >= CHARGED_TOGETHER) this.charge(CHARGED_TOGETHER);
      if (this.length > this.budget) break;
      if (frame.kind === "list") this.element(frame);
      else this.item(frame);
    }
    this.charge(this.length - this.charged);
    return this.length > this.budget ? undefined : this.chunks.join("");
  }

  /** Prints an atom, or the beginning of a compound value, whose frame is left on the stack. */
  private value(root: Value, rootDepth: number): void {
    let value = root;
    for (let depth = rootDepth; ; depth++) {
      const outline = typeof value === "object" && !(value instanceof Pair) ? outlineOf(value) : undefined;
      if (!(value instanceof Pair) && outline === undefined) return this.emit(atomText(value, this.options));
      if (depth >= (this.options.maximumDepth ?? Infinity)) return this.emit(ELLIPSIS);
      if (this.labels.needs(value) && !this.label(value)) return;
      if (outline !== undefined) return this.open(outline.open, { kind: "items", outline, index: 0, depth });
      const abbreviation = abbreviationOf(value as Pair, this.labels);
      if (abbreviation === undefined) return this.open("(", { kind: "list", rest: value, count: 0, depth });
      this.emit(abbreviation.mark);
      value = abbreviation.operand;
    }
  }

  /** Prints the label; false if it stands for the value, which has been printed before. */
  private label(value: Value): boolean {
    const { number, isNew } = this.labels.number(value);
    this.emit(isNew ? `#${number}=` : `#${number}#`);
    return isNew;
  }

  private open(opening: string, frame: ListFrame | ItemsFrame): void {
    this.emit(opening);
    this.stack.push(frame);
  }

  private close(closing: string): void {
    this.emit(closing);
    this.stack.pop();
  }

  /** Prints the next element of a list, or its end. A tail that needs a label stands after a dot. */
  private element(frame: ListFrame): void {
    const { rest, count, depth } = frame;
    if (rest === NIL) return this.close(")");
    if (!(rest instanceof Pair) || (count > 0 && this.labels.needs(rest))) {
      frame.rest = NIL;
      this.emit(" . ");
      return this.value(rest, depth + 1);
    }
    if (count > 0) this.emit(" ");
    if (count >= (this.options.maximumLength ?? Infinity)) return this.close(`${ELLIPSIS})`);
    frame.rest = rest.cdr;
    frame.count++;
    this.value(rest.car, depth + 1);
  }

  private item(frame: ItemsFrame): void {
    const { outline, index, depth } = frame;
    if (index >= outline.items.length) return this.close(outline.close);
    if (index > 0 || outline.isNamed) this.emit(" ");
    if (index >= (this.options.maximumLength ?? Infinity) * outline.group) return this.close(ELLIPSIS + outline.close);
    if (outline.names !== undefined) this.emit(outline.names[index] as string);
    frame.index++;
    this.value(outline.items[index] as Value, depth + 1);
  }

  private emit(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }

  private charge(units: number): void {
    this.chunks.push(this.parts.join(""));
    this.parts = [];
    this.charged += units;
    this.options.charge?.(units);
  }
}
