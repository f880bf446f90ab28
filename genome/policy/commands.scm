; What a person can say to the agent without a model: each kind of request with its shape and its help.
(define-library (genome policy commands)
  (export commands help-text nearest-command command-named)
  (import (ouro base))
  (begin

    (define commands
      "Every request that the embedded responder understands, in the order in which help shows them."
      [{:name "help" :say "help" :doc "what I can do"}
       {:name "status" :say "status" :doc "what I hold and how I have changed"}
       {:name "remember" :say "remember that the door code is 4711" :doc "keeps a note"}
       {:name "recall"
        :say "what is the door code? · what do you know about the door?"
        :doc "answers from notes"}
       {:name "forget" :say "forget the door" :doc "deletes notes"}
       {:name "notes" :say "notes" :doc "lists notes"}
       {:name "lists"
        :say "add milk to shopping · show shopping · remove milk from shopping · lists"
        :doc "keeps lists"}
       {:name "tasks"
        :say "task: write the report, urgent · tasks · done write the report"
        :doc "keeps tasks, the most pressing first"}
       {:name "remind"
        :say "remind me in 10 minutes to stretch · remind me every weekday at 8:30 to stand up"
        :doc "reminds you"}
       {:name "reminders"
        :say "reminders · cancel reminder 2 · my time zone is Europe/Berlin"
        :doc "shows and cancels reminders"}
       {:name "schedule"
        :say "every day at 8 do show tasks · /schedule"
        :doc "does something at set times"}
       {:name "sums"
        :say "what is 2 + 3 * 4 · (map (lambda (x) (* x x)) '(1 2 3))"
        :doc "computes, also in Lisp"}
       {:name "read"
        :say "read file notes.txt · files · fetch https://example.org"
        :doc "uses files, and pages that are open to me"}
       {:name "goal"
        :say "goal: ship the demo · where were we · /new"
        :doc "keeps what this session is about, or begins a new one"}
       {:name "skill" :say "/skill · /skill NAME" :doc "shows the skills in files/skills"}
       {:name "model"
        :say "/model · /model NAME · /think high"
        :doc "which model answers here, and how long it thinks"}
       {:name "teach"
        :say "when I say good night, say sleep well"
        :doc "learns an answer; \"when I say X, do Y\" makes X mean Y"}
       {:name "rules" :say "rules · unlearn good night" :doc "shows and drops what you taught me"}])

    (define (help-text)
      "The help that a person reads, one line a command."
      (string-join
        (append (list "I understand, without any model:")
                (map (lambda (command) (string-append "  " (:say command) " — " (:doc command)))
                     (->list commands))
                (list "For anything else add a model: ouro setup model"))
        "\n"))

    (define (command-named name)
      "The request of this name, or #f."
      (find (lambda (command) (string=? (:name command) name)) (->list commands)))

    (define (nearest-command word)
      "The name of a command that begins as the word does, by three letters, or #f."
      (and (>= (string-length word) 3)
           (let ((start (substring word 0 3)))
             (find (lambda (name) (string-prefix? start name))
                   (map (lambda (command) (:name command)) (->list commands))))))))
