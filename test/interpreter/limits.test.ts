// A program uses no more steps, bytes and time than it was given, cannot catch that, and is stopped at the same step everywhere.
import { describe, expect, it } from "vitest";
import { Computation, Condition, Keyword, nativeProcedure, slice, suspend, type Value, write } from "../../interpreter/index.js";
import { Frame } from "../../interpreter/machine/frame.js";
import { answer, interpreter, payloadText, run, type RunOptions, start, USUAL_SLICE, withSlice } from "./running.js";

const SLICES = [1, 3, 7, 100, 2000];

type Row = readonly [source: string, expected: string];

/** The same value for the same steps at every slice length. */
function check(rows: readonly Row[], options: RunOptions = {}): void {
  it.each(rows)("%s", (form, expected) => {
    const source = PRELUDE + form;
    const outcomes = SLICES.map((slice) => run(source, { slice, ...options }));
    expect(outcomes.map(({ result }) => result)).toEqual(SLICES.map(() => expected));
    expect(new Set(outcomes.map(({ steps }) => steps)).size, "steps differ between slice lengths").toBe(1);
  });
}

/** What the programs of the tables may use. */
const FOREVER = "(define (forever) (forever)) (define (spin n) (if (= n 0) 'spun (spin (- n 1)))) (define (fill) (cons 1 (fill)))";
const CODE = "(define (try thunk) (guard (e (#t (if (condition? e) (cons (condition-code e) (condition-irritants e)) e))) (thunk)))";
const PRELUDE = `${FOREVER} ${CODE}`;

describe("with-limits", () => {
  check([
    ["(with-limits {:steps 1000} (lambda () (+ 1 2)))", "3"],
    ["(with-limits {} (lambda () 5))", "5"],
    ["(with-limits {:steps 10} (lambda () (values 1 2)))", "#<values 1 2>"],
    [`(try (lambda () (with-limits {:steps 1000} forever)))`, "(:limit-exceeded :steps)"],
    [`(try (lambda () (with-limits {:bytes 1000} fill)))`, "(:limit-exceeded :bytes)"],
    [`(list (with-limits {:steps 102} (lambda () (spin 100))) (try (lambda () (with-limits {:steps 101} (lambda () (spin 100))))))`, "(spun (:limit-exceeded :steps))"],
    ["(list (with-limits {:bytes 64} (lambda () (list 1 2))) (guard (e (#t (condition-code e))) (with-limits {:bytes 63} (lambda () (list 1 2)))))", "((1 2) :limit-exceeded)"],
    ["(define (pair) (cons 1 2)) (list (with-limits {:bytes 32} pair) (guard (e (#t (condition-code e))) (with-limits {:bytes 31} pair)))", "((1 . 2) :limit-exceeded)"],
    ["(define (half) (+ 0.25 0.25)) (list (with-limits {:bytes 16} half) (guard (e (#t (condition-code e))) (with-limits {:bytes 15} half)))", "(0.5 :limit-exceeded)"],
    [`(guard (e (#t (list 'outside e))) (with-limits {:steps 1000} (lambda () (guard (e (#t 'inside)) (forever)))))`, "(outside #<condition limit-exceeded \"the step limit is used up\" :steps>)"],
    [`(try (lambda () (with-limits {:steps 1000} (lambda () (with-exception-handler (lambda (e) 'handled) forever)))))`, "(:limit-exceeded :steps)"],
    [`(with-limits {:steps 1000} forever)`, "!limit-exceeded"],
    [`(with-exception-handler (lambda (e) 'continued) (lambda () (with-limits {:steps 1000} forever)))`, "!not-continuable"],
    [`(define p (make-parameter 1)) (guard (e (#t (p))) (parameterize ((p 2)) (with-limits {:steps 100} (lambda () (parameterize ((p 3)) (forever))))))`, "1"],
    ["(guard (e (#t (list 'caught e))) (with-limits {:steps 1000} (lambda () (raise 'mine))))", "(caught mine)"],
    ["(with-limits 5 (lambda () 1))", "!wrong-type"],
    ["(with-limits {:steps -1} (lambda () 1))", "!wrong-type"],
    ["(with-limits {:steps 1.5} (lambda () 1))", "!wrong-type"],
    ["(with-limits {:step 100} (lambda () 1))", "!wrong-type"],
    ["(with-limits {:steps 100} 5)", "!not-a-procedure"],
  ]);
});

describe("nested limits: the tighter wins, and its own with-limits raises", () => {
  check([
    [`(try (lambda () (with-limits {:steps 100000} (lambda () (list 'inner (try (lambda () (with-limits {:steps 100} forever))))))))`, "(inner (:limit-exceeded :steps))"],
    [`(try (lambda () (with-limits {:steps 100} (lambda () (list 'inner (try (lambda () (with-limits {:steps 100000} forever))))))))`, "(:limit-exceeded :steps)"],
    [`(try (lambda () (with-limits {:bytes 1000} (lambda () (list 'inner (try (lambda () (with-limits {:bytes 100000} fill))))))))`, "(:limit-exceeded :bytes)"],
    [`(define r '()) (try (lambda () (with-limits {:steps 1000} (lambda () (let loop () (set! r (cons (car (try (lambda () (with-limits {:steps 100} forever)))) r)) (loop)))))) (>= (length r) 5)`, "#t"],
    [`(list (with-limits {:steps 10000} (lambda () (with-limits {:steps 50} (lambda () 1)) (spin 5000))))`, "(spun)"],
  ]);
});

describe("after-thunks get one fixed grace", () => {
  check([
    [`(define out '()) (list (try (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever (lambda () (set! out (list 'ran)))))))) out)`, "((:limit-exceeded :steps) (ran))"],
    [`(define out '()) (list (try (lambda () (with-limits {:bytes 10000} (lambda () (dynamic-wind (lambda () #f) fill (lambda () (set! out (iota 100)))))))) (length out))`, "((:limit-exceeded :bytes) 100)"],
    [`(try (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever forever)))))`, "(:limit-exceeded :steps)"],
    [`(try (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever fill)))))`, "(:limit-exceeded :steps)"],
    [`(try (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever (lambda () (raise 'mine)))))))`, "(:limit-exceeded :steps)"],
    [`(try (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever (lambda () (car 5)))))))`, "(:limit-exceeded :steps)"],
    [`(define out #f) (list (try (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever (lambda () (set! out (try (lambda () (raise 'own)))))))))) out)`, "((:limit-exceeded :steps) own)"],
    [`(try (lambda () (with-limits {:steps 100} (lambda () (let ((k #f)) (dynamic-wind (lambda () #f) (lambda () (call/cc (lambda (c) (set! k c))) (forever)) (lambda () (k 1))))))))`, "(:limit-exceeded :steps)"],
    [`(define out '()) (define (note! x) (set! out (cons x out)))
      (list (try (lambda () (with-limits {:steps 200} (lambda () (dynamic-wind (lambda () #f) (lambda () (dynamic-wind (lambda () #f) forever (lambda () (note! 'inner) (raise 'x)))) (lambda () (note! 'outer))))))) out)`, "((:limit-exceeded :steps) (inner))"],
    [`(define out '()) (list (try (lambda () (dynamic-wind (lambda () #f) (lambda () (with-limits {:steps 100} forever)) (lambda () (set! out 'outside))))) out)`, "((:limit-exceeded :steps) outside)"],
    [`(define out #f) (list (try (lambda () (with-limits {:steps 5000} (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever forever))))))) out)`, "((:limit-exceeded :steps) #f)"],
  ]);
  it("burns no more than the grace", () => {
    const { steps } = run(`${PRELUDE} (try (lambda () (with-limits {:steps 100} (lambda () (dynamic-wind (lambda () #f) forever forever)))))`);
    expect(steps).toBeLessThan(10_500);
  });
});

describe("limits travel with continuations", () => {
  check([
    [`(define k #f) (define n 0)
      (define r (try (lambda () (with-limits {:steps 1000} (lambda () (call/cc (lambda (c) (set! k c))) (set! n (+ n 1)) (if (> n 1) (forever) 'first))))))
      (if (= n 1) (k #f)) (list r n)`, "((:limit-exceeded :steps) 2)"],
    [`(define k #f) (define entered 0)
      (define r (try (lambda () (with-limits {:steps 2000} (lambda () (call/cc (lambda (c) (set! k c))) (set! entered (+ entered 1)) (spin 500) 'came)))))
      (if (eq? r 'came) (k #f)) (list r (< entered 5))`, "((:limit-exceeded :steps) #t)"],
    [`(call/cc (lambda (out) (with-limits {:steps 1000} (lambda () (out 'left))))) (spin 5000)`, "spun"],
    [`(define inner #f) (with-limits {:steps 1000} (lambda () (set! inner (lambda () (spin 5000))))) (inner)`, "spun"],
    [`(define outer (call/cc (lambda (c) c))) (if (procedure? outer) (with-limits {:steps 100} (lambda () (outer 'back))) (list outer (spin 5000)))`, "(back spun)"],
  ]);
});

describe("frames count as bytes", () => {
  check([
    ["(try (lambda () (with-limits {:bytes 100000} fill)))", "(:limit-exceeded :bytes)"],
    ["(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (list (with-limits {:bytes 5000000} (lambda () (count 50000))) (try (lambda () (with-limits {:bytes 2000000} (lambda () (count 50000))))))", "(50000 (:limit-exceeded :bytes))"],
    ["(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (define (often n) (if (> n 0) (begin (count 50000) (often (- n 1))))) (with-limits {:bytes 5000000} (lambda () (often 5) 'shared))", "shared"],
    ["(define held '()) (define (hold n) (if (= n 0) (call/cc (lambda (k) (set! held (cons k held)) 0)) (+ 1 (hold (- n 1))))) (define (often) (hold 5000) (often)) (list (try (lambda () (with-limits {:bytes 5000000} often))) (< (length held) 16))", "((:limit-exceeded :bytes) #t)"],
  ]);
  it("but a recursion without limits may be a million deep", () => {
    expect(answer("(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (count 1000000)")).toBe("1000000");
  });
});

describe("bulk work counts before it is done", () => {
  const bulk = [
    "(make-vector 1000000 0)", "(make-string 1000000 #\\a)", "(make-list 1000000 0)", "(make-bytevector 1000000 0)", "(iota 1000000)", "(expt 3 1000000)",
    "(string-append big big)", "(list-copy many)", "(append many many)", "(vector-append vector vector)", "(list->vector many)", "(apply list many)",
    "(apply string-append (map (lambda (x) big) many))", "(string->list big)", "(reverse many)", "(length many)", "(apply + many)", "(string-copy big)", "(equal? many (list-copy many))",
  ];
  const data = "(define many (iota 20000)) (define big (make-string 20000 #\\a)) (define vector (make-vector 20000 0))";
  it.each(bulk)("%s burns steps", (form) => {
    expect(answer(`${data} (guard (e (#t (cons (condition-code e) (condition-irritants e)))) (with-limits {:steps 1000} (lambda () ${form} 'done)))`)).toBe("(:limit-exceeded :steps)");
  });
  it.each(bulk.filter((form) => !/^\((length|apply \+)/.test(form)))("%s allocates bytes", (form) => {
    expect(answer(`${data} (guard (e (#t (cons (condition-code e) (condition-irritants e)))) (with-limits {:bytes 19999} (lambda () ${form} 'done)))`)).toBe("(:limit-exceeded :bytes)");
  });
  it("stops straight-line code at the work that exceeds, not at the next call", () => {
    expect(answer("(define n 0) (guard (e (#t n)) (with-limits {:steps 100000} (lambda () (make-vector 1000000) (set! n 1) (make-vector 1000000) (set! n 2) (make-vector 1000000) (set! n 3))))")).toBe("1");
  });
});

describe("the limits of a computation fail it, and it cannot catch that", () => {
  const rows: readonly [name: string, options: RunOptions, source: string, irritant: string][] = [
    ["steps", { steps: 5000 }, `${PRELUDE} (try forever)`, ":steps"],
    ["bytes", { bytes: 5000 }, `${PRELUDE} (try fill)`, ":bytes"],
    ["milliseconds", { milliseconds: 20, steps: undefined }, `${PRELUDE} (try forever)`, ":ms"],
    ["steps within with-limits", { steps: 5000 }, `${PRELUDE} (try (lambda () (with-limits {:steps 1000000} (lambda () (try forever)))))`, ":steps"],
    ["steps of an after-thunk", { steps: 5000 }, `${PRELUDE} (try (lambda () (dynamic-wind (lambda () #f) forever forever)))`, ":steps"],
    ["steps of handlers", { steps: 5000 }, `${PRELUDE} (with-exception-handler (lambda (e) (forever)) (lambda () (raise 'x)))`, ":steps"],
    ["steps of the grace of a limit inside", { steps: 5000 }, `${PRELUDE} (try (lambda () (with-limits {:steps 1000} (lambda () (dynamic-wind (lambda () #f) forever forever)))))`, ":steps"],
  ];
  it.each(rows)("%s", (_, options, source, irritant) => {
    const computation = start(source, options);
    while (computation.step(100) === "ready");
    expect(payloadText(computation.failure)).toBe("!limit-exceeded");
    expect((computation.failure as Condition).irritants).toEqual([Keyword.intern(irritant.slice(1))]);
    expect([computation.status, computation.canUseValue]).toEqual(["failed", false]);
    if (options.steps !== undefined) expect(computation.steps).toBeLessThanOrEqual(options.steps);
  });
  it("time ends a program, and what stands in a limit, also when the last that it does is one long call of a builtin", () => {
    // It burns less than a slice, so that nothing else looks at the time.
    const long = "(string-length (number->string (expt 7 500)))";
    expect(answer(long, { milliseconds: 0, steps: undefined })).toBe("!limit-exceeded");
    expect(answer(`(with-limits {:ms 0} (lambda () ${long}))`)).toBe("!limit-exceeded");
    expect(answer(`(with-limits {:ms 0} (lambda () (+ 1 (call/cc (lambda (k) ${long})))))`)).toBe("!limit-exceeded");
    expect(answer(`(with-limits {:ms 600000} (lambda () ${long}))`)).toBe("423");
  });
  it("time ends a program that only does bulk work", () => {
    const before = performance.now();
    expect(answer("(let loop () (make-vector 100000 0) (loop))", { milliseconds: 50, steps: undefined })).toBe("!limit-exceeded");
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe("steps and bytes depend on the program alone", () => {
  const program = `
    (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
    (define (walk n) (if (= n 0) '() (cons (* 1.5 n) (walk (- n 1)))))
    (list (fib 12) (length (walk 50)) (call/cc (lambda (k) (for-each (lambda (x) (if (> x 5) (k x))) (iota 10))))
          (guard (e (#t 'caught)) (vector-ref (make-vector 40 0) 40)) (string-append "a" (number->string (expt 3 200))))`;
  it("each time that it runs", () => {
    expect(new Set([1, 2, 3].map(() => run(program).steps)).size).toBe(1);
  });
  it("as much when it is the first to use a library", () => {
    const uses = "(define e (environment '(srfi 1) '(scheme char) '(scheme write))) (eval '(fold + 0 (iota 10)) e)";
    expect(new Set([1, 2, 3].map(() => run(uses).steps)).size).toBe(1);
  });
  it("as much in a session as in a whole program", () => {
    expect(run(program, { program: true })).toEqual(run(program));
  });
  it("and each of the steps where a limit may fall gives the same at every slice length", () => {
    const source = (limit: string) => `
      (define trace '()) (define (note! x) (set! trace (cons x trace)) x)
      (define (work n) (if (= n 0) '() (cons (note! (* n 1.5)) (dynamic-wind (lambda () (note! 'in)) (lambda () (work (- n 1))) (lambda () (note! 'out))))))
      (guard (e (#t (list (condition-irritants e) trace))) (with-limits {${limit}} (lambda () (work 4))))`;
    for (let steps = 1; steps < 110; steps += 3) expect(new Set(SLICES.map((slice) => JSON.stringify(run(source(`:steps ${steps}`), { slice })))).size, `${steps} steps`).toBe(1);
    for (let bytes = 1; bytes < 1500; bytes += 40) expect(new Set(SLICES.map((slice) => JSON.stringify(run(source(`:bytes ${bytes}`), { slice })))).size, `${bytes} bytes`).toBe(1);
  });
  it("so that steps measured once are enough, and one fewer is not", () => {
    const { steps, result } = run(program);
    for (const slice of SLICES) expect(run(program, { slice, steps }).result).toBe(result);
    for (const slice of SLICES) expect(run(program, { slice, steps: steps - 1 }).result).toBe("!limit-exceeded");
  });
});

describe("a host may stop a computation", () => {
  it("between its slices, wherever it is", () => {
    const computation = start(`${PRELUDE} (try (lambda () (dynamic-wind (lambda () #f) forever forever)))`);
    expect([computation.step(1), computation.step(5)]).toEqual(["ready", "ready"]);
    computation.stop(new Condition("interrupted", "stopped"));
    expect([computation.status, computation.step(5), payloadText(computation.failure)]).toEqual(["failed", "failed", "!interrupted"]);
    expect(() => computation.finish()).toThrow("stopped");
  });
  it("from a native procedure while it runs: it gets no further than its slice", () => {
    let count = 0;
    let computation: Computation | undefined;
    const native = nativeProcedure("tick", 0, 0, "(tick) Stops.", () => {
      if (++count === 3) computation?.stop(new Condition("interrupted", "stopped"));
      return 0;
    });
    computation = interpreter.call(interpreter.start("(lambda (tick) (let loop () (tick) (loop)))", "test", interpreter.environment(["(ouro base)"])).finish(), [native]);
    while (computation.step(1) === "ready");
    expect([computation.status, payloadText(computation.failure)]).toEqual(["failed", "!interrupted"]);
    expect(count).toBeLessThan(3 + USUAL_SLICE);
  });
  it("even when the slice would have ended it", () => {
    let computation: Computation | undefined;
    const native = nativeProcedure("halt", 0, 0, "(halt) Stops.", () => {
      computation?.stop(new Condition("interrupted", "stopped"));
      return 5;
    });
    computation = interpreter.call(native, []);
    expect([computation.step(1), payloadText(computation.failure)]).toEqual(["failed", "!interrupted"]);
  });
  it("but not once it has ended", () => {
    const computation = start("5");
    computation.finish();
    computation.stop(new Condition("interrupted", "stopped"));
    expect([computation.status, computation.value]).toEqual(["done", 5]);
  });
});

/** A procedure that makes the computation wait, given to programs as `ask`. */
const ask = nativeProcedure("ask", 1, 1, "(ask question) Waits for an answer.", (question: Value) => suspend(question));

function asking(source: string): Computation {
  const environment = interpreter.environment(["(ouro base)"]);
  const procedure = interpreter.start(`(lambda (ask) ${source})`, "test", environment).finish();
  return interpreter.call(procedure, [ask]);
}

/** Steps the computation, answering each question with what `reply` does, until it ends. */
function converse(computation: Computation, reply: (computation: Computation, question: Value) => void): string {
  for (let turns = 0; turns < 100_000; turns++) {
    const status = computation.step(3);
    if (status === "waiting") reply(computation, computation.request as Value);
    else if (status !== "ready") return status === "done" ? write(computation.value) : payloadText(computation.failure);
  }
  throw new Error("it does not end");
}

describe("native procedures that wait", () => {
  const double = (computation: Computation, question: Value) => computation.resume((question as number) * 2);
  it.each(SLICES)("get their answers at any depth, slice length %i", (length) => {
    withSlice(length, () => {
      expect(converse(asking("(list (ask 1) (+ 1 (ask 2)) (map ask '(1 2 3)))"), double)).toBe("(2 5 (2 4 6))");
      expect(converse(asking("(define (f n) (if (= n 0) (ask 5) (+ 1 (f (- n 1))))) (f 3000)"), double)).toBe("3010");
      expect(converse(asking("(dynamic-wind (lambda () (ask 1)) (lambda () (ask 2)) (lambda () (ask 3)))"), double)).toBe("4");
      expect(converse(asking("(let loop ((i 0) (sum 0)) (if (= i 50) sum (loop (+ i 1) (+ sum (ask i)))))"), double)).toBe("2450");
      expect(converse(asking("(apply ask '(4))"), double)).toBe("8");
      expect(converse(asking("(with-limits {:steps 1000} (lambda () (ask 4)))"), double)).toBe("8");
    });
  });
  it("raise where they stand, and the program may catch it", () => {
    const refuse = (computation: Computation) => computation.raise(new Condition("port-error", "refused"));
    expect(converse(asking("(guard (e (#t (condition-code e))) (+ 1 (ask 1)))"), refuse)).toBe(":port-error");
    expect(converse(asking("(+ 1 (ask 1))"), refuse)).toBe("!port-error");
    expect(converse(asking("(with-exception-handler (lambda (e) 0) (lambda () (+ 1 (ask 1))))"), refuse)).toBe("!not-continuable");
  });
  it("may be answered again by a continuation, and what was answered stays so", () => {
    const source = "(define k #f) (define n 0) (let ((x (call/cc (lambda (c) (set! k c) 1)))) (set! n (+ n (ask x))) (if (< n 10) (k (+ x 1)) n))";
    expect(converse(asking(source), double)).toBe("12");
  });
  it("are refused an answer when nothing waits", () => {
    const computation = asking("(ask 1)");
    expect(() => computation.resume(1)).toThrow("ready");
    computation.step(100);
    computation.resume(7);
    expect(computation.finish()).toBe(7);
    expect(() => computation.resume(1)).toThrow("done");
    expect(() => asking("(ask 1)").finish()).toThrow("nothing here answers");
  });
  it("burn what the program burns, however long they waited", () => {
    const steps = SLICES.map((length) => withSlice(length, () => {
      const computation = asking("(let loop ((i 0) (sum 0)) (if (= i 50) sum (loop (+ i 1) (+ sum (ask i)))))");
      converse(computation, double);
      return computation.steps;
    }));
    expect(new Set(steps).size).toBe(1);
  });
});

describe("after a failure", () => {
  it("the call of raise may be given a value, and the program goes on", () => {
    const computation = start("(define (f n) (if (= n 0) (raise 'stuck) (+ 1 (f (- n 1))))) (list (f 3000) 'went-on)");
    while (computation.step(10) === "ready");
    expect([computation.status, payloadText(computation.failure), computation.canUseValue]).toEqual(["failed", "raised stuck", true]);
    computation.useValue(10);
    expect(write(computation.finish())).toBe("(3010 went-on)");
  });
  it.each(["(+ 1 (car 5))", "(+ 1 (undefined-name))", "(with-limits {:steps 10} (lambda () (let loop () (loop))))"])("%s: what native code raised takes no value unless its call can still return", (source) => {
    const computation = start(source);
    while (computation.step(10) === "ready");
    if (computation.canUseValue) computation.useValue(10);
    else expect(() => computation.useValue(10)).not.toThrow();
    expect(() => computation.finish()).not.toThrow(TypeError);
  });
});

describe("computations", () => {
  const programs: Row[] = [
    ["(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (fib 15)", "610"],
    ["(define p (make-parameter 1)) (parameterize ((p 5)) (let loop ((i 0)) (if (< i 2000) (loop (+ i 1)) (p))))", "5"],
    ["(guard (e (#t (list 'caught e))) (let loop ((i 0)) (if (< i 2000) (loop (+ i 1)) (raise 'late))))", "(caught late)"],
    ["(guard (e (#t (condition-irritants e))) (with-limits {:steps 1500} (lambda () (let loop () (loop)))))", "(:steps)"],
    ["(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (count 5000)", "5000"],
    ["(let loop ((i 0) (made '())) (if (< i 1000) (loop (+ i 1) (cons (* i 1.5) made)) (length made)))", "1000"],
    ["(define k #f) (define n 0) (call/cc (lambda (c) (set! k c))) (set! n (+ n 1)) (if (< n 500) (k #f)) n", "500"],
  ];
  it("that take turns do not disturb each other", () => {
    const alone = programs.map(([source]) => run(source));
    expect(alone.map(({ result }) => result)).toEqual(programs.map(([, expected]) => expected));
    const together = [...programs, ...programs, ...programs].map(([source]) => start(source));
    for (let round = 0; together.some((each) => each.status === "ready"); round++)
      for (const each of together) each.step(1 + (round % 3));
    expect(together.map((each) => write(each.value))).toEqual([...programs, ...programs, ...programs].map(([, expected]) => expected));
    expect(together.map((each) => each.steps)).toEqual([...alone, ...alone, ...alone].map(({ steps }) => steps));
  });
  it("may run within a native procedure of another, and leave no trace in it", () => {
    const nested = nativeProcedure("nested", 0, 0, "(nested) Runs a program.", () => start("(define (f n) (if (= n 0) 0 (+ 1 (f (- n 1))))) (list (f 5000))").finish());
    const source = "(lambda (nested) (define (f n) (if (= n 0) (nested) (cons n (f (- n 1))))) (length (guard (e (#t 'no)) (with-limits {:steps 5000 :bytes 100000} (lambda () (f 100))))))";
    const make = () => interpreter.call(interpreter.start(source, "test", interpreter.environment(["(ouro base)"])).finish(), [nested]);
    const computation = make();
    expect(computation.finish()).toBe(101);
    const steps = SLICES.map((length) => withSlice(length, () => {
      const each = make();
      each.finish();
      return each.steps;
    }));
    expect(new Set([...steps, computation.steps]).size).toBe(1);
  });
  it("yield to the host after as many slices as it gave", () => {
    const computation = start(`${PRELUDE} (spin 100000)`);
    let turns = 0;
    while (computation.step(1) === "ready") turns++;
    expect(turns).toBeGreaterThan(100_000 / slice.length - 2);
    expect(turns).toBeLessThan(100_000 / slice.length + 5);
  });
});

describe("memory, as the host has it", () => {
  /** Runs the text on a host that has room for so many bytes in all, and answers the computation and what it was asked for. */
  function withMemory(source: string, room: number): { computation: Computation; asked: number[] } {
    const asked: number[] = [];
    const computation = start(source, { hasMemory: (bytes) => asked.push(bytes) > 0 && asked.reduce((sum, each) => sum + each, 0) < room });
    while (computation.step(100) === "ready");
    return { computation, asked };
  }
  const slip = "(define (grow x) (grow (append x x)))";

  it("is asked for before it is taken, and what finds none fails for good, and holds nothing any more", () => {
    const { computation, asked } = withMemory(`${slip} (guard (e (#t 'caught)) (with-limits {:steps 1000000000} (lambda () (dynamic-wind (lambda () #f) (lambda () (grow '(1))) (lambda () (grow '(1)))))))`, 200_000_000);
    expect([computation.status, payloadText(computation.failure), computation.canUseValue]).toEqual(["failed", "!limit-exceeded", false]);
    expect((computation.failure as Condition).hint).toContain("Hold less");
    expect(computation.backtrace().map(({ procedure }) => procedure)).toContain("call-guarded");
    // What was refused was not made: the bytes charged are those asked for, but for the last.
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.at(-1)).toBeGreaterThan(16_000_000);
    expect(Object.values(computation).some((each) => each instanceof Frame)).toBe(false);
  });
  it("is asked for one large thing at once, and for frames", () => {
    expect(withMemory("(make-vector 10000000 0)", 50_000_000)).toMatchObject({ computation: { status: "failed" }, asked: [expect.closeTo(80_000_000, -6)] });
    expect(payloadText(withMemory("(define (f) (+ 1 (f))) (f)", 100_000_000).computation.failure)).toBe("!limit-exceeded");
  });
  it("changes no step, as long as there is some", () => {
    const source = "(let loop ((n 2000) (v 0)) (if (= n 0) v (loop (- n 1) (vector-length (make-vector 10000 n)))))";
    const { computation, asked } = withMemory(source, Infinity);
    expect(asked.length).toBeGreaterThan(5);
    expect([computation.status, computation.steps, computation.bytes]).toEqual(((other) => [other.status, other.steps, other.bytes])(finished(source)));
  });
});

function finished(source: string): Computation {
  const computation = start(source);
  computation.finish();
  return computation;
}
