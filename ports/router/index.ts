// The router port: answers of models, whoever provides them.
//
// Which model to take is the genome's policy; here are only what must hold for all: three wires, fallback in the order
// given, circuit breakers, limits, prices. Embeddings are left out until a provider really has them; a stream is no
// operation of its own, for what comes of it is one answer: its pieces are progress of `complete`.
import type { Port } from "../port.js";
import { type Blobs, routerOperations } from "./operations.js";
import type { Provider } from "./provider.js";
import { Router } from "./router.js";

export { badModels, catalogue, checkedCatalogue, modelDefinition, type ProviderDefinition, providerDefinition, WIRES, type WireName } from "./catalogue.js";
export { connections, type Limits } from "./connection.js";
export { embeddedProvider, type Responder } from "./embedded.js";
export { type Completion, type Message, type Model, type Provider, type Request, THINKING_LEVELS, type ThinkingLevel } from "./provider.js";
export type { Blobs } from "./operations.js";
export { type Keys, remoteProvider } from "./remote.js";

export interface RouterOptions {
  /** Images are shown from here. */
  readonly blobs?: Blobs;
}

/** Providers that may become others while the port is open. */
export interface ProviderSource {
  /** The same array until they change. A PortError that it throws is that of each operation. */
  current(): readonly Provider[];
  close(): Promise<void>;
}

/** Providers in the order in which `choose` prefers them. Throws if two that are given have a model of one name. */
export function routerPort(providers: readonly Provider[] | ProviderSource, { blobs = () => undefined }: RouterOptions = {}): Port {
  const source = "current" in providers ? providers : fixed(providers);
  return {
    name: "router",
    doc: "Answers of models, whoever provides them.",
    operations: routerOperations(new Router(() => source.current()), blobs),
    close: () => source.close(),
  };
}

function fixed(providers: readonly Provider[]): ProviderSource {
  mustBeDistinct(providers);
  return { current: () => providers, close: async () => void (await Promise.all(providers.map((provider) => provider.close?.()))) };
}

function mustBeDistinct(providers: readonly Provider[]): void {
  const names = providers.flatMap(({ models }) => models.map(({ name }) => name));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`two providers have a model ${twice}`);
}
