// The vault's records in memory: gone with the process.
import type { Sealed, VaultStorage } from "./storage.js";

export function memoryVault(): VaultStorage {
  const records = new Map<string, Sealed>();
  return {
    read: (name) => records.get(name),
    names: () => [...records.keys()],
    write(written, removed) {
      for (const record of written) records.set(record.name, record);
      for (const name of removed) records.delete(name);
    },
    close: () => records.clear(),
  };
}
