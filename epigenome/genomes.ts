// Which genome is in force: adopted commits and their files, hot patches over them, and the images they make.
import type { CodeCache } from "../interpreter/index.js";
import type { GenomeFiles, Port } from "../ports/port.js";
import { canonical, record } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { digest } from "./digest.js";
import { WorldError } from "./error.js";
import { imageKey, loadImage, type Image, type Version } from "./image.js";
import type { Journal } from "./journal.js";
import { grantProblem } from "./reference.js";
import { makePatch, patchedFiles, type Patch } from "./patches.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS world_genomes (genome TEXT PRIMARY KEY, files TEXT NOT NULL DEFAULT '', hash TEXT NOT NULL, adopted INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS world_images (image TEXT PRIMARY KEY, genome TEXT NOT NULL, patches TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS world_force (only INTEGER PRIMARY KEY CHECK (only = 1), image TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS world_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`;

// Beside the current image, those that waiting turns are pinned to; a version that is needed again is loaded again.
const IMAGES_KEPT = 4;

export class Genomes {
  private readonly images = new Map<string, Image>();
  private image: Image | undefined;
  /** Why the genome in force does not load, as after a change of the language; a person may adopt another. */
  problem: string | undefined;

  constructor(
    private readonly database: WorldDatabase,
    private readonly journal: Pick<Journal, "append">,
    private readonly ports: ReadonlyMap<string, Port>,
    private readonly code: CodeCache | undefined,
    private readonly redact: (text: string) => string = (text) => text,
  ) {
    database.tables.execute(TABLES);
    const inForce = database.all("SELECT image FROM world_force")[0];
    if (inForce !== undefined) this.reopen(String(inForce["image"]));
  }

  /** The image that turns begin on now. Errors: `no-genome`. */
  current(): Image {
    if (this.image === undefined) throw new WorldError("no-genome", this.problem ?? "the world has no genome yet");
    return this.image;
  }

  get isEmpty(): boolean {
    return this.image === undefined;
  }

  /** The image of a key that was in force once. Errors: `no-genome`, and those of loading. */
  imageOf(key: string): Image {
    return this.images.get(key) ?? this.keep(loadImage(this.version(key), this.ports, this.code));
  }

  /** True if the image of this key was ever in force. */
  has(key: string): boolean {
    return this.database.all("SELECT image FROM world_images WHERE image = ?", key).length > 0;
  }

  /** Takes a commit into force between turns, without patches. Nothing changes if it does not load. Errors: `bad-manifest`, `genome-refused`, `genome-altered`. */
  adopt(commit: string, files: GenomeFiles): void {
    const image = loadImage({ commit, files, patches: [] }, this.ports, this.code);
    const problem = grantProblem(image.manifest, this.ports.values());
    if (problem !== undefined) throw new WorldError("bad-manifest", problem);
    const hash = filesHash(files);
    if (hash !== (this.hashOf(commit) ?? hash)) throw new WorldError("genome-altered", `the genome ${commit} had other files when it was first adopted`);
    this.database.batch(() => {
      const { sequence } = this.journal.append("genome", "", canonical(record({ commit, files: hash })));
      this.database.run("INSERT INTO world_genomes VALUES (?, ?, ?, ?) ON CONFLICT (genome) DO UPDATE SET files = excluded.files", commit, JSON.stringify(files), hash, sequence);
      this.install(image);
    });
    this.use(image);
  }

  patches(): readonly Patch[] {
    return this.image?.version.patches ?? [];
  }

  /** Takes a hot patch into force, if the genome loads with it. Errors: `patch-refused`, `genome-refused`, `secret-in-text`. */
  patch(library: string, name: string, source: string): Patch {
    if (this.redact(source) !== source) throw new WorldError("secret-in-text", `the text of ${name} holds what is a secret, or looks like one`);
    const { version } = this.current();
    const kept = version.patches.filter((each) => each.library !== library || each.name !== name);
    const patch = makePatch(version.files, library, name, source);
    this.change([...kept, patch], record({ library: patch.library, name, source: patch.source, "base-hash": patch.baseHash, "in-force": true }));
    return patch;
  }

  /** Takes a patch out of force again. Errors: `no-patch`. */
  unpatch(library: string, name: string): void {
    const { patches } = this.current().version;
    const kept = patches.filter((each) => each.library !== library || each.name !== name);
    if (kept.length === patches.length) throw new WorldError("no-patch", `no patch of ${name} in ${library} is in force`);
    this.change(kept, record({ library, name, "in-force": false }));
  }

  /** The files of an adopted commit, without patches. */
  files(commit: string): GenomeFiles | undefined {
    const row = this.database.all("SELECT files FROM world_genomes WHERE genome = ?", commit)[0];
    return row === undefined || row["files"] === "" ? undefined : (JSON.parse(String(row["files"])) as GenomeFiles);
  }

  private reopen(key: string): void {
    try {
      this.image = this.imageOf(key);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      this.problem = `${key}: ${error.message}`;
    }
  }

  /** The files in force, hot patches included. */
  patchedFiles(): GenomeFiles {
    const { version } = this.current();
    return patchedFiles(version.files, version.patches);
  }

  private change(patches: readonly Patch[], body: ReturnType<typeof record>): void {
    const { version } = this.current();
    const image = loadImage({ ...version, patches }, this.ports, this.code);
    this.database.batch(() => {
      this.journal.append("patch", "", canonical(body));
      this.install(image);
    });
    this.use(image);
  }

  private install(image: Image): void {
    this.database.run("INSERT OR IGNORE INTO world_images VALUES (?, ?, ?)", image.key, image.commit, JSON.stringify(image.version.patches));
    this.database.run("INSERT INTO world_force VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET image = excluded.image", image.key);
  }

  private use(image: Image): void {
    this.image = this.keep(image);
    this.problem = undefined;
  }

  private keep(image: Image): Image {
    this.images.delete(image.key);
    this.images.set(image.key, image);
    for (const [key, oldest] of this.images) if (this.images.size > IMAGES_KEPT && oldest !== this.image) this.images.delete(key);
    return image;
  }

  /** Of the files of a commit, as they were when it was first adopted. */
  private hashOf(commit: string): string | undefined {
    const hash = this.database.first("SELECT hash FROM world_genomes WHERE genome = ?", commit)?.["hash"];
    return typeof hash === "string" ? hash : undefined;
  }

  private version(key: string): Version {
    const row = this.database.all("SELECT genome, patches FROM world_images WHERE image = ?", key)[0];
    const commit = String(row?.["genome"]);
    const files = this.files(commit);
    if (row === undefined || files === undefined) throw new WorldError("no-genome", `the genome of image ${key} is not here`);
    const patches = JSON.parse(String(row["patches"])) as Patch[];
    if (filesHash(files) !== this.hashOf(commit) || imageKey(commit, patches) !== key)
      throw new WorldError("genome-altered", `the genome of image ${key} is not the one that was adopted`);
    return { commit, files, patches };
  }
}

/** A hash over the files of a genome, by which a replay knows that it has the same ones. */
export function filesHash(files: GenomeFiles): string {
  return digest(JSON.stringify(Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1))));
}
