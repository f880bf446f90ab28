// What happened to one input and to each of its effects, told from the journal: what was decided, and on what ground.
import type { Value } from "../interpreter/index.js";
import { PersistentMap } from "../interpreter/index.js";
import type { Entry } from "./chain.js";
import { canonical, datumOf, field, fieldInteger, fieldText, textOf } from "./data.js";
import { derive } from "./digest.js";

/** Where an effect stands. `asked`: it waits for a person; `abandoned`: its turn ended before it was answered. */
export type EffectStatus = "done" | "failed" | "refused" | "asked" | "under way" | "unknown" | "abandoned";

/** Which step of the order decided: the schema, the grant, the labels, the policy, the budget, or a person. */
export type Ground = "schema" | "grant" | "labels" | "policy" | "budget" | "approval";

/** One effect. Texts of data are canonical. */
export interface EffectAccount {
  readonly input: string;
  readonly cell: string;
  /** Its place in the turn, from 0. */
  readonly index: number;
  /** The intent's id: idempotency key, and what an approval names. */
  readonly id: string;
  readonly operation: string;
  /** Printed name of the library that asked. */
  readonly library: string;
  readonly parameters: string;
  readonly status: EffectStatus;
  readonly ground: Ground;
  readonly rule: string;
  readonly reason: string;
  /** A person's word. */
  readonly approval?: { readonly allowed: boolean; readonly by: string };
  /** Of a refusal or a failure. */
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly result?: string;
  /** What was settled; before that, what was reserved. */
  readonly cost?: string;
  /** Whatever else the decision says, such as the turn's labels and what is left of the budget. */
  readonly facts: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch of the decision, and from the intent to the receipt. */
  readonly timeMs: number;
  readonly tookMs?: number;
  /** The journal's entries that tell this. */
  readonly entries: readonly number[];
}

/** The id that an effect's intent has, or would have. */
export function intentIdOf(input: string, index: number): string {
  return derive(input, "intent", index).slice(0, 32);
}

/** The effects of one turn in order, from its entries oldest first. `isEnded`: the turn has its outcome. */
export function effectAccounts(input: string, entries: readonly Entry[], isEnded: boolean): EffectAccount[] {
  const told = new Map<number, Told>();
  for (const entry of entries) {
    const body = datumOf(entry.body);
    const index = fieldInteger(body, "index");
    if (index === undefined || fieldText(body, "turn") !== input) continue;
    const effect = told.get(index) ?? { entries: [] };
    effect.entries.push(entry);
    effect[partOf(entry, body)] = { entry, body };
    told.set(index, effect);
  }
  return [...told].toSorted(([one], [other]) => one - other).map(([index, effect]) => accountOf(input, index, effect, isEnded));
}

interface Part {
  readonly entry: Entry;
  readonly body: Value;
}
interface Told extends Partial<Record<"asked" | "decided" | "approval" | "intent" | "receipt", Part>> {
  readonly entries: Entry[];
}

function partOf({ kind }: Entry, body: Value): "asked" | "decided" | "approval" | "intent" | "receipt" {
  if (kind === "decision") return fieldText(body, "decision") === "ask" ? "asked" : "decided";
  return kind === "operator" ? "approval" : kind === "intent" ? "intent" : "receipt";
}

const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(["turn", "index", "decision", "rule", "reason", "request", "operation", "library", "failure"]);

function accountOf(input: string, index: number, told: Told, isEnded: boolean): EffectAccount {
  const { asked, decided, approval, intent, receipt } = told;
  const deciding = decided ?? asked;
  const request = [intent, asked, decided].map((part) => field(part?.body, "request")).find((each) => each !== undefined);
  const failure = field(receipt?.body, "failure") ?? field(decided?.body, "failure");
  const rule = fieldText(deciding?.body, "rule");
  const first = told.entries[0];
  return {
    input, cell: first?.cell ?? "", index, id: intentIdOf(input, index),
    operation: fieldText(request, "operation") || fieldText(deciding?.body, "operation"), library: fieldText(request, "origin") || fieldText(deciding?.body, "library"),
    parameters: textIn(request, "parameters") ?? textIn(request, "invalid") ?? "{}",
    status: statusOf(told, isEnded), ground: groundOf(told), rule, reason: fieldText(deciding?.body, "reason"),
    ...(approval === undefined ? {} : { approval: { allowed: field(approval.body, "allowed") === true, by: fieldText(approval.body, "by") } }),
    ...(failure === undefined ? {} : { code: fieldText(failure, "code"), message: fieldText(failure, "message"), hint: fieldText(failure, "hint") }),
    result: textIn(receipt?.body, "result"), cost: textIn(receipt?.body, "cost") ?? textIn(intent?.body, "reserved"),
    facts: factsIn(deciding?.body), timeMs: first?.stamp.timeMs ?? 0,
    ...(intent === undefined || receipt === undefined ? {} : { tookMs: Math.max(0, receipt.entry.stamp.timeMs - intent.entry.stamp.timeMs) }),
    entries: told.entries.map(({ sequence }) => sequence),
  };
}

function statusOf({ decided, intent, receipt }: Told, isEnded: boolean): EffectStatus {
  const code = fieldText(field(receipt?.body, "failure"), "code");
  if (receipt !== undefined) return code === "" ? "done" : code === "outcome-unknown" ? "unknown" : "failed";
  if (decided !== undefined && fieldText(decided.body, "decision") === "deny") return "refused";
  if (isEnded) return "abandoned";
  return intent === undefined ? "asked" : "under way";
}

const GROUNDS: Readonly<Record<string, Ground>> = {
  "not-granted": "grant", "grant-expired": "grant", "grant-condition": "grant", "label-refused": "labels", "budget-exceeded": "budget",
};

/** A refusal says by its code which step it was: a policy may name its rules as it likes, and what fits no schema has many codes. */
function groundOf({ asked, decided, approval }: Told): Ground {
  const code = fieldText(field(decided?.body, "failure"), "code");
  if (code !== "" && code !== "effect-denied") return GROUNDS[code] ?? "schema";
  if (approval !== undefined) return "approval";
  return decided === undefined && fieldText(asked?.body, "rule") === "labels" ? "labels" : "policy";
}

function textIn(map: Value | undefined, name: string): string | undefined {
  const value = field(map, name);
  return value === undefined ? undefined : typeof value === "string" ? value : canonical(value);
}

function factsIn(body: Value | undefined): Record<string, string> {
  if (!(body instanceof PersistentMap)) return {};
  return Object.fromEntries(Array.from(body).map(([key, value]) => [textOf(key), textOf(value)] as const).filter(([name]) => !TOLD_ELSEWHERE.has(name)));
}
