// The genome's lineage over any repository: proposing, adopting by compare-and-swap, reverting, merging, recovering.
import { createHash } from "node:crypto";
import { type GenomeFiles, PortError } from "../port.js";
import { applied, type Change, type Changed, merged, refuseUnsupported, type StructuralEdit, textOf } from "./change.js";
import { unknownCommit } from "./git.js";
import { isMadeBy, mergeMessage, proposalMessage, type Provenance, revertMessage, subjectOf } from "./message.js";
import { blobOf, type Commit, commitOf, type GitObject, nameOf, type Tree, treesOf } from "./objects.js";
import { blob, FETCHED, type Remote, type Repository, type WorkTree } from "./repository.js";

export const AUTHOR = "Ouro <ouro@localhost>";
const MAIN = "refs/heads/main";
const UPSTREAM = "refs/heads/upstream";
/** The commit that the work tree was last brought to: where it differs from main, a crash fell between the two. */
const CHECKOUT = "refs/ouro/checkout";
/** Turns under way need these commits, wherever the branches go. */
const PINNED = "refs/ouro/pinned/";

export interface Candidate {
  readonly commit: string;
  readonly branch: string;
  readonly tree: string;
}

export type Relation = "same" | "ahead" | "behind" | "diverged";

export class Genome {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly repository: Repository,
    private readonly workTree?: WorkTree,
    private readonly edit?: StructuralEdit,
  ) {}

  /** Everything that writes runs one after the other, so that references and files move together. */
  private serially<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.last.then(work, work);
    this.last = next.catch(() => undefined);
    return next;
  }

  /** The shipped files become a commit on `upstream` if they differ from its last; a new `main` starts there. */
  initialise(shipped: GenomeFiles, timeMs: number): Promise<{ upstream: string; main: string; created: boolean }> {
    return this.serially(async () => {
      await this.repository.open();
      const references = await this.repository.references("refs/heads/");
      const [main, standing] = [references.get(MAIN), references.get(UPSTREAM)];
      const upstream = await this.ship(shipped, standing, timeMs);
      const moves = [
        ...(upstream === standing ? [] : [{ reference: UPSTREAM, from: standing, to: upstream }]),
        ...(main === undefined ? [{ reference: MAIN, to: upstream }, { reference: CHECKOUT, to: upstream }] : []),
      ];
      if (main === undefined) await this.workTree?.bring(new Map(), await this.repository.tree(upstream), upstream, refuseOverwriting);
      if (moves.length > 0 && !(await this.repository.move(moves, timeMs))) throw stale();
      return { upstream, main: main ?? upstream, created: main === undefined };
    });
  }

  private async ship(shipped: GenomeFiles, standing: string | undefined, timeMs: number): Promise<string> {
    const changes = Object.entries(shipped).map(([file, text]) => ({ file, text }));
    const changed = await applied(this.repository, new Map(), changes, undefined);
    const tree = nameOf(treesOf(changed.files).at(-1)!);
    if (standing !== undefined && (await this.repository.commit(standing)).tree === tree) return standing;
    return (await this.save(changed, standing === undefined ? [] : [standing], "The shipped genome\n", timeMs)).commit;
  }

  /** In a copy of another repository, without its files: main begins at this commit, and the files are brought to it. */
  beginAt(commit: string, timeMs: number): Promise<void> {
    return this.serially(async () => {
      await this.repository.open();
      const references = await this.repository.references("refs/");
      const tree = await this.repository.tree(await this.resolve(commit));
      const moves = [MAIN, CHECKOUT].filter((reference) => references.get(reference) !== commit).map((reference) => ({ reference, from: references.get(reference), to: commit }));
      if (moves.length > 0 && !(await this.repository.move(moves, timeMs))) throw stale();
      await this.workTree?.bring(new Map(), tree, commit, refuseOverwriting);
    });
  }

  /** Undoes or finishes what a crash interrupted, and says what it did. Never loses an edit of a person. */
  recover(): Promise<readonly string[]> {
    return this.serially(async () => {
      const cleared = await this.workTree?.clear() ?? [];
      return [...cleared, ...await this.settle()];
    });
  }

  async head(): Promise<string> {
    return this.resolve("main");
  }

  /** Keeps a reference to each of these commits, and to none that was pinned before. Commits that are not here are left out. */
  pin(commits: readonly string[], timeMs: number): Promise<void> {
    return this.serially(async () => {
      const standing = await this.repository.references(PINNED);
      const wanted = new Map(commits.map((commit) => [PINNED + commit, commit]));
      const known = await Promise.all([...wanted].filter(([reference]) => !standing.has(reference)).map(async ([reference, to]) =>
        ((await this.isHere(to)) ? [{ reference, to }] : [])));
      const gone = [...standing].filter(([reference]) => !wanted.has(reference)).map(([reference, from]) => ({ reference, from }));
      const moves = [...known.flat(), ...gone];
      if (moves.length > 0) await this.repository.move(moves, timeMs);
    });
  }

  async branches(): Promise<{ branch: string; commit: string }[]> {
    return [...await this.repository.references("refs/heads/")].map(([name, commit]) => ({ branch: name.slice("refs/heads/".length), commit }));
  }

  /** True if no reference of ours leads to the commit: it was fetched from elsewhere, and nobody has taken it yet. */
  async isForeign(commit: string): Promise<boolean> {
    const ours = [...await this.repository.references("refs/")].filter(([name]) => !name.startsWith(FETCHED)).map(([, tip]) => tip);
    return (await this.repository.history([commit], ours, 1)).length > 0;
  }

  /** A commit by its 40 digits or a branch's name. */
  async resolve(name: string): Promise<string> {
    if (/^[0-9a-f]{40}$/.test(name)) return (await this.repository.commit(name)).commit;
    const found = (await this.repository.references(`refs/heads/${name}`)).get(`refs/heads/${name}`);
    if (found === undefined) throw unknownCommit(name);
    return found;
  }

  async text(name: string, path: string): Promise<string> {
    const entry = (await this.repository.tree(await this.resolve(name))).get(path);
    if (entry === undefined) throw new PortError("lineage-unknown-file", `${name} has no file ${path}`, { hint: "(lineage/files commit) lists its files." });
    const text = textOf(await blob(this.repository, entry.blob));
    if (text === undefined) throw new PortError("lineage-not-text", `${path} is not text`, { hint: "Only text in UTF-8 can be shown." });
    return text;
  }

  /** All files that are text, by path. */
  async files(name: string): Promise<GenomeFiles> {
    const tree = await this.repository.tree(await this.resolve(name));
    const contents = await this.repository.blobs([...new Set([...tree.values()].map((entry) => entry.blob))]);
    return Object.fromEntries([...tree].flatMap(([path, entry]) => {
      const text = textOf(contents.get(entry.blob) ?? new Uint8Array());
      return text === undefined ? [] : [[path, text]];
    }));
  }

  /** Commits the changes on a branch of their own. The same intent finds the branch it made. */
  propose(base: string, changes: readonly Change[], provenance: Provenance, timeMs: number, branch?: string): Promise<Candidate> {
    return this.candidate(branch, provenance, timeMs, async () => {
      const parent = await this.resolve(base);
      const changed = await applied(this.repository, await this.repository.tree(parent), changes, this.edit);
      return { changed, parents: [parent], message: proposalMessage(provenance) };
    });
  }

  /** Merges a commit into main, on a branch: it is adopted like any other candidate. */
  merge(name: string, provenance: Provenance, timeMs: number, branch?: string): Promise<Candidate> {
    return this.candidate(branch, provenance, timeMs, async () => {
      const [ours, theirs] = [await this.head(), await this.resolve(name)];
      const base = await this.sharedAncestor(ours, theirs);
      const trees = await Promise.all([base, ours, theirs].map(async (commit) => (commit === undefined ? new Map() : this.repository.tree(commit))));
      const changed = await merged(this.repository, trees[0]!, trees[1]!, trees[2]!);
      return { changed, parents: [ours, theirs], message: mergeMessage(name, provenance) };
    });
  }

  /** Moves main to a descendant of the expected head, and the files with it. Run again, it finishes what was left. */
  adopt(name: string, expected: string, timeMs: number): Promise<string> {
    return this.serially(async () => {
      const [commit, head] = [await this.resolve(name), await this.head()];
      if (await this.isInside(commit, head)) await this.settle();
      else if (head !== await this.resolve(expected)) throw stale();
      else if (!(await this.isInside(head, commit))) throw new PortError("lineage-not-a-descendant", `${name} does not continue main`, { hint: "Propose the change again on main's head, or merge the commit." });
      else await this.advance(head, commit, timeMs);
      return commit;
    });
  }

  /** Undoes a commit of main by a new one, which is main at once: going back needs no gate. */
  revert(name: string, provenance: Provenance, timeMs: number): Promise<string> {
    return this.serially(async () => {
      const head = await this.head();
      const done = (await this.repository.history([head], [])).find(({ message }) => isMadeBy(message, provenance.idempotencyKey));
      if (done !== undefined) {
        await this.settle();
        return done.commit;
      }
      const target = await this.repository.commit(await this.resolve(name));
      if (!(await this.isInside(target.commit, head))) throw new PortError("lineage-not-adopted", `${name} is not part of main`, { hint: "A candidate is dropped: (lineage/drop! branch)." });
      const [before] = target.parents;
      if (before === undefined) throw new PortError("lineage-first-commit", "the first commit has nothing before it to go back to");
      const trees = await Promise.all([target.commit, head, before].map((commit) => this.repository.tree(commit)));
      const changed = await merged(this.repository, trees[0]!, trees[1]!, trees[2]!);
      const made = await this.save(changed, [head], revertMessage(subjectOf(target.message), target.commit, provenance), timeMs);
      await this.advance(head, made.commit, timeMs);
      return made.commit;
    });
  }

  drop(branch: string, timeMs: number): Promise<void> {
    return this.serially(async () => {
      if (["main", "upstream"].includes(branch)) throw new PortError("lineage-protected", `${branch} cannot be dropped`, { hint: "Only branches of candidates can." });
      const reference = `refs/heads/${branch}`;
      const from = (await this.repository.references(reference)).get(reference);
      if (from !== undefined && !(await this.repository.move([{ reference, from }], timeMs))) throw stale();
    });
  }

  async push(name: string, remote: Remote): Promise<string> {
    const commit = await this.resolve(name);
    await this.repository.push(remote, commit);
    return commit;
  }

  /** Fetches; what came is merged or adopted like any other commit. */
  pull(remote: Remote): Promise<{ commit: string; relation: Relation }> {
    return this.serially(async () => {
      const commit = await this.repository.fetch(remote);
      return { commit, relation: await this.relation(commit, await this.head()) };
    });
  }

  async isInside(inner: string, outer: string): Promise<boolean> {
    return (await this.repository.history([inner], [outer], 1)).length === 0;
  }

  private async relation(commit: string, head: string): Promise<Relation> {
    const [behind, ahead] = [await this.isInside(commit, head), await this.isInside(head, commit)];
    if (behind) return ahead ? "same" : "behind";
    return ahead ? "ahead" : "diverged";
  }

  private async sharedAncestor(one: string, other: string): Promise<string | undefined> {
    const inside = new Set((await this.repository.history([one], [])).map(({ commit }) => commit));
    // Children come before parents, so nothing between the first that is shared and the tips is shared.
    return (await this.repository.history([other], [])).find(({ commit }) => inside.has(commit))?.commit;
  }

  private candidate(
    wanted: string | undefined, provenance: Provenance, timeMs: number,
    make: () => Promise<{ changed: Changed; parents: string[]; message: string }>,
  ): Promise<Candidate> {
    return this.serially(async () => {
      const branch = wanted ?? `candidate/${createHash("sha256").update(provenance.idempotencyKey).digest("hex").slice(0, 16)}`;
      const reference = `refs/heads/${branch}`;
      const standing = (await this.repository.references(reference)).get(reference);
      if (standing !== undefined) return this.existing(await this.repository.commit(standing), branch, provenance);
      const { changed, parents, message } = await make();
      const commit = await this.save(changed, parents, message, timeMs);
      if (!(await this.repository.move([{ reference, to: commit.commit }], timeMs))) throw stale();
      return { commit: commit.commit, branch, tree: commit.tree };
    });
  }

  private existing(commit: Commit, branch: string, { idempotencyKey }: Provenance): Candidate {
    if (!isMadeBy(commit.message, idempotencyKey)) throw new PortError("lineage-branch-exists", `there is a branch ${branch} already`, { hint: "Leave :branch out, or drop that branch first." });
    return { commit: commit.commit, branch, tree: commit.tree };
  }

  private async save({ files, created }: Changed, parents: string[], message: string, timeMs: number): Promise<Commit> {
    refuseUnsupported(files);
    const trees = treesOf(files);
    const draft = { tree: nameOf(trees.at(-1)!), parents, author: AUTHOR, timeMs, message };
    const commit = commitOf(draft);
    await this.repository.write(distinct([...created, ...trees, commit]));
    return { ...draft, commit: nameOf(commit) };
  }

  private async advance(head: string, commit: string, timeMs: number): Promise<void> {
    await this.settle();
    const [current, next] = [await this.repository.tree(head), await this.repository.tree(commit)];
    refuseUnsupported(next);
    await this.refuseEdits(current, next);
    if (!(await this.repository.move([{ reference: MAIN, from: head, to: commit }], timeMs))) throw stale();
    await this.settle();
  }

  /** Fails with `lineage-dirty` if a person has edits in the folder that are in no commit: nothing could be adopted. */
  async mustBeClean(): Promise<void> {
    const current = await this.repository.tree(await this.head());
    await this.refuseEdits(current, current);
  }

  private async isHere(commit: string): Promise<boolean> {
    try {
      await this.repository.commit(commit);
      return true;
    } catch (error) {
      if (error instanceof PortError && error.code === "lineage-unknown-commit") return false;
      throw error;
    }
  }

  private async refuseEdits(current: Tree, next: Tree): Promise<void> {
    const edits = await this.workTree?.edits(current, next) ?? [];
    if (edits.length > 0) {
      throw new PortError("lineage-dirty", `the genome's folder has edits that are in no commit: ${edits.join(", ")}`, { hint: "Commit them on a branch (git switch -c mine; git commit -a; git switch main), or undo them with git restore, then try again." });
    }
  }

  /** Brings the files from the commit that they were brought to last to main. */
  private async settle(): Promise<string[]> {
    const references = await this.repository.references("refs/");
    const [main, checkout] = [references.get(MAIN), references.get(CHECKOUT)];
    if (main === undefined || main === checkout) return [];
    const { timeMs } = await this.repository.commit(main);
    const done: string[] = [];
    if (checkout !== undefined && this.workTree !== undefined) {
      const [current, next] = [await this.repository.tree(checkout), await this.repository.tree(main)];
      refuseUnsupported(next);
      await this.workTree.bring(current, next, main, async (edits) => void done.push(await this.keep(next, main, edits, timeMs)));
      done.unshift(`brought the genome's folder to ${main.slice(0, 12)}`);
    }
    const isDone = await this.repository.move([{ reference: CHECKOUT, from: checkout, to: main }], timeMs);
    return isDone ? done : [...done, ...await this.settle()];
  }

  /** A person's edits in the way of a commit that main has already are kept as a commit of their own. */
  private async keep(next: Tree, main: string, edits: ReadonlyMap<string, Uint8Array>, timeMs: number): Promise<string> {
    const created: GitObject[] = [...edits.values()].map(blobOf);
    const files = new Map([...next, ...[...edits].map(([path, bytes]) => [path, { blob: nameOf(blobOf(bytes)), mode: "100644" }] as const)]);
    const { commit } = await this.save({ files, created }, [main], "Edits that were in the way of this commit\n", timeMs);
    const reference = `refs/ouro/rescued/${commit.slice(0, 12)}`;
    const standing = (await this.repository.references(reference)).get(reference);
    if (standing === undefined) await this.repository.move([{ reference, to: commit }], timeMs);
    return `kept edits of ${[...edits.keys()].join(", ")}: see git show ${reference}`;
  }
}

function stale(): PortError {
  return new PortError("lineage-stale", "main has moved since this was prepared", { hint: "Read (lineage/head) again, and propose and validate the change on that." });
}

async function refuseOverwriting(edits: ReadonlyMap<string, Uint8Array>): Promise<void> {
  throw new PortError("lineage-dirty", `the genome's folder already holds ${[...edits.keys()].join(", ")}`, { hint: "Choose another home, or move these files away." });
}

function distinct(objects: readonly GitObject[]): GitObject[] {
  return [...new Map(objects.map((object) => [nameOf(object), object])).values()];
}

