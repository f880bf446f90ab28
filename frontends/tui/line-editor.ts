// The line that a person types: letters in and out at a cursor, whole characters at a time, and the lines before it.
import { glyphs, widthOf } from "./width.js";

const MOST_LINES = 500;

export class LineEditor {
  text = "";
  /** In UTF-16 units; always between two characters. */
  cursor = 0;
  private readonly lines: string[] = [];
  private at = 0;

  insert(text: string): void {
    this.replace(this.text.slice(0, this.cursor) + text, this.text.slice(this.cursor));
  }

  backspace(): void {
    this.replace(this.text.slice(0, this.before()), this.text.slice(this.cursor));
  }

  delete(): void {
    this.replace(this.text.slice(0, this.cursor), this.text.slice(this.after()));
  }

  left(): void {
    this.cursor = this.before();
  }

  right(): void {
    this.cursor = this.after();
  }

  home(): void {
    this.cursor = 0;
  }

  end(): void {
    this.cursor = this.text.length;
  }

  /** Takes out the word before the cursor. */
  eraseWord(): void {
    this.replace(this.text.slice(0, this.cursor).replace(/\S*\s*$/, ""), this.text.slice(this.cursor));
  }

  /** Takes out all before the cursor. */
  eraseToStart(): void {
    this.replace("", this.text.slice(this.cursor));
  }

  eraseToEnd(): void {
    this.replace(this.text.slice(0, this.cursor), "");
  }

  clear(): void {
    this.replace("", "");
  }

  /** Hands over the line, and begins another. */
  take(): string {
    const { text } = this;
    if (text.trim() !== "" && this.lines.at(-1) !== text) this.lines.push(text);
    if (this.lines.length > MOST_LINES) this.lines.shift();
    this.at = this.lines.length;
    this.clear();
    return text;
  }

  /** An earlier line, or a later one. */
  recall(step: -1 | 1): void {
    this.at = Math.min(this.lines.length, Math.max(0, this.at + step));
    this.replace(this.lines[this.at] ?? "", "");
  }

  /** The part of the line that fits into so many columns, and the column of the cursor in it. */
  view(columns: number): { readonly text: string; readonly column: number } {
    const before = glyphs(this.text.slice(0, this.cursor).replaceAll("\n", "⏎"));
    let column = 0;
    let from = before.length;
    while (from > 0 && column + (before[from - 1]?.width ?? 0) < columns) column += before[--from]?.width ?? 0;
    const after = this.text.slice(this.cursor).replaceAll("\n", "⏎");
    return { text: before.slice(from).map(({ text }) => text).join("") + after, column: Math.min(column, Math.max(0, columns - 1)) };
  }

  private replace(before: string, after: string): void {
    this.text = before + after;
    this.cursor = before.length;
  }

  private before(): number {
    return this.cursor - (characters(this.text.slice(0, this.cursor)).at(-1)?.length ?? 0);
  }

  private after(): number {
    return this.cursor + (characters(this.text.slice(this.cursor))[0]?.length ?? 0);
  }
}

/** Columns that a prompt leaves. */
export function columnsAfter(prompt: string, columns: number): number {
  return Math.max(1, columns - widthOf(prompt));
}

function characters(text: string): string[] {
  return Array.from(new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text), ({ segment }) => segment);
}
