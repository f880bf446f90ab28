// The end of a turn: its commit in the journal, and what follows from it in the tables. Live world and replay share it.
import type { PersistentMap, PersistentVector, Value } from "../interpreter/index.js";
import type { Cells, Outcome } from "./cells.js";
import type { Clock } from "./clock.js";
import { field, keyword, record, recordText } from "./data.js";
import { digest } from "./digest.js";
import type { History } from "./history.js";
import { answerText, commitOfImage, type Image } from "./image.js";
import type { Journal } from "./journal.js";
import { labelsData, TRUSTED } from "./labels.js";
import { type Migrated, migrationBody } from "./migration.js";
import { type Timers, timersData } from "./timers.js";
import type { Ending, Input, Turn } from "./turn.js";

export interface Books {
  readonly journal: Pick<Journal, "append">;
  readonly cells: Cells;
  readonly history: History;
  readonly timers: Timers;
  /** What a turn tells, `{:answer … :timers …}`, without secrets; a replay leaves out what was left out then. */
  readonly told: (told: PersistentMap) => PersistentMap;
  readonly clock: Pick<Clock, "stamp">;
}

/** What a turn cost and met, as its commit tells. */
export interface Figures {
  readonly steps: number;
  /** Ports that failed. */
  readonly failures: number;
}

/** Within the caller's transaction. `image` is the key of the one that the turn was pinned to; `turn` is absent if it never ran. */
export function commitTurn({ journal, cells, history, timers, clock, told }: Books, input: Input, image: string, { steps, failures }: Figures, ending: Ending, turn?: Turn): Outcome {
  const { id, cell } = input;
  const stamp = clock.stamp();
  const [state, wanted] = ending.outcome === "done"
    ? [ending.result.stateText, record({ answer: ending.result.answer, timers: timersData(ending.timers, stamp.timeMs) })] : [undefined, record({ answer: ending.reason })];
  const hash = state === undefined ? cells.stateHash(cell) : digest(state);
  const telling = told(wanted);
  const [answer, changes] = [field(telling, "answer") as Value, field(telling, "timers") as PersistentVector | undefined];
  const body = recordText({
    turn: id, outcome: keyword(ending.outcome), answer, redacted: telling === wanted ? undefined : true,
    "state-hash": hash, steps, image, failures, timers: changes, labels: labelsOf(ending, turn),
  });
  const { sequence } = journal.append("commit", cell, body, stamp);
  const outcome: Outcome = { id, cell, outcome: ending.outcome, answer: answerText(answer) };
  cells.finish({ ...outcome, sequence, genome: commitOfImage(image), steps, failures });
  if (state !== undefined) cells.setState(cell, state, hash, image);
  if (turn !== undefined && ending.outcome === "done") history.keep(sequence, turn, { ...ending.result, answerText: outcome.answer });
  if (changes !== undefined) timers.change(cell, sequence, changes, ending.outcome === "done" ? ending.timersLabels : TRUSTED);
  if (ending.outcome === "quarantined") cells.setQuarantine({ cell, reason: outcome.answer, sequence, timeMs: stamp.timeMs });
  return outcome;
}

/** The labels of what an ending tells; undefined if all of it is trusted. What was given up tells of itself alone. */
function labelsOf(ending: Ending, turn: Turn | undefined): Value | undefined {
  if (ending.outcome === "quarantined") return undefined;
  const labels = ending.outcome === "done" ? ending.result.labels : turn?.computation.labels ?? TRUSTED;
  return labels.length === 0 ? undefined : labelsData(labels);
}

/** The same for the migration of a cell's state before a turn. One that failed quarantines the cell, its state as it was. */
export function commitMigration({ journal, cells }: Books, { id, cell }: Pick<Input, "id" | "cell">, image: Image, result: Migrated, steps: number): void {
  const { sequence, stamp } = journal.append("commit", cell, migrationBody(cells.state(cell), image, result, steps));
  if ("stateText" in result) return cells.setState(cell, result.stateText, digest(result.stateText), image.key);
  cells.setQuarantine({ cell, reason: result.reason, sequence, timeMs: stamp.timeMs });
  // Once released, it may begin on a genome that knows better.
  cells.pin(id, "");
}
