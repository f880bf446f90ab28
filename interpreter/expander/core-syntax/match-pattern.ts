// The patterns of match, read into a tree.
import { type Core, Variable } from "../../compiler/core.js";
import { MapLiteral, VectorLiteral } from "../../values/literal.js";
import { NIL, Pair } from "../../values/pair.js";
import type { Value } from "../../values/value.js";
import { describe } from "../describe.js";
import type { Expander } from "../expander.js";
import { failAt, type Form, spineOf } from "../form.js";
import { type Identifier, isIdentifier, nameOf } from "../identifier.js";
import { means, type Scope } from "../scope.js";
import { isLiteral, stripSyntax } from "../strip.js";
import { ELLIPSIS, UNDERSCORE, UNQUOTE } from "./auxiliary.js";

export type MatchPattern =
  | { kind: "any" }
  | { kind: "variable"; variable: Variable }
  | { kind: "datum"; datum: Value }
  | { kind: "pair"; car: MatchPattern; cdr: MatchPattern }
  | RepeatPattern
  | { kind: "vector"; items: MatchPattern }
  | { kind: "persistent-vector"; items: MatchPattern }
  | { kind: "map"; entries: readonly (readonly [Value, MatchPattern])[] }
  | { kind: "predicate"; predicate: Core }
  | { kind: "view"; procedure: Core; pattern: MatchPattern }
  | { kind: "and"; patterns: readonly MatchPattern[] }
  /** Each alternative binds variables of its own; `variables` are those of the whole, in the same order. */
  | { kind: "or"; alternatives: readonly { pattern: MatchPattern; variables: Variable[] }[]; variables: Variable[] }
  | { kind: "not"; pattern: MatchPattern }
  | { kind: "record"; type: Core; fields: readonly MatchPattern[] };

/**
 * `(repeated ... after … . tail)`, where `...` stands for at least `minimum` matches of `repeated`: each variable of that
 * has one beside it for the list of what it matched. Without a tail, the value must be a proper list.
 */
export interface RepeatPattern {
  readonly kind: "repeat";
  readonly repeated: MatchPattern;
  readonly minimum: number;
  readonly lists: readonly (readonly [Variable, Variable])[];
  readonly after: readonly MatchPattern[];
  readonly tail: MatchPattern | undefined;
}

export type Bound = Map<Identifier, Variable>;

/** What patterns are read with: the clause for errors, and where its expressions are expanded. */
export interface PatternReading {
  readonly clause: Form;
  readonly scope: Scope;
  readonly expander: Expander;
  depth: number;
}

const MOST_DEPTH = 200;

/** Reads a pattern; the variables that it binds are added to `bound`. */
export function readPattern(datum: Value, bound: Bound, reading: PatternReading): MatchPattern {
  if (++reading.depth > MOST_DEPTH)
    failAt("nesting-too-deep", `a pattern nests deeper than ${MOST_DEPTH}`, [], reading.clause.position);
  const pattern = patternOf(datum, bound, reading);
  reading.depth--;
  return pattern;
}

function patternOf(datum: Value, bound: Bound, reading: PatternReading): MatchPattern {
  if (isIdentifier(datum)) return identifierPattern(datum, bound, reading);
  if (datum instanceof Pair) return operatorPattern(datum, bound, reading) ?? listPattern(datum, bound, reading);
  if (Array.isArray(datum)) return { kind: "vector", items: itemsPattern(datum as Value[], NIL, bound, reading) };
  if (datum instanceof VectorLiteral) return { kind: "persistent-vector", items: itemsPattern(datum.items, NIL, bound, reading) };
  if (datum instanceof MapLiteral) return mapPattern(datum, bound, reading);
  if (isLiteral(datum)) return reading.clause.bad("a set cannot be a pattern: test for members with (? predicate)");
  return { kind: "datum", datum };
}

function identifierPattern(identifier: Identifier, bound: Bound, { scope, clause }: PatternReading): MatchPattern {
  if (means(identifier, scope, UNDERSCORE)) return { kind: "any" };
  if (repetition(identifier, scope) !== undefined) clause.bad("an ellipsis follows no pattern");
  return { kind: "variable", variable: bind(identifier, bound, clause) };
}

function bind(identifier: Identifier, bound: Bound, clause: Form): Variable {
  if (bound.has(identifier)) clause.bad(`the pattern binds ${nameOf(identifier)} twice`);
  const variable = new Variable(nameOf(identifier));
  bound.set(identifier, variable);
  return variable;
}

/** How often the pattern before a `...`, `___` or `..k` must match at least; undefined for anything else. */
function repetition(item: Value, scope: Scope): number | undefined {
  if (means(item, scope, ELLIPSIS)) return 0;
  const name = isIdentifier(item) ? nameOf(item) : "";
  if (name === "___") return 0;
  const [, least] = /^\.\.(\d{1,6})$/.exec(name) ?? [];
  return least === undefined ? undefined : Number(least);
}

type Operator = (operands: readonly Value[], bound: Bound, reading: PatternReading) => MatchPattern;

const OPERATORS = new Map<string, Operator>([
  ["quote", ([datum]) => ({ kind: "datum", datum: stripSyntax(datum as Value) })],
  ["quasiquote", ([datum], bound, reading) => quasiPattern(datum as Value, bound, reading)],
  ["?", ([predicate, ...patterns], bound, reading) => ({
    kind: "and",
    patterns: [
      { kind: "predicate", predicate: reading.expander.expand(predicate as Value, reading.scope, reading.clause.position) },
      ...patterns.map((pattern) => readPattern(pattern, bound, reading)),
    ],
  })],
  ["=", ([projection, pattern], bound, reading) => ({
    kind: "view",
    procedure: reading.expander.expand(projection as Value, reading.scope, reading.clause.position),
    pattern: readPattern(pattern as Value, bound, reading),
  })],
  ["and", (patterns, bound, reading) => ({ kind: "and", patterns: patterns.map((pattern) => readPattern(pattern, bound, reading)) })],
  ["or", orPattern],
  ["not", ([pattern], _bound, reading) => ({ kind: "not", pattern: readPattern(pattern as Value, new Map(), reading) })],
  ["$", ([type, ...fields], bound, reading) => ({
    kind: "record",
    type: reading.expander.expand(type as Value, reading.scope, reading.clause.position),
    fields: fields.map((field) => readPattern(field, bound, reading)),
  })],
]);

/** How many operands the operators take that do not take one or more. */
const OPERANDS = new Map([["quote", 1], ["quasiquote", 1], ["not", 1], ["=", 2]]);

function operatorPattern(datum: Pair, bound: Bound, reading: PatternReading): MatchPattern | undefined {
  if (!isIdentifier(datum.car)) return undefined;
  const name = nameOf(datum.car);
  const operator = OPERATORS.get(name);
  if (operator === undefined) return undefined;
  const { items, tail } = spineOf(datum);
  const fits = tail === NIL && (OPERANDS.has(name) ? items.length - 1 === OPERANDS.get(name) : items.length >= 2 || name === "and");
  return fits ? operator(items.slice(1), bound, reading) : reading.clause.bad(`${describe(datum)} is not a pattern`);
}

function orPattern(operands: readonly Value[], bound: Bound, reading: PatternReading): MatchPattern {
  const all = operands.map((operand) => {
    const own: Bound = new Map();
    return { pattern: readPattern(operand, own, reading), own };
  });
  const names = [...(all[0]?.own.keys() ?? [])];
  if (all.some(({ own }) => own.size !== names.length || names.some((name) => !own.has(name))))
    reading.clause.bad("the alternatives of an or pattern must bind the same names");
  const variables = names.map((name) => bind(name, bound, reading.clause));
  const alternatives = all.map(({ pattern, own }) => ({ pattern, variables: names.map((name) => own.get(name) as Variable) }));
  return { kind: "or", alternatives, variables };
}

function listPattern(datum: Pair, bound: Bound, reading: PatternReading): MatchPattern {
  const { items, tail } = spineOf(datum);
  if (tail instanceof Pair) reading.clause.bad("a circular pattern");
  return itemsPattern(items, tail, bound, reading);
}

/** How an element of a list pattern is read: as a pattern, or inside a quasiquote. */
type ItemReader = (item: Value, bound: Bound, reading: PatternReading) => MatchPattern;

function itemsPattern(items: readonly Value[], tail: Value, bound: Bound, reading: PatternReading, read: ItemReader = readPattern): MatchPattern {
  const isEllipsis = (item: Value): boolean => repetition(item, reading.scope) !== undefined;
  const dots = items.findIndex(isEllipsis);
  if (dots < 0) {
    const patterns = items.map((item) => read(item, bound, reading));
    return pairs(patterns, tail === NIL ? { kind: "datum", datum: NIL } : read(tail, bound, reading));
  }
  const rest = items.slice(dots + 1);
  if (dots === 0 || rest.some(isEllipsis)) reading.clause.bad("a list pattern has one ellipsis, after a pattern");
  const before = items.slice(0, dots - 1).map((item) => read(item, bound, reading));
  const own: Bound = new Map();
  const repeated = read(items[dots - 1] as Value, own, reading);
  const lists = Array.from(own, ([name, variable]) => [variable, bind(name, bound, reading.clause)] as const);
  return pairs(before, {
    kind: "repeat", repeated, lists, minimum: repetition(items[dots] as Value, reading.scope) ?? 0,
    after: rest.map((item) => read(item, bound, reading)), tail: tail === NIL ? undefined : read(tail, bound, reading),
  });
}

function pairs(patterns: readonly MatchPattern[], tail: MatchPattern): MatchPattern {
  return patterns.reduceRight((cdr, car) => ({ kind: "pair", car, cdr }), tail);
}

function mapPattern(literal: MapLiteral, bound: Bound, reading: PatternReading): MatchPattern {
  const entries: [Value, MatchPattern][] = [];
  for (let index = 0; index < literal.items.length; index += 2)
    entries.push([keyOf(literal.items[index] as Value, reading), readPattern(literal.items[index + 1] as Value, bound, reading)]);
  return { kind: "map", entries };
}

/** A key is a datum: one that evaluates to itself, or a quoted one. */
function keyOf(datum: Value, reading: PatternReading): Value {
  const isQuoted = datum instanceof Pair && isIdentifier(datum.car) && nameOf(datum.car) === "quote" && datum.cdr instanceof Pair;
  if (isQuoted) return stripSyntax((datum.cdr as Pair).car);
  if (isIdentifier(datum) || datum instanceof Pair) return reading.clause.bad(`the key ${describe(datum)} of a map pattern must be quoted`);
  return stripSyntax(datum);
}

/** A quasiquoted pattern: data that must be equal, with patterns after the commas. */
function quasiPattern(datum: Value, bound: Bound, reading: PatternReading): MatchPattern {
  if (datum instanceof Pair) {
    if (means(datum.car, reading.scope, UNQUOTE) && datum.cdr instanceof Pair) return readPattern(datum.cdr.car, bound, reading);
    return quasiList(datum, bound, reading);
  }
  if (Array.isArray(datum)) return { kind: "vector", items: itemsPattern(datum as Value[], NIL, bound, reading, quasiPattern) };
  if (datum instanceof VectorLiteral) return { kind: "persistent-vector", items: itemsPattern(datum.items, NIL, bound, reading, quasiPattern) };
  return { kind: "datum", datum: stripSyntax(datum) };
}

function quasiList(datum: Pair, bound: Bound, reading: PatternReading): MatchPattern {
  if (++reading.depth > MOST_DEPTH)
    failAt("nesting-too-deep", `a pattern nests deeper than ${MOST_DEPTH}`, [], reading.clause.position);
  const { cells, tail } = spineOf(datum);
  if (tail instanceof Pair) reading.clause.bad("a circular pattern");
  const dotted = cells.findIndex((cell, index) => index > 0 && means(cell.car, reading.scope, UNQUOTE));
  const heads = dotted < 0 ? cells : cells.slice(0, dotted);
  const result = itemsPattern(heads.map((cell) => cell.car), dotted < 0 ? tail : (cells[dotted] as Pair), bound, reading, quasiPattern);
  reading.depth--;
  return result;
}
