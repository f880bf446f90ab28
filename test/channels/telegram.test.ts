// Telegram: what arrives and what leaves, by polling and webhook, against a strict server that speaks the Bot API's wire.
import { afterEach, describe, expect, test } from "vitest";
import { ChannelError } from "../../frontends/channel.js";
import { arrivalOf } from "../../frontends/telegram/arrivals.js";
import type { Update } from "../../frontends/telegram/client.js";
import { frontend } from "../../frontends/telegram/index.js";
import { TestGateway, type TestOptions, withDefaults } from "./gateway.js";
import { EXAMPLES } from "./telegram-examples.js";
import { type Delivery, TelegramPeer } from "./telegram-peer.js";
import { BOT, TOKEN } from "./telegram-server.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened(delivery: Delivery = "polling", options: Partial<TestOptions> = {}): Promise<{ peer: TelegramPeer; gateway: TestGateway }> {
  const peer = await TelegramPeer.open(delivery);
  closing.push(() => peer.close());
  return { peer, gateway: started(peer, options) };
}

function started(peer: TelegramPeer, options: Partial<TestOptions> = {}): TestGateway {
  const gateway = TestGateway.run(frontend, { settings: peer.settings, secrets: peer.secrets, ...options });
  closing.push(() => gateway.stop());
  return gateway;
}

test.each(["polling", "webhook"] as const)("by %s, what the host is slow to take holds up its chat alone, and is not confirmed before", async (delivery) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let reach = (): void => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const asked: string[] = [];
  const { peer, gateway } = await opened(delivery, {
    decide: async ({ text }) => {
      asked.push(text);
      if (text === "slow") await (reach(), held);
      return { state: "accepted" };
    },
  });
  const [slow, behind] = [await peer.say("bob", "slow"), await peer.say("bob", "behind")];
  await reached;
  const other = await peer.say("ada", "/stop");
  await gateway.until(() => gateway.accepted.length === 1);
  expect(asked).toEqual(["slow", "/stop"]);
  // An offset confirms all below it; a webhook's updates are each confirmed by themselves.
  if (delivery === "webhook") await peer.server.until(() => peer.isAcknowledged(other));
  expect([slow, behind, other].map((id) => peer.isAcknowledged(id))).toEqual([false, false, delivery === "webhook"]);
  release();
  await peer.server.until(() => [slow, behind, other].every((id) => peer.isAcknowledged(id)));
  expect(gateway.accepted.map(({ text }) => text)).toEqual(["/stop", "slow", "behind"]);
  expect(peer.complaints).toEqual([]);
});

describe.each(["polling", "webhook"] as const)("by %s", (delivery) => {
  test("what a person says arrives in order, and is acknowledged once it is accepted", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { peer, gateway } = await opened(delivery, { decide: () => held.then(() => ({ state: "accepted" })) });
    const ids = [await peer.say("ada", "one"), await peer.say("ada", "two"), await peer.say("ada", "three 👩‍👩‍👧 שלום")];
    await gateway.until(() => gateway.isConnected());
    expect(ids.map((id) => peer.isAcknowledged(id))).toEqual([false, false, false]);
    release();
    await gateway.until(() => gateway.accepted.length === 3);
    await peer.server.until(() => ids.every((id) => peer.isAcknowledged(id)));
    expect(gateway.accepted.map(({ id, sender, text, channel }) => [id, sender, text, channel])).toEqual([
      [ids[0], peer.senderOf("ada"), "one", peer.channelOf({ room: "direct" }, "ada").channel],
      [ids[1], peer.senderOf("ada"), "two", peer.channelOf({ room: "direct" }, "ada").channel],
      [ids[2], peer.senderOf("ada"), "three 👩‍👩‍👧 שלום", peer.channelOf({ room: "direct" }, "ada").channel],
    ]);
    expect(peer.complaints).toEqual([]);
  });

  test("what the host cannot take comes again, and nothing before it", async () => {
    const seen: string[] = [];
    let refusals = 2;
    const { peer, gateway } = await opened(delivery, {
      decide: ({ text }) => {
        seen.push(text);
        if (text === "two" && refusals-- > 0) throw new Error("the queue is full");
        return { state: "accepted" };
      },
    });
    for (const text of ["one", "two", "three"]) await peer.say("ada", text);
    await gateway.until(() => gateway.accepted.length === 3);
    expect(seen).toEqual(["one", "two", "two", "two", "three"]);
    expect(peer.complaints).toEqual([]);
  });

  test("an event that is delivered again has the same id", async () => {
    const { peer, gateway } = await opened(delivery);
    const id = await peer.say("ada", "once");
    await gateway.until(() => gateway.accepted.length === 1);
    await peer.redeliver(id);
    await gateway.until(() => gateway.accepted.length === 2);
    await peer.say("ada", "after");
    await gateway.until(() => gateway.accepted.length === 3);
    expect(gateway.accepted.map((arrival) => arrival.id).slice(0, 2)).toEqual([id, id]);
  });

  test("a button says what it says, and its clock stops unless the person is refused", async () => {
    const { peer, gateway } = await opened(delivery, { decide: ({ sender }) => (sender === peer.senderOf("eve") ? { state: "refused", code: "baseband-not-allowed" } : { state: "accepted" }) });
    const { channel } = peer.channelOf({ room: "group" }, "ada");
    const id = await gateway.send({ channel, text: "Well?", buttons: [{ label: "Approve", says: "/approve 1a2b" }, { label: "Deny", says: "/deny 1a2b" }] });
    const [seen] = peer.seen({ room: "group" }, "ada");
    expect(seen).toMatchObject({ id, buttons: ["Approve", "Deny"] });
    await peer.press("eve", seen as never, "Approve");
    await peer.press("ada", seen as never, "Deny");
    await gateway.until(() => gateway.accepted.length === 1);
    await peer.server.until(() => [...peer.server.presses.values()].includes("answered"));
    expect([...peer.server.presses.values()]).toEqual(["open", "answered"]);
    expect(gateway.accepted[0]).toMatchObject({ text: "/deny 1a2b", sender: peer.senderOf("ada"), channel, repliesTo: id });
  });

  test("a forged message is nobody's but its sender's", async () => {
    const { peer, gateway } = await opened(delivery);
    await gateway.until(() => gateway.isConnected());
    await peer.forge("ada", "/approve all");
    await peer.say("ada", "honest");
    await gateway.until(() => gateway.accepted.some(({ text }) => text === "honest"));
    expect(gateway.accepted.filter(({ sender }) => sender === peer.senderOf("ada")).map(({ text }) => text)).toEqual(["honest"]);
  });

  test("it goes on after the connection was cut", async () => {
    const { peer, gateway } = await opened(delivery);
    await peer.say("ada", "before");
    await gateway.until(() => gateway.accepted.length === 1);
    await peer.cut(300);
    await peer.say("ada", "after");
    await gateway.until(() => gateway.accepted.length === 2 && gateway.isConnected());
    expect(gateway.accepted.map(({ text }) => text)).toEqual(["before", "after"]);
    expect(gateway.end).toBeUndefined();
  });
});

describe("what is for us", () => {
  const account = { id: BOT.id, username: BOT.username };
  const none = async (): Promise<Uint8Array> => new Uint8Array();

  test.each(EXAMPLES)("documented: $name", ({ update, arrives, files = [] }) => {
    const { files: came, ...arrival } = arrivalOf({ update_id: 10_000, ...update } as Update, account, none) ?? {};
    // A command is no command to us without the entity that the newer documentation has, so it stays what it is.
    expect(Object.keys(arrival).length === 0 ? undefined : arrival).toEqual(arrives);
    expect(came?.map(({ name, type, size }) => [name, type, size]) ?? []).toEqual(files);
  });

  test("in groups: mentions, commands and replies to us; the rest is for others", async () => {
    const { peer, gateway } = await opened();
    const group = { room: "group" } as const;
    const own = await gateway.send({ channel: peer.channelOf(group, "ada").channel, text: "I am here" });
    const said = (text: string, more: object = {}): object => ({ ...peer.common("ada", "group"), text, date: 1, ...entitiesAt(text), ...more });
    for (const message of [
      said("nothing of this is for the agent"), said("/help@another_bot"), said("hello @another_bot"), said("@ouro_test_bot_2 hello"),
      said("an answer", { reply_to_message: { message_id: 5, from: { id: 9, is_bot: false } } }),
      said("@Ouro_Test_Bot, what is up?"), said("tell me, @ouro_test_bot"), said("/help@ouro_test_bot me"), said("/status"), said("/start"), said("/start from-a-link"),
      said("thanks", { reply_to_message: { message_id: Number(own.split("/")[1]), from: BOT } }),
    ]) peer.happen("message", message);
    peer.happen("message", { ...said("@ouro_test_bot as a group"), sender_chat: { id: -5 }, from: { id: 1_087_968_824, is_bot: true } });
    peer.happen("message", { ...said("@ouro_test_bot as a bot"), from: { id: 77, is_bot: true } });
    peer.happen("message", { ...peer.common("ada", "group", "a topic"), text: "in a topic that we began", date: 1 });
    await peer.say("ada", "last", { room: "group", thread: "a topic" });
    await gateway.until(() => gateway.accepted.some(({ text }) => text === "last"));
    expect(gateway.accepted.map(({ text }) => text)).toEqual(["what is up?", "tell me, @ouro_test_bot", "/help me", "/status", "/help", "/help", "thanks", "last"]);
    expect(gateway.accepted.at(-2)).toMatchObject({ repliesTo: own });
    expect(gateway.accepted.at(-1)).toMatchObject({ thread: peer.channelOf({ room: "group", thread: "a topic" }, "ada").thread });
  });

  test("an update that cannot be understood does not hold up the next", async () => {
    const { peer, gateway } = await opened();
    peer.happen("message", { text: "no chat, no sender", entities: "none" });
    await peer.say("ada", "next");
    await gateway.until(() => gateway.accepted.length === 1);
    expect(gateway.logs.map(({ event }) => event)).toEqual(["telegram-update-unreadable"]);
  });

  test("an edit names the message that it puts right", async () => {
    const { peer, gateway } = await opened();
    const id = await peer.say("ada", "remember the mlik");
    const edit = await peer.edit("ada", id, "remember the milk");
    await gateway.until(() => gateway.accepted.length === 2);
    expect(gateway.accepted[1]).toMatchObject({ id: edit, edits: id, text: "remember the milk" });
    expect(edit).not.toBe(id);
  });
});

describe("what arrives late", () => {
  test("a second life begins after what the first one took", async () => {
    const memory = new Map<string, string>();
    const { peer, gateway } = await opened("polling", { memory });
    await peer.say("ada", "one");
    await gateway.until(() => gateway.accepted.length === 1 && memory.size > 0);
    await gateway.stop();
    await peer.say("ada", "two");
    const second = started(peer, { memory });
    await second.until(() => second.accepted.length > 0);
    expect(second.accepted.map(({ text }) => text)).toEqual(["two"]);
  });

  test("the offset is written down after the host has the message, not before", async () => {
    const memory = new Map<string, string>();
    const { gateway, peer } = await opened("polling", { memory, decide: () => Promise.reject(new Error("closing")) });
    await peer.say("ada", "one");
    await gateway.until(() => gateway.reports.some(({ state }) => state === "disconnected"));
    expect(memory.size).toBe(0);
  });

  test("an offset of another week is not asked for: Telegram may have begun to count anew", async () => {
    const memory = new Map([["offset", JSON.stringify({ next: 999_999_999, atMs: Date.now() - 7 * 86_400_000 })]]);
    const { gateway, peer } = await opened("polling", { memory });
    await peer.say("ada", "after the holidays");
    await gateway.until(() => gateway.accepted.length === 1);
  });
});

describe("what leaves", () => {
  const channel = "1111111";

  test("text, topic and reply; progress without a sound; no previews of addresses", async () => {
    const { peer, gateway } = await opened();
    const group = peer.channelOf({ room: "group", thread: "news" }, "ada");
    await gateway.send({ ...group, text: "see https://example.org", repliesTo: `${group.channel}/55/9` });
    await gateway.send({ channel, text: "Working", isProgress: true });
    expect(peer.server.messages.map(({ text, thread, repliesTo, isSilent }) => [text, String(thread ?? ""), repliesTo, isSilent])).toEqual([
      ["see https://example.org", group.thread, 55, false], ["Working", "", undefined, true],
    ]);
    const sends = peer.server.calls.filter(({ method }) => method === "sendMessage");
    expect(sends.map(({ parameters }) => parameters["link_preview_options"])).toEqual([{ is_disabled: true }, { is_disabled: true }]);
    expect(peer.complaints).toEqual([]);
  });

  test("progress is edited in place, and editing it to what it is is no failure", async () => {
    const { peer, gateway } = await opened();
    const id = await gateway.send({ channel, text: "1 of 2", isProgress: true });
    const edit = async (text: string): Promise<unknown> => gateway.door?.edit?.(id, gateway.part({ channel, text }), new AbortController().signal);
    await edit("2 of 2");
    await edit("2 of 2");
    expect(peer.server.messages.map(({ text, before }) => [text, before])).toEqual([["2 of 2", ["1 of 2"]]]);
    await expect(gateway.door?.edit?.(`${channel}/9999`, gateway.part({ channel, text: "x" }), new AbortController().signal)).rejects.toMatchObject({ code: "telegram-message-gone" });
  });

  test("files: a photo with its caption, a document, a long text before them, buttons under the last", async () => {
    const { peer, gateway } = await opened();
    const png = { name: "plot.png", type: "image/png", bytes: new Uint8Array([1, 2, 3]) };
    const pdf = { name: "räport.pdf", type: "application/pdf", bytes: new Uint8Array(70_000).fill(7) };
    await gateway.send({ channel, text: "the plot", files: [png] });
    await gateway.send({ channel, text: "x".repeat(2_000), files: [png, pdf], buttons: [{ label: "Ok", says: "ok" }] });
    expect(peer.server.messages.map(({ method, text, file, keyboard }) => [method, text.length, file?.name, file?.bytes.length, keyboard !== undefined])).toEqual([
      ["sendPhoto", 8, "plot.png", 3, false],
      ["sendMessage", 2_000, undefined, undefined, false], ["sendPhoto", 0, "plot.png", 3, false], ["sendDocument", 0, "räport.pdf", 70_000, true],
    ]);
  });

  test("a part that went out by half goes on where it stopped", async () => {
    const { peer, gateway } = await opened();
    const part = gateway.part({ channel, text: "", files: ["a", "b", "c"].map((name) => ({ name, type: "text/plain", bytes: new Uint8Array([1]) })) });
    await gateway.until(() => gateway.door !== undefined);
    peer.fail({ kind: "slow", milliseconds: 1 });
    peer.fail({ kind: "rate-limit", retryAfterMs: 2_000 });
    const send = (): Promise<string> | undefined => gateway.door?.send(part, new AbortController().signal);
    await expect(send()).rejects.toMatchObject({ code: "telegram-rate-limited", options: { retryAfterMs: 2_000, retryable: true } });
    await send();
    expect(peer.server.messages.map(({ file }) => file?.name)).toEqual(["a", "b", "c"]);
  });

  test.each([
    ["rate-limit", { code: "telegram-rate-limited", options: { retryable: true, retryAfterMs: 3_000 } }],
    ["server-error", { code: "telegram-unavailable", options: { retryable: true } }],
    ["refusal", { code: "telegram-forbidden" }],
  ] as const)("%s is a failure for certain, and is not tried again here", async (kind, failure) => {
    const { peer, gateway } = await opened();
    peer.fail({ kind, retryAfterMs: 3_000 });
    const sending = gateway.send({ channel, text: "hello" });
    await expect(sending).rejects.toMatchObject(failure);
    await expect(sending).rejects.toBeInstanceOf(ChannelError);
    expect(peer.server.calls.filter(({ method }) => method === "sendMessage").length).toBe(1);
    expect(peer.server.messages).toEqual([]);
  });

  test("an answer that is lost leaves open whether it was sent, and it is sent once", async () => {
    const { peer, gateway } = await opened();
    peer.fail({ kind: "lost-answer" });
    const failure: unknown = await gateway.send({ channel, text: "hello" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(ChannelError);
    expect(peer.server.messages.length).toBe(1);
    expect(String((failure as Error).stack)).not.toContain(TOKEN);
  });

  test("nobody listening is a failure for certain", async () => {
    const { peer, gateway } = await opened();
    await gateway.until(() => gateway.isConnected());
    const { door } = gateway;
    await peer.cut(60_000);
    await expect(door?.send(gateway.part({ channel, text: "hello" }), new AbortController().signal)).rejects.toMatchObject({ code: "telegram-unreachable", options: { retryable: true } });
  });

  test.each([
    ["999", "", "telegram-chat-not-found"],
    ["1111111", "44", "telegram-thread-not-found"],
  ])("chat %s, topic %s: %s", async (channel, thread, code) => {
    const { gateway } = await opened();
    await expect(gateway.send({ channel, thread, text: "hello" })).rejects.toMatchObject({ code });
  });
});

describe("files that arrive", () => {
  const bytes = new Uint8Array(5_000).map((_, index) => index % 251);

  test("are fetched when they are asked for, within the limit", async () => {
    const { peer, gateway } = await opened();
    await peer.say("ada", "see", { files: [{ name: "notes.txt", type: "text/plain", bytes }, { name: "photo.jpg", type: "image/jpeg", bytes: bytes.slice(0, 10) }] });
    await gateway.until(() => gateway.accepted.length === 2);
    expect(peer.server.calls.filter(({ method }) => method === "getFile")).toEqual([]);
    const signal = new AbortController().signal;
    const [notes, photo] = gateway.accepted.map(({ files }) => files?.[0]);
    expect([notes?.name, notes?.type, notes?.size, gateway.accepted[0]?.text]).toEqual(["notes.txt", "text/plain", 5_000, "see"]);
    expect(new Uint8Array(await (notes as NonNullable<typeof notes>).read(5_000, signal))).toEqual(bytes);
    expect((await photo?.read(100, signal))?.length).toBe(10);
    await expect(notes?.read(4_999, signal)).rejects.toMatchObject({ code: "telegram-file-too-big" });
  });

  test("that are larger than they say are not read to the end, and those of more than 20 MB not at all", async () => {
    const { peer, gateway } = await opened();
    await peer.say("ada", "small?", { files: [{ name: "a", type: "text/plain", bytes, claimedSize: 10 }] });
    await peer.say("ada", "huge", { files: [{ name: "b", type: "text/plain", bytes, claimedSize: 20_000_001 }] });
    await gateway.until(() => gateway.accepted.length === 2);
    for (const { files } of gateway.accepted) await expect(files?.[0]?.read(1_000, new AbortController().signal)).rejects.toMatchObject({ code: "telegram-file-too-big" });
  });
});

describe("the connection", () => {
  const settingsOf = (peer: TelegramPeer, token: string | undefined) => ({ settings: withDefaults(frontend, peer.settings), secret: async () => token });

  test("check answers who we are", async () => {
    const peer = await TelegramPeer.open();
    closing.push(() => peer.close());
    expect(await frontend.check(settingsOf(peer, TOKEN), new AbortController().signal)).toBe("@ouro_test_bot");
  });

  test.each([
    [undefined, "telegram-no-token"],
    ["no token", "telegram-token-refused"],
    ["123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "telegram-token-refused"],
  ])("token %s: %s", async (token, code) => {
    const peer = await TelegramPeer.open();
    closing.push(() => peer.close());
    await expect(frontend.check(settingsOf(peer, token), new AbortController().signal)).rejects.toMatchObject({ code, options: { hint: expect.any(String) } });
  });

  test("another program that receives for the bot is said, and survived", async () => {
    const { peer, gateway } = await opened();
    await peer.server.until(() => peer.server.calls.some(({ method }) => method === "getUpdates"));
    await fetch(`${peer.server.address}/bot${TOKEN}/getUpdates`, { method: "POST", signal: AbortSignal.timeout(60_000) });
    await gateway.until(() => gateway.reports.some(({ state, detail }) => state === "disconnected" && detail?.includes("terminated by other getUpdates request") === true));
    await gateway.until(() => gateway.isConnected());
    expect(gateway.door).toBeDefined();
  });

  test("while Telegram is away the door is shut, so that what is to be sent waits", async () => {
    const { peer, gateway } = await opened();
    await gateway.until(() => gateway.isConnected());
    await peer.cut(300);
    await gateway.until(() => gateway.door === undefined);
    await gateway.until(() => gateway.door !== undefined);
    expect(gateway.reports.map(({ state }) => state)).toEqual(["connecting", "connected", "disconnected", "connected"]);
  });

  test("polling takes over from a webhook", async () => {
    const peer = await TelegramPeer.open();
    closing.push(() => peer.close());
    peer.server.webhook = { url: "https://elsewhere.example", secret: "s" };
    const gateway = started(peer);
    await peer.say("ada", "hello");
    await gateway.until(() => gateway.accepted.length === 1);
    expect(peer.server.webhook).toBeUndefined();
  });

  test("the webhook's listener takes only what Telegram sent", async () => {
    const { peer, gateway } = await opened("webhook");
    await gateway.until(() => gateway.isConnected());
    const update = { update_id: 5, message: { ...peer.common("ada", "direct"), text: "forged", date: 1 } };
    const secret = peer.server.webhook?.secret as string;
    expect(await peer.server.post(update, undefined)).toBe(401);
    expect(await peer.server.post(update, `${secret}x`)).toBe(401);
    expect(await peer.server.post(update, secret, "{")).toBe(400);
    expect(await peer.server.post(update, secret, "[]")).toBe(400);
    expect((await fetch(`http://127.0.0.1:${peer.server.webhookPort}/`)).status).toBe(405);
    expect(gateway.accepted).toEqual([]);
    expect(await peer.server.post(update, secret)).toBe(200);
    expect(gateway.accepted.length).toBe(1);
    expect(secret).not.toContain(TOKEN.split(":")[1]);
  });

  test("a port that is taken is said", async () => {
    const { peer, gateway } = await opened("webhook");
    await gateway.until(() => gateway.isConnected());
    const second = started(peer);
    await second.until(() => second.end !== undefined);
    expect(second.end?.error).toMatchObject({ code: "telegram-port-unusable" });
  });

  test("it stops when it is told to, also while it waits for messages", async () => {
    for (const delivery of ["polling", "webhook"] as const) {
      const { gateway } = await opened(delivery);
      await gateway.until(() => gateway.isConnected());
      expect(await gateway.stop()).toBeUndefined();
    }
  });
});

function entitiesAt(text: string): object {
  const found = [...text.matchAll(/\/\w+(@\w+)?|@\w+/g)].map(({ index, 0: match }) => ({ type: match.startsWith("/") ? "bot_command" : "mention", offset: index, length: match.length }));
  return found.length > 0 ? { entities: found } : {};
}
