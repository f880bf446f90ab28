// What stands apart from cells: the genomes that were adopted, and what people decided natively, as notes of the journal tell it.
import { LispString, PersistentMap, Keyword } from "../interpreter/index.js";
import type { Note, Noted, Port, SqlValue } from "../ports/port.js";
import { canonical, datumOf, field, record } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { snapshotsOf } from "./objects.js";
import { ADOPTED_TABLES, rowsIn, snapshotLines } from "./snapshot.js";

/** Above the notes, below the tables. */
const NOTES = "(notes)";

/** Which entries are notes, for an index and for those who look by it. A body that lies in an object is none. */
export const IS_NOTE = "kind = 'operator' AND substr(body, 1, 7) = '{:note '";

/** What a pruned journal says of the time before it, small enough for every start to read. */
export interface Standing {
  rows(table: string): Iterable<readonly SqlValue[]>;
  readonly notes: readonly Note[];
}

/** Keeps what stands now; answers its name. */
export function saveStanding(database: WorldDatabase, home: string, noted: readonly Noted[]): string {
  return snapshotsOf(home).saveLines([...snapshotLines(database, ADOPTED_TABLES, []), NOTES, ...heldNotes(database, noted).map((note) => canonical(record(note)))]);
}

/** What stood, by its name; a text says what is wrong with it. */
export function standingOf(home: string, name: string): Standing | "missing" | "changed" {
  const bytes = snapshotsOf(home).load(name);
  if (typeof bytes === "string") return bytes;
  const lines = Buffer.from(bytes).toString("utf8").split("\n").slice(0, -1);
  return { rows: (table) => rowsIn(lines, `(table ${table} `), notes: lines.slice(lines.indexOf(NOTES) + 1).map((line) => noteIn(datumOf(line))) };
}

export function notedOf(ports: readonly Port[]): readonly Noted[] {
  return ports.flatMap(({ noted }) => noted ?? []);
}

export function heldNotes(database: Pick<WorldDatabase, "all">, noted: readonly Noted[]): Note[] {
  return noted.flatMap((each) => each.held(database));
}

/** The notes of the journal after an entry, oldest first. */
export function notesAfter(database: Pick<WorldDatabase, "all">, sequence: number): Note[] {
  return database.all(`SELECT body FROM journal WHERE ${IS_NOTE} AND sequence > ? ORDER BY sequence`, sequence).map(({ body }) => noteIn(field(datumOf(String(body)), "note")));
}

function noteIn(datum: unknown): Note {
  const pairs = datum instanceof PersistentMap ? [...datum] : [];
  return Object.fromEntries(pairs.flatMap(([key, value]) => (key instanceof Keyword && value instanceof LispString ? [[key.name, value.text]] : [])));
}
