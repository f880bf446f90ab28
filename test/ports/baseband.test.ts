// The baseband port, in memory and in tables: default deny, one queueing, fenced leases, one answer, one sending.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Arrival, ATTEMPTS, type Baseband, basebandPort, type BasebandStorage, inProcess, type Lease, LIMITS, memoryBaseband, openBaseband,
  ANY, outgoing, type Outgoing, type Part, type Platform, SEND_ATTEMPTS, sqliteBaseband, type Turn,
} from "../../ports/baseband/index.js";
import { PortError } from "../../ports/port.js";
import { ask, portContract, refusal } from "./contract.js";
import { openTables } from "./tables.js";

const implementations: Record<string, () => BasebandStorage> = { memory: memoryBaseband, sqlite: () => sqliteBaseband(openTables()) };
const everyTurn = ["queued", "leased", "running", "waiting", "done", "failed", "stopped", "dead"] as const;
const everyMessage = ["pending", "sending", "sent", "failed", "dead", "unknown"] as const;

function message(change: Partial<Arrival> = {}): Arrival {
  return { id: "1", platform: "repl", account: "local", channel: "main", sender: "owner", body: { text: "hello" }, received: 5, ...change };
}

/** The owner may speak in the channels `main` and `side`, a guest too; everything sent lands in `sent`. */
function opened(storage: BasebandStorage, platform: Partial<Platform> = {}): { baseband: Baseband; sent: Part[] } {
  const sent: Part[] = [];
  const baseband = openBaseband(storage, { sendDelayMs: () => 100 });
  baseband.attach({ ...inProcess("repl", (part) => void sent.push(part)), ...platform });
  for (const channel of ["main", "side"]) baseband.bind({ platform: "repl", account: "local", channel, thread: "", agent: "ouro" });
  baseband.admit({ platform: "repl", account: "local", sender: "owner", role: "operator", identity: "Ada" });
  baseband.admit({ platform: "repl", account: "local", sender: "guest", role: "member", identity: "Bob" });
  return { baseband, sent };
}

const worker = (nowMs: number, leaseMs = 10) => ({ worker: "w", nowMs, leaseMs });
const texts = (rows: readonly Outgoing[]): string[] => rows.map((row) => row.text);

describe.each(Object.entries(implementations))("baseband in %s", (implementation, storageOf) => {
  portContract(implementation, {
    open: () => {
      const storage = storageOf();
      const { baseband } = opened(storage);
      baseband.accept(message());
      return { port: basebandPort(baseband), state: () => [storage.turns(everyTurn), storage.outgoing(everyMessage), storage.bindings(), storage.members()] };
    },
    examples: [
      ["send!", { channel: "repl/local/main", text: "good morning" }],
      ["send!", { channel: "repl/local/main/a%2Fthread", text: "in a thread of a bound channel" }],
      ["channels", {}],
      ["queue", {}],
      ["queue", { state: "done", limit: 1 }],
      ["bindings", {}],
    ],
    refused: [
      ["send!", { channel: "main", text: "x" }],
      ...["", " \n "].map((text): [string, Record<string, unknown>] => ["send!", { channel: "repl/local/main", text }]),
      ["send!", { channel: "repl/local/main", text: "x", files: [{ hash: "../../vault.db", name: "x", type: "text/plain" }] }],
      ["queue", { state: "lost" }],
    ],
  });

  const check = (title: string, body: (baseband: Baseband, sent: Part[]) => Promise<unknown> | unknown): void => {
    test(title, async () => {
      const { baseband, sent } = opened(storageOf());
      await body(baseband, sent);
    });
  };

  test("each door is closed until it is opened: platform, signature, binding, allow-list", async () => {
    const storage = storageOf();
    const baseband = openBaseband(storage);
    const refuses = (code: string, evidence?: unknown) => refusal(() => baseband.accept(message(), evidence), `baseband-${code}`);
    await refuses("unknown-platform");
    baseband.attach({ ...inProcess("repl", () => undefined), verify: (_envelope, evidence) => evidence === "signed" });
    await refuses("not-verified");
    await refuses("not-verified", "forged");
    await refuses("not-bound", "signed");
    baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "", agent: "ouro" });
    await refuses("not-allowed", "signed");
    baseband.admit({ platform: "repl", account: "other", sender: "owner", role: "operator", identity: "Ada" });
    await refuses("not-allowed", "signed");
    baseband.admit({ platform: "repl", account: "local", sender: "owner", role: "operator", identity: "Ada" });
    expect(storage.turns(everyTurn)).toEqual([]);
    expect(baseband.accept(message(), "signed")).toMatchObject({ duplicate: false, turn: { state: "queued", agent: "ouro", role: "operator" } });
    baseband.dismiss("repl", "local", "owner");
    await refuses("not-allowed", "signed");
    await refusal(() => baseband.accept({ ...message(), extra: 1 } as Arrival, "signed"), "baseband-invalid-envelope");
  });

  check("who a sender is, and how far trusted, is ours to say", (baseband) => {
    const claims = { identity: "Ada", session: "hers", label: "" };
    expect(baseband.accept(message({ ...claims, sender: "guest", thread: "t/1" })).turn.envelope).toMatchObject({ identity: "Bob", session: "ouro/repl/local/main/t%2F1", label: "repl guest" });
    expect(baseband.accept(message({ id: "2", label: "x" })).turn.envelope).toMatchObject({ identity: "Ada", label: "" });
  });

  check("a thread's own binding goes before its channel's", (baseband) => {
    baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "t", agent: "other" });
    expect(baseband.accept(message({ thread: "t" })).turn.agent).toBe("other");
    expect(baseband.accept(message({ id: "2", thread: "u" })).turn.agent).toBe("ouro");
  });

  test("a message is queued once however often and in whatever order it arrives, also after it was answered", () => {
    fc.assert(fc.property(fc.array(fc.record({ id: fc.constantFrom("1", "2", "3"), finish: fc.boolean() }), { maxLength: 25 }), (arrivals) => {
      const storage = storageOf();
      const { baseband } = opened(storage);
      const seen = new Map<string, number>();
      arrivals.forEach(({ id, finish }, nowMs) => {
        const { duplicate, turn } = baseband.accept(message({ id }));
        expect([duplicate, turn.id]).toEqual([seen.has(id), seen.get(id) ?? turn.id]);
        seen.set(id, turn.id);
        const leased = finish ? baseband.queue.lease(worker(nowMs)) : undefined;
        if (leased !== undefined) baseband.queue.complete(leased, nowMs, { state: "done", answer: leased.envelope.id });
      });
      expect(storage.turns(everyTurn).map((turn) => turn.envelope.id).toSorted()).toEqual([...seen.keys()].toSorted());
      expect(new Set(texts(storage.outgoing(everyMessage))).size).toBe(storage.outgoing(everyMessage).length);
    }), { seed: 20_264, numRuns: 60 });
  });

  test("only the standing lease can write, ended turns stay ended, and a turn has at most one answer", () => {
    const action = fc.record({
      kind: fc.constantFrom("lease", "start", "renew", "wait", "resume", "complete", "stop", "recover"),
      which: fc.nat(9), later: fc.nat(6),
    });
    fc.assert(fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const storage = storageOf();
      const { baseband } = opened(storage);
      for (const id of ["1", "2"]) baseband.accept(message({ id, channel: id === "1" ? "main" : "side" }));
      const leases: Lease[] = [];
      let nowMs = 0;
      for (const { kind, which, later } of actions) {
        nowMs += later;
        const lease = leases[which % Math.max(1, leases.length)] ?? { id: 1, token: 0 };
        const before = storage.turns(everyTurn);
        const standing = before.find((turn) => turn.id === lease.id) as Turn;
        const wrote = applied(baseband, kind, lease, nowMs, leases);
        if (["start", "renew", "wait", "complete"].includes(kind)) {
          const isParked = kind === "complete" && standing.state === "waiting";
          const isStale = standing.token !== lease.token || (!isParked && (standing.leasedUntilMs <= nowMs || !["leased", "running"].includes(standing.state)));
          if (isStale) expect([wrote, storage.turns(everyTurn)]).toEqual([false, before]);
        }
        for (const turn of before) if (["done", "failed", "stopped", "dead"].includes(turn.state)) expect(storage.turn(turn.id)).toEqual(turn);
        const answered = storage.outgoing(everyMessage).map((row) => row.turn);
        expect(answered).toEqual([...new Set(answered)]);
      }
      const tokens = leases.map((lease) => lease.token);
      expect(tokens).toEqual([...new Set(tokens)].toSorted((left, right) => left - right));
    }), { seed: 20_265, numRuns: 150 });
  });

  check("a zombie that comes back after its turn was given to another can write nothing", async ({ accept, queue, storage }) => {
    accept(message());
    const zombie = queue.lease(worker(0)) as Turn;
    queue.start(zombie, 1);
    const heir = queue.lease(worker(10)) as Turn;
    expect(heir.id).toBe(zombie.id);
    const before = storage.turns(everyTurn);
    for (const write of [
      () => queue.start(zombie, 11), () => queue.renew(zombie, 11, 10), () => queue.wait(zombie, 11, "approval"),
      () => queue.complete(zombie, 11, { state: "done", answer: "late" }),
      () => queue.complete({ id: heir.id, token: heir.token + 1 }, 11, { state: "done" }),
    ]) await refusal(write, "baseband-lease-lost");
    expect([storage.turns(everyTurn), storage.outgoing(everyMessage)]).toEqual([before, []]);
    queue.complete(heir, 12, { state: "done", answer: "in time" });
    expect(texts(storage.outgoing(everyMessage))).toEqual(["in time"]);
  });

  check("why a turn failed is told with a label, for it may quote what the turn had read", async (baseband) => {
    const { accept, queue } = baseband;
    accept(message());
    const leased = queue.lease(worker(0)) as Turn;
    queue.complete(leased, 1, { state: "failed", reason: "said the page", answer: "" });
    expect(await ask(basebandPort(baseband), "queue", { state: "failed" })).toMatchObject({ turns: [{ reason: { labels: ["journal"], content: "said the page" } }] });
  });

  check("a row that was read before another write is not written over", async ({ accept, storage, queue }) => {
    accept(message());
    const stale = queue.lease(worker(0)) as Turn;
    queue.start(stale, 1);
    const late = openBaseband({ ...storage, turn: () => stale });
    await refusal(() => late.queue.complete(stale, 2, { state: "done", answer: "late" }), "baseband-lease-lost");
    const row = outgoing({ platform: "repl", account: "local", channel: "main", thread: "" }, "x", { turn: 7 });
    expect([storage.addOutgoing(row)?.id, storage.addOutgoing(row)]).toEqual([1, undefined]);
    const [first] = storage.outgoing(["pending"]) as [Outgoing];
    expect([storage.replaceOutgoing(first, { ...first, partsSent: 1 }), storage.replaceOutgoing(first, { ...first, text: "y" })]).toEqual([true, false]);
  });

  test("a platform that is attached again while a message is under way does not disturb it", async () => {
    let arrive = (): void => undefined;
    let leaves = (): void => undefined;
    const storage = storageOf();
    const baseband = openBaseband(storage);
    const begun = new Promise<void>((begin) => (leaves = begin));
    const platform = { ...inProcess("repl", () => undefined), send: () => new Promise<void>((resolve) => void ((arrive = resolve), leaves())) };
    const detach = baseband.attach(platform);
    await refusal(() => baseband.attach(platform), "baseband-attached");
    baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "", agent: "ouro" });
    await ask(basebandPort(baseband), "send!", { channel: "repl/local/main", text: "once" });
    const delivery = baseband.outbox.deliver(0);
    await begun;
    detach();
    baseband.attach(platform);
    arrive();
    expect([await delivery, storage.outgoing(everyMessage).map((row) => row.state)]).toEqual([1, ["sent"]]);
  });

  test("a door that closes before the first byte has left keeps its message", async () => {
    const storage = storageOf();
    const baseband = openBaseband(storage);
    const sent: string[] = [];
    const platform = { ...inProcess("repl", () => undefined), send: async ({ text }: { text: string }) => void sent.push(text) };
    const detach = baseband.attach(platform);
    baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "", agent: "ouro" });
    await ask(basebandPort(baseband), "send!", { channel: "repl/local/main", text: "once" });
    const delivery = baseband.outbox.deliver(0);
    detach();
    expect([await delivery, sent, storage.outgoing(everyMessage).map(({ state, attempts }) => ({ state, attempts }))]).toEqual([0, [], [{ state: "pending", attempts: 0 }]]);
    baseband.attach(platform);
    expect([await baseband.outbox.deliver(0), sent]).toEqual([1, ["once"]]);
  });

  check("what may run next is the oldest of each session that nothing is under way in", ({ accept, queue, storage }) => {
    for (const [thread, id] of [["a", "1"], ["a", "2"], ["b", "3"], ["c", "4"], ["b", "5"]] as const) accept(message({ id, thread }));
    const heads = (): string[] => storage.heads().map(({ envelope, state }) => `${envelope.id} ${state}`);
    const turn = (id: string): Turn => storage.turnOf("repl", "local", id) as Turn;
    let offered: readonly string[] = [];
    const choose = (turns: readonly Turn[]): Turn => ((offered = turns.map(({ envelope }) => envelope.id)), turns[0] as Turn);
    const first = queue.lease(worker(0)) as Turn;
    expect([heads(), storage.hasLater(first)]).toEqual([["1 leased", "3 queued", "4 queued"], true]);
    queue.take(turn("4").id, worker(0));
    expect(heads()).toEqual(["1 leased", "3 queued"]);
    queue.complete(first, 1, { state: "done" });
    queue.lease({ ...worker(1), choose });
    expect([offered, heads(), storage.hasLater(turn("2"))]).toEqual([["2", "3"], ["2 leased", "3 queued"], false]);
  });

  check("a stop ends a turn at once, and the answer that comes after it is refused", async ({ accept, queue, storage }) => {
    const { turn } = accept(message());
    const leased = queue.lease(worker(0)) as Turn;
    expect([queue.stop(turn.id, { answer: "Stopped." }), queue.stop(turn.id, { answer: "Stopped." })]).toEqual([true, false]);
    await refusal(() => queue.complete(leased, 1, { state: "done", answer: "done" }), "baseband-lease-lost");
    expect(texts(storage.outgoing(everyMessage))).toEqual(["Stopped."]);
    expect(queue.lease(worker(20))).toBeUndefined();
  });

  check("turns of a session run one at a time and in order; other sessions do not wait", ({ accept, queue }) => {
    for (const [id, channel] of [["1", "main"], ["2", "main"], ["3", "side"]] as const) accept(message({ id, channel }));
    const first = queue.lease(worker(0)) as Turn;
    const other = queue.lease(worker(0)) as Turn;
    expect([first.envelope.id, other.envelope.id, queue.lease(worker(0))]).toEqual(["1", "3", undefined]);
    queue.start(first, 0);
    queue.wait(first, 1, "approval");
    expect(queue.lease(worker(5))).toBeUndefined();
    expect([queue.resume(first.id), queue.resume(first.id)]).toEqual([true, false]);
    expect((queue.lease(worker(6)) as Turn).envelope.id).toBe("1");
  });

  check("a turn waits until its time, and no longer", ({ accept, queue }) => {
    accept(message());
    const turn = queue.lease(worker(0)) as Turn;
    queue.start(turn, 0);
    queue.wait(turn, 1, "rate limit", 50);
    expect([queue.lease(worker(49)), queue.lease(worker(50))?.id]).toEqual([undefined, turn.id]);
  });

  check("a turn whose workers keep dying is dead, and its sender is told", ({ accept, queue, storage }) => {
    accept(message());
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) expect(queue.lease(worker(attempt * 10))).toBeDefined();
    expect(queue.lease(worker(ATTEMPTS * 10))).toBeUndefined();
    expect(storage.turns(["dead"])).toHaveLength(1);
    expect(texts(storage.outgoing(["pending"]))).toEqual(["This could not be finished: the work on it was lost 3 times."]);
  });

  check("limits hold, interactive turns keep their reserve, and a chooser picks only among what may run", ({ storage }) => {
    const baseband = openBaseband(storage, { limits: { ...LIMITS, total: 3, interactiveReserve: 1, perLane: { worker: 5 } } });
    baseband.attach(inProcess("repl", () => undefined));
    for (let index = 1; index <= 4; index += 1) baseband.accept(message({ id: `w${index}`, thread: `w${index}` }), undefined, "worker");
    for (let index = 1; index <= 2; index += 1) baseband.accept(message({ id: `i${index}`, thread: `i${index}` }));
    const newest = { ...worker(0), choose: (turns: readonly Turn[]) => ({ ...(turns.at(-1) as Turn), agent: "forged" }) };
    const leased = [worker(0), worker(0), worker(0), worker(0)].map((request) => baseband.queue.lease(request)?.envelope.id);
    expect(leased).toEqual(["w1", "w2", "i1", undefined]);
    baseband.queue.recover();
    expect(baseband.queue.lease(newest)).toMatchObject({ agent: "ouro", envelope: { id: "i2" } });
    expect(baseband.queue.lease({ ...worker(0), choose: () => ({ id: 999 }) as Turn })?.envelope.id).toBe("w1");
  });

  check("a restart is no failed attempt: however many there are, the message is not given up", (baseband) => {
    baseband.accept(message());
    for (let restart = 0; restart <= ATTEMPTS; restart += 1) {
      expect(baseband.queue.lease(worker(0))).toMatchObject({ state: "leased", attempts: 1 });
      baseband.queue.recover();
    }
  });

  check("an answer leaves once, in order within its chat", async (baseband, sent) => {
    const port = basebandPort(baseband);
    const { queue, outbox } = baseband;
    baseband.accept(message());
    await ask(port, "send!", { channel: "repl/local/main", text: "first" });
    queue.complete(queue.lease(worker(0)) as Turn, 1, { state: "done", answer: "second" });
    expect(await Promise.all([outbox.deliver(1), outbox.deliver(1)])).toEqual([2, 0]);
    expect(await outbox.deliver(2)).toBe(0);
    expect(sent.map((part) => part.text)).toEqual(["first", "second"]);
  });

  check("a message to a channel that nobody bound is refused", async (baseband) => {
    for (const channel of ["repl/local/none", "mail/local/main", "repl/local/%E0"]) {
      await refusal(ask(basebandPort(baseband), "send!", { channel, text: "x" }), "baseband-not-bound");
    }
  });

  for (const [what, error, again, state] of [
    ["a refusal that may pass is tried again after the time asked for", new PortError("baseband-rate-limit", "slow", { retryable: true, retryAfterMs: 500 }), [100, 499, 500], "sent"],
    ["a refusal for good is not tried again", new PortError("baseband-forbidden", "no"), [100, 1e9], "failed"],
    ["an end that leaves open whether it was sent is never tried again", new Error("connection reset"), [100, 1e9], "unknown"],
  ] as const) {
    test(what, async () => {
      const tries: number[] = [];
      let mayFail = true;
      let nowMs = 0;
      const { baseband, sent } = opened(storageOf(), {
        split: ({ text }) => text.split(" "),
        send: async (part) => {
          tries.push(nowMs);
          if (part.text === "two" && mayFail) {
            mayFail = false;
            throw error;
          }
          sent.push(part);
        },
      });
      await ask(basebandPort(baseband), "send!", { channel: "repl/local/main", text: "one two three" });
      await ask(basebandPort(baseband), "send!", { channel: "repl/local/side", text: "other" });
      await baseband.outbox.deliver(0);
      expect(sent.map((part) => part.text), "the other chat does not wait").toContain("other");
      for (nowMs of again) await baseband.outbox.deliver(nowMs);
      const row = baseband.storage.outgoing([state]).find(({ text }) => text === "one two three");
      expect([row?.state, row?.partsSent]).toEqual(state === "sent" ? ["sent", 3] : [state, 1]);
      const words = sent.map((part) => part.text).filter((text) => text !== "other");
      expect(words, "parts already sent are not sent again").toEqual(state === "sent" ? ["one", "two", "three"] : ["one"]);
      if (state === "sent") expect(tries.at(-1)).toBe(500);
    });
  }

  test("a message that is refused again and again is dead, and the next one goes on", async () => {
    const { baseband, sent } = opened(storageOf(), {
      send: async (part) => {
        if (part.text === "poison") throw new PortError("baseband-busy", "busy", { retryable: true });
        sent.push(part);
      },
    });
    for (const text of ["poison", "next"]) await ask(basebandPort(baseband), "send!", { channel: "repl/local/main", text });
    for (let attempt = 0; attempt < SEND_ATTEMPTS; attempt += 1) {
      expect(sent).toEqual([]);
      await baseband.outbox.deliver(attempt * 100);
    }
    expect([texts(baseband.storage.outgoing(["dead"])), sent.map((part) => part.text)]).toEqual([["poison"], ["next"]]);
  });

  for (const dropsRepeated of [false, true]) {
    test(`a process that died while sending: ${dropsRepeated ? "sent again where the platform drops what it has seen" : "never sent again"}`, async () => {
      const storage = storageOf();
      const died = opened(storage, { send: () => new Promise(() => undefined) });
      await ask(basebandPort(died.baseband), "send!", { channel: "repl/local/main", text: "once" });
      void died.baseband.outbox.deliver(0);
      const { baseband, sent } = opened(storage, { dropsRepeated });
      await baseband.outbox.deliver(1);
      expect([sent.map((part) => part.nonce), storage.outgoing(everyMessage).map((row) => row.state)])
        .toEqual(dropsRepeated ? [["1.0"], ["sent"]] : [[], ["unknown"]]);
    });
  }

  test("a chat that is slow keeps no other from going on", async () => {
    let release = (): void => undefined;
    const { baseband, sent } = opened(storageOf(), {
      send: async (part) => {
        if (part.channel === "main" && part.text === "slow") await new Promise<void>((resolve) => (release = resolve));
        sent.push(part);
      },
    });
    const port = basebandPort(baseband);
    for (const [channel, text] of [["main", "slow"], ["main", "after"], ["side", "1"], ["side", "2"], ["side", "3"]]) await ask(port, "send!", { channel: `repl/local/${channel}`, text });
    const delivery = baseband.outbox.deliver(0);
    await expect.poll(() => sent.map((part) => part.text)).toEqual(["1", "2", "3"]);
    release();
    expect([await delivery, sent.map((part) => part.text)]).toEqual([5, ["1", "2", "3", "slow", "after"]]);
  });

  test("buttons and files go with the last part, what it replies to with the first, and the platform's ids are kept", async () => {
    const { baseband, sent } = opened(storageOf(), {
      split: ({ text }) => text.split(" "),
      send: async (part) => (sent.push(part), `id-${sent.length}`),
    });
    const file = { hash: "0".repeat(64), name: "a.txt", type: "text/plain", size: 3 };
    baseband.storage.addOutgoing(outgoing({ platform: "repl", account: "local", channel: "main", thread: "" }, "one two", { buttons: [{ label: "Yes", says: "/yes" }], files: [file], repliesTo: "7" }));
    await baseband.outbox.deliver(0);
    expect(sent.map(({ buttons, files, repliesTo }) => [buttons.length, files.length, repliesTo])).toEqual([[0, 0, "7"], [1, 1, ""]]);
    expect(baseband.storage.message(1)).toMatchObject({ state: "sent", messages: ["id-1", "id-2"] });
    expect([baseband.storage.countOutgoing("sent"), baseband.outbox.dueMs()]).toEqual([1, undefined]);
  });

  check("an answer says which message it is for where others have come meanwhile", ({ accept, queue, storage }) => {
    for (const id of ["1", "2"]) accept(message({ id }));
    for (const answer of ["a", "b"]) queue.complete(queue.lease(worker(0)) as Turn, 1, { state: "done", answer });
    expect(storage.outgoing(["pending"]).map((row) => row.repliesTo)).toEqual(["1", ""]);
  });

  check("a parked turn leaves its place to others, is ended by who parked it, and queued again after a restart", ({ accept, queue, storage }) => {
    accept(message());
    const turn = queue.lease(worker(0)) as Turn;
    queue.start(turn, 0);
    queue.wait(turn, 1, "approval");
    queue.recover();
    expect(storage.turn(turn.id)).toMatchObject({ state: "queued", attempts: 0 });
    const again = queue.lease(worker(2)) as Turn;
    queue.start(again, 2);
    queue.wait(again, 3, "approval");
    queue.complete(again, 1_000_000, { state: "done", answer: "late, and yet in time" });
    expect(texts(storage.outgoing(["pending"]))).toEqual(["late, and yet in time"]);
  });

  check("what is done in no time waits for nobody", ({ accept, queue }) => {
    for (const id of ["1", "2"]) accept(message({ id }));
    expect([queue.take(2, worker(0))?.state, queue.take(2, worker(0))]).toEqual(["running", undefined]);
    expect(queue.lease(worker(0))?.id, "nor does its session wait for it").toBe(1);
    queue.recover();
    expect([queue.lease(worker(1))?.id, queue.take(2, worker(1))?.lane]).toEqual([1, "command"]);
  });

  check("a binding or a member may stand for any account, and the more exact one goes before it", (baseband) => {
    baseband.bind({ platform: "repl", account: ANY, channel: ANY, thread: "", agent: "other" });
    baseband.admit({ platform: "repl", account: ANY, sender: "owner", role: "member", identity: "anywhere" });
    baseband.admit({ platform: "repl", account: ANY, sender: "friend", role: "member", identity: "Cy" });
    const accepted = (change: Partial<Arrival>) => baseband.accept(message(change)).turn;
    expect(accepted({})).toMatchObject({ agent: "ouro", role: "operator", envelope: { identity: "Ada" } });
    expect(accepted({ id: "2", account: "new", channel: "new" })).toMatchObject({ agent: "other", role: "member" });
    expect(accepted({ id: "3", sender: "friend" }).envelope).toMatchObject({ identity: "Cy", label: "repl friend" });
    expect(() => baseband.accept(message({ id: "4", sender: ANY }))).toThrow(/allow-list/);
  });

  check("who is turned away is counted, and the last hundred are known without what they said", ({ storage }) => {
    const refused = (sender: string) => storage.noteRefused({ platform: "repl", account: "local", channel: "main", thread: "", sender, code: "baseband-not-allowed", lastMs: 5 });
    for (let index = 0; index < 150; index += 1) refused(`s${index}`);
    refused("s149");
    refused("s60");
    expect([storage.countRefused(), storage.refused().length]).toEqual([152, 100]);
    expect(storage.refused().slice(0, 2)).toMatchObject([{ sender: "s60", count: 2, lastMs: 5 }, { sender: "s149", count: 2 }]);
  });

  check("the chats of operators are those where nobody else has spoken", ({ accept, storage }) => {
    for (const [id, channel, sender] of [["1", "side", "owner"], ["2", "main", "owner"], ["3", "side", "guest"], ["4", "main", "owner"]] as const) accept(message({ id, channel, sender }));
    expect(storage.chatsOf("operator")).toEqual([{ platform: "repl", account: "local", channel: "main", thread: "" }]);
    expect(storage.chatsOf("member")).toEqual([]);
  });

  check("what throws inside a transaction leaves nothing behind", ({ accept, storage }) => {
    expect(() => storage.transaction(() => {
      accept(message());
      throw new Error("power");
    })).toThrow("power");
    expect(storage.turns(everyTurn)).toEqual([]);
    expect(accept(message()).duplicate).toBe(false);
  });
});

/** One step of a worker or operator; answers whether it was let write. */
function applied({ queue }: Baseband, kind: string, lease: Lease, nowMs: number, leases: Lease[]): boolean {
  try {
    if (kind === "lease") {
      const turn = queue.lease(worker(nowMs, 8));
      if (turn !== undefined) leases.push(turn);
    } else if (kind === "start") queue.start(lease, nowMs);
    else if (kind === "renew") queue.renew(lease, nowMs, 8);
    else if (kind === "wait") queue.wait(lease, nowMs, "approval");
    else if (kind === "resume") queue.resume(lease.id);
    else if (kind === "complete") queue.complete(lease, nowMs, { state: "done", answer: "answer" });
    else if (kind === "stop") queue.stop(lease.id, { answer: "Stopped." });
    else queue.recover();
    return true;
  } catch (error) {
    if (error instanceof PortError && error.code === "baseband-lease-lost") return false;
    throw error;
  }
}

test("a delivery that begins while another begins sends nothing twice, and neither fails", async () => {
  const baseband = openBaseband(memoryBaseband());
  const sent: string[] = [];
  const address = (channel: string) => ({ platform: "post", account: "a", channel, thread: "" });
  let again: Promise<number> | undefined;
  baseband.attach({
    name: "post", dropsRepeated: false, verify: () => true,
    send: async ({ channel }) => {
      again ??= baseband.outbox.deliver(0);
      sent.push(channel);
    },
  });
  for (const channel of ["one", "two"])
    baseband.storage.addOutgoing({
      ...address(channel), turn: 0, text: "hello", state: "pending", parts: [], partsSent: 0, attempts: 0, notBeforeMs: 0, reason: "", buttons: [], files: [], messages: [], repliesTo: "",
    });
  await baseband.outbox.deliver(0);
  await again;
  expect(sent.toSorted()).toEqual(["one", "two"]);
});
