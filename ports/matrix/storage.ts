// What the matrix port needs of a place that keeps edges.
import type { DerivedTable, Receipts, TableService } from "../port.js";

/** A permission to reach `to` from `from`, with what was observed of it, as of `timeMs`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Preference, above 0 and at most 1. */
  readonly weight: number;
  /** Observations, faded by age: see evidence.ts. */
  readonly successes: number;
  readonly failures: number;
  /** Sums over the faded observations. */
  readonly latencyMs: number;
  readonly cost: number;
  /** Milliseconds since the epoch up to which the observations are faded. */
  readonly timeMs: number;
}

export interface MatrixStorage {
  readonly receipts: Receipts;
  read(from: string, to: string): Edge | undefined;
  write(edge: Edge): void;
  remove(from: string, to: string): boolean;
  /** All edges, ordered by `from` and then `to`, by their UTF-8 bytes. */
  edges(): Edge[];
  /** Where edges are kept in tables: which, and the same storage over other ones. */
  readonly derived?: { readonly tables: readonly DerivedTable[]; over(tables: TableService): MatrixStorage };
}
