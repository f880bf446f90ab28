// A slip that would fill the memory fails by itself: the process, and what else it holds, goes on.
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";

const MAIN = new URL("../../dist/frontends/main.js", import.meta.url).pathname;
/** Megabytes of the host's heap. */
const HEAP = 200;

function evaluate(...forms: string[]): { status: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, MAIN, "eval", forms.join(" ")], {
    encoding: "utf8", cwd: tmpdir(), env: { PATH: process.env["PATH"] }, timeout: 300_000,
  });
  return { status, output: stdout, errors: stderr };
}

describe("a program that holds more than there is room for", () => {
  it.each([
    ["a list doubled again and again", "(let loop ((x '(1))) (loop (append x x)))"],
    ["a list of large vectors", "(let loop ((n 3000) (l '())) (if (= n 0) (length l) (loop (- n 1) (cons (make-vector 1000000 0) l))))"],
    ["a list of large bytevectors", "(let loop ((n 3000) (l '())) (if (= n 0) (length l) (loop (- n 1) (cons (make-bytevector 10000000 0) l))))"],
    ["a list without end", "(let loop ((l '())) (loop (cons 1 l)))"],
    ["a map without end", "(let loop ((m {}) (n 0)) (loop (put m n n) (+ n 1)))"],
    ["a recursion without end", "(define (f) (cons 1 (f))) (f)"],
    ["within a handler and generous limits", "(guard (e (#t 'caught)) (with-limits {:bytes 1000000000000} (lambda () (let loop ((l '())) (loop (cons 1 l))))))"],
  ])("%s", (_, form) => {
    const { status, errors } = evaluate(form);
    expect(errors).toMatch(/limit-exceeded|recursion-too-deep/);
    expect(errors).toMatch(/[Hh]int|Hold less|accumulate/);
    expect(status).toBe(1);
  });
  it("is not one that makes garbage, however much", () => {
    expect(evaluate("(let loop ((n 60) (v 0)) (if (= n 0) (vector-length v) (loop (- n 1) (make-vector 2000000 n))))")).toEqual({ status: 0, output: "2000000\n", errors: "" });
  });
});
