; Halving numbers in unary by recursion, not in tail position.
; measured: (run 25000 200) => 100
; tiny: (run 3 20) => 10
(import (scheme base))

(define (halve long)
  (if (null? long)
      '()
      (cons (car long) (halve (cdr (cdr long))))))

(define (run count n)
  (let ((long (make-list n #t)))
    (do ((left count (- left 1))
         (answer '() (halve long)))
        ((= left 0) (length answer)))))
