// The manifest: what a genome's libraries may do, read from data.
import { z } from "zod";
import { itemsOf, LispError, LispString, LispSymbol, PersistentMap, type Value, write } from "../interpreter/index.js";
import type { Labels } from "../ports/port.js";
import { field, fieldInteger, readData } from "./data.js";
import { WorldError } from "./error.js";

export interface Manifest {
  /** Printed names in load order. */
  readonly libraries: readonly string[];
  /** Printed name of the library that exports `handle-turn`. */
  readonly turn: string;
  /** By the library's printed name, then by operation, such as "store/put!". */
  readonly grants: ReadonlyMap<string, ReadonlyMap<string, Grant>>;
  readonly limits: TurnLimits;
  /** What each cell may use, beside what its grants say. Its children's use counts for it too. */
  readonly cellBudgets: readonly Budget[];
  /** What all cells together may use. */
  readonly agentBudgets: readonly Budget[];
}

/** What a library may do with one operation. All that is given must hold. */
export interface Grant {
  /** Forms over the variable `request`, a map of the parameters. */
  readonly conditions: readonly Value[];
  readonly budgets: readonly Budget[];
  /** Milliseconds since the epoch from which the grant is no more. */
  readonly until?: number;
  /** Labels that the operation accepts of this holder, beside its own bound. Absent: only that one holds. */
  readonly accepts?: Labels;
}

/** So much of each dimension in a period; `per` is `turn`, `hour`, `day` or `ever`. */
export interface Budget {
  readonly limits: ReadonlyMap<Dimension, number>;
  readonly per: Period;
}

export const DIMENSIONS = ["calls", "tokens", "usd-cents", "bytes", "milliseconds"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export const PERIODS = ["turn", "hour", "day", "ever"] as const;
export type Period = (typeof PERIODS)[number];

export interface TurnLimits {
  readonly steps: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** What a turn may use where the manifest's `(budgets (turn {:steps … :bytes … :milliseconds …}))` says nothing. */
const TURN_LIMITS: TurnLimits = { steps: 200_000_000, bytes: 2_000_000_000, milliseconds: 30 * 60_000 };

/** Reads the text of manifest.scm. Errors: `bad-manifest`. */
export function parseManifest(text: string): Manifest {
  const clauses = clausesOf(readManifest(text));
  const turn = clauses.get("turn")?.[0];
  if (turn === undefined) return bad("it needs (turn LIBRARY), the library that exports handle-turn");
  const grants = (clauses.get("grants") ?? []).map(grantOf);
  if (new Set(grants.map(([library]) => library)).size < grants.length) return bad("a library has one form (grant …)");
  return {
    libraries: (clauses.get("libraries") ?? []).map((name) => write(name)),
    turn: write(turn),
    grants: new Map(grants),
    limits: limitsOf(clauses.get("budgets") ?? []),
    cellBudgets: budgetsOf("cell", clauses.get("budgets") ?? []),
    agentBudgets: budgetsOf("agent", clauses.get("budgets") ?? []),
  };
}

/** The clauses of one operation's grant, such as `((when …) (budget {…}) (until "2026-12-01"))`. */
export function parseGrant(operation: string, clauses: readonly Value[]): Grant {
  const of = (name: string): readonly (readonly Value[])[] => clauses.map((clause) => listOf(clause, operation))
    .filter(([head]) => isSymbol(head, name)).map((clause) => clause.slice(1));
  const known = [...of("when"), ...of("budget"), ...of("until"), ...of("accepts")].length;
  if (known !== clauses.length || of("accepts").length > 1)
    return bad(`${operation}: a grant holds (when …), (budget {…}), (until "…") and one (accepts "label" …) only`);
  const until = of("until").map(([date]) => dateOf(date, operation)).reduce((least, date) => Math.min(least, date), Infinity);
  return {
    conditions: of("when").flat(),
    budgets: of("budget").map(([map]) => budgetOf(map, operation)),
    ...(until === Infinity ? {} : { until }),
    ...of("accepts").map((labels) => ({ accepts: acceptedLabels(labels, operation) }))[0],
  };
}

/** Labels as in `("model" "web example.org")`; a kind alone stands for all of its labels. */
export function acceptedLabels(labels: readonly Value[], operation: string): Labels {
  return labels.map((label) => (label instanceof LispString ? label.text : bad(`${operation}: a label is a string, such as "model" or "web example.org"`)));
}

/** Reads a map such as `{:calls 100 :per :day}`. */
export function budgetOf(map: Value | undefined, operation: string): Budget {
  if (!(map instanceof PersistentMap)) return bad(`${operation}: a budget is a map such as {:calls 100 :per :day}`);
  const limits = new Map(DIMENSIONS.flatMap((dimension) => {
    const limit = fieldInteger(map, dimension);
    return limit === undefined ? [] : [[dimension, limit] as const];
  }));
  const period = field(map, "per");
  const per = period === undefined ? "ever" : PERIODS.find((name) => `:${name}` === write(period));
  const wanted = limits.size + (period === undefined ? 0 : 1);
  if (per === undefined || limits.size === 0 || wanted !== map.size || [...limits.values()].some((limit) => limit < 0))
    return bad(`${operation}: a budget has whole numbers for some of ${DIMENSIONS.join(", ")}, and :per one of ${PERIODS.join(", ")}`);
  return { limits, per };
}

// What Date.parse makes of other texts depends on the machine's zone, and days that do not exist become others.
const TIME = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** A day, which begins at midnight UTC, or a time with its zone (RFC 3339), as milliseconds since the epoch. */
export function dateOf(value: Value | undefined, operation: string): number {
  if (value instanceof LispString && TIME.safeParse(value.text).success) return Date.parse(value.text);
  const given = value === undefined ? "" : ` ${write(value)}`;
  return bad(`${operation}: (until${given}) names no time; give a day, such as "2026-12-01", which begins at midnight UTC, or a time with its zone, such as "2026-12-01T09:00:00+09:00"`);
}

function readManifest(text: string): readonly Value[] {
  try {
    const [manifest, ...more] = readData(text, "manifest.scm");
    const [head, ...clauses] = listOf(manifest, "manifest");
    return isSymbol(head, "manifest") && more.length === 0 ? clauses : bad("expected one form (manifest …)");
  } catch (error) {
    if (error instanceof LispError) return bad(error.message);
    throw error;
  }
}

function clausesOf(clauses: readonly Value[]): Map<string, readonly Value[]> {
  return new Map(clauses.map((clause) => {
    const [head, ...rest] = listOf(clause, "manifest");
    return [head instanceof LispSymbol ? head.name : write(head ?? false), rest];
  }));
}

function grantOf(form: Value): [string, ReadonlyMap<string, Grant>] {
  const [head, library, ...operations] = listOf(form, "grants");
  if (!isSymbol(head, "grant") || library === undefined) return bad("grants holds forms (grant LIBRARY (OPERATION …) …)");
  return [write(library), new Map(operations.map((operation) => {
    const [name, ...clauses] = listOf(operation, write(library));
    if (!(name instanceof LispSymbol)) return bad(`${write(library)}: an operation is named as in (store/get)`);
    return [name.name, parseGrant(name.name, clauses)];
  }))];
}

/** All `(cell {…})` or `(agent {…})` of the budgets. */
function budgetsOf(of: "cell" | "agent", budgets: readonly Value[]): readonly Budget[] {
  const known = ["turn", "cell", "agent"];
  const forms = budgets.map((budget) => listOf(budget, "budgets"));
  if (!forms.every(([head]) => known.some((name) => isSymbol(head, name)))) return bad("budgets holds forms (turn {…}), (cell {…}) and (agent {…}) only");
  return forms.filter(([head]) => isSymbol(head, of)).map(([, map]) => budgetOf(map, of));
}

function limitsOf(budgets: readonly Value[]): TurnLimits {
  const turn = budgets.map((budget) => listOf(budget, "budgets")).find(([head]) => isSymbol(head, "turn"))?.[1];
  return {
    steps: fieldInteger(turn, "steps") ?? TURN_LIMITS.steps,
    bytes: fieldInteger(turn, "bytes") ?? TURN_LIMITS.bytes,
    milliseconds: fieldInteger(turn, "milliseconds") ?? TURN_LIMITS.milliseconds,
  };
}

function listOf(value: Value | undefined, where: string): readonly Value[] {
  const items = value === undefined ? undefined : itemsOf(value);
  return items === undefined || items.length === 0 ? bad(`${where}: expected a list, but found ${value === undefined ? "nothing" : write(value)}`) : items;
}

function isSymbol(value: Value | undefined, name: string): boolean {
  return value instanceof LispSymbol && value.name === name;
}

function bad(problem: string): never {
  throw new WorldError("bad-manifest", problem);
}
