// The procedures that make complex numbers and take them apart: the library (scheme complex).
import { Complex, Flonum } from "../values/number.js";
import type { Numeric } from "../values/number.js";
import type { Value } from "../values/value.js";
import { negate } from "./arithmetic.js";
import { define } from "./builtin.js";
import { checkNumber, checkReal } from "./check.js";
import { complexOf, exactNorm, imaginaryPart, isExactNumber, partsOf, realPart, rectangular } from "./complex-arithmetic.js";
import { isNegative } from "./integer-division.js";
import { flonum, toDouble } from "./number-tower.js";
import { squareRoot } from "./powers.js";

/** The number with this magnitude and angle; real if one of them is an exact zero. */
function polar(magnitude: Value, angle: Value): Numeric {
  const distance = checkReal("make-polar", 1, magnitude);
  const turn = checkReal("make-polar", 2, angle);
  if (distance === 0 || turn === 0) return distance;
  return complexOf([toDouble(distance) * Math.cos(toDouble(turn)), toDouble(distance) * Math.sin(toDouble(turn))]);
}

function magnitudeOf(number: Numeric): Value {
  if (!(number instanceof Complex)) return number instanceof Flonum ? flonum(Math.abs(number.value)) : isNegative(number) ? negate(number) : number;
  return isExactNumber(number) ? squareRoot(exactNorm(number)) : flonum(Math.hypot(...partsOf(number)));
}

/** From -π to π; that of an exact number that is not negative is an exact zero. */
function angleOf(number: Numeric): Value {
  if (!(number instanceof Complex || number instanceof Flonum) && !isNegative(number)) return 0;
  const [real, imaginary] = partsOf(number);
  return flonum(Math.atan2(imaginary, real));
}

define("make-rectangular", 2, 2, (real: Value, imaginary: Value) => rectangular(checkReal("make-rectangular", 1, real), checkReal("make-rectangular", 2, imaginary)),
  "(make-rectangular x1 x2) The complex number x1 + x2·i.");
define("make-polar", 2, 2, polar, "(make-polar x1 x2) The complex number of magnitude x1 and angle x2, in radians.");
define("real-part", 1, 1, (value: Value) => realPart(checkNumber("real-part", 1, value)), "(real-part z) The real part of z.");
define("imag-part", 1, 1, (value: Value) => imaginaryPart(checkNumber("imag-part", 1, value)), "(imag-part z) The imaginary part of z; 0 for a real number.");
define("magnitude", 1, 1, (value: Value) => magnitudeOf(checkNumber("magnitude", 1, value)), "(magnitude z) The distance of z from 0; exact if it can be.");
define("angle", 1, 1, (value: Value) => angleOf(checkNumber("angle", 1, value)), "(angle z) The angle of z, above -π and at most π.");
