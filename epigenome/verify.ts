// Verification: what is wrong with a journal, and at which entry.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Noted } from "../ports/port.js";
import { type Base, contentProblem, keyChangeOf, type KeyChange, linkProblem, ORIGIN, snapshotIn, type Entry } from "./chain.js";
import { WorldDatabase } from "./database.js";
import { objectOf, storedEntry } from "./entries.js";
import { HEAD_FILE, headOf, type Head, hexOf, isPresent, isSigned, isVouched, readHead } from "./heads.js";
import { baseOf } from "./keeping.js";
import { type Objects, objectsOf, snapshotsOf } from "./objects.js";
import { type Place, provenanceProblem } from "./provenance.js";
import { type Carried, carriedIn } from "./snapshot.js";
import { statesProblem } from "./states.js";

export interface Verification {
  readonly ok: boolean;
  /** Sequence of the last entry that is sound. */
  readonly entries: number;
  /** What is wrong, and the sequence of the first bad entry: undefined if all are sound, and the states of cells are not. */
  readonly problem?: string;
  readonly sequence?: number;
  /** The snapshot entry that the chain begins with, where older ones were pruned. */
  readonly base?: number;
}

/** Verifies the journal of a home that need not open: another process may own it, or it may be damaged. `noted` is what its ports have of notes. */
export function verifyHome(home: string, publicKey: Uint8Array, noted: readonly Noted[] = []): Verification {
  const path = join(home, "world.db");
  if (!existsSync(path)) return { ok: false, entries: 0, problem: `there is no journal in ${home}` };
  let database: WorldDatabase | undefined;
  try {
    // Before the database is read: its owner may write on, and the head must not be ahead of what is seen of the entries.
    const outside = readHead(join(home, HEAD_FILE));
    database = WorldDatabase.reading(path);
    return verifyWorld({ database, home, noted }, outside, hexOf(publicKey));
  } catch (error) {
    if (isSqlite(error)) return { ok: false, entries: 0, problem: `the database cannot be read: ${error.message}` };
    throw error;
  } finally {
    database?.close();
  }
}

/** The journal as below; and if that is sound, the states of the cells, which it committed, and the genomes, patches, inputs and decisions that it took in. All else that follows from it: `replay`. */
export function verifyWorld(place: Place, outside: Head | "unreadable" | undefined, publicKey: string): Verification {
  const verified = verifyJournal(place, outside, publicKey);
  const problem = verified.ok ? statesProblem(place.database, place.home) ?? provenanceProblem(place, { isWhole: true }) : undefined;
  return problem === undefined ? verified : { ...verified, ok: false, problem };
}

/**
 * Names the first bad entry of a journal, if there is one. `outside` is the head kept beside the database; `publicKey`
 * is the key that signs now, in hexadecimal, and all that is trusted: it vouches for the key before it, and so on backwards.
 */
export function verifyJournal({ database, home }: { database: WorldDatabase; home: string }, outside: Head | "unreadable" | undefined, publicKey: string): Verification {
  const base = baseOf(database);
  const check = new Check(firstKey(database) ?? publicKey, home, base);
  const bad = ({ problem, sequence }: Finding): Verification => ({ ok: false, entries: sequence - 1, problem, sequence });
  const next = (problem: string | undefined): Finding | undefined => finding(problem, check.sequence + 1);
  try {
    for (const row of database.rows(ENTRIES_AND_HEADS)) {
      const head = row["signature"] === null ? undefined : headOf({ ...row, hash: row["head"] ?? "" });
      const problem = check.take(storedEntry(row), head);
      if (problem !== undefined) return bad(check.hasBegun ? problem : changedByItself(database) ?? problem);
    }
    const found = check.signatures ?? next(check.atEnd(publicKey)) ?? next(lostHead(database, check.sequence)) ?? next(outsideProblem(outside, check, database, publicKey));
    return found === undefined ? { ok: true, entries: check.sequence, base: base?.sequence } : bad(found);
  } catch (error) {
    if (isSqlite(error)) return bad({ problem: `the database is damaged after entry ${check.sequence}: ${error.message}`, sequence: check.sequence + 1 });
    throw error;
  }
}

interface Finding {
  readonly problem: string;
  readonly sequence: number;
}

const ENTRIES_AND_HEADS = `
  SELECT journal.*, journal_heads.hash AS head, journal_heads.signature
  FROM journal LEFT JOIN journal_heads USING (sequence) ORDER BY sequence`;

/** The chain as far as it was followed. */
class Check {
  sequence = 0;
  /** The first signature that does not hold: told only if the chain does, for a changed entry may be what introduced a key. */
  signatures: Finding | undefined;
  private hash = ORIGIN;
  /** Sequence of the last entry that a head covers. */
  private signed = 0;
  /** Introduced, and in force once the standing key has signed the head over its introduction. */
  private next: KeyChange | undefined;
  /** The key before, if the last entry introduces the one after it: the vault may not have taken that yet. */
  private before: string | undefined;

  private readonly objects: Objects;
  private readonly snapshots: Objects;
  /** Entries from before the base that its snapshot carries, and that have not come yet. */
  private carried: Carried[] | undefined;
  hasBegun = false;

  constructor(private key: string, home: string, private readonly base: Base | undefined) {
    [this.objects, this.snapshots] = [objectsOf(home), snapshotsOf(home)];
  }

  /** Answers what is wrong with the next entry by itself and in its place. */
  take(entry: Entry, head: Head | undefined): Finding | undefined {
    if (this.base !== undefined && entry.sequence < this.base.sequence)
      return finding(this.baseProblem(), this.base.sequence) ?? finding(contentProblem(entry) ?? this.objectProblem(entry) ?? this.carriedProblem(entry), entry.sequence);
    if (!this.hasBegun) this.begin(entry);
    const problem = linkProblem(entry, this.sequence, this.hash) ?? this.objectProblem(entry) ?? this.snapshotProblem(entry);
    if (problem !== undefined) return finding(problem, this.sequence + 1);
    this.hasBegun = true;
    this.signatures ??= finding(this.keyProblem(entry) ?? this.headProblem(entry, head), entry.sequence);
    [this.sequence, this.hash] = [entry.sequence, entry.hash];
    this.before = undefined;
    if (head !== undefined) this.passHead(entry.sequence);
    return undefined;
  }

  /** A pruned chain begins with its base, which a signed entry after it names by its hash. */
  private begin(entry: Entry): void {
    if (this.base === undefined) return;
    this.sequence = this.base.sequence - 1;
    if (entry.hash === this.base.hash) this.hash = entry.previous;
    this.signed = this.sequence;
  }

  private carriedProblem({ sequence, hash }: Entry): string | undefined {
    const next = this.carried?.shift();
    return next?.sequence === sequence && next.hash === hash ? undefined : `entry ${sequence} is before the journal's base, and not what its snapshot carries`;
  }

  private baseProblem(): string | undefined {
    if (this.base === undefined || this.carried !== undefined) return undefined;
    const found = this.snapshots.problem(this.base.snapshot);
    if (found !== undefined) return `the snapshot of entry ${this.base.sequence}, ${this.base.snapshot}, is ${found}`;
    this.carried = carriedIn(this.snapshots.lines(this.base.snapshot));
    return undefined;
  }

  /** A snapshot that is there must be whole; the one that the chain begins with must be there, and all that it carries. */
  private snapshotProblem({ kind, body, sequence }: Entry): string | undefined {
    if (sequence === this.base?.sequence) {
      const problem = this.baseProblem();
      const [lost] = this.carried ?? [];
      return problem ?? (lost === undefined ? undefined : `entry ${lost.sequence}, which the snapshot of entry ${sequence} carries, is missing`);
    }
    const name = kind === "snapshot" ? snapshotIn(body) : undefined;
    const isChanged = name !== undefined && this.snapshots.problem(name) === "changed";
    return isChanged ? `the snapshot of entry ${sequence}, ${name}, is changed` : undefined;
  }

  atEnd(publicKey: string): string | undefined {
    if (this.signed !== this.sequence) return `entries after ${this.signed} are not signed`;
    return [this.key, this.before].includes(publicKey) ? undefined : "the vault holds another signing key than the one that the journal ends with";
  }

  private passHead(sequence: number): void {
    this.signed = sequence;
    if (this.next === undefined) return;
    [this.before, this.key, this.next] = [this.key, this.next.to, undefined];
  }

  private objectProblem({ sequence, body }: Entry): string | undefined {
    const name = objectOf(body);
    const found = name === undefined ? undefined : this.objects.load(name);
    return typeof found === "string" ? `the body of entry ${sequence}, object ${name}, is ${found}` : undefined;
  }

  private keyProblem(entry: Entry): string | undefined {
    const change = keyChangeOf(entry);
    if (change === undefined) return undefined;
    if (change.from !== this.key || this.next !== undefined) return `entry ${entry.sequence} introduces a signing key after one that was not in force`;
    if (!isVouched(change, entry)) return `entry ${entry.sequence} introduces a signing key that does not vouch for what comes before it`;
    if (change.fork !== undefined) this.key = change.to;
    else this.next = change;
    return undefined;
  }

  private headProblem(entry: Entry, head: Head | undefined): string | undefined {
    if (head === undefined || (head.hash === entry.hash && isSigned(head, this.key))) return undefined;
    return `the signature over entries ${this.signed + 1} to ${entry.sequence} is not valid`;
  }
}

function finding(problem: string | undefined, sequence: number): Finding | undefined {
  return problem === undefined ? undefined : { problem, sequence };
}

/** The first entry that is not what its hash says: why the beginning may not have been found. */
function changedByItself(database: WorldDatabase): Finding | undefined {
  for (const row of database.rows("SELECT * FROM journal ORDER BY sequence")) {
    const found = finding(contentProblem(storedEntry(row)), Number(row["sequence"]));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The key that signed before the first one that an entry introduced: not trusted until the last one's word leads back to it. */
function firstKey(database: WorldDatabase): string | undefined {
  const row = database.all("SELECT * FROM journal WHERE kind = 'operator' AND body LIKE '{:signing-key %' ORDER BY sequence LIMIT 1")[0];
  return row === undefined ? undefined : keyChangeOf(storedEntry(row))?.from;
}

function lostHead(database: WorldDatabase, last: number): string | undefined {
  const row = database.all("SELECT sequence FROM journal_heads WHERE sequence NOT IN (SELECT sequence FROM journal) LIMIT 1")[0];
  return row === undefined ? undefined : `entries after ${last} were signed and are gone`;
}

function outsideProblem(outside: Head | "unreadable" | undefined, { sequence: last }: Check, database: WorldDatabase, publicKey: string): string | undefined {
  if (outside === undefined) return last === 0 ? undefined : "the head kept outside the database is missing: a cut-off tail would not show";
  if (outside === "unreadable" || !isPresent(outside, publicKey)) return "the head kept outside the database is damaged: a cut-off tail would not show";
  if (outside.sequence > last) return `the tail is cut off: entry ${outside.sequence} was signed`;
  const row = database.all("SELECT hash FROM journal WHERE sequence = ?", outside.sequence)[0];
  return row?.["hash"] === outside.hash ? undefined : `entry ${outside.sequence} is not the one that was signed`;
}

function isSqlite(error: unknown): error is Error {
  return error instanceof Error && error.name === "SqliteError";
}
