// Migration: between two turns, a pure form of the genome in force makes a cell's state into one that this genome understands.
import { type Computation, LispError, PersistentMap } from "../interpreter/index.js";
import { canonical, condition, datumOf, DEEPEST, explain, keyword, record } from "./data.js";
import { digest } from "./digest.js";
import type { Image } from "./image.js";

/** A cell's state as it was last committed. */
export interface CellState {
  /** Canonical text. */
  readonly text: string;
  /** Key of the image that left it so; "" if the cell has no state yet. */
  readonly image: string;
}

export type Migrated = { readonly stateText: string } | { readonly reason: string };

/** `(migrate state)` of the image, ready to run; undefined where a turn on the image may begin on the state as it is. */
export function migrationOf(image: Image, state: CellState): Computation | undefined {
  return state.image === "" || state.image === image.key ? undefined : image.migrate(datumOf(state.text));
}

/** What came of a migration that runs no longer. One that asks for anything outside has failed: it is pure. */
export function migrated(computation: Computation): Migrated {
  if (computation.status === "waiting") return failed("migrate asked for something outside, and it is pure");
  if (computation.status !== "done") return { reason: explain(computation.failure) };
  if (!(computation.value instanceof PersistentMap)) return failed("migrate did not answer a map, the cell's next state");
  try {
    return { stateText: canonical(computation.value, DEEPEST) };
  } catch (error) {
    if (error instanceof LispError) return { reason: explain(error.payload) };
    throw error;
  }
}

/** The body of the `commit` entry of a migration: no turn, but a state with its hash, or why it stayed what it was. */
export function migrationBody(state: CellState, image: Image, result: Migrated, steps: number): string {
  const text = "stateText" in result ? result.stateText : state.text;
  return canonical(record({
    migration: state.image, image: image.key, outcome: keyword("stateText" in result ? "done" : "quarantined"),
    answer: "reason" in result ? result.reason : undefined, "state-hash": digest(text), steps,
  }));
}

/** Runs it to its end; undefined if the state needs none. */
export function runMigration(image: Image, state: CellState): { readonly result: Migrated; readonly steps: number } | undefined {
  const computation = migrationOf(image, state);
  if (computation === undefined) return undefined;
  while (computation.step(1_000) === "ready");
  return { result: migrated(computation), steps: computation.steps };
}

function failed(problem: string): Migrated {
  return { reason: explain(condition("migration-failed", problem)) };
}
