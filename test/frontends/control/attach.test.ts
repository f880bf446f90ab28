// A terminal attached to the agent of another process: the same host, over the socket, for those who have the token.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createConnection } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { attach } from "../../../frontends/control/index.js";
import type { EvolveEvent, Host, LiveEvent, Session } from "../../../frontends/frontend.js";
import { serve, type Served } from "./served.js";

let shared: Served;
beforeAll(async () => {
  shared = await serve();
});
afterAll(() => shared.close());

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A terminal of the agent that the tests share, or of another. */
async function attached(served = shared): Promise<{ served: Served; remote: Host }> {
  const remote = await attach(served.home);
  if (remote === undefined) throw new Error("nobody listens");
  closing.push(() => remote.close());
  return { served, remote };
}

/** What a session is asked; each answer is compared between a session here and one over the socket. */
const QUESTIONS: readonly (readonly [string, (session: Session) => unknown])[] = [
  ["a value", (session) => session.evaluate("(+ 1 2) (values 3 4)")],
  ["a definition", (session) => session.evaluate("(define (twice x) \"Twice it.\" (* 2 x))")],
  ["a value that follows from it", (session) => session.evaluate("(twice 21)")],
  ["the last values", (session) => session.evaluate("(list *1 *2)")],
  ["an error with its place", (session) => session.evaluate("(car\n 5)", "file.scm", { line: 7, column: 3 })],
  ["a restart", (session) => session.restart("abort")],
  ["an error that takes a value", (session) => session.evaluate("(+ 1 (raise-continuable 'odd))")],
  ["the value", (session) => session.restart("use-value", "41")],
  ["a text that is not whole", (session) => session.isComplete("(+ 1")],
  ["Lisp", (session) => session.isLisp("twice")],
  ["no Lisp", (session) => session.isLisp("good morning")],
  ["completion", (session) => session.complete("twi")],
  ["documentation", (session) => session.documentation("twice")],
  ["no documentation", (session) => session.documentation("nothing-of-that-name")],
  ["the source", (session) => session.source("twice")],
  ["a description", (session) => session.describe("map")],
  ["the code", (session) => session.disassemble("echo")],
  ["an expansion", (session) => session.expand("(when 1 2)", "full")],
  ["a trace", (session) => session.trace("twice")],
  ["what is traced no more", (session) => session.untrace()],
  ["a look into a value", (session) => session.inspect("{:a [1 2]}")],
  ["a part of it", (session) => session.inspectPart(0)],
  ["the whole again", (session) => session.inspectPart()],
  ["no whole above it", (session) => session.inspectPart()],
  ["the libraries", (session) => session.libraries()],
];

test("a session answers over the socket as it does here", async () => {
  const { served, remote } = await attached();
  const [near, far] = [served.host.session(), remote.session()];
  for (const [what, ask] of QUESTIONS) expect(await ask(far), what).toEqual(await ask(near));
  await near.evaluate("(let loop ((n 100)) (if (> n 0) (loop (- n 1))))");
  await far.evaluate("(let loop ((n 100)) (if (> n 0) (loop (- n 1))))");
  expect({ steps: far.steps, bytes: far.bytes }).toEqual({ steps: near.steps, bytes: near.bytes });
  expect(far.steps).toBeGreaterThan(100);
});

test("what is wrong with a form is told with its code", async () => {
  const { remote } = await attached();
  await expect(remote.session().expand("(let ((x)) x", "full")).rejects.toMatchObject({ code: "unexpected-end", message: expect.stringMatching(/\S/) as string });
});

test("a host answers over the socket as it does here, and a patch made there is in force", async () => {
  const { served, remote } = await attached();
  expect(await remote.send("hello")).toBe("> hello");
  expect(await remote.session().evaluate('(define (echo text) "Louder." (string-append "! " text))')).toMatchObject({ ok: true });
  expect(await served.host.send("hello")).toBe("! hello");
  expect(await remote.genome.patches()).toEqual(served.host.genome.patches());
  await remote.genome.unpatch("echo");
  expect(served.host.genome.patches()).toEqual([]);
  expect(await remote.genome.log()).toEqual(await served.host.genome.log());
  expect(await remote.status()).toEqual(await served.host.status());
  expect(await remote.desk.cells({ limit: 1 })).toEqual(await served.host.desk.cells({ limit: 1 }));
  expect(await remote.journal.verify()).toEqual(served.host.journal.verify());
  expect(await remote.journal.problemAtEnd()).toBeUndefined();
  expect(await remote.journal.show({ last: 2 })).toEqual(served.host.journal.show({ last: 2 }));
  await remote.vault.put("key", "hunter2hunter2", ["https://example.org"]);
  expect(await remote.vault.names()).toEqual(["key (https://example.org)"]);
  await remote.vault.delete("key");
  await expect(remote.genome.unpatch("nothing")).rejects.toMatchObject({ code: "no-patch", hint: expect.stringContaining("patches") as string });
});

test("what a form prints comes before its result, what it reads is asked for, and a fork shares definitions", async () => {
  const { remote } = await attached();
  const seen: string[] = [];
  const lines = ["first\n", "second\n", undefined];
  const session = remote.session({ output: (text) => void seen.push(`out ${text}`), errors: (text) => void seen.push(`err ${text}`), input: async () => lines.shift() });
  const result = await session.evaluate('(display "a") (display "b" (current-error-port)) (display "c") (list (read-line) (read-line) (read-line))', "repl", { report: (printed) => void seen.push(`value ${printed}`) });
  expect(result).toEqual({ ok: true, printed: ['("first" "second" #<eof>)'] });
  expect(seen).toEqual(["out a", "err b", "out c", 'value ("first" "second" #<eof>)']);
  await session.evaluate("(define shared 5)");
  const printed: string[] = [];
  expect(await session.fork({ output: (text) => void printed.push(text) }).evaluate("(display shared) shared")).toEqual({ ok: true, printed: ["5"] });
  expect(printed).toEqual(["5"]);
});

test("an interrupt ends what runs or waits there, and so does a terminal that goes away", async () => {
  const { served, remote } = await attached();
  let begun = () => {};
  const started = () => new Promise<void>((resolve) => (begun = resolve));
  const first = started();
  const session = remote.session({ output: () => begun(), input: (signal) => new Promise((resolve) => { begun(); signal.addEventListener("abort", () => resolve(undefined)); }) });
  const looping = session.evaluate('(display "on") (let loop () (loop))');
  await first;
  session.interrupt();
  expect(await looping).toMatchObject({ ok: false, error: { code: "interrupted" } });
  const second = started();
  const reading = session.evaluate("(read-line)");
  await second;
  session.interrupt();
  expect(await reading).toMatchObject({ ok: false, error: { code: "interrupted" } });
  const third = started();
  const left = session.evaluate('(display "on") (let loop ((count 0)) (store/put! "count" count) (loop (+ count 1)))');
  const lost = expect(left).rejects.toMatchObject({ code: "owner-gone" });
  await third;
  await remote.close();
  await lost;
  const written = async (): Promise<number> => {
    const before = served.host.journal.show({ last: 1 })[0]?.sequence;
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    return (served.host.journal.show({ last: 1 })[0]?.sequence ?? 0) - (before ?? 0);
  };
  await expect.poll(written, { timeout: 60_000 }).toBe(0);
});

test("rounds report as they go, and end at a word", async () => {
  const { remote } = await attached();
  const events: EvolveEvent[] = [];
  expect(await remote.desk.budgets()).toEqual([]);
  const report = await remote.evolve({ rounds: 1, seed: 3, policies: ["none"] }, (event) => void events.push(event));
  expect(report).toMatchObject({ seed: 3, rounds: [{ round: 1, policy: "none", adopted: false, gate: "score" }] });
  expect(events.map(({ kind }) => kind)).toContain("read");
  expect(await remote.desk.rounds({ last: 1 })).toEqual(report.rounds);
  const controller = new AbortController();
  const stuck = remote.evolve({ rounds: 5, policies: ["stuck"], signal: controller.signal }, ({ kind }) => { if (kind === "read") controller.abort(); });
  expect((await stuck).rounds.length).toBeLessThan(2);
});

test("what happens is told as it happens, and when the agent ends, that is told too", async () => {
  const { served, remote } = await attached(await serve());
  closing.push(() => served.close());
  const events: LiveEvent[] = [];
  const said: string[] = [];
  remote.watch((event) => void events.push(event));
  remote.listen((text) => void said.push(text));
  await remote.send("hello");
  await expect.poll(() => events.map(({ kind }) => kind), { timeout: 60_000 }).toEqual(expect.arrayContaining(["started", "outcome"]));
  const lost = remote.send("store").catch((error: { code: string }) => error.code);
  await expect.poll(() => said.join(), { timeout: 60_000 }).toMatch(/store\/put! .* waits for your word/);
  await served.control.close();
  expect(await lost).toBe("owner-gone");
  await expect.poll(() => events.at(-1)?.kind, { timeout: 60_000 }).toBe("failed");
  await expect(remote.send("hello")).rejects.toMatchObject({ code: "owner-gone" });
  expect(await attach(served.home)).toBeUndefined();
});

test("a secret of the vault goes over no wire, printed, returned or told", async () => {
  const { served, remote } = await attached();
  const secret = "correct horse battery";
  await served.host.vault.put("key", secret, ["https://example.org"]);
  const seen: string[] = [];
  const session = remote.session({ output: (text) => void seen.push(text) });
  remote.watch((event) => void seen.push(JSON.stringify(event)));
  seen.push(JSON.stringify(await session.evaluate(`(display "${secret}") "${secret}"`)), await remote.send(secret), await remote.redact(`it is ${secret}`));
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.join()).not.toContain(secret);
});

describe("who may attach", () => {
  const ask = (served: Served, { token, path = "/v1/attach", host = "localhost", protocol = "ouro-terminal", port }: { token?: string; path?: string; host?: string; protocol?: string; port?: string }): Promise<number | undefined> => {
    const own = readFileSync(join(served.home, "control.token"), "utf8").trim();
    return new Promise((resolve, reject) => {
      const place = port === undefined ? { socketPath: join(served.home, "control.sock") } : { host: "127.0.0.1", port };
      const asked = request({ ...place, path, headers: { host, authorization: `Bearer ${token ?? own}`, connection: "upgrade", upgrade: protocol } }, (response) => (response.resume(), resolve(response.statusCode)));
      asked.once("upgrade", (_response, wire) => (wire.destroy(), resolve(101))).once("error", reject).end();
    });
  };

  test("only by the socket, with the home's token, by a name of the loopback", async () => {
    const { served } = await attached();
    expect(await ask(served, {})).toBe(101);
    expect(await ask(served, { token: "x".repeat(43) })).toBe(401);
    expect(await ask(served, { host: "evil.example" })).toBe(403);
    expect(await ask(served, { path: "/v1/status" })).toBe(404);
    expect(await ask(served, { protocol: "websocket" })).toBe(404);
    expect(await ask(served, { port: new URL(served.control.httpAddress ?? "").port })).toBe(404);
  });

  test.each([["no JSON", "what is this?"], ["no request", "[1]"], ["a number that is none", '{"id":-1,"part":"host","member":"status","operands":[]}'], ["no part", '{"id":1,"part":"world","member":"close","operands":[]}']])("%s ends the connection, and the agent goes on", async (_title, line) => {
    const { served } = await attached();
    const token = readFileSync(join(served.home, "control.token"), "utf8").trim();
    const socket = createConnection(join(served.home, "control.sock"));
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.write(`GET /v1/attach HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\nconnection: upgrade\r\nupgrade: ouro-terminal\r\n\r\n`);
    socket.once("data", () => socket.write(`${line}\n`));
    await ended;
    expect(await served.host.send("hello")).toBe("> hello");
  });

  test("members that are not listed are no calls, and operands are checked", async () => {
    const { served } = await attached();
    const token = readFileSync(join(served.home, "control.token"), "utf8").trim();
    const replies = await new Promise<string>((resolve) => {
      const socket = createConnection(join(served.home, "control.sock"));
      let text = "";
      socket.setEncoding("utf8").on("data", (part: string) => {
        if (text === "") for (const [id, line] of LINES.entries()) socket.write(`${JSON.stringify({ id, operands: [], ...line })}\n`);
        text += part;
        if (text.split("\n").filter((line) => line.startsWith("{")).length === LINES.length) socket.destroy();
      }).once("close", () => resolve(text));
      socket.write(`GET /v1/attach HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\nconnection: upgrade\r\nupgrade: ouro-terminal\r\n\r\n`);
    });
    const codes = replies.split("\n").filter((line) => line.startsWith("{")).map((line) => (JSON.parse(line) as { id: number; error?: { code: string } })).sort((one, other) => one.id - other.id);
    expect(codes.map(({ error }) => error?.code)).toEqual(["no-route", "no-route", "no-route", "invalid-request", "invalid-request", "no-session", "no-cell"]);
  });

  const LINES = [
    { part: "host", member: "close" }, { part: "host", member: "constructor" }, { part: "session", member: "fork" }, { part: "host", member: "send" },
    { part: "genome", member: "diff", operands: ["a", 1] }, { part: "session", member: "libraries", session: 9 }, { part: "desk", member: "cell", operands: [{ cell: "nobody" }] },
  ];
});
