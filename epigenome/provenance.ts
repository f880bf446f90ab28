// Where what runs comes from: genomes, patches, waiting inputs and people's decisions, compared with the entries of the journal that took them in.
import type { GenomeFiles, Note, Noted, SqlValue } from "../ports/port.js";
import type { Entry } from "./chain.js";
import { datumOf, field, fieldText } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { Entries } from "./entries.js";
import { WorldError } from "./error.js";
import { filesHash } from "./genomes.js";
import { imageKey } from "./image.js";
import { baseOf } from "./keeping.js";
import { objectsOf, snapshotsOf } from "./objects.js";
import type { Patch } from "./patches.js";
import { rowsIn } from "./snapshot.js";
import { heldNotes, notesAfter, type Standing, standingOf } from "./standing.js";

/** A home whose tables are compared. */
export interface Place {
  readonly database: WorldDatabase;
  readonly home: string;
  /** What follows from notes. */
  readonly noted: readonly Noted[];
}

/**
 * Names the first genome, patch, input or decision of a person in the tables that the journal did not take in. `isWhole` looks at the files
 * of all genomes. Where an older version pruned, what stood there is taken as it is, but for the genomes of a whole look.
 */
export function provenanceProblem(place: Place, how: { readonly isWhole: boolean }): string | undefined {
  return adoptionProblem(place, how) ?? notesProblem(place);
}

/** For a world that opens, or is about to keep what stands. Errors: `journal-damaged`, `lists-altered`. */
export function mustStem(place: Place): void {
  const problem = adoptionProblem(place, { isWhole: false });
  if (problem !== undefined) throw new WorldError("journal-damaged", problem);
  const altered = notesProblem(place);
  if (altered !== undefined) throw new WorldError("lists-altered", altered);
}

/** What should be held of notes, with what the journal's notes leave open as it is held. Errors: `journal-damaged`. */
export function dueNotes({ database, home, noted }: Place, held: readonly Note[]): readonly Note[] {
  const base = baseOf(database);
  const begun = base === undefined ? [] : base.standing === undefined ? held : whole(standingOf(home, base.standing), base.said).notes;
  const notes = [...begun, ...notesAfter(database, base?.said ?? 0)];
  return noted.flatMap((each) => each.after(notes, held));
}

/** Names the first decision of a person that the tables hold and the journal does not, or the other way round. */
export function notesProblem(place: Place): string | undefined {
  const held = heldNotes(place.database, place.noted);
  const [there, due] = [held, dueNotes(place, held)].map((notes) => notes.map(spelled));
  const [stray] = without(there ?? [], due ?? []);
  if (stray !== undefined) return `the tables hold ${stray}, and the journal does not say so`;
  const [gone] = without(due ?? [], there ?? []);
  return gone === undefined ? undefined : `the journal says ${gone}, and the tables do not hold it`;
}

/** Each as often as it is more often among the first. */
function without(texts: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of others) left.set(text, (left.get(text) ?? 0) + 1);
  return texts.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

function spelled(note: Note): string {
  return JSON.stringify(Object.fromEntries(Object.entries(note).sort(([one], [other]) => (one < other ? -1 : 1))));
}

function whole(standing: ReturnType<typeof standingOf>, said: number): Standing {
  if (typeof standing === "string") throw new WorldError("journal-damaged", standingProblem(standing, said));
  return standing;
}

const standingProblem = (problem: string, said: number): string => `what entry ${said} says that stood there is ${problem}`;

function adoptionProblem({ database, home }: Place, { isWhole }: { readonly isWhole: boolean }): string | undefined {
  const adopted = new Adopted();
  const base = baseOf(database);
  const stood = base?.standing === undefined ? undefined : standingOf(home, base.standing);
  if (typeof stood === "string") return standingProblem(stood, base?.said ?? 0);
  if (stood !== undefined) adopted.begin(stood.rows);
  else if (base !== undefined && isWhole) adopted.begin((table) => rowsIn(snapshotsOf(home).lines(base.snapshot), `(table ${table} `));
  const since = (stood === undefined ? base?.sequence : base?.said) ?? 0;
  for (const entry of new Entries(database, objectsOf(home)).from(since, ["genome", "patch"])) adopted.take(entry);
  const known = isWhole || stood !== undefined ? 0 : since;
  return genomesProblem(database, adopted, known, isWhole) ?? imagesProblem(database, adopted, known) ?? inboxProblem(database, home, adopted, known);
}

/** What the journal says was in force, up to some entry. */
class Adopted {
  /** The hash of each commit's files. */
  readonly files = new Map<string, string>();
  readonly images = new Set<string>();
  /** Key of the image in force; undefined if nothing is known of it. */
  inForce: string | undefined;
  private commit = "";
  private patches: readonly Patch[] = [];

  /** Begins with the rows of a snapshot. */
  begin(rows: (table: string) => Iterable<readonly unknown[]>): void {
    for (const [commit, hash] of rows("world_genomes")) this.files.set(String(commit), String(hash));
    for (const [, image] of rows("world_force")) this.inForce = String(image);
    for (const [image, commit, patches] of rows("world_images")) {
      this.images.add(String(image));
      if (image === this.inForce) [this.commit, this.patches] = [String(commit), JSON.parse(String(patches)) as Patch[]];
    }
  }

  /** What a `genome` or `patch` entry brings into force. */
  take({ kind, body: text }: Entry): void {
    const body = datumOf(text);
    if (kind === "genome") {
      [this.commit, this.patches] = [fieldText(body, "commit"), []];
      this.files.set(this.commit, fieldText(body, "files"));
    } else {
      // Over what a snapshot had in force, and that is not known.
      if (this.commit === "") return;
      const [library, name] = [fieldText(body, "library"), fieldText(body, "name")];
      const kept = this.patches.filter((each) => each.library !== library || each.name !== name);
      this.patches = field(body, "in-force") === true ? [...kept, { library, name, source: fieldText(body, "source"), baseHash: fieldText(body, "base-hash") }] : kept;
    }
    this.inForce = imageKey(this.commit, this.patches);
    this.images.add(this.inForce);
  }
}

function genomesProblem(database: WorldDatabase, { files }: Adopted, since: number, isWhole: boolean): string | undefined {
  for (const row of database.all("SELECT genome, hash FROM world_genomes WHERE adopted > ? ORDER BY adopted", since)) {
    const commit = String(row["genome"]);
    if (files.get(commit) !== row["hash"]) return `the genome ${commit} is not the one that was adopted`;
    if (isWhole && !areFiles(database, commit, String(row["hash"]))) return `the files of the genome ${commit} are not those that were adopted`;
  }
  return undefined;
}

/** Those that pruning has dropped are as good as the right ones. */
function areFiles(database: WorldDatabase, commit: string, hash: string): boolean {
  const text = String(database.first("SELECT files FROM world_genomes WHERE genome = ?", commit)?.["files"]);
  return text === "" || filesHash(JSON.parse(text) as GenomeFiles) === hash;
}

function imagesProblem(database: WorldDatabase, { images, inForce }: Adopted, since: number): string | undefined {
  for (const { image, genome, patches } of database.all("SELECT image, genome, patches FROM world_images ORDER BY image")) {
    const isKnown = images.has(String(image)) || since > 0;
    if (!isKnown || imageKey(String(genome), JSON.parse(String(patches)) as Patch[]) !== image) return `the patches of ${String(image)} were never in force`;
  }
  const present = database.first("SELECT image FROM world_force")?.["image"];
  return inForce === undefined || present === inForce ? undefined : `${String(present ?? "no genome")} is in force, and the journal says ${inForce}`;
}

function inboxProblem(database: WorldDatabase, home: string, { images }: Adopted, since: number): string | undefined {
  const entries = new Entries(database, objectsOf(home));
  for (const row of database.all(UNLIKE_THEIR_ENTRIES))
    if (!isAccepted(row, entries.at(Number(row["sequence"])))) return `the input ${String(row["id"])} of the inbox is not one that was accepted`;
  const again = database.first("SELECT id FROM world_inbox WHERE id IN (SELECT id FROM world_outcomes)");
  if (again !== undefined) return `the input ${String(again["id"])} is in the inbox, and has its outcome`;
  const pinned = since > 0 ? [] : database.all("SELECT DISTINCT image FROM world_inbox WHERE image <> ''").map(({ image }) => String(image));
  const unknown = pinned.find((image) => !images.has(image));
  return unknown === undefined ? undefined : `an input waits for ${unknown}, which was never in force`;
}

/** Bodies that lie in objects are among them, and ids that are written otherwise than they are spelled. */
const UNLIKE_THEIR_ENTRIES = `
  SELECT inbox.* FROM world_inbox AS inbox LEFT JOIN journal USING (sequence)
  WHERE journal.kind IS NOT 'input' OR journal.cell <> inbox.cell OR journal.time <> inbox.time OR journal.entropy <> inbox.entropy
    OR journal.body <> inbox.body OR substr(inbox.body, 1, length(inbox.id) + 7) <> '{:id "' || inbox.id || '"'`;

function isAccepted(row: Record<string, SqlValue>, entry: Entry | undefined): boolean {
  return entry?.kind === "input" && entry.cell === row["cell"] && entry.stamp.timeMs === row["time"] && entry.stamp.entropy === row["entropy"]
    && entry.body === row["body"] && fieldText(datumOf(entry.body), "id") === row["id"];
}
