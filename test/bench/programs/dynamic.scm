; Generators, early exits and cleaning up: continuations captured while dynamic-wind, parameters and handlers are in force.
; measured: (run 8 300) => (44850 300 600 45150)
; tiny: (run 1 8) => (28 8 16 36)
(import (scheme base))

(define depth (make-parameter 0))

;; A procedure that answers the elements of a tree one at a time, then the symbol end.
(define (tree->generator tree)
  (define consumer #f)
  (define (resume)
    (let visit ((tree tree))
      (cond ((pair? tree) (visit (car tree)) (visit (cdr tree)))
            ((null? tree) #t)
            (else (call-with-current-continuation
                   (lambda (rest)
                     (set! resume (lambda () (rest #t)))
                     (consumer tree))))))
    (consumer 'end))
  (lambda ()
    (call-with-current-continuation
     (lambda (return)
       (set! consumer return)
       (resume)))))

(define (numbers n)
  (let from ((i (- n 1)) (made '()))
    (if (< i 0) made (from (- i 1) (cons (list i) made)))))

(define (sum-generated n)
  (let ((next (tree->generator (numbers n))))
    (let loop ((sum 0))
      (let ((x (next)))
        (if (eq? x 'end) sum (loop (+ sum x)))))))

;; Leaves a dynamic extent by an escape, n times; counts the entries and exits.
(define (wind-and-escape n)
  (let ((crossings 0))
    (do ((i 0 (+ i 1))) ((= i n) crossings)
      (call-with-current-continuation
       (lambda (escape)
         (dynamic-wind
          (lambda () (set! crossings (+ crossings 1)))
          (lambda () (escape i))
          (lambda () (set! crossings (+ crossings 1)))))))))

(define (nested n)
  (if (= n 0)
      (depth)
      (parameterize ((depth (+ 1 (depth)))) (nested (- n 1)))))

(define (sum-of-caught n)
  (let loop ((i 1) (sum 0))
    (if (> i n)
        sum
        (loop (+ i 1)
              (+ sum (guard (caught ((number? caught) caught)) (raise i)))))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f (list (sum-generated n) (nested n) (wind-and-escape n) (sum-of-caught n))))
      ((= left 0) answer)))
