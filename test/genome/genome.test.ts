// The shipped genome: its libraries load, its own tests pass, its turns answer, and its loop runs through the real gates.
import { beforeAll, describe, expect, test } from "vitest";
import { datumOf, field, fieldText, portLibrary, record } from "../../epigenome/index.js";
import { documentation, display, type Interpreter, itemsOf, Keyword, LispError, LispString, PersistentMap, readAll, type Value, write } from "../../interpreter/index.js";
import { PortError } from "../../ports/port.js";
import { genomeFiles, loadGenome, manifestLibraries } from "./load.js";
import { openHome, type Home } from "./ports.js";

const files = genomeFiles();

describe("the genome as text", () => {
  test("the manifest names every library outside test/, and no other", () => {
    const libraries = Object.keys(files).filter((path) => path.includes("/") && !path.startsWith("test/"))
      .map((path) => `(genome ${path.replace(/\.scm$/, "").replaceAll("/", " ")})`);
    expect([...manifestLibraries()].sort()).toEqual(libraries.sort());
  });

  test("no file is over 200 lines", () => {
    expect(Object.entries(files).filter(([, text]) => text.split("\n").length > 200).map(([path]) => path)).toEqual([]);
  });

  test("the constitution protects what the native gates protect, and only paths that exist", () => {
    const [form] = readAll(files["constitution.scm"] as string, "constitution.scm");
    const clause = (itemsOf(form as Value) ?? []).map((each) => itemsOf(each) ?? []).find(([head]) => head !== undefined && write(head) === "protected") ?? [];
    const paths = clause.slice(1).map((path) => (path as LispString).text);
    expect(paths).toEqual(expect.arrayContaining(["manifest.scm", "constitution.scm", "test/", "prelude/", "evolution/", "policy/effects.scm"]));
    expect(paths.filter((path) => !Object.keys(files).some((file) => file.startsWith(path)))).toEqual([]);
  });
});

describe("the genome's libraries", () => {
  let interpreter: Interpreter;
  let home: Home;
  beforeAll(async () => {
    home = await openHome();
    interpreter = loadGenome(portsOf(home));
    interpreter.load(manifestLibraries());
  });

  test("every exported procedure has a docstring", () => {
    const missing = manifestLibraries().flatMap((library) => {
      const environment = interpreter.environment([library], { open: false });
      return interpreter.exportsOf(library)
        .filter((name) => !/^(make-test|(policy|test)[-?].*)$/.test(name))
        .filter((name) => !/\n.{20,}/.test(documentation(environment, name) ?? "")).map((name) => `${library} ${name}`);
    });
    expect(missing).toEqual([]);
  });

  test("the genome's own tests pass, and there are at least forty", () => {
    const result = interpreter.call(interpreter.exported("(genome test all)", "run-tests") as Value, []).finish();
    expect(Array.from(field(result, "failed") as Iterable<Value>, (each) => `${fieldText(each, "name")}: ${fieldText(each, "message")}`)).toEqual([]);
    expect(field(result, "passed")).toBeGreaterThanOrEqual(40);
  });

  test("a test that fails, hangs or raises is reported by name and hides no other", () => {
    interpreter.register(`(define-library (trial failing) (export run) (import (ouro base) (genome prelude test))
(begin (define-tests tests ("wrong" (check (+ 1 1) => 3)) ("endless" (let loop () (loop))) ("raises" (error "no" 5)) ("sound" (check 1 => 1)))
  (define (run) (run-all tests))))`, "failing.scm");
    const result = interpreter.call(interpreter.exported("(trial failing)", "run") as Value, []).finish();
    expect(field(result, "passed")).toBe(1);
    expect(display(field(result, "failed") as Value)).toMatch(/wrong.*gave 2, not 3.*endless.*step limit.*raises.*no 5/);
  });

  test("every grant's condition admits what the turns ask for", async () => {
    const used = await openHome();
    await used.turn(message("remember that the door code is 4711"));
    await used.turn(message("what do you know about the door"));
    await used.turn(message("forget the door"));
    await used.turn(message("status"));
    for (const { operation, origin } of used.calls) expect(used.manifest.grants.get(origin)?.has(operation), `${origin} ${operation}`).toBe(true);
  });
});

/** One conversation after the other: what is said, and what must be answered. */
const CONVERSATIONS: Record<string, readonly (readonly [string, string | RegExp])[]> = {
  "greeting, help and the honest answer": [
    ["hello", /^Hello/],
    ["help", /remember that[^]*what is 2 \+ 3/],
    ["write me a poem about the sea", /can't do that without a model/],
    ["helo", /^Hello/],
    ["helpme", /Did you mean help/],
    ["  ", /Say something/],
  ],
  "notes": [
    ["remember that the door code is 4711", "I will remember: the door code is 4711"],
    ["remember Anna likes plums", "I will remember: Anna likes plums"],
    ["what do you know about the door?", "the door code is 4711"],
    ["What do you know about Anna", "Anna likes plums"],
    ["notes", /- Anna likes plums\n- the door code is 4711/],
    ["what do you know about bicycles?", /^I know nothing about bicycles/],
    ["forget the door", "Forgotten:\n- the door code is 4711"],
    ["what do you know about the door?", /^I know nothing/],
    ["forget the door", "I have no note about the door."],
  ],
  "lists": [
    ["add milk to shopping", "Added milk to shopping."],
    ["add two eggs to my shopping list", "Added two eggs to shopping."],
    ["add milk to shopping", "milk is on shopping already."],
    ["show shopping", "shopping:\n- milk\n- two eggs"],
    ["lists", "Lists: shopping"],
    ["remove milk from shopping", "Removed milk from shopping."],
    ["remove bread from shopping", "bread is not on shopping."],
    ["remove two eggs from the shopping list", "Removed two eggs from shopping."],
    ["show shopping", "There is nothing on shopping."],
    ["lists", "There are no lists."],
  ],
  "sums": [
    ["what is 2 + 3 * 4", "14"],
    ["What is (2 + 3) * 4?", "20"],
    ["0.1 + 0.2", "0.3"],
    ["how much is 10 / 4 =", "2.5"],
    ["what is 1 / 0", "nothing can be divided by zero"],
    ["what is the moon", /can't do that/],
  ],
  "tasks, in the order of the policy": [
    ["task: write the long report about the whole year", /^Task: write/],
    ["task: call home, urgent", "Task: call home (urgent)"],
    ["tasks", /^1\. call home \(urgent\)\n2\. write/],
    ["done 1", "Done: call home"],
    ["done report", /^Done: write/],
    ["tasks", "There are no tasks."],
  ],
  "teaching": [
    ["good night", /can't do that/],
    ["when I say good night, say sleep well", /I will say "sleep well"/],
    ["good night!", "sleep well"],
    ["when I say groceries, do show shopping", /as if you said "show shopping"/],
    ["groceries", "There is nothing on shopping."],
    ["rules", "- good night → sleep well\n- groceries → show shopping"],
    ["unlearn good night", "Unlearned good night."],
    ["good night", /can't do that/],
    ["when I say ping, do pong", /ping/],
    ["when I say pong, do ping", /pong/],
    ["ping", /round in a circle/],
  ],
  "status": [
    ["remember that tea is ready", /tea/],
    ["status", /^1 note\n0 lists\n0 tasks\n0 taught rules\nLately about: tea ready\nMy genome's last changes: \S/],
  ],
};

describe("the embedded responder", () => {
  for (const [name, conversation] of Object.entries(CONVERSATIONS))
    test(name, async () => {
      const home = await openHome();
      for (const [said, expected] of conversation) {
        const answer = display(await home.turn(message(said)));
        if (typeof expected === "string") expect(answer, said).toBe(expected);
        else expect(answer, said).toMatch(expected);
      }
    });

  test("a failure that may pass is tried again when its time has come, by the policy's delay", async () => {
    const home = await openHome();
    home.fault = () => new PortError("store-busy", "the store is busy", { retryable: true });
    expect(display(await home.turn(message("remember that tea is ready", 1_000)))).toMatch(/is busy.*try again in 1 s/);
    expect(display(await home.turn({ kind: Keyword.intern("timer"), due: 1_500 }))).toBe("");
    expect(display(await home.turn({ kind: Keyword.intern("timer"), due: 2_000 }))).toMatch(/try again in 2 s/);
    home.fault = () => undefined;
    expect(display(await home.turn({ kind: Keyword.intern("timer"), due: 60_000 }))).toBe("I will remember: tea is ready");
    expect(display(await home.turn(message("notes")))).toBe("- tea is ready");
  });

  test("what waits to be tried again is let go when it is stopped", async () => {
    const home = await openHome();
    home.fault = () => new PortError("store-busy", "the store is busy", { retryable: true });
    expect(display(await home.turn({ kind: Keyword.intern("stop"), text: "" }))).toBe("");
    await home.turn(message("remember that tea is ready", 1_000));
    home.fault = () => undefined;
    expect(display(await home.turn({ kind: Keyword.intern("stop"), text: "" }))).toMatch(/will not try again to answer "remember that tea is ready"/);
    expect(display(await home.turn({ kind: Keyword.intern("timer"), due: 60_000 }))).toBe("");
    expect(display(await home.turn(message("notes")))).not.toContain("tea is ready");
  });

  test("a port that says when it may be asked again is not asked before, counted from when it was asked", async () => {
    const home = await openHome();
    home.fault = () => new PortError("store-busy", "the store is busy", { retryable: true, retryAfterMs: 5_000 });
    await home.turn(message("remember that tea is ready", 200));
    // The first effect of a home is stamped with 1,000.
    expect(home.timers).toEqual({ waiting: 6_000 });
  });

  test("a failure that will not pass is said, and what is wrong in the genome is not hidden", async () => {
    const home = await openHome();
    home.fault = () => new PortError("store-damaged", "the store is damaged");
    expect(display(await home.turn(message("remember this")))).toBe("I could not do that: the store is damaged");
    await expect(home.turn({ kind: Keyword.intern("no-such-kind") })).rejects.toThrow(LispError);
  });

  test("a model that is configured takes over what the rules cannot do, and sees the conversation", async () => {
    const seen: string[] = [];
    const home = await openHome([{
      name: "local", models: [{ name: "parrot", contextTokens: 8_000, tags: [], usdCentsPerMillionInput: 0, usdCentsPerMillionOutput: 0 }],
      complete: async ({ messages }) => {
        seen.push(messages.map(({ role, text }) => `${role}: ${text}`).slice(1).join(" | "));
        return { text: `you said ${messages.at(-1)?.text}`, stop: "end", inputTokens: 1, outputTokens: 1 };
      },
    }]);
    expect(display(await home.turn(message("write me a poem")))).toBe("you said write me a poem");
    expect(display(await home.turn(message("what is 2 + 2")))).toBe("4");
    await home.turn(message("and another"));
    expect(seen.at(-1)).toBe("user: write me a poem | assistant: you said write me a poem | user: and another");
  });

  test("the topics on its mind stay within their bound", async () => {
    const home = await openHome();
    for (let number = 0; number < 12; number++) await home.turn(message(`remember that item${number} is here`));
    expect((field(home.state, "topics") as PersistentMap).size).toBe(8);
  });
});

/** Each of these measures rules on the sealed suites and runs the genome's tests twice. */
const ROUND_MS = 240_000;

describe("the Ouroboros loop through the real gates", { timeout: ROUND_MS }, () => {
  const evolve = (more: Record<string, Value>): Record<string, Value> => ({ kind: Keyword.intern("evolve"), data: record({ seed: 7, budget: 120, ...more }) });

  test("one round finds a better rule, is judged by all gates, and main holds what was measured", async () => {
    const home = await openHome();
    const base = await home.lineage.head();
    const answer = await home.turn(evolve({ round: 1, policy: "evict", budget: 60 }));
    expect(fieldText(answer, "policy")).toBe("evict");
    expect(home.lines.map((line) => line.split(" ")[0])).toEqual(
      ["read", "eval", "modify", "write", ..."parses expands authority constitution boots tests shadow score size".split(" ").map(() => "gate"), "continue"]);
    expect(field(answer, "adopted"), fieldText(answer, "reason")).toBe(true);
    const head = await home.lineage.head();
    expect(head).toBe(fieldText(answer, "commit"));
    expect(head).not.toBe(base);
    expect((await home.lineage.files(head))["policy/evict.scm"]).not.toBe(files["policy/evict.scm"]);
    expect(home.storage.probations().map(({ commit, verdict }) => [commit, verdict])).toEqual([[head, "open"]]);
    const scores = Object.fromEntries(home.evolution.reports().map(({ kind, score }) => [kind, score]));
    expect(scores["before"]).toBeCloseTo(1, 6);
    expect(scores["after"]).toBeGreaterThan(1.02);
    expect(scores["random"]).toBeDefined();
    expect(home.storage.entries("evict").some(({ verdict }) => verdict === "adopted")).toBe(true);
    await home.close();
  });

  test("the same seed on the same genome gives the same tree", async () => {
    const [one, other] = [await openHome(), await openHome()];
    const answers = [await one.turn(evolve({ round: 2, policy: "dispatch", budget: 25 })), await other.turn(evolve({ round: 2, policy: "dispatch", budget: 25 }))];
    expect(fieldText(answers[0] as Value, "tree")).toMatch(/^[0-9a-f]{40}$/);
    expect(fieldText(answers[1] as Value, "tree")).toBe(fieldText(answers[0] as Value, "tree"));
    await Promise.all([one.close(), other.close()]);
  });

  test("a change that is no better is refused by name, its branch is gone and the archive remembers it", async () => {
    const home = await openHome();
    const base = await home.lineage.head();
    const answer = await home.turn(evolve({ round: 3, policy: "dispatch", budget: 2 }));
    expect(field(answer, "adopted")).toBe(false);
    expect(["score", "propose"]).toContain(fieldText(answer, "gate"));
    expect(await home.lineage.head()).toBe(base);
    await home.close();
  });

  test("a person's worse rule is refused by the score gate", async () => {
    const home = await openHome();
    const answer = await home.turn({ kind: Keyword.intern("propose"), text: "", data: datumOf('{:round 4 :file "policy/dispatch.scm" :definition "dispatch" :path [6 1] :replacement (- weight) :reason "a bad idea"}') });
    expect([fieldText(answer, "gate"), fieldText(answer, "proposer"), field(answer, "adopted")]).toEqual(["score", "person", false]);
    await home.close();
  });

  test("a change of what is protected waits on its branch until a person approved it", async () => {
    const home = await openHome();
    const text = (files["policy/gates.scm"] as string).replace(":growth-factor 1.1", ":growth-factor 1.2");
    const answer = await home.turn({ kind: Keyword.intern("propose"), text: new LispString(text), data: datumOf('{:round 5 :file "policy/gates.scm" :reason "more room"}') });
    expect([fieldText(answer, "gate"), field(answer, "awaits-approval")]).toEqual(["constitution", true]);
    const [base, commit] = [await home.lineage.head(), fieldText(answer, "commit")];
    home.approve(base, commit);
    const again = await home.turn({ kind: Keyword.intern("approved"), data: record({ round: 6, base, commit, branch: fieldText(answer, "branch"), policy: "" }) });
    expect([field(again, "adopted"), await home.lineage.head()]).toEqual([true, commit]);
    await home.close();
  });

  test("main that has moved in between is not overwritten", async () => {
    const home = await openHome();
    home.fault = (operation) => (operation === "lineage/adopt!" ? new PortError("lineage-stale", "main has moved") : undefined);
    const answer = await home.turn({ kind: Keyword.intern("propose"), text: new LispString(`${files["turn/reply.scm"]}\n`), data: datumOf('{:round 7 :file "turn/reply.scm" :reason "a blank line"}') });
    expect([fieldText(answer, "gate"), field(answer, "adopted")]).toEqual(["adopt", false]);
    expect(home.calls.some(({ operation }) => operation === "lineage/drop!")).toBe(true);
    await home.close();
  });

  test("probation keeps what goes well and takes back what does worse", async () => {
    const home = await openHome();
    const adopt = async (round: number, suffix: string): Promise<string> => {
      const source = (await home.lineage.files(await home.lineage.head()))["turn/reply.scm"];
      const answer = await home.turn({ kind: Keyword.intern("propose"), text: new LispString(`${source}${suffix}`), data: record({ round, file: "turn/reply.scm", reason: "a comment" }) });
      return fieldText(answer, "commit");
    };
    const probe = async (): Promise<string> => write((await home.turn({ kind: Keyword.intern("probation") })));
    home.live = { before: { turns: 100, errors: 0, steps: 100_000 }, after: { turns: 2, errors: 0, steps: 2_000 } };
    const kept = await adopt(8, "; one\n");
    expect(await probe()).toMatch(/:verdict "open"/);
    home.live = { ...home.live, after: { turns: 50, errors: 0, steps: 50_000 } };
    expect(await probe()).toMatch(/:verdict "kept"/);
    const reverted = await adopt(9, "; two\n");
    home.live = { ...home.live, after: { turns: 50, errors: 40, steps: 50_000 } };
    expect(await probe()).toMatch(/:verdict "reverted"/);
    expect(home.storage.probations().map(({ commit, verdict }) => [commit, verdict])).toEqual([[kept, "kept"], [reverted, "reverted"]]);
    expect((await home.lineage.files(await home.lineage.head()))["turn/reply.scm"]).toMatch(/; one\n$/);
    await home.close();
  });
});

function message(text: string, time = 0): Record<string, Value> {
  return { kind: Keyword.intern("message"), text: new LispString(text), time };
}

function portsOf(home: Home): Record<string, ReadonlyMap<string, Value>> {
  return Object.fromEntries(home.ports.map((port) => [`(port ${port.name})`, portLibrary(port, "")]));
}
