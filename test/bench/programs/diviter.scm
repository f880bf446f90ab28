; Halving numbers in unary by a loop that takes two pairs at a time.
; measured: (run 25000 200) => 100
; tiny: (run 3 20) => 10
(import (scheme base))

(define (halve long)
  (do ((rest long (cdr (cdr rest)))
       (half '() (cons (car rest) half)))
      ((null? rest) half)))

(define (run count n)
  (let ((long (make-list n #t)))
    (do ((left count (- left 1))
         (answer '() (halve long)))
        ((= left 0) (length answer)))))
