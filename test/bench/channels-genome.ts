// A genome for the figures of /stop: its turns loop, listen to a model, run a tool, or wait for a child, none of them with an end.
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const FILES: Readonly<Record<string, string>> = {
  "manifest.scm": `(manifest (version 1)
  (libraries (genome policy effects) (genome policy models) (genome turn turn))
  (turn (genome turn turn))
  (grants (grant (genome turn turn) (router/complete) (tool-runtime/read-file) (swarm/spawn) (swarm/await)))
  (budgets (turn {:milliseconds 600000 :steps 1000000000000})))`,
  "policy/effects.scm": `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin (define (decide-effect effect) "All is allowed." {:decision :allow :rule "all" :reason "a measurement"})))`,
  "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn)
  (import (ouro base) (ouro authority) (port router) (port tool-runtime) (port swarm))
  (begin
    (define (handle-turn input state)
      "Does what the text says, and comes to no end."
      {:state state :answer (work (if (equal? (:kind input) :message) (reveal (:text input)) "model"))})
    (define (work text)
      (cond ((equal? text "loop") (let loop () (loop)))
            ((equal? text "model") (router/complete "instant" [{:role "user" :text "on and on"}]))
            ((equal? text "tools") (let loop () (tool-runtime/read-file "files/page.txt") (loop)))
            ((equal? text "child") (swarm/await (:child (swarm/spawn "model" ["router/complete"])))))
      "it has ended")))`,
};

/** `root` is the package's folder, and `script` its built command. */
export function endlessPackage(root: string, script: string): { readonly genome: string; readonly script: string } {
  const genome = mkdtempSync(join(tmpdir(), "ouro-bench-genome-"));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(genome, path)), { recursive: true });
    writeFileSync(join(genome, path), text);
  }
  cpSync(join(root, "genome", "policy", "models.scm"), join(genome, "policy", "models.scm"));
  return { genome, script };
}
