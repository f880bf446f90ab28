; Days as people say them, once or again and again: "tomorrow", "on 24 December", "every weekday".
(define-library (genome turn day)
  (export day-part part-part each-part)
  (import (ouro base) (genome turn calendar) (genome turn span))
  (begin

    ;; Each takes words and gives (spec . rest), or #f.

    (define (day-part words)
      "What the words say of a day: {:offset days}, with :week if it is a week, {:weekday 0–6} with :next or so many days :later, or {:date :month :year} as far as given."
      (match (map bare words)
        (("today" . _) (cons {:offset 0} (cdr words)))
        (("tonight" . _) (cons {:offset 0 :part "evening"} (cdr words)))
        (((or "tomorrow" "tomorow" "tommorow" "tommorrow" "tmrw") . _)
         (cons {:offset 1} (cdr words)))
        (("the" "day" "after" "tomorrow" . _) (cons {:offset 2} (drop words 4)))
        (("day" "after" "tomorrow" . _) (cons {:offset 2} (drop words 3)))
        (("next" "week" . _) (cons {:offset 7 :week #t} (drop words 2)))
        (("next" name . _) (weekday name {:next #t} (drop words 2)))
        (("by" . _) (day-part (cdr words)))
        (((or "on" "this" "coming") . _) (or (named-day (cdr words) #t) (date (cdr words))))
        (_ (or (named-day words #f) (date words)))))

    (define (named-day words short?)
      (and (pair? words)
           (let ((name (bare (car words))))
             (and (or short? (string-suffix? "day" name)) (weekday name {} (cdr words))))))

    (define (weekday name more rest)
      (let ((number (name-index name weekday-names)))
        (and number
             (let ((spec (put more :weekday number)))
               (match (map bare rest)
                 (("week" . _) (cons (put spec :later 7) (cdr rest)))
                 (_ (cons spec rest)))))))

    (define (date words)
      (match (map bare words)
        (("the" . _) (date-after-the (cdr words)))
        ((day "of" month . _) (dated day month (drop words 3)))
        ((one other . _)
         (or (dated one other (drop words 2))
             (dated other one (drop words 2))
             (date-in-digits one (cdr words))))
        ((one) (date-in-digits one '()))
        (_ #f)))

    (define (date-after-the words)
      (or (match (map bare words)
            ((day "of" month . _) (dated day month (drop words 3)))
            ((day month . _) (dated day month (drop words 2)))
            (_ #f))
          (let ((number (and (pair? words) (ordinal (bare (car words))))))
            (and number (cons {:date number} (cdr words))))))

    (define (dated day month rest)
      (let ((number (or (ordinal day) (whole-number day))) (month (name-index month month-names)))
        (and number
             month
             (with-year {:date number :month (+ month 1)} rest))))

    (define (with-year spec words)
      (let ((year (and (pair? words) (whole-number (bare (car words))))))
        (if (and year (<= 1970 year 9999))
            (cons (put spec :year year) (cdr words))
            (cons spec words))))

    (define (ordinal word)
      (and (any (lambda (ending) (string-suffix? ending word)) '("st" "nd" "rd" "th"))
           (whole-number (substring word 0 (- (string-length word) 2)))))

    (define (whole-number word)
      (and (<= 1 (string-length word) 4)
           (every (lambda (char) (char<=? #\0 char #\9)) (string->list word))
           (string->number word)))

    ;; 2026-12-24 and 24.12.2026
    (define (date-in-digits word rest)
      (match (map whole-number (string-split word "-"))
        (((? (lambda (year) (and year (>= year 1970))) year) (? number? month) (? number? day))
         (cons {:year year :month month :date day} rest))
        (_
          (match (map whole-number (string-split word "."))
            (((? number? day) (? number? month)) (cons {:month month :date day} rest))
            (((? number? day) (? number? month) (? number? year))
             (cons {:year year :month month :date day} rest))
            (_ #f)))))

    (define dayparts '("morning" "afternoon" "evening" "night"))

    (define (part-part words)
      "What the words say of the part of a day: {:part name}."
      (match (map bare words)
        (("in" "the" part . _) (and (member part dayparts) (cons {:part part} (drop words 3))))
        (("this" part . _)
         (and (member part dayparts) (cons {:part part :offset 0} (drop words 2))))
        (("at" "night" . _) (cons {:part "night"} (drop words 2)))
        ((part . _) (and (member part dayparts) (cons {:part part} (cdr words))))
        (_ #f)))

    (define all-days '(0 1 2 3 4 5 6))
    (define working-days '(1 2 3 4 5))

    (define (each-part words)
      "What the words say of how often: {:each {:weekdays numbers}}, {:each {:ms n}} or {:each :week | :month | :year}."
      (match (map bare words)
        (("daily" . _) (cons {:each {:weekdays all-days}} (cdr words)))
        (("hourly" . _) (cons {:each {:ms 3600000}} (cdr words)))
        (("weekly" . _) (cons {:each :week} (cdr words)))
        (("monthly" . _) (cons {:each :month} (cdr words)))
        (("yearly" . _) (cons {:each :year} (cdr words)))
        (("on" "weekdays" . _) (cons {:each {:weekdays working-days}} (drop words 2)))
        (((or "from" "on") . _) (or (days-between (cdr words)) (plural-days (cdr words))))
        (("of" (or "every" "each") . _) (repeated (cddr words)))
        (((or "every" "each") . _) (repeated (cdr words)))
        (_ (days-between words))))

    (define (repeated words)
      (match (map bare words)
        (("day" . _) (cons {:each {:weekdays all-days}} (cdr words)))
        (("single" "day" . _) (cons {:each {:weekdays all-days}} (drop words 2)))
        (((or "weekday" "workday") . _) (cons {:each {:weekdays working-days}} (cdr words)))
        (((or "working" "work") "day" . _) (cons {:each {:weekdays working-days}} (drop words 2)))
        (("weekend" . _) (cons {:each {:weekdays '(0 6)}} (cdr words)))
        (("week" . _) (cons {:each :week} (cdr words)))
        (("month" . _) (cons {:each :month} (cdr words)))
        (("year" . _) (cons {:each :year} (cdr words)))
        (("hour" . _) (cons {:each {:ms 3600000}} (cdr words)))
        (("minute" . _) (cons {:each {:ms 60000}} (cdr words)))
        (((? (lambda (part) (member part dayparts)) part) . _)
         (cons {:each {:weekdays all-days} :part part} (cdr words)))
        (_
          (or (days-between words)
              (days-named words (lambda (name) name))
              (let ((found (spans words)))
                (and found (cons {:each {:ms (car found)}} (cdr found))))))))

    ;; "Monday to Friday", "Mon-Fri"
    (define (days-between words)
      (match (map bare words)
        ((one (or "to" "through" "till" "until" "-" "–") other . _)
         (days-from one other (drop words 3)))
        ((both . _)
         (match (string-split (string-replace-all both "–" "-") "-")
           ((one other) (days-from one other (cdr words)))
           (_ #f)))
        (_ #f)))

    (define (days-from one other rest)
      (let ((first (name-index one weekday-names)) (last (name-index other weekday-names)))
        (and first
             last
             (let ((days (iota (+ 1 (modulo (- last first) 7)) first)))
               (cons {:each {:weekdays (sort-by (lambda (day) day)
                                                (map (lambda (day) (modulo day 7)) days)
                                                <)}}
                     rest)))))

    (define (plural-days words)
      (days-named words
                  (lambda (name)
                    (and (string-suffix? "days" name)
                         (substring name 0 (- (string-length name) 1))))))

    ;; "Monday, Wednesday and Friday"
    (define (days-named words name-of)
      (let more ((days '()) (words words))
        (match (map bare words)
          (("and" _ . _)
           (if (pair? days) (more days (cdr words)) #f))
          (_
            (let* ((name (and (pair? words) (name-of (bare (car words)))))
                   (number (and name (name-index name weekday-names))))
              (cond (number (more (cons number days) (cdr words)))
                    ((null? days) #f)
                    (else (cons {:each {:weekdays (reverse days)}} words))))))))))
