// Bitwise operations on exact integers, in two's complement without end (SRFI 151's names).
import { normaliseInteger } from "../values/number.js";
import type { ExactInteger } from "../values/number.js";
import type { Value } from "../values/value.js";
import { bitLength, chargeLinear, checkBits } from "./bignum.js";
import { define } from "./builtin.js";
import { checkExactInteger } from "./check.js";

/** Defines a bitwise operation: on 32-bit integers by the host's operator, else on bigints. */
function defineBitwise(
  name: string, identity: number, ofSmall: (a: number, b: number) => number, ofBig: (a: bigint, b: bigint) => bigint, doc: string,
): void {
  define(name, 0, Infinity, (...operands: Value[]) => {
    let result: ExactInteger = identity;
    operands.forEach((operand, index) => {
      const next = checkExactInteger(name, index + 1, operand);
      result = isSmall(result) && isSmall(next) ? ofSmall(result, next) : wide(result, next, ofBig);
    });
    return result;
  }, doc);
}

function isSmall(integer: ExactInteger): integer is number {
  return typeof integer === "number" && (integer | 0) === integer;
}

function wide(a: ExactInteger, b: ExactInteger, operation: (a: bigint, b: bigint) => bigint): ExactInteger {
  const left = BigInt(a);
  const right = BigInt(b);
  chargeLinear(Math.max(bitLength(left), bitLength(right)));
  return normaliseInteger(operation(left, right));
}

function shift(value: Value, count: Value): Value {
  const integer = BigInt(checkExactInteger("arithmetic-shift", 1, value));
  const distance = checkExactInteger("arithmetic-shift", 2, count);
  if (integer === 0n) return 0;
  const bits = bitLength(integer) + Number(distance);
  checkBits(bits);
  chargeLinear(Math.max(bits, 0));
  if (bits < 0) return integer < 0n ? -1 : 0;
  return normaliseInteger(distance < 0 ? integer >> -BigInt(distance) : integer << BigInt(distance));
}

function bitCount(value: Value): Value {
  const integer = BigInt(checkExactInteger("bit-count", 1, value));
  const rest = integer < 0n ? ~integer : integer;
  chargeLinear(bitLength(rest));
  let count = 0;
  for (const digit of rest.toString(16)) for (let bits = parseInt(digit, 16); bits !== 0; bits &= bits - 1) count++;
  return count;
}

defineBitwise("bitwise-and", -1, (a, b) => a & b, (a, b) => a & b, "(bitwise-and n ...) The bits set in all; -1 for none.");
defineBitwise("bitwise-or", 0, (a, b) => a | b, (a, b) => a | b, "(bitwise-or n ...) The bits set in any; 0 for none.");
defineBitwise("bitwise-xor", 0, (a, b) => a ^ b, (a, b) => a ^ b, "(bitwise-xor n ...) The bits set in an odd number of them; 0 for none.");
define("bitwise-not", 1, 1, (value: Value) => {
  const integer = checkExactInteger("bitwise-not", 1, value);
  return isSmall(integer) ? ~integer : normaliseInteger(~BigInt(integer));
}, "(bitwise-not n) The complement, -1 - n.");
define("arithmetic-shift", 2, 2, shift, "(arithmetic-shift n count) n shifted left by count bits, or right if count is negative, rounding down.");
define("bit-count", 1, 1, bitCount, "(bit-count n) The number of 1 bits of n, or of 0 bits if n is negative.");
define("integer-length", 1, 1, (value: Value) => {
  const integer = BigInt(checkExactInteger("integer-length", 1, value));
  return bitLength(integer < 0n ? ~integer : integer);
}, "(integer-length n) The bits needed for n, without its sign.");
