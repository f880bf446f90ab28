// What the builtins for strings, symbols and ports share: making strings, charged for.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { LispString } from "../values/text.js";
import { checkTotal } from "./check.js";

/** A new mutable string. */
export function newString(text: string): LispString {
  charge(text.length);
  return new LispString(text);
}

/** A new immutable string, as symbol->string gives. */
export function newImmutableString(text: string): LispString {
  charge(text.length);
  return new LispString(text, true);
}

/** Charges for a string of this length before it is made; refuses one beyond the maximum. */
export function chargeString(procedure: string, length: number): void {
  charge(checkTotal(procedure, length));
}

/** Below 0, 0 or above 0 as `a` comes before, with or after `b` by code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  burnElements(shorter);
  let index = 0;
  while (index < shorter && a.charCodeAt(index) === b.charCodeAt(index)) index++;
  return index === shorter ? a.length - b.length : codePointOrder(a.charCodeAt(index)) - codePointOrder(b.charCodeAt(index));
}

// Halves of surrogate pairs stand for code points above all others: rotate them behind the private use area.
function codePointOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

function charge(length: number): void {
  burnElements(length);
  allocate(BYTES.string + BYTES.character * length);
}
