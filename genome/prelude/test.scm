; Tests as data: define-tests makes a list of them, run-all runs them, each isolated by guard and in limits of its own.
(define-library (genome prelude test)
  (export define-tests test? test-name test-thunk check check-error check-near run-all)
  (import (ouro base))
  (begin

    (define-record-type test (make-test name thunk) test? (name test-name) (thunk test-thunk))

    ;; Far above what any test here needs, so that only a runaway meets them.
    (define limits {:steps 5000000 :bytes 100000000})

    (define-syntax define-tests
      "Defines a list of tests: the name of each says the behaviour that it protects, its body holds checks."
      (syntax-rules ()
        ((_ variable (name body ...) ...)
         (define variable (list (make-test name (lambda () body ... #t)) ...)))))

    (define-syntax check
      "Fails the test unless each expression gives a value equal to the one expected."
      (syntax-rules (=>)
        ((_) #t)
        ((_ expression => expected more ...)
         (begin (check-equal 'expression expression expected) (check more ...)))))

    (define-syntax check-error
      "Fails the test unless the expression raises a condition of this code."
      (syntax-rules ()
        ((_ code expression)
         (check-equal 'expression
                      (guard (raised ((condition? raised) (condition-code raised))) expression)
                      code))))

    (define-syntax check-near
      "Fails the test unless the expression gives a number within a thousandth of the one expected."
      (syntax-rules (=>)
        ((_ expression => expected)
         (check-equal '(near? expression expected)
                      (< (abs (- expression expected)) (* 0.001 (max 1.0 (abs expected))))
                      #t))))

    (define (run-all tests)
      "Runs the tests. {:passed n :names [name of each that passed] :failed [{:name :message}]}"
      (fold (lambda (test result)
              (let ((problem (problem-of test)))
                (if problem
                    (update result
                            :failed (lambda (failed)
                                      (conj failed {:name (test-name test) :message problem})))
                    (update (update result :passed (lambda (count) (+ count 1)))
                            :names (lambda (names) (conj names (test-name test)))))))
            {:passed 0 :names [] :failed []}
            tests))

    (define (problem-of test)
      (guard (raised ((condition? raised) (explain raised))
                     (else (string-append "raised " (written raised))))
        (with-limits limits (test-thunk test))
        #f))

    (define (explain raised)
      (string-join (cons (condition-message raised) (map written (condition-irritants raised)))))

    (define (check-equal expression value expected)
      (if (not (equal? value expected))
          (raise (condition :check-failed
                            (string-append (written expression)
                                           " gave "
                                           (written value)
                                           ", not "
                                           (written expected))))))

    (define (written value)
      (let ((port (open-output-string)))
        (write value port)
        (get-output-string port)))))
