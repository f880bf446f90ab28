; Tests: gates, probation, approval and commands say what the constitution expects of them.
(define-library (genome test governance)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome policy gates) (genome policy probation)
          (genome policy approval) (genome policy commands))
  (begin

    (define (verdict state before after)
      (:verdict (probation-verdict {:state state :reason "why" :before before :after after})))

    (define calm {:turns 100 :errors 2 :steps 1000})

    (define-tests tests
      ("an improvement must be sure, and cost little more fuel"
       (check (>= (:confidence-low gate-limits) 0.0) => #t
              (<= (:decision-steps-factor gate-limits) 4.0) => #t
              (>= (:shadow-turns gate-limits) 20.0) => #t))
      ("all limits are numbers"
       (check (every number? (vals gate-limits)) => #t
              (every number? (vals probation-limits)) => #t))
      ("what native code calls regressed is reverted, whatever the rest says"
       (check (verdict "regressed" calm calm) => :revert))
      ("what is sound is kept, and what is not yet known waits"
       (check (verdict "sound" calm {:turns 50 :errors 1 :steps 500}) => :keep
              (verdict "waiting" calm {:turns 3 :errors 0 :steps 30}) => :wait))
      ("a clear rise of errors reverts although the bare state is sound"
       (check (verdict "sound" calm {:turns 50 :errors 20 :steps 500}) => :revert))
      ("a few turns are no trend"
       (check (verdict "waiting" calm {:turns 2 :errors 2 :steps 500}) => :wait))
      ("a verdict comes with its reason"
       (check (string? (:reason (probation-verdict {:state "sound"
                                                    :reason "why"
                                                    :before calm
                                                    :after calm})))
              => #t))
      ("policies change by themselves, under probation"
       (check (tier-of "policy/retry.scm") => :probation
              (tier-of "policy/dispatch.scm") => :probation))
      ("turn code needs the shadow too"
       (check (tier-of "turn/turn.scm") => :shadow))
      ("what grants or judges needs a person"
       (check (map tier-of '("manifest.scm" "constitution.scm" "test/all.scm" "prelude/policy.scm"
                             "evolution/search.scm" "policy/effects.scm" "policy/gates.scm"
                             "policy/probation.scm" "policy/approval.scm" "policy/media.scm"
                             "policy/commands.scm"))
              => (make-list 11 :person)))
      ("what no rule names needs a person"
       (check (tier-of "somewhere/else.scm") => :person
              (tier-of-files '()) => :person))
      ("of several files the strictest tier holds"
       (check (tier-of-files '("policy/retry.scm" "turn/turn.scm")) => :shadow
              (tier-of-files '("turn/turn.scm" "manifest.scm" "policy/retry.scm")) => :person))
      ("every command has a name, an example and a doc, and help shows them all"
       (check (every (lambda (command)
                       (and (string-contains (help-text) (:say command)) (string? (:doc command))))
                     (->list commands))
              => #t))
      ("a mistyped command finds the nearest"
       (check (nearest-command "stauts") => "status"
              (nearest-command "xyz") => #f
              (nearest-command "") => #f)))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
