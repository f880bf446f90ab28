// Runs whole worlds from seeds: time, scheduling, latency, failures, reordering and crashes; a seed that fails fails again, in the same way.
import { describe, expect, test } from "vitest";
import { FAULTS, plant } from "./crash/faults.js";
import { simulate, type Simulated } from "./simulate/simulation.js";

/** How many seeds: some in the usual run, `npm run test:simulate` for the whole campaign. */
const SEEDS = Number(process.env["OURO_SIMULATE"] ?? 50);
const FIRST = Number(process.env["OURO_SIMULATE_SEED"] ?? 1);
const isWhole = SEEDS >= 10_000;
const HOURS = 8 * 3_600_000;
/** Seeds that a planted fault may take to show: the rarest is one of some 700. */
const ROUNDS = 5_000;

test(`${SEEDS} seeds from ${FIRST} on: every promise holds`, async () => {
  const sum = { events: 0, crashes: 0, inputs: 0, effects: 0 };
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const result = await simulate(seed);
    if (result.broken.length > 0) expect.fail(await told(seed, result));
    for (const name of ["events", "crashes", "inputs", "effects"] as const) sum[name] += result[name];
  }
  if (SEEDS >= 20) expect(sum.crashes).toBeGreaterThan(SEEDS / 4);
  process.stdout.write(`simulation, seeds ${FIRST} to ${FIRST + SEEDS - 1}: ${JSON.stringify(sum)}\n`);
}, HOURS);

/** What is wrong with a seed, whether it is so every time, and how to see it again. */
async function told(seed: number, { broken, hash }: Simulated): Promise<string> {
  const again = await simulate(seed);
  const same = again.hash === hash ? `again, event for event (${hash.slice(0, 16)})` : "otherwise the second time: something does not come from the seed";
  return `seed ${seed}: ${broken.join("; ")}\nIt ran ${same}. OURO_SIMULATE_SEED=${seed} OURO_SIMULATE=1 npm run test:simulate`;
}

test("the same seed gives the same events, down to the last write, and another one others", async () => {
  const hashes = [];
  for (const seed of [FIRST + 1, FIRST + 1, FIRST + 2]) hashes.push((await simulate(seed)).hash);
  expect(hashes[1]).toBe(hashes[0]);
  expect(hashes[2]).not.toBe(hashes[0]);
});

/** Those that need another process, a cut of the power, or the campaign's late worker are shown by the crash campaign. */
const PLANTED = Object.keys(FAULTS).filter((name) => FAULTS[name]?.needs === undefined && name !== "a lease has no fence");
const SAMPLE = ["a commit leaves the state for later", "an effect of unknown outcome is run again", "a timer fires twice"];

describe("with a planted fault some seed shows that, and shows it again", () => {
  test.each(isWhole ? PLANTED : SAMPLE)("%s", async (name) => {
    const takeOut = plant(name);
    try {
      let seed = FIRST;
      let shown = await simulate(seed);
      while (shown.broken.length === 0 && seed < FIRST + ROUNDS) shown = await simulate(++seed);
      expect(shown.broken).not.toEqual([]);
      // A key that is drawn anew is the one fault that no seed can repeat.
      if (!name.includes("key") && !name.includes("twice")) expect((await simulate(seed)).hash).toBe(shown.hash);
      if (isWhole) process.stdout.write(`planted: ${name}; shown by seed ${seed} as: ${shown.broken[0]?.slice(0, 140)}\n`);
    } finally {
      takeOut();
    }
  }, HOURS);
});
