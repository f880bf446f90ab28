// The gate `score`: a policy is better on the sealed cases with confidence, or at least not worse, and no protected measure falls.
import { compare, type Comparison } from "../comparison.js";
import type { Limits } from "../limits.js";
import { SUITES } from "../suites/index.js";
import type { Suite } from "../suites/suite.js";
import { closures } from "./closure.js";
import { pass, refuse, type Change, type Gate, type GateContext, type Verdict } from "./gate.js";

export const score: Gate = {
  name: "score",
  doc: "The policy that the change names is better on the gate's cases with 95 % confidence; of any other change, and of one that a person approved, no policy is worse. Errors and fuel of decisions do not rise.",
  async run(change, context) {
    let verdict = pass("no evolvable policy can decide otherwise than before");
    for (const suite of await suitesFor(change, context)) {
      const failure = await context.examination.loadFailure(suite);
      if (failure !== undefined) return refuse(`policy ${suite.policy}: ${failure}`);
      const [before, after] = [await context.examination.measure("base", suite), await context.examination.measure("candidate", suite)];
      verdict = judge(suite.policy, compare(before, after), change, context.limits);
      if (!verdict.ok) break;
    }
    return verdict;
  },
};

/** The suite that the change names; of any other change, those whose policies it can reach: the others decide as before. */
async function suitesFor(change: Change, { examination }: GateContext): Promise<readonly Suite[]> {
  if (change.policy !== "") return SUITES.filter((suite) => suite.policy === change.policy);
  const candidate = await examination.inspection("candidate");
  const reached = closures(candidate);
  const touched = new Set(candidate.libraries.filter(({ file }) => change.changed.includes(file)).map(({ name }) => name));
  return SUITES.filter((suite) => {
    const libraries = reached.get(`(genome policy ${suite.policy})`);
    return libraries === undefined || [...libraries].some((name) => touched.has(name));
  });
}

function judge(policy: string, comparison: Comparison, change: Change, limits: Limits): Verdict {
  const mustImprove = change.policy !== "" && !change.approved;
  const bar = mustImprove ? limits["confidence-low"] : -limits["margin-worse"];
  const better = mustImprove ? comparison.low > bar : comparison.low >= bar;
  const { before, after, low, high } = comparison;
  const numbers = `${policy} ${before.toFixed(4)} → ${after.toFixed(4)}, difference within [${low.toFixed(4)}, ${high.toFixed(4)}]`;
  const fall = protectedFall(comparison, limits);
  if (fall !== undefined) return { ok: false, reason: `${numbers}; ${fall}`, comparison };
  return { ok: better, reason: better ? numbers : `${numbers}; its low end must ${mustImprove ? "exceed" : "reach"} ${bar}`, comparison };
}

/** Measures that no gain in score may pay for. */
function protectedFall({ errors, stepsBefore, stepsAfter, error }: Comparison, limits: Limits): string | undefined {
  if (errors > 0) return `${errors} cases end by an error: ${error}`;
  const allowed = limits["decision-steps-factor"] * stepsBefore + FREE_STEPS;
  return stepsAfter > allowed ? `${Math.round(stepsAfter)} steps a decision, at most ${Math.round(allowed)} are allowed` : undefined;
}

/** A short rule may grow by this much whatever it cost before. */
const FREE_STEPS = 60;
