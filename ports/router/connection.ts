// One request to a provider by undici: its events as they come, within limits of time and size.
import { Agent, type Dispatcher, request } from "undici";
import { EventReader, EventTooLong, type ServerEvent } from "./events.js";
import { malformed, ProviderError, refusedBy, timedOut, tooLong } from "./failure.js";

/** Milliseconds, bytes and characters. */
export interface Limits {
  /** Until the first event. */
  readonly firstMs: number;
  /** From one event to the next. */
  readonly idleMs: number;
  /** From one event to the next once the answer is whole: for what some add to it. */
  readonly tailMs: number;
  readonly totalMs: number;
  readonly bytes: number;
  /** Characters of one event; some hold a whole answer. */
  readonly eventLength: number;
}

/** Models that think long say nothing for a while; local ones may have to be loaded first. */
export const LIMITS: Limits = { firstMs: 300_000, idleMs: 120_000, tailMs: 5_000, totalMs: 1_500_000, bytes: 64 << 20, eventLength: 8 << 20 };

export interface Outgoing {
  readonly provider: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const ERROR_BYTES = 64 << 10;

/** Connections that are kept for the next request. No address is followed to another, so a key goes nowhere else. */
export function connections(): Agent {
  return new Agent({ headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: 64 << 10, keepAliveTimeout: 30_000 });
}

/**
 * The events of the answer; `isWhole` tells whether those so far make one, and then the end may be missing. Fails with a
 * ProviderError, or as the signal says; leaving the loop ends the connection.
 */
export async function* ask(agent: Agent, outgoing: Outgoing, limits: Limits, signal: AbortSignal, isWhole: () => boolean): AsyncGenerator<ServerEvent> {
  const watch = new Watch(outgoing.provider, limits, isWhole);
  try {
    const response = await send(agent, outgoing, AbortSignal.any([signal, watch.signal]));
    await mustBeStream(outgoing.provider, response);
    yield* eventsOf(outgoing.provider, response.body, limits, watch);
  } catch (error) {
    if (!signal.aborted && watch.failure !== undefined && isWhole()) return;
    throw signal.aborted ? error : watch.failure ?? explained(outgoing.provider, error);
  } finally {
    watch.end();
  }
}

function send(agent: Agent, { url, headers, body }: Outgoing, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return request(url, {
    dispatcher: agent, method: "POST", signal, body: JSON.stringify(body),
    headers: { ...headers, "content-type": "application/json", accept: "text/event-stream", "accept-encoding": "identity", "user-agent": "ouro" },
  });
}

async function mustBeStream(provider: string, { statusCode, headers, body }: Dispatcher.ResponseData): Promise<void> {
  const type = String(headers["content-type"] ?? "");
  if (statusCode === 200 && /^text\/event-stream\b/i.test(type)) return;
  const text = await beginning(body);
  if (statusCode !== 200) throw refusedBy(provider, statusCode, text, retryAfter(headers));
  throw new ProviderError("router-not-a-stream", `${provider} answered ${type === "" ? "without a type" : type} in place of a stream of events`, {
    isBilled: true, hint: "Check the provider's :url in policy/models.scm: it may be that of a web page.",
  });
}

async function* eventsOf(provider: string, body: AsyncIterable<Uint8Array>, { bytes, eventLength }: Limits, watch: Watch): AsyncGenerator<ServerEvent> {
  const reader = new EventReader(eventLength);
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > bytes) throw tooLong(provider, `${bytes} bytes and no end`);
    for (const event of reader.take(piece)) {
      yield event;
      watch.progressed();
    }
  }
}

async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece);
    if ((length += piece.length) > ERROR_BYTES) break;
  }
  return Buffer.concat(pieces).toString("utf8").slice(0, ERROR_BYTES);
}

/** Seconds, or a date (RFC 9110, 10.2.3); OpenAI gives milliseconds, too. At most an hour. */
function retryAfter(headers: Record<string, string | string[] | undefined>): number | undefined {
  const [exact, told] = [Number(headers["retry-after-ms"] ?? NaN), String(headers["retry-after"] ?? "")];
  const ms = Number.isFinite(exact) ? exact : /^\d+(\.\d+)?$/.test(told) ? Number(told) * 1_000 : Date.parse(told) - Date.now();
  return Number.isFinite(ms) ? Math.min(3_600_000, Math.max(0, Math.ceil(ms))) : undefined;
}

const NEVER_SENT: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT", "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT"]);

function explained(provider: string, error: unknown): unknown {
  if (error instanceof ProviderError) return error;
  const cause = error instanceof AggregateError ? error.errors[0] as unknown : error;
  const code = String((cause as NodeJS.ErrnoException | undefined)?.code ?? (cause instanceof Error ? cause.name : cause));
  if (error instanceof EventTooLong) return tooLong(provider, "an event may hold");
  if (code.startsWith("HPE_")) return malformed(provider, `no HTTP (${code})`);
  return new ProviderError("router-unreachable", `${provider} could not be reached, or went away: ${code}`, {
    retryable: true, isBilled: !NEVER_SENT.has(code), hint: "Check the network, and the provider's :url in policy/models.scm.",
  });
}

/** Ends a request that takes too long, and knows why. */
class Watch {
  failure: ProviderError | undefined;
  private readonly controller = new AbortController();
  private readonly total: NodeJS.Timeout;
  private next: NodeJS.Timeout;

  constructor(private readonly provider: string, private readonly limits: Limits, private readonly isWhole: () => boolean) {
    this.total = this.after(limits.totalMs, `has not come to an end after ${limits.totalMs} ms`);
    this.next = this.after(limits.firstMs, `said nothing within ${limits.firstMs} ms`);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  progressed(): void {
    clearTimeout(this.next);
    const milliseconds = this.isWhole() ? this.limits.tailMs : this.limits.idleMs;
    this.next = this.after(milliseconds, `said nothing more for ${milliseconds} ms`);
  }

  end(): void {
    clearTimeout(this.total);
    clearTimeout(this.next);
  }

  private after(milliseconds: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.failure = timedOut(this.provider, what);
      this.controller.abort();
    }, milliseconds).unref();
  }
}
