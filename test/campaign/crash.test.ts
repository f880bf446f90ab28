// Kills the process at every write point, at random moments, and by a cut of the power: every promise holds, and a planted fault shows.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildChild, buildPowerCut, Campaign, type Kill } from "./crash/campaign.js";
import { type Fault, FAULTS } from "./crash/faults.js";
import { STEPS } from "./crash/plan.js";
import { WRITE_POINTS } from "./crash/points.js";
import { Random } from "./random.js";

/** How often to kill: a few times in the usual run, `npm run test:crash` for the whole campaign. */
const KILLS = Number(process.env["OURO_CRASH"] ?? 5);
const SEED = Number(process.env["OURO_CRASH_SEED"] ?? 1);
const isWhole = KILLS >= 1_000;
const KILLS_OF_A_HOME = 12;
const HOURS = 8 * 3_600_000;

let built: Awaited<ReturnType<typeof buildChild>>;
let power: string | undefined;

beforeAll(async () => {
  built = await buildChild();
  power = buildPowerCut(built.folder);
});

afterAll(() => built.remove());

/** Kills one home as told, one process after the other; answers what was broken, each with how to see it again. */
async function strike(seed: number, kills: readonly Kill[], fault?: string): Promise<{ readonly reached: readonly (string | undefined)[]; readonly broken: readonly string[] }> {
  const campaign = await Campaign.open(built.program, seed, fault);
  try {
    const reached: (string | undefined)[] = [];
    if (FAULTS[fault ?? ""]?.needs === "rival") await campaign.rivalry();
    for (const kill of kills) {
      const { point, isKilled } = await campaign.run(kill);
      reached.push(isKilled ? point ?? "elsewhere" : undefined);
      if (campaign.problems.length > 0) break;
    }
    const broken = campaign.problems.length > 0 ? campaign.problems : await campaign.verdict();
    return { reached, broken: broken.map((problem) => `${problem} [seed ${seed}, ${JSON.stringify(kills)}]`) };
  } finally {
    campaign.close();
  }
}

test("a process writes nowhere but at points that the catalogue names, and a second one that wants its home is turned away", async () => {
  const campaign = await Campaign.open(built.program, SEED);
  const { points } = await campaign.rivalry();
  expect(points.filter((point) => !(WRITE_POINTS as readonly string[]).includes(point))).toEqual([]);
  expect(points.length).toBeGreaterThan(80);
  expect(await campaign.verdict()).toEqual([]);
  campaign.close();
});

/** The kills of a whole campaign: each point several times, any point, any moment, the power. */
function schedule(random: Random, longestMs: number): Kill[] {
  const anywhere: readonly (() => Kill)[] = [
    () => ({ occurrence: 1 + random.below(1_500) }),
    () => ({ afterMs: random.below(longestMs) }),
    ...(power === undefined ? [] : [() => ({ power: { library: power ?? "", operation: 1 + random.below(1_000) } })]),
  ];
  return Array.from({ length: KILLS }, (_, index) => (index % 3 === 2 ? random.of(anywhere)()
    : { point: WRITE_POINTS[Math.floor((index * WRITE_POINTS.length * 5) / KILLS) % WRITE_POINTS.length], occurrence: 1 + random.below(12), steps: STEPS }));
}

/** What may have to befall a home before a seldom point is reached: nothing, work under way, a turn that its process dies of, or a long history. */
const BEFORE: readonly (readonly Kill[])[] = [
  [], [{ occurrence: 900 }], Array.from({ length: 3 }, () => ({ point: "insert journal decision", occurrence: 1 })), Array.from({ length: 7 }, () => ({})),
];

test(`${KILLS} kills (seed ${SEED}): what was accepted is committed once, and nothing is done twice that must not be`, async () => {
  const random = new Random(SEED);
  const kills = schedule(random, 2_500).map((kill) => ({ kill, order: random.below(1 << 30) })).sort((left, right) => left.order - right.order).map(({ kill }) => kill);
  const died = new Set<string>();
  const broken: string[] = [];
  let [runs, homes] = [0, 0];
  for (let first = 0; first < kills.length; first += KILLS_OF_A_HOME, homes++) {
    const some = kills.slice(first, first + KILLS_OF_A_HOME);
    const result = await strike(SEED * 1_000 + homes, some);
    broken.push(...result.broken);
    runs += result.reached.length;
    for (const point of result.reached) if (point !== undefined) died.add(point);
    expect(broken).toEqual([]);
  }
  // What happens only in a fresh home, or only after deaths, is struck for there.
  for (const point of isWhole ? WRITE_POINTS : []) {
    for (let round = 0; round < 12 && !died.has(point); round++) {
      const result = await strike(SEED * 1_000 + homes++, [...(BEFORE[round % BEFORE.length] ?? []), { point, occurrence: 1, steps: STEPS }]);
      broken.push(...result.broken);
      runs += result.reached.length;
      for (const each of result.reached) if (each !== undefined) died.add(each);
    }
  }
  expect(broken).toEqual([]);
  process.stdout.write(`crash campaign, seed ${SEED}: ${runs} processes in ${homes} homes, killed at ${died.size} named points of ${WRITE_POINTS.length}\n`);
  if (isWhole) expect(WRITE_POINTS.filter((point) => !died.has(point))).toEqual([]);
}, HOURS);

/** Strikes homes with a fault planted until the promise that it breaks shows as broken; else what did. */
async function hunt(name: string): Promise<{ readonly shown?: string; readonly others: readonly string[] }> {
  const random = new Random(SEED);
  const { points, needs, shows } = FAULTS[name] as Fault;
  const others: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const cuts: Kill[] = needs === "power" ? [{ power: { library: power ?? "", operation: 1_200 + random.below(400) } }] : [];
    const { broken } = await strike(round, [...(points.length === 0 ? [{}] : points.map((point) => ({ point, occurrence: 1 + random.below(25), steps: [] }))), ...cuts], name);
    const shown = broken.find((problem) => shows.test(problem));
    if (shown !== undefined) return { shown, others };
    others.push(...broken.slice(0, 1));
  }
  return { others };
}

/** Kills of homes with one fault before it counts as missed. */
const ROUNDS = 12;
const HUNTED = Object.keys(FAULTS).filter((name) => FAULTS[name]?.needs !== "power");
const SAMPLE = ["a commit leaves the state for later"];

describe("with a planted fault the campaign shows that", () => {
  test.each(isWhole ? HUNTED : SAMPLE)("%s", async (name) => {
    const { shown, others } = await hunt(name);
    expect(shown, `other promises that broke: ${others.join("; ")}`).toBeDefined();
    if (isWhole) process.stdout.write(`planted: ${name}; shown as: ${shown?.slice(0, 160)}\n`);
  }, HOURS);

  // A kill leaves the page cache, so this takes a library that forgets what was not synced, and a C compiler to build it.
  test("the database is not synced", async ({ skip }) => {
    if (power === undefined) return skip("there is no C compiler");
    const { shown, others } = await hunt("the database is not synced");
    expect(shown, `other promises that broke: ${others.join("; ")}`).toBeDefined();
  }, HOURS);
});
