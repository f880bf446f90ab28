// What is checked when a person asks whether all is well, each with what to do if it is not.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Counts, TailVerdict } from "../epigenome/index.js";
import type { Finding } from "./frontend.js";
import { expected } from "./host-error.js";
import { genomeFilesIn, gitVersionSoon } from "./host-home.js";
import type { Foundations } from "./host-ports.js";

const OLDEST_NODE = 20;

interface Check {
  readonly check: string;
  readonly fix: string;
  /** What was found; a text that begins with "not" or a throw is bad. */
  run(): Promise<Verdict> | Verdict;
}

interface Verdict {
  readonly ok: boolean;
  readonly text: string;
}

/** What is examined: a home whose world is open, or one at rest. */
export interface Examined extends Foundations {
  tail(count: number): TailVerdict;
  counts(): Counts;
  /** Why the genome in force is not what main is at, if it is not. */
  problem(): Promise<string | undefined> | string | undefined;
}

/** Entries that are checked here; `ouro log verify` checks all. */
const TAIL = 200;

/** Runs all checks, beside each other: most of them wait for another program. */
export function examine(examined: Examined): Promise<readonly Finding[]> {
  return Promise.all(checks(examined).map(findingOf));
}

function checks(examined: Examined): readonly Check[] {
  const { home, vault, lineage, trials } = examined;
  return [
    { check: "node", fix: `Install Node.js ${OLDEST_NODE} or later.`, run: () => ({ ok: Number(process.versions.node.split(".")[0]) >= OLDEST_NODE, text: process.versions.node }) },
    { check: "git", fix: "Install Git.", run: async () => ({ ok: true, text: await gitVersionSoon() }) },
    { check: "home", fix: `Run: chmod 700 ${home}`, run: () => privacyOf(home) },
    { check: "journal", fix: "Run ouro log verify, and restore the home from a backup; the entries before the bad one are sound.", run: () => journalOf(examined) },
    { check: "genome", fix: "Mend it in the home's genome folder on a branch, or go back: ouro genome rollback.", run: () => genomeOf(examined) },
    { check: "genome's folder", fix: "Commit the edits on a branch of their own, or undo them with git restore.", run: async () => folderOf(join(home, "genome"), await lineage.files("main")) },
    { check: "vault", fix: "Restore vault.db and vault.key from a backup.", run: () => secretsOf(vault) },
    { check: "trials", fix: "Install util-linux (unshare), or allow user namespaces: without them a candidate is held by limits alone.", run: async () => confinementOf(await trials.tried()) },
  ];
}

async function findingOf({ check, fix, run }: Check): Promise<Finding> {
  try {
    const { ok, text } = await run();
    return ok ? { check, ok, text } : { check, ok, text, fix };
  } catch (error) {
    const failure = expected(error);
    if (failure === undefined) throw error;
    return { check, ok: false, text: `${failure.message} [${failure.code}]`, fix: failure.hint === "" ? fix : failure.hint };
  }
}

function privacyOf(home: string): Verdict {
  const mode = statSync(home).mode & 0o777;
  return { ok: (mode & 0o077) === 0, text: `${home}, mode ${mode.toString(8)}` };
}

function journalOf({ tail }: Examined): Verdict {
  const { entries, checked, problem } = tail(TAIL);
  return { ok: problem === undefined, text: problem ?? `${entries} entries; the chain of the first and of the last ${checked} and the newest signatures hold; ouro log verify checks all` };
}

async function genomeOf({ counts, problem }: Examined): Promise<Verdict> {
  const { genome, patches } = counts();
  const wrong = (await problem()) ?? (genome === "" ? "none is in force" : undefined);
  return { ok: wrong === undefined, text: wrong ?? `${genome.slice(0, 10)} is in force, ${patches} hot patches` };
}

function folderOf(folder: string, committed: Readonly<Record<string, string>>): Verdict {
  const present = genomeFilesIn(folder);
  const differing = [...new Set([...Object.keys(committed), ...Object.keys(present)])].filter((path) => committed[path] !== present[path]).sort();
  return { ok: differing.length === 0, text: differing.length === 0 ? "as main has it" : `differs from main in ${differing.slice(0, 5).join(", ")}` };
}

function secretsOf(vault: Foundations["vault"]): Verdict {
  const [secrets, open] = [vault.secrets(), vault.unredacted()];
  return { ok: true, text: `${secrets.length} secrets, all sound${open.length === 0 ? "" : `; too short to be redacted: ${open.join(", ")}`}` };
}

function confinementOf(walls: readonly string[]): Verdict {
  const [network, files] = [walls.some((wall) => wall.startsWith("network namespace")), walls.some((wall) => wall.startsWith("no files"))];
  return { ok: network && files, text: walls.join("; ") };
}
