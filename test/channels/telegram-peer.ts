// People on a played Telegram: private chats, a group with topics, another without.
import { createServer } from "node:net";
import { frontend } from "../../frontends/telegram/index.js";
import type { Fault, Peer, Person, Place, SayOptions, Seen, SentFile } from "./peer.js";
import { BOT, type PlayedUpdate, TelegramServer, TOKEN } from "./telegram-server.js";

const PEOPLE: Readonly<Record<Person, { readonly id: number; readonly first_name: string; readonly username: string }>> = {
  ada: { id: 1_111_111, first_name: "Ada", username: "ada" },
  bob: { id: 2_222_222, first_name: "Bob", username: "bob" },
  eve: { id: 3_333_333, first_name: "Eve", username: "eve" },
};
const GROUP = -1_001_234_567_890;
const OTHER = -987_654_321;
const TOPICS = [7, 8, 9, 10, 11, 12];

export type Delivery = "polling" | "webhook";

/** A person's chat is numbered like the person: https://core.telegram.org/bots/api#chat */
export class TelegramPeer implements Peer {
  readonly frontend = frontend;
  readonly secrets = { token: TOKEN };
  readonly account = String(BOT.id);
  readonly can = { threads: true, edits: true, buttons: true, filesIn: true, filesKept: true, filesOut: true, progress: true, dropsRepeated: false, refusals: true, longestText: 4_096 };
  private readonly topics = new Map<string, number>();
  private readonly updates = new Map<string, PlayedUpdate>();

  private constructor(readonly server: TelegramServer, readonly settings: Readonly<Record<string, string>>, private readonly delivery: Delivery) {}

  static async open(delivery: Delivery = "polling"): Promise<TelegramPeer> {
    const server = await TelegramServer.open();
    for (const { id } of Object.values(PEOPLE)) server.addChat({ id, type: "private" });
    server.addChat({ id: GROUP, type: "supergroup", threads: TOPICS });
    server.addChat({ id: OTHER, type: "group" });
    const shared = { "api-root": server.address, delivery };
    if (delivery === "polling") return new TelegramPeer(server, shared, delivery);
    server.webhookPort = await freePort();
    return new TelegramPeer(server, { ...shared, "webhook-url": "https://agent.example/hook", "webhook-port": String(server.webhookPort) }, delivery);
  }

  get complaints(): readonly string[] {
    return this.server.complaints;
  }

  channelOf({ room, thread }: Place, person: Person): { readonly channel: string; readonly thread: string } {
    return { channel: String(this.chatOf(room, person)), thread: thread === undefined ? "" : String(this.topicOf(thread)) };
  }

  senderOf(person: Person): string {
    return String(PEOPLE[person].id);
  }

  async say(person: Person, text: string, options: SayOptions = {}): Promise<string> {
    const { room = "direct", thread, repliesTo, files = [] } = options;
    const said = room === "direct" || repliesTo !== undefined ? text : addressed(text);
    const common = {
      ...this.common(person, room, thread), date: Math.floor(Date.now() / 1_000),
      ...(repliesTo !== undefined && { reply_to_message: { message_id: Number(repliesTo.split("/")[1]), from: this.authorOf(repliesTo) } }),
    };
    if (files.length === 0) return this.message({ ...common, text: said, ...entitiesOf(said, "entities") });
    // An album: the words stand under its first file.
    const album = files.map((file, index) => this.message({ ...common, ...this.kept(file), ...(index === 0 && said !== "" && { caption: said, ...entitiesOf(said, "caption_entities") }) }));
    return album[0] as string;
  }

  async edit(person: Person, message: string, text: string): Promise<string> {
    const original = this.updates.get(message)?.["message"] as { chat: { id: number }; message_id: number; message_thread_id?: number };
    const said = original.chat.id === PEOPLE[person].id ? text : addressed(text);
    const { text: _, entities: __, ...rest } = original as Record<string, unknown>;
    const update = this.server.happen("edited_message", { ...rest, edit_date: Math.floor(Date.now() / 1_000), text: said, ...entitiesOf(said, "entities") });
    return this.keep(`${message}/${update.update_id}`, update);
  }

  async press(person: Person, { id }: Seen, label: string): Promise<void> {
    const sent = this.server.messages.find((message) => `${message.chat}/${message.id}` === id);
    const button = sent?.keyboard?.inline_keyboard.flat().find(({ text }) => text === label);
    if (sent === undefined || button === undefined) throw new Error(`there is no button ${label} under ${id}`);
    const press = `4382bfdwdsb323b2d9${this.server.number()}`;
    this.server.presses.set(press, "open");
    const message = { message_id: sent.id, from: BOT, chat: chatShape(sent.chat), date: 0, ...(sent.thread !== undefined && { message_thread_id: sent.thread, is_topic_message: true }) };
    this.keep(`${id}/${press}`, this.server.happen("callback_query", { id: press, from: personShape(person), message, chat_instance: "23asinstance23442", data: button.callback_data }));
  }

  async redeliver(event: string): Promise<void> {
    this.server.repeat(this.updates.get(event) as PlayedUpdate);
  }

  /** Anybody can take a name that looks like another's; and a webhook anybody can call, but without Telegram's secret. */
  async forge(person: Person, text: string): Promise<void> {
    const { id, ...look } = PEOPLE[person];
    const message = { message_id: this.server.number(), date: 1_441_645_532, text };
    if (this.delivery === "webhook") {
      const called = { update_id: 1, message: { ...message, from: personShape(person), chat: chatShape(id) } };
      for (const secret of [undefined, "", "made-up", `${this.server.webhook?.secret}x`]) {
        const status = await this.server.post(called, secret);
        if (status !== 401) throw new Error(`the secret ${secret} was answered with ${status}`);
      }
    }
    this.server.happen("message", { ...message, from: { ...look, id: PEOPLE.eve.id, is_bot: false }, chat: chatShape(PEOPLE.eve.id) });
  }

  seen({ room, thread }: Place, person: Person): readonly Seen[] {
    const topic = thread === undefined ? undefined : this.topicOf(thread);
    return this.server.messages.filter((message) => message.chat === this.chatOf(room, person) && message.thread === topic).map((message) => ({
      id: `${message.chat}/${message.id}`, text: message.text,
      buttons: message.keyboard?.inline_keyboard.flat().map(({ text }) => text) ?? [],
      files: message.file === undefined ? [] : [message.file],
      ...(message.repliesTo !== undefined && { repliesTo: `${message.chat}/${message.repliesTo}` }),
      before: message.before,
    }));
  }

  isAcknowledged(event: string): boolean {
    const update = this.updates.get(event);
    return update !== undefined && this.server.isConfirmed(update);
  }

  fail(fault: Fault): void {
    this.server.faults.push(fault);
  }

  async cut(milliseconds: number): Promise<void> {
    await this.server.cut(milliseconds);
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  /** Something that is no message of a person's to the bot, as it is given. Answers the update. */
  happen(kind: string, what: object): PlayedUpdate {
    return this.server.happen(kind, what);
  }

  /** What a message of a person in a room has in any case. */
  common(person: Person, room: Place["room"], thread?: string): Record<string, unknown> {
    const topic = thread === undefined ? undefined : this.topicOf(thread);
    return {
      message_id: this.server.number(), from: personShape(person), chat: chatShape(this.chatOf(room, person)),
      ...(topic !== undefined && { message_thread_id: topic, is_topic_message: true, reply_to_message: { message_id: topic, from: BOT, forum_topic_created: { name: thread } } }),
    };
  }

  private message(message: Record<string, unknown>): string {
    return this.keep(`${(message["chat"] as { id: number }).id}/${String(message["message_id"])}`, this.server.happen("message", message));
  }

  private keep(event: string, update: PlayedUpdate): string {
    this.updates.set(event, update);
    return event;
  }

  private kept({ name, type, bytes, claimedSize, held }: SentFile): Record<string, unknown> {
    const id = `BQAC${this.server.number()}`;
    this.server.files.set(id, { bytes, size: claimedSize ?? bytes.length, held });
    const file = { file_id: id, file_unique_id: id, file_size: claimedSize ?? bytes.length };
    if (!type.startsWith("image/jpeg")) return { message_id: this.server.number(), document: { ...file, file_name: name, mime_type: type } };
    return { message_id: this.server.number(), photo: [{ ...file, file_id: `${id}-small`, width: 90, height: 60, file_size: 1_000 }, { ...file, width: 800, height: 533 }] };
  }

  private authorOf(message: string): object {
    return this.updates.has(message) ? personShape("ada") : BOT;
  }

  private chatOf(room: Place["room"], person: Person): number {
    return { direct: PEOPLE[person].id, group: GROUP, other: OTHER }[room];
  }

  private topicOf(name: string): number {
    const known = this.topics.get(name) ?? TOPICS[this.topics.size % TOPICS.length] as number;
    this.topics.set(name, known);
    return known;
  }
}

function personShape(person: Person): object {
  return { ...PEOPLE[person], is_bot: false, language_code: "en" };
}

function chatShape(id: number): object {
  return { id, type: id === GROUP ? "supergroup" : id === OTHER ? "group" : "private", ...(id === GROUP && { is_forum: true }) };
}

function addressed(text: string): string {
  const [command] = /^\/\w+/.exec(text) ?? [];
  return command === undefined ? `@${BOT.username} ${text}` : text.replace(command, `${command}@${BOT.username}`);
}

/** Commands and mentions, as Telegram finds them: https://core.telegram.org/bots/api#messageentity */
export function entitiesOf(text: string, member: "entities" | "caption_entities"): Record<string, unknown> {
  const found = [...text.matchAll(/(?<![\w/@])(\/\w+(?:@\w+)?|@\w{3,})/g)].map(({ index, 0: match }) =>
    ({ type: match.startsWith("/") ? "bot_command" : "mention", offset: index, length: match.length }));
  return found.length > 0 ? { [member]: found } : {};
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
