; Fibonacci numbers by double recursion: calls and small integers.
; measured: (run 5 30) => 832040
; tiny: (run 1 12) => 144
(import (scheme base))

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(define (run count n)
  (let again ((left count) (answer 0))
    (if (= left 0)
        answer
        (again (- left 1) (fib n)))))
