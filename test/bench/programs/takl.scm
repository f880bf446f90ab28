; Takeuchi's function with numbers written in unary, as the lengths of lists.
; measured: (run 80 18 12 6) => 7
; tiny: (run 1 6 4 2) => 3
(import (scheme base))

(define (count-down n)
  (if (= n 0)
      '()
      (cons n (count-down (- n 1)))))

(define (shorter? a b)
  (and (pair? b)
       (or (null? a)
           (shorter? (cdr a) (cdr b)))))

(define (mas x y z)
  (if (shorter? y x)
      (mas (mas (cdr x) y z)
           (mas (cdr y) z x)
           (mas (cdr z) x y))
      z))

(define (run count x y z)
  (let ((x (count-down x)) (y (count-down y)) (z (count-down z)))
    (do ((left count (- left 1))
         (answer '() (mas x y z)))
        ((= left 0) (length answer)))))
