; Rung 8, a safe upgrade: the genome changes, and what cells know goes along.
;
; The guest book below counts visits. The one after (upgrade) counts them by guest, which is another shape of state.
; Its migrate makes the one of the other, once for each cell, before the cell's first turn on the new genome. It is
; pure, journaled with a hash of what it made, and if it fails the cell waits for a person with its state untouched.
; A turn under way ends on the genome it began with.
(manifest
  (version 1)
  (libraries (ladder upgrade))
  (turn (ladder upgrade)))

(define-library (ladder upgrade)
  (export handle-turn)
  (import (ouro base))
  (begin

    (define (handle-turn input state)
      "Counts visits."
      (let ((visits (+ 1 (get state :visits 0))))
        {:state {:visits visits} :answer (number->string visits)}))))

(upgrade)

(define-library (ladder upgrade)
  (export handle-turn migrate)
  (import (ouro base))
  (begin

    (define (handle-turn input state)
      "Counts visits by guest."
      (let* ((state (update-in state [:guests (:text input)] (lambda (visits) (+ 1 visits)) 0))
             (guests (:guests state)))
        {:state state
         :answer (string-join (map (lambda (guest)
                                     (string-append guest " " (number->string (get guests guest))))
                                   (keys guests))
                              ", ")}))

    (define (migrate state)
      "Visits counted before are those of somebody. A state that has its guests already is as it should be."
      (if (contains-key? state :guests)
          state
          {:guests {"somebody" (:visits state)}}))))

(script
  (send "hall" "Ada" => "1")
  (send "hall" "Bob" => "2")
  (upgrade)
  (send "hall" "Ada" => "somebody 2, Ada 1")
  (send "attic" "Eve" => "Eve 1")
  (send "hall" "Ada" => "somebody 2, Ada 2"))
