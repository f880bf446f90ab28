; Rung 3, a blob: the first effect, which takes a grant and a rule.
;
; A turn does nothing outside by itself: it asks a port. (port store) gives a library the procedures of the store,
; and each call is checked on its way: the manifest must grant the operation to this library, and the effect policy
; must allow it. What neither names is refused. Then the intent is written down, the port runs, its receipt is
; written down, and the turn goes on. After a crash it runs again and is answered by its receipts.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder blob))
  (turn (ladder blob))
  (grants
    (grant (ladder blob)
      (store/blob-put! (budget {:bytes 1000 :per :day}))
      (store/blob-get))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder blob)
  (export handle-turn)
  (import (ouro base) (port store))
  (begin

    (define (handle-turn input state)
      "Keeps the text of the message as bytes, or shows what was kept last. The state holds only its hash."
      (if (equal? (:text input) "show")
          {:state state :answer (utf8->string (:bytes (store/blob-get (:hash state))))}
          (let ((kept (store/blob-put! (string->utf8 (:text input)))))
            {:state {:hash (:hash kept)}
             :answer (string-append (number->string (:size kept)) " bytes")})))))

(script
  (send "attic" "an old letter" => "13 bytes")
  (send "attic" "show" => "an old letter")
  (send "attic" "a photograph" => "12 bytes")
  (send "attic" "show" => "a photograph"))
