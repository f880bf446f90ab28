// The head outside the database: the newest that was written whole, whatever became of the next one.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHead, writeHead } from "../../epigenome/heads.js";
import { freshHome } from "./home.js";

const head = (sequence: number) => ({ sequence, hash: String(sequence % 10).repeat(64), signature: "ab".repeat(64) });

test("each head takes the place of the older one, and half of one leaves the one before", () => {
  const path = join(freshHome(), "journal.head");
  expect(readHead(path)).toBeUndefined();
  for (const sequence of [3, 4, 8, 12, 100_000]) {
    writeHead(path, head(sequence));
    expect(readHead(path)).toEqual(head(sequence));
  }
  const text = readFileSync(path, "latin1");
  const start = text.indexOf("(head 100000");
  writeFileSync(path, `${text.slice(0, start + 60)}${"\0".repeat(100)}${text.slice(start + 160)}`, "latin1");
  expect(readHead(path)).toEqual(head(12));
  writeHead(path, head(100_002));
  expect(readHead(path)).toEqual(head(100_002));
  writeFileSync(path, "(head 5");
  expect(readHead(path)).toBe("unreadable");
});
