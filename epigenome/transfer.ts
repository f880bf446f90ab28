// A home as one file for another machine: a copy of its database, and beside its tables the files, as a SQLite archive.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import Database from "better-sqlite3";
import { WorldError } from "./error.js";
import { HEAD_FILE, readHead } from "./heads.js";

/** The table of the SQLite archive format (sqlite.org/sqlar.html): `sqlite3 FILE -A --list` lists it, `-A --extract` unpacks it. */
const ARCHIVE = "CREATE TABLE sqlar (name TEXT PRIMARY KEY, mode INT, mtime INT, sz INT, data BLOB)";
/** Where files of a home may lie; nothing else is taken in. */
const PLACES = /^(?:(?:objects|snapshots|genome|files)\/(?!.*(?:^|\/)\.{1,2}(?:\/|$)).+|journal\.head|journal\.key|vault\.db)$/;

/** Files of a home that go along, by path within it: bytes, or where to read them. */
export type Enclosed = ReadonlyMap<string, Uint8Array | { readonly path: string }>;

/**
 * Writes a home that may be open into one file. `enclosed` are what the caller adds, such as the vault and the key that
 * signs. Errors: `no-world`, `file-taken`.
 */
export function exportHome(home: string, file: string, folders: readonly string[], enclosed: Enclosed): { readonly files: number } {
  if (!existsSync(join(home, "world.db"))) throw new WorldError("no-world", `there is no world in ${home}`);
  if (existsSync(file)) throw new WorldError("file-taken", `there is a file ${file} already`);
  // Before the database is copied: the head must not be ahead of the entries.
  const head = existsSync(join(home, HEAD_FILE)) ? readFileSync(join(home, HEAD_FILE)) : undefined;
  // For its owner alone, as the home is: SQLite leaves the mode of a file that it finds.
  writeFileSync(file, "", { flag: "wx", mode: 0o600 });
  copyDatabase(home, file);
  const all = new Map([...enclosed, ...folders.flatMap((folder) => filesIn(home, folder)), ...(head === undefined ? [] : [[HEAD_FILE, head] as const])]);
  const database = new Database(file);
  try {
    database.exec(ARCHIVE);
    const insert = database.prepare("INSERT INTO sqlar VALUES (?, ?, 0, ?, ?)");
    database.transaction(() => {
      for (const [name, content] of all) enclose(insert, name, content);
    })();
    return { files: all.size };
  } finally {
    database.close();
  }
}

/** Unpacks such a file into a directory without a world. Answers the key that signed there. Errors: `home-taken`, `not-an-export`. */
export function importHome(file: string, home: string): { readonly publicKey: string; readonly hasVault: boolean } {
  if (existsSync(join(home, "world.db"))) throw new WorldError("home-taken", `there is a world in ${home} already`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const source = openExport(file);
  try {
    const rows = source.prepare("SELECT name, mode, sz, data FROM sqlar ORDER BY name").iterate() as Iterable<{ name: string; mode: number; sz: number; data: Buffer }>;
    for (const { name, mode, sz, data } of rows) {
      if (!PLACES.test(name)) throw new WorldError("not-an-export", `${file} holds a file for ${name}, which is no place in a home`);
      mkdirSync(dirname(join(home, name)), { recursive: true, mode: 0o700 });
      writeFileSync(join(home, name), data.length === sz ? data : inflateSync(data), { mode: mode & 0o700, flush: true });
    }
  } finally {
    source.close();
  }
  copyTables(file, home);
  if (readHead(join(home, HEAD_FILE)) === "unreadable") throw new WorldError("not-an-export", `the head of the journal in ${file} is damaged`);
  return { publicKey: readFileSync(join(home, "journal.key"), "utf8").trim(), hasVault: existsSync(join(home, "vault.db")) };
}

function openExport(file: string): Database.Database {
  try {
    const database = new Database(file, { readonly: true, fileMustExist: true });
    if (database.prepare("SELECT count(*) AS count FROM sqlar WHERE name = 'journal.key'").pluck().get() === 1) return database;
    database.close();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  }
  throw new WorldError("not-an-export", `${file} is no home that was exported`);
}

function copyDatabase(home: string, file: string): void {
  const database = new Database(join(home, "world.db"), { readonly: true });
  try {
    database.prepare("VACUUM INTO ?").run(file);
  } finally {
    database.close();
  }
}

function copyTables(file: string, home: string): void {
  const path = join(home, "world.db");
  const source = new Database(file, { readonly: true });
  source.prepare("VACUUM INTO ?").run(path);
  source.close();
  const database = new Database(path);
  database.exec("DROP TABLE sqlar");
  database.exec("VACUUM");
  database.close();
}

/** Plain files below a folder of the home; links lead elsewhere, and stay behind. */
function filesIn(home: string, folder: string): (readonly [string, { readonly path: string }])[] {
  if (!existsSync(join(home, folder))) return [];
  return readdirSync(join(home, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(home.length + 1).replaceAll("\\", "/"), { path }] as const;
  });
}

function enclose(insert: Database.Statement, name: string, content: Uint8Array | { readonly path: string }): void {
  const bytes = content instanceof Uint8Array ? content : readFileSync(content.path);
  const mode = content instanceof Uint8Array ? 0o100600 : lstatSync(content.path).mode;
  const packed = deflateSync(bytes);
  insert.run(name, mode, bytes.length, packed.length < bytes.length ? packed : bytes);
}
