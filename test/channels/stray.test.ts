// What strays from a platform's package ends that channel's run and nothing else; what is nobody's ends the process.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { StatusReport } from "../../frontends/frontend.js";
import { ensureBuilt, freshHome, MAIN, ouro } from "../frontends/command.js";
import type { Peer } from "./peer.js";
import { SlackPeer } from "./slack-peer.js";
import { until } from "./stage.js";
import { TelegramPeer } from "./telegram-peer.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/**
 * Runs before the agent in its process. The package of Telegram asks who we are when a run begins: the first runs each let
 * another error stray from there. And once SIGUSR2 has come, so does the next thing that the agent hashes, which it does of
 * what has arrived.
 */
const PRELOAD = `
import crypto from "node:crypto";
import { connect } from "node:net";
import { syncBuiltinESMExports } from "node:module";

const strays = [
  () => setTimeout(() => { throw new Error("astray in a timer"); }, 1),
  (address) => {
    const socket = connect(Number(new URL(address).port), "127.0.0.1", () => socket.write("nonsense\\r\\n\\r\\n"));
    socket.on("data", () => { socket.destroy(); throw new Error("astray in a socket"); });
  },
  () => { (async () => { await null; throw new Error("astray in a promise"); })(); },
];
const { fetch } = globalThis;
globalThis.fetch = (address, ...rest) => {
  if (String(address).endsWith("/getMe")) strays.shift()?.(String(address));
  return fetch(address, ...rest);
};
const { createHash } = crypto;
process.on("SIGUSR2", () => {
  crypto.createHash = (...operands) => {
    setTimeout(() => { throw new Error("a fault of the host's own"); }, 1);
    return createHash(...operands);
  };
  syncBuiltinESMExports();
  process.stdout.write("armed\\n");
});
`;

interface Agent {
  readonly child: ChildProcess;
  readonly home: string;
  readonly said: { output: string; errors: string };
  readonly ended: Promise<number | null>;
}

async function agentOn(peers: readonly Peer[]): Promise<Agent> {
  ensureBuilt();
  const home = freshHome();
  for (const { frontend, settings, secrets, senderOf } of peers) {
    const set = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const { status, errors } = await ouro(["setup", frontend.name, ...set, "--operator", senderOf("ada"), "--secret", Object.keys(secrets).join(",")], { home, input: Object.values(secrets).map((secret) => `${secret}\n`).join("") });
    expect([status, errors]).toEqual([0, ""]);
  }
  const preload = join(mkdtempSync(join(tmpdir(), "ouro-stray-")), "preload.mjs");
  writeFileSync(preload, PRELOAD);
  const child = spawn(process.execPath, ["--import", preload, MAIN, "up"], { env: { PATH: process.env["PATH"], HOME: tmpdir(), OURO_HOME: home } });
  closing.push(() => child.kill("SIGKILL"));
  const said = { output: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.errors += text));
  return { child, home, said, ended: new Promise((resolve) => child.once("close", resolve)) };
}

async function opened<Opened extends Peer>(opening: Promise<Opened>): Promise<Opened> {
  const peer = await opening;
  closing.push(() => peer.close());
  return peer;
}

const channelsOf = async (home: string): Promise<StatusReport["channels"]> => (JSON.parse((await ouro(["status", "--json"], { home })).output) as StatusReport).channels;

test("each error that strays from a channel starts that channel again, alone, and a fault of the host's own ends the process", { timeout: 300_000 }, async () => {
  const [telegram, slack] = [await opened(TelegramPeer.open()), await opened(SlackPeer.open())];
  const { child, home, said, ended } = await agentOn([telegram, slack]);

  await until("Telegram has run four times", () => channelsOf(home), (channels) => channels.find(({ platform }) => platform === "telegram")?.restarts === 3, 200_000);
  await telegram.say("ada", "what is 2 + 3 * 4");
  await slack.say("ada", "what is 3 + 3 * 4");
  for (const [peer, answer] of [[telegram, "14"], [slack, "15"]] as const)
    await until("it is answered", () => peer.seen({ room: "direct" }, "ada").map(({ text }) => text), (texts) => texts.includes(answer));
  expect((await channelsOf(home)).map(({ platform, state, restarts }) => [platform, state, restarts]).toSorted()).toEqual([["slack", "connected", 0], ["telegram", "connected", 3]]);
  const told = readFileSync(join(home, "ouro.log"), "utf8").split("\n").filter((line) => line.includes("channel-stray-error") && line.includes("an error strayed from a channel"));
  expect(told.map((line) => /astray in a \w+/.exec(line)?.[0])).toEqual(["astray in a timer", "astray in a socket", "astray in a promise"]);
  expect(said.errors).toBe("");

  child.kill("SIGUSR2");
  await until("it is armed", () => said.output, (output) => output.includes("armed"));
  await telegram.say("ada", "what is 4 + 3 * 4");
  expect(await ended).toBe(70);
  expect(said.errors).toMatch(/^ouro: a fault in Ouro itself has ended it \[stray-error\]: Error: a fault of the host's own\n/);
  expect(readFileSync(join(home, "ouro.log"), "utf8")).toContain('"code":"stray-error"');
});
