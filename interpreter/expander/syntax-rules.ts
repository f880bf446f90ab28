// syntax-rules (R7RS 4.3.2): reads the rules once, then matches uses and fills templates.
import { allocate, burn, BYTES } from "../machine/meter.js";
import { Pair } from "../values/pair.js";
import { Keyword, type LispSymbol } from "../values/symbol.js";
import type { Position } from "../values/position.js";
import type { Value } from "../values/value.js";
import { ELLIPSIS, UNDERSCORE } from "./core-syntax/auxiliary.js";
import { describe } from "./describe.js";
import { failAt, type Form } from "./form.js";
import { Alias, type Identifier, isIdentifier, nameOf } from "./identifier.js";
import { means, type Scope } from "./scope.js";
import { compilePattern, type Match, matches, type Pattern } from "./syntax-pattern.js";
import { compileTemplate, fill, type Filling, type Template } from "./syntax-template.js";
import type { Macro } from "./transformer.js";

/** What the parts of one macro's rules are read by. */
export interface RuleSyntax {
  readonly form: Form;
  /** Where the macro is defined. */
  readonly scope: Scope;
  isEllipsis(datum: Value | undefined): boolean;
  isUnderscore(datum: Value): boolean;
  isLiteral(identifier: Identifier): boolean;
}

interface Rule {
  readonly pattern: Pattern;
  readonly template: Template;
  readonly variables: number;
}

/** The macro that a `(syntax-rules …)` form defines in a scope. */
export function compileSyntaxRules(form: Form, scope: Scope, name: LispSymbol): Macro {
  const second = form.expect(2).item(1);
  // R7RS code likes to write `:::`, which is a keyword here: any keyword may be the ellipsis.
  const ellipsis = isIdentifier(second) || second instanceof Keyword ? second : undefined;
  const first = ellipsis === undefined ? 1 : 2;
  const literalForm = form.part(first);
  const literals = new Set<Value>(literalForm.items.map((_, index) => literalForm.identifier(index)));
  const isLiteral = (datum: Value): boolean => literals.has(datum);
  const syntax: RuleSyntax = {
    form, scope,
    isLiteral,
    isEllipsis: (datum) =>
      ellipsis === undefined ? isIdentifier(datum) && !isLiteral(datum) && means(datum, scope, ELLIPSIS) : datum === ellipsis && !isLiteral(datum),
    isUnderscore: (datum) => isIdentifier(datum) && !isLiteral(datum) && means(datum, scope, UNDERSCORE),
  };
  const rules = form.items.slice(first + 1).map((_, index) => compileRule(form.part(first + 1 + index).expect(2, 2), syntax));
  const shape = form.cells.slice(first + 1).map((cell) => shapeOf(name, cell.car)).join(" or ");
  return { kind: "macro", shape, rules: { form: form.datum, scope }, rewrite: (use, useScope) => rewrite(rules, use, useScope, scope) };
}

function compileRule(rule: Form, syntax: RuleSyntax): Rule {
  const variables = new Map<Identifier, { slot: number; depth: number }>();
  const pattern = rule.element(0);
  const [keyword] = pattern.items;
  if (keyword === undefined || !isIdentifier(keyword)) rule.bad("a pattern begins with the macro's own name");
  const compiled = compilePattern(afterKeyword(pattern), syntax, variables);
  return { pattern: compiled, template: compileTemplate(rule.item(1), syntax, variables), variables: variables.size };
}

/** What follows the keyword: a macro's own name is not matched. */
function afterKeyword(pattern: Form): Value {
  return pattern.cells[0]?.cdr ?? pattern.bad("a pattern is a list");
}

function rewrite(rules: readonly Rule[], use: Form, useScope: Scope, scope: Scope): Value {
  const input = use.cells[0]?.cdr ?? use.bad("a macro use is a list");
  for (const { pattern, template, variables } of rules) {
    const match: Match = new Array<Value>(variables);
    if (!matches(pattern, input, match, { use: useScope, definition: scope })) continue;
    const filling = newFilling(scope, use.position);
    const result = fill(template, match, filling);
    burn(filling.made);
    allocate(BYTES.pair * filling.made);
    return result;
  }
  const name = isIdentifier(use.items[0]) ? nameOf(use.items[0]) : "the macro";
  return failAt("bad-syntax", `${describe(use.datum)} fits no pattern of ${name}. The shape is ${use.shape}`, [], use.position);
}

/** Each expansion has aliases of its own, and one for each identifier. */
function newFilling(scope: Scope, position: Position | undefined): Filling {
  const aliases = new Map<Identifier, Alias>();
  return {
    made: 0,
    position,
    alias(identifier) {
      let alias = aliases.get(identifier);
      if (alias === undefined) aliases.set(identifier, (alias = new Alias(identifier, scope)));
      return alias;
    },
  };
}

/** The pattern of a rule with the macro's name in its first place. */
function shapeOf(name: LispSymbol, rule: Value): string {
  const pattern = rule instanceof Pair ? rule.car : rule;
  return describe(new Pair(name, pattern instanceof Pair ? pattern.cdr : pattern));
}
