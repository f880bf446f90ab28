// The syntax of numbers: what each text is worth, what is no number, and what would cost too much.
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { nearestDouble, NumberFault, parseNumber } from "../../interpreter/reader/numbers.js";
import { Complex, Flonum, Rational } from "../../interpreter/values/number.js";
import type { Value } from "../../interpreter/values/value.js";

const flonum = (value: number) => new Flonum(value);
const rational = (numerator: bigint, denominator: bigint) => new Rational(numerator, denominator);

describe("numbers are read as R7RS says", () => {
  const cases: [string, Value][] = [
    ["0", 0], ["-0", 0], ["+5", 5], ["007", 7], ["-12", -12],
    ["9007199254740991", 9007199254740991], ["9007199254740992", 9007199254740992n], ["-9007199254740992", -9007199254740992n],
    ["1/2", rational(1n, 2n)], ["-6/4", rational(-3n, 2n)], ["4/2", 2], ["0/5", 0],
    ["1.", flonum(1)], [".5", flonum(0.5)], ["-1.5e3", flonum(-1500)], ["1e21", flonum(1e21)], ["1E-7", flonum(1e-7)], ["-0.0", flonum(-0)], ["1e400", flonum(Infinity)],
    ["+inf.0", flonum(Infinity)], ["-INF.0", flonum(-Infinity)], ["+nan.0", flonum(NaN)], ["-nan.0", flonum(NaN)],
    ["#xFF", 255], ["#X-ff", -255], ["#b101", 5], ["#o17", 15], ["#d10", 10], ["#xA/2", 5], ["#x1e2", 0x1e2], ["#x1.8", flonum(1.5)], ["#e#b0.1", rational(1n, 2n)], ["1s2", flonum(100)], ["1F2", flonum(100)], ["1d-2", flonum(0.01)], ["1L2", flonum(100)], ["#xffffffffffffffffffff", 0xffffffffffffffffffffn],
    ["#e1.5", rational(3n, 2n)], ["#e1e3", 1000], ["#e-.25", rational(-1n, 4n)], ["#e1.20", rational(6n, 5n)], ["#e1e-2", rational(1n, 100n)], ["#e5", 5],
    ["#i5", flonum(5)], ["#i-0", flonum(-0)], ["#i1/3", flonum(1 / 3)], ["#x#i10", flonum(16)], ["#i#x10", flonum(16)], ["#e#b1", 1], ["#i12345678901234567890", flonum(Number(12345678901234567890n))],
    [`#i1${"0".repeat(400)}/3${"0".repeat(399)}`, flonum(10 / 3)], [`#i${"1".repeat(30000)}/${"1".repeat(30000)}`, flonum(1)],
  ];
  test.each(cases)("%s", (text, expected) => expect(parseNumber(text)).toEqual(expected));

  test.each([["ff", 16, 255], ["11", 2, 3], ["#d11", 2, 11], ["77", 8, 63], ["1/10", 2, rational(1n, 2n)], ["z", 36, 35], ["1", 7, 1], ["1.5", 16, flonum(1.3125)], ["-.1", 3, flonum(-1 / 3)], ["-0.0", 2, flonum(-0)], ["1.", 20, flonum(1)], ["inf.0", 36, flonum(parseInt("inf", 36))], ["-inf.0", 36, flonum(-Infinity)]] as [string, number, Value][])("%s in radix %i", (text, radix, expected) => {
    expect(parseNumber(text, radix)).toEqual(expected);
  });
});

describe("what is no number answers undefined", () => {
  const cases: [string, number?][] = [
    [""], ["+"], ["-"], ["..."], ["."], ["1+"], ["1/"], ["/2"], ["1/-2"], ["1.5/2"], ["1e"], ["e1"], ["1e2.5"], ["--1"], ["inf.0"], ["+inf"], ["+inf.1"], ["1_000"], ["0x10"], ["١"],
    ["#x"], ["#xg"], ["#b2"], ["#o8"], ["#x#x1"], ["#e#i1"], ["#e+inf.0"], ["#e1+inf.0i"], ["#e+inf.0@1"], ["#y1"], ["#x1.8p2"], ["2", 2], [".", 16], [" 1"], ["1\n"], ["\u212a", 36],
    ["i"], ["x+i"], ["1+xi"], ["@"], ["a@1"], ["1@"], ["@1"], ["1@2@3"], ["+xi"], ["->i"], ["1+2"], ["1e-2i"], ["1e-i"], ["1e2+"], ["1i"], ["i+1"], ["1+2i3"], ["1+i+i"], ["1+2ii"], ["+inf.0i0"], ["1+2i@3"], ["+foo"], ["-inf"], ["+nan.0x"],
  ];
  test.each(cases)("%s", (text, radix) => expect(parseNumber(text, radix)).toBeUndefined());
});

describe("complex numbers are read by their parts", () => {
  const complex = (real: Value, imaginary: Value) => new Complex(real as number, imaginary as number);
  const cases: [string, Value, number?][] = [
    ["+i", complex(0, 1)], ["-i", complex(0, -1)], ["1+2i", complex(1, 2)], ["1-i", complex(1, -1)], ["1/2-3/4I", complex(rational(1n, 2n), rational(-3n, 4n))], ["#e1.5+.5i", complex(rational(3n, 2n), rational(1n, 2n))],
    ["-1.5e3+2e-3i", complex(flonum(-1500), flonum(0.002))], ["1e+2-3e+4i", complex(flonum(100), flonum(-30000))], ["1+2.0i", complex(flonum(1), flonum(2))], ["1.0+2i", complex(flonum(1), flonum(2))], ["0.5+3/4i", complex(flonum(0.5), flonum(0.75))],
    ["#i1/3+i", complex(flonum(1 / 3), flonum(1))], ["+inf.0i", complex(flonum(0), flonum(Infinity))], ["1+Inf.0i", complex(flonum(1), flonum(Infinity))], ["+nan.0-inf.0i", complex(flonum(NaN), flonum(-Infinity))], ["-0.0-0.0i", complex(flonum(-0), flonum(-0))],
    ["1+0i", 1], ["1.5-0i", flonum(1.5)], ["1+0.0i", complex(flonum(1), flonum(0))], ["#x1e-2i", complex(0x1e, -2)], ["#xA+fi", complex(10, 15)], ["#b#i1+i", complex(flonum(1), flonum(1))], ["#o-7/2i", complex(0, rational(-7n, 2n))],
    ["1@0", 1], ["0@1", 0], ["-2.5@0", flonum(-2.5)], ["1@2", complex(flonum(Math.cos(2)), flonum(Math.sin(2)))], ["2@-.5", complex(flonum(2 * Math.cos(-0.5)), flonum(2 * Math.sin(-0.5)))], ["#e2@0.0", 2], ["#xA@0", 10],
    ["+3i", 3 * 36 + 18, 36], ["0+3i", complex(0, 3), 36], ["h-i", complex(17, -1), 18],
  ];
  test.each(cases)("%s", (text, expected, radix) => expect(parseNumber(text, radix)).toEqual(expected));
});

describe("a number that has no value says why", () => {
  const cases: [string, NumberFault["reason"]][] = [
    ["1/0", "zero-denominator"], ["#i1/0", "zero-denominator"], ["1/0+i", "zero-denominator"], ["1-1/0i", "zero-denominator"], ["#x1/0", "zero-denominator"],
    ["#e1e1000000000", "too-large"], ["#e1e-1000000000", "too-large"], [`#e1e${"9".repeat(400)}`, "too-large"], [`${"7".repeat(20_001)}/${"3".repeat(20_001)}`, "too-large"], ["#e1+1e99999i", "too-large"],
  ];
  test.each(cases)("%s", (text, reason) => expect(parseNumber(text)).toEqual(new NumberFault(reason)));
});

test("a huge number is refused or read at once", () => {
  const start = performance.now();
  parseNumber("1".repeat(100_000));
  parseNumber(`#e1e20000000000`);
  parseNumber(`${"1".repeat(9_990)}/${"2".repeat(9_990)}`);
  parseNumber("+e".repeat(50_000));
  parseNumber(`1${"e+".repeat(50_000)}i`);
  parseNumber(`1@${"1".repeat(50_000)}i`);
  parseNumber("z".repeat(200_000), 36);
  parseNumber(`0.${"1".repeat(200_000)}`, 3);
  parseNumber("1".repeat(1_000_000) + "x");
  expect(performance.now() - start).toBeLessThan(2_000);
});

describe("the double nearest to a ratio is correctly rounded", () => {
  test.each([[1n, 3n], [1n, 10n], [9007199254740993n, 1n], [2n ** 1024n, 1n], [2n ** 1024n - 1n, 2n], [1n, 2n ** 1074n], [1n, 2n ** 1075n], [3n, 2n ** 1075n], [3n * 2n ** 52n + 1n, 2n ** 1076n]] as [bigint, bigint][])("%s/%s", (numerator, denominator) => {
    // A power of two scales exactly, and the host rounds decimal texts correctly.
    const expected = denominator === 3n ? 1 / 3 : denominator === 10n ? 0.1 : Number(decimalOf(numerator, denominator));
    expect(nearestDouble(numerator, denominator)).toBe(expected);
  });

  test("as the host rounds the same decimal", () => {
    const property = fc.property(fc.bigInt({ min: 1n, max: 10n ** 40n }), fc.integer({ min: 0, max: 360 }), (digits, places) => {
      expect(nearestDouble(digits, 10n ** BigInt(places))).toBe(Number(`${digits}e-${places}`));
    });
    fc.assert(property, { seed: 11, numRuns: 500 });
  });
});

/** The exact decimal expansion of a ratio whose denominator is a power of two. */
function decimalOf(numerator: bigint, denominator: bigint): string {
  const places = denominator.toString(2).length - 1;
  return `${numerator * 5n ** BigInt(places)}e-${places}`;
}
