; The rest of SRFI 1: building, deleting, association lists, lists as sets.
(define-library (ouro lists)
  (export xcons list-tabulate unfold unfold-right zip unzip car+cdr append! reverse! append-reverse!
          filter! remove! partition! delete delete! delete-duplicates alist-cons alist-copy
          alist-delete lset-adjoin lset-union lset-intersection lset-difference lset-xor lset<=
          lset= list= null-list? not-pair? pair-for-each pair-fold map-in-order sixth seventh eighth
          ninth tenth list-sort sort vector-sort)
  (import (ouro kernel) (ouro traversal))
  (begin

    (define (xcons tail head)
      "A pair with the operands in the other order."
      (cons head tail))

    (define (list-tabulate length element)
      "The list of what the procedure gives for each index."
      (let loop ((index (- length 1)) (result '()))
        (if (< index 0) result (loop (- index 1) (cons (element index) result)))))

    (define unfold
      "Builds a list from a seed: (element seed) until (stop? seed), each time with (next seed). The tail comes from (tail-of seed), else it is ()."
      (case-lambda
        ((stop? element next seed) (unfold stop? element next seed (lambda (seed) '())))
        ((stop? element next seed tail-of)
         (let loop ((seed seed) (result '()))
           (if (stop? seed)
               (append-reverse result (tail-of seed))
               (loop (next seed) (cons (element seed) result)))))))

    (define unfold-right
      "Builds a list from its end: (element seed) until (stop? seed), each time with (next seed), in front of the tail."
      (case-lambda
        ((stop? element next seed) (unfold-right stop? element next seed '()))
        ((stop? element next seed tail)
         (let loop ((seed seed) (result tail))
           (if (stop? seed) result (loop (next seed) (cons (element seed) result)))))))

    (define (zip . lists)
      "The list of the lists of elements that stand side by side."
      (apply map list lists))

    (define (unzip lists)
      "The opposite of zip: a list of the first elements, one of the second, and so on."
      (if (null? lists) '() (apply map list lists)))

    (define (car+cdr pair)
      "Two values: the car and the cdr."
      (values (car pair) (cdr pair)))

    (define append! "Like append, which it is." append)
    (define reverse! "Like reverse, which it is." reverse)
    (define append-reverse! "Like append-reverse, which it is." append-reverse)
    (define filter! "Like filter, which it is." filter)
    (define remove! "Like remove, which it is." remove)
    (define partition! "Like partition, which it is." partition)
    (define map-in-order "Like map, which goes from left to right." map)

    (define delete
      "The list without the elements the same as the object. The same means equal?, or what the third operand says."
      (case-lambda
        ((object items) (%delete object items))
        ((object items same?) (remove (lambda (item) (same? object item)) items))))

    (define delete! "Like delete, which it is." delete)

    (define delete-duplicates
      "The list with only the first of any elements that are the same. The same means equal?, or what the second operand says."
      (case-lambda
        ((items) (delete-duplicates items equal?))
        ((items same?)
         (let ((seen (%make-hash-table same? #f)))
           (if (%hash-table-native? seen)
               (filter (lambda (item) (%hash-table-add! seen item)) items)
               (let loop ((rest items) (result '()))
                 (cond ((null? rest) (reverse result))
                       ((any (lambda (earlier) (same? earlier (car rest))) result)
                        (loop (cdr rest) result))
                       (else (loop (cdr rest) (cons (car rest) result))))))))))

    (define (alist-cons key value alist)
      "The association list with one more entry in front."
      (cons (cons key value) alist))

    (define (alist-copy alist)
      "A copy of an association list and of its entries."
      (map (lambda (entry) (cons (car entry) (cdr entry))) alist))

    (define alist-delete
      "The association list without the entries whose key is the same as the object."
      (case-lambda
        ((key alist) (alist-delete key alist equal?))
        ((key alist same?) (remove (lambda (entry) (same? key (car entry))) alist))))

    (define (lset-adjoin same? set . objects)
      "The set, a list, with those objects added that are not in it."
      (fold (lambda (object set) (if (member object set (flip same?)) set (cons object set)))
            set
            objects))

    (define (flip same?)
      (lambda (object item) (same? item object)))

    (define (lset-union same? . sets)
      "What is in any of the sets."
      (reduce (lambda (set result)
                (cond ((null? result) set)
                      ((eq? set result) result)
                      (else (apply lset-adjoin same? result set))))
              '()
              sets))

    (define (lset-intersection same? set . sets)
      "What is in all of the sets."
      (filter (lambda (object) (every (lambda (other) (member object other same?)) sets)) set))

    (define (lset-difference same? set . sets)
      "What is in the first set and in none of the others."
      (filter (lambda (object) (not (any (lambda (other) (member object other same?)) sets))) set))

    (define (lset-xor same? . sets)
      "What is in an odd number of the sets."
      (reduce (lambda (set result)
                (append (lset-difference same? set result) (lset-difference same? result set)))
              '()
              sets))

    (define (lset<= same? . sets)
      "Is each set a part of the next?"
      (or (null? sets)
          (null? (cdr sets))
          (and (every (lambda (object) (member object (cadr sets) same?)) (car sets))
               (apply lset<= same? (cdr sets)))))

    (define (lset= same? . sets)
      "Have all the sets the same members?"
      (and (apply lset<= same? sets) (apply lset<= same? (reverse sets))))

    (define (list= same? . lists)
      "Have all the lists the same elements in the same order?"
      (define (pair-equal? one other)
        (cond ((null? one) (null? other))
              ((null? other) #f)
              (else (and (same? (car one) (car other)) (pair-equal? (cdr one) (cdr other))))))
      (or (null? lists)
          (null? (cdr lists))
          (and (pair-equal? (car lists) (cadr lists)) (apply list= same? (cdr lists)))))

    (define (null-list? items)
      "Is the list empty? Anything but a list is an error."
      (cond ((pair? items) #f)
            ((null? items) #t)
            (else (not-a-list "null-list?" items))))

    (define (not-pair? object)
      "Is the object anything but a pair?"
      (not (pair? object)))

    (define pair-for-each
      "Calls the procedure with the list, then with each of its tails that is a pair; or with those of several lists side by side."
      (case-lambda
        ((procedure items)
         (let loop ((rest items))
           (if (pair? rest)
               (let ((next (cdr rest)))
                 (procedure rest)
                 (loop next)))))
        ((procedure items . lists)
         (let loop ((lists (cons items lists)))
           (if (every pair? lists)
               (let ((next (map cdr lists)))
                 (apply procedure lists)
                 (loop next)))))))

    (define pair-fold
      "Like fold, over the list and its tails instead of its elements."
      (case-lambda
        ((procedure initial items)
         (let loop ((rest items) (result initial))
           (if (pair? rest)
               (let ((next (cdr rest)))
                 (loop next (procedure rest result)))
               result)))
        ((procedure initial items . lists)
         (let loop ((lists (cons items lists)) (result initial))
           (if (every pair? lists)
               (let ((next (map cdr lists)))
                 (loop next (apply procedure (append lists (list result)))))
               result)))))

    (define (sixth items) "The element at index 5." (list-ref items 5))
    (define (seventh items) "The element at index 6." (list-ref items 6))
    (define (eighth items) "The element at index 7." (list-ref items 7))
    (define (ninth items) "The element at index 8." (list-ref items 8))
    (define (tenth items) "The element at index 9." (list-ref items 9))

    ;; A stable merge sort, bottom up between two vectors: runs of 1, 2, 4 … elements are merged into longer ones.
    ;; Neighbours that are in order already are copied as a whole, and so is what remains when one of them is used up.

    (define (merge-runs from to low middle high less?)
      (if (or (= middle high) (not (less? (vector-ref from middle) (vector-ref from (- middle 1)))))
          (vector-copy! to low from low high)
          (let loop ((left low)
                     (first (vector-ref from low))
                     (right middle)
                     (second (vector-ref from middle))
                     (at low))
            (if (less? second first)
                (let ((next (+ right 1)))
                  (vector-set! to at second)
                  (if (< next high)
                      (loop left first next (vector-ref from next) (+ at 1))
                      (vector-copy! to (+ at 1) from left middle)))
                (let ((next (+ left 1)))
                  (vector-set! to at first)
                  (if (< next middle)
                      (loop next (vector-ref from next) right second (+ at 1))
                      (vector-copy! to (+ at 1) from right high)))))))

    (define (merge-all from to width less?)
      (let ((length (vector-length from)))
        (let loop ((low 0))
          (if (< low length)
              (let* ((middle (min (+ low width) length)) (high (min (+ middle width) length)))
                (merge-runs from to low middle high less?)
                (loop high))))))

    (define (vector-sort vector less?)
      "A new vector of the elements in order; equal ones stay in theirs."
      (let ((length (vector-length vector)))
        (let loop ((from (vector-copy vector)) (to (make-vector length #f)) (width 1))
          (if (< width length)
              (begin
                (merge-all from to width less?)
                (loop to from (* 2 width)))
              from))))

    (define (list-sort less? items)
      "A new list of the elements in order; equal ones stay in theirs."
      (vector->list (vector-sort (list->vector items) less?)))

    (define (sort sequence less?)
      "A new list or vector, as the sequence is, of its elements in order; equal ones stay in theirs."
      (cond ((vector? sequence) (vector-sort sequence less?))
            ((persistent-vector? sequence)
             (->persistent-vector (list-sort less? (->list sequence))))
            (else (list-sort less? sequence))))))
