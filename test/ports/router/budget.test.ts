// A budget of money over real wires: many conversations at once, with faults, and what the provider counts is never more.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, systemClock, type World } from "../../../epigenome/index.js";
import { checkedCatalogue, remoteProvider, routerPort, WIRES } from "../../../ports/router/index.js";
import { COMMIT, seededClock, signature } from "../../epigenome/home.js";
import { type Asked, type Handler, KEY, openPeer, type Peer, refuse, type Said, streamed, streamOf } from "./peer.js";

/** US cents a day, and for a million tokens. */
const BUDGET = 20;
const [READ, WRITTEN] = [1_000, 5_000];
const MOST_TOKENS = 400;
const CONVERSATIONS = 12;
const ROUNDS = 8;

const MANIFEST = `(manifest (version 1) (libraries (genome policy effects) (genome turn turn)) (turn (genome turn turn))
  (grants (grant (genome turn turn) (router/complete (budget {:usd-cents ${BUDGET} :per :day}))))
  (budgets (turn {:steps 20000000 :milliseconds 600000})))`;
const EFFECTS = `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin (define (decide-effect effect) "Allows all." {:decision :allow :rule "all" :reason "a test"})))`;
const TURN = `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (port router))
  (begin (define (handle-turn input state)
    "Asks the models in the order that the text names, and answers the code of what fails."
    {:state state
     :answer (guard (e (#t (symbol->string (string->symbol (keyword->string (condition-code e))))))
       (router/complete (:text input) [{:role "user" :text "Say something."}] :fallback ["openai-chat" "openai-responses"] :max-tokens ${MOST_TOKENS}) "done")})))`;

let peer: Peer;
let world: World;
/** What the provider would put on its bill. */
let bill = 0;

beforeAll(async () => {
  peer = await openPeer();
  const providers = checkedCatalogue(WIRES.map((wire) => ({ name: wire, wire, url: peer.url(wire), secret: "tests", models: [{ name: wire, context: 10_000, price: [READ, WRITTEN] }] })))
    .map((definition) => remoteProvider(definition, { has: () => true, resolve: () => KEY }));
  world = openWorld({
    home: mkdtempSync(join(tmpdir(), "ouro-router-")), signature, clock: { ...systemClock(), stamp: seededClock(1, Date.UTC(2028, 0, 1)).stamp },
    genome: { commit: COMMIT, files: { "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/turn.scm": TURN } },
    ports: () => [routerPort(providers)],
  });
});

afterAll(async () => {
  await world.close(10);
  await peer.close();
});

/** Answers, and failures before, within and after the work: a provider bills what it has done, whatever becomes of it. */
function answer({ wire }: Asked, count: number): Said | Handler {
  const done = { text: "Something.", inputTokens: 40, outputTokens: MOST_TOKENS - (count % 7) };
  const work = (): void => void (bill += (done.inputTokens * READ + done.outputTokens * WRITTEN) / 1_000_000);
  if (count % 5 === 1) return (response) => refuse(response, 500, "api_error", "Internal server error");
  work();
  if (count % 3 === 0) return (response) => streamed(response, streamOf(wire, done).slice(0, 400));
  if (count % 11 === 0) return (response) => void response.destroy();
  return done;
}

const used = (): number => Number(world.tables.all("SELECT coalesce(sum(used), 0) AS used FROM world_budgets WHERE dimension = 'usd-cents'")[0]?.["used"]);

test("the bill is never more than the budget, nor than what the ledger says was used", async () => {
  peer.answer = answer;
  const answers = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const ended = await Promise.all(Array.from({ length: CONVERSATIONS }, (_each, cell) => world.ask({ cell: `conversation ${cell}`, kind: "ask", text: WIRES[(cell + round) % WIRES.length] as string })));
    for (const { answer: told } of ended) answers.set(told, (answers.get(told) ?? 0) + 1);
    expect(bill).toBeLessThanOrEqual(used() + 1e-9);
    expect(used()).toBeLessThanOrEqual(BUDGET);
  }
  // The budget was worth something, and it did refuse.
  expect(bill).toBeGreaterThan(BUDGET / 4);
  expect(answers.get("done")).toBeGreaterThan(3);
  expect(answers.get("budget-exceeded")).toBeGreaterThan(CONVERSATIONS);
  expect(world.verify()).toMatchObject({ ok: true });
  expect(world.replay()).toMatchObject({ ok: true });
});
