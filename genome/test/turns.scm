; Tests: what a turn is made of that needs no port: patterns, sums, plans, teaching and tasks.
(define-library (genome test turns)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome prelude source) (genome turn pattern)
          (genome turn arithmetic) (genome turn plan) (genome turn reply) (genome turn tasks)
          (genome turn teaching))
  (begin

    (define (sum text)
      (let ((value (compute text))) (and value (number-text value))))

    (define (context text state)
      (make-context {:text text} state))

    (define-tests tests
      ("a pattern captures the words between, in the case in which they came"
       (check (match-pattern "remember that ?note" "Remember that Anna is at home.") => {:note "Anna is at home"}
              (match-pattern "add ?item to ?list" "add two eggs to my shopping list") => {:item "two eggs"
                                                                                          :list "my shopping list"}))
      ("a pattern that does not fit captures nothing"
       (check (match-pattern "help" "help me") => #f
              (match-pattern "remember ?note" "remember") => #f
              (match-any ["hi" "hello"] "Hello!") => {}))
      ("commas and closing punctuation do not count"
       (check (match-pattern "when I say ?when, say ?say" "when i say good night, say sleep well!")
              => {:when "good night" :say "sleep well"}))
      ("telling words are those that are left when small ones go"
       (check (content-words "the code of my door?") => '("code" "door")
              (content-words "what is it") => '("what" "is" "it")))
      ("sums keep the order of operations"
       (check (sum "2 + 3 * 4") => "14"
              (sum "(2 + 3) * 4") => "20"
              (sum "2 - 3 - 4") => "-5"
              (sum "2 ^ 3 ^ 2") => "512"
              (sum "-2 * -3") => "6"))
      ("sums are exact"
       (check (sum "0.1 + 0.2") => "0.3"
              (sum "1 / 4") => "0.25"
              (sum "1 / 3") => "0.3333333333"
              (sum "2 ^ 100") => "1267650600228229401496703205376"))
      ("what is no sum is none"
       (check (sum "two plus two") => #f
              (sum "2 +") => #f
              (sum "(2") => #f
              (sum "2 ^ 9999999") => #f
              (sum "") => #f))
      ("nothing is divided by zero"
       (check-error :division-by-zero (compute "1 / (2 - 2)")))
      ("an arm never tried comes first, then what paid"
       (let ((arms (list {:name :a :cost 0.0 :latency 1.0} {:name :b :cost 0.0 :latency 1.0})))
         (check (map (lambda (arm) (:name arm)) (order-arms arms {:a {:count 3 :reward 3.0}})) => '(:b
                                                                                                    :a)
                (:count (:a (observe {} (car arms) 1.0))) => 1)))
      ("a model never asked comes first, then the policy's choice"
       (let ((models (list {:model "a" :mean 0.9 :count 50 :total 60 :cost 0.1 :latency 1.0}
                           {:model "b" :mean 0.1 :count 10 :total 60 :cost 0.1 :latency 1.0}
                           {:model "c" :mean 0.0 :count 0 :total 60 :cost 0.1 :latency 1.0})))
         (check (:model (car (order-models models))) => "c"
                (length (order-models models)) => 3)))
      ("tasks are all there after they were put in order"
       (let ((tasks (list {:text "one" :weight 1 :added 0} {:text "two" :weight 5 :added 1})))
         (check (length (order-tasks tasks 3)) => 2
                (order-tasks '() 3) => '())))
      ("topics are kept within a bound"
       (let ((topics (->map (map (lambda (n)
                                   [(number->string n) {:last n :uses 1 :since 0 :size 5}])
                                 (iota 12)))))
         (check (size (keep-topics topics 12 8)) => 8
                (keep-topics {} 1 8) => {})))
      ("a delay is a whole number of milliseconds, not negative and at most an hour"
       (check (every (lambda (attempt)
                       (let ((delay (retry-delay attempt 1000 5000)))
                         (and (exact-integer? delay) (<= 0 delay 3600000))))
                     '(1 2 5 20))
              => #t))
      ("a task is added, shown and finished"
       (let* ((added (add-urgent-task {:task "pay the rent"} (context "" {:turns 2})))
              (shown (show-tasks {} (context "" (:state added))))
              (done (finish-task {:task "rent"} (context "" (:state added)))))
         (check (:answer shown) => "1. pay the rent (urgent)"
                (:tasks (:state done)) => []
                (:answer (finish-task {:task "7"} (context "" (:state added)))) => "There is no task 7.")))
      ("what is taught replaces what was taught for the same words, and can be unlearned"
       (let* ((once (:state (teach-answer {:when "Good night" :say "sleep well"} (context "" {}))))
              (twice (:state (teach-action {:when "good night" :do "tasks"} (context "" once)))))
         (check (size (:rules twice)) => 1
                (:do (taught-rule (context "good night!" twice))) => "tasks"
                (:rules (:state (unlearn {:when "good night"} (context "" twice)))) => [])))
      ("a policy's form and the way to its expression are found in a library's text"
       (let ((form (policy-form "; x\n(define-library (a) (begin (define-policy p \"d\" (facts (x number)) (result number) (evolvable #t) (decide (+ x 1)))))"
                                'p)))
         (check (decide-of form) => '(+ x 1)
                (decide-path form) => [6 1]
                (policy-form "(define-policy q)" 'p) => #f
                (text->datum "(+ 1") => #f))))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
