; Control: continuations with winders, exceptions, parameters.
(define-library (ouro control)
  (export call-with-current-continuation call/cc call-with-escape-continuation dynamic-wind
          with-exception-handler raise raise-continuable error guard assert
          make-parameter parameterize features leave-extents)
  (import (ouro kernel))
  (begin

    ;; A winder is a pair of the thunks that dynamic-wind runs when control enters and leaves. The machine
    ;; keeps the list of those in force, innermost first; lists that share a tail share its winders.

    (define (call-with-current-continuation receiver)
      "Calls the receiver with the current continuation, as a procedure of any number of values."
      (%call/cc
        (lambda (resume)
          (let ((winders (%winders)))
            (receiver
              (case-lambda
                ((result)
                 (if (not (eq? (%winders) winders)) (rewind winders))
                 (resume result))
                (results
                  (if (not (eq? (%winders) winders)) (rewind winders))
                  (apply resume results))))))))

    (define call/cc "Short for call-with-current-continuation." call-with-current-continuation)

    (define (call-with-escape-continuation receiver)
      "Like call-with-current-continuation; says that the continuation is only used to leave."
      (call-with-current-continuation receiver))

    (define (dynamic-wind before thunk after)
      "Calls the three in order and gives the values of the thunk. Before runs at each entry into the thunk's extent, after at each exit from it."
      (before)
      (let ((outer (%winders)) (state (%dynamic)))
        (%set-winders! (cons (cons (lambda () (%with-dynamic state before))
                                   (lambda () (%with-dynamic state after)))
                             outer))
        (call-with-values thunk
          (case-lambda
            ((result) (%set-winders! outer) (after) result)
            (results (%set-winders! outer) (after) (apply values results))))))

    (define (rewind target)
      "Leaves and enters extents until these winders are in force."
      (let ((common (common-tail (%winders) target)))
        (leave-to common)
        (enter-from common target)))

    (define (leave-extents)
      "Runs the after-thunks of all the extents that are open."
      (rewind '()))

    (define (leave-to common)
      (let ((winders (%winders)))
        (if (not (eq? winders common))
            (begin
              (%set-winders! (cdr winders))
              ((cdr (car winders)))
              (leave-to common)))))

    (define (enter-from common target)
      (if (not (eq? target common))
          (begin
            (enter-from common (cdr target))
            ((car (car target)))
            (%set-winders! target))))

    (define (common-tail one other)
      (let ((one-length (length one)) (other-length (length other)))
        (let loop ((one (if (> one-length other-length)
                            (list-tail one (- one-length other-length))
                            one))
                   (other (if (> other-length one-length)
                              (list-tail other (- other-length one-length))
                              other)))
          (if (eq? one other) one (loop (cdr one) (cdr other))))))

    ;; Handlers are a list, innermost first. A handler runs with the handlers outside its own.

    (define (with-exception-handler handler thunk)
      "Calls the thunk; what is raised in it goes to the handler."
      (if (not (procedure? handler))
          (raise (condition :wrong-type "with-exception-handler: the handler must be a procedure"
                            handler)))
      (%with-handlers (cons handler (%handlers)) thunk))

    (define (raise object)
      "Raises the object. If the handler returns, that is an error to the handlers outside it."
      (let ((handlers (%handlers)))
        (if (null? handlers)
            (%uncaught object)
            (%with-handlers (cdr handlers)
              (lambda ()
                ((car handlers) object)
                (raise (condition :not-continuable "the handler returned, but what it got cannot be continued"
                                  object)))))))

    (define (raise-continuable object)
      "Raises the object; what the handler returns is the value of the call."
      (let ((handlers (%handlers)))
        (if (null? handlers)
            (%uncaught object)
            (%with-handlers (cdr handlers) (lambda () ((car handlers) object))))))

    (define-syntax assert
      "Raises an error unless the expression is true; message and irritants say what was expected."
      (syntax-rules ()
        ((_ expression) (or expression (error "Assertion failed:" 'expression)))
        ((_ expression message irritant ...) (or expression (error message irritant ...)))))

    (define-syntax guard
      "Evaluates the body; what is raised in it is bound to the name, and the first clause that fits gives the value, as in cond. If none fits, it is raised again."
      (syntax-rules (else)
        ((_ (name clause ... (else result ...)) body ...)
         (call-guarded (lambda () body ...)
                       (lambda (name reraise) (cond clause ... (else result ...)))))
        ((_ (name clause ...) body ...)
         (call-guarded (lambda () body ...)
                       (lambda (name reraise) (cond clause ... (else (reraise))))))))

    (define (call-guarded thunk handle)
      "The clauses run where guard stands; to raise again is to go back to where the object was raised (R7RS 7.3)."
      ((call-with-current-continuation
         (lambda (return)
           (with-exception-handler
             (lambda (object)
               ((call-with-current-continuation
                  (lambda (resume)
                    (return
                      (lambda ()
                        (handle object
                                (lambda () (resume (lambda () (raise-continuable object)))))))))))
             (lambda ()
               (call-with-values thunk
                 (case-lambda
                   ((result) (lambda () result))
                   (results (lambda () (apply values results)))))))))))

    ;; Only parameterize knows this key, by which a parameter tells it how to bind it.
    (define binding-key (list 'binding-key))

    (define make-parameter
      "A parameter with an initial value: call it for its value, bind it with parameterize. The converter is applied to every value it gets."
      (case-lambda
        ((value) (make-parameter value (lambda (value) value)))
        ((value converter)
         (let* ((location (%make-parameter (converter value)))
                (parameter
                  (case-lambda
                    (() (location))
                    ((key . values)
                     (if (eq? key binding-key)
                         (cons location (converter (car values)))
                         (raise (condition :wrong-arity "a parameter takes no operands: bind it with parameterize"
                                           key)))))))
           parameter))))

    (define (parameter-binding parameter value)
      (parameter binding-key value))

    (define-syntax parameterize
      "Evaluates the body with the parameters bound to the values."
      (syntax-rules ()
        ((_ () body ...) (let () body ...))
        ((_ ((parameter value) ...) body ...)
         (%with-parameters (list (parameter-binding parameter value) ...) (lambda () body ...)))))

    (define (features)
      "The features that cond-expand knows."
      (list-copy %features))

    ;; Errors of native code, and programs that exceed a limit, enter here.
    (%set-raise! raise)
    (%set-rewind! rewind)))
