// The store in memory: gone with the process.
import Database from "better-sqlite3";
import { type Labels, memoryReceipts } from "../port.js";
import { type Entry, labelledRow, mergedLabels, type StoreStorage } from "./storage.js";
import { textIndex, type TextIndex } from "./text.js";

export function memoryStore(): StoreStorage {
  const records = new Map<string, Entry>();
  const blobs = new Map<string, { readonly bytes: Uint8Array; readonly labels: Labels }>();
  const database = new Database(":memory:");
  const text = indexIn(database);
  let lastVersion = 0;
  const forget = (key: string): boolean => {
    const old = records.get(key);
    if (old !== undefined) text.remove(old.version);
    return records.delete(key);
  };
  return {
    receipts: memoryReceipts(),
    read: (key) => records.get(key),
    write(key, value, words, labels = []) {
      forget(key);
      const version = ++lastVersion;
      records.set(key, labelledRow({ key, value, version }, labels));
      if (words !== undefined) text.add(version, key, words);
      return version;
    },
    remove: forget,
    list: ({ prefix, after, limit }) => [...records.values()]
      .filter(({ key }) => key.startsWith(prefix) && byBytes(key, after) > 0)
      .toSorted((left, right) => byBytes(left.key, right.key))
      .slice(0, limit),
    search: (words, page) => text.search(words, page).map((match) => labelledRow(match, records.get(match.key)?.labels ?? [])),
    saveBlob(hash, bytes, labels = []) {
      const known = blobs.get(hash);
      blobs.set(hash, { bytes: known?.bytes ?? Uint8Array.from(bytes), labels: mergedLabels(known === undefined, known?.labels ?? [], labels) });
    },
    loadBlob: (hash) => blobs.get(hash)?.bytes.slice(),
    blobLabels: (hash) => blobs.get(hash)?.labels ?? [],
    close: () => void database.close(),
  };
}

// Only the text index is a database: its stems and ranks are then the production ones.
function indexIn(database: Database.Database): TextIndex {
  return textIndex({
    execute: (sql) => void database.exec(sql),
    run: (sql, ...parameters) => ({ changes: database.prepare(sql).run(...parameters).changes }),
    all: (sql, ...parameters) => database.prepare(sql).all(...parameters) as ReturnType<Parameters<typeof textIndex>[0]["all"]>,
  });
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
