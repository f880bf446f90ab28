; Hash tables keyed by numbers, strings and symbols: filled, counted, changed and emptied.
; measured: (run 3 20000) => (20000 1009 100000000)
; tiny: (run 1 40) => (40 40 400)
(import (scheme base) (srfi 69))

(define (number-keys n)
  (let ((table (make-hash-table =)))
    (do ((i 0 (+ i 1))) ((= i n))
      (hash-table-set! table (* i 7919) i))
    (do ((i 0 (+ i 1))
         (found 0 (if (= i (hash-table-ref table (* i 7919) (lambda () -1))) (+ found 1) found)))
        ((= i n) found))))

(define (word-counts n)
  (let ((table (make-hash-table string=?)))
    (do ((i 0 (+ i 1))) ((= i n) table)
      (hash-table-update!/default table
                                  (string-append "word-" (number->string (modulo (* i 31) 1009)))
                                  (lambda (count) (+ count 1))
                                  0))))

(define (without-even n)
  (let ((table (make-hash-table eqv?)))
    (do ((i 0 (+ i 1))) ((= i n)) (hash-table-set! table i i))
    (do ((i 0 (+ i 2))) ((>= i n)) (hash-table-delete! table i))
    (hash-table-fold table (lambda (key value sum) (+ sum value)) 0)))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f
               (let ((words (word-counts n)))
                 (list (number-keys n)
                       (hash-table-size words)
                       (without-even n)))))
      ((= left 0) answer)))
