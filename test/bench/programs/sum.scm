; The sum of small integers by a counting loop.
; measured: (run 6000 10000) => 50005000
; tiny: (run 2 100) => 5050
(import (scheme base))

(define (sum-to n)
  (let loop ((i n) (total 0))
    (if (< i 0)
        total
        (loop (- i 1) (+ i total)))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f (sum-to n)))
      ((= left 0) answer)))
