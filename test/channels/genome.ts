// A genome for the scenarios: its answers tell what the turn was given, and some words make it slow, endless, long or asking.
import { readFileSync } from "node:fs";
import { tinyPackage } from "../frontends/tiny-genome.js";
import { ROOT } from "../house/sources.js";

/** It answers with the text after a mark; the words below do what they say. A round of the loop changes a policy that nothing asks. */
const TURN = `(define-library (genome turn turn) (export handle-turn)
  (import (ouro base) (ouro authority) (port store) (port baseband) (port lineage))
  (begin
    (define (handle-turn given state)
      "Does what the text says."
      (let* ((state (keep (update state :turns (lambda (turns) (+ turns 1)) 0)))
             (input (merge (reveal (get given :data {})) (remove-key given :data))))
        (case (:kind input)
          ((:message) (merge {:state state :answer (answer (reveal (:text input)) input state)}
                             (if (equal? (reveal (:text input)) "later") {:timers [{:id "tea" :after 5 :text "tea is ready"}]} {})))
          ((:timer) {:state state :answer (reveal (:text input))})
          ((:evolve) (proposed input state))
          ((:approved) (adopted {:commit (:commit input) :branch (:branch input)} (:base input) state))
          (else {:state state :answer ""}))))
    (define (answer text input state)
      (cond ((equal? text "count") (number->string (:turns state)))
            ((equal? text "who") (string-append (:from input) " " (symbol->string (keyword->symbol (:role input)))))
            ((string-prefix? "loop" text) (let loop () (loop)))
            ((equal? text "fail") (error "it failed" 42))
            ((string-prefix? "store" text) (begin (store/put! "k" 1) "stored"))
            ((string-prefix? "long " text) (long (string->number (substring text 5 (string-length text)))))
            ((string-prefix? "send " text) (sent (string-split (substring text 5 (string-length text)) " ")))
            ((equal? text "fence") (string-append (long 3000) "\\n\`\`\`scheme\\n" (long 3000) "\\n\`\`\`\\nend"))
            ((contains-key? input :attachments) (string-append "> " text " with " (string-join (map described (->list (:attachments input))) ", ")))
            ((contains-key? input :corrects) (string-append "> corrected: " text))
            (else (string-append "> " text))))
    (define (sent words)
      "Sends files to a channel: what is told of each is its name, its type and its size."
      (match words
        ((channel . files)
         (baseband/send! channel "here you are" :files (->persistent-vector (files-of files)))
         (string-append "sent " (number->string (quotient (length files) 3))))))
    (define (files-of words)
      (match words
        ((name type size . rest) (cons {:hash (:hash (store/blob-put! (make-bytevector (string->number size) 65))) :name name :type type} (files-of rest)))
        (else '())))
    (define (proposed input state)
      "A change of the genome: adopted at once, or left for a person."
      (let* ((base (lineage/head))
             (patch {:file "policy/echo.scm" :definition "echo" :path [3 1] :replacement (number->string (:round input))})
             (candidate (lineage/propose! base patch "fewer words")))
        (if (equal? (:policy input) "adopted")
            (adopted candidate base state)
            {:state state :answer (merge candidate {:policy "" :proposer "test" :adopted #f :gate "constitution" :reason "protected" :evaluations 0 :awaits-approval #t})})))
    (define (adopted candidate base state)
      (lineage/adopt! (:commit candidate) base)
      (lineage/drop! (:branch candidate))
      {:state state :answer (merge candidate {:policy "" :proposer "test" :adopted #t :gate "" :reason "fewer words" :evaluations 0})})
    (define (described kept) (let ((file (reveal kept))) (string-append (:name file) " of " (number->string (:size file)) " bytes")))
    (define (long size)
      (let loop ((number 1) (lines '()) (length 0))
        (let ((line (string-append "line " (number->string number))))
          (if (>= length size)
              (string-join (reverse lines) "\\n")
              (loop (+ number 1) (cons line lines) (+ length (string-length line) 1))))))))`;

/** The same as the answer to `long SIZE`. */
export function longText(size: number): string {
  const lines: string[] = [];
  for (let length = 0; length < size; length += (lines.at(-1)?.length ?? 0) + 1) lines.push(`line ${lines.length + 1}`);
  return lines.join("\n");
}

/** `media` is the text of its policy on files: the shipped one unless given. */
export const channelGenome = (media = readFileSync(`${ROOT}genome/policy/media.scm`, "utf8")) => tinyPackage({
  "turn/turn.scm": TURN,
  "policy/media.scm": media,
  "manifest.scm": `(manifest (version 1)
  (libraries (genome policy effects) (genome policy media) (genome policy echo) (genome turn turn))
  (turn (genome turn turn))
  (grants (grant (genome turn turn)
    (store/get) (store/put!) (store/blob-put!) (baseband/send!) (lineage/head) (lineage/propose!) (lineage/adopt!) (lineage/drop!) (lineage/revert!)))
  (budgets (turn {:milliseconds 600000 :steps 1000000000000})))`,
});
