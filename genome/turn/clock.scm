; Time of day in a person's own zone, by the tool runtime: so that each answer is a receipt, and a replay the same.
(define-library (genome turn clock)
  (export civil-at instant-after next-time zone-of set-zone! zones-like
          zone-named place?)
  (import (ouro base) (ouro authority) (port tool-runtime) (port store) (genome turn calendar)
          (genome turn cron))
  (begin

    (define minute-ms 60000)
    ;; Changes of the clocks are over by then.
    (define soon-minutes 180)

    (define (civil-at time zone)
      "What the clocks of a zone show at a time in milliseconds: {:year :month :day :hour :minute :weekday :zone}. An empty zone is that of the machine."
      (tool-runtime/local-time (max 0 time) :zone zone))

    (define (instant-after civil zone time)
      "When the clocks of a zone show a civil time, in milliseconds: of one that they show twice the first that is after a time."
      (let ((found (instant civil zone)))
        (if (> (:time-ms found) time) (:time-ms found) (get found :again-ms (:time-ms found)))))

    (define (instant civil zone)
      (tool-runtime/instant (:year civil) (:month civil) (:day civil) (:hour civil) (:minute civil)
                            :zone zone))

    (define (next-time cron time zone)
      "When a cron expression comes next after a time, in milliseconds, or #f. At fixed hours it follows the clocks, once each day, also when they are changed; what comes in every hour follows time as it passes."
      (let* ((now (civil-at time zone)) (next (cron-next cron now)))
        (and next
             (if (and (every-hour? cron) (<= (minutes-between now next) soon-minutes))
                 (as-it-passes cron time zone (minutes-between now next))
                 (by-the-clock cron time zone next)))))

    (define (minutes-between now next)
      (+ (* 1440 (- (date->days next) (date->days now))) (- (minutes-of next) (minutes-of now))))

    (define (as-it-passes cron time zone minutes)
      (let ((at (* minute-ms (+ (quotient time minute-ms) minutes))))
        (if (cron-matches? cron (civil-at at zone)) at (next-time cron at zone))))

    ;; A time that comes twice counts once, so the second may be behind us.
    (define (by-the-clock cron time zone next)
      (let ((at (:time-ms (instant next zone))))
        (if (> at time)
            at
            (let ((later (cron-next cron next))) (and later (by-the-clock cron time zone later))))))

    (define (zone-of person)
      "The name of the zone that a person has set; empty if none."
      (reveal (get (store/get (zone-key person)) :value "")))

    (define (set-zone! person zone)
      "Keeps a person's zone."
      (store/put! (zone-key person) zone))

    (define (zones-like words)
      "A list of names of zones that hold these words."
      (->list (:zones (tool-runtime/time-zones words))))

    (define (zone-named words)
      "The zone of this name, or with a place of this name, or #f."
      (let ((zones (zones-like words)))
        (and (pair? zones)
             (or (place? (car zones) words) (and (null? (cdr zones)) (named? words)))
             (car zones))))

    ;; Not a part of a longer name: one that is older, or an offset.
    (define (named? words)
      (any (lambda (sign) (string-contains words sign)) '("/" "+" "-")))

    (define (place? zone words)
      "True if the words are the zone's name, or the place in it."
      (let ((words (string-replace-all (string-downcase words) " " "_"))
            (zone (string-downcase zone)))
        (or (equal? zone words) (string-suffix? (string-append "/" words) zone))))

    (define (zone-key person)
      (string-append "settings/zone/" person))))
