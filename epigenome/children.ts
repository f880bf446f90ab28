// Child cells: turns of their own with no more authority than their parent's and what it passes on.
import { PortError, type ChildService } from "../ports/port.js";
import { PersistentVector, type Value } from "../interpreter/index.js";
import { canonical, datumOf, field, fieldText, record, text, textOf, vector } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { derive } from "./digest.js";
import type { World } from "./world.js";

const TABLES = `CREATE TABLE IF NOT EXISTS world_children (
  child TEXT PRIMARY KEY, parent TEXT NOT NULL, operations TEXT NOT NULL, input TEXT NOT NULL) STRICT;`;

interface Child {
  readonly child: string;
  readonly parent: string;
  readonly operations: readonly string[];
  /** Id of the last input that was sent to it. */
  readonly input: string;
}

/** Who is whose child, with which operations, and what it was sent last: all of it from journaled inputs. */
export class ChildTable {
  constructor(private readonly database: WorldDatabase) {
    database.tables.execute(TABLES);
  }

  /** Notes what the `:child` of an accepted input says of its cell: a first task makes it one. Within the caller's transaction. */
  accepted(cell: string, input: string, born: Value | string | undefined): void {
    if (born === undefined || typeof born === "string") return;
    const operations = field(born, "operations");
    if (operations instanceof PersistentVector)
      this.database.run("INSERT INTO world_children VALUES (?, ?, ?, ?)", cell, fieldText(born, "parent"), JSON.stringify([...operations].map(textOf)), input);
    else this.database.run("UPDATE world_children SET input = ? WHERE child = ?", input, cell);
  }

  find(child: string): Child | undefined {
    const row = this.database.all("SELECT parent, operations, input FROM world_children WHERE child = ?", child)[0];
    return row === undefined ? undefined : { child, parent: String(row["parent"]), operations: JSON.parse(String(row["operations"])) as string[], input: String(row["input"]) };
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

  /** The operations that a child may use, or undefined if the cell is no child. */
  operations(cell: string): ReadonlySet<string> | undefined {
    const found = this.table.find(cell);
    return found === undefined ? undefined : new Set(found.operations);
  }

  async spawn(request: { parent: string; task: string; operations: readonly string[]; idempotencyKey: string }): Promise<string> {
    const child = `child/${derive(request.idempotencyKey, "child").slice(0, 32)}`;
    if (this.table.find(child) === undefined) {
      const held = this.operations(request.parent);
      const operations = request.operations.filter((operation) => held === undefined || held.has(operation));
      this.world.enqueue({
        cell: child, kind: "task", text: request.task, from: request.parent, id: derive(request.idempotencyKey, "task").slice(0, 32),
        child: record({ parent: request.parent, operations: vector(operations.map((operation) => text(operation))) }),
      });
    }
    await this.world.durable();
    return child;
  }

  async send(child: string, message: string): Promise<void> {
    const { parent } = this.existing(child);
    this.world.enqueue({ cell: child, kind: "message", text: message, from: "parent", child: record({ parent }) });
    await this.world.durable();
  }

  async result(child: string, signal: AbortSignal): Promise<string> {
    const { input } = this.existing(child);
    const outcome = await Promise.race([this.world.outcome(input), aborted(signal)]);
    if (outcome.outcome !== "done") throw new PortError("swarm-child-failed", `the child ${child} ended as ${outcome.outcome}: ${outcome.answer}`);
    const body = this.world.commitBody(input);
    return canonical(field(body === undefined ? undefined : datumOf(body), "answer") ?? text(outcome.answer));
  }

  async cancel(child: string): Promise<boolean> {
    this.existing(child);
    return this.world.stop(child, "its parent cancelled it");
  }

  private existing(child: string): Child {
    const found = this.table.find(child);
    if (found === undefined) throw new PortError("swarm-no-child", `there is no child ${child}`);
    return found;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(new PortError("swarm-cancelled", "the wait for the child was stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
