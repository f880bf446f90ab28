// What Slack delivers, as its documentation shows it, and what arrives of it.

export interface Example {
  readonly source: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Undefined if nothing was said to us. */
  readonly arrives?: Readonly<Record<string, unknown>>;
}

const WRAPPER = {
  token: "XXYYZZ", team_id: "T123ABC456", api_app_id: "A123ABC456", type: "event_callback",
  authorizations: [{ team_id: "T123ABC456", user_id: "U123ABC456", is_bot: false, is_enterprise_install: false }], event_id: "Ev123ABC456", event_time: 123_456_789,
};

/** In the examples, the account is this one's. */
export const ACCOUNT = { team: "T123ABC456", teamName: "Subarachnoid Workspace", user: "U0LAN0Z89", userName: "ouro", scopes: [] };

export const EXAMPLES: readonly Example[] = [
  {
    source: "https://docs.slack.dev/reference/events/message",
    body: { ...WRAPPER, event: { type: "message", channel: "C123ABC456", user: "U123ABC456", text: "Hello world", ts: "1355517523.000005", channel_type: "channel" } },
  },
  {
    source: "https://docs.slack.dev/reference/events/message.im",
    body: { ...WRAPPER, event: { type: "message", channel: "D024BE91L", user: "U2147483697", text: "Hello hello can you hear me?", ts: "1355517523.000005", event_ts: "1355517523.000005", channel_type: "im" } },
    arrives: { id: "D024BE91L:1355517523.000005", account: "T123ABC456", channel: "D024BE91L", sender: "U2147483697", text: "Hello hello can you hear me?", sentMs: 1_355_517_523_000 },
  },
  {
    source: "https://docs.slack.dev/reference/events/app_mention",
    body: { ...WRAPPER, event: { type: "app_mention", user: "U061F7AUR", text: "<@U0LAN0Z89> is it everything a river should be?", ts: "1515449522.000016", channel: "C123ABC456", event_ts: "1515449522000016" } },
    arrives: { id: "C123ABC456:1515449522.000016", account: "T123ABC456", channel: "C123ABC456", sender: "U061F7AUR", text: "is it everything a river should be?", sentMs: 1_515_449_522_000 },
  },
  {
    source: "https://docs.slack.dev/reference/events/message/message_changed: in a channel, and not addressed to us",
    body: {
      ...WRAPPER,
      event: {
        type: "message", subtype: "message_changed", hidden: true, channel: "C123ABC456", ts: "1358878755.000001",
        message: { type: "message", user: "U123ABC456", text: "Hello, world!", ts: "1355517523.000005", edited: { user: "U123ABC456", ts: "1358878755.000001" } },
        previous_message: { type: "message", user: "U123ABC456", text: "Hello world", ts: "1355517523.000005" },
      },
    },
  },
  {
    source: "https://docs.slack.dev/reference/events/message/message_changed: in a direct message",
    body: {
      ...WRAPPER,
      event: {
        type: "message", subtype: "message_changed", hidden: true, channel: "D024BE91L", ts: "1358878755.000001",
        message: { type: "message", user: "U123ABC456", text: "Hello, world!", ts: "1355517523.000005", edited: { user: "U123ABC456", ts: "1358878755.000001" } },
      },
    },
    arrives: {
      id: "D024BE91L:1355517523.000005:1358878755.000001", account: "T123ABC456", channel: "D024BE91L", sender: "U123ABC456", text: "Hello, world!",
      edits: "D024BE91L:1355517523.000005", sentMs: 1_358_878_755_000,
    },
  },
  {
    source: "https://docs.slack.dev/reference/events/message/bot_message",
    body: { ...WRAPPER, event: { type: "message", subtype: "bot_message", ts: "1358877455.000010", text: "Pushing is the answer", bot_id: "BB12033", username: "github", icons: {}, channel: "D024BE91L" } },
  },
  {
    source: "https://docs.slack.dev/reference/events/message/message_deleted",
    body: { ...WRAPPER, event: { type: "message", subtype: "message_deleted", hidden: true, channel: "C123ABC456", ts: "1358878755.000001", deleted_ts: "1358878749.000002" } },
  },
  {
    source: "https://docs.slack.dev/reference/interaction-payloads/block_actions-payload",
    body: {
      type: "block_actions", team: { id: "T9TK3CUKW", domain: "example" }, user: { id: "UA8RXUSPL", username: "jtorrance", team_id: "T9TK3CUKW" },
      api_app_id: "AABA1ABCD", token: "9s8d9as89d8as9d8as989",
      container: { type: "message_attachment", message_ts: "1548261231.000200", attachment_id: 1, channel_id: "CBR2V3XEX", is_ephemeral: false, is_app_unfurl: false },
      trigger_id: "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3", channel: { id: "CBR2V3XEX", name: "review-updates" },
      message: { bot_id: "BAH5CA16Z", type: "message", text: "This content can't be displayed.", user: "UAJ2RU415", ts: "1548261231.000200" },
      response_url: "https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209",
      actions: [{ action_id: "WaXA", block_id: "=qXel", text: { type: "plain_text", text: "View", emoji: true }, value: "click_me_123", type: "button", action_ts: "1548426417.840180" }],
    },
    arrives: {
      id: "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3", account: "T123ABC456", channel: "CBR2V3XEX", sender: "UA8RXUSPL", text: "click_me_123",
      repliesTo: "CBR2V3XEX:1548261231.000200", sentMs: 1_548_426_417_840,
    },
  },
  {
    source: "https://docs.slack.dev/interactivity/implementing-slash-commands",
    body: {
      token: "gIkuvaNzQIHg97ATvDxqgjtO", team_id: "T0001", team_domain: "example", enterprise_id: "E0001", enterprise_name: "Globular Construct Inc", channel_id: "C2147483705",
      channel_name: "test", user_id: "U2147483697", user_name: "Steve", command: "/weather", text: "94070", response_url: "https://hooks.slack.com/commands/1234/5678",
      trigger_id: "13345224609.738474920.8088930838d88f008e0", api_app_id: "A123456",
    },
    arrives: { id: "13345224609.738474920.8088930838d88f008e0", account: "T123ABC456", channel: "C2147483705", sender: "U2147483697", text: "94070", isCalled: true },
  },
];

/** A request with its signature: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const SIGNED = {
  seconds: 1_531_420_618,
  body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
  signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
};
