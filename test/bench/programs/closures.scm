; Closures that are made, composed and called: counters with state of their own, and compositions of unknown procedures.
; measured: (run 200 4000) => (8002000 8020 1600)
; tiny: (run 1 20) => (210 60 8)
(import (scheme base))

(define (make-counter start)
  (let ((value start))
    (lambda (step)
      (set! value (+ value step))
      value)))

(define (compose f g)
  (lambda (x) (f (g x))))

(define (power f n)
  (if (= n 0)
      (lambda (x) x)
      (compose f (power f (- n 1)))))

(define (curry f a)
  (lambda (b) (f a b)))

;; Numbers as procedures, after Church.
(define (numeral n)
  (lambda (f)
    (lambda (x)
      (let again ((i n) (x x))
        (if (= i 0) x (again (- i 1) (f x)))))))

(define (product-of a b)
  (lambda (f) (a (b f))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f
               (let ((counter (make-counter 0)) (add-two (curry + 2)))
                 (do ((i 1 (+ i 1))) ((> i n)) (counter i))
                 (list (counter 0)
                       ((power add-two n) 20)
                       (((product-of (numeral 8) (numeral (quotient n 20))) (lambda (x) (+ x 1))) 0)))))
      ((= left 0) answer)))
