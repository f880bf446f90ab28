// Plays Telegram's Bot API on the loopback, strictly: what the documentation does not allow is refused and complained of.
// Methods: https://core.telegram.org/bots/api · texts of errors: https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Fault } from "./peer.js";
import { type Field, type Keyboard, METHODS, type Parameters, parametersOf } from "./telegram-methods.js";

export const TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";
export const BOT = { id: 123_456, is_bot: true, first_name: "Ouro", username: "ouro_test_bot" } as const;
const LARGEST_FILE = 20_000_000;

export interface PlayedUpdate {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

export interface SentMessage {
  readonly chat: number;
  readonly thread?: number;
  readonly id: number;
  text: string;
  keyboard?: Keyboard;
  readonly file?: { readonly name: string; readonly bytes: Uint8Array };
  readonly repliesTo?: number;
  readonly isSilent: boolean;
  readonly before: string[];
  readonly method: string;
}

export interface PlayedChat {
  readonly id: number;
  readonly type: "private" | "group" | "supergroup";
  readonly threads?: readonly number[];
}

interface Poll {
  readonly parameters: Parameters;
  readonly answer: (reply: Reply) => void;
}

/** `drop`: the connection breaks instead of an answer. */
type Reply = { readonly status: number; readonly body: object } | "drop";

export class TelegramServer {
  readonly complaints: string[] = [];
  readonly messages: SentMessage[] = [];
  readonly calls: { readonly method: string; readonly parameters: Parameters }[] = [];
  readonly presses = new Map<string, "open" | "answered">();
  /** Statuses with which the next `getFile` are answered. */
  readonly fileFailures: number[] = [];
  readonly files = new Map<string, { readonly bytes: Uint8Array; readonly size: number; readonly held?: Promise<void> }>();
  readonly faults: Fault[] = [];
  webhook: { readonly url: string; readonly secret: string; readonly connections?: number } | undefined;
  /** Where the proxy before the agent hands on what comes for the webhook. */
  webhookPort = 0;
  private readonly chats = new Map<number, PlayedChat>();
  /** Not yet confirmed, in their order. */
  private readonly waiting: PlayedUpdate[] = [];
  /** Brought once more although they were confirmed, as happens. */
  private readonly repeated: PlayedUpdate[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly watchers = new Set<() => void>();
  private poll: Poll | undefined;
  private nextUpdate = 524_876_123;
  private nextMessage = 100;
  /** Chats for which an update is being delivered, and updates that are delivered once more. */
  private readonly delivering = new Set<unknown>();
  private isClosed = false;

  private constructor(private readonly server: Server, readonly port: number) {}

  static async open(): Promise<TelegramServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const played = new TelegramServer(server, (server.address() as AddressInfo).port);
    server.on("request", (request, response) => void played.serve(request, response));
    server.on("connection", (socket) => {
      played.sockets.add(socket);
      socket.once("close", () => played.sockets.delete(socket));
    });
    return played;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  addChat(chat: PlayedChat): void {
    this.chats.set(chat.id, chat);
  }

  /** The next number of a message in any chat. */
  number(): number {
    return this.nextMessage++;
  }

  /** Something happened there; answers the update. */
  happen(kind: string, what: unknown): PlayedUpdate {
    return this.give({ update_id: this.nextUpdate++, [kind]: what });
  }

  give(update: PlayedUpdate): PlayedUpdate {
    this.waiting.push(update);
    this.changed();
    return update;
  }

  /** Brings an update once more. */
  repeat(update: PlayedUpdate): void {
    this.repeated.push(update);
    this.changed();
  }

  isConfirmed(update: PlayedUpdate): boolean {
    return !this.waiting.includes(update) && !this.repeated.includes(update);
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  /** Breaks all connections and takes none for so long. */
  async cut(milliseconds: number): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.poll = undefined;
    for (const socket of this.sockets) socket.destroy();
    await closed;
    setTimeout(() => {
      if (!this.isClosed) this.server.listen(this.port, "127.0.0.1");
    }, milliseconds);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.replyTo(request, response).catch((error: unknown): Reply => {
      this.complaints.push(`the server broke: ${String(error)}`);
      return refusal(500, "Internal Server Error");
    });
    if (reply === "drop") request.socket.destroy();
    else if (!response.writableEnded) response.writeHead(reply.status, { "content-type": "application/json" }).end(JSON.stringify(reply.body));
    this.changed();
  }

  private async replyTo(request: IncomingMessage, response: ServerResponse): Promise<Reply> {
    const [, file, token, rest = ""] = /^\/(file\/)?bot([^/]*)\/([^?]+)/.exec(request.url ?? "") ?? [];
    if (token === undefined || !/^\d+:[\w-]{30,}$/.test(token)) return this.refuse(request.url ?? "", 404, "Not Found");
    if (token !== TOKEN) return this.refuse(rest, 401, "Unauthorized");
    if (file !== undefined) return this.serveFile(rest, response);
    const shape = METHODS[rest];
    if (shape === undefined) return this.refuse(rest, 404, "Not Found: method not found");
    const parameters = parametersOf(shape, await fieldsOf(request));
    if ("wrong" in parameters) return this.refuse(rest, 400, `Bad Request: ${String(parameters["wrong"])}`);
    this.calls.push({ method: rest, parameters });
    this.changed();
    return this.perform(rest, parameters, request);
  }

  private async perform(method: string, parameters: Parameters, request: IncomingMessage): Promise<Reply> {
    switch (method) {
      case "getMe": return result({ ...BOT, can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false });
      case "getUpdates": return this.getUpdates(parameters, request);
      case "setWebhook": return this.setWebhook(parameters);
      case "deleteWebhook":
        this.webhook = undefined;
        return result(true);
      case "getFile": return this.getFile(String(parameters["file_id"]));
      case "answerCallbackQuery": return this.answerPress(String(parameters["callback_query_id"]));
      case "editMessageText": return this.edit(parameters);
      case "deleteMessage": return this.delete(parameters);
      default: return this.faulty(() => this.send(method, parameters));
    }
  }

  /** Faults are about what is sent. */
  private async faulty(send: () => Reply): Promise<Reply> {
    const fault = this.takeFault();
    if (fault?.kind === "rate-limit") {
      const seconds = Math.max(1, Math.ceil(fault.retryAfterMs / 1_000));
      return { status: 429, body: { ok: false, error_code: 429, description: `Too Many Requests: retry after ${seconds}`, parameters: { retry_after: seconds } } };
    }
    if (fault?.kind === "server-error") return refusal(500, "Internal Server Error");
    if (fault?.kind === "refusal") return refusal(403, "Forbidden: bot was blocked by the user");
    if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    const reply = send();
    this.changed();
    return fault?.kind === "lost-answer" ? "drop" : reply;
  }

  private takeFault(): Fault | undefined {
    const [fault, ...rest] = this.faults;
    if (fault === undefined) return undefined;
    const left = (fault.times ?? 1) - 1;
    this.faults.splice(0, this.faults.length, ...(left > 0 ? [{ ...fault, times: left }] : []), ...rest);
    return fault;
  }

  private getUpdates(parameters: Parameters, request: IncomingMessage): Promise<Reply> | Reply {
    if (this.webhook !== undefined) return refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
    this.poll?.answer(refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"));
    const offset = Number(parameters["offset"] ?? 0);
    // What is asked for by a higher number is confirmed, and comes no more.
    this.waiting.splice(0, this.waiting.length, ...this.waiting.filter(({ update_id }) => update_id >= offset));
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(result([])), Number(parameters["timeout"] ?? 0) * 1_000);
      const answer = (reply: Reply): void => {
        clearTimeout(timer);
        this.poll = undefined;
        resolve(reply);
      };
      this.poll = { parameters, answer };
      request.socket.once("close", () => clearTimeout(timer));
      this.changed();
    });
  }

  private setWebhook(parameters: Parameters): Reply {
    const url = String(parameters["url"]);
    if (!url.startsWith("https://")) return this.refuse("setWebhook", 400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
    const secret = String(parameters["secret_token"] ?? "");
    if (!/^[\w-]{1,256}$/.test(secret)) return this.refuse("setWebhook", 400, "Bad Request: secret token contains unallowed characters");
    this.poll?.answer(refusal(409, "Conflict: terminated by setWebhook request"));
    const connections = Number(parameters["max_connections"] ?? 40);
    if (connections < 1 || connections > 100) return this.refuse("setWebhook", 400, "Bad Request: wrong number of connections");
    this.webhook = { url, secret, connections };
    this.changed();
    return { status: 200, body: { ok: true, result: true, description: "Webhook was set" } };
  }

  private getFile(id: string): Reply {
    const failure = this.fileFailures.shift();
    if (failure !== undefined) return refusal(failure, failure === 429 ? "Too Many Requests: retry after 1" : "Bad Gateway", failure === 429 ? { retry_after: 1 } : undefined);
    const file = this.files.get(id);
    if (file === undefined) return this.refuse("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable");
    if (file.size > LARGEST_FILE) return refusal(400, "Bad Request: file is too big");
    return result({ file_id: id, file_unique_id: id, file_size: file.size, file_path: `documents/${id}` });
  }

  private async serveFile(path: string, response: ServerResponse): Promise<Reply> {
    const file = this.files.get(path.replace(/^documents\//, ""));
    if (file === undefined) return this.refuse(path, 404, "Not Found");
    await file.held;
    response.writeHead(200, { "content-type": "application/octet-stream" }).end(file.bytes);
    return result(true);
  }

  private answerPress(id: string): Reply {
    if (this.presses.get(id) !== "open") return this.refuse("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired or query ID is invalid");
    this.presses.set(id, "answered");
    return result(true);
  }

  private send(method: string, parameters: Parameters): Reply {
    const chat = this.chats.get(parameters["chat_id"] as number);
    if (chat === undefined) return this.refuse(method, 400, "Bad Request: chat not found");
    const thread = parameters["message_thread_id"] as number | undefined;
    if (thread !== undefined && chat.threads?.includes(thread) !== true) return this.refuse(method, 400, "Bad Request: message thread not found");
    const file = (parameters["photo"] ?? parameters["document"]) as { name: string; bytes: Uint8Array } | undefined;
    const text = String(parameters["text"] ?? parameters["caption"] ?? "");
    const wrong = wrongWith(text, file, parameters["reply_markup"] as Keyboard | undefined);
    if (wrong !== undefined) return this.refuse(method, 400, `Bad Request: ${wrong}`);
    const replied = (parameters["reply_parameters"] as { message_id: number } | undefined)?.message_id;
    const message: SentMessage = {
      chat: chat.id, thread, id: this.number(), text, keyboard: parameters["reply_markup"] as Keyboard | undefined, file, method,
      repliesTo: replied, isSilent: parameters["disable_notification"] === true, before: [],
    };
    this.messages.push(message);
    return result(wireOf(message, chat));
  }

  private edit(parameters: Parameters): Reply {
    const message = this.messages.find(({ chat, id }) => chat === parameters["chat_id"] && id === parameters["message_id"]);
    if (message === undefined) return this.refuse("editMessageText", 400, "Bad Request: message to edit not found");
    const [text, keyboard] = [String(parameters["text"]), parameters["reply_markup"] as Keyboard | undefined];
    const wrong = wrongWith(text, undefined, keyboard);
    if (wrong !== undefined) return this.refuse("editMessageText", 400, `Bad Request: ${wrong}`);
    if (message.text === text && JSON.stringify(message.keyboard) === JSON.stringify(keyboard)) {
      return refusal(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message");
    }
    message.before.push(message.text);
    [message.text, message.keyboard] = [text, keyboard];
    return result(wireOf(message, this.chats.get(message.chat) as PlayedChat));
  }

  private delete(parameters: Parameters): Reply {
    const index = this.messages.findIndex(({ chat, id }) => chat === parameters["chat_id"] && id === parameters["message_id"]);
    if (index < 0) return this.refuse("deleteMessage", 400, "Bad Request: message to delete not found");
    this.messages.splice(index, 1);
    return result(true);
  }

  private refuse(what: string, status: number, description: string): Reply {
    this.complaints.push(`${what.replaceAll(TOKEN, "TOKEN")}: ${description}`);
    return refusal(status, description);
  }

  private changed(): void {
    const poll = this.poll;
    const updates = [...this.repeated, ...this.waiting].slice(0, Number(poll?.parameters["limit"] ?? 100));
    if (poll !== undefined && updates.length > 0) {
      this.repeated.splice(0);
      poll.answer(result(updates));
    }
    this.deliver();
    for (const watch of this.watchers) watch();
  }

  /** Those of a chat one after the other, and as many at a time as there may be connections. What comes once more waits for nothing. */
  private deliver(): void {
    while (this.webhook !== undefined && !this.isClosed && this.delivering.size < (this.webhook.connections ?? 40)) {
      const { secret } = this.webhook;
      const again = this.repeated.find((update) => !this.delivering.has(update));
      const update = again ?? this.waiting.find((each) => !this.delivering.has(chatOf(each)));
      if (update === undefined) return;
      void (again === undefined ? this.bring(update, this.waiting, chatOf(update), secret) : this.bring(again, this.repeated, again, secret));
    }
  }

  /** Again until it is taken. */
  private async bring(update: PlayedUpdate, from: PlayedUpdate[], under: unknown, secret: string): Promise<void> {
    this.delivering.add(under);
    const status = await this.post(update, secret);
    if (status === 200) from.splice(from.indexOf(update), 1);
    else await new Promise((resolve) => setTimeout(resolve, 100));
    this.delivering.delete(under);
    this.changed();
  }

  /** As the proxy hands it on; 0 if nobody listens. */
  async post(update: object, secret: string | undefined, body = JSON.stringify(update)): Promise<number> {
    const headers = { "content-type": "application/json", ...(secret !== undefined && { "x-telegram-bot-api-secret-token": secret }) };
    const answer = await fetch(`http://127.0.0.1:${this.webhookPort}/hook`, { method: "POST", headers, body }).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status ?? 0;
  }
}

/** What a queue of Telegram's is for: https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/WebhookActor.cpp */
function chatOf({ message, edited_message: edited, callback_query: press }: PlayedUpdate): number | undefined {
  const { chat } = (message ?? edited ?? (press as { message?: unknown } | undefined)?.message ?? {}) as { chat?: { id: number } };
  return chat?.id;
}

function wrongWith(text: string, file: { readonly bytes: Uint8Array } | undefined, keyboard: Keyboard | undefined): string | undefined {
  if (file === undefined && text.trim() === "") return "message text is empty";
  if (file !== undefined && file.bytes.length === 0) return "file must be non-empty";
  if (file === undefined && text.length > 4_096) return "message is too long";
  if (file !== undefined && text.length > 1_024) return "message caption is too long";
  // What is left of half a pair once it is encoded.
  if (text.includes("\ufffd")) return "strings must be encoded in UTF-8";
  const buttons = keyboard?.inline_keyboard.flat() ?? [];
  if (buttons.some(({ callback_data }) => callback_data === "" || Buffer.byteLength(callback_data) > 64)) return "BUTTON_DATA_INVALID";
  return buttons.some(({ text }) => text === "") ? "inline keyboard button text must be non-empty" : undefined;
}

function wireOf(message: SentMessage, chat: PlayedChat): object {
  const { id, text, file, thread } = message;
  return {
    message_id: id, from: BOT, chat: { id: chat.id, type: chat.type }, date: Math.floor(Date.now() / 1_000),
    ...(thread !== undefined && { message_thread_id: thread, is_topic_message: true }),
    ...(file === undefined ? { text } : { caption: text, document: { file_id: `sent${id}`, file_unique_id: `sent${id}` } }),
  };
}

function result(value: unknown): Reply {
  return { status: 200, body: { ok: true, result: value } };
}

function refusal(status: number, description: string, parameters?: object): Reply {
  return { status, body: { ok: false, error_code: status, description, parameters } };
}

/** The fields of a request, which may be urlencoded or multipart: https://core.telegram.org/bots/api#making-requests */
async function fieldsOf(request: IncomingMessage): Promise<ReadonlyMap<string, Field>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/x-www-form-urlencoded")) return new Map(new URLSearchParams(Buffer.concat(chunks).toString()));
  if (!type.startsWith("multipart/form-data")) return new Map();
  const form = await new Response(Buffer.concat(chunks), { headers: { "content-type": type } }).formData();
  const fields = await Promise.all([...form].map(async ([name, value]) => [name, typeof value === "string" ? value : { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) }] as const));
  return new Map(fields);
}
