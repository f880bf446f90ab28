// The journal: an append-only, hash-chained, signed record of all that happened, in the world's database.
import { createPublicKey, verify as verifySignature } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { SignatureService, SqlValue, Stamp } from "../ports/port.js";
import { entryHash, headMessage, linkProblem, ORIGIN, type Entry, type EntryKind } from "./chain.js";
import type { Clock } from "./clock.js";
import { WorldDatabase } from "./database.js";
import { WorldError } from "./error.js";

export interface Verification {
  readonly ok: boolean;
  /** Entries that are there. */
  readonly entries: number;
  /** What is wrong, and the sequence of the first bad entry. */
  readonly problem?: string;
  readonly sequence?: number;
}

export interface Head {
  readonly sequence: number;
  readonly hash: string;
  /** Ed25519 over `headMessage`, in hexadecimal. */
  readonly signature: string;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS journal (
    sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, cell TEXT NOT NULL, time INTEGER NOT NULL, entropy TEXT NOT NULL,
    body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS journal_heads (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL, signature TEXT NOT NULL) STRICT;`;
/** The file beside the database that holds the last signed head. */
export const HEAD_FILE = "journal.head";
const SELECT = "SELECT sequence, kind, cell, time, entropy, body, previous, hash FROM journal";

export interface JournalOptions {
  readonly signature: SignatureService;
  readonly clock: Pick<Clock, "stamp">;
  /** The file outside the database that holds the last signed head. */
  readonly headPath: string;
  /** Called at named write points, so that a test may die there. */
  readonly at: (point: string) => void;
}

export class Journal {
  private sequence = 0;
  private hash = ORIGIN;
  private signed = 0;

  /** Errors: `journal-cut` if the head outside the database names an entry that is gone; `journal-damaged`. */
  constructor(
    private readonly database: WorldDatabase,
    private readonly options: JournalOptions,
  ) {
    database.tables.execute(TABLES);
    const last = this.entries(`${SELECT} ORDER BY sequence DESC LIMIT 1`)[0];
    if (last !== undefined) [this.sequence, this.hash] = [last.sequence, last.hash];
    this.signed = this.sequence;
    this.checkTail();
    database.watch({
      before: () => this.sign(),
      after: () => this.publish(),
      save: () => {
        const [sequence, hash] = [this.sequence, this.hash];
        return () => void ([this.sequence, this.hash] = [sequence, hash]);
      },
    });
  }

  /** Appends in the present batch; durable with its flush. The stamp is sampled now unless the entry derives its own. */
  append(kind: EntryKind, cell: string, body: string, stamp: Stamp = this.options.clock.stamp()): Entry {
    return this.database.batch(() => {
      const entry = { sequence: this.sequence + 1, kind, cell, stamp, body, previous: this.hash };
      const hash = entryHash(entry);
      this.database.run("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        entry.sequence, kind, cell, stamp.timeMs, stamp.entropy, body, entry.previous, hash);
      [this.sequence, this.hash] = [entry.sequence, hash];
      return { ...entry, hash };
    });
  }

  /** The entries from a sequence on, oldest first. */
  *from(sequence: number, kinds?: readonly EntryKind[]): Generator<Entry> {
    const chosen = kinds === undefined ? "" : ` AND kind IN (${kinds.map((kind) => `'${kind}'`).join(", ")})`;
    for (const row of this.database.rows(`${SELECT} WHERE sequence >= ?${chosen} ORDER BY sequence`, sequence)) yield entryOf(row);
  }

  /** Number of entries, those not yet durable included. */
  get length(): number {
    return this.sequence;
  }

  at(sequence: number): Entry | undefined {
    return this.entries(`${SELECT} WHERE sequence = ?`, sequence)[0];
  }

  /** The last entries, oldest first. */
  last(count: number): Entry[] {
    return this.entries(`${SELECT} ORDER BY sequence DESC LIMIT ?`, count).reverse();
  }

  /** Checks every entry, every signed head, and the head kept outside the database. */
  verify(): Verification {
    const { publicKey } = this.options.signature;
    return verifyJournal(this.database, readHead(this.options.headPath), publicKey);
  }

  private checkTail(): void {
    const head = readHead(this.options.headPath);
    if (head === undefined || head === "unreadable") return;
    if (head.sequence > this.sequence)
      throw new WorldError("journal-cut", `the journal ends at entry ${this.sequence}, but entry ${head.sequence} was signed`);
    const entry = this.entries(`${SELECT} WHERE sequence = ?`, head.sequence)[0];
    if (entry?.hash !== head.hash) throw new WorldError("journal-damaged", `entry ${head.sequence} is not the one that was signed`);
  }

  private sign(): void {
    if (this.sequence === this.signed) return;
    this.options.at("before-commit");
    this.database.run("INSERT INTO journal_heads VALUES (?, ?, ?)", this.sequence, this.hash, this.signatureOf());
  }

  // The signature that the transaction carried is read back, so that the file never holds another.
  private publish(): void {
    if (this.sequence === this.signed) return;
    this.options.at("after-commit");
    const row = this.database.all("SELECT signature FROM journal_heads WHERE sequence = ?", this.sequence)[0];
    writeHead(this.options.headPath, { sequence: this.sequence, hash: this.hash, signature: String(row?.["signature"]) });
    this.signed = this.sequence;
    this.options.at("head-written");
  }

  private signatureOf(): string {
    return Buffer.from(this.options.signature.sign(headMessage(this.sequence, this.hash))).toString("hex");
  }

  private entries(sql: string, ...parameters: SqlValue[]): Entry[] {
    return this.database.all(sql, ...parameters).map(entryOf);
  }
}

/** Verifies the journal of a home that need not open: another process may own it, or it may be damaged. */
export function verifyHome(home: string, publicKey: Uint8Array): Verification {
  const path = join(home, "world.db");
  if (!existsSync(path)) return { ok: false, entries: 0, problem: `there is no journal in ${home}` };
  let database: WorldDatabase | undefined;
  try {
    database = new WorldDatabase(path);
    return verifyJournal(database, readHead(join(home, HEAD_FILE)), publicKey);
  } catch (error) {
    if (isSqlite(error)) return { ok: false, entries: 0, problem: `the database cannot be read: ${error.message}` };
    throw error;
  } finally {
    database?.close();
  }
}

function isSqlite(error: unknown): error is Error {
  return error instanceof Error && error.name === "SqliteError";
}

/** Names the first bad entry of a journal, if there is one. `outside` is the head kept beside the database. */
export function verifyJournal(database: WorldDatabase, outside: Head | "unreadable" | undefined, publicKey: Uint8Array): Verification {
  let [sequence, hash] = [0, ORIGIN];
  const bad = (problem: string, at: number): Verification => ({ ok: false, entries: sequence, problem, sequence: at });
  try {
    const heads = new Map(database.all("SELECT sequence, hash, signature FROM journal_heads").map((row) => [Number(row["sequence"]), headOf(row)]));
    let unsigned = 0;
    for (const row of database.rows(`${SELECT} ORDER BY sequence`)) {
      const entry = entryOf(row);
      const problem = linkProblem(entry, sequence, hash) ?? headProblem(heads.get(entry.sequence), entry, publicKey, unsigned + 1);
      if (problem !== undefined) return bad(problem, sequence + 1);
      [sequence, hash] = [entry.sequence, entry.hash];
      if (heads.delete(sequence)) unsigned = sequence;
    }
    if (heads.size > 0) return bad(`entries after ${sequence} were signed and are gone`, sequence + 1);
    if (unsigned !== sequence) return bad(`entries after ${unsigned} are not signed`, unsigned + 1);
    const cut = outsideProblem(outside, sequence, database, publicKey);
    return cut === undefined ? { ok: true, entries: sequence } : bad(cut, sequence + 1);
  } catch (error) {
    if (isSqlite(error)) return bad(`the database is damaged after entry ${sequence}: ${error.message}`, sequence + 1);
    throw error;
  }
}

function headProblem(head: Head | undefined, entry: Entry, publicKey: Uint8Array, first: number): string | undefined {
  if (head === undefined) return undefined;
  const signed = head.hash === entry.hash && isSigned(head, publicKey);
  return signed ? undefined : `the signature over entries ${first} to ${entry.sequence} is not valid`;
}

function outsideProblem(outside: Head | "unreadable" | undefined, last: number, database: WorldDatabase, publicKey: Uint8Array): string | undefined {
  if (outside === undefined) return last === 0 ? undefined : "the head kept outside the database is missing: a cut-off tail would not show";
  if (outside === "unreadable" || !isSigned(outside, publicKey)) return "the head kept outside the database is damaged: a cut-off tail would not show";
  if (outside.sequence > last) return `the tail is cut off: entry ${outside.sequence} was signed`;
  const row = database.all("SELECT hash FROM journal WHERE sequence = ?", outside.sequence)[0];
  return row?.["hash"] === outside.hash ? undefined : `entry ${outside.sequence} is not the one that was signed`;
}

// RFC 8410: the fixed prefix of an Ed25519 public key in SubjectPublicKeyInfo.
const ED25519_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

function isSigned(head: Head, publicKey: Uint8Array): boolean {
  const raw = publicKey.length === 32 ? Buffer.concat([ED25519_PREFIX, publicKey]) : Buffer.from(publicKey);
  const key = createPublicKey({ key: raw, format: "der", type: "spki" });
  return verifySignature(null, headMessage(head.sequence, head.hash), key, Buffer.from(head.signature, "hex"));
}

/** The head kept outside the database; undefined if there is no file. */
export function readHead(path: string): Head | "unreadable" | undefined {
  if (!existsSync(path)) return undefined;
  const [, sequence, hash, signature] = /^\(head (\d+) "([0-9a-f]{64})" "([0-9a-f]+)"\)\n$/.exec(readFileSync(path, "utf8")) ?? [];
  return sequence === undefined || hash === undefined || signature === undefined ? "unreadable" : { sequence: Number(sequence), hash, signature };
}

// Not synced at each flush, which would double its cost: after a power failure an older head is as good as none.
function writeHead(path: string, head: Head): void {
  const file = openSync(`${path}.new`, "w", 0o600);
  writeSync(file, `(head ${head.sequence} "${head.hash}" "${head.signature}")\n`);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

/** Makes the head outside the database durable: when the world closes. */
export function syncHead(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

function entryOf(row: Record<string, SqlValue>): Entry {
  return {
    sequence: Number(row["sequence"]), kind: String(row["kind"]) as EntryKind, cell: String(row["cell"]),
    stamp: { timeMs: Number(row["time"]), entropy: String(row["entropy"]) },
    body: String(row["body"]), previous: String(row["previous"]), hash: String(row["hash"]),
  };
}

function headOf(row: Record<string, SqlValue>): Head {
  return { sequence: Number(row["sequence"]), hash: String(row["hash"]), signature: String(row["signature"]) };
}
