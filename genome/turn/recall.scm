; What the agent reads to answer: its notes, lists and history, through ports that only read.
(define-library (genome turn recall)
  (export recall-notes all-notes matching-notes read-list list-names history)
  (import (ouro base) (port store) (port lineage) (genome turn pattern) (genome turn plan))
  (begin

    ;; Ways to find notes, as arms of the policy choose. Costs are shares of the reward for finding something.
    (define ways
      (list {:name :words :cost 0.02 :latency 1.0}
            {:name :names :cost 0.01 :latency 1.0}))

    (define most 5)

    (define (recall-notes topic known)
      "Notes about a topic: {:notes [{:key :text} …] :known what is known of the ways now}. Ways are tried in the order that the policy choose gives, until one finds something."
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
          ((:words) (map (lambda (hit) (read-note (:key hit)))
                         (->list (:matches (store/search (string-join words)
                                                         :prefix "notes/"
                                                         :limit most)))))
          (else
           (first-of most
                     (filter (lambda (note) (mentions-all? (:text note) words)) (all-notes)))))))

    (define (all-notes)
      "A list of all notes, {:key :text} each, in the order of their keys."
      (map (lambda (entry) {:key (:key entry) :text (text-of (:value entry))})
           (->list (:entries (store/list :prefix "notes/" :limit 1000 :values #t)))))

    (define (matching-notes topic)
      "A list of the notes that hold every telling word of the topic."
      (let ((words (content-words topic)))
        (filter (lambda (note) (mentions-all? (:text note) words)) (all-notes))))

    (define (read-note key)
      {:key key :text (text-of (get (store/get key) :value ""))})

    (define (text-of value)
      (if (persistent-map? value) (get value :text "") value))

    (define (mentions-all? text words)
      (let ((text (string-downcase text)))
        (every (lambda (word) (string-contains text word)) words)))

    (define (read-list name)
      "The items of a list as a persistent vector; empty if there is no such list."
      (get (store/get (string-append "lists/" (string-downcase name))) :value []))

    (define (list-names)
      "A list of the names of all lists."
      (map (lambda (entry) (substring (:key entry) 6 (string-length (:key entry))))
           (->list (:entries (store/list :prefix "lists/" :limit 1000)))))

    (define (history)
      "The subjects of the genome's last commits, the newest first."
      (map (lambda (commit) (:subject commit)) (->list (lineage/log :limit 3))))

    (define (first-of count items)
      (take items (min count (length items))))))
