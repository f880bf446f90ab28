// The control API itself: who may ask, which route it is, and the answer without secrets; and the stream of what happens.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { OwnHost } from "../frontend.js";
import { attachTerminal, ATTACH_PATH, ATTACH_PROTOCOL } from "./attachment.js";
import { ControlError, refusalOf } from "./error.js";
import { openApi } from "./openapi.js";
import { checked, matched } from "./routes.js";
import { isSameToken } from "./token.js";

export interface ApiOptions {
  readonly version: string;
  readonly token: string;
  readonly host: OwnHost;
  /** Takes what is worth a line: refused requests, and faults of ours. */
  log(level: "info" | "warn" | "error", details: Readonly<Record<string, unknown>>, message: string): void;
}

const LARGEST_BODY = 1 << 20;
const MOST_STREAMS = 32;
const MOST_ATTACHED = 32;
/** Bytes that may wait for a slow reader of events before it is hung up on. */
const MOST_WAITING = 1 << 20;
const HEARTBEAT_MS = 15_000;
/** The names of this machine's loopback. Any other in the Host header is that of a page which had it resolved to us. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

export class Api {
  private readonly streams = new Set<ServerResponse>();
  private readonly attached = new Set<Duplex>();

  constructor(private readonly options: ApiOptions) {}

  /** Answers one request; never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.admit(request);
      const url = targetOf(request.url ?? "/");
      if (url.pathname === "/v1/events" && request.method === "GET") return this.stream(url, response);
      if (url.pathname === "/v1/openapi.json" && request.method === "GET") return this.end(response, 200, openApi(this.options.version));
      this.end(response, 200, await this.routed(request, url));
    } catch (error) {
      this.refuse(request, response, error);
    }
  }

  /** Lets a terminal talk to the agent as if it were its own: the connection is its from here on. */
  attach(request: IncomingMessage, wire: Duplex): void {
    // A connection that breaks is closed: what follows from it is done there.
    wire.on("error", () => wire.destroy());
    try {
      this.admit(request);
      if (request.url !== ATTACH_PATH || request.headers.upgrade !== ATTACH_PROTOCOL) throw new ControlError("no-route", "nothing is attached to by this path");
      if (this.attached.size >= MOST_ATTACHED) throw new ControlError("too-many", `${MOST_ATTACHED} terminals are attached`);
    } catch (error) {
      const { status, error: told } = refusalOf(error);
      return void wire.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${JSON.stringify({ error: told })}`);
    }
    wire.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${ATTACH_PROTOCOL}\r\n\r\n`);
    this.attached.add(wire);
    wire.once("close", () => this.attached.delete(wire));
    attachTerminal(wire, this.options.host, (error) => this.options.log("error", { error: error instanceof Error ? error.stack : String(error) }, "a call could not be answered"));
  }

  close(): void {
    for (const stream of this.streams) stream.end();
    for (const wire of this.attached) wire.destroy();
  }

  /** Before anything else is looked at: the name by which we were asked, and the token. */
  private admit({ headers }: IncomingMessage): void {
    if (!LOOPBACK.test(headers.host ?? "")) throw new ControlError("wrong-host", "this is not asked for by a name of the loopback");
    const [, given = ""] = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? "") ?? [];
    if (!isSameToken(given, this.options.token)) throw new ControlError("unauthorised", given === "" ? "a token is wanting" : "this is not the home's token");
  }

  private async routed(request: IncomingMessage, url: Target): Promise<unknown> {
    const { route, inPath } = matched(request.method ?? "", url.pathname);
    const given = route.method === "GET" ? Object.fromEntries(url.searchParams) : await bodyOf(request);
    return route.run(this.options.host.desk, checked(route, { ...given, ...inPath }) as never);
  }

  private end(response: ServerResponse, status: number, result: unknown): void {
    const isText = typeof result === "string";
    response.writeHead(status, { "content-type": isText ? "text/plain; version=0.0.4; charset=utf-8" : "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" });
    response.end(isText ? this.options.host.redact(result) : this.json(result));
  }

  private json(result: unknown): string {
    return JSON.stringify(result, (_key, value: unknown) => (typeof value === "string" ? this.options.host.redact(value) : value));
  }

  private refuse({ method, url, socket }: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.headersSent) return void response.destroy();
    const { status, error: told } = refusalOf(error);
    const details = { method, path: url?.split("?")[0], status, code: told.code, peer: (socket as IncomingMessage["socket"] | null)?.remoteAddress ?? "socket" };
    if (status === 500) this.options.log("error", { ...details, error: error instanceof Error ? error.stack : String(error) }, "a request could not be answered");
    else if (status === 401 || status === 403) this.options.log("warn", details, "a request was refused");
    if (status === 401) response.setHeader("www-authenticate", "Bearer");
    // What was not read of the request must not be taken for the next one.
    response.setHeader("connection", "close");
    this.end(response, status, { error: told });
  }

  /** Server-sent events, as the HTML standard has them. */
  private stream(url: Target, response: ServerResponse): void {
    if (this.streams.size >= MOST_STREAMS) throw new ControlError("too-many", `${MOST_STREAMS} streams of events are open`);
    const kinds = url.searchParams.get("kinds")?.split(",");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const write = (text: string) => void (response.write(text), response.writableLength > MOST_WAITING && response.destroy());
    const unwatch = this.options.host.watch((event) => {
      if (kinds?.includes(event.kind) !== false) write(`event: ${event.kind.replace(/\s/g, "-")}\ndata: ${this.json(event)}\n\n`);
    });
    const heartbeat = setInterval(() => write(": \n\n"), HEARTBEAT_MS).unref();
    this.streams.add(response);
    response.once("close", () => {
      unwatch();
      clearInterval(heartbeat);
      this.streams.delete(response);
    });
    write(": \n\n");
  }
}

type Target = Pick<URL, "pathname" | "searchParams">;

/** Its path stays as it came: a cell may have a name that an address takes for the way up. */
function targetOf(text: string): Target {
  if (!URL.canParse(text, "http://localhost")) throw new ControlError("invalid-request", "the address of the request is none");
  const { pathname, searchParams } = new URL(text, "http://localhost");
  return { pathname: /^\/[^?#]*/.exec(text)?.[0] ?? pathname, searchParams };
}

/** The JSON object that was sent, or an empty one. What is too much is read on and dropped, so that the answer arrives. */
function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  let length = 0;
  return new Promise<string>((resolve, reject) => {
    request.on("data", (part: Buffer) => {
      length += part.length;
      if (length <= LARGEST_BODY) parts.push(part);
      else reject(new ControlError("too-large", `the request has more than ${LARGEST_BODY} bytes`));
    });
    request.once("error", reject).once("end", () => resolve(Buffer.concat(parts).toString("utf8")));
  }).then((text) => (text === "" ? {} : objectIn(text)));
}

function objectIn(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ControlError("invalid-request", "the body is not JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new ControlError("invalid-request", "the body is not a JSON object");
  return body as Record<string, unknown>;
}
