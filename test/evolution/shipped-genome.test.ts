// The genome that ships, before the judge: it boots, passes its tests, is as good as the suites say, and is guarded.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { basebandPort, memoryBaseband, openBaseband } from "../../ports/baseband/index.js";
import { evolutionPort, GATES, SUITES } from "../../ports/evolution/index.js";
import { deciderOf, policyRequest } from "../../ports/evolution/policies.js";
import { measureAll } from "../../ports/evolution/lockstep.js";
import { emptyWorld, matrixPort, memoryMatrix } from "../../ports/matrix/index.js";
import { memoryLineage } from "../../ports/lineage/index.js";
import { type GenomeFiles, operationSchemas, type OperationSchemas } from "../../ports/port.js";
import { routerPort } from "../../ports/router/index.js";
import { memoryStore, storePort } from "../../ports/store/index.js";
import { memoryFiles, memoryWeb, toolRuntimePort } from "../../ports/tool-runtime/index.js";
import { ask } from "../ports/contract.js";
import { SABOTAGE, SOUND, type Candidate } from "./sabotage.js";
import { BASE, CANDIDATE, servicesOf, sharedTrials, testWorld } from "./services.js";

const folder = new URL("../../genome", import.meta.url).pathname;
const GENOME: GenomeFiles = Object.fromEntries(
  (readdirSync(folder, { recursive: true, encoding: "utf8" })).filter((path) => path.endsWith(".scm")).sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]),
);
const OPERATIONS: OperationSchemas = operationSchemas([
  storePort(memoryStore()), matrixPort(memoryMatrix(), emptyWorld()), memoryLineage().port, routerPort([]), toolRuntimePort(memoryFiles({}), memoryWeb({})),
  basebandPort(openBaseband(memoryBaseband())), evolutionPort(servicesOf(testWorld())).port,
]);

afterAll(() => sharedTrials.close());

interface Verdict {
  readonly passed: boolean;
  readonly gate: string;
  readonly reason: string;
}

async function verdictOf(candidate: Candidate): Promise<Verdict> {
  const world = testWorld(GENOME);
  world.commits.set(CANDIDATE, candidate.change(GENOME));
  if (candidate.approved === true) world.approved.add(CANDIDATE);
  const { port } = evolutionPort(servicesOf(world, OPERATIONS, sharedTrials));
  return ask<Verdict>(port, "validate", { base: BASE, candidate: CANDIDATE, policy: candidate.policy }) as Promise<Verdict>;
}

const named = (candidates: readonly Candidate[]) => candidates.filter(({ small, gate }) => small !== true && gate !== "probation").map((candidate) => [candidate.name, candidate] as const);

describe("a sabotage of the shipped genome is refused by its gate", () => {
  // Three of each gate: the small genome meets them all, and a validation of this one runs all its tests.
  test.each(named(GATES.flatMap(({ name }) => SABOTAGE.filter(({ gate, small }) => gate === name && small !== true).slice(0, 3))))("%s", async (_name, candidate) => {
    const verdict = await verdictOf(candidate);
    expect([verdict.passed, verdict.gate], verdict.reason).toEqual([false, candidate.gate]);
  });
});

describe("a sound change of the shipped genome passes", () => {
  test.each(named(SOUND))("%s", async (_name, candidate) => {
    expect(await verdictOf(candidate)).toMatchObject({ passed: true, gate: "" });
  });
});

describe("a shipped policy is the textbook rule of its suite", () => {
  const child = servicesOf(testWorld()).trials.start({ memoryMb: 256, milliseconds: 30_000 });
  afterAll(() => child.close());
  test.each(SUITES.map((suite) => [suite.policy, suite] as const))("%s", async (policy, suite) => {
    await child.ask({ kind: "boot", id: "shipped", files: GENOME, operations: OPERATIONS, steps: 50_000_000, bytes: 500_000_000 });
    expect(await child.ask(policyRequest(policy, "shipped", suite))).toMatchObject({ ok: true });
    for (const split of ["train", "gate", "report"] as const) {
      const [measure] = await measureAll(suite, split, 1, deciderOf(child, [policy], 3_000));
      expect(measure?.cases.every((score) => Math.abs(score - 1) < 1e-9), split).toBe(true);
    }
  });
});
