; Policies as source text: finds a define-policy form in a library, and the way to its decide expression.
(define-library (genome prelude source)
  (export read-all policy-form decide-of decide-path datum->text text->datum)
  (import (ouro base))
  (begin

    (define (read-all text)
      "A list of all data in the text."
      (let ((port (open-input-string text)))
        (let loop ((data '()))
          (let ((datum (read port)))
            (if (eof-object? datum) (reverse data) (loop (cons datum data)))))))

    (define (policy-form text name)
      "The form (define-policy name …) in the text of a library, or #f."
      (let search ((data (read-all text)))
        (and (pair? data)
             (or (policy-form-in (car data) name) (search (cdr data))))))

    (define (policy-form-in datum name)
      (match datum
        (('define-policy (? (lambda (found) (eq? found name))) . _) datum)
        (('define-library _ . declarations)
         (any (lambda (each) (policy-form-in each name)) declarations))
        (('begin . forms) (any (lambda (each) (policy-form-in each name)) forms))
        (_ #f)))

    (define (decide-of form)
      "The decide expression of a define-policy form."
      (cadr (list-ref form (decide-index form))))

    (define (decide-path form)
      "Indexes from the define-policy form to its decide expression, from the outside in."
      [(decide-index form) 1])

    (define (decide-index form)
      (or (list-index (lambda (part) (and (pair? part) (eq? (car part) 'decide))) form)
          (raise (condition :no-decide "the policy has no decide expression" form))))

    (define (datum->text datum)
      "The datum as it is written."
      (let ((port (open-output-string)))
        (write datum port)
        (get-output-string port)))

    (define (text->datum text)
      "The first datum that the text spells; #f if it cannot be read or there is none."
      (guard (raised ((condition? raised) #f))
        (let ((datum (read (open-input-string text))))
          (if (eof-object? datum) #f datum))))))
