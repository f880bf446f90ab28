// The host: one owner of a home, messages, rounds, hot patches, approvals and rollback, and all of it after a restart.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import type { EvolveEvent } from "../../frontends/frontend.js";
import { openHost, type OpenHost } from "../../frontends/host.js";
import { tinyFile, tinyPackage } from "./tiny-genome.js";

const shipped = tinyPackage();
const open = new Set<OpenHost>();

async function start(home = freshHome(), own = shipped): Promise<OpenHost> {
  const host = await openHost(home, own);
  open.add(host);
  return host;
}

async function stop(host: OpenHost): Promise<void> {
  open.delete(host);
  await host.close();
}

function freshHome(): string {
  return join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home");
}

afterEach(async () => {
  for (const host of open) await stop(host);
});

const watchNothing = (): void => undefined;
const ECHO = '(define (echo text) "Louder." (string-append ">> " text))';

test("a loop whose cell is held is not waited for: it says so and what to do, and goes on once it is released", async () => {
  const home = freshHome();
  await stop(await start(home));
  const database = new Database(join(home, "world.db"));
  database.prepare("INSERT INTO world_quarantine VALUES ('evolution', 'deaths: the process ended twice', 1, 1)").run();
  database.close();
  const host = await start(home);
  const refused = { code: "evolution-held", message: expect.stringContaining("the process ended twice") as string, hint: expect.stringContaining("ouro cell release evolution") as string };
  await expect(host.evolve({ rounds: 1, seed: 1, budget: 4 }, watchNothing)).rejects.toMatchObject(refused);
  await host.desk.release({ cell: "evolution" });
  expect((await host.evolve({ rounds: 1, seed: 1, budget: 4 }, watchNothing)).rounds).toHaveLength(1);
});

describe("a home", () => {
  test("is made once, is its owner's alone, and is the same when it is opened again", async () => {
    const home = freshHome();
    const first = await start(home);
    expect(first.isNew).toBe(true);
    const findings = await first.doctor();
    expect(findings.filter(({ ok, check }) => !ok && check !== "trials")).toEqual([]);
    await stop(first);
    const second = await start(home);
    expect(second.isNew).toBe(false);
    expect(await second.genome.log()).toHaveLength(1);
  });

  test("that another has open is refused before anything in it is touched", async () => {
    const home = freshHome();
    const host = await start(home);
    const upstream = () => readFileSync(join(home, "genome", ".git", "refs", "heads", "upstream"), "utf8");
    const before = upstream();
    await expect(openHost(home, tinyPackage({ "policy/echo.scm": "" }))).rejects.toMatchObject({ code: "home-busy" });
    expect(upstream()).toBe(before);
    expect(await host.send("still here")).toBe("> still here");
  });

  test.each([
    ["a file in its place", () => { const file = freshHome().replace(/\/home$/, "/file"); writeFileSync(file, ""); return file; }, "home-unusable"],
    ["a folder that cannot be made", () => "/dev/null/home", "home-unusable"],
  ])("that cannot be used says so: %s", async (_title, home, code) => {
    await expect(openHost(home(), shipped)).rejects.toMatchObject({ code, hint: expect.stringContaining("--home") as string });
  });

  test("that could not be opened is free again", async () => {
    const home = freshHome();
    await expect(openHost(home, { ...shipped, genome: "/nowhere" })).rejects.toMatchObject({ code: "not-installed" });
    await start(home);
  });

  test("missing Git is told as such", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    try {
      await expect(openHost(freshHome(), shipped)).rejects.toMatchObject({ code: "git-missing" });
    } finally {
      process.env["PATH"] = path;
    }
  });

  test("doctor finds what is wrong", async () => {
    const home = freshHome();
    const host = await start(home);
    writeFileSync(join(home, "genome", "policy", "echo.scm"), "; edited");
    const bad = (await host.doctor()).filter(({ ok }) => !ok).map(({ check }) => check);
    expect(bad).toContain("genome's folder");
  });
});

describe("a message", () => {
  test("is answered by a committed turn, and what fails says why", async () => {
    const host = await start();
    expect(await host.send("hello")).toBe("> hello");
    expect(await host.send("fail")).toMatch(/^That failed\. user-error: it failed 42/);
    expect(await Promise.all(["a", "b", "c"].map((text) => host.send(text)))).toEqual(["> a", "> b", "> c"]);
    expect(host.journal.verify()).toMatchObject({ ok: true });
  });

  test("that waits for a person's word says so, and goes on with it", async () => {
    const host = await start();
    const heard: string[] = [];
    host.listen((text) => heard.push(text));
    for (const [word, answer] of [["approve", /^1$/], ["deny", /^That failed\. effect-denied/]] as const) {
      heard.length = 0;
      const waiting = host.send("store");
      await expect.poll(() => heard.at(-1)).toMatch(/^store\/put! .* waits for your word: a person decides\n\/approve/);
      const [{ id } = { id: "" }] = await host.desk.approvals();
      for (const start of ["", id.slice(0, 1), id.slice(0, 3)])
        await expect(word === "approve" ? host.desk.approve({ id: start }) : host.desk.deny({ id: start })).rejects.toMatchObject({ code: "no-approval" });
      expect(await host.send(`/${word} ${id.slice(0, 2)}`)).toMatch(/^That failed\. .* too little of an id/);
      expect(await host.send(`/${word}`)).toMatch(new RegExp(`^store/put! .* waits for your word: a person decides\n/approve ${id.slice(0, 10)} or /deny`));
      expect(await host.desk.approvals()).toHaveLength(1);
      expect(await host.send(`/${word} ${id.slice(0, 10)}`)).toMatch(/^store\/put! is /);
      expect(await waiting).toMatch(answer);
    }
    expect(await host.send("/approve")).toBe("Nothing waits for your word.");
    expect(await host.send("/approve 0123456789")).toMatch(/^Nothing of that id waits/);
  });

  test("that asks to be woken later is heard of then", async () => {
    const host = await start();
    const heard: string[] = [];
    host.listen((text) => heard.push(text));
    expect(await host.send("later")).toBe("> later");
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual(["tea is ready"]);
  });

  test("that runs for ever can be stopped", async () => {
    const host = await start();
    const running = host.send("loop");
    await expect.poll(() => host.send("/stop")).toBe("Stopped.");
    expect(await running).toMatch(/^Stopped: turn-stopped/);
    expect(await host.send("/stop")).toBe("Nothing is running.");
    expect(await host.send("/stop banana")).toMatch(/^Nothing was stopped/);
  });

  test("that was under way when the process closed is answered by the next one, once", async () => {
    const home = freshHome();
    const first = await start(home);
    const lost = first.send("store").catch((error: { code: string }) => error.code);
    await expect.poll(() => first.send("/approvals")).toMatch(/store\/put!/);
    await stop(first);
    expect(await lost).toBe("world-closed");
    const second = await start(home);
    const heard: string[] = [];
    second.listen((text) => heard.push(text));
    await expect.poll(() => second.desk.approvals()).toHaveLength(1);
    const [{ id } = { id: "" }] = await second.desk.approvals();
    expect(await second.send(`/approve ${id}`)).toBe("store/put! is approved.");
    await expect.poll(() => heard).toContain("1");
    expect(heard.filter((text) => text === "1")).toHaveLength(1);
  });

  test("to the embedded model is a turn of the genome itself", async () => {
    expect(await (await start()).send("model")).toBe("> inner");
  });
});

describe("a round", () => {
  test("tells its steps, is adopted, and the world runs what it adopted", async () => {
    const host = await start();
    const events: EvolveEvent[] = [];
    const { seed, rounds } = await host.evolve({ rounds: 2, policies: ["none", "echo"] }, (event) => events.push(event));
    expect(seed).toBeGreaterThan(0);
    expect(rounds).toMatchObject([
      { round: 1, policy: "none", adopted: false, gate: "score", evaluations: 7 },
      { round: 2, adopted: true, proposer: "search", evaluations: 3 },
    ]);
    expect(events.map(({ round, kind }) => `${round} ${kind}`)).toEqual(["1 read", "2 read", "2 write", "2 continue"]);
    expect(await host.status()).toMatchObject({ genome: rounds[1]?.commit, problem: "none", rounds: 2, probations: [{ commit: rounds[1]?.commit }] });
    expect((await host.genome.log())[0]).toMatchObject({ commit: rounds[1]?.commit });
    expect(await host.genome.diff("upstream", "main")).toContain('+      (string-append "2" text))');
  });

  test("numbers go on after a restart, and an aborted signal ends the run", async () => {
    const home = freshHome();
    const first = await start(home);
    await first.evolve({ rounds: 1, policies: ["none"] }, watchNothing);
    await stop(first);
    const second = await start(home);
    const controller = new AbortController();
    const run = second.evolve({ rounds: 5, policies: ["stuck"], signal: controller.signal }, () => controller.abort());
    expect((await run).rounds).toMatchObject([{ round: 2, adopted: false, gate: "stopped" }]);
  });

  test("that a close interrupts goes on by itself, and is told of next time", async () => {
    const home = freshHome();
    const first = await start(home);
    const lost = first.evolve({ rounds: 1, policies: ["stuck"] }, watchNothing).catch((error: { code: string }) => error.code);
    await expect.poll(async () => (await first.status())["unfinished rounds"]).toBe(1);
    await stop(first);
    expect(await lost).toBe("world-closed");
    const second = await start(home);
    const events: EvolveEvent[] = [];
    const controller = new AbortController();
    const run = second.evolve({ rounds: 0, signal: controller.signal }, (event) => events.push(event));
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort();
    expect((await run).rounds).toEqual([]);
    expect(events.at(-1)).toMatchObject({ round: 1, kind: "recovered" });
  });

  test("on probation is taken back when turns fail, and the world runs the revert", async () => {
    const host = await start();
    await host.evolve({ rounds: 1, policies: ["echo"] }, watchNothing);
    const adopted = (await host.status())["genome"];
    for (let count = 0; count < 12; count++) await host.send("fail");
    const events: EvolveEvent[] = [];
    await host.evolve({ rounds: 1, policies: ["none"] }, (event) => events.push(event));
    expect(await host.status()).toMatchObject({ probations: [] });
    expect((await host.status())["genome"]).not.toBe(adopted);
    expect(await host.send("x")).toBe("> x");
    expect((await host.genome.log())[0]?.subject).toMatch(/^Revert/);
  });
});

describe("the genome", () => {
  test("a hot patch is in force at once, survives a restart, and unpatch takes it away", async () => {
    const home = freshHome();
    const first = await start(home);
    expect(await first.session().evaluate(ECHO)).toMatchObject({ ok: true });
    expect(await first.send("x")).toBe(">> x");
    await stop(first);
    const second = await start(home);
    expect(await second.send("x")).toBe(">> x");
    expect(second.genome.patches()).toMatchObject([{ library: "(genome policy echo)", name: "echo" }]);
    await second.genome.unpatch("echo");
    expect(await second.send("x")).toBe("> x");
    await expect(second.genome.unpatch("echo")).rejects.toMatchObject({ code: "no-patch" });
  });

  test("a promoted patch becomes a commit that keeps what is around it; other patches stay in force", async () => {
    const host = await start();
    const session = host.session();
    await session.evaluate(ECHO);
    await session.evaluate('(define (decide-effect effect) {:decision :allow :rule "all" :reason "all"})');
    const result = await host.genome.promote("echo");
    expect(result).toMatchObject({ adopted: true, proposer: "person" });
    expect(host.genome.patches().map(({ name }) => name)).toEqual(["decide-effect"]);
    expect(await host.send("x")).toBe(">> x");
    expect(await host.genome.diff("upstream", "main")).toMatch(/^ {3}\(begin\n-(.*\n)*\+ {4}\(define \(echo text\) "Louder\."/m);
    await expect(host.genome.promote("echo")).rejects.toMatchObject({ code: "no-patch" });
  });

  test("a commit may be named by steps back from a branch", async () => {
    const host = await start();
    await host.evolve({ rounds: 2, policies: ["echo"], seed: 3 }, watchNothing);
    const [newest, before, first] = (await host.genome.log()).map(({ commit }) => commit);
    expect(await host.genome.diff("HEAD^", "HEAD")).toBe(await host.genome.diff(before ?? "", newest ?? ""));
    expect(await host.genome.diff("upstream", "main~2")).toBe("upstream and main~2 are the same.");
    expect(await host.genome.diff("main~1^", first ?? "")).toContain("the same");
    await host.genome.rollback("HEAD", "the newest was wrong");
    expect(await host.genome.diff("main", before ?? "")).toContain("the same");
    for (const name of ["HEAD~40", "HEAD~x", "nobody"]) await expect(host.genome.rollback(name, "x")).rejects.toMatchObject({ code: "unknown-commit" });
  });

  test("edits in the genome's folder are told before a round spends anything", async () => {
    const home = freshHome();
    const host = await start(home);
    writeFileSync(join(home, "genome", "policy", "echo.scm"), "; edited by hand\n");
    await expect(host.evolve({ rounds: 1, policies: ["echo"], seed: 3 }, watchNothing)).rejects.toMatchObject({ code: "lineage-dirty" });
    expect((await host.status())["rounds"]).toBe(0);
  });

  test("rollback undoes a commit named by a few digits, and ends its probation", async () => {
    const host = await start();
    const { rounds: [round] } = await host.evolve({ rounds: 1, policies: ["echo"] }, watchNothing);
    expect(await host.send("x")).toBe("1x");
    const revert = await host.genome.rollback(round?.commit?.slice(0, 8) ?? "", "it was wrong");
    expect(await host.status()).toMatchObject({ genome: revert, probations: [] });
    expect(await host.send("x")).toBe("> x");
    expect((await host.genome.log())[0]?.body).toContain("it was wrong");
    await expect(host.genome.rollback("ffffffff", "x")).rejects.toMatchObject({ code: "unknown-commit" });
  });

  test("a protected change waits for a person, and the gates judge it with that approval", async () => {
    const host = await start();
    await host.session().evaluate('(define (decide-effect effect) {:decision :allow :rule "all" :reason "all"})');
    const waiting = await host.genome.promote("decide-effect");
    expect(waiting).toMatchObject({ adopted: false, awaitsPerson: true });
    expect((await host.status())["waiting for a person"]).toMatchObject([{ commit: waiting.commit }]);
    await expect(host.genome.approve("ffff")).rejects.toMatchObject({ code: "nothing-to-approve" });
    const judged = await host.genome.approve(waiting.commit?.slice(0, 8) ?? "");
    expect(judged.gate).not.toBe("constitution");
    expect(host.journal.show({ last: 100 }).some(({ kind, text }) => kind === "operator" && text.includes(":approved"))).toBe(true);
  });

  test("a genome on main that does not load leaves the old one in force, and doctor says so", async () => {
    const home = freshHome();
    const host = await start(home);
    const broken = tinyFile("policy/echo.scm").replace("(string-append", "(no-such-procedure");
    const result = await host.session().evaluate(`(define base (lineage/head))
      (define candidate (lineage/propose! base {:file "policy/echo.scm" :text ${JSON.stringify(broken)}} "breaks"))
      (lineage/adopt! (:commit candidate) base)`);
    expect(result).toMatchObject({ ok: true });
    await stop(host);
    const again = await start(home);
    expect(await again.send("x")).toBe("> x");
    expect((await again.status())["problem"]).toContain("no-such-procedure");
    expect((await again.doctor()).find(({ check }) => check === "genome")).toMatchObject({ ok: false });
  });

  test("a shipped upgrade waits on upstream and leaves main alone", async () => {
    const home = freshHome();
    await stop(await start(home));
    const host = await start(home, tinyPackage({ "policy/echo.scm": tinyFile("policy/echo.scm").replace('"> "', '"# "') }));
    expect(await host.send("x")).toBe("> x");
    expect(await host.genome.diff("main", "upstream")).toContain('+      (string-append "# " text)');
  });
});

describe("a session", () => {
  test.each([
    ["(echo \"x\")", ['"> x"']],
    ["(store/put! \"k\" {:a 1}) (:value (store/get \"k\"))", ["{:version 1}", "{:a 1}"]],
    ["(patches)", ["[]"]],
    ["(guard (e (#t (condition-code e))) (unpatch! 'nothing))", [":no-patch"]],
    ["(guard (e (#t (condition-code e))) (ouroboros! :colour 3))", [":wrong-operand"]],
    ["(guard (e (#t (condition-code e))) (store/get 5))", [":invalid-parameters"]],
    ["(:adopted (ouroboros! :rounds 1 :policy 'echo :seed 3))", ["1"]],
  ])("%s", async (text, printed) => {
    const output: string[] = [];
    const host = await start();
    const result = await host.session({ output: (part) => output.push(part) }).evaluate(text);
    expect(result).toMatchObject({ ok: true, printed });
  });

  test("shows the source in force, and documents ports and the host's procedures", async () => {
    const host = await start();
    const session = host.session();
    expect(session.source("echo")).toContain("kept as it is");
    await session.evaluate(ECHO);
    expect(session.source("echo")).toBe(ECHO);
    expect(session.documentation("store/put!")).toContain("[:text text]");
    expect(session.documentation("ouroboros!")).toContain(":rounds");
    expect(session.source("car")).toBeUndefined();
  });

  test("an interrupt ends what it waits for", async () => {
    const host = await start();
    const session = host.session();
    const running = session.evaluate("(ouroboros! :rounds 1 :policy 'stuck)");
    await expect.poll(async () => (await host.status())["unfinished rounds"]).toBe(1);
    session.interrupt();
    expect(await running).toMatchObject({ ok: false, error: { code: "interrupted" } });
    await expect.poll(async () => (await host.status())["unfinished rounds"]).toBe(0);
  });
});

describe("the vault", () => {
  test("keeps secrets that nothing prints, and names them", async () => {
    const home = freshHome();
    const host = await start(home);
    await host.vault.put("key", "hunter2", ["https://api.example.org"]);
    expect(await host.vault.names()).toEqual(["key (https://api.example.org)"]);
    expect((await host.session().evaluate("(vault/names)")).printed.join()).not.toContain("hunter2");
    expect(readFileSync(join(home, "world.db")).includes("hunter2")).toBe(false);
    expect(await host.vault.delete("key")).toBe(true);
    await expect(host.vault.put("bad", "x", ["nonsense"])).rejects.toMatchObject({ code: "vault-invalid-origin" });
  });
});
