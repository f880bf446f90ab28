// Numbers as text: the external representation that the printer and number->string share.
import { Complex, Rational } from "../values/number.js";
import type { Flonum, Numeric } from "../values/number.js";
import { bitLength, chargeText } from "./bignum.js";
import { shortestDigits } from "./shortest-digits.js";

const SMALL_BITS = 256;
/** From here on `i` is a digit, and `+3i` a real number. */
const RADIX_WITH_I = 19;

/** The shortest text that reads back as the same number, in radix 2 to 36 (letters in lower case). */
export function numberText(value: Numeric, radix = 10): string {
  if (typeof value === "number") return value.toString(radix);
  if (typeof value === "bigint") return bigText(value, radix);
  if (value instanceof Complex) return complexText(value, radix);
  return value instanceof Rational ? `${bigText(value.numerator, radix)}/${bigText(value.denominator, radix)}` : doubleText(value, radix);
}

function complexText({ real, imaginary }: Complex, radix: number): string {
  const before = real === 0 && radix < RADIX_WITH_I ? "" : numberText(real, radix);
  if (imaginary === 1 || imaginary === -1) return `${before}${imaginary === 1 ? "+" : "-"}i`;
  const after = numberText(imaginary, radix);
  return `${before}${/^[+-]/.test(after) ? "" : "+"}${after}i`;
}

function bigText(value: bigint, radix: number): string {
  const bits = bitLength(value);
  if (bits > SMALL_BITS) chargeText(bits);
  return value.toString(radix);
}

function doubleText({ value }: Flonum, radix: number): string {
  if (Number.isNaN(value)) return "+nan.0";
  if (!Number.isFinite(value)) return value > 0 ? "+inf.0" : "-inf.0";
  if (Object.is(value, -0)) return "-0.0";
  if (radix !== 10 && value !== 0) return positional(value, radix);
  const text = value.toString();
  if (text.includes("e")) return text.replace("e+", "e");
  return text.includes(".") ? text : `${text}.0`;
}

/** Without an exponent, for only radix 10 has one. In a radix with the letters for it, a last 0 tells a number from an infinity or NaN. */
function positional(value: number, radix: number): string {
  const { digits, point } = shortestDigits(Math.abs(value), radix);
  const whole = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const fraction = point <= 0 ? "0".repeat(-point) + digits : digits.slice(point);
  const text = `${whole}.${fraction || "0"}`;
  return `${value < 0 ? "-" : ""}${text}${text === "inf.0" || text === "nan.0" ? "0" : ""}`;
}
