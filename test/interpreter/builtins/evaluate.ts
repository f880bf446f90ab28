// A calculator for the tables of these tests: calls of builtins with constant operands, no special form but quote.
import { expect, it } from "vitest";
import { builtins } from "../../../interpreter/builtins/index.js";
import { write } from "../../../interpreter/printer/print.js";
import { readAll } from "../../../interpreter/reader/datum.js";
import { Condition, LispError } from "../../../interpreter/values/condition.js";
import { MapLiteral, SetLiteral, VectorLiteral } from "../../../interpreter/values/literal.js";
import { NIL, Pair, itemsOf } from "../../../interpreter/values/pair.js";
import { LispSymbol } from "../../../interpreter/values/symbol.js";
import { MultipleValues } from "../../../interpreter/values/value.js";
import type { Value } from "../../../interpreter/values/value.js";

/** Calls a builtin as a program would, with its operands counted. */
export function call(name: string, ...operands: Value[]): Value {
  const builtin = builtins.get(name);
  if (builtin === undefined) throw new Error(`there is no builtin ${name}`);
  return builtin.procedure(...operands);
}

/** The value of an expression; symbols name what `names` binds. */
export function evaluate(expression: Value, names: ReadonlyMap<string, Value> = new Map()): Value {
  if (expression instanceof LispSymbol) return names.get(expression.name) ?? fault(`nothing is called ${expression.name}`);
  if (expression instanceof VectorLiteral) return call("persistent-vector", ...each(expression.items, names));
  if (expression instanceof MapLiteral) return call("persistent-map", ...each(expression.items, names));
  if (expression instanceof SetLiteral) return call("persistent-set", ...each(expression.items, names));
  if (!(expression instanceof Pair)) return expression;
  const [operator, ...operands] = itemsOf(expression) ?? [NIL];
  const name = operator instanceof LispSymbol ? operator.name : fault("the operator must be a name");
  return name === "quote" ? (operands[0] as Value) : call(name, ...each(operands, names));
}

/** What the last expression of the text gives, as `write` prints it; `!code` for a condition. `(define name x)` binds. */
export function answer(text: string): string {
  const names = new Map<string, Value>();
  try {
    let result: Value = NIL;
    for (const form of readAll(text, "test")) {
      const items = form instanceof Pair ? itemsOf(form) : undefined;
      const [operator, name, value] = items ?? [];
      if (operator === LispSymbol.intern("define")) names.set((name as LispSymbol).name, evaluate(value as Value, names));
      else result = evaluate(form, names);
    }
    return result instanceof MultipleValues ? result.items.map((item) => write(item)).join(" ") : write(result);
  } catch (error) {
    if (error instanceof LispError && error.payload instanceof Condition) return `!${error.payload.code}`;
    throw error;
  }
}

/** One test for each row: an expression, and what it gives. */
export function check(rows: readonly (readonly [expression: string, expected: string])[]): void {
  for (const [expression, expected] of rows) it(`${expression} is ${expected}`, () => expect(answer(expression)).toBe(expected));
}

function each(expressions: readonly Value[], names: ReadonlyMap<string, Value>): Value[] {
  return expressions.map((expression) => evaluate(expression, names));
}

function fault(message: string): never {
  throw new Error(message);
}
