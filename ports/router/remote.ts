// A provider reached over the network: one of the wires, over one connection, with a key taken at the moment of use.
import type { Agent } from "undici";
import { PortError } from "../port.js";
import { anthropicWire } from "./anthropic.js";
import type { ProviderDefinition, WireName } from "./catalogue.js";
import { ask, connections, type Limits, LIMITS, type Outgoing } from "./connection.js";
import type { ServerEvent } from "./events.js";
import { ProviderError, streamCut } from "./failure.js";
import { openaiChatWire } from "./openai-chat.js";
import { openaiResponsesWire } from "./openai-responses.js";
import { type Completion, idOf, type Model, type Provider, type Request } from "./provider.js";
import type { AnswerReader, Wire } from "./wire.js";

const WIRE: Readonly<Record<WireName, Wire>> = { anthropic: anthropicWire, "openai-chat": openaiChatWire, "openai-responses": openaiResponsesWire };

/** Of the vault, for the router alone. */
export interface Keys {
  /** Whether there is one that may be sent to this origin. */
  has(secret: string, origin: string): boolean;
  /** The secret itself, for this origin only: to be used at once and kept nowhere. Throws PortError if there is none, or it may not go there. */
  resolve(secret: string, origin: string): string;
}

export interface RemoteOptions {
  readonly limits?: Partial<Limits>;
  /** Its own unless given; ended with the provider. */
  readonly agent?: Agent;
}

/** Fails with a ProviderError: those of failure.ts, and `router-no-key`. */
export function remoteProvider(definition: ProviderDefinition, keys: Keys, { limits = {}, agent = connections() }: RemoteOptions = {}): Provider {
  const { name, secret } = definition;
  const { origin } = new URL(definition.url);
  const missing = (): string | undefined => (secret === undefined || keys.has(secret, origin) ? undefined : `a secret ${secret} for ${origin}`);
  return {
    name, missing, models: definition.models.map(modelOf),
    complete: async (request, signal, onText) => {
      if (missing() !== undefined) throw noKey(definition);
      const key = secret === undefined ? undefined : keyOf(keys, secret, origin);
      const reader = WIRE[definition.wire].reader(name, idOf(request.model), onText);
      return answerOf(name, reader, ask(agent, outgoing(definition, key, request), { ...LIMITS, ...limits }, signal, () => reader.completion() !== undefined)).catch((error: unknown) => { throw withoutKey(error, key); });
    },
    close: () => agent.destroy(),
  };
}

function outgoing({ name, wire: wireName, url, "limit-name": limitName }: ProviderDefinition, key: string | undefined, request: Request): Outgoing {
  const wire = WIRE[wireName];
  return {
    provider: name, url: url.replace(/\/$/, "") + wire.path, body: wire.body(request, { limitName }),
    headers: { ...wire.headers(key), "idempotency-key": request.idempotencyKey },
  };
}

/** Some providers quote the key that they refuse. */
function withoutKey(error: unknown, key: string | undefined): unknown {
  if (key === undefined || !(error instanceof ProviderError) || !error.message.includes(key)) return error;
  return new ProviderError(error.code, error.message.replaceAll(key, "[the key]"), { ...error.options, isBilled: error.isBilled });
}

/** What the vault refuses came before any model worked. */
function keyOf(keys: Keys, secret: string, origin: string): string {
  try {
    return keys.resolve(secret, origin);
  } catch (error) {
    throw error instanceof PortError ? new ProviderError(error.code, error.message, error.options) : error;
  }
}

async function answerOf(name: string, reader: AnswerReader, events: AsyncIterable<ServerEvent>): Promise<Completion> {
  for await (const event of events) {
    reader.take(event);
    if (reader.isOver) break;
  }
  const completion = reader.completion();
  if (completion === undefined) throw streamCut(name);
  return completion;
}

function noKey({ name, secret = "", url }: ProviderDefinition): ProviderError {
  return new ProviderError("router-no-key", `${name} has no key: the vault has no secret ${secret} for ${new URL(url).origin}`, { hint: `ouro vault put ${secret} --origin ${new URL(url).origin}` });
}

function modelOf({ name, id, context, price, tags, thinking }: ProviderDefinition["models"][number]): Model {
  const [input = 0, output = 0] = price;
  return { name, id, contextTokens: context, tags, thinking, usdCentsPerMillionInput: input, usdCentsPerMillionOutput: output };
}
