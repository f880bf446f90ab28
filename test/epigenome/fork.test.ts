// Forks, exports and imports: a second home is what a replay to its last common entry gives, and goes its own way.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { continueHome, exportHome, forkHome, importHome, openRecords, readHome, verifyHome, type World } from "../../epigenome/index.js";
import { derivedTables, snapshotLines } from "../../epigenome/snapshot.js";
import type { SqlValue } from "../../ports/port.js";
import { freshHome, openTestWorld, rotatingSignature, seededClock } from "./home.js";
import { live, openLife } from "./life.js";

const open: World[] = [];
const started = (home: string, options = {}): World => {
  const world = openLife(home, options);
  open.push(world);
  return world;
};
afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

function* readEntries(home: string): Generator<{ sequence: number; kind: string }> {
  const view = readHome(home);
  for (const record of view.records()) yield record as { sequence: number; kind: string };
  view.close();
}

/** All that follows from the journal, as a snapshot would say it. */
function derived(world: World): string[] {
  const rows = (sql: string) => world.tables.all(sql)[Symbol.iterator]() as Generator<Record<string, SqlValue>>;
  return [...snapshotLines({ rows }, derivedTables(world.portList), [])];
}

describe("a fork", () => {
  test("in which a person was asked, and not answered, says so before it is opened and after", async () => {
    const [home, key, target] = [freshHome(), rotatingSignature(9), join(freshHome(), "fork")];
    const world = openTestWorld(home);
    open.push(world);
    await world.accept({ cell: "a", kind: "question", text: "q" });
    await expect.poll(() => world.approvals()).toHaveLength(1);
    const [asked] = world.records.asked();
    forkHome({ home, publicKey: rotatingSignature().publicKey, ports: world.portList, files: (commit) => world.genomeFiles(commit) },
      world.status().entries, { home: target, signature: key, clock: seededClock(1) });
    const resting = openRecords(target);
    expect(resting?.records.asked()).toMatchObject([{ id: asked?.id, status: "asked" }]);
    resting?.close();
    const forked = openTestWorld(target, { signature: key, genome: undefined });
    open.push(forked);
    expect(forked.records.asked()).toMatchObject([{ id: asked?.id, status: "asked" }]);
    await expect.poll(() => forked.approvals()).toHaveLength(1);
    forked.resolve(asked?.id ?? "", false, "me");
    await forked.durable();
    expect(forked.records.asked()).toEqual([]);
    expect(forked.replay().ok).toBe(true);
  });

  test("has the tables of the first home at its entry, a key of its own, and says where it comes from", async () => {
    const home = freshHome();
    const world = started(home);
    await live(world, 1, 200, 3);
    await world.ask({ cell: "later", kind: "wake", text: "far", data: "100000000000000" });
    await world.durable();
    const [there, sequence, genome] = [derived(world), world.status().entries, world.genome];
    await live(world, 2, 100, 3);
    const target = join(freshHome(), "second");
    const signature = rotatingSignature(40);
    const forked = forkHome({ home, publicKey: rotatingSignature().publicKey, ports: world.portList, files: (commit) => world.genomeFiles(commit) },
      sequence, { home: target, signature, clock: seededClock(8) });
    expect(forked).toMatchObject({ sequence, genome });
    const second = started(target, { signature, genome: undefined });
    expect(derived(second)).toEqual(there);
    expect(second.entries(1)[0]).toMatchObject({ sequence: sequence + 1, kind: "operator", body: expect.stringMatching(/^\{:signing-key .* :fork \{:sequence \d+ :hash /) });
    await second.ask({ cell: "cell 1", kind: "work", text: "k1", data: "10" });
    await second.ask({ cell: "a", kind: "message", text: "its own way" });
    expect(second.replay()).toMatchObject({ ok: true });
    expect(second.verify()).toMatchObject({ ok: true });
    expect(verifyHome(target, rotatingSignature().publicKey)).toMatchObject({ ok: false });
  });

  test("begins after any entry, in the middle of turns too, which then go on; and after one that follows a snapshot", async () => {
    const home = freshHome();
    const world = started(home);
    await live(world, 3, 60, 2);
    await world.prune();
    await live(world, 4, 60, 2);
    const { entries } = world.status();
    const first = (world.verify().base ?? 0) + 1;
    // Among them each of a decision, its intent and its receipt.
    const kinds = [...readEntries(home)].filter((entry) => entry.sequence > first + 20);
    const middle = ["decision", "intent", "receipt", "commit"].map((kind) => kinds.find((entry) => entry.kind === kind)?.sequence ?? 0);
    for (const sequence of [first, ...middle, entries]) {
      const target = join(freshHome(), "second");
      const signature = rotatingSignature(50);
      forkHome({ home, publicKey: rotatingSignature().publicKey, ports: world.portList, files: (commit) => world.genomeFiles(commit) }, sequence, { home: target, signature, clock: seededClock(sequence) });
      const second = started(target, { signature, genome: undefined, clock: seededClock(sequence, 1_790_100_000_000) });
      while (second.status().backlog > 0) await new Promise((resolve) => setImmediate(resolve));
      const report = second.replay();
      expect({ from: sequence, at: report.sequence, problem: report.problem }).toEqual({ from: sequence });
      expect(second.verify()).toMatchObject({ ok: true });
      expect(second.cells().filter(({ quarantine }) => quarantine !== undefined)).toEqual([]);
      await second.close();
    }
  });

  test("is refused where there is no such entry, and into a home that there is already", async () => {
    const home = freshHome();
    const world = started(home);
    await live(world, 3, 40, 2);
    await world.prune();
    const source = { home, publicKey: rotatingSignature().publicKey, ports: world.portList, files: () => undefined };
    const fork = (sequence: number, target: string) => () => forkHome(source, sequence, { home: target, signature: rotatingSignature(9), clock: seededClock(1) });
    expect(fork(1, join(freshHome(), "a"))).toThrow(expect.objectContaining({ code: "no-entry" }));
    expect(fork(100_000, join(freshHome(), "b"))).toThrow(expect.objectContaining({ code: "no-entry" }));
    expect(fork(world.status().entries, home)).toThrow(expect.objectContaining({ code: "home-taken" }));
  });
});

describe("an export", () => {
  async function exported(): Promise<{ file: string; world: World; home: string }> {
    const home = freshHome();
    const world = started(home);
    await live(world, 5, 100, 2);
    await world.ask({ cell: "a", kind: "blob", text: "kept" });
    const file = join(freshHome(), "home.ouro");
    const { publicKey } = rotatingSignature();
    exportHome(home, file, ["objects", "snapshots"], new Map([["journal.key", Buffer.from(`${Buffer.from(publicKey).toString("hex")}\n`)]]));
    return { file, world, home };
  }

  test("makes the same home elsewhere: it verifies, replays to the same hashes, and goes on under a key of its own", async () => {
    const { file, world } = await exported();
    const target = join(freshHome(), "elsewhere");
    const { publicKey, hasVault } = importHome(file, target);
    expect(hasVault).toBe(false);
    expect(verifyHome(target, Buffer.from(publicKey, "hex"))).toMatchObject({ ok: true, entries: world.status().entries });
    const signature = rotatingSignature(60);
    continueHome(publicKey, { home: target, signature, clock: seededClock(4) });
    const second = started(target, { signature, genome: undefined });
    expect(second.replay()).toEqual(world.replay());
    expect(derived(second)).toEqual(derived(world));
    expect(second.verify()).toMatchObject({ ok: true });
  });

  const KEY = new Map([["journal.key", Buffer.from("00\n")]]);

  test("gives each file back under its name, whatever that is, and takes no drafts along", async () => {
    const { home } = await exported();
    const names = ["two\nlines", "back\\slash", "..dots", "naïve 🔑", "deep/er/.hidden"];
    for (const name of names) {
      mkdirSync(dirname(join(home, "files", name)), { recursive: true });
      writeFileSync(join(home, "files", name), name);
    }
    const [start = ""] = readdirSync(join(home, "objects"));
    writeFileSync(join(home, "objects", start, `${"a".repeat(62)}.123`), "half of an objec");
    const [file, target] = [join(freshHome(), "again.ouro"), join(freshHome(), "elsewhere")];
    exportHome(home, file, ["objects", "snapshots", "files"], KEY);
    importHome(file, target);
    expect(names.map((name) => readFileSync(join(target, "files", name), "utf8"))).toEqual(names);
    expect(readdirSync(join(target, "objects", start))).not.toContain(`${"a".repeat(62)}.123`);
  });

  test("leaves out a file that vanishes meanwhile, and begins again where the database may name it", async () => {
    const { home } = await exported();
    const [start = ""] = readdirSync(join(home, "objects"));
    const paths = { plain: join(home, "files", "note"), hashed: join(home, "objects", start, "b".repeat(62)) };
    mkdirSync(join(home, "files"), { recursive: true });
    const exportWhile = (path: string): { files: number; beginnings: number } => {
      writeFileSync(path, "there for a moment");
      let beginnings = 0;
      const { files } = exportHome(home, join(freshHome(), "again.ouro"), ["objects", "files"], KEY, () => {
        beginnings += 1;
        rmSync(path, { force: true });
      });
      return { files, beginnings };
    };
    const { files } = exportHome(home, join(freshHome(), "before.ouro"), ["objects", "files"], KEY);
    expect(exportWhile(paths.plain)).toEqual({ files, beginnings: 1 });
    expect(exportWhile(paths.hashed)).toEqual({ files, beginnings: 2 });
  });

  test("is for its owner alone", async () => {
    const { file } = await exported();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("prints the journal as canonical S-expressions that hold all of it", async () => {
    const { home, world } = await exported();
    const view = readHome(home);
    const lines = [...view.lines()];
    view.close();
    expect(lines.filter((line) => line.startsWith("(entry "))).toHaveLength(world.status().entries);
    expect(lines.filter((line) => line.startsWith("(object ")).length).toBeGreaterThanOrEqual(0);
    for (const { sequence, hash } of world.entries(5)) expect(lines.find((line) => line.startsWith(`(entry ${sequence} `))).toMatch(new RegExp(`"${hash}"\\)$`));
  });

  test.each<[string, (file: string) => void]>([
    ["a file that is none", (file) => writeFileSync(file, "x".repeat(5_000))],
    ["a file that reaches out of the home", (file) => new Database(file).exec("UPDATE sqlar SET name = 'objects/../../escaped' WHERE name = (SELECT min(name) FROM sqlar WHERE name LIKE 'objects/%')")],
    ["a database without an archive", (file) => new Database(file).exec("DELETE FROM sqlar WHERE name = 'journal.key'")],
  ])("is refused as %s", async (_title, change) => {
    const { file } = await exported();
    change(file);
    const target = join(freshHome(), "deep", "elsewhere");
    expect(() => importHome(file, target)).toThrow(expect.objectContaining({ code: "not-an-export" }));
    expect(readdirSync(join(target, "..")).includes("escaped")).toBe(false);
    expect(readFileSync(file).length).toBeGreaterThan(0);
  });
});
