// Operand checks of the builtins: each returns the operand as its type, or fails naming the procedure.
import { fail } from "../values/condition.js";
import { Complex, Flonum, Rational } from "../values/number.js";
import type { ExactInteger, Numeric, Real } from "../values/number.js";
import { Pair, itemsOf } from "../values/pair.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import type { Value } from "../values/value.js";

/** The longest vector, string, list or bytevector that one call may make. */
const MAXIMUM_LENGTH = 2 ** 24;

/** Fails with `wrong-type`. `expected` has its article: "a vector". Operands count from 1. */
export function wrongType(procedure: string, operand: number, expected: string, value: Value): never {
  return fail("wrong-type", `${procedure}: expected ${expected} as operand ${operand}, but got`, [value]);
}

/** Fails with `out-of-range` for an index or count. */
export function outOfRange(procedure: string, operand: number, low: number, high: number, value: Value): never {
  const wanted = high < low ? "nothing, for it is empty" : `an index from ${low} to ${high}`;
  return fail("out-of-range", `${procedure}: expected ${wanted} as operand ${operand}, but got`, [value]);
}

export function isReal(value: Value): value is Real {
  return typeof value === "number" || value instanceof Flonum || typeof value === "bigint" || value instanceof Rational;
}

export function isNumber(value: Value): value is Numeric {
  return isReal(value) || value instanceof Complex;
}

export function isExactInteger(value: Value): value is ExactInteger {
  return typeof value === "number" || typeof value === "bigint";
}

export function checkReal(procedure: string, operand: number, value: Value): Real {
  return isReal(value) ? value : wrongType(procedure, operand, "a real number", value);
}

export function checkNumber(procedure: string, operand: number, value: Value): Numeric {
  return isNumber(value) ? value : wrongType(procedure, operand, "a number", value);
}

export function checkExactInteger(procedure: string, operand: number, value: Value): ExactInteger {
  return isExactInteger(value) ? value : wrongType(procedure, operand, "an exact integer", value);
}

/** An exact integer from `low` to `high`, both included. */
export function checkIndex(procedure: string, operand: number, value: Value, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) return value;
  if (!isExactInteger(value)) return wrongType(procedure, operand, "an exact integer", value);
  return outOfRange(procedure, operand, low, high, value);
}

/** A length for something about to be made. */
export function checkLength(procedure: string, operand: number, value: Value): number {
  if (isExactInteger(value) && value > MAXIMUM_LENGTH) return tooLong(procedure, value);
  return checkIndex(procedure, operand, value, 0, MAXIMUM_LENGTH);
}

/** Refuses a result longer than any sequence may be. */
export function checkTotal(procedure: string, length: number): number {
  return length <= MAXIMUM_LENGTH ? length : tooLong(procedure, length);
}

/** The `end` of an optional range over a sequence of this length. */
export function checkEnd(procedure: string, operand: number, end: Value | undefined, length: number): number {
  return end === undefined ? length : checkIndex(procedure, operand, end, 0, length);
}

/** The `start` of an optional range that ends at `end`. */
export function checkStart(procedure: string, operand: number, start: Value | undefined, end: number): number {
  return start === undefined ? 0 : checkIndex(procedure, operand, start, 0, end);
}

export function checkPair(procedure: string, operand: number, value: Value): Pair {
  return value instanceof Pair ? value : wrongType(procedure, operand, "a pair", value);
}

/** The items of a proper list. */
export function checkList(procedure: string, operand: number, value: Value): Value[] {
  return itemsOf(value) ?? wrongType(procedure, operand, "a proper list", value);
}

export function checkSymbol(procedure: string, operand: number, value: Value): LispSymbol {
  return value instanceof LispSymbol ? value : wrongType(procedure, operand, "a symbol", value);
}

export function checkKeyword(procedure: string, operand: number, value: Value): Keyword {
  return value instanceof Keyword ? value : wrongType(procedure, operand, "a keyword", value);
}

export function checkChar(procedure: string, operand: number, value: Value): Char {
  return value instanceof Char ? value : wrongType(procedure, operand, "a character", value);
}

export function checkString(procedure: string, operand: number, value: Value): LispString {
  return value instanceof LispString ? value : wrongType(procedure, operand, "a string", value);
}

/** A string that may change. */
export function checkMutableString(procedure: string, operand: number, value: Value): LispString {
  const string = checkString(procedure, operand, value);
  return string.immutable ? fail("immutable", `${procedure}: this string cannot change; copy it first with string-copy`, [value]) : string;
}

export function checkVector(procedure: string, operand: number, value: Value): Value[] {
  return Array.isArray(value) ? (value as Value[]) : wrongType(procedure, operand, "a vector", value);
}

export function checkBytevector(procedure: string, operand: number, value: Value): Uint8Array {
  return value instanceof Uint8Array ? value : wrongType(procedure, operand, "a bytevector", value);
}

export function checkByte(procedure: string, operand: number, value: Value): number {
  return typeof value === "number" && value >= 0 && value <= 255 ? value : wrongType(procedure, operand, "a byte (0 to 255)", value);
}

function tooLong(procedure: string, length: Value): never {
  return fail("not-representable", `${procedure}: nothing may be longer than ${MAXIMUM_LENGTH} elements, but this would have`, [length]);
}
