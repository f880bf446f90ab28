// Looking around in the world is an effect: a replay sees what the turn saw, however far the world has moved since.
import { expect, test } from "vitest";
import { datumOf, field, type World } from "../../epigenome/index.js";
import type { PersistentMap, Value } from "../../interpreter/index.js";
import { write } from "../../interpreter/index.js";
import { matrixPort, sqliteMatrix } from "../../ports/matrix/index.js";
import { testGenome } from "./genome.js";
import { COMMIT, freshHome, openTestWorld, seededClock } from "./home.js";
import { outsidePort } from "./outside.js";

const LOOK = `((:look) (answer {:cells (matrix/cells) :journal (matrix/journal :limit 2) :budgets (matrix/budgets)
  :grants (matrix/grants) :genome (matrix/genome) :time (matrix/time)}))`;

/** The test genome, whose turns may look around. */
function looking() {
  const files = testGenome();
  return testGenome({
    "turn/turn.scm": files["turn/turn.scm"]?.replace("((:error)", `${LOOK}\n((:error)`).replace("(port store)", "(port store) (port matrix)") ?? "",
    "manifest.scm": files["manifest.scm"]?.replace("(store/read)", "(store/read) (matrix/cells) (matrix/journal) (matrix/budgets) (matrix/grants) (matrix/genome) (matrix/time)") ?? "",
  });
}

function openLooking(home: string): World {
  return openTestWorld(home, {
    genome: { commit: COMMIT, files: looking() }, clock: seededClock(3),
    ports: ({ tables, introspection }) => [outsidePort(home, tables), matrixPort(sqliteMatrix(tables), introspection)],
  });
}

test("a turn sees cells, journal, budgets, grants, genome and time as they are, and a replay as they were", async () => {
  const home = freshHome();
  const world = openLooking(home);
  await world.ask({ cell: "b", kind: "limited", text: "" });
  await world.ask({ cell: "b", kind: "message", text: "hi" });
  const { id, ...ended } = await world.ask({ cell: "a", kind: "look", text: "" });
  expect(ended.outcome, ended.answer).toBe("done");
  const seen = field(datumOf(world.commitBody(id) ?? ""), "answer") as PersistentMap;
  const shown = (name: string): string => write(field(seen, name) as Value);
  expect(shown("cells")).toMatch(/^\[\{:cell "a" :mailbox 1 :running #t :state-hash ""\} \{:cell "b" :mailbox 0 :running #f :state-hash "[0-9a-f]{64}"\}\]$/);
  expect(shown("journal")).toMatch(/^\[\{:sequence \d+ :kind "decision" .*\{:sequence \d+ :kind "intent" :cell "a" /);
  expect(shown("budgets")).toMatch(/:dimension "calls" :used 1/);
  expect(shown("grants")).toContain('{:library "(genome turn turn)" :operation "store/limited" :restrictions ["(budget {:calls 3 :per :day})"]}');
  expect(shown("genome")).toBe(`{:commit "${COMMIT}" :patches []}`);
  expect(shown("time")).toMatch(/^\{:time-ms 179000\d+\}$/);
  world.patch("(genome turn counter)", "next", "(define (next n) (+ n 10))");
  for (const kind of ["limited", "message", "look"]) await world.ask({ cell: "c", kind, text: "x" });
  world.adopt("2".repeat(40), testGenome());
  const report = world.replay();
  expect(report).toMatchObject({ ok: true, commits: 6 });
  expect(report.states.get("a")).toBe(world.state("a"));
  await world.close();
});
