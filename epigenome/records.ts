// What the tables of a world tell whoever looks: the same for a world that is open and for one at rest.
import { effectAccounts, intentIdOf, type EffectAccount } from "./account.js";
import { periodKey } from "./budget.js";
import type { Cells, InboxRow, OutcomeKind } from "./cells.js";
import type { Entry } from "./chain.js";
import { datumOf, field, fieldInteger, fieldText, textOf } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { IS_ASKED } from "./effect-record.js";
import type { Entries } from "./entries.js";
import { baseOf } from "./keeping.js";

/** Sums over a world. */
export interface Counts {
  readonly entries: number;
  /** Commit in force; "" if there is none. */
  readonly genome: string;
  readonly patches: number;
  readonly cells: number;
  readonly quarantined: number;
  /** Inputs without an outcome. */
  readonly backlog: number;
  readonly outcomes: Readonly<Record<OutcomeKind, number>>;
}

/** Use of a budget in the period that is now. */
export interface BudgetUse {
  readonly account: string;
  readonly period: string;
  readonly dimension: string;
  readonly used: number;
}

/** An input as it was accepted. */
export interface InputAccount {
  readonly id: string;
  readonly cell: string;
  readonly kind: string;
  readonly text: string;
  readonly from: string;
  readonly label: string;
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

/** How a turn ended, as its commit says. */
export interface EndAccount {
  readonly outcome: OutcomeKind;
  /** The answer; of what was not done, why. */
  readonly answer: string;
  readonly genome: string;
  readonly steps: number;
  readonly sequence: number;
  /** Milliseconds since the epoch; absent if its entry was pruned. */
  readonly timeMs?: number;
}

/** A turn from its input to its end, or as far as it came. */
export interface TurnAccount {
  readonly input: InputAccount;
  readonly end?: EndAccount;
  readonly effects: readonly EffectAccount[];
}

/** Decisions after which nothing was begun. */
const UNBEGUN = `SELECT sequence FROM journal WHERE kind = 'decision'
  AND (instr(body, ':decision :ask') > 0 OR instr(body, ':decision :deny') > 0 OR body LIKE '(object %') ORDER BY sequence`;
/** Where a person was asked in cells whose inputs are not all at their end. */
const ASKED = `SELECT sequence FROM journal WHERE ${IS_ASKED}
  AND sequence > (SELECT min(sequence) FROM world_inbox) AND cell IN (SELECT cell FROM world_inbox) ORDER BY sequence`;
/** Entries that are looked at first. */
const SPAN = 64;

export class Records {
  constructor(
    private readonly database: Pick<WorldDatabase, "all">,
    private readonly cells: Cells,
    private readonly entries: Pick<Entries, "at" | "last">,
  ) {}

  counts(): Counts {
    const row = this.database.all(`SELECT (SELECT coalesce(max(sequence), 0) FROM journal) AS entries, (SELECT count(*) FROM world_cells) AS cells,
      (SELECT count(*) FROM world_quarantine) AS quarantined, (SELECT count(*) FROM world_inbox) AS backlog`)[0] ?? {};
    const image = this.database.all("SELECT genome, patches FROM world_images WHERE image = (SELECT image FROM world_force)")[0];
    const patches: unknown = JSON.parse(String(image?.["patches"] ?? "[]"));
    return {
      entries: Number(row["entries"]), genome: String(image?.["genome"] ?? ""), patches: Array.isArray(patches) ? patches.length : 0,
      cells: Number(row["cells"]), quarantined: Number(row["quarantined"]), backlog: Number(row["backlog"]), outcomes: this.outcomes(),
    };
  }

  /** Entries before a sequence, oldest first: at most so many, those nearest to it. */
  journal(count: number, before = Number.MAX_SAFE_INTEGER): Entry[] {
    return this.read("SELECT sequence FROM journal WHERE sequence < ? ORDER BY sequence DESC LIMIT ?", before, count).reverse();
  }

  entry(sequence: number): Entry | undefined {
    return this.entries.at(sequence);
  }

  /** The last effects that began before an entry, newest first. */
  effects(count: number, before = Number.MAX_SAFE_INTEGER): EffectAccount[] {
    const found = new Map<string, EffectAccount>();
    const turns = new Map<string, readonly EffectAccount[]>();
    // An effect that a person was asked about has two decisions.
    for (const entry of this.read("SELECT sequence FROM journal WHERE kind = 'decision' AND sequence < ? ORDER BY sequence DESC LIMIT ?", before, 2 * count)) {
      const [input, index] = placeOf(entry);
      if (!turns.has(input)) turns.set(input, this.turn(input)?.effects ?? []);
      const effect = turns.get(input)?.find((each) => each.index === index);
      if (effect !== undefined && found.size < count) found.set(effect.id, effect);
    }
    return [...found.values()];
  }

  /** Effects that wait for a person, whether or not their turns run now. */
  asked(): EffectAccount[] {
    const inputs = new Set(this.read(ASKED).map((entry) => placeOf(entry)[0]));
    return [...inputs].filter((id) => this.cells.pending(id) !== undefined).flatMap((id) => this.turn(id)?.effects.filter(({ status }) => status === "asked") ?? []);
  }

  /** The turn of an input; undefined if none of this id was accepted, or its entries are gone. */
  turn(id: string): TurnAccount | undefined {
    const waiting = this.cells.pending(id);
    if (waiting !== undefined) return { input: this.inputOf(waiting), effects: effectAccounts(id, this.entriesOf(waiting.cell, waiting.sequence), false) };
    const committed = this.cells.commitSequence(id);
    const commit = committed === undefined ? undefined : this.entry(committed);
    const input = commit && this.inputBefore(commit, id);
    if (commit === undefined || input === undefined) return undefined;
    const entries = this.entriesOf(commit.cell, input.sequence, commit.sequence);
    const effects = effectAccounts(id, entries, true);
    const isLate = effects.some(({ status }) => status === "abandoned");
    return { input: this.inputOf(input), end: endOf(commit), effects: isLate ? effectAccounts(id, [...entries, ...this.lateEntries(commit)], true) : effects };
  }

  /** How an input ended whose entries the journal no longer has. */
  pruned(id: string): EndAccount | undefined {
    const row = this.database.all("SELECT outcome, answer, genome, steps, sequence FROM world_outcomes WHERE id = ?", id)[0];
    return row && { outcome: String(row["outcome"]) as OutcomeKind, answer: String(row["answer"]), genome: String(row["genome"]), steps: Number(row["steps"]), sequence: Number(row["sequence"]) };
  }

  /** Sequence of the entry that the journal begins with. */
  first(): number {
    return baseOf(this.database)?.sequence ?? 1;
  }

  /** Inputs of the same cell that were accepted before this one and have no outcome. */
  ahead({ cell, sequence }: InputAccount): number {
    return Number(this.database.all("SELECT count(*) AS count FROM world_inbox WHERE cell = ? AND sequence < ?", cell, sequence)[0]?.["count"]);
  }

  /** Whether an input's turn has begun: it is pinned to an image. */
  hasBegun(id: string): boolean {
    return (this.cells.pending(id)?.image ?? "") !== "";
  }

  /** The last inputs of a cell that have an outcome, newest first. */
  ended(cell: string, count: number): { readonly id: string; readonly outcome: OutcomeKind }[] {
    return this.database.all("SELECT id, outcome FROM world_outcomes WHERE cell = ? ORDER BY sequence DESC LIMIT ?", cell, count)
      .map((row) => ({ id: String(row["id"]), outcome: String(row["outcome"]) as OutcomeKind }));
  }

  /** The input and place of the effect whose id begins so; undefined if there is none, or more than one. */
  effectNamed(id: string): { readonly input: string; readonly index: number } | undefined {
    const named = this.read("SELECT sequence FROM journal WHERE kind = 'intent' AND (instr(body, ?) > 0 OR body LIKE '(object %') ORDER BY sequence", `:intent "${id}`).map(placeOf);
    const places = new Map<string, { readonly input: string; readonly index: number }>();
    const look = (candidates: readonly (readonly [string, number])[]): void => {
      for (const [input, index] of candidates) {
        const each = intentIdOf(input, index);
        if (each.startsWith(id)) places.set(each, { input, index });
      }
    };
    // A request may hold such words as well. What was refused, or waits, has no intent that would tell the id.
    look(named);
    if (places.size === 0) look(this.read(UNBEGUN).map(placeOf));
    return places.size === 1 ? [...places.values()][0] : undefined;
  }

  /** Use of budgets in the periods that hold this time, those without an end included. */
  budgets(timeMs: number): BudgetUse[] {
    return this.database.all("SELECT account, period, dimension, used FROM world_budgets WHERE period IN (?, ?, 'ever') AND dimension NOT LIKE 'from %' ORDER BY account, period, dimension",
      periodKey("hour", timeMs), periodKey("day", timeMs))
      .map((row) => ({ account: String(row["account"]), period: String(row["period"]).split(" ")[0] ?? "", dimension: String(row["dimension"]), used: Number(row["used"]) }));
  }

  private outcomes(): Counts["outcomes"] {
    const counts = { done: 0, failed: 0, stopped: 0, quarantined: 0 };
    for (const row of this.database.all("SELECT outcome, count(*) AS count FROM world_outcomes GROUP BY outcome")) counts[String(row["outcome"]) as OutcomeKind] = Number(row["count"]);
    return counts;
  }

  /** Looked for backwards in ever longer spans: an input stands near its commit, or far back in a busy journal. */
  private inputBefore({ cell, sequence }: Entry, id: string): Entry | undefined {
    for (let [span, to] = [SPAN, sequence]; to > 0; [span, to] = [span * 8, to - span]) {
      const entries = this.read("SELECT sequence FROM journal WHERE sequence >= ? AND sequence < ? AND kind = 'input' AND cell = ? AND (instr(body, ?) > 0 OR body LIKE '(object %')", to - span, to, cell, id);
      const found = entries.find((entry) => fieldText(datumOf(entry.body), "id") === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private inputOf({ sequence, cell, body, stamp }: Entry | InboxRow): InputAccount {
    const input = datumOf(body);
    return {
      id: fieldText(input, "id"), cell, kind: fieldText(input, "kind"), text: fieldText(input, "text"), from: fieldText(input, "from"),
      label: fieldText(input, "label"), sequence, timeMs: stamp.timeMs,
    };
  }

  private entriesOf(cell: string, from: number, to = Number.MAX_SAFE_INTEGER): Entry[] {
    return this.read("SELECT sequence FROM journal WHERE sequence >= ? AND sequence <= ? AND cell = ? AND kind <> 'input' ORDER BY sequence", from, to, cell);
  }

  /** Receipts that came after the turn's end. */
  private lateEntries({ cell, sequence }: Entry): Entry[] {
    return this.read("SELECT sequence FROM journal WHERE sequence > ? AND cell = ? AND kind = 'receipt' ORDER BY sequence", sequence, cell);
  }

  private read(sequences: string, ...parameters: (string | number)[]): Entry[] {
    return this.database.all(sequences, ...parameters).flatMap((row) => this.entries.at(Number(row["sequence"])) ?? []);
  }
}

function placeOf({ body }: Entry): [input: string, index: number] {
  const told = datumOf(body);
  return [fieldText(told, "turn"), fieldInteger(told, "index") ?? 0];
}

function endOf({ body, sequence, stamp }: Entry): EndAccount {
  const told = datumOf(body);
  const answer = field(told, "answer");
  return {
    outcome: fieldText(told, "outcome") as OutcomeKind, answer: answer === undefined ? "" : textOf(answer), genome: fieldText(told, "image"),
    steps: fieldInteger(told, "steps") ?? 0, sequence, timeMs: stamp.timeMs,
  };
}
