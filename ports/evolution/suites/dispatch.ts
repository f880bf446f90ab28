// The suite of `dispatch`: one server, turns that arrive in waves with due times, cost is weighted tardiness.
import type { Random } from "../random.js";
import { greatest, type Episode, type Facts, type Suite } from "./suite.js";

const TURNS = 48;

/** How long a kind of turn works (seconds), what a second of lateness weighs, how soon it is due (times its work). Ranges. */
interface Kind {
  readonly share: number;
  readonly work: readonly [number, number];
  readonly weight: readonly [number, number];
  readonly due: readonly [number, number];
}
const KINDS: readonly [Kind, ...Kind[]] = [
  { share: 0.45, work: [0.3, 3], weight: [2, 8], due: [2, 10] },
  { share: 0.35, work: [2, 12], weight: [1, 6], due: [3, 14] },
  { share: 0.2, work: [8, 40], weight: [1, 10], due: [1.5, 8] },
];

interface Turn {
  readonly arrival: number;
  readonly work: number;
  readonly estimate: number;
  readonly weight: number;
  readonly due: number;
}

export const dispatch: Suite = {
  policy: "dispatch",
  doc: "A single server under load from 0.75 to 1.15, 48 turns of three kinds with due times and estimated work; cost is total weighted tardiness.",
  facts: ["wait", "work", "slack", "weight", "mean-work"],
  cases: { train: 12, gate: 40, report: 60 },
  /** Weighted shortest processing time first (Smith 1956). */
  shipped: ([, work, , weight]) => (weight as number) / (work as number),
  play,
};

function* play(random: Random): Episode {
  const waiting = arrivals(random);
  const queue: Turn[] = [];
  let now = 0;
  let tardiness = 0;
  while (waiting.length > 0 || queue.length > 0) {
    if (queue.length === 0) now = Math.max(now, (waiting[0] as Turn).arrival);
    while (waiting.length > 0 && (waiting[0] as Turn).arrival <= now) queue.push(waiting.shift() as Turn);
    const chosen = queue.length === 1 ? 0 : greatest(yield factsOf(queue, now));
    const [turn] = queue.splice(chosen, 1) as [Turn];
    now += turn.work;
    tardiness += turn.weight * Math.max(0, now - turn.due);
  }
  return tardiness;
}

function factsOf(queue: readonly Turn[], now: number): Facts[] {
  const mean = queue.reduce((sum, turn) => sum + turn.estimate, 0) / queue.length;
  return queue.map((turn) => [now - turn.arrival, turn.estimate, turn.due - now - turn.estimate, turn.weight, mean]);
}

/** Turns in order of arrival, in waves: the rate of arrival swings about its mean. */
function arrivals(random: Random): Turn[] {
  const load = random.between(0.75, 1.15);
  const period = random.between(60, 240);
  const turns: Turn[] = [];
  let now = 0;
  for (let index = 0; index < TURNS; index++) {
    const swing = 1 + 0.8 * Math.sin((2 * Math.PI * now) / period);
    now += random.exponential(MEAN_WORK / load / swing);
    turns.push(turnAt(now, random));
  }
  return turns;
}

function turnAt(arrival: number, random: Random): Turn {
  let share = random.uniform();
  const kind = KINDS.find((each) => (share -= each.share) < 0) ?? KINDS[0];
  const work = random.logBetween(...kind.work);
  const estimate = work * Math.exp(0.25 * random.normal());
  const weight = random.logBetween(...kind.weight);
  return { arrival, work, estimate, weight, due: arrival + work * random.between(...kind.due) };
}

/** Mean of a log-uniform distribution, (high − low) / ln(high / low), over the kinds. */
const MEAN_WORK = KINDS.reduce((sum, { share, work: [low, high] }) => sum + (share * (high - low)) / Math.log(high / low), 0);
