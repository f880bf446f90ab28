// Slack's texts: what leaves is escaped, what comes is decoded, and no cut goes through a fence or a character.
import fc from "fast-check";
import { expect, test } from "vitest";
import { addressedText, decoded, escaped, split } from "../../frontends/slack/text.js";

/** Documented forms: https://docs.slack.dev/messaging/formatting-message-text */
const DECODED: readonly (readonly [string, string])[] = [
  ["This is a line of text.\nAnd this is another one.", "This is a line of text.\nAnd this is another one."],
  ["Hello &amp; &lt;world&gt; 🌊", "Hello & <world> 🌊"],
  ["Hey <@U012AB3CD>, thanks for submitting your report.", "Hey @U012AB3CD, thanks for submitting your report."],
  ["Why not join <#C024BE7LR>?", "Why not join #C024BE7LR?"],
  ["Why not join <#C024BE7LR|general>?", "Why not join #general?"],
  ["Hey <!subteam^SAZ94GDB8>, there's a new task in your queue.", "Hey @SAZ94GDB8, there's a new task in your queue."],
  ["<!subteam^SAZ94GDB8|@crew> <!here> <!channel|channel>", "@crew @here @channel"],
  ["<https://www.example.com>", "https://www.example.com"],
  ["<http://www.example.com|This message *is* a link>", "This message *is* a link (http://www.example.com)"],
  ["<http://www.example.com|www.example.com>", "http://www.example.com"],
  ["<mailto:bob@example.com|bob@example.com>", "bob@example.com"],
  ["<https://example.com/?a=1&amp;b=2>", "https://example.com/?a=1&b=2"],
  ["<!date^1392734382^Posted {date_num} {time_secs}|Posted 2014-02-18 6:39:42 AM PST>", "Posted 2014-02-18 6:39:42 AM PST"],
  // What a person typed is no mention, however it looks.
  ["&lt;@U012AB3CD&gt; &amp;lt;", "<@U012AB3CD> &lt;"],
];

for (const [text, shown] of DECODED) test(`${text} is read as ${shown}`, () => expect(decoded(text)).toBe(shown));

test("a mention of us before everything else is no part of what is said", () => {
  expect(addressedText(" <@U0OURO0BOT|ouro>: status <@U0OURO0BOT>", "U0OURO0BOT")).toBe("status @U0OURO0BOT");
  expect(addressedText("<@U0OTHER>, status", "U0OURO0BOT")).toBe("@U0OTHER, status");
});

test("nothing that leaves can mention, link or call a channel together", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    expect(escaped(text)).not.toMatch(/[<>]/);
    expect(decoded(escaped(text))).toBe(text);
  }), { numRuns: 200 });
});

test("what fits is one message as it is, the empty one too", () => {
  for (const text of ["", "x", " a\n", "x".repeat(4_000)]) expect(split(text, 4_000)).toEqual([text]);
});

test("the limit is of the escaped text", () => {
  const pieces = split("&".repeat(1_000), 1_000);
  expect(pieces.map((piece) => piece.length)).toEqual([199, 199, 199, 199, 199, 5]);
});

test("a cut is best after a paragraph, else a line, else a word", () => {
  const filler = "a".repeat(60);
  expect(split(`${filler}\n\n${filler}`, 100)).toEqual([filler, filler]);
  expect(split(`${filler}\n  ${filler}`, 100)).toEqual([filler, `  ${filler}`]);
  expect(split(`${filler} ${filler}`, 100)).toEqual([filler, filler]);
});

test("a fence that fits is whole, and what comes before it is a message of its own", () => {
  const fence = `\`\`\`\n${"code\n".repeat(12)}\`\`\``;
  const [before, after, ...more] = split(`${"words ".repeat(8)}\n${fence}`, 100);
  expect(before).toBe("words ".repeat(8).trimEnd());
  expect([after, ...more]).toEqual([fence]);
});

test("a fence that does not fit is closed and opened again", () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const pieces = split(`\`\`\`scheme\n${lines.join("\n")}\n\`\`\`\nafter`, 120);
  expect(pieces.length).toBeGreaterThan(3);
  for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/^```scheme\n[^]*\n```$/);
  expect(pieces.join("\n").split("\n").filter((line) => line.startsWith("line "))).toEqual(lines);
  expect(pieces.at(-1)).toContain("after");
});

test("a person sees no half characters", () => {
  const family = "👩‍👩‍👧‍👦";
  for (const piece of split(family.repeat(100), 100)) expect(piece.replaceAll(family, "")).toBe("");
});

/** Texts of words, fences, things that people see as one character, and what must be escaped. */
const texts = fc.array(fc.oneof(
  fc.lorem({ maxCount: 20 }), fc.constantFrom("\n\n", "\n", "```\n", "\n```\n", "```x``` ", "&<>", "👩‍👩‍👧‍👦".repeat(30), "مرحبا بالعالم ", "e\u0301".repeat(50), "x".repeat(150)),
), { maxLength: 40 }).map((pieces) => pieces.join(""));

test("pieces fit, lose no word, leave no fence open that the text closes, and cut no character", () => {
  const words = (text: string): string => text.replaceAll("```", "").replace(/\s+/g, "");
  fc.assert(fc.property(texts, (text) => {
    const pieces = split(text, 100);
    expect(words(pieces.join(""))).toBe(words(text));
    for (const piece of pieces) {
      expect(escaped(piece).length).toBeLessThanOrEqual(100);
      expect(piece).not.toMatch(/[\uD800-\uDFFF]/u);
    }
    const isOpen = (each: string): boolean => (each.match(/^[ \t]*```(?!.*```).*$/gm) ?? []).length % 2 === 1;
    if (!isOpen(text)) expect(pieces.filter(isOpen)).toEqual([]);
  }), { numRuns: 500, seed: 7 });
});
