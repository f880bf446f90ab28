// The nREPL server through a real client: a session as an editor has it, its interruption, several sessions, and its file.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bareSession } from "../../../frontends/host-bare.js";
import type { EditorServer } from "../../../frontends/frontend.js";
import { startServer } from "../../../frontends/nrepl/index.js";
import { ensureBuilt, MAIN } from "../command.js";
import { Client } from "./client.js";

const folder = mkdtempSync(join(tmpdir(), "ouro-nrepl-"));
const LOOP = "(let loop () (loop))";
let server: EditorServer;

beforeAll(async () => {
  server = await startServer({ session: await bareSession({}), port: 0, folder, version: "1.2.3" });
});
afterAll(() => server.close());

async function opened(): Promise<{ client: Client; session: string }> {
  const client = await Client.connect(server.port);
  const session = String((await client.ask({ op: "clone" })).entry("new-session"));
  return { client, session };
}

test("a session of an editor, message by message", async () => {
  const { client, session } = await opened();
  const say = (op: string, more: Record<string, unknown> = {}) => client.ask({ op, session, ...more });
  const evaluated = async (code: string, more = {}) => say("eval", { code, ...more });

  const described = await say("describe", { "verbose?": "true" });
  expect(Object.keys(described.entry("ops") as object)).toEqual(expect.arrayContaining(["clone", "eval", "interrupt", "stdin", "eldoc", "stacktrace"]));
  expect(described.entry("aux")).toEqual({ "current-ns": "user" });
  expect((await say("ls-sessions")).entry("sessions")).toContain(session);

  expect(await evaluated("(+ 1 2)")).toMatchObject({ values: ["3"], status: ["done"] });
  expect((await evaluated("(+ 1 2)")).replies.every((reply) => reply["session"] === session)).toBe(true);
  expect((await evaluated("1 (values 2 3) \"four\"")).values).toEqual(["1", "2\n3", '"four"']);
  expect((await evaluated('(define (area r) "The area of a circle." (* 3 r r))')).values).toEqual(["area"]);
  expect(await evaluated('(display "to out") (write-string "to err" (current-error-port)) (area 2)')).toMatchObject({ out: "to out", err: "to err", values: ["12"] });
  const streamed = await evaluated('(display "one") 1 (display "two") 2');
  expect(streamed.replies.map((reply) => reply["out"] ?? reply["value"] ?? "done")).toEqual(["one", "1", "two", "2", "done"]);
  expect((await evaluated("(list *1 *2)")).values).toEqual(["(2 1)"]);

  const failed = await evaluated("(car\n 5)", { file: "shapes.scm", line: 7, column: 3 });
  expect(failed.err).toMatch(/^shapes\.scm:7:3: car: .*\[wrong-type\]\n7 \|   \(car\n/);
  expect(failed).toMatchObject({ status: ["eval-error", "done"], values: [] });
  expect(failed.entry("ex")).toBe("wrong-type");
  expect((await evaluated("(define (f x) (car x)) (+ 1 (f 5))")).status).toContain("eval-error");
  const trace = await say("stacktrace");
  expect(trace).toMatchObject({ status: ["done"] });
  expect(trace.entry("class")).toBe("wrong-type");
  expect((trace.entry("stacktrace") as { name: string }[])[0]?.name).toBe("f");
  expect((await evaluated("(+ 1")).entry("ex")).toBe("unexpected-end");
  expect((await evaluated("1 (raise 'odd) 2")).values).toEqual(["1"]);
  expect((await evaluated("1", { ns: "elsewhere" })).status).toEqual(["error", "namespace-not-found", "done"]);

  expect((await say("load-file", { file: "(define loaded 41)\n(+ loaded 1)", "file-name": "x.scm", "file-path": "src/x.scm" })).values).toEqual(["42"]);
  expect((await say("load-file", { file: "\n\n(vector-ref (vector) 1)", "file-path": "src/y.scm" })).err).toMatch(/^src\/y\.scm:3:1: /);

  expect((await say("completions", { prefix: "vector-swap" })).entry("completions")).toEqual([{ candidate: "vector-swap!", type: "function", ns: "user", doc: expect.stringContaining("(vector-swap! ") as string }]);
  expect((await say("complete", { prefix: "are", ns: "user" })).entry("completions")).toMatchObject([{ candidate: "area" }]);
  expect((await say("lookup", { sym: "area" })).entry("info")).toMatchObject({ name: "area", "arglists-str": "[r]", file: "nrepl", line: 1, doc: expect.stringContaining("The area of a circle.") as string });
  expect((await say("info", { sym: "map" })).entry("name")).toBe("map");
  expect((await say("info", { sym: "no-such" })).status).toEqual(["no-info", "done"]);
  expect((await say("eldoc", { sym: "area" })).entry("eldoc")).toEqual([["r"]]);
  expect((await say("eldoc", { sym: "no-such" })).status).toEqual(["no-eldoc", "done"]);

  await evaluated("(define-syntax twice (syntax-rules () ((_ e) (begin e e)))) (define-syntax four (syntax-rules () ((_ e) (twice (twice e)))))");
  expect((await say("macroexpand", { code: "(four (f))", expander: "macroexpand-1" })).entry("expansion")).toBe("(twice (twice (f)))");
  expect((await say("macroexpand", { code: "(four (f))" })).entry("expansion")).toBe("(begin (twice (f)) (twice (f)))");
  expect((await say("macroexpand", { code: "(let ((x 1)) (when x 2))", expander: "macroexpand-all" })).entry("expansion")).toMatch(/^\(let \(\(x 1\)\) \(if x 2/);

  const reading = await client.begin({ op: "eval", session, code: "(list (read-line) (read))" });
  expect((await say("stdin", { stdin: "a line\n(a " })).status).toEqual(["done"]);
  await say("stdin", { stdin: "datum)" });
  expect(await reading.answer).toMatchObject({ values: ['("a line" (a datum))'], status: expect.arrayContaining(["need-input"]) as string[] });
  const ending = await client.begin({ op: "eval", session, code: "(eof-object? (read-char))" });
  await say("stdin", { stdin: "" });
  expect((await ending.answer).values).toEqual(["#t"]);

  expect((await say("interrupt")).status).toEqual(["session-idle", "done"]);
  const looping = await client.begin({ op: "eval", session, code: `(display "on") ${LOOP}` });
  const queued = await client.begin({ op: "eval", session, code: "'after" });
  await expect.poll(async () => (await say("interrupt", { "interrupt-id": "another" })).status[1]).toBe("interrupt-id-mismatch");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const from = performance.now();
  await say("interrupt", { "interrupt-id": looping.id });
  const ended = await looping.answer;
  process.stdout.write(`(let loop () (loop)) was interrupted after ${(performance.now() - from).toFixed(1)} ms, over ${client.sent} messages so far\n`);
  expect(ended).toMatchObject({ out: "on", status: ["interrupted", "done"], values: [] });
  expect((await queued.answer).values).toEqual(["after"]);

  expect((await say("no-such-op")).status).toEqual(["error", "unknown-op", "done"]);
  expect((await client.ask({ op: "eval", session: "gone", code: "1" })).status).toEqual(["error", "unknown-session", "done"]);
  expect((await say("eval")).status).toEqual(["error", "invalid-message", "done"]);
  expect((await say("close")).status).toEqual(["session-closed", "done"]);
  expect((await say("eval", { code: "1" })).status).toContain("unknown-session");
  expect(client.sent).toBeGreaterThan(30);
  client.close();
});

test("sessions run side by side over several sockets, and share what they define, but not their last values", async () => {
  const [one, other] = [await opened(), await opened()];
  const { client } = one;
  const second = String((await client.ask({ op: "clone", session: one.session })).entry("new-session"));
  const looping = await client.begin({ op: "eval", session: one.session, code: LOOP });
  await client.ask({ op: "eval", session: second, code: "(define shared 7)" });
  expect((await other.client.ask({ op: "eval", session: other.session, code: "(* 6 shared)" })).values).toEqual(["42"]);
  expect((await client.ask({ op: "eval", session: second, code: "5 *1" })).values).toEqual(["5", "5"]);
  expect((await other.client.ask({ op: "eval", session: other.session, code: "*1" })).values).toEqual(["42"]);
  expect((await other.client.ask({ op: "interrupt", session: one.session })).status).toEqual(["done"]);
  expect((await looping.answer).status).toContain("interrupted");
  expect((await client.ask({ op: "eval", code: "'without" })).values).toEqual(["without"]);
  client.close();
  other.client.close();
});

test("who hangs up leaves nothing running, and who reads slowly holds up only what writes to it", async () => {
  const { client, session } = await opened();
  await client.begin({ op: "eval", session, code: LOOP });
  await client.ask({ op: "ls-sessions" });
  client.close();
  const { client: next, session: fresh } = await opened();
  await expect.poll(async () => (await next.ask({ op: "eval", session, code: "'free" })).values, { timeout: 5000 }).toEqual(["free"]);
  next.connection.pause();
  await next.begin({ op: "eval", session, code: '(define (flood text) (display text) (flood text)) (flood (make-string 10000 #\\x))' });
  const { client: third, session: quick } = await opened();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = process.memoryUsage().rss;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  expect((await third.ask({ op: "eval", session: quick, code: "1" })).values).toEqual(["1"]);
  next.close();
  await expect.poll(async () => (await third.ask({ op: "interrupt", session })).status, { timeout: 5000 }).toContain("session-idle");
  expect((await third.ask({ op: "close", session: fresh })).status).toContain("session-closed");
  third.close();
});

test("the command writes .nrepl-port in place of a stale one, serves, and removes it at the end", async () => {
  ensureBuilt();
  const place = mkdtempSync(join(tmpdir(), "ouro-nrepl-"));
  const file = join(place, ".nrepl-port");
  writeFileSync(file, "1");
  const child = spawn(process.execPath, [MAIN, "nrepl", "--bare"], { cwd: place });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const told = await new Promise<string>((resolve) => child.stdout.setEncoding("utf8").once("data", resolve));
  const port = Number(/^nREPL server started on port (\d+) on host 127\.0\.0\.1/.exec(told)?.[1]);
  expect(readFileSync(file, "utf8")).toBe(String(port));
  const client = await Client.connect(port);
  expect((await client.ask({ op: "eval", code: "(expt 2 100)" })).values).toEqual(["1267650600228229401496703205376"]);
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(existsSync(file)).toBe(false);
  client.close();
}, 30_000);
