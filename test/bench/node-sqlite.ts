// node:sqlite for versions of Node that lack it, over the package that the world itself uses: for a peer that asks for it.
import Module from "node:module";
import Database from "better-sqlite3";

type Load = (request: string, ...rest: unknown[]) => unknown;

class DatabaseSync {
  private readonly database: Database.Database;

  constructor(path: string) {
    this.database = new Database(path);
    // As SQLite itself has it, and so node:sqlite: the package was built with less.
    this.database.pragma("synchronous = FULL");
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  prepare(sql: string): Database.Statement {
    return this.database.prepare(sql);
  }

  close(): void {
    this.database.close();
  }
}

/** From here on `require("node:sqlite")` answers, as it does on Node 22. */
export function provideNodeSqlite(): void {
  if (Module.builtinModules.includes("node:sqlite")) return;
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = (request, ...rest) => (request === "node:sqlite" ? { DatabaseSync } : load(request, ...rest));
}
