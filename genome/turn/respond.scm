; The embedded responder: rules as data, tried in order, that answer without any model.
(define-library (genome turn respond)
  (export respond responses)
  (import (ouro base) (genome policy commands) (genome turn reply) (genome turn converse)
          (genome turn pattern) (genome turn arithmetic) (genome turn recall) (genome turn notes)
          (genome turn lists) (genome turn tasks) (genome turn teaching))
  (begin

    ;; Taught rules may mean other words; so deep they may lead from one to the next.
    (define deepest 5)

    (define (respond context)
      "The response to the text of a context: {:state :answer}. What was taught comes first, then the rules, then sums; if nothing fits, a model, and without one an honest answer."
      (cond ((string-null? (string-join (words-of (:text context))))
             (reply context "Say something, or: help"))
            ((taught-rule context) => (lambda (rule) (follow rule context)))
            ((fitting-response (:text context))
             => (lambda (found) ((:do (car found)) (cdr found) context)))
            ((sum-in (:text context)) => (lambda (sum) (answer-sum sum context)))
            (else (converse context admit))))

    (define (follow rule context)
      (cond ((contains-key? rule :say) (reply context (:say rule)))
            ((>= (:depth context) deepest)
             (reply context "What you taught me leads round in a circle. Say: rules"))
            (else (respond (merge context {:text (:do rule) :depth (+ 1 (:depth context))})))))

    (define (fitting-response text)
      (any (lambda (response)
             (let ((captured (match-any (:say response) text)))
               (and captured (cons response captured))))
           (->list responses)))

    (define (greet captured context)
      (reply context "Hello. Say help to see what I can do."))

    (define (help captured context)
      (reply context (help-text)))

    (define (status captured context)
      (let ((state (:state context)))
        (reply context
          (string-join
            (list (count-text (length (all-notes)) "note") (count-text (length (list-names)) "list")
                  (count-text (size (get state :tasks [])) "task")
                  (count-text (size (get state :rules [])) "taught rule")
                  (string-append "Lately about: " (or-none (keys (get state :topics {}))))
                  (string-append "My genome's last changes: " (or-none (history))))
            "\n"))))

    (define (count-text count noun)
      (string-append (number->string count) " " noun (if (= count 1) "" "s")))

    (define (or-none texts)
      (if (null? texts) "nothing yet" (string-join texts "; ")))

    (define (sum-in text)
      (let ((captured (match-any ["what is ?sum" "what's ?sum" "how much is ?sum" "calculate ?sum"
                                  "compute ?sum" "?sum"]
                                 text)))
        (and captured
             (let ((sum (plain (string-replace-all (:sum captured) "=" ""))))
               (guard (raised ((and (condition? raised)
                                    (eq? (condition-code raised) :division-by-zero))
                               (condition-message raised)))
                 (let ((value (compute sum))) (and value (number-text value))))))))

    (define (answer-sum sum context)
      (reply context sum))

    (define (admit context)
      (let ((near (nearest-command (car (words-of (:text context))))))
        (reply context
          (string-append "I can't do that without a model, and none is configured."
                         (if near (string-append " Did you mean " near "?") "")
                         " Say help to see what I can do by myself."))))

    (define responses
      "The rules: {:say patterns :do (procedure captured context)}. The first whose pattern fits responds."
      [{:say ["help" "help me" "?" "what can you do"] :do help}
       {:say ["status" "how are you"] :do status}
       {:say ["hello" "hi" "hey" "good morning" "good evening" "hello ?name" "hi ?name"] :do greet}
       {:say ["when I say ?when, say ?say" "if I say ?when, say ?say"] :do teach-answer}
       {:say ["when I say ?when, do ?do" "if I say ?when, do ?do"] :do teach-action}
       {:say ["rules" "show rules" "what did I teach you"] :do show-rules}
       {:say ["unlearn ?when"] :do unlearn}
       {:say ["remember that ?note" "remember ?note" "note ?note"] :do remember}
       {:say ["what do you know about ?topic" "what do you remember about ?topic" "recall ?topic"]
        :do recall}
       {:say ["notes" "show notes" "what do you know"] :do list-notes}
       {:say ["lists" "show lists"] :do show-lists}
       {:say ["add ?item to ?list" "put ?item on ?list"] :do add-item}
       {:say ["remove ?item from ?list" "take ?item off ?list"] :do remove-item}
       {:say ["task: ?task, urgent" "urgent task: ?task"] :do add-urgent-task}
       {:say ["task: ?task" "add task ?task" "remind me to ?task"] :do add-task}
       {:say ["tasks" "show tasks" "reminders" "what next"] :do show-tasks}
       {:say ["done ?task" "finished ?task"] :do finish-task}
       {:say ["show ?list" "what is on ?list"] :do show-list}
       {:say ["forget about ?topic" "forget that ?topic" "forget ?topic"] :do forget}])))
