; Tests: times as people say them, and what beside them is seen and not understood.
(define-library (genome test spoken)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome turn when) (genome turn moment)
          (genome turn pattern))
  (begin

    ;; A Saturday.
    (define now {:year 2026 :month 11 :day 21 :hour 14 :minute 20})

    (define (at year month day hour minute)
      {:year year :month month :day day :hour hour :minute minute})

    (define (meant text)
      (let ((found (time-phrase (words-of text) zone-named)))
        (and found
             (null? (cdr found))
             (guard (raised ((condition? raised) (condition-code raised)))
               (let ((moment (moment-of (car found) now now)))
                 (get moment :civil (remove-key moment :says)))))))

    ;; At these hours of this Sunday in one zone it is still Saturday in another, seven hours behind.
    (define (said-from-here text)
      (guard (raised ((condition? raised) (condition-code raised)))
        (:civil (moment-of (car (time-phrase (words-of text) zone-named))
                           (at 2026 11 21 19 8)
                           (at 2026 11 22 4 8)))))

    (define (about text)
      (let ((found (split-time (words-of text) zone-named)))
        (and found (cond ((contains-key? found :second) :second)
                         ((contains-key? found :unclear) :unclear)
                         (else (string-join (:words found)))))))

    (define (zone-named text)
      (get {"tokyo" "Asia/Tokyo" "new york" "America/New_York"} text #f))

    (define (zone-in text)
      (get (car (time-phrase (words-of text) zone-named)) :zone :none))

    (define-tests tests
      ("spans are added to now"
       (check (meant "in one minute") => {:after 60000}
              (meant "in 10min") => {:after 600000}
              (meant "in an hour and a half") => {:after 5400000}
              (meant "in 2 hours and 30 minutes") => {:after 9000000}
              (meant "in half an hour") => {:after 1800000}
              (meant "5 minutes from now") => {:after 300000}
              (meant "in 1h30") => {:after 5400000}
              (meant "in 90 seconds") => {:after 90000}))
      ("whole days keep the time of day"
       (check (meant "in two days") => (at 2026 11 23 14 20)
              (meant "in a week") => (at 2026 11 28 14 20)
              (meant "in 3 days at 8:00") => (at 2026 11 24 8 0)))
      ("a time of day is the next one"
       (check (meant "at 17:00") => (at 2026 11 21 17 0)
              (meant "at 9:00") => (at 2026 11 21 21 0)
              (meant "at 09:00") => (at 2026 11 22 9 0)
              (meant "at 5") => (at 2026 11 21 17 0)
              (meant "at 5 pm") => (at 2026 11 21 17 0)
              (meant "at 5am") => (at 2026 11 22 5 0)
              (meant "at noon") => (at 2026 11 22 12 0)
              (meant "at midnight") => (at 2026 11 22 0 0)
              (meant "at half past three") => (at 2026 11 21 15 30)
              (meant "at 12:30 am") => (at 2026 11 22 0 30)))
      ("days are named or dated"
       (check (meant "tomorrow at 9") => (at 2026 11 22 9 0)
              (meant "tomorrow") => (at 2026 11 22 9 0)
              (meant "tomorrow evening") => (at 2026 11 22 19 0)
              (meant "tomorrow evening at 8") => (at 2026 11 22 20 0)
              (meant "tonight") => (at 2026 11 21 19 0)
              (meant "on Friday at 10") => (at 2026 11 27 10 0)
              (meant "Saturday at 18:00") => (at 2026 11 21 18 0)
              (meant "Saturday at 8:00") => (at 2026 11 28 8 0)
              (meant "next Monday") => (at 2026 11 23 9 0)
              (meant "on 24 December at 18:00") => (at 2026 12 24 18 0)
              (meant "on December 24th") => (at 2026 12 24 9 0)
              (meant "on 2027-01-05 at 7:15") => (at 2027 1 5 7 15)
              (meant "on 3.1.") => (at 2027 1 3 9 0)
              (meant "on the 30th") => (at 2026 11 30 9 0)
              (meant "the 24th of December 2028") => (at 2028 12 24 9 0)))
      ("what is past or no day is said to be so"
       (check (meant "today at 13:00") => :past-time
              (meant "on 30 February") => :past-time
              (meant "on 2020-01-01") => :past-time))
      ("what comes again is a cron expression or a span"
       (check (meant "every weekday at 8:30") => {:cron "30 8 * * 1,2,3,4,5"}
              (meant "every day at 7") => {:cron "0 7 * * 0,1,2,3,4,5,6"}
              (meant "daily at 17:00") => {:cron "0 17 * * 0,1,2,3,4,5,6"}
              (meant "at 9:00 every Monday and Thursday") => {:cron "0 9 * * 1,4"}
              (meant "on mondays") => {:cron "0 9 * * 1"}
              (meant "every evening") => {:cron "0 19 * * 0,1,2,3,4,5,6"}
              (meant "every month on the 1st at 10:00") => {:cron "0 10 1 * *"}
              (meant "on the 1st of every month") => {:cron "0 9 1 * *"}
              (meant "every year on 24 December") => {:cron "0 9 24 12 *"}
              (meant "every 10 minutes") => {:every 600000}
              (meant "every hour") => {:every 3600000}
              (meant "every 10 seconds") => :too-often))
      ("what is no time is none"
       (check (meant "at work") => #f
              (meant "1984") => #f
              (meant "in Berlin") => #f
              (meant "pay 2.50") => #f
              (meant "at 25:00") => #f))
      ("the time stands before, after, or on both sides of what it is about"
       (check (about "in one minute to stretch") => "stretch"
              (about "to call Ada tomorrow at 9") => "call Ada"
              (about "tomorrow to call Ada at 9:00") => "call Ada"
              (about "to meet Bo at the station on Friday") => "meet Bo at the station"
              (about "that Müller comes 🎉 at 17:00") => "Müller comes 🎉"
              (about "to stretch") => #f))
      ("a zone belongs to the time, and what is none to the text"
       (check (zone-in "tomorrow at 9am Pacific to join") => "America/Los_Angeles"
              (zone-in "at 17:00 CET tomorrow") => "Europe/Paris"
              (zone-in "at 9 in Tokyo") => "Asia/Tokyo"
              (zone-in "every day at 8 New York time") => "America/New_York"
              (zone-in "at 9 IST") => #f
              (zone-in "at 9 in the office") => :none
              (zone-in "at 5 tea time") => :none
              (about "tomorrow at 9am Pacific Standard Time to join") => "join"
              (about "at 9 in Tokyo to call") => "call"
              (about "to call Ada at 9 in New York") => "call Ada"
              (about "at 9 in the office to sign") => "in the office to sign"))
      ("a second day or time is seen"
       (check (about "on Saturday and Sunday at 10 to run") => :second
              (about "on Monday and Thursday at 7pm to run") => :second
              (about "to run on Monday and Thursday at 7pm") => :second
              (about "at 9 and at 17 to stretch") => :second
              (about "at 9 and 17 to stretch") => :second
              (about "to stretch at 9, 12 and at 17") => :second
              (about "at 9, 12 and 17 to stretch") => :second
              (about "tomorrow to buy bread and milk") => "buy bread and milk"
              (about "tomorrow that the train leaves at 17:00 or later") => "the train leaves at 17:00 or later"
              (about "every Monday and Thursday at 9 to run") => "run"))
      ("minutes stand beside an hour"
       (check (meant "at 5 past 9") => (at 2026 11 21 21 5)
              (meant "at 10 to 9 pm") => (at 2026 11 21 20 50)
              (meant "tomorrow at quarter to ten") => (at 2026 11 22 9 45)
              (meant "at a quarter past 3pm") => (at 2026 11 21 15 15)
              (meant "20 minutes to 5") => (at 2026 11 21 16 40)
              (meant "at half past 12") => (at 2026 11 22 12 30)
              (meant "at 9 sharp") => (at 2026 11 21 21 0)
              (about "at 10 to 9 to leave") => "leave"
              (about "at 9 to call 10 people") => "call 10 people"
              (about "at 5 past to go") => :unclear
              (meant "at a") => #f))
      ("day words mean the day of whoever speaks, on the clock that is said"
       (check (said-from-here "today at 11pm Tokyo time") => (at 2026 11 22 23 0)
              (said-from-here "tomorrow at 9am Tokyo time") => (at 2026 11 23 9 0)
              (said-from-here "on Sunday at 9am Tokyo time") => (at 2026 11 22 9 0)
              (said-from-here "at 9am Tokyo time") => (at 2026 11 22 9 0)
              (said-from-here "at 8pm Tokyo time") => (at 2026 11 21 20 0)))
      ("a day that is said in two ways is one, or asked about"
       (check (meant "in 2 weeks on Monday") => :unclear-time
              (meant "on Monday in 2 weeks") => :unclear-time
              (meant "in 2 weeks on Saturday") => (at 2026 12 5 14 20)
              (meant "next week on Monday") => (at 2026 11 23 9 0)
              (meant "Friday week") => (at 2026 12 4 9 0)
              (meant "on Thursday 24 December") => (at 2026 12 24 9 0)
              (meant "on Friday 24 December") => :unclear-time
              (meant "Monday morning at 7pm") => :unclear-time
              (meant "tomorrow night at 1") => :unclear-time
              (meant "every day on Monday") => :unclear-time
              (meant "every month on Monday") => :unclear-time
              (meant "every 2 days at 8:00") => :unclear-time
              (meant "Monday to Friday at 8:00") => {:cron "0 8 * * 1,2,3,4,5"}
              (meant "from Sat-Sun at 8:00") => {:cron "0 8 * * 0,6"}))
      ("a condition beside a time is seen"
       (check (about "every day at 8 except Sunday to go") => :unclear
              (about "to go every day at 8 except Sunday") => :unclear
              (about "every day at 8 until Friday to go") => :unclear
              (about "every hour between 9 and 17 to drink") => :unclear
              (about "every day for a week at 8 to go") => :unclear
              (about "to pay on the 1st and 15th at 9") => :second
              (about "on the 1st and 15th at 9 to pay") => :second
              (about "to water every other day at 8") => :unclear
              (about "to go a week from Friday") => :unclear
              (about "to go two days before Friday") => :unclear
              (about "to drink 3 times a day at 8") => :unclear
              (about "to greet every guest at 9") => "greet every guest"
              (about "tomorrow that Friday is free") => "Friday is free")))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
