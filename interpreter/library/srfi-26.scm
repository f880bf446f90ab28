; SRFI 26: cut and cute, which make procedures of calls with operands left open.
(define-library (srfi 26)
  (export cut cute)
  (import (ouro kernel))
  (begin

    (define-syntax cut
      "A procedure of the operands left open by <>, and any more where <...> stands last; the others are evaluated at each call."
      (syntax-rules ()
        ((_ part ...) (gather-cut () () part ...))))

    ;; Gathers the parameters and the call, part by part.
    (define-syntax gather-cut
      (syntax-rules (<> <...>)
        ((_ (parameter ...) (operator operand ...))
         (lambda (parameter ...) ((begin operator) operand ...)))
        ((_ (parameter ...) (operator operand ...) <...>)
         (lambda (parameter ... . others) (apply operator operand ... others)))
        ((_ (parameter ...) (operand ...) <> part ...)
         (gather-cut (parameter ... open) (operand ... open) part ...))
        ((_ parameters (operand ...) part part-after ...)
         (gather-cut parameters (operand ... part) part-after ...))))

    (define-syntax cute
      "Like cut, but the operands that are not left open are evaluated once, when the procedure is made."
      (syntax-rules ()
        ((_ part ...) (gather-cute () () () part ...))))

    ;; Gathers the bindings too.
    (define-syntax gather-cute
      (syntax-rules (<> <...>)
        ((_ bindings (parameter ...) (operator operand ...))
         (let bindings (lambda (parameter ...) (operator operand ...))))
        ((_ bindings (parameter ...) (operator operand ...) <...>)
         (let bindings (lambda (parameter ... . others) (apply operator operand ... others))))
        ((_ bindings (parameter ...) (operand ...) <> part ...)
         (gather-cute bindings (parameter ... open) (operand ... open) part ...))
        ((_ (binding ...) parameters (operand ...) part part-after ...)
         (gather-cute (binding ... (value part)) parameters (operand ... value) part-after ...))))))
