; R7RS 6.2.6: integer division, divisors, rounding, and exactness.
(import (scheme base) (scheme inexact))
(define (both f a b) (call-with-values (lambda () (f a b)) list))
(both floor/ 5 2)
;; => (2 1)
(both floor/ -5 2)
;; => (-3 1)
(both floor/ 5 -2)
;; => (-3 -1)
(both floor/ -5 -2)
;; => (2 -1)
(both truncate/ 5 2)
;; => (2 1)
(both truncate/ -5 2)
;; => (-2 -1)
(both truncate/ 5 -2)
;; => (-2 1)
(both truncate/ -5 -2)
;; => (2 -1)
(both truncate/ -5.0 2)
;; => (-2.0 -1.0)
(both floor/ -5 2.0)
;; => (-3.0 1.0)
(both floor/ (- (expt 10 30)) 7)
;; => (-142857142857142857142857142858 6)
(both truncate/ (- (expt 10 30)) 7)
;; => (-142857142857142857142857142857 -1)
(both floor/ 0 5)
;; => (0 0)
(both floor/ 6 -3)
;; => (-2 0)
(both floor/ 7 (expt 10 20))
;; => (0 7)
(both floor/ -7 (expt 10 20))
;; => (-1 99999999999999999993)
(both floor/ 5 0)
;; => !division-by-zero
(both truncate/ 5 0.0)
;; => !division-by-zero
(both floor/ 5 1/2)
;; => !wrong-type
(both truncate/ 5.5 2)
;; => !wrong-type
(both floor/ 1+i 2)
;; => !wrong-type
(list (floor-quotient 7 -2) (floor-remainder 7 -2) (truncate-quotient 7 -2) (truncate-remainder 7 -2))
;; => (-4 -1 -3 1)
(list (quotient 17 5) (quotient -17 5) (quotient 17 -5) (quotient -17 -5))
;; => (3 -3 -3 3)
(list (modulo 13 4) (modulo -13 4) (modulo 13 -4) (modulo -13 -4))
;; => (1 3 -3 -1)
(list (remainder 13 4) (remainder -13 4) (remainder 13 -4) (remainder -13 -4))
;; => (1 -1 1 -1)
(list (remainder -13 -4.0) (modulo -13 4.0) (quotient 1e15 10) (modulo 5.0 -3.0))
;; => (-1.0 3.0 100000000000000.0 -1.0)
(quotient (expt 10 30) (expt 10 28))
;; => 100
(quotient (expt 10 30) 1e28)
;; => 100.0
(remainder 1e22 7)
;; => 4.0
(modulo (expt 10 22) 7.0)
;; => 4.0
(modulo 5 0)
;; => !division-by-zero
(remainder 5 0.0)
;; => !division-by-zero
(quotient 1 0)
;; => !division-by-zero
(quotient 1.5 1)
;; => !wrong-type
(modulo +inf.0 2)
;; => !wrong-type
(let check ((pairs '((17 5) (-17 5) (17 -5) (-17 -5) (0 3) (9007199254740993 -10) (-18014398509481985 4096))) (right #t)) (if (null? pairs) right (let* ((n (caar pairs)) (m (cadr (car pairs)))) (check (cdr pairs) (and right (= n (+ (* m (floor-quotient n m)) (floor-remainder n m))) (= n (+ (* m (truncate-quotient n m)) (truncate-remainder n m))))))))
;; => #t
(list (gcd 32 -36) (gcd) (gcd 0 5) (gcd -5) (gcd 0) (gcd 0 0) (gcd 12 18 27))
;; => (4 0 5 5 0 0 3)
(list (gcd 32.0 -36) (gcd 0.0 7) (gcd 2.0))
;; => (4.0 7.0 2.0)
(gcd (* 6 (expt 10 30)) (* 15 (expt 10 29)))
;; => 1500000000000000000000000000000
(gcd (expt 2 100) 1e20)
;; => 1048576.0
(list (lcm 32 -36) (lcm) (lcm 32.0 -36) (lcm 0 5) (lcm 5) (lcm -6) (lcm 2 3 4))
;; => (288 1 288.0 0 5 6 12)
(lcm (expt 10 20) (expt 6 10))
;; => 5904900000000000000000000
(gcd 1/2 3)
;; => !wrong-type
(gcd 1.5)
;; => !wrong-type
(lcm 2 'a)
;; => !wrong-type
(list (numerator (/ 6 4)) (denominator (/ 6 4)) (numerator -3/9) (denominator -3/9))
;; => (3 2 -1 3)
(list (numerator 5) (denominator 5) (denominator 0))
;; => (5 1 1)
(denominator (inexact (/ 6 4)))
;; => 2.0
(list (numerator 5.5) (denominator 5.5) (numerator 5.0) (denominator 5.0) (numerator -0.75) (denominator 0.0))
;; => (11.0 2.0 5.0 1.0 -3.0 1.0)
(denominator 1e-10)
;; => 7.737125245533627e25
(numerator +inf.0)
;; => !wrong-type
(denominator +nan.0)
;; => !wrong-type
(numerator 1+i)
;; => !wrong-type
(list (floor -4.3) (ceiling -4.3) (truncate -4.3) (round -4.3))
;; => (-5.0 -4.0 -4.0 -4.0)
(list (floor 3.5) (ceiling 3.5) (truncate 3.5) (round 3.5))
;; => (3.0 4.0 3.0 4.0)
(list (floor -7/2) (ceiling -7/2) (truncate -7/2) (round -7/2))
;; => (-4 -3 -3 -4)
(list (floor 7/2) (ceiling 7/2) (truncate 7/2) (round 7/2))
;; => (3 4 3 4)
(list (round 7) (floor -7) (ceiling (expt 10 20)) (truncate 7))
;; => (7 -7 100000000000000000000 7)
(map round '(0.5 1.5 2.5 -0.5 -1.5 -2.5 0.49999999999999994 4503599627370497.5))
;; => (0.0 2.0 2.0 -0.0 -2.0 -2.0 0.0 4503599627370498.0)
(map round '(1/2 3/2 5/2 -1/2 -3/2 -5/2 2/3 -2/3 1/3))
;; => (0 2 2 0 -2 -2 1 -1 0)
(map floor '(1e300 -0.0 +inf.0 -inf.0 -0.5))
;; => (1e300 -0.0 +inf.0 -inf.0 -1.0)
(map truncate '(0.9 -0.9 -1e-320))
;; => (0.0 -0.0 -0.0)
(ceiling -0.5)
;; => -0.0
(nan? (round +nan.0))
;; => #t
(round +i)
;; => !wrong-type
(floor 'a)
;; => !wrong-type
(map exact '(2.0 2.5 -0.0 1e18 0.1 -0.75))
;; => (2 5/2 0 1000000000000000000 3602879701896397/36028797018963968 -3/4)
(exact 1e23)
;; => 99999999999999991611392
(= (exact 5e-324) (expt 2 -1074))
;; => #t
(list (exact 1.5+2.25i) (exact 1.0+0.0i) (exact 3) (exact 1/3) (exact 1+i))
;; => (3/2+9/4i 1 3 1/3 1+i)
(exact +inf.0)
;; => !not-representable
(exact -inf.0)
;; => !not-representable
(exact +nan.0)
;; => !not-representable
(exact 1.0+inf.0i)
;; => !not-representable
(exact 'a)
;; => !wrong-type
(map inexact '(1 1/4 1/3 -2/3 0 2.5 1+2i 1/2-1/4i))
;; => (1.0 0.25 0.3333333333333333 -0.6666666666666666 0.0 2.5 1.0+2.0i 0.5-0.25i)
(list (inexact 9007199254740993) (inexact 9007199254740995) (inexact -9007199254740993))
;; => (9007199254740992.0 9007199254740996.0 -9007199254740992.0)
(inexact 123456789012345678901234567890)
;; => 1.2345678901234568e29
(list (inexact (expt 10 308)) (inexact (expt 10 309)) (inexact (- (expt 10 400))) (inexact (/ 1 (expt 10 400))))
;; => (1e308 +inf.0 -inf.0 0.0)
(inexact (/ (+ (expt 10 400) 1) (expt 10 399)))
;; => 10.0
(list (inexact (expt 2 -1074)) (inexact (expt 2 -1075)) (inexact (* 3 (expt 2 -1075))) (inexact (+ (expt 2 -1075) (expt 2 -1200))))
;; => (5e-324 0.0 1e-323 5e-324)
(list (inexact (+ 1 (expt 2 -53))) (inexact (+ 1 (* 3 (expt 2 -53)))) (inexact (+ 1 (expt 2 -53) (expt 2 -100))))
;; => (1.0 1.0000000000000004 1.0000000000000002)
(let ((largest (* (- (expt 2 53) 1) (expt 2 971)))) (list (= largest (inexact largest)) (inexact (+ largest (expt 2 970))) (= largest (inexact (+ largest (- (expt 2 970) 1))))))
;; => (#t +inf.0 #t)
(inexact "1")
;; => !wrong-type
(list (rationalize 3/10 1/10) (rationalize .3 1/10) (rationalize 3/10 0.1))
;; => (1/3 0.3333333333333333 0.3333333333333333)
(rationalize (exact .3) 1/10)
;; => 1/3
(list (rationalize -3/10 1/10) (rationalize 1/10 1) (rationalize 5 0) (rationalize 7/2 1/2) (rationalize 22/7 1/100))
;; => (-1/3 0 5 3 22/7)
(rationalize (exact 3.141592653589793) 1/10000)
;; => 333/106
(list (rationalize 3 +inf.0) (rationalize +inf.0 3) (rationalize -inf.0 1))
;; => (0.0 +inf.0 -inf.0)
(nan? (rationalize +inf.0 +inf.0))
;; => #t
(rationalize +i 1)
;; => !wrong-type
(map (lambda (k) (both (lambda (k _) (exact-integer-sqrt k)) k 0)) '(0 1 2 3 4 5 17))
;; => ((0 0) (1 0) (1 1) (1 2) (2 0) (2 1) (4 1))
(both (lambda (k _) (exact-integer-sqrt k)) (expt 10 40) 0)
;; => (100000000000000000000 0)
(both (lambda (k _) (exact-integer-sqrt k)) (- (expt 10 40) 1) 0)
;; => (99999999999999999999 199999999999999999998)
(exact-integer-sqrt -1)
;; => !wrong-type
(exact-integer-sqrt 4.0)
;; => !wrong-type
(exact-integer-sqrt 1/4)
;; => !wrong-type
