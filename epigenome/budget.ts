// Budgets: what an effect may cost is reserved before it is dispatched, and settled when its receipt comes.
import { type Cost, kindsOf, type Labels } from "../ports/port.js";
import type { WorldDatabase } from "./database.js";
import { DIMENSIONS, type Budget, type Dimension, type Period } from "./grants.js";

/** What is left of one dimension of a budget. */
export interface Left {
  readonly account: string;
  readonly dimension: Dimension;
  readonly limit: number;
  readonly per: Period;
  readonly left: number;
  /** Milliseconds since the epoch at which it is whole again; absent if that is not a matter of time. */
  readonly renewsMs?: number;
}

/** What an effect would take more than is left of. */
export interface Shortage extends Left {
  readonly wanted: number;
}

export type Amounts = ReadonlyMap<Dimension, number>;

/** A budget, and the name under which its use is counted. */
export interface Account {
  readonly name: string;
  readonly budget: Budget;
}

/** Use within one turn: counted in memory, for it is counted again when the turn runs again. */
export type TurnUse = Map<string, number>;

/** What a row is named whose account was charged by what came from a kind of labels; it stands among the dimensions, and uses nothing. */
const FROM = "from ";

/** The use of budgets, with the kinds of labels of what it depends on, where there are any: in SQL, a FROM of account, period, dimension, used and kinds. */
export const BUDGET_USE = `(SELECT account, period, dimension, used, (SELECT group_concat(substr(other.dimension, ${FROM.length + 1}), ' ') FROM world_budgets AS other
  WHERE other.account = world_budgets.account AND other.period = world_budgets.period AND other.dimension LIKE '${FROM}%') AS kinds
  FROM world_budgets WHERE dimension NOT LIKE '${FROM}%')`;

const TABLES = `CREATE TABLE IF NOT EXISTS world_budgets (
  account TEXT NOT NULL, period TEXT NOT NULL, dimension TEXT NOT NULL, used REAL NOT NULL,
  PRIMARY KEY (account, period, dimension)) STRICT;
  CREATE INDEX IF NOT EXISTS world_budgets_former ON world_budgets (ltrim(account, '0123456789'), period, dimension) WHERE account GLOB '[0-9]*';`;

/** The second half: older versions told the budgets of one thing apart by their place, as in "2. agent", and what they counted there was spent all the same. */
const USED = `SELECT total(used) AS used FROM (
  SELECT used FROM world_budgets WHERE account = ? AND period = ? AND dimension = ?
  UNION ALL SELECT used FROM world_budgets WHERE account GLOB '[0-9]*' AND ltrim(account, '0123456789') = ? AND period = ? AND dimension = ?)`;

const PERIOD_MS: Readonly<Record<"hour" | "day", number>> = { hour: 3_600_000, day: 86_400_000 };

/** What is added to one account in one of its periods; less than nothing where a reservation is given back. */
export interface Charge {
  readonly account: string;
  readonly period: string;
  readonly amounts: Amounts;
  /** Kinds of labels of what the amounts depend on. */
  readonly from: Labels;
}

/** Labels of what a charge depends on: how often there is one, and how much it is. */
export interface Sources {
  readonly flow: Labels;
  readonly amount: Labels;
}

/** What amounts add to accounts that outlive the turn: only what their budgets count, and only where it is not nothing. */
export function chargesOf(accounts: readonly Account[], amounts: Amounts, timeMs: number, sources: Sources): Charge[] {
  return accounts.filter(({ budget }) => budget.per !== "turn").map(({ name, budget }) => ({
    account: name, period: periodKey(budget.per, timeMs),
    amounts: new Map([...budget.limits.keys()].flatMap((dimension) => {
      const amount = amounts.get(dimension) ?? 0;
      return amount === 0 ? [] : [[dimension, amount] as const];
    })),
    from: sourceOf(budget, sources),
  })).filter(({ amounts: counted }) => counted.size > 0);
}

// Each call is one, whatever is in it.
function sourceOf({ limits }: Budget, { flow, amount }: Sources): Labels {
  return kindsOf([...limits.keys()].every((dimension) => dimension === "calls") ? flow : amount);
}

export class Ledger {
  constructor(private readonly database: WorldDatabase) {
    database.tables.execute(TABLES);
  }

  /** What is left of each dimension of the accounts' budgets. */
  left(accounts: readonly Account[], timeMs: number, turn: TurnUse): Left[] {
    return accounts.flatMap((account) => Array.from(account.budget.limits, ([dimension, limit]) => ({
      account: account.name, dimension, limit, per: account.budget.per, left: limit - this.used(account, dimension, timeMs, turn), ...renewal(account.budget.per, timeMs),
    })));
  }

  /** Adds to accounts what their budgets count of an amount, as `chargesOf` says, and to the turn's own use. */
  add(accounts: readonly Account[], amounts: Amounts, charges: readonly Charge[], turn: TurnUse, sources: Sources): void {
    this.addToTurn(accounts, amounts, turn, sources);
    this.charge(charges);
  }

  /** What an entry of the journal says was charged: a replay does the same. */
  charge(charges: readonly Charge[]): void {
    for (const { account, period, amounts, from } of charges) {
      for (const [dimension, amount] of amounts) this.addToTable(account, period, dimension, amount);
      for (const kind of from) this.database.run("INSERT OR IGNORE INTO world_budgets VALUES (?, ?, ?, 0)", account, period, `${FROM}${kind}`);
    }
  }

  /** Kinds of the labels of what the use of an account depends on. */
  sources({ name, budget }: Account, timeMs: number, turn: TurnUse): Labels {
    if (budget.per === "turn") return [...turn.keys()].filter((key) => key.startsWith(`${name} ${FROM}`)).map((key) => key.slice(name.length + 1 + FROM.length)).sort();
    return this.database.all("SELECT dimension FROM world_budgets WHERE account = ? AND period = ? AND dimension LIKE ? ORDER BY dimension", name, periodKey(budget.per, timeMs), `${FROM}%`)
      .map(({ dimension }) => String(dimension).slice(FROM.length));
  }

  /** The part of `add` that dies with the turn: what a turn that runs again repeats. */
  addToTurn(accounts: readonly Account[], amounts: Amounts, turn: TurnUse, sources: Sources): void {
    for (const { name, budget } of accounts.filter((account) => account.budget.per === "turn")) {
      for (const dimension of budget.limits.keys()) turn.set(`${name} ${dimension}`, (turn.get(`${name} ${dimension}`) ?? 0) + (amounts.get(dimension) ?? 0));
      for (const kind of sourceOf(budget, sources)) turn.set(`${name} ${FROM}${kind}`, 0);
    }
  }

  private used({ name, budget }: Account, dimension: Dimension, timeMs: number, turn: TurnUse): number {
    if (budget.per === "turn") return turn.get(`${name} ${dimension}`) ?? 0;
    const period = periodKey(budget.per, timeMs);
    return Number(this.database.first(USED, name, period, dimension, `. ${name}`, period, dimension)?.["used"]);
  }

  private addToTable(name: string, period: string, dimension: Dimension, amount: number): void {
    this.database.run(`INSERT INTO world_budgets VALUES (?, ?, ?, ?)
      ON CONFLICT (account, period, dimension) DO UPDATE SET used = used + excluded.used`, name, period, dimension, amount);
  }
}

/** The first account that an amount does not fit, with what is left there; undefined if it fits all. */
export function shortageOf(left: readonly Left[], amounts: Amounts): Shortage | undefined {
  for (const each of left) {
    const wanted = amounts.get(each.dimension) ?? 0;
    if (wanted > each.left) return { ...each, wanted };
  }
  return undefined;
}

/** What is left once an amount is taken. */
export function leftAfter(left: readonly Left[], amounts: Amounts): Left[] {
  return left.map((each) => ({ ...each, left: each.left - (amounts.get(each.dimension) ?? 0) }));
}

/** An operation's estimate as amounts. What it does not name costs nothing, but each is one call. */
export function amountsOf(cost: Cost): Amounts {
  const named: Readonly<Record<Dimension, number | undefined>> = {
    calls: cost.calls ?? 1, tokens: cost.tokens, "usd-cents": cost.usdCents, bytes: cost.bytes, milliseconds: cost.milliseconds,
  };
  return new Map(DIMENSIONS.flatMap((dimension) => (named[dimension] === undefined ? [] : [[dimension, spent(named[dimension])] as const])));
}

/** Nothing gives back by what it uses: an amount below nothing is nothing. */
function spent(amount: number): number {
  return amount > 0 ? amount : 0;
}

/** What an effect that failed has used of what was reserved for it: a call, and what it says that it cost. */
export function released(reserved: Amounts, cost: Cost = {}): Amounts {
  const spent = amountsOf(cost);
  return new Map(Array.from(reserved, ([dimension, amount]) => [dimension, dimension === "calls" ? amount : spent.get(dimension) ?? 0]));
}

/** A shortage as a person is told of it. */
export function shortageText({ account, dimension, limit, per, left, wanted, renewsMs }: Shortage): string {
  const renewal = renewsMs === undefined ? (per === "turn" ? "the next turn has it whole" : "it does not renew") : `it renews at ${new Date(renewsMs).toISOString()}`;
  return `${account} may use ${limit} ${dimension} ${periodText(per)}; ${Math.max(0, left)} are left, and this takes ${wanted}; ${renewal}`;
}

/** The estimate, corrected by the `usage` that a result reports of itself. */
export function settledAmounts(estimate: Amounts, result: unknown): Amounts {
  const usage: unknown = typeof result === "object" && result !== null && "usage" in result ? result.usage : undefined;
  if (typeof usage !== "object" || usage === null) return estimate;
  const reported = reportedUsage(new Map<string, unknown>(Object.entries(usage)));
  return new Map([...estimate.keys(), ...DIMENSIONS].map((dimension) => {
    const amount = reported.get(dimension);
    return [dimension, typeof amount === "number" && amount >= 0 ? amount : estimate.get(dimension) ?? 0];
  }));
}

/** Models tell tokens by their direction, and time by its name. */
function reportedUsage(usage: Map<string, unknown>): ReadonlyMap<string, unknown> {
  const [input, output] = [usage.get("input-tokens"), usage.get("output-tokens")];
  if (typeof input === "number" && typeof output === "number") usage.set("tokens", input + output);
  if (usage.has("latency-ms")) usage.set("milliseconds", usage.get("latency-ms"));
  return usage;
}

/** What settling adds to what was reserved. */
export function difference(settled: Amounts, reserved: Amounts): Amounts {
  return new Map(DIMENSIONS.map((dimension) => [dimension, (settled.get(dimension) ?? 0) - (reserved.get(dimension) ?? 0)]));
}

/** Names the period that holds a time: the same for all of it, and for no other. */
export function periodKey(per: Exclude<Period, "turn"> | Period, timeMs: number): string {
  return per === "hour" || per === "day" ? `${per} ${Math.floor(timeMs / PERIOD_MS[per])}` : per;
}

function renewal(per: Period, timeMs: number): { readonly renewsMs?: number } {
  return per === "hour" || per === "day" ? { renewsMs: (Math.floor(timeMs / PERIOD_MS[per]) + 1) * PERIOD_MS[per] } : {};
}

function periodText(per: Period): string {
  return per === "ever" ? "in all" : `a ${per}`;
}
