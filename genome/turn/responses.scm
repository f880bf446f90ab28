; What the responder understands: rules as data, tried in order. The first whose pattern fits responds.
(define-library (genome turn responses)
  (export responses)
  (import (ouro base) (genome policy commands) (genome turn reply) (genome turn recall)
          (genome turn notes) (genome turn lists) (genome turn tasks) (genome turn teaching)
          (genome turn planning) (genome turn reminders) (genome turn zones)
          (genome turn session) (genome turn skills) (genome turn settings) (genome turn tools)
          (genome turn talk) (genome turn open))
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

    (define requests
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
        :do teach-answer}
       {:say ["when I say ?when, answer ?say"] :do teach-answer :open nothing}
       {:say ["when I say ?when, do ?do" "if I say ?when, do ?do"] :do teach-action}
       {:say ["rules" "show rules" "what did I teach you"] :do show-rules}
       {:say ["unlearn ?when"] :do unlearn}
       {:say ["my time zone is ?zone" "my timezone is ?zone" "set my time zone to ?zone"
              "set time zone to ?zone" "set timezone to ?zone" "set my timezone to ?zone"
              "time zone ?zone" "timezone ?zone" "I am in the time zone ?zone"]
        :do set-zone}
       {:say ["what is my time zone" "what's my time zone" "which time zone am I in" "time zone"
              "timezone" "my time zone"]
        :do tell-zone}
       {:say ["what time is it" "what time is it now" "what is the time" "what's the time" "time"
              "how late is it" "the time" "what time it is"]
        :do tell-time}
       {:say ["what time is it in ?place"
              "what is the time in ?place"
              "what's the time in ?place"
              "time in ?place"]
        :do tell-time-in}
       {:say ["what day is it" "what day is today" "what day is it today" "what is the date"
              "what's the date" "what date is it" "what is today's date" "what is the date today"
              "date" "today"]
        :do tell-day}
       {:say ["reminders" "show reminders" "show my reminders" "show me my reminders"
              "list my reminders" "my reminders" "list reminders" "what are my reminders"
              "which reminders do I have" "what is planned" "schedule" "agenda"]
        :do show-reminders}
       {:say ["cancel all reminders" "delete all my reminders" "cancel all my reminders"
              "cancel my reminders" "cancel all" "delete all reminders" "cancel everything"
              "remove all reminders" "clear reminders" "clear all reminders"]
        :do cancel-all
        :careful #t}
       {:say ["cancel reminder ?which" "cancel the reminder ?which" "delete reminder ?which"
              "remove reminder ?which" "cancel job ?which"
              "stop reminding me to ?which" "stop reminding me of ?which"
              "stop reminding me about ?which" "don't remind me to ?which"]
        :do cancel-entry}
       {:say ["cancel ?which"] :do cancel-entry :open anything}
       {:say ["do ?what every ?each"]
        :do (lambda (captured context)
              (plan-message {:when (string-append "every " (:each captured)) :what (:what captured)}
                            context))}
       {:say ["wake me up ?when" "wake me ?when" "set an alarm for ?when" "set an alarm ?when"
              "alarm ?when" "alarm for ?when"]
        :do wake}
       {:say ["snooze" "snooze ?span" "snooze for ?span" "remind me again in ?span"
              "again in ?span"]
        :do snooze
        :open anything}
       {:say ["set a timer for ?span" "timer for ?span" "start a timer for ?span" "timer ?span"
              "set timer for ?span" "set a ?span timer"]
        :do set-timer}
       {:say ["set a reminder for ?what"
              "set reminder for ?what"
              "make a reminder ?what"
              "create a reminder ?what"]
        :do remind}
       {:say ["remind me ?what"] :do remind :open anything}
       {:say ["don't forget to ?what" "set a reminder ?what"
              "set reminder ?what" "remember to ?what" "reminder: ?what"]
        :do remind}
       {:say ["?when remind me to ?what" "?when remind me that ?what" "?when remind me of ?what"
              "?when remind me about ?what" "?when remind me ?what"]
        :do remind-when}
       {:say ["every ?when, do ?what" "every ?when do ?what" "each ?when do ?what"]
        :do (lambda (captured context)
              (plan-message (update captured :when (lambda (when) (string-append "every " when)))
                            context))}
       {:say ["at ?when do ?what" "at ?when, do ?what"]
        :do (lambda (captured context)
              (plan-message (update captured :when (lambda (when) (string-append "at " when)))
                            context))}
       {:say ["in ?when do ?what" "in ?when, do ?what"]
        :do (lambda (captured context)
              (plan-message (update captured :when (lambda (when) (string-append "in " when)))
                            context))}
       {:say ["remember that ?note" "note that ?note" "note to self: ?note"
              "don't forget that ?note" "keep in mind that ?note"]
        :do remember}
       {:say ["remember ?note" "don't forget: ?note"] :do remember :open no-question}
       {:say ["note ?note" "save: ?note"] :do remember :open announced}
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
       {:say ["plan: ?step"] :do note-plan :open announced}
       {:say ["we decided to ?decision" "we decided that ?decision"] :do note-decision}
       {:say ["decision: ?decision" "decided: ?decision"] :do note-decision :open announced}
       {:say ["file: ?file"] :do note-file :open announced}
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
        :do list-the-files}
       {:say ["read file ?file" "read the file ?file" "show file ?file" "show the file ?file"
              "open file ?file"]
        :do read-a-file}
       {:say ["cat ?file"] :do read-a-file :open a-file}
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
      (into small-talk requests))))
