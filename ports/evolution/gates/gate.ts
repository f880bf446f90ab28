// What a gate is: one question about a change, with a verdict and the evidence for it.
import type { GenomeFiles } from "../../port.js";
import type { Examination } from "../examination.js";
import type { Limits } from "../limits.js";
import type { Comparison } from "../comparison.js";

/** A change to the genome, as the gates see it. */
export interface Change {
  readonly base: Version;
  readonly candidate: Version;
  /** The evolvable policy that the change says it improves; "" for any other change. */
  readonly policy: string;
  /** True if a person approved exactly this change. */
  readonly approved: boolean;
  /** Paths whose text differs, is new, or is gone. */
  readonly changed: readonly string[];
}
export interface Version {
  readonly commit: string;
  readonly files: GenomeFiles;
}

export interface GateContext {
  readonly examination: Examination;
  readonly limits: Limits;
}

export interface Verdict {
  readonly ok: boolean;
  /** Why, for a person: what was compared, and what to do about a refusal. */
  readonly reason: string;
  /** Of the score gate: the comparison on the gate's cases. */
  readonly comparison?: Comparison;
}

export interface Gate {
  readonly name: string;
  /** What the gate lets through. */
  readonly doc: string;
  run(change: Change, context: GateContext): Promise<Verdict>;
}

export function pass(reason: string): Verdict {
  return { ok: true, reason };
}

export function refuse(reason: string): Verdict {
  return { ok: false, reason };
}

/** At most `count` items, joined, and how many more there are. */
export function listed(items: readonly string[], count = 5): string {
  const more = items.length - count;
  return items.slice(0, count).join("; ") + (more > 0 ? `; and ${more} more` : "");
}
