// The wire of OpenAI's Responses (https://platform.openai.com/docs/api-reference/responses-streaming).
import { z } from "zod";
import type { ServerEvent } from "./events.js";
import { failedIn } from "./failure.js";
import { type Completion, effectiveLevel, idOf, isThoughtless, type Message, type Request } from "./provider.js";
import { type AnswerReader, base64Of, carriedItems, carry, dataOf, systemOf, type Wire } from "./wire.js";

type Json = Readonly<Record<string, unknown>>;

export const openaiResponsesWire: Wire = {
  path: "/responses",
  headers: (key): Readonly<Record<string, string>> => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  body: (request) => {
    const { model, messages, tools, maxTokens, temperature } = request;
    const instructions = systemOf(messages);
    return {
      model: idOf(model), stream: true, store: false, max_output_tokens: maxTokens, input: messages.flatMap((message) => itemsOf(message, idOf(model))), ...reasoningOf(request),
      ...(instructions === "" ? {} : { instructions }), ...(temperature === undefined ? {} : { temperature }),
      ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: "function", ...tool, strict: false })) }),
    };
  },
  reader: (provider, model, onText) => new Reader(provider, model, onText),
};

/** Nothing is stored there, so thoughts come sealed and go back with the calls that they led to. */
function reasoningOf({ model, thinking }: Request): Json {
  if (isThoughtless(model)) return {};
  const level = effectiveLevel(model, thinking);
  return { reasoning: { effort: level === "off" ? "none" : level }, include: ["reasoning.encrypted_content"] };
}

function itemsOf(message: Message, model: string): Json[] {
  const { role, text, images = [], calls = [], call = "" } = message;
  if (role === "system") return [];
  if (role === "tool") return [{ type: "function_call_output", call_id: call, output: text }];
  const isOurs = role === "assistant";
  const content: Json[] = [
    ...(text === "" ? [] : [{ type: isOurs ? "output_text" : "input_text", text }]),
    ...images.map((image) => ({ type: "input_image", image_url: `data:${image.type};base64,${base64Of(image)}` })),
  ];
  return [
    ...(carriedItems(message, model) as Json[]),
    ...(content.length === 0 ? [] : [{ role, content }]),
    ...calls.map(({ id, name, arguments: given }) => ({ type: "function_call", call_id: id, name, arguments: given })),
  ];
}

const part = z.looseObject({ type: z.string(), text: z.string().nullish(), refusal: z.string().nullish() });
const item = z.looseObject({
  type: z.string(), call_id: z.string().nullish(), name: z.string().nullish(), arguments: z.string().nullish(), content: z.array(part).nullish(),
});
const response = z.object({
  status: z.string().nullish(),
  output: z.array(item),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string() }).nullish(),
  usage: z.object({ input_tokens: z.int().min(0), output_tokens: z.int().min(0) }).nullish(),
});
type Response = z.infer<typeof response>;

class Reader implements AnswerReader {
  isOver = false;
  private whole: Response | undefined;

  constructor(private readonly provider: string, private readonly model: string, private readonly onText: (piece: string) => void) {}

  take(event: ServerEvent): void {
    const { type } = dataOf(this.provider, event, z.looseObject({ type: z.string() }));
    if (type === "response.output_text.delta") this.onText(dataOf(this.provider, event, z.object({ delta: z.string() })).delta);
    else if (type === "response.completed" || type === "response.incomplete") this.end(event);
    else if (type === "response.failed") {
      const { error } = dataOf(this.provider, event, z.object({ response: z.object({ error: response.shape.error }) })).response;
      throw failedIn(this.provider, error?.code ?? "failed", error?.message ?? "");
    } else if (type === "error") {
      const { code, message } = dataOf(this.provider, event, z.object({ code: z.string().nullish(), message: z.string() }));
      throw failedIn(this.provider, code ?? "error", message);
    }
  }

  completion(): Completion | undefined {
    return this.whole === undefined ? undefined : completionOf(this.whole, this.model);
  }

  /** The last event holds the whole answer once more. */
  private end(event: ServerEvent): void {
    this.whole = dataOf(this.provider, event, z.object({ response })).response;
    this.isOver = true;
  }
}

function completionOf({ output, incomplete_details: incomplete, status, usage }: Response, model: string): Completion {
  const parts = output.filter(({ type }) => type === "message").flatMap(({ content }) => content ?? []);
  const refusal = parts.map((each) => each.refusal ?? "").join("");
  const text = parts.map((each) => each.text ?? "").join("");
  const calls = output.filter(({ type }) => type === "function_call").map((each) => ({ id: each.call_id ?? "", name: each.name ?? "", arguments: each.arguments ?? "" }));
  const isCut = status === "incomplete";
  return {
    text: text === "" ? refusal : text, calls,
    carried: carry(model, output.filter(({ type }) => type === "reasoning")),
    stop: refusal !== "" || incomplete?.reason === "content_filter" ? "refusal" : isCut ? "length" : calls.length > 0 ? "tools" : "end",
    ...(usage === undefined || usage === null ? {} : { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens }),
  };
}
