; Takeuchi's function where every result comes back through a captured continuation.
; measured: (run 1 10 5 0) => 5
; tiny: (run 1 6 3 0) => 3
(import (scheme base))

(define (tak x y z)
  (call-with-current-continuation
   (lambda (return) (tak-into return x y z))))

(define (tak-into return x y z)
  (if (< y x)
      (call-with-current-continuation
       (lambda (outer)
         (tak-into outer
                   (call-with-current-continuation (lambda (inner) (tak-into inner (- x 1) y z)))
                   (call-with-current-continuation (lambda (inner) (tak-into inner (- y 1) z x)))
                   (call-with-current-continuation (lambda (inner) (tak-into inner (- z 1) x y))))))
      (return z)))

(define (run count x y z)
  (do ((left count (- left 1))
       (answer #f (tak x y z)))
      ((= left 0) answer)))
