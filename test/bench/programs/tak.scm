; Takeuchi's function: a call whose three operands are calls.
; measured: (run 300 18 12 6) => 7
; tiny: (run 1 8 4 2) => 3
(import (scheme base))

(define (tak x y z)
  (if (< y x)
      (tak (tak (- x 1) y z)
           (tak (- y 1) z x)
           (tak (- z 1) x y))
      z))

(define (run count x y z)
  (do ((left count (- left 1))
       (answer #f (tak x y z)))
      ((= left 0) answer)))
