// Migration: a turn ends on the genome that it began on, and the next one finds its cell's state as the new genome wants it.
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Entry, replay, type World } from "../../epigenome/index.js";
import { type GenomeFiles, operation, type Port } from "../../ports/port.js";
import { testGenome } from "./genome.js";
import { COMMIT, freshHome, openTestWorld, SteppedClock } from "./home.js";
import { outsidePort, seen } from "./outside.js";

const DAYS_MS = 24 * 3_600_000;
const [SECOND, THIRD] = ["2".repeat(40), "3".repeat(40)];
const open: World[] = [];

afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

/** The test genome with a `migrate` of this body over `state`, and turns that may take a week. */
function migrating(body: string, word = ""): GenomeFiles {
  const turn = (testGenome()["turn/turn.scm"] ?? "").replace("(export handle-turn)", "(export handle-turn migrate)")
    .replace("(define (operation-of kind)", `(define (migrate state) "As this genome keeps it." ${body})\n(define (operation-of kind)`)
    .replace('(string-append text " "', `(string-append "${word}" text " "`);
  const manifest = (testGenome()["manifest.scm"] ?? "").replace(/\(turn \{.*\}\)/, `(turn {:steps 3000000 :milliseconds ${7 * DAYS_MS}})`);
  return testGenome({ "turn/turn.scm": turn, "manifest.scm": manifest });
}

const RENAMED = "(put state :count (+ 100 (get state :count)))";

function start(options: Parameters<typeof openTestWorld>[1] = {}, home = freshHome()): World {
  const world = openTestWorld(home, { genome: { commit: COMMIT, files: migrating("state") }, ...options });
  open.push(world);
  return world;
}

const say = (world: World, text: string, cell = "a") => world.ask({ cell, kind: "message", text });
const migrations = (world: World) => world.entries(1_000).filter(({ kind, body }) => kind === "commit" && body.includes(":migration"));
const again = (world: World, entries: readonly Entry[]) => replay({ entries, files: (commit) => world.genomeFiles(commit), ports: world.portList });

describe("a changed genome", () => {
  test("leaves a turn that waits three days on the genome it began on, and migrates the state for the next one", async () => {
    let go = (): void => undefined;
    const stays = new Promise<void>((resolve) => (go = resolve));
    const [clock, home] = [new SteppedClock(), freshHome()];
    const world = start({ clock, ports: ({ tables }) => [outsidePort(home, tables, () => stays)] }, home);
    await say(world, "first");
    const waiting = world.ask({ cell: "a", kind: "bump", text: "k" });
    while (seen(home).length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.pass(DAYS_MS, async () => undefined);
    world.adopt(SECOND, migrating("(error \"nobody waits for this genome\")", "second "));
    await clock.pass(2 * DAYS_MS, async () => undefined);
    world.adopt(THIRD, migrating(RENAMED, "third "));
    go();
    expect(await waiting).toMatchObject({ outcome: "done", answer: "2" });
    expect(world.state("a")).toBe('{:count 2 :last "k"}');
    expect((await say(world, "next")).answer).toBe("third next 103");
    expect((await say(world, "again")).answer).toBe("third again 104");
    expect(migrations(world).map(({ cell, body }) => [cell, body.replace(/"[0-9a-f]{64}"/, "hash").replace(/:steps \d+/, "steps")])).toEqual([
      ["a", `{:migration "${COMMIT}" :image "${THIRD}" :outcome :done :state-hash hash steps}`],
    ]);
    const images = world.entries(100).filter(({ kind }) => kind === "commit").map(({ body }) => /:image "(.)/.exec(body)?.[1]);
    expect(images).toEqual(["1", "1", "3", "3", "3"]);
    expect(world.replay()).toMatchObject({ ok: true, commits: 5 });
  });

  test("migrates each cell once, when it next runs, and a cell without a state not at all", async () => {
    const home = freshHome();
    const first = openTestWorld(home, { genome: { commit: COMMIT, files: migrating("state") } });
    for (const cell of ["a", "b"]) await say(first, "x", cell);
    first.adopt(SECOND, migrating(RENAMED));
    await say(first, "y", "a");
    await first.close();
    const world = start({}, home);
    for (const cell of ["a", "b", "c"]) await say(world, "z", cell);
    expect(["a", "b", "c"].map((cell) => world.state(cell))).toEqual(['{:count 103 :last "z"}', '{:count 102 :last "z"}', '{:count 1 :last "z"}']);
    expect(migrations(world).map(({ cell }) => cell)).toEqual(["a", "b"]);
  });

  test.each([
    ["raises", '(error "not this state" state)', /^user-error: not this state/],
    ["runs for ever", "(let loop () (loop))", /^limit-exceeded/],
    ["answers no map", "5", /^migration-failed.*did not answer a map/],
    ["answers what cannot be kept", "{:f car}", /^not-data/],
    ["asks for something outside", '(begin (store/bump! "k") state)', /^migration-failed.*pure/],
  ])("whose migrate %s quarantines the cell, whose state and mailbox stay", async (_title, body, reason) => {
    const world = start();
    await say(world, "x");
    world.adopt(SECOND, migrating(body));
    const quarantined = new Promise((resolve) => world.on("progress", (event: { kind: string }) => { if (event.kind === "quarantined") resolve(event); }));
    const id = await world.accept({ cell: "a", kind: "message", text: "y" });
    expect(await quarantined).toMatchObject({ cell: "a", input: id, reason: expect.stringMatching(reason) });
    expect(world.cell("a")).toMatchObject({ state: '{:count 1 :last "x"}', inputs: [id], quarantine: { reason: expect.stringMatching(reason) } });
    expect((await say(world, "beside", "b")).answer).toBe("beside 1");
    world.adopt(THIRD, migrating(RENAMED));
    world.release("a", "me");
    expect((await world.outcome(id)).answer).toBe("y 102");
    expect(world.replay().ok).toBe(true);
  });
});

/** A genome whose first turn leaves a page in the state, and that has a `migrate` of this body, and helpers beside it. */
function withPage(migrate = "", helpers = ""): GenomeFiles {
  return {
    "manifest.scm": "(manifest (version 1) (libraries (genome policy effects) (genome turn turn)) (turn (genome turn turn)) (grants (grant (genome turn turn) (tool-runtime/page))))",
    "policy/effects.scm": '(define-library (genome policy effects) (export decide-effect) (import (ouro base)) (begin (define (decide-effect effect) "All." {:decision :allow :rule "t" :reason "t"})))',
    "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn ${migrate === "" ? "" : "migrate"} ${helpers === "" ? "" : "help"}) (import (ouro base) (ouro authority) (port tool-runtime)) (begin ${helpers}
      ${migrate === "" ? "" : `(define (migrate state) "As this genome keeps it." ${migrate})`}
      (define (handle-turn input state)
        "Leaves a page, once."
        {:state (if (contains-key? state :note) state (put (put state :note (reveal (tool-runtime/page))) :count 1)) :answer "left"})))`,
  };
}

const web = (): Port => ({ name: "tool-runtime", doc: "Pages.", operations: [operation({ name: "page", doc: "A page.", parameters: z.object({}), result: z.string(), outcome: "pure", produces: "web evil", run: () => "a page" })] });

describe("a state that holds what is not trusted", () => {
  test.each([
    ["is changed where it is revealed, and labelled with it", '(put state :note (string-append (reveal (:note state)) "!"))', "", '{:count {labelled [["web evil"] 1]} :note {labelled [["web evil"] "a page!"]}}'],
    ["labels all that a migration changes after it looked", '(begin (reveal (:note state)) (put state :count 2))', "", '{:count {labelled [["web evil"] 2]} :note {labelled [["web evil"] "a page"]}}'],
    ["is changed in quarantine, and nothing else is labelled", '(put (put state :note (quarantined help (:note state))) :count 2)', '(define (help page) "Shouts." (string-append (reveal page) "!"))', '{:count 2 :note {labelled [["web evil"] "a page!"]}}'],
    ["moves as it is", "{:memo (:note state) :note 0}", "", '{:memo {labelled [["web evil"] "a page"]} :note 0}'],
  ])("%s", async (_title, body, helpers, expected) => {
    const world = start({ genome: { commit: COMMIT, files: withPage() }, ports: () => [web()] });
    await say(world, "x");
    world.adopt(SECOND, withPage(body, helpers));
    expect(await say(world, "y")).toMatchObject({ outcome: "done" });
    expect(world.state("a")).toBe(expected);
    expect(world.replay().ok).toBe(true);
  });

  test("tells nothing of itself by the failure of a migration that looked", async () => {
    const world = start({ genome: { commit: COMMIT, files: withPage() }, ports: () => [web()] });
    await say(world, "x");
    world.adopt(SECOND, withPage("(error (reveal (:note state)))"));
    const quarantined = new Promise((resolve) => world.on("progress", (event: { kind: string }) => { if (event.kind === "quarantined") resolve(event); }));
    await world.accept({ cell: "a", kind: "message", text: "y" });
    expect(await quarantined).toMatchObject({ reason: expect.stringMatching(/^migration-failed.*not trusted/) });
    expect(world.cell("a")?.quarantine?.reason).not.toContain("a page");
  });
});

test("a state goes through migrate once for a genome, whatever is patched meanwhile", async () => {
  const world = start({ genome: { commit: COMMIT, files: migrating("state") } });
  await say(world, "x");
  world.adopt(SECOND, migrating(RENAMED));
  expect((await say(world, "y")).answer).toBe("y 102");
  world.patch("(genome turn turn)", "operation-of", '(define (operation-of kind) "Patched." :none)');
  expect((await say(world, "z")).answer).toBe("z 103");
  world.unpatch("(genome turn turn)", "operation-of");
  expect((await say(world, "again")).answer).toBe("again 104");
  expect(world.replay().ok).toBe(true);
});

describe("a replay", () => {
  test.each<[string, (entry: Entry) => Entry | undefined, RegExp]>([
    ["a migration that is missing", (entry) => (entry.body.includes(":migration") ? undefined : entry), /not migrated to its genome/],
    ["a migration to another state", (entry) => ({ ...entry, body: entry.body.includes(":migration") ? entry.body.replace(/:state-hash "../, ':state-hash "00') : entry.body }), /the state is not the one that was committed/],
  ])("finds %s", async (_title, change, problem) => {
    const world = start();
    await say(world, "x");
    world.adopt(SECOND, migrating(RENAMED));
    await say(world, "y");
    const entries = world.entries(100);
    expect(again(world, entries).ok).toBe(true);
    expect(again(world, entries.flatMap((entry) => change(entry) ?? []))).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });
});
