; Symbolic derivatives: lists of symbols taken apart and built anew with map.
; measured: (run 60000) => (+ (* (* 3 x x) (+ (/ 0 3) (/ 1 x) (/ 1 x))) (* (* a x x) (+ (/ 0 a) (/ 1 x) (/ 1 x))) (* (* b x) (+ (/ 0 b) (/ 1 x))) 0)
; tiny: (run 3) => (+ (* (* 3 x x) (+ (/ 0 3) (/ 1 x) (/ 1 x))) (* (* a x x) (+ (/ 0 a) (/ 1 x) (/ 1 x))) (* (* b x) (+ (/ 0 b) (/ 1 x))) 0)
(import (scheme base))

(define (derive e)
  (cond ((not (pair? e)) (if (eq? e 'x) 1 0))
        ((eq? (car e) '+) (cons '+ (map derive (cdr e))))
        ((eq? (car e) '-) (cons '- (map derive (cdr e))))
        ((eq? (car e) '*)
         (list '* e (cons '+ (map (lambda (factor) (list '/ (derive factor) factor)) (cdr e)))))
        ((eq? (car e) '/)
         (let ((over (list-ref e 1)) (under (list-ref e 2)))
           (list '-
                 (list '/ (derive over) under)
                 (list '/ over (list '* under under (derive under))))))
        (else (error "no rule for this operator" (car e)))))

(define (run count)
  (let ((polynomial '(+ (* 3 x x) (* a x x) (* b x) 5)))
    (do ((left count (- left 1))
         (answer #f (derive polynomial)))
        ((= left 0) answer))))
