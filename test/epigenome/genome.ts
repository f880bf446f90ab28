// A tiny genome for the world's tests: what a cell does is the form it is sent.
import type { GenomeFiles } from "../../ports/port.js";

const MANIFEST = `(manifest (version 1)
  (libraries (genome policy effects) (genome turn counter) (genome turn turn))
  (turn (genome turn turn))
  (grants
    (grant (genome turn turn)
      (store/read) (store/write! (when (not (equal? (:key request) "forbidden")))) (store/bump!) (store/send!) (store/submit!) (store/fail)
      (store/fetch) (store/guarded!) (store/limited (budget {:calls 3 :per :day})) (store/costly (budget {:tokens 100}))
      (store/expired (until "2020-01-01")) (store/question!)))
  (budgets (turn {:steps 900000000000 :milliseconds 20000})))`;

const EFFECTS = `(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin
    (define (decide-effect request)
      "Allows all but one key."
      (cond ((equal? (get (get request :parameters) :key) "denied") {:decision :deny :rule "no-denied" :reason "this key is denied"})
            ((equal? (get request :operation) "store/question!") {:decision :ask :rule "questions" :reason "a person decides"})
            ((equal? (get (get request :parameters) :key) "nothing") 5)
            (else {:decision :allow :rule "test" :reason "a test"})))))`;

const COUNTER = `;; Counts.
(define-library (genome turn counter)
  (export next)
  (import (ouro base))
  (begin
    ; One more, comment kept.
    (define (next n)
      "The number after n."
      (+ n 1))))`;

const TURN = `(define-library (genome turn turn)
  (export handle-turn)
  (import (ouro base) (genome turn counter) (port store) (ouro authority))
  (begin
    (define (handle-turn input state)
      "Does what the kind of the input says, and counts turns."
      (let ((count (next (get state :count 0))) (text (get input :text)))
        (define (answer value) {:state (put (put state :count count) :last text) :answer value})
        (case (get input :kind)
          ((:message) (answer (string-append text " " (number->string count))))
          ((:write) (answer (get (store/write! text "value") :version)))
          ((:quote) (answer (get (store/write! "quoted" (get input :data)) :version)))
          ((:bump) (store/bump! text) (store/bump! text) (store/bump! text) (answer count))
          ((:send) (store/send! text) (answer count))
          ((:submit) (store/submit! text) (answer count))
          ((:catch) (answer (guard (e (#t (condition-code e))) (store/write! text "value") :ok)))
          ((:unknown) (answer (guard (e ((eq? (condition-code e) :outcome-unknown) "unknown")) (store/send! text) "sent")))
          ((:burn) (let loop ((i 0)) (if (< i 3000000) (loop (+ i 1)) (answer i))))
          ((:deadly) (display "deadly") (let loop ((i 0)) (if (< i 1000) (loop (+ i 1)) (answer i))))
          ((:forever) (let loop () (loop)))
          ((:error) (error "it broke" text))
          ((:wake) (put (answer count) :timers (get input :data)))
          ((:timer) {:state (put state :woken (conj (get state :woken []) [(get input :timer) text])) :answer text})
          ((:bad) 5)
          ((:procedure) {:state {:f car} :answer "no"})
          (else ((operation-of (get input :kind)) answer text)))))
    (define (guarded!)
      (store/guarded!))
    (define (operation-of kind)
      (case kind
        ((:fail) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/fail)))))
        ((:limited) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/limited) :ok))))
        ((:costly) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/costly (string->number text)) :ok))))
        ((:expired) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/expired)))))
        ((:ungranted) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/ungranted)))))
        ((:guarded) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (quarantined guarded!) :ok))))
        ((:trusted) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/guarded!) :ok))))
        ((:question) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/question! text) :ok))))
        ((:schema) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/write! 5 "value")))))
        ((:live) (lambda (answer text) (answer (guard (e (#t (condition-code e))) (store/write! text car)))))
        ((:narrow)
         (lambda (answer text)
           (let ((write! (attenuate store/write! {:key '("a" "b") :budget {:calls 2}})))
             (answer (map (lambda (key) (guard (e (#t (condition-code e))) (write! key "value") :ok)) (list "a" "c" "b" "a"))))))))))`;

/** The genome's files, some of them replaced. */
export function testGenome(replaced: Partial<GenomeFiles> = {}): GenomeFiles {
  const files: Record<string, string> = { "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/counter.scm": COUNTER, "turn/turn.scm": TURN };
  return { ...files, ...(replaced as GenomeFiles) };
}
