// Square roots and powers; exact where the operands are and the result can be (R7RS 6.2.6).
import { fail } from "../values/condition.js";
import { Complex, Flonum, Rational, normaliseInteger } from "../values/number.js";
import type { Exact, Numeric, Real } from "../values/number.js";
import type { Value } from "../values/value.js";
import { divide, negate } from "./arithmetic.js";
import { bitLength, chargeProduct, checkBits, integerRoot, integerSquareRoot } from "./bignum.js";
import { define } from "./builtin.js";
import { checkNumber, isExactInteger, isReal } from "./check.js";
import { complexOf, exactNorm, inexactReal, isExactNumber, partsOf, product, realPart, rectangular } from "./complex-arithmetic.js";
import * as complex from "./complex-functions.js";
import { isNegative } from "./integer-division.js";
import { denominatorOf, flonum, makeRatio, numeratorOf, realDifference, realQuotient, realSum, sizeOf, toDouble } from "./number-tower.js";
import { realLogarithm } from "./transcendental.js";

// Beyond this size no exact cube root or higher is looked for: the search would cost more than it is worth.
const MAXIMUM_ROOT_BITS = 2 ** 16;

/** Up to this exponent an inexact complex number is multiplied out, which is more precise than its logarithm. */
const MOST_FACTORS = 1024;

/** The square root whose real part is not negative; exact if the number is exact and the root can be. */
export function squareRoot(number: Numeric): Numeric {
  if (number instanceof Complex) return (isExactNumber(number) ? exactComplexRoot(number) : undefined) ?? complexOf(complex.squareRoot(partsOf(number)));
  if (!isNegative(number)) return rootOfReal(number);
  const root = rootOfReal(negate(number) as Real);
  return rectangular(root instanceof Flonum ? flonum(0) : 0, root);
}

/** `base` to the power `exponent`: exact if both are and the result can be. */
export function power(base: Value, exponent: Value): Numeric {
  const below = checkNumber("expt", 1, base);
  const above = checkNumber("expt", 2, exponent);
  if (isExactInteger(above) && isExactNumber(below)) return isReal(below) ? exactPower(below as Exact, above) : complexPower(below, above);
  if (above === 0) return flonum(1);
  if (!isReal(below) || !isReal(above)) return complexPower(below, above);
  if (!(below instanceof Flonum) && above instanceof Rational) return rootPower(below, above);
  return doublePower(below, above);
}

function rootOfReal(number: Real): Real {
  if (number instanceof Flonum) return flonum(Math.sqrt(number.value));
  return exactRoot(number, 2) ?? flonum(doubleRoot(number));
}

/** The exact root of a+bi: its parts are the roots of (m+a)/2 and of (m-a)/2, for the magnitude m. */
function exactComplexRoot(number: Complex): Numeric | undefined {
  const magnitude = exactRoot(exactNorm(number), 2);
  if (magnitude === undefined) return undefined;
  const real = exactRoot(realQuotient(realSum(magnitude, number.real), 2) as Exact, 2);
  const imaginary = exactRoot(realQuotient(realDifference(magnitude, number.real), 2) as Exact, 2);
  if (real === undefined || imaginary === undefined) return undefined;
  return rectangular(real, isNegative(number.imaginary) ? (negate(imaginary) as Real) : imaginary);
}

function exactPower(base: Exact, exponent: number | bigint): Exact {
  if (exponent === 0 || base === 1) return 1;
  if (base === -1) return BigInt(exponent) % 2n === 0n ? 1 : -1;
  if (base === 0) return exponent > 0 ? 0 : fail("division-by-zero", "expt: zero to a negative power", [base, exponent]);
  const times = exponent < 0 ? -exponent : exponent;
  const bits = (sizeOf(base) - 1) * Number(times) + 1;
  checkBits(bits);
  chargeProduct(bits, bits);
  if (!(base instanceof Rational) && exponent > 0) return normaliseInteger(BigInt(base) ** BigInt(times));
  const above = numeratorOf(base) ** BigInt(times);
  const below = denominatorOf(base) ** BigInt(times);
  if (exponent < 0) return divide(normaliseInteger(below), normaliseInteger(above)) as Exact;
  return below === 1n ? normaliseInteger(above) : new Rational(above, below);
}

function rootPower(base: Exact, exponent: Rational): Numeric {
  if (exponent.denominator === 2n && isNegative(base)) {
    const root = squareRoot(base);
    if (isExactNumber(root)) return complexPower(root, normaliseInteger(exponent.numerator));
  }
  const root = !isNegative(base) && exponent.denominator < MAXIMUM_ROOT_BITS ? exactRoot(base, Number(exponent.denominator)) : undefined;
  return root === undefined ? doublePower(base, exponent) : exactPower(root, normaliseInteger(exponent.numerator));
}

function doublePower(below: Real, above: Real): Numeric {
  const base = toDouble(below);
  const exponent = toDouble(above);
  if (base < 0 && Number.isFinite(exponent) && !Number.isInteger(exponent)) return complexOf(complex.power([base, 0], [exponent, 0]));
  if (!Number.isFinite(base) && !(below instanceof Flonum)) return hugePower(below, exponent);
  // JavaScript answers NaN for one to an infinite power; IEEE 754 and R7RS programs expect 1.
  return flonum(base === 1 ? 1 : Math.pow(base, exponent));
}

/** A power of an exact number beyond the doubles, whose root may be within them. */
function hugePower(base: Exact, exponent: number): Numeric {
  const size = flonum(Math.exp(realLogarithm(isNegative(base) ? (negate(base) as Exact) : base) * exponent));
  return isNegative(base) && Math.abs(exponent % 2) === 1 ? (negate(size) as Real) : size;
}

/** A power of which one operand at least is not real. */
function complexPower(base: Numeric, exponent: Numeric): Numeric {
  if (isExactInteger(exponent) && isExactNumber(base)) {
    checkBits(sizeOfParts(base) * Math.abs(Number(exponent)));
    return repeatedProduct(base, BigInt(exponent));
  }
  if (isExactInteger(exponent) && Math.abs(Number(exponent)) <= MOST_FACTORS) return repeatedProduct(base, BigInt(exponent));
  const parts = partsOf(base);
  if (parts[0] !== 0 || parts[1] !== 0) return complexOf(complex.power(parts, partsOf(exponent)));
  const real = realPart(exponent);
  if (isNegative(real) || toDouble(real) === 0) return fail("division-by-zero", "expt: zero to a power whose real part is not positive", [base, exponent]);
  return base === 0 ? 0 : inexactReal(0);
}

function repeatedProduct(base: Numeric, exponent: bigint): Numeric {
  if (exponent < 0n) return divide(1, repeatedProduct(base, -exponent)) as Numeric;
  let result: Value = 1;
  let square: Value = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = product(result, square);
    if (rest > 1n) square = product(square, square);
  }
  return result as Numeric;
}

function sizeOfParts(number: Numeric): number {
  return number instanceof Complex ? Math.max(sizeOf(number.real as Exact), sizeOf(number.imaginary as Exact)) : sizeOf(number as Exact);
}

/** The exact root of an exact number that is not negative, if it is rational. */
function exactRoot(value: Exact, degree: number): Exact | undefined {
  const above = exactIntegerRoot(numeratorOf(value), degree);
  if (above === undefined || !(value instanceof Rational)) return above === undefined ? undefined : normaliseInteger(above);
  const below = exactIntegerRoot(value.denominator, degree);
  return below === undefined ? undefined : makeRatio(above, below);
}

function exactIntegerRoot(value: bigint, degree: number): bigint | undefined {
  if (degree > 2 && bitLength(value) > MAXIMUM_ROOT_BITS) return undefined;
  const root = integerRoot(value, degree);
  return root ** BigInt(degree) === value ? root : undefined;
}

/** The square root of an exact number as a double, also when the number itself is beyond the doubles. */
function doubleRoot(value: Exact): number {
  const near = toDouble(value);
  if (Number.isFinite(near) && near > Number.MIN_VALUE / Number.EPSILON) return Math.sqrt(near);
  if (!(value instanceof Rational)) return Number(integerSquareRoot(BigInt(value)));
  const scale = 1n << BigInt(2 * Math.max(64, bitLength(value.denominator)));
  return toDouble(makeRatio(integerSquareRoot((value.numerator * scale) / value.denominator), integerSquareRoot(scale)));
}

define("sqrt", 1, 1, (value: Value) => squareRoot(checkNumber("sqrt", 1, value)), "(sqrt z) The square root; exact if z is and it can be.");
define("expt", 2, 2, power, "(expt z1 z2) z1 to the power z2; exact if both are and the result can be.");
