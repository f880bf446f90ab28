// match: takes data apart by patterns, and tries the clauses one after the other.
import { type Core, Variable } from "../../compiler/core.js";
import { define } from "../../builtins/builtin.js";
import { Condition, LispError } from "../../values/condition.js";
import { NIL } from "../../values/pair.js";
import { LispSymbol } from "../../values/symbol.js";
import { ABSENT, type Value } from "../../values/value.js";
import { expandBody } from "../body.js";
import { bindOne, call, callBuiltin, conditional, constant, isDatum, procedure, reference } from "../build.js";
import { describe } from "../describe.js";
import type { Expander } from "../expander.js";
import { Form } from "../form.js";
import { isIdentifier, nameOf } from "../identifier.js";
import { means, Scope } from "../scope.js";
import type { ExpressionSyntax } from "../transformer.js";
import { ARROW } from "./auxiliary.js";
import { bindAll } from "./formals.js";
import { type Bound, type MatchPattern, readPattern, type RepeatPattern } from "./match-pattern.js";

define("%no-match", 1, 1, (value: Value) => {
  throw new LispError(new Condition("no-match", `no clause of the match fits ${describe(value)}`, [value]));
}, "(%no-match value) Raises no-match for a value that fits no clause.");

export const MATCH_DOC = `The body of the first clause whose pattern fits the value; no-match if none does. Patterns:
  x, _                  anything, bound to the name x or to none
  5 "a" :k 'datum       what is equal? to it
  (p q . r) #(p q) [p]  lists, vectors and persistent vectors of what fits the patterns
  p ... (or p ___)     any number of what fits p, bound in lists; p ..k at least k; more patterns may follow
  {:k p}                a map with this key and what fits p under it
  \`(a ,p)              a datum with patterns after the commas
  (? test p ...)        what satisfies the predicate, and fits all of p
  (= procedure p)       what the procedure gives for the value fits p
  (and p ...) (or p q ...) (not p)
  ($ type p ...)        a record of the type, by its fields
After the pattern, (when test) must hold, and (=> next) names a procedure that goes on with the next clause.`;

export const match: ExpressionSyntax = {
  kind: "expression",
  shape: "(match value (pattern [(when test)] [(=> next)] body ...) ...)",
  expand(form, scope, expander) {
    const clauses = form.expect(2).items.slice(2).map((_, index) => form.part(2 + index).expect(2));
    return bindOne("value", expander.expandAt(form, 1, scope), (value) =>
      clauses.reduceRight((rest, clause) => expandClause(clause, value, rest, scope, expander),
        callBuiltin("%no-match", [value], form.position)));
  },
};

/** Builds the code for a success once, and that for a failure as often as there are ways to fail. */
interface Outcome {
  success(): Core;
  failure(): Core;
}

function expandClause(clause: Form, value: Core, rest: Core, scope: Scope, expander: Expander): Core {
  const bound: Bound = new Map();
  const pattern = readPattern(clause.item(0), bound, { clause, scope, expander, depth: 0 });
  const inner = new Scope(scope);
  for (const [identifier, variable] of bound) inner.bind(identifier, variable);
  return withThunk("next", rest, (failure) => test(pattern, value, {
    success: () => clauseBody(clause, 1, failure, inner, expander), failure,
  }));
}

/** The body after its `(when test)` and `(=> next)`, each of which may be missing. */
function clauseBody(clause: Form, index: number, failure: () => Core, scope: Scope, expander: Expander): Core {
  const item = clause.cells[index] === undefined ? undefined : new Form(clause.item(index), clause.positionAt(index), clause.shape);
  const [keyword, operand] = item?.items ?? [];
  if (item === undefined || item.length !== 2 || operand === undefined || index > 2 || clause.length <= index + 1)
    return expandBody(clause, index, scope, expander);
  if (means(keyword, scope, ARROW) && isIdentifier(operand)) {
    const inner = new Scope(scope);
    const next = bindAll([operand], inner) as [Variable];
    return {
      kind: "let", variables: next, initialisers: [procedure([], failure(), { name: nameOf(operand) })],
      body: clauseBody(clause, index + 1, failure, inner, expander),
    };
  }
  if (!isIdentifier(keyword) || nameOf(keyword) !== "when") return expandBody(clause, index, scope, expander);
  const guard = expander.expandAt(item, 1, scope);
  return conditional(guard, clauseBody(clause, index + 1, failure, scope, expander), failure());
}

function test(pattern: MatchPattern, value: Core, outcome: Outcome): Core {
  switch (pattern.kind) {
    case "any":
      return outcome.success();
    case "variable":
      return { kind: "let", variables: [pattern.variable], initialisers: [value], body: outcome.success() };
    case "datum":
      return conditional(isDatum(value, pattern.datum, "equal?"), outcome.success(), outcome.failure());
    case "predicate":
      return conditional(call(pattern.predicate, [value]), outcome.success(), outcome.failure());
    case "view":
      return bindOne("view", call(pattern.procedure, [value]), (viewed) => test(pattern.pattern, viewed, outcome));
    case "pair":
      return testPair(pattern, value, outcome);
    case "repeat":
      return testRepeat(pattern, value, outcome);
    case "vector":
      return testAsList("vector?", "vector->list", pattern.items, value, outcome);
    case "persistent-vector":
      return testAsList("persistent-vector?", "->list", pattern.items, value, outcome);
    case "map":
      return testMap(pattern.entries, value, outcome);
    case "and":
      return testAll(pattern.patterns, value, outcome);
    case "or":
      return testAlternatives(pattern, value, outcome);
    case "not":
      return withThunk("unlike", outcome.success(), (success) => test(pattern.pattern, value, { success: outcome.failure, failure: success }));
    case "record":
      return testRecord(pattern, value, outcome);
  }
}

function testPair(pattern: Extract<MatchPattern, { kind: "pair" }>, value: Core, outcome: Outcome): Core {
  const { failure } = outcome;
  const parts = bindOne("car", callBuiltin("car", [value]), (car) =>
    test(pattern.car, car, {
      success: () => bindOne("cdr", callBuiltin("cdr", [value]), (cdr) => test(pattern.cdr, cdr, outcome)),
      failure,
    }));
  return conditional(callBuiltin("pair?", [value]), parts, failure());
}

function testAll(patterns: readonly MatchPattern[], value: Core, outcome: Outcome): Core {
  const [first, ...rest] = patterns;
  if (first === undefined) return outcome.success();
  return test(first, value, { success: () => testAll(rest, value, outcome), failure: outcome.failure });
}

function testAsList(predicate: string, converter: string, items: MatchPattern, value: Core, outcome: Outcome): Core {
  const list = bindOne("items", callBuiltin(converter, [value]), (converted) => test(items, converted, outcome));
  return conditional(callBuiltin(predicate, [value]), list, outcome.failure());
}

function testMap(entries: readonly (readonly [Value, MatchPattern])[], value: Core, outcome: Outcome): Core {
  const from = (index: number): Core => {
    const entry = entries[index];
    if (entry === undefined) return outcome.success();
    return bindOne("entry", callBuiltin("get", [value, constant(entry[0]), constant(ABSENT)]), (found) =>
      conditional(callBuiltin("eq?", [found, constant(ABSENT)]), outcome.failure(),
        test(entry[1], found, { success: () => from(index + 1), failure: outcome.failure })));
  };
  return conditional(callBuiltin("persistent-map?", [value]), from(0), outcome.failure());
}

function testRecord(pattern: Extract<MatchPattern, { kind: "record" }>, value: Core, outcome: Outcome): Core {
  return bindOne("type", pattern.type, (type) => {
    const from = (index: number): Core => {
      const field = pattern.fields[index];
      if (field === undefined) return outcome.success();
      const slot = callBuiltin("%record-ref", [value, type, constant(index), constant(LispSymbol.intern("match"))]);
      return bindOne("field", slot, (found) => test(field, found, { success: () => from(index + 1), failure: outcome.failure }));
    };
    return conditional(callBuiltin("%record?", [value, type]), from(0), outcome.failure());
  });
}

function testAlternatives(pattern: Extract<MatchPattern, { kind: "or" }>, value: Core, outcome: Outcome): Core {
  const found = new Variable("found");
  const body = pattern.alternatives.reduceRight((rest, alternative) => withThunk("other", rest, (failure) => test(alternative.pattern, value, {
    success: () => call(reference(found), alternative.variables.map((variable) => reference(variable))), failure,
  })), outcome.failure());
  return { kind: "let", variables: [found], initialisers: [procedure(pattern.variables, outcome.success(), { name: "found" })], body };
}

/** A loop over all items but the last ones, which gathers what each variable matches in a list. */
function testRepeat(pattern: RepeatPattern, value: Core, outcome: Outcome): Core {
  const { repeated, lists, after, tail, minimum } = pattern;
  if (tail === undefined && after.length + minimum === 0) {
    const isList = (whole: Core): Core => conditional(callBuiltin("list?", [value]), whole, outcome.failure());
    if (repeated.kind === "any") return isList(outcome.success());
    const variables = lists.map(([, list]) => list);
    if (repeated.kind === "variable") return isList({ kind: "let", variables, initialisers: [value], body: outcome.success() });
  }
  const loop = (count: Core): Core => conditional(
    callBuiltin("<", [count, constant(after.length + minimum)]),
    outcome.failure(),
    repeatLoop(pattern, value, callBuiltin("-", [count, constant(after.length)]), outcome),
  );
  if (tail === undefined)
    return conditional(callBuiltin("list?", [value]), bindOne("length", callBuiltin("length", [value]), loop), outcome.failure());
  // A circular list has no tail to match.
  return bindOne("length", callBuiltin("length+", [value]), (count) => conditional(count, loop(count), outcome.failure()));
}

function repeatLoop({ repeated, lists, after, tail }: RepeatPattern, value: Core, count: Core, outcome: Outcome): Core {
  const [loop, rest, left] = [new Variable("loop"), new Variable("rest"), new Variable("left")];
  const gathered = lists.map(([variable]) => new Variable(variable.name));
  const again = (): Core => call(reference(loop), [
    callBuiltin("cdr", [reference(rest)]),
    callBuiltin("-", [reference(left), constant(1)]),
    ...lists.map(([variable], index) => callBuiltin("cons", [reference(variable), reference(gathered[index] as Variable)])),
  ]);
  const ending = after.reduceRight<MatchPattern>((cdr, car) => ({ kind: "pair", car, cdr }), tail ?? { kind: "datum", datum: NIL });
  const done: Core = {
    kind: "let",
    variables: lists.map(([, list]) => list),
    initialisers: gathered.map((reversed) => callBuiltin("reverse", [reference(reversed)])),
    body: test(ending, reference(rest), outcome),
  };
  const step = bindOne("item", callBuiltin("car", [reference(rest)]), (item) => test(repeated, item, { success: again, failure: outcome.failure }));
  const body = conditional(callBuiltin("eqv?", [reference(left), constant(0)]), done, step);
  return {
    kind: "letrec", variables: [loop], initialisers: [procedure([rest, left, ...gathered], body, { name: "match" })],
    body: call(reference(loop), [value, count, ...gathered.map(() => constant(NIL))]),
  };
}

/** Binds code that may be needed in several places to a procedure without parameters. */
function withThunk(name: string, code: Core, body: (callThunk: () => Core) => Core): Core {
  const thunk = new Variable(name);
  const inner = body(() => call(reference(thunk), []));
  return { kind: "let", variables: [thunk], initialisers: [procedure([], code, { name })], body: inner };
}
