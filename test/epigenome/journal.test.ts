// The journal: every change of every entry is found and located, and a cut-off tail shows.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openWorld, verifyHome } from "../../epigenome/index.js";
import { entryHash, type Entry } from "../../epigenome/chain.js";
import { type Head, writeHead } from "../../epigenome/heads.js";
import { COMMIT, freshHome, openTestWorld, signature } from "./home.js";
import { testGenome } from "./genome.js";
import { outsidePort } from "./outside.js";

let original = "";
let entries = 0;

beforeAll(async () => {
  original = freshHome();
  const world = openTestWorld(original);
  for (const kind of ["message", "write", "fail", "ungranted", "error"]) await world.ask({ cell: "a", kind, text: "k" });
  entries = world.status().entries;
  await world.close();
});

/** A copy of the home, changed behind the world's back. */
function changed(change: (database: Database.Database, home: string) => void): string {
  const home = freshHome();
  for (const file of ["world.db", "journal.head"]) copyFileSync(join(original, file), join(home, file));
  const database = new Database(join(home, "world.db"));
  change(database, home);
  database.close();
  return home;
}

const verified = (home: string) => verifyHome(home, signature.publicKey);

const COLUMNS = ["kind", "cell", "time", "entropy", "body", "previous", "hash"] as const;

describe("verification", () => {
  test("passes a journal that nobody touched, also after reopening", () => {
    expect(verified(changed(() => undefined))).toMatchObject({ ok: true, entries });
  });

  test("finds any changed byte of any column of any entry, and says which entry", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: entries }), fc.constantFrom(...COLUMNS), fc.nat(), (sequence, column, place) => {
      const home = changed((database) => {
        const row = database.prepare("SELECT * FROM journal WHERE sequence = ?").get(sequence) as Record<string, string | number>;
        database.prepare(`UPDATE journal SET ${column} = ? WHERE sequence = ?`).run(altered(row[column] as string | number, place), sequence);
      });
      const { ok, problem, sequence: found } = verified(home);
      expect({ ok, found }, problem).toEqual({ ok: false, found: sequence });
    }), { numRuns: 150, seed: 11 });
  });

  test("finds a flipped bit that turns a text into bytes, which read the same", () => {
    const home = changed(() => undefined);
    const path = join(home, "world.db");
    const [bytes, row] = [readFileSync(path), entryIn(path, 5)];
    const found: string[] = [];
    for (const place of placesBefore(bytes, `${row["entropy"]}${row["body"]}`)) {
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] as number) ^ 1;
      writeFileSync(path, flipped);
      const blobs = Object.entries(readable(path, 5)).filter(([, value]) => Buffer.isBuffer(value));
      if (blobs.length === 0) continue;
      found.push(...blobs.map(([name]) => name));
      expect(verified(home), blobs.join()).toMatchObject({ ok: false, sequence: 5 });
    }
    expect([...new Set(found)].toSorted()).toEqual(["body", "cell", "entropy", "hash", "kind", "previous"]);
  });

  test.each<[string, (database: Database.Database, home: string) => void, RegExp]>([
    ["an entry taken out", (database) => database.exec("DELETE FROM journal WHERE sequence = 4"), /entry 4 is missing/],
    ["two entries exchanged", (database) => {
      database.exec("UPDATE journal SET sequence = -4 WHERE sequence = 4; UPDATE journal SET sequence = 4 WHERE sequence = 5; UPDATE journal SET sequence = 5 WHERE sequence = -4");
    }, /entry 4 does not follow/],
    ["an entry written anew, with all hashes after it", (database) => rewrite(database, 4), /signature over entries \d+ to \d+ is not valid/],
    ["the same, with the signatures taken out", (database) => { rewrite(database, 4); database.exec("DELETE FROM journal_heads"); }, /not signed/],
    ["the head outside missing", (_database, home) => rmSync(join(home, "journal.head")), /head kept outside the database is missing/],
    ["the tail cut off", (database) => database.exec("DELETE FROM journal WHERE sequence > 8; DELETE FROM journal_heads WHERE sequence > 8"), /tail is cut off|not signed/],
    ["the tail cut off, and an old head's own signature put outside", (database, home) => {
      const { sequence, hash, signature: old } = database.prepare("SELECT * FROM journal_heads WHERE sequence <= 8 ORDER BY sequence DESC LIMIT 1").get() as Head;
      database.exec(`DELETE FROM journal WHERE sequence > ${sequence}; DELETE FROM journal_heads WHERE sequence > ${sequence}`);
      writeHead(join(home, "journal.head"), { sequence, hash, signature: old });
    }, /head kept outside the database is damaged/],
    ["a file that is no database", (_database, home) => writeFileSync(join(home, "world.db"), "x".repeat(9_000)), /cannot be read|damaged/],
    ["a page of the file overwritten", (_database, home) => scribble(join(home, "world.db")), /damaged|changed|missing|malformed/],
  ])("finds %s", (_title, change, problem) => {
    expect(verified(changed(change))).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });

  test("a cut-off tail shows when the home is opened, and a head that was forged does too", () => {
    const cut = changed((database) => database.exec("DELETE FROM journal WHERE sequence > 8; DELETE FROM journal_heads WHERE sequence > 8"));
    expect(() => openTestWorld(cut)).toThrow(expect.objectContaining({ code: "journal-cut" }));
    const forged = changed((_database, home) => {
      const head = readFileSync(join(home, "journal.head"), "utf8");
      writeFileSync(join(home, "journal.head"), head.replace(/"[0-9a-f]{64}"/g, `"${"0".repeat(64)}"`));
    });
    expect(() => openTestWorld(forged)).toThrow(expect.objectContaining({ code: "journal-damaged" }));
  });
});

test("group commit: what is accepted in one tick is one transaction, signed once", async () => {
  const home = freshHome();
  let signatures = 0;
  const world = openWorld({
    home, genome: { commit: COMMIT, files: testGenome() }, ports: ({ tables }) => [outsidePort(home, tables)],
    signature: { ...signature, sign: (message) => (signatures++, signature.sign(message)) },
  });
  const ids = await Promise.all(Array.from({ length: 50 }, (_, index) => world.accept({ cell: `cell ${index}`, kind: "message", text: "x" })));
  await Promise.all(ids.map((id) => world.outcome(id)));
  const heads = world.tables.all("SELECT sequence FROM journal_heads ORDER BY sequence").map((row) => row["sequence"]);
  expect(heads.slice(0, 2)).toEqual([1, 51]);
  expect(heads.length).toBeLessThan(50);
  expect(signatures).toBe(heads.length);
  expect(world.verify()).toMatchObject({ ok: true, entries: 101 });
  await world.close();
});

describe("a body that is too large for a row", () => {
  const LARGE = "x".repeat(100_000);

  async function withLarge(): Promise<{ home: string; sequence: number; object: string }> {
    const home = freshHome();
    const world = openTestWorld(home);
    await world.ask({ cell: "a", kind: "message", text: "small" });
    await world.ask({ cell: "a", kind: "write", text: LARGE });
    const sequence = world.entries(100).find(({ kind, body }) => kind === "input" && body.includes(LARGE))?.sequence ?? 0;
    const stored = String(world.tables.all("SELECT body FROM journal WHERE sequence = ?", sequence)[0]?.["body"]);
    expect(stored.length).toBeLessThan(100);
    expect(world.replay()).toMatchObject({ ok: true, commits: 2 });
    await world.close();
    const [hash = ""] = /[0-9a-f]{64}/.exec(stored) ?? [];
    return { home, sequence, object: join(home, "objects", hash.slice(0, 2), hash.slice(2)) };
  }

  test("lies in an object; a turn that was under way is taken up with it", async () => {
    const { home } = await withLarge();
    expect(verified(home)).toMatchObject({ ok: true });
    const world = openTestWorld(home);
    expect(world.state("a")).toContain(LARGE);
    await world.close();
  });

  test("is verified too: an object that is gone or changed is found at its entry", async () => {
    const { home, sequence, object } = await withLarge();
    const bytes = readFileSync(object);
    bytes[50_000] = (bytes[50_000] as number) ^ 1;
    writeFileSync(object, bytes);
    expect(verified(home)).toMatchObject({ ok: false, sequence, problem: expect.stringMatching(/object [0-9a-f]{64}, is changed/) });
    rmSync(object);
    expect(verified(home)).toMatchObject({ ok: false, sequence, problem: expect.stringMatching(/is missing/) });
    const world = openTestWorld(home);
    expect(() => world.entries(100)).toThrow(expect.objectContaining({ code: "journal-damaged" }));
    await world.close();
  });
});

/** A record's header and the columns before its stamp, wherever it lies: pages that were split still hold what they held. */
function* placesBefore(bytes: Buffer, text: string): Generator<number> {
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) for (let place = at - 40; place < at; place++) yield place;
}

function entryIn(path: string, sequence: number): Record<string, unknown> {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare("SELECT * FROM journal WHERE sequence = ?").get(sequence) as Record<string, unknown>;
  } finally {
    database.close();
  }
}

/** The same of a file that may be too damaged to be read. */
function readable(path: string, sequence: number): Record<string, unknown> {
  try {
    return entryIn(path, sequence) ?? {};
  } catch (error) {
    if (error instanceof Database.SqliteError) return {};
    throw error;
  }
}

function altered(value: string | number, place: number): string | number {
  if (typeof value === "number") return value + 1;
  if (value === "") return "x";
  const at = place % value.length;
  return value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
}

/** What a forger without the key can do: change an entry and mend every hash after it. */
function rewrite(database: Database.Database, from: number): void {
  let previous = "";
  for (const row of database.prepare("SELECT * FROM journal ORDER BY sequence").all() as Record<string, string | number>[]) {
    const entry = {
      sequence: Number(row["sequence"]), kind: String(row["kind"]) as Entry["kind"], cell: String(row["cell"]),
      stamp: { timeMs: Number(row["time"]) + (row["sequence"] === from ? 1 : 0), entropy: String(row["entropy"]) },
      body: String(row["body"]), previous: previous === "" ? String(row["previous"]) : previous,
    };
    previous = entryHash(entry);
    database.prepare("UPDATE journal SET time = ?, previous = ?, hash = ? WHERE sequence = ?").run(entry.stamp.timeMs, entry.previous, previous, entry.sequence);
  }
}

/** Overwrites the middle of every page but the first: what a failing disk does. */
function scribble(path: string): void {
  const bytes = readFileSync(path);
  for (let page = 4096; page + 4096 <= bytes.length; page += 4096) bytes.fill(0xa5, page + 1500, page + 1600);
  writeFileSync(path, bytes);
}
