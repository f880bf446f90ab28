; How many paraffins have n carbon atoms: radicals enumerated into vectors of lists, and counted up to symmetry.
; measured: (run 200 23) => 5731580
; tiny: (run 1 8) => 18
(import (scheme base))

;; A radical is #f, a hydrogen atom, or a vector of three radicals on one carbon atom, in order of size.
;; `known` holds the radicals of each size that was made before.
(define (radicals-up-to n)
  (let ((known (make-vector (+ n 1) '())))
    (vector-set! known 0 '(#f))
    (do ((size 1 (+ size 1))) ((> size n) known)
      (vector-set! known size (radicals-of size known)))))

(define (radicals-of size known)
  (let ((rest (- size 1)))
    (let first ((a 0) (made '()))
      (if (> (* 3 a) rest)
          made
          (let second ((b a) (made made))
            (let ((c (- rest a b)))
              (if (> b c)
                  (first (+ a 1) made)
                  (second (+ b 1) (triples a b c known made)))))))))

(define (triples a b c known made)
  (for-each-tail
   (vector-ref known a)
   (lambda (as made)
     (for-each-tail
      (if (= a b) as (vector-ref known b))
      (lambda (bs made)
        (for-each-tail
         (if (= b c) bs (vector-ref known c))
         (lambda (cs made) (cons (vector (car as) (car bs) (car cs)) made))
         made))
      made))
   made))

(define (for-each-tail list step made)
  (if (null? list)
      made
      (for-each-tail (cdr list) step (step list made))))

;; With a bond in the middle: unordered pairs of radicals of half the size.
(define (bond-centred n known)
  (if (odd? n)
      0
      (let ((half (length (vector-ref known (quotient n 2)))))
        (quotient (* half (+ half 1)) 2))))

;; With an atom in the middle: four radicals, each smaller than half.
(define (atom-centred n known)
  (let ((rest (- n 1)) (most (quotient (- n 1) 2)) (total 0))
    (do ((a 0 (+ a 1))) ((> (* 4 a) rest) total)
      (do ((b a (+ b 1))) ((> (+ a (* 3 b)) rest))
        (do ((c b (+ c 1))) ((> (+ a b (* 2 c)) rest))
          (let ((d (- rest a b c)))
            (if (<= d most)
                (set! total (+ total (choices (list a b c d) known))))))))))

;; How many ways to choose radicals of these sizes, in order: those of one size are chosen with repetition.
(define (choices sizes known)
  (if (null? sizes)
      1
      (let same ((rest (cdr sizes)) (times 1))
        (if (and (pair? rest) (= (car rest) (car sizes)))
            (same (cdr rest) (+ times 1))
            (* (multisets (length (vector-ref known (car sizes))) times)
               (choices rest known))))))

(define (multisets n k)
  (let multiply ((i 0) (product 1))
    (if (= i k)
        product
        (multiply (+ i 1) (quotient (* product (+ n i)) (+ i 1))))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f
               (let ((known (radicals-up-to (quotient n 2))))
                 (+ (bond-centred n known) (atom-centred n known)))))
      ((= left 0) answer)))
