; Times of day as people say them: "at 9", "17:00", "5pm", "noon", "half past ten".
(define-library (genome turn hour)
  (export clock-part)
  (import (ouro base) (genome turn span))
  (begin

    (define (clock-part words)
      "What the words say of a time of day, and the words left: ({:clock minutes :sure?} . rest), or #f. Sure is one that can only be meant one way: 17:00, 5pm, 05:00."
      (match (map bare words)
        (((or "at" "by" "around" "@") . _) (clock (cdr words) #t))
        (_ (clock words #f))))

    ;; A bare number is a time only after "at".
    (define (clock words after-at?)
      (match (map bare words)
        (("noon" . _) (cons {:clock 720 :sure #t} (cdr words)))
        (("midnight" . _) (cons {:clock 0 :sure #t} (cdr words)))
        (("half" "past" hour . _)
         (let ((found (number-of hour)))
           (and found (<= found 12) (cons {:clock (+ (* 60 found) 30) :sure #f} (drop words 3)))))
        ((time (or "am" "a.m") . _) (halved time 0 (drop words 2)))
        ((time (or "pm" "p.m") . _) (halved time 720 (drop words 2)))
        ((time (or "o'clock" "uhr" "h") . _) (read-clock time #t (drop words 2)))
        ((time . _) (read-clock time after-at? (cdr words)))
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
         (let ((number (or (digits hour 2) (number-of hour))))
           (and number-alone? number (< number 24) (* 60 number))))
        (_ #f)))

    (define (digits text most)
      (and (<= 1 (string-length text) most)
           (every (lambda (char) (char<=? #\0 char #\9)) (string->list text))
           (string->number text)))))
