; The proposers behind one interface: a goal, the genome's text and an archive in, a patch with its reason out.
(define-library (genome evolution proposer)
  (export propose patch-of)
  (import (ouro base) (genome prelude source) (genome evolution search))
  (begin

    ;; A goal is what search takes, with {:policy :form :proposer}; for a person, with {:patch :reason}.
    ;; A proposal: {:patch :reason :proposer :policy :evaluations :candidate :elites :random}; :patch is #f if
    ;; there is nothing to propose. :candidate and :random are measured candidates, or #f.

    (define (propose goal)
      "The proposal of the goal's proposer, \"search\" or \"person\"."
      (match (:proposer goal)
        ("search" (propose-by-search goal))
        ("person" (propose-for-person goal))
        (other (raise (condition :unknown-proposer "there is no such proposer; there are search and person"
                                 other)))))

    (define (propose-by-search goal)
      (let* ((found (search goal))
             (best (:best found))
             (random (random-search (put goal :budget (:evaluations found)))))
        {:patch (and best (patch-of (:policy goal) (:form goal) (:decide best)))
         :reason (if best
                     (reason-for goal found best)
                     "search found no expression but the one in force")
         :proposer "search" :policy (:policy goal) :evaluations (:evaluations found)
         :candidate best :incumbent (:incumbent found) :elites (:elites found)
         :random (:best random)}))

    (define (propose-for-person goal)
      {:patch (:patch goal) :reason (:reason goal) :proposer "person" :policy (:policy goal)
       :evaluations 0 :candidate #f :incumbent #f :elites '() :random #f})

    (define (patch-of policy form decide)
      "The patch that puts another decide expression into a policy, given its define-policy form."
      {:file (string-append "policy/" policy ".scm")
       :definition policy
       :path (decide-path form)
       :replacement decide})

    (define (reason-for goal found best)
      (string-append
        "search: " (:policy goal) " scored " (number-text (:score best))
        " on the training cases, the rule in force "
        (number-text (:score (:incumbent found))) ", after " (number->string (:evaluations found))
        " evaluations"))

    (define (number-text number)
      (number->string (/ (round (* 10000.0 number)) 10000.0)))))
