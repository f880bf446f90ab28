// Kill -9 at any moment of an adoption: the repository stays valid, main is old or new, and the folder follows it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gitLineage } from "../../../ports/lineage/index.js";
import { ask } from "../contract.js";

const KILLS = 20;
const LATEST_MS = 700;
const root = mkdtempSync(join(tmpdir(), "ouro-crash-"));
const [folder, program] = [join(root, "genome"), join(root, "adopting.mjs")];

beforeAll(async () => {
  await build({
    entryPoints: [new URL("adopting.ts", import.meta.url).pathname], outfile: program, bundle: true, platform: "node", format: "esm", logLevel: "error",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the program and kills it so long after it has started; answers the commits it said it had adopted. */
async function killed(run: number, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, folder, `run-${run}`], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(child.stdout, "data");
  await pause(afterMs);
  child.kill("SIGKILL");
  await once(child, "close");
  return said.split("\n").slice(0, -1);
}

/** Numbers from 0 to 1 that are the same in each run (Park and Miller, 1988). */
function* fractions(seed: number): Generator<number> {
  for (let state = seed; ; ) yield (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const git = (...command: string[]): string => execFileSync("git", command, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

test(`${KILLS} kills at seeded moments of adoption`, async () => {
  const lineage = gitLineage(folder);
  await lineage.initialise({ "manifest.scm": "(manifest)\n", "policy/retry.scm": "0\n" }, 1_700_000_000_000);
  const recovered: string[] = [];
  const moments = fractions(2_026);
  for (let run = 0; run < KILLS; run += 1) {
    const reported = await killed(run, Number(moments.next().value) * LATEST_MS);
    recovered.push(...await lineage.recover());
    const head = await lineage.head();
    const history = (await ask<{ commit: string }[]>(lineage.port, "log", { limit: 1_000 })).map(({ commit }) => commit);
    // What was reported is adopted; beyond that, at most the one that was under way.
    expect(history.slice(0, 2)).toContain(reported.at(-1));
    expect(git("fsck", "--strict", "--no-dangling")).toBe("");
    expect(git("status", "--porcelain")).toBe("");
    for (const [path, text] of Object.entries(await lineage.files(head))) expect(readFileSync(join(folder, path), "utf8") === text, path).toBe(true);
  }
  expect(await lineage.recover()).toEqual([]);
  // Otherwise no kill fell where it matters.
  expect(recovered.length).toBeGreaterThan(0);
}, 180_000);
