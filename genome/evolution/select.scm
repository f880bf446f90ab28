; Who has children, and who wins: lexicase selection over the cases, and a cautious choice of the best.
(define-library (genome evolution select)
  (export parent-selector epsilons lead-over best-of fitness)
  (import (ouro base) (genome evolution random))
  (begin

    (define size-price
      "What a node costs in score, so that of two equal rules the shorter wins."
      0.0004)

    (define (fitness candidate)
      "The score of a measured candidate {:score :size …} less the price of its size."
      (- (:score candidate) (* size-price (:size candidate))))

    (define (parent-selector population)
      "A procedure of a source that draws one of these measured candidates by epsilon-lexicase (La Cava, Spector, Danai 2016): only those within epsilon of the best stay, case by case, in random order."
      (let* ((cases (length (:cases (car population))))
             (tolerances (epsilons population))
             (rows (map (lambda (candidate) (cons candidate (list->vector (:cases candidate))))
                        population)))
        (lambda (source)
          (let narrow ((rows rows) (open (shuffled source (iota cases))))
            (if (or (null? open) (null? (cdr rows)))
                (car (draw-item! source rows))
                (narrow (within-best rows (car open) (vector-ref tolerances (car open)))
                        (cdr open)))))))

    (define (within-best rows index tolerance)
      (let* ((best (fold (lambda (row best) (max best (vector-ref (cdr row) index))) 0.0 rows))
             (least (- best tolerance)))
        (filter (lambda (row) (>= (vector-ref (cdr row) index) least)) rows)))

    (define (epsilons population)
      "For each case the median distance of the scores from their median, as a vector."
      (let ((columns (apply map list (map (lambda (candidate) (:cases candidate)) population))))
        (list->vector
          (map (lambda (column)
                 (let ((middle (median column)))
                   (median (map (lambda (score) (abs (- score middle))) column))))
               columns))))

    (define (median numbers)
      (list-ref (sort numbers <) (quotient (length numbers) 2)))

    ;; By random keys: n log n, and stable for a seed.
    (define (shuffled source items)
      (map cdr (sort (map (lambda (item) (cons (draw! source) item)) items)
                     (lambda (one other) (< (car one) (car other))))))

    (define (lead-over incumbent candidate)
      "How sure the candidate leads: the mean of its paired differences to the incumbent less one standard error, less the price of its size."
      (let* ((differences (map - (:cases candidate) (:cases incumbent)))
             (count (length differences))
             (mean (/ (apply + differences) (inexact count)))
             (squares (fold (lambda (each sum) (+ sum (square (- each mean)))) 0.0 differences)))
        (- mean
           (sqrt (/ squares (* (max 1 (- count 1)) count)))
           (* size-price (:size candidate)))))

    (define (best-of candidates value-of)
      "The candidate with the greatest value; of equals the first. #f if there is none."
      (let loop ((rest candidates) (best #f) (greatest #f))
        (if (null? rest)
            best
            (let ((value (value-of (car rest))))
              (if (or (not greatest) (> value greatest))
                  (loop (cdr rest) (car rest) value)
                  (loop (cdr rest) best greatest))))))))
