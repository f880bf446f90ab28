// Kill -9 at every write point: nothing accepted is lost, nothing is done twice that must not be.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { World } from "../../epigenome/index.js";
import { freshHome, openTestWorld } from "./home.js";
import { INPUTS } from "./inputs.js";
import { seen } from "./outside.js";

let program = "";

beforeAll(async () => {
  // Beside node_modules, so that what is left out of the bundle is found.
  program = join(mkdtempSync(join(process.cwd(), "node_modules", ".crash-")), "child.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "crash-child.ts")], outfile: program, bundle: true, format: "esm", platform: "node", target: "node20",
    external: ["better-sqlite3"], loader: { ".scm": "text" }, logLevel: "error",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});

afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

/** Runs the child until it is killed at a point, or to its end; answers how it ended. */
function run(home: string, point = "", occurrence = 1): string {
  const { signal, status, stderr } = spawnSync(process.execPath, [program, home, point, String(occurrence)], { timeout: 30_000, encoding: "utf8" });
  return signal ?? `${status} ${stderr}`;
}

const POINTS = ["accepted", "before-commit", "after-commit", "head-written", "intent-durable", "port-ran", "receipt-durable", "turn-committed"];

describe("killed", () => {
  test.each(POINTS.flatMap((point) => [1, 4].map((occurrence) => [point, occurrence] as const)))("at %s, time %i, the world goes on as if nothing had been", async (point, occurrence) => {
    const home = freshHome();
    expect(run(home, point, occurrence)).toBe("SIGKILL");
    expect(run(home)).toBe("0 ");
    const world = openTestWorld(home);
    await checkOutcomes(world, home);
    await world.close();
  });

  test.each([
    ["bump!", 3, { "bump! b1": 4, "send! s1": 1 }],
    ["submit!", 1, { "submit! c1": 1, "bump! b1": 3 }],
    ["send!", 2, { "send! s1": 1, "send! s2": 1 }],
  ])("after %s reached the outside for time %i, it is done again only as its outcome allows", async (operation, occurrence, runs) => {
    const home = freshHome();
    expect(run(home, operation, occurrence)).toBe("SIGKILL");
    expect(run(home)).toBe("0 ");
    const world = openTestWorld(home);
    await checkOutcomes(world, home);
    const lines = seen(home).map((line) => `${line.operation} ${line.key}`);
    for (const [name, count] of Object.entries(runs)) expect(lines.filter((line) => line === name), name).toHaveLength(count ?? 0);
    if (operation === "send!") expect((await Promise.all(["s1", "s2"].map((id) => world.outcome(id)))).map(({ answer }) => answer)).toContain("unknown");
    await world.close();
  });

  test("again and again, wherever it is", async () => {
    const home = freshHome();
    for (const [count, point] of POINTS.entries()) run(home, point, 2 + (count % 3));
    expect(run(home)).toBe("0 ");
    const world = openTestWorld(home);
    expect(world.verify().ok).toBe(true);
    for (const { id } of INPUTS) expect(["done", "quarantined"]).toContain((await world.outcome(id)).outcome);
    const commits = world.entries(10_000).filter((entry) => entry.kind === "commit");
    expect(commits).toHaveLength(INPUTS.length);
    await world.close();
  });
});

async function checkOutcomes(world: World, home: string): Promise<void> {
  expect(world.verify()).toMatchObject({ ok: true });
  const outcomes = await Promise.all(INPUTS.map(({ id }) => world.outcome(id)));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(INPUTS.map(() => "done"));
  const commits = world.entries(10_000).filter((entry) => entry.kind === "commit").map((entry) => /:turn "(\w+)"/.exec(entry.body)?.[1]);
  expect(commits.toSorted()).toEqual(INPUTS.map(({ id }) => id).toSorted());
  expect(world.state("a")).toBe('{:count 4 :last "bye"}');
  expect(outcomes[2]?.answer).toBe("2");
  const lines = seen(home);
  const intents = (operation: string, key: string) => new Set(lines.filter((line) => line.operation === operation && line.key === key).map((line) => line.intent)).size;
  const runs = (operation: string, key: string) => lines.filter((line) => line.operation === operation && line.key === key).length;
  expect(intents("bump!", "b1")).toBe(3);
  expect(runs("submit!", "c1")).toBe(1);
  for (const [index, key] of [[3, "s1"], [5, "s2"]] as const) {
    expect(runs("send!", key)).toBeLessThanOrEqual(1);
    if (outcomes[index]?.answer === "sent") expect(runs("send!", key)).toBe(1);
  }
  expect(world.tables.all("SELECT key, version FROM store_kept")).toEqual([{ key: "x", version: 2 }]);
}

test("a turn that kills the process twice without getting further is given up, its cell waits for a person, and the others go on", async () => {
  const home = freshHome();
  for (let death = 0; death < 2; death++) expect(run(home, "output")).toBe("SIGKILL");
  const world = openTestWorld(home);
  expect(await world.outcome("d1")).toMatchObject({ outcome: "quarantined", answer: expect.stringMatching(/^deaths: the process ended 2 times/) });
  expect((await world.outcome("m2")).answer).toBe("beside 1");
  expect(world.cell("a")).toMatchObject({ inputs: ["m1"], quarantine: { reason: expect.stringMatching(/^deaths/) } });
  world.release("a", "me");
  expect((await world.outcome("m1")).answer).toBe("after 1");
  expect(world.verify().ok).toBe(true);
  await world.close();
});
