// Compiled code of the genome, kept in the home from one start to the next. It may be deleted at any time.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeCache } from "../interpreter/index.js";

/** A hash of the interpreter's sources, put here by the build; run from sources there is none. */
declare const OURO_INTERPRETER: string | undefined;

/** How many texts are kept; a genome takes about a hundred. The oldest go first. */
const MOST_TEXTS = 2_000;

/** The cache of a home. From sources nothing is kept on disk: no hash tells one state of them from the next. */
export function codeCache(home: string): CodeCache {
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  return typeof OURO_INTERPRETER === "undefined"
    ? { version: "sources", digest, get: (key) => ofProcess.get(key), put: (key, text) => void ofProcess.set(key, text) }
    : { version: OURO_INTERPRETER, digest, ...filesIn(join(home, "cache")) };
}

const ofProcess = new Map<string, string>();

/** One file for each key. */
function filesIn(folder: string): Pick<CodeCache, "get" | "put"> {
  let isReady = false;
  return {
    get: (key) => readIfThere(join(folder, key)),
    put(key, text) {
      if (!isReady) makeRoom(folder);
      isReady = true;
      writeFileSync(join(folder, key), text);
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function makeRoom(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = readdirSync(folder);
  if (names.length <= MOST_TEXTS) return;
  const aged = names.map((name) => ({ path: join(folder, name), timeMs: statSync(join(folder, name)).mtimeMs }));
  for (const { path } of aged.sort((one, other) => one.timeMs - other.timeMs).slice(0, names.length - MOST_TEXTS / 2)) rmSync(path, { force: true });
}
