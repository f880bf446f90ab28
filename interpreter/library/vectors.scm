; Procedures over vectors that call what they are given (R7RS 6.10; SRFI 133).
(define-library (ouro vectors)
  (export vector-map vector-for-each vector-map! vector-fold vector-fold-right vector-count
          vector-index vector-index-right vector-any vector-every vector-unfold vector-binary-search
          vector-empty? vector-swap! vector-reverse! reverse-vector->list vector-concatenate
          vector-partition vector-skip vector= check-range)
  (import (ouro kernel) (ouro control) (ouro traversal))
  (begin

    (define (shortest vectors)
      (apply min (map vector-length vectors)))

    (define (elements-at vectors index)
      (map (lambda (vector) (vector-ref vector index)) vectors))

    (define vector-map
      "A vector of what the procedure gives for each element, or for those of several vectors side by side."
      (case-lambda
        ((procedure vector)
         (let ((length (vector-length vector)))
           ;; Gathered in a list: a continuation that is entered twice must not find its vector changed.
           (let loop ((index 0) (result '()))
             (if (< index length)
                 (loop (+ index 1) (cons (procedure (vector-ref vector index)) result))
                 (list->vector (reverse result))))))
        ((procedure vector . more)
         (let* ((vectors (cons vector more)) (length (shortest vectors)))
           (let loop ((index 0) (result '()))
             (if (< index length)
                 (loop (+ index 1) (cons (apply procedure (elements-at vectors index)) result))
                 (list->vector (reverse result))))))))

    (define vector-for-each
      "Calls the procedure with each element, in order, or with those of several vectors side by side."
      (case-lambda
        ((procedure vector)
         (let ((length (vector-length vector)))
           (let loop ((index 0))
             (if (< index length)
                 (begin
                   (procedure (vector-ref vector index))
                   (loop (+ index 1)))))))
        ((procedure vector . more)
         (let* ((vectors (cons vector more)) (length (shortest vectors)))
           (let loop ((index 0))
             (if (< index length)
                 (begin
                   (apply procedure (elements-at vectors index))
                   (loop (+ index 1)))))))))

    (define vector-map!
      "Replaces each element by what the procedure gives for it, or for those of several vectors side by side, in the first vector."
      (case-lambda
        ((procedure vector)
         (let ((length (vector-length vector)))
           (let loop ((index 0))
             (if (< index length)
                 (begin
                   (vector-set! vector index (procedure (vector-ref vector index)))
                   (loop (+ index 1)))))))
        ((procedure vector . more)
         (let* ((vectors (cons vector more)) (length (shortest vectors)))
           (let loop ((index 0))
             (if (< index length)
                 (begin
                   (vector-set! (car vectors) index (apply procedure (elements-at vectors index)))
                   (loop (+ index 1)))))))))

    (define vector-fold
      "Combines the elements from the left: (procedure accumulated element) gives the next accumulated value."
      (case-lambda
        ((procedure initial vector)
         (let ((length (vector-length vector)))
           (let loop ((index 0) (result initial))
             (if (< index length)
                 (loop (+ index 1) (procedure result (vector-ref vector index)))
                 result))))
        ((procedure initial vector . more)
         (let* ((vectors (cons vector more)) (length (shortest vectors)))
           (let loop ((index 0) (result initial))
             (if (< index length)
                 (loop (+ index 1) (apply procedure result (elements-at vectors index)))
                 result))))))

    (define vector-fold-right
      "Combines the elements from the right: (procedure accumulated element) gives the next accumulated value."
      (case-lambda
        ((procedure initial vector)
         (let loop ((index (- (vector-length vector) 1)) (result initial))
           (if (< index 0)
               result
               (loop (- index 1) (procedure result (vector-ref vector index))))))
        ((procedure initial vector . more)
         (let* ((vectors (cons vector more)) (last (- (shortest vectors) 1)))
           (let loop ((index last) (result initial))
             (if (< index 0)
                 result
                 (loop (- index 1) (apply procedure result (elements-at vectors index)))))))))

    (define vector-count
      "How many elements satisfy the predicate."
      (case-lambda
        ((predicate vector)
         (vector-fold (lambda (total element) (if (predicate element) (+ total 1) total)) 0 vector))
        ((predicate vector . more)
         (apply vector-fold
           (lambda (total . elements) (if (apply predicate elements) (+ total 1) total))
           0
           vector
           more))))

    (define vector-index
      "The index of the first element that satisfies the predicate, or #f."
      (case-lambda
        ((predicate vector)
         (let ((length (vector-length vector)))
           (let loop ((index 0))
             (cond ((= index length) #f)
                   ((predicate (vector-ref vector index)) index)
                   (else (loop (+ index 1)))))))
        ((predicate vector . more)
         (let* ((vectors (cons vector more)) (length (shortest vectors)))
           (let loop ((index 0))
             (cond ((= index length) #f)
                   ((apply predicate (elements-at vectors index)) index)
                   (else (loop (+ index 1)))))))))

    (define (vector-index-right predicate vector . more)
      "The index of the last element that satisfies the predicate, or #f. Several vectors have the same length."
      (let* ((vectors (cons vector more)) (last (- (shortest vectors) 1)))
        (let loop ((index last))
          (cond ((< index 0) #f)
                ((apply predicate (elements-at vectors index)) index)
                (else (loop (- index 1)))))))

    (define (vector-skip predicate vector . more)
      "The index of the first element that does not satisfy the predicate, or #f."
      (apply vector-index (lambda elements (not (apply predicate elements))) vector more))

    ; or and and stop at the first element that decides; the last call is in tail position.
    (define-syntax deciding
      (syntax-rules ()
        ((_ combine default)
         (case-lambda
           ((predicate vector)
            (let ((last (- (vector-length vector) 1)))
              (let loop ((index 0))
                (cond ((< index last)
                       (combine (predicate (vector-ref vector index)) (loop (+ index 1))))
                      ((= index last) (predicate (vector-ref vector index)))
                      (else default)))))
           ((predicate vector . more)
            (let* ((vectors (cons vector more)) (last (- (shortest vectors) 1)))
              (let loop ((index 0))
                (cond ((< index last)
                       (combine (apply predicate (elements-at vectors index)) (loop (+ index 1))))
                      ((= index last) (apply predicate (elements-at vectors index)))
                      (else default)))))))))

    (define vector-any
      "The first value other than #f that the predicate gives for an element, or #f."
      (deciding or #f))

    (define vector-every
      "The last value that the predicate gives, if it gives #f for no element; #t for no elements."
      (deciding and #t))

    (define vector-unfold
      "A vector of what (element index seed ...) gives for each index; further values are the next seeds."
      (case-lambda
        ((element length)
         (let loop ((index 0) (result '()))
           (if (< index length)
               (loop (+ index 1) (cons (element index) result))
               (list->vector (reverse result)))))
        ((element length . seeds)
         (let loop ((index 0) (seeds seeds) (result '()))
           (if (< index length)
               (call-with-values (lambda () (apply element index seeds))
                 (lambda (value . seeds) (loop (+ index 1) seeds (cons value result))))
               (list->vector (reverse result)))))))

    (define vector-binary-search
      "The index of an element for which (compare element value) is 0, or #f. The vector, or its range, is in the order of compare, which gives a negative number, 0 or a positive one."
      (case-lambda
        ((vector value compare)
         (vector-binary-search vector value compare 0 (vector-length vector)))
        ((vector value compare start)
         (vector-binary-search vector value compare start (vector-length vector)))
        ((vector value compare start end)
         (check-range "vector-binary-search" vector start end)
         (let loop ((low start) (high end))
           (and (< low high)
                (let* ((middle (quotient (+ low high) 2))
                       (order (compare (vector-ref vector middle) value)))
                  (cond ((zero? order) middle)
                        ((negative? order) (loop (+ middle 1) high))
                        (else (loop low middle)))))))))

    (define (check-range name vector start end)
      "Raises an error unless start and end are a range of the vector."
      (if (not (and (exact-integer? start) (exact-integer? end)))
          (raise (condition :wrong-type (string-append name ": expected exact integers as range")
                            start
                            end)))
      (if (not (<= 0 start end (vector-length vector)))
          (raise (condition :out-of-range (string-append name ": the vector has no such range")
                            start
                            end))))

    (define (vector-empty? vector)
      "Has the vector no elements?"
      (zero? (vector-length vector)))

    (define (vector-swap! vector one other)
      "Exchanges two elements."
      (let ((element (vector-ref vector one)))
        (vector-set! vector one (vector-ref vector other))
        (vector-set! vector other element)))

    (define vector-reverse!
      "Puts the elements, or those of the range, into the opposite order."
      (case-lambda
        ((vector) (vector-reverse! vector 0 (vector-length vector)))
        ((vector start) (vector-reverse! vector start (vector-length vector)))
        ((vector start end)
         (check-range "vector-reverse!" vector start end)
         (let loop ((low start) (high (- end 1)))
           (if (< low high)
               (begin
                 (vector-swap! vector low high)
                 (loop (+ low 1) (- high 1))))))))

    (define (reverse-vector->list vector . range)
      "A list of the elements, or of those of the range, in the opposite order."
      (reverse (apply vector->list vector range)))

    (define (vector-concatenate vectors)
      "The elements of all vectors of the list in one vector."
      (apply vector-append vectors))

    (define (vector-partition predicate vector)
      "Two values: a vector with the elements that satisfy the predicate first, and their number."
      (call-with-values (lambda () (partition predicate (vector->list vector)))
        (lambda (in out) (values (list->vector (append in out)) (length in)))))

    (define (vector= same? . vectors)
      "Have all the vectors the same elements in the same order?"
      (or (null? vectors)
          (null? (cdr vectors))
          (and (or (eq? (car vectors) (cadr vectors))
                   (and (= (vector-length (car vectors)) (vector-length (cadr vectors)))
                        (vector-every same? (car vectors) (cadr vectors))
                        #t))
               (apply vector= same? (cdr vectors)))))))
