; What a policy is: a named, documented decision as data, and the total operators that its expression may use.
(define-library (genome prelude policy)
  (export define-policy policy? policy-name policy-doc policy-facts policy-result policy-evolvable?
          policy-expression policy-procedure policy-decide
          ratio safe-log safe-sqrt safe-exp)
  (import (ouro base))
  (begin

    (define-record-type policy
      (make-policy name doc facts result evolvable? expression procedure)
      policy?
      (name policy-name)
      (doc policy-doc)
      ;; A list of (fact type), in the order of the procedure's operands.
      (facts policy-facts)
      (result policy-result)
      (evolvable? policy-evolvable?)
      ;; The decide expression as it was written.
      (expression policy-expression)
      (procedure policy-procedure))

    (define-syntax define-policy
      "Defines a policy: facts in, one decision out. In the decide expression the facts are variables."
      (syntax-rules (facts result evolvable decide)
        ((_ name doc (facts (fact type) ...) (result kind) (evolvable flag) (decide expression))
         (define name
           (make-policy 'name
                        doc
                        '((fact type) ...)
                        'kind
                        flag
                        'expression
                        (lambda (fact ...) expression))))))

    (define (policy-decide policy facts)
      "What the policy decides, given a map from the facts' names as keywords to their values. A missing fact is an error."
      (apply (policy-procedure policy)
             (map (lambda (fact) (fact-value policy facts (car fact))) (policy-facts policy))))

    (define (fact-value policy facts name)
      (let ((key (symbol->keyword name)))
        (if (contains-key? facts key)
            (get facts key)
            (raise (condition :missing-fact "the policy needs a fact that it was not given"
                              (policy-name policy)
                              key)))))

    ;; Operators that have a value everywhere, so that no expression made of them fails (Koza 1992, 6.1.1).

    (define (ratio a b)
      "a divided by b; 1.0 where b is zero."
      (if (zero? b) 1.0 (/ a b)))

    (define (safe-log x)
      "The natural logarithm of the magnitude of x; 0.0 at zero."
      (if (zero? x) 0.0 (log (abs x))))

    (define (safe-sqrt x)
      "The square root of the magnitude of x."
      (sqrt (abs x)))

    (define (safe-exp x)
      "e to the power x, with x held within ±50."
      (exp (max -50.0 (min 50.0 x))))))
