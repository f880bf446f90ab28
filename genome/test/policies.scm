; Tests: the shipped policies are what their docs say, and the prelude's operators have a value everywhere.
(define-library (genome test policies)
  (export tests run-tests)
  (import (ouro base) (genome prelude policy) (genome prelude test) (genome policy dispatch)
          (genome policy evict) (genome policy retry) (genome policy choose))
  (begin

    ;; These hold of whatever the policies become; what a policy decides is judged by the sealed suites.
    (define shipped (list dispatch evict retry choose))

    (define (facts-of value)
      (lambda (policy)
        (policy-decide policy
                       (->map (map (lambda (fact) [(symbol->keyword (car fact)) value])
                                   (policy-facts policy))))))

    (define-policy larger
      "The larger fact."
      (facts (left number) (right number))
      (result number)
      (evolvable #f)
      (decide (max left right)))

    (define-tests tests
      ("a policy carries its name, doc, facts and expression as data"
       (check (policy? larger) => #t
              (policy-name larger) => 'larger
              (policy-doc larger) => "The larger fact."
              (policy-facts larger) => '((left number) (right number))
              (policy-result larger) => 'number
              (policy-evolvable? larger) => #f
              (policy-expression larger) => '(max left right)))
      ("a policy decides from a map of facts, in whatever order they come"
       (check (policy-decide larger {:right 1.0 :left 2.0}) => 2.0
              ((policy-procedure larger) 3.0 4.0) => 4.0))
      ("a missing fact is an error, never a guess"
       (check-error :missing-fact (policy-decide larger {:left 1.0})))
      ("the evolvable policies keep their names"
       (check (map policy-name shipped) => '(dispatch evict retry choose)
              (map policy-evolvable? shipped) => '(#t #t #t #t)
              (map policy-result shipped) => '(number number number number)))
      ("the evolvable policies keep the facts that the world gives them"
       (check (map car (policy-facts dispatch)) => '(wait work slack weight mean-work)
              (map car (policy-facts evict)) => '(age frequency size cost lifetime)
              (map car (policy-facts retry)) => '(attempt last-delay elapsed cost)
              (map car (policy-facts choose)) => '(mean count total cost latency)))
      ("the evolvable policies decide a number for ordinary facts"
       (check (map (lambda (policy) (finite? ((facts-of 1.0) policy))) shipped) => '(#t #t #t #t)
              (map (lambda (policy) (finite? ((facts-of 7.5) policy))) shipped) => '(#t #t #t #t)))
      ("ratio is one where nothing divides"
       (check (ratio 6.0 3.0) => 2.0
              (ratio 5.0 0.0) => 1.0
              (ratio 0.0 0.0) => 1.0))
      ("logarithm and square root take the magnitude"
       (check (safe-log 0.0) => 0.0
              (= (safe-log -2.0) (safe-log 2.0)) => #t
              (safe-sqrt -9.0) => 3.0)
       (check-near (safe-log 2.718281828) => 1.0))
      ("the exponential never overflows"
       (check (finite? (safe-exp 1e9)) => #t
              (= (safe-exp -1e9) (safe-exp -50.0)) => #t)
       (check-near (safe-exp 1.0) => 2.71828)))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
