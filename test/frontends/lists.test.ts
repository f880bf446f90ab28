// What people decide about channels is journaled as what the lists follow from: a home whose rows say otherwise is told of everywhere, and mended by a fork.
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { openHost, type OpenHost } from "../../frontends/host.js";
import { openArchive } from "../../frontends/host-archive.js";
import { deskOf } from "../../frontends/host-rest.js";
import { tinyPackage } from "./tiny-genome.js";

const own = tinyPackage();
const open = new Set<OpenHost>();
afterEach(async () => {
  for (const host of open) await host.close();
  open.clear();
});

async function opened(home: string): Promise<OpenHost> {
  const host = await openHost(home, own);
  open.add(host);
  return host;
}

async function closed(host: OpenHost): Promise<void> {
  open.delete(host);
  await host.close();
}

const place = (channel: string) => ({ platform: "telegram", account: "*", channel, thread: "" });
const person = (sender: string, role: "operator" | "member") => ({ platform: "telegram", account: "*", sender, role, identity: sender });
const freshFolder = (): string => mkdtempSync(join(tmpdir(), "ouro-lists-"));

async function grown(): Promise<string> {
  const home = join(freshFolder(), "home");
  const host = await opened(home);
  const { desk } = host;
  for (const each of [person("ada", "operator"), person("bob", "member"), person("eve", "member")]) await desk.allow(each);
  expect(await desk.disallow({ platform: "telegram", account: "*", sender: "eve" })).toEqual({ disallowed: true });
  expect(await desk.disallow({ platform: "telegram", account: "*", sender: "nobody" })).toEqual({ disallowed: false });
  for (const channel of ["1", "2"]) await desk.bind(place(channel));
  expect(await desk.unbind(place("2"))).toEqual({ unbound: true });
  expect(await host.send("hello")).toBeTypeOf("string");
  await closed(host);
  return home;
}

const listsOf = async (host: OpenHost): Promise<unknown> => {
  const { members, bindings } = await host.desk.channels();
  return [members.map(({ sender, role }) => `${sender} ${role}`), bindings.map(({ channel }) => channel)];
};
const LISTS = [["ada operator", "bob member"], ["1"]];

function forged(home: string): string {
  const target = join(freshFolder(), "home");
  cpSync(home, target, { recursive: true });
  const database = new Database(join(target, "world.db"));
  database.prepare("UPDATE baseband_members SET record = replace(record, '\"role\":\"member\"', '\"role\":\"operator\"') WHERE sender = 'bob'").run();
  database.close();
  return target;
}

test("a home opens again with its lists, pruned too, and elsewhere; the terminal needs no entry", async () => {
  const home = await grown();
  const host = await opened(home);
  expect(await listsOf(host)).toEqual(LISTS);
  await host.journal.prune();
  await closed(host);
  const [file, second] = [join(freshFolder(), "file"), join(freshFolder(), "second")];
  await openArchive(home).export(file, undefined);
  await openArchive(second).import(file);
  for (const each of [home, second]) {
    expect(await openArchive(each).verify()).toMatchObject({ ok: true });
    expect(await openArchive(each).replay()).toMatchObject({ ok: true });
    const again = await opened(each);
    expect(await listsOf(again)).toEqual(LISTS);
    expect(await again.send("hello")).toBeTypeOf("string");
    expect(again.journal.verify()).toMatchObject({ ok: true });
    await closed(again);
  }
});

test("a role that was raised in the database is told by the verification and the doctor, is not opened or imported, and a fork is without it", async () => {
  const home = forged(await grown());
  const isSaid = expect.stringMatching(/"role":"operator","sender":"bob"/) as string;
  expect(await openArchive(home).verify()).toMatchObject({ ok: false, problem: isSaid });
  expect(await openArchive(home).replay()).toMatchObject({ ok: false, problem: isSaid });
  const desk = await deskOf(home, () => opened(home));
  expect((await desk.doctor()).find(({ check }) => check === "journal")).toMatchObject({ ok: false, text: isSaid });
  await desk.close();
  await expect(openHost(home, own)).rejects.toMatchObject({ code: "lists-altered", message: isSaid, hint: expect.stringContaining("ouro fork") as string });
  const file = join(freshFolder(), "file");
  await openArchive(home).export(file, undefined);
  const target = join(freshFolder(), "target");
  await expect(openArchive(target).import(file)).rejects.toMatchObject({ code: "import-damaged", message: isSaid });
  expect(existsSync(join(target, "world.db"))).toBe(false);
  const second = join(freshFolder(), "second");
  await openArchive(home).fork(lastOf(home), second);
  expect(await listsOf(await opened(second))).toEqual(LISTS);
});

test("what was forged while the home is open is told by its doctor and its verification, and does not outlive the process", async () => {
  const home = await grown();
  const host = await opened(home);
  const other = new Database(join(home, "world.db"));
  other.prepare("DELETE FROM baseband_members WHERE sender = 'ada'").run();
  other.close();
  const isSaid = expect.stringMatching(/the journal says .*"sender":"ada"/) as string;
  expect(host.journal.verify()).toMatchObject({ ok: false, problem: isSaid });
  expect((await host.doctor()).find(({ check }) => check === "journal")).toMatchObject({ ok: false, text: isSaid });
  await closed(host);
  await expect(openHost(home, own)).rejects.toMatchObject({ code: "lists-altered" });
  rmSync(home, { recursive: true });
});

function lastOf(home: string): number {
  const database = new Database(join(home, "world.db"), { readonly: true });
  const last = Number(database.prepare("SELECT max(sequence) FROM journal").pluck().get());
  database.close();
  return last;
}
