// Builds the smallest entry point that serves trials, as the real one does under the verb `trial`.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { TrialEntry } from "../../epigenome/trial-process.js";

/** The same source is built to the same place, so that runs leave nothing new behind. */
const BUILT = new URL("../../node_modules/.cache/ouro-trial-entries", import.meta.url).pathname;

let entry: TrialEntry | undefined;

/** The entry, built once for all tests of a run. */
export function trialEntry(): TrialEntry {
  return (entry ??= entryOf('import { serveTrial } from "./epigenome/trial.js"; await serveTrial(process.stdin, process.stdout);'));
}

/** An entry of its own, from source text that may import by paths from the project's folder. */
export function entryOf(source: string): TrialEntry {
  const folder = join(BUILT, createHash("sha256").update(source).digest("hex").slice(0, 16));
  const outfile = join(folder, "trial.mjs");
  buildSync({
    stdin: { contents: source, resolveDir: new URL("../..", import.meta.url).pathname, loader: "ts" },
    bundle: true, platform: "node", format: "esm", loader: { ".scm": "text" }, outfile, logLevel: "warning",
    external: ["better-sqlite3"],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  });
  return { command: process.execPath, args: [outfile] };
}
