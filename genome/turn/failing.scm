; What a condition tells of a port's failure: whether it may pass, and when to ask again.
(define-library (genome turn failing)
  (export details passing? asked-delay)
  (import (ouro base))
  (begin

    (define (details raised)
      "What a port tells of its failure, as a map."
      (let ((irritants (if (condition? raised) (condition-irritants raised) '())))
        (if (and (pair? irritants) (persistent-map? (car irritants))) (car irritants) {})))

    (define (passing? raised)
      "True of a failure that may pass, as ports say themselves."
      (eq? #t (get (details raised) :retryable #f)))

    ;; A port counts from when it was asked, which is later than the turn began.
    (define (asked-delay raised time)
      "Milliseconds from a time until the port may be asked again."
      (let ((details (details raised)))
        (max (get details :retry-after-ms 0) (- (get details :retry-at-ms 0) time))))))
