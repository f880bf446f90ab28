; The environments of an older report (R7RS appendix A, scheme r5rs).
(define-library (ouro reports)
  (export scheme-report-environment null-environment)
  (import (ouro kernel) (ouro control))
  (begin

    (define (scheme-report-environment version)
      "An environment of all that the report of that version binds: 5."
      (check-version version)
      (environment '(scheme r5rs)))

    (define (null-environment version)
      "An environment of the syntax alone that the report of that version binds: 5."
      (check-version version)
      (environment
        '(only (scheme r5rs)
          and begin case cond define define-syntax delay do if lambda let let* let-syntax letrec
          letrec-syntax or
          quasiquote quote set! syntax-rules => ... _ else unquote unquote-splicing)))

    (define (check-version version)
      (if (not (eqv? version 5))
          (raise (condition :out-of-range "the only version of the report is 5, but got"
                            version))))))
