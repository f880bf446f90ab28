; Tests: slips of the finger, questions, forms, missed times and failures, sessions.
(define-library (genome test responses)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome prelude policy) (genome policy schedule)
          (genome policy skills) (genome turn reply) (genome turn correct) (genome turn questions)
          (genome turn lisp) (genome turn session) (genome turn schedule) (genome turn responses))
  (begin

    (define words '("remember" "remind" "tasks" "task" "list"))

    (define (context state)
      (make-context {:text "" :time 0} state))

    (define-tests tests
      ("a slip is a letter changed, left out, put in or swapped, two in long words, none in short ones"
       (check (nearest-words "remeber" words) => '("remember")
              (nearest-words "rmeind" words) => '("remind")
              (nearest-words "taks" words) => '("tasks" "task")
              (nearest-words "remmembr" words) => '("remember")
              (nearest-words "tsk" words) => '()
              (nearest-words "elephant" words) => '()
              (nearest-words "list" words) => '()))
      ("a question ends with its mark or begins with a word that asks"
       (check (question? "the demo?") => #t
              (question? "where is it") => #t
              (question? "buy milk") => #f
              (question? "") => #f))
      ("a form is read whole, evaluated with the language alone, and told what fails in it"
       (check (and (lisp? "(+ 1 2)") #t) => #t
              (lisp? "(+ 1 2") => #f
              (lisp? "(a) b") => #f
              (:answer (evaluate "(string-append \"a\" \"b\")" (context {}))) => "\"ab\""
              (contains-key? (evaluate "(error \"no\")" (context {})) :problem) => #t
              (contains-key? (evaluate "(store/get \"k\")" (context {})) :problem) => #t))
      ("what was missed runs as the entry says, and what is in time runs once"
       (check (runs-due {} 5 90000000) => 1
              (runs-due {:catch-up "skip"} 5 90000000) => 0
              (runs-due {:catch-up "skip"} 1 0) => 1
              (runs-due {:catch-up "all"} 5 90000000) => 5
              (runs-due {:catch-up "all" :most 2} 5 90000000) => 2))
      ("what fails is tried again, then goes on, then rests ever longer up to a day; what was for once is dropped"
       (check (after-failure {:every 1 :tries 1}) => {:retry 1}
              (after-failure {:every 1 :tries 3 :failures 1}) => {:next #t}
              (after-failure {:every 1 :tries 3 :failures 3}) => {:rest 3600000}
              (after-failure {:every 1 :tries 3 :failures 5}) => {:rest 14400000}
              (after-failure {:every 1 :tries 3 :failures 50}) => {:rest 86400000}
              (after-failure {:tries 3 :failures 1}) => {:drop #t}))
      ("an entry that comes after spans keeps its beat, however late it is"
       (check (following {:at 1000 :every 600000} 1000) => 601000
              (following {:at 1000 :every 600000} 601500) => 1201000
              (missed-times {:at 1000 :every 600000} 1000) => 1
              (missed-times {:at 1000 :every 600000} 1900000) => 4
              (missed-times {:at 1000 :every 600000} 900000000) => 10
              (following {:at 1000} 2000) => #f))
      ("a new session keeps nothing of the talk and the work, and all else"
       (let ((state (:state (new-session {} (context {:talk [1] :work {:goal "x"} :skills {}
                                                      :topics {} :tasks [1] :rules [2]
                                                      :schedule [3]})))))
         (check state => {:session 2 :tasks [1] :rules [2] :schedule [3]})))
      ("the working set is told by its kinds, and what is no longer in the way goes"
       (let* ((one (:state (note-goal {:goal "ship"} (context {}))))
              (two (:state (note-blocker {:blocker "No key"} (context one))))
              (three (:state (clear-blocker {:blocker "key"} (context two)))))
         (check (work-lines (:work two)) => '("Goal: ship" "Blockers: No key")
                (work-lines (:work three)) => '("Goal: ship"))))
      ("a skill fits by its name, by words in common, and not by one word among many"
       (check (>= (policy-decide skill-fits {:named 1.0 :shared 0.0 :words 9.0}) 1) => #t
              (>= (policy-decide skill-fits {:named 0.0 :shared 2.0 :words 9.0}) 1) => #t
              (>= (policy-decide skill-fits {:named 0.0 :shared 1.0 :words 2.0}) 1) => #t
              (>= (policy-decide skill-fits {:named 0.0 :shared 1.0 :words 9.0}) 1) => #f))
      ("every rule has patterns and a procedure"
       (check (every (lambda (rule) (and (positive? (size (:say rule))) (procedure? (:do rule))))
                     (->list responses))
              => #t)))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
