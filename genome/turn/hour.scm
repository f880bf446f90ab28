; Times of day as people say them: "at 9", "17:00", "5pm", "noon", "half past ten", "5 to 9".
(define-library (genome turn hour)
  (export clock-part)
  (import (ouro base) (genome turn span))
  (begin

    (define (clock-part words)
      "What the words say of a time of day, and the words left: ({:clock minutes :sure?} . rest), or #f. Sure is one that can only be meant one way: 17:00, 5pm, 05:00."
      (let ((found (match (map bare words)
                     (((or "at" "by" "around" "@") . _) (clock (cdr words) #t))
                     (_ (clock words #f)))))
        (match (and found (map bare (cdr found)))
          (("sharp" . _) (cons (car found) (cddr found)))
          (_ found))))

    (define (clock words after-at?)
      (or (beside-hour words after-at?) (clock-alone words after-at?)))

    ;; "half past nine", "quarter to ten pm", "5 past 9"; "10 to 9" only after "at".
    (define (beside-hour words after-at?)
      (match (map bare words)
        (("a" "quarter" . _) (beside-hour (cdr words) #t))
        (("half" "past" . _) (beside 30 (drop words 2)))
        (("quarter" "past" . _) (beside 15 (drop words 2)))
        (("quarter" "to" . _) (beside -15 (drop words 2)))
        (((? count? count) (or "minutes" "minute" "mins" "min") . _)
         (beside-hour (cons count (drop words 2)) #t))
        (((? count? count) "past" . _) (beside (number-of count) (drop words 2)))
        (((? count? count) "to" . _)
         (and after-at? (beside (- (number-of count)) (drop words 2))))
        (_ #f)))

    (define (count? word)
      (let ((number (and (not (article? word)) (number-of word))))
        (and number (integer? number) (< number 60))))

    (define (beside minutes words)
      (let ((found (clock-alone words #t)))
        (and found
             (zero? (remainder (:clock (car found)) 60))
             (cons (update (car found) :clock (lambda (clock) (modulo (+ clock minutes) 1440)))
                   (cdr found)))))

    ;; A bare number is a time only after "at".
    (define (clock-alone words after-at?)
      (match (map bare words)
        (("noon" . _) (cons {:clock 720 :sure #t} (cdr words)))
        (("midnight" . _) (cons {:clock 0 :sure #t} (cdr words)))
        ((time (or "am" "a.m") . _) (halved time 0 (drop words 2)))
        ((time (or "pm" "p.m") . _) (halved time 720 (drop words 2)))
        ((time (or "o'clock" "uhr" "h") . _) (read-clock time #t (drop words 2)))
        ((time . _) (read-clock time after-at? (cdr words)))
        (_ #f)))

    ;; So many minutes past an hour, or to it: "5 past 9", "quarter to ten pm".
    (define (beside minutes words)
      (match (clock words #t)
        (((and (? (lambda (spec) (zero? (remainder (:clock spec) 60)))) spec) . rest)
         (cons (update spec :clock (lambda (clock) (modulo (+ clock minutes) 1440))) rest))
        (_ #f)))

    (define (read-clock time number-alone? rest)
      (cond ((string-suffix? "am" time)
             (halved (substring time 0 (- (string-length time) 2)) 0 rest))
            ((string-suffix? "pm" time)
             (halved (substring time 0 (- (string-length time) 2)) 720 rest))
            (else
             (let ((minutes (minutes-in time number-alone?)))
               (and minutes
                    (cons {:clock minutes
                           :sure (or (>= minutes 780)
                                     (< minutes 60)
                                     (and (string-prefix? "0" time) (> (string-length time) 1)))}
                          rest))))))

    (define (halved time offset rest)
      (let ((minutes (minutes-in time #t)))
        (and minutes
             (<= 60 minutes 779)
             (cons {:clock (+ offset (remainder minutes 720)) :sure #t} rest))))

    (define (minutes-in time number-alone?)
      (match (string-split (if number-alone? (string-replace-all time "." ":") time) ":")
        ((hour minute)
         (let ((hour (digits hour 2)) (minute (and (= (string-length minute) 2) (digits minute 2))))
           (and hour minute (< hour 24) (< minute 60) (+ (* 60 hour) minute))))
        ((hour)
         (let ((number (or (digits hour 2) (and (not (article? hour)) (number-of hour)))))
           (and number-alone? number (< number 24) (* 60 number))))
        (_ #f)))

    ;; "at a later time" is not at one.
    (define (article? word)
      (member word '("a" "an")))

    (define (digits text most)
      (and (<= 1 (string-length text) most)
           (every (lambda (char) (char<=? #\0 char #\9)) (string->list text))
           (string->number text)))))
