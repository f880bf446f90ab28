// Integer division in its two kinds, greatest common divisors, and the integer predicates (R7RS 6.2.6).
import { Complex, Flonum, Rational, normaliseInteger } from "../values/number.js";
import { MultipleValues } from "../values/value.js";
import type { ExactInteger } from "../values/number.js";
import type { Value } from "../values/value.js";
import { checkInteger, divideIntegers, modulo, multiply, negate, quotient, remainder, wholeOf } from "./arithmetic.js";
import { gcdOf, integerSquareRoot, smallGcd } from "./bignum.js";
import { define } from "./builtin.js";
import { checkExactInteger, checkNumber, checkReal, wrongType } from "./check.js";
import { exactOf, flonum, toDouble } from "./number-tower.js";

/** Integer quotient rounded down. */
function floorQuotient(a: Value, b: Value): Value {
  return divideIntegers("floor-quotient", a, b, (dividend, divisor) => Math.floor(dividend / divisor), floorOfIntegers);
}

/** The greatest common divisor of two integers, not negative; inexact if either is. */
function greatestCommonDivisor(a: Value, b: Value): Value {
  const left = checkInteger("gcd", 1, a);
  const right = checkInteger("gcd", 2, b);
  const divisor = exactDivisor(wholeOf(left), wholeOf(right));
  return left instanceof Flonum || right instanceof Flonum ? flonum(Number(divisor)) : divisor;
}

function exactDivisor(left: ExactInteger, right: ExactInteger): ExactInteger {
  if (typeof left === "number" && typeof right === "number") return smallGcd(left, right);
  return normaliseInteger(gcdOf(BigInt(left), BigInt(right)));
}

function leastCommonMultiple(a: Value, b: Value): Value {
  const divisor = greatestCommonDivisor(a, b);
  if (isZero(divisor)) return divisor;
  const result = multiply(quotient(a, divisor), b);
  return isNegative(result) ? negate(result) : result;
}

function floorOfIntegers(dividend: bigint, divisor: bigint): bigint {
  const whole = dividend / divisor;
  return whole * divisor !== dividend && dividend < 0n !== divisor < 0n ? whole - 1n : whole;
}

/** Whether a number is zero. */
function isZero(value: Value): boolean {
  if (value instanceof Flonum) return value.value === 0;
  return value === 0 || (value instanceof Complex && isZero(value.real) && isZero(value.imaginary));
}

/** Whether a number is below zero. */
export function isNegative(value: Value): boolean {
  const number = checkReal("negative?", 1, value);
  if (number instanceof Flonum) return number.value < 0;
  return number instanceof Rational ? number.numerator < 0n : number < 0;
}

function isOdd(procedure: string, value: Value): boolean {
  const integer = checkInteger(procedure, 1, value);
  if (typeof integer === "bigint") return (integer & 1n) === 1n;
  return toDouble(integer) % 2 !== 0;
}

function part(procedure: string, value: Value, ofRational: (ratio: Rational) => bigint, ofInteger: (integer: Value) => Value): Value {
  const number = checkReal(procedure, 1, value);
  if (number instanceof Rational) return normaliseInteger(ofRational(number));
  if (!(number instanceof Flonum)) return ofInteger(number);
  if (!Number.isFinite(number.value)) return wrongType(procedure, 1, "a rational number", value);
  return flonum(toDouble(part(procedure, exactOf(number.value), ofRational, ofInteger) as ExactInteger));
}

function exactSquareRoot(value: Value): Value {
  const integer = checkExactInteger("exact-integer-sqrt", 1, value);
  if (integer < 0) return wrongType("exact-integer-sqrt", 1, "an exact integer that is not negative", value);
  const square = BigInt(integer);
  const root = integerSquareRoot(square);
  return new MultipleValues([normaliseInteger(root), normaliseInteger(square - root * root)]);
}

function overIntegers(procedure: string, identity: Value, combine: (a: Value, b: Value) => Value): (...operands: Value[]) => Value {
  return (...operands) => {
    let result = identity;
    operands.forEach((operand, index) => {
      result = combine(result, checkInteger(procedure, index + 1, operand));
    });
    return result;
  };
}

define("quotient", 2, 2, quotient, "(quotient n1 n2) The quotient rounded towards zero.");
define("remainder", 2, 2, remainder, "(remainder n1 n2) What quotient leaves; it has the sign of n1.");
define("modulo", 2, 2, modulo, "(modulo n1 n2) What floor-quotient leaves; it has the sign of n2.");
define("truncate-quotient", 2, 2, quotient, "(truncate-quotient n1 n2) The quotient rounded towards zero.");
define("truncate-remainder", 2, 2, remainder, "(truncate-remainder n1 n2) What truncate-quotient leaves.");
define("floor-quotient", 2, 2, floorQuotient, "(floor-quotient n1 n2) The quotient rounded down.");
define("floor-remainder", 2, 2, modulo, "(floor-remainder n1 n2) What floor-quotient leaves.");
define("floor/", 2, 2, (a: Value, b: Value) => new MultipleValues([floorQuotient(a, b), modulo(a, b)]),
  "(floor/ n1 n2) Two values: the quotient rounded down, and the remainder.");
define("truncate/", 2, 2, (a: Value, b: Value) => new MultipleValues([quotient(a, b), remainder(a, b)]),
  "(truncate/ n1 n2) Two values: the quotient rounded towards zero, and the remainder.");
define("gcd", 0, Infinity, overIntegers("gcd", 0, greatestCommonDivisor), "(gcd n ...) The greatest common divisor; 0 for none.");
define("lcm", 0, Infinity, overIntegers("lcm", 1, leastCommonMultiple), "(lcm n ...) The least common multiple; 1 for none.");
define("numerator", 1, 1, (value: Value) => part("numerator", value, (ratio) => ratio.numerator, (integer) => integer),
  "(numerator q) The numerator in lowest terms.");
define("denominator", 1, 1, (value: Value) => part("denominator", value, (ratio) => ratio.denominator, () => 1),
  "(denominator q) The denominator in lowest terms, always positive.");
define("exact-integer-sqrt", 1, 1, exactSquareRoot, "(exact-integer-sqrt k) Two values: the integer square root s, and k - s².");
define("zero?", 1, 1, (value: Value) => isZero(checkNumber("zero?", 1, value)), "(zero? z) Whether z is 0.");
define("positive?", 1, 1, (value: Value) => {
  const number = checkReal("positive?", 1, value);
  return !isZero(number) && !isNegative(number) && !Number.isNaN(toDouble(number));
}, "(positive? x) Whether x is above 0.");
define("negative?", 1, 1, isNegative, "(negative? x) Whether x is below 0.");
define("odd?", 1, 1, (value: Value) => isOdd("odd?", value), "(odd? n) Whether the integer n is odd.");
define("even?", 1, 1, (value: Value) => !isOdd("even?", value), "(even? n) Whether the integer n is even.");
define("square", 1, 1, (value: Value) => multiply(checkNumber("square", 1, value), value), "(square z) z times z.");
