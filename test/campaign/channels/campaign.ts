// Twenty conversations over three platforms, which outlive the agent that is killed in their midst.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openHost } from "../../../frontends/host.js";
import { MqttPeer } from "../../channels/mqtt-peer.js";
import type { Peer, Person, Place } from "../../channels/peer.js";
import { SlackPeer } from "../../channels/slack-peer.js";
import { TelegramPeer } from "../../channels/telegram-peer.js";
import { Random } from "../random.js";
import { campaignGenome } from "./genome.js";
import { type Verdict, verdictOn } from "./oracle.js";
import { FRONTENDS, type Plan } from "./plan.js";

/** What each process is told in all, in some of the conversations. */
const MESSAGES = 12;
/** A process that has not come to its end by then hangs. */
const LONGEST_MS = 180_000;
const THREADS = ["one", "two", "three", "four", "five"];

interface Talk {
  readonly peer: Peer;
  readonly person: Person;
  readonly at: Place;
  readonly name: string;
  readonly said: { id: string; text: string }[];
}

/** What a process has told of itself. */
interface Told {
  isReady: boolean;
  /** How many channels are. */
  connected: number;
  open: number;
  reached: number;
  point?: string;
  held: number;
  isClosed: boolean;
}

export class ChannelCampaign {
  readonly problems: string[] = [];
  readonly points = new Map<string, number>();
  held = 0;
  private readonly home = join(mkdtempSync(join(tmpdir(), "ouro-channels-")), "home");
  private readonly talks: readonly Talk[];
  private count = 0;

  private constructor(private readonly program: string, private readonly random: Random, private readonly peers: readonly Peer[], private readonly fault: string | undefined) {
    const places: readonly (readonly [Person, Place])[] = [["ada", { room: "direct" }], ["bob", { room: "direct" }], ...THREADS.map((thread) => ["ada", { room: "group", thread }] as const)];
    this.talks = peers.flatMap((peer) => places.map(([person, at]) => ({ peer, person, at, name: `${peer.frontend.name} ${person} ${at.thread ?? at.room}`, said: [] }))).slice(0, 20);
  }

  static async open(program: string, seed: number, fault?: string): Promise<ChannelCampaign> {
    const campaign = new ChannelCampaign(program, new Random(seed), [await TelegramPeer.open(), await SlackPeer.open(), await MqttPeer.open()], fault);
    await campaign.configure();
    await campaign.connect();
    return campaign;
  }

  /** One process: it is told this and that, and dies where it is to, or by our hand once it has answered. Answers whether it killed itself. */
  async strike(kill?: Plan["kill"]): Promise<boolean> {
    const { child, told, ended } = this.start(kill);
    await Promise.race([ended, until(() => told.isReady)]);
    for (let index = this.random.below(MESSAGES); index < MESSAGES && child.exitCode === null && child.signalCode === null; index++) {
      await this.say();
      await new Promise((resolve) => setTimeout(resolve, this.random.below(15)));
    }
    const deadline = performance.now() + LONGEST_MS;
    while (child.exitCode === null && child.signalCode === null && !(this.isAcknowledged() && told.open === 0)) {
      if (performance.now() > deadline) this.problems.push(`a process does not come to an end: ${told.open} are open`);
      if (this.problems.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGKILL");
    await ended;
    return told.point !== undefined;
  }

  /** Lets a last process finish the work and leave in good order, and tells every promise that was broken. */
  async verdict(): Promise<Verdict> {
    const { child, told, ended } = this.start(undefined);
    const deadline = performance.now() + LONGEST_MS;
    for (let quiet = 0; quiet < 5;) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      quiet = told.isReady && this.isAcknowledged() && told.open === 0 ? quiet + 1 : 0;
      if (child.exitCode !== null || child.signalCode !== null) break;
      if (performance.now() > deadline) {
        this.problems.push(`the last process does not come to an end: ${told.open} are open, not acknowledged are ${this.unacknowledged().join(" ")}`);
        break;
      }
    }
    child.kill(this.problems.length === 0 ? "SIGTERM" : "SIGKILL");
    await ended;
    if (!told.isClosed) this.problems.push("the last process did not leave in good order");
    await this.examineHome();
    const verdict = verdictOn(this.home, this.talks.map(({ peer, person, at, name, said }) => ({ name, platform: peer.frontend.name, said: said.map((each) => ({ ...each, isRepeated: peer.wasRepeated?.(each.id) ?? false })), seen: peer.seen(at, person).map(({ text }) => text) })));
    const complaints = this.peers.flatMap((peer) => peer.complaints.map((complaint) => `${peer.frontend.name} complains: ${complaint}`));
    return { ...verdict, broken: [...this.problems, ...complaints, ...verdict.broken] };
  }

  async close(): Promise<void> {
    for (const peer of this.peers) await peer.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  private async examineHome(): Promise<void> {
    const host = await openHost(this.home, campaignGenome(), {});
    const { ok, problem } = await host.journal.verify();
    if (!ok) this.problems.push(`the journal does not verify: ${problem}`);
    await host.close();
  }

  private async configure(): Promise<void> {
    const platforms = Object.fromEntries(Object.entries(FRONTENDS).map(([name, frontend]) => [name, async () => frontend]));
    const host = await openHost(this.home, campaignGenome(), { platforms });
    for (const { frontend: { name: platform }, settings, secrets, senderOf } of this.peers.map(bound)) {
      await host.desk.configure({ platform, settings, secrets, operators: [], channels: ["*"] });
      for (const person of ["ada", "bob"] as const) await host.desk.allow({ platform, account: "*", sender: senderOf(person), role: "member", identity: person });
    }
    await host.close();
  }

  /** A broker keeps messages for those that it has met. */
  private async connect(): Promise<void> {
    const { child, told, ended } = this.start(undefined);
    await Promise.race([ended, until(() => told.connected === this.peers.length)]);
    child.kill("SIGKILL");
    await ended;
  }

  private start(kill: Plan["kill"]): { readonly child: ChildProcess; readonly told: Told; readonly ended: Promise<void> } {
    const plan: Plan = { home: this.home, kill, fault: this.fault };
    const child = spawn(process.execPath, ["--stack-size=3900", this.program, JSON.stringify(plan)], { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"] } });
    const told: Told = { isReady: false, connected: 0, open: -1, reached: 0, held: 0, isClosed: false };
    createInterface({ input: child.stdout }).on("line", (line) => this.hear(line.split("\t"), told));
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (more: string) => (errors += more));
    const ended = new Promise<void>((resolve) => child.once("close", (status, signal) => {
      if (signal !== "SIGKILL" && status !== 0) this.problems.push(`a process ended with ${signal ?? status}: ${errors.slice(0, 2_000)}`);
      this.held += told.held;
      resolve();
    }));
    return { child, told, ended };
  }

  private hear([word, first = "", second = "", third = ""]: readonly string[], told: Told): void {
    if (word === "ready") told.isReady = true;
    if (word === "open") Object.assign(told, { open: Number(first), reached: Number(second), connected: Number(third) });
    if (word === "held") told.held++;
    if (word === "closed") told.isClosed = true;
    if (word !== "killed") return;
    told.point = first;
    this.points.set(first, (this.points.get(first) ?? 0) + 1);
  }

  private async say(): Promise<void> {
    const { peer, person, at, said } = this.random.of(this.talks);
    const text = `message ${++this.count}${this.random.below(6) === 0 ? " slow" : ""}`;
    const message = { id: "", text };
    said.push(message);
    message.id = await peer.say(person, text, at);
  }

  private isAcknowledged(): boolean {
    return this.unacknowledged().length === 0;
  }

  private unacknowledged(): string[] {
    return this.talks.flatMap(({ peer, said }) => said.slice(-50).filter(({ id }) => !peer.isAcknowledged(id)).map(({ id }) => `${peer.frontend.name} ${id}`));
  }
}

function bound(peer: Peer): Pick<Peer, "frontend" | "settings" | "secrets" | "senderOf"> {
  return { frontend: peer.frontend, settings: peer.settings, secrets: peer.secrets, senderOf: (person) => peer.senderOf(person) };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
