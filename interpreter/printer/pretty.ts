// Prints a value on indented lines of a given width, in the customary layout of Lisp code and data.
import { NIL, Pair } from "../values/pair.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { abbreviationOf, ELLIPSIS, flatText, type FlatOptions } from "./flat.js";
import { outlineOf, type Outline } from "./compound.js";
import type { Labels } from "./labels.js";

/** The text of the value, or undefined if it would be longer than `maximum` UTF-16 units. */
export function prettyText(root: Value, labels: Labels, options: FlatOptions, width: number, maximum: number): string | undefined {
  return new PrettyPrinter(labels, options, width, maximum).run(root);
}

// Forms whose first operand stays on the first line while the others, their body, are indented by two.
const BODY_FORM = /^(?:define.*|lambda|let.*|named-lambda|when|unless|case|match|do|with-.*|parameterize|guard|syntax-rules|dynamic-wind|call-with-.*)$/;

/** The longest operator under whose first operand the others are aligned. */
const LONGEST_ALIGNED = 14;

/** How far from the left lines may begin, as a part of the width; further in, values print on one line. */
const DEEPEST_INDENT = 0.6;

/** A value to print: `follow` is the width of the brackets that must fit on the line after it. */
interface ValueWork {
  readonly value: Value;
  readonly depth: number;
  readonly follow: number;
}

/** A line break with the column of the next line's start. */
interface Break {
  readonly indent: number;
}

/** An element of a broken value: texts before and instead of it, and whether it begins a line. */
interface Element {
  readonly before: string;
  readonly value: Value | undefined;
  readonly breaks: boolean;
}

class PrettyPrinter {
  private text = "";
  private column = 0;
  private readonly stack: (string | ValueWork | Break)[] = [];

  constructor(
    private readonly labels: Labels,
    private readonly options: FlatOptions,
    private readonly width: number,
    private readonly maximum: number,
  ) {}

  run(root: Value): string | undefined {
    this.stack.push({ value: root, depth: 0, follow: 0 });
    for (let work = this.stack.pop(); work !== undefined; work = this.stack.pop()) {
      if (typeof work === "string") this.emit(work);
      else if ("indent" in work) this.startLine(work.indent);
      else if (!this.value(work)) return undefined;
      if (this.text.length > this.maximum) return undefined;
    }
    return this.text;
  }

  /** Prints a value flat if it fits, else breaks it. False if the text grows beyond the maximum. */
  private value(work: ValueWork): boolean {
    const { value, depth } = work;
    const isDeep = this.column > this.width * DEEPEST_INDENT;
    const outline = value instanceof Pair || typeof value !== "object" ? undefined : outlineOf(value);
    const isAtom = !(value instanceof Pair) && outline === undefined;
    const budget = isDeep || isAtom ? this.maximum : this.width - this.column - work.follow;
    const flat = flatText(value, this.labels, this.options, budget, depth);
    if (flat !== undefined) this.emit(flat);
    else if (isDeep || isAtom) return false;
    else this.broken(work, outline);
    return true;
  }

  private broken(work: ValueWork, outline: Outline | undefined): void {
    const { value } = work;
    if (work.depth >= (this.options.maximumDepth ?? Infinity)) return this.emit(ELLIPSIS);
    if (this.labels.needs(value)) {
      const { number, isNew } = this.labels.number(value);
      this.emit(isNew ? `#${number}=` : `#${number}#`);
      if (!isNew) return;
    }
    if (outline !== undefined) return this.breakOutline(outline, work);
    const abbreviation = abbreviationOf(value as Pair, this.labels);
    if (abbreviation === undefined) return this.breakList(value as Pair, work);
    this.emit(abbreviation.mark);
    this.stack.push({ value: abbreviation.operand, depth: work.depth + 1, follow: work.follow });
  }

  private breakOutline(outline: Outline, work: ValueWork): void {
    this.emit(outline.open + (outline.isNamed ? " " : ""));
    const limit = (this.options.maximumLength ?? Infinity) * outline.group;
    const elements: Element[] = outline.items.slice(0, limit).map((value, index) => ({
      before: outline.names?.[index] ?? "", value, breaks: index > 0 && index % outline.group === 0,
    }));
    if (outline.items.length > limit) elements.push({ before: ELLIPSIS, value: undefined, breaks: true });
    // What has a name is indented by two: its name may be long.
    this.pushElements(elements, outline.isNamed ? this.column - outline.open.length + 1 : this.column, outline.close, work);
  }

  private breakList(list: Pair, work: ValueWork): void {
    const start = this.column;
    const elements = this.elementsOf(list);
    const operator = list.car instanceof LispSymbol ? list.car.name : undefined;
    this.emit("(");
    let indent = start + 1;
    let onFirstLine = 1;
    if (operator !== undefined && BODY_FORM.test(operator)) {
      indent = start + 2;
      // A named let has its name on the first line too.
      onFirstLine = operator === "let" && elements[1]?.value instanceof LispSymbol ? 3 : 2;
    } else if (operator !== undefined && operator.length <= LONGEST_ALIGNED) {
      indent = start + operator.length + 2;
      onFirstLine = 2;
    }
    const placed = elements.map((element, index) => ({ ...element, breaks: index >= onFirstLine }));
    this.pushElements(placed, indent, ")", work);
  }

  private elementsOf(list: Pair): Element[] {
    const elements: Element[] = [];
    let rest: Value = list;
    for (; rest instanceof Pair && (elements.length === 0 || !this.labels.needs(rest)); rest = rest.cdr) {
      if (elements.length >= (this.options.maximumLength ?? Infinity)) return [...elements, { before: ELLIPSIS, value: undefined, breaks: true }];
      elements.push({ before: "", value: rest.car, breaks: true });
    }
    if (rest !== NIL) elements.push({ before: ". ", value: rest, breaks: true });
    return elements;
  }

  /** Puts the elements and the closing bracket on the stack, the first uppermost. */
  private pushElements(elements: readonly Element[], indent: number, close: string, { depth, follow }: ValueWork): void {
    this.stack.push(close);
    for (let index = elements.length - 1; index >= 0; index--) {
      const { before, value, breaks } = elements[index] as Element;
      const isLast = index === elements.length - 1;
      if (value !== undefined) this.stack.push({ value, depth: depth + 1, follow: isLast ? follow + close.length : 0 });
      this.stack.push(before);
      if (index > 0) this.stack.push(breaks ? { indent } : " ");
    }
  }

  private startLine(indent: number): void {
    this.options.charge?.(indent + 1);
    this.text += `\n${" ".repeat(indent)}`;
    this.column = indent;
  }

  private emit(text: string): void {
    this.text += text;
    const lineStart = text.lastIndexOf("\n");
    this.column = lineStart < 0 ? this.column + text.length : text.length - lineStart - 1;
  }
}
