// The table service that port tests run against: a real database, in memory unless a path is given.
import Database from "better-sqlite3";
import type { SqlValue, TableService } from "../../ports/port.js";

export interface OpenTables extends TableService {
  /** Every row of the tables whose name starts with the prefix, for comparing states. Receipts are left out. */
  dump(prefix: string): Record<string, unknown>;
  close(): void;
}

export function openTables(path = ":memory:"): OpenTables {
  const database = new Database(path);
  database.pragma("journal_mode = WAL");
  const all: TableService["all"] = (sql, ...parameters) => database.prepare(sql).all(...parameters) as Record<string, SqlValue>[];
  const transaction: TableService["transaction"] = (work) => (database.inTransaction ? work() : database.transaction(work).immediate());
  return {
    execute: (sql) => void database.exec(sql),
    run: (sql, ...parameters) => ({ changes: database.prepare(sql).run(...parameters).changes }),
    all,
    transaction,
    batch: transaction,
    durable: async () => undefined,
    dump: (prefix) => Object.fromEntries(all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE ? ORDER BY name", `${prefix}_%`)
      .map((row) => String(row["name"]))
      .filter((name) => !name.endsWith("_receipts"))
      .map((name) => [name, all(`SELECT * FROM ${name}`)])),
    close: () => void database.close(),
  };
}
