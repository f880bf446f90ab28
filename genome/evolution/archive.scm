; The quality-diversity archive: the best candidate of each kind, so that a search keeps more than one idea.
(define-library (genome evolution archive)
  (export empty-archive archive-add archive-elites cell-of)
  (import (ouro base) (genome evolution select))
  (begin

    ;; MAP-Elites (Mouret, Clune 2015): a map from a cell, what a candidate is like, to the best of its like.
    (define empty-archive "An archive without candidates." {})

    (define (archive-add archive incumbent candidates)
      "The archive with these measured candidates, each where its cell is empty or held by a worse one."
      (fold (lambda (candidate archive)
              (let* ((cell (cell-of incumbent candidate))
                     (holder (get archive cell)))
                (if (or (not holder) (> (fitness candidate) (fitness holder)))
                    (put archive cell candidate)
                    archive)))
            archive
            candidates))

    (define (archive-elites archive)
      "A list of the candidates in the archive, the fittest first."
      (sort (vals archive) (lambda (one other) (> (fitness one) (fitness other)))))

    (define (cell-of incumbent candidate)
      "What a candidate is like: [its size in steps of five nodes, how often it beats the incumbent on the first half of the cases, and on the second, each in thirds]."
      (let* ((wins (map (lambda (one other) (if (> one other) 1 0))
                        (:cases candidate)
                        (:cases incumbent)))
             (half (quotient (length wins) 2)))
        [(min 5 (quotient (:size candidate) 5))
         (third-of (take wins half))
         (third-of (drop wins half))]))

    (define (third-of wins)
      (if (null? wins) 0 (min 2 (quotient (* 3 (apply + wins)) (length wins)))))))
