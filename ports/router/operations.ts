// The router's operations: ask a model, and what is known of the models.
import { z } from "zod";
import { type Labels, type Operation, operation, PortError } from "../port.js";
import { type Image, isThoughtless, type Message, THINKING_LEVELS, type Tool } from "./provider.js";
import type { CompletionRequest, Router } from "./router.js";

/** The bytes that a hash names, with where they come from; undefined if there are none. */
export type Blobs = (hash: string) => { readonly bytes: Uint8Array; readonly labels: Labels } | undefined;

const MESSAGE_CHARACTERS = 4 << 20;
const IMAGES = 20;
const IMAGE_BYTES = 5 << 20;

const name = z.string().min(1).max(200);
const text = z.string().max(MESSAGE_CHARACTERS);
const call = z.object({ id: z.string().max(500), name: z.string().max(500), arguments: text });
const image = z.object({ type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]), blob: z.string().regex(/^[0-9a-f]{64}$/) });
const message = z.object({
  role: z.enum(["system", "user", "assistant", "tool"]), text,
  images: z.array(image).max(IMAGES).optional(), calls: z.array(call).max(100).optional(), call: z.string().max(500).optional(), carried: text.optional(),
});
const tool = z.object({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), description: z.string().max(10_000),
  parameters: z.string().max(100_000).refine(isObject, "A tool's parameters are a JSON Schema, as a text"),
});
const tags = z.array(z.string().max(100)).max(20).default([]);
const tokens = z.int().min(0);
const levels = z.enum(THINKING_LEVELS);

const asked = z.object({
  model: name, messages: z.array(message).min(1).max(10_000),
  fallback: z.array(name).max(20).default([]), "max-tokens": z.int().min(1).max(1_000_000).default(1_024), temperature: z.number().min(0).max(2).optional(),
  tools: z.array(tool).max(200).default([]), thinking: levels.default("off"),
});
type Asked = z.output<typeof asked>;

export function routerOperations(router: Router, blobs: Blobs): Operation[] {
  return [complete(router, blobs), choose(router), models(router), health(router)];
}

const complete = (router: Router, blobs: Blobs): Operation => operation({
  name: "complete",
  doc: "A model's answer to messages. With further models as fallback they are tried in order while the provider is at fault. "
    + "A text that comes bit by bit is progress; a stream that is cut is a failure. With tools the answer may be calls, each of which wants a message of the role tool with its id as call.",
  parameters: asked,
  result: z.object({
    text: z.string(), model: z.string(), provider: z.string(), stop: z.enum(["end", "length", "refusal", "tools"]), calls: z.array(call), carried: z.string(),
    usage: z.object({ "input-tokens": tokens, "output-tokens": tokens, "usd-cents": z.number().min(0), "latency-ms": tokens }),
    passed: z.array(z.object({ model: z.string(), code: z.string() })),
  }),
  outcome: "idempotent",
  accepts: { any: "it goes to a provider that the owner chose, and the answer carries the labels" },
  produces: "model",
  cost: (request) => ({ calls: 1, ...router.estimate(estimated(request)) }),
  run: async (request, context) => {
    const answer = await router.complete(requestOf(request, (hash) => imageOf(blobs, hash, context.labels ?? [])), context);
    const { usage, milliseconds, passed, calls = [], carried = "", ...rest } = answer;
    return {
      ...rest, carried, calls: [...calls], passed: [...passed],
      usage: { "input-tokens": usage.inputTokens, "output-tokens": usage.outputTokens, "usd-cents": usage.usdCents, "latency-ms": milliseconds },
    };
  },
});

const choose = (router: Router): Operation => operation({
  name: "choose",
  doc: "The first model with all the tags and room for the tokens whose provider may be asked now; and what was seen of each such model, for a policy to choose better by.",
  parameters: z.object({ tags, "context-tokens": tokens.default(0) }),
  result: z.object({
    model: z.string(),
    candidates: z.array(z.object({ model: z.string(), mean: z.number(), count: z.int(), total: z.int(), cost: z.number(), latency: z.number() })),
  }),
  outcome: "pure",
  run: (request, { stamp }) => {
    const candidates = router.available(request.tags, request["context-tokens"], stamp.timeMs);
    const [first] = candidates;
    if (first === undefined) throw new PortError("router-no-model", "no model has these tags, this much room, and a provider that may be asked now", { hint: "Ask for fewer tags; (router/health) tells which providers are left alone, and until when." });
    return { model: first.model, candidates };
  },
});

const models = (router: Router): Operation => operation({
  name: "models",
  doc: "All models: whose they are, how much they read, what a million tokens cost in US cents, whether they think, and what is missing before they can be asked.",
  parameters: z.object({}),
  result: z.array(z.object({
    model: z.string(), provider: z.string(), "context-tokens": z.int(), tags: z.array(z.string()),
    "usd-cents-per-million-input": z.number(), "usd-cents-per-million-output": z.number(), thinks: z.boolean(), missing: z.string().optional(),
  })),
  outcome: "pure",
  run: () => router.models().map(({ model, provider, missing }) => ({
    model: model.name, provider, "context-tokens": model.contextTokens, tags: [...model.tags],
    "usd-cents-per-million-input": model.usdCentsPerMillionInput, "usd-cents-per-million-output": model.usdCentsPerMillionOutput,
    thinks: !isThoughtless(model), ...(missing === undefined ? {} : { missing }),
  })),
});

const health = (router: Router): Operation => operation({
  name: "health",
  doc: "Each provider's circuit: closed (asked), open (left alone until a time) or half-open (the next request is a trial).",
  parameters: z.object({}),
  result: z.array(z.object({ provider: z.string(), state: z.enum(["closed", "open", "half-open"]), "retry-at-ms": z.int().optional() })),
  outcome: "pure",
  run: (_request, { stamp }) => router.health(stamp.timeMs).map(({ retryAtMs, ...rest }) => (retryAtMs === undefined ? rest : { ...rest, "retry-at-ms": Math.ceil(retryAtMs) })),
});

const NO_BYTES = new Uint8Array();

/** As far as its cost goes: of an image only that there is one. */
function estimated(request: Asked): CompletionRequest {
  return requestOf(request, () => NO_BYTES);
}

function requestOf(request: Asked, bytesOf: (hash: string) => Uint8Array): CompletionRequest {
  const { model, fallback, messages, temperature, tools, thinking } = request;
  return {
    models: [...new Set([model, ...fallback])], temperature, thinking, maxTokens: request["max-tokens"],
    messages: messages.map(({ images = [], ...rest }): Message => ({ ...rest, images: images.map(({ type, blob }): Image => ({ type, bytes: bytesOf(blob) })) })),
    tools: tools.map(({ parameters, ...rest }): Tool => ({ ...rest, parameters: JSON.parse(parameters) as Record<string, unknown> })),
  };
}

/** The answer carries the labels of the call, so those of the image must be among them. */
function imageOf(blobs: Blobs, hash: string, labels: Labels): Uint8Array {
  const found = blobs(hash);
  if (found === undefined) throw new PortError("router-no-blob", `there is no blob ${hash}`);
  if (found.bytes.length > IMAGE_BYTES) throw new PortError("router-image-too-large", `the image ${hash} has more than ${IMAGE_BYTES} bytes`, { hint: "Make it smaller." });
  const hidden = found.labels.filter((label) => !labels.includes(label));
  if (hidden.length > 0) throw new PortError("router-image-labels", `the image ${hash} comes from ${hidden.join(", ")}, and the call does not say so`, { hint: "Hand over the box in which its hash came." });
  return found.bytes;
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
