; What happens when a planned entry is due: a reminder is said, a message to itself is acted on, failures rest.
(define-library (genome turn fire)
  (export fire)
  (import (ouro base) (genome policy schedule) (genome turn reply)
          (genome turn plan) (genome turn calendar) (genome turn clock) (genome turn schedule)
          (genome turn act))
  (begin

    (define (fire number input state)
      "Carries out the entry of this number, which was due, and plans it anew if it comes again: {:state :answer :timers}."
      (let* ((context (make-context input state)) (entry (entry-numbered context number)))
        (if entry
            (run-entry entry
                       (get input :due (:at entry))
                       (put context :from (get entry :from "operator")))
            {:state state :answer ""})))

    (define (run-entry entry due context)
      (let* ((time (:time context))
             (missed (missed-times entry time))
             (runs (runs-due entry missed (- time due))))
        (if (equal? (:do entry) "remind")
            (settled entry
                     context
                     {:state (put (:state context) :reminded (:text entry))
                      :answer (reminder entry runs missed due time)})
            (settled entry context (run-message entry runs context)))))

    (define (reminder entry runs missed due time)
      (if (zero? runs)
          ""
          (string-append "Reminder: "
                         (:text entry)
                         (if (< (- time due) late-from-ms)
                             ""
                             (string-append " (this was due "
                                            (moment-text (civil-at due (:zone entry))
                                                         (civil-at time (:zone entry)))
                                            (if (> missed 1)
                                                (string-append ", and "
                                                               (number->string (- missed 1))
                                                               " times since")
                                                "")
                                            ")")))))

    (define (run-message entry runs context)
      (let again ((left runs) (result {:state (:state context) :answer ""}))
        (if (zero? left)
            result
            (let ((next (perform (:text entry) (put context :state (:state result)))))
              (if (contains-key? next :problem)
                  (put next :answer (:answer result))
                  (again (- left 1)
                         (merge next {:answer (joined (:answer result) (:answer next))
                                      :timers (into (get result :timers [])
                                                    (get next :timers []))})))))))

    ;; What the run left of the schedule may be another than before: it is asked again for the entry.
    (define (settled entry context result)
      (let ((context (put context :state (:state result)))
            (problem (get result :problem #f)))
        (cond ((not (entry-numbered context (number->string (:number entry)))) result)
              (problem (failed entry context result problem))
              (else
               (planned-anew (remove-key (remove-key entry :tries) :failures) context result)))))

    (define (planned-anew entry context result)
      (let ((next (following entry (:time context))))
        (with-timers result
          (if next
              (put-entry context (put entry :at next))
              (drop-entry context entry)))))

    (define (with-timers result changed)
      (merge result
             {:state (:state changed)
              :timers (into (get result :timers []) (:timers changed))}))

    (define (failed entry context result problem)
      (let* ((tried (update entry :tries (lambda (tries) (+ tries 1)) 0))
             (counted (if (contains-key? (after-failure tried) :retry)
                          tried
                          (put (update entry :failures (lambda (failures) (+ failures 1)) 0)
                               :tries 3)))
             (next (after-failure counted))
             (told (lambda (more)
                     (joined (:answer result)
                             (string-append "Number "
                                            (number->string (:number entry))
                                            " ("
                                            (:text entry)
                                            ") failed: "
                                            problem
                                            more)))))
        (cond ((contains-key? next :retry)
               (with-timers result
                            (put-entry context
                                       (put counted
                                            :at (+ (:time context)
                                                   (retry-delay (:retry next) 1000 0))))))
              ((contains-key? next :drop)
               (put (with-timers result (drop-entry context entry))
                    :answer (told ". I gave it up.")))
              ((contains-key? next :rest)
               (put (with-timers result
                      (put-entry context
                                 (put (remove-key counted :tries)
                                      :at (following entry (+ (:time context) (:rest next))))))
                    :answer (told (string-append ". It rests for "
                                                 (number->string (quotient (:rest next) 3600000))
                                                 " h. To try it at once: /schedule retry "
                                                 (number->string (:number entry))))))
              (else
               (put (planned-anew (remove-key counted :tries) context result)
                    :answer (told "."))))))))
