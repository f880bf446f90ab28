// Probation: live measures after adoption against those before, and what native code makes of them.
import type { LiveMeasures } from "../port.js";
import type { Limits } from "./limits.js";

export interface Standing {
  readonly state: "waiting" | "sound" | "regressed";
  readonly reason: string;
}

/** Turns below which one unlucky failure would look like a trend. */
const FEWEST_TURNS = 5;

/**
 * Regressed: the error rate is surely higher than before, or a turn burns too much fuel. Sound: enough turns
 * have run without that. A policy may revert sooner, and may not keep what is not sound.
 */
export function standing(before: LiveMeasures, after: LiveMeasures, limits: Limits): Standing {
  if (after.turns >= FEWEST_TURNS) {
    const regression = errorRegression(before, after) ?? fuelRegression(before, after, limits["probation-steps-factor"]);
    if (regression !== undefined) return { state: "regressed", reason: regression };
  }
  if (after.turns < limits["probation-turns"]) return { state: "waiting", reason: `${after.turns} of ${limits["probation-turns"]} turns` };
  return { state: "sound", reason: `${after.turns} turns, ${after.errors} errors` };
}

function errorRegression(before: LiveMeasures, after: LiveMeasures): string | undefined {
  const usual = Math.min(MOST_USUAL, wilson(before).high);
  const { low } = wilson(after);
  return low > usual ? `${after.errors} errors in ${after.turns} turns, ${before.errors} in ${before.turns} before` : undefined;
}

/** Without a history, errors in more than half of the turns are not usual. */
const MOST_USUAL = 0.5;

function fuelRegression(before: LiveMeasures, after: LiveMeasures, factor: number): string | undefined {
  if (before.turns < FEWEST_TURNS) return undefined;
  const [was, is] = [before.steps / before.turns, after.steps / after.turns];
  return is > was * factor ? `${Math.round(is)} steps a turn, ${Math.round(was)} before` : undefined;
}

/** The 95 % score interval of a rate of errors (Wilson 1927). */
function wilson({ turns, errors }: LiveMeasures): { low: number; high: number } {
  if (turns === 0) return { low: 0, high: 1 };
  const square = 1.96 ** 2;
  const rate = errors / turns;
  const centre = (rate + square / (2 * turns)) / (1 + square / turns);
  const half = ((1.96 / (1 + square / turns)) * Math.sqrt((rate * (1 - rate)) / turns + square / (4 * turns * turns)));
  return { low: centre - half, high: centre + half };
}
