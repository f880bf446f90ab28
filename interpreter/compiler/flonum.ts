// Arithmetic that surely gives a flonum, as arithmetic of the host on doubles without boxes.
import { Flonum } from "../values/number.js";
import type { Simple } from "./block.js";
import type { Variable } from "./core.js";

/** A JavaScript expression without effects, and how many flonums its value and what leads to it are charged as. */
export interface Raw { readonly text: string; readonly results: number }

/** The name of the double that a variable holds, if it surely holds a flonum. */
export type DoubleNames = (variable: Variable) => string | undefined;

const BINARY: ReadonlySet<string> = new Set(["+", "-", "*", "/"]);
const UNARY: ReadonlyMap<string, string> = new Map([
  ["-", "-"], ["abs", "Math.abs"], ["floor", "Math.floor"], ["ceiling", "Math.ceil"], ["truncate", "Math.trunc"],
]);
const COMPARISONS: ReadonlyMap<string, string> = new Map([["=", "==="], ["<", "<"], [">", ">"], ["<=", "<="], [">=", ">="]]);
const AGAINST_ZERO: ReadonlyMap<string, string> = new Map([["zero?", "==="], ["positive?", ">"], ["negative?", "<"]]);

/** The operator of the host for `+`, `-`, `*` and `/`, and for a comparison. */
export function hostOperator(name: string): string | undefined {
  return BINARY.has(name) ? name : COMPARISONS.get(name);
}

/** True of the comparisons, whose value is a boolean. */
export function isComparison(name: string): boolean {
  return COMPARISONS.has(name);
}

/** The expression as a double, if it surely gives a flonum. Its effects, errors and other values are those of flonums: none. */
export function rawFlonum(simple: Simple, names: DoubleNames): Raw | undefined {
  switch (simple.kind) {
    case "constant": return simple.value instanceof Flonum ? { text: literal(simple.value.value), results: 0 } : undefined;
    case "local": {
      const name = names(simple.variable);
      return name === undefined ? undefined : { text: name, results: 0 };
    }
    case "primitive": return rawArithmetic(simple.builtin.name, simple.operands, names);
    default: return undefined;
  }
}

/** The comparison of flonums as a condition of the host. */
export function rawComparison(simple: Simple, names: DoubleNames): Raw | undefined {
  if (simple.kind !== "primitive") return undefined;
  const { builtin, operands } = simple;
  const zero = AGAINST_ZERO.get(builtin.name);
  const operator = zero ?? COMPARISONS.get(builtin.name);
  const [left, right] = operands.map((operand) => rawOperand(operand, names));
  if (operator === undefined || left === undefined) return undefined;
  if (zero !== undefined) return { text: `(${left.text}${zero}0)`, results: left.results };
  if (right === undefined || operands.length !== 2 || !(left.isFlonum || right.isFlonum)) return undefined;
  return { text: `(${left.text}${operator}${right.text})`, results: left.results + right.results };
}

function rawArithmetic(name: string, operands: readonly Simple[], names: DoubleNames): Raw | undefined {
  const [first, ...rest] = operands.map((operand) => rawOperand(operand, names));
  if (first === undefined) return undefined;
  const unary = UNARY.get(name);
  if (rest.length === 0) return unary === undefined || !first.isFlonum ? undefined : { text: `(${unary}(${first.text}))`, results: first.results + 1 };
  if (!BINARY.has(name)) return undefined;
  let sum = first;
  for (const next of rest) {
    // Two exact numbers give an exact one, and only an exact zero cannot divide.
    if (next === undefined || !(sum.isFlonum || next.isFlonum) || (name === "/" && next.text === "0" && !next.isFlonum)) return undefined;
    sum = { text: `(${sum.text}${name}${next.text})`, results: sum.results + next.results + 1, isFlonum: true };
  }
  return sum;
}

/** A flonum, or a literal exact integer, which the host's doubles hold as it is. */
function rawOperand(simple: Simple, names: DoubleNames): (Raw & { readonly isFlonum: boolean }) | undefined {
  if (simple.kind === "constant" && typeof simple.value === "number") return { text: literal(simple.value), results: 0, isFlonum: false };
  const raw = rawFlonum(simple, names);
  return raw && { ...raw, isFlonum: true };
}

function literal(value: number): string {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : String(value);
}
