// The patterns of syntax-rules: what a use of a macro must look like, and what it binds.
import { burn } from "../machine/meter.js";
import { eqv } from "../values/equality.js";
import { NIL, Pair } from "../values/pair.js";
import { LispString } from "../values/text.js";
import type { Value } from "../values/value.js";
import { failAt, spineOf } from "./form.js";
import { type Identifier, isIdentifier, nameOf } from "./identifier.js";
import { sameMeaning, type Scope } from "./scope.js";
import { isLiteral } from "./strip.js";
import type { RuleSyntax } from "./syntax-rules.js";

export type Pattern =
  | { kind: "any" }
  | { kind: "variable"; slot: number }
  | { kind: "literal"; identifier: Identifier }
  | { kind: "datum"; datum: Value }
  | { kind: "pair"; car: Pattern; cdr: Pattern }
  /** `(repeated ... after ... . tail)`; `slots` are the variables of `repeated`. */
  | { kind: "ellipsis"; repeated: Pattern; slots: readonly number[]; after: readonly Pattern[]; tail: Pattern }
  /** A vector or a collection literal of the class of `like`; its items match as a list. */
  | { kind: "sequence"; like: Value; items: Pattern };

/** What each variable matched, by slot: a datum, or under an ellipsis a `Repetition`. */
export type Match = Value[];

/** What a variable under an ellipsis matched, one entry for each repetition. */
export class Repetition {
  constructor(readonly entries: Value[]) {}
}

export type PatternVariables = Map<Identifier, { slot: number; depth: number }>;

interface Scopes {
  readonly use: Scope;
  readonly definition: Scope;
}

const MOST_DEPTH = 500;

/** Reads a pattern, adding its variables to `variables`. */
export function compilePattern(datum: Value, syntax: RuleSyntax, variables: PatternVariables, depth = 0, nesting = 0): Pattern {
  if (nesting > MOST_DEPTH) failAt("nesting-too-deep", `a pattern nests deeper than ${MOST_DEPTH}`, [], syntax.form.position);
  if (isIdentifier(datum)) return identifierPattern(datum, syntax, variables, depth);
  if (datum instanceof Pair) return listPattern(datum, syntax, variables, depth, nesting);
  const items = itemsOfSequence(datum);
  if (items === undefined) return { kind: "datum", datum };
  return { kind: "sequence", like: datum, items: itemsPattern(items, NIL, syntax, variables, depth, nesting) };
}

/** Does the datum fit? Fills the slots of `match` as it goes, also where it then answers false. */
export function matches(pattern: Pattern, datum: Value, match: Match, scopes: Scopes): boolean {
  switch (pattern.kind) {
    case "any":
      return true;
    case "variable":
      match[pattern.slot] = datum;
      return true;
    case "literal":
      return isIdentifier(datum) && sameMeaning(datum, scopes.use, pattern.identifier, scopes.definition);
    case "datum":
      return sameDatum(pattern.datum, datum);
    case "pair":
      return matchesPairs(pattern, datum, match, scopes);
    case "ellipsis":
      return matchesEllipsis(pattern, datum, match, scopes);
    case "sequence":
      return matchesSequence(pattern, datum, match, scopes);
  }
}

/** The elements of a vector or of a collection literal. */
export function itemsOfSequence(datum: Value): readonly Value[] | undefined {
  return Array.isArray(datum) ? (datum as Value[]) : isLiteral(datum) ? datum.items : undefined;
}

function identifierPattern(identifier: Identifier, syntax: RuleSyntax, variables: PatternVariables, depth: number): Pattern {
  if (syntax.isLiteral(identifier)) return { kind: "literal", identifier };
  if (syntax.isEllipsis(identifier)) syntax.form.bad("an ellipsis follows no pattern");
  if (syntax.isUnderscore(identifier)) return { kind: "any" };
  if (variables.has(identifier)) syntax.form.bad(`the pattern variable ${nameOf(identifier)} occurs twice`);
  const slot = variables.size;
  variables.set(identifier, { slot, depth });
  return { kind: "variable", slot };
}

function listPattern(datum: Pair, syntax: RuleSyntax, variables: PatternVariables, depth: number, nesting: number): Pattern {
  const { items, tail } = spineOf(datum);
  if (tail instanceof Pair) syntax.form.bad("a circular pattern");
  return itemsPattern(items, tail, syntax, variables, depth, nesting);
}

function itemsPattern(
  items: readonly Value[], tail: Value, syntax: RuleSyntax, variables: PatternVariables, depth: number, nesting: number,
): Pattern {
  const inner = (item: Value, level = depth): Pattern => compilePattern(item, syntax, variables, level, nesting + 1);
  const dots = items.findIndex((item) => syntax.isEllipsis(item));
  if (dots === 0) syntax.form.bad("an ellipsis follows no pattern");
  if (dots < 0) {
    const patterns = items.map((item) => inner(item));
    return pairs(patterns, inner(tail));
  }
  const before = items.slice(0, dots - 1).map((item) => inner(item));
  const first = variables.size;
  const repeated = inner(items[dots - 1] as Value, depth + 1);
  const slots = Array.from({ length: variables.size - first }, (_, index) => first + index);
  const rest = items.slice(dots + 1);
  if (rest.some((item) => syntax.isEllipsis(item))) syntax.form.bad("a list pattern has two ellipses");
  const after = rest.map((item) => inner(item));
  return pairs(before, { kind: "ellipsis", repeated, slots, after, tail: inner(tail) });
}

function pairs(patterns: readonly Pattern[], tail: Pattern): Pattern {
  return patterns.reduceRight((cdr, car) => ({ kind: "pair", car, cdr }), tail);
}

function matchesPairs(pattern: Pattern, datum: Value, match: Match, scopes: Scopes): boolean {
  while (pattern.kind === "pair") {
    if (!(datum instanceof Pair) || !matches(pattern.car, datum.car, match, scopes)) return false;
    pattern = pattern.cdr;
    datum = datum.cdr;
  }
  return matches(pattern, datum, match, scopes);
}

function matchesEllipsis(pattern: Extract<Pattern, { kind: "ellipsis" }>, datum: Value, match: Match, scopes: Scopes): boolean {
  const { items, cells, tail } = spineOf(datum);
  if (tail instanceof Pair) return false;
  burn(items.length);
  const count = items.length - pattern.after.length;
  if (count < 0) return false;
  const repetitions = pattern.slots.map(() => new Repetition([]));
  for (let index = 0; index < count; index++) {
    if (!matches(pattern.repeated, items[index] as Value, match, scopes)) return false;
    pattern.slots.forEach((slot, position) => repetitions[position]?.entries.push(match[slot] as Value));
  }
  pattern.slots.forEach((slot, position) => (match[slot] = repetitions[position] as Repetition));
  const end = cells.length === 0 ? datum : tail;
  return pattern.after.every((after, index) => matches(after, items[count + index] as Value, match, scopes))
    && matches(pattern.tail, end, match, scopes);
}

function matchesSequence(pattern: Extract<Pattern, { kind: "sequence" }>, datum: Value, match: Match, scopes: Scopes): boolean {
  const items = itemsOfSequence(datum);
  if (items === undefined || datum.constructor !== pattern.like.constructor) return false;
  return matches(pattern.items, items.reduceRight<Value>((rest, item) => new Pair(item, rest), NIL), match, scopes);
}

/** `equal?` for what is not an identifier, a pair or a vector: patterns hold those as patterns of their own. */
function sameDatum(pattern: Value, datum: Value): boolean {
  if (eqv(pattern, datum)) return true;
  if (pattern instanceof LispString) return datum instanceof LispString && pattern.text === datum.text;
  return pattern instanceof Uint8Array && datum instanceof Uint8Array && pattern.join() === datum.join();
}
