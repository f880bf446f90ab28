// Kills the agent in the midst of twenty conversations over three platforms: every message is answered once, in its order.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ChannelCampaign } from "./channels/campaign.js";
import { FAULTS } from "./channels/faults.js";
import type { Plan } from "./channels/plan.js";
import { buildChild } from "./crash/campaign.js";
import { Random } from "./random.js";

/** How often to kill: a few times in the usual run, `npm run test:channel-kills` for the whole campaign. */
const KILLS = Number(process.env["OURO_CHANNEL_KILLS"] ?? 6);
const SEED = Number(process.env["OURO_CHANNEL_SEED"] ?? 1);
const isWhole = KILLS >= 100;
const KILLS_OF_A_HOME = 25;
const HOURS = 8 * 3_600_000;
/** Writes to the disk and uses of the doors in a life in which a dozen messages are answered. */
const LIFE = 900;
const DOORS = ["before acceptance", "after acceptance", "before sending", "after sending"];

let built: Awaited<ReturnType<typeof buildChild>>;

beforeAll(async () => {
  built = await buildChild(join(import.meta.dirname, "channels", "child.ts"));
}, HOURS);
afterAll(() => built.remove());

function killOf(random: Random, index: number): Plan["kill"] {
  return index % 2 === 0 ? { point: random.of(DOORS), occurrence: 1 + random.below(8) } : { occurrence: 1 + random.below(LIFE) };
}

test(`${KILLS} kills (seed ${SEED}) in twenty conversations: each message has one turn and one answer, seen once or told as unknown`, async () => {
  const random = new Random(SEED);
  const total = { messages: 0, unknown: 0, unknownSeen: 0, suspected: 0, own: 0, held: 0 };
  const points = new Set<string>();
  for (let done = 0, home = 0; done < KILLS; home++) {
    const campaign = await ChannelCampaign.open(built.program, SEED * 1_000 + home);
    for (let index = 0; index < KILLS_OF_A_HOME && done < KILLS && campaign.problems.length === 0; index++, done++) if (await campaign.strike(killOf(random, index))) total.own++;
    const { broken, ...counts } = await campaign.verdict();
    expect(broken, `home ${home} of seed ${SEED}`).toEqual([]);
    total.messages += counts.messages;
    total.unknown += counts.unknown;
    total.unknownSeen += counts.unknownSeen;
    total.suspected += counts.suspected;
    total.held += campaign.held;
    for (const point of campaign.points.keys()) points.add(point);
    await campaign.close();
  }
  const { messages, unknown, unknownSeen, suspected, own, held } = total;
  process.stdout.write(`channel kills, seed ${SEED}: ${KILLS} processes killed, ${own} at ${points.size} named points; ${messages} messages answered once, ${unknown} of the answers counted as unknown (${unknownSeen} of them seen), ${suspected} failed after two deaths and held ${held} times\n`);
}, HOURS);

const SAMPLE = ["what may have been sent is sent again"];

describe("with a planted fault the campaign shows that", () => {
  test.each(isWhole ? Object.keys(FAULTS) : SAMPLE)("%s", async (fault) => {
    const random = new Random(SEED);
    const campaign = await ChannelCampaign.open(built.program, SEED, fault);
    for (let index = 0; index < 8 && campaign.problems.length === 0; index++) await campaign.strike({ point: index % 2 === 0 ? "after sending" : "after acceptance", occurrence: 1 + random.below(6) });
    const { broken } = await campaign.verdict();
    await campaign.close();
    expect(broken).not.toEqual([]);
    expect(broken[0]).not.toMatch(/^a process ended/);
    process.stdout.write(`planted: ${fault}; shown as: ${broken[0]?.slice(0, 160)}\n`);
  }, HOURS);
});
