// The evolution port's records in memory: gone with the process.
import { memoryReceipts } from "../port.js";
import type { ArchivedEntry, EvolutionStorage, Probation, Report } from "./storage.js";

export function memoryEvolution(): EvolutionStorage {
  const entries: ArchivedEntry[] = [];
  const reports = new Map<string, Report>();
  const probations = new Map<string, Probation>();
  return {
    receipts: memoryReceipts(),
    addEntry: (entry) => entries.push({ ...entry, id: entries.length + 1 }),
    entries: (policy) => entries.filter((entry) => entry.policy === policy),
    putReport: (report) => void reports.set(JSON.stringify([report.round, report.policy, report.kind]), report),
    reports: () => [...reports.values()],
    putProbation: (probation) => void probations.set(probation.commit, probation),
    probations: () => [...probations.values()],
  };
}
