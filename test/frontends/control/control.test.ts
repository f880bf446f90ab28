// The control API: who may ask, what every route answers, the document made of the routes, events, and measures.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkedDesk, connect, Metrics, openApi, type Route, ROUTES } from "../../../frontends/control/index.js";
import type { Desk, EffectReport } from "../../../frontends/frontend.js";
import { readExposition } from "./exposition.js";
import { serve, type Served } from "./served.js";

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

/** Every route with a path that could be asked, those beside the table included. */
const PATHS = [...Object.values(ROUTES).map(({ method, path }) => ({ method, path: path.replace(/\{\w+\}/g, "x") })), ...["/v1/events", "/v1/openapi.json", "/", "/nothing"].map((path) => ({ method: "GET", path }))];

describe.each([["HTTP", false], ["the socket", true]])("every route, by %s,", (_title, bySocket) => {
  test.each(PATHS)("$method $path refuses a missing, a wrong and a malformed token, and another host's name", async ({ method, path }) => {
    const cut = readFileSync(join(served.home, "control.token"), "utf8").trim().slice(0, -1);
    for (const token of ["", "x", cut, `${cut}!`, "x".repeat(43)]) {
      const { status, text } = await served.ask({ method, path, token, bySocket });
      expect({ status, code: (JSON.parse(text) as { error: { code: string } }).error.code }).toEqual({ status: 401, code: "unauthorised" });
    }
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"]) {
      const { status, text } = await served.ask({ method, path, host, bySocket });
      expect({ status, code: (JSON.parse(text) as { error: { code: string } }).error.code }).toEqual({ status: 403, code: "wrong-host" });
    }
  });
});

test("what was refused is logged, and a wrong token with it is not", () => {
  const refused = served.logged.filter(({ message }) => message === "a request was refused");
  expect(refused.length).toBeGreaterThan(PATHS.length);
  expect(JSON.stringify(refused)).not.toContain("x".repeat(43));
});

describe("a request that is wrong is told how", () => {
  test.each([
    ["GET", "/v1/nothing", undefined, 404, "no-route"],
    ["POST", "/v1/status", undefined, 405, "wrong-method"],
    ["GET", "/v1/cells/nobody", undefined, 404, "no-cell"],
    ["GET", "/v1/cells/..", undefined, 404, "no-cell"],
    ["GET", "/v1/cells/%2e%2e", undefined, 404, "no-cell"],
    ["GET", "/v1/cells/%zz", undefined, 400, "invalid-request"],
    ["GET", "http://[", undefined, 400, "invalid-request"],
    ["POST", "/v1/cells/nobody/release", undefined, 409, "not-quarantined"],
    ["POST", "/v1/approvals/0123/approve", undefined, 404, "no-approval"],
    ["GET", "/v1/journal?last=0", undefined, 400, "invalid-request"],
    ["GET", "/v1/journal?last=many", undefined, 400, "invalid-request"],
    ["GET", "/v1/status?what=1", undefined, 400, "invalid-request"],
    ["POST", "/v1/messages", "{}", 400, "invalid-request"],
    ["POST", "/v1/messages", "[1]", 400, "invalid-request"],
    ["POST", "/v1/messages", "{text", 400, "invalid-request"],
    ["POST", "/v1/messages", JSON.stringify({ text: "hi", as: "root" }), 400, "invalid-request"],
    ["POST", "/v1/messages", JSON.stringify({ text: "x".repeat(2 << 20) }), 413, "too-large"],
  ])("%s %s %.20s", async (method, path, body, status, code) => {
    const answer = await served.ask({ method, path, body });
    expect({ status: answer.status, ...(JSON.parse(answer.text) as object) }).toEqual({ status, error: { code, message: expect.stringMatching(/\S/) as string, hint: expect.stringMatching(/\S/) as string } });
  });
});

/** Asks a route by HTTP, and holds its answer to the route's own schema. */
async function routed(name: keyof Desk, parameters: Readonly<Record<string, string | number | readonly string[]>> = {}): Promise<unknown> {
  const route: Route = ROUTES[name];
  const path = Object.entries(parameters).reduce((rest, [each, value]) => rest.replace(`{${each}}`, encodeURIComponent(String(value))), route.path);
  const rest = Object.entries(parameters).filter(([each]) => !route.path.includes(`{${each}}`));
  const query = route.method === "GET" && rest.length > 0 ? `?${new URLSearchParams(Object.fromEntries(rest.map(([each, value]) => [each, String(value)])))}` : "";
  const { status, text } = await served.ask({ method: route.method, path: path + query, body: route.method === "POST" ? JSON.stringify(Object.fromEntries(rest)) : undefined });
  if (status !== 200) throw new Error(text);
  return route.result === undefined ? text : route.result.parse(JSON.parse(text));
}

test("every route answers as its schema says", async () => {
  expect(await routed("send", { text: "hello" })).toEqual({ answer: "> hello" });
  expect(await routed("status")).toMatchObject({ home: served.home, open: true, problem: "none", outcomes: { done: 1 } });
  expect(await routed("doctor")).toEqual(expect.arrayContaining([expect.objectContaining({ check: "journal", ok: true })]));
  const [{ cell }] = (await routed("cells")) as [{ cell: string }];
  expect(await routed("cells", { after: cell, limit: 5 })).toEqual([]);
  const { ended: [{ id = "" } = {}], ...shown } = (await routed("cell", { cell })) as { ended: { id: string }[] };
  expect(shown).toMatchObject({ cell, mailbox: 0, inputs: [] });
  const entries = (await routed("journal", { last: 2 })) as { sequence: number }[];
  expect(entries).toHaveLength(2);
  expect(await routed("journal", { last: 1, before: entries[1]?.sequence ?? 0 })).toEqual([entries[0]]);
  expect(await routed("health")).toEqual({ healthy: true });
  expect(await routed("ready")).toMatchObject({ ready: true });
  expect(await routed("budgets")).toEqual([]);
  expect(await routed("rounds", { last: 5 })).toEqual([]);
  expect(await routed("why", { id })).toMatchObject({ outcome: "done", end: { answer: "> hello" } });
  expect(await routed("stop", { cell })).toEqual({ stopped: false });

  expect(await routed("putSecret", { name: "api", secret: "sk-live-hunter2", origins: ["https://api.example.org"] })).toEqual({ kept: "api" });
  expect(await routed("secrets")).toEqual(["api (https://api.example.org)"]);
  expect(await routed("relock", {})).toEqual({ records: 2 });
  expect(await routed("rotateSigningKey")).toMatchObject({ key: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect(await routed("vault")).toMatchObject({ lock: "file", secrets: 1, isWatched: true });
  expect(await routed("deleteSecret", { name: "api" })).toEqual({ deleted: true });
  expect(JSON.stringify([await routed("journal", { last: 10 }), served.logged])).not.toContain("hunter2");

  for (const [decision, answer] of [["approve", /^[1-9]\d*$/], ["deny", /^That failed\. effect-denied/]] as const) {
    const sent = routed("send", { text: "store" });
    const waiting = async () => ((await routed("approvals")) as EffectReport[])[0]?.id ?? "";
    await expect.poll(waiting, { timeout: 30_000 }).toMatch(/^[0-9a-f]{32}$/);
    const id = await waiting();
    expect(await routed("why", { id })).toMatchObject({ about: "effect", outcome: "asked" });
    expect(await routed(decision, { id: id.slice(0, 8) })).toEqual({ [decision === "approve" ? "approved" : "denied"]: id });
    expect(await sent).toMatchObject({ answer: expect.stringMatching(answer) as string });
    expect(await routed("why", { id })).toMatchObject({ outcome: decision === "approve" ? "done" : "refused", effects: [{ approval: { allowed: decision === "approve", by: "operator" } }] });
  }
  expect(await routed("effects", { last: 1 })).toMatchObject([{ operation: "store/put!", status: "refused", ground: "approval" }]);
  const looping = routed("send", { text: "loop" });
  await expect.poll(async () => ((await routed("stop", { cell })) as { stopped: boolean }).stopped, { timeout: 30_000 }).toBe(true);
  expect(await looping).toMatchObject({ answer: expect.stringMatching(/^Stopped: turn-stopped/) as string });
}, 120_000);

test("the client answers as the desk itself, and throws what was refused", async () => {
  const client = await connect(served.home);
  expect(await client?.cells()).toEqual(await served.host.desk.cells());
  expect(await client?.metrics()).toContain("ouro_journal_entries");
  await expect(client?.cell({ cell: "nobody/at all?" })).rejects.toMatchObject({ code: "no-cell", message: "there is no cell nobody/at all?", hint: expect.stringContaining("ouro cell list") as string });
  await expect(checkedDesk(served.host.desk).journal({ last: 0 })).rejects.toMatchObject({ code: "invalid-request" });
  await client?.close();
});

test("the document holds every route with its parameters, and every reference in it leads somewhere", () => {
  const document = openApi("1.2.3") as { openapi: string; paths: Record<string, Record<string, { operationId: string; parameters?: { name: string; in: string; required: boolean }[] }>> };
  expect(document).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" }, security: [{ token: [] }] });
  const listed = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  for (const { method, path } of Object.values(ROUTES)) expect(listed).toContain(`${method} ${path}`);
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const [path, methods] of Object.entries(document.paths))
    for (const { parameters = [] } of Object.values(methods))
      expect(parameters.filter((each) => each.in === "path").map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  for (const [, reference = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g))
    expect(reference.split("/").reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], document)).toBeTypeOf("object");
});

test("events come as they happen, those that are asked for", async () => {
  const token = readFileSync(join(served.home, "control.token"), "utf8").trim();
  const events: { event: string; data: Record<string, unknown> }[] = [];
  let text = "";
  const ended = new Promise<void>((resolve, reject) => {
    const asked = request(`${served.control.httpAddress}/v1/events?kinds=started,outcome`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
      expect(response.headers["content-type"]).toBe("text/event-stream");
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
          text = text.slice(end + 2);
          if (event === "") void served.host.send("watch me");
          else events.push({ event, data: JSON.parse(data) as Record<string, unknown> });
          if (event === "outcome") asked.destroy();
        }
      }).once("close", () => resolve());
    });
    asked.once("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? resolve() : reject(error))).end();
  });
  await ended;
  expect(events.map(({ event }) => event)).toEqual(["started", "outcome"]);
  expect(events[1]?.data).toMatchObject({ kind: "outcome", outcome: "done", answer: "> watch me", input: events[0]?.data["input"] });
});

describe("measures", () => {
  test("are read by a strict reader of the format, and count what happened", async () => {
    const before = readExposition(await served.host.desk.metrics());
    await served.host.send("count me");
    await served.host.send("model");
    const after = readExposition(await served.host.desk.metrics());
    const value = (families: typeof after, family: string, labels: Readonly<Record<string, string>> = {}) =>
      families.get(family)?.samples.find((sample) => Object.entries(labels).every(([name, text]) => sample.labels[name] === text))?.value ?? 0;
    const grown = (family: string, labels?: Readonly<Record<string, string>>) => value(after, family, labels) - value(before, family, labels);
    // The embedded model's answer is a turn of its own.
    expect(grown("ouro_turns_total", { outcome: "done" })).toBe(3);
    expect(grown("ouro_world_turns_total", { outcome: "done" })).toBe(3);
    expect(grown("ouro_effects_total", { operation: "router/complete", outcome: "done" })).toBe(1);
    expect(grown("ouro_journal_entries")).toBe(9);
    expect(value(after, "ouro_queue_depth")).toBe(0);
    expect(after.get("ouro_effect_seconds")?.samples.find(({ name, labels }) => name === "ouro_effect_seconds_count" && labels["operation"] === "router/complete")?.value).toBe(1);
  });

  test("take what a label must not hold, and time by their own clock", () => {
    let now = 0;
    const metrics = new Metrics(() => now);
    metrics.take({ kind: "effect", operation: 'a"b\\c\nd', intent: "1" });
    now = 300;
    metrics.take({ kind: "receipt", operation: 'a"b\\c\nd', intent: "1", outcome: "failed" });
    metrics.take({ kind: "refused", operation: "x", rule: "grant" });
    const families = readExposition(metrics.text([{ name: "ouro_x", help: "X", values: [{ value: 0.5 }] }]));
    expect(families.get("ouro_effects_total")?.samples).toEqual([
      { name: "ouro_effects_total", labels: { operation: 'a"b\\c\nd', outcome: "failed" }, value: 1 }, { name: "ouro_effects_total", labels: { operation: "x", outcome: "refused" }, value: 1 },
    ]);
    const buckets = families.get("ouro_effect_seconds")?.samples.filter(({ name }) => name.endsWith("_bucket")) ?? [];
    expect(buckets.filter(({ value }) => value === 1).map(({ labels }) => labels["le"])).toEqual(["0.5", "2.5", "10", "60", "600", "+Inf"]);
  });
});

describe("the home's files", () => {
  test("token and socket are its owner's alone, and the token stays", async () => {
    const path = join(served.home, "control.token");
    for (const file of [path, join(served.home, "control.sock")]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("a token that others could read is made anew; a socket that a dead process left is taken over", async () => {
    const home = join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home");
    mkdirSync(home, { mode: 0o700 });
    const old = "a".repeat(43);
    writeFileSync(join(home, "control.token"), old, { mode: 0o600 });
    chmodSync(join(home, "control.token"), 0o644);
    writeFileSync(join(home, "control.sock"), "");
    expect(await connect(home)).toBeUndefined();
    const other = await serve(home);
    expect(readFileSync(join(home, "control.token"), "utf8").trim()).not.toBe(old);
    expect((await other.ask({ path: "/v1/health", bySocket: true })).status).toBe(200);
    await other.close();
    expect(await connect(home)).toBeUndefined();
  });

  test("a home whose path is too long for a socket's address has one all the same", async () => {
    const home = join(mkdtempSync(join(tmpdir(), "ouro-home-")), "x".repeat(120));
    const other = await serve(home);
    const client = await connect(home);
    expect(await client?.health()).toEqual({ healthy: true });
    await client?.close();
    await other.close();
  });
});
