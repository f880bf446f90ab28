// What remembers, outside the vault's own file, how far the vault had come: an old copy put back shows.
import type { TableService } from "../port.js";

/** One state of a vault: which change it was, and a digest of what it wrote. */
export interface Seen {
  readonly generation: number;
  readonly digest: string;
}

/** Remembers the last state of each vault by its id. */
export interface Witness {
  recall(vault: string): Seen | undefined;
  remember(vault: string, seen: Seen): void;
}

/** In the world's database. Who can put back that one too, with the journal's head, is not seen here. */
export function tableWitness(tables: TableService): Witness {
  tables.execute("CREATE TABLE IF NOT EXISTS vault_witness (vault TEXT PRIMARY KEY, generation INTEGER NOT NULL, digest TEXT NOT NULL) STRICT");
  return {
    recall(vault) {
      const row = tables.all("SELECT generation, digest FROM vault_witness WHERE vault = ?", vault)[0];
      return row === undefined ? undefined : { generation: Number(row["generation"]), digest: String(row["digest"]) };
    },
    remember: (vault, { generation, digest }) =>
      void tables.run("INSERT OR REPLACE INTO vault_witness VALUES (?, ?, ?)", vault, generation, digest),
  };
}
