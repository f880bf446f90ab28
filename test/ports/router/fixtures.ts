// The providers' own documented examples of their streams, with what each means.
import type { Completion } from "../../../ports/router/index.js";

export interface Fixture {
  readonly source: string;
  /** The body as it goes over the wire. */
  readonly stream: string;
  readonly means: Completion;
}

const named = (...events: readonly (readonly [string, unknown])[]): string => events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join("");
const plain = (...data: readonly unknown[]): string => data.map((each) => `data: ${typeof each === "string" ? each : JSON.stringify(each)}\n\n`).join("");

const ANTHROPIC = "https://platform.claude.com/docs/en/build-with-claude/streaming";

/** Each of the page's examples, under its title there. */
export const anthropicFixtures: Readonly<Record<string, Fixture>> = {
  "basic streaming request": {
    source: ANTHROPIC,
    stream: named(
      ["message_start", { type: "message_start", message: { id: "msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY", type: "message", role: "assistant", content: [], model: "claude-opus-4-6", stop_reason: null, stop_sequence: null, usage: { input_tokens: 25, output_tokens: 1 } } }],
      ["content_block_start", { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }],
      ["ping", { type: "ping" }],
      ["content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello" } }],
      ["content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "!" } }],
      ["content_block_stop", { type: "content_block_stop", index: 0 }],
      ["message_delta", { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 15 } }],
      ["message_stop", { type: "message_stop" }],
    ),
    means: { text: "Hello!", calls: [], carried: "", stop: "end", inputTokens: 25, outputTokens: 15 },
  },
  "streaming request with tool use": {
    source: ANTHROPIC,
    stream: named(
      ["message_start", { type: "message_start", message: { id: "msg_014p7gG3wDgGV9EUtLvnow3U", type: "message", role: "assistant", model: "claude-opus-4-6", stop_sequence: null, usage: { input_tokens: 472, output_tokens: 2 }, content: [], stop_reason: null } }],
      ["content_block_start", { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }],
      ["ping", { type: "ping" }],
      ["content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Okay, let's check the weather for San Francisco, CA:" } }],
      ["content_block_stop", { type: "content_block_stop", index: 0 }],
      ["content_block_start", { type: "content_block_start", index: 1, content_block: { type: "tool_use", id: "toolu_01T1x1fJ34qAmk2tNTrN7Up6", name: "get_weather", input: {} } }],
      ...["", "{\"location\":", " \"San", " Francisc", "o,", " CA\"", ", ", "\"unit\": \"fah", "renheit\"}"].map((piece) =>
        ["content_block_delta", { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: piece } }] as const),
      ["content_block_stop", { type: "content_block_stop", index: 1 }],
      ["message_delta", { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 89 } }],
      ["message_stop", { type: "message_stop" }],
    ),
    means: {
      text: "Okay, let's check the weather for San Francisco, CA:", stop: "tools", carried: "", inputTokens: 472, outputTokens: 89,
      calls: [{ id: "toolu_01T1x1fJ34qAmk2tNTrN7Up6", name: "get_weather", arguments: "{\"location\": \"San Francisco, CA\", \"unit\": \"fahrenheit\"}" }],
    },
  },
  "streaming request with extended thinking": {
    source: ANTHROPIC,
    stream: named(
      ["message_start", { type: "message_start", message: { id: "msg_01", type: "message", role: "assistant", content: [], model: "claude-sonnet-4-6", stop_reason: null, stop_sequence: null, usage: { input_tokens: 53, cache_creation_input_tokens: 4, cache_read_input_tokens: 3, output_tokens: 1 } } }],
      ["content_block_start", { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } }],
      ["content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "I need to find the GCD of 1071 and 462 using the Euclidean algorithm.\n\n1071 = 2 × 462 + 147" } }],
      ["content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "\n462 = 3 × 147 + 21" } }],
      ["content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds..." } }],
      ["content_block_stop", { type: "content_block_stop", index: 0 }],
      ["content_block_start", { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } }],
      ["content_block_delta", { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "The greatest common divisor of 1071 and 462 is **21**." } }],
      ["content_block_stop", { type: "content_block_stop", index: 1 }],
      ["message_delta", { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 120 } }],
      ["message_stop", { type: "message_stop" }],
    ),
    means: {
      text: "The greatest common divisor of 1071 and 462 is **21**.", calls: [], stop: "end", inputTokens: 60, outputTokens: 120,
      carried: JSON.stringify({ model: "the model", items: [{
        type: "thinking", thinking: "I need to find the GCD of 1071 and 462 using the Euclidean algorithm.\n\n1071 = 2 × 462 + 147\n462 = 3 × 147 + 21", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds...",
      }] }),
    },
  },
};

const chunk = (delta: unknown, reason: string | null = null) =>
  ({ id: "chatcmpl-123", object: "chat.completion.chunk", created: 1694268190, model: "gpt-4o-mini", system_fingerprint: "fp_44709d6fcb", choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] });

export const openaiChatFixtures: Readonly<Record<string, Fixture>> = {
  "streaming": {
    source: "https://platform.openai.com/docs/api-reference/chat-streaming",
    stream: plain(
      chunk({ role: "assistant", content: "" }), chunk({ content: "Hello" }), chunk({}, "stop"),
      { id: "chatcmpl-123", object: "chat.completion.chunk", created: 1694268190, model: "gpt-4o-mini", choices: [], usage: { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 } }, "[DONE]",
    ),
    means: { text: "Hello", calls: [], carried: "", stop: "end", inputTokens: 19, outputTokens: 10 },
  },
  "streaming function calls": {
    source: "https://platform.openai.com/docs/guides/function-calling?api-mode=chat#streaming",
    stream: plain(
      chunk({ role: "assistant", content: null, tool_calls: [{ index: 0, id: "call_DdmO9pD3xa9XTPNJ32zg2hcA", function: { arguments: "", name: "get_weather" }, type: "function" }] }),
      ...["{\"", "location", "\":\"", "Paris", ",", " France", "\"}"].map((piece) => chunk({ tool_calls: [{ index: 0, id: null, function: { arguments: piece, name: null }, type: null }] })),
      chunk({}, "tool_calls"), "[DONE]",
    ),
    means: { text: "", carried: "", stop: "tools", calls: [{ id: "call_DdmO9pD3xa9XTPNJ32zg2hcA", name: "get_weather", arguments: "{\"location\":\"Paris, France\"}" }] },
  },
};

const RESPONSE = { id: "resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654", object: "response", created_at: 1741290958, error: null, incomplete_details: null, instructions: "You are a helpful assistant.", max_output_tokens: null, model: "gpt-4.1-2025-04-14" };
const MESSAGE = "msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654";
const FUNCTION = { type: "function_call", id: "fc_1234xyz", call_id: "call_1234xyz", name: "get_weather" };

export const openaiResponsesFixtures: Readonly<Record<string, Fixture>> = {
  "streaming": {
    source: "https://platform.openai.com/docs/api-reference/responses/create (streaming)",
    stream: named(
      ["response.created", { type: "response.created", response: { ...RESPONSE, status: "in_progress", output: [], usage: null } }],
      ["response.in_progress", { type: "response.in_progress", response: { ...RESPONSE, status: "in_progress", output: [], usage: null } }],
      ["response.output_item.added", { type: "response.output_item.added", output_index: 0, item: { id: MESSAGE, type: "message", status: "in_progress", role: "assistant", content: [] } }],
      ["response.content_part.added", { type: "response.content_part.added", item_id: MESSAGE, output_index: 0, content_index: 0, part: { type: "output_text", text: "", annotations: [] } }],
      ["response.output_text.delta", { type: "response.output_text.delta", item_id: MESSAGE, output_index: 0, content_index: 0, delta: "Hi" }],
      ["response.output_text.delta", { type: "response.output_text.delta", item_id: MESSAGE, output_index: 0, content_index: 0, delta: " there! How can I assist you today?" }],
      ["response.output_text.done", { type: "response.output_text.done", item_id: MESSAGE, output_index: 0, content_index: 0, text: "Hi there! How can I assist you today?" }],
      ["response.completed", { type: "response.completed", response: { ...RESPONSE, status: "completed", output: [{ id: MESSAGE, type: "message", status: "completed", role: "assistant", content: [{ type: "output_text", text: "Hi there! How can I assist you today?", annotations: [] }] }], usage: { input_tokens: 37, output_tokens: 11, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 48 } } }],
    ),
    means: { text: "Hi there! How can I assist you today?", calls: [], carried: "", stop: "end", inputTokens: 37, outputTokens: 11 },
  },
  "streaming function calls": {
    source: "https://platform.openai.com/docs/guides/function-calling#streaming",
    stream: named(
      ["response.output_item.added", { type: "response.output_item.added", response_id: "resp_1234xyz", output_index: 0, item: { ...FUNCTION, arguments: "" } }],
      ["response.function_call_arguments.delta", { type: "response.function_call_arguments.delta", response_id: "resp_1234xyz", item_id: "fc_1234xyz", output_index: 0, delta: "{\"location\":\"Paris, France\"}" }],
      ["response.function_call_arguments.done", { type: "response.function_call_arguments.done", response_id: "resp_1234xyz", item_id: "fc_1234xyz", output_index: 0, arguments: "{\"location\":\"Paris, France\"}" }],
      ["response.completed", { type: "response.completed", response: { ...RESPONSE, status: "completed", output: [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAAA" }, { ...FUNCTION, arguments: "{\"location\":\"Paris, France\"}", status: "completed" }], usage: { input_tokens: 5, output_tokens: 7 } } }],
    ),
    means: {
      text: "", stop: "tools", inputTokens: 5, outputTokens: 7, calls: [{ id: "call_1234xyz", name: "get_weather", arguments: "{\"location\":\"Paris, France\"}" }],
      carried: JSON.stringify({ model: "the model", items: [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAAA" }] }),
    },
  },
};
