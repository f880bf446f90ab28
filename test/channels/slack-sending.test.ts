// What leaves for Slack: texts, buttons and files, and what its refusals mean.
import { afterEach, describe, expect, test } from "vitest";
import { ChannelError } from "../../frontends/channel.js";
import { closeAll, failure, never, part, start, until } from "./slack-running.js";

afterEach(closeAll);

describe("sending", () => {
  test("texts leave escaped, without previews, into their threads, and are changed in place", async () => {
    const { peer, gateway } = await start();
    const { thread } = peer.channelOf({ room: "group", thread: "one" }, "ada");
    const id = await gateway.openDoor.send(part("1 < 2 & <!channel> <https://x.example>", { thread, isProgress: true }), never);
    expect(peer.server.messages.at(-1)).toMatchObject({ text: "1 &lt; 2 &amp; &lt;!channel&gt; &lt;https://x.example&gt;", previews: false });
    await gateway.openDoor.edit?.(id, part("two", { thread }), never);
    expect(peer.seen({ room: "group", thread: "one" }, "ada")).toMatchObject([{ text: "two", before: ["1 < 2 & <!channel> <https://x.example>"] }]);
    expect(peer.complaints).toEqual([]);
  });

  test("an edit without buttons takes those away that were there", async () => {
    const { peer, gateway } = await start();
    const id = await gateway.openDoor.send(part("May I?", { buttons: [{ label: "Yes", says: "/approve 1" }] }), never);
    await gateway.openDoor.edit?.(id, part("Approved."), never);
    expect(peer.seen({ room: "group" }, "ada")).toMatchObject([{ text: "Approved.", buttons: [] }]);
  });

  test("a long text with many buttons stays within Slack's blocks", async () => {
    const { peer, gateway } = await start();
    const buttons = Array.from({ length: 30 }, (_, index) => ({ label: `Choice ${index} ${"!".repeat(90)}`, says: `/pick ${index}` }));
    await gateway.openDoor.send(part("<&> ".repeat(700), { buttons }), never);
    expect(peer.complaints).toEqual([]);
    expect(peer.seen({ room: "group" }, "ada")[0]?.buttons).toHaveLength(30);
  });

  test("files leave with their text and buttons in one message", async () => {
    const { peer, gateway } = await start();
    const files = [{ name: "plot.png", type: "image/png", bytes: Buffer.from([1, 2, 3]) }, { name: "ü 👋.txt", type: "text/plain", bytes: Buffer.from("x") }];
    expect(await gateway.openDoor.send(part("Here & there", { files }), never)).toBe("");
    await gateway.openDoor.send(part("Good?", { files: files.slice(0, 1), buttons: [{ label: "Yes", says: "yes" }] }), never);
    const [first, second] = peer.seen({ room: "group" }, "ada");
    expect(first?.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString("hex")])).toEqual([["plot.png", "010203"], ["ü 👋.txt", "78"]]);
    expect([first?.text, second?.buttons]).toEqual(["Here & there", ["Yes"]]);
    expect(peer.complaints).toEqual([]);
  });

  test("a failure while a file is uploaded is certain: nobody has seen it", async () => {
    const { peer, gateway } = await start();
    await peer.server.cut(60_000);
    const error = await failure(gateway.openDoor.send(part("x", { files: [{ name: "a", type: "text/plain", bytes: Buffer.from("a") }] }), never));
    expect(error).toMatchObject({ name: "ChannelError", code: "slack-unreachable", options: { retryable: true } });
  });

  test("refusals are certain and say what to do; each request is made once", async () => {
    const { peer, gateway } = await start();
    peer.server.channels.set("C0ALONE003", false);
    const refusals = [
      [part("x", { channel: "C0NONE0009" }), "slack-channel-not-found"], [part("x", { channel: "C0ALONE003" }), "slack-not-in-channel"], [part(""), "slack-no-text"],
    ] as const;
    for (const [message, code] of refusals) {
      const error = await failure(gateway.openDoor.send(message, never));
      expect(error).toBeInstanceOf(ChannelError);
      expect(error).toMatchObject({ code, options: { retryable: false } });
    }
    expect((await failure(gateway.openDoor.send(refusals[1][0], never)) as ChannelError).options.hint).toContain("/invite");
    expect(peer.server.calls.filter((method) => method === "chat.postMessage")).toHaveLength(4);
  });

  test("what may be asked again later says so, with Slack's own time", async () => {
    const { peer, gateway } = await start();
    peer.fail({ kind: "rate-limit", retryAfterMs: 7_000 });
    peer.fail({ kind: "server-error" });
    expect(await failure(gateway.openDoor.send(part("x"), never))).toMatchObject({ code: "slack-ratelimited", options: { retryable: true, retryAfterMs: 7_000 } });
    expect(await failure(gateway.openDoor.send(part("x"), never))).toMatchObject({ code: "slack-http-503", options: { retryable: true } });
    expect(peer.seen({ room: "group" }, "ada")).toEqual([]);
    await gateway.openDoor.send(part("x"), never);
    expect(peer.seen({ room: "group" }, "ada")).toHaveLength(1);
    expect(peer.server.calls.filter((method) => method === "chat.postMessage")).toHaveLength(3);
  });

  test("an answer that is lost leaves it open, and so does leaving while Slack is slow", async () => {
    const { peer, gateway } = await start();
    peer.fail({ kind: "lost-answer" });
    const lost = await failure(gateway.openDoor.send(part("one"), never));
    expect(lost).toBeInstanceOf(Error);
    expect(lost).not.toBeInstanceOf(ChannelError);
    peer.fail({ kind: "slow", milliseconds: 60_000 });
    const leaving = new AbortController();
    const slow = failure(gateway.openDoor.send(part("two"), leaving.signal));
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
    const error = await failure(gateway.openDoor.send(part("x"), never));
    const told = error instanceof ChannelError ? [error.options.retryable === true ? "again" : "never", error.code, error.options.retryAfterMs ?? ""].join(" ").trim() : "unknown";
    expect(told).toBe(meaning);
  });

  test("no platform's nonce is promised, since Slack drops none", async () => {
    expect((await start()).gateway.openDoor.dropsRepeated).toBe(false);
  });
});
