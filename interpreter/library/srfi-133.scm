; SRFI 133, the vector library: what is shared with the rest of the standard library, and here the less usual procedures.
(define-library (srfi 133)
  (export make-vector vector vector-unfold vector-unfold-right vector-copy vector-reverse-copy
          vector-append vector-concatenate vector-append-subvectors vector? vector-empty? vector=
          vector-ref vector-length vector-fold vector-fold-right vector-map vector-map!
          vector-for-each vector-count vector-cumulate vector-index vector-index-right vector-skip
          vector-skip-right vector-binary-search vector-any vector-every vector-partition
          vector-set! vector-swap! vector-fill! vector-reverse! vector-copy! vector-reverse-copy!
          vector-unfold! vector-unfold-right! vector->list reverse-vector->list list->vector
          reverse-list->vector vector->string string->vector)
  (import (ouro kernel) (ouro control) (ouro vectors))
  (begin

    (define vector-unfold-right
      "A vector of what (element index seed ...) gives for each index, the last one first; further values are the next seeds."
      (case-lambda
        ((element length)
         (let loop ((index (- length 1)) (result '()))
           (if (< index 0)
               (list->vector result)
               (loop (- index 1) (cons (element index) result)))))
        ((element length . seeds)
         (let loop ((index (- length 1)) (seeds seeds) (result '()))
           (if (< index 0)
               (list->vector result)
               (call-with-values (lambda () (apply element index seeds))
                 (lambda (value . seeds) (loop (- index 1) seeds (cons value result)))))))))

    (define vector-unfold!
      "Stores in the range what (element index seed ...) gives for each index; further values are the next seeds."
      (case-lambda
        ((element vector start end)
         (check-range "vector-unfold!" vector start end)
         (let loop ((index start))
           (if (< index end)
               (begin
                 (vector-set! vector index (element index))
                 (loop (+ index 1))))))
        ((element vector start end . seeds)
         (check-range "vector-unfold!" vector start end)
         (let loop ((index start) (seeds seeds))
           (if (< index end)
               (call-with-values (lambda () (apply element index seeds))
                 (lambda (value . seeds)
                   (vector-set! vector index value)
                   (loop (+ index 1) seeds))))))))

    (define vector-unfold-right!
      "Stores in the range what (element index seed ...) gives for each index, the last one first; further values are the next seeds."
      (case-lambda
        ((element vector start end)
         (check-range "vector-unfold-right!" vector start end)
         (let loop ((index (- end 1)))
           (if (>= index start)
               (begin
                 (vector-set! vector index (element index))
                 (loop (- index 1))))))
        ((element vector start end . seeds)
         (check-range "vector-unfold-right!" vector start end)
         (let loop ((index (- end 1)) (seeds seeds))
           (if (>= index start)
               (call-with-values (lambda () (apply element index seeds))
                 (lambda (value . seeds)
                   (vector-set! vector index value)
                   (loop (- index 1) seeds))))))))

    (define (vector-reverse-copy vector . range)
      "A new vector of the elements, or of those of the range, in the opposite order."
      (let ((copy (apply vector-copy vector range)))
        (vector-reverse! copy)
        copy))

    (define (vector-reverse-copy! to at from . range)
      "Copies elements, or those of the range, into a vector in the opposite order; the two may overlap."
      (let ((elements (apply vector-reverse-copy from range)))
        (vector-copy! to at elements)))

    (define (vector-append-subvectors . parts)
      "A new vector of the elements of ranges: the operands are vector, start, end, and so on."
      (let loop ((rest parts) (result '()))
        (cond ((null? rest) (vector-concatenate (reverse result)))
              ((or (null? (cdr rest)) (null? (cddr rest)))
               (raise (condition :wrong-arity "vector-append-subvectors takes vectors each with start and end"
                                 (car rest))))
              (else
               (loop (cdddr rest)
                     (cons (vector-copy (car rest) (cadr rest) (caddr rest)) result))))))

    (define (vector-cumulate procedure initial vector)
      "A vector of what the procedure gives for the value before, at first the initial one, and each element."
      (let ((length (vector-length vector)))
        (let loop ((index 0) (before initial) (result '()))
          (if (< index length)
              (let ((value (procedure before (vector-ref vector index))))
                (loop (+ index 1) value (cons value result)))
              (list->vector (reverse result))))))

    (define (vector-skip-right predicate . vectors)
      "The index of the last element that does not satisfy the predicate, or #f. Several vectors have the same length."
      (apply vector-index-right (lambda elements (not (apply predicate elements))) vectors))

    (define (reverse-list->vector items)
      "A vector of the elements of the list in the opposite order."
      (list->vector (reverse items)))))
