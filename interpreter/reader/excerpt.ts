// The line of a source text that a position points at, with a caret under the column.
import type { Position } from "../values/position.js";

const WIDTH = 100;
const BEFORE = 60;
const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

// Characters that terminals draw two columns wide: East Asian scripts, their full-width forms, and emoji.
const WIDE = /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|\ufe0f/u;

/**
 * Two lines: the source line with its number, and a caret under the position's column. A long line is cut around it.
 * `text` is the whole source text that the position belongs to.
 */
export function excerpt(text: string, position: Position): string {
  const line = text.split(/\r\n|\n|\r/)[position.line - 1] ?? "";
  const points = Array.from(line);
  const column = Math.min(position.column - 1, points.length);
  const from = column > BEFORE + 10 ? column - BEFORE : 0;
  const to = points.length > from + WIDTH ? from + WIDTH : points.length;
  const before = (from > 0 ? "…" : "") + points.slice(from, column).join("");
  const after = points.slice(column, to).join("") + (to < points.length ? "…" : "");
  const gutter = `${position.line} | `;
  return `${gutter}${before}${after}\n${" ".repeat(gutter.length - 2)}| ${blank(before)}^`;
}

/** As many blanks as the text is wide; a tab stays, so that it is as wide as the one above. */
function blank(text: string): string {
  let blanks = "";
  for (const { segment } of GRAPHEMES.segment(text)) blanks += segment === "\t" ? "\t" : WIDE.test(segment) ? "  " : " ";
  return blanks;
}
