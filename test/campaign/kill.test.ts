// Kills `ouro evolve` at seeded random moments: the genome is the old or the new one, the journal verifies, and the next start carries on.
import { afterAll, expect, test } from "vitest";
import { newHome, seeded } from "./agent.js";

/** How often to kill: once in the usual run, in a small one; `npm run test:kill` for the whole campaign. */
const KILLS = Number(process.env["OURO_KILLS"] ?? 1);
const BUDGET = KILLS === 1 ? "6" : "40";
const SEED = Number(process.env["OURO_KILL_SEED"] ?? 1);
/** Kills fall anywhere in a run, its start included, whose length on this machine is measured first. */
const EVOLVE = ["evolve", "--rounds", "1", "--budget", BUDGET, "--quiet"] as const;

const home = newHome();
afterAll(() => home.remove());

test(`${KILLS} kills at random moments (seed ${SEED}) leave the old or the new genome, a clean work tree and a journal that verifies`, async () => {
  const random = seeded(SEED);
  const began = performance.now();
  await home.ouro(...EVOLVE, "--seed", String(SEED * 1000 + KILLS));
  const longestMs = performance.now() - began;
  const tally = { killed: 0, ended: 0, moved: 0, held: 0 };
  for (let index = 0; index < KILLS; index++) {
    const before = home.git("rev-parse", "main");
    const killed = await home.killAfter(200 + random() * longestMs, ...EVOLVE, "--seed", String(SEED * 1000 + index));
    // The next start repairs what the kill left.
    await home.ouro("status");
    expect(JSON.parse(await home.ouro("log", "verify", "--json"))).toMatchObject({ ok: true });
    const after = home.git("rev-parse", "main");
    expect(home.git("merge-base", "--is-ancestor", before, after)).toBe("");
    expect(home.git("status", "--porcelain")).toBe("");
    expect(home.git("fsck", "--strict", "--no-dangling")).toBe("");
    tally[killed ? "killed" : "ended"]++;
    if (after !== before) tally.moved++;
    // A turn that died too often before it got further is held: then a person lets its cell go on.
    if (!/^evolution .*quarantined/m.test(await home.ouro("cell", "list"))) continue;
    await home.ouro("cell", "release", "evolution");
    tally.held++;
  }
  const report = await home.evolve("--rounds", "1", "--budget", BUDGET, "--seed", "7");
  expect(report.rounds).toHaveLength(1);
  expect(JSON.parse(await home.ouro("log", "verify", "--json"))).toMatchObject({ ok: true });
  expect(JSON.parse(await home.ouro("doctor", "--json"))).toSatisfy((findings: { ok: boolean }[]) => findings.every(({ ok }) => ok));
  expect(tally.killed).toBeGreaterThanOrEqual(KILLS / 2);
  expect(tally.held).toBeLessThanOrEqual(KILLS / 10);
  process.stdout.write(`kill campaign, seed ${SEED}: ${tally.killed} killed, ${tally.ended} ended by themselves, main moved in ${tally.moved}, held ${tally.held} times\n`);
}, 60_000 + KILLS * 60_000);
