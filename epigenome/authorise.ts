// Whether an effect may happen: schema, grant, labels and policy, in this order; the first that refuses says why.
import { Condition, LispError, type PersistentMap, type Value } from "../interpreter/index.js";
import type { Account } from "./budget.js";
import type { Capability, EffectRequest, Narrowing } from "./capability.js";
import { canonical, condition, explain, record } from "./data.js";
import type { WorldCode } from "./error.js";
import type { Grant } from "./grants.js";
import { policyRequest, type Decision } from "./image.js";
import { shapeOf } from "./reference.js";
import { parametersOf, toLisp } from "./translate.js";
import type { Turn } from "./turn.js";

/** One effect that a turn asks for, with its parameters as plain data, or with what is wrong with them. */
export interface Call {
  readonly index: number;
  readonly capability: Capability;
  readonly parameters: Record<string, unknown>;
  /** The parameters as the policy and conditions see them. */
  readonly request: PersistentMap;
  /** What the journal records of the request. */
  readonly data: PersistentMap;
  /** Its canonical text: what must be the same when the turn runs again. */
  readonly text: string;
  readonly problem?: Condition;
}

export interface Refusal {
  readonly rule: string;
  readonly failure: Condition;
}

/** Translates what a turn asks for. A call that the schema refuses is still a call, with its problem. */
export function callOf(index: number, { capability, operands }: EffectRequest): Call {
  const { name, origin, operation } = capability;
  try {
    const shape = shapeOf(operation);
    const given = parametersOf(operands, shape, name);
    const parsed = operation.parameters.safeParse(given);
    if (!parsed.success) return invalid(index, capability, new Condition("invalid-parameters", `${name}: ${parsed.error.issues.map(issueText).join("; ")}`));
    // With defaults filled in, so that a condition on an optional parameter sees what will happen.
    const request = toLisp(parsed.data, operation.parameters) as PersistentMap;
    const data = record({ operation: name, origin, parameters: request });
    return { index, capability, parameters: given, request, data, text: canonical(data) };
  } catch (error) {
    if (error instanceof LispError && error.payload instanceof Condition) return invalid(index, capability, error.payload);
    throw error;
  }
}

function invalid(index: number, capability: Capability, problem: Condition): Call {
  const data = record({ operation: capability.name, origin: capability.origin, invalid: problem.message });
  return { index, capability, parameters: {}, request: record({}), data, text: canonical(data), problem };
}

function issueText(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${issue.path.map(String).join(".")}: ${issue.message}`;
}

/** Refuses by schema, grant, narrowing, authority of a child, or label; undefined if all of them admit the call. */
export function refusalOf(turn: Turn, call: Call, childOperations: ReadonlySet<string> | undefined, timeMs: number): Refusal | undefined {
  if (call.problem !== undefined) return { rule: "schema", failure: call.problem };
  const { name, origin, narrowings } = call.capability;
  const grant = turn.image.grant(origin, name);
  if (grant === undefined) return refused("grant", "not-granted", `${origin} may not call ${name}: the manifest would need (grant ${origin} (${name}))`);
  if (childOperations !== undefined && !childOperations.has(name))
    return refused("child", "not-granted", `the parent of ${turn.input.cell} did not pass ${name} on to it`);
  return grantRefusal(turn, call, grant, timeMs) ?? narrowingRefusal(turn, call, narrowings, timeMs) ?? labelRefusal(turn, call);
}

function grantRefusal(turn: Turn, call: Call, grant: Grant, timeMs: number): Refusal | undefined {
  const { name, origin } = call.capability;
  if (grant.until !== undefined && timeMs >= grant.until)
    return refused("grant", "grant-expired", `${origin} could call ${name} until ${new Date(grant.until).toISOString()}`);
  const failed = grant.conditions.map((each) => conditionProblem(turn, each, call.request)).find((problem) => problem !== undefined);
  return failed === undefined ? undefined : refused("grant", "grant-condition", `${name} is granted to ${origin} only ${failed}`);
}

function narrowingRefusal(turn: Turn, call: Call, narrowings: readonly Narrowing[], timeMs: number): Refusal | undefined {
  for (const { grant, allowed } of narrowings) {
    for (const [parameter, values] of allowed) {
      const given = call.request.get(keyOf(call, parameter));
      if (given === undefined || !values.has(canonical(given)))
        return refused("attenuation", "grant-condition", `${call.capability.name} was narrowed to :${parameter} ${[...values].join(" or ")}`);
    }
    const problem = grantRefusal(turn, call, grant, timeMs);
    if (problem !== undefined) return { ...problem, rule: "attenuation" };
  }
  return undefined;
}

function keyOf(call: Call, parameter: string): Value {
  return call.request.keys().find((key) => canonical(key) === `:${parameter}`) ?? false;
}

/** Says how a condition does not hold; an error in it is a refusal, never a permission. */
function conditionProblem(turn: Turn, each: Value, request: PersistentMap): string | undefined {
  try {
    return turn.image.holds(each, request) ? undefined : `when ${canonical(each)}`;
  } catch (error) {
    if (error instanceof LispError) return `when ${canonical(each)}, which failed: ${explain(error.payload)}`;
    throw error;
  }
}

// The label of a turn is the union of what it has read: one level, without boxes. What it reads, it carries to its end.
function labelRefusal(turn: Turn, call: Call): Refusal | undefined {
  const { accepts } = call.capability.operation;
  const above = accepts === undefined ? [] : [...turn.labels].filter((label) => !accepts.includes(label));
  return above.length === 0 ? undefined
    : refused("labels", "label-refused", `${call.capability.name} does not accept data labelled ${above.join(", ")}, which this turn has read`);
}

function refused(rule: string, code: WorldCode, message: string): Refusal {
  return { rule, failure: condition(code, message) };
}

/** What the genome's policy says of a call that nothing native refuses. */
export function policyDecision(turn: Turn, call: Call): Decision {
  return turn.image.decide(policyRequest(call.capability.name, call.capability.origin, call.request, turn.input.cell));
}

/** The budgets that a call must fit: the grant's, and those of its narrowings, which count within the turn. */
export function accountsOf(turn: Turn, { capability }: Call): Account[] {
  const { name, origin, narrowings } = capability;
  const granted = turn.image.grant(origin, name)?.budgets ?? [];
  return [
    ...granted.map((budget, index) => ({ name: `${origin} ${name}${index === 0 ? "" : ` ${index + 1}`}`, budget })),
    ...narrowings.flatMap((narrowing) => narrowing.grant.budgets.map((budget) => ({ name: narrowingName(turn, narrowing, name), budget }))),
  ];
}

function narrowingName(turn: Turn, narrowing: Narrowing, name: string): string {
  const known = turn.narrowings.indexOf(narrowing);
  return `attenuated ${name} ${known < 0 ? turn.narrowings.push(narrowing) : known + 1}`;
}
