; Rung 1, a counter: what a cell knows from one message to the next is its state.
;
; A genome is a manifest and some libraries. The manifest names the libraries in the order in which they are
; loaded, and the one that handles turns. A message wakes a cell, here "kitchen" or "cellar"; its turn is one call
; of handle-turn with the input and the cell's state, and answers the next state and an answer. Both are committed
; together, or neither is: kill the process wherever you like, no message is lost and none counts twice.
(manifest
  (version 1)
  (libraries (ladder counter))
  (turn (ladder counter)))

(define-library (ladder counter)
  (export handle-turn)
  (import (ouro base))
  (begin

    (define (handle-turn input state)
      "Adds the number in the message to the cell's count."
      (let ((count (+ (get state :count 0) (string->number (:text input)))))
        {:state {:count count} :answer (number->string count)}))))

;; What a person sends to which cell, and what comes back. Each cell has a state of its own.
(script
  (send "kitchen" "2" => "2")
  (send "kitchen" "3" => "5")
  (send "cellar" "10" => "10")
  (send "kitchen" "-1" => "4"))
