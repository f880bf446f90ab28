; Tests: random expressions, their places, variation and simplification keep types and meaning.
(define-library (genome test expressions)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome prelude policy) (genome evolution random)
          (genome evolution grammar) (genome evolution simplify) (genome evolution variation))
  (begin

    (define facts '(wait work))

    ;; The value of an expression over wait and work, by a plain interpreter of its own.
    (define (value-of expression wait work)
      (match expression
        ('wait wait)
        ('work work)
        (('if test consequent alternative)
         (if (value-of test wait work)
             (value-of consequent wait work)
             (value-of alternative wait work)))
        ((operator . operands)
         (apply (cdr (assq operator procedures))
                (map (lambda (operand) (value-of operand wait work)) operands)))
        (constant constant)))

    (define procedures
      (list (cons '+ +) (cons '- -) (cons '* *) (cons 'ratio ratio) (cons 'min min) (cons 'max max)
            (cons '< <) (cons '> >)
            (cons 'safe-sqrt safe-sqrt) (cons 'safe-log safe-log) (cons 'safe-exp safe-exp)
            (cons 'and (lambda (one other) (and one other)))
            (cons 'or (lambda (one other) (or one other))) (cons 'not not)))

    (define (expressions seed count)
      (let ((source (make-source seed)))
        (map (lambda (_) (random-expression source 'number facts 4)) (iota count))))

    ;; Are all operands of the types that their operators take?
    (define (well-typed? expression)
      (every (lambda (place) (eq? (:type place) (type-of (:node place)))) (nodes expression)))

    (define (same-value? one other)
      (every (lambda (point)
               (let ((left (value-of one (car point) (cdr point)))
                     (right (value-of other (car point) (cdr point))))
                 (or (= left right)
                     (not (finite? left))
                     (not (finite? right))
                     (< (abs (- left right)) (* 1e-6 (max 1.0 (abs left)))))))
             '((1.0 . 2.0) (0.5 . 0.0) (7.0 . 3.0) (-2.0 . 4.0))))

    (define (children seed count)
      (let ((source (make-source seed)) (parents (expressions seed 20)))
        (map (lambda (_)
               (vary source (draw-item! source parents) (draw-item! source parents) facts))
             (iota count))))

    (define-tests tests
      ("the same seed draws the same numbers, another seed others"
       (check (let ((source (make-source 7))) (list (draw! source) (draw! source)))
              => (let ((source (make-source 7))) (list (draw! source) (draw! source)))
              (= (draw! (make-source 7)) (draw! (make-source 8))) => #f))
      ("numbers drawn are spread evenly from 0 to below 1"
       (let* ((source (make-source 11)) (draws (map (lambda (_) (draw! source)) (iota 300))))
         (check (every (lambda (draw) (and (>= draw 0.0) (< draw 1.0))) draws) => #t
                (< 0.43 (/ (apply + draws) 300.0) 0.57) => #t
                (< 120 (count (lambda (draw) (< draw 0.5)) draws) 180) => #t)))
      ("indexes drawn stay in range and reach every place"
       (let* ((source (make-source 5)) (draws (map (lambda (_) (draw-index! source 3)) (iota 60))))
         (check (sort (->list (->set draws)) <) => '(0 1 2))))
      ("random expressions are typed, and the same for the same seed"
       (check (every well-typed? (expressions 3 20)) => #t
              (expressions 3 10) => (expressions 3 10)))
      ("places can be read and replaced by their path"
       (check (node-at '(+ wait (* 2.0 work)) '(1 0)) => 2.0
              (replace-at '(+ wait (* 2.0 work)) '(1 0) 5.0) => '(+ wait (* 5.0 work))
              (replace-at '(+ wait work) '() 1.0) => 1.0
              (length (nodes '(+ wait (* 2.0 work)))) => 5))
      ("size and depth count what is there"
       (check (expression-size '(+ wait (* 2.0 work))) => 5
              (expression-size 'wait) => 1
              (expression-depth '(+ wait (* 2.0 work))) => 2))
      ("children keep types, bounds and at least one fact"
       (check (every well-typed? (children 9 20)) => #t
              (every (lambda (child) (<= (expression-size child) (+ largest-size 40)))
                     (children 9 20)) => #t))
      ("variation makes many different children"
       (check (> (size (->set (children 21 40))) 20) => #t))
      ("constants and identities are folded away"
       (check (simplify '(+ wait (- 3.0 3.0))) => 'wait
              (simplify '(* 1.0 work)) => 'work
              (simplify '(* 0.0 work)) => 0.0
              (simplify '(ratio work work)) => 1.0
              (simplify '(min wait wait)) => 'wait
              (simplify '(if (< wait wait) work (+ 1.0 2.0))) => 3.0
              (simplify '(not (not (< wait work)))) => '(< wait work)))
      ("simplification never enlarges and never changes a value"
       (check (every (lambda (expression)
                       (let ((simple (simplify expression)))
                         (and (<= (expression-size simple) (expression-size expression))
                              (same-value? expression simple))))
                     (expressions 31 25))
              => #t))
      ("tuning changes constants and nothing else"
       (let ((tuned (tune (make-source 4) '(+ wait (* 2.0 work)))))
         (check (node-at tuned '(0)) => 'wait
                (node-at tuned '(1 1)) => 'work
                (number? (node-at tuned '(1 0))) => #t))))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
