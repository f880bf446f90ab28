; Responses about notes: remember, recall, forget, and the topics that are on the agent's mind.
(define-library (genome turn notes)
  (export remember recall forget list-notes)
  (import (ouro base) (ouro authority) (genome turn reply) (genome turn recall) (genome turn record)
          (genome turn plan) (genome turn pattern))
  (begin

    (define topics-kept 8)
    (define most-forgotten 5)

    (define (remember captured context)
      "Keeps a note."
      (keep-note! (:note captured) (:from context) (:time context))
      (reply-with context {:topics (with-topic context (:note captured))}
                  (string-append "I will remember: " (:note captured))))

    (define (recall captured context)
      "Answers with the notes about a topic."
      (let* ((found (recall-notes (:topic captured) (get (:state context) :finding {})))
             (changes {:finding (:known found) :topics (with-topic context (:topic captured))})
             (state (keep (merge (:state context) changes)))
             (notes (map read-found (->list (:notes found)))))
        (if (null? notes)
            (reply-nothing (put context :state state)
                           (string-append "I know nothing about "
                                          (:topic captured)
                                          ". Tell me with: remember that …"))
            (let ((answer (reply (put context :state state)
                                 (lines (map (lambda (note) (:text note)) notes)))))
              (if (any (lambda (note)
                         (mentions-all? (:text note) (content-words (:topic captured))))
                       notes)
                  answer
                  (put answer :nothing state))))))

    (define (forget captured context)
      "Deletes the notes that hold every telling word; too many at once are only shown."
      (let ((notes (matching-notes (:topic captured))))
        (cond ((null? notes)
               (reply-nothing context
                              (string-append "I have no note about " (:topic captured) ".")))
              ((> (length notes) most-forgotten)
               (reply context
                      (string-append (number->string (length notes))
                                     " notes fit. Say it more closely:\n"
                                     (texts notes))))
              (else
               (drop-notes! (map (lambda (note) (:key note)) notes))
               (reply context (string-append "Forgotten:\n" (texts notes)))))))

    (define (list-notes captured context)
      "Shows all notes."
      (let ((notes (all-notes)))
        (reply context (if (null? notes) "I have no notes." (texts notes)))))

    (define (texts notes)
      (lines (map (lambda (note) (string-append "- " (:text note))) notes)))

    (define (lines texts)
      (string-join texts "\n"))

    ;; The topics that were spoken of last, within a bound: status shows them.
    (define (with-topic context text)
      (let* ((now (now-of context))
             (topic (string-join (content-words text)))
             (topics (get (:state context) :topics {}))
             (use (get topics topic {:uses 0 :since now :size (string-length topic)})))
        (keep-topics (put topics topic (merge use {:uses (+ 1 (:uses use)) :last now}))
                     now
                     topics-kept)))))
