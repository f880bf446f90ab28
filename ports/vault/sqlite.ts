// The vault's records in a database file of their own.
import { closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { PortError } from "../port.js";
import type { Sealed, VaultStorage } from "./storage.js";

interface Row {
  name: string;
  version: number;
  nonce: Buffer;
  cipher: Buffer;
}

/** Opens the file, and makes it with mode 0600 if it is missing. Fails with `vault-damaged` if it is no whole database. */
export function sqliteVault(path: string): VaultStorage {
  closeSync(openSync(path, "a", 0o600));
  const database = whole(path, () => opened(path));
  const read = database.prepare<[string], Row>("SELECT * FROM vault_records WHERE name = ?");
  const names = database.prepare<[], Row>("SELECT name FROM vault_records");
  const replace = database.prepare("INSERT OR REPLACE INTO vault_records VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM vault_records WHERE name = ?");
  const write = database.transaction((records: readonly Sealed[], removed: readonly string[]) => {
    for (const record of records) replace.run(record.name, record.version, record.nonce, record.cipher);
    for (const name of removed) remove.run(name);
  });
  return {
    read: (name) => whole(path, () => read.get(name)),
    names: () => whole(path, () => names.all().map((row) => row.name)),
    write: (records, removed) => whole(path, () => write.immediate(records, removed)),
    close: () => void database.close(),
  };
}

/** The vault as it is between two writes, whoever has it open, or died in the midst of one, in another file with mode 0600. Fails as `sqliteVault` does. */
export function copyVault(path: string, target: string): void {
  closeSync(openSync(target, "wx", 0o600));
  const database = whole(path, () => opened(path));
  try {
    whole(path, () => database.prepare("VACUUM INTO ?").run(target));
  } finally {
    database.close();
  }
}

function opened(path: string): Database.Database {
  const database = new Database(path);
  // A rollback journal, not WAL: once a write returns, one file holds the vault whole, and deleted rows are overwritten.
  database.pragma("journal_mode = DELETE");
  database.pragma("synchronous = FULL");
  database.pragma("secure_delete = ON");
  database.exec(`CREATE TABLE IF NOT EXISTS vault_records (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, nonce BLOB NOT NULL, cipher BLOB NOT NULL) STRICT, WITHOUT ROWID`);
  return database;
}

function whole<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) throw error;
    throw new PortError("vault-damaged", `${path} is no whole database: ${error.message}`, { hint: "Restore it from a backup." });
  }
}
