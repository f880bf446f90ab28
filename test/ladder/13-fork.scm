; Rung 13, a fork: another life from the same past.
;
; A fork is a second home that has the first one's journal up to an entry, and all that follows from it: the states
; of its cells, its timers and its store. From there each goes its own way, and neither knows of the other. So one
; tries what would have been, or goes back to before a mistake. The fork signs with a key of its own, and its journal
; says where it came from. A person makes one by ouro fork ENTRY DIRECTORY.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder fork))
  (turn (ladder fork))
  (grants (grant (ladder fork) (store/put!) (store/list))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder fork)
  (export handle-turn)
  (import (ouro base) (port store))
  (begin

    (define (handle-turn input state)
      "Plants what the message names, and says what grows: from the state how much, from the store what."
      (store/put! (string-append "beds/" (:text input)) #t)
      (let ((planted (+ 1 (get state :planted 0))))
        {:state {:planted planted}
         :answer (string-append (number->string planted)
                                ": "
                                (string-join (map bed-name
                                                  (->list (:entries (store/list :prefix "beds/"))))
                                             ", "))}))

    (define (bed-name entry)
      (string-copy (:key entry) 5))))

(script
  (send "garden" "roses" => "1: roses")
  (send "garden" "lilies" => "2: lilies, roses")
  (fork)
  (send "garden" "tulips" => "3: lilies, roses, tulips")
  (there "garden" "nettles" => "3: lilies, nettles, roses")
  (send "garden" "daisies" => "4: daisies, lilies, roses, tulips")
  (there "garden" "ivy" => "4: ivy, lilies, nettles, roses"))
