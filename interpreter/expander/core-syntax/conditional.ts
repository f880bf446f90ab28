// if, cond, case, and, or, when, unless.
import type { Core } from "../../compiler/core.js";
import { listFrom } from "../../values/pair.js";
import type { Value } from "../../values/value.js";
import { bindOne, call, callBuiltin, conditional, constant, isDatum, sequence, unspecified } from "../build.js";
import type { Expander } from "../expander.js";
import type { Form } from "../form.js";
import { means, type Scope } from "../scope.js";
import { stripSyntax } from "../strip.js";
import type { ExpressionSyntax } from "../transformer.js";
import { ARROW, ELSE } from "./auxiliary.js";

/** A clause of case with more data than this searches a list instead of testing one by one. */
const MOST_TESTS = 8;

export const ifSyntax: ExpressionSyntax = {
  kind: "expression",
  shape: "(if test consequent [alternative])",
  expand(form, scope, expander) {
    form.expect(3, 4);
    const alternative = form.length === 4 ? expander.expandAt(form, 3, scope) : unspecified();
    return conditional(expander.expandAt(form, 1, scope), expander.expandAt(form, 2, scope), alternative);
  },
};

export const when: ExpressionSyntax = {
  kind: "expression",
  shape: "(when test expression ...)",
  expand(form, scope, expander) {
    form.expect(2);
    return conditional(expander.expandAt(form, 1, scope), sequence(expander.expandFrom(form, 2, scope)), unspecified());
  },
};

export const unless: ExpressionSyntax = {
  kind: "expression",
  shape: "(unless test expression ...)",
  expand(form, scope, expander) {
    form.expect(2);
    return conditional(expander.expandAt(form, 1, scope), unspecified(), sequence(expander.expandFrom(form, 2, scope)));
  },
};

export const and: ExpressionSyntax = {
  kind: "expression",
  shape: "(and expression ...)",
  expand(form, scope, expander) {
    const tests = expander.expandFrom(form.expect(1), 1, scope);
    return tests.length === 0 ? constant(true) : tests.reduceRight((rest, test) => conditional(test, rest, constant(false)));
  },
};

export const or: ExpressionSyntax = {
  kind: "expression",
  shape: "(or expression ...)",
  expand(form, scope, expander) {
    const tests = expander.expandFrom(form.expect(1), 1, scope);
    return tests.length === 0 ? constant(false) : tests.reduceRight((rest, test) => either(test, rest));
  },
};

export const cond: ExpressionSyntax = {
  kind: "expression",
  shape: "(cond (test expression ...) ... [(else expression ...)])",
  expand(form, scope, expander) {
    const clauses = clausesFrom(form.expect(2), 1);
    const isLast = (clause: Form): boolean => clause === clauses[clauses.length - 1];
    return clauses.map((clause) => condClause(clause, isLast(clause), scope, expander)).reduceRight((rest, build) => build(rest), unspecified());
  },
};

export const caseSyntax: ExpressionSyntax = {
  kind: "expression",
  shape: "(case key ((datum ...) expression ...) ... [(else expression ...)])",
  expand(form, scope, expander) {
    const clauses = clausesFrom(form.expect(3), 2);
    const isLast = (clause: Form): boolean => clause === clauses[clauses.length - 1];
    return bindOne("key", expander.expandAt(form, 1, scope), (key) =>
      clauses.map((clause) => caseClause(clause, isLast(clause), key, scope, expander)).reduceRight((rest, build) => build(rest), unspecified()));
  },
};

function clausesFrom(form: Form, index: number): Form[] {
  return form.items.slice(index).map((_, offset) => form.part(index + offset).expect(1));
}

function condClause(clause: Form, isLast: boolean, scope: Scope, expander: Expander): (rest: Core) => Core {
  if (means(clause.item(0), scope, ELSE)) {
    if (!isLast) clause.bad("else must be the last clause");
    const body = sequence(expander.expandFrom(clause.expect(2), 1, scope));
    return () => body;
  }
  const test = expander.expandAt(clause, 0, scope);
  if (clause.length === 1) return (rest) => either(test, rest);
  if (means(clause.item(1), scope, ARROW)) {
    const receiver = expander.expandAt(clause.expect(3, 3), 2, scope);
    return (rest) => bindOne("test", test, (value) => conditional(value, call(receiver, [value], clause.position), rest));
  }
  const body = sequence(expander.expandFrom(clause, 1, scope));
  return (rest) => conditional(test, body, rest);
}

function caseClause(clause: Form, isLast: boolean, key: Core, scope: Scope, expander: Expander): (rest: Core) => Core {
  const isElse = means(clause.item(0), scope, ELSE);
  if (isElse && !isLast) clause.bad("else must be the last clause");
  const hasReceiver = means(clause.expect(2).item(1), scope, ARROW);
  const body = hasReceiver
    ? call(expander.expandAt(clause.expect(3, 3), 2, scope), [key], clause.position)
    : sequence(expander.expandFrom(clause, 1, scope));
  if (isElse) return () => body;
  const data = clause.part(0).items.map(stripSyntax);
  return (rest) => conditional(isOneOf(key, data), body, rest);
}

function isOneOf(key: Core, data: readonly Value[]): Core {
  if (data.length === 0) return constant(false);
  if (data.length > MOST_TESTS) return callBuiltin("%one-of", [key, constant(listFrom(data))]);
  const tests = data.map((datum) => isDatum(key, datum, "eqv?"));
  return tests.reduceRight((rest, test) => conditional(test, constant(true), rest));
}

function either(test: Core, rest: Core): Core {
  return bindOne("test", test, (value) => conditional(value, value, rest));
}
