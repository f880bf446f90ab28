; What a response is made from and what it makes: a context in, the cell's next state and an answer out.
(define-library (genome turn reply)
  (export make-context reply reply-nothing reply-with now-of joined)
  (import (ouro base))
  (begin

    (define (make-context input state)
      "What every response gets: {:text :files :from :role :cell :time :state :depth}: a vector of the files that came with it, mostly in a box, or #f, the role :operator or :member, the conversation's cell, the time of the input in milliseconds."
      {:text (get input :text "") :from (get input :from "operator")
       :role (get input :role :operator)
       :files (get input :files #f)
       :cell (get input :cell "")
       :time (get input :time 0)
       :state state
       :depth 0})

    (define (reply context text)
      "The answer, with the state as it is."
      {:state (:state context) :answer text})

    (define (reply-nothing context text)
      "The answer, marked: nothing was found or done. Of an open pattern a model hears the text instead, if there is one."
      {:state (:state context) :answer text :nothing #t})

    (define (reply-with context changes text)
      "The answer, with these entries merged into the state."
      {:state (merge (:state context) changes) :answer text})

    (define (joined one other)
      "Two answers as one, a line between them; an empty one does not count."
      (cond ((equal? one "") other)
            ((equal? other "") one)
            (else (string-append one "\n" other))))

    (define (now-of context)
      "The number of this turn of the cell: the clock of what has no other."
      (get (:state context) :turns 0))))
