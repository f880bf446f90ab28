// The classes of the numbers that JavaScript has no type for. Arithmetic on them is in builtins/.

/** An inexact real. Boxed, so that `1` and `1.0` are different values (R7RS 6.2.2). */
export class Flonum {
  constructor(readonly value: number) {}
}

/** A number made of two others. One class above both, so that code which handles neither tests for it once. */
export abstract class TwoPartNumber {
  /** `eqv?`: the same kind of number with the same parts. */
  abstract isSame(other: unknown): boolean;
}

/** An exact ratio in lowest terms, denominator at least 2 (a whole one is an exact integer). */
export class Rational extends TwoPartNumber {
  constructor(
    readonly numerator: bigint,
    readonly denominator: bigint,
  ) {
    super();
  }

  isSame(other: unknown): boolean {
    return other instanceof Rational && this.numerator === other.numerator && this.denominator === other.denominator;
  }
}

/**
 * A number that is not real, by its rectangular parts: both exact, the imaginary one not zero, or both flonums.
 * So `1.0+0.0i` is one, and not real; with an exact zero for an imaginary part there is only the real number.
 */
export class Complex extends TwoPartNumber {
  constructor(
    readonly real: Real,
    readonly imaginary: Real,
  ) {
    super();
  }

  isSame(other: unknown): boolean {
    return other instanceof Complex && isSameReal(this.real, other.real) && isSameReal(this.imaginary, other.imaginary);
  }
}

/** An exact integer: a number within ±(2⁵³−1), else a bigint. Never a bigint that would fit a number. */
export type ExactInteger = number | bigint;

/** An exact real. */
export type Exact = ExactInteger | Rational;

/** A real number: its place is on the line, and it can be compared. */
export type Real = Exact | Flonum;

/** Any number. */
export type Numeric = Real | Complex;

/** The one representation of an exact integer: number where it is safe, else bigint. */
export function normaliseInteger(integer: bigint): ExactInteger {
  return integer >= -9007199254740991n && integer <= 9007199254740991n ? Number(integer) : integer;
}

function isSameReal(a: Real, b: Real): boolean {
  if (a instanceof Flonum) return b instanceof Flonum && Object.is(a.value, b.value);
  return a === b || (a instanceof Rational && a.isSame(b));
}
