; The typed language of decide expressions: what may stand where, and random expressions of it.
(define-library (genome evolution grammar)
  (export operators type-of operand-type random-expression random-constant expression-size
          expression-depth nodes node-at replace-at largest-size)
  (import (ouro base) (genome evolution random))
  (begin

    ;; Each operator with the type that it gives and those that it takes. Weight: how often it is drawn.
    (define operators
      "Rows (name result (operand …) weight). Every one has a value for all finite operands."
      '((+ number (number number) 4)
        (- number (number number) 4)
        (* number (number number) 5)
        (ratio number (number number) 5)
        (min number (number number) 2)
        (max number (number number) 2)
        (safe-sqrt number (number) 2)
        (safe-log number (number) 2)
        (safe-exp number (number) 1)
        (if number (boolean number number) 2)
        (< boolean (number number) 3)
        (> boolean (number number) 3)
        (and boolean (boolean boolean) 1)
        (or boolean (boolean boolean) 1)
        (not boolean (boolean) 1)))

    (define largest-size "Nodes beyond which no expression is made." 40)

    (define boolean-operators '(< > <= >= = and or not))

    (define (type-of expression)
      "The type of an expression: number or boolean."
      (cond ((boolean? expression) 'boolean)
            ((and (pair? expression) (memq (car expression) boolean-operators)) 'boolean)
            (else 'number)))

    (define (operand-type operator index)
      "The type that an operator takes at an index, from 0."
      (case operator
        ((if) (if (zero? index) 'boolean 'number))
        ((and or not) 'boolean)
        (else 'number)))

    (define (random-expression source type facts depth)
      "A random expression of a type over the facts, a list of symbols, at most so deep."
      (if (or (zero? depth) (and (eq? type 'number) (chance! source 0.2)))
          (random-leaf source type facts)
          (let ((row (random-operator source type)))
            (cons (car row)
                  (map (lambda (operand) (random-expression source operand facts (- depth 1)))
                       (caddr row))))))

    (define (random-leaf source type facts)
      (cond ((eq? type 'boolean)
             (list (if (chance! source 0.5) '< '>)
                   (draw-item! source facts)
                   (random-leaf source 'number facts)))
            ((chance! source 0.75) (draw-item! source facts))
            (else (random-constant source))))

    (define (random-constant source)
      "A constant: a small whole number or half, or one of any magnitude from 0.01 to 10000."
      (if (chance! source 0.6)
          (draw-item! source '(0.5 1.0 2.0 3.0 5.0 10.0))
          (rounded (expt 10.0 (- (* 6.0 (draw! source)) 2.0)))))

    (define (rounded number)
      (if (< number 10.0) (/ (round (* 100.0 number)) 100.0) (round number)))

    (define (random-operator source type)
      (let* ((rows (filter (lambda (row) (eq? (cadr row) type)) operators))
             (total (fold (lambda (row sum) (+ sum (cadddr row))) 0 rows)))
        (let pick ((rows rows) (rest (draw-index! source total)))
          (if (< rest (cadddr (car rows)))
              (car rows)
              (pick (cdr rows) (- rest (cadddr (car rows))))))))

    ;; Places in an expression: a path is a list of operand indexes, from the outside in.

    (define (expression-size expression)
      "How many operators, facts and constants it has."
      (if (pair? expression)
          (fold (lambda (operand size) (+ size (expression-size operand))) 1 (cdr expression))
          1))

    (define (expression-depth expression)
      "How deep it nests; 0 for a leaf."
      (if (pair? expression)
          (+ 1
             (fold (lambda (operand depth) (max depth (expression-depth operand)))
                   0
                   (cdr expression)))
          0))

    (define (nodes expression)
      "All places in it: a list of maps {:path :type :node}, outer before inner."
      (let visit ((node expression) (type (type-of expression)) (path '()) (rest '()))
        (cons {:path path :type type :node node}
              (if (pair? node)
                  (visit-operands visit (car node) (cdr node) path rest)
                  rest))))

    (define (visit-operands visit operator operands path rest)
      (fold-right (lambda (operand index rest)
                    (visit operand (operand-type operator index) (append path (list index)) rest))
                  rest operands (iota (length operands))))

    (define (node-at expression path)
      "The part of it at a path."
      (if (null? path) expression (node-at (list-ref (cdr expression) (car path)) (cdr path))))

    (define (replace-at expression path replacement)
      "The expression with another part at a path."
      (if (null? path)
          replacement
          (cons (car expression)
                (map (lambda (operand index)
                       (if (= index (car path))
                           (replace-at operand (cdr path) replacement)
                           operand))
                     (cdr expression)
                     (iota (length (cdr expression)))))))))
