; Small talk: greetings, thanks and questions about the agent itself, as data.
(define-library (genome turn talk)
  (export small-talk)
  (import (ouro base) (genome turn reply) (genome turn open))
  (begin

    (define (saying text)
      (lambda (captured context) (reply context text)))

    (define small-talk
      "Rules as those of responses.scm, whose answers are always the same."
      [{:say ["hello" "hi" "hey" "hallo" "moin" "servus" "hello there" "good morning"
              "good afternoon" "good evening" "good day" "guten tag" "guten morgen"]
        :do (saying "Hello. Say help to see what I can do.")
        :open no-talk}
       {:say ["hello ?name" "hi ?name" "hey ?name"]
        :do (saying "Hello. Say help to see what I can do.")
        :open brief}
       {:say ["thanks ?more" "thank you ?more"] :do (saying "You're welcome.") :open brief}
       {:say ["sorry ?more"] :do (saying "No harm done.") :open brief}
       {:say ["see you ?more" "bye ?more"]
        :do (saying "Goodbye. What you told me to remember stays remembered.")
        :open brief}
       {:say ["thanks" "thank you" "thx" "ty" "danke" "cheers"
              "great" "nice" "perfect" "cool" "well done" "good job"]
        :do (saying "You're welcome.")
        :open no-talk}
       {:say ["ok" "okay" "k" "yes" "no" "sure" "alright" "all right" "fine" "got it" "never mind"
              "nevermind"]
        :do (saying "All right.")
        :open no-talk}
       {:say ["bye" "goodbye" "good bye" "see you" "tschüss" "ciao"]
        :do (saying "Goodbye. What you told me to remember stays remembered.")
        :open no-talk}
       {:say ["nice to meet you" "pleased to meet you" "welcome"]
        :do (saying "Nice to meet you too.")
        :open no-talk}
       {:say ["sorry"] :do (saying "No harm done.") :open no-talk}
       {:say ["are you there" "you there" "ping" "test" "testing"] :do (saying "I am here.")}
       {:say ["who are you" "what are you" "what is your name" "what's your name" "whats your name"
              "are you a bot" "are you human" "are you a person" "are you an AI"
              "introduce yourself"]
        :do (saying "I am Ouro, an agent that runs on your own machine. I keep notes, lists, tasks and reminders, and learn answers that you teach me. Say help to see how.")}
       {:say ["are you a model" "which model are you" "what model are you" "do you have a model"
              "how do I add a model" "how can I add a model" "add a model"]
        :do (saying "What I answer here comes from rules, without any model. To add one: ouro model")}])))
