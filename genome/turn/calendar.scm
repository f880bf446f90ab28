; The calendar as numbers and as people say it: days, weekdays, months, times of day.
(define-library (genome turn calendar)
  (export date->days days->date weekday-of last-day weekday-names month-names name-index minutes-of
          clock-text day-text moment-text)
  (import (ouro base))
  (begin

    ;; A civil time: {:year :month :day :hour :minute}, and what else there is. Days count from 1 January 1970.

    (define weekday-names '("Sunday" "Monday" "Tuesday" "Wednesday" "Thursday" "Friday" "Saturday"))

    (define month-names
      '("January" "February" "March" "April" "May" "June" "July" "August" "September" "October"
        "November" "December"))

    (define (name-index word names)
      "The place of the name that the word is, or its first three letters at least, counted from 0; #f if it is none."
      (let ((word (string-downcase word)))
        (and (>= (string-length word) 3)
             (list-index (lambda (name) (string-prefix? word (string-downcase name))) names))))

    ;; Years begin in March, so that the day that comes and goes is the last one
    ;; (Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).
    (define (date->days date)
      "The day's number."
      (let* ((month (:month date))
             (year (if (<= month 2) (- (:year date) 1) (:year date)))
             (of-year (+ (quotient (+ (* 153 (modulo (+ month 9) 12)) 2) 5) (- (:day date) 1))))
        (+ (* 365 year)
           (floor-quotient year 4)
           (- (floor-quotient year 100))
           (floor-quotient year 400)
           of-year
           -719468)))

    (define (days->date days)
      "The date of a day's number: {:year :month :day}."
      (let* ((shifted (+ days 719468))
             (of-era (floor-remainder shifted 146097))
             (year-of-era (quotient (- of-era
                                       (quotient of-era 1460)
                                       (- (quotient of-era 36524))
                                       (quotient of-era 146096))
                                    365))
             (of-year (- of-era
                         (- (+ (* 365 year-of-era) (quotient year-of-era 4))
                            (quotient year-of-era 100))))
             (shifted-month (quotient (+ (* 5 of-year) 2) 153))
             (month (+ 1 (modulo (+ shifted-month 2) 12))))
        {:year (+ year-of-era
                  (* 400 (floor-quotient shifted 146097))
                  (if (<= month 2) 1 0))
         :month month
         :day (+ 1 (- of-year (quotient (+ (* 153 shifted-month) 2) 5)))}))

    (define (weekday-of days)
      "The weekday of a day's number, from Sunday, which is 0."
      (modulo (+ days 4) 7))

    (define (last-day year month)
      "How many days the month has."
      (- (date->days {:year (if (= month 12) (+ year 1) year)
                      :month (+ 1 (modulo month 12))
                      :day 1})
         (date->days {:year year :month month :day 1})))

    (define (minutes-of civil)
      "The time of day in minutes."
      (+ (* 60 (:hour civil)) (:minute civil)))

    (define (clock-text minutes)
      "Minutes of the day as a clock shows them: 08:30."
      (let ((two (lambda (number) (string-pad-left (number->string number) 2 #\0))))
        (string-append (two (quotient minutes 60)) ":" (two (remainder minutes 60)))))

    (define (day-text civil now)
      "The day as one says it now: today, tomorrow, yesterday, or on Friday 27 November, with the year if it is another."
      (case (- (date->days civil) (date->days now))
        ((0) "today")
        ((1) "tomorrow")
        ((-1) "yesterday")
        (else
         (string-append "on "
                        (list-ref weekday-names (weekday-of (date->days civil)))
                        " "
                        (number->string (:day civil))
                        " "
                        (list-ref month-names (- (:month civil) 1))
                        (if (= (:year civil) (:year now))
                            ""
                            (string-append " " (number->string (:year civil))))))))

    (define (moment-text civil now)
      "The day and the time of day, as one says them now."
      (string-append (day-text civil now) " at " (clock-text (minutes-of civil))))))
