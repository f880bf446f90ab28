// Prints what the running agent costs: latency through the whole stack, messages a second over MQTT, how soon /stop stops, and how it idles, beside bare Node.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHost } from "../../frontends/host.js";
import { MqttPeer } from "../channels/mqtt-peer.js";
import type { Peer } from "../channels/peer.js";
import { SlackPeer } from "../channels/slack-peer.js";
import { TelegramPeer } from "../channels/telegram-peer.js";
import { KEY, openPeer, streamed, streamOf } from "../ports/router/peer.js";
import { endlessPackage } from "./channels-genome.js";

const ROOT = new URL("..", import.meta.url).pathname;
const MAIN = new URL("frontends/main.js", import.meta.url).pathname;
const CONVERSATIONS = 20;
/** Of each conversation, with a model; and of all, without. */
const MESSAGES = Number(process.env["OURO_MESSAGES"] ?? 15);
/** People pause between two messages; milliseconds, in the mean. */
const PAUSE_MS = 2_000;
const RATE = Number(process.env["OURO_RATE"] ?? 200);
const SECONDS = Number(process.env["OURO_SECONDS"] ?? 20);
/** V8 gives back the room of its nursery once nothing has happened for two minutes or so. */
const SETTLING_SECONDS = Number(process.env["OURO_SETTLING"] ?? 150);
const IDLE_SECONDS = Number(process.env["OURO_IDLE"] ?? 20);
/** Of each kind of work that is stopped. */
const STOPS = Number(process.env["OURO_STOPS"] ?? 30);
/** For Node, of the agent's process: `--cpu-prof`. */
const FLAGS = process.env["OURO_NODE_FLAGS"]?.split(" ") ?? [];
const CLOCK_TICKS = 100;
const ENDLESS: Readonly<Record<string, string>> = {
  loop: "a tight Lisp loop", model: "a model that streams without end", tools: "one tool after the other", child: "waiting for a child, which listens to a model",
};

const folder = mkdtempSync(join(tmpdir(), "ouro-bench-channels-"));
const mqtt = await MqttPeer.open();
const peers: readonly Peer[] = [mqtt, await TelegramPeer.open(), await SlackPeer.open()];
const provider = await openPeer();
const watcher = await mqtt.client("watcher");
// One for each answer that is waited for.
watcher.setMaxListeners(100);
const called = new Map<string, (atMs: number) => void>();
const answered = new Map<string, (atMs: number) => void>();
let leftAt = new Map<string, number>();

watcher.on("message", (_topic, payload) => {
  const found = /#\d+/.exec(String(payload));
  if (found !== null) answered.get(found[0])?.(performance.now());
});
provider.answer = ({ wire, body }) => async (response, { gone }) => {
  if (JSON.stringify(body).includes("on and on")) return drip(response, streamOf(wire, { text: "and on " }).split("\n\n")[0] ?? "", gone);
  const number = [...JSON.stringify(body).matchAll(/#\d+/g)].at(-1)?.[0] ?? "";
  called.get(number)?.(performance.now());
  response.on("finish", () => leftAt.set(number, performance.now()));
  streamed(response, streamOf(wire, { text: `An answer to ${number}.` }));
};

const PARTS = { idle, latency, throughput, stop };
for (const [name, part] of Object.entries(PARTS)) if (process.argv.length < 3 || process.argv.includes(name)) await part();
await Promise.all([...peers, provider].map((peer) => peer.close()));
rmSync(folder, { recursive: true, force: true });

async function homeWith(name: string, some: readonly Peer[], hasModel: boolean, own?: ReturnType<typeof endlessPackage>): Promise<string> {
  const home = join(folder, name);
  const host = await openHost(home, own);
  for (const peer of some) {
    const platform = peer.frontend.name;
    await host.desk.configure({ platform, settings: peer.settings, secrets: peer.secrets, operators: [peer.senderOf("ada")], channels: ["*"] });
  }
  if (hasModel) await host.models.add({ name: "local", wire: "openai-chat", url: provider.url("openai-chat"), secret: "local", models: [{ name: "instant", context: 100_000, price: [0, 0] }] }, KEY);
  await host.close();
  return home;
}

/** Starts the built command; resolves once all its channels are connected, with how long that took. */
async function up(home: string, channels: number): Promise<{ readonly child: ChildProcess; readonly readyMs: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [...FLAGS, MAIN, "--home", home, "up"], { stdio: ["ignore", "ignore", "inherit"] });
  for (;;) {
    const words = await outputOf(MAIN, "--home", home, "status", "--json").catch(() => "{}");
    const { channels: known = [] } = JSON.parse(words) as { channels?: readonly { state: string; since?: number }[] };
    if (known.filter(({ state }) => state === "connected").length === channels) return { child, readyMs: performance.now() - start };
    await sleep(20);
  }
}

async function leave(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** Resident memory and processor time with three channels on which nothing happens. */
async function idle(): Promise<void> {
  const bare = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const { child, readyMs } = await up(await homeWith("idle", peers, false), peers.length);
  await sleep(5_000);
  const fresh = usage(child);
  await sleep(SETTLING_SECONDS * 1_000);
  const [before, beside] = [usage(child), usage(bare)];
  await sleep(IDLE_SECONDS * 1_000);
  const [after, besideAfter] = [usage(child), usage(bare)];
  const share = (one: Usage, other: Usage): string => `${(((other.ticks - one.ticks) / CLOCK_TICKS / IDLE_SECONDS) * 100).toFixed(2)} % of a core`;
  print(`idle with three channels: ${after.megabytes} MB resident (${fresh.megabytes} MB just after the start), ${share(before, after)}; bare node: ${besideAfter.megabytes} MB, ${share(beside, besideAfter)}`);
  print(`three channels connected ${(readyMs / 1_000).toFixed(2)} s after the command began, as ouro status tells it`);
  bare.kill();
  await leave(child);
}

interface Usage {
  readonly megabytes: number;
  readonly ticks: number;
}

function usage({ pid }: ChildProcess): Usage {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { megabytes: Math.round(Number(resident) / 1024), ticks: Number(fields[11]) + Number(fields[12]) };
}

/** Twenty conversations with a model that takes no time, at the pace of people. */
async function latency(): Promise<void> {
  const { child } = await up(await homeWith("latency", [mqtt], true), 1);
  const [inward, outward]: [number[], number[]] = [[], []];
  let count = 1_000_000;
  const ask = async (thread: string, isCounted: boolean): Promise<void> => {
    const number = `#${++count}`;
    const call = new Promise<number>((resolve) => called.set(number, resolve));
    const answer = new Promise<number>((resolve) => answered.set(number, resolve));
    const start = performance.now();
    await mqtt.say("ada", `write me poem ${number}`, { room: "group", thread });
    const [calledAt, answeredAt] = [await call, await answer];
    if (!isCounted) return;
    inward.push(calledAt - start);
    outward.push(answeredAt - (leftAt.get(number) ?? NaN));
  };
  await Promise.all(Array.from({ length: CONVERSATIONS }, async (_, index) => {
    for (let message = -3; message < MESSAGES; message++) {
      await sleep(-Math.log(1 - Math.random()) * PAUSE_MS);
      await ask(`talk${index}`, message >= 0);
    }
  }));
  const each = `${inward.length} messages in ${CONVERSATIONS} conversations over MQTT`;
  print(`message in → model call      ${quantiles(inward)} (${each})`);
  print(`model answer → message out   ${quantiles(outward)}`);
  await leave(child);
  leftAt = new Map();
}

/** As many messages a second as told, without a model: whether all are answered, and how far behind the agent falls. */
async function throughput(): Promise<void> {
  const { child } = await up(await homeWith("throughput", [mqtt], false), 1);
  const talk = (index: number) => ({ room: "group", thread: `talk${index % CONVERSATIONS}` }) as const;
  let [sent, received, most] = [0, 0, 0];
  const taken: number[] = [];
  const send = async (number: number): Promise<void> => {
    const name = `#${number}`;
    const start = performance.now();
    const answer = new Promise<number>((resolve) => answered.set(name, resolve));
    sent++;
    void mqtt.say("ada", `remember that parcel ${name} is here`, talk(number));
    taken.push(await answer - start);
    received++;
  };
  await Promise.all(Array.from({ length: 40 }, (_, index) => send(2_000_000 + index)));
  [sent, received] = [0, 0];
  taken.length = 0;
  const ticks = usage(child).ticks;
  const begin = performance.now();
  const all: Promise<void>[] = [];
  while (performance.now() - begin < SECONDS * 1_000) {
    while (sent < ((performance.now() - begin) / 1_000) * RATE) all.push(send(3_000_000 + sent));
    most = Math.max(most, sent - received);
    await sleep(5);
  }
  const behind = sent - received;
  await Promise.race([Promise.all(all), sleep(120_000)]);
  const seconds = (performance.now() - begin) / 1_000;
  print(`${sent} messages at ${RATE} a second for ${SECONDS} s over MQTT: ${received} answered, ${(received / seconds).toFixed(0)} a second until the last; ${behind} behind at the end, ${most} at most; ${quantiles(taken)}; ${(((usage(child).ticks - ticks) / CLOCK_TICKS / received) * 1_000).toFixed(1)} ms of processor time each`);
  await leave(child);
}

/** From /stop on its way to the broker until its word has come back, and until the end of what it stopped has. */
async function stop(): Promise<void> {
  const home = await homeWith("stop", [mqtt], true, endlessPackage(ROOT, MAIN));
  writeFileSync(join(home, "files", "page.txt"), "a line of a page\n".repeat(600));
  const { child } = await up(home, 1);
  for (const [words, what] of Object.entries(ENDLESS)) print(`/stop during ${what}: ${await stopped(words)}`);
  const others = ["one", "two", "three"].map((thread) => ({ room: "group", thread }) as const);
  for (const at of others) await mqtt.say("ada", "loop", at);
  print(`/stop during a tight Lisp loop, beside three more: ${await stopped("loop")}`);
  const ends = others.map(({ thread }) => said(thread, /^Stopped: /));
  await mqtt.say("ada", "/stop all", { room: "group", thread: "all" });
  await Promise.all(ends);
  await leave(child);
}

async function stopped(words: string): Promise<string> {
  const [inWord, inEnd]: [number[], number[]] = [[], []];
  for (let count = 0; count < STOPS; count++) {
    const thread = `${words}${count % CONVERSATIONS}`;
    await mqtt.say("ada", words, { room: "group", thread });
    // Long enough to have begun, and at any point of what is done.
    await sleep(200 + Math.random() * 200);
    const begin = performance.now();
    const answers = [said(thread, /^Stopped\.$/), said(thread, /^Stopped: /)] as const;
    await mqtt.say("ada", "/stop", { room: "group", thread });
    const over = new AbortController();
    const nothing = said(thread, /^Nothing is running/, over.signal).then(() => Promise.reject(new Error(`${words} came to an end by itself`)));
    const [word, end] = await Promise.race([Promise.all(answers), nothing]).finally(() => over.abort());
    inWord.push(word - begin);
    inEnd.push(end - begin);
  }
  return `its word ${quantiles(inWord)}; the end of the turn ${quantiles(inEnd)} (${STOPS} times, over MQTT)`;
}

/** When a text that fits comes in a thread. */
async function said(thread: string, text: RegExp, signal?: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const hear = (topic: string, payload: Buffer): void => {
      if (!topic.endsWith(`/${thread}`) || !text.test((JSON.parse(String(payload)) as { text: string }).text)) return;
      watcher.off("message", hear);
      resolve(performance.now());
    };
    watcher.on("message", hear);
    signal?.addEventListener("abort", () => watcher.off("message", hear), { once: true });
  });
}

/** A beginning and then a piece now and then, until the client has gone. */
async function drip(response: ServerResponse, piece: string, gone: Promise<void>): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const timer = setInterval(() => response.write(`${piece}\n\n`), 20);
  await gone;
  clearInterval(timer);
}

function quantiles(milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1);
  return `median ${at(0.5)} ms, 99 % ${at(0.99)} ms`;
}

function outputOf(...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (more: Buffer) => (text += String(more)));
    child.once("error", reject).once("close", () => resolve(text));
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
