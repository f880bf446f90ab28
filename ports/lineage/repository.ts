// What the lineage port needs of a Git repository: objects, references, and other repositories to exchange them with.
import type { Commit, GitObject, Tree } from "./objects.js";

/** A reference moved from one commit to another. No `from`: it must not exist yet. No `to`: it is deleted. */
export interface Move {
  readonly reference: string;
  readonly from?: string;
  readonly to?: string;
}

export interface Repository {
  /** Makes the repository if there is none. */
  open(): Promise<void>;
  /** Full names ("refs/heads/main") that start with the prefix, and the commits they name. */
  references(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** All moves or none, durably: false if any reference was not where it should be. `timeMs` dates the reference log. */
  move(moves: readonly Move[], timeMs: number): Promise<boolean>;
  /** Throws PortError lineage-unknown-commit. */
  commit(commit: string): Promise<Commit>;
  /** Commits reachable from the tips and from none of the excluded ones, children before parents, newest first. */
  history(tips: readonly string[], excluded: readonly string[], limit?: number): Promise<Commit[]>;
  tree(commit: string): Promise<Tree>;
  /** The contents of blobs by their names. Throws PortError lineage-damaged if one is missing. */
  blobs(names: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Durable when it resolves. */
  write(objects: readonly GitObject[]): Promise<void>;
  /** Brings a remote's branch here and answers its commit. Throws PortError lineage-remote. */
  fetch(remote: Remote): Promise<string>;
  /** Moves a remote's branch forward. Throws PortError lineage-rejected if that is not a fast-forward, lineage-remote otherwise. */
  push(remote: Remote, commit: string): Promise<void>;
}

/** What references begin with to commits that were fetched, by the name of the branch there. */
export const FETCHED = "refs/ouro/fetched/";

export interface Remote {
  readonly url: string;
  readonly branch: string;
  readonly signal: AbortSignal;
  readonly progress: (event: Record<string, unknown>) => void;
}

export async function blob(repository: Pick<Repository, "blobs">, name: string): Promise<Uint8Array> {
  return (await repository.blobs([name])).get(name) ?? new Uint8Array();
}

/** The files that a person sees. */
export interface WorkTree {
  /** Tracked paths that differ from the tree, and paths in the way of what `next` would add. */
  edits(current: Tree, next: Tree): Promise<string[]>;
  /**
   * Brings files from one tree to the next. A file that equals neither is a person's edit: it stays where the two trees
   * agree, else `keep` is handed it before it is replaced. What is already right is left alone, so it can be run again.
   */
  bring(current: Tree, next: Tree, commit: string, keep: (edits: ReadonlyMap<string, Uint8Array>) => Promise<void>): Promise<void>;
  /** Clears what a killed process left behind; says what it did. */
  clear(): Promise<string[]>;
}
