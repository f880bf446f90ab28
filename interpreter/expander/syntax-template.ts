// The templates of syntax-rules: what a macro puts in the place of its use.
import { MapLiteral, SetLiteral, VectorLiteral } from "../values/literal.js";
import { NIL, Pair } from "../values/pair.js";
import type { Position } from "../values/position.js";
import type { Value } from "../values/value.js";
import { failAt, spineOf } from "./form.js";
import { type Alias, type Identifier, isIdentifier, nameOf, symbolOf } from "./identifier.js";
import { itemsOfSequence, type Match, type PatternVariables, Repetition } from "./syntax-pattern.js";
import type { RuleSyntax } from "./syntax-rules.js";

export type Template =
  | { kind: "datum"; datum: Value }
  | { kind: "insert"; identifier: Identifier }
  | { kind: "variable"; slot: number; depth: number }
  | { kind: "copies"; copies: readonly Copy[]; template: Template }
  | { kind: "list"; elements: readonly Element[]; tail: Template }
  | { kind: "sequence"; like: Value; items: Template };

/**
 * One element of a list. `levels` has one entry for each ellipsis after it, the outermost first: the slots of
 * the variables that it repeats over. A variable belongs to the innermost ellipses around it.
 */
interface Element {
  readonly template: Template;
  readonly levels: readonly (readonly number[])[];
}

/** A slot in which outer ellipses leave whole what they repeat over in another: see `readIdentifier`. */
interface Copy {
  readonly from: number;
  readonly to: number;
}

/** One filling of a template: gives the alias for each identifier that the template inserts, and counts what it makes. */
export interface Filling {
  made: number;
  /** Where the use stands that is rewritten. */
  readonly position: Position | undefined;
  alias(identifier: Identifier): Alias;
}

const MOST_DEPTH = 500;
/** How much one use of a macro may make: an expansion that doubles each time stops here, long before memory ends. */
const MOST_MADE = 1_000_000;

/** What is known while a template is read. */
interface Reading {
  readonly syntax: RuleSyntax;
  readonly variables: PatternVariables;
  readonly copies: Map<string, Copy>;
  /** Inside `(... template)`, where an ellipsis is an ordinary identifier. */
  readonly escaped: boolean;
  readonly nesting: number;
}

/** Reads a template that uses the variables of its rule's pattern. */
export function compileTemplate(datum: Value, syntax: RuleSyntax, variables: PatternVariables): Template {
  const copies = new Map<string, Copy>();
  const template = read(datum, 0, { syntax, variables, copies, escaped: false, nesting: 0 });
  return copies.size === 0 ? template : { kind: "copies", copies: [...copies.values()], template };
}

/** Fills a template from a match. */
export function fill(template: Template, match: Match, filling: Filling): Value {
  if (++filling.made > MOST_MADE)
    failAt("limit-exceeded", "the expansion does not end", [], filling.position, "Look for a macro whose expansion grows with each use of it.");
  switch (template.kind) {
    case "datum":
      return template.datum;
    case "insert":
      return filling.alias(template.identifier);
    case "variable":
      return match[template.slot] as Value;
    case "copies": {
      const whole = match.slice();
      for (const { from, to } of template.copies) whole[to] = match[from] as Value;
      return fill(template.template, whole, filling);
    }
    case "list": {
      let result = fill(template.tail, match, filling);
      for (let index = template.elements.length - 1; index >= 0; index--)
        result = prepend(template.elements[index] as Element, match, filling, result);
      return result;
    }
    case "sequence":
      return sequenceLike(template.like, spineOf(fill(template.items, match, filling)).items);
  }
}

function read(datum: Value, depth: number, reading: Reading): Template {
  if (reading.nesting > MOST_DEPTH)
    failAt("nesting-too-deep", `a template nests deeper than ${MOST_DEPTH}`, [], reading.syntax.form.position);
  if (isIdentifier(datum)) return readIdentifier(datum, depth, reading);
  const inner = { ...reading, nesting: reading.nesting + 1 };
  if (datum instanceof Pair) return readList(datum, depth, inner);
  const items = itemsOfSequence(datum);
  if (items === undefined) return { kind: "datum", datum };
  return { kind: "sequence", like: datum, items: readItems(items, NIL, depth, inner) };
}

/**
 * A variable under more ellipses than it was matched with belongs to the innermost ones. The outer ones may repeat over the
 * same variable elsewhere: so each number of outer ellipses has a slot of its own, as in `((a a ...) ...)`.
 */
function readIdentifier(identifier: Identifier, depth: number, { syntax, variables, copies, escaped }: Reading): Template {
  const variable = variables.get(identifier);
  if (variable === undefined) {
    if (!escaped && syntax.isEllipsis(identifier)) syntax.form.bad("an ellipsis follows no template");
    return { kind: "insert", identifier };
  }
  if (variable.depth > depth) syntax.form.bad(`${nameOf(identifier)} needs ${variable.depth} ellipses after it in the template`);
  const outer = depth - variable.depth;
  if (outer === 0 || variable.depth === 0) return { kind: "variable", ...variable };
  const key = `${variable.slot} ${outer}`;
  const copy = copies.get(key) ?? { from: variable.slot, to: variables.size + copies.size };
  copies.set(key, copy);
  return { kind: "variable", slot: copy.to, depth: variable.depth };
}

function readList(datum: Pair, depth: number, reading: Reading): Template {
  const { items, tail } = spineOf(datum);
  if (tail instanceof Pair) reading.syntax.form.bad("a circular template");
  if (!reading.escaped && items.length === 2 && tail === NIL && reading.syntax.isEllipsis(items[0]))
    return read(items[1] as Value, depth, { ...reading, escaped: true });
  noteAssignment(items, reading);
  return readItems(items, tail, depth, reading);
}

function readItems(items: readonly Value[], tail: Value, depth: number, reading: Reading): Template {
  const elements: Element[] = [];
  for (let index = 0; index < items.length; ) {
    const item = items[index++] as Value;
    let ellipses = 0;
    while (!reading.escaped && index < items.length && reading.syntax.isEllipsis(items[index])) {
      ellipses++;
      index++;
    }
    const template = read(item, depth + ellipses, reading);
    const levels = Array.from({ length: ellipses }, (_, level) => repeatedSlots(template, ellipses - 1 - level));
    if (levels.some((slots) => slots.length === 0)) reading.syntax.form.bad("an ellipsis follows a template without a variable to repeat");
    elements.push({ template, levels });
  }
  return { kind: "list", elements, tail: read(tail, depth, reading) };
}

/** The slots of the variables in a template whose depth reaches beyond the `inner` ellipses around it. */
function repeatedSlots(template: Template, inner: number): number[] {
  switch (template.kind) {
    case "datum":
    case "insert":
      return [];
    case "variable":
      return template.depth > inner ? [template.slot] : [];
    case "copies":
      return repeatedSlots(template.template, inner);
    case "sequence":
      return repeatedSlots(template.items, inner);
    case "list": {
      const slots = template.elements.flatMap((element) => repeatedSlots(element.template, inner + element.levels.length));
      return [...new Set([...slots, ...repeatedSlots(template.tail, inner)])];
    }
  }
}

/**
 * A template that assigns one of its own identifiers makes that name assigned, wherever the macro is used:
 * so the cell of a library's counter is never taken for a constant.
 */
function noteAssignment(items: readonly Value[], { syntax, variables }: Reading): void {
  const [operator, name] = items;
  if (!isIdentifier(operator) || !isIdentifier(name) || variables.has(name)) return;
  if (nameOf(operator) === "set!") syntax.scope.environment.noteAssigned(symbolOf(name));
}

function prepend(element: Element, match: Match, filling: Filling, rest: Value): Value {
  if (element.levels.length === 0) return new Pair(fill(element.template, match, filling), rest);
  const results = repeat(element, 0, match, filling);
  for (let index = results.length - 1; index >= 0; index--) rest = new Pair(results[index] as Value, rest);
  return rest;
}

/** The element once for each repetition; with several ellipses, the results of all levels in one list. */
function repeat(element: Element, level: number, match: Match, filling: Filling): Value[] {
  const slots = element.levels[level];
  if (slots === undefined) return [fill(element.template, match, filling)];
  const results: Value[] = [];
  const count = repetitions(slots, match);
  for (let index = 0; index < count; index++) {
    const one = match.slice();
    for (const slot of slots) one[slot] = (match[slot] as Repetition).entries[index] as Value;
    for (const result of repeat(element, level + 1, one, filling)) results.push(result);
  }
  return results;
}

/** How often to repeat. Variables under the same ellipsis must have matched equally often. */
function repetitions(slots: readonly number[], match: Match): number {
  const counts = slots.map((slot) => (match[slot] as Repetition).entries.length);
  const [first = 0] = counts;
  if (counts.some((count) => count !== first))
    failAt("bad-syntax", `a macro repeats together what occurs ${counts.join(" and ")} times`, [], undefined);
  return first;
}

function sequenceLike(like: Value, items: Value[]): Value {
  if (like instanceof VectorLiteral) return new VectorLiteral(items);
  if (like instanceof MapLiteral) return new MapLiteral(items);
  return like instanceof SetLiteral ? new SetLiteral(items) : items;
}
