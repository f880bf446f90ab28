// What must never break in the reader: the tree loses nothing, no input escapes as anything but a Condition, depth is free.
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { readAll } from "../../interpreter/reader/datum.js";
import { isBranch, endOf, type Node } from "../../interpreter/reader/node.js";
import { DEFAULT_LIMITS } from "../../interpreter/reader/source.js";
import { nodePosition, parseTree, printTree } from "../../interpreter/reader/tree.js";
import { write } from "../../interpreter/printer/print.js";
import { Condition, LispError } from "../../interpreter/values/condition.js";

const SEED = 20_261;
const DEEP = { ...DEFAULT_LIMITS, depth: Infinity };

const PIECES = [
  "(", ")", "[", "]", "{", "}", "#(", "#{", "#u8(", "'", "`", ",", ",@", " . ", ".", " ", "\n", "\r\n", "\t", "; comment\n", "#| block |#", "#|", "|#", "#;", '"text"', '"', "|bar|", "|",
  "\\", "#\\a", "#\\space", "#\\x41", "#\\", "#t", "#false", "#0=", "#0#", "#1#", "#!fold-case", "#!", "#x1F", "#e1.5", "1", "-2.5e3", "1/2", "1/0", "+i", "+inf.0", ":key", ":", "abc", "λ", "😀", "...", "define",
];

const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(""));

/** Text of nested forms with every kind of space and comment, valid by construction. */
const source: fc.Arbitrary<string> = fc.letrec<{ datum: string; space: string; data: string; source: string }>((tie) => ({
  space: fc.constantFrom(" ", "\n", "  \t ", " ; note\n", " #| block #| nested |# |# ", " #;hidden ", "\r\n;;; a\r\n\r\n", " #;(a (b)) "),
  datum: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom("a", "|b c|", ":k", '"s \\" ; )"', "#\\(", "#\\;", "1.50", "#xFF", "#T", "λ😀", "...", "#u8(1  2)", "()"),
    fc.tuple(fc.constantFrom("'", "`", ",", ",@", "' ", "'#;x "), tie("datum")).map(([mark, datum]) => mark + datum),
    fc.tuple(fc.constantFrom(["(", ")"], ["#(", ")"], ["[", "]"], ["#{", "}"]), tie("data")).map(([[open, close], data]) => open + data + close),
    fc.tuple(tie("datum"), tie("space"), tie("datum")).map(([key, space, value]) => `{${key}${space}${value}}`),
    fc.tuple(tie("datum"), tie("space"), tie("datum")).map(([key, space, value]) => `(${key}${space}.${space}${value}${space})`),
  ),
  data: fc.array(fc.tuple(tie("space"), tie("datum"), tie("space")).map((parts) => parts.join("")), { maxLength: 4 }).map((data) => data.join("")),
  source: tie("data"),
})).source;

function outcome(text: string): "read" | "refused" {
  try {
    readAll(text, "fuzz");
    return "read";
  } catch (error) {
    if (!(error instanceof LispError && error.payload instanceof Condition)) throw error;
    const { code, position } = error.payload;
    expect(["read-error", "unexpected-end", "input-too-large", "nesting-too-deep"]).toContain(code);
    expect(position?.offset).toBeGreaterThanOrEqual(0);
    expect(position?.endOffset).toBeLessThanOrEqual(text.length);
    expect(position?.file).toBe("fuzz");
    return "refused";
  }
}

describe("every input gives data or a condition with its position", () => {
  const inputs: [string, fc.Arbitrary<string>][] = [
    ["random bytes", fc.uint8Array({ maxLength: 60 }).map((bytes) => new TextDecoder().decode(bytes))],
    ["random text, broken surrogates too", fc.string({ unit: "binary", maxLength: 60 }).map((text) => text + String.fromCharCode(0xd800 + (text.length % 7)))],
    ["random ASCII", fc.string({ unit: "binary-ascii", maxLength: 60 })],
    ["pieces of syntax", soup],
    ["valid text with a piece replaced", fc.tuple(source, fc.nat(), fc.nat(3), fc.constantFrom(...PIECES)).map(([text, at, length, piece]) => {
      const offset = at % (text.length + 1);
      return text.slice(0, offset) + piece + text.slice(offset + length);
    })],
  ];
  test.each(inputs)("%s", (_name, texts) => {
    fc.assert(fc.property(texts, (text) => { outcome(text); }), { seed: SEED, numRuns: 2_000 });
  });
});

describe("the tree loses nothing", () => {
  test("valid text prints as it was, and its data can be read", () => {
    fc.assert(fc.property(source, (text) => {
      expect(printTree(parseTree(text))).toBe(text);
      expect(outcome(text)).toBe("read");
    }), { seed: SEED, numRuns: 1_000 });
  });

  test("whatever parses prints as it was", () => {
    let parsed = 0;
    fc.assert(fc.property(soup, (text) => {
      try {
        expect(printTree(parseTree(text))).toBe(text);
        parsed++;
      } catch (error) {
        if (!(error instanceof LispError)) throw error;
      }
    }), { seed: SEED, numRuns: 5_000 });
    expect(parsed).toBeGreaterThan(100);
  });

  test("each node spans its own text, and its parts cover it without a gap", () => {
    fc.assert(fc.property(source, (text) => {
      const tree = parseTree(text);
      const cover = (parts: readonly Node[], from: number): number => parts.reduce((offset, node) => {
        expect(node.offset).toBe(offset);
        expect(nodePosition(tree, node).offset).toBe(offset);
        if (isBranch(node)) expect(cover(node.parts, offset + node.open.length) + node.close.length).toBe(node.endOffset);
        return endOf(node);
      }, from);
      expect(cover(tree.parts, 0)).toBe(text.length);
    }), { seed: SEED, numRuns: 300 });
  });
});

describe("neither depth nor length overflows the host stack", () => {
  const depth = 100_000;
  const cases: [string, string][] = [
    ["lists", "(".repeat(depth) + ")".repeat(depth)],
    ["vectors", "#(".repeat(depth) + ")".repeat(depth)],
    ["literals", "{1 [#{".repeat(depth / 5) + "}]}".repeat(depth / 5)],
    ["quotations", `${"'".repeat(depth)}a`],
    ["labels", `${Array.from({ length: 20_000 }, (_, index) => `#${index}=`).join("")}(#0# #19999#)`],
    ["datum comments", "#;".repeat(depth) + "a ".repeat(depth)],
    ["tails", "(a . ".repeat(depth) + "b" + ")".repeat(depth)],
    ["a long list", `(${"a ".repeat(200_000)})`],
    ["a long string", `"${"\\n".repeat(1_000_000)}"`],
    ["a long comment", `#|${"#||#".repeat(500_000)}|#`],
    ["a long symbol", "a".repeat(2_000_000)],
  ];
  test.each(cases)("%s", (_name, text) => {
    expect(printTree(parseTree(text, "", DEEP)) === text).toBe(true);
    for (const datum of readAll(text, "deep", DEEP)) expect(write(datum).length).toBeGreaterThan(0);
  });

  test("what is open or wrong at such a depth is a condition", () => {
    expect(() => readAll("(".repeat(depth), "deep", DEEP)).toThrow(LispError);
    expect(() => readAll(`${"(".repeat(depth)}]`, "deep", DEEP)).toThrow(LispError);
  });
});
