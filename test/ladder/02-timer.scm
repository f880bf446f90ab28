; Rung 2, a timer: a turn ends at once, and asks to be woken later.
;
; No turn sleeps. What handle-turn answers may hold :timers; each becomes an input of kind :timer when it is due,
; also if the process was not running then, and exactly once. A timer of the same :id in the same cell is replaced,
; and {:id … :cancel #t} takes it back. Time comes with the input: nothing in a turn looks at a clock.
(manifest
  (version 1)
  (libraries (ladder timer))
  (turn (ladder timer)))

(define-library (ladder timer)
  (export handle-turn)
  (import (ouro base))
  (begin

    (define (handle-turn input state)
      "Sets a timer of so many minutes, forgets it, or says what has rung."
      (case (:kind input)
        ((:timer)
         {:state (update state :rung (lambda (rung) (conj rung (:text input))) []) :answer ""})
        (else (asked (string-split (:text input) " ") state))))

    (define (asked words state)
      (match words
        (("set" what minutes)
         {:state state
          :answer (string-append what " rings in " minutes " minutes")
          :timers [{:id what :after (* 60000 (string->number minutes)) :text what}]})
        (("forget" what)
         {:state state
          :answer (string-append what " is forgotten")
          :timers [{:id what :cancel #t}]})
        (else
         {:state state :answer (string-join (->list (get state :rung [])) ", ")})))))

(script
  (send "kitchen" "set tea 3" => "tea rings in 3 minutes")
  (send "kitchen" "set bread 40" => "bread rings in 40 minutes")
  (send "kitchen" "set eggs 6" => "eggs rings in 6 minutes")
  (pass 5 minutes)
  (send "kitchen" "what rang" => "tea")
  (send "kitchen" "forget eggs" => "eggs is forgotten")
  (pass 1 hours)
  (send "kitchen" "what rang" => "tea, bread"))
