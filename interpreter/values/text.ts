// Characters and strings. A string counts in code points, not in UTF-16 units (R7RS 6.7).

/** A character: one Unicode code point. Interned, so that identity is `eqv?`. */
export class Char {
  private static readonly table = new Map<number, Char>();
  /** The characters below U+0100, which are most. */
  private static readonly low: readonly Char[] = Array.from({ length: 256 }, (_, codePoint) => new Char(codePoint));
  private constructor(readonly codePoint: number) {}

  static of(codePoint: number): Char {
    if (codePoint < 256) return Char.low[codePoint] as Char;
    let char = Char.table.get(codePoint);
    if (char === undefined) Char.table.set(codePoint, (char = new Char(codePoint)));
    return char;
  }

  toString(): string {
    return String.fromCodePoint(this.codePoint);
  }
}

const SURROGATE = /[\ud800-\udfff]/;

/**
 * A string. Held as JavaScript text while it is only read; the first mutation or indexing beyond the
 * Basic Multilingual Plane splits it into code points, so that indexing is always O(1).
 * Literals and `symbol->string` give immutable ones.
 */
export class LispString {
  private textual: string | undefined;
  private points: number[] | undefined;
  private plain: boolean | undefined;

  constructor(
    text: string,
    private isImmutable = false,
  ) {
    this.textual = text;
  }

  get immutable(): boolean {
    return this.isImmutable;
  }

  /** From here on it cannot change. */
  freeze(): void {
    this.isImmutable = true;
  }

  /** A mutable string of these code points; the array becomes the string's own. */
  static fromCodePoints(points: number[]): LispString {
    const string = new LispString("");
    string.textual = undefined;
    string.points = points;
    return string;
  }

  /** The text as JavaScript holds it. */
  get text(): string {
    if (this.textual === undefined) {
      this.textual = joinCodePoints(this.points as number[]);
      this.plain = undefined;
    }
    return this.textual;
  }

  /** Length in code points. */
  get length(): number {
    if (this.points !== undefined) return this.points.length;
    return this.isPlain() ? this.text.length : this.codePoints().length;
  }

  /** The code point at an index known to be within range. */
  at(index: number): number {
    if (this.points !== undefined) return this.points[index] as number;
    if (this.isPlain()) return this.text.charCodeAt(index);
    return this.codePoints()[index] as number;
  }

  /** Replaces one code point. The caller has checked range and `immutable`. */
  set(index: number, codePoint: number): void {
    this.codePoints()[index] = codePoint;
    this.textual = undefined;
  }

  /** The JavaScript text from `start` to `end`, both in code points and within range. */
  slice(start: number, end: number): string {
    if (this.points === undefined && this.isPlain()) return this.text.slice(start, end);
    return joinCodePoints(this.codePoints().slice(start, end));
  }

  /** The code points; mutable by the string's own operations only. */
  codePoints(): number[] {
    if (this.points === undefined) this.points = Array.from(this.text, (unit) => unit.codePointAt(0) as number);
    return this.points;
  }

  toString(): string {
    return this.text;
  }

  private isPlain(): boolean {
    if (this.plain === undefined) this.plain = !SURROGATE.test(this.text);
    return this.plain;
  }
}

/** Operands stand on the host's stack, so they are not many. */
const JOINED_TOGETHER = 4096;

/** The text of these code points. */
export function joinCodePoints(points: readonly number[]): string {
  if (points.length <= JOINED_TOGETHER) return String.fromCodePoint(...points);
  let text = "";
  for (let start = 0; start < points.length; start += JOINED_TOGETHER)
    text += String.fromCodePoint(...points.slice(start, start + JOINED_TOGETHER));
  return text;
}
