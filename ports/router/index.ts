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
export type { Limits } from "./connection.js";
export { embeddedProvider, type Responder } from "./embedded.js";
export { type Completion, type Message, type Model, type Provider, type Request, THINKING_LEVELS, type ThinkingLevel } from "./provider.js";
export type { Blobs } from "./operations.js";
export { type Keys, remoteProvider } from "./remote.js";

export interface RouterOptions {
  /** Images are shown from here. */
  readonly blobs?: Blobs;
}

/** Providers in the order in which `choose` prefers them. A function answers the same array until they change. */
export function routerPort(providers: readonly Provider[] | (() => readonly Provider[]), { blobs = () => undefined }: RouterOptions = {}): Port {
  const all = typeof providers === "function" ? providers : () => providers;
  if (typeof providers !== "function") mustBeDistinct(providers);
  return {
    name: "router",
    doc: "Answers of models, whoever provides them.",
    operations: routerOperations(new Router(all), blobs),
    close: async () => void (await Promise.all(all().map((provider) => provider.close?.()))),
  };
}

function mustBeDistinct(providers: readonly Provider[]): void {
  const names = providers.flatMap(({ models }) => models.map(({ name }) => name));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`two providers have a model ${twice}`);
}
