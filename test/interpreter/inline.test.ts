// A builtin that is compiled in place gives what the builtin itself gives, whatever the operands are.
import { expect, it } from "vitest";
import { answer } from "./running.js";

const PREDICATES = ["not", "null?", "pair?", "vector?", "string?", "symbol?", "char?", "boolean?", "procedure?", "keyword?", "bytevector?"];
const OF_ONE = ["car", "cdr", "cadr", "cddr", "caddr", "zero?", "positive?", "negative?", "even?", "odd?", "-", "+", "abs", "char->integer", "vector-length", "list"];
const OF_TWO = [
  "+", "-", "*", "=", "<", ">", "<=", ">=", "quotient", "remainder", "modulo", "min", "max", "eq?", "eqv?", "equal?", "cons", "list",
  "char=?", "char<?", "char>=?", "vector-ref", "bytevector-u8-ref", "set-car!", "set-cdr!", "memq", "memv", "member", "assq", "assv", "assoc",
];
const OF_THREE = ["+", "-", "=", "vector-set!", "list"];

/** Operands that each path of an inlined builtin must tell apart. */
const OPERANDS = `0 1 -1 2 3 -7 2147483647 -2147483648 4294967296 9007199254740991 -9007199254740991 123456789012345678901234567890
  0.0 -0.0 1.0 2.5 +nan.0 +inf.0 1/2 #t #f 'a :key "" "text" #\\a #\\x3bb '() (list 1 2 3) (cons 1 2) (list 2.5 (list 1 2) "text")
  (list (cons 'a 1) (cons 2.5 2) (cons "text" 3)) (list 'a 'b) (vector) (vector 1 2 3) (bytevector 1 2 3) car (lambda (x) x)`;

/** Fresh operands for each call, because some builtins change theirs. */
const COMPARE = `
  (define (operands) (list ${OPERANDS}))
  (define wrong '())
  (define (ending f xs) (guard (e ((condition? e) (condition-code e)) (#t 'raised)) (apply f xs)))
  (define (choose indices) (let ((all (operands))) (map (lambda (index) (list-ref all index)) indices)))
  (define (check name inlined plain indices)
    (let ((xs (choose indices)) (ys (choose indices)))
      (let ((one (ending inlined xs)) (other (ending plain ys)))
        (if (not (equal? (list one xs) (list other ys))) (set! wrong (cons (list name xs one other) wrong))))))
  (define count (- (length (operands)) 2))`;

function mismatches(names: readonly string[], parameters: readonly string[], loops: (body: string) => string): string {
  const checks = names.map((name) => `(check '${name} (lambda (${parameters.join(" ")}) (${name} ${parameters.join(" ")})) (car (list ${name})) (list ${parameters.map((each) => `i${each}`).join(" ")}))`);
  return answer(`${COMPARE} ${loops(checks.join("\n"))} wrong`);
}

const over = (name: string, count: string, body: string) => `(do ((i${name} 0 (+ i${name} 1))) ((= i${name} ${count})) ${body})`;

it("of one operand", () => {
  expect(mismatches([...PREDICATES, ...OF_ONE], ["a"], (body) => over("a", "count", body))).toBe("()");
});

it.each(OF_TWO)("%s of two operands", (name) => {
  expect(mismatches([name], ["a", "b"], (body) => over("a", "count", over("b", "count", body)))).toBe("()");
});

it("of three operands", () => {
  expect(mismatches(OF_THREE, ["a", "b", "c"], (body) => over("a", "count", over("b", "6", over("c", "4", body))))).toBe("()");
});

it("with a literal for an operand", () => {
  const literals = ["0", "1", "-1", "7", "-7", "2147483648", "1.5", "#\\a", "'a", "#t", "'()"];
  const wrong = literals.flatMap((literal) => ["+", "-", "*", "=", "<", "quotient", "remainder", "modulo", "eqv?", "equal?", "char=?", "char<?", "min", "max", "vector-ref"].flatMap((name) => [
    `(check '(${name} x ${literal}) (lambda (x) (${name} x ${literal})) (let ((f (car (list ${name})))) (lambda (x) (f x ${literal}))) (list ia))`,
    `(check '(${name} ${literal} x) (lambda (x) (${name} ${literal} x)) (let ((f (car (list ${name})))) (lambda (x) (f ${literal} x))) (list ia))`,
  ]));
  expect(answer(`${COMPARE} ${over("a", "count", wrong.join("\n"))} wrong`)).toBe("()");
});

it("of a literal alone, or with literals only", () => {
  const literals = ["0", "5", "-1", "2147483648", "1.5", "1/2", "#\\a", "'a", ":k", "#t", "'()", "'(1 2)", "\"text\"", "'#(1 2)", "'#u8(1 2)"];
  const one = [...PREDICATES, ...OF_ONE].flatMap((name) => literals.map((literal) => `(check '(${name} ${literal}) (lambda () (${name} ${literal})) (let ((f (car (list ${name})))) (lambda () (f ${literal}))) '())`));
  const reading = OF_TWO.filter((name) => !name.endsWith("!")).flatMap((name) => literals.flatMap((first) => ["0", "1", "'a", "'(1 2)", "1.5"].map((second) =>
    `(check '(${name} ${first} ${second}) (lambda () (${name} ${first} ${second})) (let ((f (car (list ${name})))) (lambda () (f ${first} ${second}))) '())`)));
  for (const checks of [one, reading]) for (let from = 0; from < checks.length; from += 300) expect(answer(`${COMPARE} ${checks.slice(from, from + 300).join("\n")} wrong`)).toBe("()");
});

it("a case of many characters, by their ranges, as one by one", () => {
  const keys = "#\\a #\\b #\\c #\\e #\\z #\\A #\\x0 #\\- #\\, #\\x10ffff #\\x3bb #\\b";
  expect(answer(`${COMPARE}
    (define keys '(${keys}))
    (define (many x) (case x ((${keys}) 'in) (else 'out)))
    (define (single x) (if (memv x keys) 'in 'out))
    (define points (append (map char->integer keys) (map (lambda (key) (+ (char->integer key) 1)) (cdr keys)) '(0 31 96 100)))
    (define chars (map integer->char (filter (lambda (point) (< point #x110000)) points)))
    (filter (lambda (x) (not (eq? (many x) (single x)))) (append chars (operands)))`)).toBe("()");
});

it.each([0, 1, 3, 4, 5, 6, 9])("records of %i fields: making, reading and storing, directly and by the procedures as values", (count) => {
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  const fields = names.map((name) => `(${name} get-${name} set-${name}!)`).join(" ");
  const list = `(list ${names.map((name) => `(get-${name} r)`).join(" ")})`;
  const [direct, indirect] = [
    names.map((name, index) => `(set-${name}! r ${20 + index})`).join(" "),
    names.map((name, index) => `((car (list set-${name}!)) r ((car (list +)) ((car (list get-${name})) r) ${index}))`).join(" "),
  ];
  const program = `(define-record-type thing (make ${names.join(" ")}) thing? ${fields})
    (define r (make ${names.map((_, index) => index).join(" ")})) (define made ${list})
    ${direct} (define stored ${list})
    ${indirect} (list (thing? r) made stored ${list} (record->list r) (equal? (record->list (apply make made)) made))`;
  const all = (first: number, step: number) => `(${names.map((_, index) => first + step * index).join(" ")})`;
  expect(answer(program)).toBe(`(#t ${all(0, 1)} ${all(20, 1)} ${all(20, 2)} ${all(20, 2)} #t)`);
});
