// The responder without a model, in the words that people use: what newcomers type, and what they hope for.
import { beforeAll, describe, expect, test } from "vitest";
import { display, Keyword, LispString, PersistentMap } from "../../interpreter/index.js";
import { callOperation } from "../../ports/port.js";
import { context } from "../ports/contract.js";
import { type Home, openHome } from "./ports.js";

/** A Saturday afternoon, in summer time nowhere in Europe. */
const START = Date.parse("2026-11-21T14:20:00Z");
const MINUTE = 60_000;
/** What is said and what must be answered; a number lets so many minutes pass, and what then comes unasked must fit. */
type Line = readonly [string | number, string | RegExp];

const NEWCOMERS: Record<string, readonly Line[]> = {
  "the first minutes": [
    ["remember that the demo is on Friday", "I will remember: the demo is on Friday"],
    ["when is the demo?", "The demo is on Friday (you told me today at 14:20)"],
    ["remind me in one minute to stretch", /^I will remind you today at 14:21 \(UTC\): stretch/],
    [1, "Reminder: stretch"],
    ["what can you do?", /remember that[^]*remind me[^]*To add|add a model/],
  ],
  "notes about oneself": [
    ["Remember that my sister's name is Ada.", /^I will remember/],
    ["what is my sister’s name?", /^Your sister's name is Ada \(you told me/],
    ["what's the name of my sister", /^Your sister's name is Ada/],
    ["remember I parked the car on level 3", /level 3/],
    ["Where did I park my car??", /^You parked the car on level 3/],
    ["remember that I am allergic to nuts", /nuts/],
    ["who is allergic to nuts?", /^You are allergic to nuts/],
    ["please remember: the rent is 950 € a month", /950/],
    ["how much is the rent?", /^The rent is 950 € a month/],
    ["don't forget that Bo is in the blue team", /Bo/],
    ["WHICH TEAM IS BO IN", /^Bo is in the blue team/],
  ],
  "what changed is told newest first": [
    ["remember that the meeting is in room 4", /room 4/],
    [10, ""],
    ["remember that the meeting is in room 7", /room 7/],
    ["where is the meeting?", /^The meeting is in room 7[^]*\nThe meeting is in room 4/],
  ],
  "other letters": [
    ["Remember that Müller wohnt in Köln 🎉", "I will remember: Müller wohnt in Köln 🎉"],
    ["what do you know about müller?", "Müller wohnt in Köln 🎉"],
    ["where does Müller live?", /may help: Müller wohnt in Köln 🎉/],
    ["remind me at 17:00 to buy Käse 🧀", /at 17:00 \(UTC\): buy Käse 🧀/],
  ],
  "unsure and unknown": [
    ["remember that the train to Munich leaves at 8:15", /8:15/],
    ["when does the train to Munich leave", /^The train to Munich leaves at 8:15/],
    ["when does the bus to Munich leave", /^I have no note that says so, but this one may help: The train/],
    ["who won the world cup?", /^I have no note about that\. I can't do that without a model.*ouro model/],
    ["write me a poem", /^I can't do that without a model.*ouro model/],
    ["my name is Max", /If I am to keep it, say: remember that my name is Max\./],
  ],
  "small talk": [
    ["Hi!", /^Hello/], ["good morning", /^Hello/], ["Thanks!!", "You're welcome."], ["thank you so much", "You're welcome."],
    ["who are you?", /^I am Ouro/], ["how are you?", /^I am well/], ["ok", "All right."], ["nice to meet you!", "Nice to meet you too."], ["?", "Say something, or: help"], ["...", "Say something, or: help"], ["🎉", /^I can't do that/],
    ["what time is it in Tokyo?", "It is 23:20 (Asia/Tokyo)."], ["what's the time in the kitchen?", /^I have no note/], ["bye", /^Goodbye/], ["what time is it?", "It is 14:20 (UTC)."],
    ["What day is it today?", "Today is Saturday, 21 November 2026."],
  ],
  "slips of the finger": [
    ["remeber that tea is ready", "I will remember: tea is ready"],
    ["remidn me in 5 minutes to drink it", /14:25/],
    ["reminders please", /drink it/],
    ["taks", "There are no tasks."],
    ["hlep", /^I understand/],
    ["forgte tea", "Did you mean: forget tea"],
    ["is tea ready?", /^Tea is ready/],
  ],
  "half of a command": [
    ["remember", /^Say it like this: remember that/],
    ["remind me", /^Say it like this: remind me in/],
    ["remind me to stretch", "When? Say for example: in 10 minutes, tomorrow at 9"],
    ["in ten minutes", /^I will remind you today at 14:30 \(UTC\): stretch/],
    ["in ten minutes", /^I can't do that/],
    ["remind me tomorrow", "What about?"],
    ["to call Ada", /^I will remind you tomorrow at 09:00 \(UTC\): call Ada/],
    ["remind me to stretch", /^When\?/],
    ["what is 2 + 2", "4"],
    ["in ten minutes", /^I can't do that/],
    ["remind me yesterday to stretch", /^When\?/],
    [10, "Reminder: stretch"],
    ["snooze", /^I will remind you today at 14:40 \(UTC\): stretch/],
    [10, "Reminder: stretch"],
    ["snooze 2 hours", /today at 16:40/],
    ["remind me today at 9:00 am to stretch", "I can't plan that: that is past, or no such day."],
  ],
  "reminders in every order": [
    ["remind me tomorrow at 9 to call Ada", /tomorrow at 09:00 \(UTC\): call Ada/],
    ["remind me to call Bo tomorrow at 10", /tomorrow at 10:00 \(UTC\): call Bo/],
    ["at 17:00 remind me to buy milk", /today at 17:00 \(UTC\): buy milk/],
    ["in 2 hours remind me to check the oven", /today at 16:20 \(UTC\): check the oven/],
    ["can you please remind me on 24 December at 18:00 to light the candles?", /on Thursday 24 December at 18:00/],
    ["every Monday at 9 remind me to plan the week", /every Monday at 09:00, first on Monday 23 November/],
    ["wake me up at 7:30 tomorrow", /tomorrow at 07:30 \(UTC\): wake up/],
    ["set a timer for 10 minutes", /today at 14:30/],
    ["when do I call Ada?", /^This is planned:\n1\. call Ada — tomorrow at 09:00/],
    ["reminders", /^8\. the timer is up[^]*4\. check the oven[^]*3\. buy milk[^]*7\. wake up[^]*1\. call Ada[^]*2\. call Bo[^]*6\. plan[^]*5\. light/],
    ["cancel reminder 1", "Cancelled: call Ada"],
    ["cancel reminder milk", "Cancelled: buy milk"],
    ["cancel reminder 99", /^Nothing planned is called 99/],
    [30, "Reminder: the timer is up (this was due today at 14:30)"],
    ["cancel all reminders", /^Cancelled:\n4\./],
    ["reminders", /^Nothing is planned/],
  ],
  "a time zone, set late": [
    ["what is my time zone?", /^I take your time zone to be UTC/],
    ["remind me tomorrow at 9 to call Ada", /09:00 \(UTC\): call Ada\nIf that is not your time zone, say for example: my time zone is Europe\/Berlin/],
    ["remind me in 30 minutes to breathe", /14:50 \(UTC\)/],
    ["my time zone is Nowhere", /^I know no time zone Nowhere/],
    ["my time zone is America", /^Which one do you mean: America\//],
    ["my timezone is new york", "Your time zone is America/New_York, where it is 09:20 now. What you have planned goes by its clock."],
    ["reminders", "2. breathe — today at 09:50\n1. call Ada — tomorrow at 09:00"],
    [30, "Reminder: breathe"],
    [23 * 60 + 10, "Reminder: call Ada"],
    ["my time zone is UTC", /^Your time zone is UTC/],
  ],
  "every weekday, over a weekend": [
    ["remind me every weekday at 8:30 to stand up", /every weekday at 08:30, first on Monday 23 November at 08:30 \(UTC\): stand up/],
    [42 * 60 + 9, ""],
    [1, "Reminder: stand up"],
    [24 * 60, "Reminder: stand up"],
    ["reminders", /stand up — every weekday at 08:30, next tomorrow at 08:30/],
  ],
  "a zone that is said, and what cannot be planned": [
    ["remind me tomorrow at 9am Pacific to join", /tomorrow at 09:00 \(America\/Los_Angeles\): join/],
    ["remind me at 9 in Tokyo to call", /tomorrow at 09:00 \(Asia\/Tokyo\): call/],
    ["remind me at 17:00 CET to leave", /at 17:00 \(Europe\/Paris\): leave/],
    ["remind me at 17:00 UTC+2 to eat", /at 17:00 \(Etc\/GMT-2\): eat/],
    ["remind me every day at 8 New York time to stand up", /every day at 08:00, first [^(]*\(America\/New_York\): stand up/],
    ["/schedule add every day at 8 Tokyo time, show tasks", /every day at 08:00, first [^(]*\(Asia\/Tokyo\): show tasks/],
    ["my time zone is CET", /^Your time zone is Europe\/Brussels/],
    ["reminders", /join — tomorrow at 09:00 \(America\/Los_Angeles\)/],
    ["my time zone is UTC", /^Your time zone is UTC/],
    ["remind me at 9 IST to call", /^I do not know that time zone/],
    ["remind me on Saturday and Sunday at 10 to run", /^I understand one day and one time/],
    ["remind me on Monday and Thursday at 7pm to run", /^I understand one day and one time/],
    ["remind me at 9 and at 17 to stretch", /^I understand one day and one time/],
    ["remind me every day at 8 except Sunday to run", /^I do not understand all that is said of the time, so nothing is planned/],
    ["remind me in 2 weeks on Monday to run", /^When exactly\? As it is said, the day is said in two ways/],
    ["remind me every 10 seconds to breathe", "I can't plan that: what comes again comes once a minute at most."],
  ],
  "a day word, far from the clock that is said": [
    [10 * 60, ""],
    ["remind me tomorrow at 9am Pacific to join", /tomorrow at 09:00 \(America\/Los_Angeles\): join/],
    ["my time zone is Auckland", /^Your time zone is Pacific\/Auckland, where it is 13:20 now/],
    ["remind me today at 11pm Pacific to leave", /today at 23:00 \(America\/Los_Angeles\): leave/],
    ["reminders", "2. leave — today at 23:00 (America/Los_Angeles)\n1. join — tomorrow at 09:00 (America/Los_Angeles)"],
    ["my time zone is UTC", /^Your time zone is UTC/],
  ],
  "jobs, with and without a comma": [
    ["/schedule add every Monday at 9 show tasks", /every Monday at 09:00, first on Monday 23 November at 09:00 \(UTC\): show tasks$/m],
    ["/schedule add every day at 8, show tasks", /every day at 08:00, first tomorrow at 08:00 \(UTC\): show tasks$/],
    ["/schedule add show tasks every Monday, Wednesday and Friday at 9", /every Monday and Wednesday and Friday at 09:00, first on Monday[^]*: show tasks$/],
    ["/schedule add \"0 9 * * 1-5\" Asia/Tokyo show tasks", "4. do show tasks — \"0 9 * * 1-5\", next on Monday 23 November at 09:00 (Asia/Tokyo)"],
    ["/schedule add @daily in New York show lists", /^5\. do show lists — "@daily", next tomorrow at 00:00 \(America\/New_York\)$/],
    ["/schedule add \"0 9 * * 1-5\" Europe/Nowhere show tasks", /^I do not know that time zone/],
    ["/schedule add every day at 7", /^\/schedule — what is planned/],
    ["/schedule add banana", /^\/schedule — what is planned/],
    ["my time zone is Europe/Berlin", /^Your time zone is/],
    ["/schedule list", /4\. do show tasks — "0 9 \* \* 1-5", next on Monday 23 November at 09:00 \(Asia\/Tokyo\)/],
    ["my time zone is UTC", /^Your time zone is UTC/],
  ],
  "lists and sums": [
    ["add milk to the shopping list", "Added milk to shopping."],
    ["what's on my shopping list?", "shopping:\n- milk"],
    ["show me the shopping list", "shopping:\n- milk"],
    ["remove milk from shopping", "Removed milk from shopping."],
    ["add eggs, bread and butter to shopping", "Added eggs, bread and butter to shopping."],
    ["show shopping", "shopping:\n- eggs\n- bread\n- butter"],
    ["add salt and pepper to the shopping list", "Added salt and pepper to shopping."],
    ["clear shopping", "Cleared shopping. On it was:\n- eggs\n- bread\n- butter\n- salt and pepper"],
    ["show shopping", "There is nothing on shopping."],
    ["add ink to office", /^Added/], ["clean the kitchen", /^I can't do that/], ["claer office", "Did you mean: clear office"], ["delete the office list", "Cleared office. On it was:\n- ink"],
    ["what's 15% of 80", "12"], ["2 plus 2", "4"], ["(+ 1 (* 2 3))", "7"], ["(map (lambda (x) (* x x)) '(1 2 3))", "(1 4 9)"],
    ["(car 5)", /^That form fails: car: expected a pair/], ["(let loop () (loop))", /limit/], ["(open-input-file \"x\")", /^That form fails/],
    ["(import (port store))", /^That form fails/], ["(eval 1 2)", /^That form fails/],
  ],
  "a list that is begun, and what is checked off": [
    ["make a list called groceries", "Made the list groceries. Say for example: add milk to groceries"],
    ["lists", "Lists: groceries"],
    ["create a new list packing", /^Made the list packing/],
    ["make a list called groceries", "There is a list groceries already."],
    ["create a new list of films", /^I can't do that/],
    ["add apples, pears and soap to groceries", /^Added/],
    ["add soap to packing", /^Added/],
    ["check off apples", "Removed apples from groceries."],
    ["check the pears off", "Removed pears from groceries."],
    ["check off soap", "soap is on groceries and packing. Say for example: remove soap from groceries"],
    ["check off soap from packing", "Removed soap from packing."],
    ["task: buy figs", /^Task/],
    ["tick off buy figs", "Done: buy figs"],
    ["check off plums", "There is no task plums."],
    ["check: the door", "To check: the door"],
    ["clear groceries", /^Cleared/],
  ],
  "files and pages": [
    ["files", "- files/notes.txt\n- files/skills/"],
    ["read file notes.txt", "what was noted"],
    ["read file secret.txt", /^I could not do that: there is no files\/secret\.txt/],
    ["read file ../vault.key", /^I could not do that/],
    ["fetch https://open.example/", "a page"],
    ["fetch https://closed.example/", /^I could not do that: .*closed\.example may not be asked/],
  ],
  "teaching": [
    ["when I say good night, say sleep well", /I will say "sleep well"/],
    ["Good night!", "sleep well"],
    ["when I say \"buy X\", do \"add X to shopping\"", "When you say \"buy X\", I will do as if you said \"add X to shopping\"."],
    ["buy X", "Added X to shopping."],
    ["/remember that tea is green", "I will remember: tea is green"],
    ["/show shopping", "shopping:\n- X"],
    ["/shedule x", /^There is no command \/shedule\. Did you mean \/schedule\?/],
    ["/frobnicate", /^There is no command/],
    ["when I say tea, do remind me in 4 minutes to drink the tea", /as if you said/],
    ["tea", /drink the tea/],
    [4, "Reminder: drink the tea"],
  ],
  "the session's work": [
    ["goal: ship the demo", "The goal is: ship the demo"], ["plan: write the tests", /^Planned/], ["decision: keep it small", /^Decided/], ["blocker: no key", /^In the way/],
    ["where were we?", "Goal: ship the demo\nPlan: write the tests\nDecisions: keep it small\nBlockers: no key"],
    ["unblocked: no key", /^No longer/],
    ["/new", /^A new session/],
    ["where were we?", /^This session has no goal yet/],
  ],
  "skills": [
    ["/skill", "- bom: It's a bill of materials, folded over lines.\n- brew-tea: How to brew tea well\n- cafe: Café \"au lait\" 🎉 \\ once\n- long: A long one: it goes on\n- odd: Folded over lines.\nLeft out: files/skills/huge/SKILL.md, for it has more than 1000000 bytes.\nLeft out: files/skills/unnamed/SKILL.md, for it does not begin with its name and description.\nLeft out: files/skills/zwin/SKILL.md, for its name Odd is that of files/skills/odd/SKILL.md."],
    ["/skill odd", "The odd one."],
    ["/skill brew-tea", "\nWater at 80 degrees."],
    ["/skill bom", "The body."],
    ["/skill long", /^x{20000}\n… and more: all of it is in files\/skills\/long\/SKILL\.md$/],
  ],
};

const FILES = {
  "files/notes.txt": "what was noted",
  "files/skills/brew-tea/SKILL.md": "---\nname: brew-tea\ndescription: \"How to brew tea well\"\n---\n\nWater at 80 degrees.",
  "files/skills/bom/SKILL.md": "\uFEFF---\r\nname: 'bom'\r\ndescription: >-\r\n  It's a bill of materials,\r\n  folded over lines.\r\nlicense: MIT\r\n---\r\nThe body.",
  "files/skills/long/SKILL.md": `---\nname: long # one word\ndescription: 'A long one: it\n  goes on'\n---\n${"x".repeat(30_000)}`,
  "files/skills/no-skill/README.md": "nothing",
  "files/skills/huge/SKILL.md": `---\nname: huge\ndescription: Too much\n---\n${"x".repeat(1_000_000)}`,
  "files/skills/cafe/SKILL.md": '---\nname: cafe\ndescription: "Caf\\u00e9 \\"au lait\\"\n  \\ud83c\\udf89 \\\\ once" # in quotes\n---\nBlack.',
  "files/skills/odd/SKILL.md": "\n\n---\n\"name\" : odd # one word\n'description' : >2- # folded\n  Folded over\n  lines.\n---\nThe odd one.",
  "files/skills/zwin/SKILL.md": "---\nname: Odd\ndescription: Another of its name\n---\nThe other.",
  "files/skills/unnamed/SKILL.md": "Just words.",
};

describe("the responder without a model", () => {
  let home: Home;
  beforeAll(async () => {
    home = await openHome([], FILES);
  });

  for (const [name, lines] of Object.entries(NEWCOMERS))
    test(name, async () => {
      home.state = PersistentMap.empty;
      for (const id of Object.keys(home.timers)) delete home.timers[id];
      let time = START;
      for (const [said, expected] of lines) {
        const answer = typeof said === "string" ? await say(home, said, time) : (await home.wake(time += said * MINUTE)).map((each) => display(each)).join("\n");
        if (typeof expected === "string") expect(answer, String(said)).toBe(expected);
        else expect(answer, String(said)).toMatch(expected);
      }
    });
});

test("a note is found among more than a port tells at once", { timeout: 300_000 }, async () => {
  const home = await openHome();
  const store = home.ports.find(({ name }) => name === "store");
  if (store === undefined) throw new Error("there is no store");
  for (let number = 0; number < 1_100; number++)
    await callOperation(store, "put!", { key: `notes/bin-${String(number).padStart(4, "0")}`, value: `{:text "bin ${number} holds part ${number}"}`, text: `bin ${number}` }, context());
  expect(await say(home, "which bin holds part 1099?", START)).toBe("Bin 1099 holds part 1099");
  expect(await say(home, "which bin holds part 7?", START)).toBe("Bin 7 holds part 7");
});

test("what is planned beside a conversation says where it is", async () => {
  const home = await openHome();
  const aside = "terminal/here/aside";
  expect(await say(home, "remind me at 17:00 to stretch", START, aside)).toMatch(/: stretch\nIt is kept beside this conversation: \/btw reminders shows it, and \/btw cancel all takes it back/);
  expect(await say(home, '/schedule add "0 9 * * *" show tasks', START, aside)).toMatch(/\/btw reminders shows it/);
  expect(await say(home, "reminders", START, aside)).toMatch(/^1\. stretch[^]*2\. do show tasks/);
  expect(await say(home, "cancel all", START, aside)).toMatch(/^Cancelled:\n1\. stretch/);
  expect(await say(home, "remind me at 17:00 to stretch", START, "terminal/here")).not.toMatch(/btw/);
});

async function say(home: Home, text: string, time: number, cell = ""): Promise<string> {
  return display(await home.turn({ kind: Keyword.intern("message"), text: new LispString(text), from: new LispString("operator"), time, cell: new LispString(cell) }));
}
