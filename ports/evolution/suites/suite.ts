// What a sealed suite is: a simulator that asks a policy for decisions and answers what they cost.
import type { Random } from "../random.js";

/** The proposer trains on the first, the gate decides on the second, the third is only ever reported. */
export type Split = "train" | "gate" | "report";

/** Values of a policy's facts, in the order of the suite's `facts`. All finite. */
export type Facts = readonly number[];

/**
 * One case in progress. Yields the facts of all decisions that it needs next, receives one finite number for
 * each, and returns what the case cost in the end: not negative, smaller is better.
 */
export type Episode = Generator<readonly Facts[], number, readonly number[]>;

/** A simulator for one evolvable policy. Everything random comes from the case's seed, never from a decision. */
export interface Suite {
  readonly policy: string;
  readonly doc: string;
  /** Names of the facts that the policy's `decide` sees. */
  readonly facts: readonly string[];
  readonly cases: Readonly<Record<Split, number>>;
  /** The textbook rule that ships, in native code: the yardstick of every score. */
  readonly shipped: (facts: Facts) => number;
  readonly play: (random: Random) => Episode;
}

/** The seed of a case. Splits are far apart, so that no case is in two of them. */
export function seedOf(suite: Suite, split: Split, index: number): number {
  const start = { train: 1, gate: 2, report: 3 }[split];
  let seed = Math.imul(start, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  for (const character of suite.policy) seed = Math.imul(seed ^ (character.codePointAt(0) as number), 0x01000193);
  return seed >>> 0;
}

/** Position of the greatest number; of the first, if several are. */
export function greatest(values: readonly number[]): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] as number) > (values[best] as number)) best = index;
  return best;
}
