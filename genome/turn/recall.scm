; What the agent reads to answer: its notes, lists and history, through ports that only read.
(define-library (genome turn recall)
  (export recall-notes read-found all-notes matching-notes mentions-all? seek-notes read-list
          list-names history)
  (import (ouro base) (ouro authority) (port store) (port lineage) (genome turn pattern)
          (genome turn plan))
  (begin

    ;; Ways to find notes, as arms of the policy choose. Costs are shares of the reward for finding something.
    (define ways
      (list {:name :words :cost 0.02 :latency 1.0}
            {:name :names :cost 0.01 :latency 1.0}))

    (define most 5)

    (define (recall-notes topic known)
      "Notes about a topic: {:notes [note for read-found …] :known what is known of the ways now}. Ways are tried in the order that the policy choose gives, until one finds something, and by words what a trusted person wrote comes before all else. Nothing is revealed."
      (let try ((ways (order-arms ways known)) (known known))
        (if (null? ways)
            {:notes [] :known known}
            (let* ((found (find-by (:name (car ways)) topic))
                   (known (observe known (car ways) (if (null? found) 0.0 1.0))))
              (if (null? found)
                  (try (cdr ways) known)
                  {:notes (->persistent-vector found) :known known})))))

    (define (find-by way topic)
      (let ((words (content-words topic)))
        (case way
          ((:words)
           (let ((found (found-by words #t))) (if (null? found) (found-by words #f) found)))
          (else (first-of most (about words (note-entries #t)))))))

    (define (found-by words trusted?)
      (->list (:matches (store/search (string-join words)
                                      :prefix "notes/"
                                      :limit most
                                      :trusted trusted?))))

    (define (read-found found)
      "What recall-notes found, as a note {:key :text}."
      (let ((key (:key (reveal found))))
        {:key key :text (text-of (reveal (get (store/get key) :value "")))}))

    (define (all-notes)
      "A list of all notes, {:key :text} each and of newer ones :from and :time, in the order of their keys."
      (map note-of (note-entries #f)))

    (define (matching-notes topic)
      "A list of the notes that hold every telling word of the topic, as seek-notes finds them."
      (let ((words (content-words topic)))
        (seek-notes (lambda (notes)
                      (filter (lambda (note) (mentions-all? (:text note) words)) notes)))))

    (define (seek-notes found-in)
      "The list that a procedure finds in a list of notes. Only if it finds none in those that a trusted person wrote, the others are read."
      (let ((found (found-in (map note-of (note-entries #t)))))
        (if (null? found)
            (found-in (map note-of (filter labelled? (note-entries #f))))
            found)))

    ;; Those that a trusted person did not write are in boxes; to ask for them too is to read that they are there.
    (define (note-entries trusted?)
      (let more ((after "") (found '()))
        (let* ((page (reveal (store/list :prefix "notes/"
                                         :after after
                                         :limit 1000
                                         :values #t
                                         :trusted trusted?)))
               (found (append found (->list (:entries page)))))
          (if (contains-key? page :next) (more (:next page) found) found))))

    (define (note-of entry)
      (let ((entry (reveal entry)))
        (merge (if (persistent-map? (:value entry)) (:value entry) {})
               {:key (:key entry) :text (text-of (:value entry))})))

    (define (about words entries)
      (filter (lambda (note) (mentions-all? (:text note) words)) (map note-of entries)))

    (define (text-of value)
      (if (persistent-map? value) (get value :text "") value))

    (define (mentions-all? text words)
      "True if each of the words, in small letters, stands in the text."
      (let ((text (string-downcase text)))
        (every (lambda (word) (string-contains text word)) words)))

    (define (read-list name)
      "The items of a list as a persistent vector; empty if there is no such list."
      (reveal (get (store/get (string-append "lists/" (string-downcase name))) :value [])))

    (define (list-names)
      "A list of the names of all lists."
      (map (lambda (entry)
             (let ((key (:key (reveal entry)))) (substring key 6 (string-length key))))
           (->list (:entries (store/list :prefix "lists/" :limit 1000)))))

    (define (history)
      "The subjects of the genome's last commits, the newest first."
      (map (lambda (commit) (:subject commit)) (->list (lineage/log :limit 3))))

    (define (first-of count items)
      (take items (min count (length items))))))
