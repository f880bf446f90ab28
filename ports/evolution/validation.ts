// Runs the gates over a change, in order, in a trial child of its own, until one refuses.
import { PortError, type ApprovalService, type GenomeFiles, type GenomeService, type OperationSchemas, type RecordedTurnService, type TrialService } from "../port.js";
import type { Comparison } from "./comparison.js";
import { Examination } from "./examination.js";
import type { Change, Gate, GateContext, Verdict } from "./gates/gate.js";
import type { Limits } from "./limits.js";

export interface ValidationServices {
  readonly trials: TrialService;
  readonly genome: GenomeService;
  readonly approvals: ApprovalService;
  readonly recorded: RecordedTurnService;
  /** Of all ports, so that a child can stand in for them. */
  readonly operations: OperationSchemas;
}

export interface Validation {
  readonly passed: boolean;
  /** The gate that refused, or "". */
  readonly gate: string;
  readonly reason: string;
  readonly gates: readonly { readonly gate: string; readonly ok: boolean; readonly reason: string }[];
  readonly comparison?: Comparison;
}

const CHILD = { memoryMb: 512, milliseconds: 30_000 };

/** Validates the change from `base` to `candidate`; see Change for `policy`. A child that dies, hangs or swells is a refusal by the gate that asked it. */
export async function validate(
  services: ValidationServices, gates: readonly Gate[], limits: Limits, request: { base: string; candidate: string; policy: string },
): Promise<Validation> {
  const change = await changeOf(services, request);
  const trial = services.trials.start(CHILD);
  try {
    return await throughGates(gates, change, { examination: new Examination(change, trial, limits, services), limits });
  } finally {
    await trial.close();
  }
}

async function changeOf(services: ValidationServices, { base, candidate, policy }: { base: string; candidate: string; policy: string }): Promise<Change> {
  const [before, after] = [await services.genome.files(base), await services.genome.files(candidate)];
  return {
    base: { commit: base, files: before },
    candidate: { commit: candidate, files: after },
    policy,
    approved: await services.approvals.isApproved(base, candidate),
    changed: changedPaths(before, after),
  };
}

function changedPaths(before: GenomeFiles, after: GenomeFiles): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]).sort();
}

async function throughGates(gates: readonly Gate[], change: Change, context: GateContext): Promise<Validation> {
  const passed: { gate: string; ok: boolean; reason: string }[] = [];
  let comparison: Comparison | undefined;
  for (const gate of gates) {
    const verdict = await verdictOf(gate, change, context);
    passed.push({ gate: gate.name, ok: verdict.ok, reason: verdict.reason });
    comparison = verdict.comparison ?? comparison;
    if (!verdict.ok) return { passed: false, gate: gate.name, reason: verdict.reason, gates: passed, comparison };
  }
  return { passed: true, gate: "", reason: "all gates passed", gates: passed, comparison };
}

/** Only what a candidate can cause is a refusal; a fault of ours stays an error. */
async function verdictOf(gate: Gate, change: Change, context: GateContext): Promise<Verdict> {
  try {
    return await gate.run(change, context);
  } catch (error) {
    if (error instanceof PortError && error.code.startsWith("evolution-trial-")) return { ok: false, reason: `${error.code}: ${error.message}` };
    throw error;
  }
}
