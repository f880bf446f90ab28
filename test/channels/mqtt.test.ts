// MQTT: what arrives and what leaves, by version 5 and 3.1.1, through a real Mosquitto with passwords, an ACL and TLS.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IPublishPacket, MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ChannelError } from "../../frontends/channel.js";
import { frontend } from "../../frontends/mqtt/index.js";
import { createRedeliveries } from "../../frontends/mqtt/redeliveries.js";
import { topicTree } from "../../frontends/mqtt/topics.js";
import { TestGateway, type TestOptions, withDefaults } from "./gateway.js";
import { freePort, makeCertificate, PASSWORDS } from "./mosquitto.js";
import { MqttPeer } from "./mqtt-peer.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe.each(["5", "3.1.1"] as const)("version %s", (version) => {
  let peer: MqttPeer;
  beforeAll(async () => {
    peer = await MqttPeer.open(version);
  });
  afterAll(() => peer.close());

  /** Each under a name of its own at the broker would need an ACL of its own; so they follow each other. */
  async function started(options: Partial<TestOptions> = {}): Promise<TestGateway> {
    const gateway = TestGateway.run(frontend, { settings: peer.settings, secrets: peer.secrets, ...options });
    closing.push(() => gateway.stop());
    return gateway;
  }

  async function connected(options: Partial<TestOptions> = {}): Promise<TestGateway> {
    const gateway = await started(options);
    await gateway.until(() => gateway.isConnected());
    return gateway;
  }

  test("what is said arrives from the name in the topic, and is acknowledged once it is accepted", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const gateway = await connected({ decide: () => held.then(() => ({ state: "accepted" })) });
    const ids = [await peer.say("ada", "direct שלום 👩‍👩‍👧"), await peer.say("bob", "in a room", { room: "group", thread: "plans" })];
    await peer.raw("ada", "ouro/ouro/in/ada", "a plain text");
    await peer.raw("ada", "ouro/ouro/in/ada", JSON.stringify({ temperature: 21 }));
    expect(ids.map((id) => peer.isAcknowledged(id))).toEqual([false, false]);
    release();
    await gateway.until(() => gateway.accepted.length === 4);
    expect(gateway.accepted.map(({ account, sender, channel, thread, text }) => [account, sender, channel, thread, text])).toEqual([
      ["ouro", "ada", "ada", undefined, "direct שלום 👩‍👩‍👧"], ["ouro", "bob", "rooms/group", "plans", "in a room"],
      ["ouro", "ada", "ada", undefined, "a plain text"], ["ouro", "ada", "ada", undefined, '{"temperature":21}'],
    ]);
    expect(gateway.accepted.slice(0, 2).map(({ id }) => id)).toEqual(ids);
    expect(peer.complaints).toEqual([]);
  });

  test("what the host cannot take comes again under the same name, also if it had none", async () => {
    const seen: [string, string][] = [];
    let refusals = 2;
    const gateway = await connected({
      decide: ({ text, id }) => {
        seen.push([text, id]);
        if (text === "again" && refusals-- > 0) throw new Error("the queue is full");
        return { state: "accepted" };
      },
    });
    for (const text of ["again", "again", "after"]) await peer.raw("ada", "ouro/ouro/in/ada", text);
    await gateway.until(() => gateway.accepted.length === 3);
    expect(seen.map(([text]) => text)).toEqual(["again", "again", "again", "again", "after"]);
    expect(new Set(seen.slice(0, 3).map(([, id]) => id)).size).toBe(1);
    expect(new Set(gateway.accepted.map(({ id }) => id)).size).toBe(3);
  });

  test("a message that its sender repeats has the same name; nobody has another's names", async () => {
    const gateway = await connected();
    const id = await peer.say("ada", "once");
    await peer.redeliver(id);
    await peer.raw("bob", "ouro/ouro/in/bob", JSON.stringify({ id: id.split("/")[1], text: "me too" }));
    await peer.edit("ada", id, "once more");
    await gateway.until(() => gateway.accepted.length === 4);
    expect(gateway.accepted.map((arrival) => arrival.id).slice(0, 3)).toEqual([id, id, id.replace("ada", "bob")]);
    expect(gateway.accepted[3]).toMatchObject({ edits: id, text: "once more" });
  });

  test("what was retained before the agent first came is no news; what is no message is passed over", async () => {
    const topic = "ouro/fresh/in/ada";
    await peer.raw("ada", topic, "long ago", { retain: true });
    const gateway = await connected({ settings: { ...peer.settings, agent: "fresh" } });
    await peer.raw("ada", topic, Buffer.from([0xff, 0xfe]));
    await peer.raw("ada", `${topic}/too/deep`, "too deep");
    await peer.raw("ada", topic, "now", { retain: true });
    await peer.raw("ada", topic, "", { retain: true });
    await peer.raw("ada", topic, "last");
    await gateway.until(() => gateway.accepted.length === 2);
    expect(gateway.accepted.map(({ text, account }) => [text, account])).toEqual([["now", "fresh"], ["last", "fresh"]]);
    expect(gateway.logs.map(({ event }) => event)).toEqual(["mqtt-message-unreadable", "mqtt-message-unreadable", "mqtt-message-unreadable"]);
  });

  test("answers go where the question was: to the person, the room, the thread; with buttons and files", async () => {
    const gateway = await connected();
    const bytes = new Uint8Array([0, 1, 255]);
    await gateway.send({ channel: "ada", text: "to Ada", buttons: [{ label: "Yes", says: "/approve 1" }], files: [{ name: "a.bin", type: "application/octet-stream", bytes }] });
    await gateway.send({ channel: "rooms/group", thread: "plans", text: "to the thread", repliesTo: "ada/m7" });
    const [seen] = await shown(peer, "direct", 1);
    expect(seen).toMatchObject({ text: "to Ada", buttons: ["Yes"], files: [{ name: "a.bin", bytes }] });
    expect((await shown(peer, "group", 1, "plans"))[0]).toMatchObject({ text: "to the thread", repliesTo: "m7" });
    await peer.press("ada", seen as never, "Yes");
    await gateway.until(() => gateway.accepted.length === 1);
    expect(gateway.accepted[0]).toMatchObject({ text: "/approve 1", sender: "ada", channel: "ada", repliesTo: seen?.id });
  });

  test("progress is edited in place", async () => {
    const gateway = await connected();
    const id = await gateway.send({ channel: "bob", text: "1 of 2", isProgress: true });
    await gateway.door?.edit?.(id, gateway.part({ channel: "bob", text: "2 of 2", isProgress: true }), new AbortController().signal);
    await until(() => peer.seen({ room: "direct" }, "bob").some(({ text, before }) => text === "2 of 2" && before.join() === "1 of 2"));
  });

  test("files that arrive can be read, within the limit", async () => {
    const gateway = await connected();
    await peer.say("ada", "see", { files: [{ name: "n.txt", type: "text/plain", bytes: new Uint8Array([1, 2, 3]) }] });
    await gateway.until(() => gateway.accepted.length === 1);
    const [file] = gateway.accepted[0]?.files ?? [];
    expect([file?.name, file?.type, file?.size]).toEqual(["n.txt", "text/plain", 3]);
    expect([...(await file?.read(3, new AbortController().signal) ?? [])]).toEqual([1, 2, 3]);
    await expect(file?.read(2, new AbortController().signal)).rejects.toMatchObject({ code: "mqtt-file-too-big" });
  });

  test("the broker keeps what is said while the agent is away", async () => {
    await (await connected()).stop();
    const ids = [await peer.say("ada", "while you"), await peer.say("ada", "were out")];
    const second = await connected();
    await second.until(() => second.accepted.length === 2);
    expect(second.accepted.map(({ id }) => id)).toEqual(ids);
  });

  test("it says that it is there, and the broker says when it is not", async () => {
    const states: string[] = [];
    const client = await peer.client("bob", version === "5" ? 5 : 4);
    const hear = (topic: string, payload: Buffer): unknown => topic === "ouro/ouro/status" && states.push(String(payload));
    client.on("message", hear);
    await client.subscribeAsync("ouro/ouro/status", { qos: 1 });
    const gateway = await connected();
    await until(() => states.at(-1) === "online");
    states.length = 0;
    await peer.cut(100);
    await until(() => states.join() === "offline,online");
    await gateway.until(() => gateway.isConnected());
    await gateway.stop();
    await until(() => states.join() === "offline,online,offline");
    client.off("message", hear);
  });

  test("after the connection was cut it goes on, and in between the door is shut", async () => {
    const gateway = await connected();
    const { door } = gateway;
    await peer.cut(200);
    await gateway.until(() => gateway.door === undefined);
    await expect(door?.send(gateway.part({ channel: "ada", text: "late" }), new AbortController().signal)).rejects.toMatchObject({ code: "mqtt-disconnected", options: { retryable: true } });
    await peer.say("ada", "through the gap");
    await gateway.until(() => gateway.accepted.length === 1 && gateway.isConnected());
    expect(gateway.end).toBeUndefined();
  });

  test.each([
    ["deaf", "mqtt-subscribe-denied"],
    ["mute", "mqtt-publish-denied"],
  ])("an agent that the broker's ACL makes %s is told so", async (username, code) => {
    const secret = async (): Promise<string | undefined> => PASSWORDS[username];
    const checking = frontend.check({ settings: { ...withDefaults(frontend, peer.settings), username }, secret }, new AbortController().signal);
    await expect(checking).rejects.toMatchObject({ code, options: { hint: expect.stringContaining("topic readwrite ouro/AGENT/#") } });
  });

  test("check answers where we are, and leaves the running agent alone", async () => {
    const gateway = await connected();
    const secret = async (name: string): Promise<string | undefined> => (name === "password" ? PASSWORDS["agent"] : undefined);
    expect(await frontend.check({ settings: withDefaults(frontend, peer.settings), secret }, new AbortController().signal)).toBe(`ouro at ${peer.settings["url"]}`);
    await peer.say("ada", "still there?");
    await gateway.until(() => gateway.accepted.length === 1);
    expect(gateway.accepted.map(({ text }) => text)).toEqual(["still there?"]);
    expect(gateway.reports.filter(({ state }) => state === "disconnected")).toEqual([]);
  });

  test("a wrong password, a certificate of nobody, nobody at home: each said", async () => {
    const settings = withDefaults(frontend, peer.settings);
    const check = (changed: Readonly<Record<string, string>>, password: string | undefined): Promise<string> =>
      frontend.check({ settings: { ...settings, ...changed }, secret: async () => password }, new AbortController().signal);
    const good = PASSWORDS["agent"];
    await expect(check({}, "wrong")).rejects.toMatchObject({ code: "mqtt-login-refused" });
    await expect(check({ "ca-file": makeCertificate(mkdtempSync(join(tmpdir(), "other-"))).file }, good)).rejects.toMatchObject({ code: "mqtt-certificate-refused" });
    await expect(check({ "ca-file": join(tmpdir(), "no-such-file") }, good)).rejects.toMatchObject({ code: "mqtt-no-certificate-file" });
    await expect(check({ url: `mqtt://127.0.0.1:${await freePort()}` }, good)).rejects.toMatchObject({ code: "mqtt-unreachable", options: { retryable: true } });
    expect(await check({ url: peer.broker.tlsUrl }, good)).toBe(`ouro at ${peer.broker.tlsUrl}`);
  });

  test("nobody speaks as another: the broker denies it, and what the payload claims is nothing", async () => {
    const gateway = await connected();
    await peer.forge("ada", "/approve all");
    await peer.say("ada", "honest");
    await gateway.until(() => gateway.accepted.some(({ text }) => text === "honest"));
    expect(gateway.accepted.map(({ sender, id }) => [sender, id.split("/")[0]])).toEqual([["eve", "eve"], ["ada", "ada"]]);
  });
});

describe("version 5 alone", () => {
  let peer: MqttPeer;
  beforeAll(async () => {
    peer = await MqttPeer.open("5");
  });
  afterAll(() => peer.close());

  async function connected(settings: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
    const gateway = TestGateway.run(frontend, { settings: { ...peer.settings, ...settings }, secrets: peer.secrets });
    closing.push(() => gateway.stop());
    await gateway.until(() => gateway.isConnected());
    return gateway;
  }

  async function listening(user: string, topic: string): Promise<IPublishPacket[]> {
    const heard: IPublishPacket[] = [];
    const client: MqttClient = await peer.client(user);
    client.on("message", (_topic, _payload, packet) => heard.push(packet));
    await client.subscribeAsync(topic, { qos: 1 });
    return heard;
  }

  test("a response goes where it was asked for, with its correlation data, also from another life", async () => {
    const heard = await listening("ada", "answers/ada/#");
    const correlationData = Buffer.from([0, 1, 2, 250]);
    const first = await connected({ "response-topics": "answers/%u/#" });
    await peer.raw("ada", "ouro/ouro/in/ada", "what is 2 + 2?", { properties: { responseTopic: "answers/ada/sums", correlationData } });
    await first.until(() => first.accepted.length === 1);
    await first.stop();
    const { id, channel } = first.accepted[0] as { id: string; channel: string };
    const second = await connected({ "response-topics": "answers/%u/#" });
    await second.send({ channel, text: "Working", repliesTo: id, isProgress: true });
    await second.send({ channel, text: "4", repliesTo: id });
    await until(() => heard.length > 0);
    expect(heard.map(({ topic, payload, properties }) => [topic, JSON.parse(String(payload)).text, properties?.correlationData, properties?.contentType])).toEqual([
      ["answers/ada/sums", "4", correlationData, "application/json"],
    ]);
    expect(peer.seen({ room: "direct" }, "ada").map(({ text }) => text)).toEqual(["Working"]);
  });

  test.each([
    ["another person's", "ouro/ouro/out/bob"], ["the agent's own way in", "ouro/ouro/in/ada"], ["a topic of others", "home/door/open"], ["another's answers", "answers/bob/x"],
    ["a room that was not spoken in", "ouro/ouro/rooms/group/out"], ["a name that only begins like hers", "ouro/ouro/out/adam"], ["one that is too long to remember", `ouro/ouro/out/ada/${"x".repeat(500)}`],
  ])("a response at %s is refused: the answer goes to its sender", async (_name, responseTopic) => {
    const gateway = await connected({ "response-topics": "answers/%u/#" });
    const before = peer.seen({ room: "direct" }, "ada").length;
    await peer.raw("ada", "ouro/ouro/in/ada", "do it", { properties: { responseTopic } });
    await gateway.until(() => gateway.accepted.length === 1);
    expect(gateway.logs.map(({ event }) => event)).toEqual(["mqtt-response-refused"]);
    await gateway.send({ channel: "ada", text: "no", repliesTo: gateway.accepted[0]?.id });
    expect(await shown(peer, "direct", before + 1)).toHaveLength(before + 1);
  });

  test("a name may come as a property of a plain text", async () => {
    const gateway = await connected();
    await peer.raw("ada", "ouro/ouro/in/ada", "plain", { properties: { userProperties: { id: "dev 7/1" } } });
    await gateway.until(() => gateway.accepted.length === 1);
    expect(gateway.accepted[0]?.id).toBe("ada/dev%207%2F1");
  });

  test.each([
    ["rate-limit", { code: "mqtt-rate-limited", options: { retryable: true } }],
    ["server-error", { code: "mqtt-unavailable", options: { retryable: true } }],
    ["refusal", { code: "mqtt-publish-denied", options: { retryable: false } }],
  ] as const)("%s is a failure for certain", async (kind, failure) => {
    const gateway = await connected();
    const before = peer.seen({ room: "direct" }, "eve").length;
    peer.fail({ kind, retryAfterMs: 1 });
    await expect(gateway.send({ channel: "eve", text: "spoiled" })).rejects.toMatchObject(failure);
    await gateway.send({ channel: "eve", text: "sound" });
    expect((await shown(peer, "direct", before + 1, undefined, "eve")).at(-1)?.text).toBe("sound");
  });

  test("an answer that is lost leaves open whether it was sent, and it is sent once", async () => {
    const gateway = await connected();
    const before = peer.seen({ room: "direct" }, "bob").length;
    peer.fail({ kind: "lost-answer" });
    const failure: unknown = await gateway.send({ channel: "bob", text: "perhaps" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(ChannelError);
    await gateway.until(() => gateway.reports.filter(({ state }) => state === "connected").length === 2);
    await gateway.send({ channel: "bob", text: "surely" });
    expect((await shown(peer, "direct", before + 2, undefined, "bob")).slice(before).map(({ text }) => text)).toEqual(["perhaps", "surely"]);
  });

  test("what takes too long is given up, and it is not known whether it was sent", async () => {
    const gateway = await connected();
    peer.fail({ kind: "slow", milliseconds: 60_000 });
    const giveUp = new AbortController();
    const sending = gateway.door?.send(gateway.part({ channel: "bob", text: "slow" }), giveUp.signal);
    await until(() => peer.proxy.faults.length === 0);
    giveUp.abort(new Error("too long"));
    await expect(sending).rejects.toThrow(/too long/);
    await expect(sending).rejects.not.toBeInstanceOf(ChannelError);
  });

  test("a broker that gives the place to a second agent of the same name is not asked again", async () => {
    const gateway = await connected();
    peer.proxy.dismiss(0x8e);
    await gateway.until(() => gateway.end !== undefined);
    expect(gateway.end?.error).toMatchObject({ code: "mqtt-taken-over" });
  });

  test("a broker that leaves for a while is asked again", async () => {
    const gateway = await connected();
    peer.proxy.dismiss(0x8b);
    await gateway.until(() => gateway.reports.filter(({ state }) => state === "connected").length === 2);
    expect(gateway.reports.find(({ state }) => state === "disconnected")?.detail).toMatch(/code 139/);
  });
});

describe("topics", () => {
  const tree = topicTree("home");

  test.each([
    ["ouro/home/in/ada", { sender: "ada", channel: "ada", thread: "" }],
    ["ouro/home/in/ada/plans", { sender: "ada", channel: "ada", thread: "plans" }],
    ["ouro/home/rooms/hall/in/ada/plans", { sender: "ada", channel: "rooms/hall", thread: "plans" }],
    ["ouro/home/in", undefined], ["ouro/home/in/", undefined], ["ouro/home/in/ada/plans/deeper", undefined], ["ouro/home/out/ada", undefined],
    ["ouro/home/rooms/hall/out", undefined], ["ouro/home/rooms//in/ada", undefined], ["ouro/homeless/in/ada", undefined], [`ouro/home/in/${"x".repeat(65)}`, undefined],
  ])("%s", (topic, place) => {
    expect(tree.placeOf(topic)).toEqual(place);
    if (place !== undefined) expect(tree.answerTopic(place.channel, place.thread)).toBe(topic.replace("/in/ada", place.channel === "ada" ? "/out/ada" : "/out"));
  });
});

test("a packet that comes again after a crash keeps its name; its number alone does not give it one", () => {
  const memory = new Map<string, string>();
  const notes = { recall: (key: string) => memory.get(key), remember: (key: string, value: string) => void memory.set(key, value) };
  const packet = (messageId: number, payload: string, dup: boolean): IPublishPacket => ({ cmd: "publish", messageId, payload, dup, qos: 1, retain: false, topic: "t" });
  const first = createRedeliveries(notes)(packet(1, "yes", false));
  const after = createRedeliveries(notes);
  expect(after(packet(1, "yes", true))).toBe(first);
  expect(after(packet(1, "yes", false))).not.toBe(first);
  expect(after(packet(1, "no", true))).not.toBe(first);
  expect(after(packet(2, "yes", true))).not.toBe(first);
});

async function shown(peer: MqttPeer, room: "direct" | "group", count: number, thread?: string, person: "ada" | "bob" | "eve" = "ada") {
  await until(() => peer.seen({ room, thread }, person).length >= count);
  return peer.seen({ room, thread }, person);
}

/** Ends with the patience of the test itself. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
