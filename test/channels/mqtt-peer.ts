// People and devices at a real Mosquitto, each with a password; the agent reaches it through TLS and a proxy that makes faults.
import { connectAsync, type IClientPublishOptions, type MqttClient } from "mqtt";
import { frontend } from "../../frontends/mqtt/index.js";
import { Mosquitto, PASSWORDS } from "./mosquitto.js";
import { MqttProxy } from "./mqtt-proxy.js";
import type { Abilities, Fault, Peer, Person, Place, SayOptions, Seen } from "./peer.js";

const ROOT = "ouro/ouro";

interface Payload {
  readonly id: string;
  readonly text: string;
  readonly buttons?: readonly { readonly label: string; readonly says: string }[];
  readonly files?: readonly { readonly name: string; readonly type: string; readonly base64: string }[];
  readonly repliesTo?: string;
  readonly edits?: string;
  readonly isProgress?: boolean;
}

/** What came on a topic; edits have taken the place of what they edit. */
interface Shown extends Payload {
  readonly topic: string;
  readonly before: readonly string[];
}

export class MqttPeer implements Peer {
  readonly frontend = frontend;
  readonly account = "ouro";
  readonly secrets = { password: PASSWORDS["agent"] as string };
  readonly can: Abilities;
  readonly settings: Readonly<Record<string, string>>;
  private readonly shown: Shown[] = [];
  private readonly said = new Map<string, { readonly person: Person; readonly topic: string; readonly payload: string }>();
  private readonly people = new Map<string, Promise<MqttClient>>();
  private sent = 0;

  private constructor(readonly broker: Mosquitto, readonly proxy: MqttProxy, private readonly acknowledged: ReadonlySet<string>, version: "5" | "3.1.1") {
    this.can = {
      threads: true, edits: true, buttons: true, filesIn: true, filesOut: true, progress: true, dropsRepeated: false, refusals: version === "5", longestText: 65_536,
    };
    this.settings = { url: `mqtts://127.0.0.1:${proxy.port}`, username: "agent", version, "ca-file": broker.certificate.file };
  }

  static async open(version: "5" | "3.1.1" = "5"): Promise<MqttPeer> {
    const broker = await Mosquitto.open();
    const acknowledged = new Set<string>();
    const proxy = await MqttProxy.open(broker.port, broker.certificate, {
      brought: () => {},
      acknowledged: ({ topic, payload }) => {
        const name = eventOf(topic, String(payload));
        if (name !== undefined) acknowledged.add(name);
      },
    }, (topic) => /\/out(\/|$)/.test(topic) && !topic.includes("$probe"));
    const peer = new MqttPeer(broker, proxy, acknowledged, version);
    const watcher = await peer.client("watcher");
    watcher.on("message", (topic, payload) => !topic.includes("/$probe/") && peer.show(topic, String(payload)));
    await watcher.subscribeAsync([`${ROOT}/out/#`, `${ROOT}/rooms/+/out/#`], { qos: 1 });
    return peer;
  }

  get complaints(): readonly string[] {
    return this.proxy.complaints;
  }

  channelOf({ room, thread = "" }: Place, person: Person): { readonly channel: string; readonly thread: string } {
    return { channel: room === "direct" ? person : `rooms/${room}`, thread };
  }

  senderOf(person: Person): string {
    return person;
  }

  async say(person: Person, text: string, { repliesTo, files, ...at }: SayOptions = {}): Promise<string> {
    const id = `m${++this.sent}`;
    const payload = JSON.stringify({
      id, text, repliesTo,
      files: files?.map(({ name, type, bytes, claimedSize }) => ({ name, type, base64: Buffer.from(bytes).toString("base64"), size: claimedSize })),
    });
    return this.publish(person, topicFor("in", { room: "direct", ...at }, person), payload);
  }

  async edit(person: Person, message: string, text: string): Promise<string> {
    const { topic } = this.said.get(message) as { topic: string };
    return this.publish(person, topic, JSON.stringify({ id: `m${++this.sent}`, text, edits: message.split("/")[1] }));
  }

  async press(person: Person, { id }: Seen, label: string): Promise<void> {
    const message = this.shown.find((shown) => shown.id === id);
    const button = message?.buttons?.find((each) => each.label === label);
    if (message === undefined || button === undefined) throw new Error(`there is no button ${label} under ${id}`);
    const room = /rooms\/([^/]+)\//.exec(message.topic)?.[1] as Place["room"] | undefined;
    await this.say(person, button.says, { room: room ?? "direct", repliesTo: id });
  }

  async redeliver(event: string): Promise<void> {
    const { person, topic, payload } = this.said.get(event) as { person: Person; topic: string; payload: string };
    await this.publish(person, topic, payload);
  }

  /** As the other, which the broker denies; and as oneself with the other's name inside, which nobody reads. */
  async forge(person: Person, text: string): Promise<void> {
    const eve = await this.client("eve");
    await eve.publishAsync(`${ROOT}/in/${person}`, JSON.stringify({ id: "forged", text }), { qos: 1 }).catch(() => undefined);
    await eve.publishAsync(`${ROOT}/in/eve`, JSON.stringify({ id: `${person}/forged`, text, sender: person, from: person, identity: person }), { qos: 1 });
  }

  seen(place: Place, person: Person): readonly Seen[] {
    const topic = topicFor("out", place, person);
    return this.shown.filter((message) => message.topic === topic).map(({ id, text, buttons = [], files = [], repliesTo, before }) => ({
      id, text, before, buttons: buttons.map(({ label }) => label),
      files: files.map(({ name, base64 }) => ({ name, bytes: new Uint8Array(Buffer.from(base64, "base64")) })),
      ...(repliesTo !== undefined && { repliesTo }),
    }));
  }

  isAcknowledged(event: string): boolean {
    return this.acknowledged.has(event);
  }

  fail(fault: Fault): void {
    this.proxy.faults.push(fault);
  }

  async cut(milliseconds: number): Promise<void> {
    this.proxy.cut(milliseconds);
  }

  async close(): Promise<void> {
    for (const client of this.people.values()) await (await client).endAsync(true);
    await this.proxy.close();
    await this.broker.close();
  }

  /** A connection of somebody's own, straight to the broker. */
  client(user: string, version: 4 | 5 = 5): Promise<MqttClient> {
    const known = this.people.get(`${user} ${version}`) ?? connectAsync(this.broker.url, { username: user, password: PASSWORDS[user], protocolVersion: version });
    this.people.set(`${user} ${version}`, known);
    return known;
  }

  /** Anything, on any topic. */
  async raw(user: string, topic: string, payload: string | Buffer, options: IClientPublishOptions = {}): Promise<void> {
    await (await this.client(user)).publishAsync(topic, payload, { qos: 1, ...options });
  }

  private async publish(person: Person, topic: string, payload: string): Promise<string> {
    const event = eventOf(topic, payload) as string;
    this.said.set(event, { person, topic, payload });
    await this.raw(person, topic, payload);
    return event;
  }

  private show(topic: string, text: string): void {
    const payload = JSON.parse(text) as Payload;
    const index = payload.edits === undefined ? -1 : this.shown.findIndex(({ id, topic: where }) => id === payload.edits && where === topic);
    const edited = this.shown[index];
    if (edited === undefined) this.shown.push({ ...payload, topic, before: [] });
    else this.shown[index] = { ...edited, text: payload.text, buttons: payload.buttons, before: [...edited.before, edited.text] };
  }
}

function topicFor(way: "in" | "out", { room, thread }: Place, person: Person): string {
  const base = room === "direct" ? `${ROOT}/${way}/${person}` : way === "in" ? `${ROOT}/rooms/${room}/in/${person}` : `${ROOT}/rooms/${room}/out`;
  return thread === undefined ? base : `${base}/${thread}`;
}

/** As arrivals name it. */
function eventOf(topic: string, payload: string): string | undefined {
  const sender = /\/in\/([^/]+)/.exec(topic)?.[1];
  try {
    const { id } = JSON.parse(payload) as { id?: string };
    return sender === undefined || id === undefined ? undefined : `${sender}/${id}`;
  } catch {
    return undefined;
  }
}
