// How policies reach the trial child, and how its decisions come back to the simulators.
import { PortError, type TrialProcess, type TrialRequest } from "../port.js";
import type { Answer, Decide } from "./lockstep.js";
import type { Suite } from "./suites/suite.js";

/** Asks for a policy of a booted genome: its own, or one with this source in its place. */
export function policyRequest(id: string, genome: string, suite: Suite, source?: string): Extract<TrialRequest, { kind: "load-policy" }> {
  return { kind: "load-policy", id, genome, policy: suite.policy, facts: suite.facts, source };
}

/** Asks the child's loaded policies: candidate number n is the policy with the nth id. */
export function deciderOf(trial: TrialProcess, ids: readonly string[], steps: number): Decide {
  return async (questions) => {
    const request = questions.map(({ candidate, facts }) => ({ id: ids[candidate] as string, facts: joined(facts) }));
    const reply = await trial.ask({ kind: "decide", questions: request, steps });
    if (reply.result === undefined) throw new PortError(reply.code ?? "evolution-trial-died", reply.message ?? "the trial child gave no decisions");
    return reply.result.answers satisfies readonly Answer[];
  };
}

/** The facts of all decisions, one after another. Written out: `flat` and `from` take ten times as long. */
function joined(facts: readonly (readonly number[])[]): Float64Array {
  const width = facts[0]?.length ?? 0;
  const all = new Float64Array(facts.length * width);
  let at = 0;
  for (const each of facts) for (let index = 0; index < width; index++) all[at++] = each[index] as number;
  return all;
}
