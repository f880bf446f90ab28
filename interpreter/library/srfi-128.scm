; SRFI 128, comparators: a type test, an equality, an order and a hash that belong together.
(define-library (srfi 128)
  (export comparator? comparator-ordered? comparator-hashable?
          make-comparator make-pair-comparator make-list-comparator make-vector-comparator
          make-eq-comparator make-eqv-comparator make-equal-comparator make-default-comparator
          boolean-hash char-hash char-ci-hash (rename %string-hash string-hash)
          (rename %string-ci-hash string-ci-hash)
          symbol-hash number-hash default-hash hash-bound hash-salt
          comparator-type-test-predicate comparator-equality-predicate comparator-ordering-predicate
          comparator-hash-function
          comparator-test-type comparator-check-type comparator-hash =? <? >? <=? >=?
          comparator-if<=>)
  (import (ouro kernel) (ouro control) (ouro traversal))
  (begin

    (define-record-type comparator
      (%make-comparator type-test equality ordering hash ordered? hashable?)
      comparator?
      (type-test comparator-type-test-predicate)
      (equality comparator-equality-predicate)
      (ordering comparator-ordering-predicate)
      (hash comparator-hash-function)
      (ordered? comparator-ordered?)
      (hashable? comparator-hashable?))

    (define (make-comparator type-test equality ordering hash)
      "A comparator of these procedures. The type test or the equality may be #t for the usual one; the order and the hash may be #f for none."
      (%make-comparator
        (if (eq? type-test #t) (lambda (object) #t) type-test)
        (if (eq? equality #t)
            (lambda (one other) (not (or (ordering one other) (ordering other one))))
            equality)
        (or ordering
            (lambda (one other)
              (raise (condition :wrong-type "this comparator has no order" one other))))
        (or hash
            (lambda (object) (raise (condition :wrong-type "this comparator has no hash" object))))
        (and ordering #t)
        (and hash #t)))

    (define (comparator-test-type comparator object)
      "Can the comparator compare the object?"
      ((comparator-type-test-predicate comparator) object))

    (define (comparator-check-type comparator object)
      "Raises an error unless the comparator can compare the object."
      (or (comparator-test-type comparator object)
          (raise (condition :wrong-type "the comparator cannot compare" object))))

    (define (comparator-hash comparator object)
      "The hash of the object."
      ((comparator-hash-function comparator) object))

    ;; Hashes. Each is an exact integer from 0 to below the bound.

    (define-syntax hash-bound
      "A number that all hashes are below."
      (syntax-rules () ((_) 2147483648)))

    (define-syntax hash-salt
      "A number that hashes may depend on: always the same, since programs are deterministic."
      (syntax-rules () ((_) 16064047)))

    (define (boolean-hash object) "A hash of a boolean." (%hash object))
    (define (char-hash object) "A hash of a character." (%hash object))
    (define (char-ci-hash object)
      "A hash of a character, whatever its case."
      (%hash (char-foldcase object)))
    (define (symbol-hash object) "A hash of a symbol." (%hash object))

    (define (number-hash object)
      "A hash of a number, the same for all that are = to it."
      (%hash (if (and (real? object) (inexact? object) (finite? object)) (exact object) object)))

    (define (combine-hashes hash other)
      (modulo (+ (* hash 31) other) (hash-bound)))

    (define (default-hash object)
      "A hash that agrees with the default comparator."
      (cond ((number? object) (number-hash object))
            ((pair? object)
             (let loop ((rest object) (hash 7) (left 64))
               (cond ((= left 0) hash)
                     ((pair? rest)
                      (loop (cdr rest) (combine-hashes hash (default-hash (car rest))) (- left 1)))
                     (else (combine-hashes hash (default-hash rest))))))
            ((vector? object) (combine-hashes (default-hash (vector->list object)) 1))
            (else (%hash object))))

    ;; The default comparator: kinds in a fixed order, and each kind in its own.

    (define (rank object)
      (cond ((null? object) 0)
            ((pair? object) 1)
            ((boolean? object) 2)
            ((char? object) 3)
            ((string? object) 4)
            ((symbol? object) 5)
            ((number? object) 6)
            ((vector? object) 7)
            ((bytevector? object) 8)
            ((keyword? object) 9)
            (else 10)))

    (define (default-equal? one other)
      (cond ((number? one) (and (number? other) (= one other)))
            ((pair? one)
             (and (pair? other)
                  (default-equal? (car one) (car other))
                  (default-equal? (cdr one) (cdr other))))
            ((vector? one)
             (and (vector? other)
                  (= (vector-length one) (vector-length other))
                  (every default-equal? (vector->list one) (vector->list other))))
            (else (equal? one other))))

    (define (complex<? one other)
      (if (and (real? one) (real? other))
          (< one other)
          (string<? (number->string one) (number->string other))))

    (define (default<? one other)
      (let ((kind (rank one)))
        (if (= kind (rank other))
            (case kind
              ((1) (list<? default-equal? default<? one other))
              ((2) (and (not one) other))
              ((3) (char<? one other))
              ((4) (string<? one other))
              ((5) (string<? (symbol->string one) (symbol->string other)))
              ((6) (complex<? one other))
              ((7) (vector<? default-equal? default<? one other))
              ((8) (vector<? = < (bytevector->vector one) (bytevector->vector other)))
              ((9) (string<? (keyword->string one) (keyword->string other)))
              (else #f))
            (< kind (rank other)))))

    (define (bytevector->vector bytes)
      (let loop ((index (- (bytevector-length bytes) 1)) (result '()))
        (if (< index 0)
            (list->vector result)
            (loop (- index 1) (cons (bytevector-u8-ref bytes index) result)))))

    ;; Lists are in the order of their first elements that differ; a list comes after its beginnings.
    (define (list<? same? less? one other)
      (cond ((and (pair? one) (pair? other))
             (if (same? (car one) (car other))
                 (list<? same? less? (cdr one) (cdr other))
                 (less? (car one) (car other))))
            ((pair? one) #f)
            ((pair? other) (null? one))
            ((null? one) (not (null? other)))
            (else (and (not (null? other)) (less? one other)))))

    ;; Shorter vectors come first.
    (define (vector<? same? less? one other)
      (if (= (vector-length one) (vector-length other))
          (list<? same? less? (vector->list one) (vector->list other))
          (< (vector-length one) (vector-length other))))

    (define (make-default-comparator)
      "A comparator of all data, numbers by =."
      (make-comparator #t default-equal? default<? default-hash))

    (define (make-eq-comparator)
      "A comparator by eq?, without an order."
      (make-comparator #t eq? #f %identity-hash))

    (define (make-eqv-comparator)
      "A comparator by eqv?, without an order."
      (make-comparator #t eqv? #f %identity-hash))

    (define (make-equal-comparator)
      "A comparator by equal?, without an order."
      (make-comparator #t equal? #f %hash))

    (define (make-pair-comparator head tail)
      "A comparator of pairs, by one comparator for the car and then one for the cdr."
      (make-comparator
        (lambda (object)
          (and (pair? object)
               (comparator-test-type head (car object))
               (comparator-test-type tail (cdr object))))
        (lambda (one other) (and (=? head (car one) (car other)) (=? tail (cdr one) (cdr other))))
        (and (comparator-ordered? head)
             (comparator-ordered? tail)
             (lambda (one other)
               (if (=? head (car one) (car other))
                   (<? tail (cdr one) (cdr other))
                   (<? head (car one) (car other)))))
        (and (comparator-hashable? head)
             (comparator-hashable? tail)
             (lambda (object)
               (combine-hashes (comparator-hash head (car object))
                               (comparator-hash tail (cdr object)))))))

    (define make-list-comparator
      "A comparator of lists by a comparator of their elements. What is a list, when it is empty, and what are its head and tail may be said by procedures."
      (case-lambda
        ((element) (make-list-comparator element list? null? car cdr))
        ((element type-test empty? head tail)
         (let ((->list (lambda (object)
                         (let loop ((rest object) (result '()))
                           (if (empty? rest)
                               (reverse result)
                               (loop (tail rest) (cons (head rest) result)))))))
           (sequence-comparator element type-test ->list
             (lambda (same? less? one other) (list<? same? less? (->list one) (->list other))))))))

    (define make-vector-comparator
      "A comparator of vectors by a comparator of their elements, shorter ones first. What is a vector, its length and its elements may be said by procedures."
      (case-lambda
        ((element) (make-vector-comparator element vector? vector-length vector-ref))
        ((element type-test length ref)
         (let ((->list (lambda (object)
                         (map (lambda (index) (ref object index)) (iota (length object))))))
           (sequence-comparator element type-test ->list
             (lambda (same? less? one other)
               (if (= (length one) (length other))
                   (list<? same? less? (->list one) (->list other))
                   (< (length one) (length other)))))))))

    (define (sequence-comparator element type-test ->list less?)
      (let ((same? (comparator-equality-predicate element)))
        (make-comparator
          (lambda (object)
            (and (type-test object)
                 (every (lambda (each) (comparator-test-type element each)) (->list object))))
          (lambda (one other)
            (let loop ((one (->list one)) (other (->list other)))
              (cond ((null? one) (null? other))
                    ((null? other) #f)
                    (else (and (same? (car one) (car other)) (loop (cdr one) (cdr other)))))))
          (and (comparator-ordered? element)
               (lambda (one other) (less? same? (comparator-ordering-predicate element) one other)))
          (and (comparator-hashable? element)
               (lambda (object)
                 (fold (lambda (each hash) (combine-hashes hash (comparator-hash element each)))
                       7
                       (->list object)))))))

    ;; Comparisons of two objects or more, each with the next.

    (define (each-with-next holds? one others)
      (or (null? others)
          (and (holds? one (car others))
               (each-with-next holds? (car others) (cdr others)))))

    (define (=? comparator one . others)
      "Are they all the same?"
      (each-with-next (comparator-equality-predicate comparator) one others))

    (define (<? comparator one . others)
      "Does each come before the next?"
      (each-with-next (comparator-ordering-predicate comparator) one others))

    (define (>? comparator one . others)
      "Does each come after the next?"
      (let ((less? (comparator-ordering-predicate comparator)))
        (each-with-next (lambda (one other) (less? other one)) one others)))

    (define (<=? comparator one . others)
      "Does none come after the next?"
      (let ((less? (comparator-ordering-predicate comparator)))
        (each-with-next (lambda (one other) (not (less? other one))) one others)))

    (define (>=? comparator one . others)
      "Does none come before the next?"
      (let ((less? (comparator-ordering-predicate comparator)))
        (each-with-next (lambda (one other) (not (less? one other))) one others)))

    (define-syntax comparator-if<=>
      "Evaluates one of three expressions, as the first object comes before, is the same as, or comes after the second."
      (syntax-rules ()
        ((_ one other less same greater)
         (comparator-if<=> (make-default-comparator) one other less same greater))
        ((_ comparator one other less same greater)
         (let ((by comparator) (left one) (right other))
           (cond ((<? by left right) less)
                 ((=? by left right) same)
                 (else greater))))))))
