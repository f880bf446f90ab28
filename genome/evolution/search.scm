; The embedded proposer: typed genetic programming from the rule in force, within a budget of evaluations.
(define-library (genome evolution search)
  (export search random-search)
  (import (ouro base) (genome evolution random) (genome evolution grammar)
          (genome evolution variation) (genome evolution simplify) (genome evolution select)
          (genome evolution archive) (genome evolution candidates))
  (begin

    ;; A goal: {:facts (symbol …) :incumbent expression :elders (expression …) :seed integer :budget integer
    ;; :measure procedure}, where (measure [expression …]) gives [{:score :cases :steps} …] on the training cases.

    (define population-size 32)
    (define elites 12)
    ;; Share of the budget for the last phase, which only polishes the best.
    (define polish-share 0.25)
    (define polish-batch 20)

    (define (search goal)
      "Searches for a better expression: {:best candidate :incumbent candidate :evaluations n :elites (candidate …)}; a candidate is {:decide :score :cases :steps :size}. The best is never the incumbent itself; #f if nothing else could be measured."
      (let* ((source (make-source (:seed goal)))
             (bench (make-bench (:measure goal) (:budget goal)))
             (incumbent (measured-incumbent bench goal))
             (archive (breed source bench goal incumbent))
             (archive (polish source bench goal incumbent archive)))
        (outcome bench incumbent (archive-elites archive))))

    (define (random-search goal)
      "What the same number of random expressions of the same grammar reaches: the same map as search gives."
      (let* ((source (make-source (:seed goal)))
             (bench (make-bench (:measure goal) (:budget goal)))
             (incumbent (measured-incumbent bench goal)))
        (let loop ((best '()) (fruitless 0))
          (if (or (<= (remaining bench) 0) (> fruitless 50))
              (outcome bench incumbent best)
              (let ((found (measure! bench (random-expressions source goal population-size))))
                (loop (kept incumbent (append best found))
                      (if (null? found) (+ fruitless 1) 0)))))))

    (define (outcome bench incumbent candidates)
      {:best (best-of candidates (lambda (candidate) (lead-over incumbent candidate)))
       :incumbent incumbent
       :evaluations (evaluations bench)
       :elites candidates})

    (define (measured-incumbent bench goal)
      (let ((measured (measure! bench (list (:incumbent goal)))))
        (if (pair? measured)
            (car measured)
            (raise (condition :incumbent-fails "the rule in force could not be measured"
                              (:incumbent goal))))))

    ;; Generations, until what is left is for polishing. Answers the archive of all that was found.
    (define (breed source bench goal incumbent)
      (let ((reserve (* polish-share (:budget goal))))
        (let generation ((population (cons incumbent
                                           (measure! bench (first-generation source goal))))
                         (archive empty-archive)
                         (fruitless 0))
          (let ((archive (archive-add archive
                                      incumbent
                                      (affordable incumbent (without incumbent population)))))
            (if (or (<= (remaining bench) reserve) (> fruitless 5))
                archive
                (let ((children (measure! bench (offspring source bench goal population archive))))
                  (generation (cons incumbent
                                    (append children (first-of elites (archive-elites archive))))
                              archive
                              (if (null? children) (+ fruitless 1) 0))))))))

    ;; What earlier rounds found, variants of the rule in force, and expressions from nothing.
    (define (first-generation source goal)
      (let* ((elders (first-of (quotient population-size 4) (:elders goal)))
             (variants (map (lambda (_)
                              (vary source
                                    (:incumbent goal)
                                    (random-expression source 'number (:facts goal) 3)
                                    (:facts goal)))
                            (iota (quotient population-size 5))))
             (missing (- population-size (length elders) (length variants))))
        (append elders variants (random-expressions source goal missing))))

    (define (offspring source bench goal population archive)
      (let ((parent (parent-selector population))
            (kept (map (lambda (candidate) (:decide candidate)) (archive-elites archive))))
        (map (lambda (_)
               (new-child source bench goal
                 (lambda ()
                   (if (and (pair? kept) (chance! source 0.2))
                       (draw-item! source kept)
                       (:decide (parent source))))))
             (iota (min population-size (remaining bench))))))

    ;; A few tries, since what was measured once would be wasted.
    (define (new-child source bench goal parent)
      (let try ((tries 4))
        (let ((child (vary source (parent) (parent) (:facts goal))))
          (if (or (unseen? bench child) (zero? tries)) child (try (- tries 1))))))

    ;; Hill climbing from the surest leader: constants tuned, small parts changed.
    (define (polish source bench goal incumbent archive)
      (let climb ((archive archive) (fruitless 0))
        (let ((best (best-of (archive-elites archive)
                             (lambda (candidate) (lead-over incumbent candidate)))))
          (if (or (not best) (<= (remaining bench) 0) (> fruitless 5))
              archive
              (let ((found (measure! bench (neighbours source goal (:decide best)))))
                (climb (archive-add archive incumbent (affordable incumbent found))
                       (if (null? found) (+ fruitless 1) 0)))))))

    (define (neighbours source goal expression)
      (map (lambda (_)
             (simplify
               (if (chance! source 0.6)
                   (tune source expression)
                   (mutate source (tune source expression) (:facts goal)))))
           (iota polish-batch)))

    (define (random-expressions source goal count)
      (map (lambda (index)
             (simplify (random-expression source 'number (:facts goal) (+ 2 (modulo index 3)))))
           (iota (max 0 count))))

    ;; Rules that burn much more fuel than the one in force are refused by the gates, so they are not kept.
    (define (affordable incumbent candidates)
      (let ((most (+ 40 (* 3 (:steps incumbent)))))
        (filter (lambda (candidate)
                  (and (<= (:steps candidate) most) (<= (:size candidate) largest-size)))
                candidates)))

    (define (kept incumbent candidates)
      (first-of elites
        (sort (affordable incumbent candidates)
              (lambda (one other) (> (lead-over incumbent one) (lead-over incumbent other))))))

    (define (without incumbent candidates)
      (filter (lambda (candidate) (not (eq? candidate incumbent))) candidates))

    (define (first-of count items)
      (take items (min count (length items))))))
