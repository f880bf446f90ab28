// A source text: its limits, and the line and column of each place in it.
import { fail } from "../values/condition.js";
import type { Position } from "../values/position.js";

/** What a text may cost before the reader refuses it. */
export interface ReaderLimits {
  /** Length of the text in UTF-16 units. */
  readonly size: number;
  /** Number of tokens, spaces and comments included. */
  readonly tokens: number;
  /** How many forms may be open at once. */
  readonly depth: number;
  /**
   * Told the length of each token, in UTF-16 units, before anything is made of it; may throw to end the reading. All
   * that the reader does takes time and memory in proportion to the number of these calls and the sum of the lengths.
   */
  readonly spend?: (length: number) => void;
}

export const DEFAULT_LIMITS: ReaderLimits = { size: 16_000_000, tokens: 4_000_000, depth: 10_000 };

/** A text with a name. */
export class Source {
  private readonly lineStarts: readonly number[];
  /** Where the second halves of surrogate pairs are: they count as offsets, but not as columns. */
  private readonly secondHalves: readonly number[];

  /** Refuses a text that is too large or not Unicode (`input-too-large`, `read-error`). */
  constructor(
    readonly text: string,
    readonly file: string,
    readonly limits: ReaderLimits = DEFAULT_LIMITS,
  ) {
    const tooLarge = text.length > limits.size;
    this.lineStarts = tooLarge ? [0] : [0].concat(ends(text, /\r\n|\n|\r/g));
    this.secondHalves = tooLarge ? [] : ends(text, /[\ud800-\udbff](?=[\udc00-\udfff])/g);
    if (tooLarge)
      fail("input-too-large", `expected at most ${limits.size} characters of text, but there are ${text.length}`, [], this.position(0, 0));
    const surrogate = text.search(/\p{Surrogate}/u);
    if (surrogate >= 0) fail("read-error", "expected Unicode text, but half of a surrogate pair stands alone here", [], this.position(surrogate, surrogate + 1));
  }

  /** The position of the text from one offset up to another, both in UTF-16 units. */
  position(offset: number, endOffset: number): Position {
    const line = countBelow(this.lineStarts, offset + 1);
    const start = this.lineStarts[line - 1] as number;
    const halves = countBelow(this.secondHalves, offset) - countBelow(this.secondHalves, start);
    return { file: this.file, line, column: offset - start - halves + 1, offset, endOffset };
  }

  /** "line 3, column 2": how messages name a place. */
  describe(offset: number): string {
    const { line, column } = this.position(offset, offset);
    return `line ${line}, column ${column}`;
  }
}

/** The offsets just after each match. */
function ends(text: string, pattern: RegExp): number[] {
  const offsets: number[] = [];
  pattern.lastIndex = 0;
  while (pattern.exec(text) !== null) offsets.push(pattern.lastIndex);
  return offsets;
}

/** How many of the sorted numbers are below the limit. */
function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
