// The last turns as they were, for a candidate genome to run again in its shadow.
import type { RecordedTurn } from "../ports/port.js";
import type { WorldDatabase } from "./database.js";
import { answerText } from "./effect-record.js";
import type { TurnResult } from "./image.js";
import type { Turn } from "./turn.js";

const TABLES = "CREATE TABLE IF NOT EXISTS world_recorded (sequence INTEGER PRIMARY KEY, turn TEXT NOT NULL) STRICT;";

/** Turns that are kept at least; a shadow runs fewer. */
const KEPT = 256;
/** A turn longer than this says more about data than about decisions, and is not kept. */
const LONGEST_CHARACTERS = 1 << 20;

export class History {
  /** Rows that are there, so that old ones go many at a time. */
  private count: number;

  constructor(private readonly database: WorldDatabase) {
    database.tables.execute(TABLES);
    this.count = Number(database.all("SELECT count(*) AS count FROM world_recorded")[0]?.["count"]);
  }

  /** Keeps a turn that is done, within the caller's transaction. `sequence` is its commit's. */
  keep(sequence: number, turn: Turn, result: TurnResult): void {
    const recorded: RecordedTurn = {
      input: turn.input.body, state: turn.stateText,
      effects: turn.answered.map(({ request, answer }) => ({ request, receipt: answerText(answer) })),
      output: result.answerText, stateAfter: result.stateText,
    };
    const text = JSON.stringify(recorded);
    if (text.length > LONGEST_CHARACTERS) return;
    this.database.run("INSERT INTO world_recorded VALUES (?, ?)", sequence, text);
    this.count += 1;
    if (this.count > 2 * KEPT) this.prune();
  }

  /** The last turns that were done, oldest first. */
  last(count: number): RecordedTurn[] {
    return this.database.all("SELECT turn FROM world_recorded ORDER BY sequence DESC LIMIT ?", count)
      .map((row) => JSON.parse(String(row["turn"])) as RecordedTurn).reverse();
  }

  private prune(): void {
    this.database.run("DELETE FROM world_recorded WHERE sequence <= (SELECT sequence FROM world_recorded ORDER BY sequence DESC LIMIT 1 OFFSET ?)", KEPT);
    this.count = KEPT;
  }
}
