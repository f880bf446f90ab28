; Cron expressions: five fields or @daily and the like, when they come next, and what is odd about them.
(define-library (genome turn cron)
  (export parse-cron cron-next cron-matches? every-hour? lint-cron)
  (import (ouro base) (genome turn calendar))
  (begin

    ;; A parsed expression: {:minutes :hours :days :months :weekdays}, lists of numbers in order, :any-day and :any-weekday.

    (define shorthands
      {"@hourly" "0 * * * *" "@daily" "0 0 * * *" "@midnight" "0 0 * * *" "@weekly" "0 0 * * 0"
       "@monthly" "0 0 1 * *" "@yearly" "0 0 1 1 *" "@annually" "0 0 1 1 *"})

    (define (parse-cron text)
      "What a cron expression means. Raises :bad-cron, with what is wrong."
      (let* ((text (get shorthands (string-downcase text) text))
             (fields (filter (lambda (field) (not (string-null? field))) (string-split text " "))))
        (match fields
          ((minute hour day month weekday)
           {:minutes (field-values minute 0 59 '())
            :hours (field-values hour 0 23 '())
            :days (field-values day 1 31 '())
            :months (field-values month 1 12 month-names)
            :weekdays (->weekdays (field-values weekday 0 7 weekday-names))
            :any-day (string-prefix? "*" day)
            :any-weekday (string-prefix? "*" weekday)})
          (_
            (bad "five fields are wanted: minute, hour, day, month, weekday, as in 30 8 * * 1-5"
                 text)))))

    ;; Sunday is 0 and 7.
    (define (->weekdays numbers)
      (ordered (map (lambda (number) (modulo number 7)) numbers)))

    (define (ordered numbers)
      (sort-by identity (keys (->map (map (lambda (number) [number #t]) numbers))) <))

    (define (identity value) value)

    (define (field-values field least most names)
      (ordered (append-map (lambda (part) (part-values part least most names))
                           (string-split field ","))))

    ;; part = range [/ step]; range = * | number | number - number
    (define (part-values part least most names)
      (let* ((pieces (string-split part "/"))
             (step (if (= (length pieces) 2) (number-in (cadr pieces) 1 (+ most 1) '()) 1))
             (ends (if (<= (length pieces) 2) (string-split (car pieces) "-") '()))
             (range (match ends
                      (("*") (cons least most))
                      ((one)
                       (let ((number (number-in one least most names)))
                         (cons number (if (= (length pieces) 2) most number))))
                      ((one other)
                       (cons (number-in one least most names) (number-in other least most names)))
                      (_ (bad "this is no part of a field" part)))))
        (if (> (car range) (cdr range))
            (bad "a range begins with the smaller end" part)
            (iota (+ 1 (quotient (- (cdr range) (car range)) step)) (car range) step))))

    (define (number-in text least most names)
      (let ((named (name-index text names))
            (number (and (not (string-null? text))
                         (every char-numeric? (string->list text))
                         (string->number text))))
        (cond (named (+ named least))
              ((and number (<= least number most)) number)
              (else
               (bad (string-append "a number from "
                                   (number->string least)
                                   " to "
                                   (number->string most)
                                   " is wanted, not")
                    text)))))

    (define (bad problem text)
      (raise (condition :bad-cron (string-append problem ": " text))))

    (define (every-hour? cron)
      "True if it comes in each hour of the day, so that it follows time as it passes and not the clocks on the wall."
      (= (length (:hours cron)) 24))

    (define (cron-matches? cron civil)
      "True if the expression names this civil time."
      (and (day-matches? cron (date->days civil))
           (memv (:hour civil) (:hours cron))
           (memv (:minute civil) (:minutes cron))
           #t))

    ;; Where both days are given, either is enough (POSIX, crontab).
    (define (day-matches? cron days)
      (let* ((date (days->date days))
             (in-month (and (memv (:day date) (:days cron)) #t))
             (in-week (and (memv (weekday-of days) (:weekdays cron)) #t)))
        (and (memv (:month date) (:months cron))
             (if (or (:any-day cron) (:any-weekday cron))
                 (and in-month in-week)
                 (or in-month in-week)))))

    ;; From one 29 February to the next there may be eight years.
    (define farthest 3000)

    (define (cron-next cron civil)
      "The first civil time after this one that the expression names, or #f if there is none."
      (let ((today (date->days civil)))
        (or (and (day-matches? cron today) (later-on cron today (minutes-of civil)))
            (let ((day (next-day cron (+ today 1) (+ today farthest))))
              (and day (later-on cron day -1))))))

    (define (next-day cron day until)
      (cond ((> day until) #f)
            ((day-matches? cron day) day)
            (else
             (let ((date (days->date day)))
               (next-day cron
                         (if (memv (:month date) (:months cron))
                             (+ day 1)
                             (+ day
                                (- (last-day (:year date) (:month date)) (:day date))
                                1))
                         until)))))

    (define (later-on cron day minutes)
      (let* ((hour (find (lambda (hour) (> (+ (* 60 hour) (last (:minutes cron))) minutes))
                         (:hours cron)))
             (minute (and hour
                          (find (lambda (minute) (> (+ (* 60 hour) minute) minutes))
                                (:minutes cron)))))
        (and hour (merge (days->date day) {:hour hour :minute minute}))))

    (define (lint-cron cron civil)
      "A list of what is odd about an expression, seen from a civil time: that it never comes, or more often than one may mean."
      (filter string?
        (list (and (not (cron-next cron civil)) "It never comes: there is no such date.")
              (and (every-hour? cron)
                   (= (length (:minutes cron)) 60)
                   "It comes every minute, 1440 times a day.")
              (and (not (:any-day cron))
                   (not (:any-weekday cron))
                   "It comes when the day of the month fits, and also when the weekday does.")
              (and (:any-weekday cron)
                   (every (lambda (day) (> day 28)) (:days cron))
                   (cron-next cron civil)
                   "Months without that day are left out."))))))
