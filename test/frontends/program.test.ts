// A person's own program without a home: what it may reach outside by importing it, and what it is told where it may not.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { ReplSession, type SessionResult } from "../../epigenome/session.js";
import { personsProgram } from "../../frontends/host-program.js";
import { Condition, createInterpreter, LispError } from "../../interpreter/index.js";

const IMPORTS = `(import (scheme base) (scheme write) (scheme read) (scheme eval) (scheme file) (scheme load) (scheme repl)
  (scheme process-context) (scheme time))`;

let folder = "";
let written = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ouro-program-"));
  mkdirSync(join(folder, "work"));
  mkdirSync(join(folder, "lib"));
  written = "";
});

function session(): ReplSession {
  const grants = personsProgram({ folder: join(folder, "work"), programFolder: join(folder, "lib"), words: ["main.scm", "a"] });
  const interpreter = createInterpreter({ native: grants.native, readSource: grants.readSource });
  return new ReplSession({
    ground: () => ({ interpreter, imports: ["(ouro base)"] }),
    output: (text) => { written += text; },
    answer: async () => { throw new LispError(new Condition("not-representable", "nobody answers")); },
    enter: grants.enter, textOf: grants.textOf, atEnd: grants.saveAll,
  });
}

function run(text: string, imports = IMPORTS): Promise<SessionResult> {
  return session().program(`${imports}\n${text}`, join(folder, "lib", "main.scm"));
}

async function output(text: string, imports = IMPORTS): Promise<string> {
  written = "";
  const result = await run(text, imports);
  return result.ok ? written : `${result.error.code}: ${result.error.message}`;
}

function file(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

describe("(scheme file)", () => {
  test.each([
    ["what is written is read", `(call-with-output-file "x" (lambda (port) (write '(1 "two") port))) (write (call-with-input-file "x" read))`, '(1 "two")'],
    ["bytes", `(let ((port (open-binary-output-file "b"))) (write-bytevector #u8(1 2 255) port) (close-port port)) (write (read-bytevector 9 (open-binary-input-file "b")))`, "#u8(1 2 255)"],
    ["the current ports", `(with-output-to-file "x" (lambda () (display "one line"))) (write (with-input-from-file "x" read-line))`, '"one line"'],
    ["flushing hands over what there is", `(define port (open-output-file "x")) (display "a" port) (flush-output-port port) (write (read-line (open-input-file "x"))) (display "b" port) (close-output-port port) (write (read-line (open-input-file "x")))`, '"a""ab"'],
    ["opening for output empties the file", `(call-with-output-file "x" (lambda (port) (display "long" port))) (close-port (open-output-file "x")) (write (eof-object? (read-char (open-input-file "x"))))`, "#t"],
    ["existing and deleting", `(call-with-output-file "x" newline) (write (file-exists? "x")) (delete-file "x") (write (file-exists? "x")) (write (file-exists? "."))`, "#t#f#t"],
    ["no file is a file error", `(write (file-error? (guard (e (#t e)) (open-input-file "none")))) (write (file-error? (guard (e (#t e)) (delete-file "none"))))`, "#t#t"],
    ["a folder is a file error", `(write (guard (e ((file-error? e) 'refused)) (open-input-file ".")))`, "refused"],
    ["bytes that are no text are a file error", `(let ((port (open-binary-output-file "b"))) (write-u8 255 port) (close-port port)) (write (guard (e ((file-error? e) 'refused)) (open-input-file "b")))`, "refused"],
    ["a library of the program's own is the person's too", `(define-library (mine) (export there?) (import (scheme base) (scheme file)) (begin (define (there?) (file-exists? ".")))) (import (mine)) (write (there?))`, "#t"],
    ["a port of a file keeps what it was given to itself", `(get-output-string (open-output-file "x"))`, "wrong-type: get-output-string: expected a port made by open-output-string as operand 1, but got #<string-output-port>"],
  ])("%s", async (_, text, expected) => {
    expect(await output(text)).toBe(expected);
  });

  test("what no port was closed for is written when the program ends, and when it exits", async () => {
    await run('(display "kept" (open-output-file "x"))');
    await run('(display "left" (open-output-file "y")) (exit)');
    await run('(display "lost" (open-output-file "z")) (emergency-exit)');
    expect(["x", "y"].map((name) => readFileSync(join(folder, "work", name), "utf8"))).toEqual(["kept", "left"]);
  });

  test.each(["../secret", "/etc/passwd", "link", "link/passwd", "a/../../secret", "work/\\x0;"])("%s is out of reach", async (path) => {
    file("secret", "s");
    symlinkSync("/etc", join(folder, "work", "link"));
    expect(await output(`(write (guard (e ((file-error? e) 'refused)) (open-input-file "${path}")))`)).toBe("refused");
    expect(await output(`(write (guard (e ((file-error? e) 'refused)) (open-output-file "${path}")))`)).toBe("refused");
  });

  test("the refusal says what to do", async () => {
    expect(await run('(open-input-file "/etc/passwd")')).toMatchObject({ ok: false, error: { code: "file-outside", hint: expect.stringContaining("start it in a folder") as string, line: 3 } });
  });
});

describe("include and load", () => {
  test("count from the file that includes, and say where an error is", async () => {
    mkdirSync(join(folder, "lib", "parts"));
    file("lib/parts/one.scm", '(include "two.scm")');
    file("lib/parts/two.scm", "(define here 'two)\n(car here)");
    const result = await run('(include "parts/one.scm")');
    expect(result).toMatchObject({ ok: false, error: { code: "wrong-type", file: join(folder, "lib/parts/two.scm"), line: 2, excerpt: expect.stringContaining("(car here)") as string } });
  });

  test.each([
    ["include", `(include "a.scm") (write a)`, "(A 1)"],
    ["include-ci", `(include-ci "a.scm") (write a)`, "(a 1)"],
    ["include in a body", `(write (let () (include "a.scm") (cdr a)))`, "(1)"],
    ["include in a library", `(define-library (l) (export a) (import (scheme base)) (include "a.scm")) (import (l)) (write a)`, "(A 1)"],
    ["load defines for the program", `(load "a.scm") (write a)`, "(A 1)"],
    ["load redefines what the program defined, and its procedures see it", `(define a 0) (define (get) a) (load "a.scm") (write (get))`, "(A 1)"],
    ["load into an environment", `(define e (environment '(scheme base))) (load "a.scm" e) (write (eval 'a e))`, "(A 1)"],
    ["the interaction environment is the program's", `(define x 1) (eval '(set! x 2) (interaction-environment)) (write x)`, "2"],
    ["no such file", `(include "none.scm")`, "file-missing: there is no file none.scm"],
    ["a file elsewhere", `(include "/etc/passwd")`, expect.stringMatching(/^file-outside/) as unknown as string],
    ["load of no file", `(write (file-error? (guard (e (#t e)) (load "none.scm"))))`, "#t"],
  ])("%s", async (_, text, expected) => {
    file("lib/a.scm", "(define a '(A 1))");
    expect(await output(text)).toEqual(expected);
  });
});

describe("the process", () => {
  test.each<[string, number, string]>([
    ["(exit)", 0, ""], ["(exit #t)", 0, ""], ["(exit #f)", 1, ""], ["(exit 300)", 44, ""], ["(exit 'odd)", 1, ""], ["(emergency-exit 5)", 5, ""],
    [`(dynamic-wind (lambda () #f) (lambda () (guard (e (#t (display "caught"))) (exit 3))) (lambda () (display "after")))`, 3, "after"],
    [`(dynamic-wind (lambda () #f) (lambda () (emergency-exit 3)) (lambda () (display "after")))`, 3, ""],
    [`(with-exception-handler (lambda (e) (exit 9)) (lambda () (car 1)))`, 9, ""],
  ])("%s", async (text, exit, expected) => {
    expect(await run(text)).toEqual({ ok: true, printed: [], exit });
    expect(written).toBe(expected);
  });

  test("words, environment, time", async () => {
    expect(await output("(write (command-line))")).toBe('("main.scm" "a")');
    expect(await output('(write (list (string? (get-environment-variable "PATH")) (get-environment-variable "no such") (pair? (car (get-environment-variables)))))')).toBe("(#t #f #t)");
    expect(await output("(write (list (> (current-second) 1.6e9) (inexact? (current-second)) (exact? (current-jiffy)) (<= 0 (- (current-jiffy) (current-jiffy)) 0) (jiffies-per-second)))")).toMatch(/^\(#t #t #t #[tf] 1000000\)$/);
  });
});

test("evaluated code gets nothing of it, whoever evaluates it", async () => {
  expect(await output(`(write (guard (e (#t (condition-code e))) (eval '(file-exists? ".") (environment '(scheme file)))))`, "(import (ouro base) (scheme file) (scheme eval))")).toBe(":not-granted");
});

test("nothing is opened before a program imports it", async () => {
  expect(await session().evaluate("(open-input-file \"x\")")).toMatchObject({ ok: false, error: { code: "unbound-variable" } });
  expect(existsSync(join(folder, "work", "x"))).toBe(false);
});

describe("where nothing is granted", () => {
  const interpreter = createInterpreter();
  test.each([
    ["(scheme file)", "(file-exists? \"x\")"], ["(scheme file)", "(open-output-file \"x\")"], ["(scheme load)", "(load \"x\")"], ["(scheme repl)", "(interaction-environment)"],
    ["(scheme process-context)", "(exit)"], ["(scheme process-context)", "(get-environment-variable \"PATH\")"], ["(scheme time)", "(current-second)"],
    ["(scheme r5rs)", "(open-input-file \"x\")"],
  ])("%s exists, and %s is refused by name", (library, form) => {
    const environment = interpreter.environment([library, "(only (ouro base) guard condition-code quote)"]);
    expect(interpreter.start(`(guard (e (#t (condition-code e))) ${form})`, "test", environment).finish()).toMatchObject({ name: "not-granted" });
  });
});
