// Arithmetic that compiled code calls directly: each function tries small exact integers first.
import { fail } from "../values/condition.js";
import { Complex, Flonum, normaliseInteger } from "../values/number.js";
import type { ExactInteger, Numeric } from "../values/number.js";
import type { Value } from "../values/value.js";
import { bitLength, chargeQuotient } from "./bignum.js";
import { define } from "./builtin.js";
import { checkNumber, checkReal, wrongType } from "./check.js";
import { difference, equalNumbers, product, ratio, sum } from "./complex-arithmetic.js";
import { compare, exactOf, flonum, toDouble } from "./number-tower.js";

const MAX = Number.MAX_SAFE_INTEGER;

/** `a + b`. A sum of safe integers that is itself safe is exact. */
export function add(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a + b;
    if (result <= MAX && result >= -MAX) return result;
  } else if (a instanceof Flonum && b instanceof Flonum) return flonum(a.value + b.value);
  return sum(a, b);
}

/** `a - b`. */
export function subtract(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a - b;
    if (result <= MAX && result >= -MAX) return result;
  } else if (a instanceof Flonum && b instanceof Flonum) return flonum(a.value - b.value);
  return difference(a, b);
}

/** `-a`, which for the flonum 0.0 is not `0 - a`. */
export function negate(a: Value): Value {
  if (a instanceof Flonum) return flonum(-a.value);
  return a instanceof Complex ? multiply(-1, a) : subtract(0, a);
}

/** `a × b`. Adding 0 turns JavaScript's -0 into 0. */
export function multiply(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const result = a * b;
    if (result <= MAX && result >= -MAX) return result + 0;
  } else if (a instanceof Flonum && b instanceof Flonum) return flonum(a.value * b.value);
  return product(a, b);
}

/** `a / b`, exact if both are. */
export function divide(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    if (b !== 0 && a % b === 0) return a / b + 0;
  } else if (a instanceof Flonum && b instanceof Flonum) return flonum(a.value / b.value);
  return ratio(a, b);
}

/** `a < b`, mathematically exact between exact and inexact numbers. */
export function lessThan(a: Value, b: Value): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (a instanceof Flonum && b instanceof Flonum) return a.value < b.value;
  return compare("<", a, b) < 0;
}

/** `a > b`. */
export function greaterThan(a: Value, b: Value): boolean {
  if (typeof a === "number" && typeof b === "number") return a > b;
  if (a instanceof Flonum && b instanceof Flonum) return a.value > b.value;
  return compare(">", a, b) > 0;
}

/** `a ≤ b`; false if either is NaN. */
export function lessOrEqual(a: Value, b: Value): boolean {
  if (typeof a === "number" && typeof b === "number") return a <= b;
  if (a instanceof Flonum && b instanceof Flonum) return a.value <= b.value;
  return compare("<=", a, b) <= 0;
}

/** `a ≥ b`; false if either is NaN. */
export function greaterOrEqual(a: Value, b: Value): boolean {
  if (typeof a === "number" && typeof b === "number") return a >= b;
  if (a instanceof Flonum && b instanceof Flonum) return a.value >= b.value;
  return compare(">=", a, b) >= 0;
}

/** `a = b` as numbers. */
export function numericallyEqual(a: Value, b: Value): boolean {
  if (typeof a === "number" && typeof b === "number") return a === b;
  if (a instanceof Flonum && b instanceof Flonum) return a.value === b.value;
  return equalNumbers(a, b);
}

/** Integer quotient rounded towards zero. Whole flonums are integers too, and make the result inexact. */
export function quotient(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number" && b !== 0) return Math.trunc(a / b) + 0;
  return divideIntegers("quotient", a, b, quotientOfDoubles, (dividend, divisor) => dividend / divisor);
}

/** The remainder that goes with `quotient`: it has the sign of the dividend. */
export function remainder(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number" && b !== 0) return (a % b) + 0;
  return divideIntegers("remainder", a, b, (dividend, divisor) => dividend % divisor, (dividend, divisor) => dividend % divisor);
}

/** The remainder of division rounded down: it has the sign of the divisor. */
export function modulo(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number" && b !== 0) return moduloOfDoubles(a, b) + 0;
  return divideIntegers("modulo", a, b, moduloOfDoubles, moduloOfIntegers);
}

/**
 * Division of two integers of any kind, exact or whole flonums; fails with `division-by-zero`. Beyond the safe
 * integers a flonum is divided as the exact integer that it is, and no result is -0.0: an integer has no such zero.
 */
export function divideIntegers(
  procedure: string, a: Value, b: Value,
  ofDoubles: (a: number, b: number) => number,
  ofIntegers: (a: bigint, b: bigint) => bigint,
): Value {
  const left = checkInteger(procedure, 1, a);
  const right = checkInteger(procedure, 2, b);
  if (toDouble(right) === 0) return fail("division-by-zero", `${procedure}: division by zero of`, [a]);
  const isInexact = left instanceof Flonum || right instanceof Flonum;
  const dividend = wholeOf(left);
  const divisor = wholeOf(right);
  if (typeof dividend === "number" && typeof divisor === "number") {
    const result = ofDoubles(dividend, divisor) + 0;
    return isInexact ? flonum(result) : result;
  }
  const [above, below] = [BigInt(dividend), BigInt(divisor)];
  chargeQuotient(bitLength(above), bitLength(below));
  const result = ofIntegers(above, below);
  return isInexact ? flonum(Number(result)) : normaliseInteger(result);
}

/** The exact integer that an integer of any kind is equal to. */
export function wholeOf(integer: ExactInteger | Flonum): ExactInteger {
  return integer instanceof Flonum ? (exactOf(integer.value) as ExactInteger) : integer;
}

/** An integer, exact or a whole flonum. */
export function checkInteger(procedure: string, operand: number, value: Value): number | bigint | Flonum {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value instanceof Flonum && Number.isInteger(value.value) ? value : wrongType(procedure, operand, "an integer", value);
}

function quotientOfDoubles(dividend: number, divisor: number): number {
  return Math.trunc(dividend / divisor);
}

function moduloOfDoubles(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest;
}

function moduloOfIntegers(dividend: bigint, divisor: bigint): bigint {
  const rest = dividend % divisor;
  return rest !== 0n && rest < 0n !== divisor < 0n ? rest + divisor : rest;
}

/** Whether each number stands in the relation to the next; all are checked to be numbers that it is defined for. */
function chain(
  procedure: string, holds: (a: Value, b: Value) => boolean, check: (procedure: string, operand: number, value: Value) => Numeric,
): (first: Value, ...rest: Value[]) => boolean {
  return (first, ...rest) => {
    if (rest.length === 1) return holds(first, rest[0] as Value);
    let left = check(procedure, 1, first);
    let result = true;
    rest.forEach((right, index) => {
      const checked = check(procedure, index + 2, right);
      if (result && !holds(left, checked)) result = false;
      left = checked;
    });
    return result;
  };
}

/** A left fold that checks each operand under its own number; `alone` is applied to a single operand. */
function fold(
  procedure: string, identity: Value, alone: (a: Numeric) => Value, combine: (a: Value, b: Value) => Value,
): (...operands: Value[]) => Value {
  return (...operands) => {
    if (operands.length === 0) return identity;
    const first = checkNumber(procedure, 1, operands[0] as Value);
    if (operands.length === 1) return alone(first);
    let result: Value = first;
    for (let index = 1; index < operands.length; index++) result = combine(result, checkNumber(procedure, index + 1, operands[index] as Value));
    return result;
  };
}

define("+", 0, Infinity, fold("+", 0, (a) => a, add), "(+ z ...) The sum of the numbers; 0 for none.");
define("*", 0, Infinity, fold("*", 1, (a) => a, multiply), "(* z ...) The product of the numbers; 1 for none.");
define("-", 1, Infinity, fold("-", 0, negate, subtract), "(- z1 z2 ...) The first less the others; with one operand, its negation.");
define("/", 1, Infinity, fold("/", 1, (a) => divide(1, a), divide), "(/ z1 z2 ...) The first divided by the others; with one operand, its reciprocal.");
define("=", 1, Infinity, chain("=", numericallyEqual, checkNumber), "(= z1 z2 ...) Whether all are equal as numbers.");
define("<", 1, Infinity, chain("<", lessThan, checkReal), "(< x1 x2 ...) Whether each is below the next.");
define(">", 1, Infinity, chain(">", greaterThan, checkReal), "(> x1 x2 ...) Whether each is above the next.");
define("<=", 1, Infinity, chain("<=", lessOrEqual, checkReal), "(<= x1 x2 ...) Whether none is above the next.");
define(">=", 1, Infinity, chain(">=", greaterOrEqual, checkReal), "(>= x1 x2 ...) Whether none is below the next.");
