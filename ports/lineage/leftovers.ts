// Clears what a killed process leaves in a repository: orphaned Git processes of ours, locks, drafts.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const ORPHAN_PATIENCE_MS = 2_000;
const LOCK_AGE_MS = 60_000;

/**
 * A Git process that works in `door` is ours, since nobody else works there: it gets a moment to end, then is killed.
 * Locks go only when no Git process works anywhere in the repository; where processes cannot be listed, when they are old.
 */
export async function clearLeftovers(folder: string, door: string): Promise<string[]> {
  const ended = await endOrphans(door);
  const busy = processesIn(folder);
  const stale = leftovers(join(folder, ".git")).filter((path) => (busy === undefined ? isOld(path) : busy.length === 0));
  for (const path of stale) rmSync(path, { force: true });
  for (const draft of readdirSync(join(door, "drafts"))) rmSync(join(door, "drafts", draft), { force: true });
  const locks = stale.filter((path) => path.endsWith(".lock"));
  return [
    ...ended.map((id) => `ended Git process ${id}, left over from before`),
    ...locks.map((path) => `cleared the stale lock ${relative(folder, path)}`),
  ];
}

async function endOrphans(door: string): Promise<number[]> {
  const deadline = performance.now() + ORPHAN_PATIENCE_MS;
  while ((processesIn(door)?.length ?? 0) > 0 && performance.now() < deadline) await pause(20);
  const orphans = processesIn(door) ?? [];
  for (const id of orphans) process.kill(id, "SIGKILL");
  while ((processesIn(door)?.length ?? 0) > 0 && performance.now() < deadline + ORPHAN_PATIENCE_MS) await pause(20);
  return orphans;
}

/** Git processes that work in a folder or below it; undefined where the system does not list processes as files. */
function processesIn(folder: string): number[] | undefined {
  if (!existsSync("/proc/self/cwd")) return undefined;
  const real = realpathSync(folder);
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((id) => {
    const place = read(() => readlinkSync(`/proc/${id}/cwd`));
    const name = read(() => readFileSync(`/proc/${id}/comm`, "utf8"));
    return place !== undefined && name?.startsWith("git") === true && (place === real || place.startsWith(real + sep));
  });
}

/** Undefined if the process has ended meanwhile, or belongs to somebody else. */
function read(look: () => string): string | undefined {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "EACCES", "ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

/** Locks of what we write, and objects that were never finished. */
function leftovers(git: string): string[] {
  const below = (folder: string, isLeftover: (name: string) => boolean): string[] =>
    existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => isLeftover(basename(path))).map((path) => join(folder, path)) : [];
  const isLock = (name: string): boolean => name.endsWith(".lock");
  return [
    ...["index.lock", "packed-refs.lock", "ouro/HEAD.lock"].map((name) => join(git, name)).filter((path) => existsSync(path)),
    ...below(join(git, "refs", "heads"), isLock),
    ...below(join(git, "refs", "ouro"), isLock),
    ...below(join(git, "objects"), (name) => name.startsWith("tmp_")),
  ];
}

function isOld(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > LOCK_AGE_MS;
}
