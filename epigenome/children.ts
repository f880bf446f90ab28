// Child cells: turns of their own with no more authority than their parent's and what it passes on.
import { PersistentVector, type Value } from "../interpreter/index.js";
import { PortError, type ChildService, type Cost, type Kin, type SpawnRequest } from "../ports/port.js";
import { canonical, datumOf, field, fieldInteger, fieldText, record, text, textOf, vector } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { derive } from "./digest.js";
import { type Budget, DIMENSIONS } from "./grants.js";
import { type Labels, labelsIn, opened } from "./labels.js";
import type { World } from "./world.js";

const TABLES = `CREATE TABLE IF NOT EXISTS world_children (
  child TEXT PRIMARY KEY, parent TEXT NOT NULL, held TEXT NOT NULL, input TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS world_deliveries (input TEXT PRIMARY KEY, intent TEXT NOT NULL) STRICT, WITHOUT ROWID;`;

/** What a child was given by its parent. */
export interface Held {
  readonly operations: ReadonlySet<string>;
  /** Milliseconds since the epoch from which it may do nothing more. */
  readonly untilMs?: number;
  /** What it may use in all. */
  readonly budgets: readonly Budget[];
}

/** A cell, then the one whose child it is, and so on. `held` is undefined of a cell that is no child. */
export type Lineage = readonly { readonly cell: string; readonly held?: Held }[];

interface Child {
  readonly child: string;
  readonly parent: string;
  readonly held: Held;
  /** Id of the last input that was sent to it. */
  readonly input: string;
}

/** Only names of children begin so. */
const PREFIX = "child/";

/** Who is whose child, with which authority, and what it was sent last: all of it from journaled inputs. */
export class ChildTable {
  constructor(private readonly database: WorldDatabase) {
    database.tables.execute(TABLES);
  }

  /** Notes what the `:child` of an accepted input says of its cell: a first task makes it one. Within the caller's transaction. */
  accepted(cell: string, input: string, born: Value | string | undefined): void {
    if (born === undefined || typeof born === "string") return;
    if (field(born, "operations") === undefined) this.database.run("UPDATE world_children SET input = ? WHERE child = ?", input, cell);
    else this.database.run("INSERT INTO world_children VALUES (?, ?, ?, ?)", cell, fieldText(born, "parent"), canonical(born), input);
  }

  /** Gives the outcome of an input to an intent, once and for all; false if another has had it. Durable with what the intent answers. */
  deliver(input: string, intent: string): boolean {
    this.database.batch(() => this.database.run("INSERT OR IGNORE INTO world_deliveries VALUES (?, ?)", input, intent));
    return this.database.first("SELECT intent FROM world_deliveries WHERE input = ?", input)?.["intent"] === intent;
  }

  find(child: string): Child | undefined {
    if (!child.startsWith(PREFIX)) return undefined;
    const row = this.database.all("SELECT parent, held, input FROM world_children WHERE child = ?", child)[0];
    return row === undefined ? undefined : { child, parent: String(row["parent"]), held: heldFrom(datumOf(String(row["held"]))), input: String(row["input"]) };
  }
}

export class Children implements ChildService {
  readonly table: ChildTable;

  constructor(
    database: WorldDatabase,
    private readonly world: Pick<World, "enqueue" | "durable" | "outcome" | "stop" | "commitBody">,
  ) {
    this.table = new ChildTable(database);
  }

  /** The cell and all that it descends from. */
  lineage(cell: string): Lineage {
    const found = this.table.find(cell);
    return found === undefined ? [{ cell }] : [{ cell, held: found.held }, ...this.lineage(found.parent)];
  }

  async spawn({ parent, task, operations, idempotencyKey, labels, untilMs, budget }: SpawnRequest): Promise<string> {
    const child = `${PREFIX}${derive(idempotencyKey, "child").slice(0, 32)}`;
    if (this.table.find(child) === undefined)
      this.world.enqueue({
        cell: child, kind: "task", text: openedText(task), from: parent, labels, id: derive(idempotencyKey, "task").slice(0, 32),
        child: record({ parent, operations: vector(operations.map(text)), "until-ms": untilMs, budget: budget === undefined ? undefined : budgetData(budget) }),
      });
    await this.world.durable();
    return child;
  }

  async send(kin: Kin, message: string, labels?: Labels): Promise<void> {
    const { parent, child } = this.own(kin);
    this.world.enqueue({ cell: child, kind: "message", text: openedText(message), from: "parent", labels, child: record({ parent }) });
    await this.world.durable();
  }

  async result(kin: Kin, idempotencyKey: string, signal: AbortSignal): Promise<{ answer: string; labels: Labels }> {
    const { child, input } = this.own(kin);
    const outcome = await Promise.race([this.world.outcome(input), aborted(signal)]);
    const commit = this.world.commitBody(input);
    const body = commit === undefined ? undefined : datumOf(commit);
    const labels = labelsIn(body);
    if (outcome.outcome !== "done") throw new PortError("swarm-child-failed", `the child ${child} ended as ${outcome.outcome}: ${outcome.answer}`, { labels });
    if (!this.table.deliver(input, idempotencyKey))
      throw new PortError("swarm-delivered", `the answer of ${child} has gone to another that waited`, { hint: "Keep the answer of the first await." });
    return { answer: canonical(field(body, "answer") ?? text(outcome.answer)), labels };
  }

  async cancel(kin: Kin): Promise<boolean> {
    const { child } = this.own(kin);
    return this.world.stop(child, "its parent cancelled it");
  }

  /** Nobody but its parent learns even that it is there. */
  private own({ parent, child }: Kin): Child {
    const found = this.table.find(child);
    if (found?.parent !== parent) throw new PortError("swarm-no-child", `there is no child ${child}`);
    return found;
  }
}

/** The boxes inside are opened: the child reads all of it with their labels. */
function openedText(datum: string): string {
  return canonical(opened(datumOf(datum), () => undefined));
}

function budgetData(budget: Cost): Value {
  return record({ calls: budget.calls, tokens: budget.tokens, "usd-cents": budget.usdCents, bytes: budget.bytes, milliseconds: budget.milliseconds });
}

function heldFrom(born: Value): Held {
  const [operations, budget] = [field(born, "operations"), field(born, "budget")];
  const limits = new Map(DIMENSIONS.flatMap((dimension) => {
    const limit = fieldInteger(budget, dimension);
    return limit === undefined ? [] : [[dimension, limit] as const];
  }));
  return {
    operations: new Set(operations instanceof PersistentVector ? [...operations].map(textOf) : []), untilMs: fieldInteger(born, "until-ms"),
    budgets: limits.size === 0 ? [] : [{ limits, per: "ever" }],
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(new PortError("swarm-cancelled", "the wait for the child was stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
