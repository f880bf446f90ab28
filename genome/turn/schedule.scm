; What a conversation has planned: reminders and messages to itself, kept in the cell's state, each woken for by a timer.
(define-library (genome turn schedule)
  (export by-clock? entries-of entry-numbered add-entry put-entry drop-entry following missed-times
          timer-number zone-here now-here where-kept)
  (import (ouro base) (ouro authority) (genome policy schedule)
          (genome turn clock) (genome turn cron))
  (begin

    ;; An entry: {:number :do :text :at :zone}, :do "remind" or "message"; of what comes again also :cron or :every and
    ;; :says, its words; :zone-said if it stays in its zone; if need be :catch-up, :most, :failures and :tries in a row, :due when it should have come.

    (define (entries-of context)
      "A list of the entries, the next one first."
      (sort-by (lambda (entry) (:at entry))
               (->list (reveal (get (:state context) :schedule [])))
               <))

    (define (by-clock? entry)
      "True if the entry goes by the clock in its zone, and not by the time that passes."
      (or (contains-key? entry :cron) (contains-key? entry :by-clock)))

    (define (entry-numbered context text)
      "The entry of a number in a text such as 2 or #2, or #f."
      (let ((number (string->number (string-replace-all text "#" ""))))
        (find (lambda (entry) (eqv? (:number entry) number)) (entries-of context))))

    (define (add-entry context entry)
      "The context's state with a new entry, and its timer: {:state :entry :timers}. Raises :schedule-full."
      (let ((number (+ 1 (reveal (get (:state context) :scheduled 0)))))
        (if (>= (length (entries-of context)) most-entries)
            (raise (condition :schedule-full "too much is planned here already; cancel something"))
            (put-entry (put-state context :scheduled number) (put entry :number number)))))

    (define (put-entry context entry)
      "The context's state with this entry in the place of the one with its number, and its timer: {:state :entry :timers}."
      (put (with-entries context (cons entry (others context entry)))
           :entry entry
           :timers [{:id (timer-id entry) :at (:at entry)}]))

    (define (drop-entry context entry)
      "The context's state without the entry, and without its timer."
      (put (with-entries context (others context entry))
           :timers [{:id (timer-id entry) :cancel #t}]))

    (define (with-entries context entries)
      {:state (put (:state context) :schedule (->persistent-vector entries))})

    (define (others context entry)
      (remove (lambda (each) (eqv? (:number each) (:number entry))) (entries-of context)))

    (define (put-state context key value)
      (update context :state (lambda (state) (put state key value))))

    (define (timer-id entry)
      (string-append "entry-" (number->string (:number entry))))

    (define (timer-number id)
      "The number of the entry that a timer's id stands for, as text; #f if it is another's."
      (and (string-prefix? "entry-" id) (substring id 6 (string-length id))))

    (define (following entry time)
      "When an entry comes next after a time, in milliseconds, or #f."
      (cond ((contains-key? entry :cron)
             (next-time (parse-cron (:cron entry)) time (:zone entry)))
            ((contains-key? entry :every)
             (+ (:at entry)
                (* (:every entry)
                   (max 1 (+ 1 (floor-quotient (- time (:at entry)) (:every entry)))))))
            (else #f)))

    (define (missed-times entry time)
      "How many times an entry has been due up to a time, one at least and at most as many as it may catch up with."
      (let ((most (get entry :most 10)))
        (cond ((contains-key? entry :every)
               (min most
                    (+ 1 (max 0 (floor-quotient (- time (:at entry)) (:every entry))))))
              ((contains-key? entry :cron)
               (let more ((count 1) (at (:at entry)))
                 (let ((next (and (< count most) (following entry at))))
                   (if (and next (<= next time)) (more (+ count 1) next) count))))
              (else 1))))

    (define (zone-here context)
      "The zone of whoever speaks; empty if they have set none."
      (zone-of (:from context)))

    (define (now-here context)
      "What the clock of whoever speaks shows now, with their zone."
      (civil-at (:time context) (zone-here context)))

    (define (where-kept context)
      "Where what is planned in an aside is looked for, as a line to add; empty elsewhere."
      (if (string-suffix? "/aside" (:cell context))
          "\nIt is kept beside this conversation: /btw reminders shows it, and /btw cancel all takes it back."
          ""))))
