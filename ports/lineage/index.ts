// The lineage port: the genome's history in Git — read it, propose on it, adopt, revert, exchange it.
import { type GenomeFiles, type Port } from "../port.js";
import type { Change, StructuralEdit } from "./change.js";
import { Genome } from "./genome.js";
import { gitRepository, type Protocol } from "./git.js";
import { memoryRepository, type MemoryRepository } from "./memory.js";
import { lineageOperations } from "./operations.js";
import { workTree } from "./worktree.js";

export { memoryRepository } from "./memory.js";
export type { Change, MemoryRepository, Protocol, StructuralEdit };

/** The port, and what the host does with the genome itself. Commits are named by 40 hexadecimal digits or a branch's name. */
export interface Lineage {
  readonly port: Port;
  /**
   * Makes the repository if there is none: branch `upstream` holds the shipped files, `main` starts there. Later calls
   * put changed shipped files on `upstream` and leave `main` alone. Paths are within the genome, such as "policy/retry.scm".
   */
  initialise(shipped: GenomeFiles, timeMs: number): Promise<{ upstream: string; main: string; created: boolean }>;
  /** At every start, before anything else is asked: clears what a crash left and brings the files to main. Says what it did. */
  recover(): Promise<readonly string[]>;
  /** In a copy of another home's repository, without its index and files: main begins at this commit, and the files are brought to it. */
  beginAt(commit: string, timeMs: number): Promise<void>;
  head(): Promise<string>;
  /** Keeps a reference to each of these commits, which turns under way are pinned to, and to no others. */
  pin(commits: readonly string[], timeMs: number): Promise<void>;
  /** Throws PortError lineage-dirty if the folder has edits that are in no commit: until then nothing can be adopted. */
  mustBeClean(): Promise<void>;
  /** All texts of a commit. Throws PortError lineage-unknown-commit. */
  files(commit: string): Promise<GenomeFiles>;
}

export interface LineageOptions {
  /** Replaces a form in a text of Lisp; without it only whole files can be proposed. */
  readonly edit?: StructuralEdit;
}

/** The lineage in a folder, its `.git` inside. Remotes are reached by https and ssh unless other protocols are given. */
export function gitLineage(folder: string, options: LineageOptions & { readonly protocols?: readonly Protocol[] } = {}): Lineage {
  const repository = gitRepository(folder, options.protocols ?? ["https", "ssh"]);
  return lineage(new Genome(repository, workTree(folder, repository), options.edit));
}

/** The lineage in memory, without files in a folder. */
export function memoryLineage(options: LineageOptions & { readonly repository?: MemoryRepository } = {}): Lineage {
  return lineage(new Genome(options.repository ?? memoryRepository(), undefined, options.edit));
}

function lineage(genome: Genome): Lineage {
  return {
    port: { name: "lineage", doc: "The genome's history in Git: read it, propose on it, adopt, revert, exchange it.", operations: lineageOperations(genome) },
    initialise: (shipped, timeMs) => genome.initialise(shipped, timeMs),
    recover: async () => {
      await genome.repository.open();
      return genome.recover();
    },
    beginAt: (commit, timeMs) => genome.beginAt(commit, timeMs),
    head: () => genome.head(),
    pin: (commits, timeMs) => genome.pin(commits, timeMs),
    mustBeClean: () => genome.mustBeClean(),
    files: (commit) => genome.files(commit),
  };
}
