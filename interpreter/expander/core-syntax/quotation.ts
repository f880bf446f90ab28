// quote and quasiquote.
import type { Core } from "../../compiler/core.js";
import { listFrom, NIL, Pair } from "../../values/pair.js";
import type { Value } from "../../values/value.js";
import { callBuiltin, constant } from "../build.js";
import { literalConstructor, type Expander } from "../expander.js";
import { failAt, type Form, spineOf } from "../form.js";
import { means, type Scope } from "../scope.js";
import { isLiteral, type Literal, stripSyntax } from "../strip.js";
import type { ExpressionSyntax } from "../transformer.js";
import type { Syntax } from "../environment.js";
import { UNQUOTE, UNQUOTE_SPLICING } from "./auxiliary.js";

const MOST_DEPTH = 500;

export const quote: ExpressionSyntax = {
  kind: "expression",
  shape: "(quote datum)",
  expand: (form) => constant(stripSyntax(form.expect(2, 2).item(1))),
};

export const quasiquote: ExpressionSyntax = {
  kind: "expression",
  shape: "(quasiquote template)",
  expand(form, scope, expander) {
    const quasi: Quasi = { form: form.expect(2, 2), scope, expander, depth: 0, unquotes: 0 };
    return template(form.item(1), 1, quasi);
  },
};

interface Quasi {
  readonly form: Form;
  readonly scope: Scope;
  readonly expander: Expander;
  depth: number;
  /** Expressions unquoted so far: a part of the template that adds none stands for itself. */
  unquotes: number;
}

/** A run of elements: one expression for each, or one whose value is a list to splice. */
interface Segment {
  readonly elements: Core[];
  readonly splice: Core | undefined;
}

function template(datum: Value, level: number, quasi: Quasi): Core {
  if (++quasi.depth > MOST_DEPTH)
    failAt("nesting-too-deep", `a quasiquote nests deeper than ${MOST_DEPTH}`, [], quasi.form.position);
  const core = templateAt(datum, level, quasi);
  quasi.depth--;
  return core;
}

function templateAt(datum: Value, level: number, quasi: Quasi): Core {
  if (datum instanceof Pair) return listTemplate(datum, level, quasi);
  if (Array.isArray(datum))
    return unlessItself(datum, quasi, () => callBuiltin("list->vector", [sequenceTemplate(datum as Value[], constant(NIL), level, quasi)]));
  if (!isLiteral(datum)) return constant(stripSyntax(datum));
  return unlessItself(datum, quasi, () => collectionTemplate(datum, level, quasi));
}

function collectionTemplate(datum: Literal, level: number, quasi: Quasi): Core {
  const segments = segmentsOf(datum.items, level, quasi);
  const maker = literalConstructor(datum);
  if (segments.every((segment) => segment.splice === undefined)) return callBuiltin(maker, segments.flatMap((segment) => segment.elements));
  return callBuiltin("apply", [callableBuiltin(maker), joined(segments, constant(NIL))]);
}

function listTemplate(datum: Pair, level: number, quasi: Quasi): Core {
  const unquoted = unaryOperand(datum, UNQUOTE, quasi.scope);
  if (unquoted !== undefined) {
    if (level === 1) return unquote(unquoted, quasi);
    return relist(datum, unquoted, level - 1, quasi);
  }
  const spliced = unaryOperand(datum, UNQUOTE_SPLICING, quasi.scope);
  if (spliced !== undefined)
    return level === 1 ? quasi.form.bad("unquote-splicing stands where there is no list to splice into") : relist(datum, spliced, level - 1, quasi);
  const nested = quasiquoted(datum, quasi.scope, quasi.expander);
  if (nested !== undefined) return relist(datum, nested, level + 1, quasi);
  const { items, tail } = improperSpine(datum, quasi.scope, quasi.form);
  return unlessItself(datum, quasi, () =>
    sequenceTemplate(items, tail === NIL ? constant(NIL) : template(tail, level, quasi), level, quasi));
}

/** `(keyword x)` kept as a form, with x at another level, where it may be spliced in. */
function relist(datum: Pair, operand: Pair, level: number, quasi: Quasi): Core {
  return unlessItself(datum, quasi, () =>
    prefixed([constant(stripSyntax(datum.car))], sequenceTemplate([operand.car], constant(NIL), level, quasi)));
}

/** The items before a tail; a tail of the form `. ,x` is read as two last items and given back as the tail. */
function improperSpine(datum: Pair, scope: Scope, form: Form): { items: Value[]; tail: Value } {
  const { items, cells, tail } = spineOf(datum);
  if (tail instanceof Pair) form.bad("a circular template");
  const last = items.length - 2;
  const cell = cells[last];
  if (last > 0 && cell !== undefined && tail === NIL && means(items[last], scope, UNQUOTE)) return { items: items.slice(0, last), tail: cell };
  return { items, tail };
}

function sequenceTemplate(items: readonly Value[], end: Core, level: number, quasi: Quasi): Core {
  return joined(segmentsOf(items, level, quasi), end);
}

function segmentsOf(items: readonly Value[], level: number, quasi: Quasi): Segment[] {
  const segments: Segment[] = [];
  let elements: Core[] = [];
  for (const item of items) {
    const spliced = item instanceof Pair ? unaryOperand(item, UNQUOTE_SPLICING, quasi.scope) : undefined;
    if (spliced === undefined) elements.push(template(item, level, quasi));
    else if (level > 1) elements.push(relist(item as Pair, spliced, level - 1, quasi));
    else {
      segments.push({ elements, splice: unquote(spliced, quasi) });
      elements = [];
    }
  }
  segments.push({ elements, splice: undefined });
  return segments;
}

function joined(segments: readonly Segment[], end: Core): Core {
  return segments.reduceRight((rest, { elements, splice }) => {
    const tail = splice === undefined ? rest : isEmptyList(rest) ? splice : callBuiltin("append", [splice, rest]);
    return prefixed(elements, tail);
  }, end);
}

function prefixed(elements: Core[], tail: Core): Core {
  const [first] = elements;
  if (first === undefined) return tail;
  if (elements.every(isConstant) && isConstant(tail)) return constant(listFrom(elements.map((core) => core.value), tail.value));
  if (isEmptyList(tail)) return callBuiltin("list", elements);
  if (elements.length === 1) return callBuiltin("cons", [first, tail]);
  return callBuiltin("append", [elements.every(isConstant) ? constant(listFrom(elements.map((core) => core.value))) : callBuiltin("list", elements), tail]);
}

/** A template without a single unquote is the datum itself. */
function unlessItself(datum: Value, quasi: Quasi, build: () => Core): Core {
  const before = quasi.unquotes;
  const core = build();
  return quasi.unquotes === before ? constant(stripSyntax(datum)) : core;
}

function unquote(operand: Pair, quasi: Quasi): Core {
  quasi.unquotes++;
  return quasi.expander.expand(operand.car, quasi.scope);
}

/** For `(keyword operand)`, the pair that holds the operand. */
function unaryOperand(datum: Pair, keyword: Syntax, scope: Scope): Pair | undefined {
  if (!means(datum.car, scope, keyword)) return undefined;
  return datum.cdr instanceof Pair && datum.cdr.cdr === NIL ? datum.cdr : undefined;
}

function quasiquoted(datum: Pair, scope: Scope, expander: Expander): Pair | undefined {
  if (expander.keywordOf(datum, scope)?.transformer !== quasiquote) return undefined;
  return datum.cdr instanceof Pair && datum.cdr.cdr === NIL ? datum.cdr : undefined;
}

function callableBuiltin(name: string): Core {
  return (callBuiltin(name, []) as Extract<Core, { kind: "call" }>).operator;
}

function isConstant(core: Core): core is Extract<Core, { kind: "constant" }> {
  return core.kind === "constant";
}

function isEmptyList(core: Core): boolean {
  return isConstant(core) && core.value === NIL;
}
