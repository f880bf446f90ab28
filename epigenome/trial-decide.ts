// Policies in a trial child: loading candidates, and asking them for decisions one by one, each metered.
import { Flonum, itemsOf, LispError, LispSymbol, Pair, readAll, type Value, write } from "../interpreter/index.js";
import type { TrialRequest, TrialResults } from "../ports/port.js";
import { explain, textOf } from "./data.js";
import { WorldError } from "./error.js";
import { finish, required, type TrialGenome } from "./trial-genome.js";

type Decide = Extract<TrialRequest, { kind: "decide" }>;
type LoadPolicy = Extract<TrialRequest, { kind: "load-policy" }>;

export interface LoadedPolicy {
  readonly genome: TrialGenome;
  /** Takes the facts in the policy's order. */
  readonly procedure: Value;
  /** Number of facts. */
  readonly width: number;
}

const PRELUDE = "(genome prelude policy)";
const LOADING = { steps: 1_000_000, bytes: 20_000_000 };

/** Errors: `not-a-policy` if it is not one, is another's, or has other facts than were asked for; what loading raises. */
export function loadPolicy({ policy: name, facts, source }: LoadPolicy, genome: TrialGenome): LoadedPolicy {
  const policy = source === undefined ? genome.interpreter.exported(`(genome policy ${name})`, name) : candidate(name, facts, source, genome);
  if (policy === undefined) throw refused(`(genome policy ${name}) does not export ${name}`);
  const ask = (procedure: string): Value => finish(genome.interpreter.call(required(genome.interpreter, PRELUDE, procedure), [policy], LOADING));
  if (ask("policy?") !== true) throw refused(`${name} is not a policy`);
  if (textOf(ask("policy-name")) !== name) throw refused(`(genome policy ${name}) holds a policy of another name: ${write(ask("policy-name"))}`);
  const declared = factNames(ask("policy-facts"));
  if (declared.join(" ") !== facts.join(" ")) throw refused(`${name} has the facts ${declared.join(" ")}, and must have ${facts.join(" ")}`);
  return { genome, procedure: ask("policy-procedure"), width: facts.length };
}

/** A decision for each group of facts: NaN where it raised, burned too much, or gave no finite number. */
export function decide({ questions, steps }: Decide, policies: ReadonlyMap<string, LoadedPolicy>): { steps: number; result: TrialResults["decide"] } {
  const answers = questions.map(({ id, facts }) => {
    const policy = policies.get(id);
    if (policy === undefined) throw refused(`no policy was loaded as ${id}`);
    return decideAll(policy, facts, steps);
  });
  return { steps: answers.reduce((sum, answer) => sum + answer.steps, 0), result: { answers } };
}

function decideAll(policy: LoadedPolicy, facts: Float64Array, limit: number): TrialResults["decide"]["answers"][number] {
  const decisions = new Float64Array(facts.length / policy.width);
  let steps = 0;
  let error: string | undefined;
  for (let index = 0; index < decisions.length; index++) {
    const decision = decideOne(policy, facts, index * policy.width, limit);
    steps += decision.steps;
    decisions[index] = decision.value;
    error ??= decision.error;
  }
  return { decisions, steps, ...(error === undefined ? {} : { error }) };
}

function decideOne({ genome, procedure, width }: LoadedPolicy, facts: Float64Array, start: number, steps: number): { value: number; steps: number; error?: string } {
  const operands: Flonum[] = [];
  for (let index = 0; index < width; index++) operands.push(new Flonum(facts[start + index] as number));
  const computation = genome.interpreter.call(procedure, operands, { steps, bytes: BYTES });
  try {
    const value = numberOf(finish(computation));
    return Number.isNaN(value) ? { value, steps: computation.steps, error: "a decision is not a finite number" } : { value, steps: computation.steps };
  } catch (error) {
    if (error instanceof LispError) return { value: Number.NaN, steps: computation.steps, error: explain(error.payload) };
    throw error;
  }
}

const BYTES = 1_000_000;

function numberOf(value: Value): number {
  const number = value instanceof Flonum ? value.value : value;
  return typeof number === "number" && Number.isFinite(number) ? number : Number.NaN;
}

let candidates = 0;

/** Loads a source as a library that imports the base and the prelude, and nothing else. */
function candidate(name: string, facts: readonly string[], source: string, genome: TrialGenome): Value | undefined {
  const library = `(trial ${name} ${(candidates += 1)})`;
  const text = `(define-library ${library} (export ${name}) (import (ouro base) ${PRELUDE}) (begin ${policyForm(name, facts, source)}))`;
  genome.interpreter.register(text, `trial/${name}.scm`);
  genome.interpreter.load([library], LOADING);
  return genome.interpreter.exported(library, name);
}

/** The source must be one datum, and is written anew: it cannot close the parentheses around it. */
function policyForm(name: string, facts: readonly string[], source: string): string {
  const data = readAll(source, `trial/${name}.scm`);
  if (data.length !== 1) throw refused(`expected one form, but got ${data.length}`);
  const datum = data[0] as Value;
  if (datum instanceof Pair && datum.car === LispSymbol.intern("define-policy")) return write(datum);
  return `(define-policy ${name} "A candidate." (facts ${facts.map((fact) => `(${fact} number)`).join(" ")}) (result number) (evolvable #t) (decide ${write(datum)}))`;
}

/** The names in a list of `(fact type)`. */
function factNames(facts: Value): string[] {
  return (itemsOf(facts) ?? []).map((item) => textOf(item instanceof Pair ? item.car : item));
}

function refused(message: string): WorldError {
  return new WorldError("not-a-policy", message);
}
