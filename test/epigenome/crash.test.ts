// A turn that kills its process: it is given up, and nothing else is. (That nothing is lost otherwise is test/campaign/crash's.)
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshHome, openTestWorld } from "./home.js";

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

/** Runs the child until the deadly turn has killed it, or to its end; answers how it ended. */
function run(home: string, deadly: "output" | "effect" | "approval"): string {
  const { signal, status, stderr } = spawnSync(process.execPath, [program, home, deadly], { timeout: 300_000, encoding: "utf8" });
  return signal ?? `${status} ${stderr}`;
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

test("a turn whose effect the process dies of is given up only after the fifth time, for the death may be another's", async () => {
  const home = freshHome();
  for (let death = 0; death < 5; death++) expect(run(home, "effect")).toBe("SIGKILL");
  const world = openTestWorld(home);
  expect(await world.outcome("d1")).toMatchObject({ outcome: "quarantined", answer: expect.stringMatching(/^deaths: the process ended 5 times/) });
  expect(world.verify().ok).toBe(true);
  await world.close();
});

test("a turn that waits for a person is blamed for no death, however many there are", async () => {
  const home = freshHome();
  for (let death = 0; death < 7; death++) expect(run(home, "approval")).toBe("SIGKILL");
  const world = openTestWorld(home);
  await expect.poll(() => world.approvals()).toMatchObject([{ operation: "store/question!" }]);
  world.resolve(world.approvals()[0]?.id ?? "", true, "me");
  expect(await world.outcome("d1")).toMatchObject({ outcome: "done" });
  await world.close();
});
