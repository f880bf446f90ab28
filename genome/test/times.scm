; Tests: the calendar and cron expressions.
(define-library (genome test times)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome turn calendar) (genome turn cron))
  (begin

    ;; A Saturday.
    (define now {:year 2026 :month 11 :day 21 :hour 14 :minute 20})

    (define (at year month day hour minute)
      {:year year :month month :day day :hour hour :minute minute})

    (define (next text civil)
      (cron-next (parse-cron text) civil))

    (define-tests tests
      ("days are numbered from 1 January 1970, and back again"
       (check (date->days (at 1970 1 1 0 0)) => 0
              (date->days (at 2000 2 29 0 0)) => 11016
              (weekday-of (date->days now)) => 6
              (every (lambda (days) (= days (date->days (days->date days)))) (iota 2000 0 37)) => #t
              (last-day 2028 2) => 29
              (last-day 2100 2) => 28
              (last-day 2026 12) => 31))
      ("a moment is said as one says it that day"
       (check (moment-text now now) => "today at 14:20"
              (moment-text (at 2026 11 22 9 0) now) => "tomorrow at 09:00"
              (moment-text (at 2026 12 24 18 5) now) => "on Thursday 24 December at 18:05"
              (moment-text (at 2027 1 1 0 0) now) => "on Friday 1 January 2027 at 00:00"))
      ("a cron expression comes next when its fields fit"
       (check (next "30 8 * * 1-5" now) => (at 2026 11 23 8 30)
              (next "*/15 * * * *" now) => (at 2026 11 21 14 30)
              (next "@daily" now) => (at 2026 11 22 0 0)
              (next "0 12 * dec fri" now) => (at 2026 12 4 12 0)
              (next "0 0 29 2 *" now) => (at 2028 2 29 0 0)
              (next "20 14 * * *" now) => (at 2026 11 22 14 20)
              (next "0 9 13 * 5" now) => (at 2026 11 27 9 0)
              (next "0 0 * * 7" now) => (at 2026 11 22 0 0)
              (next "59 23 31 12 *" (at 2026 12 31 23 59)) => (at 2027 12 31 23 59)
              (next "0 0 31 2 *" now) => #f))
      ("a wrong cron expression is refused"
       (check-error :bad-cron (parse-cron "60 * * * *"))
       (check-error :bad-cron (parse-cron "* * *"))
       (check-error :bad-cron (parse-cron "5-1 * * * *"))
       (check-error :bad-cron (parse-cron "*/0 * * * *"))
       (check-error :bad-cron (parse-cron "a * * * *"))
       (check-error :bad-cron (parse-cron "-1 * * * *"))
       (check-error :bad-cron (parse-cron "@reboot")))
      ("what is odd about a cron expression is told"
       (check (length (lint-cron (parse-cron "0 0 30 2 *") now)) => 1
              (car (lint-cron (parse-cron "* * * * *") now)) => "It comes every minute, 1440 times a day."
              (length (lint-cron (parse-cron "0 0 13 * 5") now)) => 1
              (length (lint-cron (parse-cron "0 0 31 * *") now)) => 1
              (lint-cron (parse-cron "30 8 * * 1-5") now) => '())))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
