// A genome as small as the host allows: it echoes, asks, and adopts what a person or a round proposes.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../house/sources.js";

const FILES: Readonly<Record<string, string>> = {
  "manifest.scm": `(manifest (version 1)
  (libraries (genome policy effects) (genome policy echo) (genome turn turn))
  (turn (genome turn turn))
  (grants (grant (genome turn turn)
    (store/get) (store/put!) (lineage/head) (lineage/propose!) (lineage/adopt!) (lineage/revert!) (lineage/drop!)
    (evolution/watch!) (evolution/probation) (evolution/settle!) (evolution/validate) (router/complete)))
  (budgets (turn {:milliseconds 60000})))`,
  "policy/effects.scm": `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin (define (decide-effect effect)
    "Storing asks a person; all else is allowed."
    (if (equal? (:operation effect) "store/put!")
        {:decision :ask :rule "storing" :reason "a person decides"}
        {:decision :allow :rule "test" :reason "a test"}))))`,
  "policy/echo.scm": `; How an answer is made of a text.
(define-library (genome policy echo)
  (export echo)
  (import (ouro base))
  (begin
    (define (echo text)
      "The text after a mark."   ; kept as it is
      (string-append "> " text))))`,
  "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn)
  (import (ouro base) (ouro authority) (genome policy echo) (port store) (port lineage) (port evolution) (port router))
  (begin
    (define (handle-turn given state)
      "Does what the kind says."
      (let ((input (merge (get given :data {}) (remove-key given :data))))
        (case (:kind input)
          ((:message) (merge {:state state :answer (answer-to (reveal (:text input)))}
                             (if (equal? (reveal (:text input)) "later") {:timers [{:id "tea" :after 5 :text "tea is ready"}]} {})))
          ((:timer) {:state state :answer (:text input)})
          ((:evolve) (reported state (evolve input)))
          ((:propose) (reported state (adopt input {:file (:file input) :text (:text input)} "person")))
          ((:approved) (reported state (judged input)))
          ((:probation) {:state state :answer {:settled (->persistent-vector (map settle (->list (evolution/probation))))}})
          (else (error "no such kind" (:kind input))))))
    (define (answer-to text)
      (cond ((equal? text "store") (number->string (:version (store/put! "k" 1))))
            ((equal? text "loop") (let loop () (loop)))
            ((equal? text "fail") (error "it failed" 42))
            ((equal? text "model") (:text (reveal (router/complete "embedded" [{:role "user" :text "inner"}]))))
            (else (echo text))))
    (define (reported state report) {:state state :answer report})
    (define (evolve input)
      (say "read" "the genome")
      (if (equal? (get input :policy "") "stuck") (let loop () (loop)))
      (if (equal? (get input :policy "") "none")
          {:policy "none" :proposer "search" :adopted #f :gate "score" :reason "no better" :evaluations 7}
          (adopt input {:file "policy/echo.scm" :definition "echo" :path [3 1] :replacement (number->string (:round input))} "search")))
    (define (adopt input patch proposer)
      (let* ((base (lineage/head))
             (candidate (lineage/propose! base patch (get input :reason "a test") :proposer proposer)))
        (say "write" (:branch candidate))
        (if (equal? (:file patch) "policy/effects.scm")
            (merge candidate {:policy "" :proposer proposer :adopted #f :gate "constitution" :reason "protected" :evaluations 0 :awaits-approval #t})
            (begin
              (lineage/adopt! (:commit candidate) base)
              (evolution/watch! (:commit candidate) "")
              (say "continue" (:commit candidate))
              (merge candidate {:policy "" :proposer proposer :adopted #t :gate "" :reason "a test" :evaluations 3})))))
    (define (judged input)
      (let ((verdict (evolution/validate (:base input) (:commit input) "")))
        {:policy "" :proposer "person" :adopted #f :commit (:commit input) :gate (:gate verdict) :reason (:reason verdict) :evaluations 0}))
    (define (settle each)
      (if (equal? (:state each) "waiting")
          {:commit (:commit each) :verdict "open" :reason (:reason each)}
          (let ((undone (lineage/revert! (:commit each) "too many errors")))
            (evolution/settle! (:commit each) "reverted" "too many errors")
            {:commit (:commit each) :verdict "reverted" :reason "too many errors"})))
    (define (say kind text) (display (string-append kind " " text "\\n")))))`,
};

/** A package with this genome, some of its files replaced, and the built entry for trials. */
export function tinyPackage(replaced: Readonly<Record<string, string>> = {}): { genome: string; script: string } {
  const genome = mkdtempSync(join(tmpdir(), "ouro-genome-"));
  for (const [path, text] of Object.entries({ ...FILES, ...replaced })) {
    mkdirSync(dirname(join(genome, path)), { recursive: true });
    writeFileSync(join(genome, path), text);
  }
  return { genome, script: join(ROOT, "dist", "frontends", "main.js") };
}

export function tinyFile(path: string): string {
  return FILES[path] ?? "";
}
