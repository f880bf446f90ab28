// Slack as the shared scenarios meet it: people, rooms and threads on the server that plays it.
import { createServer, type AddressInfo } from "node:net";
import { frontend } from "../../frontends/slack/index.js";
import type { Abilities, Fault, Peer, Person, Place, SayOptions, Seen } from "./peer.js";
import { APP_TOKEN, BOT_TOKEN, BOT_USER, channelType, type Delivery, type Posted, SIGNING_SECRET, SlackServer, type SlackServerOptions, TEAM } from "./slack-server.js";

const PEOPLE: Readonly<Record<Person, string>> = { ada: "U0ADA00001", bob: "U0BOB00002", eve: "U0EVE00003" };
const ROOMS = { group: "C0GROUP001", other: "C0OTHER002" } as const;
const DIRECT: Readonly<Record<Person, string>> = { ada: "D0ADA00001", bob: "D0BOB00002", eve: "D0EVE00003" };
/** Enough that nothing is given up while an agent is started again; by a socket at once, so that the order stays. */
const RETRIES = 50;
const RETRY_MS = { socket: 0, http: 250 } as const;

export class SlackPeer implements Peer {
  readonly frontend = frontend;
  readonly secrets = { "bot-token": BOT_TOKEN, "app-token": APP_TOKEN, "signing-secret": SIGNING_SECRET };
  readonly account = TEAM;
  readonly can: Abilities = {
    threads: true, edits: true, buttons: true, calls: true, filesIn: true, filesKept: true, filesOut: true, progress: true, dropsRepeated: false, refusals: true, longestText: 4_000,
  };
  /** What was delivered of each event, by the id that its arrival has. */
  private readonly deliveries = new Map<string, Delivery[]>();
  private readonly threads = new Map<string, string>();

  private constructor(readonly server: SlackServer, readonly settings: Readonly<Record<string, string>>) {
    for (const channel of [...Object.values(ROOMS), ...Object.values(DIRECT)]) server.channels.set(channel, true);
  }

  static async open(receive: "socket" | "http" = "socket", options: SlackServerOptions = {}): Promise<SlackPeer> {
    const port = receive === "http" ? await freePort() : 0;
    const requestUrl = receive === "http" ? { requestUrl: () => `http://127.0.0.1:${port}/slack/events` } : {};
    const server = await new SlackServer({ retryMs: Array.from({ length: RETRIES }, () => RETRY_MS[receive]), ...requestUrl, ...options }).listen();
    return new SlackPeer(server, { receive, api: `${server.origin}/api/`, port: String(port) });
  }

  get complaints(): readonly string[] {
    return this.server.complaints;
  }

  channelOf({ room, thread }: Place, person: Person): { readonly channel: string; readonly thread: string } {
    const channel = room === "direct" ? DIRECT[person] : ROOMS[room];
    return { channel, thread: thread === undefined ? "" : this.threadIn(channel, thread) };
  }

  senderOf(person: Person): string {
    return PEOPLE[person];
  }

  /** In a channel a mention comes as two events, as it does from Slack. */
  async say(person: Person, text: string, { room = "direct", thread, files = [] }: SayOptions = {}): Promise<string> {
    const place = this.channelOf({ room, ...(thread === undefined ? {} : { thread }) }, person);
    const posted = this.write(person, place, room === "direct" ? typed(text) : `<@${BOT_USER}> ${typed(text)}`);
    const kept = files.map(({ name, type, bytes, claimedSize, held }) => {
      const id = `F${posted.ts.replace(".", "")}${name.length}`;
      this.server.files.set(id, { name, type, length: bytes.length, bytes, shared: true, held });
      return { id, name, mimetype: type, size: claimedSize ?? bytes.length, mode: "hosted", url_private: this.server.fileUrl(id, name) };
    });
    const message = {
      ...this.said(posted), channel: place.channel, channel_type: channelType(place.channel), event_ts: posted.ts,
      ...(kept.length === 0 ? {} : { subtype: "file_share", files: kept }),
    };
    return this.deliver(idOf(posted), [message, ...(room === "direct" ? [] : [{ ...message, type: "app_mention", subtype: undefined, channel_type: undefined, files: kept.length === 0 ? undefined : kept.map(({ id: file }) => ({ id: file })) }])]);
  }

  async edit(_person: Person, message: string, text: string): Promise<string> {
    const posted = this.find(message);
    const before = this.said(posted);
    posted.text = posted.text.startsWith(`<@${BOT_USER}>`) ? `<@${BOT_USER}> ${typed(text)}` : typed(text);
    const ts = this.server.timestamp();
    const { channel } = posted;
    return this.deliver(`${message}:${ts}`, [{
      type: "message", subtype: "message_changed", hidden: true, channel, channel_type: channelType(channel), ts, event_ts: ts,
      message: { ...this.said(posted), edited: { user: posted.user, ts } }, previous_message: before,
    }]);
  }

  async press(person: Person, { id }: Seen, label: string): Promise<void> {
    const { channel, ts, thread, blocks, text } = this.find(id);
    const button = blocks.flatMap(({ elements = [] }) => elements).find((element) => element.text.text === label);
    if (button === undefined) throw new Error(`no button ${label} is under ${id}`);
    const inThread = thread === "" ? {} : { thread_ts: thread };
    const trigger = `${this.server.timestamp()}.${TEAM}`;
    this.deliveries.set(trigger, [this.server.deliver("interactive", {
      type: "block_actions", team: { id: TEAM, domain: "subarachnoid" }, user: { id: PEOPLE[person], username: person, team_id: TEAM },
      api_app_id: "A123ABC456", token: "XXYYZZ", container: { type: "message", message_ts: ts, channel_id: channel, is_ephemeral: false, ...inThread },
      trigger_id: trigger, channel: { id: channel, name: "a-channel" }, message: { type: "message", user: BOT_USER, ts, text, ...inThread },
      response_url: `${this.server.origin}/actions/${TEAM}/1/x`, actions: [{ ...button, block_id: "b1", action_ts: this.server.timestamp() }],
    })]);
  }

  /** The command `/ouro`, as it is typed. Answers the id of its arrival. */
  call(person: Person, text: string, room: Place["room"] = "direct"): string {
    const trigger = `${this.server.timestamp()}.${TEAM}`;
    const { channel } = this.channelOf({ room }, person);
    this.deliveries.set(trigger, [this.server.deliver("slash_commands", {
      token: "XXYYZZ", team_id: TEAM, team_domain: "subarachnoid", channel_id: channel, channel_name: "a-channel", user_id: PEOPLE[person], user_name: person,
      command: "/ouro", text: typed(text), api_app_id: "A123ABC456", is_enterprise_install: "false", response_url: `${this.server.origin}/commands/1`, trigger_id: trigger,
    })]);
    return trigger;
  }

  async redeliver(event: string): Promise<void> {
    await Promise.all((this.deliveries.get(event) ?? []).map((delivery) => this.server.bring(delivery, "http_timeout")));
  }

  /** Over HTTP anybody may send a request, but none is signed; and anybody may take a person's name, but not the id. */
  async forge(person: Person, text: string): Promise<void> {
    const { channel } = this.channelOf({ room: "direct" }, person);
    const ts = this.server.timestamp();
    const event = { type: "message", text: typed(text), ts, channel, channel_type: "im" };
    if (this.settings["receive"] === "http") {
      const delivery: Delivery = { kind: "events_api", body: { type: "event_callback", team_id: TEAM, event: { ...event, user: PEOPLE[person] }, event_id: `Ev${ts}` }, attempts: 1, open: new Set(), acknowledged: false, statuses: [] };
      await this.server.request(delivery, undefined, { "x-slack-signature": `v0=${"0".repeat(64)}` });
      if (delivery.statuses[0] !== 401) throw new Error(`a wrong signature was answered with ${delivery.statuses[0]}`);
    }
    this.server.event({ ...event, user: "U0MASK0004", username: person, user_profile: { name: person, display_name: person, real_name: person } });
  }

  seen(place: Place, person: Person): readonly Seen[] {
    const { channel, thread } = this.channelOf(place, person);
    return this.server.messages.filter((message) => message.user === BOT_USER && message.channel === channel && message.thread === thread).map((message) => ({
      id: idOf(message), text: shown(message.text), buttons: message.blocks.flatMap(({ elements = [] }) => elements.map(({ text }) => text.text)),
      files: message.files, before: message.before.map(shown),
    }));
  }

  wasRepeated(event: string): boolean {
    return (this.deliveries.get(event) ?? []).some(({ attempts }) => attempts > 1);
  }

  isAcknowledged(event: string): boolean {
    const deliveries = this.deliveries.get(event) ?? [];
    return deliveries.length > 0 && deliveries.every(({ acknowledged }) => acknowledged);
  }

  fail(fault: Fault): void {
    this.server.faults.push({ fault, left: fault.times ?? 1 });
  }

  cut(milliseconds: number): Promise<void> {
    return this.server.cut(milliseconds);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private deliver(id: string, events: readonly Readonly<Record<string, unknown>>[]): string {
    this.deliveries.set(id, events.map((event) => this.server.event(event)));
    return id;
  }

  /** The first message of a thread is a person's, and not meant for us. */
  private threadIn(channel: string, name: string): string {
    const key = `${channel} ${name}`;
    const ts = this.threads.get(key) ?? this.write("ada", { channel, thread: "" }, name).ts;
    this.threads.set(key, ts);
    return ts;
  }

  private write(person: Person, { channel, thread }: { channel: string; thread: string }, text: string): Posted {
    const posted: Posted = { channel, ts: this.server.timestamp(), thread, user: PEOPLE[person], text, blocks: [], files: [], before: [], previews: false };
    this.server.messages.push(posted);
    return posted;
  }

  private said({ user, text, ts, thread }: Posted): Readonly<Record<string, unknown>> {
    return { type: "message", user, text, ts, client_msg_id: `de349a9f-62a4-4293-b64d-${ts.replace(".", "")}`, team: TEAM, ...(thread === "" ? {} : { thread_ts: thread, parent_user_id: PEOPLE.ada }) };
  }

  private find(id: string): Posted {
    const found = this.server.messages.find((message) => idOf(message) === id);
    if (found === undefined) throw new Error(`no message ${id}`);
    return found;
  }
}

function idOf({ channel, ts }: Posted): string {
  return `${channel}:${ts}`;
}

/** What Slack makes of a text that a person types. */
function typed(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function shown(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** One that nobody listens on: Slack is told the address before the agent is there. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
