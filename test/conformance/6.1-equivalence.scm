; R7RS 6.1: equivalence predicates.
(import (scheme base))
(eqv? 'a 'a)
;; => #t
(eqv? 'a 'b)
;; => #f
(eqv? 2 2)
;; => #t
(eqv? 2 2.0)
;; => #f
(eqv? '() '())
;; => #t
(eqv? 100000000000000000000 100000000000000000000)
;; => #t
(eqv? 0.0 +nan.0)
;; => #f
(eqv? 0.0 -0.0)
;; => #f
(eqv? 1/2 2/4)
;; => #t
(eqv? (cons 1 2) (cons 1 2))
;; => #f
(eqv? (lambda () 1) (lambda () 2))
;; => #f
(let ((p (lambda (x) x))) (eqv? p p))
;; => #t
(eqv? #f 'nil)
;; => #f
(eqv? 1.5 1.5)
;; => #t
(eq? 'a 'a)
;; => #t
(eq? (list 'a) (list 'a))
;; => #f
(eq? car car)
;; => #t
(let ((x '#())) (eq? x x))
;; => #t
(equal? 'a 'a)
;; => #t
(equal? '(a (b) c) '(a (b) c))
;; => #t
(equal? "abc" "abc")
;; => #t
(equal? 2 2)
;; => #t
(equal? 2 2.0)
;; => #f
(equal? (make-vector 5 'a) (make-vector 5 'a))
;; => #t
(equal? #u8(1 2) (bytevector 1 2))
;; => #t
(equal? '#0=(a b . #0#) '#1=(a b a b . #1#))
;; => #t
(equal? '#(1 (2)) '#(1 (3)))
;; => #f
