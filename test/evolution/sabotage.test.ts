// No candidate that sabotages is kept; each is refused by its own gate, and would be kept without it.
import { afterAll, describe, expect, test } from "vitest";
import { evolutionPort, GATES, type Gate } from "../../ports/evolution/index.js";
import type { GenomeFiles, RecordedTurn, ShadowTurn, TrialProcess } from "../../ports/port.js";
import { ask } from "../ports/contract.js";
import { BETTER, type Candidate, SABOTAGE, SOUND } from "./sabotage.js";
import { BASE, CANDIDATE, OPERATIONS, servicesOf, sharedTrials, testWorld } from "./services.js";
import { SMALL_GENOME } from "./small-genome.js";

afterAll(() => sharedTrials.close());

interface Verdict {
  readonly passed: boolean;
  readonly gate: string;
  readonly reason: string;
  readonly gates: readonly { readonly gate: string; readonly ok: boolean; readonly reason: string }[];
}

/** A turn of the small genome, as its journal would hold it. */
function turnOf(text: string, count: number): RecordedTurn {
  const next = count + 1;
  return {
    input: `{:kind :message :text "${text}"}`, state: count === 0 ? "{}" : `{:count ${count}}`,
    effects: [{ request: `{:operation "store/put!" :origin "(genome turn turn)" :parameters {:key "count" :value ${next}}}`, receipt: "{:result 1}" }],
    output: text, stateAfter: `{:count ${next}}`,
  };
}

const RECORDED = ["hello", "how are you", "bye"].map(turnOf);

async function verdictOf(candidate: Candidate, gates: readonly Gate[] = GATES): Promise<Verdict> {
  const world = testWorld(SMALL_GENOME);
  world.commits.set(CANDIDATE, candidate.change(SMALL_GENOME));
  if (candidate.approved === true) world.approved.add(CANDIDATE);
  world.turns.push(...RECORDED);
  const { port } = evolutionPort(servicesOf(world, OPERATIONS, sharedTrials), gates);
  return ask<Verdict>(port, "validate", { base: BASE, candidate: CANDIDATE, policy: candidate.policy }) as Promise<Verdict>;
}

const named = (candidates: readonly Candidate[]) => candidates.map((candidate) => [`${candidate.gate || "all"}: ${candidate.name}`, candidate] as const);
const gated = SABOTAGE.filter(({ gate }) => gate !== "probation");

describe("a sabotage is refused by the gate that is there for it, and kept without it", () => {
  test.each(named(gated))("%s", async (_name, candidate) => {
    const verdict = await verdictOf(candidate);
    expect([verdict.passed, verdict.gate], verdict.reason).toEqual([false, candidate.gate]);
    expect(verdict.reason).toMatch(/\S/);
    const away = new Set([candidate.gate, ...(candidate.behind ?? [])]);
    const without = await verdictOf(candidate, GATES.filter(({ name }) => !away.has(name)));
    expect([without.passed, without.gate], without.reason).toEqual([true, ""]);
  });

  test.each(named(gated.filter(({ behind }) => behind !== undefined)))("%s, and by the next behind it", async (_name, candidate) => {
    const without = await verdictOf(candidate, GATES.filter(({ name }) => name !== candidate.gate));
    expect(candidate.behind).toContain(without.gate);
  });
});

describe("a sound change passes every gate", () => {
  test.each(named(SOUND))("%s", async (_name, candidate) => {
    const verdict = await verdictOf(candidate);
    expect(verdict.passed, `${verdict.gate}: ${verdict.reason}`).toBe(true);
    expect(verdict.gates.map(({ gate }) => gate)).toEqual(GATES.map(({ name }) => name));
  });
});

describe("the set", () => {
  test("has at least three of each gate and of probation, and forty in all, each with its own name", () => {
    const count = (gate: string): number => SABOTAGE.filter((candidate) => candidate.gate === gate).length;
    for (const gate of [...GATES.map(({ name }) => name), "probation"]) expect(count(gate), gate).toBeGreaterThanOrEqual(3);
    expect(new Set(SABOTAGE.map(({ name }) => name)).size).toBe(SABOTAGE.length);
    expect(SABOTAGE.length).toBeGreaterThanOrEqual(40);
  });
  test("a verdict is the same when it is given again", async () => {
    const candidate = SOUND[0] as Candidate;
    expect(await verdictOf(candidate)).toEqual(await verdictOf(candidate));
  });
  test("policy can make a gate stricter", async () => {
    const world = testWorld();
    world.commits.set(CANDIDATE, (SOUND[0] as Candidate).change(SMALL_GENOME));
    const { port } = evolutionPort(servicesOf(world));
    const strict = await ask<Verdict>(port, "validate", { base: BASE, candidate: CANDIDATE, policy: "dispatch", limits: { "confidence-low": 0.9 } });
    expect(strict).toMatchObject({ passed: false, gate: "score" });
    const loose = await ask<Verdict>(port, "validate", { base: BASE, candidate: CANDIDATE, policy: "dispatch", limits: { "confidence-low": -9 } });
    expect(loose).toMatchObject({ passed: true });
    expect(BETTER).not.toBe("");
  });
});

describe("what passes and then misbehaves is found in probation", () => {
  const services = servicesOf(testWorld());
  const child: TrialProcess = services.trials.start({ memoryMb: 256, milliseconds: 20_000 });
  afterAll(() => child.close());

  /** Lives through days of messages, and answers what the journal would hold of them. */
  async function live(files: GenomeFiles): Promise<{ turns: number; errors: number; steps: number }> {
    await child.ask({ kind: "boot", id: "live", files, operations: OPERATIONS, steps: 5_000_000, bytes: 50_000_000 });
    const turns = Array.from({ length: 40 }, (_, index) => turnOf(index % 2 === 0 ? "tomorrow" : "hello", index));
    const reply = await child.ask({ kind: "shadow", genome: "live", turns, steps: 1_000_000, bytes: 50_000_000 });
    const run = (reply.result?.turns ?? []) as readonly ShadowTurn[];
    return { turns: run.length, errors: run.filter(({ error }) => error !== undefined).length, steps: reply.steps };
  }

  test.each(named(SABOTAGE.filter(({ gate }) => gate === "probation")))("%s", async (_name, candidate) => {
    expect(await verdictOf(candidate)).toMatchObject({ passed: true });
    const world = testWorld();
    const { port } = evolutionPort(servicesOf(world));
    world.before = await live(SMALL_GENOME);
    await ask(port, "watch!", { commit: CANDIDATE, policy: candidate.policy });
    world.after = await live(candidate.change(SMALL_GENOME));
    expect(await ask<unknown[]>(port, "probation")).toMatchObject([{ commit: CANDIDATE, state: "regressed" }]);
    await expect(ask(port, "settle!", { commit: CANDIDATE, verdict: "kept", reason: "" })).rejects.toMatchObject({ code: "evolution-regressed" });
  });

  test("a sound change is found sound", async () => {
    const world = testWorld();
    const { port } = evolutionPort(servicesOf(world));
    world.before = await live(SMALL_GENOME);
    await ask(port, "watch!", { commit: CANDIDATE, policy: "" });
    world.after = await live((SOUND[3] as Candidate).change(SMALL_GENOME));
    expect(await ask<unknown[]>(port, "probation")).toMatchObject([{ state: "sound" }]);
    expect(await ask(port, "settle!", { commit: CANDIDATE, verdict: "kept", reason: "sound" })).toEqual({ settled: true });
  });
});
