// Why: one message of each outcome is explained, by its ground, in an open world and in one at rest.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { openRecords, systemClock, type Why, type World } from "../../epigenome/index.js";
import { operation, type Port } from "../../ports/port.js";
import { testGenome } from "./genome.js";
import { freshHome, openTestWorld } from "./home.js";
import { grown, outsidePort, seen } from "./outside.js";

const NOON = Date.UTC(2026, 9, 1, 12);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What is known of an input that one world took to its end. */
async function told(kind: string, text: string): Promise<Why> {
  const world = openTestWorld(freshHome());
  const { id } = await world.ask({ cell: "a", kind, text });
  const why = world.why(id);
  await world.close();
  return why;
}

describe("a message that came to its end", () => {
  test.each([
    ["message", "hi", { outcome: "done", ground: /^handle-turn answered after \d+ steps and 0 effects\.$/, end: { answer: "hi 1" } }],
    ["error", "x", { outcome: "failed", ground: /^user-error: it broke/, end: { outcome: "failed" } }],
    ["bad", "", { outcome: "failed", ground: /^bad-turn-result: / }],
  ])("%s %j", async (kind, text, { outcome, ground, ...more }) => {
    expect(await told(kind, text)).toMatchObject({ about: "input", outcome, ground: expect.stringMatching(ground), input: { kind, text, cell: "a" }, ...more });
  });

  test("was stopped", async () => {
    const world = openTestWorld(freshHome());
    const id = await world.accept({ cell: "a", kind: "forever", text: "" });
    await until(() => world.stop("a", "no longer wanted"));
    await world.outcome(id);
    expect(world.why(id)).toMatchObject({ outcome: "stopped", ground: expect.stringContaining("no longer wanted") });
    await world.close();
  });
});

test("a message whose entries were pruned is told by its end, and such an entry as pruned", async () => {
  const world = openTestWorld(freshHome());
  const { id } = await world.ask({ cell: "a", kind: "message", text: "hi" });
  const { end } = world.why(id);
  await world.prune();
  const { timeMs: _, ...kept } = { ...end };
  expect(world.why(id)).toEqual({
    id, about: "input", outcome: "done", ground: expect.stringMatching(new RegExp(`^Entry ${end?.sequence} said so. It was pruned`)) as string, next: "", effects: [], end: { ...kept, genome: expect.any(String) as string },
  });
  expect(world.why("2")).toMatchObject({ about: "nothing", outcome: "pruned", ground: expect.stringContaining("was pruned") as string });
  expect(world.why("1000")).toMatchObject({ outcome: "never seen" });
  await world.close();
});

test("a receipt that came after its turn's entries were pruned says what became of that turn", async () => {
  let answer = (): void => undefined;
  const slow: Port = {
    name: "tool-runtime", doc: "For this test.",
    operations: [operation({ name: "late", doc: "Answers when it is let.", parameters: z.object({}), result: z.object({}), outcome: "unknown", accepts: { any: "a test" }, run: () => new Promise<object>((resolve) => (answer = () => resolve({}))) })],
  };
  const world = openTestWorld(freshHome(), { ports: () => [slow], genome: { commit: "1".repeat(40), files: LATE } });
  const progress = (kind: string): Promise<void> => new Promise((resolve) => world.on("progress", (event) => event["kind"] === kind && resolve()));
  const begun = progress("effect");
  const id = await world.accept({ cell: "a", kind: "message", text: "" });
  await begun;
  world.stop("a", "no longer wanted");
  const { end } = world.why(id);
  await world.prune();
  const came = progress("receipt");
  answer();
  await came;
  const [receipt] = world.entries(1);
  expect(world.why(String(receipt?.sequence))).toMatchObject({
    about: "entry", outcome: "recorded", entry: { kind: "receipt" }, end: { outcome: "stopped", sequence: end?.sequence },
    ground: `A receipt that came after the end of its turn and changed nothing: entry ${end?.sequence} said of the input ${id} that it was stopped, and was pruned with what was asked for.`,
  });
  await world.close();
});

const LATE = {
  "manifest.scm": "(manifest (version 1) (libraries (genome policy effects) (genome turn turn)) (turn (genome turn turn)) (grants (grant (genome turn turn) (tool-runtime/late))))",
  "policy/effects.scm": `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
    (begin (define (decide-effect effect) "Allows all." {:decision :allow :rule "test" :reason "a test"})))`,
  "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (port tool-runtime))
    (begin (define (handle-turn input state) "Waits." (tool-runtime/late) {:state {} :answer ""})))`,
};

describe("an effect that was decided", () => {
  test.each([
    ["schema", "schema", "", { status: "refused", ground: "schema", rule: "schema", code: "invalid-parameters" }],
    ["ungranted", "grant", "", { status: "refused", ground: "grant", rule: "grant", code: "not-granted" }],
    ["expired", "a grant that has ended", "", { status: "refused", ground: "grant", code: "grant-expired" }],
    ["catch", "a grant's condition", "forbidden", { status: "refused", ground: "grant", code: "grant-condition" }],
    ["guarded", "labels", "", { status: "refused", ground: "labels", code: "label-refused" }],
    ["catch", "the policy", "denied", { status: "refused", ground: "policy", rule: "no-denied", reason: "this key is denied", code: "effect-denied" }],
    ["costly", "the budget", "101", { status: "refused", ground: "budget", rule: "budget", code: "budget-exceeded", message: expect.stringContaining("100 are left") as string }],
    ["catch", "the policy, and done", "fine", { status: "done", ground: "policy", rule: "test", reason: "a test", operation: "store/write!", library: "(genome turn turn)" }],
    ["fail", "the policy, and failed", "", { status: "failed", ground: "policy", code: "store-broken" }],
  ])("%s: by %s", async (kind, _by, text, wanted) => {
    const { id, effects } = await told(kind, text);
    const effect = effects.at(-1);
    expect(effect).toMatchObject({ input: id, cell: "a", ...wanted });
    expect(effect?.entries.length).toBeGreaterThan(0);
  });

  test("by the policy is told as the policy's, whatever its rule is named", async () => {
    const files = testGenome();
    const world = openTestWorld(freshHome(), { genome: { commit: "1".repeat(40), files: { ...files, "policy/effects.scm": (files["policy/effects.scm"] ?? "").replace('"no-denied"', '"budget"') } } });
    const { id } = await world.ask({ cell: "a", kind: "catch", text: "denied" });
    expect(world.why(id).effects).toMatchObject([{ ground: "policy", rule: "budget", code: "effect-denied" }]);
    await world.close();
  });

  test("is counted in the budgets of its present period", async () => {
    const world = openTestWorld(freshHome(), { clock: { ...systemClock(), stamp: () => ({ timeMs: NOON, entropy: "0".repeat(64) }) } });
    await world.ask({ id: "one", cell: "a", kind: "limited", text: "" });
    await world.ask({ id: "two", cell: "a", kind: "limited", text: "" });
    const use = { account: "(genome turn turn) store/limited", period: "day", dimension: "calls", used: 2 };
    expect(world.records.budgets(NOON + 6 * 3_600_000).filter(({ account }) => account === use.account)).toEqual([use]);
    expect(world.records.budgets(NOON + 24 * 3_600_000)).toEqual([]);
    await world.close();
  });

  test("is found by its input's id also where that is of digits alone, as a sequence is", async () => {
    const world = openTestWorld(freshHome());
    await world.ask({ id: "7258781921", cell: "a", kind: "bump", text: "k" });
    expect(world.why("7258781921")).toMatchObject({ about: "input", outcome: "done" });
    expect(world.why("7258781922")).toMatchObject({ about: "nothing" });
    await world.close();
  });

  test("is found by its id, by the start of it and by each of its entries", async () => {
    const world = openTestWorld(freshHome());
    const { id: input } = await world.ask({ cell: "a", kind: "bump", text: "k" });
    const [, effect] = world.why(input).effects;
    const wanted = { about: "effect", outcome: "done", ground: expect.stringMatching(/^Allowed by the policy's rule test: a test; answered within \d+ ms\.$/), effects: [effect], input: { id: input } };
    expect(effect?.index).toBe(1);
    for (const id of [effect?.id ?? "", effect?.id.slice(0, 8) ?? ""]) expect(world.why(id)).toMatchObject({ ...wanted, id: effect?.id });
    for (const sequence of effect?.entries ?? []) expect(world.why(String(sequence))).toMatchObject({ ...wanted, id: String(sequence), entry: { sequence } });
    expect(world.why("1")).toMatchObject({ about: "entry", outcome: "recorded", entry: { kind: "genome" } });
    expect(world.records.effects(2).map(({ index }) => index)).toEqual([2, 1]);
    await world.close();
  });

  test.each([
    ["schema", "", "invalid-parameters"], ["ungranted", "", "not-granted"], ["catch", "forbidden", "grant-condition"], ["guarded", "", "label-refused"], ["catch", "denied", "effect-denied"], ["costly", "101", "budget-exceeded"],
  ])("is found by its id and the start of it where it was refused: %s %j, %s", async (kind, text, code) => {
    const world = openTestWorld(freshHome());
    const { id: input } = await world.ask({ cell: "a", kind, text });
    const effect = world.why(input).effects.at(-1);
    expect(effect).toMatchObject({ status: "refused", code });
    for (const id of [effect?.id ?? "", effect?.id.slice(0, 8) ?? ""])
      expect(world.why(id)).toMatchObject({ about: "effect", outcome: "refused", id: effect?.id, effects: [effect], input: { id: input }, ground: expect.stringMatching(/^Refused by /) as string });
    await world.close();
  });

  test("is found though a later request holds the very words of an intent", async () => {
    const world = openTestWorld(freshHome());
    const { id: input } = await world.ask({ cell: "a", kind: "catch", text: "denied" });
    const id = world.why(input).effects.at(-1)?.id ?? "";
    expect((await world.ask({ cell: "b", kind: "write", text: `:intent "${id}` })).outcome).toBe("done");
    expect((await world.ask({ cell: "b", kind: "quote", text: "", data: `{:intent "${id}"}` })).outcome).toBe("done");
    for (const told of [id, id.slice(0, 8)]) expect(world.why(told)).toMatchObject({ about: "effect", outcome: "refused", id });
    await world.close();
  });

  test.each([[true, "done", "Allowed by a person, me: approved by me"], [false, "refused", "Refused by a person, me: refused by me"]])("by a person: allowed is %s", async (isAllowed, status, ground) => {
    const world = openTestWorld(freshHome());
    const id = await world.accept({ cell: "a", kind: "question", text: "q" });
    await until(() => world.approvals().length > 0);
    const [asked] = world.records.asked();
    expect(world.why(id)).toMatchObject({ outcome: "waiting", ground: expect.stringContaining("waits for a person's word, by rule questions: a person decides"), next: expect.stringContaining(`approve ${asked?.id.slice(0, 8)}`) });
    expect(world.why(asked?.id.slice(0, 10) ?? "")).toMatchObject({ about: "effect", outcome: "asked" });
    world.resolve(asked?.id ?? "", isAllowed, "me");
    await world.outcome(id);
    expect(world.why(asked?.id ?? "")).toMatchObject({ outcome: status, ground: expect.stringContaining(ground), effects: [{ ground: "approval", approval: { allowed: isAllowed, by: "me" } }] });
    expect(world.records.asked()).toEqual([]);
    await world.close();
  });
});

/** A world in which a turn waits for the outside until it is let go. */
function waiting(home: string, kind: string): { world: World; id: Promise<string>; go: () => void } {
  let go = (): void => undefined;
  const stays = new Promise<void>((resolve) => (go = resolve));
  const world = openTestWorld(home, { ports: ({ tables }) => [outsidePort(home, tables, () => stays)] });
  return { world, go, id: world.accept({ cell: "a", kind, text: "k" }) };
}

describe("a message without an outcome", () => {
  test("waits for the outside, and another stands behind it; neither is hidden when the world is closed", async () => {
    const home = freshHome();
    const { world, go, id } = waiting(home, "bump");
    const [first, second] = [await id, await world.accept({ cell: "a", kind: "message", text: "next" })];
    await until(() => seen(home).length > 0);
    expect(world.why(first)).toMatchObject({ outcome: "waiting", ground: expect.stringMatching(/^store\/bump! is under way outside since entry \d+\.$/), next: expect.stringContaining("ouro cell stop a"), effects: [{ status: "under way" }] });
    expect(world.why(second)).toMatchObject({ outcome: "queued", ground: "1 input of the cell a stand before it; a cell runs one turn at a time." });
    await world.close(10);
    go();
    const resting = openRecords(home);
    expect(resting?.why(first)).toMatchObject({ outcome: "unfinished", effects: [{ status: "under way" }] });
    expect(resting?.why(second)).toMatchObject({ outcome: "queued" });
    expect(resting?.records.counts()).toMatchObject({ backlog: 2, outcomes: { done: 0 } });
    expect(() => openTestWorld(home)).toThrow(expect.objectContaining({ code: "home-busy" }));
    resting?.close();
  });

  test("runs", async () => {
    const world = openTestWorld(freshHome());
    const id = await world.accept({ cell: "a", kind: "forever", text: "" });
    await until(() => (world.cell("a")?.turn?.steps ?? 0) > 0);
    expect(world.why(id)).toMatchObject({ outcome: "running", ground: expect.stringMatching(/^Its turn is under way: [1-9]\d* steps and 0 effects so far\.$/) });
    await world.close(10);
  });

  test("has an effect whose outcome nobody knows after a crash", async () => {
    const home = freshHome();
    const { world, id } = waiting(home, "unknown");
    const input = await id;
    await until(() => seen(home).length > 0);
    await world.close(10);
    const again = openTestWorld(home);
    expect((await again.outcome(input)).answer).toBe("unknown");
    expect(again.why(input)).toMatchObject({ outcome: "done", effects: [{ status: "unknown", code: "outcome-unknown" }] });
    await again.close();
  });

  test("was stopped before its effect was answered, and a late receipt is told", async () => {
    const home = freshHome();
    const { world, id, go } = waiting(home, "bump");
    const input = await id;
    await until(() => seen(home).length > 0);
    world.stop("a", "no longer wanted");
    expect((await world.outcome(input)).outcome).toBe("stopped");
    expect(world.why(input).effects).toMatchObject([{ status: "abandoned" }]);
    go();
    await until(() => world.entries(1)[0]?.kind === "receipt");
    expect(world.why(input).effects).toMatchObject([{ status: "done" }]);
    await world.close();
  });

  test("broke determinism: it is quarantined, and what comes after it is held until the cell is released", async () => {
    const home = freshHome();
    const { world, id } = waiting(home, "bump");
    const input = await id;
    await until(() => seen(home).length > 0);
    await world.close(10);
    const again = openTestWorld(home, { ports: ({ tables }) => [grown(outsidePort(home, tables))] });
    await again.outcome(input);
    const held = await again.accept({ cell: "a", kind: "message", text: "hi" });
    expect(again.why(input)).toMatchObject({ outcome: "quarantined", ground: expect.stringMatching(/^determinism-fault: /), next: expect.stringContaining("ouro cell release a") });
    expect(again.why(held)).toMatchObject({ outcome: "held", ground: expect.stringMatching(/^The cell a is quarantined since entry \d+: determinism-fault/), next: expect.stringContaining("ouro cell release a") });
    again.release("a", "me");
    await again.outcome(held);
    expect(again.why(input)).toMatchObject({ outcome: "quarantined", next: "" });
    await again.close();
  });

  test("was never seen", async () => {
    const world = openTestWorld(freshHome());
    for (const id of ["nothing", "0123456789abcdef", "99999", "%", ""]) expect(world.why(id)).toMatchObject({ about: "nothing", outcome: "never seen" });
    await world.close();
  });
});
