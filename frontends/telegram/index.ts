// Telegram: people reach the agent through a bot, by long polling or webhook.
import { ChannelError, type ChannelFrontend, type ChannelSettings, type Gateway } from "../channel.js";
import { type Account, readFrom } from "./arrivals.js";
import { API_ROOT, answered, type Client, openClient, TOKEN } from "./client.js";
import { createIntake } from "./intake.js";
import { poll } from "./polling.js";
import { listen } from "./webhook.js";

export const frontend: ChannelFrontend = {
  name: "telegram",
  doc: "A Telegram bot: private chats, groups and topics, files, buttons.",
  settings: [
    {
      name: "token", isSecret: true, doc: "The bot's token: write /newbot to @BotFather on Telegram, and he gives you one.",
      problem: (entry) => (TOKEN.test(entry) ? undefined : "A token looks like 123456789:AAF0exampleexampleexampleexample."),
    },
    { name: "delivery", doc: "How messages arrive: polling needs nothing else, webhook needs a public address.", default: "polling", choices: ["polling", "webhook"] },
    {
      name: "webhook-url", isOptional: true, doc: "For webhook: the https address that Telegram calls; a proxy of yours hands its requests to the port.",
      problem: (entry) => (/^https:\/\/\S+$/.test(entry) ? undefined : "It begins with https://."),
    },
    {
      name: "webhook-port", doc: "For webhook: the port of 127.0.0.1 that the proxy hands requests to.", default: "8443",
      problem: (entry) => (/^\d{1,5}$/.test(entry) && Number(entry) < 65_536 ? undefined : "A port is a number from 0 to 65535; 0 takes any that is free."),
    },
    {
      name: "api-root", doc: "The address of the Bot API; another than Telegram's own for a server of yours.", default: API_ROOT,
      problem: (entry) => (URL.canParse(entry) && /^https?:/.test(entry) ? undefined : "It is an address such as https://api.telegram.org."),
    },
  ],
  check: async (settings, signal) => `@${(await connected(settings, signal)).account.username}`,
  file: async (settings, kept) => readFrom(kept, openClient(settings).download),
  async run(gateway, signal) {
    gateway.report("connecting");
    try {
      await receive(gateway, signal);
    } finally {
      gateway.report("disconnected");
    }
  },
};

async function receive(gateway: Gateway, signal: AbortSignal): Promise<void> {
  const { client, account } = await connected(gateway, signal);
  const intake = createIntake(gateway, client, account, signal);
  try {
    if (gateway.settings["delivery"] === "webhook") await listen(client.api, gateway, intake, signal);
    else await poll(client.api, gateway, intake, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Errors: `telegram-no-address`, those of the token and of calls. */
async function connected(settings: ChannelSettings, signal: AbortSignal): Promise<{ readonly client: Client; readonly account: Account }> {
  if (settings.settings["delivery"] === "webhook" && settings.settings["webhook-url"] === undefined) {
    throw new ChannelError("telegram-no-address", "a webhook needs an address that Telegram can call", { hint: "Run ouro setup telegram --set webhook-url=https://…" });
  }
  const client = openClient(settings);
  const { id, username = "" } = await answered("getMe", client.api.getMe(signal));
  return { client, account: { id, username } };
}
