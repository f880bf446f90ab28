; SRFI 26: cut and cute.
(import (scheme base) (srfi 26))
((cut cons (+ 1 2) <>) 5)
;; => (3 . 5)
(list ((cut list)) ((cut list <>) 1) ((cut list <> 2 <>) 1 3) ((cut list <...>)) ((cut list <...>) 1 2) ((cut list 1 <...>) 2) ((cut list <> <...>) 1 2 3) ((cut list 1 <> 3 <> <...>) 2 4 5))
;; => (() (1) (1 2 3) () (1 2) (1 2) (1 2 3) (1 2 3 4 5))
(list ((cut <> 1 2) +) ((cut <> 'a <>) cons 'b) ((cut <> <...>) max 3 9 2))
;; => (3 (a . b) 9)
(map (cut * 2 <>) '(1 2 3))
;; => (2 4 6)
((cut list <> 2) 1 2)
;; => !wrong-arity
((cut list 1))
;; => (1)
(let ((n 0)) (define (tick) (set! n (+ n 1)) n) (let ((f (cut list (tick) <>)) (g (cute list (tick) <>))) (list (f 'a) (f 'b) (g 'a) (g 'b))))
;; => ((2 a) (3 b) (1 a) (1 b))
(list ((cute list)) ((cute list <>) 1) ((cute list (+ 1 1) <> <...>) 1 2) ((cute <> 1) -) ((cute list 1 <> (* 2 2) <>) 0 5))
;; => (() (1) (2 1 2) -1 (1 0 4 5))
(let ((x 10) (open 'mine) (value 'yours)) (list ((cut list x open <>) 1) ((cute list x value <>) 1)))
;; => ((10 mine 1) (10 yours 1))
(let ((list vector)) ((cut list <> 2) 1))
;; => #(1 2)
; A cut inside a cut has open operands of its own.
((cut (cut list <> <>) 1 <>) 2)
;; => (1 2)
(((cut lambda (x) <>) 'constant) 1)
;; => !bad-syntax
(map (cut + <> <>) '(1 2) '(10 20))
;; => (11 22)
; The operator is an expression, never the name of a syntax.
((cut if <> 'yes 'no) #t)
;; => !bad-syntax
