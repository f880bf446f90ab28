// The wire of Anthropic's Messages (https://platform.claude.com/docs/en/api/messages, …/build-with-claude/streaming).
import { z } from "zod";
import type { ServerEvent } from "./events.js";
import { failedIn, malformed } from "./failure.js";
import { type Completion, effectiveLevel, idOf, isThoughtless, type Message, type Request, thinkingTokens, type ToolCall } from "./provider.js";
import { type AnswerReader, argumentsOf, base64Of, carriedItems, carry, dataOf, systemOf, type Wire } from "./wire.js";

type Json = Readonly<Record<string, unknown>>;

export const anthropicWire: Wire = {
  path: "/v1/messages",
  headers: (key) => ({ "anthropic-version": "2023-06-01", ...(key === undefined ? {} : { "x-api-key": key }) }),
  body: (request) => {
    const { model, messages, tools, maxTokens, temperature } = request;
    const system = systemOf(messages);
    return {
      model: idOf(model), stream: true, max_tokens: maxTokens, messages: turnsOf(messages, idOf(model)), ...thinkingOf(request),
      ...(system === "" ? {} : { system }), ...(temperature === undefined ? {} : { temperature }),
      ...(tools.length === 0 ? {} : { tools: tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })) }),
    };
  },
  reader: (provider, model, onText) => new Reader(provider, model, onText),
};

function thinkingOf({ model, thinking }: Request): Json {
  const level = effectiveLevel(model, thinking);
  if (isThoughtless(model)) return {};
  if (level === "off") return { thinking: { type: "disabled" } };
  if (model.thinking === "budget") return { thinking: { type: "enabled", budget_tokens: thinkingTokens(model, level) } };
  return { thinking: { type: "adaptive" }, output_config: { effort: level } };
}

/** Roles take turns, so messages of one role that follow each other are one, also where an empty one between them is left out; what tools answered is the user's. */
function turnsOf(messages: readonly Message[], model: string): { role: string; content: Json[] }[] {
  const turns: { role: string; content: Json[] }[] = [];
  for (const message of messages.filter(({ role }) => role !== "system")) {
    const role = message.role === "assistant" ? "assistant" : "user";
    const [content, last] = [blocksOf(message, model), turns.at(-1)];
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  return turns;
}

function blocksOf(message: Message, model: string): Json[] {
  const { role, text, images = [], calls = [], call = "" } = message;
  if (role === "tool") return [{ type: "tool_result", tool_use_id: call, content: text }];
  return [
    ...(carriedItems(message, model) as Json[]),
    ...images.map((image) => ({ type: "image", source: { type: "base64", media_type: image.type, data: base64Of(image) } })),
    // Empty blocks are refused.
    ...(text.trim() === "" ? [] : [{ type: "text", text }]),
    ...calls.map(({ id, name, arguments: given }) => ({ type: "tool_use", id, name, input: argumentsOf(given) })),
  ];
}

const count = z.int().min(0).nullish();
const usage = z.object({ input_tokens: count, output_tokens: count, cache_creation_input_tokens: count, cache_read_input_tokens: count });
const index = z.int().min(0);
const shapes = {
  message_start: z.object({ message: z.object({ usage }) }),
  content_block_start: z.object({ index, content_block: z.looseObject({ type: z.string() }) }),
  content_block_delta: z.object({ index, delta: z.looseObject({ type: z.string() }) }),
  message_delta: z.object({ delta: z.object({ stop_reason: z.string().nullish() }), usage: usage.nullish() }),
  error: z.object({ error: z.object({ type: z.string(), message: z.string() }) }),
};

/** Pieces of a block by their type: the field that each is added to. */
const DELTAS: Readonly<Record<string, readonly [delta: string, block: string]>> = {
  text_delta: ["text", "text"], input_json_delta: ["partial_json", "json"], thinking_delta: ["thinking", "thinking"], signature_delta: ["signature", "signature"],
};
const STOPS: Readonly<Record<string, Completion["stop"]>> = {
  end_turn: "end", stop_sequence: "end", max_tokens: "length", model_context_window_exceeded: "length", tool_use: "tools", refusal: "refusal",
};

class Reader implements AnswerReader {
  isOver = false;
  private readonly blocks = new Map<number, Record<string, unknown>>();
  private readonly used: Record<string, number> = {};
  private stop: string | undefined;

  constructor(private readonly provider: string, private readonly model: string, private readonly onText: (piece: string) => void) {}

  /** Kinds of events that are not known may be added at any time, and are passed over. */
  take(event: ServerEvent): void {
    const { type } = dataOf(this.provider, event, z.looseObject({ type: z.string() }));
    if (type === "message_start") this.count(dataOf(this.provider, event, shapes.message_start).message.usage);
    else if (type === "content_block_start") this.begin(dataOf(this.provider, event, shapes.content_block_start));
    else if (type === "content_block_delta") this.add(dataOf(this.provider, event, shapes.content_block_delta));
    else if (type === "message_delta") this.end(dataOf(this.provider, event, shapes.message_delta));
    else if (type === "message_stop") this.isOver = true;
    else if (type === "error") {
      const { error } = dataOf(this.provider, event, shapes.error);
      throw failedIn(this.provider, error.type, error.message);
    }
  }

  completion(): Completion | undefined {
    if (!this.isOver || this.stop === undefined) return undefined;
    const blocks = [...this.blocks].sort(([one], [other]) => one - other).map(([, block]) => block);
    return {
      text: blocks.filter(({ type }) => type === "text").map(({ text }) => String(text)).join(""),
      calls: blocks.filter(({ type }) => type === "tool_use").map(callOf),
      carried: carry(this.model, blocks.filter(({ type }) => type === "thinking" || type === "redacted_thinking")),
      stop: STOPS[this.stop] ?? "end",
      ...this.tokens(),
    };
  }

  private begin({ index: at, content_block: block }: z.infer<typeof shapes.content_block_start>): void {
    this.blocks.set(at, { ...block });
    if (block.type === "text" && typeof block["text"] === "string" && block["text"] !== "") this.onText(block["text"]);
  }

  private add({ index: at, delta }: z.infer<typeof shapes.content_block_delta>): void {
    const [block, fields] = [this.blocks.get(at), DELTAS[delta.type]];
    if (block === undefined) throw malformed(this.provider, `a piece of block ${at}, which was not begun`);
    if (fields === undefined) return;
    const [from, to] = fields;
    const piece = delta[from];
    if (typeof piece !== "string") throw malformed(this.provider, `a ${delta.type} without ${from}`);
    block[to] = `${typeof block[to] === "string" ? block[to] : ""}${piece}`;
    if (to === "text") this.onText(piece);
  }

  private end({ delta, usage: told }: z.infer<typeof shapes.message_delta>): void {
    this.stop = delta.stop_reason ?? this.stop;
    if (told !== undefined && told !== null) this.count(told);
  }

  /** Counts are cumulative: the last of each stands. */
  private count(told: z.infer<typeof usage>): void {
    for (const [name, value] of Object.entries(told)) if (typeof value === "number") this.used[name] = value;
  }

  private tokens(): Pick<Completion, "inputTokens" | "outputTokens"> {
    const { input_tokens: read, output_tokens: written, cache_creation_input_tokens: made = 0, cache_read_input_tokens: found = 0 } = this.used;
    return { ...(read === undefined ? {} : { inputTokens: read + made + found }), ...(written === undefined ? {} : { outputTokens: written }) };
  }
}

function callOf({ id, name, json, input }: Record<string, unknown>): ToolCall {
  return { id: String(id), name: String(name), arguments: typeof json === "string" && json !== "" ? json : JSON.stringify(input ?? {}) };
}
