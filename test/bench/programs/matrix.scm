; Products of square matrices of integers, as vectors of vectors, modulo a prime.
; measured: (run 12 60) => 253619
; tiny: (run 1 5) => 21764
(import (scheme base))

(define modulus 10007)

(define (make-matrix size entry)
  (let ((rows (make-vector size)))
    (do ((i 0 (+ i 1))) ((= i size) rows)
      (let ((row (make-vector size 0)))
        (do ((j 0 (+ j 1))) ((= j size))
          (vector-set! row j (entry i j)))
        (vector-set! rows i row)))))

(define (matrix-ref matrix i j)
  (vector-ref (vector-ref matrix i) j))

(define (product a b)
  (let ((size (vector-length a)))
    (make-matrix size
                 (lambda (i j)
                   (let ((row (vector-ref a i)))
                     (do ((k 0 (+ k 1))
                          (sum 0 (+ sum (* (vector-ref row k) (matrix-ref b k j)))))
                         ((= k size) (modulo sum modulus))))))))

(define (power matrix n)
  (cond ((= n 1) matrix)
        ((even? n) (let ((half (power matrix (quotient n 2)))) (product half half)))
        (else (product matrix (power matrix (- n 1))))))

(define (trace-sum matrix)
  (do ((i 0 (+ i 1))
       (sum 0 (+ sum (matrix-ref matrix i i))))
      ((= i (vector-length matrix)) sum)))

(define (run count size)
  (do ((left count (- left 1))
       (answer #f
               (trace-sum (power (make-matrix size (lambda (i j) (modulo (+ (* 31 i) (* 17 j) 7) 101))) 10))))
      ((= left 0) answer)))
