// Arithmetic against an exact reference, across the borders of fixnum, big integer, ratio and flonum.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as arithmetic from "../../../interpreter/builtins/arithmetic.js";
import { bitLength, gcdOf, integerRoot, integerSquareRoot } from "../../../interpreter/builtins/bignum.js";
import { exactOf, makeRatio, toDouble } from "../../../interpreter/builtins/number-tower.js";
import { shortestDigits } from "../../../interpreter/builtins/shortest-digits.js";
import { write } from "../../../interpreter/printer/print.js";
import { readAll } from "../../../interpreter/reader/datum.js";
import { nearestDouble, parseNumber } from "../../../interpreter/reader/numbers.js";
import { eqv } from "../../../interpreter/values/equality.js";
import { Complex, Flonum, Rational, normaliseInteger } from "../../../interpreter/values/number.js";
import type { Real } from "../../../interpreter/values/number.js";
import type { Value } from "../../../interpreter/values/value.js";
import { call } from "./evaluate.js";

const RUNS = { seed: 20261120, numRuns: 400 };

/** Integers near the borders where the representation changes, and of every size between. */
const integer = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
  fc.tuple(fc.constantFrom(2n ** 31n, 2n ** 53n, -(2n ** 53n), 2n ** 26n, 2n ** 64n, 2n ** 1023n, 2n ** 2046n), fc.bigInt({ min: -3n, max: 3n })).map(([border, off]) => border + off),
);
const nonZero = integer.filter((each) => each !== 0n);
const exact = fc.tuple(integer, fc.oneof(fc.constant(1n), nonZero)).map(([above, below]) => makeRatio(above, below));
const double = fc.double();
const number: fc.Arbitrary<Value> = fc.oneof(exact, double.map((value) => new Flonum(value)));

const complex = fc.oneof(fc.tuple(exact, exact.filter((each) => each !== 0)), fc.tuple(double, double).map((parts) => parts.map((x) => new Flonum(x))))
  .map(([real, imaginary]) => new Complex(real as Real, imaginary as Real));

function value(integer: bigint): Value {
  return normaliseInteger(integer);
}

function check<Operands extends [unknown, ...unknown[]]>(
  name: string, arbitraries: { [Index in keyof Operands]: fc.Arbitrary<Operands[Index]> }, law: (...operands: Operands) => void,
): void {
  // The braces matter: fast-check takes a false result for a failure, and an assertion's result means nothing.
  it(name, () => fc.assert(fc.property(...arbitraries, (...operands: Operands) => { law(...operands); }), RUNS));
}

/** An exact number as a pair of bigints, in the one representation that it may have. */
function parts(result: Value): [bigint, bigint] {
  if (result instanceof Rational) {
    expect(result.denominator > 1n && gcdOf(result.numerator, result.denominator) === 1n).toBe(true);
    return [result.numerator, result.denominator];
  }
  expect(typeof result === "number" ? Number.isSafeInteger(result) && !Object.is(result, -0) : typeof result === "bigint" && !Number.isSafeInteger(Number(result))).toBe(true);
  return [BigInt(result as number), 1n];
}

function same(result: Value, [above, below]: [bigint, bigint]): void {
  const [numerator, denominator] = parts(result);
  expect(numerator * below).toBe(above * denominator);
}

describe("exact arithmetic agrees with ratios of bigints", () => {
  const cases: [string, (a: Value, b: Value) => Value, (a: [bigint, bigint], b: [bigint, bigint]) => [bigint, bigint]][] = [
    ["add", arithmetic.add, ([a, b], [c, d]) => [a * d + c * b, b * d]],
    ["subtract", arithmetic.subtract, ([a, b], [c, d]) => [a * d - c * b, b * d]],
    ["multiply", arithmetic.multiply, ([a, b], [c, d]) => [a * c, b * d]],
  ];
  for (const [name, operation, reference] of cases)
    check(name, [exact, exact], (a, b) => same(operation(a, b), reference(parts(a), parts(b))));
  check("divide undoes multiply", [exact, exact.filter((each) => each !== 0)], (a, b) => same(arithmetic.divide(arithmetic.multiply(a, b), b), parts(a)));
  check("multiplication distributes over addition", [exact, exact, exact], (a, b, c) =>
    same(arithmetic.multiply(a, arithmetic.add(b, c)), parts(arithmetic.add(arithmetic.multiply(a, b), arithmetic.multiply(a, c)))));
});

describe("integer division", () => {
  check("quotient and remainder make up the dividend, with the dividend's sign", [integer, nonZero], (a, b) => {
    expect(parts(arithmetic.quotient(value(a), value(b)))[0]).toBe(a / b);
    expect(parts(arithmetic.remainder(value(a), value(b)))[0]).toBe(a % b);
  });
  check("floor-quotient and modulo make up the dividend, with the divisor's sign", [integer, nonZero], (a, b) => {
    const rest = parts(arithmetic.modulo(value(a), value(b)))[0];
    expect(parts(call("floor-quotient", value(a), value(b)))[0] * b + rest).toBe(a);
    expect(rest === 0n || rest < 0n === b < 0n).toBe(true);
    expect((rest < 0n ? -rest : rest) < (b < 0n ? -b : b)).toBe(true);
  });
  check("gcd divides both and lcm is a multiple of both", [nonZero, nonZero], (a, b) => {
    const divisor = parts(call("gcd", value(a), value(b)))[0];
    expect([a % divisor, b % divisor, parts(call("lcm", value(a), value(b)))[0] % a]).toEqual([0n, 0n, 0n]);
  });
});

describe("inexact integer division", () => {
  const whole = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -1e30, max: 1e30, noNaN: true }).map(Math.trunc));
  check("is that of the exact integers that the operands are", [whole, whole.filter((x) => x !== 0), fc.constantFrom("floor-quotient", "floor-remainder", "truncate-quotient", "truncate-remainder", "gcd")], (a, b, name) => {
    const exactly = call(name, exactOf(a), exactOf(b));
    for (const operands of [[new Flonum(a), new Flonum(b)], [exactOf(a), new Flonum(b)], [new Flonum(a), exactOf(b)]] as [Value, Value][])
      expect(call(name, ...operands)).toEqual(new Flonum(toDouble(exactly as Real)));
  });
});

describe("complex numbers", () => {
  const gaussian = fc.tuple(exact, exact).map(([real, imaginary]) => call("make-rectangular", real, imaginary));
  const notZero = gaussian.filter((z) => z !== 0);
  const parts2 = (z: Value) => [call("real-part", z), call("imag-part", z)] as [Value, Value];
  check("exact arithmetic is that of their parts", [gaussian, gaussian], (z, w) => {
    const [[a, b], [c, d]] = [parts2(z), parts2(w)];
    const { add, subtract, multiply } = arithmetic;
    expect(parts2(add(z, w))).toEqual([add(a, c), add(b, d)]);
    expect(parts2(subtract(z, w))).toEqual([subtract(a, c), subtract(b, d)]);
    expect(parts2(multiply(z, w))).toEqual([subtract(multiply(a, c), multiply(b, d)), add(multiply(a, d), multiply(b, c))]);
    expect(arithmetic.numericallyEqual(z, w)).toBe(arithmetic.numericallyEqual(a, c) && arithmetic.numericallyEqual(b, d));
  });
  check("division undoes multiplication", [gaussian, notZero], (z, w) => expect(eqv(arithmetic.divide(arithmetic.multiply(z, w), w), z)).toBe(true));
  check("the root of a square is exact, and right of the imaginary axis", [gaussian], (z) => {
    const root = call("sqrt", call("square", z));
    expect([z, arithmetic.negate(z)].some((each) => eqv(each, root))).toBe(true);
    expect(call("negative?", call("real-part", root))).toBe(false);
  });
  check("powers are repeated products", [gaussian, fc.integer({ min: 0, max: 6 })], (z, n) => {
    let power: Value = 1;
    for (let i = 0; i < n; i++) power = arithmetic.multiply(power, z);
    expect(eqv(call("expt", z, n), power)).toBe(true);
  });
  const near = fc.double({ min: -20, max: 20, noNaN: true });
  const inexact = fc.tuple(near, near).map(([x, y]) => new Complex(new Flonum(x), new Flonum(y)));
  const distance = (z: Value, w: Value) => toDouble(call("magnitude", arithmetic.subtract(z, w)) as Real);
  for (const [there, back] of [["asin", "sin"], ["acos", "cos"], ["atan", "tan"], ["log", "exp"], ["sqrt", "square"]] as const)
    check(`${back} undoes ${there}`, [inexact.filter((z) => there !== "atan" || distance(z, new Complex(0, 1)) > 0.1 && distance(z, new Complex(0, -1)) > 0.1)], (z) => {
      if (there === "log" && distance(z, 0) === 0) return;
      expect(distance(call(back, call(there, z)), z)).toBeLessThan(1e-11 * (1 + distance(z, 0)));
    });
});

describe("comparison", () => {
  check("orders exact and inexact numbers as their exact values", [number, number], (a, b) => {
    const isOrdered = [a, b].every((each) => !(each instanceof Flonum) || Number.isFinite(each.value));
    if (!isOrdered) return;
    const [x, y] = [a, b].map((each) => parts(each instanceof Flonum ? exactOf(each.value) : each)) as [[bigint, bigint], [bigint, bigint]];
    const order = x[0] * y[1] - y[0] * x[1];
    expect(arithmetic.lessThan(a, b)).toBe(order < 0n);
    expect(arithmetic.greaterThan(a, b)).toBe(order > 0n);
    expect(arithmetic.lessOrEqual(a, b)).toBe(order <= 0n);
    expect(arithmetic.greaterOrEqual(a, b)).toBe(order >= 0n);
    expect(arithmetic.numericallyEqual(a, b)).toBe(order === 0n);
  });
});

describe("conversions", () => {
  check("the exact value of a double converts back to it", [double.filter(Number.isFinite)], (x) => expect(toDouble(exactOf(x))).toBe(x + 0));
  check("a ratio converts to the nearest double", [integer, nonZero, fc.integer({ min: -1200, max: 1200 })], (a, b, power) => {
    const scaled = power < 0 ? makeRatio(a, b << BigInt(-power)) : makeRatio(a << BigInt(power), b);
    const [above, below] = parts(scaled);
    expect(toDouble(scaled)).toBe(nearestDouble(above, below));
  });
  check("text reads back as the same number in every radix", [fc.oneof(number, complex), fc.integer({ min: 2, max: 36 })], (each, radix) =>
    expect(call("string->number", call("number->string", each, radix), radix)).toSatisfy((back: Value) => eqv(back, each)));
  check("a program reads what it has written", [fc.oneof(number, complex)], (each) =>
    expect(readAll(write(each), "test")).toSatisfy(([back]: Value[]) => eqv(back as Value, each)));
  check("no text of fewer digits is the same flonum", [double.filter((x) => Number.isFinite(x) && x !== 0), fc.integer({ min: 2, max: 36 })], (x, radix) => {
    const { digits, point } = shortestDigits(Math.abs(x), radix);
    const shorter = BigInt(parseNumber(digits.slice(0, -1) || "0", radix) as number);
    for (const neighbour of [shorter, shorter + 1n]) {
      const places = BigInt(radix) ** BigInt(Math.abs(point - digits.length + 1));
      expect(point - digits.length + 1 < 0 ? nearestDouble(neighbour, places) : Number(neighbour * places)).not.toBe(Math.abs(x));
    }
  });
  check("the digits of radix 10 are the host's", [double.filter((x) => x > 0 && x < Infinity)], (x) => {
    const [digits, exponent] = x.toExponential().split("e") as [string, string];
    expect(shortestDigits(x, 10)).toEqual({ digits: digits.replace(".", ""), point: Number(exponent) + 1 });
  });
});

describe("big integers", () => {
  check("bitLength counts the binary digits", [integer], (each) =>
    expect(bitLength(each)).toBe(each === 0n ? 0 : (each < 0n ? -each : each).toString(2).length));
  check("a divisor is Euclid's", [fc.bigInt({ min: 1n, max: 2n ** 900n }), fc.bigInt({ min: 1n, max: 2n ** 900n }), fc.bigInt({ min: 1n, max: 2n ** 400n })], (a, b, factor) => {
    let [left, right] = [a * factor, b * factor];
    while (right !== 0n) [left, right] = [right, left % right];
    expect(gcdOf(a * factor, b * factor)).toBe(left);
  });
  it("bitLength is right beside every power of two", () => {
    for (let power = 1; power < 5000; power = power + 1 + (power >> 4))
      expect([bitLength(2n ** BigInt(power) - 1n), bitLength(2n ** BigInt(power))]).toEqual([power, power + 1]);
  });
  check("integer square roots are the largest", [integer.map((each) => (each < 0n ? -each : each))], (each) => {
    const root = integerSquareRoot(each);
    expect(root * root <= each && (root + 1n) * (root + 1n) > each).toBe(true);
  });
  check("integer roots are the largest", [integer.map((each) => (each < 0n ? -each : each)), fc.integer({ min: 2, max: 70 })], (each, degree) => {
    const root = integerRoot(each, degree);
    expect(root ** BigInt(degree) <= each && (root + 1n) ** BigInt(degree) > each).toBe(true);
  });
  check("bitwise operations agree with the host's on bigints", [integer, integer, fc.integer({ min: -300, max: 300 })], (a, b, count) => {
    expect(parts(call("bitwise-and", value(a), value(b)))[0]).toBe(a & b);
    expect(parts(call("bitwise-or", value(a), value(b)))[0]).toBe(a | b);
    expect(parts(call("bitwise-xor", value(a), value(b)))[0]).toBe(a ^ b);
    expect(parts(call("bitwise-not", value(a)))[0]).toBe(~a);
    expect(parts(call("arithmetic-shift", value(a), count))[0]).toBe(count < 0 ? a >> BigInt(-count) : a << BigInt(count));
  });
  check("rationalize finds a number within the tolerance with the smallest denominator", [fc.bigInt({ min: -300n, max: 300n }), fc.bigInt({ min: 1n, max: 40n }), fc.bigInt({ min: 1n, max: 40n })], (a, b, c) => {
      const [x, y] = [makeRatio(a, b), makeRatio(1n, c)];
      const [above, below] = parts(call("rationalize", x, y));
      const isWithin = (n: bigint, d: bigint) => arithmetic.lessOrEqual(call("abs", arithmetic.subtract(makeRatio(n, d), x)), y);
      expect(isWithin(above, below)).toBe(true);
      for (let d = 1n; d < below; d++) {
        const near = (a * d) / b;
        expect([near - 1n, near, near + 1n].some((n) => isWithin(n, d))).toBe(false);
      }
    });
});
