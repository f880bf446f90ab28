// The suite of `choose`: Bernoulli bandits whose arms have a price and a latency, cost is the regret of net reward.
import type { Random } from "../random.js";
import { greatest, type Episode, type Facts, type Suite } from "./suite.js";

const PULLS = 160;
/** What a second of latency takes from a reward of 1. */
const LATENCY_WEIGHT = 0.02;

interface Arm {
  /** For each pull of this arm in turn, whether it succeeds: the same whoever asks, and when. */
  readonly successes: readonly boolean[];
  readonly expected: number;
  readonly price: number;
  readonly latency: number;
  count: number;
  sum: number;
}

export const choose: Suite = {
  policy: "choose",
  doc: "Three to seven arms with success rates, prices and latencies, 160 pulls; the mean is of net reward; cost is expected regret.",
  facts: ["mean", "count", "total", "cost", "latency"],
  cases: { train: 14, gate: 60, report: 80 },
  /** UCB1 (Auer, Cesa-Bianchi, Fischer 2002); each arm is pulled once first, as UCB1 asks. */
  shipped: ([mean, count, total]) => (mean as number) + Math.sqrt((2 * Math.log(total as number)) / (count as number)),
  play,
};

function* play(random: Random): Episode {
  const arms = Array.from({ length: 3 + random.index(5) }, () => armOf(random));
  const best = Math.max(...arms.map((arm) => arm.expected));
  let regret = 0;
  for (let total = 0; total < PULLS; total++) {
    const arm = arms[total < arms.length ? total : greatest(yield arms.map((each) => factsOf(each, total)))] as Arm;
    arm.sum += (arm.successes[arm.count] ? 1 : 0) - arm.price - LATENCY_WEIGHT * arm.latency;
    arm.count += 1;
    regret += best - arm.expected;
  }
  return regret;
}

function factsOf(arm: Arm, total: number): Facts {
  return [arm.sum / arm.count, arm.count, total, arm.price, arm.latency];
}

/** What an arm is worth depends on all three; only the price and the latency can be seen beforehand. */
function armOf(random: Random): Arm {
  const rate = random.between(0.2, 0.9);
  const price = random.between(0, 0.25);
  const latency = random.logBetween(0.3, 6);
  const successes = Array.from({ length: PULLS }, () => random.uniform() < rate);
  return { successes, expected: rate - price - LATENCY_WEIGHT * latency, price, latency, count: 0, sum: 0 };
}
