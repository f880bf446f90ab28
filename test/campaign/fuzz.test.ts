// Fuzzes what reads, prints, edits and lays out sources. `npm run test:fuzz` runs the full size: OURO_FUZZ inputs from OURO_SEED.
import { describe, expect, test } from "vitest";
import { createInterpreter, display } from "../../interpreter/index.js";
import { writeShared, write } from "../../interpreter/printer/print.js";
import { readAll } from "../../interpreter/reader/datum.js";
import { insertNode, removeNode, replaceNode } from "../../interpreter/reader/edit.js";
import { findNodes, type Found } from "../../interpreter/reader/find.js";
import { endOf, textOf } from "../../interpreter/reader/node.js";
import { DEFAULT_LIMITS } from "../../interpreter/reader/source.js";
import { parseTree, printTree, type Tree } from "../../interpreter/reader/tree.js";
import { format } from "../../interpreter/source/format.js";
import { Condition, LispError } from "../../interpreter/values/condition.js";
import { LispString } from "../../interpreter/values/text.js";
import { Random } from "./random.js";
import { anyText, anyValue, damaged, FAMILIES, realSources } from "./source-generator.js";

const SEED = Number(process.env["OURO_SEED"] ?? 2026);
const COUNT = Number(process.env["OURO_FUZZ"] ?? 4_000);
const isFull = process.env["OURO_FUZZ"] !== undefined;
const HOURS = 4 * 3_600_000;

test(`the reader gives data or a condition with its position, in linear steps (seed ${SEED})`, () => {
  const random = new Random(SEED);
  const counts = { read: 0, refused: 0 };
  let [worst, worstText, characters] = [0, "", 0];
  for (let count = 0; count < COUNT; count++) {
    const text = anyText(random);
    const { outcome, tokens, length } = readingOf(text);
    counts[outcome]++;
    characters += text.length;
    expect(length).toBeLessThanOrEqual(text.length);
    const perByte = tokens / Math.max(1, Buffer.byteLength(text));
    if (perByte > worst) [worst, worstText] = [perByte, text];
  }
  // No token is empty, so a text has at most as many as it has characters.
  expect(worst).toBeLessThanOrEqual(1);
  say(`reader: ${COUNT} inputs, ${characters} characters: ${counts.read} read, ${counts.refused} refused with a position, no other exception`);
  say(`reader: at most ${worst.toFixed(3)} tokens a byte, by ${JSON.stringify(worstText.slice(0, 40))}`);
}, HOURS);

/** Reads a text; anything but data or a condition of the reader's with its position is a failure. */
function readingOf(text: string): { outcome: "read" | "refused"; tokens: number; length: number } {
  let [tokens, length] = [0, 0];
  const limits = { ...DEFAULT_LIMITS, depth: 150_000, spend: (size: number) => { tokens++; length += size; } };
  try {
    readAll(text, "fuzz", limits);
    return { outcome: "read", tokens, length };
  } catch (error) {
    if (!(error instanceof LispError && error.payload instanceof Condition)) throw new Error(`${JSON.stringify(text.slice(0, 500))}: ${String(error)}`, { cause: error });
    const { code, position } = error.payload;
    if (!/^(read-error|unexpected-end|input-too-large|nesting-too-deep)$/.test(code) || position === undefined || position.endOffset > text.length)
      throw new Error(`${JSON.stringify(text.slice(0, 500))}: ${code} at ${position?.offset}`, { cause: error });
    return { outcome: "refused", tokens, length };
  }
}

describe("reading in a program burns steps in proportion to the text", () => {
  const interpreter = createInterpreter();
  const environment = interpreter.environment(["(ouro base)"]);
  const reader = interpreter.start("(lambda (text) (guard (e (#t e)) (read (open-input-string text))))", "reader", environment).finish();
  const stepsFor = (text: string) => {
    const computation = interpreter.call(reader, [new LispString(text, true)]);
    computation.finish();
    return computation.steps;
  };
  let [worst, worstName] = [0, ""];
  test.each(Object.entries(FAMILIES))("%s", (name, family) => {
    const size = isFull ? 100_000 : 4_000;
    const [base, once, twice] = [stepsFor("a"), stepsFor(family(size)), stepsFor(family(2 * size))];
    expect((twice - base) / (once - base)).toBeLessThan(2.2);
    const perByte = (once - base) / Buffer.byteLength(family(size));
    if (perByte > worst) [worst, worstName] = [perByte, name];
    // And in proportion to the time that it takes: a family whose time is quadratic would show here.
    if (isFull) {
      const growth = Math.max(1, timeOf(family(4 * size))) / Math.max(1, timeOf(family(size)));
      say(`read: ${name.padEnd(22)} ${perByte.toFixed(2).padStart(6)} steps a byte, four times the text takes ${growth.toFixed(1)} times as long`);
    }
  }, HOURS);
  test("the worst case is bounded", () => {
    say(`read: at most ${worst.toFixed(2)} steps a byte, by ${worstName}`);
    expect(worst).toBeLessThan(40);
  });
});

/** Milliseconds, the best of three. */
function timeOf(text: string): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    readingOf(text);
    return performance.now() - start;
  });
  return Math.min(...times);
}

test("what is written reads back as it was", () => {
  const random = new Random(SEED);
  const runs = Math.ceil(COUNT / 10);
  for (let count = 0; count < runs; count++) {
    const value = anyValue(random);
    const printed = writeShared(value);
    const again = readAll(printed, "printed");
    expect(again.length).toBe(1);
    // Two graphs of the same shape print the same with labels for all that is shared.
    expect(writeShared(again[0] as typeof value)).toBe(printed);
    const plain = write(value);
    expect(write(readAll(plain, "printed")[0] as typeof value)).toBe(plain);
    display(value);
  }
  say(`print and read: ${runs} values`);
}, HOURS);

test("an edit leaves every other byte as it was", () => {
  const random = new Random(SEED);
  const runs = Math.ceil(COUNT / 100);
  const kinds = { replaced: 0, inserted: 0, removed: 0, refused: 0 };
  for (let count = 0; count < runs; count++) {
    const text = random.of(realSources());
    const tree = parseTree(text);
    const kind = editOnce(tree, random.of(findNodes(tree, () => true)), random);
    kinds[kind]++;
  }
  say(`edits: ${runs} edits, ${Object.entries(kinds).map(([kind, times]) => `${times} ${kind}`).join(", ")}`);
  expect(kinds.replaced).toBeGreaterThan(0);
}, HOURS);

const REPLACEMENTS = ["x", "(f a b)", '"text"', "'(1 2)", "[1 2]", "#\\a", "; why\n(y)", "a ; why", "{:a 1}", "#;hidden z"];

function editOnce(tree: Tree, { path, node }: Found, random: Random): "replaced" | "inserted" | "removed" | "refused" {
  const text = printTree(tree);
  const kind = random.of(["replaced", "inserted", "removed"] as const);
  const replacement = random.of(REPLACEMENTS);
  const edited = refusedOr(() => (kind === "replaced" ? replaceNode(tree, path, replacement) : kind === "inserted" ? insertNode(tree, path, replacement) : removeNode(tree, path)));
  if (edited === undefined) return "refused";
  const after = printTree(edited);
  // All that stands before and after the place is there byte for byte, up to the space and comments at its edges.
  if (kind === "replaced") expect([after.startsWith(text.slice(0, node.offset)), after.endsWith(text.slice(endOf(node)))]).toEqual([true, true]);
  else {
    const [long, short] = kind === "inserted" ? [after, text] : [text, after];
    expect(isInserted(long, short)).toBe(true);
    if (kind === "removed") expect(long.length - short.length).toBeGreaterThanOrEqual(textOf([node]).length - 1);
  }
  expect(printTree(parseTree(after))).toBe(after);
  return kind;
}

/** Is the longer text the shorter with one piece put in, perhaps a space in place of space? */
function isInserted(long: string, short: string): boolean {
  let prefix = 0;
  while (prefix < short.length && long[prefix] === short[prefix]) prefix++;
  let suffix = 0;
  while (suffix < short.length - prefix && long[long.length - 1 - suffix] === short[short.length - 1 - suffix]) suffix++;
  return /^\s?$/.test(short.slice(prefix, short.length - suffix));
}

function refusedOr<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof LispError && error.payload instanceof Condition && error.payload.code !== "internal") return undefined;
    throw error;
  }
}

test("a layout is a fixed point, and changes no datum and no comment", () => {
  const random = new Random(SEED);
  const runs = Math.ceil(COUNT / 100);
  let laidOut = 0;
  for (let count = 0; count < runs; count++) {
    const text = random.below(3) > 0 ? respaced(random, random.of(realSources())) : damaged(random, anyText(random));
    // The formatter itself refuses, as internal, to change what a text says; data are compared here once more.
    const once = refusedOr(() => format(text));
    if (once === undefined) continue;
    laidOut++;
    if (format(once) !== once) throw new Error(`not a fixed point: ${JSON.stringify(text)}`);
    const data = refusedOr(() => readAll(text, "before"));
    if (data !== undefined) expect(readAll(once, "after").map((datum) => writeShared(datum))).toEqual(data.map((datum) => writeShared(datum)));
  }
  say(`layouts: ${runs} texts, ${laidOut} laid out`);
  expect(laidOut).toBeGreaterThan(runs / 3);
}, HOURS);

/** The text with some of its spaces changed into others, and forms of some lines drawn together. */
function respaced(random: Random, text: string): string {
  const rate = 2 + random.below(20);
  return text.replace(/(?<![;"\\].*) +|\n *(?=[(\w])/g, (space) => (random.below(rate) > 0 ? space : random.of([" ", "  ", "\n", "\n\n\n", "\t", "\n        "])));
}

/** Figures are for whoever asked for the full size. */
function say(line: string): void {
  if (isFull) process.stdout.write(`${line}\n`);
}
