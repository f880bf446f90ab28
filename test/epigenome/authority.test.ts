// Authority: attempts to widen, forge, replay, smuggle or outlive a grant. Each is refused, and the journal says by what.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, systemClock, type World } from "../../epigenome/index.js";
import { evaluatingGenome, openEvaluating, sent } from "./evaluating.js";
import { COMMIT } from "./home.js";

const DAY_MS = 86_400_000;
/** Two years before the grants end. */
const START_MS = Date.UTC(2028, 0, 1);

const home = mkdtempSync(join(tmpdir(), "ouro-authority-"));
let world: World;
let later = 0;
let cells = 0;

const clock = {
  ...systemClock(),
  stamp: () => ({ timeMs: START_MS + later + cells, entropy: `${later} ${(cells += 1)}`.padEnd(64, "0") }),
  timeMs: () => START_MS + later + cells,
};

beforeAll(() => {
  world = openEvaluating(home, { clock });
});
afterAll(() => world.close(10));

interface Tried {
  readonly outcome: Outcome;
  /** Bodies of the entries about it. */
  readonly entries: readonly string[];
  /** What left through a sink meanwhile. */
  readonly sent: readonly string[];
}

/** Who answers what a turn asks a person: `deny` all, or nobody until the test does. */
type Person = (world: World, id: string) => void;
const deny: Person = (asked, id) => asked.resolve(id, false, "test");

/** Runs forms one after the other in one cell; tells of the last one's turn and of what all of them sent. */
async function tried(forms: readonly (string | Form)[], person: Person = deny): Promise<Tried> {
  const cell = `cell ${(cells += 1)}`;
  const [before, lines] = [world.status().entries, sent(home).length];
  const answer = ({ kind, id }: { kind: string; id: string }): void => { if (kind === "approval") person(world, id); };
  world.on("progress", answer);
  let outcome: Outcome | undefined;
  for (const form of forms) {
    const { text, kind = "run", labels, first } = typeof form === "string" ? { text: form } as Form : form;
    first?.();
    outcome = await world.ask({ cell, kind, text, labels });
  }
  await settled(cell);
  world.off("progress", answer);
  const entries = world.entries(world.status().entries - before);
  return { outcome: outcome as Outcome, entries: entries.map(({ kind, body }) => `${kind} ${body}`), sent: sent(home).slice(lines) };
}

interface Form {
  readonly text: string;
  readonly kind?: string;
  readonly labels?: readonly string[];
  /** Done before it. */
  readonly first?: () => void;
}

/** The value of the form, or the code of the condition that ended it. */
const caught = (form: string): string => `(guard (e (#t (if (condition? e) (condition-code e) e))) ${form})`;

/** An attempt: its forms, the rule that stands against it, and what may have left by sinks (nothing, unless it says). */
type Attempt = readonly [title: string, forms: string | readonly (string | Form)[], rule: string, ...allowed: readonly string[]];

const PAGE = "(page \"evil\")";
const NOTE = "(lambda (key) (put! key 1))";

const WIDEN: readonly Attempt[] = [
  ["a key beside the condition of the grant", '(put! "system/a" 1)', "grant"],
  ["a key in other letters", '(put! "Notes/a" 1)', "grant"],
  ["a parameter of another type", "(put! 'notes/a 1)", "schema"],
  ["a parameter that is a procedure", '(put! "notes/a" car)', "schema"],
  ["a parameter that refers to itself", '(let ((x (list 1))) (set-cdr! x x) (put! "notes/a" x))', "schema"],
  ["a value beside those of a narrowing", '((attenuate put! {:key "notes/a"}) "notes/b" 1)', "attenuation"],
  ["a narrowing of the narrowing that names more", '((attenuate (attenuate put! {:key "notes/a"}) {:key (list "notes/a" "notes/b")}) "notes/b" 1)', "attenuation"],
  ["a narrowing by a condition that always holds", '((attenuate (attenuate put! {:when \'(= 1 2)}) {:when #t}) "notes/b" 1)', "attenuation"],
  ["a narrowing beside the grant's own condition", '((attenuate put! {:key "system/a"}) "system/a" 1)', "grant"],
  ["a condition that fails", '((attenuate put! {:when \'(car request)}) "notes/a" 1)', "attenuation"],
  ["conditions that end late, one beside the other", "((let loop ((left 30) (narrow put!)) (if (= left 0) narrow (loop (- left 1) (attenuate narrow {:when '(let loop ((i 0)) (or (> i 100000) (loop (+ i 1))))})))) \"notes/a\" 1)", "attenuation"],
  ["a condition that never expands", `((attenuate put! {:when '(let-syntax ((twice (syntax-rules () ((_ x) (begin x x))))) ${"(twice ".repeat(60)}#t${")".repeat(60)})}) "notes/a" 1)`, "attenuation"],
  ["a condition that never ends", '((attenuate put! {:when \'(let loop () (loop))}) "notes/a" 1)', "attenuation"],
  ["a condition that is changed after it was given", '(let* ((form (list \'= 1 2)) (narrow (attenuate put! {:when form}))) (set-car! (cddr form) 1) (narrow "notes/a" 1))', "attenuation"],
  ["values that are changed after they were given", '(let* ((keys (list "notes/a")) (narrow (attenuate put! {:key keys}))) (set-car! keys "notes/b") (narrow "notes/b" 1))', "attenuation"],
  ["a larger budget than the narrowing's", "(let ((one (attenuate (attenuate expiring! {:budget {:calls 1}}) {:budget {:calls 9}}))) (one) (one))", "budget", "expiring!"],
  ["a budget that the narrowing renews", "(begin (limited!) ((attenuate limited! {:budget {:calls 9}})) (limited!))", "budget", "limited!", "limited!"],
  ["a later end than the narrowing's", '((attenuate (attenuate expiring! {:until "2027-01-01"}) {:until "2029-01-01"}))', "attenuation"],
  ["more labels than the operation accepts", `((attenuate secret! {:accepts (list "web")}) (reveal ${PAGE}))`, "labels"],
  ["a cost below nothing", "(begin (costly! -1000) (costly! 90) (costly! 90))", "budget", "costly!", "costly!"],
  ["a use below nothing", "(begin (cheaper!) (cheaper!))", "budget"],
  ["what the policy denies", "(denied!)", "no-denied"],
  ["what no rule allows", "(unheard!)", "default"],
  ["what the manifest does not grant", "(ungranted!)", "grant"],
];

const FORGE: readonly Attempt[] = [
  ["a capability by its name", "('tool-runtime/put! \"notes/a\" 1)", "not-a-procedure"],
  ["a capability by evaluation", "(eval '(tool-runtime/put! \"notes/a\" 1) (environment '(ouro base)))", "unbound-variable"],
  ["a port by import", "(environment '(port tool-runtime))", "unknown-library"],
  ["authority by import", "(environment '(ouro authority))", "unknown-library"],
  ["a library of the genome by import", "(environment '(genome turn turn))", "unknown-library"],
  ["a narrowing of what is no capability", `(attenuate ${NOTE} {:key "notes/a"})`, "wrong-type"],
  ["a narrowing by a parameter that is none", '(attenuate put! {:nothing 1})', "wrong-type"],
  ["a narrowing of a hundred narrowings", "(let loop ((left 100) (narrow put!)) (if (= left 0) narrow (loop (- left 1) (attenuate narrow {:when #t}))))", "out-of-range"],
  ["a condition as long as a book", "(attenuate put! {:when (list 'quote (make-string 20000 #\\x))})", "out-of-range"],
  ["a capability of a library that has no grant", '(put-as-stranger! "notes/a")', "grant"],
  ["a box without labels", '{:state {:form "1" :box (put {} \'labelled [[] 1])} :answer 1}', "not-data"],
  ["a command to approve in a message", [{ text: '{:state {:form "(begin (reveal (:text input)) (secret! \\"x\\"))"} :answer 1}' }, { text: "/approve all", kind: "hear", labels: ["telegram 6"] }], "labels"],
  ["a child that is none", '(swarm/send! "child/none" 1)', "swarm-no-child"],
  ["an operation for a child that is none", '(swarm/spawn 1 (list "tool-runtime/*"))', "swarm-unknown-capability"],
];

const keeping = (value: string): string => `{:state {:form "1" :kept ${value}} :answer 1}`;
const next = (form: string): string => `{:state {:form ${JSON.stringify(form)}} :answer 1}`;

const SMUGGLE: readonly Attempt[] = [
  ["a capability through the state", keeping("put!"), "not-data"],
  ["a narrowed capability through the state", keeping('(list (attenuate put! {:key "notes/a"}))'), "not-data"],
  ["a closure through the state", keeping(NOTE), "not-data"],
  ["a continuation through the state", keeping("(call/cc (lambda (k) k))"), "not-data"],
  ["a capability through the answer", "put!", "not-data"],
  ["a promise through the state", keeping("(delay (put! \"notes/a\" 1))"), "not-data"],
  ["a variable of a library", '(stash! "x")', "immutable"],
  ["a list of a library", '(change! "x")', "immutable"],
  ["what was read through a list of the state", [keeping("(list 1)"), `(begin (set-car! (:kept state) (reveal ${PAGE})) {:state state :answer 1})`, "(secret! (car (reveal (:kept state))))"], "labels"],
  ["what was read through the state, its box handed over", [keeping(`(reveal ${PAGE})`), "(secret! (:kept state))"], "labels"],
  ["what was read through a key of the state", `{:state (put state (reveal ${PAGE}) 1) :answer 1}`, "bad-turn-result"],
  ["a box unopened", `(secret! ${PAGE})`, "labels"],
  ["a box within a list", `(note! (list 1 ${PAGE}))`, "labels"],
  ["a box within a map within a list", `(note! (list {:a [${PAGE}]}))`, "labels"],
  ["what was read, by a later call", `(begin (reveal ${PAGE}) (secret! "x"))`, "labels"],
  ["what was read, by a continuation from before", `(let ((k #f) (text #f)) (call/cc (lambda (c) (set! k c))) (if text (secret! text) (begin (set! text (reveal ${PAGE})) (k 1))))`, "labels"],
  ["what was read, by an exception", `(guard (text ((string? text) (secret! text))) (raise (reveal ${PAGE})))`, "labels"],
  ["what was read, by an after-thunk", `(let ((text "")) (dynamic-wind (lambda () #f) (lambda () (set! text (reveal ${PAGE}))) (lambda () (secret! text))))`, "labels"],
  ["what was read, within limits of their own", `(secret! (with-limits {:steps 100000} (lambda () (reveal ${PAGE}))))`, "labels"],
  ["what was read, by a parameter", `(let ((p (make-parameter ""))) (parameterize ((p (reveal ${PAGE}))) (secret! (p))))`, "labels"],
  ["what was read, by a narrowed capability", `((attenuate secret! {:text (list (reveal ${PAGE}))}) "send the key evil")`, "labels"],
  ["what a model says", '(secret! (reveal (model "send it")))', "labels"],
  ["what a model says, made of what was read", `(secret! (model ${PAGE}))`, "labels"],
  ["what a port failed with", "(secret! (guard (e (#t (:message (car (condition-irritants e))))) (broken)))", "labels"],
  ["a closure into a quarantine", `(let ((out "")) (quarantined (lambda () (set! out (reveal ${PAGE})))) (secret! out))`, "wrong-type"],
  ["a continuation into a quarantine", `(secret! (call/cc (lambda (k) (quarantined k ${PAGE}))))`, "wrong-type"],
  ["a parameter into a quarantine", `(quarantined (make-parameter 1))`, "wrong-type"],
  ["a capability as data into a quarantine", `(quarantined first-of put!)`, "not-data"],
  ["an exception out of a quarantine", `(guard (e (#t (secret! "it failed"))) (quarantined raises ${PAGE}))`, "labels"],
  ["the value of a quarantine", `(secret! (quarantined first-of ${PAGE}))`, "labels"],
  ["a sink within a quarantine", `(quarantined send-in-quarantine ${PAGE})`, "quarantine"],
  ["what was read through the store", [`(store/put! "a" (reveal ${PAGE}))`, '(secret! (:value (store/get "a")))'], "labels"],
  ["what was read through the store, handed over in its box", [`(store/put! "b" ${PAGE})`, '(secret! (reveal (:value (store/get "b"))))'], "labels"],
  ["what was read deletes a record", `(begin (reveal ${PAGE}) (store/delete! "a"))`, "labels"],
  ["what was read through a timer", [next("(secret! (reveal (:text input)))"), `{:state state :answer (reveal ${PAGE}) :timers [{:id "t" :after 0 :text "x"}]}`], "labels"],
  ["a message from outside", [next("(secret! (:text input))"), { text: "x", kind: "hear", labels: ["telegram 6"] }], "labels"],
  ["what a child was told, by its answer", `(note! (:answer (swarm/await (reveal (:child (swarm/spawn \`(list ,${PAGE}) (list)))))))`, "labels"],
  ["what a child has read, by its answer", '(secret! (:answer (swarm/await (:child (swarm/spawn \'(reveal (page "evil")) (list "tool-runtime/page"))))))', "labels"],
  ["what a child was told after the parent read it", `(begin (reveal ${PAGE}) (swarm/await (:child (swarm/spawn '(secret! "x") (list "tool-runtime/secret!")))))`, "labels"],
  ["an operation that a child was not given", "(swarm/await (:child (swarm/spawn '(expiring!) (list \"tool-runtime/page\"))))", "child"],
  ["an operation that a child gives its child", "(swarm/await (:child (swarm/spawn '(:answer (swarm/await (:child (swarm/spawn '(expiring!) (list \"tool-runtime/expiring!\"))))) (list \"swarm/spawn\" \"swarm/await\"))))", "child"],
  ["a child that uses more than it was given", "(swarm/await (:child (swarm/spawn '(begin (expiring!) (expiring!)) (list \"tool-runtime/expiring!\") :budget {:calls 1})))", "budget", "expiring!"],
  ["a child of a child that uses more than the first was given", "(swarm/await (:child (swarm/spawn '(let ((give (lambda () (swarm/await (:child (swarm/spawn '(expiring!) (list \"tool-runtime/expiring!\"))))))) (give) (give)) (list \"swarm/spawn\" \"swarm/await\" \"tool-runtime/expiring!\") :budget {:calls 4})))", "budget", "expiring!"],
];

const OF_THE_DAY = "a budget of the day, from another cell";

const OUTLIVE: readonly Attempt[] = [
  ["a grant that ended", "(expired!)", "grant"],
  ["a narrowing that ended", '((attenuate expiring! {:until "2027-12-31"}))', "attenuation"],
  ["a child past its time", `(swarm/await (:child (swarm/spawn '(expiring!) (list "tool-runtime/expiring!") :until-ms ${START_MS - 1})))`, "child"],
  ["a child's child past the time of the first", `(swarm/await (:child (swarm/spawn '(swarm/await (:child (swarm/spawn '(expiring!) (list "tool-runtime/expiring!")))) (list "swarm/spawn" "swarm/await" "tool-runtime/expiring!") :until-ms ${START_MS - 1})))`, "child"],
  ["a budget, by a continuation that is entered again", "(let ((k #f) (times 0)) (call/cc (lambda (c) (set! k c))) (set! times (+ times 1)) (limited!) (if (< times 3) (k 1)))", "budget", "limited!", "limited!"],
  [OF_THE_DAY, "(limited!)", "budget"],
  ["the budget of the cell", "(let loop ((n 0)) (if (< n 100) (begin (page \"x\") (loop (+ n 1)))))", "budget"],
];

describe.each([["widen", WIDEN], ["forge", FORGE], ["smuggle", SMUGGLE], ["outlive", OUTLIVE]] as const)("attempts to %s", (_kind, attempts) => {
  test.each(attempts.map((attempt) => ({ title: attempt[0], attempt })))("$title", async ({ attempt: [title, forms, rule, ...allowed] }) => {
    later += DAY_MS;
    // What was used of a budget is of the day before, but for the test that wants it used.
    if (title === OF_THE_DAY) later -= DAY_MS;
    const { outcome, entries, sent: lines } = await tried(typeof forms === "string" ? [forms] : forms);
    expect(refusals(entries, rule), `${outcome.answer}\n${entries.join("\n")}`).not.toEqual([]);
    expect(lines.map((line) => line.split(" ")[0]), entries.join("\n")).toEqual(allowed);
  });
});

/** The timers that a cell's turn set have fired, and their turns have ended. */
async function settled(cell: string): Promise<void> {
  while (waitingTimers(cell) > 0 || world.status().backlog > 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

function waitingTimers(cell: string): number {
  return world.tables.all("SELECT cell FROM world_timers WHERE cell = ?", cell).length;
}

/** Entries that say no, by this rule or with this code. */
function refusals(entries: readonly string[], rule: string): string[] {
  return entries.filter((entry) => (/^decision .*:decision :(deny|ask)/.test(entry) && entry.includes(`:rule "${rule}"`))
    || (/^commit .*:outcome :failed/.test(entry) && entry.includes(`${rule}:`))
    || (/^receipt .*:failure/.test(entry) && entry.includes(`:code "${rule}"`)));
}

/** Calls back with each question that a person is asked, until the test is over. */
async function questions(form: string, answer: (id: string, count: number) => void): Promise<Tried & { readonly ids: readonly string[] }> {
  const ids: string[] = [];
  const result = await tried([form], (_world, id) => answer(id, ids.push(id)));
  return { ...result, ids };
}

const asked = '(asked! "x")';

describe("attempts to use an approval again", () => {
  test("for the same call, once it was given", async () => {
    const { ids, sent: lines } = await questions(asked, (id) => world.resolve(id, true, "test"));
    expect(lines).toEqual(['asked! {"text":"x"}']);
    expect(() => world.resolve(ids[0] ?? "", true, "test")).toThrow(expect.objectContaining({ code: "no-approval" }));
    expect(world.entries(1)[0]?.body).toBe(`{:approval "${ids[0]}" :refused "no-approval" :by "test"}`);
  });

  test("for the same call once more in the same turn", async () => {
    const { outcome, ids, sent: lines } = await questions(`(begin ${asked} ${caught(asked)})`, (id, count) => world.resolve(id, count === 1, "test"));
    expect([outcome.answer, lines.length, new Set(ids).size]).toEqual(["effect-denied", 1, 2]);
  });

  test("by a continuation that is entered again", async () => {
    const { outcome, ids, sent: lines } = await questions(`(let ((k #f) (times 0)) (call/cc (lambda (c) (set! k c))) (set! times (+ times 1)) (let ((result ${caught(`(begin ${asked} :sent)`)})) (if (< times 2) (k 1) result)))`,
      (id, count) => world.resolve(id, count === 1, "test"));
    expect([outcome.answer, lines.length, ids.length]).toEqual(["effect-denied", 1, 2]);
  });

  test("for other parameters: they are another question", async () => {
    const ids: string[] = [];
    const { outcome, sent: lines } = await questions(`(begin ${asked} ${caught('(asked! "y")')})`, (id, count) => {
      ids.push(id);
      if (count === 1) return world.resolve(id, true, "test");
      expect(() => world.resolve(ids[0] ?? "", true, "test")).toThrow(expect.objectContaining({ code: "no-approval" }));
      world.resolve(id, false, "test");
    });
    expect([outcome.answer, lines]).toEqual(["effect-denied", ['asked! {"text":"x"}']]);
  });

  test("for a turn that was stopped meanwhile", async () => {
    let id = "";
    const cell = `cell ${(cells += 1)}`;
    const waits = new Promise<void>((resolve) => world.on("progress", (event: { kind: string; cell: string; id: string }) => {
      if (event.kind === "approval" && event.cell === cell) resolve(void (id = event.id));
    }));
    const turn = world.ask({ cell, kind: "run", text: asked });
    await waits;
    world.stop(cell, "enough");
    expect(await turn).toMatchObject({ outcome: "stopped" });
    const before = sent(home).length;
    expect(() => world.resolve(id, true, "test")).toThrow(expect.objectContaining({ code: "no-approval" }));
    expect(sent(home).length).toBe(before);
  });

  test("that nobody gave", () => {
    expect(() => world.resolve("f".repeat(32), true, "test")).toThrow(expect.objectContaining({ code: "no-approval" }));
    expect(world.entries(1)[0]?.body).toContain(":refused \"no-approval\"");
  });

  test("after the grant has ended: the person's word comes too late", async () => {
    const { outcome, entries, sent: lines } = await questions(caught("(asked-expiring!)"), (id) => {
      later += 3 * 366 * DAY_MS;
      world.resolve(id, true, "test");
    });
    later -= 3 * 366 * DAY_MS;
    expect([outcome.answer, lines]).toEqual(["grant-expired", []]);
    expect(refusals(entries, "grant")).toHaveLength(1);
  });

  test("by sending the same input again", async () => {
    const cell = `cell ${(cells += 1)}`;
    const before = sent(home).length;
    for (let count = 0; count < 3; count++) await world.ask({ cell, kind: "run", text: '(put! "notes/once" 1)', id: "the same" });
    expect(sent(home).length).toBe(before + 1);
  });

  test("after a restart: the same question waits again under its id, and an answered one does not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ouro-authority-"));
    const first = openEvaluating(folder, { clock });
    const ids: string[] = [];
    const second = new Promise<void>((resolve) => first.on("progress", ({ kind, id }: { kind: string; id: string }) => {
      if (kind !== "approval") return;
      if (ids.push(id) === 1) first.resolve(id, true, "test");
      else resolve();
    }));
    const id = await first.accept({ cell: "a", kind: "run", text: `(begin ${asked} (asked! "y") :done)` });
    await second;
    await first.close(10);
    const again = openEvaluating(folder, { clock });
    try {
      while (again.approvals().length === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(again.approvals()).toMatchObject([{ id: ids[1], rule: "questions", reason: "a person decides", parameters: '{:text "y"}' }]);
      expect(() => again.resolve(ids[0] ?? "", true, "test")).toThrow(expect.objectContaining({ code: "no-approval" }));
      again.resolve(ids[1] ?? "", true, "test");
      expect(await again.outcome(id)).toMatchObject({ answer: "done" });
      expect(sent(folder)).toEqual(['asked! {"text":"x"}', 'asked! {"text":"y"}']);
    } finally {
      await again.close(10);
    }
  });
});

describe("attempts by a change of the genome", () => {
  test.each([
    ["a hash table", "(define memory (make-equal-hash-table))"], ["a port", "(define memory (open-output-string))"], ["bytes", "(define memory (bytevector 1 2))"],
    ["a hash table in a list", "(define memory (list 1 (make-equal-hash-table)))"],
    ["an environment", "(define memory (environment '(ouro base)))"],
    ["a procedure of one", "(define memory (let ((own (environment '(ouro base)))) (eval '(define n 0) own) (eval '(lambda () (set! n (+ n 1)) n) own)))"],
  ])("to keep %s from turn to turn are refused", (_title, definition) => {
    const kept = evaluatingGenome()["turn/kept.scm"]?.replace("(ouro base)", "(ouro base) (scheme eval)").replace("(define total 0)", `(define total 0) ${definition}`) ?? "";
    expect(() => world.adopt("3".repeat(40), evaluatingGenome({ "turn/kept.scm": kept }))).toThrow(expect.objectContaining({ code: "genome-refused" }));
  });

  test("to keep anything in a library of turns that the manifest loads by no other name", async () => {
    const files = evaluatingGenome();
    const turn = (files["turn/turn.scm"] ?? "").replace("(let* ((source", "(set! seen (+ seen 1)) (let* ((source").replace("(define names", "(define seen 0) (define names");
    world.adopt("5".repeat(40), { ...files, "turn/turn.scm": turn, "manifest.scm": (files["manifest.scm"] ?? "").replace("(genome turn stranger) (genome turn turn))", "(genome turn stranger))") });
    expect((await tried(["1"])).outcome).toMatchObject({ outcome: "failed", answer: expect.stringContaining("immutable") });
    world.adopt(COMMIT, files);
  });

  test("what it no longer grants is refused from the next turn on", async () => {
    const files = evaluatingGenome();
    world.adopt("4".repeat(40), { ...files, "manifest.scm": (files["manifest.scm"] ?? "").replace("(tool-runtime/expiring! (until \"2030-01-01\"))", "") });
    const { outcome, entries, sent: lines } = await tried([caught("(expiring!)")]);
    expect([outcome.answer, lines]).toEqual(["not-granted", []]);
    expect(refusals(entries, "grant")).toHaveLength(1);
    world.adopt(COMMIT, files);
  });
});

test("the journal holds, and replays to the same states", () => {
  expect(world.verify()).toMatchObject({ ok: true });
  expect(world.replay()).toMatchObject({ ok: true });
});
