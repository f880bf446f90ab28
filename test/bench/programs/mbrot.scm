; Points of the Mandelbrot set counted on a grid: float arithmetic in nested loops.
; measured: (run 2 75) => 2222
; tiny: (run 1 6) => 14
(import (scheme base))

(define limit 64)

;; How many turns of z² + c it takes to leave the circle of radius 4, at most `limit`.
(define (turns cr ci)
  (let loop ((zr cr) (zi ci) (turn 0))
    (if (= turn limit)
        turn
        (let ((zr2 (* zr zr)) (zi2 (* zi zi)))
          (if (> (+ zr2 zi2) 16.0)
              turn
              (loop (+ (- zr2 zi2) cr)
                    (+ (* 2.0 zr zi) ci)
                    (+ turn 1)))))))

(define (inside size)
  (let ((step (/ 2.0 (inexact size))))
    (do ((y 0 (+ y 1))
         (found 0
                (do ((x 0 (+ x 1))
                     (found found
                            (if (= limit (turns (+ -1.5 (* step (inexact x)))
                                                (+ -1.0 (* step (inexact y)))))
                                (+ found 1)
                                found)))
                    ((= x size) found))))
        ((= y size) found))))

(define (run count size)
  (do ((left count (- left 1))
       (answer #f (inside size)))
      ((= left 0) answer)))
