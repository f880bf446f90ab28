// Pairs, and the compositions of car and cdr up to four deep (R7RS 6.4).
import { BYTES, allocate } from "../machine/meter.js";
import { NIL, Pair } from "../values/pair.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkPair, wrongType } from "./check.js";

/** A new pair, charged for. */
export function cons(car: Value, cdr: Value): Pair {
  allocate(BYTES.pair);
  return new Pair(car, cdr);
}

/** Defines `c` + path + `r`: the path is applied from its end. */
function defineAccessor(path: string): void {
  const name = `c${path}r`;
  const steps = [...path].reverse();
  const access = (value: Value): Value => {
    let result = value;
    for (const step of steps) {
      if (!(result instanceof Pair)) return wrongType(name, 1, "a deep enough pair", value);
      result = step === "a" ? result.car : result.cdr;
    }
    return result;
  };
  const shape = steps.reduce((inner, step) => `(c${step}r ${inner})`, "x");
  define(name, 1, 1, access, `(${name} x) The same as ${shape}.`);
}

function pathsOf(length: number): string[] {
  return length === 0 ? [""] : pathsOf(length - 1).flatMap((path) => [`a${path}`, `d${path}`]);
}

define("cons", 2, 2, cons, "(cons a d) A new pair of a and d.");
define("car", 1, 1, (value: Value) => checkPair("car", 1, value).car, "(car pair) The car field of a pair.");
define("cdr", 1, 1, (value: Value) => checkPair("cdr", 1, value).cdr, "(cdr pair) The cdr field of a pair.");
for (const length of [2, 3, 4]) for (const path of pathsOf(length)) defineAccessor(path);
define("set-car!", 2, 2, (pair: Value, value: Value) => {
  checkPair("set-car!", 1, pair).car = value;
  return UNSPECIFIED;
}, "(set-car! pair x) Stores x in the car field.");
define("set-cdr!", 2, 2, (pair: Value, value: Value) => {
  checkPair("set-cdr!", 1, pair).cdr = value;
  return UNSPECIFIED;
}, "(set-cdr! pair x) Stores x in the cdr field.");
define("pair?", 1, 1, (value: Value) => value instanceof Pair, "(pair? x) Whether x is a pair.");
define("null?", 1, 1, (value: Value) => value === NIL, "(null? x) Whether x is the empty list.");
