; How new expressions come from old ones: mutation, crossover, and the tuning of constants.
(define-library (genome evolution variation)
  (export mutate crossover tune vary)
  (import (ouro base) (genome evolution random) (genome evolution grammar)
          (genome evolution simplify))
  (begin

    (define (vary source parent other facts)
      "A child of one or two parents, simplified; the parent itself where the child would be too large."
      (let* ((kind (draw! source))
             (child (cond ((< kind 0.4) (crossover source parent other))
                          ((< kind 0.7) (mutate source parent facts))
                          ((< kind 0.85) (tune source parent))
                          (else (mutate source (crossover source parent other) facts))))
             (simple (simplify child)))
        (if (or (> (expression-size simple) largest-size) (not (mentions? simple facts)))
            parent
            simple)))

    (define (mutate source expression facts)
      "With one part replaced: by a random one, by one of its own operands, or with another part around it."
      (let* ((place (draw-item! source (nodes expression)))
             (type (:type place))
             (kind (draw! source)))
        (replace-at expression (:path place)
          (cond ((< kind 0.4) (random-expression source type facts 2))
                ((< kind 0.6) (hoisted source place facts))
                ((and (eq? type 'number) (< kind 0.9)) (wrapped source (:node place) facts))
                (else (random-expression source type facts 1))))))

    ;; An operand of the same type takes the place of its operator: the expression shrinks.
    (define (hoisted source place facts)
      (let ((candidates (filter (lambda (each)
                                  (and (pair? (:path each)) (eq? (:type each) (:type place))))
                                (nodes (:node place)))))
        (if (null? candidates)
            (random-expression source (:type place) facts 1)
            (:node (draw-item! source candidates)))))

    (define (wrapped source node facts)
      (let ((operator (draw-item! source '(+ - * ratio min max)))
            (other (random-expression source 'number facts 1)))
        (if (chance! source 0.5) (list operator node other) (list operator other node))))

    (define (crossover source parent other)
      "The first with one part replaced by a part of the other, of the same type."
      (let* ((place (draw-item! source (nodes parent)))
             (parts (filter (lambda (each) (eq? (:type each) (:type place))) (nodes other))))
        (if (null? parts)
            parent
            (replace-at parent (:path place) (:node (draw-item! source parts))))))

    (define (tune source expression)
      "With one constant moved by a random factor, mostly a small one; without constants, with a factor put somewhere."
      (let ((constants (filter (lambda (each) (number? (:node each))) (nodes expression))))
        (if (null? constants)
            (let ((place (draw-item! source
                                     (filter (lambda (each) (eq? (:type each) 'number))
                                             (nodes expression)))))
              (replace-at expression (:path place) (list '* (factor source) (:node place))))
            (let ((place (draw-item! source constants)))
              (replace-at expression (:path place) (moved source (:node place)))))))

    (define (moved source constant)
      (if (zero? constant)
          (* 0.1 (factor source))
          (significant (* (inexact constant) (if (chance! source 0.05) -1.0 1.0) (factor source)))))

    ;; Log-normal-like: the sum of uniform draws, as an exponent.
    (define (factor source)
      (significant (expt 2.0 (* 1.5 (- (+ (draw! source) (draw! source) (draw! source)) 1.5)))))

    ;; Three significant digits: what more would fit is noise, and people read these rules.
    (define (significant number)
      (if (zero? number)
          0.0
          (let ((scale (expt 10.0 (- 2 (exact (floor (/ (log (abs number)) (log 10.0))))))))
            (/ (round (* number scale)) scale))))

    (define (mentions? expression facts)
      (if (pair? expression)
          (any (lambda (operand) (mentions? operand facts)) (cdr expression))
          (memq expression facts)))))
