// The gate `shadow`: recorded turns go as well under the candidate as under the base, and lose no state.
import type { ShadowTurn } from "../../port.js";
import { listed, pass, refuse, type Gate } from "./gate.js";

export const shadow: Gate = {
  name: "shadow",
  doc: "Recorded turns raise no error and lose no state that they do not under the base, within fuel; differences are reported.",
  async run(_change, { examination, limits }) {
    const turns = await examination.recordedTurns(limits["shadow-turns"]);
    if (turns.length === 0) return pass("there are no recorded turns yet");
    const [before, after] = [await examination.shadow("base", turns), await examination.shadow("candidate", turns)];
    if (!after.ok || after.result === undefined) return refuse(`The turns cannot run: ${after.code}: ${after.message}`);
    const pairs = after.result.turns.map((turn, index) => ({ turn, base: before.result?.turns[index] }));
    const worse = pairs.flatMap(({ turn, base }, index) => regressionsOf(turn, base).map((text) => `turn ${index + 1}: ${text}`));
    if (worse.length > 0) return refuse(listed(worse));
    const differences = pairs.flatMap(({ turn, base }, index) => (differs(turn, base) ? [`turn ${index + 1}`] : []));
    const report = `${turns.length} turns, ${differences.length} go otherwise${differences.length > 0 ? `: ${listed(differences)}` : ""}`;
    if (differences.length > limits["shadow-differences"]) return refuse(`${report}; at most ${limits["shadow-differences"]} may`);
    const allowed = limits["shadow-steps-factor"] * before.steps + FREE_STEPS * turns.length;
    return after.steps > allowed ? refuse(`${after.steps} steps, at most ${allowed} are allowed`) : pass(report);
  },
};

/** A turn that did next to nothing may do this much more. */
const FREE_STEPS = 1_000;

function regressionsOf(turn: ShadowTurn, base: ShadowTurn | undefined): string[] {
  const error = turn.error !== undefined && base?.error === undefined ? [turn.error] : [];
  const lost = turn.lostKeys.filter((key) => !base?.lostKeys.includes(key));
  return [...error, ...lost.map((key) => `state loses ${key}`)];
}

function differs(turn: ShadowTurn, base: ShadowTurn | undefined): boolean {
  const essence = (each: ShadowTurn | undefined): string => JSON.stringify([each?.output, each?.error, each?.unanswered, each?.omitted]);
  return essence(turn) !== essence(base);
}
