// The tool runtime port, in memory and for real: the contract, files below roots, pages of a local server.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Port, PortError } from "../../ports/port.js";
import { folderFiles, memoryFiles, memoryWeb, toolRuntimePort, undiciWeb, type Web, type WebOptions } from "../../ports/tool-runtime/index.js";
import { ask, type Call, portContract, refusal } from "./contract.js";

const pages: Record<string, RequestListener> = {
  "/page": (_, response) => response.setHeader("content-type", "text/plain; charset=utf-8").end("hello ü"),
  "/latin": (_, response) => response.setHeader("content-type", "text/plain; charset=iso-8859-1").end(Buffer.from([0xfc])),
  "/none": (_, response) => response.writeHead(404).end("no"),
  "/large": (_, response) => response.end("x".repeat(100_000)),
  "/bomb": (_, response) => response.setHeader("content-encoding", "gzip").end(gzipSync("x".repeat(1_000_000))),
  "/zipped": (_, response) => response.setHeader("content-encoding", "gzip").end(gzipSync("small")),
  "/lies": (_, response) => response.setHeader("content-encoding", "gzip").end("not gzip"),
  "/silent": () => undefined,
  "/drips": (_, response) => { response.write("x"); },
  "/cut": (_, response) => { response.writeHead(200, { "content-length": "100" }).write("x"); setTimeout(() => response.destroy(), 20); },
  "/to-page": (_, response) => response.writeHead(302, { location: "/page" }).end(),
  "/loop": (_, response) => response.writeHead(302, { location: "/loop" }).end(),
  "/to-metadata": (_, response) => response.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
  "/by-name": (_, response) => response.writeHead(302, { location: `http://localhost:${port}/to-page` }).end(),
  "/by-name-to-loop": (_, response) => response.writeHead(302, { location: `http://localhost:${port}/loop` }).end(),
  "/to-other": (_, response) => response.writeHead(307, { location: "http://other.example/" }).end(),
  "/to-file": (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
};

let server: Server;
let port = 0;
const root = mkdtempSync(join(tmpdir(), "ouro-tools-"));
let serial = 0;

beforeAll(async () => {
  server = createServer((request, response) => (pages[request.url ?? ""] ?? pages["/none"]!)(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

const local = (options: Partial<WebOptions> = {}): Web => undiciWeb({ hosts: ["127.0.0.1", "localhost", "169.254.169.254"], ports: [port], allowLoopback: true, ...options });
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;

function onDisk(): { tools: Port; notes: string } {
  const folder = join(root, `case-${serial += 1}`);
  mkdirSync(join(folder, "notes/deep"), { recursive: true });
  mkdirSync(join(folder, "reference"));
  writeFileSync(join(folder, "notes/plan.md"), "the plan");
  writeFileSync(join(folder, "reference/fact.md"), "a fact");
  const files = folderFiles({ notes: { folder: join(folder, "notes"), writable: true }, reference: { folder: join(folder, "reference"), writable: false } });
  return { tools: toolRuntimePort(files, local()), notes: join(folder, "notes") };
}

function inMemory(): Port {
  const files = memoryFiles({ notes: { writable: true }, reference: { writable: false } }, { "notes/plan.md": "the plan", "notes/deep/x": "", "reference/fact.md": "a fact" });
  return toolRuntimePort(files, memoryWeb({ "https://example.org/": { status: 200, type: "text/plain", body: new TextEncoder().encode("hello") } }));
}

const everything = async (tools: Port): Promise<unknown> => ({ notes: await ask(tools, "list-files", { path: "notes" }), plan: await ask(tools, "read-file", { path: "notes/plan.md" }) });

describe.each([["memory", inMemory, (): string => "https://example.org/"], ["disk", (): Port => onDisk().tools, (): string => at("/page")]] as const)("tools in %s", (implementation, open, page) => {
  portContract(implementation, {
    open: () => {
      const tools = open();
      return { port: tools, state: () => everything(tools) };
    },
    get examples(): Call[] {
      return [
        ["list", {}],
        ["describe", { tool: "write-file!" }],
        ["read-file", { path: "notes/plan.md" }],
        ["read-file", { path: "reference/fact.md", as: "bytes" }],
        ["list-files", { path: "notes" }],
        ["write-file!", { path: "notes/new/file.md", content: "new" }],
        ["write-file!", { path: "notes/bytes", content: Uint8Array.of(0, 255) }],
        ["fetch", { url: page() }],
        ["local-time", { "time-ms": 0, zone: "Europe/Berlin" }],
        ["instant", { year: 2026, month: 3, day: 29, hour: 2, minute: 30, zone: "Europe/Berlin" }],
        ["time-zones", { query: "berlin" }],
      ];
    },
    refused: [
      ["read-file", { path: "" }],
      ["read-file", { path: "notes/plan.md", "limit-bytes": 1e9 }],
      ["write-file!", { path: "notes/a", content: 1 }],
      ["fetch", { url: "https://example.org", "limit-ms": 0 }],
      ["local-time", { "time-ms": -1 }],
      ["instant", { year: 2026, month: 13, day: 1, hour: 0, minute: 0 }],
      ["time-zones", { query: "" }],
    ],
  });

  const refused: [string, string, Record<string, unknown>, string][] = [
    ["a folder above", "read-file", { path: "notes/../reference/fact.md" }, "tool-runtime-bad-path"],
    ["an absolute path", "read-file", { path: "/etc/passwd" }, "tool-runtime-bad-path"],
    ["a name with NUL", "read-file", { path: "notes/a\0b" }, "tool-runtime-bad-path"],
    ["a name of two lines", "write-file!", { path: "notes/a\nb", content: "x" }, "tool-runtime-bad-path"],
    ["an empty name", "list-files", { path: "notes/" }, "tool-runtime-bad-path"],
    ["an unknown root", "read-file", { path: "secrets/key" }, "tool-runtime-unknown-root"],
    ["a root named as a property", "read-file", { path: "constructor/x" }, "tool-runtime-unknown-root"],
    ["a file that is not there", "read-file", { path: "notes/none" }, "tool-runtime-no-file"],
    ["a folder as a file", "read-file", { path: "notes/deep" }, "tool-runtime-wrong-kind"],
    ["a root as a file", "read-file", { path: "notes" }, "tool-runtime-wrong-kind"],
    ["a file as a folder", "list-files", { path: "notes/plan.md" }, "tool-runtime-wrong-kind"],
    ["a file in a file", "write-file!", { path: "notes/plan.md/x", content: "" }, "tool-runtime-wrong-kind"],
    ["a file over a folder", "write-file!", { path: "notes/deep", content: "" }, "tool-runtime-wrong-kind"],
    ["a root as a new file", "write-file!", { path: "notes", content: "" }, "tool-runtime-wrong-kind"],
    ["writing where one may only read", "write-file!", { path: "reference/new", content: "" }, "tool-runtime-read-only"],
    ["more than the limit", "read-file", { path: "notes/plan.md", "limit-bytes": 7 }, "tool-runtime-too-large"],
    ["a tool that does not exist", "describe", { tool: "constructor" }, "tool-runtime-unknown-tool"],
    ["a zone that does not exist", "local-time", { "time-ms": 0, zone: "Europe/Nowhere" }, "tool-runtime-unknown-zone"],
    ["a date that does not exist", "instant", { year: 2026, month: 2, day: 30, hour: 0, minute: 0 }, "tool-runtime-no-such-date"],
    ["a host that is not open", "fetch", { url: "https://evil.example/" }, "tool-runtime-host-refused"],
  ];
  test.each(refused)("%s is refused", async (_, name, parameters, code) => {
    const tools = open();
    await refusal(ask(tools, name, parameters), code);
    await tools.close?.();
  });

  test("what is written is read back, byte by byte", async () => {
    const tools = open();
    const content = Uint8Array.of(0, 255, 10, 13, 128);
    await ask(tools, "write-file!", { path: "notes/x", content });
    expect(await ask(tools, "read-file", { path: "notes/x", as: "bytes" })).toMatchObject({ bytes: content, size: 5 });
    await refusal(ask(tools, "read-file", { path: "notes/x" }), "tool-runtime-not-text");
    await tools.close?.();
  });

  test("the shell is named and refused, with a reason", async () => {
    const tools = open();
    expect(await ask(tools, "describe", { tool: "shell" })).toEqual({ name: "shell", available: false, parameters: [], doc: expect.stringContaining("refused") });
    expect((await ask<{ tools: unknown[] }>(tools, "list")).tools).toContainEqual({ name: "shell", available: false });
    await tools.close?.();
  });
});

describe("files on disk", () => {
  test("links are followed inside a root and refused where they lead out", async () => {
    const { tools, notes } = onDisk();
    writeFileSync(join(root, "secret"), "secret");
    symlinkSync("plan.md", join(notes, "inside"));
    symlinkSync(join(notes, "deep"), join(notes, "folder"));
    symlinkSync(join(root, "secret"), join(notes, "out"));
    symlinkSync(root, join(notes, "above"));
    symlinkSync("/nowhere/at/all", join(notes, "dangling"));
    expect(await ask(tools, "read-file", { path: "notes/inside" })).toMatchObject({ text: "the plan" });
    await ask(tools, "write-file!", { path: "notes/folder/new", content: "1" });
    expect(readFileSync(join(notes, "deep/new"), "utf8")).toBe("1");
    for (const path of ["notes/out", "notes/above/secret"]) {
      await refusal(ask(tools, "read-file", { path }), "tool-runtime-outside");
      await refusal(ask(tools, "write-file!", { path, content: "overwritten" }), "tool-runtime-outside");
    }
    await refusal(ask(tools, "list-files", { path: "notes/above" }), "tool-runtime-outside");
    await ask(tools, "write-file!", { path: "notes/dangling", content: "mine" });
    expect([readFileSync(join(root, "secret"), "utf8"), readFileSync(join(notes, "dangling"), "utf8")]).toEqual(["secret", "mine"]);
    expect(readdirSync(notes).filter((name) => name.includes("draft"))).toEqual([]);
  });
});

describe("pages of a real server", () => {
  const check = async (url: string, more: Record<string, unknown> = {}, options: Partial<WebOptions> = {}): Promise<Record<string, unknown>> => {
    const tools = toolRuntimePort(memoryFiles({}), local(options));
    try {
      return await ask(tools, "fetch", { url, ...more });
    } finally {
      await tools.close?.();
    }
  };

  test("text comes in its own charset, a redirect says where it led, and 404 is an answer", async () => {
    expect(await check(at("/to-page"))).toEqual({ url: at("/page"), via: [at("/to-page")], status: 200, type: "text/plain; charset=utf-8", text: "hello ü", size: 8 });
    expect(await check(at("/latin"))).toMatchObject({ text: "ü" });
    expect(await check(at("/none"))).toMatchObject({ status: 404, text: "no" });
    expect(await check(at("/zipped"))).toMatchObject({ text: "small" });
    expect(await check(`http://localhost:${port}/page`)).toMatchObject({ text: "hello ü" });
  });

  test("a page has the label of each host on the way to it, and so has a failure", async () => {
    const tools = toolRuntimePort(memoryFiles({}), local());
    const produces = tools.operations.find(({ name }) => name === "fetch")?.produces as (request: object, page?: object) => string[];
    const [number, name] = [`web 127.0.0.1:${port}`, `web localhost:${port}`];
    const request = { url: at("/by-name") };
    const page = await ask(tools, "fetch", request);
    expect(page["via"]).toEqual([at("/by-name"), `http://localhost:${port}/to-page`]);
    expect([...new Set(produces(request, page))].sort()).toEqual([number, name]);
    expect([...new Set(produces({ url: at("/page") }, await ask(tools, "fetch", { url: at("/page") })))]).toEqual([number]);
    expect([...new Set(produces({ url: at("/none") }))]).toEqual([number]);
    const failure = await ask(tools, "fetch", { url: at("/by-name-to-loop") }).catch((error: unknown) => error as PortError);
    expect([...new Set((failure as PortError).options.labels)].sort()).toEqual([number, name]);
    await tools.close?.();
  });

  const refused: [string, () => string, string, Record<string, unknown>?, Partial<WebOptions>?][] = [
    ["too much", () => at("/large"), "tool-runtime-too-large", { "limit-bytes": 1_000 }],
    ["a small page that unpacks to a large one", () => at("/bomb"), "tool-runtime-too-large", { "limit-bytes": 10_000 }],
    ["what is not in the encoding it says", () => at("/lies"), "tool-runtime-encoding"],
    ["a server that never answers", () => at("/silent"), "tool-runtime-timeout", { "limit-ms": 100 }],
    ["a page that never ends", () => at("/drips"), "tool-runtime-timeout", { "limit-ms": 100 }],
    ["an answer that is cut off", () => at("/cut"), "tool-runtime-unreachable"],
    ["a redirect without end", () => at("/loop"), "tool-runtime-too-many-redirects"],
    ["a redirect to a private address", () => at("/to-metadata"), "tool-runtime-address-refused"],
    ["a redirect to a host that is not open", () => at("/to-other"), "tool-runtime-host-refused"],
    ["a redirect to a file", () => at("/to-file"), "tool-runtime-bad-url"],
    ["this machine, by name", () => `http://localhost:${port}/page`, "tool-runtime-address-refused", {}, { allowLoopback: false }],
    ["this machine, by number", () => at("/page"), "tool-runtime-address-refused", {}, { allowLoopback: false }],
    ["this machine, by another spelling", () => `http://0x7f.1:${port}/page`, "tool-runtime-address-refused", {}, { allowLoopback: false }],
    ["this machine, as IPv6", () => `http://[::ffff:127.0.0.1]:${port}/page`, "tool-runtime-address-refused", {}, { allowLoopback: false, hosts: ["*"] }],
    ["a name with one private address among its own", () => `http://two.example:${port}/page`, "tool-runtime-address-refused", {}, {
      allowLoopback: false, hosts: ["*.example"], lookup: (_host, _options, done) => done(null, [{ address: "93.184.216.34", family: 4 }, { address: "10.0.0.1", family: 4 }]),
    }],
    ["another port", () => "http://localhost:22/", "tool-runtime-port-refused"],
    ["a password in the address", () => `http://user:word@127.0.0.1:${port}/`, "tool-runtime-bad-url"],
    ["another protocol", () => "ftp://localhost/", "tool-runtime-bad-url"],
    ["no address at all", () => "localhost", "tool-runtime-bad-url"],
    ["a host that only ends alike", () => "http://evillocalhost/", "tool-runtime-host-refused", {}, { hosts: ["*.localhost"] }],
    ["any host unless the operator opens it", () => at("/page"), "tool-runtime-host-refused", {}, { hosts: [] }],
  ];
  test.each(refused)("%s is refused", async (_, url, code, more, options) => void (await refusal(check(url(), more, options), code)));

  test("a name is resolved once, so that it cannot change between the check and the connection", async () => {
    let asked = 0;
    const lookup: WebOptions["lookup"] = (_host, _options, done) => done(null, [{ address: (asked += 1) === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }]);
    expect(await check(`http://rebinding.example:${port}/page`, {}, { hosts: ["*.example"], lookup })).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
  });

  test("a stopped turn ends the request at once", async () => {
    const tools = toolRuntimePort(memoryFiles({}), local());
    const controller = new AbortController();
    const asked = ask(tools, "fetch", { url: at("/silent") }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await refusal(asked, "tool-runtime-cancelled");
    await tools.close?.();
  });
});
