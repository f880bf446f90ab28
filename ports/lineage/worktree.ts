// The genome's files as a person sees them: whether they were edited, and bringing them to a commit.
import {
  closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { PortError } from "../port.js";
import type { GitRepository } from "./git.js";
import { clearLeftovers } from "./leftovers.js";
import { blobOf, nameOf, type Tree } from "./objects.js";
import { blob, type WorkTree } from "./repository.js";

/** Git checks nothing out here: no filter runs, a file is replaced by a rename, and so is old or new but never half. */
export function workTree(folder: string, repository: GitRepository): WorkTree {
  const isMainCheckedOut = (): boolean => readFileSync(join(folder, ".git", "HEAD"), "utf8").trim() === "ref: refs/heads/main";
  return {
    async edits(current, next) {
      if (!isMainCheckedOut()) return [];
      const indexed = await repository.indexed();
      const changed = [...current].filter(([path, { blob }]) => contentName(folder, path) !== blob || indexed.get(path) !== blob).map(([path]) => path);
      const staged = [...indexed.keys()].filter((path) => !current.has(path));
      const inTheWay = [...next].filter(([path, { blob }]) => !current.has(path) && isOccupied(folder, path) && contentName(folder, path) !== blob).map(([path]) => path);
      return [...new Set([...changed, ...staged, ...inTheWay])].toSorted();
    },
    async bring(current, next, commit, keep) {
      if (!isMainCheckedOut()) return;
      const indexed = await repository.indexed();
      const changed = changedPaths(current, next).filter((path) => contentName(folder, path) !== next.get(path)?.blob);
      // The index is brought last: a path that it has already was brought before, and what differs is a person's.
      const left = changed.filter((path) => indexed.get(path) !== next.get(path)?.blob);
      const edited = left.filter((path) => isOccupied(folder, path) && contentName(folder, path) !== current.get(path)?.blob);
      if (edited.length > 0) await keep(new Map(edited.map((path) => [path, content(folder, path) ?? new Uint8Array()])));
      for (const path of left) {
        const entry = next.get(path);
        if (entry === undefined) removeFile(folder, path);
        else writeFile(folder, repository.door, path, await blob(repository, entry.blob), entry.mode);
      }
      if ([...next].some(([path, { blob }]) => indexed.get(path) !== blob) || indexed.size !== next.size) await repository.index(commit);
    },
    clear: () => clearLeftovers(folder, repository.door),
  };
}

function changedPaths(current: Tree, next: Tree): string[] {
  return [...new Set([...current.keys(), ...next.keys()])].filter((path) => current.get(path)?.blob !== next.get(path)?.blob).toSorted();
}

/** The content's name as a blob; undefined if there is no plain file, or a link leads there. */
function contentName(folder: string, path: string): string | undefined {
  const bytes = content(folder, path);
  return bytes === undefined ? undefined : nameOf(blobOf(bytes));
}

function content(folder: string, path: string): Uint8Array | undefined {
  if (blockedAt(folder, path) !== undefined) return undefined;
  const found = lstatSync(join(folder, path), { throwIfNoEntry: false });
  return found?.isFile() === true ? readFileSync(join(folder, path)) : undefined;
}

function isOccupied(folder: string, path: string): boolean {
  return blockedAt(folder, path) !== undefined || lstatSync(join(folder, path), { throwIfNoEntry: false }) !== undefined;
}

/** The first of the path's folders that is something else, such as a link that leads out of the genome. */
function blockedAt(folder: string, path: string): string | undefined {
  const parents = path.split("/").slice(0, -1).map((_, index, names) => names.slice(0, index + 1).join("/"));
  return parents.find((parent) => {
    const found = lstatSync(join(folder, parent), { throwIfNoEntry: false });
    return found !== undefined && !found.isDirectory();
  });
}

function refuseBlocked(folder: string, path: string): void {
  const blocked = blockedAt(folder, path);
  if (blocked !== undefined) throw new PortError("lineage-dirty", `${blocked} is no folder, so ${path} cannot be written`, { hint: `Move ${join(folder, blocked)} away and try again.` });
}

function writeFile(folder: string, door: string, path: string, bytes: Uint8Array, mode: string): void {
  refuseBlocked(folder, path);
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const draft = join(door, "drafts", nameOf(blobOf(bytes)));
  const file = openSync(draft, "w", mode === "100755" ? 0o755 : 0o644);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const target = lstatSync(join(folder, path), { throwIfNoEntry: false });
  if (target?.isDirectory() === true) throw new PortError("lineage-dirty", `${path} is a folder here and a file in the commit`, { hint: `Move ${join(folder, path)} away and try again.` });
  renameSync(draft, join(folder, path));
}

function removeFile(folder: string, path: string): void {
  refuseBlocked(folder, path);
  rmSync(join(folder, path), { force: true });
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    if (!existsSync(join(folder, parent)) || readdirSync(join(folder, parent)).length > 0) return;
    rmdirSync(join(folder, parent));
  }
}
