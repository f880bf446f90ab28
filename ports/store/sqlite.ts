// The store in the world's tables, its blobs in files named by their SHA-256.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DerivedTable, kindsOf, type Labels, receiptsTable, type SqlValue, tableReceipts, type TableService } from "../port.js";
import { type Entry, labelledRow, meets, mergedLabels, type Page, spaceOf, type StoreStorage } from "./storage.js";
import { textIndex } from "./text.js";

/** `folder` holds the blobs; it is made when the first one is saved. */
export function sqliteStore(tables: TableService, folder: string): StoreStorage {
  tables.execute(TABLES);
  // Records of before there were labels are trusted.
  if (tables.all("SELECT name FROM pragma_table_info('store_records') WHERE name = 'labels'").length === 0)
    tables.execute("ALTER TABLE store_records ADD COLUMN labels TEXT NOT NULL DEFAULT '[]'");
  tables.execute(LABELLED);
  const labelsOf = (key: string): Labels => labelsIn(tables.all("SELECT labels FROM store_records WHERE key = ?", key)[0]?.["labels"]);
  const saved = (table: BlobTable, hash: string): Labels[] => tables.all(`SELECT labels FROM ${table} WHERE blob = ?`, named(hash)).map((row) => labelsIn(row["labels"]));
  const saveBlob = (table: BlobTable, hash: string, bytes: Uint8Array, labels: Labels): void => {
    saveFile(pathOf(folder, hash), bytes);
    // Whether they are new is what the table says: a replay finds the file there already.
    tables.run(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`, named(hash), JSON.stringify(mergedLabels(...saved(table, hash), labels)));
  };
  const text = textIndex(tables);
  const textKinds = (): Labels => kindsOf(tables.all(LABELLED_TEXTS).flatMap(({ labels }) => labelsIn(labels)));
  const read = (key: string): Entry | undefined =>
    tables.all("SELECT key, value, version, labels FROM store_records WHERE key = ?", key).map(entry)[0];
  const remove = (key: string): boolean => tables.transaction(() => {
    const old = read(key);
    if (old !== undefined) text.remove(old.version);
    return tables.run("DELETE FROM store_records WHERE key = ?", key).changes > 0;
  });
  return {
    receipts: tableReceipts(tables, "store"),
    read,
    write: (key, value, words, labels = []) => tables.transaction(() => {
      remove(key);
      const version = nextVersion(tables);
      tables.run("INSERT INTO store_records (key, value, version, labels) VALUES (?, ?, ?, ?)", key, value, version, JSON.stringify(labels));
      if (words !== undefined) text.add(version, key, words);
      return version;
    }),
    remove,
    list: ({ prefix, after, limit, isTrusted = false }: Page) => tables.all(LIST, after, prefix, prefix, isTrusted ? 1 : 0, limit).map(entry),
    search: (words, page) => (page.isTrusted === true && textKinds().length > 0
      ? text.searchAmong(words, page, (key) => labelsOf(key).length === 0)
      : text.search(words, page).map((match) => labelledRow(match, labelsOf(match.key)))),
    textKinds,
    mark: (key, labels) => { for (const kind of kindsOf(labels)) tables.run("INSERT OR IGNORE INTO store_marks VALUES (?, ?)", spaceOf(key), kind); },
    kindsAt: (key) => tables.all("SELECT kind FROM store_marks WHERE space = ? ORDER BY kind", spaceOf(key)).map(({ kind }) => String(kind)),
    kindsBelow: (prefix) => kindsOf(tables.all("SELECT space, kind FROM store_marks").filter(({ space }) => meets(String(space), prefix)).map(({ kind }) => String(kind))),
    saveBlob: (hash, bytes, labels = []) => saveBlob("store_blobs", hash, bytes, labels),
    saveArrived: (hash, bytes, labels) => saveBlob("store_arrived", hash, bytes, labels),
    blobLabels: (hash) => mergedLabels(...saved("store_blobs", hash), ...saved("store_arrived", hash)),
    loadBlob: (hash) => (existsSync(pathOf(folder, hash)) ? new Uint8Array(readFileSync(pathOf(folder, hash))) : undefined),
    derived: { tables: DERIVED, over: (others) => sqliteStore(others, folder) },
    close: () => undefined,
  };
}

/** What turns kept, which follows from the journal; and what came in before any turn, which does not. */
type BlobTable = "store_blobs" | "store_arrived";

const DERIVED: readonly DerivedTable[] = [
  { name: "store_records", columns: ["key", "value", "version", "labels"] },
  { name: "store_blobs", columns: ["blob", "labels"] },
  { name: "store_version", columns: ["only", "last"] },
  { name: "store_marks", columns: ["space", "kind"], isLater: true },
  { name: "store_text", columns: ["rowid", "key", "text"] },
  receiptsTable("store"),
];

const TABLES = `
  CREATE TABLE IF NOT EXISTS store_records (key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL, labels TEXT NOT NULL DEFAULT '[]') STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS store_blobs (blob TEXT PRIMARY KEY, labels TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS store_arrived (blob TEXT PRIMARY KEY, labels TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS store_version (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS store_marks (space TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (space, kind)) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO store_version VALUES (1, 0);`;

// The few that have labels are found without a look at the others.
const LABELLED = "CREATE INDEX IF NOT EXISTS store_records_labelled ON store_records (labels, version) WHERE labels <> '[]'";
const LABELLED_TEXTS = "SELECT DISTINCT labels FROM store_records WHERE labels <> '[]' AND EXISTS (SELECT 1 FROM store_text WHERE rowid = store_records.version)";

// No byte of UTF-8 is as great as FF, so this bound follows every key with the prefix.
const LIST = `
  SELECT key, value, version, labels FROM store_records
  WHERE key > ? AND key >= ? AND key < ? || CAST(X'FF' AS TEXT) AND (? = 0 OR labels = '[]') ORDER BY key LIMIT ?`;

function nextVersion(tables: TableService): number {
  return Number(tables.all("UPDATE store_version SET last = last + 1 RETURNING last")[0]?.["last"]);
}

function entry(row: Record<string, SqlValue>): Entry {
  return labelledRow({ key: String(row["key"]), value: String(row["value"]), version: Number(row["version"]) }, labelsIn(row["labels"]));
}

/** What tells a blob from all others, and is no hash by which a collection would find it in use. */
function named(hash: string): string {
  return hash.slice(0, 40);
}

function labelsIn(json: SqlValue | undefined): Labels {
  return json === undefined ? [] : (JSON.parse(String(json)) as string[]);
}

function pathOf(folder: string, hash: string): string {
  return join(folder, hash.slice(0, 2), hash.slice(2));
}

/** Written beside its place and renamed into it, so that a file with this name is always whole. */
function saveFile(path: string, bytes: Uint8Array): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, bytes, { flush: true });
  renameSync(draft, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
