// The child's side of a trial: one JSON line in, one JSON line out, until the input ends.
import type { Readable, Writable } from "node:stream";
import type { TrialKind, TrialReply, TrialRequest } from "../ports/port.js";
import { WorldError } from "./error.js";
import { decide, loadPolicy, type LoadedPolicy } from "./trial-decide.js";
import { failureOf } from "./trial-failure.js";
import { bootGenome, type TrialGenome } from "./trial-genome.js";
import { fromLine, linesOf, toLine } from "./trial-lines.js";
import { inspect } from "./trial-inspect.js";
import { shadow } from "./trial-shadow.js";
import { runTests } from "./trial-test.js";

/** What a child holds between requests. */
interface TrialState {
  readonly genomes: Map<string, TrialGenome>;
  readonly policies: Map<string, LoadedPolicy>;
}

type Answer = { readonly steps: number; readonly result: NonNullable<TrialReply<TrialKind>["result"]> };
type Handlers = { readonly [Kind in TrialKind]: (request: Extract<TrialRequest, { kind: Kind }>, state: TrialState) => Answer };

const HANDLERS: Handlers = {
  inspect: ({ files }) => ({ steps: 0, result: inspect(files) }),
  boot: (request, { genomes }) => {
    const genome = bootGenome(request);
    genomes.set(request.id, genome);
    return { steps: genome.steps, result: { exports: genome.exports } };
  },
  test: (request, state) => runTests(request, genomeOf(request.genome, state)),
  "load-policy": (request, state) => {
    const policy = loadPolicy(request, genomeOf(request.genome, state));
    state.policies.set(request.id, policy);
    return { steps: 0, result: { name: request.policy, facts: request.facts } };
  },
  decide: (request, { policies }) => decide(request, policies),
  shadow: (request, state) => shadow(request, genomeOf(request.genome, state)),
};

/**
 * Answers requests, in order, until the input ends. What candidates print goes nowhere: nothing but this function
 * writes to the output. A request that fails is answered with a code and a message.
 */
export async function serveTrial(input: Readable, output: Writable): Promise<void> {
  const state: TrialState = { genomes: new Map(), policies: new Map() };
  for await (const line of linesOf(input)) {
    const { id, request } = fromLine(line) as { id: number; request: TrialRequest };
    output.write(toLine({ id, reply: reply(request, state) }));
  }
}

function reply(request: TrialRequest, state: TrialState): TrialReply<TrialKind> {
  try {
    const handle = HANDLERS[request.kind] as (request: TrialRequest, state: TrialState) => Answer;
    return { ok: true, ...handle(request, state) };
  } catch (error) {
    return { ok: false, steps: 0, ...failureOf(error) };
  }
}

function genomeOf(id: string, { genomes }: TrialState): TrialGenome {
  const genome = genomes.get(id);
  if (genome === undefined) throw new WorldError("no-genome", `no genome was booted as ${id}`);
  return genome;
}
