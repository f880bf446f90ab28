// What the journal says of effects: writing it as data, and reading back how far each effect of a turn came.
import { Condition, Flonum, PersistentMap, PersistentVector, type Value } from "../interpreter/index.js";
import { kindsOf, type PortError, type Stamp } from "../ports/port.js";
import type { Amounts, Charge, Left, Shortage } from "./budget.js";
import type { Entry } from "./chain.js";
import { canonical, datumOf, DEEPEST_ANSWER, field, fieldInteger, fieldText, keyword, record, recordText, text, vector } from "./data.js";
import { WorldError } from "./error.js";
import { DIMENSIONS } from "./grants.js";
import { boxed, joined, type Labels, labelsData, labelsIn, TRUSTED } from "./labels.js";
import type { Answer, RecordedEffect } from "./turn.js";

/** The kinds of entry that tell of effects. */
export const EFFECT_KINDS = ["decision", "intent", "receipt", "operator"] as const;

/** Which entries tell that a person was asked, for an index and for those who look by it: these, and some more. */
export const IS_ASKED = "kind = 'decision' AND (instr(body, ':decision :ask') > 0 OR substr(body, 1, 8) = '(object ')";

/** What was recorded of turns: the effects of each in order, by its input; and the last entry of each cell that cannot be read. */
export interface RecordedEffects {
  readonly turns: Map<string, RecordedEffect[]>;
  readonly unreadable: ReadonlyMap<string, { readonly sequence: number; readonly error: WorldError }>;
}

/** From entries oldest first. */
export function recordedEffects(entries: Iterable<Entry>): RecordedEffects {
  const turns = new Map<string, RecordedEffect[]>();
  const unreadable = new Map<string, { readonly sequence: number; readonly error: WorldError }>();
  for (const entry of entries) {
    try {
      const body = datumOf(entry.body);
      const turn = fieldText(body, "turn");
      const effects = turns.get(turn) ?? [];
      if (noteEffect(effects, entry, body)) turns.set(turn, effects);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      unreadable.set(entry.cell, { sequence: entry.sequence, error: new WorldError(error.code, `entry ${entry.sequence}: ${error.message}`) });
    }
  }
  return { turns, unreadable };
}

/** The input whose turn an entry tells of; "" if it tells of none. */
export function turnTold({ kind }: Pick<Entry, "kind">, body: Value): string {
  return fieldText(body, kind === "input" ? "id" : "turn");
}

/** Adds what an entry tells to what is known of its turn's effects; false if it tells of none. */
export function noteEffect(effects: RecordedEffect[], entry: Entry, body: Value): boolean {
  const index = fieldInteger(body, "index");
  if (index === undefined || fieldText(body, "turn") === "") return false;
  effects[index] = { ...(effects[index] ?? { request: "" }), ...told(entry, body) };
  return true;
}

function told({ kind, stamp }: Entry, body: Value): Partial<RecordedEffect> {
  const failure = field(body, "failure");
  const request = field(body, "request");
  const asked = kind !== "decision" ? {}
    : { asked: fieldText(body, "decision") === "ask" ? { rule: fieldText(body, "rule"), reason: fieldText(body, "reason") } : undefined };
  return {
    ...asked,
    ...(request === undefined ? {} : { request: canonical(request) }),
    ...(kind === "intent" ? { intent: intentOf(body, stamp) } : {}),
    ...(failure !== undefined || kind === "receipt" ? { answer: answerIn(body) } : {}),
    ...(kind === "receipt" ? { cost: amountsFrom(field(body, "cost")) } : {}),
  };
}

function intentOf(body: Value, stamp: Stamp): RecordedEffect["intent"] {
  return { id: fieldText(body, "intent"), stamp, reserved: amountsFrom(field(body, "reserved")), flow: labelsIn(body, "flow") };
}

/** An answer as fields of an entry's body. */
export function answerFields(answer: Answer): Record<string, Value> {
  const told: Record<string, Value> = "result" in answer ? { result: answer.result } : { failure: answer.failure };
  return answer.read === undefined || answer.read.length === 0 ? told : { ...told, read: labelsData(answer.read) };
}

function answerIn(body: Value): Answer {
  const [failure, read] = [field(body, "failure"), labelsIn(body, "read")];
  return failure === undefined ? { result: field(body, "result") as Value, read } : { failure: failure as PersistentMap, read };
}

/** The canonical text of an answer, as `RecordedTurn` carries it. */
export function answerText(answer: Answer): string {
  return canonical(record(answerFields(answer)));
}

/** The answer that such a text holds. */
export function answerFrom(receipt: string): Answer {
  return answerIn(datumOf(receipt));
}

/** A condition as data, for the journal. Of its irritants only a map of details stays: others may be live objects. */
export function failureData(failure: Condition): PersistentMap {
  const details = failure.irritants.find((irritant) => irritant instanceof PersistentMap);
  return record({ code: failure.code, message: failure.message, hint: failure.hint === "" ? undefined : failure.hint, details });
}

/** The condition that a turn is given for such data. */
export function failureCondition(failure: PersistentMap): Condition {
  const details = field(failure, "details");
  return new Condition(fieldText(failure, "code"), fieldText(failure, "message"), details === undefined ? [] : [details], undefined, fieldText(failure, "hint"));
}

/**
 * What a port's failure is to a turn, without secrets: its code and message, whether a retry may help, and when. A message
 * with labels may tell of the outside, and so may the hint: both come in a box among the details. `atMs` is the stamp of the
 * intent, which may be later than the turn's: what a port counts its times from.
 */
export function portFailure({ code, message, retryable, options }: PortError, operation: string, redact: (text: string) => string, labels: Labels = TRUSTED, atMs?: number): PersistentMap {
  const { hint } = options;
  const retryAfterMs = options.retryAfterMs === undefined ? undefined : Math.round(options.retryAfterMs);
  const from = joined(labels, kindsOf((options.labels ?? TRUSTED).filter((label) => !labels.includes(label))));
  const isPublic = from.length === 0;
  const said = isPublic ? undefined : boxed(text(redact(hint === undefined ? message : `${message} (${hint})`)), from);
  const details = record({ retryable, "retry-after-ms": retryAfterMs, "retry-at-ms": retryAfterMs === undefined || atMs === undefined ? undefined : atMs + retryAfterMs, message: said });
  return record({ code, message: isPublic ? redact(message) : `${operation} failed`, hint: isPublic && hint !== undefined ? redact(hint) : undefined, details });
}

/** What is left of budgets; undefined if there are none. */
export function leftData(left: readonly Left[]): Value | undefined {
  return left.length === 0 ? undefined
    : vector(left.map(({ account, dimension, limit, per, left: amount }) => record({ account, dimension: keyword(dimension), limit, per: keyword(per), left: number(amount) })));
}

/** What a turn is told of a budget that is used up, to act upon. */
export function shortageData({ account, dimension, limit, left, wanted, renewsMs }: Shortage): PersistentMap {
  return record({ account, dimension: keyword(dimension), limit, left: number(left), wanted: number(wanted), "renews-ms": renewsMs });
}

export function amountsData(amounts: Amounts): PersistentMap {
  return record(Object.fromEntries(DIMENSIONS.flatMap((name) => (amounts.has(name) ? [[name, number(amounts.get(name) ?? 0)]] : []))));
}

/** Whole amounts are exact; parts of a cent are not. */
function number(amount: number): Value {
  return Number.isInteger(amount) ? amount : new Flonum(amount);
}

function amountsFrom(data: Value | undefined): Amounts {
  return new Map(DIMENSIONS.flatMap((name) => {
    const amount = field(data, name);
    return amount === undefined ? [] : [[name, amount instanceof Flonum ? amount.value : Number(amount)] as const];
  }));
}

/** Charges as an entry holds them; undefined if there are none. */
export function chargesData(charges: readonly Charge[]): PersistentVector | undefined {
  if (charges.length === 0) return undefined;
  return vector(charges.map(({ account, period, amounts, from }) =>
    record({ account, period, from: from.length === 0 ? undefined : labelsData(from), ...Object.fromEntries([...amounts].map(([name, amount]) => [name, Number.isSafeInteger(amount) ? amount : new Flonum(amount)])) })));
}

/** The charges that an entry's body holds. */
export function chargesIn(body: Value): Charge[] {
  const charges = field(body, "charged");
  return charges instanceof PersistentVector ? [...charges].map((charge) => ({
    account: fieldText(charge, "account"), period: fieldText(charge, "period"), from: labelsIn(charge, "from"),
    amounts: new Map(DIMENSIONS.flatMap((name) => {
      const amount = field(charge, name);
      return amount === undefined ? [] : [[name, amount instanceof Flonum ? amount.value : Number(amount)] as const];
    })),
  })) : [];
}

/** The body of an entry about one effect of a turn. Throws LispError if a field nests deeper than an answer may. */
export function effectBody(turn: string, index: number, fields: Readonly<Record<string, Value | undefined>>): string {
  return recordText({ turn, index, ...fields }, DEEPEST_ANSWER);
}

