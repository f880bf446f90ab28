; The policy that waits after a failure: milliseconds until the next attempt.
(define-library (genome policy retry)
  (export retry)
  (import (ouro base) (genome prelude policy))
  (begin

    ;; attempt: failed attempts so far, from 1; last-delay and elapsed: milliseconds; cost: of a wasted attempt.
    (define-policy retry
      "Milliseconds before the next attempt. Shipped: binary exponential backoff from one second, capped at a minute (Metcalfe and Boggs 1976)."
      (facts (attempt number) (last-delay number) (elapsed number) (cost number))
      (result number)
      (evolvable #t)
      (decide (min 60000.0 (* 1000.0 (expt 2.0 (- attempt 1.0))))))))
