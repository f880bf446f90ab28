// Two measures of a policy on the same cases, compared pair by pair.
import type { Measure } from "./lockstep.js";
import { pairedInterval } from "./score.js";

export interface Comparison {
  /** Mean scores. */
  readonly before: number;
  readonly after: number;
  /** 95 % confidence interval of the mean paired difference. */
  readonly low: number;
  readonly high: number;
  /** Cases that end by an error under the candidate. */
  readonly errors: number;
  readonly error: string;
  /** Mean fuel of a decision. */
  readonly stepsBefore: number;
  readonly stepsAfter: number;
}

export function compare(before: Measure, after: Measure): Comparison {
  return {
    before: before.score,
    after: after.score,
    ...pairedInterval(before.cases, after.cases),
    errors: after.errors,
    error: after.error ?? "",
    stepsBefore: stepsPerDecision(before),
    stepsAfter: stepsPerDecision(after),
  };
}

function stepsPerDecision({ steps, decisions }: Measure): number {
  return decisions === 0 ? 0 : steps / decisions;
}
