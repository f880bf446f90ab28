// Cells: the inbox, each cell's state, and what became of each input, in the world's tables.
import type { SqlValue, Stamp } from "../ports/port.js";
import type { WorldDatabase } from "./database.js";
import { derive, digest } from "./digest.js";
import { WorldError } from "./error.js";
import type { CellState } from "./migration.js";
import type { Input } from "./turn.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS world_inbox (
    id TEXT NOT NULL UNIQUE, sequence INTEGER PRIMARY KEY, cell TEXT NOT NULL, body TEXT NOT NULL, time INTEGER NOT NULL, entropy TEXT NOT NULL,
    image TEXT NOT NULL DEFAULT '', deaths INTEGER NOT NULL DEFAULT 0, deaths_at INTEGER NOT NULL DEFAULT 0, alone INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX IF NOT EXISTS world_inbox_cell ON world_inbox (cell, sequence);
  CREATE TABLE IF NOT EXISTS world_cells (cell TEXT PRIMARY KEY, state TEXT NOT NULL, hash TEXT NOT NULL, image TEXT NOT NULL DEFAULT '') STRICT;
  CREATE TABLE IF NOT EXISTS world_quarantine (cell TEXT PRIMARY KEY, reason TEXT NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS world_outcomes (
    id TEXT NOT NULL UNIQUE, sequence INTEGER PRIMARY KEY, cell TEXT NOT NULL, outcome TEXT NOT NULL, answer TEXT NOT NULL,
    genome TEXT NOT NULL, steps INTEGER NOT NULL, failures INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS world_outcomes_undone ON world_outcomes (cell) WHERE outcome <> 'done';`;

/** The state of a cell that has none yet. */
export const EMPTY_STATE = "{}";
const NO_STATE: CellState = { text: EMPTY_STATE, image: "" };

export type OutcomeKind = "done" | "failed" | "stopped" | "quarantined";

/** What became of an input. */
export interface Outcome {
  readonly id: string;
  readonly cell: string;
  readonly outcome: OutcomeKind;
  /** The answer's text; of what was not done, why. */
  readonly answer: string;
}

export interface OutcomeRow extends Outcome {
  /** Sequence of the commit entry. */
  readonly sequence: number;
  readonly genome: string;
  readonly steps: number;
  readonly failures: number;
}

/** An input that has no outcome yet, and what is known of its turn. */
export interface InboxRow extends Input {
  /** Key of the image that the turn is pinned to; "" before it began. */
  readonly image: string;
  /** Deaths of the process laid to the turn, without progress between them. */
  readonly deaths: number;
  readonly deathsAt: number;
  /** It ran with nothing beside it when this was written: a death of the process is its own. */
  readonly isAlone: boolean;
}

/** A cell that runs no turns until a person releases it; its mailbox is kept. */
export interface Quarantine {
  readonly cell: string;
  /** Code and message. */
  readonly reason: string;
  /** The journal's entry that put it there, and that entry's time. */
  readonly sequence: number;
  readonly timeMs: number;
}

/** What there is to know of a cell without its contents. */
export interface CellStatus {
  readonly cell: string;
  /** Inputs without an outcome: the one under way and those that wait. */
  readonly mailbox: number;
  /** SHA-256 of the state's canonical text; "" if it has none yet. */
  readonly stateHash: string;
  readonly quarantine?: Quarantine;
}

export class Cells {
  /** Read once, since every input and every commit asks. */
  private readonly quarantined: Map<string, Quarantine>;

  constructor(private readonly database: WorldDatabase) {
    database.tables.execute(TABLES);
    // A home from before states were migrated.
    if (!database.all("PRAGMA table_info(world_cells)").some(({ name }) => name === "image"))
      database.tables.execute("ALTER TABLE world_cells ADD COLUMN image TEXT NOT NULL DEFAULT ''");
    this.quarantined = new Map(database.all("SELECT * FROM world_quarantine").map((row) => [String(row["cell"]), quarantineOf(row)]));
  }

  /** Puts an input into its mailbox, pinned to an image already unless it is "". */
  add(input: Input, image: string): InboxRow {
    const { id, sequence, cell, body, stamp } = input;
    this.database.run("INSERT INTO world_inbox (id, sequence, cell, body, time, entropy, image) VALUES (?, ?, ?, ?, ?, ?, ?)",
      id, sequence, cell, body, stamp.timeMs, stamp.entropy, image);
    return { ...input, image, deaths: 0, deathsAt: 0, isAlone: false };
  }

  /** True if an input of this id was ever accepted. */
  has(id: string): boolean {
    return this.database.first("SELECT 1 FROM world_inbox WHERE id = ? UNION ALL SELECT 1 FROM world_outcomes WHERE id = ?", id, id) !== undefined;
  }

  /** True if no input of the cell waits or is under way. */
  isIdle(cell: string): boolean {
    return this.database.first("SELECT 1 FROM world_inbox WHERE cell = ? LIMIT 1", cell) === undefined;
  }

  pending(id: string): InboxRow | undefined {
    const row = this.database.first("SELECT * FROM world_inbox WHERE id = ?", id);
    return row && inboxRow(row);
  }

  /** The oldest input of a cell. */
  head(cell: string): InboxRow | undefined {
    const row = this.database.first("SELECT * FROM world_inbox WHERE cell = ? ORDER BY sequence LIMIT 1", cell);
    return row && inboxRow(row);
  }

  /** The oldest input of every cell that has one: those whose turns may have begun. */
  heads(): InboxRow[] {
    return this.database.all("SELECT * FROM world_inbox WHERE sequence IN (SELECT min(sequence) FROM world_inbox GROUP BY cell) ORDER BY sequence").map(inboxRow);
  }

  backlog(): number {
    return Number(this.database.all("SELECT count(*) AS count FROM world_inbox")[0]?.["count"]);
  }

  pin(id: string, image: string): void {
    this.database.run("UPDATE world_inbox SET image = ? WHERE id = ?", image, id);
  }

  /** Keys of the images that inputs without an outcome are pinned to. */
  pinned(): string[] {
    return this.database.all("SELECT DISTINCT image FROM world_inbox WHERE image <> '' ORDER BY image").map((row) => String(row["image"]));
  }

  /** Pins the oldest input of a cell to the image in force, unless it is pinned already, and answers it; undefined if it may not begin. */
  pinNext(cell: string, image: string): InboxRow | undefined {
    const head = this.quarantine(cell) === undefined ? this.head(cell) : undefined;
    if (head === undefined || head.image !== "") return head;
    this.pin(head.id, image);
    return { ...head, image };
  }

  setAlone(id: string, isAlone: boolean): void {
    this.database.run("UPDATE world_inbox SET alone = ? WHERE id = ?", Number(isAlone), id);
  }

  setDeaths(id: string, deaths: number, deathsAt: number): void {
    this.database.run("UPDATE world_inbox SET deaths = ?, deaths_at = ? WHERE id = ?", deaths, deathsAt, id);
  }

  state(cell: string): CellState {
    const row = this.database.first("SELECT state, image FROM world_cells WHERE cell = ?", cell);
    return row === undefined ? NO_STATE : { text: String(row["state"]), image: String(row["image"]) };
  }

  /** SHA-256 of the state that was committed last. */
  stateHash(cell: string): string {
    return String(this.database.first("SELECT hash FROM world_cells WHERE cell = ?", cell)?.["hash"] ?? digest(EMPTY_STATE));
  }

  /** The state for a turn to begin on. Errors: `state-altered` if it is not what was committed. */
  soundState(cell: string): CellState {
    const row = this.database.first("SELECT state, hash, image FROM world_cells WHERE cell = ?", cell);
    if (row === undefined) return NO_STATE;
    const text = String(row["state"]);
    if (digest(text) !== row["hash"]) throw new WorldError("state-altered", `the state of the cell ${cell} is not the one that was committed`);
    return { text, image: String(row["image"]) };
  }

  /** Leaves a cell with another state of this hash, within the caller's transaction. */
  setState(cell: string, text: string, hash: string, image: string): void {
    this.database.run(`INSERT INTO world_cells VALUES (?, ?, ?, ?)
      ON CONFLICT (cell) DO UPDATE SET state = excluded.state, hash = excluded.hash, image = excluded.image`, cell, text, hash, image);
  }

  /** Number of cells that have a state. */
  count(): number {
    return Number(this.database.all("SELECT count(*) AS count FROM world_cells")[0]?.["count"]);
  }

  /** The cells that have a state, a mailbox, a quarantine or only turns that came to nothing, by name: those after a name, and at most so many. */
  statuses({ after = "", limit = -1 }: { readonly after?: string; readonly limit?: number } = {}): CellStatus[] {
    return this.selected("WHERE name > ?", [after], limit);
  }

  status(cell: string): CellStatus | undefined {
    return this.selected("WHERE name = ?", [cell], 1)[0];
  }

  private selected(where: string, parameters: SqlValue[], limit: number): CellStatus[] {
    return this.database.all(`SELECT name, coalesce(hash, '') AS hash, (SELECT count(*) FROM world_inbox WHERE world_inbox.cell = name) AS mailbox
      FROM (SELECT cell AS name FROM world_cells UNION SELECT cell FROM world_inbox UNION SELECT cell FROM world_quarantine
        UNION SELECT cell FROM world_outcomes WHERE outcome <> 'done')
      LEFT JOIN world_cells ON world_cells.cell = name ${where} ORDER BY name LIMIT ?`, ...parameters, limit).map((row) => this.statusOf(row));
  }

  /** Ids of a cell's inputs without an outcome, oldest first. */
  mailbox(cell: string): string[] {
    return this.database.all("SELECT id FROM world_inbox WHERE cell = ? ORDER BY sequence", cell).map((row) => String(row["id"]));
  }

  quarantine(cell: string): Quarantine | undefined {
    return this.quarantined.get(cell);
  }

  setQuarantine(quarantine: Quarantine): void {
    const { cell, reason, sequence, timeMs } = quarantine;
    this.database.run("INSERT OR REPLACE INTO world_quarantine VALUES (?, ?, ?, ?)", cell, reason, sequence, timeMs);
    this.quarantined.set(cell, quarantine);
  }

  release(cell: string): void {
    this.database.run("DELETE FROM world_quarantine WHERE cell = ?", cell);
    this.quarantined.delete(cell);
  }

  private statusOf(row: Record<string, SqlValue>): CellStatus {
    const cell = String(row["name"]);
    return { cell, mailbox: Number(row["mailbox"]), stateHash: String(row["hash"]), quarantine: this.quarantine(cell) };
  }

  /** The input leaves the inbox, and the outcome stands: within the caller's transaction. */
  finish(row: OutcomeRow): void {
    this.database.run("DELETE FROM world_inbox WHERE id = ?", row.id);
    this.database.run("INSERT INTO world_outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      row.id, row.sequence, row.cell, row.outcome, row.answer, row.genome, row.steps, row.failures);
  }

  outcome(id: string): Outcome | undefined {
    const row = this.database.first("SELECT * FROM world_outcomes WHERE id = ?", id);
    return row && outcomeOf(row);
  }

  /** Sequence of the entry that committed an input. */
  commitSequence(id: string): number | undefined {
    const row = this.database.all("SELECT sequence FROM world_outcomes WHERE id = ?", id)[0];
    return row === undefined ? undefined : Number(row["sequence"]);
  }

  /** Sums over the turns that a genome commit has finished. */
  measures(genome: string): Measures {
    return this.sums("SELECT * FROM world_outcomes WHERE sequence > ? AND genome = ?", this.adopted(genome), genome);
  }

  /**
   * Sums over the last turns before a genome commit was first adopted, and over those since that ran on it or on a later
   * one. The turns of the cell `without` are in neither.
   */
  measuresAround(genome: string, without: string): { readonly before: Measures; readonly after: Measures } {
    const adopted = this.adopted(genome);
    return {
      before: this.sums("SELECT * FROM world_outcomes WHERE sequence < ? AND cell <> ? ORDER BY sequence DESC LIMIT ?", adopted, without, TURNS_BEFORE),
      after: this.sums(`SELECT * FROM world_outcomes WHERE sequence > ? AND cell <> ?
        AND genome IN (SELECT genome FROM world_genomes WHERE adopted >= ?)`, adopted, without, adopted),
    };
  }

  /** Sequence of the entry by which a genome commit was first adopted; beyond all if it never was. */
  private adopted(genome: string): number {
    return Number(this.database.all("SELECT adopted FROM world_genomes WHERE genome = ?", genome)[0]?.["adopted"] ?? Number.MAX_SAFE_INTEGER);
  }

  private sums(outcomes: string, ...parameters: SqlValue[]): Measures {
    const row = this.database.all(`SELECT count(*) AS turns, coalesce(sum(outcome IN ('failed', 'quarantined')), 0) AS errors,
      coalesce(sum(steps), 0) AS steps, coalesce(sum(failures), 0) AS failures FROM (${outcomes})`, ...parameters)[0];
    return { turns: Number(row?.["turns"]), errors: Number(row?.["errors"]), steps: Number(row?.["steps"]), failures: Number(row?.["failures"]) };
  }
}

/** How far back the measures before an adoption go. */
const TURNS_BEFORE = 200;

/** What a genome commit did in its turns: how many, how many ended in an error, steps burned, and ports that failed. */
export interface Measures {
  readonly turns: number;
  readonly errors: number;
  readonly steps: number;
  readonly failures: number;
}

/** Ids that come one after the other lie beside each other in the tables: first the time, then what nobody can guess. */
export function inputId({ timeMs, entropy }: Stamp): string {
  return timeMs.toString(16).padStart(12, "0") + derive(entropy, "input").slice(0, 20);
}

function inboxRow(row: Record<string, SqlValue>): InboxRow {
  return {
    id: String(row["id"]), sequence: Number(row["sequence"]), cell: String(row["cell"]), body: String(row["body"]),
    stamp: { timeMs: Number(row["time"]), entropy: String(row["entropy"]) }, image: String(row["image"]),
    deaths: Number(row["deaths"]), deathsAt: Number(row["deaths_at"]), isAlone: row["alone"] === 1,
  };
}

function quarantineOf(row: Record<string, SqlValue>): Quarantine {
  return { cell: String(row["cell"]), reason: String(row["reason"]), sequence: Number(row["sequence"]), timeMs: Number(row["time"]) };
}

function outcomeOf(row: Record<string, SqlValue>): Outcome {
  return { id: String(row["id"]), cell: String(row["cell"]), outcome: String(row["outcome"]) as OutcomeKind, answer: String(row["answer"]) };
}
