; Rung 5, an aggregator: messages that belong together are gathered, and what they make is kept once.
;
; Parts arrive one by one, in any order, some twice. The cell's state holds those that came; the part that makes
; the whole complete writes it to the store. A grant may say more than yes: here every key begins with "orders/".
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder aggregator))
  (turn (ladder aggregator))
  (grants
    (grant (ladder aggregator)
      (store/put! (when (string-prefix? "orders/" (:key request)))))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder aggregator)
  (export handle-turn)
  (import (ouro base) (port store))
  (begin

    (define (handle-turn input state)
      "Takes a part such as \"order-7 2/3 lamp\", and keeps the order when all of it is there."
      (match (string-split (:text input) " ")
        ((order place thing) (gathered order (string-split place "/") thing state))))

    (define (gathered order place thing state)
      (let* ((parts (put (get state order {}) (car place) thing))
             (missing (- (string->number (cadr place)) (size parts))))
        (if (= missing 0)
            {:state (remove-key state order)
             :answer (string-append "kept as version " (number->string (keep! order parts)))}
            {:state (put state order parts)
             :answer (string-append (number->string missing) " to come")})))

    (define (keep! order parts)
      (:version (store/put! (string-append "orders/" order) parts)))))

(script
  (send "shop" "order-7 2/3 lamp" => "2 to come")
  (send "shop" "order-8 1/1 rug" => "kept as version 1")
  (send "shop" "order-7 2/3 lamp" => "2 to come")
  (send "shop" "order-7 1/3 desk" => "1 to come")
  (send "shop" "order-7 3/3 chair" => "kept as version 2"))
