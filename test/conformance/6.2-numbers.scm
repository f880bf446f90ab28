; R7RS 6.2.1, 6.2.2 and 6.2.6: kinds of numbers, exactness, comparison, and the four operations.
(import (scheme base) (scheme inexact) (scheme complex))
(complex? 3+4i)
;; => #t
(complex? 3)
;; => #t
(real? 3)
;; => #t
(real? -2.5+0i)
;; => #t
(real? -2.5+0.0i)
;; => #f
(real? #e1e10)
;; => #t
(real? +inf.0)
;; => #t
(real? +nan.0)
;; => #t
(rational? -inf.0)
;; => #f
(rational? +nan.0)
;; => #f
(rational? 3.5)
;; => #t
(rational? 6/10)
;; => #t
(rational? 6/3)
;; => #t
(rational? 1+2i)
;; => #f
(integer? 3+0i)
;; => #t
(integer? 3.0)
;; => #t
(integer? 3.5)
;; => #f
(integer? 8/4)
;; => #t
(integer? 1+2i)
;; => #f
(integer? +inf.0)
;; => #f
(map number? (list 1 1/2 1.5 1+i (expt 10 30) 'a "1" #t))
;; => (#t #t #t #t #t #f #f #f)
(map integer? (list 'a "1" #\1 '()))
;; => (#f #f #f #f)
(map exact? (list 3.0 3 1/3 #e3.0 1+2i 1.0+2.0i (expt 10 30) #i1/3))
;; => (#f #t #t #t #t #f #t #f)
(map inexact? (list 3. 3 1/3 1.0+2i +inf.0))
;; => (#t #f #f #t #t)
(exact? 'a)
;; => !wrong-type
(inexact? "1")
;; => !wrong-type
(map exact-integer? (list 32 32.0 32/5 (expt 2 100) 'a 1+i))
;; => (#t #f #f #t #f #f)
(map finite? (list 3 +inf.0 3.0+inf.0i +nan.0 1e308 1/3 1+2i))
;; => (#t #f #f #f #t #t #t)
(map infinite? (list 3 +inf.0 -inf.0 +nan.0 3.0+inf.0i -inf.0+nan.0i 1+2i))
;; => (#f #t #t #f #t #t #f)
(map nan? (list +nan.0 32 +nan.0+5.0i 1+2i 1.0+nan.0i +inf.0))
;; => (#t #f #t #f #t #f)
(finite? 'a)
;; => !wrong-type
; Numerical comparison is exact, so that it is transitive.
(= 1 1.0 1.0+0.0i)
;; => #t
(= 1.0 1.0+1.0i)
;; => #f
(= 1+2i 1+2i 1.0+2.0i)
;; => #t
(= 1+2i 2+1i)
;; => #f
(= 1/2 0.5 2/4)
;; => #t
(= 1/3 .3333333333333333)
;; => #f
(= 0.0 -0.0 0)
;; => #t
(= +nan.0 +nan.0)
;; => #f
(= +inf.0 +inf.0)
;; => #t
(= 9007199254740993 9007199254740992.0)
;; => #f
(= (expt 10 23) 1e23)
;; => #f
(let ((a (- (expt 2 1000) 1)) (b (inexact (expt 2 1000))) (c (+ (expt 2 1000) 1))) (list (= a b) (= b c) (= a c) (< a b c)))
;; => (#f #f #f #t)
(list (< 1 2 3) (< 1 1 2) (< 3 2) (< 1 1/2) (< 1/3 1/2) (< -1.5 -1))
;; => (#t #f #f #f #t #t)
(list (> 3.0 2.0 1.0) (> -3.0 2.0 1.0) (> 1/2 0.25) (> +inf.0 (expt 10 400)))
;; => (#t #f #t #t)
(list (<= 1 1 2) (<= 1 2 1) (<= -inf.0 (- (expt 10 400))))
;; => (#t #f #t)
(list (>= 2 1 1) (>= 1 2 1) (>= 1/2 0.5))
;; => (#t #f #t)
(list (< 1 +nan.0) (> 1 +nan.0) (<= +nan.0 +nan.0) (>= +nan.0 1/2))
;; => (#f #f #f #f)
(list (< 1) (= 1) (>= 1))
;; => (#t #t #t)
(< 1 2+i)
;; => !wrong-type
(> 2+i 1)
;; => !wrong-type
(<= 1 2 3+i)
;; => !wrong-type
(>= 1.0+0.0i 1)
;; => !wrong-type
(< 1 'a)
;; => !wrong-type
(= 1 'a)
;; => !wrong-type
(= 1 2 'a)
;; => !wrong-type
(map zero? (list 0 0.0 -0.0 0.0+0.0i 1 1/2 +i 1e-320))
;; => (#t #t #t #t #f #f #f #f)
(map positive? (list 0 0.0 1 1/2 +inf.0 -1 -inf.0 +nan.0))
;; => (#f #f #t #t #t #f #f #f)
(map negative? (list 0 -0.0 -1 -1/2 -inf.0 1 +inf.0 +nan.0))
;; => (#f #f #t #t #t #f #f #f)
(positive? 1+i)
;; => !wrong-type
(negative? +i)
;; => !wrong-type
(map odd? (list 0 1 -1 102 3.0 -3.0 (+ 1 (expt 10 30))))
;; => (#f #t #t #f #t #t #t)
(map even? (list 0 1 -2 102 4.0 (expt 10 30)))
;; => (#t #f #t #t #t #t)
(odd? 1.5)
;; => !wrong-type
(even? 1/2)
;; => !wrong-type
(even? +inf.0)
;; => !wrong-type
(max 3)
;; => 3
(max 3 4)
;; => 4
(max 3.9 4)
;; => 4.0
(max 5 3.9 4)
;; => 5.0
(max 100 +inf.0)
;; => +inf.0
(max 1/3 1/2)
;; => 1/2
(max 1/2 0.25)
;; => 0.5
(min 3)
;; => 3
(min 3 4)
;; => 3
(min 3 3.1)
;; => 3.0
(min -inf.0 -100)
;; => -inf.0
(min 1 2 -1/2)
;; => -1/2
(max 1 +i)
;; => !wrong-type
(min 'a)
;; => !wrong-type
(exact? (max 1 2.0))
;; => #f
; The four operations.
(list (+ 3 4) (+ 3) (+) (* 4) (*) (* 2 3 4) (+ 1 2 3 4))
;; => (7 3 0 4 1 24 10)
(list (- 3 4) (- 3 4 5) (- 3) (- 0.0) (- -1/2))
;; => (-1 -6 -3 -0.0 1/2)
(list (/ 3 4 5) (/ 3) (/ 6 3) (/ 1/2) (/ -3/4 3/8) (/ 0 5))
;; => (3/20 1/3 2 2 -2 0)
(list (+ 1/2 1/3) (* 2/3 3/2) (- 1/2 1/2) (- 1/3 2/3))
;; => (5/6 1 0 -1/3)
(list (+ 1 2.5) (+ 1/2 0.5) (* 2 1.5) (- 1 0.5) (/ 0.5 2) (/ 1 2.0))
;; => (3.5 1.0 3.0 0.5 0.25 0.5)
(- 5 1/2 0.5)
;; => 4.0
(/ 9007199254740993 3)
;; => 3002399751580331
(+ 9007199254740991 1)
;; => 9007199254740992
(- -9007199254740991 2)
;; => -9007199254740993
(* 3037000500 3037000500)
;; => 9223372037000250000
(* 99999999999 99999999999)
;; => 9999999999800000000001
(- (expt 2 62) (expt 2 61) (expt 2 61))
;; => 0
(+ (expt 10 30) 1/2)
;; => 2000000000000000000000000000001/2
(* 1/3 (expt 3 40))
;; => 4052555153018976267
(let loop ((i 1) (product 1)) (if (> i 25) product (loop (+ i 1) (* product i))))
;; => 15511210043330985984000000
(list (+ 0.1 0.2) (* 1.1 1.1) (- 0.3 0.1) (/ 1.0 3))
;; => (0.30000000000000004 1.2100000000000002 0.19999999999999998 0.3333333333333333)
(list (/ 1 0.0) (/ -1 0.0) (/ 1 -0.0) (/ 1.0 +inf.0) (/ -1 +inf.0))
;; => (+inf.0 -inf.0 -inf.0 0.0 -0.0)
(list (+ +inf.0 -inf.0) (* 0.0 +inf.0) (/ 0.0 0.0) (- +inf.0 +inf.0))
;; => (+nan.0 +nan.0 +nan.0 +nan.0)
(list (+ -0.0 0.0) (+ -0.0 -0.0) (* -1 0.0) (- 0.0 0.0))
;; => (0.0 -0.0 -0.0 0.0)
(/ 1 0)
;; => !division-by-zero
(/ 0)
;; => !division-by-zero
(/ 1.0 0)
;; => !division-by-zero
(/ 1/2 0)
;; => !division-by-zero
(/ 5 (- 1/2 1/2))
;; => !division-by-zero
(+ 1 'a)
;; => !wrong-type
(+ 'a)
;; => !wrong-type
(* 2 "3")
;; => !wrong-type
(- #f)
;; => !wrong-type
(/ 1 '())
;; => !wrong-type
(-)
;; => !wrong-arity
(/)
;; => !wrong-arity
(apply + 1/2 '(0.5 1))
;; => 2.0
(let ((f +) (g *)) (list (f 1/2 1/2) (g 1e200 1e200) (f 1 +i)))
;; => (1 +inf.0 1+i)
(list (abs -7) (abs 7) (abs -7/2) (abs -1.5) (abs -0.0) (abs -inf.0) (abs (- (expt 10 20))))
;; => (7 7 7/2 1.5 0.0 +inf.0 100000000000000000000)
(abs +i)
;; => !wrong-type
(list (square 42) (square 2.0) (square 1/2) (square -3) (square +i) (square 1+i))
;; => (1764 4.0 1/4 9 -1 +2i)
(square 'a)
;; => !wrong-type
(list (boolean=? #t #t) (boolean=? #t #f) (boolean=? #f #f #f) (boolean=? #f #f #t))
;; => (#t #f #t #f)
(boolean=? #t 1)
;; => !wrong-type
; Equivalence of numbers (R7RS 6.1): by exactness and value.
(list (eqv? 2 2) (eqv? 2 2.0) (eqv? 1/2 1/2) (eqv? 0.0 -0.0) (eqv? +nan.0 +nan.0) (eqv? (expt 10 30) (expt 10 30)))
;; => (#t #f #t #f #t #t)
(list (eqv? 1+2i 1+2i) (eqv? 1+2i 1.0+2.0i) (eqv? 0.0+1.0i -0.0+1.0i) (equal? '(1+2i) (list 1+2i)) (eqv? 1/2 1+2i))
;; => (#t #f #f #t #f)
(list (memv 1/2 '(1 1/2 2)) (assv 1+i '((1 a) (1+i b))) (member 2.0 '(1 2 3) =))
;; => ((1/2 2) (1+i b) (2 3))
(case 1/2 ((0.5) 'inexact) ((1/2) 'exact))
;; => exact
(let-syntax ((imaginary? (syntax-rules () ((_ +i) #t) ((_ x) #f)))) (list (imaginary? +i) (imaginary? 1+i)))
;; => (#t #f)
