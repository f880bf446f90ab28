; What a response is made from and what it makes: a context in, the cell's next state and an answer out.
(define-library (genome turn reply)
  (export make-context reply reply-nothing reply-with first-response now-of joined)
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
      "The answer, marked: nothing was found or done. Of an open pattern a model hears the text instead, if there is one, with the state under :nothing."
      {:state (:state context) :answer text :nothing (:state context)})

    (define (reply-with context changes text)
      "The answer, with these entries merged into the state."
      {:state (merge (:state context) changes) :answer text})

    (define (first-response ways context)
      "Of what each of a list of ways answers to the context, the first that is neither #f nor marked with :nothing; if there is none, one so marked, or #f. The state under that mark is that of all ways that come after, for what the turn has kept before it read cannot be undone."
      (let try ((ways ways) (context context) (none #f))
        (if (null? ways)
            none
            (let ((response ((car ways) context)))
              (cond ((not response) (try (cdr ways) context none))
                    ((contains-key? response :nothing)
                     (try (cdr ways) (put context :state (:nothing response)) response))
                    (else response))))))

    (define (joined one other)
      "Two answers as one, a line between them; an empty one does not count."
      (cond ((equal? one "") other)
            ((equal? other "") one)
            (else (string-append one "\n" other))))

    (define (now-of context)
      "The number of this turn of the cell: the clock of what has no other."
      (get (:state context) :turns 0))))
