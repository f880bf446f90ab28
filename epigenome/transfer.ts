// A home as one file for another machine: a copy of its database, and beside its tables the files, as a SQLite archive.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import Database from "better-sqlite3";
import { WorldError } from "./error.js";
import { HEAD_FILE, readHead } from "./heads.js";

/** The table of the SQLite archive format (sqlite.org/sqlar.html): `sqlite3 FILE -A --list` lists it, `-A --extract` unpacks it. */
const ARCHIVE = "CREATE TABLE sqlar (name TEXT PRIMARY KEY, mode INT, mtime INT, sz INT, data BLOB)";
/** Where files of a home may lie; nothing else is taken in. */
const PLACES = /^(?:(?:objects|snapshots|genome|files)\/(?!(?:.*\/)?\.{1,2}(?:\/|$)).+|journal\.head|journal\.key|vault\.db|channels\.json)$/s;
/** Folders of what the database names by its hash. Whatever else lies there is a draft of somebody's. */
const HASHED: ReadonlySet<string> = new Set(["objects", "snapshots"]);
const HASHED_NAME = /^[0-9a-f]{2}\/[0-9a-f]{62}$/;
/** How often an export begins again because what the database named was pruned meanwhile. */
const BEGINNINGS = 5;

/** Files of a home that go along, by path within it: bytes, or where to read them. */
export type Enclosed = ReadonlyMap<string, Uint8Array | { readonly path: string }>;

/**
 * Writes a home that may be open into one file. `enclosed` are what the caller adds, such as the vault and the key that
 * signs. `at` is called at named points, for tests. Errors: `no-world`, `file-taken`.
 */
export function exportHome(home: string, file: string, folders: readonly string[], enclosed: Enclosed, at: (point: string) => void = () => undefined): { readonly files: number } {
  if (!existsSync(join(home, "world.db"))) throw new WorldError("no-world", `there is no world in ${home}`);
  if (existsSync(file)) throw new WorldError("file-taken", `there is a file ${file} already`);
  for (let beginning = 1; ; beginning++) {
    const files = exported(home, file, folders, enclosed, at);
    if (files !== undefined) return { files };
    rmSync(file);
    if (beginning === BEGINNINGS) throw new WorldError("file-vanished", `what the database of ${home} names is pruned faster than it is copied`);
  }
}

/** The number of files; undefined if one that the copy of the database may name has vanished since. */
function exported(home: string, file: string, folders: readonly string[], enclosed: Enclosed, at: (point: string) => void): number | undefined {
  // Before the database is copied: the head must not be ahead of the entries.
  const head = existsSync(join(home, HEAD_FILE)) ? readFileSync(join(home, HEAD_FILE)) : undefined;
  copyDatabase(join(home, "world.db"), file);
  const all = new Map([...enclosed, ...folders.flatMap((folder) => filesIn(home, folder)), ...(head === undefined ? [] : [[HEAD_FILE, head] as const])]);
  at("files listed");
  const database = new Database(file);
  try {
    database.exec(ARCHIVE);
    const insert = database.prepare("INSERT INTO sqlar VALUES (?, ?, 0, ?, ?)");
    const left = database.transaction(() => [...all].filter(([name, content]) => !enclose(insert, name, content)).map(([name]) => name))();
    return left.some((name) => HASHED.has(name.split("/")[0] ?? "")) ? undefined : all.size - left.length;
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

function copyDatabase(from: string, to: string): void {
  // For its owner alone, as the home is: SQLite leaves the mode of a file that it finds.
  writeFileSync(to, "", { flag: "wx", mode: 0o600 });
  const database = new Database(from, { readonly: true });
  try {
    database.prepare("VACUUM INTO ?").run(to);
  } finally {
    database.close();
  }
}

function copyTables(file: string, home: string): void {
  const path = join(home, "world.db");
  copyDatabase(file, path);
  const database = new Database(path);
  database.exec("DROP TABLE sqlar");
  database.exec("VACUUM");
  database.close();
}

/** Plain files below a folder of the home; links lead elsewhere, and stay behind, as drafts do. */
function filesIn(home: string, folder: string): (readonly [string, { readonly path: string }])[] {
  const found = below(join(home, folder), "").filter((name) => !HASHED.has(folder) || HASHED_NAME.test(name));
  return found.map((name) => [`${folder}/${name}`, { path: join(home, folder, name) }] as const);
}

/** By their path from the folder. What vanishes meanwhile is not there. */
function below(folder: string, before: string): string[] {
  const entries = unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const name = `${before}${entry.name}`;
    return entry.isDirectory() ? below(join(folder, entry.name), `${name}/`) : entry.isFile() ? [name] : [];
  });
}

/** False if the file has vanished. */
function enclose(insert: Database.Statement, name: string, content: Uint8Array | { readonly path: string }): boolean {
  const [bytes, mode] = content instanceof Uint8Array ? [content, 0o100600]
    : unlessGone(() => [readFileSync(content.path), lstatSync(content.path).mode] as const) ?? [undefined, 0];
  if (bytes === undefined) return false;
  const packed = deflateSync(bytes);
  insert.run(name, mode, bytes.length, packed.length < bytes.length ? packed : bytes);
  return true;
}

function unlessGone<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
