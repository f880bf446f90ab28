// The three wires against a strict peer and the providers' own examples: text, tools, images, thinking, and how streams are cut up.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import fc from "fast-check";
import { PortError } from "../../../ports/port.js";
import { anthropicWire } from "../../../ports/router/anthropic.js";
import { EventReader } from "../../../ports/router/events.js";
import { type Completion, type Keys, type Limits, type Message, type Model, type Provider, checkedCatalogue, remoteProvider, WIRES, type WireName } from "../../../ports/router/index.js";
import { openaiChatWire } from "../../../ports/router/openai-chat.js";
import { openaiResponsesWire } from "../../../ports/router/openai-responses.js";
import { anthropicFixtures, type Fixture, openaiChatFixtures, openaiResponsesFixtures } from "./fixtures.js";
import { KEY, openPeer, type Peer } from "./peer.js";

const WIRE = { "anthropic": anthropicWire, "openai-chat": openaiChatWire, "openai-responses": openaiResponsesWire };
const FIXTURES: Readonly<Record<WireName, Readonly<Record<string, Fixture>>>> = { "anthropic": anthropicFixtures, "openai-chat": openaiChatFixtures, "openai-responses": openaiResponsesFixtures };

/** What a stream means if it comes in pieces of these sizes; undefined if its end has not come. */
function read(wire: WireName, stream: string, sizes: readonly number[], onText: (piece: string) => void = () => undefined): Completion | undefined {
  const [events, answer] = [new EventReader(), WIRE[wire].reader("the provider", "the model", onText)];
  const bytes = Buffer.from(stream);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    for (const event of events.take(bytes.subarray(at, at + size))) answer.take(event);
    at += size;
  }
  return answer.completion();
}

const EXAMPLES = WIRES.flatMap((wire) => Object.entries(FIXTURES[wire]).map(([title, fixture]) => [wire, title, fixture] as const));

describe("the documented examples", () => {
  test.each(EXAMPLES)("%s: %s", (wire, _title, { stream, means }) => {
    let said = "";
    expect(read(wire, stream, [stream.length], (piece) => (said += piece))).toEqual(means);
    expect(said).toBe(means.text);
  });

  test.each(EXAMPLES)("%s: %s means the same in whatever pieces it comes, and with other line ends", (wire, _title, { stream, means }) => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), fc.constantFrom("\n", "\r\n", "\r"), (sizes, end) => {
      expect(read(wire, stream.replaceAll("\n", end), sizes)).toEqual(means);
    }), { seed: 5, numRuns: 30 });
  });

  test.each(EXAMPLES)("%s: %s is no answer when it is cut before its end", (wire, _title, { stream, means }) => {
    // Everything before the event that ends it; Chat Completions end with a reason, and what follows it are only counts.
    const ends = { "anthropic": "event: message_stop", "openai-chat": stream.includes("\"stop\"") ? "{},\"logprobs\":null,\"finish_reason\":\"stop\"" : "\"finish_reason\":\"tool_calls\"", "openai-responses": "event: response.completed" };
    const end = stream.indexOf(ends[wire]);
    expect(end).toBeGreaterThan(0);
    for (let at = 0; at < end; at += 17) expect(read(wire, stream.slice(0, at), [1_000])).toBeUndefined();
    expect(read(wire, stream, [1_000])).toEqual(means);
  });
});

const KEYS: Keys = { has: (secret) => secret === "tests", resolve: () => KEY };
let peer: Peer;
const opened: Provider[] = [];

beforeAll(async () => void (peer = await openPeer()));
afterAll(() => peer.close());
afterEach(async () => void (await Promise.all(opened.splice(0).map((provider) => provider.close?.()))));

function provider(wire: WireName, thinking = "none", keys = KEYS, limits: Partial<Limits> = {}): Provider {
  const [definition] = checkedCatalogue([{ name: "local", wire, url: peer.url(wire), secret: "tests", models: [{ name: "nice", id: "model-1", context: 100_000, price: [100, 500], tags: ["images"], thinking }] }]);
  const made = remoteProvider(definition!, keys, { limits });
  opened.push(made);
  return made;
}

async function complete(made: Provider, messages: readonly Message[], more: Partial<Parameters<Provider["complete"]>[0]> = {}): Promise<{ completion: Completion; body: Record<string, unknown>; said: string }> {
  let said = "";
  const completion = await made.complete({ model: made.models[0] as Model, messages, tools: [], thinking: "off", maxTokens: 1_000, idempotencyKey: "intent-1", ...more }, new AbortController().signal, (piece) => (said += piece));
  return { completion, body: peer.asked.at(-1)!.body, said };
}

const TOOL = { name: "store_get", description: "Reads.", parameters: { type: "object", properties: { key: { type: "string" } }, required: ["key"] } };
const CALL = { id: "call_1", name: "store_get", arguments: "{\"key\":\"notes/1\"}" };
const say = (role: Message["role"], text: string, more: Partial<Message> = {}): Message => ({ role, text, ...more });

describe.each(WIRES)("%s", (wire) => {
  test("a conversation goes out as its reference wants it, and the answer comes back in pieces", async () => {
    peer.answer = () => ({ text: "Grüße, שלום 🙂, an answer in pieces", inputTokens: 12, outputTokens: 9 });
    const { completion, said, body } = await complete(provider(wire), [say("system", "Be brief."), say("user", "Hi"), say("assistant", "Hello"), say("user", "One more"), say("user", "and more")]);
    expect(completion).toMatchObject({ text: "Grüße, שלום 🙂, an answer in pieces", stop: "end", inputTokens: 12, outputTokens: 9, calls: [] });
    expect(said).toBe(completion.text);
    expect(body["model"]).toBe("model-1");
    expect(peer.asked.at(-1)?.headers["idempotency-key"]).toBe("intent-1");
  });

  test("tools are offered, called, and answered; wrong arguments come as the model wrote them", async () => {
    peer.answer = (_asked, _count) => ({ text: "Let me look.", calls: [CALL, { ...CALL, id: "call_2", arguments: "{\"key\": oops" }] });
    const made = provider(wire);
    const { completion } = await complete(made, [say("user", "Look it up")], { tools: [TOOL] });
    expect(completion).toMatchObject({ stop: "tools", calls: [CALL, { id: "call_2", arguments: "{\"key\": oops" }] });
    peer.answer = () => ({ text: "It says 4711." });
    const answered = [say("user", "Look it up"), say("assistant", completion.text, { calls: completion.calls, carried: completion.carried }), say("tool", "4711", { call: "call_1" }), say("tool", "invalid arguments", { call: "call_2" })];
    expect((await complete(made, answered, { tools: [TOOL] })).completion.text).toBe("It says 4711.");
  });

  test("a text that is cut off at the limit says so", async () => {
    peer.answer = () => ({ text: "half", stop: "length" });
    expect((await complete(provider(wire), [say("user", "Hi")])).completion.stop).toBe("length");
  });

  test("a blank answer in a conversation is left out, and those around it go out as the reference wants it", async () => {
    peer.answer = () => ({ text: "Here I am." });
    const { completion } = await complete(provider(wire), [say("user", "Hi"), say("assistant", "  \n "), say("user", "Are you there?")]);
    expect(completion.text).toBe("Here I am.");
  });

  test("images go along", async () => {
    peer.answer = () => ({ text: "A cat." });
    const { body } = await complete(provider(wire), [say("user", "What is this?", { images: [{ type: "image/png", bytes: new Uint8Array([1, 2, 3]) }] })]);
    expect(JSON.stringify(body)).toContain("AQID");
  });

  test.each([["none", "high", {}], ["adaptive", "off", { "anthropic": { type: "disabled" }, "openai-chat": "none", "openai-responses": { effort: "none" } }], ["adaptive", "medium", { "anthropic": { type: "adaptive" }, "openai-chat": "medium", "openai-responses": { effort: "medium" } }], ["always", "off", { "anthropic": { type: "adaptive" }, "openai-chat": "low", "openai-responses": { effort: "low" } }]] as const)("a model that thinks %s is asked for %s", async (kind, level, wanted) => {
    peer.answer = () => ({ text: "Well." });
    const { body } = await complete(provider(wire, kind), [say("user", "Think")], { thinking: level });
    expect(body["thinking"] ?? body["reasoning_effort"] ?? body["reasoning"]).toEqual((wanted as Record<string, unknown>)[wire]);
  });

  test("a key that the provider refuses is not told", async () => {
    peer.answer = () => ({ text: "never" });
    const failure = await complete(provider(wire, "none", { has: () => true, resolve: () => "wrong-key-0815" }), [say("user", "Hi")]).then(() => undefined, (error: unknown) => error as PortError);
    expect(failure).toMatchObject({ code: "router-unauthorised", retryable: false });
    expect(failure?.message).not.toContain("wrong-key-0815");
  });

  test("without a key nothing is sent", async () => {
    const before = peer.asked.length;
    const made = provider(wire, "none", { has: () => false, resolve: () => KEY });
    await expect(complete(made, [say("user", "Hi")])).rejects.toMatchObject({ code: "router-no-key" });
    expect([made.missing?.(), peer.asked.length]).toEqual([`a secret tests for ${peer.origin}`, before]);
  });
});

test("a long line is looked through once, however many pieces it comes in", () => {
  const looked = vi.spyOn(String.prototype, "split");
  try {
    const events = new EventReader();
    const pieces = Array.from({ length: 500 }, () => Buffer.from("y".repeat(100)));
    expect([Buffer.from("data: "), ...pieces, Buffer.from("\n\n")].flatMap((piece) => events.take(piece)).map(({ data }) => data.length)).toEqual([50_000]);
    const seen = looked.mock.contexts.reduce<number>((sum, each) => sum + String(each).length, 0);
    expect(seen).toBeLessThan(100_000);
  } finally {
    looked.mockRestore();
  }
});

const chatCall = (index: number, id = `call-${index}`): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [{ index, id, function: { name: "x", arguments: "{}" } }] }, finish_reason: "tool_calls" }] })}\n\n`;

test("Chat Completions: a call in a place that no answer has is malformed", () => {
  expect(() => read("openai-chat", chatCall(2_000_000), [1_000])).toThrow(expect.objectContaining({ code: "router-malformed", retryable: true }));
});

test("Chat Completions: an answer is whole once it tells why it ended, also where the server keeps the stream open", async () => {
  peer.answer = () => async (response, { gone }) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: {\"choices\":[{\"delta\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}\n\n");
    await gone;
  };
  expect((await complete(provider("openai-chat", "none", KEYS, { idleMs: 600_000, tailMs: 50 }), [say("user", "Hi")])).completion).toMatchObject({ text: "hello", stop: "end" });
});

test("Chat Completions: calls are in the order of their places, which may begin anywhere", () => {
  expect(read("openai-chat", chatCall(3) + chatCall(1), [1_000])?.calls?.map(({ id }) => id)).toEqual(["call-1", "call-3"]);
});

test("Anthropic: arguments that are nested too deep come back as the model wrote them", async () => {
  const deep = `{"key":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  peer.answer = () => ({ text: "Sorry." });
  const { body } = await complete(provider("anthropic"), [say("user", "Look it up"), say("assistant", "", { calls: [{ ...CALL, arguments: deep }] }), say("tool", "too deep", { call: CALL.id })]);
  expect(JSON.stringify(body)).toContain("\"malformed\":");
});

test("Anthropic's older models get a budget of thinking below their limit", async () => {
  peer.answer = () => ({ text: "Well." });
  const { body } = await complete(provider("anthropic", "budget"), [say("user", "Think")], { thinking: "low", maxTokens: 3_000 });
  expect(body).toMatchObject({ thinking: { type: "enabled", budget_tokens: 2_048 }, max_tokens: 3_000 });
});

test.each(["anthropic", "openai-responses"] as const)("%s: thoughts go back to the model that had them, and to no other", async (wire) => {
  const fixture = wire === "anthropic" ? anthropicFixtures["streaming request with extended thinking"] : openaiResponsesFixtures["streaming function calls"];
  const thought = (model: string) => say("assistant", "", { calls: [CALL], carried: fixture!.means.carried!.replace("the model", model) });
  const body = async (model: string) => (await complete(provider(wire), [say("user", "Hi"), thought(model), say("tool", "done", { call: "call_1" })])).body;
  expect(JSON.stringify(await body("model-1"))).toMatch(/signature|encrypted_content/);
  expect(JSON.stringify(await body("another"))).not.toMatch(/signature|encrypted_content/);
});
