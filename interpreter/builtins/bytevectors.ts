// Bytevectors (R7RS 6.9): Uint8Array.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { fail } from "../values/condition.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkByte, checkBytevector, checkEnd, checkIndex, checkLength, checkStart, checkTotal, outOfRange } from "./check.js";
import { textOfRange } from "./strings.js";
import { newString } from "./text.js";

/** Charges for a bytevector of this length before it is made; refuses one beyond the maximum. */
export function chargeBytes(procedure: string, length: number): void {
  burnElements(checkTotal(procedure, length));
  allocate(BYTES.bytevector + BYTES.byte * length);
}

/** A new bytevector of a range. The range's operands follow the bytevector. */
export function bytesOfRange(procedure: string, operand: number, value: Value, start: Value | undefined, end: Value | undefined): Uint8Array {
  const bytes = checkBytevector(procedure, operand, value);
  const last = checkEnd(procedure, operand + 2, end, bytes.length);
  const first = checkStart(procedure, operand + 1, start, last);
  chargeBytes(procedure, last - first);
  return bytes.slice(first, last);
}

function makeBytevector(count: Value, fill: Value = 0): Value {
  const length = checkLength("make-bytevector", 1, count);
  const byte = checkByte("make-bytevector", 2, fill);
  chargeBytes("make-bytevector", length);
  return new Uint8Array(length).fill(byte);
}

function copyInto(target: Value, at: Value, source: Value, start?: Value, end?: Value): Value {
  const to = checkBytevector("bytevector-copy!", 1, target);
  const index = checkIndex("bytevector-copy!", 2, at, 0, to.length);
  const from = checkBytevector("bytevector-copy!", 3, source);
  const last = checkEnd("bytevector-copy!", 5, end, from.length);
  const first = checkStart("bytevector-copy!", 4, start, last);
  if (index + last - first > to.length) return outOfRange("bytevector-copy!", 2, 0, to.length - (last - first), at);
  burnElements(last - first);
  to.set(from.subarray(first, last), index);
  return UNSPECIFIED;
}

function appendBytes(...bytevectors: Value[]): Value {
  const parts = bytevectors.map((bytes, index) => checkBytevector("bytevector-append", index + 1, bytes));
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  chargeBytes("bytevector-append", total);
  const result = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function decode(value: Value, start?: Value, end?: Value): Value {
  const bytes = bytesOfRange("utf8->string", 1, value, start, end);
  try {
    return newString(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof TypeError) return fail("wrong-type", "utf8->string: these bytes are not UTF-8:", [bytes]);
    throw error;
  }
}

define("bytevector?", 1, 1, (value: Value) => value instanceof Uint8Array, "(bytevector? x) Whether x is a bytevector.");
define("make-bytevector", 1, 2, makeBytevector, "(make-bytevector k [byte]) A new bytevector of k bytes.");
define("bytevector", 0, Infinity, (...bytes: Value[]) => {
  chargeBytes("bytevector", bytes.length);
  return Uint8Array.from(bytes, (byte, index) => checkByte("bytevector", index + 1, byte));
}, "(bytevector byte ...) A new bytevector of the operands.");
define("bytevector-length", 1, 1, (bytes: Value) => checkBytevector("bytevector-length", 1, bytes).length, "(bytevector-length bytevector) The number of its bytes.");
define("bytevector-u8-ref", 2, 2, (value: Value, index: Value) => {
  const bytes = checkBytevector("bytevector-u8-ref", 1, value);
  return bytes[checkIndex("bytevector-u8-ref", 2, index, 0, bytes.length - 1)] as number;
}, "(bytevector-u8-ref bytevector k) The byte at index k.");
define("bytevector-u8-set!", 3, 3, (value: Value, index: Value, byte: Value) => {
  const bytes = checkBytevector("bytevector-u8-set!", 1, value);
  bytes[checkIndex("bytevector-u8-set!", 2, index, 0, bytes.length - 1)] = checkByte("bytevector-u8-set!", 3, byte);
  return UNSPECIFIED;
}, "(bytevector-u8-set! bytevector k byte) Stores the byte at index k.");
define("bytevector-copy", 1, 3, (bytes: Value, start?: Value, end?: Value) => bytesOfRange("bytevector-copy", 1, bytes, start, end),
  "(bytevector-copy bytevector [start [end]]) A new bytevector of the bytes in the range.");
define("bytevector-copy!", 3, 5, copyInto, "(bytevector-copy! to at from [start [end]]) Copies bytes into a bytevector; the two may overlap.");
define("bytevector-fill!", 2, 4, (value: Value, byte: Value, start?: Value, end?: Value) => {
  const bytes = checkBytevector("bytevector-fill!", 1, value);
  const last = checkEnd("bytevector-fill!", 4, end, bytes.length);
  const first = checkStart("bytevector-fill!", 3, start, last);
  burnElements(last - first);
  bytes.fill(checkByte("bytevector-fill!", 2, byte), first, last);
  return UNSPECIFIED;
}, "(bytevector-fill! bytevector byte [start [end]]) Stores the byte everywhere in the range.");
define("bytevector-append", 0, Infinity, appendBytes, "(bytevector-append bytevector ...) A new bytevector of all their bytes, one after the other.");
define("utf8->string", 1, 3, decode, "(utf8->string bytevector [start [end]]) The text that the bytes encode.");
define("string->utf8", 1, 3, (string: Value, start?: Value, end?: Value) => {
  const text = textOfRange("string->utf8", 1, string, start, end);
  chargeBytes("string->utf8", text.length * 3);
  return encoder.encode(text);
}, "(string->utf8 string [start [end]]) The bytes of its UTF-8 encoding.");
