// The web by undici: allowed hosts only, public addresses only, checked where the connection is made.
import { lookup as resolve } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { Agent, buildConnector, request } from "undici";
import { PortError } from "../port.js";
import { isPublicAddress } from "./address.js";
import { tooLarge } from "./path.js";
import { type Bytes, type Page, type Web, webLabel } from "./tools.js";

export interface WebOptions {
  /** Host names that may be asked: "example.org", "*.example.org" for those below it, "*" for all. None unless given. */
  readonly hosts: readonly string[];
  /** Ports besides those of http and https. */
  readonly ports?: readonly number[];
  /** Lets this machine be asked too, for tests. */
  readonly allowLoopback?: boolean;
  /** How names become addresses; the system's way unless given. */
  readonly lookup?: LookupFunction;
}

const REDIRECTS = 5;
const REDIRECT_STATUSES = [301, 302, 303, 307, 308];

export function undiciWeb(options: WebOptions): Web {
  const agent = new Agent({ connect: guardedConnector(options), maxHeaderSize: 64 << 10, pipelining: 0 });
  return {
    async get(url, { bytes, milliseconds, signal }) {
      const timeout = AbortSignal.timeout(milliseconds);
      const asked: string[] = [];
      try {
        return await follow(agent, options, url, bytes, AbortSignal.any([signal, timeout]), asked);
      } catch (error) {
        throw signal.aborted ? error : explained(error, url, timeout.aborted, asked.map(webLabel));
      }
    },
    close: () => agent.destroy(),
  };
}

/** Each hop is a request of its own, so that each address is checked. `asked` is told of each. */
async function follow(agent: Agent, options: WebOptions, start: string, bytes: number, signal: AbortSignal, asked: string[]): Promise<Page> {
  let url = checkedUrl(start, options);
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    asked.push(url.href);
    const response = await request(url, { dispatcher: agent, signal, method: "GET", headers: { "user-agent": "ouro", accept: "*/*", "accept-encoding": "identity" } });
    const location = response.headers["location"];
    if (!REDIRECT_STATUSES.includes(response.statusCode) || typeof location !== "string") {
      const body = decoded(await readLimited(response.body, url.href, bytes), String(response.headers["content-encoding"] ?? "identity"), url.href, bytes);
      return { url: url.href, via: asked.slice(0, -1), status: response.statusCode, type: String(response.headers["content-type"] ?? ""), body };
    }
    await response.body.dump({ limit: 64 << 10, signal });
    url = checkedUrl(URL.canParse(location, url.href) ? new URL(location, url).href : location, options);
  }
  throw new PortError("tool-runtime-too-many-redirects", `${start} leads on more than ${REDIRECTS} times`);
}

function checkedUrl(text: string, { hosts, ports = [] }: WebOptions): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw new PortError("tool-runtime-bad-url", `${JSON.stringify(text.slice(0, 200))} is not an address of http or https without a name and password in it`);
  }
  const host = url.hostname.replace(/\.$/, "");
  const isAllowed = hosts.some((pattern) => pattern === "*" || pattern === host || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1))));
  if (!isAllowed) throw new PortError("tool-runtime-host-refused", `${host} may not be asked`, { hint: "The operator opens hosts to tools." });
  if (url.port !== "" && !ports.includes(Number(url.port))) throw new PortError("tool-runtime-port-refused", `port ${url.port} may not be asked`, { hint: "Use the ports of http and https." });
  url.hash = "";
  return url;
}

/** Names are resolved here and nowhere else: what was checked is what is connected to. */
function guardedConnector({ allowLoopback = false, lookup = resolve }: WebOptions): buildConnector.connector {
  const isAllowed = (address: string): boolean => isPublicAddress(address) || (allowLoopback && (address === "127.0.0.1" || address === "::1"));
  const guarded: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const wrong = addresses.find(({ address }) => !isAllowed(address));
      if (error !== null) callback(error, []);
      else if (wrong !== undefined || addresses.length === 0) callback(refusedAddress(host), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
  const connect = buildConnector({ lookup: guarded });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    // A literal address is connected to without a lookup.
    if (isIP(host) !== 0 && !isAllowed(host)) return callback(refusedAddress(host), null);
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      if (isAllowed(socket.remoteAddress ?? "")) return callback(null, socket);
      socket.destroy();
      callback(refusedAddress(host), null);
    });
  };
}

function refusedAddress(host: string): PortError {
  return new PortError("tool-runtime-address-refused", `${host} is on this machine or a private network`, { hint: "Tools may only ask public addresses." });
}

async function readLimited(body: AsyncIterable<Uint8Array>, url: string, limit: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    // Leaving the loop ends the connection.
    if (length > limit) throw tooLarge(url, limit);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const DECODERS: Readonly<Record<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array>> = {
  gzip: gunzipSync, "x-gzip": gunzipSync, deflate: inflateSync, br: brotliDecompressSync,
};

/** Some servers compress although they were asked not to. */
function decoded(bytes: Bytes, encoding: string, url: string, limit: number): Bytes {
  if (encoding === "identity" || bytes.length === 0) return bytes;
  const decoder = DECODERS[encoding.trim().toLowerCase()];
  if (decoder === undefined) throw new PortError("tool-runtime-encoding", `${url} answers in the encoding ${encoding}, which is unknown here`);
  try {
    return new Uint8Array(decoder(bytes, { maxOutputLength: limit }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(url, limit);
    throw new PortError("tool-runtime-encoding", `${url} says its answer is ${encoding}, and it is not`);
  }
}

function explained(error: unknown, url: string, isLate: boolean, labels: readonly string[]): PortError {
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  if (cause instanceof PortError) return new PortError(cause.code, cause.message, { ...cause.options, labels });
  if (isLate) return new PortError("tool-runtime-timeout", `${url} did not answer in time`, { retryable: true, hint: "Try again later, or raise :limit-ms.", labels });
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new PortError("tool-runtime-unreachable", `${url} could not be read: ${reason}`, { retryable: true, hint: "Check the address, and try again later.", labels });
}
