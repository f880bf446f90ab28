; The policy that picks among models, providers or ways of recall: which arm to try next.
(define-library (genome policy choose)
  (export choose)
  (import (ouro base) (genome prelude policy))
  (begin

    ;; mean: net reward so far; count: tries of this arm; total: tries of all; cost and latency: known beforehand.
    (define-policy choose
      "The index of an arm: the greatest is taken. Shipped: UCB1 (Auer, Cesa-Bianchi, Fischer 2002)."
      (facts (mean number) (count number) (total number) (cost number) (latency number))
      (result number)
      (evolvable #t)
      (decide (+ mean (safe-sqrt (ratio (* 2.0 (safe-log total)) count)))))))
