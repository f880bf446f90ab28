// Splitting for Telegram: pieces fit, fences and characters stay whole, nothing is lost.
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitText } from "../../frontends/telegram/split.js";

const FENCE = "```js\nconst a = 1;\nconst b = 2;\n```";

const CASES: readonly { readonly name: string; readonly text: string; readonly longest: number; readonly pieces: readonly string[] }[] = [
  { name: "a short text is one piece", text: "hello", longest: 10, pieces: ["hello"] },
  { name: "a text that just fits is one piece", text: "0123456789", longest: 10, pieces: ["0123456789"] },
  { name: "a paragraph ends a piece", text: "one two three\n\nfour five", longest: 16, pieces: ["one two three", "four five"] },
  { name: "then a line", text: "one two three\nfour five six", longest: 16, pieces: ["one two three", "four five six"] },
  { name: "then a word", text: "one two three four five", longest: 16, pieces: ["one two three", "four five"] },
  { name: "then anything", text: "abcdefghij", longest: 4, pieces: ["abcd", "efgh", "ij"] },
  { name: "no surrogate pair is cut", text: "aaa😀😀", longest: 4, pieces: ["aaa", "😀😀"] },
  { name: "no character of several code points is cut", text: "aaaa👩‍👩‍👧", longest: 9, pieces: ["aaaa", "👩‍👩‍👧"] },
  { name: "a fence that fits a piece is whole", text: `Look at this text:\n${FENCE}\nDone.`, longest: 44, pieces: ["Look at this text:", `${FENCE}\nDone.`] },
  {
    name: "a longer fence is closed and opened again",
    text: "```js\nconst first = 1;\nconst second = 2;\nconst third = 3;\n```", longest: 45,
    pieces: ["```js\nconst first = 1;\nconst second = 2;\n```", "```js\nconst third = 3;\n```"],
  },
];

test.each(CASES)("$name", ({ text, longest, pieces }) => {
  expect(splitText(text, longest)).toEqual(pieces);
});

test("any text: pieces fit, no pair is cut, no fence is left open, and all words are there", () => {
  const line = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.constant("```"), fc.constant("```python"), fc.constant(""), fc.constant("a b c d e f g h"));
  fc.assert(fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 40, max: 200 }), (lines, longest) => {
    const text = lines.join("\n");
    const pieces = splitText(text, longest);
    if (text.length <= longest) return pieces.length === 1;
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(longest);
      // Throws for half a pair.
      encodeURIComponent(piece);
    }
    const bare = (each: string): string => each.replace(/^ {0,3}(`{3,}|~{3,}).*$/gm, "").replaceAll(/\s/g, "");
    expect(pieces.map(bare).join("")).toBe(bare(text));
    return true;
  }), { numRuns: 300, seed: 7 });
});
