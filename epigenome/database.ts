// The world's one database: everything written in a tick is one transaction, and durable with it or not at all.
import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import type { SqlValue, TableService } from "../ports/port.js";

/** Runs inside the transaction just before it commits, and just after it is durable. */
export interface FlushWatcher {
  before(): void;
  after(): void;
  /** Memory that must go back when part of the transaction is undone. */
  save(): () => void;
}

/**
 * A batch begins with the first write and ends with `flush`: explicitly, or at the latest in the event loop's
 * next turn, without a timer, unless it is left to somebody else. What must wait until its writes are durable asks `whenDurable`.
 */
export class WorldDatabase {
  readonly tables: TableService;
  private readonly database: Database.Database;
  private readonly statements = new Map<string, Database.Statement>();
  private waiting: { readonly durable: () => void; readonly failed?: (error: Error) => void }[] = [];
  private watcher: FlushWatcher | undefined;
  private depth = 0;
  private deferring = false;
  private isLeft: () => boolean = () => false;
  private broken: Error | undefined;

  constructor(
    path: string,
    private readonly onFailure: (error: Error) => void = () => undefined,
    private readonly soon: (callback: () => void) => void = setImmediate,
    options: { readonly readonly?: boolean } = {},
  ) {
    if (options.readonly !== true && path !== ":memory:") keepPrivate(path);
    this.database = new Database(path, options);
    if (options.readonly === true) this.database.exec("BEGIN");
    else this.makeDurable();
    this.tables = {
      execute: (sql) => void this.outermost(() => this.database.exec(sql)),
      run: (sql, ...parameters) => this.outermost(() => this.run(sql, ...parameters)),
      all: (sql, ...parameters) => {
        const statement = this.statement(sql);
        return statement.readonly ? this.all(sql, ...parameters) : this.outermost(() => this.all(sql, ...parameters));
      },
      transaction: (work) => this.outermost(work),
      batch: (work) => this.deferred(() => this.outermost(work)),
      durable: () => new Promise((resolve, reject) => this.whenDurable(resolve, reject)),
    };
  }

  /** A database as it stands, which another process may own and write on: nothing that it writes later is seen here. */
  static reading(path: string): WorldDatabase {
    return new WorldDatabase(path, undefined, undefined, { readonly: true });
  }

  /** While `flushesSoon` says so, somebody else flushes before long: then a batch does not end by itself. */
  leaveTo(flushesSoon: () => boolean): void {
    this.isLeft = flushesSoon;
  }

  watch(watcher: FlushWatcher): void {
    this.watcher = watcher;
  }

  all(sql: string, ...parameters: SqlValue[]): Record<string, SqlValue>[] {
    return this.statement(sql).all(...parameters) as Record<string, SqlValue>[];
  }

  /** The first row, or undefined if there is none. */
  first(sql: string, ...parameters: SqlValue[]): Record<string, SqlValue> | undefined {
    return this.statement(sql).get(...parameters) as Record<string, SqlValue> | undefined;
  }

  /** Rows one at a time, for scans that may be long. Nothing may be written meanwhile. */
  *rows(sql: string, ...parameters: SqlValue[]): Generator<Record<string, SqlValue>> {
    for (const row of this.statement(sql).iterate(...parameters)) yield row as Record<string, SqlValue>;
  }

  run(sql: string, ...parameters: SqlValue[]): { changes: number } {
    return { changes: this.statement(sql).run(...parameters).changes };
  }

  /** Runs `work` in the present batch, or begins one. A throw undoes what `work` did and nothing else. */
  batch<T>(work: () => T): T {
    this.join();
    const [undo, waiting] = [this.watcher?.save(), this.waiting.length];
    this.depth += 1;
    this.run("SAVEPOINT part");
    try {
      const result = work();
      this.run("RELEASE part");
      return result;
    } catch (error) {
      // An error of the database itself may have undone all of it already.
      if (this.database.inTransaction) {
        this.run("ROLLBACK TO part");
        this.run("RELEASE part");
      }
      undo?.();
      this.waiting.length = waiting;
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  /**
   * Runs `work`, which must not fail, in the present batch, or begins one. A throw breaks the database: all that is not
   * durable is undone, and only opening the home again goes on. Costs less than `batch`, which keeps what it may undo.
   */
  whole<T>(work: () => T): T {
    this.join();
    this.depth += 1;
    try {
      return work();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  /** What is written next joins the present batch, or begins one. For a single statement, which is whole by itself. */
  join(): void {
    if (this.broken !== undefined) throw this.broken;
    this.begin();
  }

  /** While `work` runs, what it writes to tables joins the batch; outside, a port's own transaction is durable when it returns. */
  deferred<T>(work: () => T): T {
    const before = this.deferring;
    this.deferring = true;
    try {
      return work();
    } finally {
      this.deferring = before;
    }
  }

  /** Calls back once all that is written so far is durable: at the next flush, or at once if nothing waits for one. `failed` hears that it never will be. */
  whenDurable(durable: () => void, failed?: (error: Error) => void): void {
    if (this.broken !== undefined) return failed?.(this.broken);
    if (!this.database.inTransaction) return durable();
    this.waiting.push({ durable, failed });
  }

  flush(): void {
    if (this.depth > 0 || this.broken !== undefined) return;
    if (this.database.inTransaction) this.commit();
  }

  close(): void {
    this.flush();
    this.database.close();
  }

  /** Closes it without what is not durable. */
  abandon(): void {
    this.broken ??= new Error("the database was abandoned");
    this.database.close();
  }

  private makeDurable(): void {
    this.database.pragma("journal_mode = WAL");
    this.database.pragma("synchronous = FULL");
    // Pages that are written again and again are copied back less often; the log stays under 16 MB.
    this.database.pragma("wal_autocheckpoint = 4000");
  }

  private begin(): void {
    if (this.database.inTransaction) return;
    this.run("BEGIN IMMEDIATE");
    this.soon(() => this.flushInTurn());
  }

  // Nobody stands above the event loop to catch what a callback throws.
  private flushInTurn(): void {
    try {
      if (!this.isLeft()) this.flush();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private commit(): void {
    try {
      this.watcher?.before();
      this.run("COMMIT");
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.watcher?.after();
    const waiting = this.waiting;
    this.waiting = [];
    for (const { durable } of waiting) durable();
  }

  // What memory believes and what the disk holds have parted: only opening the home again brings them together.
  private fail(error: Error): void {
    this.broken = error;
    const waiting = this.waiting;
    this.waiting = [];
    if (this.database.inTransaction) this.database.exec("ROLLBACK");
    this.onFailure(error);
    for (const { failed } of waiting) failed?.(error);
  }

  private outermost<T>(work: () => T): T {
    const result = this.batch(work);
    if (this.depth === 0 && !this.deferring) this.flush();
    if (this.broken !== undefined) throw this.broken;
    return result;
  }

  private statement(sql: string): Database.Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}

/** For its owner alone, whatever the umask and the folder: SQLite gives what it keeps beside the file the mode that this one has. */
function keepPrivate(path: string): void {
  closeSync(openSync(path, "a", 0o600));
  for (const file of ["", "-wal", "-shm"].map((end) => `${path}${end}`))
    if (existsSync(file) && (statSync(file).mode & 0o077) !== 0) tighten(file);
}

function tighten(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    // Some file systems know no modes; that the home is open to others is for the doctor to say.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
}

/** Tables in memory, for what is made only to be looked at. */
export function scratchTables(): TableService {
  return new WorldDatabase(":memory:", undefined, () => undefined).tables;
}
