; Ackermann's function: recursion that is deep and goes up and down all the time.
; measured: (run 3 3 9) => 4093
; tiny: (run 1 2 4) => 11
(import (scheme base))

(define (ack m n)
  (cond ((= m 0) (+ n 1))
        ((= n 0) (ack (- m 1) 1))
        (else (ack (- m 1) (ack m (- n 1))))))

(define (run count m n)
  (do ((left count (- left 1))
       (answer #f (ack m n)))
      ((= left 0) answer)))
