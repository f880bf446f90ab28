// Numbers: the examples of R7RS 6.2 and the borders between the kinds of number.
import { describe, expect, it } from "vitest";
import { readAll } from "../../../interpreter/reader/datum.js";
import type { Value } from "../../../interpreter/values/value.js";
import { check, evaluate } from "./evaluate.js";

describe("numbers are told apart by kind and exactness", () => {
  check([
    ["(complex? 3)", "#t"], ["(real? 3.5)", "#t"], ["(real? +nan.0)", "#t"], ["(rational? -inf.0)", "#f"], ["(rational? 3.5)", "#t"],
    ["(rational? 6/10)", "#t"], ["(rational? 6/3)", "#t"], ["(integer? 3.0)", "#t"], ["(integer? 8/4)", "#t"], ["(integer? 3.5)", "#f"],
    ["(integer? +inf.0)", "#f"], ["(number? 'a)", "#f"], ["(exact? 3.0)", "#f"], ["(exact? #e3.0)", "#t"], ["(inexact? 3.)", "#t"],
    ["(exact? 'a)", "!wrong-type"], ["(exact-integer? 32)", "#t"], ["(exact-integer? 32.0)", "#f"], ["(exact-integer? 32/5)", "#f"],
    ["(exact-rational? 1/2)", "#t"], ["(exact-rational? 0.5)", "#f"],
    ["(finite? 3)", "#t"], ["(finite? +inf.0)", "#f"], ["(finite? +nan.0)", "#f"], ["(infinite? -inf.0)", "#t"], ["(infinite? 3)", "#f"],
    ["(nan? +nan.0)", "#t"], ["(nan? 32)", "#f"], ["(nan? \"x\")", "!wrong-type"],
  ]);
});

describe("arithmetic stays exact, and goes over into big integers and back", () => {
  check([
    ["(+)", "0"], ["(+ 3 4)", "7"], ["(+ 3)", "3"], ["(+ 'a)", "!wrong-type"], ["(*)", "1"], ["(* 4)", "4"], ["(- 3 4)", "-1"],
    ["(- 3 4 5)", "-6"], ["(- 3)", "-3"], ["(- 0)", "0"], ["(- 0.0)", "-0.0"], ["(+ -0.0)", "-0.0"], ["(* 1 -0.0)", "-0.0"], ["(* 0 -5)", "0"],
    ["(/ 3 4 5)", "3/20"], ["(/ 3)", "1/3"], ["(/ 0 -3)", "0"], ["(/ 6 -4)", "-3/2"], ["(/ 0.0 0)", "!division-by-zero"],
    ["(/ 1 0)", "!division-by-zero"], ["(/ 1 0.0)", "+inf.0"], ["(/ -1 0.0)", "-inf.0"], ["(/ 0 0.)", "+nan.0"], ["(- 'a)", "!wrong-type"],
    ["(+ 9007199254740991 1)", "9007199254740992"], ["(- -9007199254740991 1)", "-9007199254740992"],
    ["(- 9007199254740992 1)", "9007199254740991"], ["(* 3037000500 3037000500)", "9223372037000250000"],
    ["(* 94906266 94906267)", "9007199420969022"], ["(quotient 9223372037000250000 3037000500)", "3037000500"],
    ["(+ 1/2 1/3)", "5/6"], ["(+ 1/2 1/2)", "1"], ["(* 2/3 3/2)", "1"], ["(- 1/2 0.5)", "0.0"], ["(+ 1 2.5)", "3.5"],
    ["(/ 123456789012345678901234567890 987654321)", "13717421001371742100137174210/109739369"],
    ["(abs -7)", "7"], ["(abs -7/2)", "7/2"], ["(abs -0.0)", "0.0"], ["(abs -9007199254740993)", "9007199254740993"],
    ["(max 3 4)", "4"], ["(max 3.9 4)", "4.0"], ["(max 1 +nan.0)", "+nan.0"], ["(max +nan.0 1)", "+nan.0"], ["(min 1 2.0)", "1.0"],
    ["(max 1 'b)", "!wrong-type"], ["(square 42)", "1764"], ["(square 2.0)", "4.0"],
  ]);
});

describe("an exact zero has no sign", () => {
  const ZEROS = ["(* 0 -5)", "(* -5 0)", "(- 0)", "(/ 0 -3)", "(quotient -1 2)", "(remainder -4 2)", "(modulo 4 -2)", "(exact -0.0)", "(round -1/3)", "(truncate -1/3)", "(ceiling -1/3)", "(bitwise-and -2 1)", "(gcd 0 0)", "(* -1/2 0)"];
  for (const zero of ZEROS) it(zero, () => expect(Object.is(evaluate(readAll(zero, "test")[0] as Value), 0)).toBe(true));
});

describe("comparison is exact between exact and inexact numbers", () => {
  check([
    ["(= 1 1.0)", "#t"], ["(= 1 1 2)", "#f"], ["(= 1 'a)", "!wrong-type"], ["(= 1 2 'a)", "!wrong-type"], ["(< 1 2 3)", "#t"], ["(< 1 3 2)", "#f"], ["(>= 3 3 2)", "#t"],
    ["(= 9007199254740993 9007199254740992.0)", "#f"], ["(> 9007199254740993 9007199254740992.0)", "#t"],
    ["(= 9007199254740992 9007199254740992.0)", "#t"], ["(< 1/3 0.3333333333333333)", "#f"], ["(> 1/3 0.3333333333333333)", "#t"],
    ["(= 1/2 0.5)", "#t"], ["(= 1/3 2/6)", "#t"], ["(< 1/3 +inf.0)", "#t"], ["(> 1/3 -inf.0)", "#t"], ["(< 1/3 1/2)", "#t"], ["(< 0.5 1/3)", "#f"],
    ["(< 1 +nan.0)", "#f"], ["(>= 1 +nan.0)", "#f"], ["(<= 1/2 +nan.0)", "#f"], ["(= +nan.0 +nan.0)", "#f"], ["(= 0.0 -0.0)", "#t"],
    ["(< 100000000000000000000000 1e23)", "#f"], ["(> 100000000000000000000000 1e23)", "#t"],
    ["(< 9007199254740992.0 9007199254740993)", "#t"], ["(<= 9007199254740993 9007199254740992.0)", "#f"], ["(>= 9007199254740992.0 9007199254740993)", "#f"],
    ["(zero? 0)", "#t"], ["(zero? -0.0)", "#t"], ["(zero? 1/2)", "#f"], ["(positive? 1/2)", "#t"], ["(positive? +nan.0)", "#f"],
    ["(negative? -1/2)", "#t"], ["(negative? -0.0)", "#f"], ["(odd? 7)", "#t"], ["(odd? -7)", "#t"], ["(even? 8.0)", "#t"], ["(even? 1.5)", "!wrong-type"],
    ["(even? 9007199254740993)", "#f"],
  ]);
});

describe("integer division rounds as its name says", () => {
  check([
    ["(floor/ 5 2)", "2 1"], ["(floor/ -5 2)", "-3 1"], ["(floor/ 5 -2)", "-3 -1"], ["(floor/ -5 -2)", "2 -1"],
    ["(truncate/ 5 2)", "2 1"], ["(truncate/ -5 2)", "-2 -1"], ["(truncate/ 5 -2)", "-2 1"], ["(truncate/ -5 -2)", "2 -1"], ["(truncate/ -5.0 2)", "-2.0 -1.0"],
    ["(modulo 13 4)", "1"], ["(modulo -13 4)", "3"], ["(modulo 13 -4)", "-3"], ["(modulo -13 -4)", "-1"], ["(modulo -13 4.0)", "3.0"],
    ["(remainder -13 4)", "-1"], ["(remainder 13 -4)", "1"], ["(remainder -4 2)", "0"], ["(quotient -1 2)", "0"], ["(modulo -4 2)", "0"],
    ["(quotient 1 0)", "!division-by-zero"], ["(modulo 1 0.0)", "!division-by-zero"], ["(remainder 1.5 2)", "!wrong-type"],
    ["(gcd 32 -36)", "4"], ["(gcd)", "0"], ["(gcd 0 5)", "5"], ["(lcm 32 -36)", "288"], ["(lcm 32.0 -36)", "288.0"], ["(lcm)", "1"], ["(lcm 0 5)", "0"],
    ["(gcd 123456789012345678901234567890 987654321098765432109876543210)", "9000000000900000000090"], ["(gcd -5)", "5"], ["(lcm -5)", "5"],
    ["(numerator (/ 6 4))", "3"], ["(denominator (/ 6 4))", "2"], ["(denominator 0)", "1"], ["(denominator (inexact (/ 6 4)))", "2.0"], ["(numerator 0.75)", "3.0"],
    ["(numerator +inf.0)", "!wrong-type"],
    ["(exact-integer-sqrt 4)", "2 0"], ["(exact-integer-sqrt 5)", "2 1"], ["(exact-integer-sqrt -1)", "!wrong-type"], ["(exact-integer-sqrt 1)", "1 0"], ["(exact-integer-sqrt 0)", "0 0"],
    ["(exact-integer-sqrt 100000000000000000000000000000000000000000)", "316227766016837933199 562477137586013626399"],
  ]);
});

describe("rounding and exactness follow R7RS", () => {
  check([
    ["(floor -4.3)", "-5.0"], ["(ceiling -4.3)", "-4.0"], ["(truncate -4.3)", "-4.0"], ["(round -4.3)", "-4.0"], ["(floor 3.5)", "3.0"], ["(ceiling 3.5)", "4.0"],
    ["(round 3.5)", "4.0"], ["(round 2.5)", "2.0"], ["(round -2.5)", "-2.0"], ["(round -0.5)", "-0.0"], ["(round 7/2)", "4"], ["(round 5/2)", "2"], ["(round -7/2)", "-4"], ["(round 7)", "7"],
    ["(floor -7/2)", "-4"], ["(ceiling -7/2)", "-3"], ["(truncate -7/2)", "-3"], ["(round 4503599627370497.5)", "4503599627370498.0"], ["(round +inf.0)", "+inf.0"],
    ["(exact 2.5)", "5/2"], ["(exact 0.1)", "3602879701896397/36028797018963968"], ["(exact 1e20)", "100000000000000000000"], ["(exact -0.0)", "0"],
    ["(exact +inf.0)", "!not-representable"], ["(exact 5e-324)", `1/${2n ** 1074n}`], ["(inexact 1/3)", "0.3333333333333333"],
    ["(inexact (expt 2 -1075))", "0.0"], ["(inexact (* 3 (expt 2 -1075)))", "1e-323"], ["(inexact (/ -1 (expt 10 400)))", "-0.0"], ["(inexact (/ (expt 10 400) 3))", "+inf.0"],
    ["(inexact 123456789012345678901234567890)", "1.2345678901234568e29"], ["(inexact 9007199254740993)", "9007199254740992.0"], ["(inexact->exact 0.5)", "1/2"],
    ["(rationalize 3/10 1/10)", "1/3"], ["(rationalize .3 1/10)", "0.3333333333333333"], ["(rationalize -3/10 1/10)", "-1/3"], ["(rationalize 1/10 1)", "0"],
    ["(rationalize 3 +inf.0)", "0.0"], ["(rationalize +inf.0 1)", "+inf.0"], ["(rationalize +inf.0 +inf.0)", "+nan.0"],
  ]);
});

describe("roots, powers and functions are exact where the result is", () => {
  check([
    ["(sqrt 9)", "3"], ["(sqrt 16/9)", "4/3"], ["(sqrt 2)", "1.4142135623730951"], ["(sqrt 16.0)", "4.0"], ["(sqrt -1)", "+i"], ["(sqrt -0.0)", "-0.0"],
    ["(sqrt (expt 10 400))", `1${"0".repeat(200)}`], ["(sqrt (+ 1 (expt 10 600)))", "1e300"],
    ["(expt 2 10)", "1024"], ["(expt 2 -2)", "1/4"], ["(expt 2/3 3)", "8/27"], ["(expt -2/3 -3)", "-27/8"], ["(expt 2.0 3)", "8.0"], ["(expt 0 0)", "1"], ["(expt 0.0 0)", "1.0"],
    ["(expt 0 3)", "0"], ["(expt 0 -1)", "!division-by-zero"], ["(expt 1 (expt 10 40))", "1"], ["(expt -1 (+ 1 (expt 10 40)))", "-1"], ["(expt 4 1/2)", "2"],
    ["(expt 8/27 2/3)", "4/9"], ["(expt 2 1/2)", "1.4142135623730951"], ["(expt 2 0.5)", "1.4142135623730951"], ["(expt -8 1/3)", "1.0000000000000002+1.7320508075688772i"],
    ["(expt 7 (expt 10 12))", "!not-representable"], ["(expt 7.0 (expt 10 12))", "+inf.0"], ["(expt 1.0 +inf.0)", "1.0"], ["(expt 2 100)", "1267650600228229401496703205376"], ["(expt (+ 1 (expt 10 400)) 0.5)", "1.000000000000022e200"], ["(expt (- -1 (expt 10 400)) -1.0)", "-0.0"],
    ["(exp 0)", "1.0"], ["(log 1)", "0.0"], ["(log 8 2)", "3.0"], ["(log 1000 10)", "3.0"], ["(log (expt 10 400) 10)", "400.0"], ["(log 0)", "-inf.0"], ["(log -1)", "0.0+3.141592653589793i"],
    ["(log 0.0)", "-inf.0"], ["(sin 0)", "0.0"], ["(cos 0)", "1.0"], ["(tan 0)", "0.0"], ["(asin 2)", "1.5707963267948966-1.3169578969248166i"], ["(acos 1)", "0.0"], ["(acos -1.0)", "3.141592653589793"],
    ["(atan 1)", "0.7853981633974483"], ["(atan 1 -1)", "2.356194490192345"], ["(atan 0 1)", "0"], ["(atan -0.0 -1)", "-3.141592653589793"], ["(atan 0 0)", "!division-by-zero"],
    ["(exp 'a)", "!wrong-type"],
  ]);
});

describe("numbers become text and come back", () => {
  check([
    ["(number->string 255 16)", '"ff"'], ["(number->string -10 2)", '"-1010"'], ["(number->string 1.0)", '"1.0"'], ["(number->string 1e21)", '"1e21"'], ["(number->string 1.5e-7)", '"1.5e-7"'],
    ["(number->string 1/3 3)", '"1/10"'], ["(number->string -0.0)", '"-0.0"'], ["(number->string +inf.0)", '"+inf.0"'], ["(number->string 35 36)", '"z"'], ["(number->string 1 37)", "!out-of-range"],
    ["(number->string 0.5 2)", '"0.1"'], ["(number->string (expt 2 64) 16)", '"10000000000000000"'],
    ['(string->number "100")', "100"], ['(string->number "100" 16)', "256"], ['(string->number "1e2")', "100.0"], ['(string->number "abc")', "#f"], ['(string->number "zz" 36)', "1295"],
    ['(string->number "-1/10" 3)', "-1/3"], ['(string->number "19" 9)', "#f"], ['(string->number "")', "#f"], ['(string->number "1/0")', "#f"], ['(string->number "#xff")', "255"], ['(string->number "1/0" 3)', "#f"],
  ]);
});

describe("what would take hours is refused, or done at once", () => {
  check([
    ["(exact-integer? (numerator (rationalize (/ (expt 3 20000) (expt 5 10000)) (/ 1 (expt 7 10000)))))", "#t"], ["(exact-integer? (denominator (/ (expt 3 40000) (expt 5 20000))))", "#t"],
    ["(atan (expt 3 500000) (expt 2 500000))", "1.5707963267948966"], ["(atan (expt 3 500000) (- (expt 3 500000)))", "2.356194490192345"],
    ["(gcd (expt 3 1000000) (expt 5 600000))", "!not-representable"], ["(expt 1+i (expt 10 12))", "!not-representable"], ["(expt 7/3 (- (expt 10 12)))", "!not-representable"],
    ["(expt 1.0+1.0i (expt 10 50))", "+inf.0+inf.0i"], ["(string->number \"#e1e1000000000\")", "#f"], ["(string-length (number->string (expt 7 100000)))", "84510"],
  ]);
});

describe("bitwise operations see integers in two's complement", () => {
  check([
    ["(bitwise-and 12 10)", "8"], ["(bitwise-or 12 10)", "14"], ["(bitwise-xor 12 10)", "6"], ["(bitwise-not 5)", "-6"], ["(bitwise-and)", "-1"], ["(bitwise-or)", "0"],
    ["(bitwise-and -1 (expt 2 70))", "1180591620717411303424"], ["(bitwise-or (expt 2 40) 1)", "1099511627777"], ["(bitwise-not (expt 2 40))", "-1099511627777"],
    ["(arithmetic-shift 1 70)", "1180591620717411303424"], ["(arithmetic-shift -5 -1)", "-3"], ["(arithmetic-shift -1 -100)", "-1"], ["(arithmetic-shift 5 -100)", "0"],
    ["(arithmetic-shift 1 (expt 10 12))", "!not-representable"], ["(arithmetic-shift 0 (expt 10 12))", "0"], ["(arithmetic-shift 7 (- (expt 10 30)))", "0"],
    ["(bit-count 7)", "3"], ["(bit-count -1)", "0"], ["(bit-count -8)", "3"], ["(integer-length 255)", "8"], ["(integer-length -256)", "8"], ["(integer-length 0)", "0"], ["(bitwise-and 1.0)", "!wrong-type"],
  ]);
});
