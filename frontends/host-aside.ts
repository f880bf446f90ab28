// A home that is made from another is made beside its place, and moved there when it is whole: there is all of it, or nothing.
import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, readdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { lockHome, WorldError } from "../epigenome/index.js";
import { expected, HostError } from "./host-error.js";
import { prepareHome } from "./host-home.js";

/**
 * Lets `build` fill a directory beside `home`, which is not there yet or empty, and puts it in that place, durably. Killed
 * at any moment it leaves the place as it was. Errors: `home-taken`, `home-unusable`.
 */
export async function builtAside<Result>(home: string, build: (aside: string) => Promise<Result>): Promise<Result> {
  const place = existsSync(home) ? realpathSync(home) : home;
  if (existsSync(place) && readdirSync(place).length > 0) throw new WorldError("home-taken", `there is something in ${home} already`);
  const [folder, start] = [dirname(place), `.${basename(place)}.part-`];
  prepareHome(folder);
  clearAbandoned(folder, start);
  const aside = mkdtempSync(join(folder, start));
  const release = lockHome(aside);
  try {
    const result = await build(aside);
    syncTree(aside);
    move(aside, place);
    syncPath(folder);
    return result;
  } finally {
    rmSync(aside, { recursive: true, force: true });
    release();
  }
}

/** What a process that was killed left of the same place. One that still runs holds its lock. */
function clearAbandoned(folder: string, start: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(start)) continue;
    try {
      const release = lockHome(join(folder, name));
      rmSync(join(folder, name), { recursive: true, force: true });
      release();
    } catch (error) {
      if (expected(error)?.code !== "home-busy") throw error;
    }
  }
}

function move(aside: string, place: string): void {
  try {
    renameSync(aside, place);
  } catch (error) {
    const code = expected(error)?.code;
    if (code === "ENOTEMPTY" || code === "EEXIST") throw new WorldError("home-taken", `there is something in ${place} by now`);
    if (code === "EBUSY") throw new HostError("home-unusable", `${place} cannot be put in place as a whole: something is mounted there`);
    throw error;
  }
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() || entry.isDirectory()) syncPath(join(entry.parentPath, entry.name));
  syncPath(folder);
}

function syncPath(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
