// The router port: answers of models, whoever provides them.
//
// Which model to take is the genome's policy; here are only what must hold for all: fallback in the order given, circuit
// breakers, prices. Embeddings are left out until a provider really has them.
import type { Port } from "../port.js";
import { routerOperations } from "./operations.js";
import type { Provider } from "./provider.js";
import { Router } from "./router.js";

export { embeddedProvider, type Responder } from "./embedded.js";
export type { Completion, Message, Model, Provider, Request } from "./provider.js";

/** Providers in the order in which `choose` prefers them. Throws if two have a model of one name. */
export function routerPort(providers: readonly Provider[]): Port {
  return {
    name: "router",
    doc: "Answers of models, whoever provides them.",
    operations: routerOperations(new Router(providers)),
    close: async () => void (await Promise.all(providers.map((provider) => provider.close?.()))),
  };
}
