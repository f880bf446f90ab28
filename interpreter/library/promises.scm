; Promises: evaluation when the value is first wanted, in constant space (R7RS 4.2.5).
(define-library (ouro promises)
  (export delay delay-force make-promise promise? force)
  (import (ouro kernel))
  (begin

    ;; The content is a pair that promises of one chain share: is it done, and the value or the thunk.
    (define-record-type promise
      (new-promise content)
      promise?
      (content promise-content set-promise-content!))

    (define-syntax delay
      "A promise of the value of the expression."
      (syntax-rules ()
        ((_ expression) (delay-force (done expression)))))

    (define-syntax delay-force
      "A promise of the value of the promise that the expression gives, forced without growing the stack."
      (syntax-rules ()
        ((_ expression) (new-promise (cons #f (lambda () expression))))))

    (define (done value)
      (new-promise (cons #t value)))

    (define (make-promise value)
      "A promise whose value is there already; a promise is returned as it is."
      (if (promise? value) value (done value)))

    (define (force object)
      "The value of a promise, evaluated at most once; any other object is its own value."
      (if (promise? object) (force-promise object) object))

    (define (force-promise promise)
      (let ((content (promise-content promise)))
        (if (car content)
            (cdr content)
            (let* ((next ((cdr content)))
                   ;; Looked up again: the thunk may have forced this promise itself.
                   (present (promise-content promise)))
              (if (not (car present))
                  (let ((next-content (promise-content next)))
                    (set-car! present (car next-content))
                    (set-cdr! present (cdr next-content))
                    (set-promise-content! next present)))
              (force-promise promise)))))))
