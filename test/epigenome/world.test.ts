// The world: turns, authority, budgets, patches and genomes, as the journal tells of them.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { type EffectRequest, OPERATOR, portLibrary, type World } from "../../epigenome/index.js";
import { Deadline } from "../../epigenome/deadline.js";
import { LispString, type Value, write } from "../../interpreter/index.js";
import { testGenome } from "./genome.js";
import { COMMIT, freshHome, openTestWorld, seededClock, SteppedClock } from "./home.js";
import { outsidePort } from "./outside.js";

const open: World[] = [];

function start(...args: Parameters<typeof openTestWorld>): World {
  const world = openTestWorld(...args);
  open.push(world);
  return world;
}

afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

const ask = (world: World, kind: string, text = "", cell = "a") => world.ask({ cell, kind, text });

describe("a turn", () => {
  test.each([
    ["message", "hi", "done", "hi 1"],
    ["write", "k", "done", "1"],
    ["error", "x", "failed", /^user-error: it broke x/],
    ["bad", "", "failed", /^bad-turn-result/],
    ["procedure", "", "failed", /^not-data/],
    ["fail", "", "done", "store-broken"],
    ["catch", "forbidden", "done", "grant-condition"],
    ["catch", "denied", "done", "effect-denied"],
    ["catch", "nothing", "done", "effect-denied"],
    ["catch", "fine", "done", "ok"],
    ["expired", "", "done", "grant-expired"],
    ["ungranted", "", "done", "not-granted"],
    ["guarded", "", "done", "quarantine-failed"],
    ["trusted", "", "done", "ok"],
    ["schema", "", "done", "invalid-parameters"],
    ["live", "k", "done", "not-data"],
    ["costly", "100", "done", "ok"],
    ["costly", "101", "done", "budget-exceeded"],
    ["narrow", "", "done", "(:ok :grant-condition :ok :budget-exceeded)"],
  ])("%s %j ends as %s with %j", async (kind, text, outcome, answer) => {
    const world = start(freshHome());
    const result = await ask(world, kind, text);
    expect(result.outcome, result.answer).toBe(outcome);
    if (answer instanceof RegExp) expect(result.answer).toMatch(answer);
    else expect(result.answer).toBe(answer);
    expect(world.verify()).toMatchObject({ ok: true });
  });

  test("state changes only with a turn that is done, and belongs to its cell", async () => {
    const world = start(freshHome());
    await ask(world, "message", "one");
    await ask(world, "error");
    await ask(world, "message", "two");
    await ask(world, "message", "other", "b");
    expect(world.state("a")).toBe('{:count 2 :last "two"}');
    expect(world.state("b")).toBe('{:count 1 :last "other"}');
  });

  test("a text that comes in is redacted before anything sees it, and so are a port's failures", async () => {
    const world = start(freshHome(), { redact: (text) => text.replaceAll("hunter2", "[redacted]") });
    expect((await ask(world, "message", "it is hunter2")).answer).toBe("it is [redacted] 1");
    await ask(world, "fail");
    expect(JSON.stringify(world.entries(100))).not.toContain("hunter2");
  });

  test("an input of the same id is the same input", async () => {
    const world = start(freshHome());
    const incoming = { cell: "a", kind: "message", text: "x", id: "once" };
    await Promise.all([world.ask(incoming), world.ask(incoming), world.ask({ ...incoming, text: "y" })]);
    expect((await world.ask(incoming)).answer).toBe("x 1");
    expect(world.entries(100).filter((entry) => entry.kind === "commit")).toHaveLength(1);
    await expect(world.outcome("other")).rejects.toMatchObject({ code: "no-input" });
  });

  test("many cells are interleaved fairly: a short turn does not wait for a long one", async () => {
    const world = start(freshHome());
    const order: string[] = [];
    world.on("outcome", ({ cell }: { cell: string }) => order.push(cell));
    await Promise.all([ask(world, "burn", "", "long"), ask(world, "message", "hi", "short")]);
    expect(order).toEqual(["short", "long"]);
  });

  test("the event loop goes on while a turn burns", async () => {
    const world = start(freshHome(), limited("{:steps 900000000000}"));
    const turn = ask(world, "forever", "", "busy");
    let longest = 0;
    let last = performance.now();
    for (let tick = 0; tick < 20; tick++) {
      await new Promise((resolve) => setImmediate(resolve));
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    expect(longest).toBeLessThan(400);
    expect(world.stop("busy", "enough")).toBe(true);
    expect(await turn).toMatchObject({ outcome: "stopped", answer: expect.stringContaining("enough") });
    expect(world.stop("busy", "again")).toBe(false);
    expect(world.entries(2).map((entry) => entry.kind)).toEqual(["stop", "commit"]);
  });

  test("a turn may be stopped by whoever hears its output, within its own slice", async () => {
    const world = start(freshHome());
    world.on("progress", ({ kind, cell }: { kind: string; cell: string }) => { if (kind === "output") world.stop(cell, "heard enough"); });
    expect(await ask(world, "deadly")).toMatchObject({ outcome: "stopped", answer: expect.stringContaining("heard enough") });
    expect((await ask(world, "message", "next")).answer).toBe("next 1");
    expect(world.entries(100).filter(({ kind }) => kind === "commit")).toHaveLength(2);
    expect(world.replay().ok).toBe(true);
  });

  test("a turn stops at its steps and at its deadline", async () => {
    const world = start(freshHome(), limited("{:steps 20000}"));
    expect((await ask(world, "forever")).answer).toMatch(/^limit-exceeded/);
    const slow = start(freshHome(), limited("{:milliseconds 50 :steps 900000000000}"));
    expect(await ask(slow, "forever")).toMatchObject({ outcome: "stopped", answer: expect.stringMatching(/^turn-deadline/) });
  });

  test("the time that a turn waits for a person does not count against its deadline", async () => {
    const clock = new SteppedClock();
    const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
    const world = start(freshHome(), { clock, ...limited("{:milliseconds 1800000}") });
    const asked = () => new Promise<string>((resolve) => world.once("progress", function heard({ kind, id }: { kind: string; id: string }) {
      if (kind === "approval") resolve(id);
      else world.once("progress", heard);
    }));
    const [first, turn] = [asked(), ask(world, "question", "A")];
    const id = await first;
    await clock.pass(3 * 86_400_000, settled);
    expect(world.approvals().map((approval) => approval.id)).toEqual([id]);
    world.resolve(id, true, "me");
    expect(await turn).toMatchObject({ outcome: "done", answer: "ok" });
    expect(world.replay()).toMatchObject({ ok: true });
  });

  test("a deadline that stood still runs on with what was left of it", async () => {
    const clock = new SteppedClock();
    let passed = 0;
    const deadline = new Deadline(clock, 100, () => void (passed += 1));
    const after = async (milliseconds: number): Promise<number> => (await clock.pass(milliseconds, async () => undefined), passed);
    const seen = [await after(60)];
    deadline.pause();
    deadline.pause();
    seen.push(await after(1_000));
    deadline.resume();
    deadline.resume();
    seen.push(await after(39), await after(1), await after(1_000));
    expect(seen).toEqual([0, 0, 0, 1, 1]);
  });

  test("a budget counts over turns and periods", async () => {
    const clock = seededClock(1);
    let later = 0;
    const world = start(freshHome(), { clock: { ...clock, stamp: () => ({ ...clock.stamp(), timeMs: clock.stamp().timeMs + later }) } });
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push((await ask(world, "limited")).answer);
    later = 86_400_000;
    answers.push((await ask(world, "limited")).answer);
    expect(answers).toEqual(["ok", "ok", "ok", "budget-exceeded", "ok"]);
  });
});

test("what a port writes at once is durable together with its receipt, whoever flushes meanwhile", async () => {
  const home = freshHome();
  const durable: unknown[] = [];
  const look = (): void => {
    world.tables.transaction(() => undefined);
    const database = new Database(join(home, "world.db"), { readonly: true });
    durable.push(database.prepare("SELECT (SELECT count(*) FROM store_kept) AS kept, (SELECT count(*) FROM journal WHERE kind = 'receipt') AS receipts").get());
    database.close();
  };
  const world: World = start(home, {
    ports: ({ tables }) => {
      const port = outsidePort(home, tables);
      return [{ ...port, operations: port.operations.map((each) => ({ ...each, run: (...given: Parameters<typeof each.run>) => (queueMicrotask(look), each.run(...given)) })) }];
    },
  });
  expect((await ask(world, "write", "k")).outcome).toBe("done");
  expect(durable).toEqual([{ kept: 1, receipts: 1 }]);
});

describe("what the journal tells", () => {
  test("of an effect: decision and intent before, receipt after, then the commit", async () => {
    const world = start(freshHome());
    await ask(world, "write", "k");
    expect(world.entries(100).map(({ kind, cell }) => `${kind} ${cell}`.trim())).toEqual(["genome", "input a", "decision a", "intent a", "receipt a", "commit a"]);
    expect(world.entries(4)[0]?.body).toContain(':decision :allow :rule "test" :reason "a test"');
    expect(world.entries(4)[1]?.body).toContain(':request {:operation "store/write!" :origin "(genome turn turn)" :parameters {:key "k" :value "value"}} :reserved {:calls 1}');
  });

  test("of a refusal: the rule and the reason", async () => {
    const world = start(freshHome());
    await ask(world, "ungranted");
    expect(world.entries(2)[0]?.body).toContain("the manifest would need (grant (genome turn turn) (store/ungranted))");
  });
});

describe("approvals", () => {
  test.each([[true, "ok"], [false, "effect-denied"]])("an effect that the policy asks about waits; answered %s it gives %s", async (isAllowed, answer) => {
    const world = start(freshHome());
    const asked = new Promise((resolve) => world.on("progress", (event: { kind: string }) => { if (event.kind === "approval") resolve(event); }));
    const turn = ask(world, "question", "q");
    await asked;
    const [approval] = world.approvals();
    expect(approval).toMatchObject({ operation: "store/question!", parameters: '{:key "q"}', rule: "questions" });
    world.resolve(approval?.id ?? "", isAllowed, "me");
    expect((await turn).answer).toBe(answer);
    expect(() => world.resolve(approval?.id ?? "", true, "me")).toThrow(expect.objectContaining({ code: "no-approval" }));
  });
});

describe("genomes and patches", () => {
  const NEXT = "(define (next n) \"Two more.\" (+ n 2))";
  const COUNTER = "(genome turn counter)";

  test("a hot patch replaces one definition for the turns that follow, and unpatch takes it away", async () => {
    const world = start(freshHome());
    await ask(world, "message");
    world.patch(COUNTER, "next", NEXT);
    expect((await ask(world, "message", "n")).answer).toBe("n 3");
    expect(world.definition(COUNTER, "next")).toBe(NEXT);
    expect(world.patches()).toMatchObject([{ library: COUNTER, name: "next" }]);
    world.unpatch(COUNTER, "next");
    expect((await ask(world, "message", "n")).answer).toBe("n 4");
    expect(() => world.unpatch(COUNTER, "next")).toThrow(expect.objectContaining({ code: "no-patch" }));
    expect(world.verify().ok).toBe(true);
  });

  test.each([
    ["unknown library", "(no such)", "next", NEXT, "patch-refused"],
    ["unknown name", COUNTER, "nothing", "(define nothing 1)", "patch-refused"],
    ["another name", COUNTER, "next", "(define other 1)", "patch-refused"],
    ["more than one form", COUNTER, "next", `${NEXT} (define x 1)`, "patch-refused"],
    ["text that does not parse", COUNTER, "next", "(define (next n)", "patch-refused"],
    ["code that does not expand", COUNTER, "next", "(define (next n) (unheard-of n))", "genome-refused"],
    ["code that fails as it loads", COUNTER, "next", "(define next (car 5))", "genome-refused"],
  ])("a patch is refused: %s", async (_title, library, name, source, code) => {
    const world = start(freshHome());
    const before = world.status().entries;
    expect(() => world.patch(library, name, source)).toThrow(expect.objectContaining({ code }));
    expect(world.status().entries).toBe(before);
    expect((await ask(world, "message", "n")).answer).toBe("n 1");
  });

  test("an input that is accepted in the moment of an adoption begins once it is durable, and runs once", async () => {
    const made: { world?: World } = {};
    let isFirst = true;
    const world = (made.world = openTestWorld(freshHome(), { at: (point) => {
      if (point !== "accepted" || !isFirst) return;
      isFirst = false;
      made.world?.enqueue({ id: "second", cell: "b", kind: "message", text: "y" });
    } }));
    const failures: unknown[] = [];
    world.on("failed", (error) => failures.push(error));
    world.enqueue({ id: "first", cell: "a", kind: "message", text: "x" });
    world.adopt("2".repeat(40), testGenome());
    expect(await Promise.all(["first", "second"].map(async (id) => (await world.outcome(id)).answer))).toEqual(["x 1", "y 1"]);
    expect(world.state("b")).toBe('{:count 1 :last "y"}');
    await new Promise((resolve) => setImmediate(resolve));
    expect([failures, world.replay().ok]).toEqual([[], true]);
    await world.close();
  });

  test("patches and the adopted commit are still in force when the home is opened again", async () => {
    const home = freshHome();
    const world = openTestWorld(home);
    world.patch(COUNTER, "next", NEXT);
    await world.close();
    const again = start(home);
    expect((await ask(again, "message", "n")).answer).toBe("n 2");
    expect(again.genome).toBe(COMMIT);
  });

  test("a genome that does not load is refused, and the one in force stays", async () => {
    const world = start(freshHome());
    expect(() => world.adopt("2".repeat(40), testGenome({ "turn/turn.scm": "(define-library (genome turn turn) (export handle-turn) (import (ouro base)))" })))
      .toThrow(expect.objectContaining({ code: "genome-refused" }));
    expect(() => world.adopt("2".repeat(40), testGenome({ "manifest.scm": "(manifest" }))).toThrow(expect.objectContaining({ code: "bad-manifest" }));
    expect((await ask(world, "message", "n")).answer).toBe("n 1");
  });

  test("a turn ends on the genome it began on, and measures tell the commits apart", async () => {
    let go = (): void => undefined;
    const stays = new Promise<void>((resolve) => (go = resolve));
    const home = freshHome();
    const world = start(home, { ports: ({ tables }) => [outsidePort(home, tables, () => stays)] });
    const waiting = ask(world, "bump", "k", "slow");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const changed = testGenome()["turn/turn.scm"]?.replace("((:bump) ", "((:bump) (error \"the new genome\")") ?? "";
    world.adopt("2".repeat(40), testGenome({ "turn/turn.scm": changed }));
    go();
    expect(await waiting).toMatchObject({ outcome: "done" });
    expect(await ask(world, "bump", "k", "slow")).toMatchObject({ outcome: "failed" });
    await ask(world, "fail");
    expect(world.measures(COMMIT)).toMatchObject({ turns: 1, errors: 0, failures: 0 });
    expect(world.measures("2".repeat(40))).toMatchObject({ turns: 2, errors: 1, failures: 1 });
  });
});

describe("the operator's own session", () => {
  const perform = (world: World, home: string, name: string, ...operands: Value[]) => {
    const procedure = portLibrary(outsidePort(home, world.tables), OPERATOR).get(name) as Value;
    const waiting = world.interpreter.call(procedure, operands);
    expect(waiting.step()).toBe("waiting");
    return world.operate(waiting.request as EffectRequest, new AbortController().signal);
  };
  const string = (text: string) => new LispString(text);

  test("reaches any operation, above grants and policy, and the journal holds request and answer", async () => {
    const home = freshHome();
    const world = start(home);
    expect(write(await perform(world, home, "store/write!", string("denied"), string("v")))).toBe("{:version 1}");
    await expect(perform(world, home, "store/fail")).rejects.toMatchObject({ payload: { code: "store-broken" } });
    await expect(perform(world, home, "store/write!", 5, string("v"))).rejects.toMatchObject({ payload: { code: "invalid-parameters" } });
    const acts = world.entries(4).map(({ kind, body }) => `${kind} ${body.replace(/"[0-9a-f]{32}"/, "id")}`);
    expect(acts[0]).toContain('operator {:act id :request {:operation "store/write!" :origin "(operator)"');
    expect(acts[1]).toBe("operator {:act id :result {:version 1}}");
    expect(acts[3]).toContain(":failure {:code \"store-broken\"");
    expect(world.verify().ok).toBe(true);
  });
});

describe("children", () => {
  test("a child has no more than its parent passes on, and answers with a datum", async () => {
    const world = start(freshHome());
    const request = { parent: "a", task: "k", operations: ["store/read"], idempotencyKey: "key" };
    const child = await world.children.spawn(request);
    expect(await world.children.spawn(request)).toBe(child);
    const kin = { parent: "a", child };
    await expect(world.children.result(kin, "first", new AbortController().signal)).rejects.toMatchObject({ code: "swarm-child-failed" });
    expect((await ask(world, "catch", "k", child)).answer).toBe("not-granted");
    await world.children.send(kin, "hi");
    expect(await world.children.result(kin, "second", new AbortController().signal)).toEqual({ answer: '"hi 2"', labels: [] });
    const grandchild = await world.children.spawn({ parent: child, task: "k", operations: ["store/read", "store/write!"], idempotencyKey: "other" });
    expect((await ask(world, "catch", "k", grandchild)).answer).toBe("not-granted");
    await expect(world.children.send({ parent: "a", child: "child/none" }, "x")).rejects.toMatchObject({ code: "swarm-no-child" });
  });
});

describe("a child's parent", () => {
  const signal = new AbortController().signal;
  const spawned = async (world: World) => ({ parent: "a", child: await world.children.spawn({ parent: "a", task: "hi", operations: [], idempotencyKey: "key" }) });

  test("is the only one that sends to it, awaits it or cancels it: to all others there is none", async () => {
    const world = start(freshHome());
    const kin = await spawned(world);
    const sibling = await world.children.spawn({ parent: "a", task: "hi", operations: [], idempotencyKey: "other" });
    for (const parent of ["b", sibling, kin.child, "(operator)"]) {
      const stranger = { ...kin, parent };
      await expect(world.children.send(stranger, "x")).rejects.toMatchObject({ code: "swarm-no-child" });
      await expect(world.children.result(stranger, "key", signal)).rejects.toMatchObject({ code: "swarm-no-child" });
      await expect(world.children.cancel(stranger)).rejects.toMatchObject({ code: "swarm-no-child" });
    }
    await world.outcome(world.entries(100).find(({ kind, cell }) => kind === "input" && cell === kin.child)?.body.match(/:id "([^"]*)"/)?.[1] ?? "");
    expect(world.entries(100).filter(({ kind, cell }) => kind === "input" && cell === kin.child)).toHaveLength(1);
  });

  test("gets each answer by one intent, now and after a restart; the next message has the next answer", async () => {
    const home = freshHome();
    const first = start(home);
    const kin = await spawned(first);
    await first.children.send(kin, "hi");
    expect((await first.children.result(kin, "one", signal)).answer).toBe('"hi 1"');
    await first.durable();
    await open.pop()?.close();
    const world = start(home);
    expect((await world.children.result(kin, "one", signal)).answer).toBe('"hi 1"');
    await expect(world.children.result(kin, "two", signal)).rejects.toMatchObject({ code: "swarm-delivered" });
    await world.children.send(kin, "ho");
    expect((await world.children.result(kin, "two", signal)).answer).toBe('"ho 2"');
  });
});

describe("a home", () => {
  test("has one owner at a time", async () => {
    const home = freshHome();
    start(home);
    expect(() => openTestWorld(home)).toThrow(expect.objectContaining({ code: "home-busy" }));
  });

  test("closed, rejects what is asked of it and what still waits", async () => {
    const world = openTestWorld(freshHome(), limited("{:steps 900000000000}"));
    const turn = ask(world, "forever").catch((error: { code: string }) => error.code);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await world.close(10);
    expect(await turn).toBe("world-closed");
    expect(() => world.enqueue({ cell: "a", kind: "message", text: "x" })).toThrow(expect.objectContaining({ code: "world-closed" }));
  });

  test("rows that are written with a commit, or with an input, stand or fall with it", async () => {
    const home = freshHome();
    const world: World = start(home, { committing: ({ id }) => void world.tables.run("INSERT INTO test_rows VALUES (?)", id) });
    world.tables.execute("CREATE TABLE test_rows (id TEXT)");
    const { id } = await ask(world, "message", "x");
    expect(world.tables.all("SELECT id FROM test_rows")).toEqual([{ id }]);
    const entries = world.status().entries;
    expect(() => world.tables.transaction(() => {
      world.enqueue({ cell: "a", kind: "message", text: "never", id: "never" });
      throw new Error("undone");
    })).toThrow("undone");
    expect(world.status().entries).toBe(entries);
    await expect(world.outcome("never")).rejects.toMatchObject({ code: "no-input" });
    expect((await ask(world, "message", "y")).answer).toBe("y 2");
    expect(world.verify()).toEqual({ ok: true, entries: entries + 2 });
  });
});

function limited(turn: string) {
  const manifest = (testGenome()["manifest.scm"] ?? "").replace(/\(turn \{.*\}\)/, `(turn ${turn})`);
  return { genome: { commit: COMMIT, files: testGenome({ "manifest.scm": manifest }) } };
}
