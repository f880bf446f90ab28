; Procedures over lists that call what they are given: mapping, folding, searching (R7RS 6.4, 6.10; SRFI 1).
(define-library (ouro traversal)
  (export map for-each append-map filter-map fold fold-right reduce reduce-right
          filter remove partition find find-tail any every count list-index
          take-while drop-while span break member assoc not-a-list)
  (import (ouro kernel) (ouro control))
  (begin

    (define (not-a-list name object)
      "Raises the error that a list was expected."
      (raise (condition :wrong-type (string-append name ": expected a proper list") object)))

    ;; What a loop over a list returns when it reaches the end: the result, if the end is a proper one.
    (define-syntax at-end
      (syntax-rules ()
        ((_ name end result) (if (null? end) result (not-a-list name end)))))

    ;; The cars and the cdrs of several lists; #f as soon as one of them is at its end.
    (define (firsts lists)
      (let loop ((lists lists) (result '()))
        (cond ((null? lists) (reverse result))
              ((pair? (car lists)) (loop (cdr lists) (cons (car (car lists)) result)))
              (else #f))))

    (define (rests lists)
      (let loop ((lists lists) (result '()))
        (if (null? lists) (reverse result) (loop (cdr lists) (cons (cdr (car lists)) result)))))

    (define map
      "A list of what the procedure gives for each element, or for the elements of several lists side by side."
      (case-lambda
        ((procedure items)
         (let loop ((rest items) (result '()))
           (if (pair? rest)
               (loop (cdr rest) (cons (procedure (car rest)) result))
               (at-end "map" rest (reverse result)))))
        ((procedure one other)
         (let loop ((one one) (other other) (result '()))
           (if (and (pair? one) (pair? other))
               (loop (cdr one) (cdr other) (cons (procedure (car one) (car other)) result))
               (reverse result))))
        ((procedure items . lists)
         (let loop ((lists (cons items lists)) (result '()))
           (let ((operands (firsts lists)))
             (if operands
                 (loop (rests lists) (cons (apply procedure operands) result))
                 (reverse result)))))))

    (define for-each
      "Calls the procedure with each element, in order, or with those of several lists side by side."
      (case-lambda
        ((procedure items)
         (let loop ((rest items))
           (if (pair? rest)
               (begin (procedure (car rest)) (loop (cdr rest)))
               (at-end "for-each" rest (void)))))
        ((procedure one other)
         (let loop ((one one) (other other))
           (if (and (pair? one) (pair? other))
               (begin (procedure (car one) (car other)) (loop (cdr one) (cdr other))))))
        ((procedure items . lists)
         (let loop ((lists (cons items lists)))
           (let ((operands (firsts lists)))
             (if operands
                 (begin (apply procedure operands) (loop (rests lists)))))))))

    (define (append-map procedure items . lists)
      "The lists that the procedure gives for each element, one after the other in one list."
      (concatenate (apply map procedure items lists)))

    (define filter-map
      "A list of what the procedure gives for each element, without the #f among it."
      (case-lambda
        ((procedure items)
         (let loop ((rest items) (result '()))
           (if (pair? rest)
               (loop (cdr rest)
                     (let ((value (procedure (car rest)))) (if value (cons value result) result)))
               (at-end "filter-map" rest (reverse result)))))
        ((procedure items . lists)
         (filter (lambda (value) value) (apply map procedure items lists)))))

    (define fold
      "Combines the elements from the left: (procedure element accumulated) gives the next accumulated value."
      (case-lambda
        ((procedure initial items)
         (let loop ((rest items) (result initial))
           (if (pair? rest)
               (loop (cdr rest) (procedure (car rest) result))
               (at-end "fold" rest result))))
        ((procedure initial one other)
         (let loop ((one one) (other other) (result initial))
           (if (and (pair? one) (pair? other))
               (loop (cdr one) (cdr other) (procedure (car one) (car other) result))
               result)))
        ((procedure initial items . lists)
         (let loop ((lists (cons items lists)) (result initial))
           (let ((operands (firsts lists)))
             (if operands
                 (loop (rests lists) (apply procedure (append operands (list result))))
                 result))))))

    (define fold-right
      "Combines the elements from the right: (procedure element accumulated) gives the next accumulated value."
      (case-lambda
        ((procedure initial items)
         (let loop ((rest (reverse items)) (result initial))
           (if (pair? rest) (loop (cdr rest) (procedure (car rest) result)) result)))
        ((procedure initial items . lists)
         (let loop ((tuples (reverse (apply map list items lists))) (result initial))
           (if (pair? tuples)
               (loop (cdr tuples) (apply procedure (append (car tuples) (list result))))
               result)))))

    (define (reduce procedure default items)
      "Like fold, with the first element as the initial value; the default if there are no elements."
      (if (null? items) default (fold procedure (car items) (cdr items))))

    (define (reduce-right procedure default items)
      "Like fold-right, with the last element as the initial value; the default if there are no elements."
      (let ((backwards (reverse items)))
        (if (null? backwards) default (fold procedure (car backwards) (cdr backwards)))))

    (define (filter keep? items)
      "A list of the elements for which the predicate holds."
      (let loop ((rest items) (result '()))
        (if (pair? rest)
            (loop (cdr rest) (if (keep? (car rest)) (cons (car rest) result) result))
            (at-end "filter" rest (reverse result)))))

    (define (remove drop? items)
      "A list of the elements for which the predicate does not hold."
      (filter (lambda (item) (not (drop? item))) items))

    (define (partition keep? items)
      "Two values: the elements for which the predicate holds, and the others."
      (let loop ((rest items) (in '()) (out '()))
        (cond ((null? rest) (values (reverse in) (reverse out)))
              ((not (pair? rest)) (not-a-list "partition" rest))
              ((keep? (car rest)) (loop (cdr rest) (cons (car rest) in) out))
              (else (loop (cdr rest) in (cons (car rest) out))))))

    (define (find-tail found? items)
      "The first part of the list whose first element satisfies the predicate, or #f."
      (let loop ((rest items))
        (cond ((not (pair? rest)) (at-end "find-tail" rest #f))
              ((found? (car rest)) rest)
              (else (loop (cdr rest))))))

    (define (find found? items)
      "The first element that satisfies the predicate, or #f."
      (let ((tail (find-tail found? items)))
        (and tail (car tail))))

    (define any
      "The first value other than #f that the predicate gives for an element, or #f."
      (case-lambda
        ((predicate items)
         (let loop ((rest items))
           (cond ((not (pair? rest)) (at-end "any" rest #f))
                 ((null? (cdr rest)) (predicate (car rest)))
                 (else (or (predicate (car rest)) (loop (cdr rest)))))))
        ((predicate items . lists)
         (let loop ((operands (firsts (cons items lists))) (rest (cons items lists)))
           (and operands
                (let* ((rest (rests rest)) (next (firsts rest)))
                  (if next
                      (or (apply predicate operands) (loop next rest))
                      (apply predicate operands))))))))

    (define every
      "The last value that the predicate gives, if it gives #f for no element; #t for no elements."
      (case-lambda
        ((predicate items)
         (let loop ((rest items))
           (cond ((not (pair? rest)) (at-end "every" rest #t))
                 ((null? (cdr rest)) (predicate (car rest)))
                 (else (and (predicate (car rest)) (loop (cdr rest)))))))
        ((predicate items . lists)
         (let loop ((operands (firsts (cons items lists))) (rest (cons items lists)))
           (or (not operands)
               (let* ((rest (rests rest)) (next (firsts rest)))
                 (if next
                     (and (apply predicate operands) (loop next rest))
                     (apply predicate operands))))))))

    (define count
      "How many elements satisfy the predicate."
      (case-lambda
        ((predicate items)
         (let loop ((rest items) (total 0))
           (if (pair? rest)
               (loop (cdr rest) (if (predicate (car rest)) (+ total 1) total))
               (at-end "count" rest total))))
        ((predicate items . lists)
         (let loop ((lists (cons items lists)) (total 0))
           (let ((operands (firsts lists)))
             (if operands
                 (loop (rests lists) (if (apply predicate operands) (+ total 1) total))
                 total))))))

    (define list-index
      "The index of the first element that satisfies the predicate, or #f."
      (case-lambda
        ((predicate items)
         (let loop ((rest items) (index 0))
           (cond ((not (pair? rest)) (at-end "list-index" rest #f))
                 ((predicate (car rest)) index)
                 (else (loop (cdr rest) (+ index 1))))))
        ((predicate items . lists)
         (let loop ((lists (cons items lists)) (index 0))
           (let ((operands (firsts lists)))
             (cond ((not operands) #f)
                   ((apply predicate operands) index)
                   (else (loop (rests lists) (+ index 1)))))))))

    (define (span keep? items)
      "Two values: the elements before the first that fails the predicate, and the rest of the list."
      (let loop ((rest items) (taken '()))
        (if (and (pair? rest) (keep? (car rest)))
            (loop (cdr rest) (cons (car rest) taken))
            (values (reverse taken) rest))))

    (define (break stop? items)
      "Two values: the elements before the first that satisfies the predicate, and the rest of the list."
      (span (lambda (item) (not (stop? item))) items))

    (define (take-while keep? items)
      "The elements before the first that fails the predicate."
      (call-with-values (lambda () (span keep? items)) (lambda (taken rest) taken)))

    (define (drop-while drop? items)
      "The list from the first element on that fails the predicate."
      (call-with-values (lambda () (span drop? items)) (lambda (taken rest) rest)))

    (define member
      "The first part of the list that begins with an element the same as the object, or #f. The same means equal?, or what the third operand says."
      (case-lambda
        ((object items) (%member object items))
        ((object items same?) (find-tail (lambda (item) (same? object item)) items))))

    (define assoc
      "The first pair of the list whose car is the same as the object, or #f. The same means equal?, or what the third operand says."
      (case-lambda
        ((object alist) (%assoc object alist))
        ((object alist same?) (find (lambda (entry) (same? object (car entry))) alist))))))
