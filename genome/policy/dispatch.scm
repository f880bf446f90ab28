; The policy that orders waiting work: which queued turn runs next.
(define-library (genome policy dispatch)
  (export dispatch)
  (import (ouro base) (genome prelude policy)) ; lint: ignore unused-import
  (begin

    ;; wait: seconds in the queue; work: estimated seconds; slack: seconds to spare until it is late;
    ;; weight: what a second of lateness costs; mean-work: mean estimate over the queue.
    (define-policy dispatch
      "Which queued turn runs next: the one with the greatest priority. Shipped: weighted shortest processing time (Smith 1956)."
      (facts (wait number) (work number) (slack number) (weight number) (mean-work number))
      (result number)
      (evolvable #t)
      (decide (ratio weight work)))))
