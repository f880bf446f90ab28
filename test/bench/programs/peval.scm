; A partial evaluator: programs as lists, with some operands known, simplified by folding, unfolding and dropping what is not used.
; measured: (run 400 12) => ((34 4096) (66 4680) (9 28))
; tiny: (run 1 2) => ((4 4) (6 4) (9 8))
(import (scheme base))

;; A procedure to be specialised: its name, parameters and body.
(define program
  '((power (x n)
           (if (= n 0) 1 (if (even? n) (square (power x (quotient n 2))) (* x (power x (- n 1))))))
    (square (x) (* x x))
    (polynomial (cs x)
                (if (null? cs) 0 (+ (car cs) (* x (polynomial (cdr cs) x)))))
    (interpret (code stack)
               (if (null? code)
                   (car stack)
                   (let ((op (car (car code))) (arg (cdr (car code))))
                     (if (eq? op 'push)
                         (interpret (cdr code) (cons arg stack))
                         (if (eq? op 'add)
                             (interpret (cdr code) (cons (+ (car stack) (car (cdr stack))) (cdr (cdr stack))))
                             (interpret (cdr code) (cons (* (car stack) (car (cdr stack))) (cdr (cdr stack)))))))))))

;; What is known of an expression while it is specialised: a constant is (quote value); anything else is residual code.
(define (constant? code)
  (and (pair? code) (eq? (car code) 'quote)))

(define (value-of code) (car (cdr code)))

(define (constant value) (list 'quote value))

(define (every? good? list)
  (or (null? list)
      (and (good? (car list)) (every? good? (cdr list)))))

(define (specialise expression environment)
  (cond ((symbol? expression)
         (let ((known (assq expression environment)))
           (if known (cdr known) expression)))
        ((not (pair? expression)) (constant expression))
        (else
         (case (car expression)
           ((quote) expression)
           ((if) (specialise-if (cdr expression) environment))
           ((let) (specialise-let (cdr expression) environment))
           (else
            (specialise-call (car expression)
                             (map (lambda (operand) (specialise operand environment)) (cdr expression))))))))

(define (specialise-if parts environment)
  (let ((test (specialise (car parts) environment)))
    (cond ((constant? test)
           (specialise (if (value-of test) (list-ref parts 1) (list-ref parts 2)) environment))
          (else
           (list 'if
                 test
                 (specialise (list-ref parts 1) environment)
                 (specialise (list-ref parts 2) environment))))))

(define (specialise-let parts environment)
  (specialise (list-ref parts 1)
              (append (map (lambda (binding) (cons (car binding) (specialise (list-ref binding 1) environment)))
                           (car parts))
                      environment)))

(define (specialise-call name operands)
  (let ((definition (assq name program)))
    (if definition
        (unfold (cdr definition) operands)
        (fold-primitive name operands))))

;; Binds parameters to what is known of the operands, be it code: the programs here have no effects.
(define (unfold definition operands)
  (specialise (list-ref definition 1) (map cons (car definition) operands)))

(define (fold-primitive name operands)
  (if (every? constant? operands)
      (constant (apply-primitive name (map value-of operands)))
      (simplify name operands)))

(define (apply-primitive name values)
  (case name
    ((+) (apply + values))
    ((-) (apply - values))
    ((*) (apply * values))
    ((=) (apply = values))
    ((quotient) (apply quotient values))
    ((even?) (even? (car values)))
    ((null?) (null? (car values)))
    ((eq?) (eq? (car values) (list-ref values 1)))
    ((car) (car (car values)))
    ((cdr) (cdr (car values)))
    ((cons) (cons (car values) (list-ref values 1)))
    (else (error "no such primitive" name))))

;; Laws of the primitives over operands of which some are not known.
(define (simplify name operands)
  (let ((first (car operands)) (second (and (pair? (cdr operands)) (list-ref operands 1))))
    (cond ((and (eq? name '+) (zero-code? first)) second)
          ((and (eq? name '+) (zero-code? second)) first)
          ((and (eq? name '*) (or (zero-code? first) (zero-code? second))) (constant 0))
          ((and (eq? name '*) (one-code? first)) second)
          ((and (eq? name '*) (one-code? second)) first)
          ((and (eq? name 'car) (made-by? 'cons first)) (list-ref first 1))
          ((and (eq? name 'cdr) (made-by? 'cons first)) (list-ref first 2))
          ((and (eq? name 'null?) (made-by? 'cons first)) (constant #f))
          ((and (memq name '(+ *)) (made-by? name second) (constant? first) (constant? (list-ref second 1)))
           (simplify name (list (constant (apply-primitive name (list (value-of first) (value-of (list-ref second 1)))))
                                (list-ref second 2))))
          (else (cons name operands)))))

(define (zero-code? code) (equal? code '(quote 0)))
(define (one-code? code) (equal? code '(quote 1)))

(define (made-by? name code)
  (and (pair? code) (eq? (car code) name)))

(define (size code)
  (if (pair? code)
      (+ (size (car code)) (size (cdr code)))
      1))

;; The value of residual code, to check that it still means the same.
(define (evaluate code environment)
  (cond ((symbol? code) (cdr (assq code environment)))
        ((constant? code) (value-of code))
        (else (apply-primitive (car code) (map (lambda (operand) (evaluate operand environment)) (cdr code))))))

(define (machine-code n)
  (let build ((n n) (code '((add))))
    (if (= n 0)
        code
        (build (- n 1) (append (list '(push . 2) '(add)) (cons '(push . 1) (cons '(mul) code)))))))

(define (specialised n)
  (list (specialise (list 'power 'x n) '())
        (specialise (list 'polynomial (constant (coefficients n)) 'x) '())
        (specialise (list 'interpret (constant (machine-code n)) '(cons x (cons x (quote ())))) '())))

(define (coefficients n)
  (if (= n 0) '() (cons (remainder n 3) (coefficients (- n 1)))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f
               (map (lambda (code) (list (size code) (evaluate code '((x . 2))))) (specialised n))))
      ((= left 0) answer)))
