// What the evolution port needs of a place that keeps the archive, the reports and the probations.
import type { LiveMeasures, Receipts } from "../port.js";

/** A candidate that was tried, adopted or not. */
export interface ArchiveEntry {
  readonly policy: string;
  /** The decide expression, as source text. */
  readonly decide: string;
  /** Score on the training cases. */
  readonly score: number;
  /** Mean fuel of a decision. */
  readonly steps: number;
  /** Nodes of the expression. */
  readonly size: number;
  readonly proposer: string;
  readonly round: number;
  /** Identifier of the entry that it was made from; 0 if it has none. */
  readonly parent: number;
  readonly verdict: "candidate" | "adopted" | "rejected" | "reverted";
  readonly gate: string;
  readonly reason: string;
  readonly commit: string;
}
export type ArchivedEntry = ArchiveEntry & { readonly id: number };

/** A measure on the report-only cases: kept for people, never shown to what evolves. */
export interface Report {
  readonly round: number;
  readonly policy: string;
  readonly kind: "before" | "after" | "random";
  readonly decide: string;
  readonly score: number;
  readonly cases: readonly number[];
}

export interface Probation {
  readonly commit: string;
  readonly policy: string;
  /** Live measures before adoption. */
  readonly before: LiveMeasures;
  /** "open" until settled. */
  readonly verdict: "open" | "kept" | "reverted";
  readonly reason: string;
}

export interface EvolutionStorage {
  readonly receipts: Receipts;
  /** Answers the entry's identifier, which counts from 1. */
  addEntry(entry: ArchiveEntry): number;
  /** Entries of a policy, oldest first. */
  entries(policy: string): ArchivedEntry[];
  /** Replaces a report of the same round, policy and kind. */
  putReport(report: Report): void;
  /** All reports, in the order in which they were first put. */
  reports(): Report[];
  /** Replaces the probation of the same commit. */
  putProbation(probation: Probation): void;
  /** All probations, in the order in which they began. */
  probations(): Probation[];
}
