// The store in memory: gone with the process.
import Database from "better-sqlite3";
import { kindsOf, type Labels, memoryReceipts } from "../port.js";
import { type Entry, labelledRow, meets, mergedLabels, spaceOf, type StoreStorage } from "./storage.js";
import { textIndex, type TextIndex } from "./text.js";

export function memoryStore(): StoreStorage {
  const records = new Map<string, Entry>();
  const blobs = new Map<string, { readonly bytes: Uint8Array; readonly labels: Labels }>();
  const database = new Database(":memory:");
  const text = indexIn(database);
  const marks = new Map<string, Set<string>>();
  const labelsOf = (key: string): Labels => records.get(key)?.labels ?? [];
  // By version, as the text index names them.
  const labelledTexts = new Map<number, Labels>();
  const saveBlob = (hash: string, bytes: Uint8Array, labels: Labels = []): void => {
    const known = blobs.get(hash);
    blobs.set(hash, { bytes: known?.bytes ?? Uint8Array.from(bytes), labels: mergedLabels(...(known === undefined ? [] : [known.labels]), labels) });
  };
  let lastVersion = 0;
  const forget = (key: string): boolean => {
    const old = records.get(key);
    if (old !== undefined) text.remove(old.version);
    if (old !== undefined) labelledTexts.delete(old.version);
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
      if (words !== undefined && labels.length > 0) labelledTexts.set(version, labels);
      return version;
    },
    remove: forget,
    list: ({ prefix, after, limit, isTrusted = false }) => [...records.values()]
      .filter(({ key }) => !(isTrusted && labelsOf(key).length > 0) && key.startsWith(prefix) && byBytes(key, after) > 0)
      .toSorted((left, right) => byBytes(left.key, right.key))
      .slice(0, limit),
    search: (words, page) => (page.isTrusted === true && labelledTexts.size > 0
      ? text.searchAmong(words, page, (key) => labelsOf(key).length === 0)
      : text.search(words, page).map((match) => labelledRow(match, labelsOf(match.key)))),
    textKinds: () => kindsOf([...labelledTexts.values()].flat()),
    mark: (key, labels) => void marks.set(spaceOf(key), new Set([...marks.get(spaceOf(key)) ?? [], ...kindsOf(labels)])),
    kindsAt: (key) => [...marks.get(spaceOf(key)) ?? []].sort(),
    kindsBelow: (prefix) => kindsOf([...marks].filter(([space]) => meets(space, prefix)).flatMap(([, kinds]) => [...kinds])),
    saveBlob,
    saveArrived: saveBlob,
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
