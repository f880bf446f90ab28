; The moment that is meant now by what people say of a time, once or again and again.
(define-library (genome turn moment)
  (export moment-of)
  (import (ouro base) (genome turn calendar))
  (begin

    (define usual-clock 540)

    (define (moment-of spec now here)
      "What a spec means at a civil time, in the zone of the clock that is said and in that of whoever speaks, whose days are meant: {:after ms} or {:civil time} for once, {:every ms} or {:cron text :says words} for again and again. Raises :past-time, :too-often and :unclear-time."
      (match (get spec :each #f)
        (#f (if (contains-key? spec :after) {:after (:after spec)} {:civil (once spec now here)}))
        ((? persistent-map? each)
         (cond ((not (contains-key? each :ms))
                (only-with '(:part) spec)
                (weekly (:weekdays each) spec))
               ((< (:ms each) 60000)
                (raise (condition :too-often "what comes again comes once a minute at most")))
               ((> (size spec) 1)
                (unclear "what comes again after a while has no day or time of its own"))
               (else {:every (:ms each) :says (every-text (:ms each))})))
        (:week
          (only-with '(:part :weekday) spec)
          (weekly (list (get spec :weekday (weekday-of (date->days here)))) spec))
        (:month
          (only-with '(:part :date) spec)
          (again (string-append (number->string (get spec :date (:day here))) " * *")
                 (string-append "every month on day " (number->string (get spec :date (:day here))))
                 spec))
        (_
          (only-with (if (contains-key? spec :month) '(:part :date :month) '(:part)) spec)
          (again (string-append (number->string (get spec :date (:day here)))
                                " "
                                (number->string (get spec :month (:month here)))
                                " *")
                 "every year"
                 spec))))

    ;; What is said beside them would be lost.
    (define (only-with known spec)
      (let ((known (append '(:each :clock :sure :zone) known)))
        (unless (every (lambda (key) (memv key known)) (keys spec))
          (unclear "its days are said in two ways"))))

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
              (part (in-part spec (if (or (get spec :sure #t)
                                          (equal? part "morning")
                                          (>= clock 720))
                                      clock
                                      (+ clock 720))))
              ((get spec :sure #t) clock)
              ((< clock 420) (+ clock 720))
              (else clock))))

    (define (in-part spec clock)
      (if (case (string->symbol (:part spec))
            ((morning) (< clock 720))
            ((afternoon) (<= 720 clock 1139))
            ((evening) (<= 960 clock))
            ;; On a day that is said, the hours after midnight may be those before or after it.
            (else
             (or (<= 1080 clock)
                 (and (<= clock 360)
                      (not (any (lambda (key) (contains-key? spec key))
                                '(:offset :weekday :date)))))))
          clock
          (unclear (string-append (clock-text clock) " is not in the " (:part spec)))))

    (define (part-clock part)
      (case (string->symbol part)
        ((morning) 540)
        ((afternoon) 900)
        ((evening) 1140)
        (else 1260)))

    (define (once spec now here)
      (let* ((today (date->days here))
             (minutes (+ (* 1440 (- (date->days now) today)) (minutes-of now))))
        (agreed spec
                today
                (cond ((contains-key? spec :date) (on-date spec here today minutes))
                      ((and (contains-key? spec :week) (contains-key? spec :weekday))
                       (coming today (in-next-week spec today) (likely-clock spec) minutes))
                      ((positive? (get spec :offset 0)) (after-days spec here today minutes))
                      ((contains-key? spec :offset) (soon spec today minutes))
                      ((contains-key? spec :weekday) (on-weekday spec today minutes))
                      (else (soon spec (date->days now) (minutes-of now)))))))

    ;; "on Friday 24 December" and "in 2 weeks on Monday" say the day in two ways.
    (define (agreed spec today civil)
      (let ((day (date->days civil)))
        (if (and (= (weekday-of day) (get spec :weekday (weekday-of day)))
                 (or (not (contains-key? spec :offset))
                     (and (contains-key? spec :week) (contains-key? spec :weekday))
                     (= (- day today) (:offset spec))))
            civil
            (unclear "the day is said in two ways that do not agree"))))

    ;; Minutes count from the beginning of today, on the clock that is said: in another zone they may be those of the day before or after.
    (define (coming today days clock minutes)
      (if (> (+ (* 1440 days) clock) minutes) (at-clock (+ today days) clock) (past)))

    ;; Weeks begin on Monday.
    (define (in-next-week spec today)
      (+ (- 7 (modulo (- (weekday-of today) 1) 7)) (modulo (- (:weekday spec) 1) 7)))

    (define (after-days spec here today minutes)
      (coming today
              (:offset spec)
              (cond ((or (contains-key? spec :clock) (contains-key? spec :part))
                     (likely-clock spec))
                    ((= 1 (:offset spec)) usual-clock)
                    (else (minutes-of here)))
              minutes))

    ;; Of an hour that is not sure, the next that comes.
    (define (soon spec today minutes)
      (let* ((clock (or (get spec :clock #f) (part-clock (get spec :part "evening"))))
             (clocks (if (get spec :sure #t)
                         (list clock)
                         (list clock (remainder (+ clock 720) 1440))))
             (wanted (if (contains-key? spec :part) (list (likely-clock spec)) clocks))
             (later (sort-by (lambda (each) each)
                             (filter (lambda (each) (> each minutes)) wanted)
                             <)))
        (cond ((pair? later) (at-clock today (car later)))
              ((contains-key? spec :clock)
               (if (contains-key? spec :offset)
                   (past)
                   (at-clock (+ today 1) (likely-clock spec))))
              (else (at-clock today (min 1439 (+ 60 minutes)))))))

    (define (on-weekday spec today minutes)
      (let* ((clock (likely-clock spec))
             (days (modulo (- (:weekday spec) (weekday-of today)) 7))
             (passed? (or (and (zero? days) (contains-key? spec :next))
                          (<= (+ (* 1440 days) clock) minutes))))
        (at-clock (+ today (if passed? 7 0) days (get spec :later 0)) clock)))

    ;; Without a year or a month, the next that has the day.
    (define (on-date spec here today minutes)
      (let ((clock (likely-clock spec)))
        (let try ((year (get spec :year (:year here)))
                  (month (get spec :month (:month here)))
                  (left 50))
          (let ((day (and (<= 1 month 12)
                          (<= 1 (:date spec) (last-day year month))
                          (date->days {:year year :month month :day (:date spec)}))))
            (cond ((and day (> (+ (* 1440 (- day today)) clock) minutes)) (at-clock day clock))
                  ((or (contains-key? spec :year) (zero? left)) (past))
                  ((contains-key? spec :month) (try (+ year 1) month (- left 1)))
                  ((= month 12) (try (+ year 1) 1 (- left 1)))
                  (else (try year (+ month 1) (- left 1))))))))

    (define (at-clock day minutes)
      (merge (days->date day) {:hour (quotient minutes 60) :minute (remainder minutes 60)}))

    (define (past)
      (raise (condition :past-time "that is past, or no such day")))

    (define (unclear problem)
      (raise (condition :unclear-time problem)))))
