; Hash tables (SRFI 69, SRFI 125): mutable, in order of insertion. A walk sees the entries that there were when it began.
(define-library (ouro hash-tables)
  (export make-hash-table hash-table hash-table-unfold alist->hash-table
          (rename %hash-table? hash-table?) hash-table-contains? hash-table-exists?
          hash-table-empty? hash-table=? hash-table-mutable?
          hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete!
          hash-table-intern!
          hash-table-update! hash-table-update!/default hash-table-pop!
          (rename %hash-table-clear! hash-table-clear!)
          (rename %hash-table-size hash-table-size) (rename %hash-table-keys hash-table-keys)
          (rename %hash-table-values hash-table-values) hash-table-entries hash-table-find
          hash-table-count
          hash-table-map hash-table-for-each hash-table-walk hash-table-map! hash-table-map->list
          hash-table-fold hash-table-prune!
          hash-table-copy hash-table-empty-copy (rename %hash-table->alist hash-table->alist)
          hash-table-union! hash-table-merge! hash-table-intersection! hash-table-difference!
          hash-table-xor!
          (rename %hash-table-equivalence hash-table-equivalence-function)
          (rename %hash-table-hash hash-table-hash-function)
          (rename %hash hash) (rename %string-hash string-hash)
          (rename %string-ci-hash string-ci-hash)
          (rename %identity-hash hash-by-identity))
  (import (ouro kernel) (ouro control) (ouro traversal) (srfi 128))
  (begin

    (define make-hash-table
      "An empty hash table. Keys are the same by a comparator or an equivalence, else by equal?; hash agrees with it. Other operands, such as a size, do nothing."
      (case-lambda
        (() (make-hash-table equal?))
        ((same . options)
         (if (comparator? same)
             (%make-hash-table (comparator-equality-predicate same) (comparator-hash-function same))
             (let ((given (find procedure? options)))
               (%make-hash-table same (or given (hash-of-equivalence same))))))))

    ;; A hash that agrees with the equivalence. Where none is known, all keys have the same: right, though slow.
    (define (hash-of-equivalence same?)
      (cond ((eq? same? eq?) %identity-hash)
            ((eq? same? string-ci=?) %string-ci-hash)
            ((eq? same? =) number-hash)
            ((eq? same? char-ci=?) char-ci-hash)
            ((memq same? native-equivalences) %hash)
            (else (lambda (key) 0))))

    (define native-equivalences (list eqv? equal? string=? char=? symbol=? boolean=?))

    (define (hash-table comparator . keys-and-values)
      "A hash table of these keys and values, which alternate."
      (let ((table (make-hash-table comparator)))
        (store-all! table keys-and-values)
        table))

    (define (hash-table-unfold stop? entry next seed comparator . options)
      "A hash table of the two values, key and value, that entry gives for each seed, until stop? holds; next gives the next seed."
      (let ((table (apply make-hash-table comparator options)))
        (let loop ((seed seed))
          (if (stop? seed)
              table
              (begin
                (call-with-values (lambda () (entry seed))
                                  (lambda (key value) (store! table key value)))
                (loop (next seed)))))))

    (define (alist->hash-table alist . options)
      "A hash table of the entries of an association list, of which the first counts where keys are the same; the options are those of make-hash-table."
      (let ((table (apply make-hash-table options)))
        (for-each (lambda (entry)
                    (if (not (find-entry table (car entry)))
                        (store! table (car entry) (cdr entry))))
                  alist)
        table))

    ;; A table whose equivalence is native finds a key by itself. Another one gives the entries of the key's hash,
    ;; among which the equivalence decides. What the kernel cannot do without a call, it answers with the table.

    (define (find-entry table key)
      (if (%hash-table-native? table)
          (%hash-table-find table key)
          (find-in-chain table (hash-key table key) key)))

    (define (hash-key table key)
      ((%hash-table-hash table) key))

    (define (find-in-chain table hash key)
      (let ((same? (%hash-table-equivalence table)))
        (let loop ((entry (%hash-table-chain table hash)))
          (if (and entry (not (same? (%chained-key entry) key)))
              (loop (%chained-next entry))
              entry))))

    (define (store! table key value)
      (let ((done (%hash-table-put! table key value)))
        (if (eq? done table) (store-by-program! table key value) done)))

    (define (store-by-program! table key value)
      (let* ((hash (hash-key table key)) (entry (find-in-chain table hash key)))
        (if entry
            (%entry-set-value! table entry value)
            (%hash-table-chain-add! table hash key value))))

    (define (store-all! table keys-and-values)
      (let loop ((rest keys-and-values))
        (if (pair? rest)
            (begin
              (if (null? (cdr rest))
                  (raise (condition :wrong-arity "hash-table-set! takes keys and values in pairs"
                                    (car rest))))
              (store! table (car rest) (cadr rest))
              (loop (cddr rest))))))

    (define (remove! table key)
      (if (%hash-table-native? table)
          (%hash-table-remove! table key)
          (let* ((hash (hash-key table key)) (entry (find-in-chain table hash key)))
            (if entry (%hash-table-chain-remove! table hash entry))
            (and entry #t))))

    (define (look-up table key failure success)
      (let ((entry (find-entry table key)))
        (cond ((not entry)
               (if failure
                   (failure)
                   (raise (condition :missing-key "hash-table-ref: the table has no such key"
                                     key))))
              (success (success (%entry-value table entry)))
              (else (%entry-value table entry)))))

    (define hash-table-ref
      "What success gives for the value of the key, else the value itself. Without the key, what failure gives, else an error."
      (case-lambda
        ((table key) (look-up table key #f #f))
        ((table key failure) (look-up table key failure #f))
        ((table key failure success) (look-up table key failure success))))

    (define (hash-table-ref/default table key default)
      "The value of the key, or the default."
      (let ((value (%hash-table-get table key default)))
        (if (eq? value table) (look-up table key (lambda () default) #f) value)))

    (define hash-table-set!
      "Stores values under keys, which alternate."
      (case-lambda
        ((table key value) (store! table key value))
        ((table . keys-and-values) (store-all! table keys-and-values))))

    (define (hash-table-delete! table . keys)
      "Removes the keys, and gives the number of those that were there."
      (count (lambda (key) (remove! table key)) keys))

    (define (hash-table-contains? table key)
      "Has the table this key?"
      (and (find-entry table key) #t))

    (define hash-table-exists? "Like hash-table-contains?, which it is." hash-table-contains?)

    (define (hash-table-empty? table)
      "Has the table no keys?"
      (= (%hash-table-size table) 0))

    (define (hash-table-mutable? table)
      "Can the table change? All can."
      (%hash-table? table))

    (define (hash-table=? comparator one other)
      "Have both tables the same keys, with values that the comparator finds the same?"
      (let ((same? (if (comparator? comparator)
                       (comparator-equality-predicate comparator)
                       comparator)))
        (and (= (%hash-table-size one) (%hash-table-size other))
             (every-entry one
               (lambda (key value)
                 (let ((entry (find-entry other key)))
                   (and entry (same? value (%entry-value other entry)))))))))

    (define (hash-table-intern! table key failure)
      "The value of the key; without one, what failure gives is stored first."
      (let ((entry (find-entry table key)))
        (if entry
            (%entry-value table entry)
            (let ((value (failure)))
              (store! table key value)
              value))))

    (define hash-table-update!
      "Replaces the value of the key by what update gives for it. Success and failure are those of hash-table-ref."
      (case-lambda
        ((table key update) (store! table key (update (look-up table key #f #f))))
        ((table key update failure) (store! table key (update (look-up table key failure #f))))
        ((table key update failure success)
         (store! table key (update (look-up table key failure success))))))

    (define (hash-table-update!/default table key update default)
      "Replaces the value of the key by what update gives for it, or for the default."
      (store! table key (update (hash-table-ref/default table key default))))

    (define (hash-table-pop! table)
      "Removes the oldest key: two values, it and its value."
      (if (hash-table-empty? table)
          (raise (condition :missing-key "hash-table-pop!: the table is empty" table)))
      (let ((entries (%hash-table->vector table)))
        (remove! table (vector-ref entries 0))
        (values (vector-ref entries 0) (vector-ref entries 1))))

    ;; Calls the procedure with each key and value until it gives #f, and says whether it never did.
    (define (every-entry table procedure)
      (let* ((entries (%hash-table->vector table)) (length (vector-length entries)))
        (let loop ((index 0))
          (or (= index length)
              (and (procedure (vector-ref entries index) (vector-ref entries (+ index 1)))
                   (loop (+ index 2)))))))

    (define (for-each-entry table procedure)
      (let* ((entries (%hash-table->vector table)) (length (vector-length entries)))
        (let loop ((index 0))
          (if (< index length)
              (begin
                (procedure (vector-ref entries index) (vector-ref entries (+ index 1)))
                (loop (+ index 2)))))))

    (define (fold-entries table procedure initial)
      (let* ((entries (%hash-table->vector table)) (length (vector-length entries)))
        (let loop ((index 0) (result initial))
          (if (< index length)
              (loop (+ index 2)
                    (procedure (vector-ref entries index) (vector-ref entries (+ index 1)) result))
              result))))

    (define (hash-table-entries table)
      "Two values: a list of the keys, and one of their values."
      (values (%hash-table-keys table) (%hash-table-values table)))

    (define (hash-table-find procedure table failure)
      "The first value other than #f that (procedure key value) gives, else what failure gives."
      (let* ((entries (%hash-table->vector table)) (length (vector-length entries)))
        (let loop ((index 0))
          (if (= index length)
              (failure)
              (or (procedure (vector-ref entries index) (vector-ref entries (+ index 1)))
                  (loop (+ index 2)))))))

    (define (hash-table-count satisfied? table)
      "For how many entries (satisfied? key value) holds."
      (fold-entries table
                    (lambda (key value total) (if (satisfied? key value) (+ total 1) total))
                    0))

    (define (hash-table-map procedure comparator table)
      "A new table, by the comparator, with the same keys and what the procedure gives for each value."
      (let ((result (make-hash-table comparator)))
        (for-each-entry table (lambda (key value) (store! result key (procedure value))))
        result))

    (define (hash-table-walk table procedure)
      "Calls (procedure key value) for each entry, in order."
      (for-each-entry table procedure))

    (define (hash-table-for-each one other)
      "Calls (procedure key value) for each entry, in order. The operands are the procedure and the table; the old order is understood too."
      (if (%hash-table? one)
          (for-each-entry one other)
          (for-each-entry other one)))

    (define (hash-table-map! procedure table)
      "Replaces each value by what (procedure key value) gives."
      (for-each-entry table (lambda (key value) (store! table key (procedure key value)))))

    (define (hash-table-map->list procedure table)
      "A list of what (procedure key value) gives for each entry."
      (reverse (fold-entries table
                             (lambda (key value result) (cons (procedure key value) result))
                             '())))

    (define (hash-table-fold first second third)
      "Combines the entries: (procedure key value accumulated) gives the next accumulated value. The operands are procedure, initial value, table; or in the old order table, procedure, initial value."
      (if (%hash-table? first)
          (fold-entries first second third)
          (fold-entries third first second)))

    (define (hash-table-prune! drop? table)
      "Removes the entries for which (drop? key value) holds."
      (for-each-entry table (lambda (key value) (if (drop? key value) (remove! table key)))))

    (define (hash-table-copy table . options)
      "Another table with the same keys and values. It can change, whatever the second operand says."
      (%hash-table-copy table))

    (define (hash-table-empty-copy table)
      "An empty table that knows keys by the same equivalence."
      (%make-hash-table (%hash-table-equivalence table) (%hash-table-hash table)))

    (define (hash-table-union! table other)
      "Adds to the first table the entries of the second whose keys it has not."
      (for-each-entry other
                      (lambda (key value)
                        (if (not (find-entry table key)) (store! table key value))))
      table)

    (define hash-table-merge! "Like hash-table-union!, which it is." hash-table-union!)

    (define (hash-table-intersection! table other)
      "Removes from the first table the keys that the second has not."
      (hash-table-prune! (lambda (key value) (not (find-entry other key))) table)
      table)

    (define (hash-table-difference! table other)
      "Removes from the first table the keys that the second has."
      (hash-table-prune! (lambda (key value) (find-entry other key)) table)
      table)

    (define (hash-table-xor! table other)
      "Makes of the first table what is in one of both only."
      (for-each-entry other
        (lambda (key value)
          (if (find-entry table key)
              (remove! table key)
              (store! table key value))))
      table)))
