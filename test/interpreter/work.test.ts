// What the host does for a program is in proportion to the steps that it burns: limits on steps bound the work. Counted, not timed.
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import type { Work } from "./work.js";

/** By what they do much of. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "with-limits in with-limits": `(let f ((n 0)) (if (< n 4000) (with-limits {:steps 1000000000} (lambda () (f (+ n 1))))))`,
  "limits that are exceeded within others": `
    (define (spin) (spin))
    (let f ((n 0)) (if (< n 2000) (with-limits {:steps 1000000000} (lambda () (f (+ n 1))))
      (let try ((k 1000)) (if (> k 0) (begin (guard (e (#t 1)) (with-limits {:steps 10} spin)) (try (- k 1)))))))`,
  "continuations that enter and leave many limits": `
    (define deep #f) (define times 500)
    (call/cc (lambda (out)
      (let f ((n 0)) (if (< n 2000) (begin (with-limits {:steps 1000000000} (lambda () (f (+ n 1)))) 1) (begin (call/cc (lambda (k) (set! deep k))) (out 1))))))
    (set! times (- times 1))
    (if (> times 0) (deep 1))`,
  "after-thunks within many limits": `
    (let f ((n 0)) (if (< n 2000) (with-limits {:steps 1000000000} (lambda () (f (+ n 1))))
      (let wind ((k 500)) (if (> k 0) (begin (call/cc (lambda (out) (dynamic-wind (lambda () 1) (lambda () (out 1)) (lambda () 1)))) (wind (- k 1)))))))`,
  "evaluating": `
    (define e (environment '(scheme base)))
    (let loop ((k 300)) (if (> k 0) (begin (eval '(lambda (x) 1) e) (loop (- k 1)))))`,
  "making environments": `(let loop ((k 100)) (if (> k 0) (begin (environment '(scheme base)) (loop (- k 1)))))`,
  "evaluating what is wrong": `
    (define e (environment '(ouro base)))
    (let loop ((k 300)) (if (> k 0) (begin (guard (x (#t 1)) (eval '(if) e)) (guard (x (#t 1)) (eval 'string-appent e)) (loop (- k 1)))))`,
  "a sum of much": `(eval (cons '+ (iota 15000)) (environment '(scheme base)))`,
  "a difference of many calls": `(define (f x) x) (eval (list 'lambda '(f) (cons '- (map (lambda (i) (list 'f i)) (iota 10000)))) (environment '(scheme base)))`,
  "a list of many calls": `(eval (list 'lambda '(f) (cons 'list (map (lambda (i) (list 'f i)) (iota 10000)))) (environment '(scheme base)))`,
  "variables of many calls": `
    (define names (map (lambda (i) (string->symbol (string-append "v" (number->string i)))) (iota 700)))
    (eval (list 'lambda '(f) (list 'let (map (lambda (name) (list name '(f 1))) names) (cons 'list names))) (environment '(scheme base)))`,
  "parameters bound many times": `
    (define p (make-parameter 0)) (define q (make-parameter 0))
    (let f ((n 0)) (if (< n 8000) (parameterize ((p n)) (f (+ n 1))) (let ask ((k 5000)) (q) (if (> k 0) (ask (- k 1))))))`,
};

/** Blocks of its code that the host may run for each step: calls, branches, turns of loops. */
const MOST = 100;

let counted: readonly Work[] = [];

beforeAll(async () => {
  const outfile = join(mkdtempSync(join(tmpdir(), "work-")), "work.mjs");
  await build({ entryPoints: [new URL("work.ts", import.meta.url).pathname], outfile, bundle: true, platform: "node", format: "esm", target: "node20", loader: { ".scm": "text" }, logLevel: "warning" });
  const { stdout, stderr } = spawnSync(process.execPath, [outfile], { input: JSON.stringify(Object.values(PROGRAMS)), encoding: "utf8", maxBuffer: 2 ** 26 });
  expect(stderr).toBe("");
  counted = JSON.parse(stdout) as Work[];
}, 300_000);

describe("work for each step", () => {
  it.each(Object.keys(PROGRAMS).map((name, index) => [name, index] as const))("%s", (_, index) => {
    const { result, steps, blocks } = counted[index] as Work;
    expect(result).not.toMatch(/^!/);
    expect(blocks / steps).toBeLessThan(MOST);
  });
});
