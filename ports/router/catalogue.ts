// Providers as data: what policy/models.scm holds, checked.
import { z } from "zod";
import { PortError } from "../port.js";
import { THINKING_KINDS } from "./provider.js";

export const WIRES = ["anthropic", "openai-chat", "openai-responses"] as const;
export type WireName = (typeof WIRES)[number];

const name = z.string().min(1).max(200);
const cents = z.number().min(0);

export const modelDefinition = z.object({
  name,
  /** What the provider calls it, if not by its name. */
  id: name.optional(),
  /** Tokens that it reads and writes at most. */
  context: z.int().min(1),
  /** US cents for a million tokens read, and written. */
  price: z.array(cents).length(2),
  tags: z.array(z.string().max(100)).max(20).default([]),
  thinking: z.enum(THINKING_KINDS).default("none"),
}).strict();

export const providerDefinition = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, "A provider is named in small letters, digits, dots, hyphens and underscores"),
  wire: z.enum(WIRES),
  /** Without the wire's own path: https://api.anthropic.com, https://api.openai.com/v1, http://127.0.0.1:11434/v1. */
  url: z.string().max(500).refine(isEndpoint, "An address is http or https, without a name, password, query or fragment; http only on this machine or a private network"),
  /** The secret's name in the vault; absent: the endpoint wants no key. */
  secret: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/).optional(),
  "limit-name": z.enum(["max_tokens", "max_completion_tokens"]).default("max_tokens"),
  models: z.array(modelDefinition).min(1).max(200),
}).strict();

/** All providers, in the order in which they are preferred. No two have a name in common, nor do their models. */
export const catalogue = z.array(providerDefinition).max(100).superRefine((providers, issues) => {
  for (const [what, names] of [["provider", providers.map((each) => each.name)], ["model", providers.flatMap(({ models }) => models.map((each) => each.name))]] as const)
    for (const twice of names.filter((each, index) => names.indexOf(each) < index || each === "embedded"))
      issues.addIssue({ code: "custom", message: `${twice} is the name of more than one ${what}` });
});

export type ProviderDefinition = z.infer<typeof providerDefinition>;

/** The definitions in plain data. Errors: `router-bad-models`. */
export function checkedCatalogue(data: unknown): readonly ProviderDefinition[] {
  const parsed = catalogue.safeParse(data);
  if (!parsed.success) throw badModels(z.prettifyError(parsed.error));
  return parsed.data;
}

export function badModels(problem: string): PortError {
  return new PortError("router-bad-models", `policy/models.scm: ${problem}`, { hint: "Correct the entry; ouro genome rollback takes the last change back." });
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash, hostname } = new URL(text);
  if (username !== "" || password !== "" || search !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isNear(hostname));
}

/** A key in the clear goes no further than this. */
function isNear(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /\.(local|lan|internal)$/.test(host) || !host.includes(".")
    || /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
}
