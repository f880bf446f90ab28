// The operations of the evolution port, as the genome sees them.
import { z } from "zod";
import { datum, operation, PortError, type LiveMeasureService, type Operation } from "../port.js";
import { ranked } from "./archive.js";
import { suiteOf, type Bench } from "./bench.js";
import { mergedLimits } from "./limits.js";
import type { Measure } from "./lockstep.js";
import { standing, type Standing } from "./probation.js";
import type { EvolutionStorage, Probation } from "./storage.js";
import { SUITES } from "./suites/index.js";
import type { Limits } from "./limits.js";
import type { Validation } from "./validation.js";

/** What the operations work with. */
export interface Workshop {
  readonly storage: EvolutionStorage;
  readonly bench: Bench;
  readonly live: LiveMeasureService;
  validate(request: { base: string; candidate: string; policy: string }, limits: Limits): Promise<Validation>;
}

export function evolutionOperations(workshop: Workshop): readonly Operation[] {
  return [
    suites(), measure(workshop), validate(workshop), record(workshop), archiveAdd(workshop), archive(workshop),
    watch(workshop), probation(workshop), settle(workshop),
  ];
}

const MOST_CANDIDATES = 200;
const commit = z.string().regex(/^[0-9a-f]{40}$/, "A commit is 40 hexadecimal digits");
const policy = z.string().min(1).max(100);
const text = z.string().max(20_000);
const count = z.int().min(0);
const limits = z.record(z.string(), z.number()).default({});

const suites = () => operation({
  name: "suites",
  doc: "The sealed suites: the policy that each judges, its facts, and how many cases the proposer and the gate have. The cases themselves are not to be had.",
  parameters: z.object({}),
  result: z.array(z.object({ policy, doc: z.string(), facts: z.array(z.string()), cases: z.object({ train: count, gate: count }) })),
  outcome: "pure",
  run: () => SUITES.map(({ policy, doc, facts, cases: { train, gate } }) => ({ policy, doc, facts: [...facts], cases: { train, gate } })),
});

const measure = ({ bench }: Workshop) => operation({
  name: "measure",
  doc: "Scores of decide expressions, or define-policy forms, on the training cases: 1.0 is the shipped rule, larger is better, 0 a case that ended by an error.",
  parameters: z.object({ policy, decides: z.array(datum).max(MOST_CANDIDATES) }),
  result: z.array(z.object({ score: z.number(), cases: z.array(z.number()), steps: count, error: z.string().optional() })),
  outcome: "pure",
  cost: ({ decides }) => ({ calls: decides.length }),
  run: async ({ policy, decides }) => (await bench.measure(suiteOf(policy), "train", decides)).map(shown),
});

/** Steps are the mean of a decision, rounded up: what a proposer can compare. */
function shown({ score, cases, steps, decisions, error }: Measure) {
  const mean = decisions === 0 ? 0 : Math.ceil(steps / decisions);
  return { score, cases: [...cases], steps: mean, ...(error === undefined ? {} : { error }) };
}

const verdict = z.object({ gate: z.string(), ok: z.boolean(), reason: z.string() });

const validate = (workshop: Workshop) => operation({
  name: "validate",
  doc: "Runs the gates in order over the change from a base commit to a candidate, until one refuses. `policy` is the policy that the change improves, or \"\" for any other change. `limits` can only tighten.",
  parameters: z.object({ base: commit, candidate: commit, policy: z.string().max(100), limits }),
  result: z.object({
    passed: z.boolean(), gate: z.string(), reason: z.string(), gates: z.array(verdict),
    score: z.object({ before: z.number(), after: z.number(), low: z.number(), high: z.number() }).optional(),
  }),
  outcome: "pure",
  run: async ({ limits, ...request }) => {
    if (request.policy !== "") suiteOf(request.policy);
    const { passed, gate, reason, gates, comparison } = await workshop.validate(request, mergedLimits(limits));
    const score = comparison && { before: comparison.before, after: comparison.after, low: comparison.low, high: comparison.high };
    return { passed, gate, reason, gates: [...gates], ...(score === undefined ? {} : { score }) };
  },
});

const record = ({ bench, storage }: Workshop) => operation({
  name: "record",
  doc: "Measures a decide expression on the report-only cases and keeps the result for people. The numbers are not answered.",
  parameters: z.object({ round: count, policy, kind: z.enum(["before", "after", "random"]), decide: datum }),
  result: z.object({ recorded: z.literal(true) }),
  outcome: "idempotent",
  accepts: [],
  run: async ({ round, policy, kind, decide }) => {
    const [found] = await bench.measure(suiteOf(policy), "report", [decide]);
    const { score, cases } = found as Measure;
    storage.putReport({ round, policy, kind, decide, score, cases });
    return { recorded: true as const };
  },
});

const entry = z.object({
  policy, decide: datum.max(20_000), score: z.number(), steps: z.number().min(0).default(0), size: count.default(0), proposer: z.string().max(100).default(""),
  round: count.default(0), parent: count.default(0), verdict: z.enum(["candidate", "adopted", "rejected", "reverted"]).default("candidate"),
  gate: z.string().max(100).default(""), reason: text.default(""), commit: z.union([commit, z.literal("")]).default(""),
});

const archiveAdd = ({ storage }: Workshop) => operation({
  name: "archive-add!",
  doc: "Keeps a candidate, whatever became of it, and answers its identifier. `parent` is the identifier of the one that it was made from.",
  parameters: z.object({ entry }),
  result: z.object({ id: count }),
  outcome: "idempotent",
  accepts: [],
  run: ({ entry }, context) => storage.receipts.once(context.idempotencyKey, () => ({ id: storage.addEntry(entry) })),
});

const archive = ({ storage }: Workshop) => operation({
  name: "archive",
  doc: "A policy's candidates, those of the best clades first. `clade` is the mean score of a candidate and its descendants; `elite` marks the best of each size and fuel.",
  parameters: z.object({ policy, limit: z.int().min(1).max(1_000).default(200) }),
  result: z.array(entry.extend({ id: count, clade: z.number(), elite: z.boolean() })),
  outcome: "pure",
  run: ({ policy, limit }) => ranked(storage.entries(policy)).slice(0, limit),
});

const measures = z.object({ turns: count, errors: count, steps: count });

const watch = ({ storage, live }: Workshop) => operation({
  name: "watch!",
  doc: "Begins the probation of an adopted commit: the live measures before it are kept to compare with.",
  parameters: z.object({ commit, policy: z.string().max(100) }),
  result: z.object({ before: measures }),
  outcome: "idempotent",
  accepts: [],
  run: ({ commit, policy }, context) => storage.receipts.once(context.idempotencyKey, () => {
    const before = storage.probations().find((each) => each.commit === commit)?.before ?? live.before(commit);
    storage.putProbation({ commit, policy, before, verdict: "open", reason: "" });
    return { before };
  }),
});

const probation = (workshop: Workshop) => operation({
  name: "probation",
  doc: "The open probations: live measures before and after, and the native verdict: waiting, sound or regressed.",
  parameters: z.object({ limits }),
  result: z.array(z.object({
    commit, policy: z.string(), before: measures, after: measures, state: z.enum(["waiting", "sound", "regressed"]), reason: z.string(),
  })),
  outcome: "pure",
  run: ({ limits }) => open(workshop).map((each) => ({
    commit: each.commit, policy: each.policy, before: each.before, after: workshop.live.after(each.commit), ...standingOf(workshop, each, limits),
  })),
});

const settle = (workshop: Workshop) => operation({
  name: "settle!",
  doc: "Ends a probation as kept or reverted. What is not yet sound can be reverted but not kept.",
  parameters: z.object({ commit, verdict: z.enum(["kept", "reverted"]), reason: text }),
  result: z.object({ settled: z.literal(true) }),
  outcome: "idempotent",
  accepts: [],
  run: ({ commit, verdict, reason }, context) => workshop.storage.receipts.once(context.idempotencyKey, () => {
    const found = open(workshop).find((each) => each.commit === commit);
    if (found === undefined) throw new PortError("evolution-no-probation", `no probation of ${commit} is open`);
    const { state, reason: why } = standingOf(workshop, found, {});
    if (verdict === "kept" && state !== "sound") throw new PortError(`evolution-${state}`, `${commit} may not be kept: ${why}`, { hint: STANDING_HINTS[state] });
    workshop.storage.putProbation({ ...found, verdict, reason });
    return { settled: true as const };
  }),
});

const STANDING_HINTS = { waiting: "Let more turns run first.", regressed: "Revert it." } as const;

function open({ storage }: Workshop): Probation[] {
  return storage.probations().filter((each) => each.verdict === "open");
}

function standingOf({ live }: Workshop, { commit, before }: Probation, limits: Readonly<Record<string, number>>): Standing {
  return standing(before, live.after(commit), mergedLimits(limits));
}
