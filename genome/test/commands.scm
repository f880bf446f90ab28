; Tests: slash commands: each has its handler, only who may say one is obeyed, and none asks a model.
(define-library (genome test commands)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome policy commands) (genome turn reply)
          (genome turn commands))
  (begin

    (define (answer text role state)
      (:answer (obey (make-context {:text text :role role} state))))

    (define-tests tests
      ("each command has a role, a scope and a handler, and each handler a command"
       (check (every (lambda (command)
                       (and (memq (:role command) '(:operator :member))
                            (memq (:scope command) '(:conversation :home))
                            (or (eq? (:handler command) :native)
                                (contains-key? handlers (:handler command)))
                            #t))
                     (->list slash-commands))
              => #t
              (every (lambda (handler)
                       (any (lambda (command) (eq? (:handler command) handler))
                            (->list slash-commands)))
                     (keys handlers))
              => #t))
      ("a command is a word after a slash, in whatever letters, and what follows is its operand"
       (check (command-word "  /Help me ") => "help"
              (command-word "/usr/bin") => #f
              (command-word "/") => #f
              (command-word "help") => #f
              (operand-of "/model  opus 4 ") => "opus 4"
              (operand-of "/model") => ""))
      ("an unknown command is refused with the nearest name"
       (check (answer "/hlep" :operator {}) => "There is no command /hlep. Did you mean /help? /help lists them."
              (answer "/quicksilver" :operator {}) => "There is no command /quicksilver. /help lists them."))
      ("a member is shown and obeyed what a member may say"
       (check (string-prefix? "/help" (answer "/help" :member {})) => #t
              (answer "/undo" :member {}) => "Only an operator may say /undo."
              (answer "/help undo" :operator {}) => "/undo [COMMIT]\ntakes the last change of the genome back, or that one"))
      ("a new conversation leaves behind what was said, and keeps what was written down"
       (let ((state (:state (obey (make-context {:text "/new"}
                                                {:talk [1] :topics {} :tasks [2] :turns 3})))))
         (check (contains-key? state :talk) => #f (:tasks state) => [2]))))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
