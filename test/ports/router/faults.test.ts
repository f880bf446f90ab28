// What providers do wrong, on each wire: the right code each, the next model asked where that may help, and never a short answer.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ServerResponse } from "node:http";
import type { Port, PortError } from "../../../ports/port.js";
import { checkedCatalogue, type Limits, type Provider, remoteProvider, routerPort, WIRES, type WireName } from "../../../ports/router/index.js";
import { ask, context, refusal } from "../contract.js";
import { type Handler, KEY, openPeer, type Peer, refuse, streamed, streamOf } from "./peer.js";

let peer: Peer;
const opened: Provider[] = [];
beforeAll(async () => void (peer = await openPeer()));
afterAll(() => peer.close());
afterEach(async () => void (await Promise.all(opened.splice(0).map((provider) => provider.close?.()))));

const PRICE = [100, 500];

function remote(wire: WireName, limits: Partial<Limits> = {}, url = peer.url(wire)): Provider {
  const [definition] = checkedCatalogue([{ name: "local", wire, url, secret: "tests", models: [{ name: "first", context: 100_000, price: PRICE }] }]);
  const provider = remoteProvider(definition!, { has: () => true, resolve: () => KEY }, { limits });
  opened.push(provider);
  return provider;
}

/** A model that always answers, to see whether it is asked. */
const second: Provider = {
  name: "second", models: [{ name: "second", contextTokens: 1_000, tags: [], usdCentsPerMillionInput: 0, usdCentsPerMillionOutput: 0 }],
  complete: async () => ({ text: "the second", stop: "end", inputTokens: 0, outputTokens: 0 }),
};

const request = (...fallback: string[]) => ({ model: "first", fallback, messages: [{ role: "user", text: "Hello" }], "max-tokens": 50 });

/** What one broken attempt may have cost: all that was reserved for it. */
function estimateOf(port: Port): number {
  const cost = port.operations.find(({ name }) => name === "complete")?.cost as ((request: unknown) => { usdCents: number }) | undefined;
  return cost?.({ ...request(), tools: [], thinking: "off" }).usdCents ?? NaN;
}

const open = (response: ServerResponse): ServerResponse => response.writeHead(200, { "content-type": "text/event-stream" });
const beginning = (wire: WireName): string => streamOf(wire, { text: "Once upon a time there was" }).slice(0, { "anthropic": 520, "openai-chat": 330, "openai-responses": 260 }[wire]);

interface Fault {
  readonly does: Handler;
  readonly code: string;
  readonly isBilled?: boolean;
  readonly retryAfterMs?: number;
  /** False: what is wrong is the request, and no other model is asked. */
  readonly elsewhere?: false;
  /** May pass by itself. Absent: it may. */
  readonly passes?: false;
  readonly limits?: Partial<Limits>;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "429 with Retry-After in seconds": { does: (response) => refuse(response, 429, "rate_limit_error", "slow down", { "retry-after": "7" }), code: "router-rate-limited", retryAfterMs: 7_000 },
  "429 with milliseconds": { does: (response) => refuse(response, 429, "rate_limit_error", "slow down", { "retry-after-ms": "1234", "retry-after": "2" }), code: "router-rate-limited", retryAfterMs: 1_234 },
  "429 for want of credit": { does: (response) => refuse(response, 429, "insufficient_quota", "You exceeded your current quota, check your plan and billing details"), code: "router-no-credit", passes: false },
  "529": { does: (response) => refuse(response, 529, "overloaded_error", "Overloaded"), code: "router-overloaded" },
  "500": { does: (response) => refuse(response, 500, "api_error", "Internal server error"), code: "router-provider-failed" },
  "502 of a proxy, in HTML": { does: (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<html><body>Bad gateway</body></html>"), code: "router-provider-failed" },
  "400": { does: (response) => refuse(response, 400, "invalid_request_error", "messages: wrong"), code: "router-request-refused", elsewhere: false },
  "400 for a prompt that is too long": { does: (response) => refuse(response, 400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), code: "router-too-long", passes: false },
  "404": { does: (response) => refuse(response, 404, "not_found_error", "model: first"), code: "router-unknown-at-provider", passes: false },
  "a redirect": { does: (response) => void response.writeHead(307, { location: `${peer.origin}/elsewhere` }).end(), code: "router-redirected", passes: false },
  "a page in place of a stream": { does: (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>Hello</html>"), code: "router-not-a-stream", passes: false, isBilled: true },
  "a whole answer in place of a stream": { does: (response) => void response.writeHead(200, { "content-type": "application/json" }).end("{}"), code: "router-not-a-stream", passes: false, isBilled: true },
  "a stream that ends early": { does: (response, { wire }) => streamed(response, beginning(wire)), code: "router-stream-cut", isBilled: true },
  "a stream that ends within an event": { does: (response, { wire }) => streamed(response, streamOf(wire, { text: "A whole answer." }).trimEnd().slice(0, { "anthropic": -1, "openai-chat": -175, "openai-responses": -1 }[wire])), code: "router-stream-cut", isBilled: true },
  "an empty stream": { does: (response) => streamed(response, ""), code: "router-stream-cut", isBilled: true },
  "a connection that breaks within a stream": { does: (response, { wire }) => void open(response).write(beginning(wire), () => response.destroy()), code: "router-unreachable", isBilled: true },
  "a connection that breaks at once": { does: (response) => void response.destroy(), code: "router-unreachable", isBilled: true },
  "malformed JSON": { does: (response, { wire }) => streamed(response, `${beginning(wire)}\n\ndata: {"type": "mess\n\n`), code: "router-malformed", isBilled: true },
  "JSON of another shape": { does: (response) => streamed(response, "data: [1, 2]\n\n"), code: "router-malformed", isBilled: true },
  "an endless stream": { does: async (response, { wire, gone }) => endless(response, streamOf(wire, { text: "and on " }).split("\n\n")[1] ?? "", gone), code: "router-endless", isBilled: true, limits: { bytes: 200_000 } },
  "an endless event": { does: async (response, { gone }) => endless(open(response), "data: and on", gone, ""), code: "router-endless", isBilled: true, limits: { bytes: 200_000 } },
  "an endless line in one event": { does: async (response, { gone }) => (open(response).write("data: "), endless(response, "and on", gone, "")), code: "router-endless", isBilled: true, limits: { eventLength: 100_000 } },
  "an event of endless lines": { does: async (response, { gone }) => endless(open(response), "data: and on\n", gone, ""), code: "router-endless", isBilled: true, limits: { eventLength: 100_000 } },
  "JSON that is nested too deep to be written": { does: (response) => streamed(response, `data: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n\n`), code: "router-malformed", isBilled: true },
  "bytes that never make an event": { does: (response, { gone }) => drip(open(response), gone), code: "router-timeout", isBilled: true, limits: { firstMs: 150 } },
  "silence before the first byte": { does: (_response, { gone }) => gone, code: "router-timeout", isBilled: true, limits: { firstMs: 150 } },
  "silence within an answer": { does: (response, { wire, gone }) => (open(response).write(beginning(wire)), gone), code: "router-timeout", isBilled: true, limits: { idleMs: 150 } },
  "events for ever, slowly": { does: (response, { gone }) => drip(open(response), gone, "event: ping\ndata: {\"type\":\"ping\"}\n\n"), code: "router-timeout", isBilled: true, limits: { totalMs: 300 } },
};

/** Writes until the client has gone. */
async function endless(response: ServerResponse, piece: string, gone: Promise<void>, end = "\n\n"): Promise<void> {
  if (!response.headersSent) open(response);
  const state = { isOver: false };
  void gone.then(() => (state.isOver = true));
  while (!state.isOver) await new Promise((resolve) => (response.write((piece + end).repeat(50)) ? setImmediate(resolve) : response.once("drain", resolve).once("close", resolve)));
}

async function drip(response: ServerResponse, gone: Promise<void>, piece = ":"): Promise<void> {
  const timer = setInterval(() => response.write(piece), 20);
  await gone;
  clearInterval(timer);
}

describe.each(WIRES)("%s", (wire) => {
  test.each(Object.entries(FAULTS))("%s", async (_title, { does, code, isBilled = false, retryAfterMs, elsewhere, passes, limits }) => {
    peer.answer = () => does;
    const port = routerPort([remote(wire, limits), second]);
    if (elsewhere === false) {
      expect((await refusal(ask(port, "complete", request("second")), code)).options.cost).toEqual({ tokens: 0, usdCents: 0 });
      return;
    }
    const alone = routerPort([remote(wire, limits)]);
    const failure: PortError = await refusal(ask(alone, "complete", request()), "router-unavailable");
    expect(failure.message).toContain(code);
    expect(failure.retryable).toBe(passes ?? true);
    expect(failure.options.retryAfterMs).toBe(retryAfterMs);
    expect(failure.options.hint).not.toBe("");
    expect(failure.options.cost?.usdCents).toBe(isBilled ? estimateOf(alone) : 0);
    expect(await ask(port, "complete", request("second"))).toMatchObject({ text: "the second", passed: [{ model: "first", code }], usage: { "usd-cents": isBilled ? estimateOf(port) : 0 } });
  });

  test("input of a call that is nested too deep is malformed, and the next model is asked", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    peer.answer = () => (response) => streamed(response, streamOf(wire, { calls: [{ id: "call-1", name: "x", arguments: "{}" }] }).replace("\"input\":{}", `"input":${deep}`).replace("\"output\":[", `"output":[${deep},`).replace("\"choices\":[", `"deep":${deep},"choices":[`));
    expect(await ask(routerPort([remote(wire), second]), "complete", request("second"))).toMatchObject({ text: "the second", passed: [{ model: "first", code: "router-malformed" }] });
  });

  test("a count of tokens that cannot be costs no more than was reserved", async () => {
    peer.answer = () => ({ text: "Hello!", inputTokens: 9e15, outputTokens: 9e15 });
    const port = routerPort([remote(wire)]);
    expect(await ask(port, "complete", request())).toMatchObject({ text: "Hello!", usage: { "usd-cents": estimateOf(port) } });
  });

  test("nobody there", async () => {
    const gone = await openPeer();
    const url = gone.url(wire);
    await gone.close();
    const failure = await refusal(ask(routerPort([remote(wire, {}, url)]), "complete", request()), "router-unavailable");
    expect([failure.message.includes("router-unreachable"), failure.options.cost?.usdCents]).toEqual([true, 0]);
  });

  test("a stopped turn ends the request, and what it may have cost counts", async () => {
    const controller = new AbortController();
    let gone: Promise<void> | undefined;
    peer.answer = (asked) => (response) => {
      gone = asked.gone;
      open(response).write(beginning(wire));
    };
    const port = routerPort([remote(wire)]);
    const pieces: unknown[] = [];
    const progress = (event: Record<string, unknown>): void => {
      pieces.push(event);
      if (event["kind"] === "text") controller.abort();
    };
    const failure = await refusal(ask(port, "complete", request(), context({ signal: controller.signal, progress })), "router-cancelled");
    expect(failure.options.cost?.usdCents).toBe(estimateOf(port));
    await gone;
  });

  test("a redirect is not followed, so the key stays where it belongs", async () => {
    const other = await openPeer();
    peer.answer = () => (response) => void response.writeHead(307, { location: `${other.url(wire)}${wire === "anthropic" ? "/v1/messages" : ""}` }).end();
    await refusal(ask(routerPort([remote(wire)]), "complete", request()), "router-unavailable");
    expect(other.asked).toEqual([]);
    await other.close();
  });
});
