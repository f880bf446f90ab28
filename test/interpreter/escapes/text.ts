// Attempts to break out of the JavaScript that programs are compiled to, by what names and texts are spelled with.
import type { Attempt, Catalogue } from "./attempt.js";

/** Spellings that end a string, a comment, a template or a line of JavaScript, or mean something in it. */
const SPELLINGS = [
  "\"", "'", "`", "\\", "\\\\\"", "${process.exit(1)}", "`+process.exit(1)+`", "*/process.exit(1)/*", "//", "<!--", "-->", "</script>",
  "\u2028", "\u2029", "\n", "\r", "\0", "\x7f", "\u00a0", "\ufeff", "\u{1d4d0}", "\ud800", "e\u0301", ");process.exit(1);(", "});throw 1;({", "a\nreturn 1", "\\u0022", "\\x27", "%s%d%o",
];

/** Words that JavaScript keeps for itself, or gives a meaning of its own. */
const WORDS = [
  "arguments", "async", "await", "break", "case", "catch", "class", "const", "constructor", "continue", "debugger", "default", "delete", "enum", "eval", "export", "extends", "finally", "for", "function",
  "get", "globalThis", "implements", "import", "in", "instanceof", "interface", "new", "null", "of", "package", "private", "protected", "prototype", "public", "return", "static", "super", "switch", "this",
  "throw", "try", "typeof", "undefined", "var", "void", "while", "with", "yield", "__proto__", "NaN", "Infinity", "hasOwnProperty", "toString", "valueOf", "then", "t0", "m", "k", "a", "rest", "UNWIND", "pause", "add",
];

/** The spelling between bars or quotation marks, each character that Lisp would mind by its number. */
function spelled(text: string): string {
  return [...text].map((each) => (/[A-Za-z0-9(){}$.;+*/ ]/.test(each) ? each : `\\x${(each.codePointAt(0) as number).toString(16)};`)).join("");
}

function each(texts: readonly string[], form: (name: string, text: string) => string, outcome: (text: string) => RegExp): Attempt[] {
  return texts.map((text): Attempt => [form(`|${spelled(text)}|`, text), outcome(text)]);
}

const length = (text: string) => new RegExp(`^${[...text].length}$`);
/** A lone surrogate is no character of Lisp. */
const WHOLE = SPELLINGS.filter((text) => text !== "\ud800");

export const TEXT: Catalogue = {
  "spelling of string constants": [
    ...each(WHOLE, (_, text) => `(string-length "${spelled(text)}")`, length),
    ["\"\\xd800;\"", /^!read-error$/],
    ["\"\\x110000;\"", /^!read-error$/],
  ],
  "spelling of symbols and keywords": [
    ...each(WHOLE, (name) => `(string-length (symbol->string '${name}))`, length),
    ...each(WHOLE.slice(0, 12), (name) => `(let ((s (string->symbol (symbol->string '${name})))) (eq? s '${name}))`, () => /^#t$/),
  ],
  "spelling of variables": [
    ...each(WHOLE, (name) => `(let ((${name} 1)) (set! ${name} (+ ${name} 1)) ((lambda () ${name})))`, () => /^2$/),
    ...each(WHOLE.slice(0, 12), (name) => `(define ${name} 5) (define (use) ${name}) (use)`, () => /^5$/),
  ],
  "spelling of procedures, which backtraces show": [
    ...each(WHOLE, (name) => `(define (${name} x) (if (= x 0) (car x) (+ 1 (${name} (- x 1))))) (${name} 3)`, () => /^!wrong-type$/),
    ...each(WHOLE.slice(0, 12), (name) => `(let ${name} ((i 0)) (if (< i 10) (${name} (+ i 1)) i))`, () => /^10$/),
  ],
  "spelling of record types and fields": each(WHOLE, (name) => `(define-record-type ${name} (make ${name}) there? (${name} field change!)) (let ((r (make 1))) (change! r 7) (list (field r) (there? r)))`, () => /^\(7 #t\)$/),
  "spelling of docstrings, parameters and libraries": [
    ...each(WHOLE.slice(0, 15), (name, text) => `(define (f ${name}) "${spelled(text)}" ${name}) (f 3)`, () => /^3$/),
    ...each(WHOLE.slice(0, 15), (name) => `(import (nowhere ${name}))`, () => /^!unknown-library$/),
    ...each(WHOLE.slice(0, 15), (name) => `${name}`, () => /^!unbound-variable$/),
  ],
  "words of JavaScript as variables": each(WORDS, (name) => `(define (f ${name}) (let loop ((i 0)) (if (< i 3) (loop (+ i 1)) ((lambda () ${name}))))) (f 7)`, () => /^7$/),
  "words of JavaScript as procedures": each(WORDS, (name) => `(letrec ((${name} (lambda (n) (if (= n 0) 'end (${name} (- n 1)))))) (${name} 5))`, () => /^end$/),
  "words of JavaScript as definitions, fields and keys": [
    ...each(WORDS, (name) => `(define ${name} 1) (set! ${name} (+ ${name} 1)) (list ${name} (car '(${name})))`, (text) => new RegExp(`^\\(2 ${text}\\)$`)),
    ...each(WORDS.slice(0, 10), (name) => `(define-record-type r (make ${name}) r? (${name} field)) (field (make 1))`, () => /^1$/),
  ],
};
