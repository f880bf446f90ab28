; R7RS 6.11: exceptions.
(import (scheme base) (scheme write))
(call/cc (lambda (k) (with-exception-handler (lambda (e) (k (list 'caught e))) (lambda () (+ 1 (raise 'an-error))))))
;; => (caught an-error)
(with-exception-handler (lambda (con) (if (string? con) 42 0)) (lambda () (+ (raise-continuable "should be a number") 23)))
;; => 65
(with-exception-handler (lambda (e) 'ignored) (lambda () (+ 1 (raise 'an-error))))
;; => !not-continuable
(raise 'some-error)
;; => !raised some-error
(raise 42)
;; => !raised 42
(error "message" 1 2)
;; => !user-error
(guard (e ((error-object? e) (list (error-object-message e) (error-object-irritants e)))) (error "BOOM!" 1 'two "three"))
;; => ("BOOM!" (1 two "three"))
(guard (e (#t (error-object? e))) (raise 'x))
;; => #f
(guard (e (#t (list (error-object? e) (read-error? e) (file-error? e)))) (car 5))
;; => (#t #f #f)
(guard (e ((read-error? e) 'read)) (read-string-of "(1"))
;; => !unbound-variable
(guard (e ((symbol? e) (list 'symbol e)) ((string? e) (list 'string e))) (raise "s"))
;; => (string "s")
(guard (e ((string? e) 'outer)) (guard (e ((number? e) 'inner)) (raise "x")))
;; => outer
(guard (e (#t (list 'outer e))) (guard (e ((number? e) (raise (list 'again e)))) (raise 5)))
;; => (outer (again 5))
(let ((trace '()))
  (define (note x) (set! trace (cons x trace)))
  (guard (e (#t (note 'handled)))
    (dynamic-wind (lambda () (note 'in)) (lambda () (raise 'oops)) (lambda () (note 'out))))
  (reverse trace))
;; => (in out handled)
(let ((trace '()))
  (define (note x) (set! trace (cons x trace)))
  (guard (e ((string? e) (note 'outer)))
    (guard (e ((number? e) (note 'never)))
      (dynamic-wind (lambda () (note 'in)) (lambda () (raise "oops")) (lambda () (note 'out)))))
  (reverse trace))
;; => (in out in out outer)
(with-exception-handler (lambda (e) 10) (lambda () (guard (e ((string? e) 'no)) (+ 1 (raise-continuable 'not-a-string)))))
;; => 11
(with-exception-handler
  (lambda (e) (* e 2))
  (lambda () (with-exception-handler (lambda (e) (+ 1 (raise-continuable e))) (lambda () (raise-continuable 5)))))
;; => 11
(guard (e (#t (list 'outer e))) (with-exception-handler (lambda (e) (raise (list 'handler e))) (lambda () (raise 1))))
;; => (outer (handler 1))
(call-with-values (lambda () (guard (e (#t 0)) (values 1 2))) list)
;; => (1 2)
(guard (e ((begin (set! e 7) #t) e)) (raise 1))
;; => 7
(define p (make-parameter 1))
(parameterize ((p 2)) (guard (e (#t (list e (p)))) (parameterize ((p 3)) (raise (p)))))
;; => (3 2)
(guard (e (#t 'caught)) (vector-ref (vector 1 2) 10))
;; => caught
(guard (e (#t 'caught)) (undefined-procedure 1))
;; => caught
(guard (e (#t 'caught)) ((lambda (x) x)))
;; => caught
(guard (e (#t 'caught)) (assert-nothing))
;; => caught
(guard (e (else 'else)) (raise 1))
;; => else
(guard (e) (raise 'nobody))
;; => !raised nobody
(guard (e ((memq e '(a b)) => car)) (raise 'b))
;; => b
(with-exception-handler 5 (lambda () 1))
;; => !wrong-type
(let loop ((i 0)) (if (< i 1000) (begin (guard (e (#t #f)) (raise i)) (loop (+ i 1))) i))
;; => 1000
