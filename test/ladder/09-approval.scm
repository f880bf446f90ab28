; Rung 9, an approval: the policy may say :ask, and then a person decides.
;
; The turn waits, for as long as it takes and over restarts; its cell takes no other message meanwhile, and all
; other cells go on. A person's word releases this one effect with exactly these parameters, once. Who is refused
; gets a condition like any other and can go on without.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder approval))
  (turn (ladder approval))
  (grants (grant (ladder approval) (store/put!))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Small payments are allowed, and a person is asked about large ones."
      (if (<= (get-in effect [:parameters :value]) 100)
          {:decision :allow :rule "small" :reason "Up to 100 nobody is asked."}
          {:decision :ask :rule "large" :reason "Above 100 a person decides."}))))

(define-library (ladder approval)
  (export handle-turn)
  (import (ouro base) (port store))
  (begin

    (define (handle-turn input state)
      "Pays the sum in the message to whom it names, if that is allowed."
      (match (string-split (:text input) " ")
        ((whom sum)
         {:state state
          :answer (guard (refused ((eq? (condition-code refused) :effect-denied)
                                   (string-append whom " gets nothing")))
                    (store/put! (string-append "paid/" whom) (string->number sum))
                    (string-append whom " has " sum))})))))

(script
  (send "till" "baker 12" => "baker has 12")
  (send "till" "builder 800" approve => "builder has 800")
  (send "till" "stranger 900" deny => "stranger gets nothing"))
