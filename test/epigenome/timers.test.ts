// Timers: set, replaced and cancelled by turns, fired once and in order, whatever the clock and the process do.
import { afterEach, describe, expect, test } from "vitest";
import { replay, systemClock, type World } from "../../epigenome/index.js";
import { freshHome, openTestWorld, SteppedClock } from "./home.js";

const open: World[] = [];
const START = 1_790_000_000_000;
const HOUR = 3_600_000;

function start(clock: SteppedClock, home = freshHome()): World {
  const world = openTestWorld(home, { clock });
  open.push(world);
  return world;
}

afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

const set = (world: World, timers: string, cell = "a") => world.ask({ cell, kind: "wake", text: "", data: timers });

/** Lets time pass; whenever a turn comes of it, only once that is over. */
const pass = (world: World, clock: SteppedClock, milliseconds: number) => clock.pass(milliseconds, async () => {
  while (world.status().backlog > 0) await new Promise((resolve) => setImmediate(resolve));
});

/** The timers that the cell was woken for. */
const woken = (world: World, cell = "a") => /:woken (.*?)\}/.exec(world.state(cell))?.[1] ?? "";

describe("a timer", () => {
  test("fires when it is due, in the order of time and then of setting, and never before", async () => {
    const clock = new SteppedClock();
    const world = start(clock);
    await set(world, `[{:id "late" :after ${2 * HOUR} :text "c"} {:id "soon" :after ${HOUR} :text "a"} {:id "beside" :at ${START + HOUR} :text "b" :data {:k 1}}]`);
    expect(world.cell("a")?.timers.map(({ id }) => id)).toEqual(["soon", "beside", "late"]);
    await pass(world, clock, HOUR - 1);
    expect(woken(world)).toBe("");
    await pass(world, clock, 1);
    expect(woken(world)).toBe('[["soon" "a"] ["beside" "b"]]');
    await pass(world, clock, HOUR);
    expect(woken(world)).toBe('[["soon" "a"] ["beside" "b"] ["late" "c"]]');
    expect(world.cell("a")?.timers).toEqual([]);
    const inputs = world.entries(100).filter(({ kind, body }) => kind === "input" && body.includes(":kind :timer"));
    expect(inputs.map(({ body }) => /:timer "(\w+)" :due (\d+)/.exec(body)?.slice(1, 3))).toEqual([
      ["soon", `${START + HOUR}`], ["beside", `${START + HOUR}`], ["late", `${START + 2 * HOUR}`],
    ]);
    expect(world.verify().ok).toBe(true);
    expect(world.replay()).toMatchObject({ ok: true, commits: 4 });
  });

  test("is replaced and cancelled by its id, in its own cell alone", async () => {
    const clock = new SteppedClock();
    const world = start(clock);
    await set(world, '[{:id "x" :after 1000 :text "old"} {:id "y" :after 1000 :text "never"}]');
    await set(world, '[{:id "y" :after 1000 :text "other cell"}]', "b");
    await set(world, '[{:id "x" :after 5000 :text "new"} {:id "y" :cancel #t} {:id "unknown" :cancel #t}]');
    await pass(world, clock, 2_000);
    expect([woken(world), woken(world, "b")]).toEqual(["", '[["y" "other cell"]]']);
    await pass(world, clock, HOUR);
    expect(woken(world)).toBe('[["x" "new"]]');
  });

  test("that became due while no process ran fires once, when the home is opened again", async () => {
    const clock = new SteppedClock();
    const home = freshHome();
    const first = openTestWorld(home, { clock });
    await set(first, '[{:id "x" :after 1000 :text "one"} {:id "y" :after 500 :text "two"}]');
    await first.close();
    clock.set(3 * 24 * HOUR);
    for (let opened = 0; opened < 2; opened++) {
      const world = openTestWorld(home, { clock });
      await pass(world, clock, 0);
      expect(woken(world)).toBe('[["y" "two"] ["x" "one"]]');
      await world.close();
    }
  });

  test("bears a clock that is set back or far ahead", async () => {
    const clock = new SteppedClock();
    const world = start(clock);
    await set(world, `[{:id "x" :after ${HOUR} :text "x"}]`);
    clock.set(-24 * HOUR);
    await pass(world, clock, 24 * HOUR);
    expect(woken(world)).toBe("");
    await pass(world, clock, HOUR);
    expect(woken(world)).toBe('[["x" "x"]]');
    await set(world, `[{:id "y" :after ${365 * 24 * HOUR} :text "y"}]`);
    clock.set(1_000 * 24 * HOUR);
    await pass(world, clock, 60_000);
    expect(woken(world)).toBe('[["x" "x"] ["y" "y"]]');
    expect(world.replay().ok).toBe(true);
  });

  test("takes no more than one wait of the clock for all of them", async () => {
    const clock = new SteppedClock();
    const world = start(clock);
    await set(world, `[${Array.from({ length: 200 }, (_, number) => `{:id "t${number}" :after ${1_000 + number}}`).join(" ")}]`);
    expect(clock.waits.size).toBe(1);
    await pass(world, clock, 3_000);
    expect(world.entries(5_000).filter(({ kind, body }) => kind === "input" && body.includes(":kind :timer"))).toHaveLength(200);
    expect(clock.waits.size).toBe(0);
  });

  test("becomes an input whose id nobody else can have taken before", async () => {
    const clock = new SteppedClock();
    const world = start(clock);
    await set(world, '[{:id "x" :after 1000 :text "one"}]');
    const id = world.cell("a")?.timers[0]?.input ?? "";
    expect(() => world.enqueue({ cell: "b", kind: "message", text: "hi", id })).toThrow(expect.objectContaining({ code: "reserved-id" }) as Error);
    await pass(world, clock, 2_000);
    expect(woken(world)).toBe('[["x" "one"]]');
    expect(world.why(id)).toMatchObject({ outcome: "done", input: { kind: "timer" } });
  });

  test("of a turn that fails is not set", async () => {
    const world = start(new SteppedClock());
    await set(world, '[{:id "x" :after 1000}]');
    for (const [timers, problem] of [
      ['[{:id "y"}]', "one of :at and :after"], ['[{:id "y" :at 1 :after 1}]', "one of"], ['[{:after 5}]', "with an :id"], ['[{:id "y" :after 1.5}]', "whole"],
      ["[5]", "is a map"], ["7", "is a vector"], ['[{:id "x" :cancel #t} {:id "y"}]', "one of"],
    ] as const)
      expect(await set(world, timers), timers).toMatchObject({ outcome: "failed", answer: expect.stringMatching(`^bad-turn-result.*${problem}`) });
    expect(world.cell("a")?.timers.map(({ id }) => id)).toEqual(["x"]);
  });
});

test("the machine's clock waits for what is years away, and can be told not to", async () => {
  let called = 0;
  const { wait } = systemClock();
  const forget = [2 ** 40, 2 ** 31, 10].map((milliseconds) => wait(milliseconds, () => void (called += 1)));
  forget[2]?.();
  await new Promise<void>((resolve) => void wait(30, resolve));
  expect(called).toBe(0);
  for (const each of forget) each();
});

test("a replay notices timers that were committed otherwise", async () => {
  const world = start(new SteppedClock());
  await set(world, '[{:id "x" :after 1000}]');
  const entries = world.entries(100).map((entry) => (entry.kind === "commit" ? { ...entry, body: entry.body.replace(/:due \d+/, ":due 5") } : entry));
  expect(replay({ entries, files: (commit) => world.genomeFiles(commit), ports: world.portList })).toMatchObject({ ok: false, problem: "the timers are not those that were committed" });
});
