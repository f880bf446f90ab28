// Generated texts and values for the fuzzers: noise, pieces of syntax, real sources with damage, deep and huge ones.
import { MapLiteral, SetLiteral, VectorLiteral } from "../../interpreter/values/literal.js";
import { Flonum, normaliseInteger, Rational } from "../../interpreter/values/number.js";
import { NIL, Pair } from "../../interpreter/values/pair.js";
import { Keyword, LispSymbol } from "../../interpreter/values/symbol.js";
import { Char, LispString } from "../../interpreter/values/text.js";
import type { Value } from "../../interpreter/values/value.js";
import { sources } from "../house/sources.js";
import type { Random } from "./random.js";

const PIECES = [
  "(", "(", "(", ")", ")", ")", "[", "]", "{", "}", "#(", "#{", "#u8(", "'", "`", ",", ",@", " . ", ".", " ", " ", "\n", "\r\n", "\t", "; comment\n", "#| block |#",
  "#|", "|#", "#;", '"text"', '"', "|bar|", "|", "\\", "#\\a", "#\\space", "#\\x41", "#\\", "#t", "#false", "#0=", "#0#", "#1#", "#!fold-case", "#!", "#x1F", "#e1.5",
  "1", "-2.5e3", "1/2", "1/0", "+i", "+inf.0", "1@2", ":key", ":", "abc", "λ", "😀", "...", "define", "\u2028", "\ud800", "\u00a0", "e+1", "/0",
];

const SOURCES = sources("interpreter/library/", "genome/", "test/conformance/").filter(({ path }) => path.endsWith(".scm")).map(({ text }) => text);

/** Real Lisp sources of the project. */
export function realSources(): readonly string[] {
  return SOURCES;
}

/** Families of texts that grow with n: the shapes in which readers become quadratic or overflow. */
export const FAMILIES: Readonly<Record<string, (n: number) => string>> = {
  "nested lists": (n) => "(".repeat(n) + ")".repeat(n),
  "open lists": (n) => "(".repeat(n),
  "nested literals": (n) => "[{1 #{".repeat(n / 4) + "}}]".repeat(n / 4),
  "quotation marks": (n) => `${"'`,@".repeat(n / 4)}a`,
  "datum comments": (n) => "#;".repeat(n) + "a ".repeat(n),
  "labels": (n) => Array.from({ length: n / 8 }, (_, index) => `#${index}=(`).join("") + ")".repeat(n / 8),
  "dotted tails": (n) => "(a . ".repeat(n) + "b" + ")".repeat(n),
  "a long list": (n) => `(${"a ".repeat(n)})`,
  "a long symbol": (n) => "a".repeat(n),
  "a long keyword": (n) => `:${"a".repeat(n)}`,
  "a long integer": (n) => "7".repeat(n),
  "a long ratio": (n) => `${"0".repeat(n)}1/0`,
  "a long decimal": (n) => `1.${"5".repeat(n)}e${"9".repeat(n)}`,
  "signs": (n) => "1+".repeat(n),
  "exponents": (n) => `+${"1e+".repeat(n)}i`,
  "a long string": (n) => `"${"\\n\\x41;".repeat(n / 4)}"`,
  "a string of line ends": (n) => `"${"\\  \n  ".repeat(n / 4)}"`,
  "open strings": (n) => '"\\'.repeat(n),
  "open bars": (n) => "|\\".repeat(n),
  "open comments": (n) => "#|".repeat(n),
  "nested comments": (n) => "#|".repeat(n) + "|#".repeat(n),
  "hashes": (n) => "#".repeat(n),
  "a long label": (n) => `#${"1".repeat(n)}`,
  "spaces": (n) => " \t".repeat(n),
  "lines": (n) => "\r\n".repeat(n),
  "line comments": (n) => ";\n".repeat(n),
  "bytes": (n) => `#u8(${"255 ".repeat(n)})`,
  "characters": (n) => "#\\x41 ".repeat(n / 4),
  "wide characters": (n) => "😀".repeat(n),
  "closing brackets": (n) => ")".repeat(n),
};

/** Any text at all: one in a thousand is deep or huge, up to 100,000 times some shape. */
export function anyText(random: Random): string {
  const kind = random.below(1000);
  if (kind === 0) return FAMILIES[random.of(Object.keys(FAMILIES))]?.(10 ** (1 + random.below(4)) * (1 + random.below(10))) ?? "";
  if (kind < 150) return new TextDecoder().decode(Uint8Array.from(random.many(60, () => random.below(256))));
  if (kind < 300) return String.fromCharCode(...random.many(40, () => random.below(0x10000)));
  if (kind < 400) return String.fromCharCode(...random.many(60, () => 32 + random.below(95)));
  return kind < 700 ? random.many(30, () => random.of(PIECES)).join("") : damaged(random, piece(random));
}

/** A part of a real source, a form or some lines. */
function piece(random: Random): string {
  const text = random.of(SOURCES);
  const start = random.below(text.length);
  return text.slice(start, start + random.below(300));
}

/** The text with up to three places changed. */
export function damaged(random: Random, text: string): string {
  for (let count = random.below(4); count > 0; count--) {
    const at = random.below(text.length + 1);
    text = text.slice(0, at) + random.of(PIECES) + text.slice(at + random.below(5));
  }
  return text;
}

const NAMES = ["a", "foo-bar", "λ", "", "a b", "|", "\\", "1", "+", "-", "...", ".", ".a", "+1a", "-x", "+i", "1+", "#a", "a#", "A", "É", "x;y", "\n", "'", "a:b", ":k", "nul\0", "😀", "\u2028", "+inf.0", "ab\"c"];

/** Any value that can be written, of every class; cyclic ones too. */
export function anyValue(random: Random, depth = 4): Value {
  const kind = random.below(depth === 0 ? 8 : 18);
  const inner = () => anyValue(random, depth - 1);
  switch (kind) {
    case 0: return random.of([true, false, NIL, 0, -1, 42, Number.MAX_SAFE_INTEGER]);
    case 1: return new Flonum(random.of([0, -0, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, Infinity, -Infinity, NaN, random.below(1e9) / 7, -(2 ** random.below(60)) / 3]));
    case 2: return normaliseInteger((random.below(2) === 0 ? -1n : 1n) * BigInt(1 + random.below(1e9)) ** BigInt(random.below(9)));
    case 3: return new Rational(BigInt(2 * random.below(1e9) + 1) * (random.below(2) === 0 ? -1n : 1n), 1n << BigInt(1 + random.below(70)));
    case 4: return Char.of(random.of([0, 7, 8, 9, 10, 13, 27, 32, 40, 59, 92, 97, 127, 0xa0, 0x3bb, 0x2028, 0xd7ff, 0xfffd, 0x1f600, 0x10ffff, random.below(0xd800)]));
    case 5: return new LispString(random.many(6, () => random.of([...NAMES, "\t", "\r", "\x07", "\x7f", "\\x41;"])).join(""), true);
    case 6: return LispSymbol.intern(random.of(NAMES));
    case 7: return Keyword.intern(random.of(NAMES));
    case 8: return Uint8Array.from(random.many(6, () => random.below(256)));
    case 9: return random.many(4, inner);
    case 10: return new VectorLiteral(random.many(4, inner));
    case 11: return new SetLiteral(random.many(4, inner));
    case 12: return new MapLiteral(random.many(3, () => [inner(), inner()]).flat());
    case 13: return new Pair(LispSymbol.intern(random.of(["quote", "quasiquote", "unquote", "unquote-splicing"])), new Pair(inner(), NIL));
    case 14: return cyclic(random, inner);
    case 15: return new Pair(inner(), inner());
    default: return random.many(5, inner).reduceRight<Value>((rest, item) => new Pair(item, rest), NIL);
  }
}

/** Pairs and vectors that refer to each other in every way. */
function cyclic(random: Random, leaf: () => Value): Value {
  const nodes: (Pair | Value[])[] = Array.from({ length: 1 + random.below(5) }, () => (random.below(2) === 0 ? new Pair(NIL, NIL) : []));
  const any = (): Value => (random.below(3) === 0 ? leaf() : random.of(nodes));
  for (const node of nodes) {
    if (node instanceof Pair) [node.car, node.cdr] = [any(), any()];
    else node.push(...random.many(3, any));
  }
  return nodes[0] as Value;
}
