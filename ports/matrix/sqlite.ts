// The matrix in the world's tables.
import { receiptsTable, type SqlValue, tableReceipts, type TableService } from "../port.js";
import type { Edge, MatrixStorage } from "./storage.js";

export function sqliteMatrix(tables: TableService): MatrixStorage {
  tables.execute(TABLES);
  return {
    receipts: tableReceipts(tables, "matrix"),
    read: (from, to) => tables.all("SELECT * FROM matrix_edges WHERE source = ? AND target = ?", from, to).map(edge)[0],
    write: ({ from, to, weight, successes, failures, latencyMs, cost, timeMs }) =>
      void tables.run(WRITE, from, to, weight, successes, failures, latencyMs, cost, timeMs),
    remove: (from, to) => tables.run("DELETE FROM matrix_edges WHERE source = ? AND target = ?", from, to).changes > 0,
    edges: () => tables.all("SELECT * FROM matrix_edges ORDER BY source, target").map(edge),
    derived: {
      tables: [{ name: "matrix_edges", columns: ["source", "target", "weight", "successes", "failures", "latency_ms", "cost", "time_ms"] }, receiptsTable("matrix")],
      over: sqliteMatrix,
    },
  };
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS matrix_edges (
    source TEXT NOT NULL, target TEXT NOT NULL, weight REAL NOT NULL, successes REAL NOT NULL, failures REAL NOT NULL,
    latency_ms REAL NOT NULL, cost REAL NOT NULL, time_ms INTEGER NOT NULL, PRIMARY KEY (source, target)
  ) STRICT, WITHOUT ROWID;`;

const WRITE = "INSERT OR REPLACE INTO matrix_edges VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

function edge(row: Record<string, SqlValue>): Edge {
  return {
    from: String(row["source"]), to: String(row["target"]), weight: Number(row["weight"]),
    successes: Number(row["successes"]), failures: Number(row["failures"]),
    latencyMs: Number(row["latency_ms"]), cost: Number(row["cost"]), timeMs: Number(row["time_ms"]),
  };
}
