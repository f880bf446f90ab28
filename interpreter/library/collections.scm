; Procedures over persistent vectors, maps and sets that call what they are given.
(define-library (ouro collections)
  (export map-vals map-keys map-entries filter-keys filter-vals filter-entries remove-entries
          fold-entries for-each-entry update update-in remove-in select-keys rename-keys merge-with
          zip-map invert empty? map-items append-map-items filter-items remove-items partition-items
          fold-items for-each-item find-item any-item every-item count-items group-by index-by
          frequencies distinct sort-by reverse-items zip-items chunks range concat peek pop
          insert-at remove-at index-of symmetric-difference subset? superset? disjoint?)
  (import (ouro kernel) (ouro control) (ouro traversal) (ouro lists))
  (begin

    (define (fold-entries procedure initial map)
      "Combines the entries in order: (procedure key value accumulated) gives the next accumulated value."
      (fold (lambda (entry result) (procedure (nth entry 0) (nth entry 1) result))
            initial
            (entries map)))

    (define (for-each-entry procedure map)
      "Calls (procedure key value) for each entry, in order."
      (for-each (lambda (entry) (procedure (nth entry 0) (nth entry 1))) (entries map)))

    (define (map-vals procedure map)
      "The map with what the procedure gives for each value."
      (fold-entries (lambda (key value result) (put result key (procedure value))) map map))

    (define (map-keys procedure map)
      "The map with what the procedure gives for each key; of equal keys the last wins."
      (fold-entries (lambda (key value result) (put result (procedure key) value)) {} map))

    (define (map-entries procedure map)
      "A list of what (procedure key value) gives for each entry."
      (reverse (fold-entries (lambda (key value result) (cons (procedure key value) result))
                             '()
                             map)))

    (define (filter-entries keep? map)
      "The entries for which (keep? key value) holds."
      (fold-entries (lambda (key value result)
                      (if (keep? key value) result (remove-key result key)))
                    map
                    map))

    (define (filter-keys keep? map)
      "The entries whose key satisfies the predicate."
      (filter-entries (lambda (key value) (keep? key)) map))

    (define (filter-vals keep? map)
      "The entries whose value satisfies the predicate."
      (filter-entries (lambda (key value) (keep? value)) map))

    (define update
      "The collection with what the procedure gives for the value under the key, or for the default where there is none."
      (case-lambda
        ((collection key procedure) (update collection key procedure #f))
        ((collection key procedure default)
         (put collection key (procedure (get collection key default))))))

    (define update-in
      "The collection with what the procedure gives for the value under the path, or for the default where there is none."
      (case-lambda
        ((collection path procedure) (update-in collection path procedure #f))
        ((collection path procedure default)
         (put-in collection path (procedure (get-in collection path default))))))

    (define (remove-in collection path)
      "The collection without what is under the path."
      (let ((keys (->list path)))
        (if (null? (cdr keys))
            (remove-key collection (car keys))
            (let ((inner (get collection (car keys))))
              (if inner (put collection (car keys) (remove-in inner (cdr keys))) collection)))))

    (define (remove-entries drop? map)
      "The entries for which (drop? key value) does not hold."
      (filter-entries (lambda (key value) (not (drop? key value))) map))

    (define (select-keys map keys)
      "The entries of these keys, in the order of the keys."
      (fold-items (lambda (key result)
                    (if (contains-key? map key) (put result key (get map key)) result))
                  {}
                  keys))

    (define (rename-keys map names)
      "The map with each key that is in the map of names replaced by its name there, in its place."
      (map-keys (lambda (key) (get names key key)) map))

    (define (merge-with combine . maps)
      "All entries of the maps; for a key of several, (combine earlier later) gives the value."
      (fold
        (lambda (map result)
          (fold-entries
            (lambda (key value result)
              (put result
                   key
                   (if (contains-key? result key) (combine (get result key) value) value)))
            result
            map))
        {}
        maps))

    (define (zip-map keys values)
      "The map of the keys with the values side by side."
      (fold (lambda (key value result) (put result key value)) {} (->list keys) (->list values)))

    (define (invert map)
      "The map from the values to their keys; of equal values the last key counts."
      (fold-entries (lambda (key value result) (put result value key)) {} map))

    ;; A collection of the kind of another one, with these elements; a list for what is not persistent.
    (define (like collection items)
      (cond ((persistent-vector? collection) (->persistent-vector items))
            ((persistent-set? collection) (->set items))
            ((persistent-map? collection) (->map items))
            (else items)))

    (define (empty? collection)
      "Has the collection, list, string or vector no elements?"
      (cond ((or (persistent-map? collection)
                 (persistent-vector? collection)
                 (persistent-set? collection))
             (= (size collection) 0))
            ((pair? collection) #f)
            (else (null? (->list collection)))))

    (define (map-items procedure collection)
      "A collection of the same kind with what the procedure gives for each element; a map's elements are its entries [key value]."
      (like collection (map procedure (->list collection))))

    (define (append-map-items procedure collection)
      "A collection of the same kind with the elements of all the collections that the procedure gives."
      (like collection (append-map (lambda (item) (->list (procedure item))) (->list collection))))

    (define (filter-items keep? collection)
      "A collection of the same kind with the elements that satisfy the predicate."
      (like collection (filter keep? (->list collection))))

    (define (remove-items drop? collection)
      "A collection of the same kind with the elements that do not satisfy the predicate."
      (like collection (remove drop? (->list collection))))

    (define (partition-items keep? collection)
      "Two values: collections of the same kind with the elements that satisfy the predicate, and with the others."
      (call-with-values (lambda () (partition keep? (->list collection)))
        (lambda (in out) (values (like collection in) (like collection out)))))

    (define (fold-items procedure initial collection)
      "Combines the elements in order: (procedure element accumulated) gives the next accumulated value."
      (fold procedure initial (->list collection)))

    (define (for-each-item procedure collection)
      "Calls the procedure with each element, in order."
      (for-each procedure (->list collection)))

    (define (find-item found? collection)
      "The first element that satisfies the predicate, or #f."
      (find found? (->list collection)))

    (define (any-item predicate collection)
      "The first value other than #f that the predicate gives for an element, or #f."
      (any predicate (->list collection)))

    (define (every-item predicate collection)
      "The last value that the predicate gives, if it gives #f for no element; #t for no elements."
      (every predicate (->list collection)))

    (define (count-items predicate collection)
      "How many elements satisfy the predicate."
      (count predicate (->list collection)))

    (define (group-by key-of collection)
      "A map from each key that the procedure gives to the list of the elements that it gives it for."
      (map-vals reverse
        (fold-items (lambda (item groups)
                      (update groups (key-of item) (lambda (group) (cons item group)) '()))
                    {}
                    collection)))

    (define (index-by key-of collection)
      "A map from each key that the procedure gives to the last element that it gives it for."
      (fold-items (lambda (item index) (put index (key-of item) item)) {} collection))

    (define (frequencies collection)
      "A map from each element to the number of times that it occurs."
      (fold-items (lambda (item counts) (put counts item (+ 1 (get counts item 0)))) {} collection))

    (define (distinct collection)
      "A collection of the same kind with only the first of any elements that are equal?."
      (like collection (delete-duplicates (->list collection))))

    (define sort-by
      "A collection of the same kind in the order of what the procedure gives for each element, numbers unless less? is given; equal ones stay in theirs."
      (case-lambda
        ((key-of collection) (sort-by key-of collection <))
        ((key-of collection less?)
         (let* ((keyed (map (lambda (item) (cons (key-of item) item)) (->list collection)))
                (sorted (map cdr
                             (list-sort (lambda (one other) (less? (car one) (car other))) keyed))))
           (like collection sorted)))))

    (define (zip-items . collections)
      "A persistent vector of the persistent vectors of elements that stand side by side."
      (->persistent-vector (apply map persistent-vector (map ->list collections))))

    (define (chunks length collection)
      "A persistent vector of persistent vectors of so many elements each; the last may have fewer."
      (if (not (and (exact-integer? length) (positive? length)))
          (raise (condition :wrong-type "chunks: expected a positive exact integer as operand 1"
                            length)))
      (let* ((items (->persistent-vector collection)) (total (size items)))
        (let loop ((start 0) (result []))
          (if (< start total)
              (loop (+ start length)
                    (conj result (subvec items start (min total (+ start length)))))
              result))))

    (define range
      "A persistent vector of the numbers from start (else 0) to before end, by step (else 1)."
      (case-lambda
        ((end) (range 0 end 1))
        ((start end) (range start end 1))
        ((start end step)
         (if (zero? step)
             (raise (condition :division-by-zero "range: the step must not be zero" step)))
         (->persistent-vector (iota (max 0 (exact (ceiling (/ (- end start) step)))) start step)))))

    ;; Persistent vectors

    (define (concat . collections)
      "A persistent vector of the elements of all the collections, one after the other."
      (fold (lambda (collection result) (into result collection)) [] collections))

    (define (peek vector)
      "The last element of a persistent vector that is not empty."
      (nth vector (- (size vector) 1)))

    (define (pop vector)
      "A persistent vector of all elements but the last."
      (subvec vector 0 (- (size vector) 1)))

    (define (insert-at vector index item)
      "The persistent vector with another element before that at the index."
      (into (conj (subvec vector 0 index) item) (subvec vector index)))

    (define (remove-at vector index)
      "The persistent vector without the element at the index."
      (nth vector index)
      (into (subvec vector 0 index) (subvec vector (+ index 1))))

    (define (index-of vector item)
      "The index of the first element equal? to the item, or #f."
      (list-index (lambda (each) (equal? each item)) (->list vector)))

    (define (reverse-items collection)
      "A collection of the same kind with the elements in the opposite order."
      (like collection (reverse (->list collection))))

    ;; Sets

    (define (symmetric-difference one other)
      "What is in one of the two sets only."
      (union (difference one other) (difference other one)))

    (define (subset? one other)
      "Is each element of the first set in the other?"
      (and (<= (size one) (size other))
           (every (lambda (item) (contains-key? other item)) (->list one))))

    (define (superset? one other)
      "Is each element of the other set in the first?"
      (subset? other one))

    (define (disjoint? one other)
      "Have the two sets no element in common?"
      (not (any (lambda (item) (contains-key? other item)) (->list one))))))
