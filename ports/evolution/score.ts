// The scorer: what a policy's run on a case is worth against the shipped rule's run on that very case, and how sure a comparison is.
import { Random } from "./random.js";
import { seedOf, type Facts, type Split, type Suite } from "./suites/suite.js";

/**
 * 2·b / (b + c), where b is the shipped rule's cost and c the candidate's: 1 is equal to the shipped rule, 2 is
 * free of cost, 0 is a case not finished. Bounded, monotone, and symmetric: halving the cost gains what doubling it loses.
 */
export function scoreOf(shippedCost: number, cost: number | undefined): number {
  if (cost === undefined || !Number.isFinite(cost) || cost < 0) return 0;
  return shippedCost + cost === 0 ? 1 : (2 * shippedCost) / (shippedCost + cost);
}

/** What one case costs under a native rule. */
export function costOf(suite: Suite, seed: number, rule: (facts: Facts) => number): number {
  const episode = suite.play(new Random(seed));
  let step = episode.next();
  while (!step.done) step = episode.next(step.value.map(rule));
  return step.value;
}

const shippedCosts = new Map<string, readonly number[]>();

/** What each case of a split costs under the shipped rule. */
export function shippedCostsOf(suite: Suite, split: Split): readonly number[] {
  const key = `${suite.policy} ${split}`;
  const costs = shippedCosts.get(key) ?? Array.from({ length: suite.cases[split] }, (_, index) => costOf(suite, seedOf(suite, split, index), suite.shipped));
  shippedCosts.set(key, costs);
  return costs;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;

/**
 * The 95 % confidence interval of the mean of paired differences, by the percentile bootstrap
 * (Efron and Tibshirani 1993, chapter 13), with a fixed seed: the same cases give the same verdict.
 */
export function pairedInterval(before: readonly number[], after: readonly number[]): Interval {
  if (before.length === 0 || before.length !== after.length) throw new RangeError("a paired comparison needs the same cases, at least one");
  const differences = after.map((value, index) => value - (before[index] as number));
  const random = new Random(19790101);
  const means = Float64Array.from({ length: RESAMPLES }, () => mean(differences.map(() => random.pick(differences)))).sort();
  return { low: means[RESAMPLES * 0.025] as number, high: means[RESAMPLES * 0.975 - 1] as number };
}
