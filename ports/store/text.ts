// Full text of records in an FTS5 table: Porter stems, ranked by BM25.
import type { TableService } from "../port.js";
import type { Match, Page } from "./storage.js";

export interface TextIndex {
  /** `version` names the record's text until it is removed. */
  add(version: number, key: string, text: string): void;
  remove(version: number): void;
  search(words: readonly string[], page: Page): Match[];
  /** Only of these keys, by how many of the words each holds: so that no other text has a part in it. */
  searchAmong(words: readonly string[], page: Page, isAmong: (key: string) => boolean): Match[];
}

export function textIndex(tables: Pick<TableService, "execute" | "run" | "all">): TextIndex {
  tables.execute("CREATE VIRTUAL TABLE IF NOT EXISTS store_text USING fts5(key UNINDEXED, text, tokenize = 'porter unicode61')");
  return {
    add: (version, key, text) => void tables.run("INSERT INTO store_text (rowid, key, text) VALUES (?, ?, ?)", version, key, text),
    remove: (version) => void tables.run("DELETE FROM store_text WHERE rowid = ?", version),
    search: (words, page) => tables.all(SEARCH, anyOf(words), page.prefix, page.prefix, page.limit).map((row) => ({
      key: String(row["key"]), score: Number(row["score"]), excerpt: String(row["excerpt"]),
    })),
    searchAmong: (words, { prefix, limit }, isAmong) => {
      const held = new Map<string, number>();
      for (const word of words)
        for (const { key } of tables.all(KEYS, anyOf([word]), prefix, prefix)) held.set(String(key), (held.get(String(key)) ?? 0) + 1);
      const found = [...held].filter(([key]) => isAmong(key)).toSorted(([one, left], [other, right]) => right - left || (one < other ? -1 : 1));
      return found.slice(0, limit).map(([key, score]) => ({ key, score, excerpt: String(tables.all(EXCERPT, anyOf(words), key)[0]?.["excerpt"]) }));
    },
  };
}

// Equal scores are told apart by key, so that the order never depends on the order of writing.
const SEARCH = `
  SELECT key, -bm25(store_text) AS score, snippet(store_text, 1, '', '', '…', 32) AS excerpt
  FROM store_text WHERE store_text MATCH ? AND substr(key, 1, length(?)) = ?
  ORDER BY score DESC, key LIMIT ?`;

const KEYS = "SELECT key FROM store_text WHERE store_text MATCH ? AND substr(key, 1, length(?)) = ?";
const EXCERPT = "SELECT snippet(store_text, 1, '', '', '…', 32) AS excerpt FROM store_text WHERE store_text MATCH ? AND key = ?";

/** Quoted, so that no word is taken for FTS5's query language. */
function anyOf(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(" OR ");
}
