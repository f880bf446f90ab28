// A world for the benchmarks: one small genome, a port that costs nothing, a key and a home of their own.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { openWorld, type World } from "../../epigenome/index.js";
import { operation, type Port, type SignatureService } from "../../ports/port.js";

const MANIFEST = `(manifest (version 1)
  (libraries (genome policy effects) (genome turn turn))
  (turn (genome turn turn))
  (grants (grant (genome turn turn) (tool-runtime/step! (when (>= (:number request) 0)) (budget {:calls 1000000000 :per :day})))))`;

const EFFECTS = `(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin
    (define (decide-effect request)
      "Steps are allowed."
      (if (equal? (get request :operation) "tool-runtime/step!")
          {:decision :allow :rule "steps" :reason "Steps are what is measured."}
          {:decision :deny :rule "default" :reason "Nothing else is."}))))`;

const TURN = `(define-library (genome turn turn)
  (export handle-turn)
  (import (ouro base) (port tool-runtime))
  (begin
    (define (handle-turn input state)
      "Counts its turns; of the kind steps it makes as many steps as its data say, each with the answer of the one before."
      (let ((state (update state :turns (lambda (turns) (+ turns 1)) 0)))
        (case (get input :kind)
          ((:steps)
           (let loop ((left (get input :data)) (number 0))
             (if (= left 0)
                 {:state (put state :last number) :answer number}
                 (loop (- left 1) (:number (tool-runtime/step! number))))))
          (else {:state (put state :last (get input :text)) :answer (get input :text)}))))))`;

// RFC 8410: a private key from a fixed seed.
const PRIVATE = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 7)]), format: "der", type: "pkcs8" });
const signature: SignatureService = {
  sign: (message) => sign(null, message, PRIVATE),
  publicKey: createPublicKey(PRIVATE).export({ format: "der", type: "spki" }).subarray(-32),
};

/** Of the workflow that a peer runs too. */
export const STEPS = 10;

/** What a step does outside: as good as nothing. */
export const stepOf = (number: number): number => number + 1;

const port: Port = {
  name: "tool-runtime",
  doc: "Steps.",
  operations: [operation({
    name: "step!", doc: "The next number.", parameters: z.object({ number: z.int() }), result: z.object({ number: z.int() }), outcome: "idempotent", accepts: { any: "a test" },
    run: ({ number }) => ({ number: stepOf(number) }),
  })],
};

export interface BenchHome {
  readonly folder: string;
  readonly world: World;
  close(): Promise<void>;
}

/** `at` is called at the write points. */
export function openBenchHome({ at }: { readonly at?: (point: string) => void } = {}): BenchHome {
  const folder = mkdtempSync(join(tmpdir(), "ouro-bench-"));
  const world = openWorld({
    home: folder, signature, at, ports: () => [port],
    genome: { commit: "1".repeat(40), files: { "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/turn.scm": TURN } },
  });
  return {
    folder, world,
    close: async () => {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
