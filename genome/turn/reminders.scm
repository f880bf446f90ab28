; Responses about what is planned: shown and cancelled.
(define-library (genome turn reminders)
  (export cancel-all show-reminders cancel-entry entry-line)
  (import (ouro base) (genome turn reply) (genome turn calendar) (genome turn clock)
          (genome turn schedule))
  (begin

    (define (show-reminders captured context)
      "Shows what is planned, the next first."
      (let ((entries (entries-of context)))
        (reply context
          (if (null? entries)
              "Nothing is planned. Say for example: remind me tomorrow at 9 to call Ada"
              (let ((now (now-here context)))
                (string-join (map (lambda (entry) (entry-line entry now)) entries) "\n"))))))

    (define (entry-line entry now)
      "An entry as the list shows it."
      (string-append (number->string (:number entry))
                     ". "
                     (if (equal? (:do entry) "message") "do " "")
                     (:text entry)
                     " — "
                     (if (contains-key? entry :says)
                         (string-append (:says entry) ", next ")
                         "")
                     (moment-text (civil-at (:at entry) (zone-shown entry now)) now)
                     (if (equal? (zone-shown entry now) (:zone now))
                         ""
                         (string-append " (" (:zone entry) ")"))
                     (if (positive? (get entry :failures 0))
                         (string-append ", failed "
                                        (number->string (:failures entry))
                                        " times in a row")
                         "")))

    (define (zone-shown entry now)
      (if (by-clock? entry) (:zone entry) (:zone now)))

    (define (cancel-all captured context)
      "Cancels all that is planned here, and shows what it was."
      (let ((entries (entries-of context)) (now (now-here context)))
        (if (null? entries)
            (reply context "Nothing is planned.")
            (fold (lambda (entry result)
                    (let ((changed (drop-entry (put context :state (:state result)) entry)))
                      (merge result
                             {:state (:state changed)
                              :timers (into (:timers result) (:timers changed))})))
                  {:state (:state context)
                   :timers []
                   :answer (string-join (cons "Cancelled:"
                                              (map (lambda (entry) (entry-line entry now)) entries))
                                        "\n")}
                  entries))))

    (define (cancel-entry captured context)
      "Cancels a reminder or job, by its number or its words."
      (let* ((wanted (:which captured))
             (text (string-downcase wanted))
             (found (or (entry-numbered context wanted)
                        (find (lambda (entry)
                                (string-contains (string-downcase (:text entry)) text))
                              (entries-of context)))))
        (if found
            (put (drop-entry context found) :answer (string-append "Cancelled: " (:text found)))
            (reply-nothing context
                           (string-append "Nothing planned is called "
                                          wanted
                                          ". Say: reminders")))))))
