; Who must agree to a change, by what it touches: tiers from automatic to a person.
(define-library (genome policy approval)
  (export approval-tiers tier-of tier-of-files)
  (import (ouro base))
  (begin

    (define approval-tiers
      "From the loosest to the strictest. A change needs the strictest tier of all that it touches."
      [{:tier :probation :doc "policy: adopted by itself through the gates, then watched"}
       {:tier :shadow :doc "turn code: the same, and recorded turns must go as well"}
       {:tier :person
        :doc "what grants, judges or judges the judges: a person, with the diff, the reason and the evidence"}])

    ;; The first pattern that a path begins with decides; whatever no rule names needs a person.
    (define rules
      '(("policy/effects.scm" :person)
        ("policy/gates.scm" :person)
        ("policy/probation.scm" :person)
        ("policy/approval.scm" :person)
        ("policy/models.scm" :person)
        ("policy/media.scm" :person)
        ("policy/commands.scm" :person)
        ("policy/" :probation)
        ("turn/" :shadow)
        ("tools/" :shadow)
        ("jobs/" :shadow)))

    (define (tier-of file)
      "The tier of a change to one file of the genome: :probation, :shadow or :person."
      (let ((rule (find (lambda (rule) (string-prefix? (car rule) file)) rules)))
        (if rule (cadr rule) :person)))

    (define (tier-of-files files)
      "The strictest tier of all the files; of none, :person."
      (if (null? files)
          :person
          (fold (lambda (file strictest) (stricter (tier-of file) strictest)) :probation files)))

    (define (stricter one other)
      (if (> (rank one) (rank other)) one other))

    (define (rank tier)
      (list-index (lambda (each) (eq? (:tier each) tier)) (->list approval-tiers)))))
