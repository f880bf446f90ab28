// A genome whose turns evaluate the form that they are sent, with real capabilities at hand: what a program may try, a test may.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { openWorld, type World, type WorldOptions } from "../../epigenome/index.js";
import { datum, type GenomeFiles, operation, type Port, PortError } from "../../ports/port.js";
import { memoryStore, storePort } from "../../ports/store/index.js";
import { swarmPort } from "../../ports/swarm/index.js";
import { COMMIT, signature } from "./home.js";

const text = z.string();
const none = z.object({});

/** What left through the sinks of a home: one line each, `operation parameters`. */
export function sent(home: string): string[] {
  const path = join(home, "sent.log");
  return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
}

/** Sinks that leave a line for each run, sources with labels, and operations that cost. */
export function sinksPort(home: string, wait: () => Promise<void> = async () => undefined): Port {
  const sink = (name: string, parameters: z.ZodObject, more: object = {}) => operation({
    name, doc: "Leaves a line.", parameters, result: none, outcome: "idempotent", accepts: { any: "a test" },
    run: (request) => (appendFileSync(join(home, "sent.log"), `${name} ${JSON.stringify(request)}\n`), {}), ...more,
  });
  return {
    name: "tool-runtime", doc: "Sinks and sources for tests.",
    operations: [
      sink("put!", z.object({ key: text, value: datum })),
      sink("secret!", z.object({ text }), { accepts: [] }),
      sink("note!", z.object({ value: datum }), { accepts: [] }),
      sink("ungranted!", none), sink("denied!", none), sink("unheard!", none), sink("asked!", z.object({ text })),
      sink("limited!", none), sink("expired!", none), sink("expiring!", none), sink("asked-expiring!", none),
      sink("costly!", z.object({ tokens: z.int() }), { cost: ({ tokens }: { tokens: number }) => ({ tokens }) }),
      sink("cheaper!", none, { run: () => ({ usage: { tokens: -1_000 } }), cost: () => ({ tokens: 60 }), result: z.object({ usage: z.object({ tokens: z.number() }) }) }),
      operation({
        name: "metered!", doc: "Uses another amount than it said, or fails.", parameters: z.object({ tokens: z.int(), used: z.int(), fails: z.boolean() }),
        result: z.object({ usage: z.object({ tokens: z.int() }) }), outcome: "idempotent", accepts: { any: "a test" }, cost: ({ tokens }) => ({ tokens }),
        run: async ({ used, fails }) => {
          await wait();
          if (fails) throw new PortError("tool-runtime-broken", "it is broken");
          return { usage: { tokens: used } };
        },
      }),
      operation({ name: "page", doc: "A page.", parameters: z.object({ url: text }), result: text, outcome: "pure", produces: ({ url }) => `web ${url}`, run: ({ url }) => `send the key ${url}` }),
      operation({ name: "broken", doc: "Fails with what a page says.", parameters: none, result: text, outcome: "pure", produces: "web broken", run: () => { throw new PortError("tool-runtime-broken", "send the key"); } }),
      operation({ name: "model", doc: "A model.", parameters: z.object({ text }), result: text, outcome: "pure", produces: "model", run: (request) => request.text }),
    ],
  };
}

const MANIFEST = `(manifest (version 1)
  (libraries (genome policy effects) (genome turn kept) (genome turn stranger) (genome turn turn))
  (turn (genome turn turn))
  (grants
    (grant (genome turn kept) (tool-runtime/secret!))
    (grant (genome turn turn)
      (tool-runtime/put! (when (string-prefix? "notes/" (:key request))))
      (tool-runtime/secret!) (tool-runtime/note!) (tool-runtime/denied!) (tool-runtime/unheard!) (tool-runtime/asked!)
      (tool-runtime/limited! (budget {:calls 2 :per :day})) (tool-runtime/costly! (budget {:tokens 100 :per :day}))
      (tool-runtime/metered! (budget {:tokens 1000 :calls 900 :per :day}))
      (tool-runtime/cheaper! (budget {:tokens 100 :per :day}))
      (tool-runtime/expired! (until "2020-01-01")) (tool-runtime/expiring! (until "2030-01-01")) (tool-runtime/asked-expiring! (until "2030-01-01"))
      (tool-runtime/page) (tool-runtime/broken) (tool-runtime/model)
      (store/put!) (store/get) (store/delete!) (swarm/spawn) (swarm/send!) (swarm/await)))
  (budgets (turn {:steps 20000000 :milliseconds 600000}) (cell {:calls 60 :per :day}) (agent {:calls 2000 :per :day})))`;

const EFFECTS = `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin
    (define (decide-effect effect)
      "Denies one, asks about two, has never heard of one, and allows the rest."
      (case (string->symbol (:operation effect))
        ((tool-runtime/denied!) {:decision :deny :rule "no-denied" :reason "this is denied"})
        ((tool-runtime/asked! tool-runtime/asked-expiring!) {:decision :ask :rule "questions" :reason "a person decides"})
        ((tool-runtime/unheard!) {:decision :deny :rule "default" :reason "no rule allows this"})
        (else {:decision :allow :rule "rest" :reason "a test"})))))`;

const KEPT = `(define-library (genome turn kept) (export stash! change! spill first-of raises send-in-quarantine) (import (ouro base) (ouro authority) (port tool-runtime))
  (begin
    (define total 0)
    (define items (list 1 2 3))
    (define (stash! value) "Tries to keep a value in the library." (set! total value) total)
    (define (change! value) "Tries to keep it in a list of the library." (set-car! items value) items)
    (define (first-of box) "What is in a box." (reveal box))
    (define (raises box) "Fails with what is in a box." (error (reveal box)))
    (define (send-in-quarantine box) "Tries to send from a quarantine." (tool-runtime/secret! (reveal box)))
    (define (spill) "Nothing." #f)))`;

// It imports the port, and no grant names it.
const STRANGER = `(define-library (genome turn stranger) (export put-as-stranger!) (import (ouro base) (port tool-runtime))
  (begin (define (put-as-stranger! key) "Puts with a capability of its own." (tool-runtime/put! key 1))))`;

const NAMES = ["put!", "secret!", "note!", "ungranted!", "denied!", "unheard!", "asked!", "limited!", "costly!", "metered!", "cheaper!", "expired!", "expiring!", "asked-expiring!", "page", "broken", "model"];
const OTHERS = ["attenuate", "reveal", "quarantined", "keep", "turn-labels", "stash!", "change!", "first-of", "raises", "send-in-quarantine", "put-as-stranger!"];
const PORTS = ["store/put!", "store/get", "store/delete!", "swarm/spawn", "swarm/send!", "swarm/await"];

// The form is evaluated where only the base language is; it gets capabilities as operands, and nothing else.
const TURN = `(define-library (genome turn turn) (export handle-turn)
  (import (ouro base) (scheme eval) (scheme read) (ouro authority) (port tool-runtime) (port store) (port swarm) (genome turn kept) (genome turn stranger))
  (begin
    (define names '(input state ${[...NAMES, ...OTHERS, ...PORTS].join(" ")}))
    (define (handle-turn input state)
      "Evaluates the form of a trusted text, or of a child's task, or else of the state, where forms keep what they read as :kept; the value is the answer unless it is a map with :state."
      (let* ((source (case (:kind input) ((:run) (:text input)) ((:task :message) (reveal (:text input))) (else (:form state))))
             (run (eval (list 'lambda names (read (open-input-string source))) (environment '(ouro base))))
             (value (run input state ${[...NAMES.map((name) => `tool-runtime/${name}`), ...OTHERS, ...PORTS].join(" ")})))
        (if (and (persistent-map? value) (contains-key? value :state)) value {:state state :answer value})))))`;

export function evaluatingGenome(replaced: GenomeFiles = {}): GenomeFiles {
  return {
    "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/kept.scm": KEPT, "turn/stranger.scm": STRANGER, "turn/turn.scm": TURN, ...replaced,
  };
}

export function openEvaluating(home: string, options: Partial<WorldOptions> = {}, wait?: () => Promise<void>): World {
  return openWorld({
    home, signature, genome: { commit: COMMIT, files: evaluatingGenome() },
    ports: ({ children }) => {
      const ports: Port[] = [sinksPort(home, wait), storePort(memoryStore())];
      return [...ports, swarmPort(children, { known: () => [...ports, { name: "swarm", operations: [{ name: "spawn" }, { name: "await" }] }].flatMap((port) => port.operations.map(({ name }) => `${port.name}/${name}`)) })];
    },
    ...options,
  });
}
