; Rung 12, a labelled page: who reads what a stranger wrote, does not act on it unasked.
;
; A turn that reveals a box carries its labels from there to its end. A sink, here a message to a person, declares
; which labels it accepts; for anything above, a person is asked about exactly these words. So it does not matter
; whether a model or a program obeys what a page says. What the turn keeps after reading is labelled too, and other
; cells and later turns stay as trusted as they were. Reading apart, by quarantined, leaves even this turn trusted.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder labels))
  (turn (ladder labels))
  (grants (grant (ladder labels) (tool-runtime/fetch) (baseband/send!))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder labels)
  (export handle-turn)
  (import (ouro base) (ouro authority) (port tool-runtime) (port baseband))
  (begin

    (define (handle-turn input state)
      "Tells a text, or what a page says, or has a page read apart and tells only that it was."
      (match (string-split (:text input) " ")
        (("page" url) (told (:text (reveal (tool-runtime/fetch url))) state))
        (("apart" url)
         (let ((size (quarantined size-of (tool-runtime/fetch url))))
           (merge (told "a page was read" state) {:state (put state :size size)})))
        (("size")
         {:state state :answer (number->string (reveal (:size state)))})
        (words (told (string-join words " ") state))))

    (define (told text state)
      {:state state
       :answer (guard (refused ((eq? (condition-code refused) :effect-denied) "a person said no"))
                 (baseband/send! "repl/local/terminal" text)
                 "told")})

    (define (size-of page)
      (string-length (:text (reveal page))))))

(script
  (send "desk" "page https://forum.example/thread" deny => "a person said no")
  (send "desk" "good morning" => "told")
  (send "desk" "page https://weather.example/berlin" approve => "told")
  (send "desk" "apart https://forum.example/thread" => "told")
  (send "desk" "size" => "58")
  (sent "good morning" "rain until noon" "a page was read"))
