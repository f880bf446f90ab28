// The connection to a workspace: who we are there, what comes in by a socket or by HTTP, and the way out.
import { type ArrivingFile, ChannelError, type ChannelSettings, type Gateway, type KeptFile } from "../channel.js";
import { type Account, loggerFor, secretOf, SlackApi } from "./api.js";
import { type Told, toldBy } from "./arrivals.js";
import { slackDoor } from "./door.js";
import { arriving, referred } from "./files.js";
import { receiveByHttp } from "./http.js";
import { BOT_SCOPES } from "./manifest.js";
import { receiveBySocket } from "./socket.js";

/** The bot's name and workspace. Errors: `slack-no-secret`, `slack-missing-scope`, and those of Slack. */
export async function check(gateway: ChannelSettings, signal: AbortSignal): Promise<string> {
  const account = await new SlackApi(gateway).account(signal);
  await secretOf(gateway, isHttp(gateway) ? "signing-secret" : "app-token");
  const missing = Object.keys(BOT_SCOPES).filter((scope) => account.scopes.length > 0 && !account.scopes.includes(scope));
  if (missing.length > 0) {
    throw new ChannelError("slack-missing-scope", `the bot token lacks ${missing.map((scope) => `${scope} (${BOT_SCOPES[scope]})`).join(", ")}`, {
      hint: "Add them under OAuth & Permissions, install the app again, and enter its new token.",
    });
  }
  return `${account.userName} in ${account.teamName} (${account.team})`;
}

/** One of a message that was accepted before it was fetched. */
export function file(settings: ChannelSettings, { reference }: KeptFile): Promise<ArrivingFile> {
  return referred(new SlackApi(settings), reference);
}

export async function run(gateway: Gateway, signal: AbortSignal): Promise<void> {
  gateway.report("connecting");
  const logger = loggerFor(gateway);
  const api = new SlackApi(gateway, logger);
  const account = await api.account(signal);
  const detach = gateway.attach(slackDoor(api));
  try {
    await (isHttp(gateway) ? receiveByHttp : receiveBySocket)(gateway, (body) => take(gateway, api, account, body), logger, signal);
  } catch (error) {
    // What was cut short by leaving is no failure.
    if (!signal.aborted) throw error;
  } finally {
    detach();
    gateway.report("disconnected");
  }
}

/** Hands in what was said to us. Without a pause where it can, so that the order stays. */
async function take(gateway: Gateway, api: SlackApi, account: Account, body: unknown): Promise<void> {
  const told = readable(gateway, body, account);
  if (told === undefined) return;
  const acceptance = await gateway.accept({ ...told.arrival, ...(told.files.length === 0 ? {} : { files: told.files.map((file) => arriving(api, file)) }) });
  if (acceptance.state === "refused") gateway.log("info", "slack-refused", { code: acceptance.code });
}

/** What is not of Slack's shape would not be so the next time either: it is acknowledged and told. */
function readable(gateway: Gateway, body: unknown, account: Account): Told | undefined {
  try {
    return toldBy(body, account);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    gateway.log("warn", error.code, { reason: error.message });
    return undefined;
  }
}

function isHttp({ settings }: ChannelSettings): boolean {
  return settings["receive"] === "http";
}
