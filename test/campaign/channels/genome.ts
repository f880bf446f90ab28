// The genome of the campaign over channels: an answer tells the number of its turn within the conversation.
import { tinyPackage } from "../../frontends/tiny-genome.js";

/** Some answers take a while, so that kills fall into turns too. */
const TURN = `(define-library (genome turn turn) (export handle-turn)
  (import (ouro base) (ouro authority) (port store))
  (begin
    (define (handle-turn given state)
      "Counts its turns, stores the count, and answers with it and the text."
      (let* ((input (merge (reveal (get given :data {})) (remove-key given :data)))
             (state (keep (update state :turns (lambda (turns) (+ turns 1)) 0)))
             (turns (:turns state))
             (text (reveal (:text input))))
        (if (string-suffix? "slow" text) (spin 200000))
        (store/put! text turns)
        {:state state :answer (string-append (number->string turns) " " text)}))
    (define (spin n) (if (> n 0) (spin (- n 1))))))`;

export const campaignGenome = () => tinyPackage({
  "turn/turn.scm": TURN,
  "policy/effects.scm": `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin (define (decide-effect effect) "All is allowed." {:decision :allow :rule "test" :reason "a test"})))`,
  "manifest.scm": `(manifest (version 1)
  (libraries (genome policy effects) (genome policy echo) (genome turn turn))
  (turn (genome turn turn))
  (grants (grant (genome turn turn) (store/put!)))
  (budgets (turn {:milliseconds 600000})))`,
});
