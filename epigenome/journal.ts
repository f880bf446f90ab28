// The journal: an append-only, hash-chained, signed record of all that happened, in the world's database.
import { join } from "node:path";
import type { Noted, SignatureService, Stamp } from "../ports/port.js";
import { entryHash, keyChangeBody, keyChangeOf, ORIGIN, vouchMessage, type Entry, type EntryKind, type KeyChange } from "./chain.js";
import type { Clock } from "./clock.js";
import type { WorldDatabase } from "./database.js";
import { IS_ASKED } from "./effect-record.js";
import { Entries, storedBody } from "./entries.js";
import { WorldError } from "./error.js";
import { type Head, HEAD_FILE, hexOf, readHead, signHead, writeHead } from "./heads.js";
import { type Objects, objectsOf } from "./objects.js";
import { IS_NOTE } from "./standing.js";
import { signatureProblem } from "./tail.js";
import { type Verification, verifyWorld } from "./verify.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS journal (
    sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, cell TEXT NOT NULL, time INTEGER NOT NULL, entropy TEXT NOT NULL,
    body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS journal_operator ON journal (sequence) WHERE kind = 'operator';
  CREATE INDEX IF NOT EXISTS journal_note ON journal (sequence) WHERE ${IS_NOTE};
  CREATE INDEX IF NOT EXISTS journal_asked ON journal (sequence) WHERE ${IS_ASKED};
  CREATE INDEX IF NOT EXISTS journal_snapshot ON journal (sequence) WHERE kind = 'snapshot';
  CREATE INDEX IF NOT EXISTS journal_genome ON journal (sequence) WHERE kind IN ('genome', 'patch');
  CREATE TABLE IF NOT EXISTS journal_heads (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL, signature TEXT NOT NULL) STRICT;`;

export interface JournalOptions {
  readonly signature: SignatureService;
  readonly clock: Pick<Clock, "stamp">;
  /** The directory of the head that is kept outside the database, and of the objects. */
  readonly home: string;
  /** The key that vouched for the entries that are there, which the caller has verified: the journal goes on after them as a fork. */
  readonly follows?: string;
  /** Called at named write points, so that a test may die there. */
  readonly at: (point: string) => void;
}

export class Journal {
  readonly entries: Entries;
  private sequence = 0;
  private hash = ORIGIN;
  private signed = 0;
  /** Of the transaction that is being committed, for the file beside the database. */
  private present: Head | undefined;
  private readonly objects: Objects;
  private readonly headPath: string;

  /**
   * Errors: `journal-cut` if the head outside the database names an entry that is gone; `journal-damaged` if the last entry is not
   * signed by the key in the vault, so that nothing is ever signed that does not follow from what was.
   */
  constructor(
    private readonly database: WorldDatabase,
    private readonly options: JournalOptions,
  ) {
    database.tables.execute(TABLES);
    this.objects = objectsOf(options.home);
    this.headPath = join(options.home, HEAD_FILE);
    this.entries = new Entries(database, this.objects);
    const last = this.entries.last(1)[0];
    if (last !== undefined) [this.sequence, this.hash] = [last.sequence, last.hash];
    this.signed = this.sequence;
    if (last !== undefined && options.follows === undefined) this.checkTail(last);
    database.watch({
      before: () => this.sign(),
      after: () => this.publish(),
      save: () => {
        const [sequence, hash] = [this.sequence, this.hash];
        return () => void ([this.sequence, this.hash] = [sequence, hash]);
      },
    });
    if (last === undefined) return;
    if (options.follows === undefined) this.finishRotation(last);
    else this.introduce(options.follows, this.publicKey, (message) => options.signature.sign(message), { sequence: last.sequence, hash: last.hash });
  }

  /** Appends in the present batch; durable with its flush. The stamp is sampled now unless the entry derives its own. */
  append(kind: EntryKind, cell: string, body: string, stamp: Stamp = this.options.clock.stamp()): Entry {
    this.database.join();
    const entry = { sequence: this.sequence + 1, kind, cell, stamp, body: storedBody(body, this.objects), previous: this.hash };
    const hash = entryHash(entry);
    this.database.run("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      entry.sequence, kind, cell, stamp.timeMs, stamp.entropy, entry.body, entry.previous, hash);
    [this.sequence, this.hash] = [entry.sequence, hash];
    return { ...entry, body, hash };
  }

  /** The entries from a sequence on, oldest first. */
  from(sequence: number, kinds?: readonly EntryKind[]): Generator<Entry> {
    return this.entries.from(sequence, kinds);
  }

  /** Sequence of the last entry, those not yet durable included. */
  get length(): number {
    return this.sequence;
  }

  /** Sequence of the last entry that is durable. */
  get durable(): number {
    return this.signed;
  }

  at(sequence: number): Entry | undefined {
    return this.entries.at(sequence);
  }

  /** The last entries up to a sequence, oldest first. */
  last(count: number, until?: number): Entry[] {
    return this.entries.last(count, until);
  }

  /** Checks every entry, every object and signed head, the head kept outside the database, and what follows from the entries. */
  verify(noted: readonly Noted[]): Verification {
    return verifyWorld({ database: this.database, home: this.options.home, noted }, readHead(this.headPath), this.publicKey);
  }

  /**
   * Signs with a new key from now on, introduced by an entry whose head the standing key signs; answers the new key.
   * Nothing else may be under way in the present batch. Errors: `key-fixed` if the signature has no rotation.
   */
  rotateKey(): string {
    const { rotation } = this.options.signature;
    if (rotation === undefined) throw new WorldError("key-fixed", "the signing key of this world cannot be rotated");
    this.database.flush();
    const next = hexOf(rotation.next());
    const entry = this.introduce(this.publicKey, next, (message) => rotation.vouch(message));
    this.options.at("key-introduced");
    this.database.flush();
    this.finishRotation(entry);
    return next;
  }

  private introduce(from: string, to: string, vouch: (message: Uint8Array) => Uint8Array, fork?: KeyChange["fork"]): Entry {
    const vouched = Buffer.from(vouch(vouchMessage({ from, to }, { sequence: this.sequence + 1, previous: this.hash }))).toString("hex");
    return this.append("operator", "", keyChangeBody({ from, to, vouched, fork }));
  }

  /** After the entry that introduces a key: the vault takes the key, and the head outside is the first that it signs. */
  private finishRotation(entry: Entry): void {
    const change = keyChangeOf(entry);
    if (change === undefined) return;
    this.options.signature.rotation?.take(Buffer.from(change.to, "hex"));
    this.options.at("key-taken");
    writeHead(this.headPath, signHead(this.options.signature, this.sequence, this.hash).present);
  }

  private checkTail(last: Entry): void {
    const head = readHead(this.headPath);
    if (head !== undefined && head !== "unreadable") this.checkOutside(head);
    const problem = signatureProblem(this.database, this.publicKey, last);
    if (problem !== undefined) throw new WorldError("journal-damaged", problem);
  }

  private checkOutside(head: Head): void {
    if (head.sequence > this.sequence)
      throw new WorldError("journal-cut", `the journal ends at entry ${this.sequence}, but entry ${head.sequence} was signed`);
    const row = this.database.all("SELECT hash FROM journal WHERE sequence = ?", head.sequence)[0];
    if (row?.["hash"] !== head.hash) throw new WorldError("journal-damaged", `entry ${head.sequence} is not the one that was signed`);
  }

  private sign(): void {
    if (this.sequence === this.signed) return;
    this.options.at("before-commit");
    const { row, present } = signHead(this.options.signature, this.sequence, this.hash);
    this.database.run("INSERT INTO journal_heads VALUES (?, ?, ?)", row.sequence, row.hash, row.signature);
    this.present = present;
  }

  private publish(): void {
    if (this.present === undefined) return;
    this.options.at("after-commit");
    writeHead(this.headPath, this.present);
    [this.signed, this.present] = [this.present.sequence, undefined];
    this.options.at("head-written");
  }

  private get publicKey(): string {
    return hexOf(this.options.signature.publicKey);
  }
}
