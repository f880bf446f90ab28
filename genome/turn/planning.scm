; Responses that plan: reminders, alarms and messages to itself, in plain English.
(define-library (genome turn planning)
  (export remind remind-when wake set-timer snooze plan-message answered)
  (import (ouro base) (ouro authority) (genome turn reply) (genome turn pattern)
          (genome turn calendar) (genome turn clock) (genome turn schedule) (genome turn when)
          (genome turn questions))
  (begin

    (define (remind captured context)
      "Plans a reminder, from a time and what it is about in either order; without a time it asks for one."
      (let ((words (words-of (:what captured))))
        (or (plan words "remind" context)
            (let ((answer (asking {:what (->persistent-vector (strip-to words))}
                                  "When? Say for example: in 10 minutes, tomorrow at 9"
                                  context)))
              (if (question? (:what captured)) (put answer :nothing #t) answer)))))

    ;; The question stands for the next turn of the cell alone.
    (define (asking asked text context)
      (reply-with context {:asked (put asked :turn (now-of context))} text))

    (define (answered text context)
      "Plans what was asked for in the turn before, if the text is the answer; else #f."
      (let ((asked (get (:state context) :asked #f)))
        (and asked
             (not (labelled? asked))
             (= (now-of context) (+ 1 (:turn asked)))
             (let ((words (words-of text)) (found (split-time (words-of text) zone-named)))
               (cond ((contains-key? asked :when)
                      (plan (append (->list (:when asked)) (cons "to" (strip-to words)))
                            "remind"
                            context))
                     ((and found (null? (:words found)))
                      (plan (append words (cons "to" (->list (:what asked)))) "remind" context))
                     (else #f))))))

    (define (snooze captured context)
      "Says the last reminder again after a while."
      (let ((last (reveal (get (:state context) :reminded ""))))
        (if (string-null? last)
            (reply-nothing context "No reminder has come yet.")
            (plan (cons "in"
                        (append (words-of (get captured :span "10 minutes"))
                                (cons "to" (words-of last))))
                  "remind"
                  context))))

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
      (let ((found (split-time words zone-named)))
        (and found
             (cond
               ((contains-key? found :second)
                (reply context
                       "I understand one day and one time at once. Which one is it? Then say the other as a reminder of its own; days may be several as in: every Monday and Thursday at 9"))
               ((not (get (:spec found) :zone ""))
                (reply context
                       "I do not know that time zone. Name a city in it, for example: at 9 Tokyo time"))
               ((null? (:words found))
                (asking {:when (->persistent-vector words)} "What about?" context))
               (else (guard (raised ((and (condition? raised)
                                          (memv (condition-code raised)
                                                '(:past-time :too-often :schedule-full)))
                                     (reply context
                                            (string-append "I can't plan that: "
                                                           (condition-message raised)
                                                           "."))))
                       (planned (:spec found)
                                {:do do :text (plain (string-join (:words found)))}
                                context)))))))

    (define (strip-to words)
      (if (and (pair? words) (member (string-downcase (car words)) '("to" "that" "about")))
          (cdr words)
          words))

    (define (planned spec what context)
      (let* ((zone (get spec :zone (zone-here context)))
             (now (civil-at (:time context) zone))
             (entry (merge what
                           {:zone (:zone now) :from (:from context)}
                           (if (contains-key? spec :zone) {:zone-said #t} {})
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
             {:at (instant-after (:civil moment) (:zone now) (:time context)) :by-clock #t})
            ((contains-key? moment :every)
             {:at (+ (:time context) (:every moment)) :every (:every moment) :says (:says moment)})
            (else
             {:at (following {:cron (:cron moment) :zone (:zone now)} (:time context))
              :cron (:cron moment)
              :says (:says moment)})))

    (define (wake captured context)
      "Plans to wake somebody."
      (plan (append (words-of (:when captured)) '("to" "wake" "up")) "remind" context))

    (define (set-timer captured context)
      "Plans to say that a span is over."
      (plan (cons "in" (append (words-of (:span captured)) '("to" "the" "timer" "is" "up")))
            "remind"
            context))))
