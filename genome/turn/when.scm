; When something is to happen, from what people say: the time among their words, and the moment that it means now.
(define-library (genome turn when)
  (export time-phrase split-time moment-of)
  (import (ouro base) (genome turn calendar) (genome turn span) (genome turn hour)
          (genome turn day) (genome turn place))
  (begin

    (define parts (list each-part span-part clock-part day-part part-part))

    (define (time-phrase words zone-named)
      "What the words at the beginning of a list say of a time, and the words left: (spec . rest), or #f. The longest phrase that makes sense. A spec is what the parts of span.scm, hour.scm and day.scm tell, together, and the :zone of the clock, if one is said that (zone-named text) knows."
      (let more ((spec {}) (words words))
        (let ((found (and (pair? words)
                          (or (any (lambda (part) (part words)) parts)
                              (and (contains-key? spec :clock) (zone-part words zone-named))))))
          (cond ((and found (fits? spec (car found))) (more (merge spec (car found)) (cdr found)))
                ((zero? (size spec)) #f)
                (else (cons spec words))))))

    ;; Nothing is said twice, and a span of hours stands alone.
    (define (fits? spec more)
      (and (not (contains-key? spec :after))
           (not (and (contains-key? more :after) (positive? (size spec))))
           (not (any (lambda (key) (contains-key? spec key)) (keys more)))))

    (define (split-time words zone-named)
      "A time among words and the words that it is about: {:spec :words}, or #f; :second if there is a second time beside it. It stands at the beginning or at the end, or one part at each."
      (let* ((named (lambda (some) (time-phrase some zone-named))) (front (named words)))
        (if front
            (let* ((rest (without-link (cdr front))) (back (time-at-end rest named)))
              (cond ((another? (cdr front) named)
                     {:spec (car front) :words (cdr front) :second #t})
                    ((and back (pair? (:words back)) (fits? (car front) (:spec back)))
                     (update back :spec (lambda (spec) (merge (car front) spec))))
                    (else {:spec (car front) :words rest})))
            (time-at-end (without-link words) named))))

    (define (time-at-end words named)
      (let try ((before '()) (rest words))
        (and (pair? rest)
             (let ((found (named rest)))
               (if (and found (null? (cdr found)))
                   (let ((split {:spec (car found) :words (reverse before)}))
                     (if (one-more? before named) (put split :second #t) split))
                   (try (cons (car rest) before) (cdr rest)))))))

    ;; "and Thursday", "and at 17", "and 17", "12 and 17".
    (define (another? words named)
      (and (pair? words)
           (or (named words)
               (and (pair? (cdr words))
                    (or (and (linking? (car words))
                             (or (named (cdr words)) (named (cons "at" (cdr words)))))
                        (and (linking? (cadr words)) (named (cons "at" words))))))))

    ;; The same before a time, in words that are turned round.
    (define (one-more? before named)
      (and (pair? before)
           (pair? (cdr before))
           (linking? (car before))
           (or (time-at-end (reverse (cdr before)) named) (named (list "at" (cadr before))))))

    (define (linking? word)
      (member (bare word) '("and" "or" "&")))

    (define (without-link words)
      (if (and (pair? words) (member (bare (car words)) '("to" "that" "about" "of" "remind" "me")))
          (without-link (cdr words))
          words))

    (define usual-clock 540)

    (define (moment-of spec now)
      "What a spec means at a civil time: {:after ms} or {:civil time} for once, {:every ms} or {:cron text :says words} for again and again. Raises :past-time and :too-often."
      (match (get spec :each #f)
        (#f (if (contains-key? spec :after) {:after (:after spec)} {:civil (once spec now)}))
        ((? persistent-map? each)
         (if (contains-key? each :ms)
             (if (< (:ms each) 60000)
                 (raise (condition :too-often "what comes again comes once a minute at most"))
                 {:every (:ms each) :says (every-text (:ms each))})
             (weekly (:weekdays each) spec)))
        (:week (weekly (list (get spec :weekday (weekday-of (date->days now)))) spec))
        (:month
          (again (string-append (number->string (get spec :date (:day now))) " * *")
                 (string-append "every month on day " (number->string (get spec :date (:day now))))
                 spec))
        (_
          (again (string-append (number->string (get spec :date (:day now)))
                                " "
                                (number->string (get spec :month (:month now)))
                                " *")
                 "every year"
                 spec))))

    (define (weekly weekdays spec)
      (again (string-append "* * " (string-join (map number->string weekdays) ","))
             (match weekdays
               ((0 1 2 3 4 5 6) "every day")
               ((1 2 3 4 5) "every weekday")
               (_
                 (string-append "every "
                                (string-join (map (lambda (day) (list-ref weekday-names day))
                                                  weekdays)
                                             " and "))))
             spec))

    (define (again days says spec)
      (let ((minutes (likely-clock spec)))
        {:cron (string-append (number->string (remainder minutes 60))
                              " "
                              (number->string (quotient minutes 60))
                              " "
                              days)
         :says (string-append says " at " (clock-text minutes))}))

    (define (every-text milliseconds)
      (let ((unit (find (lambda (unit) (zero? (remainder milliseconds (car unit))))
                        '((86400000 . "day") (3600000 . "hour") (60000 . "minute")
                          (1000 . "second")))))
        (if unit
            (let ((count (quotient milliseconds (car unit))))
              (if (= count 1)
                  (string-append "every " (cdr unit))
                  (string-append "every " (number->string count) " " (cdr unit) "s")))
            "again and again")))

    ;; The clock that is meant on another day: early hours that are not sure are those of the afternoon.
    (define (likely-clock spec)
      (let ((clock (get spec :clock #f)) (part (get spec :part #f)))
        (cond ((not clock) (if part (part-clock part) usual-clock))
              ((get spec :sure #t) clock)
              ((and part (not (equal? part "morning")) (< clock 720)) (+ clock 720))
              ((and (not part) (< clock 420)) (+ clock 720))
              (else clock))))

    (define (part-clock part)
      (case (string->symbol part)
        ((morning) 540)
        ((afternoon) 900)
        ((evening) 1140)
        (else 1260)))

    (define (once spec now)
      (let ((today (date->days now)))
        (cond ((contains-key? spec :date) (on-date spec now today))
              ((contains-key? spec :weekday) (on-weekday spec now today))
              ((and (contains-key? spec :offset) (positive? (:offset spec)))
               (at-clock (+ today (:offset spec))
                         (if (or (contains-key? spec :clock) (contains-key? spec :part))
                             (likely-clock spec)
                             (if (= 1 (:offset spec)) usual-clock (minutes-of now)))))
              (else (soon spec now today)))))

    ;; Of an hour that is not sure, the next that comes.
    (define (soon spec now today)
      (let* ((clock (or (get spec :clock #f) (part-clock (get spec :part "evening"))))
             (clocks (if (get spec :sure #t)
                         (list clock)
                         (list clock (remainder (+ clock 720) 1440))))
             (wanted (if (contains-key? spec :part) (list (likely-clock spec)) clocks))
             (later (sort-by (lambda (each) each)
                             (filter (lambda (each) (> each (minutes-of now))) wanted)
                             <)))
        (cond ((pair? later) (at-clock today (car later)))
              ((contains-key? spec :clock)
               (if (contains-key? spec :offset)
                   (past)
                   (at-clock (+ today 1) (likely-clock spec))))
              (else (at-clock today (min 1439 (+ 60 (minutes-of now))))))))

    (define (on-weekday spec now today)
      (let* ((clock (likely-clock spec))
             (days (modulo (- (:weekday spec) (weekday-of today)) 7))
             (passed? (or (contains-key? spec :next) (<= clock (minutes-of now)))))
        (at-clock (+ today (if (and (zero? days) passed?) 7 days)) clock)))

    ;; Without a year or a month, the next that has the day.
    (define (on-date spec now today)
      (let ((clock (likely-clock spec)))
        (let try ((year (get spec :year (:year now)))
                  (month (get spec :month (:month now)))
                  (left 50))
          (let ((day (and (<= 1 month 12)
                          (<= 1 (:date spec) (last-day year month))
                          (date->days {:year year :month month :day (:date spec)}))))
            (cond ((and day (or (> day today) (and (= day today) (> clock (minutes-of now)))))
                   (at-clock day clock))
                  ((or (contains-key? spec :year) (zero? left)) (past))
                  ((contains-key? spec :month) (try (+ year 1) month (- left 1)))
                  ((= month 12) (try (+ year 1) 1 (- left 1)))
                  (else (try year (+ month 1) (- left 1))))))))

    (define (at-clock day minutes)
      (merge (days->date day) {:hour (quotient minutes 60) :minute (remainder minutes 60)}))

    (define (past)
      (raise (condition :past-time "that is past, or no such day")))))
