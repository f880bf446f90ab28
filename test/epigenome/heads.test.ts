// The head outside the database: one, and nothing of those before it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHead, writeHead } from "../../epigenome/heads.js";
import { freshHome } from "./home.js";

const head = (sequence: number) => ({ sequence, hash: String(sequence % 10).repeat(64), signature: `${sequence % 10}b`.repeat(64) });

test("each head takes the place of the one before, of which nothing stays", () => {
  const path = join(freshHome(), "journal.head");
  expect(readHead(path)).toBeUndefined();
  for (const sequence of [100_003, 4, 8, 12]) {
    writeHead(path, head(sequence));
    expect(readHead(path)).toEqual(head(sequence));
  }
  expect(readFileSync(path, "latin1").match(/\(head/g)).toHaveLength(1);
  for (const old of [100_003, 4, 8]) expect(readFileSync(path, "latin1")).not.toContain(head(old).signature);
  writeFileSync(path, "(head 5");
  expect(readHead(path)).toBe("unreadable");
});

test("a file of two places, as there once was, is written over whole", () => {
  const path = join(freshHome(), "journal.head");
  const place = ({ sequence, hash, signature }: ReturnType<typeof head>): string => `(head ${sequence} "${hash}" "${signature}")\n`.padEnd(255).concat("\n");
  writeFileSync(path, place(head(3)) + place(head(4)));
  writeHead(path, head(5));
  expect(readFileSync(path, "latin1").match(/\(head/g)).toHaveLength(1);
});
