; Fibonacci numbers by double recursion over inexact numbers: calls that pass and return floats.
; measured: (run 1 28.0) => 317811.0
; tiny: (run 1 12.0) => 144.0
(import (scheme base))

(define (fib n)
  (if (< n 2.0)
      n
      (+ (fib (- n 1.0)) (fib (- n 2.0)))))

(define (run count n)
  (let again ((left count) (answer 0.0))
    (if (= left 0)
        answer
        (again (- left 1) (fib n)))))
