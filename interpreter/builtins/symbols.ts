// Symbols, keywords and booleans (R7RS 6.3, 6.5).
import { LispSymbol, Keyword } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkKeyword, checkString, checkSymbol, wrongType } from "./check.js";
import { newImmutableString } from "./text.js";

function allSame(procedure: string, check: (procedure: string, operand: number, value: Value) => Value): (...operands: Value[]) => boolean {
  return (...operands) => {
    operands.forEach((operand, index) => check(procedure, index + 1, operand));
    return operands.every((operand) => operand === operands[0]);
  };
}

function checkBoolean(procedure: string, operand: number, value: Value): boolean {
  return typeof value === "boolean" ? value : wrongType(procedure, operand, "a boolean", value);
}

define("symbol?", 1, 1, (value: Value) => value instanceof LispSymbol, "(symbol? x) Whether x is a symbol.");
define("symbol=?", 1, Infinity, allSame("symbol=?", checkSymbol), "(symbol=? symbol1 symbol2 ...) Whether all are the same symbol.");
define("symbol->string", 1, 1, (symbol: Value) => newImmutableString(checkSymbol("symbol->string", 1, symbol).name),
  "(symbol->string symbol) Its name, as a string that cannot change.");
define("string->symbol", 1, 1, (string: Value) => LispSymbol.intern(checkString("string->symbol", 1, string).text),
  "(string->symbol string) The symbol of that name.");
define("keyword?", 1, 1, (value: Value) => value instanceof Keyword, "(keyword? x) Whether x is a keyword.");
define("keyword->string", 1, 1, (keyword: Value) => newImmutableString(checkKeyword("keyword->string", 1, keyword).name),
  "(keyword->string keyword) Its name, without the colon.");
define("string->keyword", 1, 1, (string: Value) => Keyword.intern(checkString("string->keyword", 1, string).text),
  "(string->keyword string) The keyword of that name, given without the colon.");
define("keyword->symbol", 1, 1, (keyword: Value) => LispSymbol.intern(checkKeyword("keyword->symbol", 1, keyword).name),
  "(keyword->symbol keyword) The symbol of the same name.");
define("symbol->keyword", 1, 1, (symbol: Value) => Keyword.intern(checkSymbol("symbol->keyword", 1, symbol).name),
  "(symbol->keyword symbol) The keyword of the same name.");
define("boolean?", 1, 1, (value: Value) => typeof value === "boolean", "(boolean? x) Whether x is #t or #f.");
define("boolean=?", 1, Infinity, allSame("boolean=?", checkBoolean), "(boolean=? boolean1 boolean2 ...) Whether all are the same boolean.");
define("not", 1, 1, (value: Value) => value === false, "(not x) #t if x is #f, else #f.");
