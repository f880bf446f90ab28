; Responses about reminders, and messages to itself, in plain English.
(define-library (genome turn reminders)
  (export remind remind-when wake set-timer cancel-all show-reminders cancel-entry plan-message
          entry-line)
  (import (ouro base) (genome turn reply) (genome turn pattern) (genome turn calendar)
          (genome turn clock) (genome turn schedule) (genome turn when))
  (begin

    (define (remind captured context)
      "Plans a reminder, from a time and what it is about in either order; without a time it asks for one."
      (let ((words (words-of (:what captured))))
        (or (plan words "remind" context)
            (reply context
              (string-append "When? Say for example: remind me in 10 minutes to "
                             (string-join (strip-to words)))))))

    (define (remind-when captured context)
      "Plans a reminder of which the time was said first, \"at 17:00 remind me to …\"; declines what is no time."
      (plan (append (words-of (:when captured)) (cons "to" (words-of (:what captured))))
            "remind"
            context))

    (define (plan-message captured context)
      "Plans a message to itself, \"every day at 8 do show tasks\"; declines what is no time."
      (plan (append (words-of (:when captured)) (cons "to" (words-of (:what captured))))
            "message"
            context))

    (define (plan words do context)
      (let ((found (split-time words)))
        (and found
             (if (null? (:words found))
                 (reply context "What about? Say for example: remind me tomorrow at 9 to call Ada")
                 (guard (raised ((and (condition? raised)
                                      (memv (condition-code raised) '(:past-time :schedule-full)))
                                 (reply context
                                        (string-append "I can't plan that: "
                                                       (condition-message raised)
                                                       "."))))
                   (planned (:spec found)
                            {:do do :text (plain (string-join (:words found)))}
                            context))))))

    (define (strip-to words)
      (if (and (pair? words) (member (string-downcase (car words)) '("to" "that" "about")))
          (cdr words)
          words))

    (define (planned spec what context)
      (let* ((zone (zone-here context))
             (now (civil-at (:time context) zone))
             (entry (merge what
                           {:zone (:zone now) :from (:from context)}
                           (first-time (moment-of spec now) now context)))
             (added (add-entry context entry)))
        {:state (:state added)
         :timers (:timers added)
         :answer (string-append (if (equal? (:do what) "remind")
                                    "I will remind you "
                                    "I will do it ")
                                (if (contains-key? entry :says)
                                    (string-append (:says entry) ", first ")
                                    "")
                                (moment-text (civil-at (:at entry) (:zone now)) now)
                                " ("
                                (:zone now)
                                "): "
                                (:text what)
                                (if (and (string-null? zone) (= 1 (:number (:entry added))))
                                    "\nIf that is not your time zone, say for example: my time zone is Europe/Berlin"
                                    ""))}))

    ;; {:at ms}, and of what comes again how.
    (define (first-time moment now context)
      (cond ((contains-key? moment :after) {:at (+ (:time context) (:after moment))})
            ((contains-key? moment :civil)
             {:at (instant-of (:civil moment) (:zone now)) :by-clock #t})
            ((contains-key? moment :every)
             {:at (+ (:time context) (:every moment)) :every (:every moment) :says (:says moment)})
            (else
             {:at (following {:cron (:cron moment) :zone (:zone now)} (:time context))
              :cron (:cron moment)
              :says (:says moment)})))

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

    (define (wake captured context)
      "Plans to wake somebody."
      (plan (append (words-of (:when captured)) '("to" "wake" "up")) "remind" context))

    (define (set-timer captured context)
      "Plans to say that a span is over."
      (plan (cons "in" (append (words-of (:span captured)) '("to" "the" "timer" "is" "up")))
            "remind"
            context))

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
            (reply context
                   (string-append "Nothing planned is called " wanted ". Say: reminders")))))))
