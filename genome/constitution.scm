; What no change may touch by itself, and who may approve which kind of change. Read by the gates, never run.
(constitution
  (version 1)
  ;; Files, and folders with a closing slash, that only a person may change: what grants, what judges, and what
  ;; judges the judges. The gates protect the most important of them whatever stands here.
  (protected
    "manifest.scm"            ; grants and budgets
    "constitution.scm"        ; this file
    "test/"                   ; the genome's own tests
    "prelude/"                ; what a policy and a test are
    "evolution/"              ; the loop and its proposers
    "policy/effects.scm"      ; which effects may happen
    "policy/gates.scm"        ; what the gates demand
    "policy/probation.scm"    ; when a change is taken back
    "policy/approval.scm"     ; who must agree
    "policy/models.scm"       ; where a person's words go, and at what price
    "policy/media.scm"        ; which files of people are let in
    "policy/commands.scm")    ; what people are told that they can do
  ;; From the loosest to the strictest; where two apply, the stricter one does. policy/approval.scm decides which.
  (tiers
    (probation "an evolvable policy: adopted through the gates, then watched")
    (shadow "turn code: the same, and recorded turns must go as well")
    (person "all that is protected: a person, with the diff, the reason and the evidence"))
  ;; Forms that the loop may rewrite by itself, and nothing else of their files.
  (evolvable
    ("policy/dispatch.scm" dispatch decide)
    ("policy/evict.scm" evict decide)
    ("policy/retry.scm" retry decide)
    ("policy/choose.scm" choose decide)))
