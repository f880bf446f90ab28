; What the responder understands: rules as data, tried in order. The first whose pattern fits responds.
(define-library (genome turn responses)
  (export responses)
  (import (ouro base) (genome policy commands) (genome turn reply) (genome turn recall)
          (genome turn notes) (genome turn lists) (genome turn tasks) (genome turn teaching)
          (genome turn timely) (genome turn session) (genome turn skills) (genome turn settings)
          (genome turn tools) (genome turn sending) (genome turn talk) (genome turn open))
  (begin

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

    (define (forget-nothing captured context)
      (reply context
             "I forget only what you name, and show what it was. Say for example: forget the door code"))

    (define about-itself
      [{:say ["help" "help me" "?" "what can you do" "what can I say" "what do you do" "commands"
              "how does this work" "what can I ask"]
        :do help}
       {:say ["status"] :do status}
       {:say ["how are you" "how are you doing" "how's it going"]
        :do (lambda (captured context)
              (update (status captured context)
                      :answer (lambda (text) (string-append "I am well. I hold:\n" text))))}
       {:say ["when I say ?when, say ?say"
              "if I say ?when, say ?say"]
        :do teach-answer
        :open plain-parts}
       {:say ["when I say ?when, answer ?say"] :do teach-answer :open nothing}
       {:say ["when I say ?when, do ?do" "if I say ?when, do ?do"] :do teach-action}
       {:say ["rules" "show rules" "what did I teach you"] :do show-rules}
       {:say ["unlearn ?when"] :do unlearn}])

    (define requests
      [{:say ["remember that ?note" "note to self: ?note"
              "don't forget that ?note" "keep in mind that ?note"]
        :do remember}
       {:say ["note that ?note"] :do remember :open of-itself}
       {:say ["remember ?note" "don't forget: ?note"] :do remember :open no-question}
       {:say ["note ?note" "save: ?note"]
        :do remember
        :open (lambda (captured context)
                (and (announced captured context) (of-itself captured context)))}
       {:say ["what do you know about me" "notes" "show notes" "show my notes" "my notes"
              "list notes" "list my notes" "show me my notes" "show me the notes" "all notes"
              "show all notes" "what do you know" "what do you remember" "what did I tell you"
              "what did I ask you to remember" "what are my notes"]
        :do list-notes}
       {:say ["what do you know about ?topic" "what do you remember about ?topic" "recall ?topic"
              "search ?topic" "find ?topic" "what did I tell you about ?topic"
              "what did I say about ?topic" "tell me about ?topic"]
        :do recall
        :open anything}
       {:say ["lists" "show lists" "show my lists" "my lists" "which lists do I have"]
        :do show-lists}
       {:say ["the goal is ?goal" "our goal is ?goal"] :do note-goal}
       {:say ["goal: ?goal"] :do note-goal :open announced}
       {:say ["plan: ?step"] :do note-plan :open a-step}
       {:say ["we decided to ?decision" "we decided that ?decision"] :do note-decision}
       {:say ["decision: ?decision" "decided: ?decision"] :do note-decision :open announced}
       {:say ["file: ?file"] :do note-file :open announced}
       {:say ["check off ?item from ?list" "check off ?item on ?list" "check ?item off ?list"
              "cross off ?item from ?list" "cross ?item off ?list" "tick off ?item from ?list"
              "tick ?item off ?list"]
        :do remove-item
        :open a-known-list}
       {:say ["check off ?item" "check ?item off" "cross off ?item" "cross ?item off"
              "tick off ?item" "tick ?item off"]
        :do check-off
        :open anything}
       {:say ["check: ?check"] :do note-check :open announced}
       {:say ["blocked by ?blocker"] :do note-blocker}
       {:say ["blocker: ?blocker"] :do note-blocker :open announced}
       {:say ["no longer blocked by ?blocker"] :do clear-blocker}
       {:say ["unblocked: ?blocker"] :do clear-blocker :open announced}
       {:say ["working set" "session" "where were we" "what are we doing" "goal" "plan" "show plan"]
        :do show-work}
       {:say ["models" "show models" "which models are there"] :do set-model}
       {:say ["new session" "start over" "new conversation"] :do new-session}
       {:say ["skills" "show skills" "which skills do you have"]
        :do show-skills}
       {:say ["show skill ?name"] :do show-skills}
       {:say ["tools" "show tools" "which tools do you have"] :do show-tools}
       {:say ["files" "list files" "show files" "show my files" "which files are there"]
        :do list-the-files}
       {:say ["list files in ?folder" "show files in ?folder" "files in ?folder"]
        :do list-the-files
        :open one-word}
       {:say ["read file ?file" "read the file ?file" "show file ?file" "show the file ?file"
              "open file ?file"]
        :do read-a-file}
       {:say ["cat ?file"] :do read-a-file :open a-file}
       {:say ["send me the file ?file" "send me file ?file" "send the file ?file"
              "send file ?file" "give me the file ?file"]
        :do send-a-file
        :open a-file}
       {:say ["send me ?file" "send ?file"]
        :do (lambda (captured context)
              (and (a-file captured context) (send-a-file captured context)))
        :open a-file}
       {:say ["fetch ?url" "get page ?url" "read page ?url" "open page ?url"]
        :do fetch-a-page
        :open a-page}
       {:say ["add urgent task ?task"] :do add-urgent-task}
       {:say ["task: ?task, urgent" "urgent task: ?task" "urgent: ?task"]
        :do add-urgent-task
        :open announced}
       {:say ["add task ?task" "add a task ?task" "new task: ?task"] :do add-task}
       {:say ["task: ?task" "todo: ?task"] :do add-task :open announced}
       {:say ["tasks" "show tasks" "show my tasks" "what are my tasks" "which tasks do I have"
              "my tasks" "todos" "todo" "what next" "what is next" "what should I do"
              "how many tasks do I have" "show me my tasks" "list tasks" "list my tasks"
              "what do I have to do"]
        :do show-tasks}
       {:say ["done ?task" "finished ?task" "done with ?task" "I did ?task" "done: ?task"]
        :do finish-task
        :open anything}
       {:say ["make a list called ?list" "create a list called ?list"
              "make a list named ?list" "create a list named ?list"
              "start a list called ?list" "make a new list called ?list"
              "create a new list called ?list"
              "new list called ?list" "make a new list ?list" "create a new list ?list"
              "start a new list ?list" "new list ?list" "new list: ?list"]
        :do make-list-named
        :open a-list}
       {:say ["add ?item to ?list" "put ?item on ?list" "put ?item in ?list" "add ?item on ?list"]
        :do add-item
        :open a-list}
       {:say ["remove ?item from ?list"
              "take ?item off ?list"
              "delete ?item from ?list"
              "take ?item from ?list"]
        :do remove-item
        :open anything}
       {:say ["clear ?list" "empty ?list" "delete ?list" "delete list ?list" "remove list ?list"]
        :do clear-list
        :careful #t
        :open a-known-list}
       {:say ["show me ?list" "show ?list" "what is on ?list" "what's on ?list" "whats on ?list"
              "list ?list"]
        :do show-list
        :open anything}
       {:say ["forget everything" "forget all" "forget all notes" "delete everything"]
        :do forget-nothing}
       {:say ["forget about ?topic" "forget that ?topic" "forget ?topic"]
        :do forget
        :careful #t
        :open anything}])

    (define responses
      "The rules: {:say patterns :do (procedure captured context)}, :careful where a slip of the finger must not be guessed, and :open, a predicate of open.scm, where the patterns also fit what a model should answer. A procedure that answers #f leaves the text to the next rule."
      (fold (lambda (more rules) (into rules more))
            small-talk
            (list about-itself timely requests)))))
