// What every channel must do, as data: scenarios that each platform's suite plays against its own peer.
import { describe, expect, test, beforeAll, afterAll } from "vitest";
import { openArchive } from "../../frontends/host-archive.js";
import { channelGenome, longText } from "./genome.js";
import type { Abilities, Fault, Peer, Person, Place, Seen, SentFile } from "./peer.js";
import { DIRECT, Stage, until } from "./stage.js";

/** One thing that happens, or that must come about. */
export type Step = (stage: Stage) => Promise<unknown>;

export interface Scenario {
  readonly name: string;
  /** What the platform must be able to do; absent: nothing special. */
  readonly needs?: (can: Abilities) => boolean;
  readonly steps: readonly Step[];
}

const GROUP: Place = { room: "group" };
const OTHER: Place = { room: "other" };
const THREAD: Place = { room: "group", thread: "plans" };

export const says = (text: string, by: Person = "ada", at = DIRECT): Step => (stage) => stage.say(text, by, at);
export const sees = (text: string | RegExp, by: Person = "ada", at = DIRECT): Step => async (stage) => {
  const message = await stage.next(by, at);
  if (typeof text === "string") expect(message.text).toBe(text);
  else expect(message.text).toMatch(text);
};
/** Whatever comes of all that was done, nothing more is to be seen there. */
export const seesNoMore = (by: Person = "ada", at = DIRECT): Step => async (stage) => {
  await stage.settled();
  expect(stage.unseen(by, at).map(({ text }) => text)).toEqual([]);
};
export const asked = (text: string, answer: string | RegExp, by: Person = "ada", at = DIRECT): Step => async (stage) => {
  await stage.say(text, by, at);
  await sees(answer, by, at)(stage);
};
/** The word of the command, and the end of what it ended, in whichever order. */
const stopped = (by: Person): Step => async (stage) => {
  const texts = [(await stage.next(by)).text, (await stage.next(by)).text].toSorted();
  expect(texts[0]).toBe("Stopped.");
  expect(texts[1]).toMatch(/^Stopped: .*a person stopped it/);
};
const STOPPED = stopped("ada");
const runs: Step = (stage) => stage.running();
export const restarts: Step = (stage) => stage.restart();
const failing = (fault: Fault): Step => async (stage) => stage.peer.fail(fault);
const again = (text: string): Step => (stage) => stage.peer.redeliver(stage.idOf(text));
const edits = (before: string, after: string): Step => async (stage) => stage.peer.edit("ada", stage.idOf(before), after);
/** After the name of the platform's own command. */
const calls = (text: string): Step => async (stage) => stage.peer.call?.("ada", text);
export const presses = (label: string, answer: RegExp, by: Person = "ada"): Step => async (stage) => {
  const message = await stage.next(by);
  expect(message.buttons).toContain(label);
  await stage.peer.press(by, message, label);
  await sees(answer, by)(stage);
};
const turnedAway = (by: Step): Step => async (stage) => {
  const counts = async (): Promise<{ refused: number; entries: number }> => stage.host.status();
  await stage.settled();
  const before = await counts();
  await by(stage);
  await until("it is counted", counts, ({ refused }) => refused > before.refused);
  // The journal holds nothing of it: no input, no effect, no answer.
  expect((await counts()).entries).toBe(before.entries);
};
const counted = (state: "unknown" | "failed", by: Step): Step => async (stage) => {
  const count = async (): Promise<number> => (await stage.host.status()).outbox[state];
  const before = await count();
  await by(stage);
  await until(`one more is ${state}`, count, (now) => now === before + 1);
};
const file = (name: string, type: string, size: number, claimedSize?: number) => ({ name, type, bytes: new Uint8Array(size).fill(65), ...(claimedSize === undefined ? {} : { claimedSize }) });
export const sendsFile = (text: string, sent: SentFile, by: Person = "ada"): Step => (stage) => stage.peer.say(by, text, { files: [sent] });
/** Asks the agent for files, and sees them come whole, in their order, before it says that they are sent. How many messages they take is the platform's matter. */
const isSent = (files: readonly (readonly [name: string, type: string, size: number])[]): Step => async (stage) => {
  const { channel } = stage.peer.channelOf(DIRECT, "ada");
  const name = [stage.peer.frontend.name, stage.peer.account, channel].map(encodeURIComponent).join("/");
  await stage.say(`send ${[name, ...files.flat()].join(" ")}`);
  const messages = [await stage.next()];
  while (messages.at(-1)?.text !== `sent ${files.length}`) messages.push(await stage.next());
  expect(messages[0]?.text).toBe("here you are");
  expect(messages.flatMap((message) => message.files.map((file) => [file.name, file.bytes.length]))).toEqual(files.map(([called, , size]) => [called, size]));
  expect(messages.flatMap((message) => message.files).every(({ bytes }) => bytes.every((byte) => byte === 65))).toBe(true);
};
/** A round of the loop ends, and a card tells an operator of the change that came of it; then a decision is taken on it. */
const decides = (change: "adopted" | "waiting", decide: (stage: Stage, message: Seen, commit: string) => Promise<unknown>, answer: RegExp, isInGenome: boolean): Step => async (stage) => {
  await asked("hi", "> hi")(stage);
  await stage.host.evolve({ rounds: 1, seed: 1, policies: [change] }, () => undefined);
  const message = await stage.next();
  const [, commit = ""] = /^(?:I changed myself|A change of mine waits for your word): .* \(([0-9a-f]{10})\)\n(?:fewer words\n)?Reason: fewer words\n```diff\n[^]*echo\.scm[^]*```/.exec(message.text) ?? expect.fail(message.text);
  await decide(stage, message, commit);
  await sees(answer)(stage);
  const log = await stage.host.genome.log();
  const isReverted = log[0]?.body.includes(commit) ?? false;
  expect(log.some((each) => each.commit.startsWith(commit)) && !isReverted).toBe(isInGenome);
  expect((await stage.host.status())["waiting for a person"]).toEqual([]);
};
const byButton = (label: string) => async (stage: Stage, message: Seen): Promise<void> => {
  expect(message.buttons).toContain(label);
  await stage.peer.press("ada", message, label);
};
/** The card says what to type. */
const byWords = (command: string) => async (stage: Stage, message: Seen, commit: string): Promise<void> => {
  expect(message.text).toContain(`${command} ${commit}`);
  await asked(`${command} ${commit}`, `Only an operator may say ${command}.`, "bob")(stage);
  await stage.say(`${command} ${commit}`);
};
const ADOPTED = /^Adopted: fewer words$/;
const REJECTED = /^Rejected: the candidate [0-9a-f]{10} is gone\.$/;
const TAKEN_BACK = /^Taken back: .* \([0-9a-f]{10}\), by [0-9a-f]{10}\.$/;

/** Its text comes back as it went out, whatever a platform makes of it in between. */
const echoes = (text: string): Step => asked(text, `> ${text}`);

const ATTACKS: readonly string[] = [
  "'; DROP TABLE baseband_turns; --", "(exit) (store/put! \"k\" 2)", "#.(exit) #| ' ` , ,@ |#", "../../../etc/passwd %2e%2e%2f", "__proto__ constructor prototype toString",
  "${jndi:ldap://127.0.0.1/a} {{7*7}} <%= 7 %> %s %n", "<script>alert(1)</script> &amp; &lt;b&gt; <@U123> <!channel>", "*bold* _it_ ~no~ `code` [a](b) > quote | table \\ back", "secret:token operator admin root sudo",
];

export const SCENARIOS: readonly Scenario[] = [
  { name: "a text is answered, and acknowledged once it is durable", steps: [asked("hello", "> hello"), (stage) => stage.acknowledged(stage.idOf("hello"))] },
  { name: "the answer goes to where the question was", steps: [says("in the group", "ada", GROUP), sees("> in the group", "ada", GROUP), seesNoMore()] },
  { name: "the answer stays in the thread of its question", needs: ({ threads }) => threads, steps: [asked("in a thread", "> in a thread", "ada", THREAD), seesNoMore("ada", GROUP)] },
  {
    name: "a thread and its channel are different conversations", needs: ({ threads }) => threads,
    steps: [asked("count", /^\d+$/, "ada", THREAD), (stage) => stage.say("count", "ada", { room: "group", thread: "new" }), (stage) => stage.next("ada", { room: "group", thread: "new" }).then(({ text }) => expect(text).toBe("1"))],
  },
  { name: "two people each have their own conversation", steps: [says("from Ada"), says("from Bob", "bob"), sees("> from Ada"), sees("> from Bob", "bob")] },
  { name: "who says it is ours to know", steps: [asked("who", "ada operator"), asked("who", "bob member", "bob")] },
  { name: "what is said in a row is answered in that order", steps: [..."12345".split("").map((digit) => says(`row ${digit}`)), ..."12345".split("").map((digit) => sees(`> row ${digit}`))] },
  {
    name: "a long answer comes in parts that fit, in order and whole",
    steps: [says("long 15000"), async (stage) => {
      const parts = [(await stage.next()).text];
      while (parts.join("\n").length < longText(15_000).length) parts.push((await stage.next()).text);
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(stage.peer.can.longestText);
      expect(parts.join("\n").replace(/\s+/g, " ")).toBe(longText(15_000).replace(/\s+/g, " "));
    }, seesNoMore()],
  },
  {
    name: "a code fence stays whole when an answer is split",
    steps: [says("fence"), async (stage) => {
      const parts = [await stage.next()];
      while (!(parts.at(-1)?.text.trimEnd().endsWith("end") ?? false)) parts.push(await stage.next());
      for (const { text } of parts) expect(text.split("```").length % 2, text).toBe(1);
    }],
  },
  { name: "emoji, families of them and flags come back as they were", steps: [echoes("👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇭 👍🏽 e\u0301 한글 日本語")] },
  { name: "right-to-left and mixed text comes back as it was", steps: [echoes("שלום world مرحبا 123 ‏abc‎")] },
  { name: "emoji at the seam of two parts are not cut", steps: [says(`${"🙂".repeat(3_000)}`), async (stage) => {
    const parts = [await stage.next()];
    while (parts.map(({ text }) => text).join("").replace(/\s/g, "").length < 6_001) parts.push(await stage.next());
    expect(parts.map(({ text }) => text).join("").replace(/\s/g, "")).toBe(`>${"🙂".repeat(3_000)}`);
  }], needs: ({ longestText }) => longestText >= 1_000 },
  ...ATTACKS.map((text): Scenario => ({ name: `an attack is only a text: ${text.slice(0, 30)}`, steps: [echoes(text)] })),
  { name: "a failure is said as such", steps: [asked("fail", /^That failed\. user-error: it failed 42/)] },
  { name: "an edit of what was answered is a correction of its own", needs: (can) => can.edits, steps: [asked("the frist", "> the frist"), edits("the frist", "the first"), sees("> corrected: the first")] },
  {
    name: "an edit of what still waits takes its place", needs: (can) => can.edits,
    steps: [says("loop 1"), runs, says("befroe"), (stage) => stage.acknowledged(stage.idOf("befroe")), edits("befroe", "before"),
      async (stage) => until("the edit is in its place", async () => Promise.all((await stage.host.desk.queue()).in.map(({ id }) => stage.host.desk.queued({ id }))), (queued) => queued.some(({ text }) => text === "before")),
      says("/stop"), STOPPED, sees("> before"), seesNoMore()],
  },
  { name: "an edit that changes nothing is no message", needs: (can) => can.edits, steps: [asked("the same", "> the same"), edits("the same", "the same"), seesNoMore()] },
  { name: "what is delivered twice is answered once", steps: [asked("once", "> once"), again("once"), again("once"), seesNoMore()] },
  { name: "what is delivered again after a restart is answered once", steps: [asked("once for all", "> once for all"), restarts, again("once for all"), seesNoMore()] },
  { name: "an old message that comes again after a newer one changes nothing", steps: [asked("older", "> older"), asked("newer", "> newer"), again("older"), asked("newest", "> newest"), seesNoMore()] },
  { name: "a stranger is not answered, and nothing is kept of what they said", steps: [turnedAway(says("let me in", "eve")), seesNoMore("eve")] },
  { name: "a stranger's commands are not obeyed", steps: [turnedAway(says("/status", "eve")), turnedAway(says("/stop", "eve")), seesNoMore("eve")] },
  { name: "a stranger in a room of friends is not answered", steps: [turnedAway(says("me too", "eve", GROUP)), seesNoMore("eve", GROUP)] },
  { name: "a friend in a room that nobody bound is not answered", steps: [turnedAway(says("anybody here", "ada", OTHER)), seesNoMore("ada", OTHER)] },
  {
    name: "a stranger who is let in is answered from then on, until they are shut out",
    steps: [
      (stage) => stage.host.desk.allow({ platform: stage.peer.frontend.name, account: "*", sender: stage.peer.senderOf("eve"), role: "member", identity: "eve" }),
      asked("may I", "> may I", "eve"),
      (stage) => stage.host.desk.disallow({ platform: stage.peer.frontend.name, account: "*", sender: stage.peer.senderOf("eve") }),
      turnedAway(says("still there", "eve")), seesNoMore("eve"),
    ],
  },
  { name: "what claims to be from a friend and is not is turned away", steps: [turnedAway((stage) => stage.peer.forge("ada", "/approve")), seesNoMore()] },
  { name: "a command is answered without a turn", steps: [async (stage) => {
    const before = (await stage.host.status()).outcomes.done;
    await asked("/status", /^Nothing is running here\.\nGenome: /)(stage);
    expect((await stage.host.status()).outcomes.done).toBe(before);
  }] },
  { name: "a member is told less, and may not decide", steps: [asked("/status", /^Nothing is running here\.$/, "bob"), asked("/approve", "Only an operator may say /approve.", "bob"), asked("/undo", "Only an operator may say /undo.", "bob")] },
  {
    name: "what follows the platform's command is ours if it names one, and a message else", needs: (can) => can.calls === true,
    steps: [calls("status"), sees(/^Nothing is running here\./), calls("/status"), sees(/^Nothing is running here\./),
      calls("remember that the demo is on Friday"), sees("> remember that the demo is on Friday"), calls("statuses of all"), sees("> statuses of all"), seesNoMore()],
  },
  { name: "a stop ends what would never end", steps: [says("loop for ever"), runs, says("/stop"), STOPPED, asked("after", "> after")] },
  { name: "a stop where nothing runs says so, however often it is delivered", steps: [asked("/stop", "Nothing is running."), again("/stop"), seesNoMore()] },
  { name: "somebody else's turn is not stopped from elsewhere", steps: [says("loop", "bob"), runs, asked("/stop", "Nothing is running."), says("/stop", "bob"), stopped("bob")] },
  { name: "a question beside the way is answered while a turn runs", steps: [says("loop on"), runs, asked("/btw still there?", "> still there?"), says("/stop"), STOPPED] },
  { name: "a turn that is steered ends, and the new words are heard first", steps: [says("loop away"), runs, says("waits"), says("/steer rather this"), async (stage) => {
    const texts = [(await stage.next()).text, (await stage.next()).text, (await stage.next()).text];
    expect(texts.toSorted().map((text) => text.slice(0, 12))).toEqual(["> rather thi", "> waits", "Stopped: tur"]);
  }] },
  { name: "why a message was answered as it was", steps: [asked("plain", "> plain"), asked("/why", /^input message-[0-9a-f]+: done/)] },
  { name: "an effect that waits is approved by a button", needs: (can) => can.buttons, steps: [says("store 1"), presses("Approve", /^(store\/put! is approved\.|stored)$/), sees(/^(store\/put! is approved\.|stored)$/)] },
  { name: "an effect that waits is denied by a button", needs: (can) => can.buttons, steps: [says("store 2"), presses("Deny", /^(store\/put! is denied\.|That failed\. effect-denied.*)/), sees(/denied/)] },
  {
    name: "an effect that waits is decided by words", steps: [says("store 3"), async (stage) => {
      const { text } = await stage.next();
      expect(text).toMatch(/waits for your word: a person decides/);
      const [approval] = await stage.host.desk.approvals();
      await stage.say(`/approve ${approval?.id.slice(0, 8)}`);
    }, sees(/approved|stored/), sees(/approved|stored/)],
  },
  { name: "a decision is taken once, however often it is pressed", needs: (can) => can.buttons, steps: [says("store 4"), async (stage) => {
    const message = await stage.next();
    await stage.peer.press("ada", message, "Approve");
    await stage.peer.press("ada", message, "Approve");
    const texts = [(await stage.next()).text, (await stage.next()).text, (await stage.next()).text];
    expect(texts.filter((text) => text.startsWith("stored"))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith("Nothing of that id waits"))).toHaveLength(1);
  }] },
  { name: "a member's effect waits for an operator", steps: [says("store 5", "bob"), sees(/waits for your word/, "bob"), asked("/deny", "Only an operator may say /deny.", "bob"), async (stage) => {
    const [approval] = await stage.host.desk.approvals();
    await stage.host.desk.approve({ id: approval?.id ?? "" });
  }, sees(/^stored/, "bob")] },
  { name: "what waits for a word waits over a restart, and is not asked twice", steps: [says("store 6"), sees(/waits for your word/), restarts, (stage) => until("it waits again", () => stage.host.desk.approvals(), (waiting) => waiting.length === 1), async (stage) => {
    const [approval] = await stage.host.desk.approvals();
    await stage.say(`/approve ${approval?.id.slice(0, 8)}`);
  }, sees(/approved|stored/), sees(/approved|stored/), seesNoMore()] },
  { name: "a turn that a restart cuts goes on, and is answered once", steps: [says("loop through"), runs, restarts, runs, says("/stop"), STOPPED, seesNoMore()] },
  { name: "too fast for the platform: it leaves when the platform says", needs: ({ refusals }) => refusals, steps: [failing({ kind: "rate-limit", retryAfterMs: 50 }), asked("slowly", "> slowly"), seesNoMore()] },
  { name: "a platform that fails for a while gets it later, once", needs: ({ refusals }) => refusals, steps: [failing({ kind: "server-error" }), asked("patience", "> patience"), seesNoMore()] },
  { name: "what a platform refuses for good is counted, and the next goes on", needs: ({ refusals }) => refusals, steps: [failing({ kind: "refusal" }), counted("failed", says("into the void")), asked("and on", "> and on"), seesNoMore()] },
  { name: "what may have been sent is not sent again, and is counted as unknown", needs: ({ dropsRepeated }) => !dropsRepeated, steps: [failing({ kind: "lost-answer" }), counted("unknown", says("perhaps")), sees("> perhaps"), asked("and on", "> and on"), seesNoMore()] },
  { name: "what may have been sent is sent again where that is harmless", needs: ({ dropsRepeated }) => dropsRepeated, steps: [failing({ kind: "lost-answer" }), asked("surely", "> surely"), seesNoMore()] },
  {
    name: "a chat that is slow keeps no other waiting",
    steps: [failing({ kind: "slow", milliseconds: 1_500 }), says("slow"), (stage) => until("it is on its way", () => stage.host.desk.queue(), ({ out }) => out.some(({ state }) => state === "sending")), says("quick", "bob"), sees("> quick", "bob"),
      async (stage) => expect(stage.unseen().map(({ text }) => text)).toEqual([]), sees("> slow")],
  },
  { name: "what is said while the connection is cut is answered when it is back", steps: [(stage) => stage.peer.cut(50), says("through the gap"), sees("> through the gap"), (stage) => stage.connected(), seesNoMore()] },
  { name: "what is said while the agent is away is answered when it is back", steps: [(stage) => stage.stop(), says("while you slept"), (stage) => stage.start(), sees("> while you slept"), (stage) => stage.connected(), seesNoMore()] },
  { name: "a file that is let in comes with the message", needs: ({ filesIn }) => filesIn, steps: [sendsFile("look", file("cat.png", "image/png", 2_000)), sees("> look with cat.png of 2000 bytes")] },
  { name: "a member's file comes too", needs: ({ filesIn }) => filesIn, steps: [sendsFile("mine", file("dog.png", "image/png", 300), "bob"), sees("> mine with dog.png of 300 bytes", "bob")] },
  {
    name: "a message is acknowledged before a slow file of its has come, waits for it over a restart, and holds up its chat alone", needs: (can) => can.filesKept === true,
    steps: [async (stage) => {
      let handOut = (): void => undefined;
      const held = new Promise<void>((resolve) => (handOut = resolve));
      const slow = await stage.peer.say("bob", "slow", { files: [{ ...file("slow.png", "image/png", 1_000), held }] });
      const behind = await stage.peer.say("bob", "behind it");
      for (const id of [slow, behind]) await stage.acknowledged(id);
      await asked("quick", "> quick")(stage);
      await stage.peer.redeliver(slow);
      await asked("quick again", "> quick again")(stage);
      await stage.restart();
      await asked("and again", "> and again")(stage);
      expect(stage.unseen("bob").map(({ text }) => text)).toEqual([]);
      handOut();
    }, sees("> slow with slow.png of 1000 bytes", "bob"), sees("> behind it", "bob"), seesNoMore("bob"), seesNoMore()],
  },
  { name: "a file of a type that is not let in is left out, and that is said", needs: ({ filesIn }) => filesIn, steps: [sendsFile("run this", file("run.exe", "application/x-msdownload", 10)), async (stage) => {
    const texts = [(await stage.next()).text, (await stage.next()).text].toSorted();
    expect(texts[0]).toBe("> run this");
    expect(texts[1]).toMatch(/^I left out run\.exe: files of the type application\/x-msdownload are not let in/);
  }] },
  { name: "a file that is too large is not fetched", needs: ({ filesIn }) => filesIn, steps: [sendsFile("", file("big.png", "image/png", 10, 50_000_000)), sees(/^I left out big\.png: it has 50000000 bytes/)] },
  { name: "a picture that the agent sends comes whole, with its words", needs: ({ filesOut }) => filesOut, steps: [isSent([["plot.png", "image/png", 3_000]]), seesNoMore()] },
  { name: "a document of another type comes whole, with the name that it has", needs: ({ filesOut }) => filesOut, steps: [isSent([["räport-日本.pdf", "application/pdf", 70_000]]), seesNoMore()] },
  { name: "several files come in their order", needs: ({ filesOut }) => filesOut, steps: [isSent([["1.png", "image/png", 10], ["2.txt", "text/plain", 20], ["3.bin", "application/octet-stream", 30]]), seesNoMore()] },
  { name: "a file for which the platform is too busy leaves later, once", needs: ({ filesOut, refusals }) => filesOut && refusals, steps: [failing({ kind: "rate-limit", retryAfterMs: 50 }), isSent([["late.png", "image/png", 100]]), seesNoMore()] },
  { name: "a change of the genome that waits is approved by a button", needs: ({ buttons }) => buttons, steps: [decides("waiting", byButton("Approve"), ADOPTED, true), seesNoMore()] },
  { name: "a change of the genome that waits is rejected by a button", needs: ({ buttons }) => buttons, steps: [decides("waiting", byButton("Reject"), REJECTED, false), seesNoMore()] },
  { name: "a change of the genome that is in force is taken back by a button", needs: ({ buttons }) => buttons, steps: [decides("adopted", byButton("Revert"), TAKEN_BACK, false), seesNoMore()] },
  { name: "changes of the genome are decided by words where there are no buttons", needs: ({ buttons }) => !buttons, steps: [
    decides("waiting", byWords("/approve"), ADOPTED, true), decides("waiting", byWords("/deny"), REJECTED, false), decides("adopted", byWords("/undo"), TAKEN_BACK, false), seesNoMore(),
  ] },
  { name: "what comes due later is said unasked", steps: [asked("later", "> later"), sees("tea is ready"), seesNoMore()] },
  { name: "a long turn shows how far it is in one message, and ends with another", needs: ({ progress }) => progress, steps: [says("loop long"), runs, async (stage) => {
    const progress = await stage.next();
    expect(progress.text).toMatch(/^Working on it: \d+ s.*\/stop ends it\.$/);
    await until("it is edited in place", () => stage.peer.seen(DIRECT, "ada").find(({ id }) => id === progress.id)?.before.length ?? 0, (edited) => edited > 0);
  }, says("/stop"), STOPPED, seesNoMore()] },
];

/** Plays them all against a platform: one agent and one peer for the whole suite. Scenarios that need what the platform lacks are told as such. */
export function playScenarios(title: string, makePeer: () => Promise<Peer> | Peer, scenarios = SCENARIOS, own = channelGenome): void {
  describe(title, { timeout: 300_000 }, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await Stage.open(await makePeer(), own());
    }, 300_000);
    afterAll(async () => {
      await stage?.stop();
      await stage?.peer.close();
    });
    for (const { name, needs, steps } of scenarios)
      test(name, async ({ annotate }) => {
        if (needs?.(stage.peer.can) === false) return void (await annotate("the platform has no such thing"));
        await stage.begin();
        for (const step of steps) await step(stage);
      });
    test("the platform has had nothing to complain about", () => expect(stage.peer.complaints).toEqual([]));
    test("the journal of all that verifies, and comes to the same when it is run again", async () => {
      await stage.stop();
      expect(await openArchive(stage.home).verify()).toMatchObject({ ok: true });
      const { ok, problem } = await openArchive(stage.home).replay();
      expect({ ok, problem }).toEqual({ ok: true });
    });
  });
}
