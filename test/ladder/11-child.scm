; Rung 11, a child: work is handed on with a part of one's authority.
;
; A child is a cell of its own with a task. It may do what its parent names and nothing else, whatever the manifest
; grants to the library that it runs; and it cannot hand on more than it has. The parent waits for its answer, which
; comes in a box labelled child.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder child))
  (turn (ladder child))
  (grants (grant (ladder child) (store/get) (store/put!) (swarm/spawn) (swarm/await))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder child)
  (export handle-turn)
  (import (ouro base) (ouro authority) (port store) (port swarm))
  (begin

    (define (handle-turn input state)
      "Keeps a price, or sends a child to look at it; the child does its task."
      {:state state
       :answer (match (string-split (:text input) " ")
                 (("keep" price) (store/put! "price" (string->number price)) "kept")
                 (("ask") (asked '("store/get")))
                 (("trust") (asked '("store/get" "store/put!")))
                 (else (look-and-change)))})

    (define (asked operations)
      (let ((child (swarm/spawn "look at the price, and halve it" operations)))
        (:answer (reveal (swarm/await (:child child))))))

    ;; What the child does: reading is always handed on, writing is not.
    (define (look-and-change)
      (let ((price (:value (reveal (store/get "price")))))
        (guard (refused ((eq? (condition-code refused) :not-granted)
                         (string-append (number->string price) ", and I may not change it")))
          (store/put! "price" (quotient price 2))
          (string-append (number->string price) ", and now half of it"))))))

(script
  (send "shop" "keep 80" => "kept")
  (send "shop" "ask" => "80, and I may not change it")
  (send "shop" "trust" => "80, and now half of it")
  (send "shop" "ask" => "40, and I may not change it"))
