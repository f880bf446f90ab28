// What observations say about an edge: counts that halve each day, so that an old outage is forgiven.
import type { Edge } from "./storage.js";

/**
 * Counts fade with time and not with the number of observations: a peer that is no longer tried, because it
 * did badly, drifts back to the prior and gets another chance. Full counts would condemn it for ever.
 */
export const HALF_LIFE_MS = 86_400_000;

export interface Observation {
  readonly success: boolean;
  readonly latencyMs: number;
  readonly cost: number;
  readonly timeMs: number;
}

export interface Estimate {
  /** Expected share of successes, by Laplace's rule of succession: one half when nothing is known. */
  readonly success: number;
  /** Faded number of observations. */
  readonly samples: number;
  /** Means; 0 when nothing is known. */
  readonly latencyMs: number;
  readonly cost: number;
}

export function unobserved(from: string, to: string, weight: number, timeMs: number): Edge {
  return { from, to, weight, successes: 0, failures: 0, latencyMs: 0, cost: 0, timeMs };
}

export function observed(edge: Edge, observation: Observation): Edge {
  const past = faded(edge, observation.timeMs);
  return {
    ...past,
    successes: past.successes + (observation.success ? 1 : 0),
    failures: past.failures + (observation.success ? 0 : 1),
    latencyMs: past.latencyMs + observation.latencyMs,
    cost: past.cost + observation.cost,
  };
}

export function estimate(edge: Edge, timeMs: number): Estimate {
  const { successes, failures, latencyMs, cost } = faded(edge, timeMs);
  const samples = successes + failures;
  const mean = (sum: number): number => (samples > 0 ? sum / samples : 0);
  return { success: (successes + 1) / (samples + 2), samples, latencyMs: mean(latencyMs), cost: mean(cost) };
}

/** A clock that was set back fades nothing, and never makes evidence grow. */
function faded(edge: Edge, timeMs: number): Edge {
  const share = 2 ** (-Math.max(0, timeMs - edge.timeMs) / HALF_LIFE_MS);
  return {
    ...edge,
    successes: edge.successes * share,
    failures: edge.failures * share,
    latencyMs: edge.latencyMs * share,
    cost: edge.cost * share,
    timeMs: Math.max(timeMs, edge.timeMs),
  };
}
