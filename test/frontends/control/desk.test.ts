// The desk of a home that nobody has open: it tells how the home lies there, and opens it for what must be done; and `ouro serve`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../frontends/control/index.js";
import type { Desk, Host } from "../../../frontends/frontend.js";
import { openHost } from "../../../frontends/host.js";
import { deskOf } from "../../../frontends/host-rest.js";
import { ensureBuilt, freshHome, MAIN, ouro } from "../command.js";
import { tinyFile, tinyPackage } from "../tiny-genome.js";
import { serve } from "./served.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const shipped = tinyPackage();

/** A home that was made, used as `use` says, and closed. */
async function used(use: (host: Host) => Promise<unknown> = async () => undefined): Promise<string> {
  const home = join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home");
  const host = await openHost(home, shipped);
  await use(host);
  await host.close();
  return home;
}

/** The desk of a home at rest, and how often it opened the home. */
async function resting(home: string): Promise<{ desk: Desk; opened: () => number }> {
  let count = 0;
  const desk = await deskOf(home, () => ((count += 1), openHost(home, shipped)));
  closing.push(() => desk.close());
  return { desk, opened: () => count };
}

describe("a home at rest", () => {
  test("is read without being opened, and every answer is as its route's schema says", async () => {
    const home = await used((host) => host.send("hello"));
    const { desk, opened } = await resting(home);
    const [{ cell = "" } = {}] = await desk.cells();
    const [{ id = "" } = {}] = (await desk.cell({ cell })).ended;
    const answers: Readonly<Partial<Record<keyof Desk, unknown>>> = {
      status: await desk.status(), cells: await desk.cells({ limit: 1 }), cell: await desk.cell({ cell }), journal: await desk.journal({ last: 3 }),
      effects: await desk.effects({}), approvals: await desk.approvals(), why: await desk.why({ id }), doctor: await desk.doctor(), health: await desk.health(),
    };
    for (const [name, answer] of Object.entries(answers)) expect(ROUTES[name as keyof Desk].result?.parse(answer), name).toEqual(answer);
    expect(answers).toMatchObject({ status: { open: false, outcomes: { done: 1 }, backlog: 0 }, why: { outcome: "done", end: { answer: "> hello" } }, cell: { mailbox: 0, ended: [{ id: expect.stringMatching(/^message-[0-9a-f]{16}$/) as string }] } });
    expect((answers.doctor as { check: string; ok: boolean }[]).filter(({ ok, check }) => !ok && check !== "trials")).toEqual([]);
    expect(await desk.metrics()).toContain("\nouro_queue_depth 0\n");
    await expect(desk.ready()).rejects.toMatchObject({ code: "not-ready" });
    await expect(desk.cell({ cell: "nobody" })).rejects.toMatchObject({ code: "no-cell" });
    expect(opened()).toBe(0);
  });

  test("tells why of what came in and went out by the ids of the queue, open or at rest", async () => {
    const asked = async (desk: Desk) => Promise.all(["in-1", "out-1", "in-2", "in-3", "in-99", "out-99"].map((id) => desk.why({ id })));
    let whenOpen: unknown;
    const home = await used(async (host) => {
      await host.send("hello");
      await host.send("/status");
      await host.send("fail");
      whenOpen = await asked(host.desk);
    });
    const { desk, opened } = await resting(home);
    const told = await asked(desk);
    expect(told).toEqual(whenOpen);
    for (const each of told) expect(ROUTES.why.result?.parse(each)).toEqual(each);
    expect(told).toMatchObject([
      { id: "in-1", about: "input", outcome: "done", input: { text: "hello" }, end: { answer: "> hello" } },
      { id: "out-1", about: "message", outcome: "sent", ground: "It was sent. It was tried once. It answers in-1.", next: "", input: { text: "hello" }, end: { answer: "> hello" } },
      { id: "in-2", about: "message", outcome: "done", ground: "A command, which was obeyed at once and asked for no turn." },
      { id: "in-3", about: "input", outcome: "failed", ground: expect.stringMatching(/^user-error/) as string },
      { id: "in-99", about: "nothing", outcome: "never seen" }, { id: "out-99", about: "nothing", outcome: "never seen" },
    ]);
    expect(opened()).toBe(0);
  });

  test("is opened for a message, and can be read again afterwards", async () => {
    const { desk, opened } = await resting(await used());
    expect(await desk.send({ text: "hello" })).toEqual({ answer: "> hello" });
    expect((await desk.status()).outcomes.done).toBe(1);
    await expect(desk.release({ cell: "nobody" })).rejects.toMatchObject({ code: "not-quarantined" });
    expect(opened()).toBe(2);
  });

  test.each([["approve", "done", "approved"], ["deny", "failed", "denied"]] as const)("%s: what waits for a person's word is decided, and its turn comes to its end", async (act, outcome, told) => {
    const home = await used(async (host) => {
      const lost = host.send("store").catch((error: { code: string }) => error.code);
      await expect.poll(() => host.send("/approvals"), { timeout: 30_000 }).toMatch(/store\/put!/);
      void lost;
    });
    const { desk } = await resting(home);
    const [{ id = "", input = "" } = {}] = await desk.approvals();
    expect(await desk.status()).toMatchObject({ approvals: 1, backlog: 1 });
    expect(await desk.why({ id: input })).toMatchObject({ outcome: "waiting", next: expect.stringContaining(id.slice(0, 8)) as string });
    await expect(desk[act]({ id: "ffffffff" })).rejects.toMatchObject({ code: "no-approval" });
    expect(await desk[act]({ id: id.slice(0, 8) })).toEqual({ [told]: id });
    expect(await desk.approvals()).toEqual([]);
    expect(await desk.why({ id: input })).toMatchObject({ outcome });
  });

  test("a turn that needs a while to come to its question again is waited for", async () => {
    const slow = tinyPackage({ "turn/turn.scm": tinyFile("turn/turn.scm").replace('((equal? text "store")', '((equal? text "store") (let loop ((n 1000000)) (if (> n 0) (loop (- n 1))))') });
    const home = join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home");
    const host = await openHost(home, slow);
    void host.send("store").catch(() => undefined);
    await expect.poll(() => host.desk.approvals(), { timeout: 120_000 }).toHaveLength(1);
    await host.close();
    const { desk } = await resting(home);
    const [{ id = "", input = "" } = {}] = await desk.approvals();
    expect(await desk.approve({ id })).toEqual({ approved: id });
    expect(await desk.why({ id: input })).toMatchObject({ outcome: "done" });
  }, 300_000);

  test("send: told to end while a person is asked, it ends in order, and the question stays", async () => {
    const home = await used();
    const child = spawn(process.execPath, [MAIN, "--home", home, "send", "store"], { stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const ended = once(child, "exit");
    await expect.poll(async () => (await ouro(["approvals", "--json"], { home })).output, { timeout: 120_000 }).toContain("store/put!");
    child.kill("SIGTERM");
    expect(await ended).toEqual([1, null]);
    expect(errors).toMatch(/^ouro: told to end before there was an answer \[interrupted\]\n {2}What was accepted goes on/);
    const { desk } = await resting(home);
    expect(await desk.status()).toMatchObject({ open: false, approvals: 1, backlog: 1 });
  }, 300_000);

  test("that an owner holds without a socket is busy, and is asked as soon as the owner listens or leaves", async () => {
    const home = await used();
    const owner = await openHost(home, shipped);
    const asked = resting(home);
    await owner.close();
    expect((await (await asked).desk.status()).open).toBe(false);
    for (const close of closing.splice(0)) await close();
    const served = await serve(home);
    closing.push(() => served.close());
    expect((await (await resting(home)).desk.status()).open).toBe(true);
  });

  test("whose journal was changed, or lost its end, is told so by doctor", async () => {
    const home = await used((host) => host.send("hello"));
    const head = readFileSync(join(home, "journal.head"), "utf8");
    writeFileSync(join(home, "journal.head"), head.replace(/"[0-9a-f]+"\)/, '"00")'));
    const journal = async () => (await (await resting(home)).desk.doctor()).find(({ check }) => check === "journal");
    expect(await journal()).toMatchObject({ ok: false, text: expect.stringContaining("head kept outside the database") as string });
  });

  test("whose journal was changed at its beginning, long ago, is told so by doctor", async () => {
    const home = await used(async (host) => {
      for (let count = 0; count < 220; count += 1) await host.vault.accept();
    });
    const database = new Database(join(home, "world.db"));
    database.prepare("UPDATE journal SET body = replace(body, ':commit', ':comnit') WHERE kind = 'genome'").run();
    database.close();
    const { desk } = await resting(home);
    expect((await desk.doctor()).find(({ check }) => check === "journal")).toMatchObject({ ok: false, text: expect.stringMatching(/entry 1\b/) as string });
  });

  test("whose only turn has failed has a cell all the same", async () => {
    const home = await used((host) => host.send("fail"));
    const { desk } = await resting(home);
    expect((await desk.cells()).map(({ mailbox }) => mailbox)).toEqual([0]);
    expect((await desk.cell({ cell: (await desk.cells())[0]?.cell ?? "" })).ended).toMatchObject([{ outcome: "failed" }]);
  });
});

test("a message that is sent again by its id runs once, and is answered the same, also by the next owner", async () => {
  const served = await serve();
  const again = { method: "POST", path: "/v1/messages", body: JSON.stringify({ text: "hello", id: "mine" }) };
  expect([(await served.ask(again)).text, (await served.ask(again)).text]).toEqual(['{"answer":"> hello"}', '{"answer":"> hello"}']);
  await served.close();
  const { desk } = await resting(served.home);
  expect(await desk.send({ text: "hello", id: "mine" })).toEqual({ answer: "> hello" });
  expect((await desk.status()).outcomes.done).toBe(1);
});

test("commands that send at the same time are all answered, whoever of them opens the home", async () => {
  const home = await used();
  const texts = ["one", "two", "three", "four"];
  const ended = await Promise.all(texts.map((text) => ouro(["send", text], { home })));
  expect(ended.map(({ output, errors }) => errors === "" ? output.trim() : errors)).toEqual(texts.map((text) => expect.stringContaining(text)));
});

test("ouro serve answers by HTTP with the home's token, other commands go through it, and Ctrl-C closes it", async () => {
  ensureBuilt();
  const home = freshHome();
  const owner = spawn(process.execPath, [MAIN, "--home", home, "serve", "--http", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise<number | null>((resolve) => owner.once("close", resolve));
  let output = "";
  const address = await new Promise<string>((resolve) => {
    owner.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [, found] = /^.* is open at (http:\S+)\n/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  try {
    const token = readFileSync(join(home, "control.token"), "utf8").trim();
    expect((await fetch(`${address}/v1/health`)).status).toBe(401);
    expect(await (await fetch(`${address}/v1/ready`, { headers: { authorization: `Bearer ${token}` } })).json()).toMatchObject({ ready: true });
    expect((await ouro(["doctor"], { home })).output).toMatch(/^ok {3}journal: \d+ entries; the chain of the first/m);
    expect(await ouro(["control", "health"], { home })).toEqual({ status: 0, output: '{"healthy":true}\n', errors: "" });
    expect(await ouro(["control", "journal", "last=none"], { home })).toMatchObject({ status: 1, errors: expect.stringContaining("[invalid-request]") as string });
    expect(await ouro(["approvals"], { home })).toEqual({ status: 0, output: "Nothing waits for your word.\n", errors: "" });
    expect(await ouro(["why", "nothing"], { home })).toMatchObject({ status: 1, output: expect.stringMatching(/^nothing: never seen\n/) as string });
  } finally {
    owner.kill("SIGINT");
  }
  expect(await closed).toBe(0);
  expect((await ouro(["control", "status"], { home })).output).toContain('"open":false');
}, 180_000);
