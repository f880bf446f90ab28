// Decide expressions as native functions: the suites in a thousandth of the time, for tests of the search alone.
import { Flonum, itemsOf, LispSymbol, type Value } from "../../interpreter/index.js";
import { costOf, scoreOf, shippedCostsOf } from "../../ports/evolution/score.js";
import { type Facts, seedOf, type Split, type Suite } from "../../ports/evolution/suites/suite.js";

/** The scores of an expression on each case of a split; 0 where it gives no finite number. */
export function nativeScores(suite: Suite, split: Split, expression: Value): number[] {
  const decide = compiled(expression, suite.facts);
  return shippedCostsOf(suite, split).map((shipped, index) => {
    let isSound = true;
    const cost = costOf(suite, seedOf(suite, split, index), (facts) => {
      const decision = Number(decide(facts));
      isSound &&= Number.isFinite(decision);
      return decision;
    });
    return isSound ? scoreOf(shipped, cost) : 0;
  });
}

type Compiled = (facts: Facts) => number | boolean;

const OPERATORS: Readonly<Record<string, (...operands: never[]) => number | boolean>> = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b?: number) => (b === undefined ? -a : a - b),
  "*": (a: number, b: number) => a * b,
  ratio: (a: number, b: number) => (b === 0 ? 1 : a / b),
  min: Math.min, max: Math.max, expt: Math.pow,
  "safe-sqrt": (a: number) => Math.sqrt(Math.abs(a)),
  "safe-log": (a: number) => (a === 0 ? 0 : Math.log(Math.abs(a))),
  "safe-exp": (a: number) => Math.exp(Math.max(-50, Math.min(50, a))),
  "<": (a: number, b: number) => a < b,
  ">": (a: number, b: number) => a > b,
  not: (a: boolean) => !a,
  and: (a: boolean, b: boolean) => a && b,
  or: (a: boolean, b: boolean) => a || b,
  if: (test: boolean, one: number, other: number) => (test ? one : other),
};

function compiled(expression: Value, facts: readonly string[]): Compiled {
  if (expression instanceof LispSymbol) {
    const index = facts.indexOf(expression.name);
    return (values) => values[index] as number;
  }
  if (expression instanceof Flonum) return () => expression.value;
  if (typeof expression === "number" || typeof expression === "boolean") return () => expression;
  const [operator, ...rest] = itemsOf(expression) as [LispSymbol, ...Value[]];
  const run = OPERATORS[operator.name] as (...operands: (number | boolean)[]) => number | boolean;
  const operands = rest.map((each) => compiled(each, facts));
  return (values) => run(...operands.map((operand) => operand(values)));
}
