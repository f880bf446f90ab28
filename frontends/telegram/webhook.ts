// Receives by webhook: a listener on the loopback, for a proxy that has the public address and the certificate.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ChannelError, type Gateway } from "../channel.js";
import { UPDATE_KINDS } from "./arrivals.js";
import { type Api, answered, tokenOf, type Update } from "./client.js";
import { createDoor } from "./door.js";
import type { Intake } from "./intake.js";

export const SECRET_HEADER = "x-telegram-bot-api-secret-token";
/** Updates are a few kilobytes; a text has 4,096 characters. */
const LARGEST_UPDATE = 1_000_000;
/** Updates at a time. Telegram brings those of a chat one after the other: `queue_updates_` in https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/WebhookActor.cpp */
const CONNECTIONS = 40;

/** What Telegram proves itself with: made of the token, so that nobody has to think one up. 43 characters of those that it allows. */
export function secretOf(token: string): string {
  return createHmac("sha256", token).update("ouro webhook").digest("base64url");
}

/** Listens until the signal aborts. Telegram keeps the address after that, and with it what comes meanwhile. */
export async function listen(api: Api, gateway: Gateway, intake: Intake, signal: AbortSignal): Promise<void> {
  const server = createServer((request, response) => void serve(request, response, gateway, intake));
  const { address, port } = await opened(server, Number(gateway.settings["webhook-port"]));
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  const close = (): void => {
    server.close();
    server.closeIdleConnections();
  };
  signal.addEventListener("abort", close, { once: true });
  const detach = gateway.attach(createDoor(api));
  try {
    const url = gateway.settings["webhook-url"] ?? "";
    const secret = secretOf(await tokenOf(gateway));
    await answered("setWebhook", api.setWebhook({ url, secret_token: secret, allowed_updates: [...UPDATE_KINDS], max_connections: CONNECTIONS }, signal));
    gateway.report("connected", `webhook on ${address}:${port}`);
    if (signal.aborted) close();
    await closed;
  } finally {
    signal.removeEventListener("abort", close);
    detach();
    close();
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, gateway: Gateway, intake: Intake): Promise<void> {
  const status = await statusOf(request, gateway, intake).catch((error: unknown) => {
    gateway.log("error", "telegram-webhook-failed", { reason: String(error) });
    return 503;
  });
  // What is left of a refused body is not read.
  response.writeHead(status, status === 200 ? {} : { connection: "close" }).end();
}

async function statusOf(request: IncomingMessage, gateway: Gateway, intake: Intake): Promise<number> {
  if (request.method !== "POST") return 405;
  if (!isEqual(String(request.headers[SECRET_HEADER] ?? ""), secretOf(await tokenOf(gateway)))) {
    gateway.log("warn", "telegram-webhook-not-verified");
    return 401;
  }
  const update = await updateOf(request);
  if (update === undefined) return 400;
  try {
    await intake(update);
    return 200;
  } catch (error) {
    // Telegram brings it again.
    gateway.log("warn", "telegram-update-not-taken", { update: update.update_id, reason: String(error) });
    return 503;
  }
}

async function updateOf(request: IncomingMessage): Promise<Update | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_UPDATE) return undefined;
      chunks.push(chunk);
    }
    const update: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return typeof update === "object" && update !== null && "update_id" in update && Number.isSafeInteger(update.update_id) ? (update as Update) : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the same time wherever the two differ. */
function isEqual(given: string, secret: string): boolean {
  const [one, other] = [given, secret].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}

async function opened(server: Server, port: number): Promise<{ readonly address: string; readonly port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(new ChannelError("telegram-port-unusable", `port ${port} of 127.0.0.1 cannot be listened on: ${code}`, { hint: "Choose another with ouro setup telegram --set webhook-port=PORT, and tell the proxy." })));
    server.listen(port, "127.0.0.1", resolve);
  });
  return server.address() as { address: string; port: number };
}
