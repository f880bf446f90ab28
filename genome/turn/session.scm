; A session: what the conversation works on now, kept whole while talk is forgotten, and ended by /new.
(define-library (genome turn session)
  (export new-session work-lines note-goal note-plan note-decision note-file note-check note-blocker
          clear-blocker show-work)
  (import (ouro base) (ouro authority) (genome turn reply))
  (begin

    ;; What belongs to a session alone. Notes, lists, tasks, plans, what was taught and what was set outlive it.
    (define of-session #{:talk :work :skills :topics :waiting :asked})

    (define (new-session captured context)
      "Ends the session: nothing that was said before is before a model any more."
      (let ((state (filter-keys (lambda (key)
                                  (not (or (contains-key? of-session key)
                                           (and (eq? key :ways)
                                                (tainted? (get (:state context) key))))))
                                (:state context))))
        {:state (update state :session (lambda (number) (+ 1 number)) 1)
         :timers [{:id "waiting" :cancel #t}]
         :answer "A new session. I know nothing of the last one but notes, lists, tasks and what is planned."}))

    ;; Each turn with a model reads how the ways did before: if that has taken on more than a model's label, so would
    ;; all turns from then on.
    (define (tainted? value)
      (pair? (remove (lambda (label) (equal? label "model")) (->list (labels-of value)))))

    ;; The working set: {:goal text}, and lists of texts under the other names.
    (define names '(:goal :plan :decisions :files :checks :blockers))
    (define most-kept 30)

    (define (note-goal captured context)
      "Sets what the session is for."
      (changed context
               (put (work-of context) :goal (:goal captured))
               "The goal is: "
               (:goal captured)))

    (define (note-plan captured context)
      "Adds a step to the plan."
      (added context :plan (:step captured) "Planned: "))

    (define (note-decision captured context)
      "Keeps a decision."
      (added context :decisions (:decision captured) "Decided: "))

    (define (note-file captured context)
      "Keeps the name of a file that the work is about."
      (added context :files (:file captured) "I keep in view: "))

    (define (note-check captured context)
      "Keeps what must hold in the end."
      (added context :checks (:check captured) "To check: "))

    (define (note-blocker captured context)
      "Keeps what is in the way."
      (added context :blockers (:blocker captured) "In the way: "))

    (define (clear-blocker captured context)
      "Drops what is no longer in the way, by its words."
      (let* ((work (work-of context))
             (text (string-downcase (:blocker captured)))
             (all (->list (get work :blockers [])))
             (rest (remove (lambda (each) (string-contains (string-downcase each) text)) all)))
        (if (= (length rest) (length all))
            (reply context (string-append "Nothing of that is in the way: " (:blocker captured)))
            (changed context
                     (put work :blockers (->persistent-vector rest))
                     "No longer in the way: "
                     (:blocker captured)))))

    (define (show-work captured context)
      "Shows the working set."
      (let ((lines (work-lines (get (:state context) :work {}))))
        (reply context
          (if (null? lines)
              "This session has no goal yet. Say for example: goal: ship the demo"
              (string-join lines "\n")))))

    (define (work-lines work)
      "A list of lines that tell a working set, one for each kind of thing in it."
      (let ((work (reveal work)))
        (filter-map (lambda (name)
                      (let ((value (get work name [])))
                        (cond ((string? value) (line name value))
                              ((zero? (size value)) #f)
                              (else (line name (string-join (->list value) "; "))))))
                    names)))

    (define (line name text)
      (let ((name (keyword->string name)))
        (string-append (string (char-upcase (string-ref name 0)))
                       (substring name 1 (string-length name))
                       ": "
                       text)))

    (define (added context name text said)
      (let* ((work (work-of context))
             (all (conj (get work name []) text)))
        (changed context (put work name (subvec all (max 0 (- (size all) most-kept)))) said text)))

    (define (changed context work said text)
      (reply-with context {:work work} (string-append said text)))

    (define (work-of context)
      (reveal (get (:state context) :work {})))))
