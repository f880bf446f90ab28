; How many ways n queens stand on a board of n by n without threatening each other: short lists, built and searched.
; measured: (run 100 8) => 92
; tiny: (run 1 5) => 10
(import (scheme base))

(define (safe? column distance placed)
  (or (null? placed)
      (let ((other (car placed)))
        (and (not (= other column))
             (not (= other (+ column distance)))
             (not (= other (- column distance)))
             (safe? column (+ distance 1) (cdr placed))))))

(define (queens size)
  (let place ((untried (columns size)) (rejected '()) (placed '()))
    (if (null? untried)
        (if (null? rejected) 1 0)
        (let ((column (car untried)) (others (cdr untried)))
          (+ (if (safe? column 1 placed)
                 (place (join rejected others) '() (cons column placed))
                 0)
             (place others (cons column rejected) placed))))))

(define (columns n)
  (let from ((n n) (made '()))
    (if (= n 0) made (from (- n 1) (cons n made)))))

(define (join a b)
  (if (null? a) b (join (cdr a) (cons (car a) b))))

(define (run count size)
  (do ((left count (- left 1))
       (answer #f (queens size)))
      ((= left 0) answer)))
