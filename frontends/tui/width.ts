// How many columns a text takes in a terminal, character by character as people see them.

/** East Asian wide and fullwidth characters (Unicode Standard Annex 11), and those that are shown as emoji by themselves. */
const WIDE = /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}])/u;
/** A picture that is asked for as emoji, or is made of several. */
const EMOJI = /^\p{Emoji}.*(?:\ufe0f|\u200d|\p{Emoji_Modifier}|\u20e3)/su;
/** What takes no column of its own, and what must not reach a terminal: controls, marks without a base, bidirectional orders. */
const NOTHING = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Cs}\u1160-\u11ff]/u;
/** Every terminal agrees on these. */
const PLAIN = /^[ -~]*$/;

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** One character as people see it, with the columns that it takes. */
export interface Glyph {
  readonly text: string;
  readonly width: 1 | 2;
}

/** What of the text is seen, in its order. Tabs are spaces; what orders the terminal about is left out. */
export function glyphs(text: string): Glyph[] {
  const shown = text.replaceAll("\t", "  ");
  if (PLAIN.test(shown)) return Array.from(shown, (letter) => ({ text: letter, width: 1 }));
  return Array.from(segmenter.segment(shown), ({ segment }) => glyphOf(segment)).filter((glyph) => glyph !== undefined);
}

export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : glyphs(text).reduce((sum, { width }) => sum + width, 0);
}

/** True if all terminals take it for one column. */
export function isCertain(text: string): boolean {
  return text.length === 1 && PLAIN.test(text);
}

function glyphOf(segment: string): Glyph | undefined {
  if (NOTHING.test(segment)) return undefined;
  // Joined pictures and marks stay with their base; directions, which would move the rest of the row, do not.
  const text = segment.replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "");
  return { text, width: WIDE.test(text) || EMOJI.test(text) ? 2 : 1 };
}
