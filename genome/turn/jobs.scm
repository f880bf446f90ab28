; The command /schedule: jobs by cron or by plain English, looked at, tested, skipped, tried again and dropped.
(define-library (genome turn jobs)
  (export schedule-command)
  (import (ouro base) (genome turn reply) (genome turn pattern) (genome turn calendar)
          (genome turn clock) (genome turn cron) (genome turn schedule) (genome turn place)
          (genome turn planning)
          (genome turn reminders))
  (begin

    ;; A job does what its text says, as if it had been said: a request, or a form of Lisp. Neither needs a model.

    (define usage
      "/schedule — what is planned
/schedule add \"30 8 * * 1-5\" show tasks — by cron (minute hour day month weekday, or @daily …)
/schedule add \"30 8 * * 1-5\" Europe/Berlin show tasks — by the clock of another place
/schedule add every day at 8, show tasks — by plain English
/schedule test \"0 0 31 2 *\" — when it comes, and what is odd about it
/schedule catch-up 3 skip|once|all — what is done about times that were missed
/schedule skip 3 · retry 3 · drop 3")

    (define (schedule-command captured context)
      "Carries out the words after /schedule."
      (let* ((text (get captured :rest ""))
             (found (any (lambda (form)
                           (let ((operands (match-any (:say form) text)))
                             (and operands (cons form operands))))
                         (->list forms))))
        (guard (raised ((and (condition? raised)
                             (memv (condition-code raised) '(:bad-cron :schedule-full :past-time)))
                        (reply context
                               (string-append "That can't be planned: "
                                              (condition-message raised)))))
          (if found ((:do (car found)) (cdr found) context) (reply context usage)))))

    (define (add-job captured context)
      (let ((quoted (quoted-cron (:what captured))))
        (if quoted
            (add-cron (car quoted) (cdr quoted) context)
            (or (plan-job (:what captured) context) (reply context usage)))))

    ;; "30 8 * * 1-5" words, or @daily words: (cron . words), or #f.
    (define (quoted-cron text)
      (cond ((string-prefix? "@" text) (words-of text))
            ((string-prefix? "\"" text)
             (let ((parts (string-split text "\"")))
               (and (>= (length parts) 3)
                    (cons (cadr parts) (words-of (string-join (cddr parts) "\""))))))
            (else #f)))

    ;; A zone may follow the cron: "0 9 * * *" Europe/Berlin show tasks.
    (define (add-cron cron words context)
      (match (and (pair? words) (zone-part words zone-named))
        (({:zone #f} . _) (reply context unknown-zone))
        (({:zone zone} . rest) (add-cron-in zone {:zone-said #t} cron rest context))
        (_ (add-cron-in (zone-here context) {} cron words context))))

    (define (add-cron-in zone said cron words context)
      (let* ((now (civil-at (:time context) zone))
             (parsed (parse-cron cron))
             (oddities (lint-cron parsed now))
             (at (next-time parsed (:time context) (:zone now))))
        (cond ((not at) (reply context (string-join oddities " ")))
              ((null? words) (reply context usage))
              (else
               (let ((added (add-entry context
                                       (merge said
                                              {:do "message" :text (string-join words) :at at
                                               :cron cron
                                               :says (string-append "\"" cron "\"")
                                               :zone (:zone now)
                                               :from (:from context)}))))
                 (changed added
                          context
                          (lambda (entry)
                            (string-append (string-join (cons (entry-line entry (now-here context))
                                                              oddities)
                                                        " ") (where-kept context)))))))))

    (define (changed result context told)
      {:state (:state result) :timers (:timers result) :answer (told (:entry result))})

    (define (test-cron captured context)
      (let* ((text (string-replace-all (:cron captured) "\"" ""))
             (parsed (parse-cron text))
             (now (now-here context))
             (times (coming parsed (:time context) (:zone now) 3)))
        (reply context
          (string-join
            (append (lint-cron parsed now)
                    (if (null? times)
                        '()
                        (list (string-append "Next "
                                             (string-join (map (lambda (at)
                                                                 (moment-text (civil-at at
                                                                                        (:zone now))
                                                                              now))
                                                               times)
                                                          ", then ")
                                             " ("
                                             (:zone now)
                                             ")."))))
            "\n"))))

    (define (coming cron time zone count)
      (let ((next (and (positive? count) (next-time cron time zone))))
        (if next (cons next (coming cron next zone (- count 1))) '())))

    (define (with-entry change)
      (lambda (captured context)
        (let ((entry (entry-numbered context (:number captured))))
          (if entry
              (change entry captured context)
              (reply context
                     (string-append "Nothing planned has the number " (:number captured) "."))))))

    (define skip-job
      (with-entry
        (lambda (entry captured context)
          (let ((next (following entry (:at entry))))
            (if next
                (shown (put entry :at next) "Skipped once: " context)
                (dropped entry context))))))

    (define retry-job
      (with-entry
        (lambda (entry captured context)
          (shown (remove-key (remove-key (put entry :at (:time context)) :failures) :tries)
                 "Tried at once: "
                 context))))

    (define catch-up-job
      (with-entry
        (lambda (entry captured context)
          (let ((policy (string-downcase (:policy captured))))
            (if (member policy '("skip" "once" "all"))
                (shown (put entry :catch-up policy)
                       (string-append "Missed times: " policy ". ")
                       context)
                (reply context "Say skip, once or all."))))))

    (define drop-job
      (with-entry (lambda (entry captured context) (dropped entry context))))

    (define (dropped entry context)
      (changed (put (drop-entry context entry) :entry entry)
               context
               (lambda (entry) (string-append "Dropped: " (:text entry)))))

    (define (shown entry said context)
      (let ((now (now-here context)))
        (changed (put-entry context entry)
                 context
                 (lambda (entry) (string-append said (entry-line entry now))))))

    (define forms
      [{:say ["list" "show"] :do show-reminders}
       {:say ["add ?what"] :do add-job}
       {:say ["test ?cron" "lint ?cron"] :do test-cron}
       {:say ["skip ?number"] :do skip-job}
       {:say ["retry ?number"] :do retry-job}
       {:say ["drop ?number" "cancel ?number" "remove ?number"] :do drop-job}
       {:say ["catch-up ?number ?policy"] :do catch-up-job}])))
