// Text cut within a character, from wherever it comes, and a home that holds one all the same: whoever it concerns hears of it, and the world goes on.
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { record, type World } from "../../epigenome/index.js";
import { canonical } from "../../interpreter/index.js";
import { digest } from "../../epigenome/digest.js";
import { operation, type Port, PortError } from "../../ports/port.js";
import { COMMIT, freshHome, openTestWorld } from "./home.js";

const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

const HALF = "cut \ud83d";

/** Answers, and fails with, a text that somebody cut. */
const cutting: Port = {
  name: "tool-runtime", doc: "Cut texts, for tests.",
  operations: [
    operation({ name: "read", doc: "Half.", parameters: z.object({}), result: z.object({ text: z.string(), by: z.record(z.string(), z.string()) }), outcome: "pure", run: () => ({ text: HALF, by: { [HALF]: HALF } }) }),
    operation({ name: "fail", doc: "Half.", parameters: z.object({}), result: z.object({}), outcome: "pure", run: () => { throw new PortError("x-broken", HALF, { hint: HALF }); } }),
    operation({ name: "mark", doc: "What a test makes half.", parameters: z.object({}), result: z.object({ text: z.string() }), outcome: "pure", run: () => ({ text: "MARK" }) }),
    operation({ name: "wait", doc: "Never answers.", parameters: z.object({}), result: z.object({}), outcome: "pure", run: () => new Promise<never>(() => undefined) }),
  ],
};

const GENOME = {
  "manifest.scm": `(manifest (version 1) (libraries (genome policy effects) (genome turn turn)) (turn (genome turn turn))
    (grants (grant (genome turn turn) (tool-runtime/read) (tool-runtime/fail) (tool-runtime/mark) (tool-runtime/wait))))`,
  "policy/effects.scm": `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
    (begin (define (decide-effect effect) "Allows all." {:decision :allow :rule "test" :reason "a test"})))`,
  "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (ouro authority) (port tool-runtime))
    (begin
      (define (points text) (map char->integer (string->list text)))
      (define (handle-turn input state)
        "Keeps what it was given, and answers its last character."
        (let ((text (case (get input :kind)
                      ((:read) (get (tool-runtime/read) :text))
                      ((:fail) (guard (e (#t (condition-message e))) (tool-runtime/fail) ""))
                      ((:wait) (tool-runtime/mark) (tool-runtime/wait) "")
                      ((:data) (get (get input :data) :said))
                      (else (get input :text)))))
          {:state (put state :text text) :answer (list-ref (points text) (- (string-length text) 1))}))))`,
};

function start(home: string): World {
  const world = openTestWorld(home, { genome: { commit: COMMIT, files: GENOME }, ports: () => [cutting] });
  open.push(world);
  return world;
}

test.each([
  ["message", { text: HALF }], ["read", { text: "" }], ["fail", { text: "" }],
  ["data", { text: "", data: canonical(record({ said: HALF })) }],
])("half a character in a %s is U+FFFD to the turn, in the journal and when it is run again", async (kind, said) => {
  const home = freshHome();
  const world = start(home);
  const { id, answer } = await world.ask({ cell: "a", kind, ...said });
  expect(answer).toBe(String(0xfffd));
  expect((await world.ask({ cell: "a", kind: "message", text: "go on" })).outcome).toBe("done");
  expect(world.why(id).outcome).toBe("done");
  expect(world.replay()).toMatchObject({ ok: true });
  await open.pop()?.close();
  expect((await start(home).ask({ cell: "a", kind: "message", text: "go on" })).outcome).toBe("done");
});

/** Puts half a character into a home that is closed, where a world once let it through. */
function halve(home: string, ...places: readonly (readonly [table: string, column: string])[]): void {
  const database = new Database(`${home}/world.db`);
  for (const [table, column] of places) expect(database.prepare(`UPDATE ${table} SET ${column} = replace(${column}, 'MARK', '\\xd83d;') WHERE ${column} GLOB '*MARK*'`).run().changes).toBe(1);
  for (const { cell, state } of database.prepare("SELECT cell, state FROM world_cells").all() as { cell: string; state: string }[])
    database.prepare("UPDATE world_cells SET hash = ? WHERE cell = ?").run(digest(state), cell);
  database.close();
}

const HELD = { outcome: "quarantined", answer: expect.stringContaining("data-unreadable") as string };

async function othersRunOn(world: World): Promise<void> {
  world.on("failed", (error) => expect.unreachable(String(error)));
  expect(await world.ask({ cell: "other", kind: "message", text: "x" })).toMatchObject({ outcome: "done" });
}

test("a cell whose state cannot be read is held", async () => {
  const home = freshHome();
  await start(home).ask({ cell: "a", kind: "message", text: "MARK" });
  await open.pop()?.close();
  halve(home, ["world_cells", "state"]);
  const world = start(home);
  expect(await world.ask({ cell: "a", kind: "message", text: "x" })).toMatchObject(HELD);
  await othersRunOn(world);
});

test("a cell whose input cannot be read is held, and a replay names the entry", async () => {
  const home = freshHome();
  const first = openTestWorld(home, { genome: undefined, ports: () => [cutting] });
  const id = await first.accept({ cell: "a", kind: "message", text: "MARK" });
  await first.close();
  halve(home, ["journal", "body"], ["world_inbox", "body"]);
  const world = start(home);
  world.adopt(COMMIT, GENOME);
  expect(await world.outcome(id)).toMatchObject(HELD);
  await othersRunOn(world);
  expect(world.replay()).toMatchObject({ ok: false, sequence: 1, problem: expect.stringContaining("data-unreadable") as string });
  expect(() => world.why(id)).toThrow(expect.objectContaining({ code: "data-unreadable" }) as Error);
});

test("a cell is held whose turn was under way and has a receipt that cannot be read", async () => {
  const home = freshHome();
  const first = start(home);
  const under = new Promise((resolve) => first.on("progress", ({ kind, operation }) => kind === "effect" && operation === "tool-runtime/wait" && resolve(undefined)));
  const id = await first.accept({ cell: "a", kind: "wait", text: "" });
  await under;
  await open.pop()?.close(10);
  halve(home, ["journal", "body"]);
  const world = start(home);
  expect(await world.outcome(id)).toMatchObject(HELD);
  await othersRunOn(world);
});
