// Big integers: how large they are, what work on them costs, and the few operations that JavaScript lacks.
import { BYTES, allocate, burn } from "../machine/meter.js";
import { fail } from "../values/condition.js";

/** The largest exact integer that an operation may make, in bits: some 2.5 million decimal digits. */
const MAXIMUM_BITS = 2 ** 23;

// Euclid's algorithm is quadratic, and cannot be interrupted.
const MAXIMUM_DIVISOR_BITS = 2 ** 16;
const LIMB_BITS = 64;
/** A double holds them and the cofactors added to them. */
const LEADING_BITS = 52;
const SCHOOLBOOK_LIMBS = 64;
const thresholds: bigint[] = [];
const view = new DataView(new ArrayBuffer(8));

/** The bits of an integer's magnitude; 0 for 0. */
export function bitLength(integer: bigint): number {
  const near = Math.abs(Number(integer));
  if (near <= Number.MAX_SAFE_INTEGER) return near === 0 ? 0 : exponentOf(near) + 1;
  if (near < 2 ** 1023) return exponentOf(near) + (isRoundedUp(integer, near) ? 0 : 1);
  const magnitude = integer < 0n ? -integer : integer;
  let step = 0;
  while (magnitude >= threshold(step + 1)) step++;
  const shift = 1023 * 2 ** step;
  return shift + bitLength(magnitude >> BigInt(shift));
}

/** Charges for work linear in a number of bits (addition, shifts, copies), and for the result. */
export function chargeLinear(bits: number): void {
  burn(Math.ceil(bits / LIMB_BITS / 16));
  allocate(BYTES.integer + Math.ceil(bits / 8));
}

/** Charges for a product or power step of operands of these bits. */
export function chargeProduct(leftBits: number, rightBits: number): void {
  burnProduct(leftBits, rightBits);
  allocate(BYTES.integer + Math.ceil((leftBits + rightBits) / 8));
}

/** Charges for a quotient of operands of these bits, which costs the host two products and more. */
export function chargeQuotient(leftBits: number, rightBits: number): void {
  burnProduct(leftBits, rightBits);
  chargeProduct(leftBits, rightBits);
}

/** Charges for the text of an integer of these bits, in whatever radix. */
export function chargeText(bits: number): void {
  const limbs = Math.ceil(bits / LIMB_BITS);
  burn(Math.ceil(limbs * (limbs <= SCHOOLBOOK_LIMBS ? limbs / 8 : 16 * (wholeLogarithm(limbs) - 5))));
  allocate(Math.ceil(bits / 2));
}

// The host takes quadratic time for small operands, and little more than linear time for large ones.
function burnProduct(leftBits: number, rightBits: number): void {
  const left = Math.ceil(leftBits / LIMB_BITS);
  const right = Math.ceil(rightBits / LIMB_BITS);
  const short = Math.min(left, right);
  burn(Math.ceil(Math.max(left, right) * (short <= SCHOOLBOOK_LIMBS ? short / 16 : 2 * (wholeLogarithm(short) - 4))));
}

function wholeLogarithm(limbs: number): number {
  return 31 - Math.clz32(limbs);
}

/** Charges for a greatest common divisor: some rounds for each limb, each of them linear. */
function chargeDivisor(bits: number): void {
  const limbs = Math.ceil(bits / LIMB_BITS);
  burn(Math.ceil(64 * limbs + (limbs * limbs) / 2));
  allocate(BYTES.integer + Math.ceil(bits / 8));
}

/** Refuses an exact result of so many bits before it is made. */
export function checkBits(bits: number): void {
  if (!(bits <= MAXIMUM_BITS)) tooLarge();
}

/** The greatest common divisor, not negative. */
export function gcdOf(left: bigint, right: bigint): bigint {
  let a = left < 0n ? -left : left;
  let b = right < 0n ? -right : right;
  if (b > Number.MAX_SAFE_INTEGER || a > Number.MAX_SAFE_INTEGER) {
    if (b === 0n) return a;
    [a, b] = [b, a % b];
    const bits = bitLength(b);
    if (bits > MAXIMUM_DIVISOR_BITS)
      return fail("not-representable", `the common divisor of numbers of more than ${MAXIMUM_DIVISOR_BITS} bits is too much work; use inexact numbers`);
    if (bits > LIMB_BITS) chargeDivisor(bits);
    while (b > Number.MAX_SAFE_INTEGER) [a, b] = shortened(a, b);
    if (b === 0n) return a;
    [a, b] = [b, a % b];
  }
  return BigInt(smallGcd(Number(a), Number(b)));
}

/**
 * Two integers with the same divisors as `a` ≥ `b`, some 26 bits shorter: the quotients of the leading digits are
 * those of the whole as long as both bounds of the rest agree on them (Lehmer; Knuth, volume 2, algorithm 4.5.2 L).
 */
function shortened(a: bigint, b: bigint): [bigint, bigint] {
  const places = BigInt(bitLength(a) - LEADING_BITS);
  let [x, y] = [Number(a >> places), Number(b >> places)];
  let [ax, bx, ay, by] = [1, 0, 0, 1];
  while (y + ay !== 0 && y + by !== 0) {
    const quotient = Math.floor((x + ax) / (y + ay));
    if (quotient !== Math.floor((x + bx) / (y + by))) break;
    [ax, ay] = [ay, ax - quotient * ay];
    [bx, by] = [by, bx - quotient * by];
    [x, y] = [y, x - quotient * y];
  }
  if (bx === 0) return [b, a % b];
  return [BigInt(ax) * a + BigInt(bx) * b, BigInt(ay) * a + BigInt(by) * b];
}

/** The greatest common divisor of two safe integers, not negative. */
export function smallGcd(left: number, right: number): number {
  let a = Math.abs(left);
  let b = Math.abs(right);
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/**
 * The largest integer whose square is at most `square`, which is not negative. Each round doubles the
 * precision, so that the last division costs as much as all before it (Zimmermann, "Karatsuba Square Root").
 */
export function integerSquareRoot(square: bigint): bigint {
  if (square < 2n) return square;
  const bits = bitLength(square);
  chargeProduct(bits, bits);
  const half = (bits - 1) >> 1;
  let root = 1n;
  let precision = 0;
  for (let shift = 31 - Math.clz32(half); shift >= 0; shift--) {
    const before = precision;
    precision = half >> shift;
    root = (root << BigInt(precision - before - 1)) + (square >> BigInt(2 * half - before - precision + 1)) / root;
  }
  return root * root > square ? root - 1n : root;
}

/** The largest integer whose `degree`-th power is at most `power`, which is not negative. */
export function integerRoot(power: bigint, degree: number): bigint {
  if (degree === 2) return integerSquareRoot(power);
  if (power < 2n) return power;
  const bits = bitLength(power);
  if (degree >= bits) return 1n;
  chargeProduct(bits, bits);
  const exponent = BigInt(degree);
  let root = 1n << BigInt(Math.ceil(bits / degree));
  for (;;) {
    const next = (root * (exponent - 1n) + power / root ** (exponent - 1n)) / exponent;
    if (next >= root) return root;
    root = next;
  }
}

/** The exponent of a finite positive double: the power of two that is at most the number. */
export function exponentOf(double: number): number {
  view.setFloat64(0, double);
  const biased = (view.getUint16(0) >> 4) & 0x7ff;
  return biased === 0 ? exponentOf(double * 2 ** 60) - 60 : biased - 1023;
}

/** Two to a whole power from -1074 to 1023, exactly. */
export function powerOfTwo(exponent: number): number {
  if (exponent < -1022) return powerOfTwo(exponent + 52) * Number.EPSILON;
  view.setUint32(0, (exponent + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

/** Whether the double nearest to an integer's magnitude is a power of two that the magnitude does not reach. */
function isRoundedUp(integer: bigint, near: number): boolean {
  view.setFloat64(0, near);
  const isPower = view.getUint32(4) === 0 && (view.getUint32(0) & 0xfffff) === 0;
  return isPower && (integer < 0n ? -integer : integer) < BigInt(near);
}

function threshold(step: number): bigint {
  return (thresholds[step] ??= 1n << BigInt(1023 * 2 ** step));
}

function tooLarge(): never {
  return fail("not-representable", `the exact result would have more than ${MAXIMUM_BITS} bits; use inexact numbers`);
}
