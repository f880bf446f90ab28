; Sums as people write them: 2 + 3 * 4, computed exactly.
(define-library (genome turn arithmetic)
  (export compute number-text)
  (import (ouro base))
  (begin

    ;; expression = term {(+|-) term}; term = power {(*|/) power}; power = unary [^ power]; unary = [-] (number | "(" expression ")")
    ;; Each parser takes tokens and gives (value . rest), or #f.

    (define largest-exponent 1000)

    (define (compute text)
      "The exact value of a sum in the text, or #f if it is not one. A division by zero raises :division-by-zero."
      (let* ((tokens (tokens-of text))
             (found (and tokens (pair? tokens) (sum tokens))))
        (and found (null? (cdr found)) (car found))))

    (define (number-text number)
      "An exact number for people: whole, or as a decimal of at most ten digits."
      (if (integer? number)
          (number->string number)
          (let ((scaled (round (* number 10000000000))))
            (if (< (abs scaled) 10000000000000000000)
                (decimal scaled)
                (number->string (inexact number))))))

    (define (decimal scaled)
      (let* ((digits (string-pad-left (number->string (abs scaled))
                                      (max 11 (string-length (number->string (abs scaled))))
                                      #\0))
             (point (- (string-length digits) 10))
             (text (string-append (substring digits 0 point)
                                  "."
                                  (substring digits point (string-length digits)))))
        (string-append (if (negative? scaled) "-" "") (trim-zeros text))))

    (define (trim-zeros text)
      (let ((last (- (string-length text) 1)))
        (case (string-ref text last)
          ((#\0) (trim-zeros (substring text 0 last)))
          ((#\.) (substring text 0 last))
          (else text))))

    (define operators
      (list (cons #\+ '+) (cons #\- '-) (cons #\* '*) (cons #\× '*) (cons #\/ '/) (cons #\÷ '/)
            (cons #\^ '^) (cons #\( 'open) (cons #\) 'close)))

    (define (tokens-of text)
      (let loop ((chars (string->list text)) (tokens '()))
        (cond ((null? chars) (reverse tokens))
              ((char-whitespace? (car chars)) (loop (cdr chars) tokens))
              ((assv (car chars) operators)
               => (lambda (entry) (loop (cdr chars) (cons (cdr entry) tokens))))
              ((digit-like? (car chars))
               (let* ((digits (take-while digit-like? chars))
                      (number (string->number (string-append "#e" (list->string digits)))))
                 (and number (loop (drop chars (length digits)) (cons number tokens)))))
              (else #f))))

    (define (digit-like? char)
      (or (and (char>=? char #\0) (char<=? char #\9)) (char=? char #\.)))

    (define (sum tokens) (left-associative power-product tokens '(+ -)))
    (define (power-product tokens) (left-associative power tokens '(* /)))

    (define (left-associative operand tokens names)
      (let loop ((found (operand tokens)))
        (if (and found (pair? (cdr found)) (memq (cadr found) names))
            (let ((right (operand (cddr found))))
              (loop (and right
                         (cons (apply-operator (cadr found) (car found) (car right)) (cdr right)))))
            found)))

    (define (power tokens)
      (let ((base (unary tokens)))
        (if (and base (pair? (cdr base)) (eq? (cadr base) '^))
            (let ((exponent (power (cddr base))))
              (and exponent
                   (integer? (car exponent))
                   (<= (abs (car exponent)) largest-exponent)
                   (cons (apply-operator '^ (car base) (car exponent)) (cdr exponent))))
            base)))

    (define (unary tokens)
      (match tokens
        (('- . rest) (let ((found (unary rest))) (and found (cons (- (car found)) (cdr found)))))
        (((? number? value) . rest) (cons value rest))
        (('open . rest)
         (let ((found (sum rest)))
           (and found
                (pair? (cdr found))
                (eq? (cadr found) 'close)
                (cons (car found) (cddr found)))))
        (_ #f)))

    (define (apply-operator name left right)
      (case name
        ((+) (+ left right))
        ((-) (- left right))
        ((*) (* left right))
        ((^) (if (and (zero? left) (negative? right)) (divided-by-zero) (expt left right)))
        (else (if (zero? right) (divided-by-zero) (/ left right)))))

    (define (divided-by-zero)
      (raise (condition :division-by-zero "nothing can be divided by zero")))))
