// Diffs and merges of lines, against what Git makes of the same texts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { mergeTexts, sharedLines, unifiedDiff } from "../../../ports/lineage/lines.js";

const folder = mkdtempSync(join(tmpdir(), "ouro-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = fc.array(fc.constantFrom("a\n", "b\n", "c\n", "d\n", "\n"), { maxLength: 14 }).chain((lines) => fc.boolean().map((cut) => (cut ? lines.join("").replace(/\n$/, "") : lines.join(""))));

function longest(left: readonly string[], right: readonly string[]): number {
  const table = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = 1; i <= left.length; i += 1) {
    for (let j = 1; j <= right.length; j += 1) {
      table[i]![j] = left[i - 1] === right[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
    }
  }
  return table[left.length]![right.length]!;
}

test("shared lines are equal, rise on both sides, and are as many as can be", () => {
  fc.assert(fc.property(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 20 }), fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 20 }), (left, right) => {
    const pairs = sharedLines(left, right);
    pairs.forEach(([one, other], index) => {
      expect(left[one]).toBe(right[other]);
      if (index > 0) expect(one > pairs[index - 1]![0] && other > pairs[index - 1]![1]).toBe(true);
    });
    expect(pairs).toHaveLength(longest(left, right));
  }), { seed: 11, numRuns: 2_000 });
});

test("Git applies every diff, and gets the other text", () => {
  fc.assert(fc.property(text, text, (before, after) => {
    const diff = unifiedDiff(before, after);
    if (diff === "") return expect(after).toBe(before);
    writeFileSync(join(folder, "file"), before);
    execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder, input: `--- a/file\n+++ b/file\n${diff}`, env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() } });
    expect(readFileSync(join(folder, "file"), "utf8")).toBe(after);
  }), { seed: 12, numRuns: 60 });
});

test("a merge never loses or invents a line: what Git merges cleanly, and we do, is the same", () => {
  let compared = 0;
  const edited = fc.array(fc.tuple(fc.nat(30), fc.constantFrom("", "x\n", "y\n", "x\ny\n")), { maxLength: 3 });
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 10, max: 99 }), { maxLength: 20 }), edited, edited, (lines, mine, yours) => {
    const [base = "", ours = "", theirs = ""] = [[], mine, yours].map((edits) => edits.reduce((now, [at, line]) => now.with(at % now.length, line), [...lines.map((number) => `${number}\n`), "end\n"]).join(""));
    const merged = mergeTexts(base, ours, theirs);
    expect(mergeTexts(base, theirs, ours)).toBe(merged);
    if (merged === undefined) return;
    for (const [name, content] of Object.entries({ base, ours, theirs })) writeFileSync(join(folder, name), content);
    try {
      const git = execFileSync("git", ["merge-file", "-p", "ours", "base", "theirs"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      if (git === merged) compared += 1;
      else expect(linesIn(merged)).toEqual(linesIn(git));
    } catch (error) {
      if ((error as { status?: number }).status === undefined) throw error;
    }
  }), { seed: 13, numRuns: 150 });
  expect(compared).toBeGreaterThan(30);
});

const linesIn = (content: string): string[] => content.split("\n").toSorted();

test.each([
  ["one side alone", "1\n2\n3\n", "1\n2\n3\n", "1\n2\nX\n", "1\n2\nX\n"],
  ["both ends", "1\n2\n3\n", "X\n2\n3\n", "1\n2\nY\n", "X\n2\nY\n"],
  ["the same change", "1\n2\n", "1\nX\n", "1\nX\n", "1\nX\n"],
  ["the same line differently", "1\n2\n3\n", "1\nX\n3\n", "1\nY\n3\n", undefined],
  ["deleted here, changed there", "1\n2\n3\n", "1\n3\n", "1\nX\n3\n", undefined],
])("a three-way merge of %s", (_, base, ours, theirs, expected) => {
  expect(mergeTexts(base, ours, theirs)).toBe(expected);
});
