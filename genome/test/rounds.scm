; Tests: what a round of the loop knows and tells, without any port.
(define-library (genome test rounds)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome evolution round))
  (begin

    (define suites [{:policy "dispatch" :facts ["wait" "work"]} {:policy "evict" :facts ["age"]}])
    (define measured {:decide '(+ wait 1.0) :score 1.1 :steps 9 :size 3 :cases '(1.1)})

    (define (ended gate patch)
      (merge (round-of {:round 3 :seed 2} suites)
             {:decide 'wait
              :archive [{:id 4 :decide 'wait :score 1.0} {:id 5 :decide 'work :score 0.0}]
              :candidate {:commit "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
                          :branch "candidate/1"
                          :tree "7ree"}
              :proposal {:candidate measured
                         :evaluations 60
                         :reason "better"
                         :patch patch
                         :elites (list measured)}
              :verdict {:passed #f :gate gate :reason "no"}}))

    (define-tests tests
      ("without a name a search takes the policies in turn"
       (check (:policy (round-of {:round 1} suites)) => "dispatch"
              (:policy (round-of {:round 2} suites)) => "evict"
              (:policy (round-of {:round 3} suites)) => "dispatch"
              (:policy (round-of {:round 3 :policy 'evict} suites)) => "evict"))
      ("a person's patch names no policy"
       (check (named? (round-of {:patch {:file "turn/turn.scm"}} suites)) => #f
              (:proposer (round-of {:patch {:file "turn/turn.scm"}} suites)) => "person"))
      ("the goal has the suite's facts, and elders that were worth something"
       (let ((goal (goal-of (put (ended "score" #f) :form '()) list)))
         (check (:facts goal) => '(wait work)
                (:elders goal) => '(wait))))
      ("rounds and seeds give different searches"
       (check (= (:seed (goal-of (ended "score" #f) list))
                 (:seed (goal-of (put (ended "score" #f) :round 4) list)))
              => #f))
      ("a policy that no suite judges is an error"
       (check-error :unknown-policy (goal-of (put (ended "score" #f) :policy "effects") list)))
      ("a rejection is told with its gate, its reason and its commit"
       (let ((told (report (ended "score" #f))))
         (check (:adopted told) => #f
                (:gate told) => "score"
                (:reason told) => "no"
                (:evaluations told) => 60
                (:tree told) => "7ree")))
      ("an adoption is told with the proposal's reason"
       (check (:reason (report (put (ended "" #f) :adopted #t))) => "better"
              (:gate (report (put (ended "x" #f) :adopted #t))) => ""))
      ("the archive's entry names its parent, its verdict and its gate"
       (let ((entry (entry-of (ended "score" #f) "rejected")))
         (check (:parent entry) => 4
                (:verdict entry) => "rejected"
                (:gate entry) => "score"
                (:size entry) => 3)))
      ("the candidate is not listed twice among the elites"
       (let ((round (ended "score" #f)))
         (check (elite-entries round (:proposal round)) => '())))
      ("only a refusal that a person could lift keeps the branch"
       (check (and (awaits-person? (put (ended "constitution" {:file "policy/effects.scm"})
                                        :proposer "person"))
                   #t) => #t
              (awaits-person? (put (ended "tests" {:file "policy/effects.scm"}) :proposer "person"))
              => #f
              (awaits-person? (ended "constitution" {:file "policy/effects.scm"})) => #f))
      ("events are kept in order"
       (check (map (lambda (event) (:kind event))
                   (->list (:events (note (note (round-of {} suites) "read" "a") "eval" "b"))))
              => '("read" "eval"))))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
