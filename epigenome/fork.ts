// A second home from any entry of a first one: the journal up to there, the tables that follow from it, and a key of its own.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { GenomeFiles, Port, SignatureService } from "../ports/port.js";
import { keyChangeOf } from "./chain.js";
import type { Clock } from "./clock.js";
import { WorldDatabase } from "./database.js";
import { storedEntry } from "./entries.js";
import { WorldError } from "./error.js";
import { HEAD_FILE, hexOf, readHead } from "./heads.js";
import { Journal } from "./journal.js";
import { baseOf, collect, journalOf } from "./keeping.js";
import { type Objects, objectsOf, snapshotsOf } from "./objects.js";
import { dueNotes } from "./provenance.js";
import { rebuild, type ReplayReport } from "./replay.js";
import { notedOf } from "./standing.js";
import { verifyJournal } from "./verify.js";

export interface ForkSource {
  readonly home: string;
  /** The key that signs there now. */
  readonly publicKey: Uint8Array;
  /** For their schemas, and for what they keep in tables. */
  readonly ports: readonly Port[];
  files(commit: string): GenomeFiles | undefined;
}

export interface ForkTarget {
  /** A directory without a world. */
  readonly home: string;
  readonly signature: SignatureService;
  readonly clock: Pick<Clock, "stamp">;
}

export interface Forked {
  /** The last entry that both homes have. */
  readonly sequence: number;
  readonly hash: string;
  /** The genome in force there. */
  readonly genome: string;
  readonly report: ReplayReport;
}

/**
 * Makes the second home. What it has of tables is what a replay to that entry gives; effects that were under way there
 * follow their declared outcome when it opens. Errors: `no-entry`, `home-taken`, `journal-damaged`, `replay-differs`.
 */
export function forkHome(source: ForkSource, sequence: number, target: ForkTarget): Forked {
  // Before the database is read: its owner may write on.
  const outside = readHead(join(source.home, HEAD_FILE));
  const from = WorldDatabase.reading(join(source.home, "world.db"));
  const to = emptyWorld(target.home);
  try {
    const { ok, problem } = verifyJournal({ database: from, home: source.home }, outside, hexOf(source.publicKey));
    if (!ok) throw new WorldError("journal-damaged", `the journal of ${source.home} does not verify: ${problem}`);
    const hash = entryHashAt(from, sequence);
    const report = rebuild({ ...upTo(from, source.home, sequence), files: (commit) => source.files(commit), ports: source.ports }, to);
    if (!report.ok) throw new WorldError("replay-differs", `entry ${report.sequence}: ${report.problem}`);
    copyObjects(source.home, target.home);
    copyJournal(from, to, sequence, target);
    restoreNotes(source, from, to, target.home);
    void new Journal(to, { ...target, follows: keyAt(from, sequence, hexOf(source.publicKey)), at: () => undefined });
    to.flush();
    collect({ database: to, home: target.home });
    return { sequence, hash, genome: String(to.all("SELECT image FROM world_force")[0]?.["image"] ?? "").split("+")[0] ?? "", report };
  } finally {
    from.close();
    to.close();
  }
}

/** A home that came from elsewhere without its vault goes on under a key of its own, as a fork at its last entry. */
export function continueHome(publicKey: string, { home, signature, clock }: ForkTarget): void {
  const database = new WorldDatabase(join(home, "world.db"), undefined, () => undefined);
  try {
    void new Journal(database, { home, signature, clock, follows: keyAt(database, Infinity, publicKey), at: () => undefined });
    database.flush();
  } finally {
    database.close();
  }
}

/** What people decided natively up to there; what the journal leaves open is as the first home has it. */
function restoreNotes({ ports }: ForkSource, from: WorldDatabase, to: WorldDatabase, home: string): void {
  to.batch(() => {
    for (const noted of notedOf(ports)) noted.restore(to.tables, dueNotes({ database: to, home, noted: [noted] }, noted.held(from)));
  });
}

function emptyWorld(home: string): WorldDatabase {
  const path = join(home, "world.db");
  if (existsSync(path)) throw new WorldError("home-taken", `there is a world in ${home} already`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return new WorldDatabase(path, undefined, () => undefined);
}

function entryHashAt(database: WorldDatabase, sequence: number): string {
  const row = database.all("SELECT hash FROM journal WHERE sequence = ?", sequence)[0];
  // The entry after a base makes it one.
  const first = (baseOf(database)?.sequence ?? 0) + 1;
  if (row === undefined || sequence < first) throw new WorldError("no-entry", `there is no entry ${sequence}; forks begin after entry ${first} or a later one`);
  return String(row["hash"]);
}

function upTo(database: WorldDatabase, home: string, last: number) {
  const { entries, base } = journalOf(database, home);
  return { base, entries: takenUntil(entries, last) };
}

function* takenUntil<Item extends { readonly sequence: number }>(items: Iterable<Item>, last: number): Generator<Item> {
  for (const item of items) {
    if (item.sequence > last) return;
    yield item;
  }
}

function copyJournal(from: WorldDatabase, to: WorldDatabase, last: number, target: ForkTarget): void {
  // For its tables, which it makes.
  void new Journal(to, { ...target, at: () => undefined });
  to.batch(() => {
    for (const [table, columns] of [["journal", 8], ["journal_heads", 3]] as const)
      for (const row of from.rows(`SELECT * FROM ${table} WHERE sequence <= ? ORDER BY sequence`, last))
        to.run(`INSERT INTO ${table} VALUES (${Array.from({ length: columns }, () => "?").join(", ")})`, ...Object.values(row));
  });
}

/** The key in force after an entry: the last one introduced by then, whether or not the vault has taken it, else the one before the first change. */
function keyAt(database: WorldDatabase, sequence: number, current: string): string {
  const entries = database.all("SELECT * FROM journal WHERE kind = 'operator' AND body LIKE '{:signing-key %' ORDER BY sequence").map(storedEntry);
  const introduced = entries.findLast((entry) => entry.sequence <= sequence);
  const [first] = entries;
  return (introduced && keyChangeOf(introduced)?.to) ?? (first && keyChangeOf(first)?.from) ?? current;
}

function copyObjects(from: string, to: string): void {
  for (const [source, target] of [[objectsOf(from), objectsOf(to)], [snapshotsOf(from), snapshotsOf(to)]] as [Objects, Objects][])
    for (const name of source.names()) target.take(name, source);
}
