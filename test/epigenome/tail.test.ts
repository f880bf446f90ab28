// The end of the journal, checked at a start's price: what was changed, cut off or left unsigned there is found.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { type Head, writeHead } from "../../epigenome/heads.js";
import { openRecords, verifyTail } from "../../epigenome/index.js";
import { memoryVault, openVault } from "../../ports/vault/index.js";
import { freshHome, openTestWorld, signature } from "./home.js";

/** A home with thirteen entries: the genome's, and an input and a commit of each of six turns. */
async function grown(): Promise<string> {
  const home = freshHome();
  const world = openTestWorld(home);
  for (const text of ["a", "b", "c", "d", "e", "f"]) await world.ask({ cell: "a", kind: "message", text });
  expect(world.verifyTail(5)).toEqual({ entries: 13, checked: 5 });
  expect(world.verifyTail(50)).toEqual({ entries: 13, checked: 13 });
  await world.close();
  return home;
}

function tailOf(home: string): unknown {
  const resting = openRecords(home);
  try {
    return resting && verifyTail({ database: resting.database, home }, signature.publicKey, 5);
  } finally {
    resting?.close();
  }
}

function sql(statement: string) {
  return (home: string): void => {
    const database = new Database(join(home, "world.db"));
    database.prepare(statement).run();
    database.close();
  };
}

const head = (change: (text: string) => string) => (home: string) => writeFileSync(join(home, "journal.head"), change(readFileSync(join(home, "journal.head"), "utf8")));

test.each([
  ["a body", sql("UPDATE journal SET body = replace(body, '\"e', '\"x') WHERE sequence = 10"), /^entry 10 has been changed/],
  ["a time", sql("UPDATE journal SET time = time + 1 WHERE sequence = 13"), /^entry 13 has been changed/],
  ["an entry that is gone", sql("DELETE FROM journal WHERE sequence = 11"), /^entry 11 is missing/],
  ["entries cut off with their heads", sql("DELETE FROM journal WHERE sequence > 11"), /^the signature over the last entry, 11, is missing/],
  ["entries cut off, with an old head's own signature put outside", (home) => {
    const database = new Database(join(home, "world.db"));
    const { sequence, hash, signature: old } = database.prepare("SELECT * FROM journal_heads WHERE sequence <= 11 ORDER BY sequence DESC LIMIT 1").get() as Head;
    database.exec(`DELETE FROM journal WHERE sequence > ${sequence}; DELETE FROM journal_heads WHERE sequence > ${sequence}`);
    database.close();
    writeHead(join(home, "journal.head"), { sequence, hash, signature: old });
  }, /^the head kept outside the database is missing or damaged/],
  ["the key of the seal outside", head((text) => text.replace(/[0-9a-f]{64}"\)/, `${"0".repeat(64)}")`)), /^the head kept outside the database is missing or damaged/],
  ["the last head", sql("UPDATE journal_heads SET signature = replace(signature, substr(signature, 1, 2), 'zz')"), /^the signature over the last entry/],
  ["the head outside", head((text) => text.replace(/"[0-9a-f]{128}/, `"${"0".repeat(128)}`)), /^the head kept outside the database is missing or damaged/],
])("%s shows", async (_title, change, problem) => {
  const home = await grown();
  expect(tailOf(home)).toEqual({ entries: 13, checked: 5 });
  change(home);
  expect(tailOf(home)).toMatchObject({ problem: expect.stringMatching(problem) as string });
});

test("a signing key that was rotated in the last entry is known by the one before it, and by no other", async () => {
  const home = freshHome();
  const vault = openVault(memoryVault(), { kind: "file", path: join(home, "vault.key") });
  const world = openTestWorld(home, { signature: vault.signature });
  await world.ask({ cell: "a", kind: "message", text: "a" });
  const before = hexOf(vault.signature.publicKey);
  world.rotateKey();
  expect(hexOf(vault.signature.publicKey)).not.toBe(before);
  expect(world.verifyTail(5).problem).toBeUndefined();
  expect(world.verify().ok).toBe(true);
  world.tables.run("UPDATE journal_heads SET signature = ? WHERE sequence = (SELECT max(sequence) FROM journal_heads)", "00".repeat(64));
  expect(world.verifyTail(5).problem).toMatch(/^the signature over the last entry, 4, is missing or not by the key in the vault/);
  await world.close();
});

function hexOf(publicKey: Uint8Array): string {
  return Buffer.from(publicKey).toString("hex");
}
