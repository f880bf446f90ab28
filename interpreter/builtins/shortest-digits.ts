// The fewest digits that tell a double from all others, in any radix (the host has them in radix 10 only).
import { burn } from "../machine/meter.js";
import { exponentOf, powerOfTwo } from "./bignum.js";

/** About what the largest and smallest doubles take, with their thousand bits. */
const STEPS = 64;

/** Digits of a positive number, and how many of them stand before the point: "25" with point 1 is 2.5, with -1 is 0.025. */
export interface Digits {
  readonly digits: string;
  readonly point: number;
}

/**
 * The shortest digits that round to `value`, a finite double above zero, and the nearest to it of these
 * (Burger and Dybvig, "Printing Floating-Point Numbers Quickly and Accurately", 1996, in exact integers).
 */
export function shortestDigits(value: number, radix: number): Digits {
  burn(STEPS);
  const base = BigInt(radix);
  const isEven = mantissaOf(value) % 2n === 0n;
  let { numerator, denominator, above, below } = neighbourhood(value);
  let point = 0;
  const reaches = (bound: bigint) => (isEven ? bound >= denominator : bound > denominator);
  for (; reaches(numerator + above); point++) denominator *= base;
  for (; !reaches((numerator + above) * base); point--) [numerator, above, below] = [numerator * base, above * base, below * base];
  let digits = "";
  for (;;) {
    [numerator, above, below] = [numerator * base, above * base, below * base];
    const digit = numerator / denominator;
    numerator %= denominator;
    const isLow = isEven ? numerator <= below : numerator < below;
    const isHigh = reaches(numerator + above);
    if (!isLow && !isHigh) digits += digit.toString(radix);
    else {
      const up = isHigh && (!isLow || numerator * 2n >= denominator);
      return { digits: digits + (up ? digit + 1n : digit).toString(radix), point };
    }
  }
}

/** The value as numerator/denominator, and half the way to the next double on each side over the same denominator. */
function neighbourhood(value: number): { numerator: bigint; denominator: bigint; above: bigint; below: bigint } {
  const exponent = placeOf(value);
  const mantissa = mantissaOf(value);
  // Below a power of two the doubles are twice as dense, but for the smallest.
  const factor = mantissa === 1n << 52n && exponent > -1074 ? 2n : 1n;
  const scale = exponent > 0 ? 1n << BigInt(exponent) : 1n;
  const denominator = exponent < 0 ? 1n << BigInt(-exponent) : 1n;
  return { numerator: 2n * factor * mantissa * scale, denominator: 2n * factor * denominator, above: factor * scale, below: scale };
}

/** The power of two that the last bit of a double stands for. */
function placeOf(value: number): number {
  return Math.max(exponentOf(value) - 52, -1074);
}

function mantissaOf(value: number): bigint {
  const place = placeOf(value);
  const half = Math.trunc(place / 2);
  return BigInt(value * powerOfTwo(-half) * powerOfTwo(half - place));
}
