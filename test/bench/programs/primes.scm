; The primes below a bound by sifting lists: filters over lists that shrink.
; measured: (run 5 6000) => 2174734
; tiny: (run 1 30) => 129
(import (scheme base))

(define (numbers from below)
  (if (< from below)
      (cons from (numbers (+ from 1) below))
      '()))

(define (without-multiples n list)
  (cond ((null? list) '())
        ((= (remainder (car list) n) 0) (without-multiples n (cdr list)))
        (else (cons (car list) (without-multiples n (cdr list))))))

(define (sieve list)
  (if (null? list)
      '()
      (cons (car list)
            (sieve (without-multiples (car list) (cdr list))))))

(define (run count below)
  (do ((left count (- left 1))
       (answer #f (apply + (sieve (numbers 2 below)))))
      ((= left 0) answer)))
