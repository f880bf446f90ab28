; What becomes of scheduled work: how often it runs that was missed, and how long it rests that fails.
(define-library (genome policy schedule)
  (export most-entries late-from-ms runs-due after-failure)
  (import (ouro base))
  (begin

    ;; Reminders and jobs of one conversation.
    (define most-entries 200)
    ;; From so late on it is said that something comes late.
    (define late-from-ms 60000)

    (define (runs-due entry missed lateness)
      "How often an entry runs now that was due so many times, so many milliseconds ago. Its :catch-up is \"skip\": not if it is late; \"once\"; or \"all\": each time, up to its :most."
      (let ((late? (>= lateness late-from-ms)))
        (case (string->symbol (get entry :catch-up "once"))
          ((skip) (if late? 0 1))
          ((all) (min missed (get entry :most 10)))
          (else 1))))

    (define most-tries 3)
    (define failures-until-rest 3)
    (define shortest-rest-ms 3600000)
    (define longest-rest-ms 86400000)

    (define (after-failure entry)
      "What follows a run that failed, the entry's :tries and :failures counted with it: {:retry try}, {:rest milliseconds} after several runs in a row that failed, {:next #t}, or {:drop #t} for what was to happen once. A rest ends by itself, and one success forgives all."
      (let ((failures (get entry :failures 0)))
        (cond ((< (get entry :tries 0) most-tries) {:retry (:tries entry)})
              ((not (or (contains-key? entry :cron) (contains-key? entry :every))) {:drop #t})
              ((< failures failures-until-rest) {:next #t})
              (else
               {:rest (min longest-rest-ms
                           (* shortest-rest-ms
                              (expt 2 (min 10 (- failures failures-until-rest)))))}))))))
