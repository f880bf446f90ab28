// The connection to Slack: a socket that is renewed and lost, signed requests, and the set-up.
import { afterEach, describe, expect, test } from "vitest";
import { ChannelError } from "../../frontends/channel.js";
import { frontend } from "../../frontends/slack/index.js";
import { manifest } from "../../frontends/slack/manifest.js";
import { TestGateway } from "./gateway.js";
import { SlackPeer } from "./slack-peer.js";
import { closeAll, closing, failure, gatewayOf, never, start, until } from "./slack-running.js";
import { signature } from "./slack-server.js";

afterEach(closeAll);

describe("Socket Mode", () => {
  test("a connection is renewed when Slack asks for it, the next one before the last is gone", async () => {
    const { peer, gateway } = await start();
    peer.server.refresh();
    await until(() => peer.server.calls.filter((method) => method === "apps.connections.open").length === 2 && peer.server.open === 1);
    const id = await peer.say("ada", "still there?");
    await until(() => peer.isAcknowledged(id));
    expect(gateway.reports).toEqual([{ state: "connecting" }, { state: "connected", detail: "Socket Mode" }]);
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
    const gateway = gatewayOf(peer);
    const leaving = new AbortController();
    const run = frontend.run(gateway, leaving.signal);
    await until(() => peer.server.open === 1);
    leaving.abort();
    expect(await run).toBeUndefined();
    expect(await frontend.run(gateway, AbortSignal.abort()).catch(() => "refused")).toBe("refused");
    expect(gateway.door).toBeUndefined();
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
    gateway.decideNext(() => Promise.reject(new Error("closing")));
    const delivery = peer.server.event({ type: "message", user: "U0ADA00001", text: "x", ts: "1355517523.000005", channel: "D0ADA00001", channel_type: "im" });
    await until(() => delivery.acknowledged);
    expect(delivery.statuses).toEqual([503, 200]);
    expect(gateway.taken).toHaveLength(1);
  });

  test("a port that is taken is said so", async () => {
    const { peer } = await start("http");
    expect(await failure(frontend.run(gatewayOf(peer), never))).toMatchObject({ code: "slack-port-unusable" });
  });
});

describe("the set-up", () => {
  test("who we are is told", async () => {
    const peer = await SlackPeer.open();
    closing.push(() => peer.close());
    expect(await frontend.check(gatewayOf(peer), never)).toBe("ouro in Subarachnoid Workspace (T123ABC456)");
    expect(peer.complaints).toEqual([]);
  });

  test("wrong tokens, missing secrets and scopes, and an address where nobody is are told apart", async () => {
    const peer = await SlackPeer.open("socket", { scopes: "chat:write,commands" });
    closing.push(() => peer.close());
    const code = async (settings: object, secrets: object): Promise<unknown> =>
      ((await failure(frontend.check(new TestGateway({ settings: { ...peer.settings, ...settings }, secrets: { ...peer.secrets, ...secrets } }), never))) as ChannelError).code;
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
