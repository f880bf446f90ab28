// A session's tools: looking into values, traces, expansion, disassembly, restarts, streams, and sessions that share a workspace.
import { describe, expect, test } from "vitest";
import { ReplSession, type SessionStreams } from "../../epigenome/session.js";
import { createInterpreter } from "../../interpreter/index.js";

function session(streams: Partial<SessionStreams> = {}): { session: ReplSession; written: () => string } {
  let text = "";
  const interpreter = createInterpreter();
  const made = new ReplSession({
    ground: () => ({ interpreter, imports: ["(ouro base)"] }), output: (part) => (text += part), ...streams, answer: () => Promise.reject(new Error("nobody answers")),
  });
  return { session: made, written: () => text };
}

async function values(of: ReplSession, text: string): Promise<readonly string[] | string> {
  const result = await of.evaluate(text);
  return result.ok ? result.printed : result.error.code;
}

describe("the inspector", () => {
  test.each<[string, string, string[]]>([
    ["'(1 \"two\" #\\3)", "list of 3", ["0: 1 (exact integer)", '1: "two" (string of 3)', "2: #\\3 (character)"]],
    ["'(1 . 2)", "list of 2", ["0: 1 (exact integer)", ".: 2 (exact integer)"]],
    ["(let ((l (list 1))) (set-cdr! l l) l)", "list of 2", ["0: 1 (exact integer)", "and on: #0=(1 . #0#) (list)"]],
    ["{:a [1 2] \"b\" #{}}", "persistent map of 2", [":a: [1 2] (persistent vector of 2)", '"b": #{} (persistent set of 0)']],
    ["(vector 1.5 1/2)", "vector of 2", ["0: 1.5 (inexact number)", "1: 1/2 (exact ratio)"]],
    ["(bytevector 7)", "bytevector of 1", ["0: 7 (exact integer)"]],
    ["(begin (define-record-type point (make-point x y) point? (x point-x) (y point-y)) (make-point 3 4))", "record point", ["x: 3 (exact integer)", "y: 4 (exact integer)"]],
    ["(guard (e (#t e)) (car 5))", "condition", expect.arrayContaining(["code: :wrong-type (keyword)"]) as string[]],
    ["car", "native procedure", expect.arrayContaining([expect.stringContaining("doc: ")]) as string[]],
    ["(lambda (x) x)", "procedure", expect.arrayContaining(['parameters: "(x)" (string of 3)']) as string[]],
    ["'()", "empty list", []], ["(if #f #f)", "unspecified", []], ["(eof-object)", "end of file", []],
  ])("shows %s", async (text, type, parts) => {
    const result = await session().session.inspect(text);
    expect(result).toMatchObject({ ok: true, view: { type } });
    if (result.ok) expect(result.view.parts.map((part) => `${part.label}: ${part.text} (${part.type})`)).toEqual(parts);
  });

  test("goes down by numbers and up again, and what it shows is *1", async () => {
    const { session: made } = session();
    await made.inspect("{:a [10 20 '(30)]}");
    made.inspectPart(0);
    expect(made.inspectPart(2)).toMatchObject({ path: [":a", "2"], type: "list of 1", text: "(30)" });
    expect(await values(made, "(car *1)")).toEqual(["30"]);
    expect(made.inspectPart(7)).toBeUndefined();
    expect(made.inspectPart()).toMatchObject({ path: [":a"] });
    expect(made.inspectPart()).toMatchObject({ path: [] });
    expect(made.inspectPart()).toBeUndefined();
  });

  test("a long value is shown in part, and every part can be reached", async () => {
    const { session: made } = session();
    expect(await made.inspect("(iota 1000)")).toMatchObject({ view: { more: 970 } });
    expect(made.inspectPart(999)).toMatchObject({ text: "999" });
    expect(await made.inspect("(car 5)")).toMatchObject({ ok: false, error: { code: "wrong-type" } });
  });
});

describe("traces", () => {
  const FACT = "(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))";

  test("show calls and results by their depth, and end without a mark", async () => {
    const { session: made, written } = session();
    await made.evaluate(FACT);
    await made.evaluate("(fact 2)");
    const before = made.steps;
    expect(made.trace("fact")).toBe(true);
    await made.evaluate("(fact 2)");
    expect(written()).toBe("> (fact 2)\n  > (fact 1)\n    > (fact 0)\n    < 1\n  < 1\n< 2\n");
    expect(made.untrace("fact")).toEqual(["fact"]);
    await made.evaluate("(fact 2)");
    expect(made.steps).toBe(before);
    expect(made.untrace()).toEqual([]);
  });

  test("an error leaves its depth, library procedures can be traced, and what is no procedure cannot", async () => {
    const { session: made, written } = session();
    made.trace("car");
    await made.evaluate("(car 5)");
    await made.evaluate("(car '(1))");
    expect(written()).toBe("> (car 5)\n> (car (1))\n< 1\n");
    expect(made.untrace()).toEqual(["car"]);
    await made.evaluate("(define x 1)");
    expect([made.trace("x"), made.trace("nothing"), made.trace("if")]).toEqual([false, false, false]);
  });
});

test.each<[string, "once" | "head" | "full", string]>([
  ["(swap! a b)", "once", "(let ((t a)) (set! a b) (set! b t))"],
  ["(swap2 a b)", "once", "(swap! a b)"],
  ["(swap2 a b)", "head", "(let ((t a)) (set! a b) (set! b t))"],
  ["(let ((t 1)) (swap! t a))", "full", "(let ((t 1)) (let ((t.1 t)) (set! t a) (set! a t.1)))"],
  ["(define (f . x) x)", "full", "(define f (lambda x x))"],
  ["(list 1 'b)", "once", "(list 1 'b)"],
])("%s expanded %s", async (form, how, expanded) => {
  const { session: made } = session();
  await made.evaluate("(define a 1) (define b 2) (define-syntax swap! (syntax-rules () ((_ x y) (let ((t x)) (set! x y) (set! y t))))) (define-syntax swap2 (syntax-rules () ((_ x y) (swap! x y))))");
  expect(made.expand(form, how).replace(/\s+/g, " ")).toBe(expanded);
  expect(await values(made, "(list a b)")).toEqual(["(1 2)"]);
});

test("expansion in full defines nothing, and its errors are the expander's", async () => {
  const { session: made } = session();
  made.expand("(define fresh 1)", "full");
  expect(await values(made, "fresh")).toBe("unbound-variable");
  expect(() => made.expand("(let ((x)) x)", "full")).toThrow();
});

test("disassembly shows the JavaScript of a procedure, also of a traced one, and says where there is none", async () => {
  const { session: made } = session();
  await made.evaluate("(define (twice x) (* 2 x)) (define y 1)");
  made.trace("twice");
  expect(made.disassemble("twice")).toMatch(/^function twice_\w+\(/);
  expect(made.disassemble("map")).toMatch(/^function /);
  expect(made.disassemble("car")).toContain("native");
  expect(made.disassemble("y")).toContain("no procedure");
  expect(made.disassemble("nothing")).toBeUndefined();
});

describe("restarts", () => {
  test.each([
    ["(+ 1 (raise 'odd))", "42"], ["(+ 1 (error \"no\" 1 2))", "42"], ["(+ 1 (raise-continuable 'odd))", "42"],
    ["(+ 1 (with-exception-handler (lambda (e) (raise e)) (lambda () (raise-continuable 'odd))))", "42"],
    ["(+ 1 (guard (e ((string? e) 0)) (raise-continuable 'odd)))", "42"],
    ["(dynamic-wind (lambda () #f) (lambda () (+ 1 (error \"no\"))) (lambda () #f))", "42"],
    ["(car (map (lambda (x) (+ x (raise 'odd))) '(1)))", "42"],
  ])("%s goes on with a value", async (text, value) => {
    const { session: made } = session();
    expect(await made.evaluate(text)).toMatchObject({ ok: false, error: { restarts: ["abort", "retry", "use-value"] } });
    expect(await made.restart("use-value", "(car 5)")).toMatchObject({ ok: false, error: { code: "wrong-type", restarts: ["abort", "retry", "use-value"] } });
    expect(await made.restart("use-value", "(* 6")).toMatchObject({ ok: false, error: { code: "unexpected-end" } });
    expect(await made.restart("use-value", "(+ 40 1)")).toEqual({ ok: true, printed: [value] });
  });

  test("what native code refused can be tried again after a definition", async () => {
    const { session: made } = session();
    expect(await made.evaluate("(scale 3)")).toMatchObject({ error: { code: "unbound-variable", restarts: ["abort", "retry"] } });
    await made.workspace.patch("scale", "");
    expect(await made.restart("retry")).toMatchObject({ ok: false });
    expect(await made.restart("abort")).toEqual({ ok: true, printed: [] });
    expect(await made.restart("retry")).toEqual({ ok: true, printed: [] });
  });
});

describe("streams", () => {
  test("a form waits for input, line by line or datum by datum, and sees its end", async () => {
    const given: (string | undefined)[] = ["first\n", "(a", " b)", "", "x", undefined, "later\n"];
    const { session: made } = session({ input: async () => given.shift() });
    expect(await values(made, "(list (read-line) (read))")).toEqual(['("first" (a b))']);
    expect(await values(made, "(list (read-char) (read-char) (read-char))")).toEqual(["(#\\x #<eof> #<eof>)"]);
    expect(await values(made, "(read-line)")).toEqual(['"later"']);
  });

  test("closing the standard ports, or lacking an input, harms nobody", async () => {
    const { session: made, written } = session();
    expect(await values(made, "(close-port (current-output-port)) (close-port (current-input-port)) (display 1) (eof-object? (read-line))")).toEqual(["#t"]);
    expect(written()).toBe("1");
  });

  test("an interrupt ends a wait for input and a wait for room", async () => {
    const never = new Promise<undefined>(() => undefined);
    for (const [streams, text] of [[{ input: () => never }, "(read-line)"], [{ drained: () => never }, "(let loop () (loop))"]] as const) {
      const { session: made } = session(streams);
      const running = made.evaluate(text);
      setTimeout(() => made.interrupt(), 20);
      expect(await running).toMatchObject({ ok: false, error: { code: "interrupted" } });
    }
  });

  test("steps and bytes are those of the evaluation, the same each time", async () => {
    const { session: made } = session();
    const measured = [];
    for (let count = 0; count < 3; count++) {
      await made.evaluate("(length (iota 1000))");
      measured.push([made.steps, made.bytes]);
    }
    expect(measured[1]).toEqual(measured[2]);
    expect(made.bytes).toBeGreaterThanOrEqual(32_000);
  });
});

test("a fork shares definitions and traces, not last values", async () => {
  const { session: made } = session();
  const other = made.fork({ output: () => undefined });
  await made.evaluate("(define shared 5) 1");
  expect(await values(other, "(+ shared 1)")).toEqual(["6"]);
  expect(await values(made, "*1")).toEqual(["1"]);
  expect(await values(other, "*1")).toEqual(["6"]);
});

describe("a line is Lisp", () => {
  test.each(["42", "-1.5e3", "1/2", "+i", ".5", "#xff", "(+ 1 2)", "'a", "car", ":key", "\"text\""])("if it is %s", (line) => {
    expect(session().session.isLisp(` ${line} `)).toBe(true);
  });

  test.each(["10 / 4", "5 plus 7", "2 cups of tea", "100 km in miles", "15% of 80", "2^10", "1,000 + 1", "1/0", "-5 degrees", "hello", "car keys"])("and not if it is %s", (line) => {
    expect(session().session.isLisp(line)).toBe(false);
  });
});
