// Slack from the command line: the app is made from the manifest, the channel configured, and the agent answers there.
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { ensureBuilt, freshHome, MAIN, ouro } from "../frontends/command.js";
import { SlackPeer } from "./slack-peer.js";
import { until } from "./slack-running.js";

test("a person makes the app from what ouro setup tells, connects it, and is answered", { timeout: 300_000 }, async () => {
  ensureBuilt();
  const peer = await SlackPeer.open();
  const home = freshHome();
  const closing: (() => unknown)[] = [() => peer.close()];
  try {
    const about = await ouro(["setup", "slack", "--about"], { home });
    const [manifest = ""] = /^\{[^]*?^\}$/m.exec(about.output) ?? [];
    expect(JSON.parse(manifest)).toMatchObject({ settings: { socket_mode_enabled: true } });
    const words = ["setup", "slack", "--set", `api=${peer.settings["api"]}`, "--operator", peer.senderOf("ada"), "--secret"];
    const wrong = await ouro([...words, "bot-token"], { home, input: "xoxb-wrong\n" });
    expect([wrong.status, wrong.errors]).toEqual([1, expect.stringContaining("slack-invalid-auth")]);
    const right = await ouro([...words, "bot-token,app-token"], { home, input: `${peer.secrets["bot-token"]}\n${peer.secrets["app-token"]}\n` });
    expect(right.output).toContain("slack is connected as ouro in Subarachnoid Workspace");
    const agent = spawn(process.execPath, [MAIN, "up"], { env: { PATH: process.env["PATH"], HOME: tmpdir(), OURO_HOME: home }, stdio: "ignore" });
    closing.push(() => agent.kill("SIGKILL"));
    const ended = new Promise((resolve) => agent.once("close", resolve));
    await peer.say("ada", "what is 2 + 3 * 4");
    await until(() => peer.seen({ room: "direct" }, "ada").length > 0);
    expect(peer.seen({ room: "direct" }, "ada").map(({ text }) => text)).toEqual(["14"]);
    // The one is a note, and the other a command that the genome declares.
    for (const text of ["remember that the demo is on Friday", "skill"]) {
      const before = peer.seen({ room: "direct" }, "ada").length;
      peer.call("ada", text);
      await until(() => peer.seen({ room: "direct" }, "ada").length > before);
    }
    await peer.say("ada", "when is the demo?");
    await until(() => peer.seen({ room: "direct" }, "ada").length > 3);
    const [, noted, skills, recalled] = peer.seen({ room: "direct" }, "ada").map(({ text }) => text);
    expect([noted, skills, recalled]).toEqual([expect.stringMatching(/demo is on Friday/), expect.stringMatching(/skill/i), expect.stringContaining("Friday")]);
    agent.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(peer.complaints).toEqual(["invalid_auth: auth.test with another token"]);
  } finally {
    for (const close of closing.reverse()) await close();
  }
});
