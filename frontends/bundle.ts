// A bundle: one script that holds a part of the program, with the code that V8 made of it on an earlier run.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { hasRoom } from "./room.js";

/** The parts that the build makes: the language without a home, for `eval` and `run`; what a trial child runs; and the whole. */
export type BundleName = "language" | "trial" | "whole";

/** What the text of a bundle is wrapped in: a bundle is a function of the names that its modules cannot have of themselves. */
export const WRAPPING = { before: "(function (require, moduleUrl) {", after: "})", moduleUrl: "moduleUrl" } as const;

/** The part that these words of a command line need. */
export function bundleFor(words: readonly string[]): BundleName {
  if (words[0] === "trial") return "trial";
  return words[0] === "eval" || words[0] === "run" ? "language" : "whole";
}

/** Where a bundle and its code are. V8 takes code that it made itself, of this version and these flags, and refuses any other. */
export function bundleFiles(folder: string, name: BundleName): { readonly script: string; readonly code: string } {
  return { script: join(folder, `${name}.cjs`), code: join(folder, `${name}${hasRoom() ? "-room" : ""}.code`) };
}

/** Runs a bundle. `entry` is the file that stands for all its modules: packages are looked for from there. */
export function runBundle(folder: string, name: BundleName, entry: string): vm.Script {
  const { script: filename, code } = bundleFiles(folder, name);
  const script = new vm.Script(readFileSync(filename, "latin1"), {
    filename,
    cachedData: existsSync(code) ? readFileSync(code) : undefined,
    // Node 20.0 to 20.11 have no such constant: there, packages of the ES module kind are not found.
    importModuleDynamically: (vm.constants as Partial<typeof vm.constants> | undefined)?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const bundle = script.runInThisContext() as (require: NodeJS.Require, moduleUrl: string) => void;
  bundle(createRequire(entry), pathToFileURL(entry).href);
  return script;
}
