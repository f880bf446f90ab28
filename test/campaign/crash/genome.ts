// The genome of the campaigns: a turn does the acts that its input names, one after the other, and tells what came of each.
import type { GenomeFiles } from "../../../ports/port.js";

const MANIFEST = `(manifest (version 1)
  (libraries (genome policy effects) (genome turn count) (genome turn turn))
  (turn (genome turn turn))
  (grants
    (grant (genome turn turn)
      (tool-runtime/look) (tool-runtime/page) (tool-runtime/bump!) (tool-runtime/submit!) (tool-runtime/send!) (tool-runtime/break)
      (tool-runtime/spend! (budget {:tokens 1000000000 :per :day})) (tool-runtime/question!)
      (store/put!) (store/delete!) (store/blob-put!) (baseband/send!) (swarm/spawn)))
  (budgets (turn {:steps 900000000000 :milliseconds 600000})))`;

const EFFECTS = `(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin
    (define (decide-effect request)
      "Allows all; a person decides on questions."
      (if (equal? (get request :operation) "tool-runtime/question!")
          {:decision :ask :rule "questions" :reason "a person decides"}
          {:decision :allow :rule "campaign" :reason "the campaign wants it"}))))`;

const COUNT = `(define-library (genome turn count)
  (export next)
  (import (ouro base))
  (begin
    (define (next n)
      "The number after n."
      (+ n 1))))`;

const TURN = `(define-library (genome turn turn)
  (export handle-turn)
  (import (ouro base) (ouro authority) (genome turn count) (port tool-runtime) (port store) (port baseband) (port swarm))
  (begin
    (define (handle-turn input state)
      "Does the acts of the input in order, and asks to be woken as often as it is to; the state counts turns and holds the last input, whatever is read, and what it was woken by."
      (let* ((id (get input :id)) (acts (get input :data '()))
             (state (keep (put (put state :turns (next (get state :turns 0))) :last id))))
        (if (eq? (get input :kind) :forever) (if (null? acts) (dwell) (quarantined dwell-on id)))
        (let loop ((acts acts) (place 0) (results '()) (timers '()))
          (if (null? acts)
              {:state (put state :text (get input :text)) :answer (reverse results) :timers timers}
              (let ((label (string-append id "/" (number->string place))))
                (loop (cdr acts) (+ place 1) (cons (tried (car acts) label) results)
                  (if (eq? (car acts) :wake) (cons {:id label :after 20 :text "woken"} timers) timers)))))))
    (define (dwell)
      "Never ends."
      (let loop () (loop)))
    (define (dwell-on label)
      "Reads a page, and never ends."
      (tried :read label)
      (dwell))
    (define (glance label)
      "What a page counts."
      (get (reveal (tool-runtime/page label)) :count))
    (define (study label)
      "The same, after long thought."
      (let ((count (glance label)))
        (let loop ((i 0)) (if (< i 20000) (loop (+ i 1)) count))))
    (define (tried act label)
      "What came of one act; if it failed, the failure's code."
      (guard (e (#t (condition-code e))) (act! act label)))
    (define (act! act label)
      "What came of one act."
      (case act
        ((:look) (get (tool-runtime/look label) :count))
        ((:read) (glance label))
        ((:glance) (quarantined glance label))
        ((:study) (quarantined study label))
        ((:misplace) (tool-runtime/bump! (quarantined glance label)))
        ((:bump) (get (tool-runtime/bump! label) :count))
        ((:submit) (get (tool-runtime/submit! label) :count))
        ((:send) (guard (e ((eq? (condition-code e) :outcome-unknown) :unknown)) (get (tool-runtime/send! label) :count)))
        ((:break) (tool-runtime/break label))
        ((:spend) (get (tool-runtime/spend! label) :count))
        ((:question) (get (tool-runtime/question! label) :count))
        ((:put) (get (store/put! label "value") :version))
        ((:big) (get (store/put! label (make-string 40000 #\\x)) :version))
        ((:delete) (get (store/delete! label) :deleted))
        ((:blob) (get (store/blob-put! (string->utf8 label)) :size))
        ((:wire) (get (baseband/send! "wire/campaign/room" label) :id))
        ((:post) (get (baseband/send! "post/campaign/room" label) :id))
        ((:spawn) (get (swarm/spawn label '#()) :child))
        ((:burn) (let loop ((i 0)) (if (< i 3000) (loop (+ i 1)) i)))
        (else :nothing)))))`;

/** The genome's files; another `step` is another genome, whose turns count in such steps. */
export function campaignGenome(step = 1): GenomeFiles {
  return {
    "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/count.scm": COUNT.replace("(+ n 1)", `(+ n ${step})`), "turn/turn.scm": TURN,
  };
}

/** The acts that an input may name, each as often as it should come. A big one is more than a row of the journal holds. */
export const ACTS = [
  "look", "read", "glance", "study", "study", "misplace", "bump", "bump", "bump", "submit", "submit", "send", "send", "break", "spend", "spend", "question", "put", "put", "big", "delete", "blob", "wire", "post", "spawn", "wake", "burn",
] as const;
