// Where what runs comes from: genomes, patches and waiting inputs, compared with the entries of the journal that took them in.
import type { GenomeFiles, SqlValue } from "../ports/port.js";
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

/**
 * Names the first genome, patch or input in the tables that the journal did not take in. `isWhole` looks at the files of all
 * genomes, and at the snapshot that the journal begins with; without it, what that snapshot says of genomes is taken as it stands.
 */
export function provenanceProblem(database: WorldDatabase, home: string, { isWhole }: { readonly isWhole: boolean }): string | undefined {
  const adopted = new Adopted();
  const base = baseOf(database);
  if (base !== undefined && isWhole) adopted.begin((table) => rowsIn(snapshotsOf(home).lines(base.snapshot), `(table ${table} `));
  const since = base?.sequence ?? 0;
  for (const entry of new Entries(database, objectsOf(home)).from(since, ["genome", "patch"])) adopted.take(entry);
  const known = isWhole ? 0 : since;
  return genomesProblem(database, adopted, known, isWhole) ?? imagesProblem(database, adopted, known) ?? inboxProblem(database, home, adopted, known);
}

/** For a world that opens. Errors: `journal-damaged`. */
export function mustStem(database: WorldDatabase, home: string): void {
  const problem = provenanceProblem(database, home, { isWhole: false });
  if (problem !== undefined) throw new WorldError("journal-damaged", problem);
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
