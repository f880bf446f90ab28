// The wire of OpenAI's Chat Completions, which most other endpoints speak too (https://platform.openai.com/docs/api-reference/chat-streaming).
import { z } from "zod";
import type { ServerEvent } from "./events.js";
import { failedIn } from "./failure.js";
import { type Completion, effectiveLevel, idOf, isThoughtless, type Message, type Request, type ToolCall } from "./provider.js";
import { type AnswerReader, base64Of, dataOf, type Wire } from "./wire.js";

type Json = Readonly<Record<string, unknown>>;

export const openaiChatWire: Wire = {
  path: "/chat/completions",
  headers: (key): Readonly<Record<string, string>> => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  body: (request, { limitName }) => {
    const { model, messages, tools, maxTokens, temperature } = request;
    return {
      model: idOf(model), stream: true, stream_options: { include_usage: true }, [limitName]: maxTokens, messages: messages.map(messageOf), ...effortOf(request),
      ...(temperature === undefined ? {} : { temperature }),
      ...(tools.length === 0 ? {} : { tools: tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, description, parameters } })) }),
    };
  },
  reader: (provider, _model, onText) => new Reader(provider, onText),
};

function effortOf({ model, thinking }: Request): Json {
  const level = effectiveLevel(model, thinking);
  return isThoughtless(model) ? {} : { reasoning_effort: level === "off" ? "none" : level };
}

function messageOf({ role, text, images = [], calls = [], call = "" }: Message): Json {
  if (role === "tool") return { role, tool_call_id: call, content: text };
  if (images.length > 0) {
    const pictures = images.map((image) => ({ type: "image_url", image_url: { url: `data:${image.type};base64,${base64Of(image)}` } }));
    return { role, content: [...(text === "" ? [] : [{ type: "text", text }]), ...pictures] };
  }
  if (calls.length === 0) return { role, content: text };
  return {
    role, ...(text === "" ? {} : { content: text }),
    tool_calls: calls.map(({ id, name, arguments: given }) => ({ id, type: "function", function: { name, arguments: given } })),
  };
}

/** Places of calls; some servers begin at 1, or leave gaps. */
const MOST_CALLS = 1_024;

const call = z.object({ index: z.int().min(0).max(MOST_CALLS - 1).nullish(), id: z.string().nullish(), function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish() });
const choice = z.object({
  delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(call).nullish() }).nullish(),
  finish_reason: z.string().nullish(),
});
const chunk = z.object({
  choices: z.array(choice).nullish(),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
  error: z.union([z.string(), z.object({ message: z.string(), type: z.string().nullish(), code: z.unknown() })]).nullish(),
});

const STOPS: Readonly<Record<string, Completion["stop"]>> = { stop: "end", length: "length", tool_calls: "tools", function_call: "tools", content_filter: "refusal" };

class Reader implements AnswerReader {
  isOver = false;
  private text = "";
  private refusal = "";
  private readonly calls = new Map<number, { id: string; name: string; arguments: string }>();
  private stop: string | undefined;
  private usage: Pick<Completion, "inputTokens" | "outputTokens"> = {};

  constructor(private readonly provider: string, private readonly onText: (piece: string) => void) {}

  take(event: ServerEvent): void {
    if (event.data.trim() === "[DONE]") return void (this.isOver = true);
    const { choices, usage, error } = dataOf(this.provider, event, chunk);
    if (typeof error === "string") throw failedIn(this.provider, "error", error);
    if (error !== undefined && error !== null) throw failedIn(this.provider, error.type ?? "error", error.message);
    if (usage !== undefined && usage !== null) this.usage = { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
    const [first] = choices ?? [];
    if (first !== undefined) this.add(first);
  }

  /** A reason to finish is what tells a whole answer; some servers close without the last mark. */
  completion(): Completion | undefined {
    if (this.stop === undefined) return undefined;
    const calls: ToolCall[] = [...this.calls].sort(([one], [other]) => one - other).map(([at, each]) => ({ ...each, id: each.id === "" ? `call-${at}` : each.id }));
    // Some servers finish with "stop" although there are calls.
    const stop = calls.length > 0 && this.stop !== "length" ? "tools" : STOPS[this.stop] ?? "end";
    return { text: this.text === "" ? this.refusal : this.text, calls, stop: this.refusal === "" ? stop : "refusal", carried: "", ...this.usage };
  }

  private add({ delta, finish_reason: reason }: z.infer<typeof choice>): void {
    const piece = delta?.content ?? "";
    this.text += piece;
    this.refusal += delta?.refusal ?? "";
    if (piece !== "") this.onText(piece);
    for (const each of delta?.tool_calls ?? []) this.addCall(each);
    if (typeof reason === "string" && reason !== "") this.stop = reason;
  }

  /** Without an index, an id begins a call. */
  private addCall({ index, id, function: told }: z.infer<typeof call>): void {
    const at = index ?? (id === undefined || id === null ? Math.max(0, this.calls.size - 1) : this.calls.size);
    const found = this.calls.get(at) ?? { id: "", name: "", arguments: "" };
    this.calls.set(at, found);
    found.id ||= id ?? "";
    found.name += told?.name ?? "";
    found.arguments += told?.arguments ?? "";
  }
}
