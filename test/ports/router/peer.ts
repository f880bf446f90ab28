// A strict local stand-in for the providers: it takes only requests that their references allow, and answers or fails as it is told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { WireName } from "../../../ports/router/index.js";

export const KEY = "key-of-the-tests-4711";

/** What the peer says, in whichever wire it was asked. */
export interface Said {
  readonly text?: string;
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly stop?: "end" | "length" | "tools";
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** Answers one request by hand. */
export type Handler = (response: ServerResponse, request: Asked) => void | Promise<void>;

export interface Asked {
  readonly wire: WireName;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage["headers"];
  /** Resolves when the client has gone away. */
  readonly gone: Promise<void>;
}

export interface Peer {
  readonly origin: string;
  readonly asked: Asked[];
  /** How each request is answered from now on. */
  answer: (asked: Asked, count: number) => Said | Handler;
  /** The address below which a wire is spoken. */
  url(wire: WireName): string;
  close(): Promise<void>;
}

export async function openPeer(): Promise<Peer> {
  const server = createServer((request, response) => void serve(peer, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error)))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peer: Peer = {
    origin, asked: [], answer: () => ({ text: "Hello!" }),
    url: (wire) => (wire === "anthropic" ? origin : `${origin}/v1`),
    close: () => closed(server),
  };
  return peer;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const WIRES: Readonly<Record<string, WireName>> = { "/v1/messages": "anthropic", "/v1/chat/completions": "openai-chat", "/v1/responses": "openai-responses" };

async function serve(peer: Peer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const wire = WIRES[request.url ?? ""];
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  if (wire === undefined || request.method !== "POST") return refuse(response, 404, "not_found_error", "no such address");
  const problem = headerProblem(wire, request.headers);
  if (problem !== undefined) return refuse(response, problem.status, problem.type, problem.message);
  const body = JSON.parse(Buffer.concat(pieces).toString("utf8")) as Record<string, unknown>;
  const parsed = BODIES[wire].safeParse(body);
  if (!parsed.success) return refuse(response, 400, "invalid_request_error", z.prettifyError(parsed.error));
  const asked: Asked = { wire, body, headers: request.headers, gone: new Promise((resolve) => response.on("close", resolve)) };
  peer.asked.push(asked);
  const answer = peer.answer(asked, peer.asked.length);
  if (typeof answer === "function") return answer(response, asked);
  streamed(response, streamOf(wire, answer));
}

/** The whole body as a stream of events. */
export function streamed(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.end(body);
}

/** Both providers tell errors so. */
export function refuse(response: ServerResponse, status: number, type: string, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ type: "error", error: { type, message } }));
}

function headerProblem(wire: WireName, headers: IncomingMessage["headers"]): { status: number; type: string; message: string } | undefined {
  if (!String(headers["content-type"]).startsWith("application/json")) return { status: 400, type: "invalid_request_error", message: "the body must be JSON" };
  const key = wire === "anthropic" ? headers["x-api-key"] : headers.authorization?.replace(/^Bearer /, "");
  if (key !== KEY) return { status: 401, type: "authentication_error", message: `invalid key ${String(key)}` };
  if (wire === "anthropic" && headers["anthropic-version"] !== "2023-06-01") return { status: 400, type: "invalid_request_error", message: "anthropic-version: header is required" };
  return undefined;
}

const text = z.string().min(1).refine((each) => each.trim() !== "", "text content blocks must be non-empty");
const schema = z.looseObject({ type: z.literal("object") });
const effort = z.enum(["none", "low", "medium", "high"]);
const block = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text }),
  z.strictObject({ type: z.literal("image"), source: z.strictObject({ type: z.literal("base64"), media_type: z.string().startsWith("image/"), data: z.base64() }) }),
  z.strictObject({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.looseObject({}) }),
  z.strictObject({ type: z.literal("tool_result"), tool_use_id: z.string(), content: z.string() }),
  z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
]);
type Turn = { role: string; content: z.infer<typeof block>[] };

const anthropicBody = z.strictObject({
  model: z.string(), stream: z.literal(true), max_tokens: z.int().min(1), system: z.string().optional(), temperature: z.number().min(0).max(1).optional(),
  messages: z.array(z.strictObject({ role: z.enum(["user", "assistant"]), content: z.array(block).min(1) })).min(1)
    .refine((turns) => turns.every(({ role }, at) => (role === "user") === (at % 2 === 0)), "roles must alternate, the user first")
    .refine(everyUseIsAnswered, "each tool_use block must have a tool_result block in the next message"),
  tools: z.array(z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/), description: z.string(), input_schema: schema })).optional(),
  thinking: z.union([z.strictObject({ type: z.literal("disabled") }), z.strictObject({ type: z.literal("adaptive") }), z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1024) })]).optional(),
  output_config: z.strictObject({ effort: z.enum(["low", "medium", "high"]) }).optional(),
}).refine(({ thinking, max_tokens: most }) => thinking?.type !== "enabled" || thinking.budget_tokens < most, "max_tokens must be greater than thinking.budget_tokens");

function everyUseIsAnswered(turns: readonly Turn[]): boolean {
  return turns.every(({ content }, at) => content.every((each) => {
    if (each.type === "tool_use") return turns[at + 1]?.content.some((next) => next.type === "tool_result" && next.tool_use_id === each.id) === true;
    return each.type !== "tool_result" || turns[at - 1]?.content.some((last) => last.type === "tool_use" && last.id === each.tool_use_id) === true;
  }));
}

const chatPart = z.union([z.strictObject({ type: z.literal("text"), text: z.string() }), z.strictObject({ type: z.literal("image_url"), image_url: z.strictObject({ url: z.string().startsWith("data:image/") }) })]);
const chatMessage = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: z.string() }),
  z.strictObject({ role: z.literal("user"), content: z.union([z.string(), z.array(chatPart)]) }),
  z.strictObject({ role: z.literal("assistant"), content: z.string().optional(), tool_calls: z.array(z.strictObject({ id: z.string(), type: z.literal("function"), function: z.strictObject({ name: z.string(), arguments: z.string() }) })).optional() }),
  z.strictObject({ role: z.literal("tool"), tool_call_id: z.string(), content: z.string() }),
]);
const chatBody = z.strictObject({
  model: z.string(), stream: z.literal(true), stream_options: z.strictObject({ include_usage: z.literal(true) }), max_completion_tokens: z.int().min(1).optional(), max_tokens: z.int().min(1).optional(),
  messages: z.array(chatMessage).min(1), temperature: z.number().optional(), reasoning_effort: effort.optional(),
  tools: z.array(z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string(), description: z.string(), parameters: schema }) })).optional(),
});

const item = z.union([
  z.strictObject({ role: z.literal("user"), content: z.array(z.union([z.strictObject({ type: z.literal("input_text"), text: z.string() }), z.strictObject({ type: z.literal("input_image"), image_url: z.string().startsWith("data:image/") })])) }),
  z.strictObject({ role: z.literal("assistant"), content: z.array(z.strictObject({ type: z.literal("output_text"), text: z.string() })) }),
  z.strictObject({ type: z.literal("function_call"), call_id: z.string(), name: z.string(), arguments: z.string() }),
  z.strictObject({ type: z.literal("function_call_output"), call_id: z.string(), output: z.string() }),
  z.looseObject({ type: z.literal("reasoning"), encrypted_content: z.string() }),
]);
const responsesBody = z.strictObject({
  model: z.string(), stream: z.literal(true), store: z.literal(false), max_output_tokens: z.int().min(16), input: z.array(item).min(1), instructions: z.string().optional(), temperature: z.number().optional(),
  reasoning: z.strictObject({ effort }).optional(), include: z.array(z.literal("reasoning.encrypted_content")).optional(),
  tools: z.array(z.strictObject({ type: z.literal("function"), name: z.string(), description: z.string(), parameters: schema, strict: z.boolean() })).optional(),
});

const BODIES: Readonly<Record<WireName, z.ZodType>> = { "anthropic": anthropicBody, "openai-chat": chatBody, "openai-responses": responsesBody };

/** What is said as a stream of the wire, its text in pieces. */
export function streamOf(wire: WireName, said: Said): string {
  return STREAMS[wire]({ text: "", calls: [], stop: (said.calls ?? []).length > 0 ? "tools" : "end", inputTokens: 10, outputTokens: 5, ...said });
}

const pieces = (whole: string): string[] => whole.match(/[\s\S]{1,7}/gu) ?? [];
const event = (data: { type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

const STREAMS: Readonly<Record<WireName, (said: Required<Said>) => string>> = {
  "anthropic": ({ text: whole, calls, stop, inputTokens, outputTokens }) => {
    const blocks = [
      ...(whole === "" ? [] : [{ start: { type: "text", text: "" }, deltas: pieces(whole).map((each) => ({ type: "text_delta", text: each })) }]),
      ...calls.map(({ id, name, arguments: given }) => ({ start: { type: "tool_use", id, name, input: {} }, deltas: pieces(given).map((each) => ({ type: "input_json_delta", partial_json: each })) })),
    ];
    return [
      { type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", content: [], model: "m", stop_reason: null, usage: { input_tokens: inputTokens, output_tokens: 1 } } },
      ...blocks.flatMap(({ start, deltas }, index) => [
        { type: "content_block_start", index, content_block: start }, ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })), { type: "content_block_stop", index },
      ]),
      { type: "message_delta", delta: { stop_reason: { end: "end_turn", length: "max_tokens", tools: "tool_use" }[stop] }, usage: { output_tokens: outputTokens } },
      { type: "message_stop" },
    ].map(event).join("");
  },
  "openai-chat": ({ text: whole, calls, stop, inputTokens, outputTokens }) => {
    const choice = (delta: unknown, reason: string | null = null) => data({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: reason }] });
    return [
      choice({ role: "assistant", content: "" }), ...pieces(whole).map((content) => choice({ content })),
      ...calls.flatMap(({ id, name, arguments: given }, index) => [
        choice({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }),
        ...pieces(given).map((each) => choice({ tool_calls: [{ index, function: { arguments: each } }] })),
      ]),
      choice({}, { end: "stop", length: "length", tools: "tool_calls" }[stop]),
      data({ object: "chat.completion.chunk", choices: [], usage: { prompt_tokens: inputTokens, completion_tokens: outputTokens } }), "data: [DONE]\n\n",
    ].join("");
  },
  "openai-responses": ({ text: whole, calls, stop, inputTokens, outputTokens }) => {
    const output = [
      ...(whole === "" ? [] : [{ type: "message", id: "msg_1", role: "assistant", status: "completed", content: [{ type: "output_text", text: whole, annotations: [] }] }]),
      ...calls.map(({ id, name, arguments: given }) => ({ type: "function_call", id: `fc_${id}`, call_id: id, name, arguments: given, status: "completed" })),
    ];
    const status = stop === "length" ? "incomplete" : "completed";
    return [
      { type: "response.created", response: { status: "in_progress", output: [] } },
      ...pieces(whole).map((delta) => ({ type: "response.output_text.delta", delta })),
      { type: `response.${status}`, response: { status, output, incomplete_details: stop === "length" ? { reason: "max_output_tokens" } : null, error: null, usage: { input_tokens: inputTokens, output_tokens: outputTokens } } },
    ].map(event).join("");
  },
};
