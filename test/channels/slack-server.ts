// Slack, played strictly on the loopback: its Web API, Socket Mode, signed requests with retries, files, and its errors.
import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Fault } from "./peer.js";
import { type Arguments, read } from "./slack-methods.js";
import { ServerSocket } from "./slack-websocket.js";

export const BOT_TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzzqgy";
export const APP_TOKEN = "xapp-1-A123ABC456-1234567890123-0f1e2d3c4b5a69788796a5b4c3d2e1f0";
export const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
export const TEAM = "T123ABC456";
export const APP = "A123ABC456";
export const BOT_USER = "U0OURO0BOT";
const BOT = "B0OURO0BOT";
const SCOPES = "app_mentions:read,channels:history,chat:write,commands,files:read,files:write,groups:history,im:history,mpim:history";

/** How Slack hands something over: each kind has its own envelope, and only events are brought again. */
export type Kind = "events_api" | "slash_commands" | "interactive";

export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly thread: string;
  readonly user: string;
  text: string;
  blocks: readonly { readonly type: string; readonly elements?: readonly { readonly text: { readonly text: string }; readonly value: string }[] }[];
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly before: string[];
  /** Whether Slack fetches what the text links to. */
  readonly previews: boolean;
}

export interface Delivery {
  readonly kind: Kind;
  readonly body: Readonly<Record<string, unknown>>;
  attempts: number;
  /** Envelopes, or requests, that brought it and are not answered yet. */
  readonly open: Set<string>;
  acknowledged: boolean;
  /** HTTP statuses that were answered, in their order. */
  readonly statuses: number[];
}

export interface SlackServerOptions {
  /** Until an event is taken for lost; Slack's own is 3,000. */
  readonly answerMs?: number;
  /** Before each time that an event is brought again; Slack's own are at once, 60,000 and 300,000. */
  readonly retryMs?: readonly number[];
  /** Where signed requests go; without it everything goes through a socket. */
  readonly requestUrl?: () => string;
  readonly scopes?: string;
  /** Sockets are opened, and nothing is said by them. */
  readonly isSilent?: boolean;
}

export class SlackServer {
  readonly complaints: string[] = [];
  readonly messages: Posted[] = [];
  readonly deliveries: Delivery[] = [];
  /** Requests of the Web API, by their methods. */
  readonly calls: string[] = [];
  readonly faults: { fault: Fault; left: number }[] = [];
  /** What the next messages are answered with, whatever is right: nothing is shown. */
  readonly answers: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }[] = [];
  /** Channels that exist; the value says whether the app is in there. */
  readonly channels = new Map<string, boolean>();
  /** Files that are kept, by id. */
  readonly files = new Map<string, { readonly name: string; readonly type: string; length: number; bytes?: Uint8Array; shared: boolean; readonly held?: Promise<void> }>();
  port = 0;
  private readonly connections = new Set<Socket>();
  private readonly sockets = new Set<ServerSocket>();
  private readonly tickets = new Set<string>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly server: Server;
  private readonly waiting: Delivery[] = [];
  private counter = 0;
  private isClosed = false;

  constructor(private readonly options: SlackServerOptions = {}) {
    this.server = createServer((request, response) => void this.serve(request, response).catch((error: unknown) => this.broken(error, response)));
    this.server.on("connection", (socket) => {
      this.connections.add(socket);
      socket.once("close", () => this.connections.delete(socket));
    });
    this.server.on("upgrade", (request, stream) => this.upgrade(request, stream));
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  /** How many sockets are open. */
  get open(): number {
    return this.sockets.size;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.silence();
  }

  /** Nobody is there for so long: connections are cut, and new ones refused. */
  async cut(milliseconds: number): Promise<void> {
    await this.silence();
    this.later(milliseconds, () => void this.listen());
  }

  /** Slack recycles its connections: this asks for a new one, and waits until it is there. */
  refresh(): void {
    for (const socket of this.sockets) socket.text(JSON.stringify({ type: "disconnect", reason: "refresh_requested", debug_info: { host: "applink-1" } }));
  }

  /** Any text to all sockets. */
  raw(text: string): void {
    for (const socket of this.sockets) socket.text(text);
  }

  /** `1355517523.000005`: unique, and later than all before. */
  timestamp(): string {
    return `${Math.floor(Date.now() / 1_000)}.${String(++this.counter).padStart(6, "0")}`;
  }

  event(event: Readonly<Record<string, unknown>>): Delivery {
    const id = `Ev${String(++this.counter).padStart(9, "0")}`;
    return this.deliver("events_api", {
      token: "XXYYZZ", team_id: TEAM, api_app_id: APP, event, type: "event_callback", event_id: id, event_time: Math.floor(Date.now() / 1_000),
      authorizations: [{ enterprise_id: null, team_id: TEAM, user_id: BOT_USER, is_bot: true, is_enterprise_install: false }], is_ext_shared_channel: false,
    });
  }

  deliver(kind: Kind, body: Readonly<Record<string, unknown>>): Delivery {
    const delivery: Delivery = { kind, body, attempts: 0, open: new Set(), acknowledged: false, statuses: [] };
    this.deliveries.push(delivery);
    void this.bring(delivery);
    return delivery;
  }

  /** Once more, whatever became of it. */
  async bring(delivery: Delivery, reason?: string): Promise<void> {
    if (this.isClosed) return;
    delivery.attempts++;
    if (this.options.requestUrl !== undefined) return this.request(delivery, reason);
    const socket = [...this.sockets].at(-1);
    if (socket === undefined) return void this.waiting.push(delivery);
    const envelope = randomUUID();
    delivery.open.add(envelope);
    const retry = delivery.kind === "events_api" ? { retry_attempt: delivery.attempts - 1, retry_reason: reason ?? "" } : {};
    socket.text(JSON.stringify({ envelope_id: envelope, payload: delivery.body, type: delivery.kind, accepts_response_payload: delivery.kind !== "events_api", ...retry }));
    this.later(this.options.answerMs ?? 3_000, () => delivery.open.has(envelope) && this.lost(delivery, "timeout"));
  }

  /** A request as Slack signs it; `forged` has another's signature. */
  async request(delivery: Delivery, reason?: string, forged: Readonly<Record<string, string>> = {}): Promise<void> {
    const isForm = delivery.kind !== "events_api";
    const form = delivery.kind === "interactive" ? { payload: JSON.stringify(delivery.body) } : delivery.body as Record<string, string>;
    const body = isForm ? new URLSearchParams(form).toString() : JSON.stringify(delivery.body);
    const retry: Record<string, string> = delivery.attempts > 1 ? { "x-slack-retry-num": String(delivery.attempts - 1), "x-slack-retry-reason": reason ?? "http_error" } : {};
    const status = await fetch(this.options.requestUrl?.() ?? "", {
      method: "POST", body, signal: AbortSignal.timeout(this.options.answerMs ?? 3_000),
      headers: { "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json", ...retry, ...signature(body), ...forged },
    }).then(async (response) => (await response.text(), response.status), () => 0);
    delivery.statuses.push(status);
    if (status >= 200 && status < 300) delivery.acknowledged = true;
    else if (Object.keys(forged).length === 0) this.lost(delivery, status === 0 ? "http_timeout" : "http_error");
  }

  private later(milliseconds: number, act: () => unknown): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.isClosed) act();
    }, milliseconds).unref();
    this.timers.add(timer);
  }

  private async silence(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const connection of this.connections) connection.destroy();
    await closed;
  }

  private lost(delivery: Delivery, reason: string): void {
    const wait = (this.options.retryMs ?? [0, 60_000, 300_000])[delivery.attempts - 1];
    if (delivery.acknowledged || delivery.kind !== "events_api" || wait === undefined) return;
    delivery.open.clear();
    this.later(wait, () => delivery.acknowledged || this.bring(delivery, reason));
  }

  private broken(error: unknown, response: ServerResponse): void {
    this.complaints.push(String(error));
    if (!response.headersSent) response.writeHead(500).end();
  }

  private upgrade(request: IncomingMessage, stream: Duplex): void {
    const ticket = new URL(request.url ?? "", this.origin).searchParams.get("ticket") ?? "";
    if (!this.tickets.delete(ticket)) return void stream.destroy(new Error(`no such ticket: ${ticket}`));
    const socket = new ServerSocket(request, stream, (text) => this.acknowledged(text), () => {
      this.sockets.delete(socket);
      for (const delivery of this.deliveries) if (delivery.open.size > 0) this.lost(delivery, "socket_closed");
    });
    this.sockets.add(socket);
    if (this.options.isSilent === true) return;
    socket.text(JSON.stringify({ type: "hello", num_connections: this.sockets.size, debug_info: { host: "applink-1", started: "2026-11-21 00:00:00.000", build_number: 25, approximate_connection_time: 18_060 }, connection_info: { app_id: APP } }));
    socket.ping();
    for (const delivery of this.waiting.splice(0)) void this.bring(delivery, "socket_closed");
  }

  /** `{"envelope_id": "…"}`, with a payload only where the envelope takes one. */
  private acknowledged(text: string): void {
    const { envelope_id: envelope, payload, ...rest } = JSON.parse(text) as { envelope_id?: string; payload?: object };
    const delivery = this.deliveries.find(({ open }) => open.has(envelope ?? ""));
    if (Object.keys(rest).length > 0 || Object.keys(payload ?? {}).length > 0) this.complaints.push(`an acknowledgement of another shape: ${text}`);
    // Of one that was brought again meanwhile, it is late and no fault.
    if (delivery === undefined) return;
    delivery.open.delete(envelope ?? "");
    delivery.acknowledged = true;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const [, first = "", second = ""] = /^\/([^/]+)\/([^?]*)/.exec(request.url ?? "") ?? [];
    if (first === "files-pri") return this.handOut(second.split("/")[0]?.split("-")[1] ?? "", request, response);
    if (first === "upload") return this.takeFile(second.split("/").at(-1) ?? "", body, response);
    if (first !== "api" || request.method !== "POST") return void response.writeHead(404).end();
    this.calls.push(second);
    this.answerCall(second, request, body, response);
  }

  private answerCall(method: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
    const given = (isJson ? JSON.parse(body.toString()) : Object.fromEntries(new URLSearchParams(body.toString()))) as Arguments;
    const token = request.headers.authorization?.replace(/^Bearer /, "") ?? given["token"];
    const refused = tokenError(method, token, given["token"]);
    const { values, wrong } = read(method, given);
    if (refused !== undefined) return this.refuse(response, refused, `${method} with another token`);
    if (wrong?.error === "unknown_method") return this.refuse(response, wrong.error, method, { req_method: method });
    if (wrong !== undefined) return this.refuse(response, wrong.error, `${method}: ${wrong.detail}`, { response_metadata: { messages: [`[ERROR] ${wrong.detail}`] } });
    const answer = method === "chat.postMessage" ? this.answers.shift() : undefined;
    if (answer !== undefined) return void response.writeHead(answer.status, answer.headers).end(answer.body);
    const fault = method === "chat.postMessage" || method === "files.completeUploadExternal" ? this.fault() : undefined;
    if (fault === undefined) return this.say(response, this.run(method, values));
    this.meet(fault, response, () => this.run(method, values));
  }

  /** The next fault that is not used up. */
  private fault(): Fault | undefined {
    const [next] = this.faults;
    if (next === undefined) return undefined;
    if (--next.left === 0) this.faults.shift();
    return next.fault;
  }

  private meet(fault: Fault, response: ServerResponse, run: () => object): void {
    if (fault.kind === "rate-limit") {
      response.writeHead(429, { "content-type": "application/json; charset=utf-8", "retry-after": String(Math.ceil(fault.retryAfterMs / 1_000)) });
      response.end(JSON.stringify({ ok: false, error: "ratelimited" }));
    } else if (fault.kind === "server-error") response.writeHead(503, { "content-type": "text/html" }).end("<html>Service Unavailable</html>");
    else if (fault.kind === "refusal") this.say(response, { ok: false, error: "not_in_channel" });
    else if (fault.kind === "lost-answer") {
      run();
      response.socket?.destroy();
    } else this.later(fault.milliseconds, () => this.say(response, run()));
  }

  /** The request is wrong in itself. */
  private refuse(response: ServerResponse, error: string, complaint: string, more: object = {}): void {
    this.complaints.push(`${error}: ${complaint}`);
    this.say(response, { ok: false, error, ...more });
  }

  private say(response: ServerResponse, answer: object): void {
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "x-oauth-scopes": this.options.scopes ?? SCOPES, "x-slack-req-id": randomUUID() });
    response.end(JSON.stringify(answer));
  }

  private run(method: string, values: Arguments): object {
    const text = (name: string): string => (typeof values[name] === "string" ? values[name] : "");
    switch (method) {
      case "auth.test": return { ok: true, url: "https://subarachnoid.slack.com/", team: "Subarachnoid Workspace", user: "ouro", team_id: TEAM, user_id: BOT_USER, bot_id: BOT, is_enterprise_install: false };
      case "apps.connections.open": return this.ticket();
      case "chat.postMessage": return this.post(text("channel"), text("thread_ts"), text("text"), values["blocks"], [], values["unfurl_links"] !== false || values["unfurl_media"] !== false);
      case "chat.update": return this.update(text("channel"), text("ts"), values);
      case "chat.delete": return this.remove(text("channel"), text("ts"));
      case "files.getUploadURLExternal": return this.place(text("filename"), Number(values["length"]));
      case "files.completeUploadExternal": return this.share(values, text("channel_id"), text("thread_ts"));
      default: return this.info(text("file"));
    }
  }

  private ticket(): object {
    const ticket = randomUUID();
    this.tickets.add(ticket);
    return { ok: true, url: `ws://127.0.0.1:${this.port}/link/?ticket=${ticket}&app_id=${APP}` };
  }

  private post(channel: string, thread: string, text: string, blocks: unknown, files: Posted["files"], previews = false): object {
    const isMember = this.channels.get(channel);
    if (isMember !== true) return { ok: false, error: isMember === undefined ? "channel_not_found" : "not_in_channel" };
    if (text === "" && blocks === undefined && files.length === 0) return { ok: false, error: "no_text" };
    if (text.length > 40_000) return { ok: false, error: "msg_too_long" };
    if (thread !== "" && !this.messages.some(({ ts, channel: place }) => ts === thread && place === channel)) return { ok: false, error: "thread_not_found" };
    const posted: Posted = { channel, ts: this.timestamp(), thread, user: BOT_USER, text, blocks: (blocks ?? []) as Posted["blocks"], files, before: [], previews };
    this.messages.push(posted);
    this.event({ type: "message", user: BOT_USER, bot_id: BOT, app_id: APP, text, ts: posted.ts, ...(thread === "" ? {} : { thread_ts: thread }), channel, channel_type: channelType(channel), event_ts: posted.ts });
    return { ok: true, channel, ts: posted.ts, message: { type: "message", subtype: "bot_message", text, ts: posted.ts, username: "ouro", bot_id: BOT } };
  }

  private update(channel: string, ts: string, values: Arguments): object {
    const found = this.messages.find((message) => message.channel === channel && message.ts === ts);
    if (found === undefined) return { ok: false, error: "message_not_found" };
    if (found.user !== BOT_USER) return { ok: false, error: "cant_update_message" };
    found.before.push(found.text);
    found.text = String(values["text"] ?? found.text);
    if (values["blocks"] !== undefined) found.blocks = values["blocks"] as Posted["blocks"];
    const message = { type: "message", user: BOT_USER, bot_id: BOT, text: found.text, ts };
    this.event({ type: "message", subtype: "message_changed", hidden: true, channel, channel_type: channelType(channel), ts: this.timestamp(), message, previous_message: { ...message, text: found.before.at(-1) } });
    return { ok: true, channel, ts, text: found.text };
  }

  private remove(channel: string, ts: string): object {
    const index = this.messages.findIndex((message) => message.channel === channel && message.ts === ts && message.user === BOT_USER);
    if (index < 0) return { ok: false, error: "message_not_found" };
    this.messages.splice(index, 1);
    return { ok: true, channel, ts };
  }

  private place(name: string, length: number): object {
    if (length < 1) return { ok: false, error: "invalid_arguments" };
    const id = `F${String(++this.counter).padStart(9, "0")}`;
    this.files.set(id, { name, type: "application/octet-stream", length, shared: false });
    return { ok: true, upload_url: `${this.origin}/upload/v1/${id}`, file_id: id };
  }

  private takeFile(id: string, bytes: Buffer, response: ServerResponse): void {
    const file = this.files.get(id);
    if (file === undefined || file.bytes !== undefined || bytes.length !== file.length) {
      this.complaints.push(`an upload of ${bytes.length} bytes to ${id}, which waits for ${file?.length}`);
      return void response.writeHead(400).end();
    }
    file.bytes = bytes;
    response.writeHead(200).end(`OK - ${bytes.length}`);
  }

  private share(values: Arguments, channel: string, thread: string): object {
    const named = (values["files"] as readonly { id: string; title?: string }[]).map(({ id, title }) => ({ id, title, file: this.files.get(id) }));
    if (named.some(({ file }) => file?.bytes === undefined || file.shared)) return { ok: false, error: "file_not_found" };
    const files = named.map(({ title, file }) => ({ name: title ?? file?.name ?? "", bytes: file?.bytes as Uint8Array }));
    const comment = values["initial_comment"];
    const posted = this.post(channel, thread, typeof comment === "string" ? comment : "", comment === undefined ? values["blocks"] : undefined, files) as { ok: boolean };
    if (!posted.ok) return posted;
    for (const { file } of named) if (file !== undefined) file.shared = true;
    return { ok: true, files: named.map(({ id, title }) => ({ id, title })) };
  }

  private info(id: string): object {
    const file = this.files.get(id);
    return file === undefined ? { ok: false, error: "file_not_found" } : { ok: true, file: { id, name: file.name, mimetype: file.type, url_private: this.fileUrl(id, file.name) } };
  }

  fileUrl(id: string, name: string): string {
    return `${this.origin}/files-pri/${TEAM}-${id}/${encodeURIComponent(name)}`;
  }

  /** Whoever has no right to a file is led to the sign-in page. */
  private async handOut(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.files.get(id);
    if (request.headers.authorization !== `Bearer ${BOT_TOKEN}`) return void response.writeHead(302, { location: `${this.origin}/?redir=%2Ffiles-pri` }).end();
    if (file?.bytes === undefined) return void response.writeHead(404).end();
    await file.held;
    response.writeHead(200, { "content-type": file.type }).end(file.bytes);
  }
}

/** As events tell it. */
export function channelType(channel: string): string {
  return channel.startsWith("D") ? "im" : "channel";
}

/** Headers of a request, `v0:timestamp:body` under the signing secret. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signature(body: string, seconds = Math.floor(Date.now() / 1_000), secret = SIGNING_SECRET): Record<string, string> {
  const hash = createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
  return { "x-slack-request-timestamp": String(seconds), "x-slack-signature": `v0=${hash}` };
}

/** Each method takes tokens of one kind. A token may stand in the header, in the body, or the same in both. */
function tokenError(method: string, token: unknown, inBody: unknown): string | undefined {
  if (token === undefined || token === "") return "not_authed";
  if (inBody !== undefined && inBody !== token) return "invalid_auth";
  if (token !== BOT_TOKEN && token !== APP_TOKEN) return "invalid_auth";
  return (token === APP_TOKEN) === (method === "apps.connections.open") ? undefined : "not_allowed_token_type";
}
