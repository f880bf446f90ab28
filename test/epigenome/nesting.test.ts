// Data that no journal can hold: whoever makes them hears of it, and the world goes on.
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { World } from "../../epigenome/index.js";
import { datum, operation, type Port } from "../../ports/port.js";
import { memoryStore, storePort } from "../../ports/store/index.js";
import { COMMIT, freshHome, openTestWorld } from "./home.js";

const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

/** Answers a list that nests as deep as it is told. */
const well: Port = {
  name: "tool-runtime", doc: "A deep answer, for tests.",
  operations: [
    operation({ name: "fetch", doc: "So deep.", parameters: z.object({ depth: z.number().int() }), result: datum, outcome: "pure", produces: "web deep", run: ({ depth }) => "(".repeat(depth) + ")".repeat(depth) }),
    operation({ name: "free", doc: "So deep, in whatever shape.", parameters: z.object({ depth: z.number().int() }), result: z.object({ json: z.json() }), outcome: "pure", produces: "web deep", run: ({ depth }) => ({ json: nested(depth) }) }),
  ],
};

function nested(depth: number): z.core.util.JSONType {
  let json: z.core.util.JSONType = [];
  for (let left = depth - 1; left > 0; left -= 1) json = [json];
  return json;
}

const GENOME = {
  "manifest.scm": `(manifest (version 1) (libraries (genome policy effects) (genome turn turn)) (turn (genome turn turn))
    (grants (grant (genome turn turn) (store/put!) (store/get) (store/list) (tool-runtime/fetch) (tool-runtime/free))))`,
  "policy/effects.scm": `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
    (begin (define (decide-effect effect) "Allows all." {:decision :allow :rule "test" :reason "a test"})))`,
  "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (ouro authority) (port store) (port tool-runtime))
    (begin
      (define (deep n) (let loop ((n n) (x '())) (if (= n 0) x (loop (- n 1) (list x)))))
      (define (circle) (let ((x (list {:id "a" :after 0}))) (set-cdr! x x) x))
      (define (caught thunk) (guard (e (#t (condition-code e))) (thunk) :ok))
      (define (handle-turn input state)
        "Makes what the kind says."
        (let ((n (or (string->number (get input :text)) 0)))
          (case (get input :kind)
            ((:timer-data) {:state {} :answer "" :timers [{:id "a" :after 0 :data (deep n)}]})
            ((:timer-procedure) {:state {} :answer "" :timers [{:id "a" :after 0 :data (lambda () 1)}]})
            ((:timer-circle) {:state {} :answer "" :timers (circle)})
            ((:state) {:state {:deep (deep n)} :answer ""})
            ((:answer) {:state {} :answer (deep n)})
            ((:put) {:state {} :answer (caught (lambda () (store/put! "notes/x" (deep n))))})
            ((:get) {:state {} :answer (caught (lambda () (store/get "notes/x")))})
            ((:list) {:state {} :answer (caught (lambda () (store/list :prefix "notes/" :values #t)))})
            ((:fetch) {:state {} :answer (caught (lambda () (tool-runtime/fetch n)))})
            ((:free) {:state {} :answer (caught (lambda () (tool-runtime/free n)))})
            ((:kept) (let ((page (tool-runtime/fetch n))) {:state {:page page} :answer (caught (lambda () (store/put! "notes/page" page)))}))
            (else {:state {} :answer "fine"}))))))`,
};

const TOO_DEEP = "nesting-too-deep";

test.each([
  ["timer-data", 900, "done", ""], ["timer-data", 1_996, "failed", TOO_DEEP], ["timer-data", 1_999, "failed", TOO_DEEP], ["timer-data", 5_000, "failed", TOO_DEEP],
  ["timer-procedure", 0, "failed", "not-data"], ["timer-circle", 0, "failed", "not-data"],
  ["state", 900, "done", ""], ["state", 1_999, "failed", TOO_DEEP], ["answer", 1_998, "failed", TOO_DEEP],
  ["put", 990, "done", "ok"], ["put", 1_990, "done", TOO_DEEP], ["put", 1_998, "done", TOO_DEEP],
  ["fetch", 1_400, "done", "ok"], ["fetch", 1_600, "done", TOO_DEEP], ["fetch", 1_997, "done", TOO_DEEP], ["fetch", 2_001, "done", TOO_DEEP], ["fetch", 2_002, "done", TOO_DEEP], ["fetch", 5_000, "done", TOO_DEEP],
  ["free", 900, "done", "ok"], ["free", 1_100, "done", "tool-runtime-invalid-result"], ["free", 200_000, "done", "tool-runtime-invalid-result"],
  ["kept", 900, "done", "ok"], ["kept", 1_200, "failed", TOO_DEEP],
])("%s of %i ends as %s with %s, and the world goes on, now and when it is opened again", async (kind, depth, outcome, answer) => {
  const home = freshHome();
  const start = (): World => {
    const world = openTestWorld(home, { genome: { commit: COMMIT, files: GENOME }, ports: () => [well, storePort(memoryStore())] });
    open.push(world);
    return world;
  };
  const world = start();
  const ended = await world.ask({ cell: "a", kind, text: String(depth) });
  expect({ outcome: ended.outcome, answer: ended.answer.split(":")[0] }).toEqual({ outcome, answer });
  expect(await world.ask({ cell: "a", kind: "go on", text: "" })).toMatchObject({ answer: "fine" });
  await open.pop()?.close();
  const again = start();
  expect(await again.ask({ cell: "a", kind: "go on", text: "" })).toMatchObject({ answer: "fine" });
  expect(again.verify().ok).toBe(true);
  expect(again.replay()).toMatchObject({ ok: true });
});

test("what may be stored may be read and listed", async () => {
  const world = openTestWorld(freshHome(), { genome: { commit: COMMIT, files: GENOME }, ports: () => [well, storePort(memoryStore())] });
  open.push(world);
  const answers = [];
  for (const [kind, depth] of [["put", 996], ["get", 0], ["list", 0]] as const) answers.push((await world.ask({ cell: "a", kind, text: String(depth) })).answer);
  expect(answers).toEqual(["ok", "ok", "ok"]);
});
