// The suite of `retry`: outages of mixed lengths, cost is waiting after recovery and attempts wasted before it.
import type { Random } from "../random.js";
import type { Episode, Facts, Suite } from "./suite.js";

const OUTAGES = 30;
/** After so many failed attempts a person is called, who takes `PERSON_MS` from the recovery. */
const MAXIMUM_ATTEMPTS = 40;
const PERSON_MS = 1_800_000;
const MAXIMUM_DELAY_MS = 3_600_000;

/** How outages last: a dropped connection, a restart, a provider's bad hour. Log-normal: median (ms) and spread of the logarithm. */
const KINDS = [
  { medianMs: 700, spread: 1 },
  { medianMs: 20_000, spread: 0.8 },
  { medianMs: 600_000, spread: 1.1 },
] as const;

interface Outage {
  readonly lastsMs: number;
  /** What a wasted attempt costs, in milliseconds of waiting. */
  readonly cost: number;
  attempt: number;
  lastDelay: number;
  elapsed: number;
  loss: number;
}

export const retry: Suite = {
  policy: "retry",
  doc: "Thirty outages a case, from a dropped connection to a provider's bad hour; cost of each is waiting after recovery and attempts wasted before it, relative to its length.",
  facts: ["attempt", "last-delay", "elapsed", "cost"],
  cases: { train: 14, gate: 40, report: 60 },
  /** Binary exponential backoff from one second (Metcalfe and Boggs 1976), capped at a minute. */
  shipped: ([attempt]) => Math.min(60_000, 1000 * 2 ** ((attempt as number) - 1)),
  play,
};

function* play(random: Random): Episode {
  const outages = outagesOf(random);
  let open = outages;
  while (open.length > 0) {
    const delays = yield open.map(factsOf);
    open.forEach((outage, index) => attemptAfter(outage, Math.min(MAXIMUM_DELAY_MS, Math.max(0, delays[index] as number))));
    open = open.filter(isOpen);
  }
  return outages.reduce((sum, outage) => sum + lossOf(outage), 0);
}

function factsOf(outage: Outage): Facts {
  return [outage.attempt, outage.lastDelay, outage.elapsed, outage.cost];
}

/** Waits, and tries: either the outage is over, or one more attempt was wasted. */
function attemptAfter(outage: Outage, delayMs: number): void {
  outage.elapsed += delayMs;
  outage.lastDelay = delayMs;
  if (outage.elapsed >= outage.lastsMs) return;
  outage.attempt += 1;
  outage.loss += outage.cost;
}

function isOpen(outage: Outage): boolean {
  return outage.elapsed < outage.lastsMs && outage.attempt <= MAXIMUM_ATTEMPTS;
}

/** Loss over the geometric mean of what is at stake, so that one long outage does not hide all others. */
function lossOf(outage: Outage): number {
  const late = outage.elapsed >= outage.lastsMs ? outage.elapsed - outage.lastsMs : PERSON_MS;
  return (late + outage.loss) / Math.sqrt(outage.lastsMs * outage.cost);
}

function outagesOf(random: Random): Outage[] {
  const shares = KINDS.map(() => random.between(0.1, 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Array.from({ length: OUTAGES }, () => {
    let share = random.uniform() * total;
    const kind = KINDS[shares.findIndex((each) => (share -= each) < 0)] ?? KINDS[0];
    const lastsMs = kind.medianMs * Math.exp(kind.spread * random.normal());
    return { lastsMs, cost: random.logBetween(200, 20_000), attempt: 1, lastDelay: 0, elapsed: 0, loss: 0 };
  });
}
