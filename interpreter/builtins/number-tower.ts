// The slow paths of real arithmetic: big integers, ratios, flonums and mixtures of them.
import { BYTES, allocate } from "../machine/meter.js";
import { fail } from "../values/condition.js";
import { Flonum, Rational, normaliseInteger } from "../values/number.js";
import type { Exact, ExactInteger, Real } from "../values/number.js";
import type { Value } from "../values/value.js";
import { bitLength, chargeLinear, chargeProduct, checkBits, exponentOf, gcdOf, powerOfTwo } from "./bignum.js";
import { checkReal } from "./check.js";

/** A new flonum, charged for. */
export function flonum(value: number): Flonum {
  allocate(BYTES.flonum);
  return new Flonum(value);
}

export function realSum(a: Real, b: Real): Real {
  return combine(a, b, addDoubles, addIntegers, addRatios);
}

export function realDifference(a: Real, b: Real): Real {
  return combine(a, b, subtractDoubles, subtractIntegers, subtractRatios);
}

export function realProduct(a: Real, b: Real): Real {
  return combine(a, b, multiplyDoubles, multiplyIntegers, multiplyRatios);
}

/** `a / b`; an exact zero divisor fails with `division-by-zero`. */
export function realQuotient(a: Real, b: Real): Real {
  if (b === 0) return fail("division-by-zero", "/: division by exact zero of", [a]);
  return combine(a, b, divideDoubles, makeRatio, divideRatios);
}

/** -1, 0 or 1 as `a` is below, equal to or above `b`, exactly; NaN if either is NaN. */
export function compare(procedure: string, a: Value, b: Value): number {
  const left = checkReal(procedure, 1, a);
  const right = checkReal(procedure, 2, b);
  const leftPlain = left instanceof Flonum ? left.value : left;
  const rightPlain = right instanceof Flonum ? right.value : right;
  if (leftPlain instanceof Rational) return rightPlain instanceof Rational ? compareRatios(leftPlain, rightPlain) : compareWithRatio(leftPlain, rightPlain);
  if (rightPlain instanceof Rational) return -compareWithRatio(rightPlain, leftPlain);
  // JavaScript compares a bigint with a number by their mathematical values.
  return leftPlain < rightPlain ? -1 : leftPlain > rightPlain ? 1 : Number.isNaN(leftPlain) || Number.isNaN(rightPlain) ? NaN : 0;
}

/** The exact ratio of two integers in lowest terms; the denominator is not zero. */
export function makeRatio(numerator: bigint, denominator: bigint): Exact {
  const divisor = gcdOf(numerator, denominator);
  const sign = denominator < 0n ? -divisor : divisor;
  if (sign === denominator) return normaliseInteger(numerator / sign);
  allocate(BYTES.integer * 2);
  return sign === 1n ? new Rational(numerator, denominator) : new Rational(numerator / sign, denominator / sign);
}

/** The double nearest to a number (ties to even). */
export function toDouble(value: Real): number {
  if (typeof value === "number") return value;
  if (value instanceof Flonum) return value.value;
  return value instanceof Rational ? ratioToDouble(value) : Number(value);
}

/** The exact value of a finite double. */
export function exactOf(double: number): Exact {
  if (Number.isSafeInteger(double)) return double + 0;
  if (Number.isInteger(double)) return BigInt(double);
  const shift = 52 - exponentOf(Math.abs(double));
  const half = shift >> 1;
  return makeRatio(BigInt(double * powerOfTwo(half) * powerOfTwo(shift - half)), 1n << BigInt(shift));
}

/** Numerator of an exact number, as a bigint. */
export function numeratorOf(value: Exact): bigint {
  return value instanceof Rational ? value.numerator : BigInt(value);
}

/** Denominator of an exact number, as a bigint. */
export function denominatorOf(value: Exact): bigint {
  return value instanceof Rational ? value.denominator : 1n;
}

/** Bits of the larger part of an exact number. */
export function sizeOf(value: Exact): number {
  return value instanceof Rational ? Math.max(bitLength(value.numerator), bitLength(value.denominator)) : bitLength(BigInt(value));
}

function combine(
  left: Real, right: Real,
  ofDoubles: (a: number, b: number) => number,
  ofIntegers: (a: bigint, b: bigint) => Exact,
  ofRatios: (a: Exact, b: Exact) => Exact,
): Real {
  if (left instanceof Flonum || right instanceof Flonum) return flonum(ofDoubles(toDouble(left), toDouble(right)));
  if (left instanceof Rational || right instanceof Rational) {
    const leftSize = sizeOf(left);
    const rightSize = sizeOf(right);
    checkBits(leftSize + rightSize);
    chargeProduct(leftSize, rightSize);
    return ofRatios(left, right);
  }
  return ofIntegers(BigInt(left), BigInt(right));
}

function addDoubles(a: number, b: number): number { return a + b; }
function subtractDoubles(a: number, b: number): number { return a - b; }
function multiplyDoubles(a: number, b: number): number { return a * b; }
function divideDoubles(a: number, b: number): number { return a / b; }

function addIntegers(a: bigint, b: bigint): ExactInteger {
  chargeLinear(Math.max(bitLength(a), bitLength(b)));
  return normaliseInteger(a + b);
}

function subtractIntegers(a: bigint, b: bigint): ExactInteger {
  chargeLinear(Math.max(bitLength(a), bitLength(b)));
  return normaliseInteger(a - b);
}

function multiplyIntegers(a: bigint, b: bigint): ExactInteger {
  const leftSize = bitLength(a);
  const rightSize = bitLength(b);
  checkBits(leftSize + rightSize);
  chargeProduct(leftSize, rightSize);
  return normaliseInteger(a * b);
}

function addRatios(a: Exact, b: Exact): Exact {
  const below = denominatorOf(a) * denominatorOf(b);
  return makeRatio(numeratorOf(a) * denominatorOf(b) + numeratorOf(b) * denominatorOf(a), below);
}

function subtractRatios(a: Exact, b: Exact): Exact {
  const below = denominatorOf(a) * denominatorOf(b);
  return makeRatio(numeratorOf(a) * denominatorOf(b) - numeratorOf(b) * denominatorOf(a), below);
}

function multiplyRatios(a: Exact, b: Exact): Exact {
  return makeRatio(numeratorOf(a) * numeratorOf(b), denominatorOf(a) * denominatorOf(b));
}

function divideRatios(a: Exact, b: Exact): Exact {
  return makeRatio(numeratorOf(a) * denominatorOf(b), denominatorOf(a) * numeratorOf(b));
}

function compareRatios(a: Rational, b: Rational): number {
  chargeProduct(sizeOf(a), sizeOf(b));
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareWithRatio(a: Rational, b: ExactInteger): number {
  if (typeof b === "number" && !Number.isFinite(b)) return Number.isNaN(b) ? NaN : b > 0 ? -1 : 1;
  const other = typeof b === "number" ? exactOf(b) : b;
  if (other instanceof Rational) return compareRatios(a, other);
  chargeProduct(sizeOf(a), bitLength(BigInt(other)));
  return a.numerator < BigInt(other) * a.denominator ? -1 : 1;
}

// The quotient is taken to 64 bits and more with a sticky last bit, so that the one rounding is the host's.
function ratioToDouble({ numerator, denominator }: Rational): number {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const exponent = bitLength(magnitude) - bitLength(denominator);
  if (exponent > 1025) return numerator < 0n ? -Infinity : Infinity;
  if (exponent < -1080) return numerator < 0n ? -0 : 0;
  chargeLinear(bitLength(magnitude) + bitLength(denominator));
  const result = exponent < -1021 ? subnormal(magnitude, denominator) : normal(magnitude, denominator, 66 - exponent);
  return numerator < 0n ? -result : result;
}

function normal(numerator: bigint, denominator: bigint, shift: number): number {
  const above = shift > 0 ? numerator << BigInt(shift) : numerator;
  const below = shift > 0 ? denominator : denominator << BigInt(-shift);
  const quotient = above / below;
  const sticky = quotient * below === above ? quotient : quotient | 1n;
  const half = Math.trunc(shift / 2);
  return Number(sticky) * powerOfTwo(-half) * powerOfTwo(half - shift);
}

// Subnormal doubles are the multiples of 2⁻¹⁰⁷⁴: round to a whole number of those, ties to even.
function subnormal(numerator: bigint, denominator: bigint): number {
  const above = numerator << 1074n;
  const quotient = above / denominator;
  const twice = (above - quotient * denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return Number(up ? quotient + 1n : quotient) * Number.MIN_VALUE;
}
