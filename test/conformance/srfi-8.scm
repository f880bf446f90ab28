; SRFI 8: receive; SRFI 2: and-let*; SRFI 26: cut and cute.
(import (scheme base) (srfi 8) (srfi 2) (srfi 26))
(receive (a b) (values 1 2) (+ a b))
;; => 3
(receive all (values 1 2 3) all)
;; => (1 2 3)
(receive (first . rest) (values 1 2 3) (list first rest))
;; => (1 (2 3))
(receive () (values) 'none)
;; => none
(receive (a) 5 (define b 1) (+ a b))
;; => 6
(receive (a b) (values 1) a)
;; => !wrong-arity
(let ((x 'outer)) (receive (x) (values 'inner) x))
;; => inner
(list (and-let* () 1) (and-let* ()) (and-let* ((x 5)) x) (and-let* ((x #f)) 'no) (and-let* ((x 5))))
;; => (1 #t 5 #f 5)
(list (and-let* ((x 1) (y (+ x 1)) ((< x y)) (z (* y 10))) (list x y z)) (and-let* ((x 1) ((> x 5)) (y (car 'never))) y) (and-let* (((+ 1 1)))) (and-let* ((#f)) 1))
;; => ((1 2 20) #f 2 #f)
(let ((known 7) (missing #f)) (list (and-let* (known) 'yes) (and-let* (missing) 'no) (and-let* (known (x (+ known 1))) x) (and-let* (known))))
;; => (yes #f 8 7)
(and-let* ((x 1) (x (+ x 1))) x)
;; => 2
