// What is checked when a person asks whether all is well, each with what to do if it is not.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../epigenome/index.js";
import type { Finding } from "./frontend.js";
import { expected } from "./host-error.js";
import { genomeFilesIn, gitVersion } from "./host-home.js";
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

/** Runs all checks. `problem` is what the reconciler has to say, if anything. */
export async function examine(foundations: Foundations, world: World, problem: string | undefined): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks(foundations, world, problem)) findings.push(await findingOf(check));
  return findings;
}

function checks({ home, vault, lineage, trials }: Foundations, world: World, problem: string | undefined): readonly Check[] {
  return [
    { check: "node", fix: `Install Node.js ${OLDEST_NODE} or later.`, run: () => ({ ok: Number(process.versions.node.split(".")[0]) >= OLDEST_NODE, text: process.versions.node }) },
    { check: "git", fix: "Install Git.", run: () => ({ ok: true, text: gitVersion() }) },
    { check: "home", fix: `Run: chmod 700 ${home}`, run: () => privacyOf(home) },
    { check: "journal", fix: "Restore the home from a backup; the entries before the bad one are sound.", run: () => journalOf(world) },
    { check: "genome", fix: "Mend it in the home's genome folder on a branch, or go back: ouro genome rollback.", run: () => genomeOf(world, problem) },
    { check: "genome's folder", fix: "Commit the edits on a branch of their own, or undo them with git restore.", run: async () => folderOf(join(home, "genome"), await lineage.files("main")) },
    { check: "vault", fix: "Restore vault.db and vault.key from a backup.", run: () => secretsOf(vault) },
    { check: "trials", fix: "Install util-linux (unshare), or allow user namespaces: without them a candidate is held by limits alone.", run: () => confinementOf(trials.confinement) },
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

function journalOf(world: World): Verdict {
  const { ok, entries, problem = "" } = world.verify();
  return { ok, text: ok ? `${entries} entries, chain and signatures hold` : problem };
}

function genomeOf(world: World, problem: string | undefined): Verdict {
  const { genome, genomeProblem } = world.status();
  const wrong = problem ?? genomeProblem ?? (genome === "" ? "none is in force" : undefined);
  return { ok: wrong === undefined, text: wrong ?? `${genome.slice(0, 10)} is in force, ${world.patches().length} hot patches` };
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
