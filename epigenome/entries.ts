// The journal's rows as entries: read in order, with bodies that lie in objects brought back.
import type { SqlValue } from "../ports/port.js";
import type { Entry, EntryKind } from "./chain.js";
import type { WorldDatabase } from "./database.js";
import { WorldError } from "./error.js";
import type { Objects } from "./objects.js";

/** Characters that a row holds of a body; a longer one lies in an object, and the row names that. */
export const LARGEST_BODY = 32_768;

const COLUMNS = "sequence, kind, cell, time, entropy, body, previous, hash";
const SELECT = `SELECT ${COLUMNS} FROM journal`;
const REFERENCE = /^\(object "([0-9a-f]{64})" (\d+)\)$/;

/** The body as its row holds it, and as the entry's hash covers it. What is too large is saved first. */
export function storedBody(body: string, objects: Objects): string {
  return body.length <= LARGEST_BODY ? body : `(object "${objects.save(body)}" ${body.length})`;
}

/** The object that a stored body names, if it names one. */
export function objectOf(storedBody: string): string | undefined {
  return storedBody.startsWith("(") ? REFERENCE.exec(storedBody)?.[1] : undefined;
}

export class Entries {
  constructor(
    private readonly database: Pick<WorldDatabase, "all" | "rows">,
    private readonly objects: Objects,
  ) {}

  /** The entries from a sequence on, oldest first. Errors: `journal-damaged` where an object is gone or changed. */
  *from(sequence: number, kinds?: readonly EntryKind[]): Generator<Entry> {
    const chosen = kinds === undefined ? "" : ` AND kind IN (${kinds.map((kind) => `'${kind}'`).join(", ")})`;
    for (const row of this.database.rows(`${SELECT} WHERE sequence >= ?${chosen} ORDER BY sequence`, sequence)) yield this.whole(storedEntry(row));
  }

  at(sequence: number): Entry | undefined {
    return this.database.all(`${SELECT} WHERE sequence = ?`, sequence).map((row) => this.whole(storedEntry(row)))[0];
  }

  /** The last entries up to a sequence, oldest first. */
  last(count: number, until = Number.MAX_SAFE_INTEGER): Entry[] {
    return this.database.all(`${SELECT} WHERE sequence <= ? ORDER BY sequence DESC LIMIT ?`, until, count).map((row) => this.whole(storedEntry(row))).reverse();
  }

  private whole(entry: Entry): Entry {
    const name = objectOf(entry.body);
    if (name === undefined) return entry;
    const bytes = this.objects.load(name);
    if (typeof bytes === "string") throw new WorldError("journal-damaged", `the body of entry ${entry.sequence}, object ${name}, is ${bytes}`);
    return { ...entry, body: Buffer.from(bytes).toString("utf8") };
  }
}

/** The entry of a row, its body as stored. */
export function storedEntry(row: Record<string, SqlValue>): Entry {
  return {
    sequence: Number(row["sequence"]), kind: textIn(row["kind"]) as EntryKind, cell: textIn(row["cell"]),
    stamp: { timeMs: Number(row["time"]), entropy: textIn(row["entropy"]) },
    body: textIn(row["body"]), previous: textIn(row["previous"]), hash: textIn(row["hash"]),
  };
}

/** Bytes where a text was written, as one flipped bit of a record's header makes them, are not that text: no hash covers what is answered for them. */
export function textIn(value: SqlValue | undefined): string {
  return typeof value === "string" ? value : `not a text: ${String(value)}`;
}
