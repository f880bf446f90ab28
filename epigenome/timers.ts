// Timers: what cells asked to be woken for. Each is set, replaced or cancelled by the commit of a turn, and fires once.
import { itemsOf, PersistentMap, PersistentVector, type Value } from "../interpreter/index.js";
import type { SqlValue } from "../ports/port.js";
import type { Clock } from "./clock.js";
import { canonical, field, fieldInteger, fieldText, record, vector } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { WorldError } from "./error.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS world_timers (
    cell TEXT NOT NULL, id TEXT NOT NULL, due INTEGER NOT NULL, sequence INTEGER NOT NULL, place INTEGER NOT NULL,
    text TEXT NOT NULL, data TEXT NOT NULL, labels TEXT NOT NULL, PRIMARY KEY (cell, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS world_timers_due ON world_timers (due, sequence, place);`;

/** The wall clock may be set while one waits, so it is looked at again after this long at the latest. */
const LONGEST_WAIT_MS = 60_000;
/** Timers that one transaction fires. */
const FIRED_AT_ONCE = 500;
const MOST_CHANGES = 1_000;
const LONGEST_ID = 200;

/** What the ids of inputs begin with that timers became. */
export const TIMER_INPUTS = "timer-";

/** An id that somebody else gives an input. Errors: `reserved-id`. */
export function givenId(id: string): string {
  if (id.startsWith(TIMER_INPUTS)) throw new WorldError("reserved-id", `the id ${id} begins with ${TIMER_INPUTS}`);
  return id;
}

/** What a turn asks for one timer of its cell, by the name that the cell gave it. `due` in milliseconds since the epoch, or after the commit. */
export type TimerChange =
  | { readonly id: string; readonly cancel: true }
  | { readonly id: string; readonly due: { readonly at: number } | { readonly after: number }; readonly text: string; readonly data?: Value };

/** A timer that waits. */
export interface Timer {
  readonly cell: string;
  readonly id: string;
  readonly due: number;
  readonly text: string;
  /** A datum's canonical text; "" if there is none. */
  readonly data: string;
  /** Of what the turn had read that set it. */
  readonly labels: readonly string[];
  /** Unlike that of any other timer of the world, now or later: names the input that it becomes. */
  readonly input: string;
}

/**
 * The changes in what `handle-turn` answered under `:timers`: `{:id "…" :at ms}` or `{:id "…" :after ms}`, with `:text`
 * and `:data` if wanted, or `{:id "…" :cancel #t}`. Errors: `bad-turn-result`.
 */
export function timerChanges(timers: Value): readonly TimerChange[] {
  const items = timers instanceof PersistentVector ? Array.from(timers) : itemsOf(timers);
  if (items === undefined || items.length > MOST_CHANGES) return bad(`:timers is a vector of at most ${MOST_CHANGES} maps`);
  return items.map(changeOf);
}

/** The changes as a `commit` entry of this time holds them, every `:after` counted from there; undefined if there are none. */
export function timersData(changes: readonly TimerChange[], timeMs: number): PersistentVector | undefined {
  if (changes.length === 0) return undefined;
  return vector(changes.map((change) => ("cancel" in change
    ? record({ id: change.id, cancel: true })
    : record({ id: change.id, due: "at" in change.due ? change.due.at : timeMs + change.due.after, text: change.text, data: change.data }))));
}

function changeOf(value: Value): TimerChange {
  const id = fieldText(value, "id");
  if (!(value instanceof PersistentMap) || id === "" || id.length > LONGEST_ID) return bad(`a timer is a map with an :id of 1 to ${LONGEST_ID} characters`);
  const [at, after, isCancel] = [fieldInteger(value, "at"), fieldInteger(value, "after"), field(value, "cancel") === true];
  if ([at !== undefined, after !== undefined, isCancel].filter(Boolean).length !== 1)
    return bad(`the timer ${id} has one of :at and :after, in whole milliseconds, or :cancel #t`);
  if (isCancel) return { id, cancel: true };
  const due = at === undefined ? { after: Math.max(0, after ?? 0) } : { at };
  return { id, due, text: fieldText(value, "text"), data: field(value, "data") };
}

function bad(problem: string): never {
  throw new WorldError("bad-turn-result", problem);
}

export interface TimersWorld {
  readonly database: WorldDatabase;
  readonly clock: Clock;
  /** Accepts a due timer as an input of its cell, within the caller's transaction. */
  fire(timer: Timer): void;
  failed(error: unknown): void;
}

export class Timers {
  private forget: () => void = () => undefined;
  private isOpen = true;

  constructor(private readonly world: TimersWorld) {
    world.database.tables.execute(TABLES);
  }

  /** Carries out what a commit entry holds under `:timers`, within its transaction. */
  change(cell: string, sequence: number, data: PersistentVector, labels: readonly string[]): void {
    const { database } = this.world;
    for (const [place, item] of Array.from(data).entries()) {
      const [id, content] = [fieldText(item, "id"), field(item, "data")];
      this.remove(cell, id);
      if (field(item, "cancel") === true) continue;
      database.run("INSERT INTO world_timers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", cell, id, fieldInteger(item, "due") ?? 0, sequence, place,
        fieldText(item, "text"), content === undefined ? "" : canonical(content), JSON.stringify(labels));
    }
    database.whenDurable(() => this.arm());
  }

  /** Takes a timer away, as when it fires. */
  remove(cell: string, id: string): void {
    this.world.database.run("DELETE FROM world_timers WHERE cell = ? AND id = ?", cell, id);
  }

  /** Waits for the next timer that is due: one wait for all of them. */
  arm(): void {
    this.forget();
    const first = this.world.database.all("SELECT min(due) AS due FROM world_timers")[0]?.["due"];
    if (!this.isOpen || typeof first !== "number") return;
    const wait = Math.min(Math.max(0, first - this.world.clock.timeMs()), LONGEST_WAIT_MS);
    this.forget = this.world.clock.wait(wait, () => this.ring());
  }

  /** Those of a cell, in the order in which they are due. */
  of(cell: string): Timer[] {
    return this.world.database.all("SELECT * FROM world_timers WHERE cell = ? ORDER BY due, sequence, place", cell).map(timerOf);
  }

  close(): void {
    this.isOpen = false;
    this.forget();
  }

  /** Fires what is due, earliest first, each in the transaction that takes it away. */
  private ring(): void {
    const { database, clock } = this.world;
    if (!this.isOpen) return;
    try {
      database.batch(() => {
        const due = database.all("SELECT * FROM world_timers WHERE due <= ? ORDER BY due, sequence, place LIMIT ?", clock.timeMs(), FIRED_AT_ONCE).map(timerOf);
        for (const timer of due) {
          this.remove(timer.cell, timer.id);
          this.world.fire(timer);
        }
      });
      this.arm();
    } catch (error) {
      this.world.failed(error);
    }
  }
}

function timerOf(row: Record<string, SqlValue>): Timer {
  return {
    cell: String(row["cell"]), id: String(row["id"]), due: Number(row["due"]), text: String(row["text"]), data: String(row["data"]),
    labels: JSON.parse(String(row["labels"])) as string[], input: `${TIMER_INPUTS}${String(row["sequence"])}-${String(row["place"])}`,
  };
}
