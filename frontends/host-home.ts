// The home's directory, and the files of the package that a home is made from.
import { execFile, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment, type GenomeFiles } from "../ports/port.js";
import { HostError } from "./host-error.js";

/** Where the parts of an installed or checked-out package are. */
export interface Package {
  /** The shipped genome. */
  readonly genome: string;
  /** The script that serves trials under the verb `trial`. */
  readonly script: string;
}

/** The package that this code belongs to, built or run from source. */
export function ownPackage(): Package {
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
  return { genome: join(root, "genome"), script: join(root, "dist", "frontends", "main.js") };
}

/** Makes the home, for its owner alone, and checks that it can be used. True if it was not there. */
export function prepareHome(home: string): boolean {
  try {
    const made = makeFolder(home);
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return made;
  } catch (error) {
    throw new HostError("home-unusable", `the home ${home} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Folder by folder: where the system knows a folder but lets none be made in it, as in /proc, Node's own way never ends. */
function makeFolder(folder: string): boolean {
  if (existsSync(folder)) return false;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
  return true;
}

/** All texts below a genome's folder, by path within it. */
export function genomeFilesIn(folder: string): GenomeFiles {
  const paths = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const files = paths.filter((entry) => entry.isFile() && !hidden(relative(folder, entry.parentPath))).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.sort().map((file) => [relative(folder, file).split(sep).join("/"), readFileSync(file, "utf8")]));
}

/** The shipped genome's files. Errors: `not-installed`. */
export function shippedGenome(folder: string): GenomeFiles {
  const files = genomeFilesIn(folder);
  if (files["manifest.scm"] === undefined) throw new HostError("not-installed", `there is no genome in ${folder}`);
  return files;
}

const GIT_NEEDS = ["PATH", "SYSTEMROOT"] as const;
const GIT_MS = 10_000;

/** Git's version, such as "2.39.5". Errors: `git-missing`. */
export function gitVersion(): string {
  const { error, stdout } = spawnSync("git", ["--version"], { env: childEnvironment(GIT_NEEDS), encoding: "utf8", timeout: GIT_MS });
  return versionIn(error, stdout);
}

/** The same without holding the thread. */
export async function gitVersionSoon(): Promise<string> {
  const [error, stdout] = await new Promise<[Error | undefined, string]>((resolve) => {
    execFile("git", ["--version"], { env: childEnvironment(GIT_NEEDS), timeout: GIT_MS }, (failure, output) => resolve([failure ?? undefined, String(output)]));
  });
  return versionIn(error, stdout);
}

function versionIn(error: Error | undefined, stdout: string): string {
  if (error !== undefined) throw new HostError("git-missing", `Git cannot be started: ${error.message}`);
  return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim();
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  if (dirname(folder) === folder) throw new HostError("not-installed", "the package of this program cannot be found");
  return packageRoot(dirname(folder));
}

function hidden(path: string): boolean {
  return path.split(sep).some((name) => name.startsWith("."));
}
