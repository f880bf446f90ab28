// Characters, strings and symbols: the examples of R7RS 6.5, 6.6 and 6.7, with text beyond ASCII.
import { describe } from "vitest";
import { check } from "./evaluate.js";

describe("characters have Unicode's classes and cases", () => {
  check([
    ["(char-upcase #\\i)", "#\\I"], ["(char-upcase #\\ß)", "#\\ß"], ["(char-upcase #\\x1f80)", "#\\ᾈ"], ["(char-downcase #\\Σ)", "#\\σ"], ["(char-foldcase #\\ς)", "#\\σ"], ["(char-downcase #\\x130)", "#\\i"],
    ["(char-foldcase #\\x131)", "#\\ı"], ["(char-foldcase #\\x13a0)", "#\\Ꭰ"], ["(char-alphabetic? #\\λ)", "#t"], ["(char-alphabetic? #\\1)", "#f"], ["(char-numeric? #\\x0664)", "#t"], ["(char-numeric? #\\½)", "#f"],
    ["(char-whitespace? #\\x00A0)", "#t"], ["(char-whitespace? #\\_)", "#f"], ["(char-upper-case? #\\Σ)", "#t"], ["(char-lower-case? #\\ß)", "#t"], ["(char-lower-case? #\\5)", "#f"],
    ["(digit-value #\\3)", "3"], ["(digit-value #\\x0664)", "4"], ["(digit-value #\\x0AE6)", "0"], ["(digit-value #\\x0EA6)", "#f"], ["(digit-value #\\x1d7ff)", "9"], ["(digit-value #\\x1d7d8)", "0"],
    ["(char<? #\\a #\\b #\\c)", "#t"], ["(char<? #\\a #\\c #\\b)", "#f"], ["(char-ci=? #\\a #\\A)", "#t"], ["(char=? #\\a 5)", "!wrong-type"], ["(char->integer #\\λ)", "955"], ["(integer->char 955)", "#\\λ"],
    ["(integer->char #xD800)", "!out-of-range"], ["(integer->char #x110000)", "!out-of-range"],
  ]);
});

describe("strings count in code points", () => {
  check([
    ["(string-length \"a😀b\")", "3"], ["(string-ref \"a😀b\" 2)", "#\\b"], ["(string-ref \"abc\" 3)", "!out-of-range"], ["(substring \"a😀bc\" 1 3)", '"😀b"'], ["(string-index \"a😀b\" #\\b)", "2"], ["(string-contains \"😀😀ab\" \"ab\")", "2"],
    ["(define s (make-string 2 #\\*)) (string-set! s 0 #\\😀) s", '"😀*"'], ["(string->list \"a😀\")", "(#\\a #\\😀)"], ["(string-pad-left \"😀\" 3)", '"  😀"'],
  ]);
});

describe("strings", () => {
  check([
    ["(string? \"a\")", "#t"], ["(make-string 3 #\\-)", '"---"'], ["(make-string 99999999999)", "!not-representable"], ["(string #\\a #\\b)", '"ab"'], ["(string)", '""'], ["(string 1)", "!wrong-type"],
    ["(string-set! \"literal\" 0 #\\a)", "!immutable"], ["(string-set! (symbol->string 'a) 0 #\\b)", "!immutable"], ["(string-set! (string #\\a) 0 1)", "!wrong-type"], ["(string-fill! \"abc\" #\\a)", "!immutable"],
    ["(string=? \"a\" \"a\" \"a\")", "#t"], ["(string=? \"a\" \"b\")", "#f"], ["(string<? \"ab\" \"abc\" \"b\")", "#t"], ["(string<? \"z\" \"ß\")", "#t"], ["(string<? \"ﬀ\" \"😀\")", "#t"],
    ["(string>=? \"b\" \"a\")", "#t"], ["(string-ci=? \"Straße\" \"STRASSE\")", "#t"], ["(string-ci<? \"a\" \"B\")", "#t"], ["(string=? \"a\" 'a)", "!wrong-type"],
    ["(string-upcase \"Straße\")", '"STRASSE"'], ["(string-downcase \"ΧΑΟΣ\")", '"χαος"'], ["(string-foldcase \"ΧΑΟΣ\")", '"χαοσ"'], ["(string-foldcase \"ẞ\")", '"ss"'],
    ["(string-append \"a\" \"bc\" \"\")", '"abc"'], ["(string-append \"a\" 'b)", "!wrong-type"], ["(string-copy \"hello\" 1 3)", '"el"'], ["(substring \"hello\" 3 2)", "!out-of-range"],
    ["(string->list \"apple\" 2 4)", "(#\\p #\\l)"], ["(list->string '(#\\a #\\b))", '"ab"'], ["(list->string '(a))", "!wrong-type"], ["(string->vector \"ABC\" 1)", "#(#\\B #\\C)"], ["(vector->string '#(#\\1 #\\2 #\\3) 1 2)", '"2"'],
    ["(define a (string-copy \"12345\")) (string-copy! a 1 a 0 3) a", '"11235"'], ["(define a (string-copy \"12345\")) (string-copy! a 0 a 2) a", '"34545"'], ["(string-copy! (make-string 1) 0 \"ab\")", "!out-of-range"],
    ["(define a (string-copy \"abcd\")) (string-fill! a #\\z 1 3) a", '"azzd"'],
  ]);
});

describe("searching, splitting, joining, trimming and padding", () => {
  check([
    ["(string-null? \"\")", "#t"], ["(string-index \"abcb\" #\\b 2)", "3"], ["(string-index \"abc\" #\\z)", "#f"], ["(string-contains \"banana\" \"nan\")", "2"], ["(string-contains \"banana\" \"ana\" 2)", "3"], ["(string-contains \"abc\" \"\")", "0"],
    ["(string-prefix? \"ab\" \"abc\")", "#t"], ["(string-suffix? \"bc\" \"abc\")", "#t"], ["(string-suffix? \"abcd\" \"bcd\")", "#f"], ["(string-split \"a,b,,c\" #\\,)", '("a" "b" "" "c")'], ["(string-split \"a--b\" \"--\")", '("a" "b")'],
    ["(string-split \"a\" \"\")", "!out-of-range"], ["(string-split \"a\" 5)", "!wrong-type"], ["(string-join '(\"a\" \"b\") \", \")", '"a, b"'], ["(string-join '(\"a\" \"b\"))", '"a b"'], ["(string-join '() \",\")", '""'], ["(string-join '(a))", "!wrong-type"],
    ["(string-replace-all \"a.b.c\" \".\" \"::\")", '"a::b::c"'], ["(string-trim \"  a \")", '"a "'], ["(string-trim-right \" a \\n\")", '" a"'], ["(string-trim-both \"xxaxx\" #\\x)", '"a"'], ["(string-trim-both \"   \")", '""'],
    ["(string-pad-left \"325\" 5)", '"  325"'], ["(string-pad-left \"8871325\" 5)", '"71325"'], ["(string-pad-right \"325\" 5 #\\.)", '"325.."'], ["(string-pad-right \"8871325\" 5)", '"88713"'],
  ]);
});

describe("symbols, keywords and booleans", () => {
  check([
    ["(symbol? 'a)", "#t"], ["(symbol? :a)", "#f"], ["(symbol=? 'a 'a 'a)", "#t"], ["(symbol=? 'a 'b)", "#f"], ["(symbol=? 'a 5)", "!wrong-type"], ["(symbol->string 'flying-fish)", '"flying-fish"'], ["(string->symbol \"Mal colm\")", "|Mal colm|"],
    ["(keyword? :a)", "#t"], ["(keyword->string :a)", '"a"'], ["(string->keyword \"b\")", ":b"], ["(keyword->symbol :a)", "a"], ["(symbol->keyword 'a)", ":a"], ["(keyword->string 'a)", "!wrong-type"],
    ["(boolean? #f)", "#t"], ["(boolean? 0)", "#f"], ["(boolean=? #t #t)", "#t"], ["(boolean=? #t #f)", "#f"], ["(boolean=? #t 1)", "!wrong-type"], ["(not 3)", "#f"], ["(not #f)", "#t"],
    ["(procedure? 'car)", "#f"], ["(unspecified? (void))", "#t"], ["(unspecified? #f)", "#f"],
  ]);
});
