; Digits of pi by Machin's formula over integers of some thousand digits.
; measured: (run 20 1000) => 4479
; tiny: (run 1 20) => 103
(import (scheme base))

;; arctan(1/n) times `unit`, by its series.
(define (arctangent-of-inverse n unit)
  (let ((square (* n n)))
    (let add ((power (quotient unit n)) (divisor 1) (sum 0))
      (if (= power 0)
          sum
          (let ((term (quotient power divisor)))
            (add (quotient power square)
                 (+ divisor 2)
                 (if (= 1 (remainder divisor 4)) (+ sum term) (- sum term))))))))

(define (pi-digits digits)
  (let* ((guard-digits 10)
         (unit (expt 10 (+ digits guard-digits)))
         (pi (* 4 (- (* 4 (arctangent-of-inverse 5 unit)) (arctangent-of-inverse 239 unit)))))
    (quotient pi (expt 10 guard-digits))))

(define (digit-sum n)
  (let add ((text (string->list (number->string n))) (sum 0))
    (if (null? text)
        sum
        (add (cdr text) (+ sum (- (char->integer (car text)) 48))))))

(define (run count digits)
  (do ((left count (- left 1))
       (answer #f (digit-sum (pi-digits digits))))
      ((= left 0) answer)))
