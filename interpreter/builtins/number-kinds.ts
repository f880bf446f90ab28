// What kind of number a value is, and the way between exact and inexact (R7RS 6.2.6).
import { fail } from "../values/condition.js";
import { Flonum, Rational } from "../values/number.js";
import type { Exact, Numeric, Real } from "../values/number.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkNumber, isExactInteger, isNumber, isReal } from "./check.js";
import { imaginaryPart, inexactReal, isExactNumber, realPart, rectangular } from "./complex-arithmetic.js";
import { exactOf } from "./number-tower.js";

/** The exact number equal to this one; NaN and the infinities have none. */
export function toExact(procedure: string, value: Value): Numeric {
  const number = checkNumber(procedure, 1, value);
  if (isExactNumber(number)) return number;
  return rectangular(exactReal(procedure, realPart(number)), exactReal(procedure, imaginaryPart(number)));
}

function exactReal(procedure: string, real: Real): Exact {
  if (!(real instanceof Flonum)) return real;
  return Number.isFinite(real.value) ? exactOf(real.value) : fail("not-representable", `${procedure}: there is no exact number for`, [real]);
}

/** The inexact number nearest to this one. */
function toInexact(procedure: string, value: Value): Numeric {
  const number = checkNumber(procedure, 1, value);
  const real = inexactReal(realPart(number));
  return isReal(number) ? real : rectangular(real, inexactReal(imaginaryPart(number)));
}

function isInteger(value: Value): boolean {
  return value instanceof Flonum ? Number.isInteger(value.value) : isExactInteger(value);
}

function isRational(value: Value): boolean {
  return value instanceof Flonum ? Number.isFinite(value.value) : isReal(value);
}

/** The doubles among the parts of a number: an exact part is finite, and needs no look. */
function doublesOf(procedure: string, value: Value): number[] {
  const number = checkNumber(procedure, 1, value);
  return [realPart(number), imaginaryPart(number)].map((part) => (part instanceof Flonum ? part.value : 0));
}

for (const name of ["number?", "complex?"]) define(name, 1, 1, isNumber, `(${name} x) Whether x is a number.`);
define("real?", 1, 1, isReal, "(real? x) Whether x is a number without an imaginary part.");
define("rational?", 1, 1, isRational, "(rational? x) Whether x is a real number other than NaN and the infinities.");
define("integer?", 1, 1, isInteger, "(integer? x) Whether x is a whole number, exact or not.");
define("exact-integer?", 1, 1, isExactInteger, "(exact-integer? x) Whether x is an exact integer.");
define("exact-rational?", 1, 1, (value: Value) => isExactInteger(value) || value instanceof Rational,
  "(exact-rational? x) Whether x is an exact real number.");
define("exact?", 1, 1, (value: Value) => isExactNumber(checkNumber("exact?", 1, value)), "(exact? z) Whether the number z is exact.");
define("inexact?", 1, 1, (value: Value) => !isExactNumber(checkNumber("inexact?", 1, value)), "(inexact? z) Whether the number z is inexact.");
define("nan?", 1, 1, (value: Value) => doublesOf("nan?", value).some(Number.isNaN), "(nan? z) Whether z, or a part of it, is not a number.");
define("finite?", 1, 1, (value: Value) => doublesOf("finite?", value).every(Number.isFinite),
  "(finite? z) Whether z, in all its parts, is neither infinite nor NaN.");
define("infinite?", 1, 1, (value: Value) => doublesOf("infinite?", value).some((part) => Math.abs(part) === Infinity),
  "(infinite? z) Whether z, or a part of it, is an infinity.");
for (const name of ["exact", "inexact->exact"])
  define(name, 1, 1, (value: Value) => toExact(name, value), `(${name} z) The exact number equal to z.`);
for (const name of ["inexact", "exact->inexact"])
  define(name, 1, 1, (value: Value) => toInexact(name, value), `(${name} z) The inexact number nearest to z.`);
