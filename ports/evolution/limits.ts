// The limits of the gates and of probation, and how a policy's own limits are merged into them: the stricter wins.
import { PortError } from "../port.js";

interface Limit {
  readonly value: number;
  /** Which direction is stricter. */
  readonly stricter: "lower" | "higher";
  readonly doc: string;
}

/** The built-in limits. A policy may tighten them, and tighten those that start at Infinity from nothing. */
export const LIMITS = {
  "boot-steps": { value: 20_000_000, stricter: "lower", doc: "fuel to load all libraries" },
  "boot-bytes": { value: 200_000_000, stricter: "lower", doc: "bytes allocated while loading" },
  "test-steps": { value: 5_000_000, stricter: "lower", doc: "fuel of one test" },
  "test-bytes": { value: 100_000_000, stricter: "lower", doc: "bytes allocated by one test" },
  "decision-steps": { value: 3_000, stricter: "lower", doc: "fuel of one decision" },
  "decision-steps-factor": { value: 4, stricter: "lower", doc: "mean fuel of a decision, relative to the base" },
  "shadow-turns": { value: 20, stricter: "higher", doc: "recorded turns that are run again" },
  "shadow-steps": { value: 5_000_000, stricter: "lower", doc: "fuel of one recorded turn" },
  "shadow-bytes": { value: 100_000_000, stricter: "lower", doc: "bytes allocated by one recorded turn" },
  "shadow-steps-factor": { value: 4, stricter: "lower", doc: "fuel of all recorded turns, relative to the base" },
  "shadow-differences": { value: Infinity, stricter: "lower", doc: "recorded turns that may go otherwise than under the base" },
  "confidence-low": { value: 0, stricter: "higher", doc: "what the low end of the paired difference must exceed" },
  "margin-worse": { value: 0.02, stricter: "lower", doc: "how far below zero that end may lie where a change must only not be worse" },
  "growth-factor": { value: 1.25, stricter: "lower", doc: "nodes and bytes of the genome, relative to the base" },
  "library-nodes": { value: 4_000, stricter: "lower", doc: "nodes of a changed library" },
  "probation-turns": { value: 10, stricter: "higher", doc: "turns before a change may be kept" },
  "probation-steps-factor": { value: 3, stricter: "lower", doc: "mean fuel of a turn, relative to before" },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;
export type Limits = Readonly<Record<LimitName, number>>;

/** The built-in limits, each replaced by the policy's where that is stricter. An unknown name is refused, lest a misspelt limit pass for one. */
export function mergedLimits(given: Readonly<Record<string, number>> = {}): Limits {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(LIMITS, name)) throw new PortError("evolution-unknown-limit", `there is no limit ${name}`, { hint: `There are: ${Object.keys(LIMITS).join(", ")}` });
  const entries = Object.entries(LIMITS).map(([name, limit]) => [name, stricter(limit, given[name] ?? limit.value)]);
  return Object.fromEntries(entries) as Limits;
}

function stricter(limit: Limit, given: number): number {
  return limit.stricter === "lower" ? Math.min(limit.value, given) : Math.max(limit.value, given);
}
