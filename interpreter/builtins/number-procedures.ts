// number->string and string->number.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { NumberFault, parseNumber } from "../reader/numbers.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkIndex, checkNumber, checkString } from "./check.js";
import { numberText } from "./number-text.js";
import { newString } from "./text.js";

function checkRadix(procedure: string, radix: Value | undefined): number {
  return radix === undefined ? 10 : checkIndex(procedure, 2, radix, 2, 36);
}

function stringToNumber(string: Value, radix?: Value): Value {
  const { text } = checkString("string->number", 1, string);
  const base = checkRadix("string->number", radix);
  burnElements(text.length);
  allocate(BYTES.integer + text.length);
  // The host reads n decimal digits in about n^1.5.
  if (text.length > 1000) burnElements(text.length * Math.min(256, text.length >> 6));
  const number = parseNumber(text, base) ?? false;
  // No error is signaled for what a string holds, also where it spells a number that is too long to be exact (R7RS 6.2.7).
  return number instanceof NumberFault ? false : number;
}

define("number->string", 1, 2, (number: Value, radix?: Value) =>
  newString(numberText(checkNumber("number->string", 1, number), checkRadix("number->string", radix))),
"(number->string z [radix]) The text of a number in a radix from 2 to 36.");
define("string->number", 1, 2, stringToNumber, "(string->number string [radix]) The number that the text spells; #f if it spells none, or one of too many digits.");
