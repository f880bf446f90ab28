// The queue's one look: it begins what leasing one turn after the other would.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arrival, type BasebandStorage, inProcess, memoryBaseband, openBaseband, sqliteBaseband, type Turn } from "../../ports/baseband/index.js";
import { openTables } from "./tables.js";

const implementations: Record<string, () => BasebandStorage> = { memory: memoryBaseband, sqlite: () => sqliteBaseband(openTables()) };
const everyTurn = ["queued", "leased", "running", "waiting", "done", "failed", "stopped", "dead"] as const;
const SEVEN = { reference: "file 7", name: "a.png", type: "image/png" };
const worker = (nowMs: number) => ({ worker: "w", nowMs, leaseMs: 10 });
const message = (change: Pick<Arrival, "id" | "channel" | "thread">): Arrival => ({ platform: "repl", account: "local", sender: "owner", body: { text: "hello" }, received: 5, ...change });

describe.each(Object.entries(implementations))("baseband in %s", (_implementation, storageOf) => {
  test("all turns that may run begin at one look as they would one after the other, and what is due is queued again first", () => {
    const arrival = fc.record({ channel: fc.constantFrom("main", "side"), thread: fc.constantFrom("", "1", "2", "3"), lane: fc.constantFrom("interactive", "worker", "maintenance") });
    const limits = { total: 5, interactiveReserve: 1, perAgent: 5, perChannel: 4, perLane: { worker: 2, maintenance: 1 } };
    fc.assert(fc.property(fc.array(arrival, { maxLength: 14 }), fc.nat(5), fc.nat(60), (arrivals, before, laterMs) => {
      const sides = [storageOf(), storageOf()].map((storage) => {
        const baseband = openBaseband(storage, { limits });
        baseband.attach(inProcess("repl", () => undefined));
        for (const channel of ["main", "side"]) baseband.bind({ platform: "repl", account: "local", channel, thread: "", agent: "ouro" });
        baseband.admit({ platform: "repl", account: "local", sender: "owner", role: "operator", identity: "Ada" });
        arrivals.forEach(({ channel, thread, lane }, index) => baseband.accept(message({ id: String(index), channel, thread }), undefined, lane));
        for (let count = 0; count < before; count += 1) baseband.queue.lease({ ...worker(count), leaseMs: 20 * (count + 1) });
        return { storage, queue: baseband.queue };
      });
      const [whole, single] = sides as [(typeof sides)[number], (typeof sides)[number]];
      const begun = whole.queue.begin(worker(laterMs));
      for (let turn = single.queue.lease(worker(laterMs)); turn !== undefined; turn = single.queue.lease(worker(laterMs))) single.queue.start(turn, laterMs);
      expect(begun.map(({ state }) => state)).toEqual(begun.map(() => "running"));
      expect(whole.storage.turns(everyTurn)).toEqual(single.storage.turns(everyTurn));
    }), { seed: 31_118, numRuns: 200 });
  });

  test("a turn whose files are still to come keeps its place, and what its sender puts right meanwhile is what runs", () => {
    const storage = storageOf();
    const baseband = openBaseband(storage);
    baseband.attach(inProcess("repl", () => undefined));
    baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "", agent: "ouro" });
    baseband.admit({ platform: "repl", account: "local", sender: "owner", role: "operator", identity: "Ada" });
    const file = { hash: "0".repeat(64), name: "a.png", type: "image/png", size: 3 };
    const { turn: slow } = baseband.accept({ ...message({ id: "1", channel: "main" }), arriving: [SEVEN] });
    const { turn: behind } = baseband.accept(message({ id: "2", channel: "main" }));
    expect(baseband.queue.begin(worker(1e15))).toEqual([]);
    baseband.replace({ ...message({ id: "3", channel: "main" }), body: { text: "rather this" } }, "1");
    expect(storage.turn(slow.id)?.envelope.arriving).toEqual([SEVEN]);
    baseband.arrived(slow, [file], [{ kind: "notice", text: "left" }]);
    expect(baseband.arrived(slow, [], [])).toBeUndefined();
    expect(baseband.arrived(behind, [file], [])).toBeUndefined();
    const [begun] = baseband.queue.begin(worker(5));
    expect(begun?.envelope).toMatchObject({ id: "1", body: { text: "rather this", parts: [{ kind: "notice", text: "left" }] }, attachments: [file] });
    expect(begun?.envelope.arriving).toBeUndefined();
  });

  test("an edit with files of its own puts them in the place of those that were to come, also where these come meanwhile", () => {
    const storage = storageOf();
    const baseband = openBaseband(storage);
    baseband.attach(inProcess("repl", () => undefined));
    baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "", agent: "ouro" });
    baseband.admit({ platform: "repl", account: "local", sender: "owner", role: "operator", identity: "Ada" });
    const file = { hash: "0".repeat(64), name: "a.png", type: "image/png", size: 3 };
    const { turn } = baseband.accept({ ...message({ id: "1", channel: "main" }), arriving: [SEVEN] });
    const edited = baseband.replace({ ...message({ id: "2", channel: "main" }), body: { text: "rather this" }, arriving: [{ ...SEVEN, reference: "file 8" }] }, "1");
    expect(edited?.id).toBe(turn.id);
    expect(baseband.arrived(turn, [file], [])).toBeUndefined();
    expect(baseband.queue.begin(worker(5))).toEqual([]);
    expect(baseband.arrived(edited as Turn, [file], [])?.envelope).toMatchObject({ body: { text: "rather this" }, attachments: [file] });
    expect(baseband.queue.begin(worker(5))).toHaveLength(1);
  });

  test("a turn that is stopped while its files are still to come stays stopped", () => {
    const storage = storageOf();
    const baseband = openBaseband(storage);
    baseband.attach(inProcess("repl", () => undefined));
    baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "", agent: "ouro" });
    baseband.admit({ platform: "repl", account: "local", sender: "owner", role: "operator", identity: "Ada" });
    const { turn } = baseband.accept({ ...message({ id: "1", channel: "main" }), arriving: [SEVEN] });
    baseband.queue.stop(turn.id, { reason: "dropped" });
    expect(baseband.arrived(turn, [], [])).toBeUndefined();
    expect(storage.turn(turn.id)?.state).toBe("stopped");
  });
});
