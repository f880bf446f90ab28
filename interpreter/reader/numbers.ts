// The syntax of numbers (R7RS 7.1.1): text to number, for the reader and for string->number.
import { Complex, Flonum, normaliseInteger, Rational, type Exact, type Numeric, type Real } from "../values/number.js";

/**
 * Digits that the shorter term of an exact ratio may have, and an exact decimal with its exponent written out.
 * Reducing a ratio takes quadratic time, and `#e1e1000000000` would fill the memory.
 */
export const MAXIMUM_RATIO_DIGITS = 20_000;

/** Why a text that is spelt as a number has no value. */
export class NumberFault {
  constructor(readonly reason: "too-large" | "zero-denominator") {}
}

interface Notation {
  readonly radix: number;
  readonly exactness: "exact" | "inexact" | undefined;
}

const SMALL_DECIMAL = /^[+-]?\d{1,15}$/;
const BIGINT_PREFIX: Readonly<Record<number, string>> = { 2: "0b", 8: "0o", 10: "", 16: "0x" };
const RADIX_LETTER: Readonly<Record<string, number>> = { b: 2, o: 8, d: 10, x: 16 };
/** R7RS has `e`; the older reports had a letter for each precision, and there is only one here. */
const EXPONENT_MARKERS = "esfdl";

/**
 * The number that the text spells, or undefined if it spells none. `radix` is from 2 to 36; a prefix in the text
 * overrules it. Beyond the standard, every radix has a point (`#x1.8` is 1.5): exponents belong to radix 10 alone.
 * Where `i` is a digit, a real number is preferred: `+3i` is an integer in radix 36, `0+3i` a complex number.
 */
export function parseNumber(text: string, radix = 10): Numeric | NumberFault | undefined {
  if (radix === 10 && SMALL_DECIMAL.test(text)) return Number(text) + 0;
  // Some letters beyond ASCII have an ASCII letter for their lower case.
  if (/[^!-~]/.test(text)) return undefined;
  const lower = text.toLowerCase();
  const prefix = /^(?:#[bodx](?:#[ei])?|#[ei](?:#[bodx])?)?/.exec(lower)?.[0] ?? "";
  const letter = /[bodx]/.exec(prefix)?.[0];
  const exactness = prefix.includes("e") ? "exact" : prefix.includes("i") ? "inexact" : undefined;
  return parseComplex(lower.slice(prefix.length), { radix: letter === undefined ? radix : (RADIX_LETTER[letter] as number), exactness });
}

/** The double nearest to a ratio, ties to even, whatever the size of its terms. `denominator` is positive. */
export function nearestDouble(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return -nearestDouble(-numerator, denominator);
  if (numerator === 0n) return 0;
  let exponent = bitLength(numerator) - bitLength(denominator);
  if (exponent > 1025) return Infinity;
  if (exponent < -1080) return 0;
  if (shift(numerator, -exponent) < denominator) exponent--;
  // The place of the last bit that a double of this size keeps; 2⁻¹⁰⁷⁴ is the smallest subnormal.
  const place = Math.max(exponent - 52, -1074);
  if (place > 971) return Infinity;
  const [scaled, divisor] = place < 0 ? [numerator << BigInt(-place), denominator] : [numerator, denominator << BigInt(place)];
  let quotient = scaled / divisor;
  const twice = 2n * (scaled - quotient * divisor);
  if (twice > divisor || (twice === divisor && (quotient & 1n) === 1n)) quotient++;
  return Number(quotient) * 2 ** place;
}

function parseComplex(body: string, notation: Notation): Numeric | NumberFault | undefined {
  const real = parseReal(body, notation);
  if (real !== undefined) return real;
  const at = body.indexOf("@");
  if (at > 0) return both(parseReal(body.slice(0, at), notation), parseReal(body.slice(at + 1), notation), polar(notation));
  return body.endsWith("i") ? parseRectangular(body.slice(0, -1), notation) : undefined;
}

/** `3+4`, whose `i` is off already. */
function parseRectangular(body: string, notation: Notation): Numeric | NumberFault | undefined {
  const split = lastSign(body, notation.radix);
  if (split < 0) return undefined;
  const imaginary = split === body.length - 1 ? `${body.slice(split)}1` : body.slice(split);
  return both(split === 0 ? 0 : parseReal(body.slice(0, split), notation), parseReal(imaginary, notation), rectangular);
}

/** The index of the last sign that does not belong to an exponent, or -1. */
function lastSign(body: string, radix: number): number {
  for (let index = body.length - 1; index >= 0; index--) {
    if (body[index] !== "+" && body[index] !== "-") continue;
    if (radix !== 10 || index === 0 || !EXPONENT_MARKERS.includes(body.charAt(index - 1))) return index;
  }
  return -1;
}

type Parsed = Real | NumberFault | undefined;

function both(first: Parsed, second: Parsed, combine: (first: Real, second: Real) => Numeric | undefined): Numeric | NumberFault | undefined {
  if (first === undefined || second === undefined) return undefined;
  if (first instanceof NumberFault) return first;
  return second instanceof NumberFault ? second : combine(first, second);
}

function rectangular(real: Real, imaginary: Real): Numeric {
  if (imaginary === 0) return real;
  const isExact = !(real instanceof Flonum || imaginary instanceof Flonum);
  return isExact ? new Complex(real, imaginary) : new Complex(new Flonum(doubleOf(real)), new Flonum(doubleOf(imaginary)));
}

function polar({ exactness }: Notation): (magnitude: Real, angle: Real) => Numeric | undefined {
  return (magnitude, angle) => {
    if (magnitude === 0 || angle === 0) return magnitude;
    const [real, imaginary] = [doubleOf(magnitude) * Math.cos(doubleOf(angle)), doubleOf(magnitude) * Math.sin(doubleOf(angle))];
    if (exactness !== "exact") return new Complex(new Flonum(real), new Flonum(imaginary));
    return Number.isFinite(real + imaginary) ? rectangular(exactOf(real), exactOf(imaginary)) : undefined;
  };
}

function doubleOf(real: Real): number {
  if (real instanceof Flonum) return real.value;
  return real instanceof Rational ? nearestDouble(real.numerator, real.denominator) : Number(real);
}

function exactOf(double: number): Exact {
  let [whole, denominator] = [double, 1n];
  for (; !Number.isInteger(whole); whole *= 2) denominator *= 2n;
  return reduce(BigInt(whole), denominator);
}

function parseReal(body: string, notation: Notation): Parsed {
  const special = /^([+-])(?:(inf)|nan)\.0$/.exec(body);
  if (special !== null) {
    if (notation.exactness === "exact") return undefined;
    return new Flonum(special[2] === undefined ? NaN : special[1] === "-" ? -Infinity : Infinity);
  }
  const { ratio, decimal } = shapesOf(notation.radix);
  const ratioMatch = ratio.exec(body);
  if (ratioMatch !== null) return ratioValue(ratioMatch, notation);
  const decimalMatch = decimal.exec(body);
  return decimalMatch === null ? undefined : decimalValue(decimalMatch, notation);
}

interface Shapes {
  /** Sign, numerator or integer, denominator. */
  readonly ratio: RegExp;
  /** Sign, digits before the point, after it, after it where none are before, exponent. */
  readonly decimal: RegExp;
}

const shapes: Shapes[] = [];

function shapesOf(radix: number): Shapes {
  return (shapes[radix] ??= makeShapes(radix));
}

function makeShapes(radix: number): Shapes {
  const digit = radix <= 10 ? `[0-${radix - 1}]` : `[0-9a-${(radix - 1).toString(36)}]`;
  const exponent = radix === 10 ? `(?:[${EXPONENT_MARKERS}]([+-]?\\d+))?` : "";
  return {
    ratio: new RegExp(`^([+-]?)(${digit}+)(?:/(${digit}+))?$`),
    decimal: new RegExp(`^([+-]?)(?:(${digit}+)(?:\\.(${digit}*))?|\\.(${digit}+))${exponent}$`),
  };
}

function ratioValue([, sign = "", upper = "", lower]: RegExpExecArray, { radix, exactness }: Notation): Parsed {
  const magnitude = digitsValue(upper, radix);
  const denominator = lower === undefined ? 1n : digitsValue(lower, radix);
  if (denominator === 0n) return new NumberFault("zero-denominator");
  // The sign of #i-0 would be lost in an exact zero.
  if (exactness === "inexact") return new Flonum(sign === "-" ? -nearestDouble(magnitude, denominator) : nearestDouble(magnitude, denominator));
  const numerator = sign === "-" ? -magnitude : magnitude;
  if (lower === undefined) return normaliseInteger(numerator);
  return Math.min(upper.length, lower.length) > MAXIMUM_RATIO_DIGITS ? new NumberFault("too-large") : reduce(numerator, denominator);
}

function decimalValue([, sign = "", whole = "", fraction = "", onlyFraction = "", exponent = "0"]: RegExpExecArray, { radix, exactness }: Notation): Parsed {
  const decimals = fraction + onlyFraction;
  if (exactness !== "exact" && radix === 10) return new Flonum(Number(`${sign}${whole}.${decimals}e${exponent}`));
  const power = Number(exponent) - decimals.length;
  if (exactness === "exact" && Math.abs(power) + whole.length + decimals.length > MAXIMUM_RATIO_DIGITS) return new NumberFault("too-large");
  const magnitude = digitsValue(whole + decimals, radix);
  const scale = BigInt(radix) ** BigInt(Math.abs(power));
  if (exactness !== "exact") return new Flonum(sign === "-" ? -nearestDouble(magnitude, scale) : nearestDouble(magnitude, scale));
  const numerator = sign === "-" ? -magnitude : magnitude;
  return power >= 0 ? normaliseInteger(numerator * scale) : reduce(numerator, scale);
}

/** Digits that every radix up to 36 can hold in a safe integer. */
const CHUNK = 10;

/** The integer that the digits spell. Halving them keeps the work near that of one multiplication of their length. */
function digitsValue(digits: string, radix: number): bigint {
  const prefix = BIGINT_PREFIX[radix];
  if (digits.length <= CHUNK) return BigInt(parseInt(digits, radix));
  if (prefix !== undefined) return BigInt(prefix + digits);
  const split = digits.length >> 1;
  return digitsValue(digits.slice(0, split), radix) * BigInt(radix) ** BigInt(digits.length - split) + digitsValue(digits.slice(split), radix);
}

function reduce(numerator: bigint, denominator: bigint): Exact {
  let divisor = denominator;
  for (let rest = numerator < 0n ? -numerator : numerator; rest !== 0n; ) [divisor, rest] = [rest, divisor % rest];
  return divisor === denominator ? normaliseInteger(numerator / denominator) : new Rational(numerator / divisor, denominator / divisor);
}

function bitLength(integer: bigint): number {
  const digits = integer.toString(16);
  return 4 * (digits.length - 1) + (32 - Math.clz32(parseInt(digits.charAt(0), 16)));
}

function shift(integer: bigint, places: number): bigint {
  return places >= 0 ? integer << BigInt(places) : integer >> BigInt(-places);
}
