// The formatter: lays a source text out anew, by its own line breaks, and changes nothing but space.
import { Condition, LispError } from "../values/condition.js";
import { endOf, isBranch, isDatum, textOf, type Branch, type Node } from "../reader/node.js";
import type { ReaderLimits, Source } from "../reader/source.js";
import { parseTree } from "../reader/tree.js";
import { isFilled, mayBreak, styleOf, type Style } from "./indentation.js";

/** Columns that a line should not go beyond. */
const WIDTH = 100;
/** Forms deeper inside others than this are left as they are. */
const MOST_DEPTH = 200;

/**
 * The text laid out: indentation by form, one space between elements, closing brackets together, at most one empty
 * line inside a form and two between forms, a line break where a form is wider than 100 columns. The author's line breaks,
 * except in a list of short things that is too wide, and all comments stay. Idempotent. Errors: the reader's, for a text that is not whole.
 */
export function format(text: string, file = "", limits?: ReaderLimits): string {
  const tree = parseTree(text, file, limits);
  const layout = new Layout(tree.source);
  layout.top(tree.parts);
  const result = layout.text();
  // Whoever formats a file trusts that it still means the same.
  if (substance(parseTree(result, file, limits).parts) !== substance(tree.parts))
    throw new LispError(new Condition("internal", `formatting ${file === "" ? "the text" : file} would change what it says`));
  return result;
}

/** All that a text says: its tokens and comments, without the space between them. */
function substance(parts: readonly Node[]): string {
  const pieces: string[] = [];
  const pending: (Node | string)[] = parts.toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") pieces.push(next);
    else if (isBranch(next)) {
      pieces.push(next.open);
      pending.push(next.close);
      for (let index = next.parts.length - 1; index >= 0; index--) pending.push(next.parts[index] as Node);
    } else if (next.kind !== "whitespace") pieces.push(isLineComment(next) ? next.text.trimEnd() : next.text);
  }
  return pieces.join("\0");
}

/** What surrounds a node where it is laid out. */
interface Place {
  /** Characters that must follow on its last line: closing brackets. */
  readonly trailing: number;
  readonly depth: number;
  readonly isQuoted: boolean;
}

/** The value that follows a key, and the characters that must follow it on its line. */
interface Room {
  readonly value: Node;
  readonly trailing: number;
}

/** How far a sequence of nodes has got. */
interface Progress {
  readonly style: Style;
  readonly isForced: boolean;
  /** The author's line breaks count no more: one of his lines was too wide. */
  readonly isRefilled: boolean;
  /** The column of the opening bracket. */
  readonly start: number;
  /** How many columns that takes. */
  readonly open: number;
  /** The column of the second datum, if that stands on the line of the first. */
  aligned: number | undefined;
  index: number;
  previous: Node | undefined;
  lineBreaks: number;
  space: string;
  afterLineComment: boolean;
}

class Layout {
  private readonly pieces: string[] = [];
  private readonly flats = new Map<Node, string | undefined>();
  private column = 0;

  constructor(private readonly source: Source) {}

  text(): string {
    const whole = this.pieces.join("");
    return whole === "" ? "" : `${whole}\n`;
  }

  top(parts: readonly Node[]): void {
    let [lineBreaks, space] = [0, ""];
    let previous: Node | undefined;
    for (const part of parts) {
      if (part.kind === "whitespace") [lineBreaks, space] = [lineBreaksIn(part.text), part.text];
      else {
        if (previous !== undefined && (lineBreaks > 0 || isLineComment(previous))) this.write("\n".repeat(Math.min(Math.max(lineBreaks, 1), 3)));
        else if (previous !== undefined) this.write(isLineComment(part) ? space || " " : " ");
        this.node(part, { trailing: 0, depth: 0, isQuoted: false });
        [previous, lineBreaks, space] = [part, 0, ""];
      }
    }
  }

  private node(node: Node, place: Place): void {
    if (isLineComment(node)) return this.write((node as { text: string }).text.trimEnd());
    if (!isBranch(node)) return this.write(node.text);
    if (place.depth >= MOST_DEPTH) return this.write(textOf([node]));
    if (node.close === "") return this.prefix(node, place);
    const flat = this.flat(node, place.depth);
    if (flat !== undefined && this.fits(flat, this.column, place)) return this.write(flat);
    this.branch(node, place);
  }

  private prefix(node: Branch, place: Place): void {
    const datum = node.parts.find(isDatum) as Node;
    if (node.parts.some((part) => part !== datum && part.kind !== "whitespace")) return this.write(textOf([node]));
    this.write(node.open + gapAfter(node.open, datum));
    this.node(datum, { ...place, depth: place.depth + 1, isQuoted: place.isQuoted || node.kind === "quote" });
  }

  private branch(node: Branch, place: Place): void {
    const start = this.column;
    const style = styleOf(node, place.isQuoted, () => this.isIndentedAsBody(node));
    const filled = isFilled(style, node);
    const progress: Progress = {
      style, start, open: node.open.length, isForced: !filled && !this.isBroken(node), isRefilled: filled && style.kind !== "body" && this.isTooWide(node, style, start, place), aligned: undefined, index: 0, previous: undefined,
      lineBreaks: 0, space: "", afterLineComment: false,
    };
    this.write(node.open);
    const last = node.parts.findLastIndex((part) => part.kind !== "whitespace");
    node.parts.forEach((part, at) => {
      if (part.kind === "whitespace") {
        progress.lineBreaks += progress.isRefilled ? 0 : lineBreaksIn(part.text);
        progress.space = part.text;
      } else {
        const value = style.kind === "map" && progress.index % 2 === 0 ? node.parts.slice(at + 1).find(isDatum) : undefined;
        const closing = place.trailing + node.close.length;
        const room = value === undefined ? undefined : { value, trailing: value === node.parts[last] ? closing : 0 };
        this.element(part, progress, { ...place, depth: place.depth + 1, trailing: at === last ? closing : 0 }, room);
      }
    });
    if (progress.afterLineComment) this.breakLine(1, this.indentation(progress));
    this.write(node.close);
  }

  /** One part of a branch, with what goes before it. `room` is what a key wants on its line. */
  private element(part: Node, progress: Progress, place: Place, room: Room | undefined): void {
    const isComment = isLineComment(part);
    const isFirst = progress.previous === undefined;
    const indentation = this.indentation(progress);
    if (isFirst) this.write("");
    else if (progress.lineBreaks > 0 || progress.afterLineComment) this.breakLine(Math.min(Math.max(progress.lineBreaks, 1), 2), indentation);
    else if (isComment) this.write(progress.space || " ");
    else if (this.wantsBreak(part, progress, place, indentation) || this.wantsBreakForValue(part, room, progress, place, indentation)) this.breakLine(1, indentation);
    else this.write(" ");
    if (isDatum(part) && progress.index === 1 && progress.lineBreaks === 0 && !progress.afterLineComment) progress.aligned = this.column;
    this.node(part, place);
    if (isDatum(part)) progress.index++;
    Object.assign(progress, { previous: part, lineBreaks: 0, space: "", afterLineComment: isComment });
  }

  private wantsBreak(part: Node, { style, index, previous, isForced }: Progress, place: Place, indentation: number): boolean {
    if (!isDatum(part) || !isDatum(previous as Node) || !mayBreak(style, index, previous)) return false;
    if (isForced) return true;
    if (this.column + 1 <= indentation || this.isBroken(part)) return false;
    const flat = this.flat(part, place.depth);
    if (flat === undefined) return false;
    return !this.fits(flat, this.column + 1, place) && (part.kind === "atom" || this.fits(flat, indentation, place));
  }

  /** Does a key leave no room for its value on this line, so that both go to the next one? */
  private wantsBreakForValue(key: Node, room: Room | undefined, { previous }: Progress, place: Place, indentation: number): boolean {
    if (room === undefined || !isDatum(key) || !isDatum(previous as Node) || this.column + 1 <= indentation) return false;
    const [keyText, valueText] = [this.flat(key, place.depth), this.flat(room.value, place.depth)];
    return keyText !== undefined && (valueText === undefined || !this.fits(`${keyText} ${valueText}`, this.column + 1, { ...place, trailing: room.trailing }));
  }

  /** Is one of the author's lines of a list of short things too wide where the list stands now, and would other breaks help? */
  private isTooWide(node: Branch, style: Style, start: number, place: Place): boolean {
    const last = node.parts.findLast((part) => part.kind !== "whitespace");
    let [column, index, isBroken, isWide] = [start + node.open.length, 0, false, false];
    let own = column;
    let aligned: number | undefined;
    for (const part of node.parts) {
      if (part.kind === "whitespace") isBroken = lineBreaksIn(part.text) > 0;
      else {
        const text = isDatum(part) ? this.flat(part, place.depth + 1) : undefined;
        const closing = part === last ? node.close.length + place.trailing : 0;
        // What does not fit on a line of its own, or may not begin one, would stay where it is: then nothing is to be gained.
        if (text === undefined || text === "=>" || own + text.length + closing > WIDTH) return false;
        if (index > 0) column = isBroken ? this.indentation({ style, start, open: node.open.length, index, aligned }) : column + 1;
        if (index === 1 && !isBroken) aligned = column;
        column += text.length;
        if (index === 0 && style.kind === "call") own = column + 1;
        isWide ||= column + closing > WIDTH;
        [index, isBroken] = [index + 1, false];
      }
    }
    return isWide;
  }

  private indentation({ style, start, open, index, aligned }: Pick<Progress, "style" | "start" | "open" | "index" | "aligned">): number {
    if (style.kind === "body") return start + (index <= style.header && index > 0 ? 4 : 2);
    if (style.kind === "call") return aligned ?? start + (index === 0 ? 1 : 2);
    return start + open;
  }

  private fits(flat: string, column: number, { trailing }: Place): boolean {
    return column + flat.length + trailing <= WIDTH;
  }

  /** Does the author's text of the node go over several lines? */
  private isBroken(node: Node): boolean {
    return /[\n\r]/.test(this.source.text.slice(node.offset, endOf(node)));
  }

  /** The node on one line, or undefined if it has line breaks or is wider than any line. */
  private flat(node: Node, depth: number): string | undefined {
    if (this.flats.has(node)) return this.flats.get(node);
    const flat = this.isBroken(node) ? undefined : this.joined(node, depth);
    const kept = flat !== undefined && flat.length <= WIDTH ? flat : undefined;
    this.flats.set(node, kept);
    return kept;
  }

  private joined(node: Node, depth: number): string | undefined {
    if (!isBranch(node) || depth >= MOST_DEPTH) return this.source.text.slice(node.offset, endOf(node));
    const parts = node.parts.filter((part) => part.kind !== "whitespace");
    if (node.close === "" && parts.length > 1) return this.source.text.slice(node.offset, endOf(node));
    const pieces: string[] = [];
    for (const part of parts) {
      const flat = this.flat(part, depth + 1);
      if (flat === undefined || pieces.length > WIDTH) return undefined;
      pieces.push(flat);
    }
    const gap = node.close === "" ? gapAfter(node.open, parts[0] as Node) : "";
    return node.open + gap + pieces.join(" ") + node.close;
  }

  /** Did the author put the first operand that begins a line two columns to the right of the bracket? */
  private isIndentedAsBody(node: Branch): boolean {
    let [index, lineBreaks] = [0, 0];
    // What begins the line may be a dot or a hidden datum before the operand.
    let first: Node | undefined;
    for (const part of node.parts) {
      if (part.kind === "whitespace") lineBreaks += lineBreaksIn(part.text);
      else if (isLineComment(part)) first = undefined;
      else {
        if (lineBreaks > 0) first = part;
        lineBreaks = 0;
        if (!isDatum(part)) continue;
        if (index > 0 && first !== undefined) return this.columnOf(first) - this.columnOf(node) === 2;
        [index, first] = [index + 1, undefined];
      }
    }
    return false;
  }

  private columnOf(node: Node): number {
    return this.source.position(node.offset, node.offset).column;
  }

  private breakLine(count: number, indentation: number): void {
    this.write("\n".repeat(count) + " ".repeat(indentation));
  }

  private write(text: string): void {
    this.pieces.push(text);
    const lineStart = text.lastIndexOf("\n") + 1;
    this.column = lineStart === 0 ? this.column + text.length : text.length - lineStart;
  }
}

function isLineComment(node: Node): boolean {
  return node.kind === "comment" && !node.text.startsWith("#|");
}

function lineBreaksIn(space: string): number {
  return space.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** `, @x` is not `,@x`. */
function gapAfter(open: string, datum: Node): string {
  return open === "," && datum.kind === "atom" && datum.text.startsWith("@") ? " " : "";
}
