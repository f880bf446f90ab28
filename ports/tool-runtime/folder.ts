// Files on disk, confined below their roots against "..", links and races.
import { randomUUID } from "node:crypto";
import {
  closeSync, constants, existsSync, fstatSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, realpathSync, renameSync, rmSync, writeSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import { missing, outside, parsePath, readOnly, tooLarge, unknownRoot, wrongKind } from "./path.js";
import type { Bytes, FileEntry, Files } from "./tools.js";

export interface Root {
  readonly folder: string;
  readonly writable: boolean;
}

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * A path is resolved first, so that links may point about inside a root. Then it is walked again from the root, name
 * by name, each opened in the folder opened before and without following links: what is swapped in between fails.
 */
export function folderFiles(roots: Readonly<Record<string, Root>>): Files {
  const located = (path: string): Located => locate(roots, path);
  return {
    roots: Object.entries(roots).map(([name, { writable }]) => ({ name, writable })),
    read: (path, limit) => {
      const { root, names } = located(path);
      if (names.length === 0) throw wrongKind(path, "file");
      return inFolder(root, names.slice(0, -1), path, false, (folder) => {
        // Without blocking: a pipe in place of a file would hang.
        const file = opened(folder, names.at(-1)!, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, path, "file");
        return closing(file, () => readWhole(file.descriptor, path, limit));
      });
    },
    write(path, bytes) {
      const { root, names, name } = located(path);
      if (roots[name]?.writable !== true) throw readOnly(name);
      if (names.length === 0) throw wrongKind(path, "file");
      inFolder(root, names.slice(0, -1), path, true, (folder) => writeWhole(folder, names.at(-1)!, bytes, path));
    },
    list(path) {
      const { root, names } = located(path);
      return inFolder(root, names, path, false, (folder) => readdirSync(within(folder, ".")).toSorted().flatMap((name) => entry(folder, path, name)));
    },
  };
}

interface Located {
  readonly name: string;
  /** The root's real folder. */
  readonly root: string;
  /** Names below it after all links that exist are resolved. */
  readonly names: readonly string[];
}

function locate(roots: Readonly<Record<string, Root>>, path: string): Located {
  const parsed = parsePath(path);
  const found = Object.hasOwn(roots, parsed.root) ? roots[parsed.root] : undefined;
  if (found === undefined) throw unknownRoot(parsed.root, Object.keys(roots));
  const root = realpathSync(found.folder);
  for (let count = parsed.names.length; ; count -= 1) {
    const start = resolved(join(root, ...parsed.names.slice(0, count)), path);
    if (start === undefined) continue;
    if (start !== root && !start.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside(path);
    const existing = relative(root, start);
    return { name: parsed.root, root, names: [...(existing === "" ? [] : existing.split(sep)), ...parsed.names.slice(count)] };
  }
}

/** Undefined if nothing is there. */
function resolved(path: string, asked: string): string | undefined {
  return translated(asked, () => realpathSync(path), ["ENOENT"]);
}

interface Opened {
  readonly descriptor: number;
  readonly path: string;
}

const HAS_DESCRIPTOR_PATHS = existsSync("/proc/self/fd");

/** A name in an opened folder: by descriptor where the system has such paths, so that renaming the folder's parents changes nothing. */
function within(folder: Opened, name: string): string {
  return join(HAS_DESCRIPTOR_PATHS ? `/proc/self/fd/${folder.descriptor}/` : folder.path, name);
}

function opened(folder: Opened, name: string, flags: number, path: string, kind: "file" | "folder"): Opened {
  const place = within(folder, name);
  const descriptor = translated(path, () => openSync(place, flags, 0o644)) ?? -1;
  const stats = fstatSync(descriptor);
  if (kind === "file" ? stats.isFile() : stats.isDirectory()) return { descriptor, path: join(folder.path, name) };
  closeSync(descriptor);
  throw wrongKind(path, kind);
}

function inFolder<Result>(root: string, names: readonly string[], path: string, make: boolean, work: (folder: Opened) => Result): Result {
  const descend = (folder: Opened, rest: readonly string[]): Result => closing(folder, () => {
    const [name, ...others] = rest;
    if (name === undefined) return work(folder);
    if (make && lstatSync(within(folder, name), { throwIfNoEntry: false }) === undefined) translated(path, () => mkdirSync(within(folder, name)), ["EEXIST"]);
    return descend(opened(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, path, "folder"), others);
  });
  return descend({ descriptor: openSync(root, O_RDONLY | O_DIRECTORY), path: root }, names);
}

function closing<Result>({ descriptor }: Opened, work: () => Result): Result {
  try {
    return work();
  } finally {
    closeSync(descriptor);
  }
}

function readWhole(descriptor: number, path: string, limit: number): Bytes {
  if (fstatSync(descriptor).size > limit) throw tooLarge(path, limit);
  const bytes = Buffer.alloc(limit + 1);
  let length = 0;
  for (let count = -1; count !== 0 && length <= limit; length += count) count = readSync(descriptor, bytes, length, bytes.length - length, null);
  if (length > limit) throw tooLarge(path, limit);
  return new Uint8Array(bytes.subarray(0, length));
}

/** Beside its place, synced, then renamed into it; a link with the name is replaced, not followed. */
function writeWhole(folder: Opened, name: string, bytes: Uint8Array, path: string): void {
  if (lstatSync(within(folder, name), { throwIfNoEntry: false })?.isDirectory() === true) throw wrongKind(path, "file");
  const draft = `.${randomUUID()}.draft`;
  const file = opened(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, path, "file");
  try {
    closing(file, () => {
      for (let at = 0; at < bytes.length;) at += writeSync(file.descriptor, bytes, at);
      fsyncSync(file.descriptor);
    });
    renameSync(within(folder, draft), within(folder, name));
    fsyncSync(folder.descriptor);
  } finally {
    rmSync(within(folder, draft), { force: true });
  }
}

function entry(folder: Opened, path: string, name: string): FileEntry[] {
  const stats = lstatSync(within(folder, name), { throwIfNoEntry: false });
  if (stats === undefined) return [];
  const kinds = [["file", stats.isFile()], ["folder", stats.isDirectory()], ["link", stats.isSymbolicLink()], ["other", true]] as const;
  return [{ path: `${path}/${name}`, kind: kinds.find(([, is]) => is)![0], size: stats.isFile() ? stats.size : 0 }];
}

/** The system's errors as ours; undefined for the codes that are expected. */
function translated<Result>(path: string, work: () => Result, expected: readonly string[] = []): Result | undefined {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (expected.includes(code)) return undefined;
    if (code === "ENOENT") throw missing(path);
    if (code === "ELOOP") throw outside(path);
    if (code === "ENOTDIR" || code === "EISDIR") throw wrongKind(path, code === "ENOTDIR" ? "folder" : "file");
    throw error;
  }
}
