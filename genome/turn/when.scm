; When something is to happen, among the words that people say: the time, what it is about, and what beside the time is not understood.
(define-library (genome turn when)
  (export time-phrase split-time)
  (import (ouro base) (genome turn span) (genome turn hour)
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
      "A time among words and the words that it is about: {:spec :words}, or #f; :second if there is a second time beside it, :unclear if a condition is. It stands at the beginning or at the end, or one part at each."
      (let* ((named (lambda (some) (time-phrase some zone-named))) (front (named words)))
        (if front
            (let* ((rest (without-link (cdr front))) (back (time-at-end rest named)))
              (cond ((another? (cdr front) named)
                     {:spec (car front) :words (cdr front) :second #t})
                    ((condition-before? (cdr front) named)
                     {:spec (car front) :words (cdr front) :unclear #t})
                    ((and back (pair? (:words back)) (fits? (car front) (:spec back)))
                     (update back :spec (lambda (spec) (merge (car front) spec))))
                    (else {:spec (car front) :words rest})))
            (time-at-end (without-link words) named))))

    (define (time-at-end words named)
      (let try ((before '()) (rest words))
        (and (pair? rest)
             (let ((found (named rest)))
               (cond
                 ((and found (null? (cdr found)))
                  (merge {:spec (car found) :words (reverse before)}
                         (cond ((one-more? before named) {:second #t})
                               ((condition-after? (map bare before)) {:unclear #t})
                               (else {}))))
                 ((and found (another? (cdr found) named))
                  {:spec (car found) :words (reverse before) :second #t})
                 (else (try (cons (car rest) before) (cdr rest))))))))

    ;; "and Thursday", "and at 17", "and 17", "12 and 17", "and 15th", "to Friday".
    (define (another? words named)
      (and (pair? words)
           (or (named words)
               (and (pair? (cdr words))
                    (or (and (linking? (car words))
                             (any (lambda (start) (named (append start (cdr words))))
                                  '(() ("at") ("the"))))
                        (and (linking? (cadr words)) (named (cons "at" words)))
                        (and (equal? (bare (car words)) "to") (named (cdr words))))))))

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

    (define conditions
      #{"except" "excluding" "unless" "until" "till" "but" "before" "after" "during" "between"
        "starting" "beginning" "through" "past" "if" "when" "while" "since"})

    ;; What follows a time: "except Sunday", "for a week", "from Monday".
    (define (condition-before? words named)
      (and (pair? words)
           (let ((rest (cdr words)))
             (match (map bare words)
               (("for" "the" "next" . _) #t)
               (("for" . _) (or (spans rest) (named rest)))
               (("from" . _) (or (named rest) (named (cons "at" rest))))
               ((first . _) (contains-key? conditions first))))))

    ;; What a time follows, in words that are turned round: "until", "for", "every other day", "3 times a day", "a week".
    (define (condition-after? before)
      (match before
        (((or "for" "from" "to" "last" "week" "weeks") _ . _) #t)
        ((_ (or "a" "an" "per") "times" . _) #t)
        ((_ (or "a" "an" "per") (or "once" "twice") . _) #t)
        (((or "every" "each") . _) #t)
        ((which (or "every" "each") . _) (which? which))
        ((_ which (or "every" "each") . _) (which? which))
        ((last . _) (contains-key? conditions last))
        (_ #f)))

    (define (which? word)
      (or (number-of word)
          (member word '("other" "second" "third" "fourth" "fifth" "last" "first" "few" "next"))
          (any (lambda (ending)
                 (and (string-suffix? ending word)
                      (number-of (substring word 0 (- (string-length word) 2)))))
               '("st" "nd" "rd" "th"))))))
