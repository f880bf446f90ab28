// What runs comes from the journal: a genome, a patch or a waiting input that it did not take in is found, and does not run.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { openRecords, verifyHome, verifyTail, type World } from "../../epigenome/index.js";
import { filesHash } from "../../epigenome/genomes.js";
import { imageKey } from "../../epigenome/image.js";
import { testGenome } from "./genome.js";
import { COMMIT, freshHome, openTestWorld, signature } from "./home.js";

const SECOND = "2".repeat(40);
const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

/** A home that adopted two commits, patched the second, and waits for an answer and, behind it, with a message. */
async function grown(isPruned = false): Promise<string> {
  const home = freshHome();
  const world = openTestWorld(home);
  await world.ask({ cell: "a", kind: "message", text: "one", id: "first" });
  world.adopt(SECOND, testGenome({ "turn/counter.scm": (testGenome()["turn/counter.scm"] ?? "").replace("(+ n 1)", "(+ n 2)") }));
  world.patch("(genome turn counter)", "next", '(define (next n) "Three more." (+ n 3))');
  const asked = new Promise((resolve) => world.on("progress", ({ kind }: { kind: string }) => kind === "approval" && resolve(undefined)));
  await world.accept({ cell: "b", kind: "question", text: "may I", id: "asked" });
  await world.accept({ cell: "b", kind: "message", text: "two", id: "waiting" });
  await asked;
  if (isPruned) await world.prune();
  await world.close();
  return home;
}

function tampered(home: string, work: (database: Database.Database) => void): string {
  const database = new Database(join(home, "world.db"));
  work(database);
  database.close();
  return home;
}

const swapFiles = (isHashed: boolean) => (database: Database.Database): void => {
  const text = String(database.prepare("SELECT files FROM world_genomes WHERE genome = ?").pluck().get(SECOND)).replace("(+ n 2)", "(+ n 5)");
  database.prepare("UPDATE world_genomes SET files = ? WHERE genome = ?").run(text, SECOND);
  if (isHashed) database.prepare("UPDATE world_genomes SET hash = ? WHERE genome = ?").run(filesHash(JSON.parse(text) as Record<string, string>), SECOND);
};

const forgePatch = (database: Database.Database): void => {
  const patches = [{ library: "(genome turn counter)", name: "next", source: '(define (next n) "Mine." 99)', baseHash: "0".repeat(64) }];
  database.prepare("INSERT INTO world_images VALUES (?, ?, ?)").run(imageKey(COMMIT, patches), COMMIT, JSON.stringify(patches));
  database.prepare("UPDATE world_force SET image = ?").run(imageKey(COMMIT, patches));
};

const sql = (statement: string) => (database: Database.Database): void => void database.prepare(statement).run();
const CHANGES: readonly (readonly [string, (database: Database.Database) => void, RegExp])[] = [
  ["the files of a genome, with their hash", swapFiles(true), /the genome 2{40} is not the one/],
  ["a genome of which the journal knows nothing", sql(`INSERT INTO world_genomes SELECT '${"3".repeat(40)}', files, hash, 4 FROM world_genomes WHERE genome = '${COMMIT}'`), /the genome 3{40} is not the one/],
  ["the text of a patch", sql("UPDATE world_images SET patches = replace(patches, '(+ n 3)', '(+ n 7)') WHERE patches <> '[]'"), /the patches of 2{40}\+[0-9a-f]+ were never in force/],
  ["a patch that nobody made", forgePatch, /the patches of 1{40}\+[0-9a-f]+ were never in force/],
  ["an earlier genome put in force again", sql(`UPDATE world_force SET image = '${COMMIT}'`), /1{40} is in force, and the journal says 2{40}\+/],
  ["what a waiting input says", sql("UPDATE world_inbox SET body = replace(body, 'two', 'six') WHERE id = 'waiting'"), /the input waiting of the inbox/],
  ["whose waiting input it is", sql("UPDATE world_inbox SET cell = 'c' WHERE id = 'waiting'"), /the input waiting of the inbox/],
  ["the time of a waiting input", sql("UPDATE world_inbox SET time = time + 1 WHERE id = 'waiting'"), /the input waiting of the inbox/],
  ["an input that nobody sent", sql(`INSERT INTO world_inbox (id, sequence, cell, body, time, entropy) SELECT 'mine', 99, 'a', replace(body, 'waiting', 'mine'), time, entropy FROM world_inbox WHERE id = 'waiting'`), /the input mine of the inbox/],
  ["an input under another name", sql("UPDATE world_inbox SET id = 'other' WHERE id = 'waiting'"), /the input other of the inbox/],
  ["an input that has its outcome", sql("INSERT INTO world_inbox (id, sequence, cell, body, time, entropy) SELECT 'first', sequence, cell, body, time, entropy FROM journal WHERE sequence = 2"), /the input first is in the inbox, and has its outcome/],
  ["a genome for a waiting input", sql(`UPDATE world_inbox SET image = '${"4".repeat(40)}' WHERE id = 'waiting'`), /an input waits for 4{40}/],
];

describe("a change of the tables is found by the verification and by the doctor, and the home does not open", () => {
  test.each(CHANGES)("%s", async (_title, change, problem) => {
    const home = tampered(await grown(), change);
    const isSaid = expect.stringMatching(problem) as string;
    expect(verifyHome(home, signature.publicKey)).toMatchObject({ ok: false, problem: isSaid });
    const resting = openRecords(home);
    expect(resting && verifyTail({ database: resting.database, home }, signature.publicKey, 5)).toMatchObject({ problem: isSaid });
    resting?.close();
    expect(() => openTestWorld(home)).toThrow(expect.objectContaining({ code: "journal-damaged", message: isSaid }) as Error);
  });
});

test("without a change all is well, after pruning too, and the inputs go on", async () => {
  for (const home of [await grown(), await grown(true)]) {
    expect(verifyHome(home, signature.publicKey)).toMatchObject({ ok: true });
    const world = openTestWorld(home);
    open.push(world);
    expect(world.verifyTail(5).problem).toBeUndefined();
    const [approval] = await until(() => world.approvals(), (found) => found.length > 0);
    world.resolve(approval?.id ?? "", true, "me");
    expect((await world.outcome("waiting")).answer).toBe("two 6");
  }
});

test("files that are not what their hash says are not loaded, and no turn runs on them", async () => {
  const home = tampered(await grown(), swapFiles(false));
  expect(verifyHome(home, signature.publicKey)).toMatchObject({ ok: false, problem: expect.stringMatching(/the files of the genome 2{40} are not those/) as string });
  const world = openTestWorld(home);
  open.push(world);
  expect(world.status()).toMatchObject({ genome: "", genomeProblem: expect.stringContaining("is not the one that was adopted") as string });
  expect(() => world.adopt(SECOND, testGenome())).toThrow(expect.objectContaining({ code: "genome-altered" }));
});

test.each([
  ["the files of a genome, with their hash", swapFiles(true), /the genome 2{40} is not the one/],
  ["a patch that nobody made", forgePatch, /the patches of 1{40}\+[0-9a-f]+ were never in force/],
  ["the text of a patch", sql("UPDATE world_images SET patches = replace(patches, '(+ n 3)', '(+ n 7)') WHERE patches <> '[]'"), /the patches of 2{40}\+[0-9a-f]+ were never in force/],
  ["an earlier genome put in force again", sql(`UPDATE world_force SET image = '${COMMIT}'`), /1{40} is in force, and the journal says 2{40}\+/],
  ["a genome for a waiting input", sql(`UPDATE world_inbox SET image = '${"4".repeat(40)}' WHERE id = 'waiting'`), /an input waits for 4{40}/],
] as const)("of a pruned home, what stood at its base holds for the verification and for the start: %s", async (_title, change, problem) => {
  const home = tampered(await grown(true), change);
  expect(verifyHome(home, signature.publicKey)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) as string });
  expect(() => openTestWorld(home)).toThrow(expect.objectContaining({ code: "journal-damaged", message: expect.stringMatching(problem) as string }) as Error);
});

async function until<Found>(look: () => Found, isGood: (found: Found) => boolean): Promise<Found> {
  for (;;) {
    const found = look();
    if (isGood(found)) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
