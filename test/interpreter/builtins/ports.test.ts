// Ports and conditions: R7RS 6.13 on strings and bytevectors, and what conditions tell.
import { describe, expect, it } from "vitest";
import { Condition } from "../../../interpreter/values/condition.js";
import { LispString } from "../../../interpreter/values/text.js";
import { StringOutputPort, TextOutputPort } from "../../../interpreter/values/text-port.js";
import { write } from "../../../interpreter/printer/print.js";
import { call, check } from "./evaluate.js";

const IN = (text: string) => `(define p (open-input-string ${JSON.stringify(text)})) `;
const OUT = "(define p (open-output-string)) ";
const BYTES = "(define p (open-input-bytevector '#u8(1 2 3))) ";

describe("reading", () => {
  check([
    [`${IN("a😀")}(list (%peek-char p) (%read-char p) (%read-char p) (%read-char p))`, "(#\\a #\\a #\\😀 #<eof>)"], [`${IN("one\r\ntwo\n\nthree")}(list (%read-line p) (%read-line p) (%read-line p) (%read-line p) (%read-line p))`, '("one" "two" "" "three" #<eof>)'],
    [`${IN("abcd")}(list (%read-string 3 p) (%read-string 3 p) (%read-string 3 p) (%read-string 0 p))`, '("abc" "d" #<eof> "")'], [`${IN("(a . b) ; c\n 42x")}(list (%read p) (%read-char p) (%read p) (%read p))`, "((a . b) #\\space 42x #<eof>)"],
    [`${IN("42(a)")}(list (%read p) (%peek-char p) (%read p) (%read p))`, "(42 #\\( (a) #<eof>)"], [`${IN("(a")}(%read p)`, "!unexpected-end"], [`${IN(")")}(%read p)`, "!read-error"], [`${IN("")}(%char-ready? p)`, "#t"], [`${IN("")}(%read-string -1 p)`, "!out-of-range"],
    [`${IN("x")}(%close-port p) (%read-char p)`, "!wrong-type"], [`${IN("x")}(%read-u8 p)`, "!wrong-type"], ["(%read-char 5)", "!wrong-type"],
    [`${BYTES}(list (%peek-u8 p) (%read-u8 p) (%read-bytevector 5 p) (%read-u8 p) (%read-bytevector 5 p) (%u8-ready? p))`, "(1 1 #u8(2 3) #<eof> #<eof> #t)"], [`${BYTES}(define b (bytevector 0 0 0 0 0)) (list (%read-bytevector! b p 1 3) b (%read-bytevector! b p) b (%read-bytevector! b p))`, "(2 #u8(3 1 2 0 0) 1 #u8(3 1 2 0 0) #<eof>)"],
  ]);
});

describe("writing", () => {
  check([
    [`${OUT}(%write "a\\n" p) (%display "b" p) (%newline p) (%write-char #\\c p) (%write-string "defg" p 1 3) (get-output-string p)`, '"\\"a\\\\n\\"b\\ncef"'], [`${OUT}(%fresh-line p) (%display 1 p) (%fresh-line p) (%fresh-line p) (get-output-string p)`, '"1\\n"'],
    [`${OUT}(%write-shared '#0=(1 . #0#) p) (get-output-string p)`, '"#0=(1 . #0#)"'], [`${OUT}(%write '(1 (2 "x" #\\a)) p) (get-output-string p)`, '"(1 (2 \\"x\\" #\\\\a))"'], [`${OUT}(%display '("x" #\\a) p) (get-output-string p)`, '"(x a)"'], [`${OUT}(%close-output-port p) (%newline p)`, "!wrong-type"],
    ["(define p (open-output-bytevector)) (%write-u8 1 p) (%write-bytevector '#u8(2 3 4) p 1) (get-output-bytevector p)", "#u8(1 3 4)"], ["(define p (open-output-bytevector)) (%write-u8 256 p)", "!wrong-type"], [`${OUT}(%write-u8 1 p)`, "!wrong-type"], [`${IN("")}(get-output-string p)`, "!wrong-type"], [`${OUT}(%flush-output-port p) (get-output-string p)`, '""'],
  ]);
  it("keeps a long text, written in short and in long pieces and asked for in between", () => {
    const port = new StringOutputPort();
    let written = "";
    for (let index = 0; index < 300; index++) {
      const piece = "é😀".repeat(index).slice(index % 2) + String(index);
      port.write(piece);
      written += piece;
      if (index % 50 === 0) expect(port.text).toBe(written);
    }
    expect([port.text === written, port.size]).toEqual([true, written.length]);
    expect(written.length).toBeGreaterThan(100_000);
  });
  it("goes to the sink of the host", () => {
    const written: string[] = [];
    call("%display", new LispString("hello"), new TextOutputPort((text) => written.push(text)));
    expect(written).toEqual(["hello"]);
  });
  it("keeps many bytes", () => {
    const port = call("open-output-bytevector");
    for (let index = 0; index < 1000; index++) call("%write-u8", index % 256, port);
    expect(call("get-output-bytevector", port)).toEqual(Uint8Array.from({ length: 1000 }, (_, index) => index % 256));
  });
});

describe("asking about ports", () => {
  check([
    [`${IN("")}(list (port? p) (input-port? p) (output-port? p) (textual-port? p) (binary-port? p) (input-port-open? p))`, "(#t #t #f #t #f #t)"], [`${OUT}(list (output-port? p) (output-port-open? p))`, "(#t #t)"], ["(port? 5)", "#f"],
    [`${BYTES}(list (textual-port? p) (binary-port? p))`, "(#f #t)"], [`${IN("")}(%close-input-port p) (input-port-open? p)`, "#f"], [`${IN("")}(%close-output-port p)`, "!wrong-type"], [`${IN("")}(output-port-open? p)`, "!wrong-type"], ["(eof-object? (eof-object))", "#t"], ["(eof-object? 5)", "#f"],
  ]);
});

describe("conditions tell what happened", () => {
  const E = "(define e (%make-error \"bad thing:\" '(1 \"two\"))) ";
  check([
    [`${E}(list (error-object? e) (error-object-message e) (error-object-irritants e) (condition-code e) (condition-position e) (condition-backtrace e))`, '(#t "bad thing:" (1 "two") :user-error #f ())'], ["(error-object? 5)", "#f"], ["(error-object-message 5)", "!wrong-type"],
    ["(error-object-message (%make-error 'who '()))", '"who"'], ["(define c (condition :too-late \"late by\" 5)) (list (condition-code c) (condition-message c) (condition-irritants c))", '(:too-late "late by" (5))'], ["(condition 'x \"m\")", "!wrong-type"],
    ["(read-error? (condition :read-error \"m\"))", "#t"], ["(read-error? (%make-error \"m\" '()))", "#f"], ["(file-error? (condition :file-not-found \"m\"))", "#t"], ["(file-error? (condition :profile \"m\"))", "#f"], ["(condition-hint (condition :wrong-type \"m\"))", '"Check the value that reaches this call."'],
  ]);
  it("gives the position as a map", () => {
    const condition = new Condition("user-error", "m", [], { file: "a.scm", line: 3, column: 7, offset: 20, endOffset: 21 });
    condition.backtrace = [{ procedure: "f" }];
    expect(write(call("condition-position", condition))).toBe('{:file "a.scm" :line 3 :column 7}');
    expect(write(call("condition-backtrace", condition))).toBe('({:procedure "f"})');
  });
});
