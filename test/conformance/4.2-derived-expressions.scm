; R7RS 4.2: conditionals, binding, sequencing, iteration, delay, parameters, guard, quasiquote, case-lambda.
(import (scheme base) (scheme lazy) (scheme case-lambda) (scheme char) (scheme write))
(cond ((> 3 2) 'greater) ((< 3 2) 'less))
;; => greater
(cond ((> 3 3) 'greater) ((< 3 3) 'less) (else 'equal))
;; => equal
(cond ((assv 'b '((a 1) (b 2))) => cadr) (else #f))
;; => 2
(cond (#f 1) (2))
;; => 2
(cond (else 1) (#t 2))
;; => !bad-syntax
(let ((=> #f)) (cond (#t => 'ok)))
;; => ok
(let ((else #f)) (cond (else 1) (#t 2)))
;; => 2
(cond)
;; => !bad-syntax
(case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) 'composite))
;; => composite
(case (car '(c d)) ((a e i o u) 'vowel) ((w y) 'semivowel) (else => (lambda (x) x)))
;; => c
(case 'b ((a) 1) ((b) => (lambda (x) (list x))) (else 2))
;; => (b)
(case 12345678901234567890 ((12345678901234567890) 'big) (else 'other))
;; => big
(case 1/2 ((0.5) 'inexact) ((1/2) 'exact) (else 'other))
;; => exact
(case #\a ((#\b) 1) ((#\a) 2))
;; => 2
(case 'x ((a b c d e f g h i j x) 'many) (else 'none))
;; => many
(case '() ((()) 'empty) (else 'other))
;; => empty
(and (= 2 2) (> 2 1))
;; => #t
(and (= 2 2) (< 2 1))
;; => #f
(and 1 2 'c '(f g))
;; => (f g)
(and)
;; => #t
(or (= 2 2) (> 2 1))
;; => #t
(or #f #f #f)
;; => #f
(or (memq 'b '(a b c)) (/ 3 0))
;; => (b c)
(or)
;; => #f
(when (> 1 0) 'a 'b)
;; => b
(unless (> 1 0) 'a 'b)
;; => #<unspecified>
(unless (> 0 1) 'a 'b)
;; => b
(let ((x 2) (y 3)) (* x y))
;; => 6
(let ((x 2) (y 3)) (let ((x 7) (z (+ x y))) (* z x)))
;; => 35
(let ((x 2) (y 3)) (let* ((x 7) (z (+ x y))) (* z x)))
;; => 70
(let ((x 1) (x 2)) x)
;; => !bad-syntax
(let* ((x 1) (x (+ x 1))) x)
;; => 2
(let* () 5)
;; => 5
(let ((x)) x)
;; => !bad-syntax
(let ((x 1)))
;; => !bad-syntax
(letrec ((even? (lambda (n) (if (zero? n) #t (odd? (- n 1))))) (odd? (lambda (n) (if (zero? n) #f (even? (- n 1)))))) (even? 88))
;; => #t
(letrec ((a b) (b 1)) a)
;; => !uninitialised
(letrec* ((p (lambda (x) (+ 1 (q (- x 1))))) (q (lambda (y) (if (zero? y) 0 (+ 1 (p (- y 1)))))) (x (p 5)) (y x)) y)
;; => 5
(let-values (((root rem) (exact-integer-sqrt 32))) (* root rem))
;; => 35
(let ((a 'a) (b 'b) (x 'x) (y 'y)) (let*-values (((a b) (values x y)) ((x y) (values a b))) (list a b x y)))
;; => (x y x y)
(let ((a 'a) (b 'b) (x 'x) (y 'y)) (let-values (((a b) (values x y)) ((x y) (values a b))) (list a b x y)))
;; => (x y a b)
(let-values (((a . rest) (values 1 2 3)) (all (values 4 5))) (list a rest all))
;; => (1 (2 3) (4 5))
(let-values (((a b) (values 1))) a)
;; => !wrong-arity
(begin 1 2 3)
;; => 3
(do ((vec (make-vector 5)) (i 0 (+ i 1))) ((= i 5) vec) (vector-set! vec i i))
;; => #(0 1 2 3 4)
(let ((x '(1 3 5 7 9))) (do ((x x (cdr x)) (sum 0 (+ sum (car x)))) ((null? x) sum)))
;; => 25
(let ((thunks (do ((i 0 (+ i 1)) (acc '() (cons (lambda () i) acc))) ((= i 3) acc)))) (map (lambda (f) (f)) thunks))
;; => (2 1 0)
(let loop ((numbers '(3 -2 1 6 -5)) (nonneg '()) (neg '()))
  (cond ((null? numbers) (list nonneg neg))
        ((>= (car numbers) 0) (loop (cdr numbers) (cons (car numbers) nonneg) neg))
        ((< (car numbers) 0) (loop (cdr numbers) nonneg (cons (car numbers) neg)))))
;; => ((6 1 3) (-5 -2))
(let loop ((i 0)) (if (< i 1000000) (loop (+ i 1)) i))
;; => 1000000
(force (delay (+ 1 2)))
;; => 3
(let ((p (delay (+ 1 2)))) (list (force p) (force p)))
;; => (3 3)
(define integers (letrec ((next (lambda (n) (delay (cons n (next (+ n 1))))))) (next 0)))
(define (head stream) (car (force stream)))
(define (tail stream) (cdr (force stream)))
(head (tail (tail integers)))
;; => 2
(define (stream-filter p? s)
  (delay-force (if (null? (force s)) (delay '()) (let ((h (car (force s))) (t (cdr (force s)))) (if (p? h) (delay (cons h (stream-filter p? t))) (stream-filter p? t))))))
(head (tail (tail (stream-filter odd? integers))))
;; => 5
(define (stream-loop n) (if (= n 0) (delay 'done) (delay-force (stream-loop (- n 1)))))
(force (stream-loop 50000))
;; => done
(define count 0)
(define p (delay (begin (set! count (+ count 1)) (if (> count x) count (force p)))))
(define x 5)
(list (promise? p) (force p) (begin (set! x 10) (force p)))
;; => (#t 6 6)
(define q (let ((first? #t)) (delay (if first? (begin (set! first? #f) (force q)) 'second))))
(force q)
;; => second
(list (force (make-promise 5)) (force 7) (promise? (make-promise (make-promise 1))))
;; => (5 7 #t)
(promise? (force (delay (delay 1))))
;; => #t
(define radix (make-parameter 10 (lambda (x) (if (and (exact-integer? x) (<= 2 x 16)) x (error "invalid radix")))))
(define (f n) (number->string n (radix)))
(f 12)
;; => "12"
(parameterize ((radix 2)) (f 12))
;; => "1100"
(parameterize ((radix 0)) (f 12))
;; => !user-error
(define a (make-parameter 1))
(define b (make-parameter 2))
(parameterize ((a 10) (b (a))) (list (a) (b)))
;; => (10 1)
(list (parameterize ((a 10)) (parameterize ((a 20)) (a))) (a))
;; => (20 1)
(a 5)
;; => !wrong-arity
(guard (condition ((assq 'a condition) => cdr) ((assq 'b condition))) (raise (list (cons 'a 42))))
;; => 42
(guard (condition ((assq 'a condition) => cdr) ((assq 'b condition))) (raise (list (cons 'b 23))))
;; => (b . 23)
(guard (e (#f 1)) 'no-error)
;; => no-error
`(list ,(+ 1 2) 4)
;; => (list 3 4)
(let ((name 'a)) `(list ,name ',name))
;; => (list a 'a)
`(a ,(+ 1 2) ,@(map abs '(4 -5 6)) b)
;; => (a 3 4 5 6 b)
`((foo ,(- 10 3)) ,@(cdr '(c)) . ,(car '(cons)))
;; => ((foo 7) . cons)
`#(10 5 ,(sqrt-like 4) ,@(map sqrt-like '(16 9)) 8)
;; => !unbound-variable
`#(10 5 ,(square 2) ,@(map square '(4 3)) 8)
;; => #(10 5 4 16 9 8)
(let ((foo '(foo bar)) (@baz 'baz)) `(list ,@foo , @baz))
;; => (list foo bar baz)
`(a `(b ,(c ,(+ 1 2))))
;; => (a `(b ,(c 3)))
`(a `(b ,(foo ,(+ 1 3) d) e) f)
;; => (a `(b ,(foo 4 d) e) f)
(let ((name1 'x) (name2 'y)) `(a `(b ,,name1 ,',name2 d) e))
;; => (a `(b ,x ,'y d) e)
(quasiquote (list (unquote (+ 1 2)) 4))
;; => (list 3 4)
`(1 . ,(+ 1 1))
;; => (1 . 2)
`(1 ,@'() . 2)
;; => (1 . 2)
`,@(list 1 2)
;; => !bad-syntax
(define range (case-lambda ((e) (range 0 e)) ((b e) (do ((r '() (cons e r)) (e (- e 1) (- e 1))) ((< e b) r)))))
(list (range 3) (range 3 5))
;; => ((0 1 2) (3 4))
(range)
;; => !wrong-arity
((case-lambda ((a) 'one) ((a . rest) rest) (all 'none)))
;; => none
(procedure? (case-lambda))
;; => #t
((case-lambda))
;; => !wrong-arity
