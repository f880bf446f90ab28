// Migration: between two turns, a pure form of the genome in force makes a cell's state into one that this genome understands.
import { LispError, PersistentMap } from "../interpreter/index.js";
import { Activity } from "./activity.js";
import { canonical, condition, datumOf, DEEPEST, explain, keyword, record } from "./data.js";
import { digest } from "./digest.js";
import { WorldError } from "./error.js";
import { commitOf, type Image } from "./image.js";
import { labelledState } from "./labelled-state.js";

/** A cell's state as it was last committed. */
export interface CellState {
  /** Canonical text. */
  readonly text: string;
  /** Key of the image that left it so; "" if the cell has no state yet. */
  readonly image: string;
}

export type Migrated = { readonly stateText: string } | { readonly reason: string };

/**
 * `(migrate state)` of the image, ready to run; undefined where a turn on the image may begin on the state as it is: no other genome left it so,
 * whatever was patched since.
 */
export function migrationOf(image: Image, state: CellState): Activity | undefined {
  return state.image === "" || commitOf(state.image) === image.commit ? undefined : migrating(image, state);
}

function migrating(image: Image, state: CellState): Activity | undefined {
  const { steps, bytes } = image.manifest.limits;
  const computation = image.migrate(datumOf(state.text));
  return computation === undefined ? undefined : new Activity(image.interpreter, computation, { steps, bytes }, state.text);
}

/**
 * What came of a migration that runs no longer. One that asks for anything outside has failed: it is pure. What it read of boxes labels what it
 * changed, as in a turn; why it failed is not told where that could repeat what it read.
 */
export function migrated(activity: Activity, { interpreter }: Pick<Image, "interpreter">): Migrated {
  const { status, value, labels, kept } = activity;
  if (status === "waiting") return failed("migrate asked for something outside, and it is pure");
  if (status !== "done") return labels.length === 0 ? { reason: explain(activity.failure) } : failed("migrate failed after it had read what is not trusted; let it look in quarantine");
  if (!(value instanceof PersistentMap)) return failed("migrate did not answer a map, the cell's next state");
  try {
    return { stateText: canonical(labelledState(value, labels, kept, interpreter), DEEPEST) };
  } catch (error) {
    if (error instanceof LispError) return { reason: explain(error.payload) };
    if (error instanceof WorldError) return failed(error.message);
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

/** Runs one that the journal tells of to its end; undefined if the image has none. */
export function runMigration(image: Image, state: CellState): { readonly result: Migrated; readonly steps: number } | undefined {
  const activity = migrating(image, state);
  if (activity === undefined) return undefined;
  while (activity.step(1_000) === "ready");
  return { result: migrated(activity, image), steps: activity.steps };
}

function failed(problem: string): Migrated {
  return { reason: explain(condition("migration-failed", problem)) };
}
