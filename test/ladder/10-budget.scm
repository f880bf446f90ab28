; Rung 10, a budget: how much may be done, and what happens when it is used up.
;
; A grant may carry a budget of calls, bytes, tokens, money or milliseconds, in all or in each turn, hour or day.
; What an effect may cost is reserved before it runs, so that many turns at once never spend more than there is, and
; settled when its receipt comes. Above the budget the turn gets the condition :budget-exceeded.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder budget))
  (turn (ladder budget))
  (grants (grant (ladder budget) (store/put! (budget {:calls 2 :per :day})))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder budget)
  (export handle-turn)
  (import (ouro base) (port store))
  (begin

    (define (handle-turn input state)
      "Prints the page that the message names, as long as there is paper."
      {:state state
       :answer (guard (spent ((eq? (condition-code spent) :budget-exceeded) "no more paper today"))
                 (store/put! (:text input) "printed")
                 "printed")})))

(script
  (send "office" "page-1" => "printed")
  (send "lobby" "page-2" => "printed")
  (send "office" "page-3" => "no more paper today")
  (pass 1 days)
  (send "office" "page-3" => "printed"))
