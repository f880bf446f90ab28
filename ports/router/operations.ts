// The router's operations: ask a model, and what is known of the models.
import { z } from "zod";
import { type Operation, operation, PortError } from "../port.js";
import type { CompletionRequest, Router } from "./router.js";

const name = z.string().min(1).max(200);
const message = z.object({ role: z.enum(["system", "user", "assistant", "tool"]), text: z.string().max(4 << 20) });
const tags = z.array(z.string().max(100)).max(20).default([]);

export function routerOperations(router: Router): Operation[] {
  return [complete(router), choose(router), models(router), health(router)];
}

const complete = (router: Router): Operation => operation({
  name: "complete",
  doc: "A model's answer to messages. With further models as fallback they are tried in order while the provider is at fault.",
  parameters: z.object({
    model: name, messages: z.array(message).min(1).max(10_000),
    fallback: z.array(name).max(20).default([]), "max-tokens": z.int().min(1).max(1_000_000).default(1_024), temperature: z.number().min(0).max(2).optional(),
  }),
  result: z.object({
    text: z.string(), model: z.string(), provider: z.string(), stop: z.enum(["end", "length", "refusal"]),
    usage: z.object({ "input-tokens": z.int().min(0), "output-tokens": z.int().min(0), "usd-cents": z.number().min(0), "latency-ms": z.int().min(0) }),
    passed: z.array(z.object({ model: z.string(), code: z.string() })),
  }),
  outcome: "idempotent",
  produces: "model",
  cost: (request) => ({ calls: 1, ...router.estimate(requestOf(request)) }),
  run: async (request, context) => {
    const { inputTokens, outputTokens, usdCents, milliseconds, passed, ...answer } = await router.complete(requestOf(request), context);
    return { ...answer, passed: [...passed], usage: { "input-tokens": inputTokens, "output-tokens": outputTokens, "usd-cents": usdCents, "latency-ms": milliseconds } };
  },
});

const choose = (router: Router): Operation => operation({
  name: "choose",
  doc: "The first model with all the tags and room for the tokens whose provider may be asked now; and what was seen of each such model, for a policy to choose better by.",
  parameters: z.object({ tags, "context-tokens": z.int().min(0).default(0) }),
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
  doc: "All models: whose they are, how much they read, what a million tokens cost in US cents.",
  parameters: z.object({}),
  result: z.array(z.object({
    model: z.string(), provider: z.string(), "context-tokens": z.int(), tags: z.array(z.string()),
    "usd-cents-per-million-input": z.number(), "usd-cents-per-million-output": z.number(),
  })),
  outcome: "pure",
  run: () => router.models().map(({ model, provider }) => ({
    model: model.name, provider, "context-tokens": model.contextTokens, tags: [...model.tags],
    "usd-cents-per-million-input": model.usdCentsPerMillionInput, "usd-cents-per-million-output": model.usdCentsPerMillionOutput,
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

function requestOf(request: { model: string; fallback: string[]; messages: CompletionRequest["messages"]; "max-tokens": number; temperature?: number }): CompletionRequest {
  const { model, fallback, messages, temperature } = request;
  return { models: [...new Set([model, ...fallback])], messages, maxTokens: request["max-tokens"], temperature };
}
