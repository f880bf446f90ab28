// Whether an effect may happen: schema, grant, labels and policy, in this order; the first that refuses says why.
import { Condition, LispError, type PersistentMap, type Value } from "../interpreter/index.js";
import { type Bound, kindsOf } from "../ports/port.js";
import type { Account } from "./budget.js";
import type { Capability, EffectRequest, Narrowing } from "./capability.js";
import type { Lineage } from "./children.js";
import { fieldsOf } from "./conditions.js";
import { canonical, condition, DEEPEST, explain, record } from "./data.js";
import type { WorldCode } from "./error.js";
import { type Budget, type Dimension, type Grant, type Manifest, PERIODS } from "./grants.js";
import { above, isLimited, joined, type Labels, labelsData, labelsWithin, TRUSTED } from "./labels.js";
import { policyRequest, type Decision } from "./image.js";
import { shapeOf } from "./reference.js";
import { operandsByName, parametersOf, toLisp } from "./translate.js";
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
  /** Of what the turn has read before, and of the boxes among the parameters. */
  readonly labels: Labels;
  /** Of the boxes alone; they are read by whom the call fails. */
  readonly boxes: Labels;
  readonly operands: readonly Value[];
  readonly problem?: Condition;
}

export interface Refusal {
  readonly rule: string;
  readonly failure: Condition;
}

/**
 * Translates what a turn asks for that has read these labels. Boxes among the parameters are opened here, and not for
 * the turn. A call that the schema refuses is still a call, with its problem.
 */
export function callOf(index: number, { capability, operands }: EffectRequest, read: Labels): Call {
  const { name, origin, operation } = capability;
  // A box inside a datum stays closed; who takes the datum has it all the same.
  const boxes = labelsWithin(operands);
  const labels = boxes.length === 0 ? read : joined(read, boxes);
  const invalid = (problem: Condition): Call => {
    const data = record({ operation: name, origin, invalid: problem.message });
    return { index, capability, operands, parameters: {}, request: record({}), data, text: canonical(data), labels, boxes, problem };
  };
  try {
    const given = parametersOf(operands, shapeOf(operation), name, (box) => box.content);
    const parsed = operation.parameters.safeParse(given);
    if (!parsed.success) return invalid(new Condition("invalid-parameters", `${name}: ${parsed.error.issues.map(issueText).join("; ")}`));
    // With defaults filled in, so that a condition on an optional parameter sees what will happen.
    const request = toLisp(parsed.data, operation.parameters) as PersistentMap;
    const data = record({ operation: name, origin, parameters: request, labels: labels.length === 0 ? undefined : labelsData(labels) });
    return { index, capability, operands, parameters: given, request, data, text: canonical(data, DEEPEST), labels, boxes };
  } catch (error) {
    if (error instanceof LispError && error.payload instanceof Condition) return invalid(error.payload);
    throw error;
  }
}

function issueText(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${issue.path.map(String).join(".")}: ${issue.message}`;
}

/** Refuses by schema, grant, narrowing, authority of a child, or quarantine; undefined if all of them admit the call. */
export function refusalOf(turn: Turn, call: Call, lineage: Lineage, timeMs: number): Refusal | undefined {
  if (call.problem !== undefined) return { rule: "schema", failure: call.problem };
  const { name, origin, narrowings } = call.capability;
  const grant = turn.image.grant(origin, name);
  if (grant === undefined) return refused("grant", "not-granted", `${origin} may not call ${name}: the manifest would need (grant ${origin} (${name}))`);
  const isMet = turn.image.holding(call.request);
  return childRefusal(name, lineage, timeMs) ?? grantRefusal(call, grant, isMet, timeMs) ?? narrowingRefusal(call, narrowings, isMet, timeMs) ?? quarantineRefusal(turn, call);
}

/** A child has what each of those above it holds, and no more. */
function childRefusal(name: string, lineage: Lineage, timeMs: number): Refusal | undefined {
  for (const { cell, held } of lineage) {
    if (held === undefined) continue;
    if (!held.operations.has(name)) return refused("child", "not-granted", `the parent of ${cell} did not pass ${name} on to it`);
    if (held.untilMs !== undefined && timeMs >= held.untilMs) return refused("child", "grant-expired", `the parent of ${cell} let it work until ${new Date(held.untilMs).toISOString()}`);
  }
  return undefined;
}

type Holding = (condition: Value) => boolean;

function grantRefusal(call: Call, grant: Grant, isMet: Holding, timeMs: number): Refusal | undefined {
  const { name, origin } = call.capability;
  if (grant.until !== undefined && timeMs >= grant.until)
    return refused("grant", "grant-expired", `${origin} could call ${name} until ${new Date(grant.until).toISOString()}`);
  for (const each of grant.conditions) {
    const failed = conditionProblem(each, isMet);
    if (failed !== undefined) return refused("grant", "grant-condition", `${name} is granted to ${origin} only ${failed}`);
  }
  return undefined;
}

function narrowingRefusal(call: Call, narrowings: readonly Narrowing[], isMet: Holding, timeMs: number): Refusal | undefined {
  for (const { grant, allowed } of narrowings) {
    for (const [parameter, values] of allowed) {
      const given = call.request.get(keyOf(call, parameter));
      if (given === undefined || !values.has(canonical(given)))
        return refused("attenuation", "grant-condition", `${call.capability.name} was narrowed to :${parameter} ${[...values].join(" or ")}`);
    }
    const problem = grantRefusal(call, grant, isMet, timeMs);
    if (problem !== undefined) return { ...problem, rule: "attenuation" };
  }
  return undefined;
}

function keyOf(call: Call, parameter: string): Value {
  return call.request.keys().find((key) => canonical(key) === `:${parameter}`) ?? false;
}

/** Says how a condition does not hold; an error in it is a refusal, never a permission. */
function conditionProblem(each: Value, isMet: Holding): string | undefined {
  try {
    return isMet(each) ? undefined : `when ${canonical(each)}`;
  } catch (error) {
    if (error instanceof LispError) return `when ${canonical(each)}, which failed: ${explain(error.payload)}`;
    throw error;
  }
}

function quarantineRefusal(turn: Turn, call: Call): Refusal | undefined {
  if (!turn.computation.isQuarantined) return undefined;
  const { name } = call.capability;
  if (isPrivileged(turn, call)) return refused("quarantine", "label-refused", `${name} says which labels it accepts, and so is out of reach in a quarantine`);
  const told = isSeenAfterwards(call) ? above(flowOf(turn, call), turn.computation.outerLabels) : TRUSTED;
  return told.length === 0 ? undefined : refused("quarantine", "label-refused", `${name} leaves something behind, which would tell outside that this quarantine has read what comes from ${told.join(", ")}`);
}

// Where there is something, all can see that there is; what it says keeps its labels.
function isSeenAfterwards({ capability: { operation } }: Call): boolean {
  return operation.keepsLabels === true || operation.places !== undefined;
}

/** The labels of what decided whether and where a call happens; see `Context`. */
export function flowOf(turn: Turn, call: Call): Labels {
  return joined(turn.computation.labels, labelsOfParameters(call, call.capability.operation.places ?? []));
}

/**
 * The labels of the boxes that whoever calls has read with the answer, be it a result: those of the parameters that say where, and
 * those that a condition of the grant or of a narrowing looked at, for that it holds is told too, and so is that amounts fit the budget of a narrowing.
 */
export function readByCalling(turn: Turn, call: Call): Labels {
  if (call.boxes.length === 0 || call.problem !== undefined) return TRUSTED;
  const { name, origin, narrowings, operation } = call.capability;
  const grants = [turn.image.grant(origin, name), ...narrowings.map(({ grant }) => grant)];
  const looked = grants.flatMap((grant) => grant?.conditions ?? []).map(fieldsOf);
  if (looked.includes(undefined) || narrowings.some(({ grant }) => grant.budgets.some(isMeasured))) return call.boxes;
  return labelsOfParameters(call, [...operation.places ?? [], ...narrowings.flatMap(({ allowed }) => [...allowed.keys()]), ...looked.flatMap((fields) => [...fields ?? []])]);
}

/** True if a budget counts what a call has in it, and not only that there is one. */
function isMeasured({ limits }: Budget): boolean {
  return [...limits.keys()].some((dimension) => dimension !== "calls");
}

/** The labels of the boxes in these parameters; of a call that the schema refuses they are not told apart. */
function labelsOfParameters({ capability, operands, boxes, problem }: Call, names: readonly string[]): Labels {
  if (boxes.length === 0 || names.length === 0) return TRUSTED;
  if (problem !== undefined) return boxes;
  const given = operandsByName(operands, shapeOf(capability.operation));
  return labelsWithin(names.flatMap((name) => given.get(name) ?? []));
}

function isPrivileged(turn: Turn, call: Call): boolean {
  return acceptsOf(turn, call).some(isLimited);
}

/** What of the call's labels is above what the operation, the grant and each narrowing accept; then a person has to approve it. */
export function labelsAbove(turn: Turn, call: Call): Labels {
  return call.labels.length === 0 ? TRUSTED : joined(...acceptsOf(turn, call).map((accepts) => above(call.labels, accepts)));
}

function acceptsOf(turn: Turn, { capability }: Call): readonly (Bound | undefined)[] {
  const { name, origin, operation, narrowings } = capability;
  return [operation.accepts, turn.image.grant(origin, name)?.accepts, ...narrowings.map(({ grant }) => grant.accepts)];
}

function refused(rule: string, code: WorldCode, message: string): Refusal {
  return { rule, failure: condition(code, message) };
}

/** What the genome's policy says of a call that nothing native refuses; what it allows above its labels, a person decides. */
export function policyDecision(turn: Turn, call: Call): Decision {
  const { name, origin } = call.capability;
  const decision = turn.image.decide(policyRequest(name, origin, call.request, turn.input.cell, call.labels));
  const high = decision.decision === "allow" ? labelsAbove(turn, call) : TRUSTED;
  if (high.length > 0) return { decision: "ask", rule: "labels", reason: `${name} does not accept what comes from ${high.join(", ")}, which this turn has read or hands over` };
  return decision;
}

/** The labels of the boxes that were handed over, unless the port keeps these with what it keeps. */
export function passedOn({ capability, boxes }: Call): Labels {
  return capability.operation.keepsLabels === true ? TRUSTED : boxes;
}

/**
 * The labels of what comes back, the result if there is one: what the operation produces, with those of all that it was made from, and those of
 * the boxes that were handed over, unless the port keeps these with what it keeps.
 */
export function resultLabels(call: Call, result?: unknown): Labels {
  const { capability, parameters, labels } = call;
  const { produces } = capability.operation;
  if (produces === undefined) return passedOn(call);
  const named = (found?: unknown): Labels => [typeof produces === "string" ? produces : produces(parameters as never, found)].flat();
  const asked = named();
  // A label's text is told to all, so nothing from outside makes one: of what a page names, or a turn that has read one, only the kind.
  const found = result === undefined ? [] : named(result).filter((label) => !asked.includes(label));
  return joined(labels.length === 0 ? asked : kindsOf(asked), kindsOf(found), labels);
}

/**
 * The budgets that a call must fit: the grant's, those of its narrowings, which count within the turn, those of the
 * cell and of the cells that it descends from, and those of the whole agent.
 */
export function accountsOf(turn: Turn, { capability }: Call, lineage: Lineage): Account[] {
  const { name, origin, narrowings } = capability;
  const { manifest } = turn.image;
  const granted = turn.image.grant(origin, name)?.budgets ?? [];
  return [
    ...accounts(`${origin} ${name}`, granted),
    ...lineage.flatMap(({ cell, held }) => [...accounts(`cell ${cell}`, manifest.cellBudgets), ...accounts(`child ${cell}`, held?.budgets ?? [])]),
    ...accounts("agent", manifest.agentBudgets),
    ...narrowings.flatMap((narrowing) => narrowing.grant.budgets.map((budget) => ({ name: narrowingName(turn, narrowing, name), budget }))),
  ];
}

/** The budgets that outlive turns and cells: those of all grants, and those of the whole agent. */
export function standingAccounts({ grants, agentBudgets }: Manifest): Account[] {
  const granted = [...grants].flatMap(([library, operations]) => [...operations].flatMap(([operation, { budgets }]) => accounts(`${library} ${operation}`, budgets)));
  return [...granted, ...accounts("agent", agentBudgets)].filter(({ budget }) => budget.per !== "turn");
}

/** One account for each period: all budgets of one thing count the same use, so that the least limit holds and their order says nothing. */
function accounts(name: string, budgets: readonly Budget[]): Account[] {
  return PERIODS.flatMap((per) => {
    const limits = new Map<Dimension, number>();
    for (const budget of budgets.filter((each) => each.per === per))
      for (const [dimension, limit] of budget.limits) limits.set(dimension, Math.min(limit, limits.get(dimension) ?? limit));
    return limits.size === 0 ? [] : [{ name, budget: { limits, per } }];
  });
}

function narrowingName(turn: Turn, narrowing: Narrowing, name: string): string {
  const known = turn.narrowings.indexOf(narrowing);
  return `attenuated ${name} ${known < 0 ? turn.narrowings.push(narrowing) : known + 1}`;
}
