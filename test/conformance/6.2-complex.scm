; R7RS 6.2.6: complex numbers, by rectangular and by polar parts, exact and inexact.
(import (scheme base) (scheme inexact) (scheme complex))
(define (near? a b) (< (magnitude (- a b)) (* 1e-14 (+ 1 (magnitude b)))))
(define pi 3.141592653589793)
(make-rectangular 1 2)
;; => 1+2i
(make-rectangular 1/2 -3/4)
;; => 1/2-3/4i
(make-rectangular 1.5 2)
;; => 1.5+2.0i
(make-rectangular 1 0)
;; => 1
(make-rectangular 1.5 0)
;; => 1.5
(make-rectangular 1 0.0)
;; => 1.0+0.0i
(make-rectangular 0 1)
;; => +i
(make-rectangular 0 -1)
;; => -i
(make-rectangular -0.0 -0.0)
;; => -0.0-0.0i
(make-rectangular +nan.0 -inf.0)
;; => +nan.0-inf.0i
(make-rectangular 1+i 2)
;; => !wrong-type
(make-rectangular 1 'a)
;; => !wrong-type
(list (make-polar 2 0) (make-polar 0 2) (make-polar 1/2 0))
;; => (2 0 1/2)
(near? (make-polar 1 1) .54030230586814+.841470984807897i)
;; => #t
(list (near? (make-polar 2 pi) -2) (near? (make-polar 2 (/ pi 2)) +2i) (near? (make-polar 3 -1/2) 2.6327476856711183-1.4382766158126092i))
;; => (#t #t #t)
(make-polar 1 +i)
;; => !wrong-type
(make-polar 'a 1)
;; => !wrong-type
(map real-part (list 1+2i 1.5-2.5i 3 1/2 2.5 +i))
;; => (1 1.5 3 1/2 2.5 0)
(map imag-part (list 1+2i 1.5-2.5i 3 1/2 2.5 +i))
;; => (2 -2.5 0 0 0 1)
(list (magnitude 3+4i) (magnitude -5) (magnitude 3.0+4.0i) (magnitude -1/2) (magnitude -2.5) (magnitude 5/13-12/13i))
;; => (5 5 5.0 1/2 2.5 1)
(near? (magnitude 1+2i) 2.23606797749979)
;; => #t
(list (magnitude 1e200+1e200i) (magnitude +inf.0+1.0i) (magnitude 1.0-inf.0i))
;; => (1.414213562373095e200 +inf.0 +inf.0)
(list (angle 1) (angle 0) (angle 2.5) (near? (angle -1) pi) (near? (angle -1.0) pi) (near? (angle +i) (/ pi 2)) (near? (angle 1+2i) 1.1071487177940904))
;; => (0 0 0.0 #t #t #t #t)
(list (near? (angle -1.0+0.0i) pi) (near? (angle -1.0-0.0i) (- pi)) (near? (angle -i) (/ pi -2)))
;; => (#t #t #t)
(real-part 'a)
;; => !wrong-type
(imag-part "1")
;; => !wrong-type
(magnitude #f)
;; => !wrong-type
(angle '())
;; => !wrong-type
; Arithmetic is exact where the operands are.
(+ 1+2i 3-4i)
;; => 4-2i
(+ 1+2i 3-2i)
;; => 4
(+ 1+2i 3)
;; => 4+2i
(+ 1/2 1/2+i)
;; => 1+i
(+ 1.5 1+2i)
;; => 2.5+2.0i
(+ 1+2i 0.5+0.5i)
;; => 1.5+2.5i
(- 1+2i 1)
;; => +2i
(- 1+2i)
;; => -1-2i
(- 1 +i)
;; => 1-i
(- 1.5+2.0i 1.5)
;; => 0.0+2.0i
(- 1+2i 2i)
;; => !unbound-variable
(- 3+2i 3+2i)
;; => 0
(* +i +i)
;; => -1
(* 1+2i 3-4i)
;; => 11+2i
(* 2 1/2+3/4i)
;; => 1+3/2i
(* 1+i 1-i)
;; => 2
(* 0 1+2i)
;; => 0
(* 2.0 1+2i)
;; => 2.0+4.0i
(* 1.0+2.0i 3.0-4.0i)
;; => 11.0+2.0i
(* 2 +inf.0+1.0i)
;; => +inf.0+2.0i
(/ 1+2i 2)
;; => 1/2+i
(/ 1 1+i)
;; => 1/2-1/2i
(/ 1+2i 3-4i)
;; => -1/5+2/5i
(/ +i +i)
;; => 1
(/ 1+2i)
;; => 1/5-2/5i
(/ 2.0+4.0i 2)
;; => 1.0+2.0i
(/ 1.0 0.0+1.0i)
;; => 0.0-1.0i
(/ 1e300+1e300i 1e300+1e300i)
;; => 1.0+0.0i
(/ 1+i 0)
;; => !division-by-zero
(+ 1+i 'a)
;; => !wrong-type
(* 'a +i)
;; => !wrong-type
(= (* (+ (expt 10 30) +i) (- (expt 10 30) +i)) (+ (expt 10 60) 1))
;; => #t
(apply + '(1+i 2 1/2 0.5))
;; => 4.0+1.0i
(let loop ((i 0) (z 1)) (if (= i 8) z (loop (+ i 1) (* z 1+i))))
;; => 16
; Roots and powers.
(list (sqrt -1) (sqrt -4) (sqrt -1/4) (sqrt -2.25) (sqrt -1.0))
;; => (+i +2i +1/2i 0.0+1.5i 0.0+1.0i)
(inexact (sqrt -1))
;; => 0.0+1.0i
(near? (sqrt -2) +1.4142135623730951i)
;; => #t
(list (sqrt 3+4i) (sqrt -3+4i) (sqrt 3-4i) (sqrt +2i) (sqrt -2i) (sqrt 5/36+1/3i))
;; => (2+i 1+2i 2-i 1+i 1-i 1/2+1/3i)
(list (sqrt 3.0+4.0i) (sqrt -3.0+4.0i) (sqrt -3.0-4.0i))
;; => (2.0+1.0i 1.0+2.0i 1.0-2.0i)
(list (sqrt -4.0+0.0i) (sqrt -4.0-0.0i))
;; => (0.0+2.0i 0.0-2.0i)
(list (near? (sqrt +i) .7071067811865476+.7071067811865476i) (near? (square (sqrt 1+i)) 1+i) (near? (sqrt 1e308+1e308i) 1.0986841134678098e154+4.550898605622274e153i))
;; => (#t #t #t)
(sqrt 1.0+inf.0i)
;; => +inf.0+inf.0i
(list (expt +i 2) (expt +i 3) (expt +i 4) (expt 1+i 4) (expt 1+i -2) (expt 1+2i 0) (expt 1/2+i 2))
;; => (-1 -i 1 -4 -1/2i 1 -3/4+i)
(expt 1+i 100)
;; => -1125899906842624
(list (expt 1.0+1.0i 2) (expt 0.0+1.0i 2))
;; => (0.0+2.0i -1.0+0.0i)
(list (near? (expt -1 1/2) +i) (near? (expt -8 1/3) 1+1.7320508075688772i) (near? (expt -1 0.5) +i) (near? (expt -2.0 1.5) -2.8284271247461903i))
;; => (#t #t #t #t)
(list (expt -4 1/2) (expt -4 3/2))
;; => (+2i -8i)
(list (near? (expt +i +i) .20787957635076193) (near? (expt 2 1+i) 1.5384778027279442+1.2779225526272695i) (near? (expt 1+i 1/2) (sqrt 1+i)) (near? (expt 1+2i 3-i) (exp (* 3-i (log 1+2i)))))
;; => (#t #t #t #t)
; Logarithms: the imaginary part is above -pi and at most pi.
(list (near? (log -1) (* +i pi)) (near? (log -1.0) (* +i pi)) (near? (log +i) (* +i (/ pi 2))) (near? (log -i) (* -i (/ pi 2))))
;; => (#t #t #t #t)
(list (near? (log -1.0+0.0i) (* +i pi)) (near? (log -1.0-0.0i) (* -i pi)) (near? (log 3+4i) 1.6094379124341003+.9272952180016122i))
;; => (#t #t #t)
(list (near? (log -8 2) (+ 3 (/ (* +i pi) (log 2)))) (near? (log +i 10) (/ (log +i) (log 10))) (near? (log 2 +i) (/ (log 2) (log +i))))
;; => (#t #t #t)
(near? (log (make-rectangular (expt 10 400) 1)) 921.0340371976183)
;; => #t
(near? (real-part (log 1+1e-10i)) 5e-21)
;; => #t
(list (near? (exp (* +i pi)) -1) (near? (exp +i) .5403023058681398+.8414709848078965i) (near? (exp 1+i) 1.4686939399158851+2.2873552871788423i) (near? (exp (log 1+2i)) 1+2i))
;; => (#t #t #t #t)
(list (near? (sin +i) +1.1752011936438014i) (near? (sin 1+i) 1.2984575814159773+.6349639147847361i) (near? (cos +i) 1.5430806348152437) (near? (cos 1+i) .8337300251311491-.9888977057628651i))
;; => (#t #t #t #t)
(list (near? (tan +i) +.7615941559557649i) (near? (tan 1+i) .2717525853195118+1.0839233273386946i) (near? (tan 1+400i) +i))
;; => (#t #t #t)
; asin z = -i log(iz + sqrt(1 - z^2)), acos z = pi/2 - asin z, atan z = (log(1 + iz) - log(1 - iz))/2i.
(define (asin-formula z) (* -i (log (+ (* +i z) (sqrt (- 1 (* z z)))))))
(define (atan-formula z) (/ (- (log (+ 1 (* +i z))) (log (- 1 (* +i z)))) +2i))
(map (lambda (z) (near? (asin z) (asin-formula z))) '(+i 1+i -1-i 2+3i -.5+.25i 3 -3 1/2 -2.0))
;; => (#t #t #t #t #t #t #t #t #t)
(map (lambda (z) (near? (acos z) (- (/ pi 2) (asin-formula z)))) '(+i 1+i -1-i 2+3i -.5+.25i 3 -3 1/2 -2.0))
;; => (#t #t #t #t #t #t #t #t #t)
(map (lambda (z) (near? (atan z) (atan-formula z))) '(+1/2i 1+i -1-i 2+3i -.5+.25i 3 -3 1/2 1e3-1e3i))
;; => (#t #t #t #t #t #t #t #t #t)
(list (near? (asin 2) 1.5707963267948966-1.3169578969248166i) (near? (asin -2) -1.5707963267948966+1.3169578969248166i) (near? (acos 2) +1.3169578969248166i) (near? (acos -2) 3.141592653589793-1.3169578969248166i))
;; => (#t #t #t #t)
(map (lambda (z) (near? (sin (asin z)) z)) '(1+i 2-3i -4+5i 10))
;; => (#t #t #t #t)
(map (lambda (z) (near? (cos (acos z)) z)) '(1+i 2-3i -4+5i 10))
;; => (#t #t #t #t)
(map (lambda (z) (near? (tan (atan z)) z)) '(1+i 2-3i -4+5i 10))
;; => (#t #t #t #t)
(list (sin 'a) 1)
;; => !wrong-type
(acos "0")
;; => !wrong-type
; Complex numbers are data as others are.
(list (quote 1+2i) '(+i -i) (vector 1/2+i) (symbol? '+i) (number? '-i))
;; => (1+2i (+i -i) #(1/2+i) #f #t)
(let ((z 1+i)) (list (eqv? z 1+i) (equal? (list z) '(1+i)) (memv 1+i '(1 +i 1+i))))
;; => (#t #t (1+i))
