// `ouro model`: which models there are, the keys of their providers, and providers of one's own.
import { type Host, type Program, UsageError, type Verb } from "../frontend.js";
import type { ModelReport, NewProvider } from "../models.js";
import { readSecret } from "./secret-input.js";
import { readWords, type Words } from "./words.js";

const usage = `usage: ouro model [list] [--json]     the models, their prices in US cents for a million tokens read and written, and what is missing
       ouro model key PROVIDER          takes the provider's key, unseen or from standard input, into the vault
       ouro model add NAME --url URL --model MODEL [--wire WIRE] [--context TOKENS] [--key]
                                        adds a provider, such as a model on this machine
       ouro model remove NAME           takes away a provider that was added
       ouro model check MODEL           asks the model for a word

  --wire WIRE       what the address speaks: openai-chat (unless given), openai-responses or anthropic
  --context TOKENS  how much the model reads at once (8192 unless given)
  --key             it wants a key, which is read as by ouro model key

For example: ouro model add local --url http://127.0.0.1:11434/v1 --model llama3.2
In a conversation, /model NAME chooses one.`;

const WIRES: readonly NewProvider["wire"][] = ["openai-chat", "openai-responses", "anthropic"];

export const model: Verb = {
  summary: "models: list, key, add, remove, check",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch", key: "switch", url: "text", model: "text", wire: "text", context: "number" }, 2);
    const [name = "list", operand] = options.positionals;
    const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (act === undefined) throw new UsageError(`there is no action ${name}`);
    if ((name === "list") !== (operand === undefined)) throw new UsageError(name === "list" ? "list takes no name" : `${name} needs a name`);
    const secret = name === "key" || (name === "add" && options.has("key")) ? await readSecret(program, { what: "key", isRepeated: false }) : undefined;
    const provider = name === "add" ? providerOf(operand ?? "", options) : undefined;
    const host = await program.agent();
    try {
      program.output.write(`${await act({ host, name: operand ?? "", secret, provider, options, signal: program.signal })}\n`);
      return 0;
    } finally {
      await host.close();
    }
  },
};

interface Given {
  readonly host: Pick<Host, "models">;
  readonly name: string;
  readonly secret: string | undefined;
  readonly provider: NewProvider | undefined;
  readonly options: Words;
  readonly signal: AbortSignal;
}

const ACTIONS: Readonly<Record<string, (given: Given) => Promise<string>>> = {
  async list({ host, options }) {
    const models = await host.models.list();
    return options.has("json") ? JSON.stringify(models) : models.map(line).join("\n");
  },
  async key({ host, name, secret }) {
    await host.models.key(name, secret ?? "");
    return `The key of ${name} is kept.`;
  },
  async add({ host, name, provider, secret }) {
    if (provider !== undefined) await host.models.add(provider, secret);
    return `${name} is added. In a conversation, /model ${provider?.models[0]?.name ?? ""} chooses its model.`;
  },
  async remove({ host, name }) {
    await host.models.remove(name);
    return `${name} is gone.`;
  },
  check: async ({ host, name, signal }) => `${name} answers: ${await host.models.check(name, signal)}`,
};

function line({ model: name, provider, context, price, missing }: ModelReport): string {
  return `${name.padEnd(28)} ${provider.padEnd(12)} ${String(context).padStart(8)} tokens  ${price.join("/").padStart(9)} cents${missing === undefined ? "" : `  ${missing}`}`;
}

function providerOf(name: string, options: Words): NewProvider {
  const [url, own, wire = "openai-chat"] = [options.text("url"), options.text("model"), options.text("wire")];
  const spoken = WIRES.find((each) => each === wire);
  if (url === undefined || own === undefined) throw new UsageError("add needs --url and --model");
  if (spoken === undefined) throw new UsageError(`--wire takes ${WIRES.join(", ")}`);
  return { name, wire: spoken, url, secret: options.has("key") ? name : undefined, models: [{ name: own, context: options.number("context") ?? 8_192, price: [0, 0] }] };
}
