// Snapshots: a replay arrives at the same tables, a journal may begin with one, and what nothing names is collected.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTick } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { forkHome, readHome, verifyHome, type World } from "../../epigenome/index.js";
import { derivedTables, LOCAL_TABLES } from "../../epigenome/snapshot.js";
import { freshHome, rotatingSignature, seededClock } from "./home.js";
import { FIRST, lifeGenome, live, openLife } from "./life.js";

const open: World[] = [];
const started = (home: string, options = {}): World => {
  const world = openLife(home, options);
  open.push(world);
  return world;
};
afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

const { publicKey } = rotatingSignature();
const never = async (world: World, cell: string): Promise<void> => {
  await world.accept({ cell, kind: "never", text: "under way" });
  while ((world.cell(cell)?.turn?.effects ?? 0) === 0) await nextTick();
  await world.durable();
};

describe("a snapshot", () => {
  test("holds what a replay arrives at, with turns under way, timers, children, budgets and the store's tables", async () => {
    const home = freshHome();
    const world = started(home);
    for (const kind of ["edge", "large", "child"]) await world.ask({ cell: "a", kind, text: kind === "child" ? '"task"' : "t" });
    await live(world, 1, 150, 3);
    world.snapshot();
    await never(world, "waits");
    await world.ask({ cell: "later", kind: "wake", text: "far", data: "100000000000000" });
    const { snapshot } = world.snapshot();
    await live(world, 2, 150, 3);
    expect(world.replay()).toMatchObject({ ok: true });
    const text = readFileSync(join(home, "snapshots", snapshot.slice(0, 2), snapshot.slice(2)), "utf8");
    expect(createHash("sha256").update(text).digest("hex")).toBe(snapshot);
    for (const table of ["world_cells", "world_budgets", "world_timers", "world_children", "store_records", "store_text", "matrix_edges"])
      expect({ table, hasRows: new RegExp(`\\(table ${table} [^\\n]*\\n\\(["0-9]`).test(text) }).toEqual({ table, hasRows: true });
  });

  test("that does not fit the journal is found by a replay", async () => {
    const home = freshHome();
    const world = started(home);
    await live(world, 1, 100, 2);
    world.tables.run("UPDATE store_records SET value = '5' WHERE key = (SELECT min(key) FROM store_records)");
    world.snapshot();
    expect(world.replay()).toMatchObject({ ok: false, problem: expect.stringMatching(/tables are not those of the snapshot/) });
  });

  test("holds every table of the world, or it is said why not", async () => {
    const world = started(freshHome());
    const names = world.tables.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'world_%' ORDER BY name").map(({ name }) => String(name));
    expect(names).toEqual([...derivedTables([]).map(({ name }) => name), ...Object.keys(LOCAL_TABLES)].toSorted());
  });
});

describe("a pruned journal", () => {
  async function pruned(): Promise<{ home: string; world: World; base: number }> {
    const home = freshHome();
    const world = started(home);
    await live(world, 3, 200, 3);
    await never(world, "waits");
    const { entries } = world.status();
    const report = await world.prune();
    expect(report.base).toBe(entries + 1);
    expect(report.entries).toBeGreaterThan(entries - 10);
    return { home, world, base: report.base };
  }

  test("begins with the snapshot, and verify says so; a replay goes on from it", async () => {
    const { home, world, base } = await pruned();
    expect(world.verify()).toMatchObject({ ok: true, base });
    expect(world.replay()).toMatchObject({ ok: true, commits: 0 });
    await live(world, 4, 100, 3);
    world.snapshot();
    const report = world.replay();
    expect(report).toMatchObject({ ok: true });
    for (const [cell, state] of report.states) expect(state, cell).toBe(world.state(cell));
    await world.close(10);
    expect(verifyHome(home, publicKey)).toMatchObject({ ok: true, base });
  });

  test("still holds what the turns under way were answered: they go on when the home opens again", async () => {
    const { home, world } = await pruned();
    await world.close(10);
    const again = started(home, { clock: undefined });
    expect(again.cell("waits")?.inputs).toHaveLength(1);
    while (again.cell("waits")?.turn === undefined) await nextTick();
    again.stop("waits", "enough");
    await again.durable();
    await again.prune();
    expect(again.replay()).toMatchObject({ ok: true });
    expect(again.verify()).toMatchObject({ ok: true });
  });

  test.each<[string, (database: Database.Database, home: string, base: number) => void, RegExp]>([
    ["a missing snapshot", (_database, home) => rmSync(onlySnapshot(home)), /snapshot of entry \d+, [0-9a-f]{64}, is missing/],
    ["a changed snapshot", (_database, home) => flip(onlySnapshot(home)), /snapshot of entry \d+, [0-9a-f]{64}, is changed/],
    ["a carried entry that was changed", (database, _home, base) => database.prepare("UPDATE journal SET body = replace(body, 'under way', 'under may') WHERE sequence < ?").run(base), /has been changed/],
    ["a carried entry that is gone", (database, _home, base) => database.prepare("DELETE FROM journal WHERE sequence = (SELECT min(sequence) FROM journal WHERE sequence < ?)").run(base), /carries/],
    ["an entry before it that it does not carry", (database, _home, base) => database.prepare("INSERT INTO journal SELECT 2, kind, cell, time, entropy, body, previous, hash FROM journal WHERE sequence = ?").run(base), /has been changed|not what its snapshot carries/],
    ["a base that is gone", (database, _home, base) => database.prepare("DELETE FROM journal WHERE sequence = ?").run(base), /missing/],
  ])("is found out by %s", async (_title, change, problem) => {
    const { home, world, base } = await pruned();
    await world.close(10);
    const database = new Database(join(home, "world.db"));
    change(database, home, base);
    database.close();
    expect(verifyHome(home, publicKey)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });

  test("whose snapshot has one byte changed is neither replayed nor forked: it is said which", async () => {
    const { home, world, base } = await pruned();
    const { entries } = world.status();
    await world.close(10);
    flip(onlySnapshot(home));
    const isSaid = expect.objectContaining({ code: "journal-damaged", message: expect.stringMatching(new RegExp(`snapshot of entry ${base}, [0-9a-f]{64}, is changed`)) as string }) as Error;
    const view = readHome(home);
    expect(() => view.replay(world.portList)).toThrow(isSaid);
    view.close();
    const source = { home, publicKey, ports: world.portList, files: () => undefined };
    expect(() => forkHome(source, entries, { home: join(freshHome(), "fork"), signature: rotatingSignature(40), clock: seededClock(1) })).toThrow(isSaid);
  });
});

describe("collection", () => {
  test("removes what processes that died left half written, and nothing else that is no object", async () => {
    const home = freshHome();
    const world = started(home);
    const kept = (await world.ask({ cell: "a", kind: "blob", text: "kept in the state" })).answer;
    await world.prune();
    const drafts = [join("objects", kept.slice(0, 2), `${"a".repeat(62)}.1`), join("snapshots", "draft.99999")];
    const others = [join("objects", kept.slice(0, 2), kept.slice(2)), join("objects", "note.txt")];
    for (const path of [...drafts, "objects/note.txt"]) writeFileSync(join(home, path), "half of it");
    await world.prune();
    expect([drafts, others].map((paths) => paths.map((path) => existsSync(join(home, path))))).toEqual([[false, false], [true, true]]);
  });

  test("removes objects that nothing names, and keeps blobs and bodies that something does", async () => {
    const home = freshHome();
    const world = started(home);
    const kept = (await world.ask({ cell: "a", kind: "blob", text: "kept in the state" })).answer;
    const lost = (await world.ask({ cell: "b", kind: "blob", text: "forgotten" })).answer;
    await world.ask({ cell: "b", kind: "large", text: "words" });
    await world.ask({ cell: "b", kind: "message", text: "forgets" });
    const there = (hash: string) => existsSync(join(home, "objects", hash.slice(0, 2), hash.slice(2)));
    await world.prune();
    expect([there(kept), there(lost)]).toEqual([true, true]);
    world.tables.run("DELETE FROM world_outcomes WHERE cell = 'b'");
    world.tables.run("DELETE FROM world_recorded");
    world.tables.run("DELETE FROM store_receipts");
    expect((await world.prune()).objects).toBeGreaterThanOrEqual(2);
    expect([there(kept), there(lost)]).toEqual([true, false]);
    expect((await world.ask({ cell: "a", kind: "message", text: "goes on" })).outcome).toBe("done");
  });

  test("forgets the files of genomes that nothing can need", async () => {
    const home = freshHome();
    const world = started(home);
    world.adopt("2".repeat(40), lifeGenome((turn) => turn.replace("(+ n 1)", "(+ n 2)")));
    await world.ask({ cell: "a", kind: "message", text: "x" });
    await world.prune();
    expect(world.genomeFiles(FIRST)).toBeUndefined();
    world.adopt(FIRST, lifeGenome());
    expect(world.genomeFiles(FIRST)).toBeDefined();
    expect(world.replay()).toMatchObject({ ok: true });
  });
});

function onlySnapshot(home: string): string {
  const [start = ""] = readdirSync(join(home, "snapshots")).filter((name) => name.length === 2);
  const [rest = ""] = readdirSync(join(home, "snapshots", start));
  return join(home, "snapshots", start, rest);
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[100] = (bytes[100] as number) ^ 1;
  writeFileSync(path, bytes);
}
