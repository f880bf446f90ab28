; Takeuchi's function in continuation-passing style: closures and tail calls of unknown procedures.
; measured: (run 20 18 12 6) => 7
; tiny: (run 1 8 4 2) => 3
(import (scheme base))

(define (tak x y z)
  (define (step x y z continue)
    (if (< y x)
        (step (- x 1) y z
              (lambda (a)
                (step (- y 1) z x
                      (lambda (b)
                        (step (- z 1) x y
                              (lambda (c)
                                (step a b c continue)))))))
        (continue z)))
  (step x y z (lambda (answer) answer)))

(define (run count x y z)
  (do ((left count (- left 1))
       (answer #f (tak x y z)))
      ((= left 0) answer)))
