// Providers of models in a home: read from the genome in force, keyed from the vault, added and taken away by a person.
import { record, toLisp, toPlain, type World } from "../epigenome/index.js";
import { canonical, type Interpreter, LispError, type Value } from "../interpreter/index.js";
import type { Lineage } from "../ports/lineage/index.js";
import type { Port } from "../ports/port.js";
import { badModels, catalogue, checkedCatalogue, connections, type Keys, type Provider, providerDefinition, type ProviderDefinition, type ProviderSource, remoteProvider } from "../ports/router/index.js";
import type { Vault } from "../ports/vault/index.js";
import { HostError } from "./host-error.js";
import { callNatively } from "./host-native.js";
import { interpreterOf } from "./host-policy.js";
import type { ModelReport, ModelsView, NewProvider } from "./models.js";

const LIBRARY = "(genome policy models)";
const FILE = "policy/models.scm";
/** The definition that a person's additions are in, after its name and docstring. */
const OWN = "own-providers";
const OWN_PATH = [3];

/** The providers of the genome in force, then those that are always there; made again when the genome changes, over one set of connections, which ends with the port. */
export function genomeProviders(vault: Vault, world: () => World, always: readonly Provider[]): ProviderSource {
  const [agent, keys] = [connections(), keysOf(vault)];
  let made: { readonly interpreter: Interpreter | undefined; readonly providers: readonly Provider[] } = { interpreter: undefined, providers: always };
  return {
    current: () => {
      const interpreter = interpreterOf(world());
      if (interpreter !== made.interpreter)
        made = { interpreter, providers: interpreter === undefined ? always : [...definitions(interpreter).map((definition) => remoteProvider(definition, keys, { agent })), ...always] };
      return made.providers;
    },
    close: () => agent.destroy(),
  };
}

function keysOf(vault: Vault): Keys {
  return {
    has: (secret, origin) => vault.secrets().some(({ name, origins }) => name === secret && origins.includes(origin)),
    resolve: (secret, origin) => vault.resolve(`secret:${secret}`, origin),
  };
}

/** What the genome defines. Errors: `router-bad-models`. */
function definitions(interpreter: Interpreter): readonly ProviderDefinition[] {
  // A genome from before there were models, or of a person who wants none.
  if (!interpreter.libraries().includes(LIBRARY)) return [];
  const value = interpreter.exported(LIBRARY, "providers");
  if (value === undefined) throw badModels("it does not export providers");
  return checkedCatalogue(plainOf(value));
}

function plainOf(value: Value): unknown {
  try {
    return toPlain(value, catalogue, "providers");
  } catch (error) {
    if (error instanceof LispError) throw badModels(String((error.payload as { message?: unknown }).message));
    throw error;
  }
}

export interface ModelsParts {
  readonly world: World;
  readonly vault: Vault;
  readonly lineage: Lineage;
  readonly router: Port;
  /** Takes what main has become into force. */
  reconcile(): Promise<void>;
}

/** What a person does with models. Changes of the genome are commits of main, and the key never enters them. */
export function modelsView({ world, vault, lineage, router, reconcile }: ModelsParts): ModelsView {
  const all = (): readonly ProviderDefinition[] => definitions(world.interpreter);
  const put = async (own: readonly ProviderDefinition[], reason: string): Promise<void> => {
    await change(lineage, canonical(toLisp(own, catalogue)), reason);
    world.note(canonical(record({ models: reason })));
    await reconcile();
  };
  const key = (provider: ProviderDefinition, secret: string): void => {
    const { name } = provider;
    if (provider.secret === undefined) throw new HostError("no-key-wanted", `${name} wants no key`);
    vault.put(provider.secret, secret, [new URL(provider.url).origin]);
    world.note(canonical(record({ vault: "put", name: provider.secret })));
  };
  return {
    list: async () => reports(all(), (await callNatively(router, "models", {})) as RouterModel[]),
    key: async (name, secret) => key(known(all(), name), secret),
    add: async (added, secret) => {
      const definition = checked(added);
      const own = [...ownOf(world).filter(({ name }) => name !== definition.name), definition];
      checkedCatalogue([...own, ...all().filter(({ name }) => !own.some((each) => each.name === name))]);
      if (secret !== undefined) key(definition, secret);
      await put(own, `${definition.name} is a provider of models`);
    },
    remove: async (name) => {
      const own = ownOf(world);
      if (!own.some((each) => each.name === name)) throw new HostError("no-provider", `${name} is no provider that this home has added`);
      await put(own.filter((each) => each.name !== name), `${name} is no provider of models any more`);
    },
    check: async (model, signal) => {
      const { text } = (await callNatively(router, "complete", { model, messages: [{ role: "user", text: "Answer with the one word: ready" }], "max-tokens": 64 }, signal)) as { text: string };
      return text;
    },
  };
}

type RouterModel = { readonly model: string; readonly provider: string; readonly missing?: string };

function reports(providers: readonly ProviderDefinition[], models: readonly RouterModel[]): readonly ModelReport[] {
  const missing = new Map(models.map((each) => [each.model, each.missing]));
  return providers.flatMap(({ name, url, secret, models: all }) => all.map((model) => ({
    model: model.name, provider: name, url, context: model.context, price: model.price, tags: model.tags, thinking: model.thinking,
    ...(secret === undefined ? {} : { secret }), ...(missing.get(model.name) === undefined ? {} : { missing: missing.get(model.name) }),
  })));
}

function known(providers: readonly ProviderDefinition[], name: string): ProviderDefinition {
  const found = providers.find((provider) => provider.name === name);
  if (found === undefined) throw new HostError("no-provider", `there is no provider ${name}; there are ${providers.map((each) => each.name).join(", ")}`);
  return found;
}

function checked(added: NewProvider): ProviderDefinition {
  const [definition] = checkedCatalogue([added]);
  return providerDefinition.parse(definition);
}

function ownOf(world: World): readonly ProviderDefinition[] {
  const own = world.interpreter.exported(LIBRARY, OWN);
  if (own === undefined) throw badModels(`it does not export ${OWN}`);
  return checkedCatalogue(plainOf(own));
}

async function change(lineage: Lineage, replacement: string, reason: string): Promise<void> {
  await lineage.mustBeClean();
  const head = await lineage.head();
  const { commit, branch } = (await callNatively(lineage.port, "propose!", { base: head, patch: { file: FILE, definition: OWN, path: OWN_PATH, replacement }, reason })) as { commit: string; branch: string };
  await callNatively(lineage.port, "adopt!", { commit, "expected-head": head });
  await callNatively(lineage.port, "drop!", { branch });
}
