; All of the genome's own tests in one place.
(define-library (genome test all)
  (export tests run-tests)
  (import (ouro base) (genome prelude test)
          (rename (only (genome test policies) tests) (tests policies))
          (rename (only (genome test effects) tests) (tests effects))
          (rename (only (genome test governance) tests) (tests governance))
          (rename (only (genome test expressions) tests) (tests expressions))
          (rename (only (genome test search) tests) (tests search))
          (rename (only (genome test turns) tests) (tests turns))
          (rename (only (genome test times) tests) (tests times))
          (rename (only (genome test spoken) tests) (tests spoken))
          (rename (only (genome test responses) tests) (tests responses))
          (rename (only (genome test rounds) tests) (tests rounds))
          (rename (only (genome test commands) tests) (tests commands))
          (rename (only (genome test files) tests) (tests files)))
  (begin

    (define every-test
      (append policies effects governance expressions search turns times spoken responses rounds
              commands files))

    ;; Whoever runs all libraries of this folder meets the others' tests there, so these are only about them.
    (define-tests tests
      ("no two tests have the same name"
       (check (size (->set (map test-name every-test))) => (length every-test)))
      ("the genome protects itself with at least forty tests"
       (check (>= (length every-test) 40) => #t)))

    (define (run-tests)
      "Runs the tests of all libraries: {:passed n :names […] :failed [{:name :message}]}."
      (run-all (append every-test tests)))))
