// The evolution port's records in the world's tables.
import { type SqlValue, tableReceipts, type TableService } from "../port.js";
import type { ArchivedEntry, EvolutionStorage } from "./storage.js";

export function sqliteEvolution(tables: TableService): EvolutionStorage {
  tables.execute(TABLES);
  return {
    receipts: tableReceipts(tables, "evolution"),
    addEntry: (entry) => tables.transaction(() => {
      tables.run("INSERT INTO evolution_archive (policy, entry) VALUES (?, ?)", entry.policy, JSON.stringify(entry));
      return Number(tables.all("SELECT max(id) AS id FROM evolution_archive")[0]?.["id"]);
    }),
    entries: (policy) => tables.all("SELECT id, entry FROM evolution_archive WHERE policy = ? ORDER BY id", policy)
      .map((row) => ({ ...parsed<ArchivedEntry>(row, "entry"), id: Number(row["id"]) })),
    putReport: (report) => void tables.run(PUT_REPORT, report.round, report.policy, report.kind, JSON.stringify(report)),
    reports: () => tables.all("SELECT report FROM evolution_reports ORDER BY sequence").map((row) => parsed(row, "report")),
    putProbation: (probation) => void tables.run(PUT_PROBATION, probation.commit, JSON.stringify(probation)),
    probations: () => tables.all("SELECT probation FROM evolution_probations ORDER BY sequence").map((row) => parsed(row, "probation")),
  };
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS evolution_archive (id INTEGER PRIMARY KEY AUTOINCREMENT, policy TEXT NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS evolution_archive_policy ON evolution_archive (policy, id);
  CREATE TABLE IF NOT EXISTS evolution_reports (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, round INTEGER NOT NULL, policy TEXT NOT NULL, kind TEXT NOT NULL, report TEXT NOT NULL,
    UNIQUE (round, policy, kind)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS evolution_probations (sequence INTEGER PRIMARY KEY AUTOINCREMENT, "commit" TEXT NOT NULL UNIQUE, probation TEXT NOT NULL) STRICT;`;

const PUT_REPORT = `INSERT INTO evolution_reports (round, policy, kind, report) VALUES (?, ?, ?, ?)
  ON CONFLICT (round, policy, kind) DO UPDATE SET report = excluded.report`;
const PUT_PROBATION = `INSERT INTO evolution_probations ("commit", probation) VALUES (?, ?)
  ON CONFLICT ("commit") DO UPDATE SET probation = excluded.probation`;

function parsed<Result>(row: Record<string, SqlValue>, column: string): Result {
  return JSON.parse(String(row[column])) as Result;
}
