// The four operations and equality of any two numbers: real ones go on to the tower, complex ones are worked out by their parts.
import { BYTES, allocate } from "../machine/meter.js";
import { Complex, Flonum } from "../values/number.js";
import type { Exact, Numeric, Real } from "../values/number.js";
import type { Value } from "../values/value.js";
import { checkNumber, isReal } from "./check.js";
import { compare, flonum, realDifference, realProduct, realQuotient, realSum, toDouble } from "./number-tower.js";

/** A complex number by its rectangular parts as doubles. */
export type Parts = readonly [real: number, imaginary: number];

/** `a + b` of any two numbers; fails naming `+`. */
export function sum(a: Value, b: Value): Value {
  return isReal(a) && isReal(b) ? realSum(a, b) : complexSum(checkNumber("+", 1, a), checkNumber("+", 2, b));
}

/** `a - b` of any two numbers; fails naming `-`. */
export function difference(a: Value, b: Value): Value {
  return isReal(a) && isReal(b) ? realDifference(a, b) : complexDifference(checkNumber("-", 1, a), checkNumber("-", 2, b));
}

/** `a × b` of any two numbers; fails naming `*`. */
export function product(a: Value, b: Value): Value {
  return isReal(a) && isReal(b) ? realProduct(a, b) : complexProduct(checkNumber("*", 1, a), checkNumber("*", 2, b));
}

/** `a / b` of any two numbers; an exact zero divisor fails with `division-by-zero`. */
export function ratio(a: Value, b: Value): Value {
  return isReal(a) && isReal(b) ? realQuotient(a, b) : complexQuotient(checkNumber("/", 1, a), checkNumber("/", 2, b));
}

/** Whether two numbers are equal; fails naming `=`. */
export function equalNumbers(a: Value, b: Value): boolean {
  if (isReal(a) && isReal(b)) return compare("=", a, b) === 0;
  const left = checkNumber("=", 1, a);
  const right = checkNumber("=", 2, b);
  return compare("=", realPart(left), realPart(right)) === 0 && compare("=", imaginaryPart(left), imaginaryPart(right)) === 0;
}

/** The number with these parts: real if the imaginary one is an exact zero, inexact if either is. */
export function rectangular(real: Real, imaginary: Real): Numeric {
  if (imaginary === 0) return real;
  allocate(BYTES.complex);
  if (real instanceof Flonum === imaginary instanceof Flonum) return new Complex(real, imaginary);
  return new Complex(inexactReal(real), inexactReal(imaginary));
}

/** The inexact complex number with these parts. */
export function complexOf([real, imaginary]: Parts): Complex {
  allocate(BYTES.complex);
  return new Complex(flonum(real), flonum(imaginary));
}

/** The parts of any number as doubles. */
export function partsOf(number: Numeric): Parts {
  return [toDouble(realPart(number)), toDouble(imaginaryPart(number))];
}

export function realPart(number: Numeric): Real {
  return number instanceof Complex ? number.real : number;
}

/** The imaginary part; of a real number an exact zero. */
export function imaginaryPart(number: Numeric): Real {
  return number instanceof Complex ? number.imaginary : 0;
}

/** Whether a number is exact. */
export function isExactNumber(number: Numeric): boolean {
  return !(realPart(number) instanceof Flonum);
}

/** The sum of the squares of the parts of an exact number. */
export function exactNorm(number: Numeric): Exact {
  const [real, imaginary] = [realPart(number), imaginaryPart(number)];
  return realSum(realProduct(real, real), realProduct(imaginary, imaginary)) as Exact;
}

/** The inexact number nearest to a real one. */
export function inexactReal(real: Real): Flonum {
  return real instanceof Flonum ? real : flonum(toDouble(real));
}

// A real operand has no imaginary part, rather than a zero: so -0.0 and NaN do not spread from it.
function complexSum(a: Numeric, b: Numeric): Numeric {
  const real = realSum(realPart(a), realPart(b));
  if (!(a instanceof Complex)) return rectangular(real, imaginaryPart(b));
  return rectangular(real, b instanceof Complex ? realSum(a.imaginary, b.imaginary) : a.imaginary);
}

function complexDifference(a: Numeric, b: Numeric): Numeric {
  const real = realDifference(realPart(a), realPart(b));
  if (!(a instanceof Complex)) return rectangular(real, opposite(imaginaryPart(b)));
  return rectangular(real, b instanceof Complex ? realDifference(a.imaginary, b.imaginary) : a.imaginary);
}

function complexProduct(a: Numeric, b: Numeric): Numeric {
  if (!(a instanceof Complex)) return rectangular(realProduct(a, realPart(b)), realProduct(a, imaginaryPart(b)));
  if (!(b instanceof Complex)) return rectangular(realProduct(a.real, b), realProduct(a.imaginary, b));
  return rectangular(
    realDifference(realProduct(a.real, b.real), realProduct(a.imaginary, b.imaginary)),
    realSum(realProduct(a.real, b.imaginary), realProduct(a.imaginary, b.real)),
  );
}

function complexQuotient(a: Numeric, b: Numeric): Numeric {
  if (!(b instanceof Complex)) return rectangular(realQuotient(realPart(a), b), realQuotient(imaginaryPart(a), b));
  if (!isExactNumber(a) || !isExactNumber(b)) return complexOf(quotientOfParts(partsOf(a), partsOf(b)));
  const norm = exactNorm(b);
  const above = complexProduct(a, new Complex(b.real, opposite(b.imaginary)));
  return rectangular(realQuotient(realPart(above), norm), realQuotient(imaginaryPart(above), norm));
}

/** Division that does not overflow on the way (Smith, "Algorithm 116: Complex Division", 1962). */
function quotientOfParts([a, b]: Parts, [c, d]: Parts): Parts {
  if (Math.abs(c) >= Math.abs(d)) {
    if (c === 0) return [a / c, b / c];
    const slope = d / c;
    const scale = c + d * slope;
    return [(a + b * slope) / scale, (b - a * slope) / scale];
  }
  const slope = c / d;
  const scale = c * slope + d;
  return [(a * slope + b) / scale, (b * slope - a) / scale];
}

function opposite(real: Real): Real {
  return real instanceof Flonum ? flonum(-real.value) : realDifference(0, real);
}
