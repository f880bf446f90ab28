; Pseudo-random numbers from a seed: the same seed gives the same search on every machine.
(define-library (genome evolution random)
  (export seed->state next-state state-fraction make-source draw! draw-index! draw-item! chance!)
  (import (ouro base))
  (begin

    ;; Two multiplicative generators combined (L'Ecuyer 1988): period 2.3·10¹⁸, all products within fixnums.
    (define first-modulus 2147483563)
    (define second-modulus 2147483399)

    (define (seed->state seed)
      "The state of a seed, any exact integer. A state is a pair of exact integers."
      (let ((state (cons (+ 1 (modulo (* 69621 (+ 1 (modulo seed 1000003))) (- first-modulus 1)))
                         (+ 1
                            (modulo (+ 123456789 (* 7919 (modulo seed 1299709)))
                                    (- second-modulus 1))))))
        ;; Neighbouring seeds start near each other; a few steps take them apart.
        (let warm ((steps 8) (state state))
          (if (zero? steps) state (warm (- steps 1) (next-state state))))))

    (define (next-state state)
      "The state after this one."
      (cons (modulo (* 40014 (car state)) first-modulus)
            (modulo (* 40692 (cdr state)) second-modulus)))

    (define (state-fraction state)
      "The number of a state, inexact, at least 0 and below 1."
      (/ (inexact (modulo (- (car state) (cdr state)) (- first-modulus 1)))
         (inexact (- first-modulus 1))))

    ;; A source threads the state through a search, so that what draws need not hand it on.

    (define (make-source seed)
      "A source of random numbers from a seed, for draw! and the others."
      (let ((state (seed->state seed)))
        (lambda ()
          (set! state (next-state state))
          (state-fraction state))))

    (define (draw! source)
      "A number from 0 to below 1."
      (source))

    (define (draw-index! source count)
      "An exact integer from 0 to count - 1."
      (min (- count 1) (exact (floor (* (source) count)))))

    (define (draw-item! source items)
      "An item of a list that is not empty."
      (list-ref items (draw-index! source (length items))))

    (define (chance! source probability)
      "True with this probability."
      (< (source) probability))))
