; The Ouroboros loop: one round reads, evaluates, modifies, writes and validates the genome, then goes on or goes back.
(define-library (genome evolution ouroboros)
  (export run-round resume-approved)
  (import (ouro base) (port lineage) (port evolution) (genome prelude source) (genome policy gates)
          (genome evolution proposer) (genome evolution round))
  (begin

    ;; A round is a map that each step hands to the next, richer by what it found and by its events. All outside
    ;; work is done by port calls, whose receipts answer a round that runs again after a crash.

    (define (run-round input)
      "One round, for {:round n :seed n :budget n :policy name :proposer \"search\"}, or for a person's {:patch :reason}. What became of it: {:policy :proposer :adopted :gate :reason :evaluations :events …}, with :commit, :branch and :tree if a candidate was written."
      (let* ((round (read-genome (round-of input (evolution/suites))))
             (round (evaluate round))
             (round (modify round))
             (round (write-candidate round))
             (round (validate round)))
        (report (if (passed? round) (continue round) (roll-back round)))))

    (define (resume-approved input)
      "Takes a candidate {:base :commit :branch :policy :reason} that waited for a person through the gates again, and adopts it if they now let it pass."
      (let ((round (validate (approved-round input))))
        (report (if (passed? round) (continue round) (roll-back round)))))

    (define (read-genome round)
      (let* ((base (lineage/head))
             (round (put round :base base)))
        (if (named? round)
            (let ((form (policy-form (lineage/show base (policy-file round))
                                     (string->symbol (:policy round)))))
              (note (put round
                         :form form
                         :decide (decide-of form)
                         :archive (evolution/archive (:policy round)))
                    "read" (string-append (policy-file round)
                                          " at "
                                          (short base)
                                          ": "
                                          (datum->text (decide-of form)))))
            (note round "read" (string-append "the genome at " (short base))))))

    (define (evaluate round)
      (if (named? round)
          (let ((baseline (nth (evolution/measure (:policy round) [(:decide round)]) 0)))
            (evolution/record (:round round) (:policy round) "before" (:decide round))
            (note (put round :baseline baseline)
                  "eval" (string-append (:policy round)
                                        " scores "
                                        (score-text (:score baseline))
                                        " on the training cases")))
          (note round "eval" "no policy is named: the gates compare all of them")))

    (define (modify round)
      (let* ((measure (lambda (decides) (evolution/measure (:policy round) decides)))
             (proposal (propose (goal-of round measure))))
        (for-each (lambda (entry) (evolution/archive-add! entry)) (elite-entries round proposal))
        (when (named? round)
          (evolution/record (:round round)
                            (:policy round)
                            "random"
                            (decide-or round (:random proposal))))
        (note (put round :proposal proposal) "modify" (:reason proposal))))

    (define (write-candidate round)
      (let ((proposal (:proposal round)))
        (if (:patch proposal)
            (let ((candidate (apply lineage/propose!
                                    (:base round)
                                    (:patch proposal)
                                    (:reason proposal)
                                    (provenance round))))
              (when (named? round)
                (evolution/record (:round round)
                                  (:policy round)
                                  "after"
                                  (decide-or round (:candidate proposal))))
              (note (put round :candidate candidate)
                    "write" (string-append (short (:commit candidate)) " on " (:branch candidate))))
            (note round "write" "there is nothing to write"))))

    (define (validate round)
      (if (:candidate round)
          (let ((verdict (evolution/validate (:base round)
                                             (:commit (:candidate round))
                                             (:policy round)
                                             :limits gate-limits)))
            (fold (lambda (gate round) (note round "gate" (gate-text gate)))
                  (put round :verdict verdict)
                  (->list (:gates verdict))))
          (refused round "propose" (:reason (:proposal round)))))

    (define (continue round)
      (let ((commit (:commit (:candidate round))))
        (guard (raised ((stale? raised)
                        (roll-back (refused round "adopt" (condition-message raised)))))
          (lineage/adopt! commit (:base round))
          (evolution/watch! commit (:policy round))
          (keep-entry round "adopted")
          (note (put round :adopted #t)
                "continue"
                (string-append "main is at " (short commit) "; its probation begins")))))

    (define (roll-back round)
      (keep-entry round "rejected")
      (cond ((awaits-person? round)
             (note (put round :awaits-approval #t)
                   "rollback" (string-append "kept on "
                                             (:branch (:candidate round))
                                             " until a person decides")))
            ((:candidate round)
             (lineage/drop! (:branch (:candidate round)))
             (note round
                   "rollback"
                   (string-append (:branch (:candidate round))
                                  " dropped: "
                                  (:reason (:verdict round)))))
            (else (note round "rollback" (:reason (:verdict round))))))

    (define (keep-entry round verdict)
      (when (candidate-measure round)
        (evolution/archive-add! (entry-of round verdict))))

    (define (stale? raised)
      (and (condition? raised) (eq? (condition-code raised) :lineage-stale)))))
