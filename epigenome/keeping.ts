// What a world keeps: snapshots of it, a journal that begins with one, and none of the objects that nothing names.
import type { Port } from "../ports/port.js";
import { type Base, baseBody, baseIn, snapshotBody, snapshotIn } from "./chain.js";
import { datumOf, fieldText } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { turnTold } from "./effect-record.js";
import { WorldError } from "./error.js";
import { Entries, objectOf } from "./entries.js";
import type { Journal } from "./journal.js";
import { type Objects, objectsOf, snapshotsOf } from "./objects.js";
import { type Carried, carriedIn, derivedTables, snapshotLines } from "./snapshot.js";
import { notedOf, saveStanding } from "./standing.js";

export interface Kept {
  readonly database: WorldDatabase;
  readonly journal: Journal;
  readonly home: string;
  readonly ports: readonly Port[];
}

/** Journals a snapshot of all that follows from the entries so far; answers where a chain could begin with it. */
export function takeSnapshot({ database, journal, home, ports }: Kept): Base {
  database.flush();
  const snapshot = snapshotsOf(home).saveLines(snapshotLines(database, derivedTables(ports), carriedNow(database, journal)));
  const { sequence, hash } = journal.append("snapshot", "", snapshotBody(snapshot));
  database.flush();
  return { sequence, hash, snapshot };
}

/** What pruning took away. */
export interface Pruned {
  /** Sequence of the snapshot that the journal begins with now. */
  readonly base: number;
  readonly entries: number;
  readonly objects: number;
  readonly bytes: number;
}

/** Makes a new snapshot the journal's beginning. Of the entries before it, those of turns under way stay. */
export function prune(kept: Kept): Pruned {
  const { database, home } = kept;
  const base = takeSnapshot(kept);
  const stays = new Set(carriedIn(snapshotsOf(home).lines(base.snapshot)).map(({ sequence }) => sequence));
  let entries = 0;
  database.batch(() => {
    beginWith(kept, base);
    for (const { sequence } of database.all("SELECT sequence FROM journal WHERE sequence < ?", base.sequence) as { sequence: number }[])
      if (!stays.has(sequence)) entries += database.run("DELETE FROM journal WHERE sequence = ?", sequence).changes;
    database.run("DELETE FROM journal_heads WHERE sequence < ?", base.sequence);
    forgetGenomes(database);
  });
  database.flush();
  return { base: base.sequence, entries, ...collect(kept) };
}

/** Removes objects and snapshots that nothing names any more, and drafts of processes that died. Roots are the database's texts, the base with what stood there, and the newest snapshot. */
export function collect({ database, home }: Pick<Kept, "database" | "home">): { readonly objects: number; readonly bytes: number } {
  const [objects, snapshots] = [objectsOf(home), snapshotsOf(home)];
  const named = namesIn(database, objects);
  const swept = [sweep(objects, named), sweep(snapshots, snapshotsNeeded(database))];
  return { objects: swept.reduce((sum, { count }) => sum + count, 0), bytes: swept.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Where an older version pruned, the journal says from now on what stands. */
export function completeBase(kept: Kept): void {
  const base = baseOf(kept.database);
  if (base !== undefined && base.standing === undefined) beginWith(kept, base);
}

function beginWith({ database, journal, home, ports }: Kept, base: Base): void {
  journal.append("operator", "", baseBody({ ...base, standing: saveStanding(database, home, notedOf(ports)) }));
}

/** The snapshot entry that the chain begins with, and the entry that says so; undefined if it begins at its origin. */
export function baseOf(database: Pick<WorldDatabase, "all">): (Base & { readonly said: number }) | undefined {
  const row = database.all("SELECT sequence, body FROM journal WHERE kind = 'operator' AND body LIKE '{:base %' ORDER BY sequence DESC LIMIT 1")[0];
  const base = baseIn(String(row?.["body"]));
  return base && { ...base, said: Number(row?.["sequence"]) };
}

/**
 * The entries of a home's journal, and the snapshot that it begins with if there is one: what a replay begins with.
 * Errors: `journal-damaged` if that snapshot is gone or changed.
 */
export function journalOf(database: WorldDatabase, home: string) {
  const base = baseOf(database);
  return { entries: new Entries(database, objectsOf(home)).from(1), base: base && { sequence: base.sequence, lines: wholeSnapshot(home, base) } };
}

function wholeSnapshot(home: string, { sequence, snapshot }: Base): Iterable<string> {
  const problem = snapshotsOf(home).problem(snapshot);
  if (problem !== undefined) throw new WorldError("journal-damaged", `the snapshot of entry ${sequence}, ${snapshot}, is ${problem}`);
  return snapshotsOf(home).lines(snapshot);
}

/** Entries of the turns that have not ended, oldest first. */
function carriedNow(database: WorldDatabase, journal: Journal): Carried[] {
  const open = new Set(database.all("SELECT id FROM world_inbox").map((row) => String(row["id"])));
  const first = database.all("SELECT min(sequence) AS first FROM world_inbox")[0]?.["first"];
  if (typeof first !== "number") return [];
  const carried: Carried[] = [];
  for (const entry of journal.from(first))
    if (open.has(turnTold(entry, datumOf(entry.body)))) carried.push({ sequence: entry.sequence, hash: entry.hash });
  return carried;
}

/** Drops the files of genomes that are not in force, that no turn is pinned to, and of whose adoption the journal no longer tells. */
function forgetGenomes(database: WorldDatabase): void {
  const images = database.all("SELECT image FROM world_force UNION SELECT image FROM world_inbox").map((row) => String(row["image"]).split("+")[0] ?? "");
  const adopted = database.all("SELECT body FROM journal WHERE kind = 'genome'").map((row) => fieldText(datumOf(String(row["body"])), "commit"));
  const needed = new Set([...images, ...adopted]);
  for (const row of database.all("SELECT genome FROM world_genomes WHERE files <> ''"))
    if (!needed.has(String(row["genome"]))) database.run("UPDATE world_genomes SET files = '' WHERE genome = ?", row["genome"] ?? "");
}

/** The base and the newest: others have been of use. */
function snapshotsNeeded(database: WorldDatabase): ReadonlySet<string> {
  const newest = database.all("SELECT body FROM journal WHERE kind = 'snapshot' ORDER BY sequence DESC LIMIT 1")[0];
  const base = baseOf(database);
  return new Set([base?.snapshot, base?.standing, snapshotIn(String(newest?.["body"]))].filter((name) => name !== undefined));
}

const HASH = /[0-9a-f]{64}/g;

/** All that could be the name of an object in any text of the database, and in the bodies that lie in objects. */
function namesIn(database: WorldDatabase, objects: Objects): ReadonlySet<string> {
  const named = new Set<string>();
  const look = (text: string): void => {
    for (const [name] of text.matchAll(HASH)) named.add(name);
  };
  for (const { name } of database.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'") as { name: string }[])
    for (const row of database.rows(`SELECT * FROM "${name}"`)) for (const value of Object.values(row)) if (typeof value === "string" && value.length >= 64) look(value);
  for (const row of database.rows("SELECT body FROM journal WHERE body LIKE '(object %'")) {
    const bytes = objects.load(objectOf(String(row["body"])) ?? "");
    if (typeof bytes !== "string") look(Buffer.from(bytes).toString("latin1"));
  }
  return named;
}

function sweep(objects: Objects, needed: ReadonlySet<string>): { count: number; bytes: number } {
  objects.removeDrafts();
  const gone = objects.names().filter((name) => !needed.has(name)).map((name) => ({ name, bytes: objects.size(name) }));
  for (const { name } of gone) objects.remove(name);
  return { count: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
}
