; What the gates demand beyond what is built in: limits as data, each of which can only tighten.
(define-library (genome policy gates)
  (export gate-limits)
  (import (ouro base))
  (begin

    (define gate-limits
      "Limits handed to evolution/validate by name. Where the built-in limit is stricter, that one holds."
      {;; The low end of the 95 % interval of the paired difference must exceed this.
       :confidence-low 0.0
       ;; Mean fuel of a decision, relative to the rule that it replaces.
       :decision-steps-factor 4.0
       ;; Fuel of the recorded turns under the candidate, relative to the base.
       :shadow-steps-factor 3.0
       ;; Recorded turns that are run again.
       :shadow-turns 20.0
       ;; Nodes and bytes of the genome, relative to the base.
       :growth-factor 1.1
       ;; Nodes of one changed library.
       :library-nodes 3000.0})))
