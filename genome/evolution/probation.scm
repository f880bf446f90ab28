; Looks at what was adopted: keeps what goes well, takes back what does worse than before, and says why.
(define-library (genome evolution probation)
  (export check-probations)
  (import (ouro base) (port lineage) (port evolution) (genome policy probation))
  (begin

    (define (check-probations)
      "Judges every open probation: {:settled [{:commit :policy :verdict :reason …} …]}. A change that was taken back has the commit that undoes it under :revert."
      {:settled (->persistent-vector (map settle
                                          (->list (evolution/probation :limits probation-limits))))})

    (define (settle facts)
      (let* ((judged (probation-verdict facts))
             (told {:commit (:commit facts) :policy (:policy facts) :reason (:reason judged)}))
        (case (:verdict judged)
          ((:keep)
           (evolution/settle! (:commit facts) "kept" (:reason judged))
           (put told :verdict "kept"))
          ((:revert) (take-back facts judged told))
          (else (put told :verdict "open")))))

    ;; The genome first: if the process dies in between, the open probation brings us here again.
    (define (take-back facts judged told)
      (let ((undone (lineage/revert! (:commit facts)
                                     (string-append "probation: " (:reason judged)))))
        (evolution/settle! (:commit facts) "reverted" (:reason judged))
        (put told :verdict "reverted" :revert (:commit undone))))))
