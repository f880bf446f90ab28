; Short forms of match.
(define-library (ouro matching)
  (export match match-lambda match-lambda* match-let match-let*)
  (import (ouro kernel))
  (begin

    (define-syntax match-lambda
      "A procedure of one operand that matches it against the clauses."
      (syntax-rules ()
        ((_ clause ...) (lambda (value) (match value clause ...)))))

    (define-syntax match-lambda*
      "A procedure of any number of operands that matches the list of them against the clauses."
      (syntax-rules ()
        ((_ clause ...) (lambda operands (match operands clause ...)))))

    (define-syntax match-let
      "Binds the names of the patterns, each to its part of its value, for the body. With a name in front, the body may call itself by it."
      (syntax-rules ()
        ((_ ((pattern value) ...) body ...) (match (list value ...) ((pattern ...) body ...)))
        ((_ name ((pattern value) ...) body ...)
         ((letrec ((name (match-lambda* ((pattern ...) body ...)))) name) value ...))))

    (define-syntax match-let*
      "Like match-let, with each value in the scope of the patterns before it."
      (syntax-rules ()
        ((_ () body ...) (let () body ...))
        ((_ ((pattern value) binding ...) body ...)
         (match value (pattern (match-let* (binding ...) body ...))))))))
