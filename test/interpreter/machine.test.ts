// The machine gives the same values for the same steps, however often it unwinds the host stack.
import { describe, expect, it } from "vitest";
import { answer, run } from "./running.js";

const SLICES = [1, 3, 7, 100, 2000];

/** A program, and what it prints followed by the value of its last form. */
type Row = readonly [source: string, expected: string];

function check(behaviour: string, rows: readonly Row[]): void {
  describe(behaviour, () => {
    it.each(rows)("%s", (source, expected) => {
      const outcomes = SLICES.map((slice) => run(source, { slice }));
      expect(outcomes.map(({ result }) => result)).toEqual(SLICES.map(() => expected));
      expect(new Set(outcomes.map(({ steps }) => steps)).size, "steps differ between slice lengths").toBe(1);
      expect(answer(source, { slice: 5, program: true }), "as a whole program").toBe(expected);
    });
  });
}

check("operands are evaluated from left to right, around calls that unwind", [
  [`(define trace '()) (define (note x) (set! trace (cons x trace)) x)
    (list (note 1) (note 2) (note 3) trace (reverse trace))`, "(1 2 3 (3 2 1) (1 2 3))"],
  ["(define x 1) (define (change!) (set! x (+ x 1)) x) (list x (change!) x (change!) x)", "(1 2 2 3 3)"],
  ["(define (f) (let ((x 1)) (list x (begin (set! x 2) x) x))) (f)", "(1 2 2)"],
  ["(define v (vector 1 2)) (define (poke!) (vector-set! v 0 9) 0) (list (vector-ref v 0) (poke!) (vector-ref v 0))", "(1 0 9)"],
  ["(define p (cons 1 2)) (define (id x) x) (vector (car p) (begin (set-car! p 5) (id 7)) (car p))", "#(1 7 5)"],
  ["(define p (list 1)) (list (car p) (set-car! p 2) (car p))", "(1 #<unspecified> 2)"],
  ["(define (id x) x) (define f (lambda (a b) (list 'old a b))) (list f (begin (set! f list) (id 1)) (procedure? f) (f 1 2))",
    "(#<procedure f> 1 #t (1 2))"],
  ["(define trace '()) (define (note x) (set! trace (cons x trace)) x) (guard (e (#t trace)) (list (note 1) (car (note '())) (note 3)))", "(() 1)"],
  ["(define trace '()) (define (note x) (set! trace (cons x trace)) x) (guard (e (#t trace)) (list (note 1) (car '()) (note 3)))", "(1)"],
  ["(define (id x) x) (guard (e (#t (list 'failed (car (condition-irritants e))))) (list (+ 'a 1) (id (raise 'later))))", "(failed a)"],
  ["(define (id x) x) ((lambda (a b c) (list c b a)) (id 1) (id 2) (id 3))", "(3 2 1)"],
  ["(define (id x) x) (let* ((a (id 1)) (b (+ a (id 1))) (a (* b (id 10)))) (list a b))", "(20 2)"],
]);

check("tail calls take no room", [
  ["(define (loop n) (if (= n 0) 'done (loop (- n 1)))) (loop 10000)", "done"],
  [`(define (even1? n) (if (= n 0) #t (odd1? (- n 1)))) (define (odd1? n) (if (= n 0) #f (even1? (- n 1)))) (even1? 10001)`, "#f"],
  ["(define (f n) (cond ((= n 0) 'end) ((even? n) (g n)) (else (and #t (or #f (g n)))))) (define (g n) (when #t (let ((m (- n 1))) (case m ((-1) 0) (else (f m)))))) (f 3000)", "end"],
  ["(define (f n) (if (= n 0) 'end (apply f (list (- n 1))))) (f 3000)", "end"],
  ["(define (f n) (if (= n 0) 'end (call/cc (lambda (k) (f (- n 1)))))) (f 3000)", "end"],
  ["(define (f n) (if (= n 0) 'end (call-with-values (lambda () (values n 1)) (lambda (a b) (f (- a b)))))) (f 3000)", "end"],
  ["(define-values (f) (values (lambda (n self) (if (= n 0) 'end (self (- n 1) self))))) (f 3000 f)", "end"],
  ["(do ((i 0 (+ i 1)) (sum 0 (+ sum i))) ((= i 2000) sum))", "1999000"],
]);

check("recursion goes as deep as it likes", [
  ["(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (count 20000)", "20000"],
  ["(define (build n) (if (= n 0) '() (cons n (build (- n 1))))) (length (build 20000))", "20000"],
  ["(define (f n) (if (= n 0) '() (append (map (lambda (x) (+ x 1)) (f (- n 1))) (list 0)))) (apply + (f 60))", "1770"],
  ["(define (f n) (if (= n 0) 0 (+ 1 (apply f (list (- n 1)))))) (f 5000)", "5000"],
  ["(define (f n) (if (= n 0) 0 (+ 1 (call-with-values (lambda () (f (- n 1))) (lambda (x) x))))) (f 5000)", "5000"],
  ["(define (ack m n) (cond ((= m 0) (+ n 1)) ((= n 0) (ack (- m 1) 1)) (else (ack (- m 1) (ack m (- n 1)))))) (ack 2 9)", "21"],
  ["(define (tree n) (if (= n 0) '() (cons (tree (- n 1)) (tree (- n 1))))) (define (size t) (if (null? t) 1 (+ (size (car t)) (size (cdr t))))) (size (tree 10))", "1024"],
]);

check("continuations are entered again and again", [
  ["(+ 1 (call/cc (lambda (k) (+ 10 (k 1)))))", "2"],
  [`(define k #f) (define n 0)
    (define (f) (let ((x (call/cc (lambda (c) (set! k c) 0)))) (set! n (+ n 1)) (if (< x 5) (k (+ x 1)) (list x n)))) (f)`, "(5 6)"],
  [`(define r '()) (define k #f)
    (set! r (cons (call/cc (lambda (c) (set! k c) 1)) r))
    (if (< (length r) 4) (k (+ 1 (length r)))) r`, "(4 3 2 1)"],
  [`(define r '()) (define k #f) (define (note! x) (set! r (cons x r)))
    (note! (call/cc (lambda (c) (set! k c) 1)))
    (if (< (length r) 4) (k (+ 1 (length r)))) r`, "(4 3 2 1)"],
  [`(define (tree->generator tree)
      (define return #f)
      (define (visit node)
        (cond ((null? node) 'done) ((pair? node) (visit (car node)) (visit (cdr node)))
              (else (call/cc (lambda (next) (set! resume (lambda () (next #f))) (return node))))))
      (define resume (lambda () (visit tree) (return 'end)))
      (lambda () (call/cc (lambda (k) (set! return k) (resume)))))
    (define next (tree->generator '((1 2) (3 (4)) 5)))
    (let loop ((items '())) (let ((x (next))) (if (eq? x 'end) (reverse items) (loop (cons x items)))))`, "(1 2 3 4 5)"],
  [`(define k #f) (define count 0)
    (define (f) (let ((items (map (lambda (x) (if (= x 2) (call/cc (lambda (c) (set! k c) x)) x)) '(1 2 3))))
      (set! count (+ count 1)) (if (< count 3) (k (* count 10)) (list items count)))) (f)`, "((1 20 3) 3)"],
  [`(define k #f)
    (define (f) (let ((shared 0)) (let ((fresh (call/cc (lambda (c) (set! k c) 0)))) (set! shared (+ shared 1)) (list fresh shared))))
    (define n 0) (define first (f)) (set! n (+ n 1)) (if (< n 3) (k n)) first`, "(2 3)"],
  ["(define (amb . choices) choices) (call-with-escape-continuation (lambda (return) (for-each (lambda (x) (if (> x 2) (return x))) '(1 2 3 4)) 'none))", "3"],
  [`(define untried '())
    (define (fail) (let ((next (car untried))) (set! untried (cdr untried)) (next #f)))
    (define (choose . items)
      (call/cc (lambda (k)
        (for-each (lambda (item) (call/cc (lambda (next) (set! untried (cons next untried)) (k item)))) items)
        (fail))))
    (let* ((a (choose 1 2 3 4 5 6)) (b (choose 1 2 3 4 5 6))) (if (= (* a b) 20) (list a b) (fail)))`, "(4 5)"],
  ["(call-with-values (lambda () (call/cc (lambda (k) (k 1 2 3)))) list)", "(1 2 3)"],
  ["(call-with-values (lambda () (call/cc (lambda (k) (k)))) list)", "()"],
  ["(call-with-values (lambda () (values 1 2)) cons)", "(1 . 2)"],
  ["(receive (a . rest) (values 1 2 3) (list a rest))", "(1 (2 3))"],
  ["(let-values (((a b) (values 1 2)) ((c) (values 3))) (list a b c))", "(1 2 3)"],
  ["(define-values (a b . c) (values 1 2 3 4)) (list a b c)", "(1 2 (3 4))"],
  ["(begin (values 1 2) 3)", "3"],
]);

check("dynamic-wind runs its thunks at each entry and exit", [
  ["(define p '()) (define (n! x) (set! p (cons x p))) (dynamic-wind (lambda () (n! 'in)) (lambda () (n! 'body) 'value) (lambda () (n! 'out))) (reverse p)", "(in body out)"],
  ["(define p '()) (define (n! x) (set! p (cons x p))) (call/cc (lambda (k) (dynamic-wind (lambda () (n! 'in)) (lambda () (k 1)) (lambda () (n! 'out))))) (reverse p)", "(in out)"],
  [`(let ((path '()) (c #f))
      (let ((add (lambda (s) (set! path (cons s path)))))
        (dynamic-wind (lambda () (add 'connect)) (lambda () (add (call/cc (lambda (c0) (set! c c0) 'talk1)))) (lambda () (add 'disconnect)))
        (if (< (length path) 4) (c 'talk2) (reverse path))))`, "(connect talk1 disconnect connect talk2 disconnect)"],
  [`(define p '()) (define (n! x) (set! p (cons x p))) (define k #f) (define times 0)
    (define (wound name thunk) (dynamic-wind (lambda () (n! (list 'in name))) thunk (lambda () (n! (list 'out name)))))
    (wound 'a (lambda () (wound 'b (lambda () (call/cc (lambda (c) (set! k c)))))))
    (set! times (+ times 1)) (if (= times 1) (wound 'c (lambda () (k 0)))) (reverse p)`,
    "((in a) (in b) (out b) (out a) (in c) (out c) (in a) (in b) (out b) (out a))"],
  ["(call-with-values (lambda () (dynamic-wind (lambda () 0) (lambda () (values 1 2)) (lambda () 3))) list)", "(1 2)"],
  ["(define p '()) (guard (e (#t (cons e p))) (dynamic-wind (lambda () 0) (lambda () (raise 'x)) (lambda () (set! p (cons 'out p)))))", "(x out)"],
  ["(define p '()) (guard (e (#t (list e p))) (dynamic-wind (lambda () 0) (lambda () (car 5)) (lambda () (set! p (cons 'out p)) (raise 'after))))", "(after (out))"],
  ["(define q (make-parameter 1)) (define seen '()) (parameterize ((q 2)) (dynamic-wind (lambda () (set! seen (cons (q) seen))) (lambda () (parameterize ((q 3)) (call/cc (lambda (k) (k 1))))) (lambda () (set! seen (cons (q) seen))))) seen", "(2 2)"],
]);

check("errors reach the handlers, in their order", [
  ["(guard (e ((symbol? e) (list 'sym e)) ((string? e) 'str)) (raise 'boom))", "(sym boom)"],
  ["(guard (e ((string? e) 'inner)) (guard (e2 ((number? e2) 'number)) (raise \"s\")))", "inner"],
  ["(guard (e (#f 'never)) (raise 'x))", "raised x"],
  ["(guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'a 42))))", "42"],
  ["(guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'b 23))))", "(b . 23)"],
  ["(with-exception-handler (lambda (e) 10) (lambda () (+ 1 (raise-continuable 'c))))", "11"],
  ["(with-exception-handler (lambda (e) 10) (lambda () (+ 1 (raise 'c))))", "!not-continuable"],
  ["(with-exception-handler (lambda (e) 10) (lambda () (+ 1 (car 5))))", "!not-continuable"],
  ["(with-exception-handler (lambda (e) (list 'outer e)) (lambda () (with-exception-handler (lambda (e) (raise-continuable (list 'inner e))) (lambda () (raise-continuable 1)))))", "(outer (inner 1))"],
  ["(guard (e (#t (list 'caught e))) (with-exception-handler (lambda (e) (raise 'second)) (lambda () (raise 'first))))", "(caught second)"],
  ["(guard (e (#t (condition-code e))) (with-exception-handler (lambda (e) (vector-ref (vector) 0)) (lambda () (raise 'first))))", ":out-of-range"],
  ["(guard (e (#t (condition-code e))) (car 5))", ":wrong-type"],
  ["(guard (e (#t (condition-code e))) ((lambda (x) x)))", ":wrong-arity"],
  ["(guard (e (#t (condition-code e))) (no-such-name))", ":unbound-variable"],
  ["(guard (e (#t (condition-code e))) (5 5))", ":not-a-procedure"],
  ["(guard (e (#t (list (error-object-message e) (error-object-irritants e)))) (error \"bad\" 1 'two))", '("bad" (1 two))'],
  ["(define k #f) (define n 0) (define r (guard (e (#t (list 'caught e n))) (call/cc (lambda (c) (set! k c))) (set! n (+ n 1)) (raise n))) (if (< n 3) (k #f)) r", "(caught 3 3)"],
  ["(guard (e (#t 'outer)) (guard (e ((begin (raise 'in-clause) #t) 'inner)) (raise 'x)))", "outer"],
  ["(define (f n) (if (= n 0) (raise 'deep) (+ 1 (f (- n 1))))) (guard (e (#t e)) (f 3000))", "deep"],
  ["(define (f n) (if (= n 0) (car '()) (+ 1 (f (- n 1))))) (guard (e (#t (condition-code e))) (f 3000))", ":wrong-type"],
  ["(define (f n) (guard (e (#t (list n e))) (if (= n 0) (raise 'x) (raise (f (- n 1)))))) (f 3)", "(3 (2 (1 (0 x))))"],
  ["(define (f n) (if (= n 0) 'end (guard (e (#t (f (- n 1)))) (raise 'x)))) (f 500)", "end"],
  ["(raise 5)", "raised 5"],
  ["(raise-continuable 5)", "raised 5"],
  ["(error \"x\")", "!user-error"],
  ["(call/cc (lambda (k) (with-exception-handler (lambda (e) (k (list 'left e))) (lambda () (+ 1 (raise 'out))))))", "(left out)"],
]);

check("parameters follow the continuation", [
  ["(define p (make-parameter 1)) (list (p) (parameterize ((p 2)) (p)) (p))", "(1 2 1)"],
  ["(define p (make-parameter 1 (lambda (x) (* x 10)))) (list (p) (parameterize ((p 2)) (p)))", "(10 20)"],
  [`(define p (make-parameter 'outer)) (define k #f) (define n 0)
    (define r (parameterize ((p 'inner)) (call/cc (lambda (c) (set! k c))) (p)))
    (set! n (+ n 1)) (if (< n 3) (k #f)) (list r (p) n)`, "(inner outer 3)"],
  ["(define p (make-parameter 1)) (parameterize ((p 2)) (call/cc (lambda (k) (parameterize ((p 3)) (k 1)))) (p))", "2"],
  ["(define p (make-parameter 1)) (define f (parameterize ((p 2)) (lambda () (p)))) (f)", "1"],
  ["(define p (make-parameter 1)) (guard (e (#t (list e (p)))) (parameterize ((p 2)) (raise (p))))", "(2 1)"],
  ["(define p (make-parameter 1)) (with-exception-handler (lambda (e) (p)) (lambda () (parameterize ((p 2)) (list (raise-continuable 0) (p)))))", "(2 2)"],
]);

check("letrec and internal definitions see each other, and not too early", [
  ["(letrec ((even? (lambda (n) (if (= n 0) #t (odd? (- n 1))))) (odd? (lambda (n) (if (= n 0) #f (even? (- n 1)))))) (even? 101))", "#f"],
  ["(letrec ((a 1) (b (lambda () a))) (b))", "1"],
  ["(letrec* ((a 1) (b (+ a 1)) (c (* b 10))) (list a b c))", "(1 2 20)"],
  ["(letrec ((a b) (b 1)) a)", "!uninitialised"],
  ["(letrec* ((a (lambda () b)) (b (a))) b)", "!uninitialised"],
  ["(define (f) (define a (g)) (define b 5) (define (g) b) a) (f)", "!uninitialised"],
  ["(define (f) (define b 5) (define a (g)) (define (g) b) a) (f)", "5"],
  ["(define (f) (define x 1) (set! x (+ x 1)) (define y (* x 10)) (list x y)) (f)", "(2 20)"],
  ["(define (f) (define a 1) (define get (lambda () a)) (set! a 2) (get)) (f)", "2"],
  ["(define (f n) (define (g) (set! n (+ n 1)) n) (define (h) (g) (g)) (h) n) (f 1)", "3"],
  ["(define (f x) (define (g y) (define (h z) (list x y z)) (h 3)) (g 2)) (f 1)", "(1 2 3)"],
  ["(define (f) (define-values (a b) (values 1 2)) (define c (+ a b)) (list a b c)) (f)", "(1 2 3)"],
  ["(define (f) (define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y)) (let ((p (make-point 1 2))) (set-point-x! p 5) (list (point? p) (point? 5) (point-x p)))) (f)", "(#t #f 5)"],
  ["(let loop ((i 0)) (define (square x) (* x x)) (if (< i 4) (loop (+ i 1)) (square i)))", "16"],
]);

check("assigned variables are shared by all who captured them", [
  ["(define (counter) (let ((n 0)) (list (lambda () (set! n (+ n 1)) n) (lambda () n)))) (define c (counter)) ((car c)) ((car c)) (list ((cadr c)) ((cadr (counter))))", "(2 0)"],
  ["(define procedures (let loop ((i 0) (made '())) (if (= i 3) (reverse made) (loop (+ i 1) (cons (lambda () i) made))))) (map (lambda (p) (p)) procedures)", "(0 1 2)"],
  ["(define procedures (do ((i 0 (+ i 1)) (made '() (cons (lambda () (set! i (+ i 10)) i) made))) ((= i 3) (reverse made)))) (list (map (lambda (p) (p)) procedures) (map (lambda (p) (p)) procedures))", "((10 11 12) (20 21 22))"],
  ["(define (f x) (let loop ((i 0) (made '())) (if (= i 2) (begin (set! x 'changed) (map (lambda (p) (p)) made)) (loop (+ i 1) (cons (lambda () (list i x)) made))))) (f 'first)", "((1 changed) (0 changed))"],
  ["(define (make) (define total 0) (define (add! n) (set! total (+ total n)) total) add!) (define a (make)) (define b (make)) (a 1) (a 2) (list (a 0) (b 5))", "(3 5)"],
  ["(define (f a) (set! a (+ a 1)) (let ((g (lambda () a))) (set! a (* a 10)) (list a (g)))) (f 1)", "(20 20)"],
  ["(define (f . rest) (set! rest (cons 0 rest)) (let ((g (lambda () rest))) (g))) (f 1 2)", "(0 1 2)"],
  ["(define k #f) (define (f) (let ((n 0)) (call/cc (lambda (c) (set! k c))) (set! n (+ n 1)) n)) (define r (list (f))) (if (< (car r) 4) (k #f)) r", "(4)"],
]);

check("procedures take the operands that their parameters say", [
  ["(define (f a #!optional b) a) (f 1)", "!read-error"],
  ["(define f (case-lambda ((a) (list 'one a)) ((a b) (list 'two a b)) ((a . rest) (list 'many a rest)))) (list (f 1) (f 1 2) (f 1 2 3))", "((one 1) (two 1 2) (many 1 (2 3)))"],
  ["(define f (case-lambda ((a) 1) ((a b) 2))) (f)", "!wrong-arity"],
  ["(define f (case-lambda (() 0) (all (length all)))) (list (f) (f 1 2 3))", "(0 3)"],
  ["(define f (case-lambda ((n) (f n 0)) ((n acc) (if (= n 0) acc (f (- n 1) (+ acc n)))))) (f 100)", "5050"],
  ["(define (f a . rest) (list a rest)) (list (f 1) (f 1 2) (f 1 2 3) (apply f '(4 5 6)))", "((1 ()) (1 (2)) (1 (2 3)) (4 (5 6)))"],
  ["(define (f a b . rest) rest) (f 1)", "!wrong-arity"],
  ["((lambda all all) 1 2 3)", "(1 2 3)"],
  ["((lambda () 1) 2)", "!wrong-arity"],
  ["(let ((f (lambda (a b) a))) (f 1))", "!wrong-arity"],
  ["(define (f a) a) (apply f '(1 2))", "!wrong-arity"],
  ["(apply + 1 2 '(3 4))", "10"],
  ["(apply list '())", "()"],
  ["(apply max (iota 1000))", "999"],
  ["(apply (lambda all (length all)) (iota 20000))", "20000"],
  ["(apply list (iota 20001))", "!out-of-range"],
  ["(apply list 1)", "!wrong-type"],
  ["(define (f n . rest) (if (= n 0) (length rest) (+ 1 (apply f (- n 1) rest)))) (apply f 30 (iota 5000))", "5030"],
]);

check("arithmetic in place agrees with the numeric tower", [
  ["(list (- 0.0) (- 0) (- 5) (- 1/2) (- 9007199254740991) (* 0 -5) (* -1 0))", "(-0.0 0 -5 -1/2 -9007199254740991 0 0)"],
  ["(list (+ 9007199254740991 1) (- -9007199254740991 1) (* 94906267 94906267) (* 3037000500 3037000500))", "(9007199254740992 -9007199254740992 9007199515875289 9223372037000250000)"],
  ["(list (even? 4.0) (odd? 3.0) (even? 9007199254740993) (odd? 9007199254740993) (zero? 0.0) (zero? -0.0) (positive? 0.5) (negative? -1/2))", "(#t #t #f #t #t #t #t #t)"],
  ["(list (quotient -7 2) (remainder -7 2) (modulo -7 2) (quotient -1 2) (remainder -4 2) (modulo -4 2) (quotient 9007199254740993 2) (modulo -7.0 2))", "(-3 -1 1 0 0 0 4503599627370496 1.0)"],
  ["(list (= 1 1.0) (< 1 3/2 2.0) (>= 3 3 2) (= 1/2 0.5) (< 9007199254740992 9007199254740993) (<= 1 +nan.0))", "(#t #t #t #t #t #f)"],
  ["(define (f x) (+ x 1)) (list (f 1) (f 1.5) (f 1/2) (f 9007199254740991))", "(2 2.5 3/2 9007199254740992)"],
  ["(list (+ 1 2 3) (- 10 1 2) (* 2 3 4) (+) (*) (+ 5) (/ 2) (/ 6 4))", "(6 7 24 0 1 5 1/2 3/2)"],
  ["(even? 'x)", "!wrong-type"],
  ["(vector-ref (vector 1 2) 2)", "!out-of-range"],
  ["(vector-ref (vector 1 2) 1.0)", "!wrong-type"],
  ["(vector-set! '#(1 2) 0 5)", "!immutable"],
  ["(let ((v (vector 1 2))) (vector-set! v 1 'x) v)", "#(1 x)"],
  ["(cadr '(1))", "!wrong-type"],
  ["(list (car '(1)) (cadr '(1 2)) (cddr '(1 2 3)) (caddr '(1 2 3)) (eqv? 1.5 1.5) (eqv? 100000000000000000000 100000000000000000000) (eq? 'a 'a))", "(1 2 (3) 3 #t #t #t)"],
]);

check("control of every other kind", [
  ["(define (f x) (cond ((assv x '((1 . one) (2 . two))) => cdr) ((= x 3) 'three) (else 'many))) (map f '(1 2 3 4))", "(one two three many)"],
  ["(define (f x) (case x ((a b) 'letter) ((1 2.5 #\\c) 'other) (else => (lambda (y) (list y))))) (map f '(a 1 2.5 #\\c z))", "(letter other other other (z))"],
  ["(define (f x) (if (and (pair? x) (or (eq? (car x) 'a) (and (number? (car x)) (not (zero? (car x)))))) 'yes 'no)) (map f '((a) (1) (0) (b) ()))", "(yes yes no no no)"],
  ["(define (p x) (> x 2)) (define (f x) (if (if (p x) (even? x) (not (p (+ x 1)))) 'a 'b)) (map f '(1 2 3 4))", "(a b b a)"],
  ["(define n 0) (define (t!) (set! n (+ n 1)) #t) (list (and (t!) (t!) #f (t!)) (or #f (t!) (t!)) n)", "(#f #t 3)"],
  ["(define (f) (if #f #f)) (f)", "#<unspecified>"],
  ["(define p (delay (begin (set! n (+ n 1)) n))) (define n 0) (list (force p) (force p))", "(1 1)"],
  ["(define (stream n) (delay-force (if (= n 0) (delay 'end) (stream (- n 1))))) (force (stream 2000))", "end"],
  ["(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp))))) (define tmp 1) (define other 2) (swap! tmp other) (list tmp other)", "(2 1)"],
  ["(let ((port (open-output-string))) (for-each (lambda (x) (write x port)) '(1 \"two\" #\\3)) (get-output-string port))", '"1\\"two\\"#\\\\3"'],
  ["(let ((port (open-input-string \"(a b) c\"))) (let* ((x (read-char port)) (y (read-line port))) (list x y (eof-object? (read-char port)))))", '(#\\( "a b) c" #t)'],
  ["(display \"a\") (write 'b) (newline) 'c", "ab\nc"],
  ["(define e (environment '(scheme base))) (eval '(define x 5) e) (eval '(+ x 1) e)", "6"],
  ["(define e (environment '(scheme base))) (eval '(define (f n) (if (= n 0) 0 (+ 1 (f (- n 1))))) e) (eval '(f 2000) e)", "2000"],
  ["(define e (environment '(scheme base))) (define (f n) (if (= n 0) 0 (+ 1 (eval `(,f ,(- n 1)) e)))) (f 200)", "200"],
  ["(let loop ((i 0)) (if (< i 10) (begin (string-append \"a\" \"b\") (loop (+ i 1))) i))", "10"],
  ["(vector-map (lambda (x) (* x x)) #(1 2 3))", "#(1 4 9)"],
  ["(let ((sum 0)) (vector-for-each (lambda (x y) (set! sum (+ sum (* x y)))) #(1 2 3) #(4 5 6)) sum)", "32"],
  ["(string-map char-upcase \"abc\")", '"ABC"'],
  ["(sort '(3 1 2) <)", "(1 2 3)"],
  ["(map + '(1 2 3) '(10 20 30))", "(11 22 33)"],
  ["(define (f a b c d e) (list e d c b a)) (define (g x) (f x (f x x x x x) 1 (f 1 2 3 4 5) 2)) (g 0)", "(2 (5 4 3 2 1) 1 (0 0 0 0 0) 0)"],
]);

describe("at the usual slice length", () => {
  const rows: Row[] = [
    ["(define (loop n) (if (= n 0) 'done (loop (- n 1)))) (loop 10000000)", "done"],
    ["(define (even1? n) (if (= n 0) #t (odd1? (- n 1)))) (define (odd1? n) (if (= n 0) #f (even1? (- n 1)))) (even1? 10000000)", "#t"],
    ["(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (count 1000000)", "1000000"],
    ["(length (let build ((n 1000000)) (if (= n 0) '() (cons n (build (- n 1))))))", "1000000"],
    ["(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (guard (e (#t (condition-code e))) (count 100000000))", ":recursion-too-deep"],
    ["(define k #f) (define (f n) (call/cc (lambda (c) (set! k c) n))) (let loop ((i 0)) (if (< i 100000) (begin (f i) (loop (+ i 1))) i))", "100000"],
  ];
  it.each(rows)("%s", (source, expected) => {
    expect(answer(source)).toBe(expected);
    expect(answer(source, { program: true })).toBe(expected);
  });
});

describe("the host stack holds a slice of the largest frames that burn least", () => {
  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const shapes: Record<string, string> = {
    "160 local variables": `(define (f n) (let (${names(160, "v").map((name) => `(${name} n)`).join(" ")}) (if (= n 0) 0 (+ 1 (f (- n 1)) (- ${names(160, "v").join(" ")}) (- (apply + (list ${names(160, "v").join(" ")})) (* 160 n) (- (* 158 n)))))))`,
    "15 variables": `(define (f n) (let (${names(7, "v").map((name) => `(${name} n)`).join(" ")}) (if (= n 0) 0 (+ 1 (f (- n 1)) (- v0 v1) (- v2 v3) (- v4 v5)))))`,
    "300 calls whose values are kept": `(define (id x) x) (define (f n) (if (= n 0) 0 (+ 1 (f (- n 1)) ${names(150, "").map(() => "(id n) (- (id n))").join(" ")})))`,
    "1,000 calls for effect": `(define (id x) x) (define (f n) (if (= n 0) 0 (begin ${names(1000, "").map(() => "(id n)").join(" ")} (+ 1 (f (- n 1))))))`,
    "many parameters": `(define (g ${names(100, "p").join(" ")}) (if (= p0 0) 0 (+ 1 (g (- p0 1) ${names(99, "p").join(" ")})))) (define (f n) (g n ${names(99, "").map(() => "0").join(" ")}))`,
    "1,000 operands of a rest parameter": `(define (g n . rest) (if (= n 0) 0 (+ 1 (g (- n 1) ${names(1000, "").map(() => "0").join(" ")})))) (define (f n) (g n))`,
    "apply of 5,000 operands": "(define many (iota 5000)) (define (g n . rest) (if (= n 0) 0 (+ 1 (apply g (- n 1) many)))) (define (f n) (g n))",
    "apply of one operand": "(define (f n) (if (= n 0) 0 (+ 1 (apply f (list (- n 1))))))",
    "clauses": "(define f (case-lambda ((n) (if (= n 0) 0 (+ 1 (f (- n 1) 0)))) ((n m) (if (= n 0) 0 (+ 1 (f (- n 1)))))))",
    "call-with-values": "(define (f n) (if (= n 0) 0 (+ 1 (call-with-values (lambda () (f (- n 1))) (lambda (x) x)))))",
    "dynamic-wind": "(define (f n) (if (= n 0) 0 (+ 1 (dynamic-wind (lambda () 0) (lambda () (f (- n 1))) (lambda () 0)))))",
    "parameterize": "(define p (make-parameter 0)) (define (f n) (if (= n 0) 0 (+ 1 (parameterize ((p n)) (f (- n 1))))))",
    "handlers": "(define (f n) (if (= n 0) 0 (+ 1 (with-exception-handler (lambda (e) 0) (lambda () (f (- n 1)))))))",
    "map": "(define (f n) (if (= n 0) 0 (+ 1 (car (map f (list (- n 1)))))))",
    "large expressions": `(define (f n) (if (= n 0) 0 (+ 1 (f (- n 1)) ${names(60, "").map(() => "(- (car (cdr (list n n))) (vector-ref (vector n n) 1))").join(" ")})))`,
  };
  it.each(Object.keys(shapes))("%s", (name) => {
    const turns = name.includes("00") ? 300 : 5000;
    expect(answer(`${shapes[name]} (f ${turns})`)).toBe(String(turns));
    expect(answer(`${shapes[name]} (f ${turns})`, { program: true })).toBe(String(turns));
  });
});
