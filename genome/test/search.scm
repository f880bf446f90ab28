; Tests: selection, the archive and the search itself, on small targets whose best rule is known.
(define-library (genome test search)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome prelude policy)
          (genome evolution random) (genome evolution select) (genome evolution archive)
          (genome evolution candidates) (genome evolution search) (genome evolution proposer))
  (begin

    (define (candidate name size . cases)
      {:decide name :size size :steps 10 :cases cases :score (/ (apply + cases) (length cases))})

    (define plain-rule (candidate 'plain 3 1.0 1.0 1.0 1.0))

    ;; A stand-in for the suites: how near an expression comes to wait + 2·work at eight points.
    (define points
      '((1.0 . 1.0)
        (2.0 . 1.0)
        (1.0 . 3.0)
        (4.0 . 2.0)
        (0.5 . 5.0)
        (3.0 . 3.0)
        (6.0 . 1.0)
        (2.0 . 7.0)))

    (define (measure decides)
      (map-items (lambda (decide)
                   (let ((cases (map (lambda (point) (nearness decide (car point) (cdr point)))
                                     points)))
                     {:score (/ (apply + cases) (inexact (length cases)))
                      :cases (->persistent-vector cases)
                      :steps 20}))
                 decides))

    (define (nearness decide wait work)
      (let ((distance (abs (- (value-of decide wait work) (+ wait (* 2.0 work))))))
        (if (finite? distance) (/ 1.0 (+ 1.0 distance)) 0.0)))

    (define (value-of expression wait work)
      (match expression
        ('wait wait)
        ('work work)
        ((? number? constant) constant)
        ((? boolean? constant) constant)
        (('if test one other)
         (if (value-of test wait work) (value-of one wait work) (value-of other wait work)))
        (('not inner) (not (value-of inner wait work)))
        (('safe-sqrt inner) (safe-sqrt (value-of inner wait work)))
        (('safe-log inner) (safe-log (value-of inner wait work)))
        (('safe-exp inner) (safe-exp (value-of inner wait work)))
        ((operator one other)
         ((case operator
            ((+) +) ((-) -) ((*) *) ((ratio) ratio) ((min) min) ((max) max) ((<) <) ((>) >)
            ((and) (lambda (one other) (and one other)))
            (else (lambda (one other) (or one other))))
          (value-of one wait work) (value-of other wait work)))))

    (define (goal seed budget)
      {:facts '(wait work) :incumbent 'wait :elders '() :seed seed :budget budget :measure measure})

    (define form
      '(define-policy
        dispatch
        "A doc."
        (facts (wait number) (work number))
        (result number)
        (evolvable #t)
        (decide wait)))

    (define-tests tests
      ("of equal candidates the smaller is fitter"
       (check (> (fitness (candidate 'a 3 1.0 1.0)) (fitness (candidate 'b 9 1.0 1.0))) => #t))
      ("lexicase lets a specialist have children"
       (let* ((population (list (candidate 'even 3 0.5 0.5 0.5)
                                (candidate 'special 3 1.0 0.1 0.1)
                                (candidate 'other 3 0.4 0.6 0.6)))
              (parent (parent-selector population))
              (source (make-source 2))
              (chosen (->set (map (lambda (_) (:decide (parent source))) (iota 60)))))
         (check (contains-key? chosen 'special) => #t)))
      ("a lead counts only as far as it is sure"
       (check (> (lead-over plain-rule (candidate 'sure 3 1.1 1.1 1.1 1.1))
                 (lead-over plain-rule (candidate 'lucky 3 2.0 0.8 0.8 0.8)))
              => #t))
      ("the best of nothing is nothing"
       (check (best-of '() :score) => #f))
      ("the archive keeps the best of each kind"
       (let* ((good (candidate 'good 3 1.2 1.2 1.0 1.0))
              (better (candidate 'better 4 1.3 1.3 1.0 1.0))
              (other (candidate 'other 12 0.9 0.9 1.2 1.2))
              (archive (archive-add empty-archive plain-rule (list good better other))))
         (check (map (lambda (each) (:decide each)) (archive-elites archive)) => '(better other)
                (equal? (cell-of plain-rule good) (cell-of plain-rule other)) => #f)))
      ("a bench measures nothing twice and nothing beyond its budget"
       (let ((bench (make-bench measure 3)))
         (check (length (measure! bench '(wait wait work))) => 2
                (remaining bench) => 1
                (length (measure! bench '(1.0 2.0 3.0))) => 1
                (evaluations bench) => 3)))
      ("search finds a much better rule than the one in force, within its budget"
       (let ((found (search (goal 5 100))))
         (check (> (:score (:best found)) (* 1.5 (:score (:incumbent found)))) => #t
                (<= (:evaluations found) 100) => #t)))
      ("random search keeps to its budget too"
       (let ((found (random-search (goal 5 60))))
         (check (<= (:evaluations found) 60) => #t
                (:decide (:incumbent found)) => 'wait)))
      ("the same seed finds the same rule"
       (check (:decide (:best (search (goal 3 40)))) => (:decide (:best (search (goal 3 40))))))
      ("a proposal is a patch of the decide expression, with its reason"
       (let ((proposal (propose (merge (goal 1 30)
                                       {:proposer "search" :policy "dispatch" :form form}))))
         (check (:file (:patch proposal)) => "policy/dispatch.scm"
                (:definition (:patch proposal)) => "dispatch"
                (:path (:patch proposal)) => [6 1]
                (string-contains (:reason proposal) "dispatch") => 8)))
      ("a person's patch is proposed as it is"
       (check (:patch (propose {:proposer "person"
                                :policy ""
                                :patch {:file "turn/turn.scm" :text ""}
                                :reason "why"}))
              => {:file "turn/turn.scm" :text ""}))
      ("an unknown proposer is an error"
       (check-error :unknown-proposer (propose {:proposer "oracle"}))))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
