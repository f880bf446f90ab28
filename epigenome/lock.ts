// One process owns a home: a lock that the operating system takes back when the process dies.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { WorldError } from "./error.js";

/** Takes the home's lock, or throws `home-busy`. The answer releases it. */
export function lockHome(home: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const database = new Database(join(home, "home.lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith("SQLITE_BUSY")) throw error;
    throw new WorldError("home-busy", `the home ${home} is in use by another process`);
  }
  return () => void database.close();
}
