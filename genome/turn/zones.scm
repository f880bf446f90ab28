; Responses about the time, the day, and the time zone in which whoever speaks means them.
(define-library (genome turn zones)
  (export set-zone tell-zone tell-time tell-time-in tell-day)
  (import (ouro base) (genome turn reply) (genome turn pattern) (genome turn calendar)
          (genome turn clock) (genome turn schedule))
  (begin

    (define (set-zone captured context)
      "Keeps the time zone of whoever speaks, by its name or a place in it."
      (let* ((words (plain (:zone captured))) (zones (zones-like words)))
        (cond ((null? zones)
               (reply-nothing context
                              (string-append "I know no time zone "
                                             words
                                             ". Name a city or a zone such as Europe/Berlin.")))
              ((or (null? (cdr zones)) (place? (car zones) words))
               (set-zone! (:from context) (car zones))
               (move-to (car zones) context))
              (else
               (reply context
                      (string-append "Which one do you mean: " (string-join zones ", ") "?"))))))

    ;; What this person planned by the clock, goes by the clock there.
    (define (move-to zone context)
      (let* ((moved (map (lambda (entry) (moved-entry entry zone (:time context)))
                         (filter (lambda (entry)
                                   (and (by-clock? entry)
                                        (not (get entry :zone-said #f))
                                        (equal? (get entry :from "") (:from context))))
                                 (entries-of context))))
             (now (civil-at (:time context) zone)))
        (fold (lambda (entry result)
                (let ((changed (put-entry (put context :state (:state result)) entry)))
                  (merge result
                         {:state (:state changed)
                          :timers (into (:timers result) (:timers changed))})))
              {:state (:state context)
               :timers []
               :answer (string-append "Your time zone is "
                                      zone
                                      ", where it is "
                                      (clock-text (minutes-of now))
                                      " now."
                                      (if (null? moved)
                                          ""
                                          " What you have planned goes by its clock."))}
              moved)))

    (define (moved-entry entry zone time)
      (let ((there (put entry :zone zone)))
        (put there
             :at (if (contains-key? entry :cron)
                     (following there time)
                     (instant-after (civil-at (:at entry) (:zone entry)) zone time)))))

    (define (tell-zone captured context)
      "Answers with the time zone that counts for whoever speaks."
      (reply context
             (string-append "I take your time zone to be "
                            (:zone (now-here context))
                            ". To change it, say for example: my time zone is Europe/Berlin")))

    (define (tell-time captured context)
      "Answers with the time of day."
      (let ((now (now-here context)))
        (reply context
               (string-append "It is " (clock-text (minutes-of now)) " (" (:zone now) ")."))))

    (define (tell-time-in captured context)
      "Answers with the time of day in a place that a zone is named for; declines another."
      (let ((zone (zone-named (:place captured))))
        (and zone
             (let ((there (civil-at (:time context) zone)))
               (reply context
                      (string-append "It is "
                                     (clock-text (minutes-of there))
                                     " ("
                                     (:zone there)
                                     ")."))))))

    (define (tell-day captured context)
      "Answers with the date."
      (let ((now (now-here context)))
        (reply context
               (string-append "Today is "
                              (list-ref weekday-names (:weekday now))
                              ", "
                              (number->string (:day now))
                              " "
                              (list-ref month-names (- (:month now) 1))
                              " "
                              (number->string (:year now))
                              "."))))))
