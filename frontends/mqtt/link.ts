// One connection to the broker, from its beginning to its end, and what refusals by the broker mean.
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { connect, type IClientOptions, type IClientPublishOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { ChannelError, type ChannelSettings } from "../channel.js";
import { MOST_UNACKNOWLEDGED } from "./redeliveries.js";

const CONNECT_MS = 30_000;
const KEEPALIVE_S = 30;
/** The broker keeps for us what comes while we are away, for a week. */
const SESSION_S = 7 * 86_400;
/** Of a publish beside its payload and topic, with its properties. */
const HEADER_BYTES = 1_000;
/** A broker that does not answer does not keep us from leaving. */
const FAREWELL_MS = 3_000;

export interface LinkOptions {
  readonly clientId: string;
  /** True: the broker forgets us with the end of the connection. */
  readonly isPassing: boolean;
  readonly will?: { readonly topic: string; readonly payload: string };
  /** Nothing is taken before. */
  readonly ready: Promise<void>;
  /** The packet is acknowledged when it resolves. If it rejects the connection ends, and the broker brings the packet again. */
  readonly take: (packet: IPublishPacket) => Promise<void>;
}

export interface Link {
  /** True of version 5. */
  readonly hasProperties: boolean;
  /** Resolves once the broker has it. `ChannelError` if it refused; another error if the connection ended before it said anything. */
  publish(topic: string, payload: string, options?: IClientPublishOptions, signal?: AbortSignal): Promise<void>;
  /** Errors: `mqtt-subscribe-denied`. */
  subscribe(filters: readonly string[]): Promise<void>;
  /** Resolves with the reason once the connection is over. */
  readonly ended: Promise<Error>;
  /** Takes leave of the broker, with a last retained word if there is one; at once if the connection is over. */
  end(farewell?: { readonly topic: string; readonly payload: string }): Promise<void>;
}

/** Errors: `mqtt-unreachable`, `mqtt-login-refused`, `mqtt-certificate-refused`, `mqtt-no-certificate-file`. */
export async function openLink(settings: ChannelSettings, options: LinkOptions, signal: AbortSignal): Promise<Link> {
  const ending = new Ending();
  const client = connect(settings.settings["url"] ?? "", await optionsOf(settings, options));
  client.handleMessage = acknowledging(client, options, ending);
  ending.tell(() => client.end(true));
  client.on("error", (error) => ending.come(meaningOf(error)));
  client.on("disconnect", ({ reasonCode = 0 }) => ending.come(refusal(reasonCode) ?? new Error(`the broker ended the connection: ${reasonCode}`)));
  client.on("close", () => ending.come(new Error("the connection was lost")));
  const leave = (): void => ending.come(new Error("told to stop"));
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  try {
    await ending.or(new Promise<void>((resolve) => client.once("connect", () => resolve())));
  } catch (error) {
    if (error instanceof ChannelError) throw error;
    throw new ChannelError("mqtt-unreachable", `the broker could not be reached: ${(error as Error).message}`, { retryable: true, hint: "Check the address and the network." });
  } finally {
    signal.removeEventListener("abort", leave);
  }
  // Small packets one after the other: each would wait until the broker's system has acknowledged the last, some 40 ms.
  (client.stream as Partial<Pick<Socket, "setNoDelay">>).setNoDelay?.(true);
  return linkOf(client, ending);
}

/** Why the package does not acknowledge by itself what it has handed over. */
const LATER = new Error("it is acknowledged when it has been taken");

/**
 * Each packet is acknowledged once it was taken, in the order in which they came (OASIS MQTT 5.0, 4.6). What follows is read
 * meanwhile: the package reads one packet after the other, and what the broker says of our own would wait behind all of them.
 * But after one that is refused at once nothing is taken on, so that nothing overtakes it when it comes again.
 */
function acknowledging(client: MqttClient, { take, ready }: LinkOptions, ending: Ending): MqttClient["handleMessage"] {
  let last: Promise<unknown> = Promise.resolve();
  const handle = async (packet: IPublishPacket, proceed: (error?: Error) => void): Promise<void> => {
    await ready;
    if (ending.reason !== undefined) return;
    last = Promise.all([last, take(packet)]).then(
      () => void (packet.qos > 0 && ending.reason === undefined && client["_sendPacket"]({ cmd: "puback", messageId: packet.messageId })),
      (error: unknown) => ending.come(error as Error),
    );
    // The package goes on in a tick of its own, when all that followed from this one at once has happened.
    proceed(packet.qos > 0 ? LATER : undefined);
  };
  return (packet, proceed) => void handle(packet, proceed);
}

/** The end of a connection, which all that wait for the broker wait for too. */
class Ending {
  reason: Error | undefined;
  private readonly waiting = new Set<(reason: Error) => void>();

  come(reason: Error): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    for (const tell of this.waiting) tell(reason);
    this.waiting.clear();
  }

  /** Calls when it comes, at once if it has come. Answers how to be forgotten. */
  tell(listener: (reason: Error) => void): () => void {
    if (this.reason === undefined) this.waiting.add(listener);
    else listener(this.reason);
    return () => void this.waiting.delete(listener);
  }

  /** What comes of work, or the reason of the end if that comes first. */
  or<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const forget = this.tell(reject);
      work.then(resolve, reject).finally(forget);
    });
  }
}

function linkOf(client: MqttClient, ending: Ending): Link {
  const link: Link = {
    hasProperties: client.options.protocolVersion === 5,
    ended: new Promise((resolve) => void ending.tell(resolve)),
    async publish(topic, payload, options = {}, signal = undefined) {
      const largest = client.serverProperties?.maximumPacketSize;
      const size = Buffer.byteLength(payload) + Buffer.byteLength(topic) + HEADER_BYTES;
      if (largest !== undefined && size > largest) throw new ChannelError("mqtt-too-large", `the broker takes at most ${largest} bytes`, { hint: "Send less at a time." });
      signal?.throwIfAborted();
      await ending.or(orAborted(client.publishAsync(topic, payload, { qos: 1, ...options }), signal)).catch((error: unknown) => rethrow(error, topic));
    },
    async subscribe(filters) {
      // Retained messages are told of at every subscription: they are no news.
      const granted = await ending.or(client.subscribeAsync([...filters], { qos: 1, rh: 2 })).catch((error: unknown) => rethrow(error, filters.join(" ")));
      const denied = granted.find(({ qos }) => qos >= 128);
      if (denied !== undefined) throw subscriptionDenied(denied.topic);
    },
    async end(farewell) {
      const patience = AbortSignal.timeout(FAREWELL_MS);
      patience.addEventListener("abort", () => ending.come(new Error("the broker did not say goodbye")), { once: true });
      try {
        if (farewell !== undefined) await link.publish(farewell.topic, farewell.payload, { retain: true });
        await ending.or(client.endAsync());
      } catch {
        // It is over in any case, and then the broker publishes the will.
      }
      ending.come(new Error("ended"));
    },
  };
  return link;
}

/** What comes of work, or the reason of the signal if that aborts first. */
function orAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

function rethrow(error: unknown, topic: string): never {
  throw refusal((error as { code?: number }).code ?? 0, topic) ?? error;
}

export function subscriptionDenied(topic: string): ChannelError {
  return new ChannelError("mqtt-subscribe-denied", `the broker does not let the agent read ${topic}`, { hint: ACL_HINT, retryable: true });
}

export const ACL_HINT = "Give the agent's user `topic readwrite ouro/AGENT/#` in the broker's ACL.";

async function optionsOf(settings: ChannelSettings, { clientId, isPassing, will }: LinkOptions): Promise<IClientOptions> {
  const { username, version, "ca-file": file } = settings.settings;
  const password = await settings.secret("password");
  return {
    clientId, clean: isPassing, protocolVersion: version === "3.1.1" ? 4 : 5,
    // A connection is made once, and anew by us: the package would send again what the broker perhaps has.
    reconnectPeriod: 0, connectTimeout: CONNECT_MS, keepalive: KEEPALIVE_S, queueQoSZero: false,
    ...(username !== undefined && { username, password }),
    ...(file !== undefined && { ca: await certificate(file) }),
    ...(will !== undefined && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
    ...(version !== "3.1.1" && { properties: { receiveMaximum: MOST_UNACKNOWLEDGED, ...(!isPassing && { sessionExpiryInterval: SESSION_S }) } }),
  };
}

async function certificate(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ChannelError("mqtt-no-certificate-file", `the certificates of the authority cannot be read: ${(error as NodeJS.ErrnoException).code}`, { hint: "Run ouro setup mqtt --set ca-file=FILE." });
  }
}

/** What codes of refusal mean; those of version 3.1.1 are 1 to 5: OASIS MQTT 5.0, 2.4, and MQTT 3.1.1, 3.2.2.3. */
const REFUSALS: readonly { readonly codes: readonly number[]; readonly code: string; readonly hint?: string; readonly isPassing?: true }[] = [
  { codes: [4, 5, 134, 138, 140], code: "mqtt-login-refused", hint: "Check the user and the password: ouro setup mqtt." },
  { codes: [1, 2, 132, 133], code: "mqtt-connection-refused", hint: "Try the other version of the protocol: ouro setup mqtt --set version=3.1.1." },
  { codes: [135], code: "mqtt-publish-denied", hint: ACL_HINT },
  { codes: [142], code: "mqtt-taken-over", hint: "Another agent of the same name is at the broker: give one another with ouro setup mqtt --set agent=NAME." },
  { codes: [144, 149, 153, 154, 155], code: "mqtt-refused" },
  { codes: [150, 151, 159], code: "mqtt-rate-limited", isPassing: true },
  { codes: [3, 128, 131, 136, 137, 139, 152, 160], code: "mqtt-unavailable", isPassing: true },
];

function refusal(number: number, topic?: string): ChannelError | undefined {
  const known = REFUSALS.find(({ codes }) => codes.includes(number));
  if (known === undefined) return undefined;
  // Not authorized at all, if it was not about a topic.
  const code = number === 135 && topic === undefined ? "mqtt-login-refused" : known.code;
  return new ChannelError(code, `the broker refused${topic === undefined ? "" : ` ${topic}`} with code ${number}`, { hint: known.hint, retryable: known.isPassing === true });
}

function meaningOf(error: Error & { code?: number | string }): Error {
  if (typeof error.code === "number") return refusal(error.code) ?? error;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO/.test(error.code ?? "")) {
    return new ChannelError("mqtt-certificate-refused", `the broker's certificate is not trusted: ${error.code}`, { hint: "Give the authority that signed it: ouro setup mqtt --set ca-file=FILE." });
  }
  return new Error(error.code ?? error.message);
}
