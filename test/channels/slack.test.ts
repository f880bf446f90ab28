// What arrives from Slack, by Socket Mode and over HTTP: what is for us, what is not, and the files that come with it.
import { afterEach, describe, expect, test } from "vitest";
import type { KeptFile } from "../../frontends/channel.js";
import { toldBy } from "../../frontends/slack/arrivals.js";
import { frontend } from "../../frontends/slack/index.js";
import { ACCOUNT, EXAMPLES, SIGNED } from "./slack-examples.js";
import { closeAll, failure, never, part, type Running, start, until } from "./slack-running.js";
import { BOT_USER, signature } from "./slack-server.js";

afterEach(closeAll);

for (const receive of ["socket", "http"] as const) describe(`by ${receive}`, () => {
  test("direct messages, mentions and threads arrive once, in order, and are acknowledged", async () => {
    const { peer, gateway } = await start(receive);
    const direct = await peer.say("ada", "a & b <@U0ADA00001> 🌊");
    await until(() => peer.isAcknowledged(direct));
    const mention = await peer.say("bob", "status", { room: "group" });
    await until(() => peer.isAcknowledged(mention));
    const reply = await peer.say("bob", "in a thread", { room: "group", thread: "one" });
    await until(() => peer.isAcknowledged(reply));
    const { thread } = peer.channelOf({ room: "group", thread: "one" }, "bob");
    expect(gateway.taken.map(({ id, account, channel, thread: of, sender, text }) => ({ id, account, channel, of, sender, text }))).toEqual([
      { id: direct, account: "T123ABC456", channel: "D0ADA00001", of: undefined, sender: "U0ADA00001", text: "a & b <@U0ADA00001> 🌊" },
      { id: mention, account: "T123ABC456", channel: "C0GROUP001", of: undefined, sender: "U0BOB00002", text: "status" },
      { id: reply, account: "T123ABC456", channel: "C0GROUP001", of: thread, sender: "U0BOB00002", text: "in a thread" },
    ]);
    expect(peer.complaints).toEqual([]);
  });

  test("what cannot be kept is not acknowledged, and comes again", async () => {
    const { peer, gateway } = await start(receive, { answerMs: 1_000 });
    gateway.decideNext(() => Promise.reject(new Error("the queue is full")));
    const id = await peer.say("ada", "hello");
    await until(() => peer.isAcknowledged(id));
    expect(gateway.arrivals.length).toBeGreaterThan(1);
    expect(gateway.taken.map(({ text }) => text)).toEqual(["hello"]);
    expect(gateway.logs.map(({ event }) => event)).toContain("slack-not-acknowledged");
  });

  test("nothing is acknowledged before it is kept", async () => {
    const { peer, gateway } = await start(receive, { answerMs: 60_000 });
    let keep = (): void => undefined;
    gateway.decideNext(() => new Promise((resolve) => (keep = () => resolve({ state: "accepted" }))));
    const id = await peer.say("ada", "slow");
    await until(() => gateway.arrivals.length > 0);
    const other = await peer.say("bob", "quick");
    await until(() => peer.isAcknowledged(other));
    expect(peer.isAcknowledged(id)).toBe(false);
    keep();
    await until(() => peer.isAcknowledged(id));
  });

  test("a delivery that is repeated has the same id", async () => {
    const { peer, gateway } = await start(receive);
    const id = await peer.say("ada", "once");
    await until(() => peer.isAcknowledged(id));
    await peer.redeliver(id);
    await until(() => gateway.arrivals.length === 2);
    expect(gateway.taken.map((arrival) => arrival.id)).toEqual([id]);
  });

  test("edits name the message that they put right", async () => {
    const { peer, gateway } = await start(receive);
    const id = await peer.say("ada", "teh", { room: "group" });
    const edit = await peer.edit("ada", id, "the");
    await until(() => gateway.taken.length === 2);
    expect(gateway.taken.find((arrival) => arrival.id === edit)).toMatchObject({ edits: id, text: "the", sender: "U0ADA00001" });
  });

  test("buttons are shown, and a press says what the button says", async () => {
    const { peer, gateway } = await start(receive);
    const buttons = [{ label: "Approve", says: "/approve 12" }, { label: "Deny", says: "/deny 12" }];
    const id = await gateway.openDoor.send(part("May I?", { buttons }), never);
    const [seen] = peer.seen({ room: "group" }, "ada");
    expect(seen).toMatchObject({ id, text: "May I?", buttons: ["Approve", "Deny"] });
    await peer.press("ada", seen ?? expect.fail(), "Deny");
    await until(() => gateway.taken.length === 1);
    expect(gateway.taken[0]).toMatchObject({ text: "/deny 12", sender: "U0ADA00001", channel: "C0GROUP001", repliesTo: id });
    expect(peer.complaints).toEqual([]);
  });

  test("the command says what follows it", async () => {
    const { peer, gateway } = await start(receive);
    const ids = [peer.call("ada", "status", "group"), peer.call("ada", "/stop"), peer.call("ada", "")];
    await until(() => ids.every((id) => peer.isAcknowledged(id)));
    expect(ids.map((id) => gateway.taken.find((arrival) => arrival.id === id)).map((arrival) => [arrival?.text, arrival?.isCalled])).toEqual([["status", true], ["/stop", true], ["help", true]]);
  });

  test("what others forge is not a person's", async () => {
    const { peer, gateway } = await start(receive);
    await peer.forge("ada", "/approve 12");
    const id = await peer.say("bob", "after it");
    await until(() => peer.isAcknowledged(id) && gateway.taken.length === 2);
    expect(gateway.taken.map(({ sender }) => sender).toSorted()).toEqual(["U0BOB00002", "U0MASK0004"]);
  });

  test("files come when they are wanted, and not beyond the limit", async () => {
    const { peer, gateway } = await start(receive);
    const bytes = Buffer.from("some bytes");
    await peer.say("ada", "look", { files: [{ name: "a.txt", type: "text/plain", bytes, claimedSize: 3 }] });
    await until(() => gateway.taken.length === 1);
    const [file] = gateway.taken[0]?.files ?? [];
    expect(file).toMatchObject({ name: "a.txt", type: "text/plain", size: 3 });
    expect(Buffer.from(await (file ?? expect.fail()).read(10, never)).toString()).toBe("some bytes");
    expect(await failure((file ?? expect.fail()).read(9, never))).toMatchObject({ code: "slack-file-too-large" });
  });

  test("leaving lets what has come be kept and acknowledged first", async () => {
    const { peer, gateway, stop } = await start(receive, { answerMs: 60_000 });
    let keep = (): void => undefined;
    gateway.decideNext(() => new Promise((resolve) => (keep = () => resolve({ state: "accepted" }))));
    const id = await peer.say("ada", "last words");
    await until(() => gateway.arrivals.length > 0);
    const ended = stop();
    keep();
    expect(await ended).toBeUndefined();
    await until(() => peer.isAcknowledged(id));
    expect(gateway.door).toBeUndefined();
    expect(gateway.reports.at(-1)).toEqual({ state: "disconnected" });
  });
});

describe("what is said to others", () => {
  const dm = { type: "message", channel: "D0ADA00001", channel_type: "im", user: "U0ADA00001", text: "x" };
  const group = { ...dm, channel: "C0GROUP001", channel_type: "channel" };
  const reply = { ...group, thread_ts: "1355517523.000001" };
  const edited = { user: "U0ADA00001", ts: "1355517600.000001" };
  const ignored: Readonly<Record<string, object>> = {
    "a channel, without a mention": group,
    "a thread that others began": { ...reply, parent_user_id: "U0BOB00002" },
    "a message of our own": { ...dm, user: BOT_USER },
    "another bot's message": { ...dm, bot_id: "B0OTHER" },
    "a webhook's message": { ...dm, subtype: "bot_message", user: undefined, username: "ada" },
    "somebody who joins": { ...dm, subtype: "channel_join" },
    "a message that is deleted": { ...dm, subtype: "message_deleted", deleted_ts: "1355517523.000005" },
    "a preview that Slack adds": { ...dm, subtype: "message_changed", message: { ...dm, ts: "1355517523.000005" }, previous_message: dm },
    "an edit that leaves the text as it was": { ...dm, subtype: "message_changed", message: { ...dm, ts: "1355517523.000005", edited }, previous_message: dm },
    "a reaction": { type: "reaction_added", user: "U0ADA00001" },
  };
  for (const [name, event] of Object.entries(ignored)) test(`${name} is acknowledged and no arrival`, async () => {
    const { peer, gateway } = await start();
    const delivery = peer.server.event({ ts: "1355517523.000005", ...event });
    await until(() => delivery.acknowledged);
    expect(gateway.arrivals).toEqual([]);
    expect(gateway.logs).toEqual([]);
  });

  test("a reply in a thread that we began is for us, and a message that is edited to mention us is a new one", async () => {
    const { peer, gateway } = await start();
    peer.server.event({ ...reply, ts: "1355517523.000005", parent_user_id: BOT_USER, text: "yes" });
    const now = { ...group, ts: "1355517523.000006", text: `<@${BOT_USER}> hello`, edited };
    peer.server.event({ ...group, ts: "1355517600.000002", subtype: "message_changed", message: now, previous_message: { ...now, text: "hello" } });
    await until(() => gateway.arrivals.length === 2);
    expect(gateway.arrivals.map(({ id, thread, text, edits }) => ({ id, thread, text, edits }))).toEqual([
      { id: "C0GROUP001:1355517523.000005", thread: "1355517523.000001", text: "yes", edits: undefined },
      { id: "C0GROUP001:1355517523.000006", thread: undefined, text: "hello", edits: undefined },
    ]);
  });

  test("an edit is said by whoever made it", async () => {
    const { peer, gateway } = await start();
    const before = { ...dm, ts: "1355517523.000007", text: "pay ten" };
    peer.server.event({ ...dm, ts: "1355517600.000003", subtype: "message_changed", message: { ...before, text: "pay all", edited: { ...edited, user: "U0EVE00003" } }, previous_message: before });
    await until(() => gateway.arrivals.length === 1);
    expect(gateway.arrivals[0]).toMatchObject({ sender: "U0EVE00003", edits: "D0ADA00001:1355517523.000007", text: "pay all" });
  });

  test("an event that is not of Slack's shape is acknowledged and told", async () => {
    const { peer, gateway } = await start();
    const delivery = peer.server.event({ ...dm, ts: 5 });
    await until(() => delivery.acknowledged);
    expect(gateway.logs).toMatchObject([{ level: "warn", event: "slack-unreadable-event" }]);
  });
});

describe("Slack's own examples", () => {
  for (const { source, body, arrives } of EXAMPLES) test(source, () => expect(toldBy(body, ACCOUNT)?.arrival).toEqual(arrives));

  test("the server under test signs as Slack does", () => {
    expect(signature(SIGNED.body, SIGNED.seconds)["x-slack-signature"]).toBe(SIGNED.signature);
  });
});

describe("files that come", () => {
  const url = "https://files.slack.com.evil.example/files-pri/T1-F1/a.txt";
  const dm = { type: "message", subtype: "file_share", channel: "D0ADA00001", channel_type: "im", user: "U0ADA00001", text: "", ts: "1355517523.000005" };
  const arriving = async ({ peer, gateway }: Running, file: object): Promise<unknown> => {
    const delivery = peer.server.event({ ...dm, files: [file] });
    await until(() => delivery.acknowledged);
    return failure((gateway.taken[0]?.files?.[0] ?? expect.fail()).read(100, never));
  };

  test("the token goes to Slack's files and nowhere else", async () => {
    for (const elsewhere of [url, "http://127.0.0.1:1/files-pri/T1-F1/a.txt", "file:///etc/passwd", "nonsense"])
      expect(await arriving(await start(), { id: "F1", mimetype: "text/plain", url_private: elsewhere })).toMatchObject({ code: "slack-file-elsewhere" });
  });

  test("a sign-in page is no file, and neither is one that is gone", async () => {
    const one = await start();
    one.peer.server.files.set("F1", { name: "a.txt", type: "text/html", length: 1, bytes: Buffer.from("<html>"), shared: true });
    expect(await arriving(one, { id: "F1", mimetype: "text/plain", url_private: one.peer.server.fileUrl("F1", "a.txt") })).toMatchObject({ code: "slack-file-refused" });
    const two = await start();
    expect(await arriving(two, { id: "F2", mimetype: "text/plain", url_private: two.peer.server.fileUrl("F2", "a.txt") })).toMatchObject({ code: "slack-file-refused" });
  });

  test("a message is handed in before anything is asked of its files; of one whose event has only its id, the rest is asked for later", async () => {
    const { peer, gateway } = await start();
    const bytes = Buffer.from("x");
    await peer.say("bob", "look", { room: "group", files: [{ name: "a.txt", type: "text/plain", bytes }] });
    await until(() => gateway.arrivals.length === 2);
    expect(peer.server.calls).not.toContain("files.info");
    const found = await Promise.all(gateway.arrivals.map(({ files }) => frontend.file?.(gateway, files?.[0] as KeptFile)));
    expect(found.map((file) => [file?.name, file?.type])).toEqual([["a.txt", "text/plain"], ["a.txt", "text/plain"]]);
    expect(await Promise.all(found.map(async (file) => Buffer.from(await file?.read(9, never) ?? []).toString()))).toEqual(["x", "x"]);
    peer.server.event({ ...dm, files: [{ id: "F404", file_access: "check_file_info" }] });
    await until(() => gateway.arrivals.length === 3);
    const [gone] = gateway.arrivals[2]?.files ?? [];
    expect(await failure(Promise.resolve(frontend.file?.(gateway, gone as KeptFile)))).toMatchObject({ code: "slack-file-not-found" });
  });
});
