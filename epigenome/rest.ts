// A home that nobody has open, read as it stands: its lock is held, and no turn runs.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Cells } from "./cells.js";
import { WorldDatabase } from "./database.js";
import { Entries } from "./entries.js";
import { lockHome } from "./lock.js";
import { objectsOf } from "./objects.js";
import { Records } from "./records.js";
import { type Live, why, type Why } from "./why.js";

export interface RestingWorld {
  readonly records: Records;
  readonly cells: Cells;
  readonly database: WorldDatabase;
  why(id: string): Why;
  /** Gives the home free. */
  close(): void;
}

/** Takes the home's lock and reads; undefined if the home holds no world yet. Errors: `home-busy`. */
export function openRecords(home: string): RestingWorld | undefined {
  const path = join(home, "world.db");
  if (!existsSync(path)) return undefined;
  const release = lockHome(home);
  try {
    const database = new WorldDatabase(path);
    const cells = new Cells(database);
    const records = new Records(database, cells, new Entries(database, objectsOf(home)));
    const live: Live = { isOpen: false, steps: () => undefined, quarantine: (cell) => cells.quarantine(cell) };
    return { records, cells, database, why: (id) => why(records, live, id), close: () => (database.close(), release()) };
  } catch (error) {
    release();
    throw error;
  }
}
