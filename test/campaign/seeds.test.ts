// Evolution over several seeds, each on a fresh home: the same seed gives the same trees, and report-only scores improve.
import { expect, test } from "vitest";
import type { EvolveRound } from "../../frontends/frontend.js";
import { newHome } from "./agent.js";

/** `npm run test:seeds` runs ten seeds of the caller's choice (OURO_SEEDS=1,2,…) at the full budget. */
const SEEDS = process.env["OURO_SEEDS"]?.split(",").map(Number);
const ROUNDS = process.env["OURO_ROUNDS"] ?? "5";

// In the usual run, test/genome/genome.test.ts holds it within one process.
test.runIf(SEEDS !== undefined)("the same seed on the same genome gives the same trees, and another seed others", async () => {
  const trees = async (seed: string) => (await evolveFresh("--rounds", "1", "--budget", "6", "--seed", seed)).map(({ tree, policy, gate }) => ({ tree, policy, gate }));
  const [first, again, other] = [await trees("11"), await trees("11"), await trees("12")];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
}, 300_000);

test.runIf(SEEDS !== undefined)("at least eight in ten seeds improve the report-only score of at least two policies", async () => {
  const improved: number[] = [];
  for (const seed of SEEDS ?? []) {
    const rounds = await evolveFresh("--rounds", ROUNDS, "--seed", String(seed));
    for (const round of rounds) process.stdout.write(`${rowOf(seed, round)}\n`);
    improved.push(new Set(rounds.filter(({ adopted, after, before }) => adopted && (after ?? 0) > (before ?? 0)).map(({ policy }) => policy)).size);
  }
  const enough = improved.filter((count) => count >= 2).length;
  process.stdout.write(`${enough} of ${improved.length} seeds improved at least two policies\n`);
  expect(enough).toBeGreaterThanOrEqual(Math.ceil(improved.length * 0.8));
}, 3_600_000);

async function evolveFresh(...words: readonly string[]): Promise<readonly EvolveRound[]> {
  const home = newHome();
  try {
    return (await home.evolve(...words)).rounds;
  } finally {
    home.remove();
  }
}

function rowOf(seed: number, { round, policy, adopted, gate, before, after, random, evaluations }: EvolveRound): string {
  const scores = [before, after, random].map((score) => score?.toFixed(3) ?? "-");
  return [`seed ${seed}`, `round ${round}`, policy.padEnd(8), adopted ? "adopted" : `rejected by ${gate}`, `before ${scores[0]}`, `after ${scores[1]}`, `random ${scores[2]}`, `${evaluations} evaluations`].join("  ");
}
