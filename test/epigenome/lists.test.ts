// Who may speak to the agent, and where, follows from the journal: rows that it does not give are found, and the home does not open.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { exportHome, forkHome, importHome, openRecords, record, scratchTables, systemClock, verifyHome, verifyTail, type World } from "../../epigenome/index.js";
import { baseBody, baseIn } from "../../epigenome/chain.js";
import { WorldDatabase } from "../../epigenome/database.js";
import { Journal } from "../../epigenome/journal.js";
import { takeSnapshot } from "../../epigenome/keeping.js";
import { canonical } from "../../interpreter/index.js";
import { type Baseband, basebandPort, type Binding, type Member, notedLists, noteOf, openBaseband, sqliteBaseband } from "../../ports/baseband/index.js";
import type { Note } from "../../ports/port.js";
import { freshHome, openTestWorld, rotatingSignature, signature } from "./home.js";
import { outsidePort } from "./outside.js";

const LISTS = notedLists("repl");
const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

const person = (sender: string, role: Member["role"] = "member"): Member => ({ platform: "wire", account: "*", sender, role, identity: `${sender} é` });
const place = (channel: string, thread = ""): Binding => ({ platform: "wire", account: "*", channel, thread, agent: "ouro" });
const OWNER: Member = { platform: "repl", account: "local", sender: "operator", role: "operator", identity: "operator" };

interface Agent {
  readonly world: World;
  readonly baseband: Baseband;
  act(note: Note, work: () => void): void;
  allow(member: Member): void;
  bind(binding: Binding): void;
}

function opened(home: string, options: Parameters<typeof openTestWorld>[1] = {}): Agent {
  const made: { baseband?: Baseband } = {};
  const world = openTestWorld(home, { ports: ({ tables }) => [outsidePort(home, tables), basebandPort((made.baseband = openBaseband(sqliteBaseband(tables))), { noted: LISTS })], ...options });
  open.push(world);
  const { baseband } = made as { baseband: Baseband };
  baseband.admit(OWNER);
  const act = (note: Note, work: () => void): void => baseband.storage.transaction(() => {
    world.note(canonical(record(note)));
    work();
  });
  return { world, baseband, act, allow: (member) => act(noteOf.allow(member), () => baseband.admit(member)), bind: (binding) => act(noteOf.bind(binding), () => baseband.bind(binding)) };
}

async function closed({ world }: Agent): Promise<void> {
  open.splice(open.indexOf(world), 1);
  await world.close();
}

/** A member, an operator, one who was dismissed and one whose role was changed; two places, and one that is unbound. */
async function grown(work?: (agent: Agent) => unknown): Promise<string> {
  const home = freshHome();
  const agent = opened(home);
  const { baseband, act, allow, bind } = agent;
  for (const each of [person("bob"), person("ada", "operator"), person("eve"), person("cy", "operator"), person("cy")]) allow(each);
  act(noteOf.disallow(person("eve")), () => baseband.dismiss("wire", "*", "eve"));
  for (const each of [place("hall"), place("yard"), place("cellar", "t")]) bind(each);
  act(noteOf.unbind(place("cellar", "t")), () => baseband.unbind(place("cellar", "t")));
  await work?.(agent);
  await closed(agent);
  return home;
}

const GROWN: readonly (readonly [string, (agent: Agent) => unknown])[] = [
  ["as it grew", () => undefined],
  ["after a snapshot", ({ world }) => world.snapshot()],
  ["after pruning", ({ world }) => world.prune()],
  ["after pruning, and what came since", async ({ world, allow, bind }) => {
    await world.prune();
    allow(person("dan"));
    bind(place("roof"));
  }],
];

function sql(home: string, ...statements: readonly string[]): string {
  const database = new Database(join(home, "world.db"));
  for (const statement of statements) database.exec(statement);
  database.close();
  return home;
}

const member = (row: Member): string => `INSERT OR REPLACE INTO baseband_members VALUES ('${row.platform}', '${row.account}', '${row.sender}', '${JSON.stringify(row)}')`;
const binding = (row: Binding): string => `INSERT OR REPLACE INTO baseband_bindings VALUES ('${row.platform}', '${row.account}', '${row.channel}', '${row.thread}', '${JSON.stringify(row)}')`;

const FORGED: readonly (readonly [string, string, RegExp])[] = [
  ["a person whom nobody let in", member(person("mallory", "operator")), /the tables hold .*"mallory"/],
  ["a role that was raised", member(person("bob", "operator")), /the tables hold .*"role":"operator","sender":"bob"/],
  ["a role from before", member(person("cy", "operator")), /the tables hold .*"sender":"cy"/],
  ["an identity", "UPDATE baseband_members SET record = replace(record, '\"identity\":\"bob', '\"identity\":\"bib') WHERE sender = 'bob'", /the tables hold .*"identity":"bib/],
  ["a person who is gone", "DELETE FROM baseband_members WHERE sender = 'bob'", /the journal says .*"bob".*, and the tables do not hold it/],
  ["a person who was dismissed", member(person("eve")), /the tables hold .*"eve"/],
  ["a person whom a dismissal would miss", "UPDATE baseband_members SET sender = 'nobody' WHERE sender = 'bob'", /the tables hold .*"bob".*"stored"/],
  ["the terminal's own person under another platform's record", `INSERT INTO baseband_members VALUES ('repl', 'x', 'y', '${JSON.stringify(person("mallory"))}')`, /the tables hold .*"mallory"/],
  ["a record that is none", "UPDATE baseband_members SET record = '[' WHERE sender = 'bob'", /the tables hold .*bob/],
  ["a place that nobody bound", binding(place("street")), /the tables hold .*"street"/],
  ["a place that was unbound", binding(place("cellar", "t")), /the tables hold .*"cellar"/],
  ["a place that is gone", "DELETE FROM baseband_bindings WHERE channel = 'yard'", /the journal says .*"yard"/],
  ["a place for another agent", binding({ ...place("hall"), agent: "other" }), /the tables hold .*"agent":"other"/],
];

const problems = (home: string, key = signature.publicKey): readonly (string | undefined)[] => {
  const resting = openRecords(home);
  const tail = resting && verifyTail({ database: resting.database, home, noted: [LISTS] }, key, 5);
  resting?.close();
  return [verifyHome(home, key, [LISTS]).problem, tail?.problem];
};

const reopened = (home: string): string[] => {
  const { baseband: { storage } } = opened(home);
  return [...storage.members().map(({ sender, role }) => `${sender} ${role}`), ...storage.bindings().map(({ channel, thread }) => `${channel}/${thread}`)];
};
const STANDING = ["operator operator", "ada operator", "bob member", "cy member", "hall/", "yard/"];

describe.each(GROWN)("%s", (title, work) => {
  let whole: string;
  beforeAll(async () => void (whole = await grown(work)));
  const copy = (): string => {
    const home = freshHome();
    rmSync(home, { recursive: true });
    cpSync(whole, home, { recursive: true });
    return home;
  };

  test("what the journal gives is there, and all is well", () => {
    expect(problems(copy())).toEqual([undefined, undefined]);
    const since = title.endsWith("since");
    expect(reopened(copy()).sort()).toEqual([...STANDING, ...(since ? ["dan member", "roof/"] : [])].sort());
  });

  test.each(FORGED)("%s is found by the verification and by the doctor, and the home does not open", (_title, statement, problem) => {
    const home = sql(copy(), statement);
    const isSaid = expect.stringMatching(problem) as string;
    expect(problems(home)).toEqual([isSaid, isSaid]);
    expect(() => opened(home)).toThrow(expect.objectContaining({ code: "lists-altered", message: isSaid, hint: expect.stringContaining("ouro fork") as string }) as Error);
  });

  test("an export takes it along, and a forged one does not verify", () => {
    for (const [statements, isOk] of [[[], true], [[member(person("mallory"))], false]] as const) {
      const [file, target] = [join(freshHome(), "file"), join(freshHome(), "second")];
      exportHome(sql(copy(), ...statements), file, ["objects", "snapshots"], new Map([["journal.key", Buffer.from(Buffer.from(signature.publicKey).toString("hex"))]]));
      importHome(file, target);
      expect(verifyHome(target, signature.publicKey, [LISTS]).ok).toBe(isOk);
    }
  });

  test("a fork has what the journal gives, whatever the tables hold", () => {
    const home = sql(copy(), member(person("mallory", "operator")), "DELETE FROM baseband_members WHERE sender = 'ada'");
    const target = join(freshHome(), "second");
    const last = Number(new Database(join(home, "world.db")).prepare("SELECT max(sequence) FROM journal").pluck().get());
    const key = rotatingSignature(60);
    forkHome({ home, publicKey: signature.publicKey, ports: [outsidePort(freshHome(), scratchTables()), basebandPort(openBaseband(sqliteBaseband(scratchTables())), { noted: LISTS })], files: filesOf(home) }, last, { home: target, signature: key, clock: systemClock() });
    expect(problems(target, key.publicKey)).toEqual([undefined, undefined]);
    const { baseband: { storage } } = opened(target, { signature: key, genome: undefined });
    expect(storage.members().map(({ sender }) => sender)).toEqual(expect.arrayContaining(["ada", "bob", "cy"]));
    expect(storage.members().map(({ sender }) => sender)).not.toContain("mallory");
  });
});

test("what was forged while the home is open is not pruned into its base", async () => {
  const home = await grown();
  const { world } = opened(home);
  world.tables.run(member(person("mallory", "operator")));
  await expect(world.prune()).rejects.toMatchObject({ code: "lists-altered" });
});

test("what stood at the base is not to be changed or lost, and says so", async () => {
  const home = await grown(({ world }) => world.prune());
  const database = new Database(join(home, "world.db"));
  const { standing = "" } = baseIn(String(database.prepare("SELECT body FROM journal WHERE body LIKE '{:base %'").pluck().get())) ?? {};
  database.close();
  rmSync(join(home, "snapshots", standing.slice(0, 2), standing.slice(2)));
  expect(problems(home)).toEqual([expect.stringContaining("is missing"), expect.stringContaining("is missing")]);
  expect(() => opened(home)).toThrow(expect.objectContaining({ code: "journal-damaged" }) as Error);
});

describe("a home of an older version", () => {
  const before = ({ world, baseband }: Agent): void => {
    const noted = (note: Note, work: () => void): void => baseband.storage.transaction(() => {
      world.note(canonical(record(note)));
      work();
    });
    const { agent: _agent, ...hut } = place("hut");
    noted({ channel: "allow", ...person("old") }, () => baseband.admit(person("old")));
    noted({ channel: "allow", ...person("gone") }, () => baseband.admit(person("gone")));
    noted({ channel: "disallow", platform: "wire", account: "*", sender: "gone" }, () => void baseband.dismiss("wire", "*", "gone"));
    // The name of the place stood where the act should.
    noted({ ...hut }, () => baseband.bind(place("hut")));
    noted({ ...hut, channel: "tent" }, () => baseband.bind(place("tent")));
    noted({ ...hut, channel: "tent" }, () => void baseband.unbind(place("tent")));
  };

  test("opens, and is held to what its notes tell", async () => {
    const home = await grown(before);
    expect(problems(home)).toEqual([undefined, undefined]);
    const agent = opened(home);
    expect(agent.baseband.storage.members().map(({ sender }) => sender)).toEqual(["operator", "ada", "bob", "cy", "old"]);
    await closed(agent);
    sql(home, member(person("gone")));
    expect(problems(home)).toEqual([expect.stringContaining('"gone"'), expect.stringContaining('"gone"')]);
    expect(() => opened(home)).toThrow(expect.objectContaining({ code: "lists-altered" }) as Error);
  });

  test("that was pruned opens with what it holds, says so in its journal, and is held to that from then on", async () => {
    const home = await grown();
    prunedBefore(home);
    expect(problems(home)).toEqual([undefined, undefined]);
    const agent = opened(home);
    expect(baseIn(agent.world.entries(1)[0]?.body ?? "")).toMatchObject({ standing: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    await closed(agent);
    expect(problems(home)).toEqual([undefined, undefined]);
    expect(reopened(home).sort()).toEqual([...STANDING].sort());
    await open.pop()?.close();
    sql(home, member(person("mallory", "operator")));
    expect(() => opened(home)).toThrow(expect.objectContaining({ code: "lists-altered" }) as Error);
  });
});

test("a start reads the notes by an index, not the journal", async () => {
  const database = new Database(join(await grown(), "world.db"), { readonly: true });
  const { IS_NOTE } = await import("../../epigenome/standing.js");
  const plan = database.prepare(`EXPLAIN QUERY PLAN SELECT body FROM journal WHERE ${IS_NOTE} AND sequence > ? ORDER BY sequence`).all(0) as { detail: string }[];
  database.close();
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining("INDEX journal_note")]);
});

/** As a version did that knew nothing of lists. */
function prunedBefore(home: string): void {
  const database = new WorldDatabase(join(home, "world.db"), undefined, () => undefined);
  const journal = new Journal(database, { home, signature, clock: systemClock(), at: () => undefined });
  const { standing: _standing, ...base } = takeSnapshot({ database, journal, home, ports: [] });
  database.batch(() => {
    journal.append("operator", "", baseBody(base));
    database.run("DELETE FROM journal WHERE sequence < ?", base.sequence);
    database.run("DELETE FROM journal_heads WHERE sequence < ?", base.sequence);
  });
  database.flush();
  database.close();
}

function filesOf(home: string) {
  return (commit: string): Record<string, string> | undefined => {
    const database = new Database(join(home, "world.db"), { readonly: true });
    const text = String(database.prepare("SELECT files FROM world_genomes WHERE genome = ?").pluck().get(commit));
    database.close();
    return JSON.parse(text) as Record<string, string>;
  };
}
