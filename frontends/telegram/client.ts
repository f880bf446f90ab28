// Calls of the Bot API, and what their failures mean: refused for certain, or nobody knows.
import { Api, type CallbackQuery, InputFile, type Message, type MessageEntity, NetworkError, TelegramApiError, TelegramBotError } from "node-telegram-bot-api";
import { ChannelError, type ChannelSettings } from "../channel.js";

export { type Api, type CallbackQuery, InputFile, type Message, type MessageEntity };

/** Of the kinds that are asked for; at most one is there: https://core.telegram.org/bots/api#update */
export interface Update {
  readonly update_id: number;
  readonly message?: Message;
  readonly edited_message?: Message;
  readonly callback_query?: CallbackQuery;
}

export const API_ROOT = "https://api.telegram.org";
/** The most that `getFile` gives out, in bytes: https://core.telegram.org/bots/api#getfile */
export const LARGEST_DOWNLOAD = 20_000_000;
const TIMEOUT_MS = 120_000;

/** Failures of the connection before the first byte of the request was sent. */
const NEVER_SENT = new Set([
  "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ERR_TLS_CERT_ALTNAME_INVALID",
]);

const TOKEN_HINT = "Ask @BotFather for the bot's token, and enter it with ouro setup telegram.";

/** What refusals mean, by the code and a part of the description; the first that fits. Texts: `fail_query_with_error` and its callers in https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp */
const REFUSALS: readonly { readonly status: number; readonly text?: RegExp; readonly code: string; readonly hint?: string; readonly isPassing?: true }[] = [
  { status: 400, text: /chat not found/i, code: "telegram-chat-not-found", hint: "A person has to write to the bot first, and a group has to have it as a member." },
  { status: 400, text: /message thread not found|topic_(closed|deleted)/i, code: "telegram-thread-not-found", hint: "The topic was closed or deleted." },
  { status: 400, text: /message to (edit|be replied|delete) not found|message can't be edited/i, code: "telegram-message-gone" },
  { status: 400, text: /message is not modified/i, code: "telegram-not-modified" },
  { status: 400, text: /upgraded to a supergroup/i, code: "telegram-chat-moved", hint: "Bind the new chat." },
  { status: 400, text: /file is too big|too large/i, code: "telegram-file-too-big", hint: "Bots fetch files of at most 20 MB and send files of at most 50 MB." },
  { status: 401, code: "telegram-token-refused", hint: TOKEN_HINT },
  { status: 403, code: "telegram-forbidden", hint: "The person has blocked the bot, or it is no longer in the group." },
  { status: 404, code: "telegram-token-refused", hint: TOKEN_HINT },
  { status: 409, code: "telegram-conflict", isPassing: true, hint: "Another program receives for this bot: stop it, or give this agent a bot of its own." },
  { status: 413, code: "telegram-file-too-big", hint: "Bots send files of at most 50 MB." },
];

/** The shape of a token. */
export const TOKEN = /^\d{1,20}:[\w-]{20,}$/;
/** Stands in addresses where the token goes when they are used. */
const NO_TOKEN = "TOKEN";

export interface Client {
  readonly api: Api;
  /** The bytes of a file, if they are no more than `mostBytes`. Errors: `telegram-file-too-big`, `telegram-file-gone`, those of calls. */
  download(id: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** The library would send again by itself when in doubt, and so perhaps twice: whether to try again is the outbox's to say. */
export function openClient(settings: ChannelSettings): Client {
  const apiRoot = (settings.settings["api-root"] ?? API_ROOT).replace(/\/+$/, "");
  const fetchWithToken: typeof fetch = async (address, init) => {
    const token = await tokenOf(settings);
    return fetch(String(address).replace(`/bot${NO_TOKEN}/`, `/bot${token}/`), init);
  };
  const api = new Api(NO_TOKEN, { apiRoot, maxRetries: 0, timeoutMs: TIMEOUT_MS, fetch: fetchWithToken });
  return { api, download: (id, mostBytes, signal) => download(api, fetchWithToken, apiRoot, id, mostBytes, signal) };
}

/** Errors: `telegram-no-token`, `telegram-token-refused`. */
export async function tokenOf(settings: ChannelSettings): Promise<string> {
  const token = await settings.secret("token");
  if (token === undefined) throw new ChannelError("telegram-no-token", "the bot's token is not in the vault", { hint: "Run ouro setup telegram." });
  if (!TOKEN.test(token)) throw new ChannelError("telegram-token-refused", "that is no token of a bot", { hint: TOKEN_HINT });
  return token;
}

/** Awaits a call. Fails with `ChannelError` if Telegram did not do it, and with another error if it may have. */
export async function answered<Result>(method: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw meaningOf(method, error);
  }
}

/** True for failures that another try may mend. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof ChannelError) || error.options.retryable === true;
}

async function download(api: Api, fetchWithToken: typeof fetch, apiRoot: string, id: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const most = Math.min(mostBytes, LARGEST_DOWNLOAD);
  const { file_path, file_size = 0 } = await answered("getFile", api.getFile({ file_id: id }, signal));
  if (file_size > most) throw tooBig(most);
  if (file_path === undefined) throw new ChannelError("telegram-file-gone", "Telegram does not have the file any more");
  const response = await fetched(fetchWithToken, `${apiRoot}/file/bot${NO_TOKEN}/${file_path}`, signal);
  if (!response.ok || response.body === null) {
    throw new ChannelError("telegram-file-gone", `Telegram did not give out the file: status ${response.status}`, { retryable: response.status >= 500 || response.status === 429 });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > most) throw tooBig(most);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The address holds the token, so what the platform's own errors say is not passed on. */
async function fetched(fetchWithToken: typeof fetch, address: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetchWithToken(address, { signal, redirect: "error" });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new ChannelError("telegram-unreachable", `the file could not be fetched: ${networkCode(error) ?? "no answer"}`, { retryable: true });
  }
}

function tooBig(most: number): ChannelError {
  return new ChannelError("telegram-file-too-big", `the file is larger than ${most} bytes`, { hint: "Send a smaller one." });
}

function meaningOf(method: string, error: unknown): unknown {
  if (error instanceof TelegramApiError) return refusal(method, error);
  if (!(error instanceof TelegramBotError)) return error;
  if (error.cause instanceof ChannelError) return error.cause;
  const code = networkCode(error);
  if (error instanceof NetworkError && code !== undefined && NEVER_SENT.has(code)) {
    return new ChannelError("telegram-unreachable", `${method}: Telegram could not be reached: ${code}`, { retryable: true, hint: "Check the network." });
  }
  return new Error(`${method}: no answer from Telegram: ${code ?? error.code}`);
}

function refusal(method: string, { errorCode, description, retryAfter, migrateToChatId }: TelegramApiError): Error {
  const text = `${method}: ${errorCode} ${description}`;
  if (errorCode === 429) return new ChannelError("telegram-rate-limited", text, { retryable: true, retryAfterMs: (retryAfter ?? 1) * 1_000 });
  // The server says itself that it failed; a gateway before it (502, 504) does not know what became of the request.
  if (errorCode === 500 || errorCode === 503) return new ChannelError("telegram-unavailable", text, { retryable: true });
  if (errorCode >= 500) return new Error(text);
  const known = REFUSALS.find(({ status, text }) => status === errorCode && text?.test(description) !== false);
  const hint = migrateToChatId === undefined ? known?.hint : `The chat's id is ${migrateToChatId} now: bind that.`;
  return new ChannelError(known?.code ?? "telegram-refused", text, { hint, retryable: known?.isPassing === true });
}

/** The code of the first cause that has one. */
function networkCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException;
    if (code !== undefined && !(each instanceof TelegramBotError)) return code;
  }
  return undefined;
}
