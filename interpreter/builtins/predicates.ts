// Equivalence, and what has no place of its own: procedures and the unspecified value.
import { equal, eqv, hashOf } from "../values/equality.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";

define("eq?", 2, 2, (a: Value, b: Value) => a === b, "(eq? x y) Whether x and y are the same object.");
define("eqv?", 2, 2, eqv, "(eqv? x y) Whether x and y are the same object, or the same number or character.");
define("equal?", 2, 2, equal, "(equal? x y) Whether x and y have the same shape and contents.");
define("equal-hash", 1, 1, hashOf, "(equal-hash x) An exact integer, the same for all values equal? to x.");
define("procedure?", 1, 1, (value: Value) => typeof value === "function", "(procedure? x) Whether x is a procedure.");
define("unspecified?", 1, 1, (value: Value) => value === UNSPECIFIED, "(unspecified? x) Whether x is what expressions evaluated for effect give.");
define("void", 0, Infinity, () => UNSPECIFIED, "(void x ...) The unspecified value.");
