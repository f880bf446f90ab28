// The embedded proposer on the sealed suites: what it finds holds on cases it never saw, and is more than chance finds.
import { expect, test } from "vitest";
import { field, record } from "../../epigenome/index.js";
import { Flonum, listFrom, LispSymbol, nativeProcedure, PersistentVector, readAll, type Value } from "../../interpreter/index.js";
import { SUITES } from "../../ports/evolution/index.js";
import { mean, pairedInterval } from "../../ports/evolution/score.js";
import type { Suite } from "../../ports/evolution/suites/suite.js";
import { loadGenome } from "./load.js";
import { nativeScores } from "./native-rule.js";

const interpreter = loadGenome({});
const dispatch = SUITES.find(({ policy }) => policy === "dispatch") as Suite;
const SEEDS = [77, 154, 231, 308];
const BUDGET = 300;

test("on the sealed dispatch suite search finds rules that pass the gate's cases, and more than random search at an equal budget", { timeout: 240_000 }, () => {
  const found = SEEDS.map((seed) => proposed("search", seed));
  const random = SEEDS.map((seed) => proposed("random-search", seed));
  const reported = (rules: readonly Value[]): number => mean(rules.map((rule) => mean(nativeScores(dispatch, "report", rule))));
  const sure = found.filter((rule) => {
    const scores = nativeScores(dispatch, "gate", rule);
    return pairedInterval(scores.map(() => 1), scores).low > 0;
  });
  expect(sure.length).toBeGreaterThanOrEqual(3);
  expect(reported(found)).toBeGreaterThan(1.05);
  expect(reported(found)).toBeGreaterThan(reported(random));
});

/** The rule that a proposer ends with, from the shipped one. */
function proposed(proposer: string, seed: number): Value {
  const measure = nativeProcedure("measure", 1, 1, "(measure decides) Scores on the training cases.", (decides) =>
    PersistentVector.from(Array.from(decides as PersistentVector, (decide) => {
      const cases = nativeScores(dispatch, "train", decide);
      return record({ score: new Flonum(mean(cases)), cases: PersistentVector.from(cases.map((each) => new Flonum(each))), steps: 20 });
    })));
  const goal = record({
    facts: listFrom(dispatch.facts.map((fact) => LispSymbol.intern(fact))), incumbent: readAll("(ratio weight work)", "shipped")[0],
    elders: listFrom([]), seed, budget: BUDGET, measure,
  });
  const result = interpreter.call(interpreter.exported("(genome evolution search)", proposer) as Value, [goal]).finish();
  expect(field(result, "evaluations")).toBeLessThanOrEqual(BUDGET);
  return field(field(result, "best"), "decide") as Value;
}
