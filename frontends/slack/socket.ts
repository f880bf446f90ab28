// Socket Mode: one WebSocket that Slack tells us to renew now and then, the next one opened before the last is closed.
import { type Logger, SocketModeReceiver } from "@slack/bolt";
import { ChannelError, type Gateway } from "../channel.js";
import { abortion, clientOptions, secretOf } from "./api.js";
import { Intake } from "./intake.js";
import { harmless } from "./verdict.js";

const HELLO_MS = 30_000;
const CLOSING_MS = 3_000;

interface Connection {
  /** `renew`: Slack wants another one in its place. `lost`: it is gone. */
  readonly end: Promise<"renew" | "lost">;
  close(): Promise<void>;
}

/** Receives until the signal aborts. Fails with `ChannelError` when the connection is lost: the host starts the channel again. */
export async function receiveBySocket(gateway: Gateway, take: (body: unknown) => Promise<void>, logger: Logger, signal: AbortSignal): Promise<void> {
  const left = abortion(signal).then(() => "left" as const);
  let connection = await open(gateway, take, logger, signal);
  try {
    gateway.report("connected", "Socket Mode");
    for (let end = await Promise.race([connection.end, left]); end !== "left"; end = await Promise.race([connection.end, left])) {
      if (end === "lost") throw new ChannelError("slack-disconnected", "the connection to Slack is lost", { retryable: true });
      const last = connection;
      connection = await open(gateway, take, logger, signal);
      await last.close();
    }
  } finally {
    await connection.close();
  }
}

/** The package does not renew connections itself: it closes the old one first, and a failure to open the next ends the process. */
async function open(gateway: Gateway, take: (body: unknown) => Promise<void>, logger: Logger, signal: AbortSignal): Promise<Connection> {
  const receiver = new SocketModeReceiver({
    appToken: await secretOf(gateway, "app-token"), autoReconnectEnabled: false, logger, installerOptions: { clientOptions: clientOptions(gateway, logger) },
    processEventErrorHandler: async ({ error }) => {
      gateway.log("warn", "slack-not-acknowledged", { reason: error.message });
      return false;
    },
  });
  const intake = new Intake(receiver, logger, take);
  const end = new Promise<"renew" | "lost">((resolve) => {
    receiver.client.once("disconnected", () => resolve("lost"));
    filterFrames(receiver.client, gateway, () => resolve("renew"));
  });
  const close = async (): Promise<void> => {
    await intake.settled();
    await hangUp(receiver);
  };
  try {
    await greeted(receiver, AbortSignal.any([signal, AbortSignal.timeout(HELLO_MS)]));
  } catch (error) {
    await close();
    throw harmless("apps.connections.open", error ?? new Error("the connection was closed before Slack said hello"));
  }
  return { end, close };
}

/** Takes requests for renewal to us, and away what is no envelope: the package would end the process over it. */
function filterFrames(client: SocketModeReceiver["client"], gateway: Gateway, renew: () => void): void {
  const listeners = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", (data: unknown, isBinary: boolean) => {
    const type = typeOf(data);
    if (type === "disconnect") renew();
    else if (type === undefined) gateway.log("warn", "slack-unreadable-frame");
    else for (const listener of listeners) listener(data, isBinary);
  });
}

/** The type of a frame that is a greeting, a farewell or an envelope; undefined of anything else. */
function typeOf(data: unknown): string | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame = JSON.parse(data) as { type?: unknown; envelope_id?: unknown; payload?: { event?: { type?: unknown } } } | null;
    if (typeof frame?.type !== "string") return undefined;
    if (frame.type === "hello" || frame.type === "disconnect") return frame.type;
    const isEnvelope = typeof frame.envelope_id === "string" && typeof frame.payload === "object" && frame.payload !== null;
    return isEnvelope && (frame.type !== "events_api" || typeof frame.payload?.event?.type === "string") ? frame.type : undefined;
  } catch {
    return undefined;
  }
}

async function greeted(receiver: SocketModeReceiver, signal: AbortSignal): Promise<void> {
  const silence = abortion(signal).then(() => Promise.reject(new Error("Slack does not say hello")));
  await Promise.race([receiver.start(), silence]);
}

/** Twice if need be: the second time the package does not wait for the other side. */
async function hangUp({ client }: SocketModeReceiver): Promise<void> {
  const gone = client.disconnect();
  const again = setTimeout(() => void client.disconnect(), CLOSING_MS);
  await gone.finally(() => clearTimeout(again));
}
