; R7RS 5: definitions, record types, libraries.
(import (scheme base) (scheme write))
(define add3 (lambda (x) (+ x 3)))
(add3 3)
;; => 6
(define first car)
(first '(1 2))
;; => 1
(define (rest-args a . more) (list a more))
(rest-args 1 2 3)
;; => (1 (2 3))
(define)
;; => !bad-syntax
(define 5 1)
;; => !bad-syntax
(define x 1 2 3)
;; => !bad-syntax
(let ((x 5)) (define foo (lambda (y) (bar x y))) (define bar (lambda (a b) (+ (* a b) a))) (foo (+ x 3)))
;; => 45
(let () (define x 1) (define x 2) x)
;; => !bad-syntax
(let () (define x 1))
;; => !bad-syntax
(let () (define a 1) (set! a (+ a 1)) (define b (* a 10)) (list a b))
;; => (2 20)
(let () (begin (define a 1) (define b 2)) (+ a b))
;; => 3
(let () (define a b) (define b 1) a)
;; => !uninitialised
(define-values (x y) (exact-integer-sqrt 17))
(list x y)
;; => (4 1)
(let () (define-values (x y) (values 1 2)) (+ x y))
;; => 3
(define-values (head . tail) (values 1 2 3))
(list head tail)
;; => (1 (2 3))
(define-values all (values 1 2))
all
;; => (1 2)
(define-values (p q) (values 1 2 3))
;; => !wrong-arity
(define-record-type <pare> (kons x y) pare? (x kar set-kar!) (y kdr))
(list (pare? (kons 1 2)) (pare? (cons 1 2)) (kar (kons 1 2)) (kdr (kons 1 2)))
;; => (#t #f 1 2)
(let ((k (kons 1 2))) (set-kar! k 3) (kar k))
;; => 3
(kar (cons 1 2))
;; => !wrong-type
(define-record-type other (make-other y) other? (x other-x set-other-x!) (y other-y))
(list (other-y (make-other 5)) (other? (kons 1 2)) (vector? (make-other 1)))
;; => (5 #f #f)
(other-x (kons 1 2))
;; => !wrong-type
(define-record-type bad (make-bad z) bad? (x bad-x))
;; => !bad-syntax
(let () (define-record-type local (make-local a) local? (a local-a)) (local-a (make-local 7)))
;; => 7
(define (make-type) (define-record-type inner (make) inner?) (cons make inner?))
(let ((a (make-type)) (b (make-type))) (list ((cdr a) ((car a))) ((cdr a) ((car b)))))
;; => (#t #f)
(define-library (test stack)
  (export make push! pop! (rename top-of top) counted)
  (import (scheme base))
  (begin
    (define count 0)
    (define (make) (list '()))
    (define (push! s v) (set! count (+ count 1)) (set-car! s (cons v (car s))))
    (define (pop! s) (let ((v (caar s))) (set-car! s (cdar s)) v))
    (define (top-of s) (caar s))
    (define-syntax counted (syntax-rules () ((_) count)))))
(import (prefix (test stack) stack-))
(define s (stack-make))
(stack-push! s 1)
(stack-push! s 2)
(list (stack-top s) (stack-pop! s) (stack-top s) (stack-counted))
;; => (2 2 1 2)
(import (only (rename (test stack) (make construct)) construct))
(construct)
;; => (())
(import (except (test stack) make pop!))
(let ((s (construct))) (push! s 9) (top s))
;; => 9
(import (only (test stack) missing))
;; => !import-error
(import (rename (test stack) (missing other)))
;; => !import-error
(import (no such library))
;; => !unknown-library
(define-library (test hidden) (export visible) (import (scheme base)) (begin (define (visible) (hidden)) (define (hidden) 'secret)))
(import (test hidden))
(visible)
;; => secret
hidden
;; => !unbound-variable
(set! visible 1)
;; => !immutable
(define visible 2)
visible
;; => 2
(define-library (test empty) (export f) (import (only (scheme base) define)) (begin (define (f) (car '(1)))))
(import (test empty))
;; => !unbound-variable
(define-library (test unbound) (export f) (import (scheme base)) (begin (define (f) (undefined-thing 1))))
(import (test unbound))
;; => !unbound-variable
(define-library (test no-such-export) (export g) (import (scheme base)) (begin (define (f) 1)))
(import (test no-such-export))
;; => !unbound-variable
(define-library (test redefines) (export car) (import (scheme base)) (begin (define (car x) 1)))
(import (test redefines))
;; => !bad-syntax
(define-library (test own-car) (export car) (import (except (scheme base) car)) (begin (define (car x) 'mine)))
(import (prefix (test own-car) own-))
(list (own-car '(1)) (car '(1)))
;; => (mine 1)
(define-library (test one) (export a) (import (scheme base) (test two)) (begin (define a 1)))
(define-library (test two) (export b) (import (scheme base) (test one)) (begin (define b 1)))
(import (test one))
;; => !import-error
(define-library (test conditional) (export where) (import (scheme base))
  (cond-expand ((and ouro (library (scheme base)) (not no-such-feature)) (begin (define where 'here)))
               (else (begin (define where 'elsewhere)))))
(import (test conditional))
where
;; => here
(cond-expand (no-such-feature 1) ((library (no such library)) 2) ((or no-such-feature r7rs) 3) (else 4))
;; => 3
(define-library (test macro) (export my-if) (import (scheme base)) (begin (define-syntax my-if (syntax-rules () ((_ c a b) (cond (c a) (else (pick b)))))) (define (pick x) (list x))))
(import (test macro))
(let ((else #f) (pick 5)) (my-if #f 1 2))
;; => (2)
(define-library (test bad declaration) (export) (frobnicate))
(import (test bad declaration))
;; => !bad-syntax
