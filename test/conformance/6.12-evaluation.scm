; R7RS 6.12 and 6.14: environments, eval, features.
(import (scheme base) (scheme eval))
(eval '(* 7 3) (environment '(scheme base)))
;; => 21
(let ((f (eval '(lambda (f x) (f x x)) (environment '(scheme base))))) (f + 10))
;; => 20
(eval '(define y 5) (environment '(scheme base)))
;; => #<unspecified>
(let ((e (environment '(scheme base)))) (eval '(define y 5) e) (eval '(* y 2) e))
;; => 10
(eval 'car (environment '(only (scheme base) cdr)))
;; => !unbound-variable
(eval '(first-of '(1)) (environment '(rename (scheme base) (car first-of))))
;; => 1
(eval '(if) (environment '(scheme base)))
;; => !bad-syntax
(guard (e (#t 'caught)) (eval '(if) (environment '(scheme base))))
;; => caught
(eval '(let-syntax ((m (syntax-rules () ((_ x) (list x x))))) (m 1)) (environment '(scheme base)))
;; => (1 1)
(eval (list '+ 1 2) (environment '(scheme base)))
;; => 3
(eval '#0=(list #0#) (environment '(scheme base)))
;; => !nesting-too-deep
(eval '#0=(begin #0#) (environment '(scheme base)))
;; => !limit-exceeded
(let ((v (vector 1 2))) (eval (list 'quote v) (environment '(scheme base))) (vector-set! v 0 'mine) v)
;; => #(mine 2)
(eval '#0=(+ 1 . #0#) (environment '(scheme base)))
;; => !bad-syntax
(eval '(quote #0=(a . #0#)) (environment '(scheme base)))
;; => #0=(a . #0#)
(environment '(no such library))
;; => !unknown-library
(and (memq 'r7rs (features)) #t)
;; => #t
(and (memq 'ouro (features)) #t)
;; => #t
(define (nest n) (if (= n 0) ''x (list 'quote (nest (- n 1)))))
(eval (list 'quote (nest 10)) (environment '(scheme base)))
;; => '''''''''''x
(define (deep-data n) (let loop ((n n) (d '())) (if (= n 0) d (loop (- n 1) (list d)))))
(pair? (eval (list 'quote (deep-data 100000)) (environment '(scheme base))))
;; => #t
(eval (deep-data 100000) (environment '(scheme base)))
;; => !nesting-too-deep
; What is evaluated sees what the environment was made of, and no more.
(let ((e (environment '(only (scheme base) quote)))) (eval '(import (scheme base)) e))
;; => !import-error
(eval '(begin (import (scheme write)) (display 1)) (environment '(scheme base)))
;; => !unbound-variable
(eval '(define-library (mine) (export) (import (scheme base))) (environment '(scheme base)))
;; => !import-error
(eval '(cdr '(1 2)) (environment '(rename (scheme base) (car cdr))))
;; => !import-error
(eval '(cdr '(1 2)) (environment '(rename (scheme base) (car cdr) (cdr car))))
;; => 1
(eval (cons 'list (make-list 20001 1)) (environment '(scheme base)))
;; => !out-of-range
(length (eval (cons 'list (make-list 20000 1)) (environment '(scheme base))))
;; => 20000
(let loop ((n 0) (names '()))
  (if (< n 20001)
      (loop (+ n 1) (cons (string->symbol (string-append "p" (number->string n))) names))
      (eval `(lambda ,names 1) (environment '(scheme base)))))
;; => !bad-syntax
