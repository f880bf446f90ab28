; SRFI 2: and-let*, which tests and binds step by step.
(define-library (srfi 2)
  (export and-let*)
  (import (ouro kernel))
  (begin

    (define-syntax and-let*
      "Evaluates claws in order, each in the scope of those before: (name expression) binds, (expression) and a name test. The first #f is the value; else that of the body."
      (syntax-rules ()
        ((_ ()) #t)
        ((_ () body ...) (let () body ...))
        ((_ ((name expression)))
         expression)
        ((_ ((name expression) . claws) . body)
         (let ((name expression)) (and name (and-let* claws . body))))
        ((_ ((expression)))
         expression)
        ((_ ((expression) . claws) . body)
         (and expression (and-let* claws . body)))
        ((_ (name))
         name)
        ((_ (name . claws) . body)
         (and name (and-let* claws . body)))))))
