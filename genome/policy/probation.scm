; When an adopted change is kept, watched further or taken back: live measures in, verdict out.
(define-library (genome policy probation)
  (export probation-limits probation-verdict)
  (import (ouro base) (genome prelude policy))
  (begin

    (define probation-limits
      "Limits handed to evolution/probation by name; the built-in ones hold where they are stricter."
      {;; Turns before a change may be kept.
       :probation-turns 10.0
       ;; Mean fuel of a turn, relative to before.
       :probation-steps-factor 2.0})

    ;; Share of turns that may fail beyond the share before, once enough turns have run.
    (define error-margin 0.1)

    (define (probation-verdict facts)
      "The verdict on an open probation {:state :reason :before {:turns :errors :steps} :after {…}}: {:verdict :keep|:revert|:wait :reason text}. What native code calls regressed is reverted; policy may revert sooner, never keep sooner."
      (let ((rise (- (error-rate (:after facts)) (error-rate (:before facts)))))
        (cond ((equal? (:state facts) "regressed") {:verdict :revert :reason (:reason facts)})
              ((and (>= (:turns (:after facts)) (get probation-limits :probation-turns))
                    (> rise error-margin))
               {:verdict :revert :reason "turns fail more often than before, by more than a tenth"})
              ((equal? (:state facts) "sound") {:verdict :keep :reason (:reason facts)})
              (else {:verdict :wait :reason (:reason facts)}))))

    (define (error-rate measures)
      (if (zero? (:turns measures)) 0.0 (inexact (ratio (:errors measures) (:turns measures)))))))
