// The lineage port's operations: their schemas, and which method of the genome answers each.
import { z } from "zod";
import { type Context, datum, labelled, type Labelled, type Operation, operation, PortError, withLabels } from "../port.js";
import { bisect } from "./bisect.js";
import { isGenomePath } from "./change.js";
import type { Genome } from "./genome.js";
import { unifiedDiff } from "./lines.js";
import { type Provenance, RESERVED_TRAILERS, subjectOf, trailersOf } from "./message.js";
import type { Commit, Tree } from "./objects.js";
import { blob, type Remote } from "./repository.js";

const branch = z.string().max(100).regex(/^(?!.*(\.lock|\.)(\/|$))[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/, "A branch is named in small letters, digits, dots, hyphens and slashes").refine((name) => !name.includes(".."), "A branch's name has no two dots in a row");
const commit = z.string().regex(/^[0-9a-f]{40}$/, "A commit is 40 hexadecimal digits");
// A commit's digits are a branch's name too, as far as the schema can tell.
const revision = branch.meta({ description: "A commit, or a branch's name" });
const file = z.string().refine(isGenomePath, "A path inside the genome, such as policy/retry.scm");
/** The label of what other repositories hold. */
const ELSEWHERE = "web";
const line = z.string().min(1).max(500);
const reason = z.string().min(1).max(10_000);
const remote = z.string().max(500).regex(/^[A-Za-z0-9/]/, "An address starts with a letter, a digit or a slash").refine((url) => !/[\s\0]|::/.test(url), "An address has no spaces and no transport of its own");
const trailer = z.object({ name: z.string().regex(/^[A-Z][A-Za-z0-9-]*$/).refine((name) => !RESERVED_TRAILERS.includes(name), "That trailer is written by the port itself"), value: line });
const change = z.object({
  file,
  text: z.string().max(1 << 20).optional(),
  remove: z.boolean().optional(),
  definition: z.string().optional(),
  path: z.array(z.int().min(0)).optional(),
  "expected-hash": z.string().optional(),
  replacement: datum.optional(),
});
const patch = change.extend({ also: z.array(change).max(100).optional() })
  .meta({ description: "A file, and one of: its whole text, its removal, or the replacement of the form at a path; further files in also" });
const candidate = z.object({ commit, branch: z.string(), tree: commit });
const record = z.object({
  commit, parents: z.array(commit), author: z.string(), "time-ms": z.int(), subject: z.string(), message: z.string(),
  trailers: z.array(z.object({ name: z.string(), value: z.string() })),
});

export function lineageOperations(genome: Genome): Operation[] {
  return [...reading(genome), ...proposing(genome), ...deciding(genome), ...exchanging(genome)];
}

const reading = (genome: Genome): Operation[] => [
  operation({
    name: "head",
    doc: "The commit that main is at: what the genome has become.",
    parameters: z.object({}), result: commit, outcome: "pure",
    run: () => genome.head(),
  }),
  operation({
    name: "branches",
    doc: "All branches and the commits they are at.",
    parameters: z.object({}), result: z.array(z.object({ branch: z.string(), commit })), outcome: "pure",
    run: () => genome.branches(),
  }),
  operation({
    name: "log",
    doc: "Commits from a revision (main unless given) back, the newest first.",
    parameters: z.object({ from: revision.default("main"), limit: z.int().min(1).max(1_000).default(50) }), result: labelled(z.array(record)), outcome: "pure",
    run: (request) => told(genome, [request.from], async ([commit]) => (await genome.repository.history([commit], [], request.limit)).map(recordOf)),
  }),
  operation({
    name: "show",
    doc: "The text of a file in a commit.",
    parameters: z.object({ commit: revision, file: z.string().max(500) }), result: labelled(z.string()), outcome: "pure",
    run: (request) => told(genome, [request.commit], async () => genome.text(request.commit, request.file)),
  }),
  operation({
    name: "files",
    doc: "The paths of all files in a commit.",
    parameters: z.object({ commit: revision }), result: labelled(z.array(z.string())), outcome: "pure",
    run: (request) => told(genome, [request.commit], async ([commit]) => [...(await genome.repository.tree(commit)).keys()]),
  }),
  operation({
    name: "diff",
    doc: "What changed from one commit to another: each file, and a unified diff of all.",
    parameters: z.object({ before: revision, after: revision }),
    result: labelled(z.object({ files: z.array(z.object({ file: z.string(), change: z.enum(["added", "removed", "changed"]) })), text: z.string() })),
    outcome: "pure",
    run: (request) => told(genome, [request.before, request.after], async ([before, after = before]) => differences(genome, before, after)),
  }),
  operation({
    name: "bisect",
    doc: "Which commit between a good and a bad one to test next, given the verdicts so far, and which are still suspect. With one suspect left, that one brought the fault.",
    parameters: z.object({ good: revision, bad: revision, verdicts: z.array(z.object({ commit, verdict: z.enum(["good", "bad", "skip"]) })).max(10_000).default([]) }),
    result: z.object({ suspects: z.array(commit), next: commit.optional() }),
    outcome: "pure",
    run: async (request) => {
      const [good, bad] = [await genome.resolve(request.good), await genome.resolve(request.bad)];
      if (!(await genome.isInside(good, bad)) || good === bad) throw new PortError("lineage-bad-range", "the good commit must come before the bad one", { hint: "Give an ancestor of the bad commit as the good one." });
      return bisect(await genome.repository.history([bad], [good]), bad, request.verdicts);
    },
  }),
];

const proposing = (genome: Genome): Operation[] => [
  operation({
    name: "propose!",
    doc: "Commits a patch of a base commit on a branch of its own. Main and the folder stay as they are.",
    parameters: z.object({
      base: revision, patch, reason,
      proposer: line.optional(), policy: line.optional(), trailers: z.array(trailer).max(50).optional(), branch: branch.optional(),
    }),
    result: candidate, outcome: "idempotent", accepts: [],
    run: ({ base, patch: { also = [], ...first }, ...rest }, context) =>
      genome.propose(base, [first, ...also], provenanceOf(rest, context), context.stamp.timeMs, rest.branch),
  }),
  operation({
    name: "merge!",
    doc: "Merges a revision, such as upstream, into main's head on a branch: a candidate like any other.",
    parameters: z.object({ revision, reason, branch: branch.optional() }), result: candidate, outcome: "idempotent", accepts: [],
    run: (request, context) => genome.merge(request.revision, provenanceOf(request, context), context.stamp.timeMs, request.branch),
  }),
  operation({
    name: "drop!",
    doc: "Deletes a candidate's branch, if it is there.",
    parameters: z.object({ branch }), result: z.object({ branch: z.string() }), outcome: "idempotent", accepts: [],
    run: async (request, context) => {
      await genome.drop(request.branch, context.stamp.timeMs);
      return { branch: request.branch };
    },
  }),
];

const deciding = (genome: Genome): Operation[] => [
  operation({
    name: "adopt!",
    doc: "Moves main to a commit that descends from the expected head, only if main is still there; the folder follows.",
    parameters: z.object({ commit: revision, "expected-head": commit }), result: z.object({ commit }), outcome: "idempotent", accepts: [],
    run: async (request, context) => ({ commit: await genome.adopt(request.commit, request["expected-head"], context.stamp.timeMs) }),
  }),
  operation({
    name: "revert!",
    doc: "Undoes a commit of main by a new commit that says why, and moves main to it.",
    parameters: z.object({ commit: revision, reason }), result: z.object({ commit }), outcome: "idempotent", accepts: [],
    run: async (request, context) => ({ commit: await genome.revert(request.commit, provenanceOf(request, context), context.stamp.timeMs) }),
  }),
];

const exchanging = (genome: Genome): Operation[] => [
  operation({
    name: "push!",
    doc: "Moves a branch of another repository forward to a revision of this one, main unless given.",
    parameters: z.object({ remote, branch: branch.default("main"), revision: revision.default("main") }), result: z.object({ commit }), outcome: "idempotent", accepts: [],
    run: async (request, context) => ({ commit: await genome.push(request.revision, remoteOf(request.remote, request.branch, context)) }),
  }),
  operation({
    name: "pull!",
    doc: "Fetches a branch of another repository, and says how its commit stands to main. To take it, adopt or merge it.",
    parameters: z.object({ remote, branch: branch.default("main") }),
    result: z.object({ commit, relation: z.enum(["same", "ahead", "behind", "diverged"]) }),
    outcome: "idempotent", accepts: [],
    produces: ELSEWHERE,
    run: (request, context) => genome.pull(remoteOf(request.remote, request.branch, context)),
  }),
];

function provenanceOf(request: Omit<Provenance, "idempotencyKey">, { idempotencyKey }: Context): Provenance {
  const { reason: why, proposer, policy, trailers } = request;
  return { reason: why, idempotencyKey, proposer, policy, trailers };
}

function remoteOf(url: string, name: string, { signal, progress }: Context): Remote {
  return { url, branch: name, signal, progress };
}

/** What is told of revisions: it comes from elsewhere as long as one of them was only fetched. What is here needed trusted data, or a person. */
async function told<Told>(genome: Genome, revisions: readonly string[], tell: (commits: [string, ...string[]]) => Promise<Told>): Promise<Told | Labelled<Told>> {
  const commits = await Promise.all(revisions.map((revision) => genome.resolve(revision))) as [string, ...string[]];
  const isForeign = (await Promise.all(commits.map((commit) => genome.isForeign(commit)))).includes(true);
  return withLabels(await tell(commits), isForeign ? [ELSEWHERE] : []);
}

function recordOf({ tree: _tree, timeMs, parents, ...rest }: Commit): z.output<typeof record> {
  return { ...rest, parents: [...parents], "time-ms": timeMs, subject: subjectOf(rest.message), trailers: trailersOf(rest.message) };
}

type FileChange = "added" | "removed" | "changed";

async function differences(genome: Genome, before: string, after: string): Promise<{ files: { file: string; change: FileChange }[]; text: string }> {
  const [old, young] = [await genome.repository.tree(before), await genome.repository.tree(after)];
  const paths = [...new Set([...old.keys(), ...young.keys()])].filter((path) => old.get(path)?.blob !== young.get(path)?.blob).toSorted();
  const files = paths.map((path) => ({ file: path, change: kindOf(old, young, path) }));
  const texts = await Promise.all(files.map(async (one) => fileDiff(genome, old, young, one.file)));
  return { files, text: texts.join("") };
}

function kindOf(old: Tree, young: Tree, path: string): FileChange {
  if (!old.has(path)) return "added";
  return young.has(path) ? "changed" : "removed";
}

async function fileDiff(genome: Genome, old: Tree, young: Tree, path: string): Promise<string> {
  const read = async (tree: Tree): Promise<string> => {
    const entry = tree.get(path);
    return entry === undefined ? "" : Buffer.from(await blob(genome.repository, entry.blob)).toString("utf8");
  };
  const name = (tree: Tree, side: string): string => (tree.has(path) ? `${side}/${path}` : "/dev/null");
  return `--- ${name(old, "a")}\n+++ ${name(young, "b")}\n${unifiedDiff(await read(old), await read(young))}`;
}
