// The REPL as people meet it: piped, and in a terminal with its keys.
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, freshHome, ouro } from "./command.js";
import { Terminal } from "./terminal.js";

beforeAll(ensureBuilt);

test("piped input: values, messages, forms over lines, comments and commands, and errors that do not end it", async () => {
  const input = `; a comment
(+ 1 2)
(define (square x)
  (* x x))
(map square '(1 2 3))
"text" :key
hello
remember that the door code is 4711
what do you know about the door?
(car 5)
*1
,time (square 12)
,nonsense
,doc store/get
(display "shown")
(values 1 2)
`;
  const { status, output, errors } = await ouro([], { input });
  const lines = output.split("\n");
  expect(lines.slice(0, 4)).toEqual(["3", "(1 4 9)", '"text"', ":key"]);
  expect(lines[4]).toMatch(/^Hello/);
  expect(output).toContain("the door code is 4711\n:key\n144\n");
  expect(output).toMatch(/144\n\d+ steps, [\d.]+ ms, \d+ bytes allocated\n/);
  expect(output).toMatch(/\(store\/get key \[:trusted trusted\]\) The record of a key.*\n {2}key +string\n[^]*grant +\(grant LIBRARY \(store\/get\)\)\nshown1\n2\n$/);
  expect(errors).toMatch(/^repl:1:1: car: .* \[wrong-type\]\n1 \| \(car 5\)\n {2}\| \^\n/);
  expect(errors).toContain("there is no command ,nonsense");
  expect(status).toBe(1);
});

test("for scripts: one object for each form, message and command, with what it printed", async () => {
  const input = '(+ 1 2)\nhello\n(begin (display "shown") (values 1 2))\n(define (f x)\n  x)\n(car 5)\n,nonsense\n,help ,quit\n';
  const { status, output, errors } = await ouro(["--json"], { input });
  expect(output.trimEnd().split("\n").map((line) => JSON.parse(line) as object)).toMatchObject([
    { output: "", values: ["3"] }, { output: "", answer: expect.stringMatching(/^Hello/) as string }, { output: "shown", values: ["1", "2"] }, { output: "", values: [] },
    { values: [], error: { code: "wrong-type", line: 1, column: 1 } }, { error: { code: "refused" } }, { output: expect.stringContaining(",quit") as string },
  ]);
  expect({ status, errors }).toEqual({ status: 1, errors: "" });
});

test("a pipe that ends inside a form says so", async () => {
  expect(await ouro([], { input: "(+ 1 2)\n(car '(1 2\n" })).toMatchObject({ status: 1, output: "3\n", errors: expect.stringContaining("[unexpected-end]") as string });
});

test("a hot patch, its promotion through the gates, and a patch dropped again", async () => {
  const input = `(define (nearest-command word) "Nothing is near." #f)
(define (retry-delay attempt last-delay elapsed)
  "Milliseconds until the next attempt: always the same."
  1500)
(length (->list (patches)))
(:adopted (promote! 'retry-delay))
(unpatch! 'nearest-command)
(patches)
(retry-delay 1 2 3)
,source retry-delay
`;
  const { status, output, errors } = await ouro([], { input });
  expect(errors).toBe("");
  expect(output).toMatch(/^; nearest-command of \(genome policy commands\) is patched; .*\n; retry-delay of \(genome turn plan\) is patched.*\n2\n/);
  expect(output).toMatch(/gate +tests passes.*\n(.*\n)*#t\n\[\]\n1500\n\(define \(retry-delay attempt last-delay elapsed\)\n/);
  expect(status).toBe(0);
}, 120_000);

describe("in a terminal", () => {
  test("greets, edits, completes, remembers, interrupts, and offers restarts", async () => {
    const home = freshHome();
    const terminal = new Terminal(home);
    try {
      await terminal.shows(/Ouro \d.*has made itself a home[^]*ouro>$/);
      terminal.type("(define (twice x)");
      await terminal.shows(/ {4}>$/);
      terminal.type("(* 2 x))");
      await terminal.shows(/ouro>$/);
      terminal.keys("-l", "(twi");
      terminal.keys("Tab");
      await terminal.shows(/\(twice$/);
      terminal.type(" 21)");
      await terminal.shows(/\n42\nouro>$/);
      terminal.keys("Up");
      await terminal.shows(/ouro> \(twice 21\)$/);
      terminal.keys("C-c");
      terminal.type("(let loop () (loop))");
      await new Promise((resolve) => setTimeout(resolve, 300));
      terminal.keys("C-c");
      await terminal.shows(/\[interrupted\][^]*error>$/);
      terminal.type("(+ 1 (raise-continuable 'odd))");
      await terminal.shows(/,use-value FORM[^]*error>$/);
      terminal.type(",use-value 41");
      await terminal.shows(/\n42\nouro>$/);
      terminal.type("(helper 3)");
      await terminal.shows(/,retry[^]*error>$/);
      terminal.type("(define (helper x) (* 100 x))");
      terminal.type("(helper 3)");
      await terminal.shows(/\n300\nouro>$/);
      terminal.keys("C-d");
      await terminal.shows(/left with 0\nicanon$/);
    } finally {
      terminal.close();
    }
    const again = new Terminal(home);
    try {
      await again.shows(/^Ouro \d+\.\d+\.\d+\. ,help for help, ,quit to leave\.\nouro>$/);
      again.keys("Up");
      await again.shows(/ouro> \(helper 3\)$/);
      again.keys("C-c");
      again.type(",quit");
      await again.shows(/left with 0\nicanon$/);
    } finally {
      again.close();
    }
  }, 120_000);

  test("commands document, show, trace and time", async () => {
    const terminal = new Terminal(freshHome(), "--quiet");
    try {
      await terminal.shows(/^ouro>$/);
      for (const [typed, shown] of [
        [",help", /,trace NAME[^]*ouro>$/],
        [",help libraries", /\(genome turn turn\)[^]*ouro>$/],
        [",doc vector-map", /\(vector-map [^]*From \(scheme base\)|\(vector-map [^]*ouro>$/],
        [",doc store/put!", /\(store\/put! key value \[:text text\]\)[^]*ouro>$/],
        [",source nearest-command", /\(define \(nearest-command word\)[^]*ouro>$/],
        ["(define (down n) (if (= n 0) 'end (down (- n 1))))", /ouro>$/],
        [",trace down", /down is traced; ,untrace down ends that/],
        ["(down 1)", /> \(down 1\)\n( *> \(down 0\)\n)?[^]*< end[^]*\nend\nouro>$/],
        [",untrace", /down is not traced any more/],
        [",time (down 100)", /\nend\n\d+ steps, [\d.]+ ms, \d+ bytes allocated\nouro>$/],
        [",patches", /No hot patches\.\nouro>$/],
        [",retry", /the last error offers no restart\nouro>$/],
      ] as const) {
        terminal.type(typed);
        await terminal.shows(shown);
      }
    } finally {
      terminal.close();
    }
  }, 120_000);
});
