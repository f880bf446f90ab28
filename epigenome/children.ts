// Child cells: turns of their own with no more authority than their parent's and what it passes on.
import { PortError, type ChildService } from "../ports/port.js";
import { canonical, datumOf, field, text } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { derive } from "./digest.js";
import type { Incoming, World } from "./world.js";

const TABLES = `CREATE TABLE IF NOT EXISTS world_children (
  child TEXT PRIMARY KEY, parent TEXT NOT NULL, operations TEXT NOT NULL, input TEXT NOT NULL) STRICT;`;

interface Child {
  readonly child: string;
  readonly operations: readonly string[];
  /** Id of the last input that was sent to it. */
  readonly input: string;
}

export class Children implements ChildService {
  constructor(
    private readonly database: WorldDatabase,
    private readonly world: Pick<World, "enqueue" | "durable" | "outcome" | "stop" | "commitBody">,
  ) {
    database.tables.execute(TABLES);
  }

  /** The operations that a child may use, or undefined if the cell is no child. */
  operations(cell: string): ReadonlySet<string> | undefined {
    const found = this.find(cell);
    return found === undefined ? undefined : new Set(found.operations);
  }

  async spawn(request: { parent: string; task: string; operations: readonly string[]; idempotencyKey: string }): Promise<string> {
    const child = `child/${derive(request.idempotencyKey, "child").slice(0, 32)}`;
    if (this.find(child) === undefined) {
      const held = this.operations(request.parent);
      const operations = request.operations.filter((operation) => held === undefined || held.has(operation));
      this.database.batch(() => {
        const input = this.world.enqueue(this.message(child, "task", request.task, request.parent, derive(request.idempotencyKey, "task").slice(0, 32)));
        this.database.run("INSERT INTO world_children VALUES (?, ?, ?, ?)", child, request.parent, JSON.stringify(operations), input);
      });
    }
    await this.world.durable();
    return child;
  }

  async send(child: string, message: string): Promise<void> {
    this.existing(child);
    this.database.batch(() => {
      const input = this.world.enqueue(this.message(child, "message", message, "parent"));
      this.database.run("UPDATE world_children SET input = ? WHERE child = ?", input, child);
    });
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

  private message(cell: string, kind: string, content: string, from: string, id?: string): Incoming {
    return { cell, kind, text: content, from, id };
  }

  private existing(child: string): Child {
    const found = this.find(child);
    if (found === undefined) throw new PortError("swarm-no-child", `there is no child ${child}`);
    return found;
  }

  private find(child: string): Child | undefined {
    const row = this.database.all("SELECT operations, input FROM world_children WHERE child = ?", child)[0];
    return row === undefined ? undefined : { child, operations: JSON.parse(String(row["operations"])) as string[], input: String(row["input"]) };
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(new PortError("swarm-cancelled", "the wait for the child was stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
