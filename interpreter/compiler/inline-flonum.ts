// Arithmetic and comparisons in place where one operand surely is a flonum and the other may be.
import type { Simple } from "./block.js";
import { hostOperator, isComparison, type Raw } from "./flonum.js";
import { isNumber, type InlineContext } from "./inline-context.js";

/** What writing doubles takes besides. */
interface FlonumContext {
  /** The expression as a double, if it surely gives a flonum. */
  raw(operand: Simple): Raw | undefined;
  /** That double, charged for. */
  double(raw: Raw): string;
  /** The charge for one flonum. */
  readonly charge: string;
  /** Assignments that stand before the whole expression, in order of evaluation. */
  readonly before: string[];
}

/** Writes an operation of two operands, exactly one of them surely a flonum; the slow path does all but two flonums. */
export function flonumOperation(name: string, operands: readonly Simple[], context: InlineContext, flonums: FlonumContext): string | undefined {
  const operator = hostOperator(name);
  const [left, right] = operands;
  if (operator === undefined || left === undefined || right === undefined || operands.length !== 2) return undefined;
  // A literal that is not a double to begin with is an exact zero that would divide.
  if (isNumber(left) || isNumber(right)) return undefined;
  const [leftRaw, rightRaw] = [flonums.raw(left), flonums.raw(right)];
  if ((leftRaw === undefined) === (rightRaw === undefined)) return undefined;
  const [a, b] = [sideOf(left, leftRaw, context, flonums), sideOf(right, rightRaw, context, flonums)];
  const test = leftRaw === undefined ? a.value : b.value;
  const result = `${a.double}${operator}${b.double}`;
  const slow = context.slow(`${SLOW[name]}(${a.value},${b.value})`);
  const made = isComparison(name) ? result : `(${flonums.charge},new Flonum(${result}))`;
  return `(${test} instanceof Flonum?${made}:${slow})`;
}

/** What does the operation on any numbers. */
const SLOW: Readonly<Record<string, string>> = {
  "+": "add", "-": "subtract", "*": "multiply", "/": "divide",
  "=": "numericallyEqual", "<": "lessThan", ">": "greaterThan", "<=": "lessOrEqual", ">=": "greaterOrEqual",
};

function sideOf(operand: Simple, raw: Raw | undefined, context: InlineContext, flonums: FlonumContext): { value: string; double: string } {
  if (raw === undefined) {
    const value = context.atom(operand);
    return { value, double: `${value}.value` };
  }
  if (operand.kind !== "primitive") return { value: context.once(operand), double: raw.text };
  const double = context.temporary();
  flonums.before.push(`${double}=${flonums.double(raw)}`);
  return { value: `new Flonum(${double})`, double };
}
