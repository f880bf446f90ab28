// Rounding, choosing among reals, and the simplest number near another (R7RS 6.2.6).
import { Flonum, Rational, normaliseInteger } from "../values/number.js";
import type { Exact, Real } from "../values/number.js";
import type { Value } from "../values/value.js";
import { add, greaterThan, lessThan, negate, subtract } from "./arithmetic.js";
import { bitLength, chargeProduct } from "./bignum.js";
import { define } from "./builtin.js";
import { checkReal } from "./check.js";
import { inexactReal } from "./complex-arithmetic.js";
import { toExact } from "./number-kinds.js";
import { denominatorOf, flonum, numeratorOf, toDouble } from "./number-tower.js";

function defineRounding(name: string, ofDouble: (value: number) => number, ofRatio: (ratio: Rational) => bigint, doc: string): void {
  const round = (value: Value): Value => {
    const number = checkReal(name, 1, value);
    if (number instanceof Flonum) return flonum(ofDouble(number.value));
    return number instanceof Rational ? normaliseInteger(ofRatio(number)) : number;
  };
  define(name, 1, 1, round, doc);
}

function floorOf({ numerator, denominator }: Rational): bigint {
  return numerator < 0n ? numerator / denominator - 1n : numerator / denominator;
}

/** The whole number nearest to a double; a tie goes to the even one. */
function roundDouble(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

function roundRatio(ratio: Rational): bigint {
  const { numerator, denominator } = ratio;
  const below = floorOf(ratio);
  const twice = (numerator - below * denominator) * 2n;
  return twice > denominator || (twice === denominator && (below & 1n) === 1n) ? below + 1n : below;
}

function choose(procedure: string, better: (a: Value, b: Value) => boolean): (first: Value, ...rest: Value[]) => Value {
  return (first, ...rest) => {
    let best: Real = checkReal(procedure, 1, first);
    let inexact = best instanceof Flonum;
    rest.forEach((operand, index) => {
      const next = checkReal(procedure, index + 2, operand);
      inexact ||= next instanceof Flonum;
      const nextWins = better(next, best) || (next instanceof Flonum && Number.isNaN(next.value));
      if (nextWins && !(best instanceof Flonum && Number.isNaN(best.value))) best = next;
    });
    return inexact ? inexactReal(best) : best;
  };
}

/** The simplest exact number from `low` to `high`, 0 < low ≤ high: their common continued fraction, then its end. */
function simplestBetween(low: Exact, high: Exact): Exact {
  const terms: bigint[] = [];
  let [a, b, c, d] = [numeratorOf(low), denominatorOf(low), numeratorOf(high), denominatorOf(high)];
  for (;;) {
    chargeProduct(bitLength(a), 1);
    const whole = a / b;
    const isEnd = whole * b === a;
    if (isEnd || whole < c / d) return continuedFraction(terms, isEnd ? whole : whole + 1n);
    terms.push(whole);
    // The reciprocals of what the whole part leaves are still in lowest terms.
    [a, b, c, d] = [d, c - whole * d, b, a - whole * b];
  }
}

function continuedFraction(terms: readonly bigint[], end: bigint): Exact {
  let [numerator, denominator] = [end, 1n];
  for (const term of [...terms].reverse()) {
    chargeProduct(bitLength(numerator), 1);
    [numerator, denominator] = [term * numerator + denominator, numerator];
  }
  return denominator === 1n ? normaliseInteger(numerator) : new Rational(numerator, denominator);
}

function simplestWithin(value: Exact, tolerance: Exact): Exact {
  const low = subtract(value, tolerance) as Exact;
  const high = add(value, tolerance) as Exact;
  if (!lessThan(0, low)) return lessThan(high, 0) ? (negate(simplestBetween(negate(high) as Exact, negate(low) as Exact)) as Exact) : 0;
  return simplestBetween(low, high);
}

function rationalize(value: Value, tolerance: Value): Value {
  const x = checkReal("rationalize", 1, value);
  const y = checkReal("rationalize", 2, tolerance);
  const near = toDouble(x);
  const within = Math.abs(toDouble(y));
  if (Number.isNaN(near) || Number.isNaN(within)) return flonum(NaN);
  if (!Number.isFinite(within) && !(y instanceof Rational || typeof y === "bigint")) return flonum(Number.isFinite(near) ? 0 : NaN);
  if (x instanceof Flonum && !Number.isFinite(near)) return x;
  const width = toExact("rationalize", y) as Exact;
  const result = simplestWithin(toExact("rationalize", x) as Exact, lessThan(width, 0) ? (negate(width) as Exact) : width);
  return x instanceof Flonum || y instanceof Flonum ? flonum(toDouble(result)) : result;
}

defineRounding("floor", Math.floor, floorOf, "(floor x) The largest whole number not above x.");
defineRounding("ceiling", Math.ceil, (ratio) => floorOf(ratio) + 1n, "(ceiling x) The smallest whole number not below x.");
defineRounding("truncate", Math.trunc, (ratio) => ratio.numerator / ratio.denominator, "(truncate x) x without its fraction.");
defineRounding("round", roundDouble, roundRatio, "(round x) The nearest whole number; a tie goes to the even one.");
define("max", 1, Infinity, choose("max", greaterThan), "(max x1 x2 ...) The largest; inexact if any operand is.");
define("min", 1, Infinity, choose("min", lessThan), "(min x1 x2 ...) The smallest; inexact if any operand is.");
define("abs", 1, 1, (value: Value) => {
  const number = checkReal("abs", 1, value);
  if (number instanceof Flonum) return flonum(Math.abs(number.value));
  return lessThan(number, 0) ? negate(number) : number;
}, "(abs x) The magnitude of x.");
define("rationalize", 2, 2, rationalize, "(rationalize x y) The simplest number that differs from x by at most y.");
