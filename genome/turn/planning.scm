; Responses that plan: reminders, alarms and messages to itself, in plain English.
(define-library (genome turn planning)
  (export remind remind-when wake set-timer snooze plan-message plan-job answered unknown-zone)
  (import (ouro base) (ouro authority) (genome turn reply) (genome turn pattern)
          (genome turn calendar) (genome turn clock) (genome turn schedule) (genome turn when)
          (genome turn moment)
          (genome turn questions))
  (begin

    (define (remind captured context)
      "Plans a reminder, from a time and what it is about in either order; without a time it asks for one."
      (let ((words (words-of (:what captured))))
        (or (plan words "remind" context)
            (let ((answer (asking {:what (->persistent-vector (strip-to words))}
                                  "When? Say for example: in 10 minutes, tomorrow at 9"
                                  context)))
              (if (question? (:what captured)) (put answer :nothing (:state context)) answer)))))

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
                      (plan (append (->list (:when asked)) (cons "that" (strip-to words)))
                            "remind"
                            context))
                     ((and found (null? (:words found)))
                      (plan (append words (cons "that" (->list (:what asked)))) "remind" context))
                     (else #f))))))

    (define (snooze captured context)
      "Says the last reminder again after a while."
      (let ((last (reveal (get (:state context) :reminded ""))))
        (if (string-null? last)
            (reply-nothing context "No reminder has come yet.")
            (plan (cons "in"
                        (append (words-of (get captured :span "10 minutes"))
                                (cons "that" (words-of last))))
                  "remind"
                  context))))

    (define (remind-when captured context)
      "Plans a reminder of which the time was said first, \"at 17:00 remind me to …\"; declines what is no time."
      (plan (append (words-of (:when captured)) (cons "that" (words-of (:what captured))))
            "remind"
            context))

    (define (plan-message captured context)
      "Plans a message to itself, \"every day at 8 do show tasks\"; declines what is no time."
      (plan (append (words-of (:when captured)) (cons "that" (words-of (:what captured))))
            "message"
            context))

    (define (plan-job text context)
      "Plans a message to itself, from a time and what it says in one text, \"every day at 8, show tasks\"; declines what has no time."
      (plan (words-of text) "message" context))

    ;; What is known to be no time any more follows "that".
    (define (plan words do context)
      (let ((found (split-time words zone-named)))
        (and found
             (cond
               ((contains-key? found :second)
                (reply context
                       "I understand one day and one time at once. Which one is it? Then say the other as a reminder of its own; days may be several as in: every Monday and Thursday at 9"))
               ((contains-key? found :unclear) (reply context unclear))
               ((not (get (:spec found) :zone "")) (reply context unknown-zone))
               ((null? (:words found))
                (and (equal? do "remind")
                     (asking {:when (->persistent-vector words)} "What about?" context)))
               (else (guard (raised ((and (condition? raised)
                                          (memv (condition-code raised)
                                                '(:past-time :too-often :schedule-full)))
                                     (reply context
                                            (string-append "I can't plan that: "
                                                           (condition-message raised)
                                                           ".")))
                                    ((and (condition? raised)
                                          (eq? (condition-code raised) :unclear-time))
                                     (reply context
                                            (string-append "When exactly? As it is said, "
                                                           (condition-message raised)
                                                           ". Say one day and one time, as in: on Friday at 9"))))
                       (planned (:spec found)
                                {:do do :text (plain (string-join (:words found)))}
                                context)))))))

    (define unknown-zone
      "I do not know that time zone. Name a city in it, for example: at 9 Tokyo time")

    (define unclear
      "I do not understand all that is said of the time, so nothing is planned. I know days and one time, as in: on Friday at 9, every Monday and Thursday at 9, in 2 weeks; nothing like except, until or between")

    (define (strip-to words)
      (if (and (pair? words) (member (string-downcase (car words)) '("to" "that" "about")))
          (cdr words)
          words))

    (define (planned spec what context)
      (let* ((here (now-here context))
             (now (if (contains-key? spec :zone)
                      (civil-at (:time context) (:zone spec))
                      here))
             (entry (merge what
                           {:zone (:zone now) :from (:from context)}
                           (if (contains-key? spec :zone) {:zone-said #t} {})
                           (first-time (moment-of spec now here) now context)))
             (added (add-entry context entry)))
        {:state (:state added)
         :timers (:timers added)
         :answer (string-append (if (equal? (:do what) "remind")
                                    "I will remind you "
                                    "I will do it ")
                                (if (contains-key? entry :says)
                                    (string-append (:says entry) ", first ")
                                    "")
                                (moment-text (civil-at (:at entry) (:zone now)) here)
                                " ("
                                (:zone now)
                                "): "
                                (:text what)
                                (where-kept context)
                                (if (and (string-null? (get spec :zone (zone-here context)))
                                         (= 1 (:number (:entry added))))
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
      (plan (append (words-of (:when captured)) '("that" "wake" "up")) "remind" context))

    (define (set-timer captured context)
      "Plans to say that a span is over."
      (plan (cons "in" (append (words-of (:span captured)) '("that" "the" "timer" "is" "up")))
            "remind"
            context))))
