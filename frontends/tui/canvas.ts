// The screen as rows of cells, and what must be written to a terminal so that it shows them.
import { type Glyph, glyphs, isCertain, widthOf } from "./width.js";

export type Style = "plain" | "strong" | "faint" | "title" | "focus" | "good" | "bad" | "warn" | "you" | "chosen";

/** A text in one style. A line of a pane is a row of these. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

interface Cell {
  readonly text: string;
  readonly style: Style;
  /** 0: the right half of the wide character before it. */
  readonly width: 0 | 1 | 2;
}

/** How a terminal shows things. */
export interface Look {
  readonly hasColours: boolean;
  /** False: only ASCII can be shown. */
  readonly hasUnicode: boolean;
}

const SGR: Readonly<Record<Style, string>> = {
  plain: "0", strong: "0;1", faint: "0;2", title: "0;1;36", focus: "0;1;33", good: "0;32", bad: "0;31", warn: "0;33", you: "0;36", chosen: "0;7",
};
const BLANK: Cell = { text: " ", style: "plain", width: 1 };
const BOX: Readonly<Record<string, string>> = { "│": "|", "─": "-", "•": "*", "·": ".", "…": "~", "›": ">", "▸": ">", "●": "o", "○": ".", "█": "#", "✓": "+", "✗": "x", "—": "-", "→": ">", "⇄": "&", "↑": "^", "↓": "v" };

export class Canvas {
  private readonly rows: Cell[][];

  constructor(readonly width: number, readonly height: number) {
    this.rows = Array.from({ length: height }, () => Array.from({ length: width }, () => BLANK));
  }

  /** Writes spans from a column on, cut off after so many columns. Answers the column after the last. */
  put(x: number, y: number, spans: readonly Span[], columns = this.width - x): number {
    let at = x;
    const end = Math.min(this.width, x + columns);
    for (const { text, style } of spans)
      for (const glyph of glyphs(text)) {
        if (at + glyph.width > end) return at;
        this.set(at, y, glyph, style);
        at += glyph.width;
      }
    return at;
  }

  fill(x: number, y: number, text: string, columns: number, style: Style = "faint"): void {
    this.put(x, y, [{ text: text.repeat(columns), style }], columns);
  }

  /**
   * What shows a row, from its first column on. Terminals disagree on how wide pictures and foreign letters are: each
   * is given its columns, blank, and the cursor is put where the next one belongs, so that nothing after it moves.
   */
  output(y: number, look: Look): string {
    let [out, style] = [at(0, y), "" as Style | ""];
    for (const [x, cell] of (this.rows[y] ?? []).entries()) {
      if (cell.width === 0) continue;
      if (look.hasColours && cell.style !== style) out += `\u001b[${SGR[(style = cell.style)]}m`;
      const text = look.hasUnicode ? cell.text : inAscii(cell);
      out += text.length === cell.width && [...text].every(isCertain) ? text : `${" ".repeat(cell.width)}${at(x, y)}${text}${at(x + cell.width, y)}`;
    }
    return look.hasColours ? `${out}\u001b[0m` : out;
  }

  private set(x: number, y: number, { text, width }: Glyph, style: Style): void {
    const row = this.rows[y];
    if (row === undefined) return;
    row[x] = { text, style, width };
    if (width === 2) row[x + 1] = { text: "", style, width: 0 };
  }
}

/** A text's spans on lines of so many columns, broken at spaces where there are some. */
export function wrapped(spans: readonly Span[], columns: number): Span[][] {
  const lines: Span[][] = [[]];
  let left = columns;
  const feed = (): void => void (lines.push([]), (left = columns));
  for (const { text, style } of spans)
    for (const [index, part] of text.split("\n").entries()) {
      if (index > 0) feed();
      for (const word of part.match(/\s+|\S+/g) ?? []) {
        const isLong = widthOf(word) > columns;
        if (!isLong && widthOf(word) > left) {
          feed();
          if (/^\s/.test(word)) continue;
        }
        for (const [place, piece] of (isLong ? pieces(word, left, columns) : [word]).entries()) {
          if (place > 0) feed();
          lines.at(-1)?.push({ text: piece, style });
          left -= widthOf(piece);
        }
      }
    }
  return lines;
}

/** A text cut to so many columns, with a mark if something is missing. */
export function clipped(text: string, columns: number): string {
  const line = text.replace(/\s+/g, " ");
  if (widthOf(line) <= columns) return line;
  let [out, left] = ["", columns - 1];
  for (const glyph of glyphs(line)) {
    if ((left -= glyph.width) < 0) break;
    out += glyph.text;
  }
  return columns < 1 ? "" : `${out}…`;
}

/** What is longer than a line fills the first one up, and goes on in whole ones. */
function pieces(word: string, first: number, columns: number): string[] {
  const found = [""];
  let left = first;
  for (const { text, width } of glyphs(word)) {
    if (width > left) {
      found.push("");
      left = columns;
    }
    found[found.length - 1] += text;
    left -= width;
  }
  return found;
}

function at(x: number, y: number): string {
  return `\u001b[${y + 1};${x + 1}H`;
}

function inAscii({ text, width }: Cell): string {
  if (isCertain(text)) return text;
  if ("┌┐└┘├┤┬┴┼".includes(text)) return "+";
  return (BOX[text] ?? ("▁▂▃▄▅▆▇".includes(text) ? "#" : "?")).padEnd(width, "?");
}
