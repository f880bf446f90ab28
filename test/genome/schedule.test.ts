// What is planned, in a world with the shipped genome: over changes of the clocks, restarts and days without a process.
import { afterEach, describe, expect, test } from "vitest";
import { datumOf } from "../../epigenome/index.js";
import { display, Keyword, LispString, PersistentMap } from "../../interpreter/index.js";
import { PortError } from "../../ports/port.js";
import { Life } from "./life.js";
import { type Home, openHome } from "./ports.js";

const HOUR = 3_600_000;
/** Each life loads the genome several times. */
const LIFE_MS = 300_000;

const lives: Life[] = [];
async function begin(start: string): Promise<Life> {
  const life = await Life.begin(start);
  lives.push(life);
  return life;
}

afterEach(async () => {
  for (const life of lives.splice(0)) await life.close();
});

describe("a reminder", { timeout: LIFE_MS }, () => {
  test("that was set before a restart comes after it, once, and the journal replays", async () => {
    const life = await begin("2026-11-21T14:20:00Z");
    expect(await life.say("remind me in one minute to stretch")).toMatch(/14:21/);
    expect(await life.restart(0)).toEqual([]);
    expect(await life.pass(1)).toEqual(["11-21T14:21 Reminder: stretch"]);
    expect(await life.restart(1)).toEqual([]);
    expect(await life.say("reminders")).toMatch(/^Nothing is planned/);
    life.check();
  });

  test("that became due while no process ran is said when one starts, with when it was due", async () => {
    const life = await begin("2026-11-21T14:20:00Z");
    await life.say("remind me every day at 9:00 to water the plants");
    await life.say("remind me tomorrow at 10 to call Ada");
    expect(await life.restart(3 * 24)).toEqual([
      "11-24T14:20 Reminder: water the plants (this was due on Sunday 22 November at 09:00, and 2 times since)",
      "11-24T14:20 Reminder: call Ada (this was due on Sunday 22 November at 10:00)",
    ]);
    expect(await life.pass(24)).toEqual(["11-25T09:00 Reminder: water the plants"]);
    life.check();
  });

  test("at a fixed hour comes once a day when the clocks are changed", async () => {
    const life = await begin("2026-03-27T12:00:00Z");
    await life.say("my time zone is Europe/Berlin");
    await life.say("remind me every day at 02:30 to look");
    // 28 March at +1; on 29 March 02:30 is skipped; then +2.
    expect(await life.pass(72)).toEqual(["03-28T01:30 Reminder: look", "03-29T01:30 Reminder: look", "03-30T00:30 Reminder: look"]);
    const autumn = await begin("2026-10-24T12:00:00Z");
    await autumn.say("my time zone is Europe/Berlin");
    await autumn.say("remind me every day at 02:30 to look");
    // On 25 October 02:30 comes twice.
    expect(await autumn.pass(48)).toEqual(["10-25T00:30 Reminder: look", "10-26T01:30 Reminder: look"]);
    life.check();
  });

  test("at a time that comes twice is set for the one that is still to come", async () => {
    const life = await begin("2026-10-25T01:10:00Z");
    await life.say("my time zone is Europe/Berlin");
    expect(await life.say("remind me at 02:30 to look")).toMatch(/today at 02:30/);
    expect(await life.pass(2)).toEqual(["10-25T01:30 Reminder: look"]);
  });

  test("of every hour goes on evenly when the clocks are changed", async () => {
    const life = await begin("2026-10-24T23:10:00Z");
    await life.say("my time zone is Europe/Berlin");
    await life.say('/schedule add "0 * * * *" what is 1 + 1');
    expect(await life.pass(4)).toEqual(["00", "01", "02", "03"].map((hour) => `10-25T${hour}:00 2`));
  });
});

describe("a job", { timeout: LIFE_MS }, () => {
  const say = async (home: Home, text: string, time: number): Promise<string> =>
    display(await home.turn({ kind: Keyword.intern("message"), text: new LispString(text), from: new LispString("operator"), time }));
  const wake = async (home: Home, time: number): Promise<string> => (await home.wake(time)).map((answer) => display(answer)).join("\n");
  const START = Date.parse("2026-11-21T14:20:00Z");

  test("catches up as it is told to: once, each time up to a bound, or not at all", async () => {
    const home = await openHome();
    for (const [policy, expected] of [["once", "4"], ["all", "4\n4\n4"], ["skip", ""]] as const) {
      home.state = PersistentMap.empty;
      expect(await say(home, "/schedule add @daily what is 2 + 2", START)).toMatch(/^1\. do what is 2 \+ 2 — "@daily", next tomorrow at 00:00/);
      expect(await say(home, `/schedule catch-up 1 ${policy}`, START)).toMatch(`Missed times: ${policy}.`);
      expect(await wake(home, START + 3 * 24 * HOUR)).toBe(expected);
      expect(Object.values(home.timers)).toEqual([Date.parse("2026-11-25T00:00:00Z")]);
      for (const id of Object.keys(home.timers)) delete home.timers[id];
    }
  });

  test("that fails is tried again, rests after three runs, comes back by itself, and one success forgives all", async () => {
    const home = await openHome();
    await say(home, "/schedule add @hourly lists", START);
    home.fault = (operation) => (operation === "store/list" ? new PortError("store-damaged", "the store is damaged") : undefined);
    const answers: string[] = [];
    const next = async (): Promise<void> => void answers.push(await wake(home, Object.values(home.timers)[0] ?? 0));
    for (let tries = 0; tries < 9; tries++) await next();
    expect(answers.filter((answer) => answer !== "")).toEqual([
      "Number 1 (lists) failed: the store is damaged.", "Number 1 (lists) failed: the store is damaged.",
      "Number 1 (lists) failed: the store is damaged. It rests for 1 h. To try it at once: /schedule retry 1",
    ]);
    const rested = Object.values(home.timers)[0] ?? 0;
    expect(await say(home, "/schedule", rested - HOUR)).toMatch(/failed 3 times in a row/);
    home.fault = () => undefined;
    expect(await wake(home, rested)).toBe("There are no lists.");
    expect(await say(home, "/schedule", rested)).not.toMatch(/failed/);
  });

  test("can be skipped once, tried at once and dropped; what is wrong with one is said", async () => {
    const home = await openHome();
    await say(home, '/schedule add "0 9 * * *" what is 2 + 2', START);
    expect(await say(home, "/schedule skip 1", START)).toMatch(/^Skipped once: 1\..*next on Monday 23 November at 09:00/);
    expect(await say(home, "/schedule retry 1", START)).toMatch(/^Tried at once/);
    expect(await wake(home, START)).toBe("4");
    expect(await say(home, "/schedule drop 1", START)).toBe("Dropped: what is 2 + 2");
    expect(home.timers).toEqual({});
    expect(await say(home, "/schedule drop 1", START)).toMatch(/number 1/);
    expect(await say(home, '/schedule add "0 0 30 2 *" help', START)).toBe("It never comes: there is no such date.");
    for (const wrong of ["banana", "30 8 * * 1-5 show tasks", "banana, show tasks"]) expect(await say(home, `/schedule add ${wrong}`, START)).toMatch(/^\/schedule — what is planned/);
    expect(await say(home, '/schedule add "61 * * * *" help', START)).toMatch(/from 0 to 59 is wanted, not: 61/);
    expect(await say(home, "/schedule test * * * * *", START)).toMatch(/every minute[^]*Next today at 14:21, then today at 14:22/);
    expect(await say(home, "/schedule add every day at 8, show tasks", START)).toMatch(/every day at 08:00/);
    expect(await say(home, "/schedule nonsense", START)).toMatch(/^\/schedule — what is planned/);
  });

  test("of Lisp runs without a model and reaches nothing", async () => {
    const home = await openHome();
    await say(home, "/schedule add @hourly (* 6 7)", START);
    expect(await wake(home, START + HOUR)).toBe("42");
    await say(home, "/schedule drop 1", START + HOUR);
    await say(home, '/schedule add @hourly (store/put! "k" 1)', START + HOUR);
    expect(await wake(home, Object.values(home.timers)[0] ?? 0)).toBe("");
    expect(home.calls.some(({ operation }) => operation === "store/put!")).toBe(false);
  });

  test("is one of at most 200 in a conversation", async () => {
    const home = await openHome();
    const entry = (number: number): string => `{:number ${number} :do "remind" :text "breathe" :at ${START + HOUR} :zone "UTC" :from "operator"}`;
    home.state = datumOf(`{:scheduled 199 :schedule [${Array.from({ length: 199 }, (_, index) => entry(index + 1)).join(" ")}]}`) as PersistentMap;
    expect(await say(home, "remind me in an hour to breathe", START)).toMatch(/^I will remind you/);
    expect(await say(home, "remind me in an hour to breathe", START)).toBe("I can't plan that: too much is planned here already; cancel something.");
    expect(Object.keys(home.timers)).toEqual(["entry-200"]);
  });
});

test("what somebody else planned labels the turns that look at it, and no other", { timeout: LIFE_MS }, async () => {
  const life = await begin("2026-11-21T14:20:00Z");
  await life.say("remind me in an hour to obey", ["telegram 42"]);
  expect(life.lastCommit()).toMatch(/:labels \["telegram 42"\]/);
  await life.say("what is 2 + 2");
  expect(life.lastCommit()).not.toMatch(/:labels/);
  expect(await life.say("reminders")).toMatch(/obey/);
  expect(life.lastCommit()).toMatch(/:labels \["telegram 42"\]/);
  expect(await life.pass(1)).toEqual(["11-21T15:20 Reminder: obey"]);
  expect(life.lastCommit()).toMatch(/:labels \["telegram 42"\]/);
});
