; R7RS 6.2.6: roots, powers, logarithms and trigonometry of real numbers.
(import (scheme base) (scheme inexact) (scheme complex))
(define (near? a b) (< (magnitude (- a b)) (* 1e-14 (+ 1 (magnitude b)))))
(define pi 3.141592653589793)
(list (exp 0) (exp 0.0) (exp -inf.0) (exp +inf.0))
;; => (1.0 1.0 0.0 +inf.0)
(list (near? (exp 1) 2.718281828459045) (near? (exp 3) 20.085536923187668) (near? (exp -1/2) .6065306597126334))
;; => (#t #t #t)
(list (log 1) (log +inf.0) (log 0.0))
;; => (0.0 +inf.0 -inf.0)
(list (near? (log (exp 1)) 1) (near? (log (exp 42)) 42) (near? (log 10) 2.302585092994046) (near? (log 1/10) -2.302585092994046))
;; => (#t #t #t #t)
(list (log 8 2) (log 100 10) (log 4096 2) (log 1/8 2) (log 1000 10))
;; => (3.0 2.0 12.0 -3.0 3.0)
(list (near? (log 27 3) 3) (near? (log 2 1/2) -1) (near? (log 9 81) 1/2))
;; => (#t #t #t)
(list (near? (log (expt 10 1000)) 2302.585092994046) (near? (log (expt 10 1000) 10) 1000) (near? (log (/ 1 (expt 10 1000))) -2302.585092994046))
;; => (#t #t #t)
(near? (* (expt 10 20) (log (+ 1 (/ 1 (expt 10 20))))) 1)
;; => #t
(log 'a)
;; => !wrong-type
(exp "1")
;; => !wrong-type
(list (sin 0) (cos 0) (tan 0) (asin 0) (acos 1) (atan 0.0))
;; => (0.0 1.0 0.0 0.0 0.0 0.0)
(list (sin -0.0) (tan -0.0) (asin -0.0) (atan -0.0))
;; => (-0.0 -0.0 -0.0 -0.0)
(list (near? (sin (/ pi 6)) 1/2) (near? (cos (/ pi 3)) 1/2) (near? (tan (/ pi 4)) 1) (near? (sin 1) .8414709848078965) (near? (tan 1) 1.5574077246549023))
;; => (#t #t #t #t #t)
(list (near? (asin 1) (/ pi 2)) (near? (asin -1) (- (/ pi 2))) (near? (acos -1) pi) (near? (acos 0) (/ pi 2)) (near? (asin 1/2) (/ pi 6)) (near? (acos 1/2) (/ pi 3)))
;; => (#t #t #t #t #t #t)
(list (nan? (sin +inf.0)) (nan? (cos -inf.0)) (nan? (tan +nan.0)))
;; => (#t #t #t)
(list (near? (atan 1) (/ pi 4)) (near? (atan +inf.0) (/ pi 2)) (near? (atan -inf.0) (- (/ pi 2))) (near? (atan -1/2) -.4636476090008061))
;; => (#t #t #t #t)
; The table of (atan y x): the signs of both, and of zeros.
(list (atan 0.0 1.0) (atan -0.0 1.0) (atan 0 1))
;; => (0.0 -0.0 0)
(map (lambda (y x r) (near? (atan y x) r)) '(1.0 1.0 1.0 0.0 -0.0 -1.0 -1.0 -1.0) '(1.0 0.0 -1.0 -1.0 -1.0 -1.0 0.0 1.0) (list (/ pi 4) (/ pi 2) (* 3/4 pi) pi (- pi) (* -3/4 pi) (/ pi -2) (/ pi -4)))
;; => (#t #t #t #t #t #t #t #t)
(map (lambda (y x r) (near? (atan y x) r)) '(1 1 1 0 -1 -1 -1) '(1 0 -1 -1 -1 0 1) (list (/ pi 4) (/ pi 2) (* 3/4 pi) pi (* -3/4 pi) (/ pi -2) (/ pi -4)))
;; => (#t #t #t #t #t #t #t)
(list (atan 0.0 0.0) (atan -0.0 0.0) (near? (atan 0.0 -0.0) pi) (near? (atan -0.0 -0.0) (- pi)) (near? (atan 0.0 0) 0))
;; => (0.0 -0.0 #t #t #t)
(list (near? (atan +inf.0 +inf.0) (/ pi 4)) (near? (atan 1 +inf.0) 0) (near? (atan 1/2 1/2) (/ pi 4)))
;; => (#t #t #t)
(list (near? (atan (expt 10 400) (expt 10 400)) (/ pi 4)) (near? (atan (- (expt 10 400)) 1) (/ pi -2)) (near? (atan (expt 10 400) (* -2 (expt 10 400))) 2.677945044588987))
;; => (#t #t #t)
(atan 0 0)
;; => !division-by-zero
(atan +i 1)
;; => !wrong-type
(atan 1 2+i)
;; => !wrong-type
; Square roots are exact where they can be.
(list (sqrt 0) (sqrt 9) (sqrt 16) (sqrt 1/4) (sqrt 16/9) (sqrt (expt 10 40)))
;; => (0 3 4 1/2 4/3 100000000000000000000)
(list (sqrt 2.25) (sqrt 16.0) (sqrt 0.0) (sqrt -0.0) (sqrt +inf.0))
;; => (1.5 4.0 0.0 -0.0 +inf.0)
(list (inexact (sqrt 9)) (near? (sqrt 2) 1.4142135623730951) (near? (sqrt 1/2) .7071067811865476))
;; => (3.0 #t #t)
(list (sqrt (+ 1 (expt 10 600))) (sqrt (/ 1 (+ 1 (expt 10 600)))))
;; => (1e300 1e-300)
(exact? (sqrt 15))
;; => #f
(sqrt 'a)
;; => !wrong-type
(list (expt 2 10) (expt 2 0) (expt 0 0) (expt 0 3) (expt -2 3) (expt 3 3) (expt 10 20))
;; => (1024 1 1 0 -8 27 100000000000000000000)
(list (expt 2 -2) (expt 1/2 2) (expt 2/3 -3) (expt -2/3 3) (expt -1 -3) (expt 1/2 -1))
;; => (1/4 1/4 27/8 -8/27 -1 2)
(list (expt 2.0 3) (expt 2 3.0) (expt 4 0.5) (expt 2.0 -1) (expt 0.25 -2))
;; => (8.0 8.0 2.0 0.5 16.0)
(list (expt 4 1/2) (expt 8 1/3) (expt 27/8 2/3) (expt 16 -1/4) (expt 9/4 3/2))
;; => (2 2 9/4 1/2 27/8)
(list (near? (expt 2 1/2) 1.4142135623730951) (near? (expt 2.0 1/3) 1.2599210498948732) (near? (expt 10 -2.5) 0.0031622776601683794))
;; => (#t #t #t)
; "The value of 0^z is 1 if (zero? z), 0 if (real-part z) is positive, and an error otherwise. Similarly for 0.0^z, with inexact results."
(list (expt 0 0) (expt 0.0 0) (expt 0.0 0.0) (zero? (expt 0 1/2)) (expt 0.0 2) (expt 0.0 1/2) (zero? (expt 0 1+i)) (= 1 (expt 0 0.0)))
;; => (1 1.0 1.0 #t 0.0 0.0 #t #t)
(expt 0 -1)
;; => !division-by-zero
(expt 0 -1+i)
;; => !division-by-zero
(expt 0 +i)
;; => !division-by-zero
(list (expt 1 (expt 10 50)) (expt -1 (expt 10 50)) (expt -1 (+ 1 (expt 10 50))) (expt 0 (expt 10 50)))
;; => (1 1 -1 0)
(list (expt 2.0 (expt 10 50)) (expt 0.5 (expt 10 50)) (expt 1.0 +inf.0))
;; => (+inf.0 0.0 1.0)
(list (expt 2 0.0) (expt 1/2 0) (expt 2.5 0))
;; => (1.0 1 1.0)
(expt 7 (expt 10 12))
;; => !not-representable
(expt 7/3 (- (expt 10 12)))
;; => !not-representable
(expt 1+i (expt 10 12))
;; => !not-representable
(* (expt 2 5000000) (expt 2 5000000))
;; => !not-representable
(string-length (number->string (expt 7 100000)))
;; => 84510
(modulo (expt 7 100000) 1000007)
;; => 828546
(exact-integer? (expt 2 100))
;; => #t
(expt 'a 2)
;; => !wrong-type
(expt 2 'a)
;; => !wrong-type
