; What a person can say to the agent without a model: slash commands, and requests in words, each with its shape and its help.
(define-library (genome policy commands)
  (export commands help-text nearest-command command-named
          slash-commands find-command command-word operand-of may-say? command-help)
  (import (ouro base))
  (begin

    ;; :role who may say it, where an operator may say all; :scope what it is about, this conversation or the whole
    ;; home; :handler who does it: :native the host, which also works when this genome does not, else a handler of
    ;; (genome turn commands).
    (define slash-commands
      "Commands that begin with a slash, in the order in which /help shows them. None ever asks a model, but /btw and /steer pass on what follows them."
      [{:name "help" :role :member :scope :conversation :handler :help
        :say "/help [COMMAND]"
        :doc "what there is to say"}
       {:name "status" :role :member :scope :conversation :handler :native
        :say "/status"
        :doc "what runs, and how the agent does"}
       {:name "new" :role :member :scope :conversation :handler :new
        :say "/new"
        :doc "begins a new conversation: what was said before is left behind, what was noted is kept"}
       {:name "stop" :role :member :scope :conversation :handler :native
        :say "/stop [all]"
        :doc "ends what runs here, at once; an operator may end all"}
       {:name "steer" :role :member :scope :conversation :handler :native
        :say "/steer TEXT"
        :doc "ends what runs here, and goes on with TEXT before anything that waits"}
       {:name "btw" :role :member :scope :conversation :handler :native
        :say "/btw QUESTION"
        :doc "asks beside the way: what runs here goes on"}
       {:name "why" :role :member :scope :conversation :handler :native
        :say "/why [ID]"
        :doc "what happened to the last message, or to ID, and on what ground"}
       {:name "schedule" :role :member :scope :conversation :handler :schedule
        :say "/schedule [list|add …|test …|catch-up …|skip …|retry …|drop …]"
        :doc "what is planned, and plans more"}
       {:name "skill" :role :member :scope :conversation :handler :skill
        :say "/skill [list|NAME]"
        :doc "the skills that there are, or one of them"}
       {:name "model" :role :member :scope :conversation :handler :model
        :say "/model [NAME|auto]"
        :doc "which model answers here"}
       {:name "think" :role :member :scope :conversation :handler :think
        :say "/think [off|low|medium|high]"
        :doc "how long models think here"}
       {:name "approvals" :role :operator :scope :home :handler :native
        :say "/approvals"
        :doc "what waits for a person's word"}
       {:name "approve" :role :operator :scope :home :handler :native
        :say "/approve ID"
        :doc "lets one effect happen, once, or one change of the genome"}
       {:name "deny" :role :operator :scope :home :handler :native
        :say "/deny ID"
        :doc "refuses it"}
       {:name "undo" :role :operator :scope :home :handler :native
        :say "/undo [COMMIT]"
        :doc "takes the last change of the genome back, or that one"}
       {:name "evolve" :role :operator :scope :home :handler :native
        :say "/evolve [ROUNDS]"
        :doc "lets the agent try to improve itself, through its gates"}
       {:name "restart" :role :operator :scope :home :handler :native
        :say "/restart"
        :doc "begins anew what may have failed: this conversation, the genome, the channels"}])

    (define (find-command name)
      "The command of this name, or #f."
      (find (lambda (command) (equal? (:name command) name)) (->list slash-commands)))

    (define (command-word text)
      "The name in a text that begins as a slash command does, in small letters, or #f."
      (let* ((text (string-trim-both text)) (word (substring text 0 (word-end text))))
        (and (string-prefix? "/" word)
             (> (string-length word) 1)
             (every (lambda (char) (or (char-alphabetic? char) (char=? char #\-)))
                    (cdr (string->list word)))
             (string-downcase (substring word 1 (string-length word))))))

    (define (operand-of text)
      "What follows a slash command's name, without the space around it."
      (let ((text (string-trim-both text)))
        (string-trim-both (substring text (word-end text) (string-length text)))))

    (define (word-end text)
      (or (list-index char-whitespace? (string->list text)) (string-length text)))

    (define (may-say? command role)
      "Whether somebody of this role, :operator or :member, may say the command."
      (or (eq? role :operator) (eq? (:role command) :member)))

    (define (command-help role)
      "The slash commands that somebody of this role may say, one line each."
      (string-join (map (lambda (command) (string-append (:say command) " — " (:doc command)))
                        (filter (lambda (command) (may-say? command role)) (->list slash-commands)))
                   "\n"))

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
        :say "read file notes.txt · send me the file notes.txt · files · fetch https://example.org"
        :doc "uses my files, those that you send me, and pages that are open to me"}
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
                (list "For anything else add a model: ouro model"))
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
