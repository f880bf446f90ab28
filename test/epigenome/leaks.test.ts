// What can be told of a page without a look at it: by what is there, how many, how much is left. Whoever can tell has read it.
import { describe, expect, test } from "vitest";
import { emptyWorld, matrixPort, memoryMatrix } from "../../ports/matrix/index.js";
import { sqliteStore, storePort } from "../../ports/store/index.js";
import { COMMIT, freshHome, openTestWorld } from "./home.js";
import { answering, ask, files, grants, open, web, world } from "./labelled-world.js";

const HELPERS = `(define (opened page) (:text (reveal page)))
  (define (text-of site) (quarantined opened (tool-runtime/fetch site)))
  (define (keeps page) (if (equal? (opened page) "page of x") (store/put! "notes/flag" 1) #f))
  (define (tried thunk) (guard (e (#t (condition-code e))) (thunk)))
  (define (told bits) (tool-runtime/send! (apply string-append (map (lambda (bit) (if bit "1" "0")) bits))) {:state {} :answer bits})`;

/** What a turn learns after each message, and whether a person was asked before it was sent on. */
async function learnt(body: string, messages: readonly string[], granted?: string) {
  const made = world(body, HELPERS, granted);
  const runs = [];
  for (const text of messages) runs.push(await answering(made, false, text));
  expect(made.replay()).toMatchObject({ ok: true });
  expect(made.verify()).toMatchObject({ ok: true });
  return runs.map(({ outcome, asked }) => ({ answer: outcome.answer, rules: asked.map(({ rule }) => rule) }));
}

const ASKED = expect.objectContaining({ rules: ["labels"] });

describe("a turn that tells of a page what it did not open asks first", () => {
  test.each<[string, string]>([
    ["by how many records a search finds", `(begin (store/put! "notes/p" 1 :text (text-of "x"))
      (told (map (lambda (word) (= 1 (length (->list (:matches (store/search word)))))) '("page" "zebra"))))`],
    ["by a search in another folder, whose ranks it has a part in", `(begin (store/put! "notes/t" 1 :text "plain page") (store/put! "web/p" 1 :text (text-of "x")) (let ((found (:matches (store/search "page" :prefix "notes/")))) (told (list (= 1 (length (->list found)))))))`],
    ["by the key under which it keeps something", `(begin (store/put! (text-of "x") 1) (told (map (lambda (guess) (labelled? (:version (store/get guess)))) '("page of x" "page of y"))))`],
    ["by a condition that holds", `((lambda (box) ((attenuate tool-runtime/echo {:when '(equal? (:text request) "page of x")}) box) (told '(#t))) (text-of "x"))`],
    ["by a condition that looks at the whole request", `((lambda (box) ((attenuate tool-runtime/echo {:when '(member "page of x" (vals request))}) box) (told '(#t))) (text-of "x"))`],
    ["by a value that is allowed", `((lambda (box) ((attenuate tool-runtime/echo {:text "page of x"}) box) (told '(#t))) (text-of "x"))`],
    ["by a version that it compares", `(begin (store/put! "notes/n" 1) (store/put! "notes/p" 1 :text (text-of "x")) (let ((version (:version (store/put! "notes/p" 2)))) (told (list (:set (store/compare-and-set! "notes/n" version 3))))))`],
    ["by how much is left of a budget of its own", `(let ((kept! (attenuate store/put! {:budget {:bytes 1000}}))) (kept! "notes/p" (text-of "x")) (told (list (tried (lambda () (kept! "notes/q" (make-string 5000)))))))`],
    ["by what fits a budget of its own", `(begin ((attenuate store/put! {:budget {:bytes 11}}) "notes/p" (text-of "x")) (told (list #t)))`],
  ])("%s", async (_title, body) => {
    expect(await learnt(body, ["look"])).toEqual([ASKED]);
  });

  const bounded = (per: string) => grants.replace("(store/put!)", `(store/put! (budget {:bytes 1000 :per :${per}}))`);
  test.each(["turn", "day"])("by what is left of a budget of a %s", async (per) => {
    const body = `(begin (store/put! "notes/p" (text-of "x")) (told (list (tried (lambda () (store/put! "notes/q" (make-string 5000)))))))`;
    expect(await learnt(body, ["look"], bounded(per))).toEqual([ASKED]);
  });

  test("by what the books say was used", async () => {
    const home = freshHome();
    const body = `(begin (store/put! "notes/p" (text-of "x")) (let ((used (find (lambda (row) (equal? (:dimension row) "bytes")) (->list (matrix/budgets))))) {:state {} :answer (list (labels-of (:used used)) (map (lambda (row) (:dimension row)) (->list (matrix/budgets))))}))`;
    const named = matrixPort(memoryMatrix(), emptyWorld());
    const made = openTestWorld(home, {
      genome: { commit: COMMIT, files: files(body, HELPERS, `${bounded("day")} (matrix/budgets)`, [named]) },
      ports: ({ tables, introspection }) => [web, storePort(sqliteStore(tables, `${home}/objects`)), matrixPort(memoryMatrix(), introspection)],
    });
    open.push(made);
    expect((await ask(made)).answer).toBe('(["web"] ("bytes"))');
    expect(made.budgets()).toMatchObject([{ dimension: "bytes" }]);
    expect(made.replay()).toMatchObject({ ok: true });
  });

  /** The first turn reads the page that its message names and lets it decide; the second only looks at what is there. */
  const decided = (decides: string, looks: string) => `(if (equal? (:text input) "look") (told (list ${looks}))
    (let ((text (opened (tool-runtime/fetch (:text input))))) ${decides} {:state {} :answer ""}))`;
  test.each<[string, string, string]>([
    ["by a key that it chose", '(store/put! (string-append "notes/" text) 1)', '(contains-key? (store/get "notes/page of x") :value)'],
    ["by one that it did not", '(store/put! (string-append "notes/" text) 1)', '(contains-key? (store/get "notes/page of y") :value)'],
    ["by the length of a list", '(store/put! (string-append "notes/" text) 1)', '(pair? (->list (:entries (store/list :prefix "notes/page of x"))))'],
    ["by what a list of all goes on with", '(store/put! (string-append "notes/" text) 1)', '(contains-key? (store/list :limit 1) :next)'],
    ["by whether there is anything to delete", '(store/put! (string-append "notes/" text) 1)', '(reveal (:deleted (store/delete! "notes/page of y")))'],
    ["by whether a first version can be set", '(store/put! (string-append "notes/" text) 1)', '(:set (reveal (store/compare-and-set! "notes/page of y" 0 1)))'],
  ])("in a later turn, %s", async (_title, decides, looks) => {
    expect((await learnt(decided(decides, looks), ["x", "look"]))[1]).toEqual(ASKED);
  });

  test("no quarantine leaves something behind that it alone has read of", async () => {
    const body = '(let ((page (tool-runtime/fetch (:text input)))) (tried (lambda () (quarantined keeps page))) (told (list (contains-key? (store/get "notes/flag") :value))))';
    expect(await learnt(body, ["x"])).toEqual([ASKED]);
    const within = '(let ((page (tool-runtime/fetch (:text input)))) (reveal page) {:state {} :answer (list (tried (lambda () (quarantined keeps page))) (labels-of (:version (store/get "notes/flag"))))})';
    expect((await learnt(within, ["x"]))[0]?.answer).toBe('({:version 1} ["web x"])');
  });
});

describe("what a turn may know without having read", () => {
  const TRUSTED = { rules: [], answer: expect.any(String) };
  const memory = '(begin (store/put! "notes/t" 1 :text "a plain page") (store/put! "notes/u" 1 :text "a page, one more page") (store/put! "notes/p" 1 :text (text-of "x"))';
  test.each<[string, string, string]>([
    ["what trusted records a search finds, ranked without the others", `${memory} (told (map (lambda (match) (:key match)) (->list (:matches (store/search "page plain" :trusted #t))))))`, '("notes/t" "notes/u")'],
    ["which trusted records there are", `${memory} (told (map (lambda (entry) (:key entry)) (->list (:entries (store/list :trusted #t))))))`, '("notes/t" "notes/u")'],
    ["that a trusted record is there", `${memory} (told (map (lambda (key) (:version (store/get key :trusted #t))) '("notes/t" "notes/p"))))`, "(1 0)"],
    ["how many trusted turns have kept, whatever it says", `${memory} (told (list (length (->list (:entries (store/list)))))))`, "(3)"],
    ["what a call answers with a condition on something else", `(begin ((attenuate store/put! {:when '(string-prefix? "notes/" (:key request))}) "notes/k" (text-of "x")) (told '(#t)))`, "(#t)"],
    ["what is left of a budget that only counts calls", `(let ((kept! (attenuate store/put! {:budget {:calls 1}}))) (kept! "notes/p" (text-of "x")) (told (list (tried (lambda () (kept! "notes/q" 1))))))`, "(:budget-exceeded)"],
  ])("%s", async (_title, body, answer) => {
    expect(await learnt(body, ["look"])).toEqual([{ ...TRUSTED, answer }]);
  });

  test("which address a page named is no label", async () => {
    const body = `(let ((led (lambda (page) (quarantined leads page))))
      {:state {} :answer (map labels-of (list (tool-runtime/fetch "x") (tool-runtime/follow "x") (led (tool-runtime/fetch "x")) (tool-runtime/fetch (text-of "x"))))})`;
    const made = world(body, `${HELPERS} (define (leads page) (tool-runtime/fetch (opened page)))`);
    expect((await ask(made)).answer).toBe('(["web x"] ["web" "web x"] ["web" "web x"] ["web" "web x"])');
    expect(made.replay()).toMatchObject({ ok: true });
  });
});

describe("a state", () => {
  /** A first turn sets it up; one that reads a page lets that decide what it leaves; the last only looks at what is there. */
  const body = (keeps: string, leaves: string) => `(case (string->symbol (:text input))
    ((begin) {:state {:k 1 :open 1} :answer ""})
    ((look) (let ((bits (list (contains-key? state :danger) (labelled? (:k state)) (labelled? (:open state))))) (tool-runtime/send! "what was read") {:state state :answer bits}))
    (else (let* ((state ${keeps}) (text (opened (tool-runtime/fetch (:text input))))) {:state (if (equal? text "page of evil") ${leaves} state) :answer ""})))`;
  /** What both pages come to, and what is told of them later. */
  const both = async (keeps: string, leaves: string) => {
    const made = await Promise.all(["evil", "good"].map((site) => learnt(body(keeps, leaves), ["begin", site, "look"])));
    return made.map(([, read, look]) => [read?.answer, look?.answer]);
  };

  test.each([
    ["(put state :open 2)", ["", "(#f #f #t)"]],
    ["(put state :k 2)", [expect.stringContaining("has changed :k"), "(#f #f #f)"]],
    ["(put state :danger 1)", [expect.stringContaining("has changed :danger"), "(#f #f #f)"]],
    ["(remove-key state :open)", [expect.stringContaining("has changed :open"), "(#f #f #f)"]],
  ])("whose open keys were said before tells nothing by them: %s", async (leaves, evil) => {
    expect(await both("(keep state '(:open))", leaves)).toEqual([evil, ["", "(#f #f #t)"]]);
  });

  // The known limit: a turn that said nothing leaves a bit with each key that it adds or changes, and no more than that.
  test.each([
    ["(put state :k 2)", "(#f #t #f)"],
    ["(put state :danger 1)", "(#t #f #f)"],
  ])("of which nothing was said tells by %s that it was left so", async (leaves, evil) => {
    expect(await both("(keep state)", leaves)).toEqual([["", evil], ["", "(#f #f #f)"]]);
  });

  test.each([
    ["after something was read", "(begin (reveal (tool-runtime/fetch \"x\")) (keep state '(:open)))", "before it has read"],
    ["of a key that is not there", "(keep state '(:other))", "there is no :other"],
    ["by what is no list", "(keep state 1)", "a list of keys"],
  ])("says no open keys %s", async (_title, keeps, problem) => {
    const [, read] = await learnt(body(keeps, "state"), ["begin", "evil"]);
    expect(read?.answer).toContain(problem);
  });
});
