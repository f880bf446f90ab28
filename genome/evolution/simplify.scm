; Makes expressions smaller without changing what they mean: constants folded, identities dropped.
(define-library (genome evolution simplify)
  (export simplify)
  (import (ouro base) (genome prelude policy))
  (begin

    (define (simplify expression)
      "An expression with the same value for all facts, and never larger."
      (if (pair? expression)
          (reduce-node (cons (car expression) (map simplify (cdr expression))))
          expression))

    (define (reduce-node node)
      (match node
        (('not ('not inner)) inner)
        (('if #t consequent _) consequent)
        (('if #f _ alternative) alternative)
        (('if _ same other) (when (equal? same other)) same)
        (((or 'and 'or) same other) (when (equal? same other)) same)
        (((or 'min 'max) same other) (when (equal? same other)) same)
        (((or '< '>) same other) (when (equal? same other)) #f)
        (('- same other) (when (equal? same other)) 0.0)
        ((operator . operands) (when (every number? operands)) (folded operator operands node))
        (((and name (or 'min 'max)) (? number? outer) (same (? number? inner) rest))
         (when (eq? name same))
         (list name (if (eq? name 'min) (min outer inner) (max outer inner)) rest))
        (('+ (? zero-number?) other) other)
        (('+ other (? zero-number?)) other)
        (('- other (? zero-number?)) other)
        (('* (? one?) other) other)
        (('* other (? one?)) other)
        (('* (? zero-number?) _) 0.0)
        (('* _ (? zero-number?)) 0.0)
        (('ratio other (? one?)) other)
        (('ratio same other) (when (equal? same other)) 1.0)
        (_ node)))

    (define (zero-number? value)
      (and (number? value) (zero? value)))

    (define (one? value)
      (and (number? value) (= value 1)))

    (define procedures
      (list (cons '+ +) (cons '- -) (cons '* *) (cons 'ratio ratio) (cons 'min min) (cons 'max max)
            (cons 'safe-sqrt safe-sqrt) (cons 'safe-log safe-log) (cons 'safe-exp safe-exp)
            (cons '< <) (cons '> >)))

    ;; An operator over constants is one constant, if its value is finite and can be written.
    (define (folded operator operands node)
      (let ((known (assq operator procedures)))
        (if (not known)
            node
            (let ((value (apply (cdr known) operands)))
              (if (or (boolean? value) (and (real? value) (finite? value))) value node)))))))
