// A world that lives a seeded life of everything a journal can hold: what replays, snapshots, forks and exports are tried on.
import { setImmediate as nextTick } from "node:timers/promises";
import { z } from "zod";
import { openWorld, scratchTables, type World, type WorldOptions, type WorldServices } from "../../epigenome/index.js";
import { datum, type GenomeFiles, operation, type Port, PortError } from "../../ports/port.js";
import { emptyWorld, matrixPort, sqliteMatrix } from "../../ports/matrix/index.js";
import { sqliteStore, storePort } from "../../ports/store/index.js";
import { memoryChildren, swarmPort } from "../../ports/swarm/index.js";
import { Random } from "../campaign/random.js";
import { rotatingSignature, seededClock } from "./home.js";

const MANIFEST = `(manifest (version 1)
  (libraries (genome policy effects) (genome turn turn))
  (turn (genome turn turn))
  (grants
    (grant (genome turn turn)
      (store/get) (store/list) (store/delete!) (store/blob-put!) (store/compare-and-set!)
      (store/put! (budget {:calls 1000000 :bytes 100000000 :per :day}))
      (matrix/allow!) (matrix/observe!)
      (tool-runtime/echo (budget {:calls 1000000 :milliseconds 100000000 :per :hour}))
      (tool-runtime/broken) (tool-runtime/never)
      (swarm/spawn) (swarm/await)))
  (budgets (turn {:steps 900000000000 :milliseconds 600000})))`;

const EFFECTS = `(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin
    (define (decide-effect request)
      "Allows all but one key."
      (if (equal? (get (get request :parameters) :key) "denied")
          {:decision :deny :rule "no-denied" :reason "this key is denied"}
          {:decision :allow :rule "life" :reason "a test"}))))`;

const TURN = `(define-library (genome turn turn)
  (export handle-turn migrate)
  (import (ouro base) (port store) (port matrix) (port tool-runtime) (port swarm))
  (begin
    (define (step n)
      "How far the count goes at once."
      (+ n 1))
    (define (work text count sum)
      "As many effects, one after the other, of each sort in turn; a sum over what they answered."
      (if (= count 0)
          sum
          (let ((key (string-append text "/" (number->string (modulo count 7)))))
            (work text (- count 1)
                  (+ sum
                     (case (modulo count 5)
                       ((0) (get (store/put! key {:count count :sum sum}) :version))
                       ((1) (get (store/get key) :version))
                       ((2) (get (tool-runtime/echo count) :value))
                       ((3) (get (store/compare-and-set! key (modulo sum 3) sum) :version))
                       (else (if (get (store/delete! key) :deleted) 1 0))))))))
    (define (attempt thunk)
      "The code of what it raised, or its value."
      (guard (e (#t (condition-code e))) (thunk)))
    (define (handle-turn input state)
      "Does what the kind of the input says, and counts turns."
      (let* ((text (get input :text)) (count (step (get state :count 0))) (next (put (put state :count count) text count)))
        (define (answer value) {:state (put next :last value) :answer value})
        (case (get input :kind)
          ((:work) (answer (work text (get input :data) 0)))
          ((:fail) (answer (list (attempt (lambda () (tool-runtime/broken))) (attempt (lambda () (store/put! "denied" 1))) (attempt (lambda () (store/put! 5 1))))))
          ((:blob) (answer (get (store/blob-put! (string->utf8 text)) :hash)))
          ((:large) (answer (get (store/put! text (make-string 50000 #\\x) :text (string-append "words of " text)) :version)))
          ((:edge) (matrix/allow! text "b" 0.5) (answer (exact (floor (* 100 (get (matrix/observe! text "b" #t 12.5 0.25) :samples))))))
          ((:wake) {:state next :answer "set" :timers (list {:id text :after (get input :data) :text "woken"} {:id "gone" :cancel #t})})
          ((:timer) (answer (list (get input :timer) (get (store/put! (string-append "timer/" (get input :timer)) count) :version))))
          ((:child) (answer (get (swarm/await (get (swarm/spawn text '["store/get"]) :child)) :answer)))
          ((:task) (answer (list :child text (attempt (lambda () (store/put! "child" 1))))))
          ((:never) (tool-runtime/never) (answer "never"))
          ((:forever) (let loop () (loop)))
          ((:error) (error "it broke" text))
          (else (answer (string-append text " " (number->string count)))))))
    (define (migrate state)
      "Forgets what came last."
      (put state :last "migrated"))))`;

export function lifeGenome(change: (turn: string) => string = (turn) => turn): GenomeFiles {
  return { "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/turn.scm": change(TURN) };
}

/** The tool-runtime of this world: an echo that takes its time, one that is broken, and one that never answers. */
function toolPort(): Port {
  const none = z.object({});
  return {
    name: "tool-runtime", doc: "An outside for tests.",
    operations: [
      operation({
        name: "echo", doc: "The same number, some of them late.", parameters: z.object({ value: z.int() }), result: z.object({ value: z.int() }), outcome: "pure",
        cost: () => ({ calls: 1, milliseconds: 5 }), run: async ({ value }) => (value % 3 === 0 ? nextTick({ value }) : { value }),
      }),
      operation({ name: "broken", doc: "Fails.", parameters: none, result: none, outcome: "pure", run: () => { throw new PortError("tool-runtime-broken", "it is broken"); } }),
      operation({
        name: "never", doc: "Answers when it is stopped.", parameters: none, result: z.object({ value: datum.optional() }), outcome: "pure",
        run: (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new PortError("tool-runtime-late", "too late")), { once: true })),
      }),
    ],
  };
}

export const FIRST = "1".repeat(40);
const GENOMES: Readonly<Record<string, GenomeFiles>> = {
  [FIRST]: lifeGenome(),
  ["2".repeat(40)]: lifeGenome((turn) => turn.replace("(+ n 1)", "(+ n 100)")),
  ["3".repeat(40)]: lifeGenome((turn) => turn.replace('{:count count :sum sum}', '{:sum sum}')),
};

export function openLife(home: string, options: Partial<WorldOptions> = {}): World {
  return openWorld({
    home, signature: rotatingSignature(), genome: { commit: FIRST, files: lifeGenome() }, clock: seededClock(5),
    ports: (services) => lifePorts(home, services), ...options,
  });
}

/** The ports of this world. Without services they are for their schemas, and for tables to replay into. */
export function lifePorts(home: string, services?: WorldServices): Port[] {
  const { tables, children, introspection } = services ?? {
    tables: scratchTables(), introspection: emptyWorld(), children: memoryChildren({ work: async () => "", authority: () => [] }),
  };
  return [
    storePort(sqliteStore(tables, `${home}/objects`)), matrixPort(sqliteMatrix(tables), introspection), toolPort(),
    swarmPort(children, { known: () => ["store/get", "store/put!"] }),
  ];
}

/** What an effect of `work` takes on average is one; so many in each turn. */
const EFFECTS_A_TURN = 25;

/** Lives until so many effects were asked for, over so many cells: timers, errors, stops, patches and a change of genome among them. */
export async function live(world: World, seed: number, effects: number, cells: number): Promise<void> {
  const random = new Random(seed);
  const cell = (): string => `cell ${random.below(cells)}`;
  const rounds = Math.max(3, Math.ceil(effects / EFFECTS_A_TURN / cells));
  for (let round = 0; round < rounds; round++) {
    const work = Array.from({ length: cells }, (_, index) => world.ask({ cell: `cell ${index}`, kind: "work", text: `k${random.below(20)}`, data: String(EFFECTS_A_TURN - 5 + random.below(11)) }));
    const others = random.many(4, () => random.of(["message", "fail", "blob", "large", "edge", "child", "error", "wake"]))
      .map((kind) => world.ask({ cell: cell(), kind, text: kind === "child" ? '"task"' : `t${random.below(9)}`, data: String(1 + random.below(2_000)) }));
    await Promise.all([...work, ...others]);
    if (round % 7 === 3) await stopped(world, cell(), random.of(["forever", "never"]));
    if (round % 11 === 5) world.patch("(genome turn turn)", "step", `(define (step n) (+ n ${2 + random.below(5)}))`);
    if (round % 13 === 2) world.adopt(...random.of(Object.entries(GENOMES)));
  }
}

/** A turn that ends by being stopped, wherever it is by then. */
async function stopped(world: World, cell: string, kind: string): Promise<void> {
  const ended = world.ask({ cell, kind, text: "stop" });
  while (world.cell(cell)?.turn === undefined) await nextTick();
  await nextTick();
  world.stop(cell, "enough");
  await ended;
}
