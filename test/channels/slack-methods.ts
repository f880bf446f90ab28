// The methods of Slack's Web API that the server under test knows, with their arguments as documented, and nothing else.
// Source of names, types, limits and error codes: https://docs.slack.dev/reference/methods

/** The type of an argument; `!` marks one that must be given. */
export const METHODS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "auth.test": {},
  "apps.connections.open": {},
  "chat.postMessage": {
    channel: "string!", text: "string", blocks: "blocks", thread_ts: "ts", reply_broadcast: "boolean", mrkdwn: "boolean", parse: "string",
    link_names: "boolean", unfurl_links: "boolean", unfurl_media: "boolean", metadata: "object",
  },
  "chat.update": { channel: "string!", ts: "ts!", text: "string", blocks: "blocks", parse: "string", link_names: "boolean", metadata: "object" },
  "chat.delete": { channel: "string!", ts: "ts!" },
  "files.getUploadURLExternal": { filename: "string!", length: "integer!", alt_text: "string", snippet_type: "string" },
  "files.completeUploadExternal": { files: "files!", channel_id: "string", thread_ts: "ts", initial_comment: "string", blocks: "blocks" },
  "files.info": { file: "string!" },
};

/** What is wrong with a call, as Slack's error and its detail; undefined if nothing. */
export interface Wrong {
  readonly error: string;
  readonly detail: string;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** The arguments in their types. Slack takes forms, whose values are texts, and JSON. */
export function read(method: string, given: Arguments): { readonly values: Arguments; readonly wrong?: Wrong } {
  const known = METHODS[method];
  if (known === undefined) return { values: {}, wrong: { error: "unknown_method", detail: method } };
  const values: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(known)) {
    const required = type.endsWith("!");
    if (given[name] === undefined && required) return { values, wrong: invalid(`missing required field: ${name}`) };
    if (given[name] === undefined) continue;
    values[name] = TYPES[type.replace("!", "")]?.(given[name]);
    if (values[name] === undefined) return { values, wrong: invalid(`must provide a ${type.replace("!", "")} [json-pointer:/${name}]`) };
  }
  const unknown = Object.keys(given).filter((name) => name !== "token" && known[name] === undefined);
  if (unknown.length > 0) return { values, wrong: invalid(`unknown field: ${unknown.join(", ")}`) };
  return { values, wrong: wrongBlocks(values["blocks"]) };
}

const TYPES: Readonly<Record<string, (given: unknown) => unknown>> = {
  string: (given) => (typeof given === "string" ? given : undefined),
  ts: (given) => (typeof given === "string" && /^\d{10}\.\d{6}$/.test(given) ? given : undefined),
  integer: (given) => (/^\d+$/.test(String(given)) ? Number(given) : undefined),
  boolean: (given) => ({ true: true, false: false, 1: true, 0: false })[String(given)],
  blocks: list,
  files: list,
  object: (given) => (typeof given === "object" ? given : undefined),
};

function list(given: unknown): unknown {
  if (Array.isArray(given)) return given;
  try {
    const value = JSON.parse(String(given)) as unknown;
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function invalid(detail: string): Wrong {
  return { error: "invalid_arguments", detail };
}

interface Block {
  readonly type?: string;
  readonly text?: { readonly type?: string; readonly text?: string };
  readonly elements?: readonly Block[];
  readonly action_id?: string;
  readonly value?: string;
}

/** Limits of https://docs.slack.dev/reference/block-kit/blocks and its elements. */
function wrongBlocks(blocks: unknown): Wrong | undefined {
  const details = (blocks as readonly Block[] | undefined ?? []).flatMap((block, index) => {
    if (block.type === "section") return between(block.text?.text, 1, 3_000) && /^(mrkdwn|plain_text)$/.test(block.text?.type ?? "") ? [] : [`invalid section [json-pointer:/blocks/${index}/text]`];
    if (block.type === "actions") return wrongButtons(block.elements ?? [], index);
    return [`unsupported type: ${block.type} [json-pointer:/blocks/${index}]`];
  });
  return details.length === 0 ? undefined : { error: "invalid_blocks", detail: details.join("; ") };
}

function wrongButtons(elements: readonly Block[], index: number): string[] {
  const place = `[json-pointer:/blocks/${index}/elements]`;
  if (elements.length < 1 || elements.length > 25) return [`must have 1 to 25 elements ${place}`];
  if (new Set(elements.map(({ action_id }) => action_id)).size < elements.length) return [`action_id must be unique ${place}`];
  const isGood = ({ type, text, value, action_id }: Block): boolean =>
    type === "button" && text?.type === "plain_text" && between(text.text, 1, 75) && between(value, 1, 2_000) && between(action_id, 1, 255);
  return elements.every(isGood) ? [] : [`invalid button ${place}`];
}

function between(text: string | undefined, least: number, most: number): boolean {
  return text !== undefined && text.length >= least && text.length <= most;
}
