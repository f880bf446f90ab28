// The genome's Git repository on disk, reached so that nothing but this file configures Git.
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { childEnvironment, PortError } from "../port.js";
import { type Commit, type Entry, packOf, parseCommit } from "./objects.js";
import { FETCHED, type Move, type Remote, type Repository } from "./repository.js";

/** How a remote may be reached. "file" runs what the other folder's configuration says, so it is for folders that a person trusts. */
export type Protocol = "https" | "ssh" | "file";

export interface GitRepository extends Repository {
  /** Brings Git's index to a commit, so that a person's `git status` is clean. */
  index(commit: string): Promise<void>;
  /** Paths and blobs of Git's index. */
  indexed(): Promise<ReadonlyMap<string, string>>;
  /** The folder in which every Git process of ours works, and no other. */
  readonly door: string;
}

/**
 * A repository whose own `.git/config`, hooks, attributes, filters, drivers and credential helpers do nothing here.
 * Git is run in `.git/ouro`, a Git directory of ours that shares only objects, references and the index with `.git`.
 * What it does not contain cannot be hostile; a list of settings to switch off would have to be complete.
 */
export function gitRepository(folder: string, protocols: readonly Protocol[]): GitRepository {
  const door = join(folder, ".git", "ouro");
  const run = async (commands: string[], input?: string | Uint8Array, signal?: AbortSignal): Promise<string> =>
    git(door, input, signal).raw(commands);
  const objects = async (names: readonly string[]): Promise<Map<string, Uint8Array>> =>
    parseBatch((await git(door, `${names.join("\n")}\n`).binaryCatFile(["--batch"])) as Buffer);
  const commit = async (name: string): Promise<Commit> => {
    const body = (await objects([`${name}^{commit}`])).get(name);
    if (body === undefined) throw unknownCommit(name);
    return parseCommit(name, body);
  };
  return {
    door,
    commit,
    async open() {
      mkdirSync(folder, { recursive: true });
      if (!existsSync(join(folder, ".git"))) await git(folder).raw(["init", "--initial-branch=main"]);
      makeDoor(folder, door, protocols);
    },
    async references(prefix) {
      const lines = (await run(["for-each-ref", "--format=%(objectname) %(refname)"])).split("\n").filter((line) => line !== "");
      return new Map(lines.map((line): [string, string] => [line.slice(41), line.slice(0, 40)]).filter(([name]) => name.startsWith(prefix)));
    },
    move: (moves, timeMs) => moveReferences(door, moves, timeMs),
    async history(tips, excluded, limit) {
      const count = limit === undefined ? [] : [`--max-count=${limit}`];
      const names = (await run(["rev-list", "--topo-order", ...count, ...tips, ...excluded.map((name) => `^${name}`), "--"])).split("\n").filter((line) => line !== "");
      if (names.length === 0) return [];
      const found = await objects(names);
      return names.map((name) => parseCommit(name, found.get(name) ?? new Uint8Array()));
    },
    async tree(name) {
      await commit(name);
      const rows = (await run(["ls-tree", "-r", "-z", "--full-tree", name])).split("\0").filter((row) => row !== "");
      return new Map(rows.map((row): [string, Entry] => [row.slice(row.indexOf("\t") + 1), { mode: row.slice(0, 6), blob: row.slice(12, 52) }]));
    },
    async blobs(names) {
      const found = names.length === 0 ? new Map<string, Uint8Array>() : await objects(names);
      const missing = names.find((name) => !found.has(name));
      if (missing !== undefined) throw damaged(missing);
      return found;
    },
    write: async (created) => void (await run(["unpack-objects", "--strict"], packOf(created))),
    fetch: (remote) => fetchBranch(run, remote),
    push: (remote, name) => pushBranch(run, remote, name),
    async index(name) {
      await run(["read-tree", name]);
      await run(["update-index", "-q", "--refresh"]);
    },
    async indexed() {
      const rows = (await run(["ls-files", "--stage", "-z", "--full-name", "--", ":/"])).split("\0").filter((row) => row !== "");
      return new Map(rows.map((row): [string, string] => [row.slice(row.indexOf("\t") + 1), row.slice(7, 47)]));
    },
  };
}

export function unknownCommit(name: string): PortError {
  return new PortError("lineage-unknown-commit", `there is no commit ${name} here`, { hint: "(lineage/log) lists those of main; (lineage/branches) the candidates." });
}

export function damaged(name: string): PortError {
  return new PortError("lineage-damaged", `the repository lacks the object ${name}`, { hint: "Run git fsck in the genome's folder; fetch the object from a remote, or restore a snapshot." });
}

/** Everything that a Git process gets of our environment; the names that simple-git guards are allowed one by one. */
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
} as const;

function git(directory: string, input?: string | Uint8Array, signal?: AbortSignal, timeMs = 0): ReturnType<typeof simpleGit> {
  // Without the sign Git takes short numbers for days.
  const seconds = `@${Math.floor(timeMs / 1_000)} +0000`;
  const identity = { GIT_COMMITTER_NAME: "Ouro", GIT_COMMITTER_EMAIL: "ouro@localhost", GIT_COMMITTER_DATE: seconds };
  return simpleGit({
    baseDir: directory,
    ...(input === undefined ? {} : { input: () => Buffer.from(input) }),
    ...(signal === undefined ? {} : { abort: signal }),
    // The one guarded thing that we set: GIT_CONFIG_GLOBAL, to nothing.
    unsafe: { allowUnsafeConfigPaths: true },
    allowEnvironment: [...Object.keys(ENVIRONMENT), ...Object.keys(identity)],
    completion: { onClose: true, onExit: false },
  }).env(childEnvironment(["PATH", "HOME", "SSH_AUTH_SOCK", "TMPDIR", "SYSTEMROOT"], { ...ENVIRONMENT, ...identity, LC_ALL: "C" })).outputHandler(endAtOnce);
}

/** simple-git waits 50 ms more for a command that printed nothing: an empty piece at the end counts as something. */
function endAtOnce(_command: string, output: NodeJS.ReadableStream): void {
  output.once("end", () => output.emit("data", Buffer.alloc(0)));
}

const SHARED = ["refs", "objects", "packed-refs", "logs", "index"];

/** Objects and references are synced by Git itself (core.fsync = all) before a command that wrote them ends. */
function makeDoor(folder: string, door: string, protocols: readonly Protocol[]): void {
  mkdirSync(join(folder, ".git", "logs"), { recursive: true });
  for (const path of [join(folder, ".git"), door]) if (existsSync(path) && !lstatSync(path).isDirectory()) throw new PortError("lineage-not-a-repository", `${path} is not a folder`, { hint: "Move it away; the genome's repository must be a plain one." });
  mkdirSync(join(door, "drafts"), { recursive: true });
  for (const name of SHARED) {
    if (isLinkTo(join(door, name), `../${name}`)) continue;
    rmSync(join(door, name), { recursive: true, force: true });
    symlinkSync(`../${name}`, join(door, name));
  }
  for (const name of ["hooks", "info", "commondir", "config.worktree", "modules"]) rmSync(join(door, name), { recursive: true, force: true });
  writeFileSync(join(door, "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(door, "config"), `${CONFIGURATION}${["https", "ssh", "file"].map((name) => `[protocol "${name}"]\n\tallow = ${protocols.some((allowed) => allowed === name) ? "always" : "never"}\n`).join("")}`);
}

const CONFIGURATION = `[core]
	repositoryformatversion = 0
	bare = false
	worktree = ../..
	hooksPath = /dev/null
	attributesFile = /dev/null
	excludesFile = /dev/null
	fsmonitor = false
	autocrlf = false
	symlinks = false
	logAllRefUpdates = true
	fsync = all
	sshCommand = ssh -o BatchMode=yes
[gc]
	auto = 0
[maintenance]
	auto = false
[fetch]
	fsckObjects = true
[submodule]
	recurse = false
[protocol]
	allow = never
`;

function isLinkTo(path: string, target: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(path) === target;
}

const NONE = "0".repeat(40);

async function moveReferences(door: string, moves: readonly Move[], timeMs: number): Promise<boolean> {
  const commands = moves.map(({ reference, from = NONE, to }) => (to === undefined ? `delete ${reference} ${from}` : `update ${reference} ${to} ${from}`));
  try {
    // `start` makes Git answer, and all moves one transaction.
    await git(door, ["start", ...commands, "prepare", "commit", ""].join("\n"), undefined, timeMs).raw(["update-ref", "--stdin"]);
    return true;
  } catch (error) {
    const message = String(error);
    if (/is at [0-9a-f]{40} but expected|reference already exists|unable to resolve reference|reference is missing/.test(message)) return false;
    if (message.includes(".lock': File exists")) throw new PortError("lineage-locked", "another Git process is changing this repository", { retryable: true, hint: "Try again; if none runs, restart: stale locks are cleared then." });
    throw error;
  }
}

type Run = (commands: string[], input?: string, signal?: AbortSignal) => Promise<string>;

async function fetchBranch(run: Run, { url, branch, signal, progress }: Remote): Promise<string> {
  progress({ stage: "fetch", remote: url });
  const reference = `${FETCHED}${branch}`;
  await run(["fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--end-of-options", url, `+refs/heads/${branch}:${reference}`], undefined, signal)
    .catch((error: unknown) => remoteFailure(error, signal));
  return (await run(["rev-parse", "--verify", reference])).trim();
}

async function pushBranch(run: Run, { url, branch, signal, progress }: Remote, commit: string): Promise<void> {
  progress({ stage: "push", remote: url });
  await run(["push", "--no-verify", "--no-recurse-submodules", "--end-of-options", url, `${commit}:refs/heads/${branch}`], undefined, signal)
    .catch((error: unknown) => remoteFailure(error, signal));
}

function remoteFailure(error: unknown, signal: AbortSignal): never {
  // An abort of ours is told from a failure of theirs by whoever called.
  if (signal.aborted) throw error;
  const message = error instanceof Error ? error.message.trim() : String(error);
  if (/\[rejected\]|non-fast-forward|fetch first/.test(message)) {
    throw new PortError("lineage-rejected", "the remote branch has commits that this one does not", { hint: "Pull and merge them first, then push again." });
  }
  if (/transport '.*' not allowed/.test(message)) throw new PortError("lineage-remote-refused", "this kind of remote is not allowed", { hint: "Use https or ssh, or have the operator allow local folders." });
  throw new PortError("lineage-remote", `the remote could not be used: ${message.split("\n").at(-1) ?? message}`, { retryable: true });
}

/** "NAME KIND SIZE\nBODY\n" for each object that was asked; those that are missing are left out. */
function parseBatch(output: Buffer): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const [name = "", , size] = output.toString("utf8", at, end).split(" ");
    at = end + 1;
    if (size === undefined) continue;
    found.set(name, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}
