// What libraries define stays as it is once it is loaded: nothing that runs leaves anything behind in them, in no procedure's own variables either.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createInterpreter, type Interpreter, LispError, Condition, type Value, write } from "../../interpreter/index.js";

function loaded(definitions: string): Interpreter {
  const interpreter = createInterpreter();
  interpreter.register(`(define-library (kept)\n  (export touch)\n  (import (ouro base) (srfi 69) (scheme eval))\n  (begin ${definitions}))`, "kept.scm");
  interpreter.load(["(kept)"]);
  return interpreter;
}

/** What a call of `touch` answers, or the code of what it raises. */
function touched(interpreter: Interpreter): string {
  const computation = interpreter.call(interpreter.exported("(kept)", "touch") as Value, []);
  while (computation.step(1_000) === "ready");
  if (computation.status === "done") return write(computation.value);
  return computation.failure instanceof Condition ? computation.failure.code : write(computation.failure);
}

test.each([
  ["an assigned variable around it", "(define touch (let ((n 0)) (lambda () (set! n (+ n 1)) n)))"],
  ["one that a call made", "(define (counter n) (lambda () (set! n (+ n 1)) n)) (define touch (counter 0))"],
  ["one of several that name each other", "(define touch (let () (define n 0) (define (up) (set! n (+ n 1)) (down)) (define (down) n) up))"],
  ["a vector", "(define touch (let ((v (vector 0))) (lambda () (vector-set! v 0 (+ 1 (vector-ref v 0))) (vector-ref v 0))))"],
  ["a pair in what it closes over", "(define touch (let ((a {:deep (list 0)})) (lambda () (set-car! (:deep a) (+ 1 (car (:deep a)))) (car (:deep a)))))"],
  ["a string", "(define touch (let ((s (make-string 1 #\\a))) (lambda () (string-set! s 0 (integer->char (+ 1 (char->integer (string-ref s 0))))) (string-ref s 0))))"],
  ["a record", "(define-record-type <cell> (cell x) cell? (x cell-x set-cell-x!)) (define touch (let ((c (cell 0))) (lambda () (set-cell-x! c (+ 1 (cell-x c))) (cell-x c))))"],
  ["a procedure that it closes over", "(define touch (let ((next (let ((n 0)) (lambda () (set! n (+ n 1)) n)))) (lambda () (next))))"],
  ["a parameter's value", "(define level (make-parameter (list 0))) (define (touch) (set-car! (level) (+ 1 (car (level)))) (car (level)))"],
  ["a procedure in data", "(define doers {:up (let ((n 0)) (lambda () (set! n (+ n 1)) n))}) (define (touch) ((:up doers)))"],
  ["a variable of any number of operands", "(define touch (let ((n 0)) (lambda all (set! n (+ n 1)) n)))"],
  ["a variable of several clauses", "(define touch (let ((n 0)) (case-lambda (() (set! n (+ n 1)) n) ((a) a))))"],
])("%s", (_what, definitions) => {
  const free = loaded(definitions);
  const first = touched(free);
  expect(touched(free), "it can be changed before").not.toBe(first);
  const kept = loaded(definitions);
  expect(kept.keepConstant()).toBeUndefined();
  expect([touched(kept), touched(kept)]).toEqual(["immutable", "immutable"]);
});

test.each([
  ["a hash table", "(define touch (let ((t (make-hash-table))) (lambda () (hash-table-set! t 1 1) t)))"],
  ["bytes", "(define touch (let ((b (bytevector 0))) (lambda () (bytevector-u8-set! b 0 1) b)))"],
  ["a port", "(define touch (let ((p (open-output-string))) (lambda () (write 1 p) (get-output-string p))))"],
  ["a continuation", "(define touch (let ((n 0)) (define k (call/cc (lambda (c) c))) (set! n (+ n 1)) (lambda () (if (procedure? k) (k n)) n)))"],
])("%s that a procedure closes over is refused by name", (_what, definitions) => {
  expect(loaded(definitions).keepConstant()).toEqual({ name: "touch", library: "(kept)" });
});

test.each<[string, (other: Interpreter) => Value]>([
  ["an environment", (other) => other.environment(["(ouro base)"])],
  ["what no program can have", () => new WeakMap()],
])("%s is refused, as all that is not known to stay as it is", (_what, given) => {
  const interpreter = createInterpreter({ native: (name) => (name === "(given)" ? new Map([["given", given(createInterpreter())]]) : undefined) });
  interpreter.register("(define-library (kept)\n  (export touch)\n  (import (ouro base) (given))\n  (begin (define touch (let ((v (list given))) (lambda () v)))))", "kept.scm");
  interpreter.load(["(kept)"]);
  expect(interpreter.keepConstant()).toEqual({ name: "touch", library: "(kept)" });
});

test.each([
  ["made", "(define touch (environment '(ouro base)))"],
  ["used", "(define touch (eval '(let ((n 0)) (lambda () (set! n (+ n 1)) n)) (environment '(ouro base))))"],
])("no environment is %s while a library is loaded, for what it holds cannot be seen", (_what, definitions) => {
  expect(() => loaded(definitions)).toThrow(expect.objectContaining({ payload: expect.objectContaining({ code: "immutable" }) }));
});

test.each([
  ["what it closes over and only reads", "(define touch (let ((table {:a 1}) (names '(a b))) (lambda () (list (:a table) names))))", "(1 (a b))"],
  ["variables of its own call", "(define (touch) (let ((n 0)) (for-each (lambda (x) (set! n (+ n x))) '(1 2 3)) n))", "6"],
  ["numbers, names, characters and the shape of records", "(define-record-type <cell> (cell x) cell? (x cell-x)) (define touch (let ((all (list 1/2 1.5 1+2i 10000000000000000000000 'a :b #\\c \"d\" #u8() (if #f #f) (eof-object) cell?))) (lambda () (car all))))", "1/2"],
  ["several values, and forms of collections", "(define touch (let ((forms '([a b] {a b} #{a}))) (lambda () (length forms))))", "3"],
  ["evaluating in a call", "(define (touch) (let ((own (environment '(ouro base)))) (eval '(define n 1) own) (eval 'n own)))", "1"],
  ["a composition", "(define touch (let ((double (lambda (x) (* 2 x)))) (lambda () (map double '(1 2)))))", "(2 4)"],
  ["a parameter that is bound", "(define level (make-parameter 1)) (define (touch) (list (level) (parameterize ((level 2)) (level)) (level)))", "(1 2 1)"],
])("%s goes on", (_what, definitions, value) => {
  const interpreter = loaded(definitions);
  expect(interpreter.keepConstant()).toBeUndefined();
  expect([touched(interpreter), touched(interpreter)]).toEqual([value, value]);
});

test("a library from the cache is kept as well", () => {
  const texts = new Map<string, string>();
  const cache = { version: "1", digest: (text: string) => createHash("sha256").update(text).digest("hex"), get: (key: string) => texts.get(key), put: (key: string, text: string) => void texts.set(key, text) };
  const once = (): string => {
    const interpreter = createInterpreter({ cache });
    interpreter.register("(define-library (kept)\n  (export touch)\n  (import (ouro base))\n  (begin (define touch (let ((n 0)) (lambda () (set! n (+ n 1)) n)))))", "kept.scm");
    interpreter.load(["(kept)"]);
    expect(interpreter.keepConstant()).toBeUndefined();
    return touched(interpreter);
  };
  expect([once(), once()]).toEqual(["immutable", "immutable"]);
  expect(texts.size).toBeGreaterThan(0);
});

test("what is raised says so", () => {
  const interpreter = loaded("(define touch (let ((n 0)) (lambda () (set! n (+ n 1)) n)))");
  interpreter.keepConstant();
  expect(() => interpreter.call(interpreter.exported("(kept)", "touch") as Value, []).finish()).toThrow(LispError);
});
