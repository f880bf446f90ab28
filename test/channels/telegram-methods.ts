// What the Bot API's methods take, of those that a test plays; anything else is refused.
// Source: https://core.telegram.org/bots/api#available-methods

export type ParameterType = "integer" | "chat" | "string" | "boolean" | "file" | "keyboard" | "reply" | "preview" | "strings";

export interface MethodShape {
  readonly [parameter: string]: { readonly type: ParameterType; readonly isRequired?: true };
}

const chat = { type: "chat", isRequired: true } as const;
const integer = { type: "integer" } as const;
const string = { type: "string" } as const;
const boolean = { type: "boolean" } as const;
const sending = { chat_id: chat, message_thread_id: integer, disable_notification: boolean, reply_parameters: { type: "reply" }, reply_markup: { type: "keyboard" } } as const;

export const METHODS: Readonly<Record<string, MethodShape>> = {
  getMe: {},
  getUpdates: { offset: integer, limit: integer, timeout: integer, allowed_updates: { type: "strings" } },
  setWebhook: { url: { type: "string", isRequired: true }, secret_token: string, max_connections: integer, allowed_updates: { type: "strings" }, drop_pending_updates: boolean },
  deleteWebhook: { drop_pending_updates: boolean },
  sendMessage: { ...sending, text: { type: "string", isRequired: true }, link_preview_options: { type: "preview" } },
  sendPhoto: { ...sending, photo: { type: "file", isRequired: true }, caption: string },
  sendDocument: { ...sending, document: { type: "file", isRequired: true }, caption: string, disable_content_type_detection: boolean },
  editMessageText: { chat_id: chat, message_id: { type: "integer", isRequired: true }, text: { type: "string", isRequired: true }, link_preview_options: { type: "preview" }, reply_markup: { type: "keyboard" } },
  deleteMessage: { chat_id: chat, message_id: { type: "integer", isRequired: true } },
  answerCallbackQuery: { callback_query_id: { type: "string", isRequired: true }, text: string, show_alert: boolean },
  getFile: { file_id: { type: "string", isRequired: true } },
};

export interface Keyboard {
  readonly inline_keyboard: readonly (readonly { readonly text: string; readonly callback_data: string }[])[];
}

/** What came over the wire: text of a form field, or a file of one. */
export type Field = string | { readonly name: string; readonly bytes: Uint8Array };
/** After its type was checked. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The parameters as they are meant, or what is wrong with them. */
export function parametersOf(shape: MethodShape, fields: ReadonlyMap<string, Field>): Parameters | { readonly wrong: string } {
  const unknown = [...fields.keys()].find((name) => shape[name] === undefined);
  if (unknown !== undefined) return { wrong: `there is no parameter ${unknown}` };
  const parameters: Record<string, unknown> = {};
  for (const [name, { type, isRequired }] of Object.entries(shape)) {
    const field = fields.get(name);
    if (field === undefined && isRequired) return { wrong: `the parameter ${name} is missing` };
    if (field === undefined) continue;
    const value = READERS[type](field);
    if (value === undefined) return { wrong: `the parameter ${name} is no ${type}` };
    parameters[name] = value;
  }
  return parameters;
}

const READERS: Readonly<Record<ParameterType, (field: Field) => unknown>> = {
  integer: (field) => (typeof field === "string" && /^-?\d{1,15}$/.test(field) ? Number(field) : undefined),
  chat: (field) => (typeof field === "string" && /^-?\d{1,15}$/.test(field) ? Number(field) : undefined),
  string: (field) => (typeof field === "string" ? field : undefined),
  boolean: (field) => (field === "true" ? true : field === "false" ? false : undefined),
  file: (field) => (typeof field === "string" ? undefined : field),
  strings: (field) => json(field, (value): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === "string")),
  preview: (field) => json(field, (value): value is object => isObject(value, { is_disabled: "boolean" })),
  reply: (field) => json(field, (value): value is object => isObject(value, { message_id: "number", allow_sending_without_reply: "boolean" })),
  keyboard: (field) => json(field, (value): value is Keyboard => isObject(value, { inline_keyboard: "object" }) && isKeyboard(value as unknown as Keyboard)),
};

function json<Value>(field: Field, isRight: (value: unknown) => value is Value): Value | undefined {
  try {
    const value: unknown = JSON.parse(String(field));
    return isRight(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown, members: Readonly<Record<string, string>>): boolean {
  return typeof value === "object" && value !== null && Object.entries(value).every(([name, member]) => typeof member === members[name]);
}

function isKeyboard({ inline_keyboard: rows }: Keyboard): boolean {
  return Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every((button) => isObject(button, { text: "string", callback_data: "string" })));
}
