// Requests from Slack over HTTP: on the loopback only, each one's signature checked before anything in it is read.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HTTPReceiver, type Logger } from "@slack/bolt";
import { ChannelError, type Gateway } from "../channel.js";
import { abortion, secretOf } from "./api.js";
import { Intake } from "./intake.js";
import { EVENTS_PATH } from "./manifest.js";

const BODY_BYTES = 1_048_576;

/** Receives until the signal aborts. The package compares signatures in constant time and refuses those older than five minutes. */
export async function receiveByHttp(gateway: Gateway, take: (body: unknown) => Promise<void>, logger: Logger, signal: AbortSignal): Promise<void> {
  const receiver = new HTTPReceiver({
    signingSecret: await secretOf(gateway, "signing-secret"), endpoints: [EVENTS_PATH], bodyLimit: BODY_BYTES, logger,
    processEventErrorHandler: async ({ error, response }) => {
      gateway.log("warn", "slack-not-acknowledged", { reason: error.message });
      if (!response.headersSent) response.writeHead(503).end();
      return true;
    },
  });
  const intake = new Intake(receiver, logger, take);
  const server = await listening(receiver, Number(gateway.settings["port"] ?? 3_000));
  gateway.report("connected", `http://127.0.0.1:${(server.address() as AddressInfo).port}${EVENTS_PATH}`);
  await abortion(signal);
  const closed = receiver.stop();
  await intake.settled();
  server.closeAllConnections();
  await closed;
}

async function listening(receiver: HTTPReceiver, port: number): Promise<Server> {
  try {
    return await receiver.start({ host: "127.0.0.1", port }, {});
  } catch (error) {
    throw new ChannelError("slack-port-unusable", `port ${port} of this machine cannot be listened on: ${(error as { code?: string }).code ?? String(error)}`, {
      retryable: true, hint: "Choose another: ouro setup slack --port 3001",
    });
  }
}
