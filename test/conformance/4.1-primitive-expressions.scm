; R7RS 4.1: variable references, literals, calls, procedures, conditionals, assignments, inclusion.
(import (scheme base))
(define x 28)
x
;; => 28
never-defined-anywhere
;; => !unbound-variable
(quote a)
;; => a
(quote #(a b c))
;; => #(a b c)
(quote (+ 1 2))
;; => (+ 1 2)
'a
;; => a
'()
;; => ()
'(quote a)
;; => 'a
''a
;; => 'a
'145932
;; => 145932
"abc"
;; => "abc"
'"abc"
;; => "abc"
#\a
;; => #\a
#t
;; => #t
#true
;; => #t
#(a 10)
;; => #(a 10)
#u8(64 65)
;; => #u8(64 65)
()
;; => !bad-syntax
(+ 3 4)
;; => 7
((if #f + *) 3 4)
;; => 12
(5 5)
;; => !not-a-procedure
((lambda (x) (+ x x)) 4)
;; => 8
(define reverse-subtract (lambda (x y) (- y x)))
(reverse-subtract 7 10)
;; => 3
(define add4 (let ((x 4)) (lambda (y) (+ x y))))
(add4 6)
;; => 10
((lambda x x) 3 4 5 6)
;; => (3 4 5 6)
((lambda (x y . z) z) 3 4 5 6)
;; => (5 6)
((lambda (x) x))
;; => !wrong-arity
((lambda (x) x) 1 2)
;; => !wrong-arity
((lambda (x y . z) z) 1)
;; => !wrong-arity
(lambda (x x) x)
;; => !bad-syntax
(lambda (x))
;; => !bad-syntax
(lambda (1) x)
;; => !bad-syntax
(if (> 3 2) 'yes 'no)
;; => yes
(if (> 2 3) 'yes 'no)
;; => no
(if (> 3 2) (- 3 2) (+ 3 2))
;; => 1
(if '() 'true 'false)
;; => true
(if)
;; => !bad-syntax
(if 1 2 3 4)
;; => !bad-syntax
(if . 1)
;; => !bad-syntax
(define y 2)
(set! y 4)
(+ y 1)
;; => 5
(set! never-defined-anywhere 1)
;; => !unbound-variable
(set! car cdr)
;; => !immutable
(set! 5 1)
;; => !bad-syntax
(set! if 1)
;; => !bad-syntax
if
;; => !bad-syntax
(let ((x 1)) (set! x 2) x)
;; => 2
(let ((if list)) (if 1 2 3))
;; => (1 2 3)
(let ((define list)) (define 1 2))
;; => (1 2)
(include "nowhere.scm")
;; => !bad-syntax
