// Closing a world with turns under way, and opening it again: they go on where they were, or it is said why not.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freshHome, openTestWorld } from "./home.js";
import { grown, outsidePort, seen } from "./outside.js";

/** A home that was closed while a turn waited for its second effect. */
async function interrupted(): Promise<{ home: string; id: string }> {
  const home = freshHome();
  const world = openTestWorld(home, {
    ports: ({ tables }) => [outsidePort(home, tables, () => (seen(home).length === 2 ? new Promise(() => undefined) : Promise.resolve()))],
  });
  const id = await world.accept({ cell: "a", kind: "bump", text: "k" });
  while (seen(home).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await world.close(10);
  return { home, id };
}

describe("a turn that was under way when the world closed", () => {
  test("goes on from its receipts, and its open effect runs again with the same key", async () => {
    const { home, id } = await interrupted();
    const world = openTestWorld(home);
    expect(await world.outcome(id)).toMatchObject({ outcome: "done", answer: "1" });
    const intents = seen(home).map((line) => line.intent);
    expect(intents).toHaveLength(4);
    expect(intents[1]).toBe(intents[2]);
    expect(new Set(intents).size).toBe(3);
    expect(world.verify().ok).toBe(true);
    await world.close();
  });

  test("runs once, however its cell is woken while others are tried for what killed the process", async () => {
    const home = freshHome();
    const before = openTestWorld(home, { ports: ({ tables }) => [outsidePort(home, tables, () => new Promise(() => undefined))] });
    for (const cell of ["a", "b"]) await before.accept({ id: cell, cell, kind: "bump", text: cell });
    while (seen(home).length < 2) await new Promise((resolve) => setImmediate(resolve));
    // A copy is what a crash would have left.
    const left = freshHome();
    for (const file of ["world.db", "world.db-wal", "journal.head", "outside.log"]) copyFileSync(join(home, file), join(left, file));
    await before.close(10);
    const world = openTestWorld(left);
    const wake = ({ kind, cell }: Record<string, unknown>): void => {
      if (kind !== "effect" || cell !== "a") return;
      world.off("progress", wake);
      world.enqueue({ id: "later", cell: "b", kind: "message", text: "later" });
    };
    world.on("progress", wake);
    for (const id of ["a", "b", "later"]) expect(await world.outcome(id)).toMatchObject({ outcome: "done" });
    expect(seen(left).filter(({ key }) => key === "b")).toHaveLength(4);
    await world.close();
  });

  test("is quarantined if it asks for something else than before, and its cell waits for a person", async () => {
    const { home, id } = await interrupted();
    const world = openTestWorld(home, { ports: ({ tables }) => [grown(outsidePort(home, tables))] });
    expect(await world.outcome(id)).toMatchObject({ outcome: "quarantined", answer: expect.stringMatching(/^determinism-fault.*effect 0 was .*"k".*"other"/) });
    const next = await world.accept({ cell: "a", kind: "message", text: "hi" });
    expect((await world.ask({ cell: "b", kind: "message", text: "beside" })).answer).toBe("beside 1");
    expect(world.cell("a")).toMatchObject({ mailbox: 1, inputs: [next], state: "{}", quarantine: { reason: expect.stringMatching(/^determinism-fault/) } });
    await world.close();
    const again = openTestWorld(home);
    expect((await again.ask({ cell: "b", kind: "message", text: "beside" })).answer).toBe("beside 2");
    expect(again.cells().map(({ cell, mailbox, quarantine }) => [cell, mailbox, quarantine !== undefined])).toEqual([["a", 1, true], ["b", 0, false]]);
    again.release("a", "me");
    expect((await again.outcome(next)).answer).toBe("hi 1");
    expect(again.entries(10).find(({ kind }) => kind === "operator")?.body).toBe('{:release "a" :by "me"}');
    expect(again.cell("a")).toMatchObject({ mailbox: 0, quarantine: undefined });
    expect(() => again.release("a", "me")).toThrow(expect.objectContaining({ code: "not-quarantined" }));
    expect(again.verify().ok).toBe(true);
    await again.close();
  });

  test("may be stopped while it waits, and what it waited for changes nothing when it comes", async () => {
    const home = freshHome();
    let go = (): void => undefined;
    const stays = new Promise<void>((resolve) => (go = resolve));
    const world = openTestWorld(home, { ports: ({ tables }) => [outsidePort(home, tables, () => stays)] });
    const turn = world.ask({ cell: "a", kind: "bump", text: "k" });
    while (seen(home).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    world.stop("a", "no longer wanted");
    expect((await turn).outcome).toBe("stopped");
    go();
    expect((await world.ask({ cell: "a", kind: "message", text: "hi" })).answer).toBe("hi 1");
    const kinds = world.entries(20).map((entry) => entry.kind);
    expect(kinds.slice(0, 6)).toEqual(["genome", "input", "decision", "intent", "stop", "commit"]);
    expect(kinds.slice(6).toSorted()).toEqual(["commit", "input", "receipt"]);
    expect(world.verify().ok).toBe(true);
    await world.close();
  });

  test("an approval that was asked for is still asked for after the restart, and only that one", async () => {
    const home = freshHome();
    const first = openTestWorld(home);
    const id = await first.accept({ cell: "a", kind: "question", text: "q" });
    while (first.approvals().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [before] = first.approvals();
    await first.close();
    const world = openTestWorld(home);
    while (world.approvals().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(world.approvals()).toMatchObject([{ id: before?.id, operation: "store/question!" }]);
    world.resolve(before?.id ?? "", true, "me");
    expect((await world.outcome(id)).answer).toBe("ok");
    expect(seen(home)).toHaveLength(1);
    await world.close();
  });
});
