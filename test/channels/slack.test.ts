// The Slack frontend against the server that plays Slack, by Socket Mode and over HTTP.
import { afterEach, describe, expect, test } from "vitest";
import { ChannelError } from "../../frontends/channel.js";
import { toldBy } from "../../frontends/slack/arrivals.js";
import { frontend } from "../../frontends/slack/index.js";
import { manifest } from "../../frontends/slack/manifest.js";
import { ACCOUNT, EXAMPLES, SIGNED } from "./slack-examples.js";
import { part, TestGateway, until } from "./slack-gateway.js";
import { SlackPeer } from "./slack-peer.js";
import { BOT_USER, signature, type SlackServerOptions } from "./slack-server.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Running {
  readonly peer: SlackPeer;
  readonly gateway: TestGateway;
  readonly run: Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

async function start(receive: "socket" | "http" = "socket", options: SlackServerOptions = {}): Promise<Running> {
  const peer = await SlackPeer.open(receive, options);
  closing.push(() => peer.close());
  const gateway = new TestGateway(peer.settings, peer.secrets);
  const leaving = new AbortController();
  const run = frontend.run(gateway, leaving.signal).catch((error: unknown) => error);
  const stop = (): Promise<unknown> => (leaving.abort(), run);
  closing.push(stop);
  await Promise.race([run.then((error) => Promise.reject(error ?? new Error("it ended"))), until(() => gateway.reports.some((report) => report.startsWith("connected")))]);
  return { peer, gateway, run, stop };
}

const never = new AbortController().signal;
const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => "nothing failed", (error: unknown) => error);

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
    gateway.answers.push(() => Promise.reject(new Error("the queue is full")));
    const id = await peer.say("ada", "hello");
    await until(() => peer.isAcknowledged(id));
    expect(gateway.arrivals.length).toBeGreaterThan(1);
    expect(gateway.taken.map(({ text }) => text)).toEqual(["hello"]);
    expect(gateway.logs.map(({ event }) => event)).toContain("slack-not-acknowledged");
  });

  test("nothing is acknowledged before it is kept", async () => {
    const { peer, gateway } = await start(receive, { answerMs: 60_000 });
    let keep = (): void => undefined;
    gateway.answers.push(() => new Promise((resolve) => (keep = () => resolve({ state: "accepted" }))));
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
    const id = await gateway.door.send(part("May I?", { buttons }), never);
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
    gateway.answers.push(() => new Promise((resolve) => (keep = () => resolve({ state: "accepted" }))));
    const id = await peer.say("ada", "last words");
    await until(() => gateway.arrivals.length > 0);
    const ended = stop();
    keep();
    expect(await ended).toBeUndefined();
    await until(() => peer.isAcknowledged(id));
    expect(gateway.doors).toEqual([]);
    expect(gateway.reports.at(-1)).toBe("disconnected");
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

  test("of a file whose event has only its id, the rest is asked for; if that is gone too, the message comes all the same", async () => {
    const { peer, gateway } = await start();
    const bytes = Buffer.from("x");
    await peer.say("bob", "look", { room: "group", files: [{ name: "a.txt", type: "text/plain", bytes }] });
    await until(() => gateway.arrivals.length === 2);
    const known = gateway.arrivals.map(({ files }) => files?.map(({ name, type }) => [name, type]));
    expect(known).toEqual([[["a.txt", "text/plain"]], [["a.txt", "text/plain"]]]);
    peer.server.event({ ...dm, files: [{ id: "F404", file_access: "check_file_info" }] });
    await until(() => gateway.arrivals.length === 3);
    expect(gateway.arrivals[2]?.files).toMatchObject([{ name: "F404", type: "application/octet-stream" }]);
  });
});

describe("sending", () => {
  test("texts leave escaped, without previews, into their threads, and are changed in place", async () => {
    const { peer, gateway } = await start();
    const { thread } = peer.channelOf({ room: "group", thread: "one" }, "ada");
    const id = await gateway.door.send(part("1 < 2 & <!channel> <https://x.example>", { thread, isProgress: true }), never);
    expect(peer.server.messages.at(-1)).toMatchObject({ text: "1 &lt; 2 &amp; &lt;!channel&gt; &lt;https://x.example&gt;", previews: false });
    await gateway.door.edit?.(id, part("two", { thread }), never);
    expect(peer.seen({ room: "group", thread: "one" }, "ada")).toMatchObject([{ text: "two", before: ["1 < 2 & <!channel> <https://x.example>"] }]);
    expect(peer.complaints).toEqual([]);
  });

  test("an edit without buttons takes those away that were there", async () => {
    const { peer, gateway } = await start();
    const id = await gateway.door.send(part("May I?", { buttons: [{ label: "Yes", says: "/approve 1" }] }), never);
    await gateway.door.edit?.(id, part("Approved."), never);
    expect(peer.seen({ room: "group" }, "ada")).toMatchObject([{ text: "Approved.", buttons: [] }]);
  });

  test("a long text with many buttons stays within Slack's blocks", async () => {
    const { peer, gateway } = await start();
    const buttons = Array.from({ length: 30 }, (_, index) => ({ label: `Choice ${index} ${"!".repeat(90)}`, says: `/pick ${index}` }));
    await gateway.door.send(part("<&> ".repeat(700), { buttons }), never);
    expect(peer.complaints).toEqual([]);
    expect(peer.seen({ room: "group" }, "ada")[0]?.buttons).toHaveLength(30);
  });

  test("files leave with their text and buttons in one message", async () => {
    const { peer, gateway } = await start();
    const files = [{ name: "plot.png", type: "image/png", bytes: Buffer.from([1, 2, 3]) }, { name: "ü 👋.txt", type: "text/plain", bytes: Buffer.from("x") }];
    expect(await gateway.door.send(part("Here & there", { files }), never)).toBe("");
    await gateway.door.send(part("Good?", { files: files.slice(0, 1), buttons: [{ label: "Yes", says: "yes" }] }), never);
    const [first, second] = peer.seen({ room: "group" }, "ada");
    expect(first?.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString("hex")])).toEqual([["plot.png", "010203"], ["ü 👋.txt", "78"]]);
    expect([first?.text, second?.buttons]).toEqual(["Here & there", ["Yes"]]);
    expect(peer.complaints).toEqual([]);
  });

  test("a failure while a file is uploaded is certain: nobody has seen it", async () => {
    const { peer, gateway } = await start();
    await peer.server.cut(60_000);
    const error = await failure(gateway.door.send(part("x", { files: [{ name: "a", type: "text/plain", bytes: Buffer.from("a") }] }), never));
    expect(error).toMatchObject({ name: "ChannelError", code: "slack-unreachable", options: { retryable: true } });
  });

  test("refusals are certain and say what to do; each request is made once", async () => {
    const { peer, gateway } = await start();
    peer.server.channels.set("C0ALONE003", false);
    const refusals = [
      [part("x", { channel: "C0NONE0009" }), "slack-channel-not-found"], [part("x", { channel: "C0ALONE003" }), "slack-not-in-channel"], [part(""), "slack-no-text"],
    ] as const;
    for (const [message, code] of refusals) {
      const error = await failure(gateway.door.send(message, never));
      expect(error).toBeInstanceOf(ChannelError);
      expect(error).toMatchObject({ code, options: { retryable: false } });
    }
    expect((await failure(gateway.door.send(refusals[1][0], never)) as ChannelError).options.hint).toContain("/invite");
    expect(peer.server.calls.filter((method) => method === "chat.postMessage")).toHaveLength(4);
  });

  test("what may be asked again later says so, with Slack's own time", async () => {
    const { peer, gateway } = await start();
    peer.fail({ kind: "rate-limit", retryAfterMs: 7_000 });
    peer.fail({ kind: "server-error" });
    expect(await failure(gateway.door.send(part("x"), never))).toMatchObject({ code: "slack-ratelimited", options: { retryable: true, retryAfterMs: 7_000 } });
    expect(await failure(gateway.door.send(part("x"), never))).toMatchObject({ code: "slack-http-503", options: { retryable: true } });
    expect(peer.seen({ room: "group" }, "ada")).toEqual([]);
    await gateway.door.send(part("x"), never);
    expect(peer.seen({ room: "group" }, "ada")).toHaveLength(1);
    expect(peer.server.calls.filter((method) => method === "chat.postMessage")).toHaveLength(3);
  });

  test("an answer that is lost leaves it open, and so does leaving while Slack is slow", async () => {
    const { peer, gateway } = await start();
    peer.fail({ kind: "lost-answer" });
    const lost = await failure(gateway.door.send(part("one"), never));
    expect(lost).toBeInstanceOf(Error);
    expect(lost).not.toBeInstanceOf(ChannelError);
    peer.fail({ kind: "slow", milliseconds: 60_000 });
    const leaving = new AbortController();
    const slow = failure(gateway.door.send(part("two"), leaving.signal));
    await until(() => peer.server.calls.filter((method) => method === "chat.postMessage").length === 2);
    leaving.abort();
    expect(await slow).not.toBeInstanceOf(ChannelError);
    expect(peer.seen({ room: "group" }, "ada").map(({ text }) => text)).toEqual(["one"]);
  });

  const ANSWERS: readonly (readonly [number, Readonly<Record<string, string>>, string, string])[] = [
    // https://docs.slack.dev/reference/methods/chat.postMessage#errors: these two may have succeeded in part.
    [200, {}, '{"ok":false,"error":"internal_error"}', "unknown"],
    [200, {}, '{"ok":false,"error":"fatal_error"}', "unknown"],
    [200, {}, '{"ok":false,"error":"service_unavailable"}', "again slack-service-unavailable"],
    [200, {}, '{"ok":false,"error":"ratelimited"}', "again slack-ratelimited"],
    [200, {}, '{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"commands"}', "never slack-missing-scope"],
    [200, {}, '{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]}}', "never slack-invalid-blocks"],
    [200, {}, "<html>a proxy of the hotel's</html>", "unknown"],
    [200, {}, '{"ok":true}', "unknown"],
    [500, {}, "", "unknown"],
    [502, {}, "<html></html>", "unknown"],
    [504, {}, "", "unknown"],
    [503, { "retry-after": "9" }, "", "again slack-http-503 9000"],
    [404, {}, "", "never slack-http-404"],
    [429, { "retry-after": "3" }, "", "again slack-ratelimited 3000"],
  ];
  for (const [status, headers, body, meaning] of ANSWERS) test(`${status} ${body} means ${meaning}`, async () => {
    const { peer, gateway } = await start();
    peer.server.answers.push({ status, headers, body });
    const error = await failure(gateway.door.send(part("x"), never));
    const told = error instanceof ChannelError ? [error.options.retryable === true ? "again" : "never", error.code, error.options.retryAfterMs ?? ""].join(" ").trim() : "unknown";
    expect(told).toBe(meaning);
  });

  test("no platform's nonce is promised, since Slack drops none", async () => {
    expect((await start()).gateway.door.dropsRepeated).toBe(false);
  });
});

describe("Socket Mode", () => {
  test("a connection is renewed when Slack asks for it, the next one before the last is gone", async () => {
    const { peer, gateway } = await start();
    peer.server.refresh();
    await until(() => peer.server.calls.filter((method) => method === "apps.connections.open").length === 2 && peer.server.open === 1);
    const id = await peer.say("ada", "still there?");
    await until(() => peer.isAcknowledged(id));
    expect(gateway.reports).toEqual(["connecting", "connected Socket Mode"]);
  });

  test("a lost connection ends the frontend with an error, for the host to start it again; what came meanwhile is brought then", async () => {
    const { peer, gateway, run } = await start();
    await peer.cut(50);
    expect(await run).toMatchObject({ code: "slack-disconnected", options: { retryable: true } });
    const id = await peer.say("ada", "while you were away");
    const again = new AbortController();
    // The server listens again after a while: until then there is nobody.
    const running = (async () => {
      while (!again.signal.aborted) await frontend.run(gateway, again.signal).catch(() => undefined);
    })();
    await until(() => peer.isAcknowledged(id));
    again.abort();
    await running;
    expect(gateway.taken.map(({ text }) => text)).toEqual(["while you were away"]);
  });

  test("who leaves before Slack has said hello is not held", async () => {
    const peer = await SlackPeer.open("socket", { isSilent: true });
    closing.push(() => peer.close());
    const gateway = new TestGateway(peer.settings, peer.secrets);
    const leaving = new AbortController();
    const run = frontend.run(gateway, leaving.signal);
    await until(() => peer.server.open === 1);
    leaving.abort();
    expect(await run).toBeUndefined();
    expect(await frontend.run(gateway, AbortSignal.abort()).catch(() => "refused")).toBe("refused");
    expect(gateway.doors).toEqual([]);
  });

  test("frames that are no envelopes are told, and end nothing", async () => {
    const { peer, gateway } = await start();
    const frames = ["", "null", "{", "[]", '{"type":"events_api"}', '{"type":"events_api","envelope_id":"1","payload":null}', '{"type":"events_api","envelope_id":"1","payload":{}}'];
    for (const frame of frames) peer.server.raw(frame);
    const id = await peer.say("ada", "hello");
    await until(() => peer.isAcknowledged(id));
    expect(gateway.logs.map(({ event }) => event)).toEqual(frames.map(() => "slack-unreadable-frame"));
  });
});

describe("over HTTP", () => {
  const body = JSON.stringify({ token: "Jhj5dZrVaK7ZwHHjRyZWjbDl", challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", type: "url_verification" });
  const post = async (peer: SlackPeer, headers: Record<string, string>, text = body): Promise<{ status: number; text: string }> => {
    const response = await fetch(`http://127.0.0.1:${peer.settings["port"]}/slack/events`, { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } });
    return { status: response.status, text: await response.text() };
  };

  test("the address is verified as documented", async () => {
    const { peer } = await start("http");
    expect(await post(peer, signature(body))).toEqual({ status: 200, text: JSON.stringify({ challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" }) });
  });

  test("what is unsigned, signed by others, altered, or older than five minutes is refused", async () => {
    const { peer, gateway } = await start("http");
    const now = Math.floor(Date.now() / 1_000);
    const good = signature(body);
    const attempts = [
      {}, signature(body, now, "another0secret0of0the0same0length"), signature(`${body} `), signature(body, now - 301), signature(body, Number.NaN),
      { ...good, "x-slack-signature": good["x-slack-signature"]?.replace("v0=", "v1=") ?? "" }, { ...good, "x-slack-signature": "v0=" }, { ...good, "x-slack-request-timestamp": String(now - 1) },
    ];
    for (const headers of attempts) expect((await post(peer, headers as Record<string, string>)).status).toBe(401);
    expect((await post(peer, signature(body, now - 200))).status).toBe(200);
    expect((await post(peer, signature("{"), "{")).status).toBe(400);
    expect((await post(peer, signature("x".repeat(1_100_000)), "x".repeat(1_100_000))).status).toBe(413);
    expect(gateway.arrivals).toEqual([]);
  });

  test("a retried event has Slack's headers, and no second turn", async () => {
    const { peer, gateway } = await start("http", { answerMs: 60_000 });
    gateway.answers.push(() => Promise.reject(new Error("closing")));
    const delivery = peer.server.event({ type: "message", user: "U0ADA00001", text: "x", ts: "1355517523.000005", channel: "D0ADA00001", channel_type: "im" });
    await until(() => delivery.acknowledged);
    expect(delivery.statuses).toEqual([503, 200]);
    expect(gateway.taken).toHaveLength(1);
  });

  test("a port that is taken is said so", async () => {
    const { peer } = await start("http");
    expect(await failure(frontend.run(new TestGateway(peer.settings, peer.secrets), never))).toMatchObject({ code: "slack-port-unusable" });
  });
});

describe("the set-up", () => {
  test("who we are is told", async () => {
    const peer = await SlackPeer.open();
    closing.push(() => peer.close());
    expect(await frontend.check(new TestGateway(peer.settings, peer.secrets), never)).toBe("ouro in Subarachnoid Workspace (T123ABC456)");
    expect(peer.complaints).toEqual([]);
  });

  test("wrong tokens, missing secrets and scopes, and an address where nobody is are told apart", async () => {
    const peer = await SlackPeer.open("socket", { scopes: "chat:write,commands" });
    closing.push(() => peer.close());
    const code = async (settings: object, secrets: object): Promise<unknown> =>
      ((await failure(frontend.check(new TestGateway({ ...peer.settings, ...settings }, { ...peer.secrets, ...secrets }), never))) as ChannelError).code;
    expect(await code({}, { "bot-token": "xoxb-wrong" })).toBe("slack-invalid-auth");
    expect(await code({}, { "bot-token": peer.secrets["app-token"] })).toBe("slack-not-allowed-token-type");
    expect(await code({}, { "bot-token": undefined })).toBe("slack-no-secret");
    expect(await code({}, { "app-token": undefined })).toBe("slack-no-secret");
    expect(await code({ receive: "http" }, { "signing-secret": undefined })).toBe("slack-no-secret");
    expect(await code({}, {})).toBe("slack-missing-scope");
    expect(await code({ api: `${peer.server.origin}/elsewhere/` }, {})).toBe("slack-http-404");
    await peer.close();
    expect(await code({}, {})).toBe("slack-unreachable");
  });

  test("entries that cannot be right are refused", () => {
    const problem = (name: string, entry: string): string | undefined => frontend.settings.find((setting) => setting.name === name)?.problem?.(entry);
    for (const [name, entry] of [["bot-token", "xapp-1-2"], ["app-token", "xoxb-1"], ["api", "http://slack.com/api/"], ["api", "slack"], ["port", "70000"], ["signing-secret", "short"]] as const)
      expect(problem(name, entry)).toEqual(expect.any(String));
    for (const [name, entry] of [["bot-token", "xoxb-1-a"], ["api", "https://slack-gov.com/api/"], ["port", "3000"], ["signing-secret", "8f742231b10e8888abcd99yyyzzz85a5"]] as const)
      expect(problem(name, entry)).toBeUndefined();
  });

  test("the manifest asks for what is used, by Socket Mode or over HTTP", () => {
    const socket = JSON.parse(manifest()) as { settings: { socket_mode_enabled: boolean }; oauth_config: { scopes: { bot: string[] } } };
    expect(socket.settings.socket_mode_enabled).toBe(true);
    expect(socket.oauth_config.scopes.bot).toContain("chat:write");
    expect(frontend.guide?.({ receive: "socket" })).toContain(manifest());
    expect(frontend.guide?.({ receive: "http" })).toContain("/slack/events");
    const http = JSON.parse(manifest("Ouro", "https://ouro.example/slack/events")) as { settings: Record<string, { request_url?: string } | boolean>; features: { slash_commands: { url?: string }[] } };
    expect(http.settings["socket_mode_enabled"]).toBe(false);
    expect([http.settings["event_subscriptions"], http.settings["interactivity"], { request_url: http.features.slash_commands[0]?.url }].map((each) => (each as { request_url?: string }).request_url))
      .toEqual(Array.from({ length: 3 }, () => "https://ouro.example/slack/events"));
  });
});
