// The evolution port: the same cases every time, a scorer that can fail, report-only numbers that stay hidden, and probation.
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type Evolution, evolutionPort, type EvolutionStorage, memoryEvolution, sqliteEvolution, SUITES } from "../../ports/evolution/index.js";
import { ranked } from "../../ports/evolution/archive.js";
import { LIMITS, mergedLimits } from "../../ports/evolution/limits.js";
import { measureAll } from "../../ports/evolution/lockstep.js";
import { standing } from "../../ports/evolution/probation.js";
import { Random } from "../../ports/evolution/random.js";
import { costOf, mean, pairedInterval, scoreOf, shippedCostsOf } from "../../ports/evolution/score.js";
import type { ArchivedEntry } from "../../ports/evolution/storage.js";
import { seedOf, type Facts, type Split, type Suite } from "../../ports/evolution/suites/suite.js";
import type { LiveMeasures } from "../../ports/port.js";
import { DISPATCH_FACTS, policyText, SMALL_GENOME } from "../evolution/small-genome.js";
import { BASE, CANDIDATE, servicesOf, testWorld } from "../evolution/services.js";
import { ask, type Opened, portContract, refusal } from "./contract.js";
import { openTables } from "./tables.js";

const ATC = "(ratio (ratio weight work) (max work slack))";

function opened(storage: EvolutionStorage, close: () => void): Opened {
  const world = testWorld();
  world.commits.set(CANDIDATE, { ...SMALL_GENOME, "policy/dispatch.scm": policyText("dispatch", DISPATCH_FACTS, ATC) });
  world.after = { turns: 20, errors: 0, steps: 100 };
  return {
    port: evolutionPort({ ...servicesOf(world), storage }).port,
    state: () => ({ entries: storage.entries("dispatch"), reports: storage.reports(), probations: storage.probations() }),
    close,
  };
}

const implementations: Record<string, () => Opened> = {
  memory: () => opened(memoryEvolution(), () => undefined),
  sqlite: () => {
    const tables = openTables();
    return opened(sqliteEvolution(tables), () => tables.close());
  },
};

describe.each(Object.entries(implementations))("evolution in %s", (implementation, open) => {
  const entry = { policy: "dispatch", decide: "(ratio weight work)", score: 1 };
  portContract(implementation, {
    open,
    examples: [
      ["suites", {}],
      ["measure", { policy: "dispatch", decides: ["(ratio weight work)"] }],
      ["validate", { base: BASE, candidate: CANDIDATE, policy: "dispatch" }],
      ["record", { round: 1, policy: "dispatch", kind: "before", decide: "(ratio weight work)" }],
      ["archive-add!", { entry }],
      ["archive-add!", { entry: { ...entry, parent: 1, score: 1.2, verdict: "adopted", commit: CANDIDATE } }],
      ["archive", { policy: "dispatch" }],
      ["watch!", { commit: CANDIDATE, policy: "dispatch" }],
      ["probation", {}],
      ["settle!", { commit: CANDIDATE, verdict: "kept", reason: "sound" }],
    ],
    refused: [
      ["validate", { base: "main", candidate: CANDIDATE, policy: "dispatch" }],
      ["record", { round: 1, policy: "dispatch", kind: "train", decide: "1" }],
      ["archive-add!", { entry: { ...entry, verdict: "best" } }],
      ["settle!", { commit: CANDIDATE, verdict: "ignored", reason: "" }],
    ],
  });
});

const splits: readonly Split[] = ["train", "gate", "report"];
const runOf = (suite: Suite, rule: (facts: Facts) => number, split: Split): number[] =>
  shippedCostsOf(suite, split).map((shipped, index) => scoreOf(shipped, costOf(suite, seedOf(suite, split, index), rule)));

describe.each(SUITES.map((suite) => [suite.policy, suite] as const))("the suite of %s", (policy, suite) => {
  const better: Record<string, (facts: Facts) => number> = {
    dispatch: ([, work = 0, slack = 0, weight = 0]) => weight / work / Math.max(work, slack),
    evict: ([, frequency = 0, size = 0, cost = 0]) => (frequency * cost) / size,
    retry: ([attempt = 0]) => Math.min(150_000, 800 * 2 ** (attempt - 1)),
    choose: ([average = 0, count = 0]) => average + 0.5 / count,
  };
  const worse: Record<string, (facts: Facts) => number> = {
    dispatch: ([wait = 0]) => wait, evict: ([age = 0]) => age, retry: () => 0, choose: ([, count = 0]) => -count,
  };

  test("gives the same case for the same seed, and others for others", () => {
    const costs = (): number[] => splits.flatMap((split) => Array.from({ length: 5 }, (_, index) => costOf(suite, seedOf(suite, split, index), suite.shipped)));
    expect(costs()).toEqual(costs());
    expect(new Set(costs()).size).toBe(15);
  });
  test("has no case in two splits", () => {
    const seeds = SUITES.flatMap((each) => splits.flatMap((split) => Array.from({ length: each.cases[split] }, (_, index) => seedOf(each, split, index))));
    expect(new Set(seeds).size).toBe(seeds.length);
  });
  test.each(splits)("scores the shipped rule 1 on every case of %s", (split) => {
    expect(runOf(suite, suite.shipped, split).every((score) => score === 1)).toBe(true);
  });
  test("has room above the shipped rule, and below", () => {
    for (const split of splits) {
      expect(mean(runOf(suite, better[policy] as never, split))).toBeGreaterThan(1.01);
      expect(mean(runOf(suite, worse[policy] as never, split))).toBeLessThan(0.96);
    }
  });
  test("asks with finite facts only, as many as it names, and ends whatever it is told", () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 5 }), (seed, kind) => {
      const random = new Random(seed);
      const told = [() => random.uniform(), () => 0, () => -1e300, () => 1e300, () => random.normal() * 1e6, () => Number.MIN_VALUE][kind] as () => number;
      const episode = suite.play(new Random(seed));
      let rounds = 0;
      for (let step = episode.next(); ; step = episode.next(step.value.map(told))) {
        if (step.done) return step.value >= 0 && Number.isFinite(step.value);
        if ((rounds += 1) > 2_000 || step.value.some((facts) => facts.length !== suite.facts.length || !facts.every(Number.isFinite))) return false;
      }
    }), { seed: 1, numRuns: 60 });
  });
  test("is cheap to train on", async () => {
    const [measure] = await measureAll(suite, "train", 1, natively(suite.shipped));
    expect(measure?.decisions).toBeLessThan(20_000);
    expect(measure).toMatchObject({ score: 1, errors: 0 });
  });
});

function natively(...rules: ((facts: Facts) => number)[]): Parameters<typeof measureAll>[3] {
  return async (questions) => questions.map(({ candidate, facts }) => ({
    decisions: facts.map(rules[candidate] as (facts: Facts) => number), steps: facts.length,
  }));
}

describe("the scorer can fail", () => {
  test.each<[string, number, number | undefined, number]>([
    ["equal costs", 10, 10, 1], ["half the cost", 10, 5, 4 / 3], ["twice the cost", 10, 20, 2 / 3], ["no cost", 10, 0, 2], ["cost from nothing", 0, 3, 0],
    ["two nothings", 0, 0, 1], ["an unfinished case", 10, undefined, 0], ["not a number", 10, Number.NaN, 0], ["infinite cost", 10, Infinity, 0], ["a negative cost", 10, -100, 0],
    ["an unfinished case where nothing was to lose", 0, undefined, 0],
  ])("%s", (_name, shipped, cost, score) => expect(scoreOf(shipped, cost)).toBeCloseTo(score, 12));

  test.each<[string, number[], number[], (interval: { low: number; high: number }) => boolean]>([
    ["the same is not better", [1, 2, 3], [1, 2, 3], ({ low, high }) => low === 0 && high === 0],
    ["a steady gain is", [1, 2, 3, 4, 5], [1.1, 2.2, 3.1, 4.2, 5.1], ({ low, high }) => low > 0.05 && high < 0.25],
    ["one lucky case is not", [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 9], ({ low }) => low <= 0],
    ["a gain with as much loss is not", [1, 1, 1, 1], [2, 0, 2, 0], ({ low, high }) => low < 0 && high > 0],
  ])("compared in pairs, %s", (_name, before, after, holds) => expect(pairedInterval(before, after)).toSatisfy(holds));

  test("nothing compared with nothing is refused", () => {
    expect(() => pairedInterval([], [])).toThrow(RangeError);
    expect(() => pairedInterval([1], [1, 2])).toThrow(RangeError);
  });
  test("the interval covers the truth about as often as it says", () => {
    const random = new Random(5);
    const covered = Array.from({ length: 200 }, () => {
      const differences = Array.from({ length: 40 }, () => 0.1 + random.normal());
      const { low, high } = pairedInterval(differences.map(() => 0), differences);
      return low <= 0.1 && 0.1 <= high;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThan(200);
  });

  const suite = SUITES[0] as Suite;
  test.each<[string, (facts: Facts) => number]>([
    ["not a number", () => Number.NaN], ["infinity", () => Infinity],
    ["an error in one of many", ([, , slack = 0]) => (slack < -60 ? Number.NaN : 1)],
  ])("a decision that is %s costs the whole case", async (_name, rule) => {
    const [measure] = await measureAll(suite, "train", 1, natively(rule));
    expect(measure?.errors).toBeGreaterThan(0);
    expect(measure?.cases.filter((score) => score === 0)).toHaveLength(measure?.errors as number);
  });
  test("a child that answers too few decisions earns nothing", async () => {
    const [measure] = await measureAll(suite, "train", 1, async (questions) => questions.map(() => ({ decisions: [1], steps: 1 })));
    expect(measure?.errors).toBe(suite.cases.train);
  });
  test("many measured at once score as each by itself", async () => {
    const rules = [suite.shipped, ([wait = 0]: Facts) => wait, () => Number.NaN, ([, , slack = 0]: Facts) => -slack];
    const together = await measureAll(suite, "train", rules.length, natively(...rules));
    for (const [index, rule] of rules.entries()) expect(together[index]).toEqual((await measureAll(suite, "train", 1, natively(rule)))[0]);
  });
});

describe("operations", () => {
  const world = testWorld();
  const evolution: Evolution = evolutionPort(servicesOf(world));
  const { port } = evolution;
  afterAll(() => port.close?.());
  type Measured = { score: number; cases: number[]; steps: number; error?: string };

  test("measure sees what the shipped rule, a better and broken ones are worth", async () => {
    const sources = ["(ratio weight work)", ATC, "(undefined-name)", "(car work)", "((((", "(let loop () (loop))", "\"text\""];
    const [shipped, better, ...broken] = await ask<Measured[]>(port, "measure", { policy: "dispatch", decides: sources });
    expect(shipped).toMatchObject({ score: 1 });
    expect(better?.score).toBeGreaterThan(1.05);
    expect(better?.cases).toHaveLength(12);
    expect(broken.map(({ score }) => score)).toEqual([0, 0, 0, 0, 0]);
    expect(broken.map(({ error }) => error?.split(":")[0])).toEqual(["unbound-variable", "wrong-type", "unexpected-end", "limit-exceeded", "a decision is not a finite number"]);
  });
  test("each shipped policy of a genome is the suite's own rule", async () => {
    const decides = { dispatch: "(ratio weight work)", evict: "(- age)", retry: "(min 60000.0 (* 1000.0 (expt 2.0 (- attempt 1.0))))", choose: "(+ mean (safe-sqrt (ratio (* 2.0 (safe-log total)) count)))" };
    for (const [policy, decide] of Object.entries(decides)) expect((await ask<Measured[]>(port, "measure", { policy, decides: [decide] }))[0]).toMatchObject({ score: 1 });
  });
  test("a batch of fifty candidates is measured within a few seconds on a busy machine", async () => {
    const decides = Array.from({ length: 50 }, (_, index) => `(ratio weight (+ work ${index}.5))`);
    const start = performance.now();
    expect(await ask<Measured[]>(port, "measure", { policy: "dispatch", decides })).toHaveLength(50);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
  test("a child that a candidate kills is replaced", async () => {
    const bomb = `(let loop ((kept '())) (if (> (length kept) 100000000) 1 (loop (cons (make-string 1000 #\\a) kept))))`;
    const [measure] = await ask<Measured[]>(port, "measure", { policy: "dispatch", decides: [bomb] });
    expect(measure).toMatchObject({ score: 0 });
    expect((await ask<Measured[]>(port, "measure", { policy: "dispatch", decides: ["(ratio weight work)"] }))[0]).toMatchObject({ score: 1 });
  });
  test("report-only numbers reach people and no operation", async () => {
    expect(await ask(port, "record", { round: 3, policy: "dispatch", kind: "after", decide: ATC })).toEqual({ recorded: true });
    const [report] = evolution.reports();
    expect(report).toMatchObject({ round: 3, policy: "dispatch", kind: "after" });
    expect(report?.score).toBeGreaterThan(1.05);
    expect(report?.cases).toHaveLength(60);
    const visible = JSON.stringify([await ask(port, "suites"), await ask(port, "archive", { policy: "dispatch" }), await ask(port, "probation")]);
    expect(visible).not.toContain(String(report?.score));
    expect(visible).not.toContain("report");
  });
  test("unknown policies and limits are refused by name", async () => {
    await refusal(ask(port, "measure", { policy: "taste", decides: ["1"] }), "evolution-unknown-policy");
    world.commits.set(CANDIDATE, SMALL_GENOME);
    await refusal(ask(port, "validate", { base: BASE, candidate: CANDIDATE, policy: "dispatch", limits: { "score-low": 1 } }), "evolution-unknown-limit");
  });
  test("what is regressed or untried may be reverted but not kept", async () => {
    const commit = "d".repeat(40);
    world.before = { turns: 100, errors: 1, steps: 100_000 };
    expect(await ask(port, "watch!", { commit, policy: "dispatch" })).toEqual({ before: world.before });
    world.after = { turns: 2, errors: 0, steps: 2_000 };
    await refusal(ask(port, "settle!", { commit, verdict: "kept", reason: "it felt good" }), "evolution-waiting");
    world.after = { turns: 30, errors: 12, steps: 30_000 };
    expect(await ask<unknown[]>(port, "probation")).toMatchObject([{ commit, state: "regressed" }]);
    await refusal(ask(port, "settle!", { commit, verdict: "kept", reason: "it felt good" }), "evolution-regressed");
    expect(await ask(port, "settle!", { commit, verdict: "reverted", reason: "errors" })).toEqual({ settled: true });
    expect(await ask(port, "probation")).toEqual([]);
    await refusal(ask(port, "settle!", { commit, verdict: "kept", reason: "again" }), "evolution-no-probation");
  });
});

describe("probation", () => {
  const before: LiveMeasures = { turns: 100, errors: 2, steps: 100_000 };
  test.each<[string, LiveMeasures, LiveMeasures, string]>([
    ["waits for turns", before, { turns: 3, errors: 0, steps: 3_000 }, "waiting"],
    ["does not condemn by one unlucky turn", before, { turns: 5, errors: 1, steps: 5_000 }, "waiting"],
    ["is passed by turns like those before", before, { turns: 20, errors: 0, steps: 20_000 }, "sound"],
    ["is passed by as many errors as before", before, { turns: 50, errors: 1, steps: 50_000 }, "sound"],
    ["is failed by more errors", before, { turns: 20, errors: 8, steps: 20_000 }, "regressed"],
    ["is failed early by nothing but errors", before, { turns: 5, errors: 5, steps: 5_000 }, "regressed"],
    ["is failed by fuel", before, { turns: 20, errors: 0, steps: 100_000 }, "regressed"],
    ["is failed by errors even without a history", { turns: 0, errors: 0, steps: 0 }, { turns: 10, errors: 10, steps: 0 }, "regressed"],
    ["is passed without a history", { turns: 0, errors: 0, steps: 0 }, { turns: 10, errors: 0, steps: 9_999 }, "sound"],
  ])("%s", (_name, was, is, state) => expect(standing(was, is, mergedLimits()).state).toBe(state));
});

describe("limits", () => {
  test.each(Object.entries(LIMITS))("%s can be tightened and not loosened", (name, { value, stricter }) => {
    const [tighter, looser] = stricter === "lower" ? [Math.min(value, 1e9) / 2, Math.min(value, 1e9) * 2] : [value + 1, value - 1];
    expect(mergedLimits({ [name]: tighter })[name as keyof typeof LIMITS]).toBe(tighter);
    if (Number.isFinite(value)) expect(mergedLimits({ [name]: looser })[name as keyof typeof LIMITS]).toBe(value);
  });
});

describe("the archive", () => {
  const entry = (id: number, parent: number, score: number, size = 3): ArchivedEntry =>
    ({ id, parent, score, size, steps: 10, policy: "p", decide: "1", proposer: "", round: 0, verdict: "candidate", gate: "", reason: "", commit: "" });
  test("ranks clades by all their descendants, and marks the best of each niche", () => {
    const result = ranked([entry(1, 0, 1), entry(2, 1, 1.4), entry(3, 2, 1.6), entry(4, 0, 1.3), entry(5, 4, 0.9, 40)]);
    expect(result.map(({ id, clade }) => [id, Number(clade.toFixed(3))])).toEqual([[3, 1.6], [2, 1.5], [1, 1.333], [4, 1.1], [5, 0.9]]);
    expect(result.filter(({ elite }) => elite).map(({ id }) => id)).toEqual([3, 5]);
  });
  test("is not led in circles by an entry that names a later parent", () => {
    expect(ranked([entry(1, 2, 1), entry(2, 1, 2)]).map(({ clade }) => clade)).toEqual([2, 1.5]);
  });
});
