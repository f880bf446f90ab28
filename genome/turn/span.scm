; Spans of time as people say them: "in two hours and 30 minutes", "an hour and a half", "10min".
(define-library (genome turn span)
  (export span-part spans number-of bare)
  (import (ouro base))
  (begin

    (define (bare word)
      "The word in small letters, without the punctuation that closes it."
      (let* ((word (string-downcase word)) (last (- (string-length word) 1)))
        (if (and (> last 0) (memv (string-ref word last) '(#\, #\. #\: #\! #\?)))
            (bare (substring word 0 last))
            word)))

    (define (span-part words)
      "What the words say of a time from now, and the words left: ({:after ms} . rest), or {:offset days} for whole days; #f if nothing."
      (match (map bare words)
        (("in" . _)
         (let ((found (spans (cdr words)))) (and found (cons (span-spec (car found)) (cdr found)))))
        (("half" "an" "hour" "from" "now" . _) (cons {:after 1800000} (drop words 5)))
        (_
          (let ((found (spans words)))
            (match (and found (map bare (cdr found)))
              (("from" "now" . _) (cons (span-spec (car found)) (drop (cdr found) 2)))
              (_ #f))))))

    ;; Whole days keep the time of day, also when the clocks are changed.
    (define (span-spec milliseconds)
      (if (zero? (remainder milliseconds 86400000))
          {:offset (quotient milliseconds 86400000)}
          {:after milliseconds}))

    (define units
      {"s" 1000 "sec" 1000 "secs" 1000 "second" 1000 "seconds" 1000
       "m" 60000 "min" 60000 "mins" 60000 "minute" 60000 "minutes" 60000
       "h" 3600000 "hr" 3600000 "hrs" 3600000 "hour" 3600000 "hours" 3600000
       "d" 86400000 "day" 86400000 "days" 86400000 "week" 604800000 "weeks" 604800000})

    (define (spans words)
      "A span of one part or more, in milliseconds, and the words left: (ms . rest), or #f."
      (let ((first (one-span words)))
        (and first
             (let more ((sum (car first)) (rest (cdr first)))
               (let ((next (one-span (if (and (pair? rest) (equal? (bare (car rest)) "and"))
                                         (cdr rest)
                                         rest))))
                 (if next (more (+ sum (car next)) (cdr next)) (cons sum rest)))))))

    ;; A number and a unit, apart or together, halves included: "two hours", "10min", "half an hour", "an hour and a half".
    (define (one-span words)
      (match (map bare words)
        (("half" "an" "hour" . _) (cons 1800000 (drop words 3)))
        (((? (lambda (word) (contains-key? units word)) _) . _) #f)
        ((count unit "and" "a" "half" . _)
         (let ((number (number-of count)))
           (and number
                (contains-key? units unit)
                (cons (whole (* (+ number 1/2) (get units unit))) (drop words 5)))))
        ((count "and" "a" "half" unit . _)
         (let ((number (number-of count)))
           (and number
                (contains-key? units unit)
                (cons (whole (* (+ number 1/2) (get units unit))) (drop words 5)))))
        ((count unit . _)
         (let ((number (number-of count)))
           (if (and number (contains-key? units unit))
               (cons (whole (* number (get units unit))) (drop words 2))
               (together words))))
        (_ (together words))))

    (define (together words)
      (and (pair? words)
           (let*-values (((digits letters) (digits-of (bare (car words))))
                         ((number) (and digits (number-of digits)))
                         ((minutes) (and (string-prefix? "h" letters)
                                         (number-of (substring letters
                                                               1
                                                               (string-length letters))))))
             (cond ((not number) #f)
                   ((contains-key? units letters)
                    (cons (whole (* number (get units letters))) (cdr words)))
                   (minutes (cons (whole (+ (* 3600000 number) (* 60000 minutes))) (cdr words)))
                   (else #f)))))

    (define (whole number) (exact (round number)))

    (define (digits-of word)
      (let ((digits (take-while (lambda (char) (or (char<=? #\0 char #\9) (char=? char #\.)))
                                (string->list word))))
        (values (and (pair? digits) (list->string digits))
                (substring word (length digits) (string-length word)))))

    (define small-numbers
      {"a" 1 "an" 1 "one" 1 "two" 2 "three" 3 "four" 4 "five" 5 "six" 6 "seven" 7 "eight" 8 "nine" 9
       "ten" 10
       "eleven" 11 "twelve" 12 "fifteen" 15 "twenty" 20 "twenty-five" 25 "thirty" 30 "forty" 40
       "forty-five" 45
       "sixty" 60 "ninety" 90})

    (define (number-of word)
      "The number that a word is, in digits or letters, or #f."
      (or (get small-numbers word #f)
          (let ((number (and (<= (string-length word) 6)
                             (every (lambda (char) (or (char<=? #\0 char #\9) (char=? char #\.)))
                                    (string->list word))
                             (string->number (string-append "#e" word)))))
            (and number (positive? number) number))))))
