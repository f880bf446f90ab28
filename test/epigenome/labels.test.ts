// Labels: boxes stay closed until they are revealed, what is revealed stays with the turn, and the state keeps both apart.
import { describe, expect, test } from "vitest";
import { datumOf, type EffectRequest, OPERATOR, portLibrary, type World } from "../../epigenome/index.js";
import { authorityLibrary } from "../../epigenome/capability.js";
import { above, joined } from "../../epigenome/labels.js";
import { canonical, Keyword, LabelledBox, LispString, PersistentMap, type Value, write } from "../../interpreter/index.js";
import { operation, type Port } from "../../ports/port.js";
import { memoryLineage } from "../../ports/lineage/index.js";
import { sqliteStore, storePort } from "../../ports/store/index.js";
import { COMMIT, freshHome, openTestWorld } from "./home.js";
import { answering, ask, files, grants, none, open, TEXT_OF, web, world } from "./labelled-world.js";

describe("a box", () => {
  const box = new LabelledBox(["model", "web a"], PersistentMap.from([[new LispString("k", true), 1]]));

  test("is written with its content for the world, and without it for programs", () => {
    expect(canonical(box)).toBe('{labelled [["model" "web a"] {"k" 1}]}');
    expect(write(box)).toBe("#<box model, web a>");
    const again = datumOf(canonical(box)) as LabelledBox;
    expect(again).toBeInstanceOf(LabelledBox);
    expect([again.labels, canonical(again)]).toEqual([box.labels, canonical(box)]);
  });

  test("no other data are written as one", () => {
    const forged = PersistentMap.from([[datumOf("labelled"), datumOf("[[] 1]")]]);
    expect(() => canonical(forged)).toThrow("only plain data");
  });

  test("labels are joined in one order, and a bound holds kinds or whole labels", () => {
    expect(joined(["web b", "model"], ["model", "web a"])).toEqual(["model", "web a", "web b"]);
    expect(above(["model", "web a", "web b"], ["model", "web a"])).toEqual(["web b"]);
    expect(above(["web a"], ["web"])).toEqual([]);
    expect(above(["web a"], [])).toEqual(["web a"]);
    expect(above(["web a"], undefined)).toEqual([]);
  });

  test("the library of authority exports what the linter knows of it", () => {
    expect([...authorityLibrary().keys()].sort()).toEqual(["attenuate", "call-tool", "keep", "labelled?", "labels-of", "quarantined", "reveal", "tool-arguments", "tool-of", "turn-labels"]);
  });
});

describe("in a turn", () => {
  const answers = (body: string, definitions?: string) => async () => (await ask(world(`{:state {} :answer ${body}}`, definitions))).answer;
  test.each<[string, string, string, string?]>([
    ["a result comes boxed", "(list (labelled? (tool-runtime/fetch \"x\")) (turn-labels))", "(#t [])"],
    ["and tells its labels", "(labels-of (tool-runtime/fetch \"x\"))", '["web x"]'],
    ["and those of where it was found", "(labels-of (tool-runtime/follow \"x\"))", '["web" "web x"]'],
    ["revealing it labels the turn", "(let ((text (:text (reveal (tool-runtime/fetch \"x\"))))) (list text (turn-labels)))", '("page of x" ["web x"])'],
    ["a box in the answer is opened for whoever gets it", "(tool-runtime/fetch \"x\")", '{:text "page of x"}'],
    ["a box cannot be looked into", "(guard (e (#t (condition-code e))) (:text (tool-runtime/fetch \"x\")))", "wrong-type"],
    ["nor compared", "(equal? (tool-runtime/fetch \"x\") (tool-runtime/fetch \"x\"))", "#f"],
    ["nor printed", "(let ((port (open-output-string))) (write (tool-runtime/fetch \"x\") port) (get-output-string port))", "#<box web x>"],
    ["what a port fails with is boxed", "(guard (e (#t (list (condition-code e) (condition-message e) (labels-of (:message (car (condition-irritants e)))) (turn-labels)))) (tool-runtime/fail \"x\"))",
      '(:tool-runtime-broken "tool-runtime/fail failed" ["web x"] [])'],
    ["and so is what it hints", "(guard (e (#t (list (condition-hint e) (reveal (:message (car (condition-irritants e))))))) (tool-runtime/fail \"x\"))", '("" "said the page (and hinted)")'],
    ["a result carries the boxes that went in", "(labels-of (tool-runtime/echo (quarantined text-of (tool-runtime/fetch \"x\"))))", '["web x"]', TEXT_OF],
    ["a quarantine reads without the turn", "(let ((box (quarantined text-of (tool-runtime/fetch \"x\")))) (list (labels-of box) (turn-labels)))", '(["web x"] [])', TEXT_OF],
    ["a quarantine reaches no sink with a bound", "(guard (e (#t (condition-code e))) (quarantined sends \"x\"))", "quarantine-failed", "(define (sends text) (tool-runtime/send! text))"],
    ["a quarantine reaches other effects", "(quarantined fetches \"x\")", "page of x", "(define (fetches url) (:text (reveal (tool-runtime/fetch url))))"],
  ])("%s", async (_title, body, answer, definitions) => {
    expect(await answers(body, definitions)()).toBe(answer);
  });

  const SAYS = "(define (says-what reads) (guard (e (#t (list (condition-message e) (turn-labels)))) (reads)))";
  const HELPERS = `${TEXT_OF} ${SAYS} (define (length-of page) (string-length (text-of page))) (define (key-of page) (if (string=? (text-of page) "page of x") 1 "k"))
    (define (tries guess box) (guard (e (#t #f)) ((attenuate tool-runtime/echo {:when (list 'string-prefix? guess '(:text request))}) box) #t))`;
  const boxed = "(quarantined text-of (tool-runtime/fetch \"x\"))";
  test.each<[string, string, string?]>([
    ["the schema, of a page", '(tool-runtime/echo (tool-runtime/fetch "x"))', "page of x"],
    ["the schema, of a number", '(tool-runtime/echo (quarantined length-of (tool-runtime/fetch "x")))', "9"],
    ["the schema, of a box that comes after what it refuses", `(store/put! 1 ${boxed})`],
    ["the schema, of a box in a list", `(tool-runtime/echo (list ${boxed}))`],
    ["the schema of a key", '(store/get (tool-runtime/fetch "x"))', "page of x"],
    ["the schema of an optional parameter", '(store/put! "k" 1 :text (tool-runtime/fetch "x"))', "page of x"],
    ["whether the schema refuses it", '(store/get (quarantined key-of (tool-runtime/fetch "x")))'],
    ["a condition of the caller's", `((attenuate tool-runtime/echo {:when '(error (:text request))}) ${boxed})`, "page of x"],
    ["whether a condition of the caller's holds", `((attenuate tool-runtime/echo {:when '(string-prefix? "q" (:text request))}) ${boxed})`],
    ["whether it is what the caller allows", `((attenuate tool-runtime/echo {:text "page of y"}) ${boxed})`],
    ["a condition of the grant", `(store/delete! ${boxed})`],
    ["the policy", `(tool-runtime/judged ${boxed})`, "page of x"],
    ["the policy's own failure", `(tool-runtime/misjudged ${boxed})`, "page of x"],
    ["what a port refuses", `(store/blob-get ${boxed})`],
  ])("who is refused for what is in a box has read it: %s", async (_title, form, told = "") => {
    const made = world(`{:state {} :answer (says-what (lambda () ${form}))}`, HELPERS);
    const { answer } = await ask(made);
    expect(answer).toMatch(/\["web x"\]\)$/);
    expect(answer).toContain(told);
    expect(made.entries(30).filter(({ kind, body }) => kind === "decision" && body.includes(":decision :deny")).every(({ body }) => body.includes(':labels ["web x"]'))).toBe(true);
    expect(made.replay()).toMatchObject({ ok: true });
  });

  test("a condition on a box is read with it, be the guess right or wrong", async () => {
    const made = world(`{:state {} :answer (let ((box ${boxed})) (let loop ((guesses (list "p" "pa" "q" "page")) (seen '())) (if (null? guesses) (reverse seen) (loop (cdr guesses) (let ((right (tries (car guesses) box))) (cons (list right (turn-labels)) seen))))))}`, HELPERS);
    expect((await ask(made)).answer).toBe('((#t ["web x"]) (#t ["web x"]) (#f ["web x"]) (#t ["web x"]))');
    expect(made.replay()).toMatchObject({ ok: true });
  });

  test("a capability is narrowed by no box, which would be told to whom it refuses", async () => {
    const made = world(`{:state {} :answer (map (lambda (narrowing) (says-what (lambda () ((attenuate tool-runtime/echo narrowing) "guess")))) (list {:text ${boxed}} {:text (list "a" ${boxed})} {:when (list 'string=? ${boxed} "a")} {:until ${boxed}}))}`, HELPERS);
    const { answer } = await ask(made);
    expect(answer).not.toContain("page of x");
    expect(answer.split("without boxes")).toHaveLength(5);
  });

  test("an input with labels comes in boxes, and its turn is trusted until it reads them", async () => {
    const made = world("{:state {} :answer (list (turn-labels) (labels-of (:text input)) (reveal (:text input)) (turn-labels))}");
    expect((await ask(made, "hi", ["telegram 42"])).answer).toBe('([] ["telegram 42"] "hi" ["telegram 42"])');
    expect(made.commitBody((await ask(made, "hi", ["telegram 42"])).id)).toContain(':labels ["telegram 42"]');
  });
});

describe("a cell's state", () => {
  test("carries labels entry by entry, and gives boxes back", async () => {
    const made = world("(case (string->symbol (:text input)) ((read) {:state (put state :page (:text (reveal (tool-runtime/fetch \"x\")))) :answer \"\"}) (else {:state (put state :turns 1) :answer (list (map labels-of (list (get state :page) (get state :turns 0))) (turn-labels))}))");
    await ask(made, "look");
    await ask(made, "read");
    expect(made.state("a")).toBe('{:turns 1 :page {labelled [["web x"] "page of x"]}}');
    expect((await ask(made, "look")).answer).toBe('((["web x"] []) [])');
    expect(made.replay()).toMatchObject({ ok: true });
  });

  test("what is kept before a page is read stays trusted", async () => {
    const made = world("(let ((state (keep (put state :count 1)))) (reveal (tool-runtime/fetch \"x\")) {:state (put state :seen #t) :answer \"\"})");
    await ask(made);
    expect(made.state("a")).toBe('{:count 1 :seen {labelled [["web x"] #t]}}');
  });

  test("what is changed in place is changed, and labelled", async () => {
    const made = world("(begin (when (contains-key? state :list) (set-car! (get state :list) (:text (reveal (tool-runtime/fetch \"x\"))))) {:state (if (contains-key? state :list) state {:list (list 1)}) :answer \"\"})");
    await ask(made);
    await ask(made);
    expect(made.state("a")).toBe('{:list {labelled [["web x"] ("page of x")]}}');
  });

  test.each([
    ["takes no new key made of what was read", '(put state (:text (reveal (tool-runtime/fetch "x"))) 1)', "spells"],
    ["nor a keyword that was made of it", '(put state (string->keyword (string-append "pwn" (:text (reveal (tool-runtime/fetch "x"))))) 1)', "spells"],
    ["takes one that the genome's text spells", '(begin (reveal (tool-runtime/fetch "x")) (put state :spelled 1))', undefined],
    ["loses none", '(begin (reveal (tool-runtime/fetch "x")) (remove-key state :first))', "leaves :first"],
  ])("%s", async (_title, state, problem) => {
    const made = world(`(if (string=? (:text input) "begin") {:state {:first 1} :answer ""} {:state ${state} :answer ""})`);
    await ask(made, "begin");
    expect(await ask(made)).toMatchObject(problem === undefined ? { outcome: "done" } : { outcome: "failed", answer: expect.stringMatching(`bad-turn-result.*${problem}`) });
  });
});

describe("the order of a state's keys", () => {
  test.each([
    ["stays as it was", '{:c 1 :a 1 :b 1}', "{:a 1 :b 1 :c 1}"],
    ["is that of their names for new ones", '(put (put (put (remove-key state :a) :y 1) :x 1) :a 1)', '{:a 1 :b 1 :c 1 :x {labelled [["web x"] 1]} :y {labelled [["web x"] 1]}}'],
  ])("%s in a turn that has read a page", async (_title, state, left) => {
    const made = world(`(if (string=? (:text input) "begin") {:state {:a 1 :b 1 :c 1} :answer ""} (begin (reveal (tool-runtime/fetch "x")) {:state ${state} :answer ""}))`);
    await ask(made, "begin");
    await ask(made, "read");
    expect(made.state("a")).toBe(left);
    expect(made.replay()).toMatchObject({ ok: true });
  });

  test("is the turn's own in one that has read none", async () => {
    const made = world("{:state {:c 1 :a 1 :b 1} :answer \"\"}");
    await ask(made);
    expect(made.state("a")).toBe("{:c 1 :a 1 :b 1}");
  });
});

describe("a timer", () => {
  test("that a turn set which had read a page tells nothing of it unasked", async () => {
    const made = world(`(case (:kind input)
      ((:timer) {:state {} :answer (list (map labels-of (list (:timer input) (:due input) (:text input))) (turn-labels))})
      (else (let ((text (:text (reveal (tool-runtime/fetch "x"))))) {:state {} :answer "" :timers [{:id text :at (string-length text) :text text}]})))`);
    const fired = new Promise<string>((resolve) => made.on("outcome", ({ id, answer }: { id: string; answer: string }) => id.startsWith("timer-") && resolve(answer)));
    await ask(made);
    expect(await fired).toBe('((["web x"] ["web x"] ["web x"]) [])');
  });
});

describe("what is kept in the store", () => {
  test.each([
    ["a value", "(store/get \"k\")", '{:value {labelled [["web x"] "page of x"]} :version {labelled [["web x"] 1]}}'],
    ["a version that such writes have counted", '(:version (store/put! "k" 1))', "1"],
    ["a version that is compared", '(store/compare-and-set! "k" 0 1)', "1"],
    ["an entry of a list", "(store/list :values #t)", '{:entries [{labelled [["web x"] {:key "k" :version 1 :value "page of x"}]}]}'],
    ["bytes", "(labels-of (:bytes (store/blob-get \"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a\")))", '["web x"]'],
  ])("keeps its labels: %s", async (_title, body) => {
    const made = world(`(begin (if (string=? (:text input) "write") (let ((text (:text (reveal (tool-runtime/fetch "x"))))) (store/put! "k" text :text text) (store/blob-put! #u8(1))))
      {:state (put state :got ${body}) :answer ""})`);
    await ask(made, "write");
    await ask(made, "read");
    expect(made.state("a")).toContain('"web x"');
    expect(made.replay()).toMatchObject({ ok: true });
  });
});

describe("what a person passes on by hand", () => {
  const perform = (made: World, name: string, ...operands: Value[]): Promise<Value> => {
    const port = made.portList.find((each) => name.startsWith(`${each.name}/`)) as Port;
    const waiting = made.interpreter.call(portLibrary(port, OPERATOR).get(name) as Value, operands);
    waiting.step();
    return made.operate(waiting.request as EffectRequest, new AbortController().signal);
  };

  test("keeps its labels, live and replayed", async () => {
    const home = freshHome();
    const body = '(if (string=? (:text input) "write") {:state {} :answer (store/put! "notes/evil" (tool-runtime/fetch "x"))} {:state {} :answer (list (labels-of (:value (store/get "notes/copy"))) (turn-labels))})';
    const made = openTestWorld(home, { genome: { commit: COMMIT, files: files(body) }, ports: ({ tables }) => [web, storePort(sqliteStore(tables, `${home}/objects`))] });
    open.push(made);
    await ask(made, "write");
    const found = await perform(made, "store/get", new LispString("notes/evil")) as PersistentMap;
    await perform(made, "store/put!", new LispString("notes/copy"), found.get(Keyword.intern("value")) as Value);
    expect((await ask(made, "read")).answer).toBe('(["web x"] [])');
    expect(made.replay()).toMatchObject({ ok: true });
    const echoed = await perform(made, "tool-runtime/echo", new LabelledBox(["web x"], new LispString("said")));
    expect(canonical(echoed)).toBe('{labelled [["web x"] "said"]}');
    expect(canonical(await perform(made, "tool-runtime/fetch", new LispString("y")))).toBe('{:text "page of y"}');
  });
});

describe("a sink", () => {
  test.each<[string, string, readonly string[], boolean]>([
    ["takes trusted data", "(tool-runtime/send! \"hi\")", [], false],
    ["asks when the turn has read what it does not accept", "(begin (reveal (tool-runtime/fetch \"x\")) (tool-runtime/send! \"hi\"))", ["web x"], true],
    ["asks when it is handed a box, and the turn stays as it was", "(tool-runtime/send! (quarantined text-of (tool-runtime/fetch \"x\")))", ["web x"], true],
    ["without a bound takes anything", "(begin (reveal (tool-runtime/fetch \"x\")) (tool-runtime/post! \"hi\"))", [], false],
  ])("%s", async (_title, body, labels, asks) => {
    const made = world(`{:state {} :answer (guard (e (#t (condition-code e))) ${body} :ok)}`, TEXT_OF);
    const { outcome, asked } = await answering(made, false);
    expect(outcome.answer).toBe(asks ? "effect-denied" : "ok");
    expect(asked.map((approval) => [approval.rule, approval.labels])).toEqual(asks ? [["labels", labels]] : []);
  });

  test.each([
    ["a grant lowers the bound", grants.replace("(tool-runtime/post!)", "(tool-runtime/post! (accepts \"model\"))"), "tool-runtime/post!"],
    ["a narrowing lowers it", grants, "(attenuate tool-runtime/post! {:accepts (list \"model\")})"],
  ])("%s", async (_title, granted, sink) => {
    const made = world(`{:state {} :answer (guard (e (#t (condition-code e))) (reveal (tool-runtime/fetch "x")) (${sink} "hi") :ok)}`, "", granted);
    const { outcome, asked } = await answering(made, false);
    expect([outcome.answer, asked.length]).toEqual(["effect-denied", 1]);
  });

  test.each([
    ["proposing", '(lineage/propose! (lineage/head) {:file "evil.scm" :text (:text (reveal (tool-runtime/fetch "x")))} "because")'],
    ["adopting", "(begin (reveal (tool-runtime/fetch \"x\")) (lineage/adopt! \"upstream\" (lineage/head)))"],
    ["pushing", '(begin (reveal (tool-runtime/fetch "x")) (lineage/push! "https://example.org/x"))'],
    ["pulling", '(begin (reveal (tool-runtime/fetch "x")) (lineage/pull! "https://example.org/x"))'],
  ])("of the genome takes trusted data alone: %s", async (_title, body) => {
    const lineage = memoryLineage();
    await lineage.initialise({ "manifest.scm": "(manifest)" }, 1);
    const made = world(`{:state {} :answer (guard (e (#t (condition-code e))) ${body})}`, "", `${grants} (lineage/head) (lineage/propose!) (lineage/adopt!) (lineage/push!) (lineage/pull!)`, lineage.port);
    const { outcome, asked } = await answering(made, false);
    expect([outcome.answer, asked.map(({ rule }) => rule)]).toEqual(["effect-denied", ["labels"]]);
  });

  test("approved, happens once, with the labels told", async () => {
    const made = world("{:state {} :answer (begin (reveal (tool-runtime/fetch \"x\")) (tool-runtime/send! \"hi\") :ok)}");
    const { outcome, asked } = await answering(made, true);
    expect(outcome.answer).toBe("ok");
    expect(asked).toMatchObject([{ operation: "tool-runtime/send!", parameters: '{:text "hi"}', rule: "labels", labels: ["web x"], reason: expect.stringContaining("web x") }]);
    expect(made.entries(20).filter(({ kind, body }) => kind === "decision" && body.includes(':rule "approval"'))).toHaveLength(1);
  });
});

describe("a turn that is stopped", () => {
  const LOOPS = "(define (look-at page) (reveal page) (let loop () (loop)))";
  /** Resolves once the turn has burned more than all that comes before its loop. */
  const looping = async (made: World): Promise<void> => {
    while ((made.status().turns[0]?.steps ?? 0) < 50_000) await new Promise((resolve) => setImmediate(resolve));
  };
  const begun = (made: World, operation: string) => new Promise<void>((resolve) => {
    made.on("progress", (event: { kind: string; operation?: string }) => event.kind === "effect" && event.operation === operation && resolve());
  });
  const written = (made: World, stop: () => void) => new Promise<void>((resolve) => {
    made.on("progress", ({ kind }: { kind: string }) => kind === "output" && (stop(), resolve()));
  });
  const never: Port = {
    name: "matrix", doc: "For tests.",
    operations: [operation({ name: "never", doc: "Never answers.", parameters: none, result: none, outcome: "pure", run: () => new Promise(() => undefined) })],
  };
  const page = '(tool-runtime/fetch "x")';
  test.each<[string, string, string, (made: World) => Promise<void>, readonly string[]]>([
    ["within a quarantine", `(quarantined look-at ${page})`, LOOPS, looping, []],
    ["within a quarantine of a quarantine", `(quarantined outer ${page})`, `${LOOPS} (define (outer page) (quarantined look-at page))`, looping, []],
    ["within a quarantine that waits for an effect", `(quarantined waits ${page})`, "(define (waits page) (reveal page) (matrix/never))", (made) => begun(made, "matrix/never"), []],
    ["within one, in the middle of a slice", `(quarantined writes ${page})`, '(define (writes page) (reveal page) (display "now") (error "never seen"))', (made) => written(made, () => made.stop("a", "me")), []],
    ["after what failed in a quarantine was read", `(begin (guard (e (#t #f)) (quarantined fails ${page})) (look-at 1))`, `${LOOPS} (define (fails page) (error (reveal page)))`, looping, ["web x"]],
    ["after a quarantine that told nothing", `(begin (quarantined text-of ${page}) (look-at 1))`, `${LOOPS} ${TEXT_OF}`, looping, []],
    ["after a page was read", `(look-at ${page})`, LOOPS, looping, ["web x"]],
  ])("%s ends with the labels that it had, and does so again", async (_title, body, definitions, when, labels) => {
    const made = world(`{:state {} :answer ${body}}`, definitions, `${grants} (matrix/never)`, never);
    const id = await made.accept({ cell: "a", kind: "message", text: "" });
    await when(made);
    made.stop("a", "me");
    expect(await made.outcome(id)).toMatchObject({ outcome: "stopped" });
    expect(made.commitBody(id)?.match(/:labels (\[[^\]]*\])/)?.[1] ?? "[]").toBe(JSON.stringify(labels));
    expect(made.replay()).toMatchObject({ ok: true });
  });
});
