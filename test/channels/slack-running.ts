// The Slack frontend at work between a test and the server that plays Slack.
import { setTimeout as sleep } from "node:timers/promises";
import type { OutgoingPart } from "../../frontends/channel.js";
import { frontend } from "../../frontends/slack/index.js";
import { TestGateway } from "./gateway.js";
import { SlackPeer } from "./slack-peer.js";
import type { SlackServerOptions } from "./slack-server.js";

/** What is to be closed after the test, the last first. */
export const closing: (() => Promise<unknown>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export interface Running {
  readonly peer: SlackPeer;
  readonly gateway: TestGateway;
  readonly run: Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

export const gatewayOf = ({ settings, secrets }: SlackPeer): TestGateway => new TestGateway({ settings, secrets });

export async function start(receive: "socket" | "http" = "socket", options: SlackServerOptions = {}): Promise<Running> {
  const peer = await SlackPeer.open(receive, options);
  closing.push(() => peer.close());
  const gateway = gatewayOf(peer);
  const leaving = new AbortController();
  const run = frontend.run(gateway, leaving.signal).catch((error: unknown) => error);
  const stop = (): Promise<unknown> => (leaving.abort(), run);
  closing.push(stop);
  await Promise.race([run.then((error) => Promise.reject(error ?? new Error("it ended"))), gateway.until(() => gateway.isConnected())]);
  return { peer, gateway, run, stop };
}

export const never = new AbortController().signal;

export const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => "nothing failed", (error: unknown) => error);

/** Waits for a condition, however long that takes; the test's own limit is the only one. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

export function part(text: string, options: Partial<OutgoingPart> = {}): OutgoingPart {
  return { account: "T123ABC456", channel: "C0GROUP001", thread: "", text, buttons: [], files: [], nonce: "n", isProgress: false, ...options };
}
