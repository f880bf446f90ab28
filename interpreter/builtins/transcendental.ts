// Exponentials, logarithms and trigonometry, of real and of complex numbers (R7RS 6.2.6). Their results are inexact.
import { fail } from "../values/condition.js";
import { Flonum, Rational } from "../values/number.js";
import type { Numeric, Real } from "../values/number.js";
import type { Value } from "../values/value.js";
import { bitLength, chargeProduct } from "./bignum.js";
import { define } from "./builtin.js";
import { checkNumber, checkReal, isReal } from "./check.js";
import { complexOf, exactNorm, isExactNumber, partsOf, ratio, type Parts } from "./complex-arithmetic.js";
import * as complex from "./complex-functions.js";
import { isNegative } from "./integer-division.js";
import { denominatorOf, flonum, numeratorOf, sizeOf, toDouble } from "./number-tower.js";

/** The natural logarithm of a real number that is not negative, also when it is beyond the doubles. */
export function realLogarithm(value: Real): number {
  if (value instanceof Rational) return ratioLogarithm(value);
  return typeof value === "bigint" ? integerLogarithm(value) : Math.log(toDouble(value));
}

// Near 1 the logarithms of the terms would cancel, and elsewhere the double may be out of range.
function ratioLogarithm(value: Rational): number {
  const near = toDouble(value);
  if (near > 0.5 && near < 2) return Math.log1p(toDouble(new Rational(value.numerator - value.denominator, value.denominator)));
  return near > Number.MIN_VALUE / Number.EPSILON && near < Infinity ? Math.log(near) : integerLogarithm(value.numerator) - integerLogarithm(value.denominator);
}

function integerLogarithm(value: bigint): number {
  const excess = Math.max(0, bitLength(value) - 1000);
  return Math.log(Number(value >> BigInt(excess))) + excess * Math.LN2;
}

/** The natural logarithm of any number; its imaginary part is an angle. */
function logarithm(number: Numeric): Numeric {
  if (isReal(number) && !isNegative(number)) return flonum(realLogarithm(number));
  const [real, imaginary] = complex.logarithm(partsOf(number));
  if (!isExactNumber(number) || Number.isFinite(real)) return complexOf([real, imaginary]);
  // The parts of an exact number may be beyond the doubles; its norm never is beyond the integers.
  return complexOf([realLogarithm(exactNorm(number)) / 2, imaginary]);
}

function logarithmToBase(value: Value, base?: Value): Value {
  const number = checkNumber("log", 1, value);
  if (base === undefined) return logarithm(number);
  const radix = checkNumber("log", 2, base);
  if (isReal(number) && isReal(radix) && !isNegative(number)) {
    const near = toDouble(number);
    if (near < Infinity && toDouble(radix) === 2) return flonum(Math.log2(near));
    if (near < Infinity && toDouble(radix) === 10) return flonum(Math.log10(near));
  }
  return ratio(logarithm(number), logarithm(radix));
}

function arcTangent(y: Value, x?: Value): Value {
  if (x === undefined) return applied("atan", y, Math.atan, complex.arcTangent);
  const above = checkReal("atan", 1, y);
  const below = checkReal("atan", 2, x);
  if (above === 0 && below === 0) return fail("division-by-zero", "atan: the point (0, 0) has no angle", [y, x]);
  if (above === 0 && !(below instanceof Flonum) && !isNegative(below)) return 0;
  return flonum(Math.atan2(...alike(above, below)));
}

/** Two reals as doubles in the same proportion, also when they are beyond the doubles. */
function alike(above: Real, below: Real): [number, number] {
  const [y, x] = [toDouble(above), toDouble(below)];
  if (above instanceof Flonum || below instanceof Flonum || (Number.isFinite(y) && Number.isFinite(x))) return [y, x];
  chargeProduct(sizeOf(above), sizeOf(below));
  const [upper, lower] = [numeratorOf(above) * denominatorOf(below), numeratorOf(below) * denominatorOf(above)];
  const excess = BigInt(Math.max(0, bitLength(upper) - 1000, bitLength(lower) - 1000));
  return [Number(upper >> excess), Number(lower >> excess)];
}

/** The value of a function, computed for real numbers by `ofReal`, which answers NaN where the result is complex. */
function applied(name: string, value: Value, ofReal: (x: number) => number, ofComplex: (parts: Parts) => Parts): Value {
  const number = checkNumber(name, 1, value);
  return isReal(number) ? flonum(ofReal(toDouble(number))) : complexOf(ofComplex(partsOf(number)));
}

function defineFunction(name: string, ofReal: (x: number) => number, ofComplex: (parts: Parts) => Parts, doc: string): void {
  define(name, 1, 1, (value: Value) => applied(name, value, ofReal, ofComplex), doc);
}

/**
 * Defines an arc function that is complex beyond ±1. There the formulas of the report take the square root of a
 * negative real as a positive multiple of i, which is the value below the axis on the right and above it on the left.
 */
function defineArc(name: string, ofReal: (x: number) => number, ofComplex: (parts: Parts) => Parts, doc: string): void {
  define(name, 1, 1, (value: Value) => {
    const number = checkNumber(name, 1, value);
    const double = isReal(number) ? toDouble(number) : 0;
    if (Math.abs(double) > 1) return complexOf(ofComplex([double, double > 1 ? -0 : 0]));
    return applied(name, number, ofReal, ofComplex);
  }, doc);
}

define("log", 1, 2, logarithmToBase, "(log z [base]) The natural logarithm, or that to a base.");
define("atan", 1, 2, arcTangent, "(atan y [x]) The arc tangent of y, or the angle of the point (x, y).");
defineFunction("exp", Math.exp, complex.exponential, "(exp z) e to the power z.");
defineFunction("sin", Math.sin, complex.sine, "(sin z) The sine of z radians.");
defineFunction("cos", Math.cos, complex.cosine, "(cos z) The cosine of z radians.");
defineFunction("tan", Math.tan, complex.tangent, "(tan z) The tangent of z radians.");
defineArc("asin", Math.asin, complex.arcSine, "(asin z) The arc sine, in radians.");
defineArc("acos", Math.acos, complex.arcCosine, "(acos z) The arc cosine, in radians.");
