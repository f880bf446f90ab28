// Replay: the journal alone gives the same states, and whatever does not is found.
import { describe, expect, test } from "vitest";
import { type Entry, loadImage, replay, shadowDifferences, type World } from "../../epigenome/index.js";
import { testGenome } from "./genome.js";
import { COMMIT, freshHome, openTestWorld, seededClock } from "./home.js";
import { outsidePort } from "./outside.js";

async function lived(): Promise<World> {
  const world = openTestWorld(freshHome(), { clock: seededClock(5) });
  for (const kind of ["message", "write", "fail", "ungranted", "error", "narrow", "unknown", "costly"]) await world.ask({ cell: kind.slice(0, 1), kind, text: "7" });
  world.patch("(genome turn counter)", "next", "(define (next n) (+ n 10))");
  await world.ask({ cell: "m", kind: "message", text: "patched" });
  world.adopt("2".repeat(40), testGenome());
  const stopped = world.ask({ cell: "m", kind: "forever", text: "" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  world.stop("m", "enough");
  await stopped;
  await world.ask({ cell: "m", kind: "message", text: "last" });
  return world;
}

const again = (world: World, entries: readonly Entry[]) =>
  replay({ entries, files: (commit) => world.genomeFiles(commit), ports: world.portList });

describe("a replay", () => {
  test("reaches the state that every commit had, through patches, adoption, failures and a stop", async () => {
    const world = await lived();
    const report = again(world, world.entries(1_000));
    expect(report).toMatchObject({ ok: true, commits: 11 });
    expect(world.replay()).toEqual(report);
    for (const [cell, state] of report.states) expect(state).toBe(world.state(cell));
    await world.close();
  });

  test.each<[string, (entry: Entry) => Entry, RegExp]>([
    ["another input", (entry) => ({ ...entry, body: entry.kind === "input" ? entry.body.replace(':text "last"', ':text "other"') : entry.body }), /state is not the one/],
    ["another answer of a port", (entry) => ({ ...entry, body: entry.kind === "intent" ? entry.body.replace(':key "7"', ':key "8"') : entry.body }), /ended as quarantined/],
    ["another patch", (entry) => ({ ...entry, body: entry.kind === "patch" ? entry.body.replace("(+ n 10)", "(+ n 11)") : entry.body }), /never in force/],
  ])("finds %s", async (_title, change, problem) => {
    const world = await lived();
    expect(again(world, world.entries(1_000).map(change))).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
    await world.close();
  });

  test("two worlds with the same genome, clock and inputs have the same journal, byte for byte", async () => {
    const journals = [];
    for (let count = 0; count < 2; count++) {
      const world = openTestWorld(freshHome(), { clock: seededClock(9) });
      for (const kind of ["message", "write", "fail", "submit"]) await world.ask({ cell: "a", kind, text: "7" });
      journals.push(world.entries(1_000).map((entry) => entry.hash));
      await world.close();
    }
    expect(journals[0]).toEqual(journals[1]);
  });
});

describe("recorded turns", () => {
  test("show no difference under the same genome, and each difference under another", async () => {
    const home = freshHome();
    const world = openTestWorld(home);
    await world.ask({ cell: "a", kind: "write", text: "k" });
    await world.ask({ cell: "a", kind: "message", text: "hi" });
    const ports = new Map([["(port store)", outsidePort(home, world.tables)]]);
    const turns = world.recordedTurns(10);
    const differences = (files: ReturnType<typeof testGenome>) => {
      const image = loadImage({ commit: COMMIT, files, patches: [] }, ports);
      return turns.map((turn) => shadowDifferences(image, turn));
    };
    expect(turns).toHaveLength(2);
    expect(differences(testGenome())).toEqual([[], []]);
    const changed = (testGenome()["turn/turn.scm"] ?? "").replace('(number->string count)', '"x"').replace('(store/write! text "value")', '(store/write! text "other")');
    expect(differences(testGenome({ "turn/turn.scm": changed }))).toEqual([
      [expect.stringMatching(/determinism-fault/)], ["answered hi x instead of hi 2"],
    ]);
    await world.close();
  });
});
