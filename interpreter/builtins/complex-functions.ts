// Elementary functions of complex numbers in doubles, each on its principal branch (R7RS 6.2.6).
// Cuts and zeros follow Kahan, "Branch Cuts for Complex Elementary Functions", 1987.
import type { Parts } from "./complex-arithmetic.js";

/** Beyond this, e^-2y is below the precision of a double beside 1. */
const FLAT = 20;

export function exponential([x, y]: Parts): Parts {
  const scale = Math.exp(x);
  return y === 0 ? [scale, y] : [times(scale, Math.cos(y)), times(scale, Math.sin(y))];
}

/** Its imaginary part is an angle from -π to π. */
export function logarithm([x, y]: Parts): Parts {
  return [logarithmOfMagnitude(x, y), Math.atan2(y, x)];
}

/** Its real part is not negative. */
export function squareRoot([x, y]: Parts): Parts {
  if (Math.abs(y) === Infinity) return [Infinity, y];
  if (x === 0 && y === 0) return [0, y];
  // A quarter of each keeps the magnitude of the largest numbers in range, and 2^108 of each that of the smallest precise.
  const size = Math.max(Math.abs(x), Math.abs(y));
  const scale = size > 2 ** 1000 ? 2 ** -2 : size < 2 ** -900 ? 2 ** 108 : 1;
  const root = Math.sqrt((Math.hypot(x * scale, y * scale) + Math.abs(x * scale)) / 2) / Math.sqrt(scale);
  const other = x === -Infinity ? 0 : y / (2 * root);
  return x >= 0 ? [root, other] : [Math.abs(other), withSign(root, y)];
}

export function sine([x, y]: Parts): Parts {
  return [times(Math.sin(x), Math.cosh(y)), times(Math.cos(x), Math.sinh(y))];
}

export function cosine([x, y]: Parts): Parts {
  return [times(Math.cos(x), Math.cosh(y)), -times(Math.sin(x), Math.sinh(y))];
}

export function tangent([x, y]: Parts): Parts {
  if (Math.abs(y) > FLAT) return [2 * Math.sin(2 * x) * Math.exp(-2 * Math.abs(y)), withSign(1, y)];
  const below = Math.cos(2 * x) + Math.cosh(2 * y);
  return [Math.sin(2 * x) / below, Math.sinh(2 * y) / below];
}

export function arcSine([x, y]: Parts): Parts {
  const [a, b] = squareRoot([1 - x, -y]);
  const [c, d] = squareRoot([1 + x, y]);
  return [Math.atan2(x, a * c - b * d), Math.asinh(a * d - b * c)];
}

export function arcCosine([x, y]: Parts): Parts {
  const [a, b] = squareRoot([1 - x, -y]);
  const [c, d] = squareRoot([1 + x, y]);
  return [2 * Math.atan2(a, c), Math.asinh(c * b - d * a)];
}

export function arcTangent([x, y]: Parts): Parts {
  const size = Math.hypot(x, y);
  // The squares of such numbers would overflow: the angle is a right one, and the rest is the reciprocal's.
  if (size > 2 ** 500) return [withSign(Math.PI / 2, x), y / size / size];
  const real = Math.atan2(2 * x, (1 - size) * (1 + size)) / 2;
  const imaginary = Math.log1p((4 * Math.abs(y)) / (x * x + (1 - Math.abs(y)) ** 2)) / 4;
  return [real, withSign(imaginary, y)];
}

/** `base`, not zero, to the power `exponent`. */
export function power(base: Parts, [c, d]: Parts): Parts {
  const [logarithmOfSize, angle] = logarithm(base);
  const size = Math.pow(Math.hypot(...base), c) * (d === 0 ? 1 : Math.exp(-d * angle));
  const turn = times(d, logarithmOfSize) + times(c, angle);
  return [times(size, Math.cos(turn)), times(size, Math.sin(turn))];
}

function logarithmOfMagnitude(x: number, y: number): number {
  const size = Math.hypot(x, y);
  if (size === Infinity && Number.isFinite(x) && Number.isFinite(y)) return Math.log(Math.hypot(x / 4, y / 4)) + 2 * Math.LN2;
  const [large, small] = Math.abs(x) > Math.abs(y) ? [Math.abs(x), Math.abs(y)] : [Math.abs(y), Math.abs(x)];
  // Near 1 the logarithm of a rounded magnitude would have lost its digits.
  return size > 0.7 && size < 1.4 ? Math.log1p((large - 1) * (large + 1) + small * small) / 2 : Math.log(size);
}

/** A product in which zero times an infinity is zero: one factor is a sine, or a part that is not there. */
function times(a: number, b: number): number {
  if (a !== 0 && b !== 0) return a * b;
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  return isNegative(a) === isNegative(b) ? 0 : -0;
}

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

function withSign(magnitude: number, sign: number): number {
  return isNegative(sign) ? -magnitude : magnitude;
}
