// The store in memory: gone with the process.
import Database from "better-sqlite3";
import { memoryReceipts } from "../port.js";
import type { Entry, StoreStorage } from "./storage.js";
import { textIndex, type TextIndex } from "./text.js";

export function memoryStore(): StoreStorage {
  const records = new Map<string, Entry>();
  const blobs = new Map<string, Uint8Array>();
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
    write(key, value, words) {
      forget(key);
      const version = ++lastVersion;
      records.set(key, { key, value, version });
      if (words !== undefined) text.add(version, key, words);
      return version;
    },
    remove: forget,
    list: ({ prefix, after, limit }) => [...records.values()]
      .filter(({ key }) => key.startsWith(prefix) && byBytes(key, after) > 0)
      .toSorted((left, right) => byBytes(left.key, right.key))
      .slice(0, limit),
    search: text.search,
    saveBlob: (hash, bytes) => void (blobs.has(hash) || blobs.set(hash, Uint8Array.from(bytes))),
    loadBlob: (hash) => blobs.get(hash)?.slice(),
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
