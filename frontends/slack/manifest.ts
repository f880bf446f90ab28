// What the app at Slack must be allowed and told: the one list that the manifest and the check of a token are made from.

/** Scopes of the bot's token, and what each is for. */
export const BOT_SCOPES: Readonly<Record<string, string>> = {
  "app_mentions:read": "mentions in channels",
  "channels:history": "replies in threads of public channels",
  "chat:write": "answers",
  commands: "the command /ouro",
  "files:read": "files that people send",
  "files:write": "files that the agent sends",
  "groups:history": "replies in threads of private channels",
  "im:history": "direct messages",
  "mpim:history": "group direct messages",
};

export const BOT_EVENTS = ["app_mention", "message.channels", "message.groups", "message.im", "message.mpim"] as const;

/** The path of the one address that takes events, presses and commands over HTTP. */
export const EVENTS_PATH = "/slack/events";

/**
 * The app's manifest as JSON, to be pasted at https://api.slack.com/apps, "Create New App", "From a manifest". `requestUrl` is
 * the public address for HTTP; without one the app is for Socket Mode. Format: https://docs.slack.dev/reference/app-manifest.
 */
export function manifest(name = "Ouro", requestUrl?: string): string {
  const address = requestUrl === undefined ? {} : { request_url: requestUrl };
  const url = requestUrl === undefined ? {} : { url: requestUrl };
  return JSON.stringify({
    display_information: { name, description: "An agent that you own" },
    features: {
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: name, always_online: false },
      slash_commands: [{ command: "/ouro", ...url, description: "Commands of the agent", usage_hint: "[help | status | stop | new | …]", should_escape: true }],
    },
    oauth_config: { scopes: { bot: Object.keys(BOT_SCOPES) } },
    settings: {
      event_subscriptions: { ...address, bot_events: BOT_EVENTS },
      interactivity: { is_enabled: true, ...address },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === undefined,
      token_rotation_enabled: false,
    },
  }, undefined, 2);
}
