; Measured candidates: expressions become maps with a score, within a budget, and none is measured twice.
(define-library (genome evolution candidates)
  (export make-bench measure! evaluations remaining unseen?)
  (import (ouro base) (genome prelude source) (genome evolution grammar))
  (begin

    ;; A bench holds what is left of a budget, and which expressions it has seen. It lives as long as one search.
    (define-record-type bench
      (new-bench measure budget left seen)
      bench?
      (measure bench-measure)
      (budget bench-budget)
      (left remaining set-left!)
      (seen bench-seen set-seen!))

    ;; As many as one call of evolution/measure takes with comfort.
    (define batch-size 100)

    (define (make-bench measure budget)
      "A bench that calls (measure [expression …]) for at most so many expressions in all."
      (new-bench measure budget budget #{}))

    (define (evaluations bench)
      "How many expressions were measured on it."
      (- (bench-budget bench) (remaining bench)))

    (define (unseen? bench expression)
      "Was this expression never measured on this bench?"
      (not (contains-key? (bench-seen bench) (datum->text expression))))

    (define (measure! bench expressions)
      "Measures those not seen before, as far as the budget goes: a list of {:decide :score :cases (number …) :steps :size}. Those that end in an error are left out."
      (let loop ((expressions (admitted bench expressions)) (measured '()))
        (if (null? expressions)
            (apply append (reverse measured))
            (let ((batch (take expressions (min batch-size (length expressions)))))
              (loop (drop expressions (length batch))
                    (cons (sound (map candidate
                                      batch
                                      (->list ((bench-measure bench) (->persistent-vector batch)))))
                          measured))))))

    ;; Marks as seen and takes from the budget what will be measured.
    (define (admitted bench expressions)
      (reverse
        (fold (lambda (expression admitted)
                (if (and (positive? (remaining bench)) (unseen? bench expression))
                    (begin
                      (set-left! bench (- (remaining bench) 1))
                      (set-seen! bench (conj (bench-seen bench) (datum->text expression)))
                      (cons expression admitted))
                    admitted))
              '()
              expressions)))

    (define (candidate expression measure)
      {:decide expression :score (:score measure) :cases (->list (:cases measure))
       :steps (:steps measure)
       :size (expression-size expression) :error (get measure :error #f)})

    (define (sound candidates)
      (filter (lambda (candidate) (not (:error candidate))) candidates))))
