// The tables beside the journal: what is changed in them behind the world's back is found by verify, by a replay and by the next turn.
import { cpSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, test } from "vitest";
import { forkHome, openRecords, readHome, rebuild, verifyHome, verifyTail } from "../../epigenome/index.js";
import { WorldDatabase } from "../../epigenome/database.js";
import { journalOf } from "../../epigenome/keeping.js";
import { derivedTables, tablesProblem } from "../../epigenome/snapshot.js";
import type { DerivedTable, GenomeFiles, Port } from "../../ports/port.js";
import { freshHome, rotatingSignature, seededClock } from "./home.js";
import { lifePorts, live, openLife } from "./life.js";

const { publicKey } = rotatingSignature();
const original = freshHome();
const ports: readonly Port[] = lifePorts(original);


beforeAll(async () => {
  const world = openLife(original);
  for (const kind of ["edge", "child"]) await world.ask({ cell: "before", kind, text: kind === "child" ? '"task"' : "t" });
  await live(world, 1, 40, 2);
  await world.prune();
  await live(world, 2, 40, 3);
  await world.ask({ cell: "later", kind: "wake", text: "far", data: "100000000000000" });
  await world.close(10);
});

function changed(statements: string): string {
  const home = freshHome();
  cpSync(original, home, { recursive: true });
  new Database(join(home, "world.db")).exec(statements).close();
  return home;
}

function replayed(home: string) {
  const view = readHome(home);
  try {
    return view.replay(ports);
  } finally {
    view.close();
  }
}

function tailOf(home: string) {
  const resting = openRecords(home);
  try {
    return resting && verifyTail({ database: resting.database, home }, publicKey, 40);
  } finally {
    resting?.close();
  }
}

test("tables that nobody changed pass", () => {
  const home = changed("");
  expect([replayed(home).ok, verifyHome(home, publicKey).ok, tailOf(home)?.problem]).toEqual([true, true, undefined]);
});

const rowsOf = ({ name }: DerivedTable): number => {
  const database = new Database(join(original, "world.db"), { readonly: true });
  try {
    return database.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number;
  } finally {
    database.close();
  }
};

test("a row that is gone from any table is found", () => {
  const [home, derived] = [WorldDatabase.reading(join(original, "world.db")), new WorldDatabase(":memory:")];
  rebuild({ ...journalOf(home, original), files: (commit) => JSON.parse(String(home.first("SELECT files FROM world_genomes WHERE genome = ?", commit)?.["files"])) as GenomeFiles, ports }, derived);
  home.close();
  const filled = derivedTables(ports).filter((table) => rowsOf(table) > 0);
  expect(filled.length).toBeGreaterThan(9);
  for (const { name, columns: [first] } of filled) {
    const live = WorldDatabase.reading(join(changed(`DELETE FROM ${name} WHERE ${first} = (SELECT max(${first}) FROM ${name})`), "world.db"));
    expect(tablesProblem(live, derived, derivedTables(ports))).toMatch(new RegExp(`^the table ${name} holds `));
    live.close();
  }
  derived.close();
});

test.each([
  ["what was spent", "UPDATE world_budgets SET used = used + 1 WHERE rowid = (SELECT min(rowid) FROM world_budgets)"],
  ["a state, and its hash", "UPDATE world_cells SET state = '{:count 9}', hash = 'x' WHERE cell = 'cell 0'"],
  ["an answer", "UPDATE world_outcomes SET answer = answer || '!' WHERE sequence = (SELECT max(sequence) FROM world_outcomes)"],
  ["a row that was put in", "INSERT INTO world_budgets VALUES ('mine', 'ever', 'calls', 1)"],
])("a replay finds %s changed", (_title, statements) => {
  expect(replayed(changed(statements))).toMatchObject({ ok: false, problem: expect.stringMatching(/^the table world_\w+ holds .* where the journal gives /) as string });
});

describe("the state of a cell", () => {
  test.each([
    ["changed", "UPDATE world_cells SET state = '{:count 9}' WHERE cell = 'cell 0'", /^the state of the cell cell 0 is not the one that was committed$/],
    ["gone", "DELETE FROM world_cells WHERE cell = 'cell 0'", /^the state of the cell cell 0 is/],
    ["changed, and no commit since the journal's base", "UPDATE world_cells SET state = '{:count 9}' WHERE cell = 'before'", /^the state of the cell before is/],
    ["made up", "INSERT INTO world_cells VALUES ('mine', '{}', 'x', '')", /^the cell mine has a state that was never committed$/],
  ])("that is %s is found by verify", (_title, statements, problem) => {
    expect(verifyHome(changed(statements), publicKey)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) as string });
  });

  test("that was committed of late is looked at by doctor too", () => {
    expect(tailOf(changed("UPDATE world_cells SET state = '{:count 9}' WHERE cell = 'later'"))?.problem).toMatch(/^the state of the cell later is/);
  });

  test("is not run on if it was changed: the cell is quarantined, and a fork has what was committed", async () => {
    const home = changed("UPDATE world_cells SET state = '{:count 9}' WHERE cell = 'cell 0'");
    const world = openLife(home);
    expect(await world.ask({ cell: "cell 0", kind: "message", text: "x" })).toMatchObject({ outcome: "quarantined", answer: expect.stringContaining("state-altered") as string });
    expect((await world.ask({ cell: "cell 1", kind: "message", text: "x" })).outcome).toBe("done");
    const { entries } = world.status();
    const target = join(freshHome(), "fork");
    const signature = rotatingSignature(40);
    forkHome({ home, publicKey, ports, files: (commit) => world.genomeFiles(commit) }, entries, { home: target, signature, clock: seededClock(3) });
    await world.close(10);
    const second = openLife(target, { signature, genome: undefined, clock: seededClock(4) });
    second.release("cell 0", "a person");
    expect(second.state("cell 0")).not.toBe("{:count 9}");
    expect((await second.ask({ cell: "cell 0", kind: "message", text: "x" })).outcome).toBe("done");
    expect(second.verify()).toMatchObject({ ok: true });
    expect(second.replay()).toMatchObject({ ok: true });
    await second.close(10);
  });
});
