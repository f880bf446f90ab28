; The sum of inexact numbers by a counting loop: floats that live in the variables of a loop.
; measured: (run 150 10000.0) => 50005000.0
; tiny: (run 2 100.0) => 5050.0
(import (scheme base))

(define (sum-to n)
  (let loop ((i n) (total 0.0))
    (if (< i 0.0)
        total
        (loop (- i 1.0) (+ i total)))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f (sum-to n)))
      ((= left 0) answer)))
