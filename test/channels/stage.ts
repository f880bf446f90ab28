// The stage of the scenarios: an agent with one channel, people who act on its platform, and what they may wait for.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Host } from "../../frontends/frontend.js";
import { openHost } from "../../frontends/host.js";
import { channelGenome } from "./genome.js";
import type { Peer, Person, Place, Seen } from "./peer.js";

/** Far beyond what anything here takes: a machine may be slow, and only a fault lets it pass. */
const PATIENCE_MS = 60_000;
export const DIRECT: Place = { room: "direct" };

export class Stage {
  host!: Host;
  /** How many messages were there when the scenario began, or were looked at since, by place and person. */
  private readonly looked = new Map<string, number>();
  private readonly said = new Map<string, string>();

  private constructor(readonly peer: Peer, readonly home: string, private readonly own: ReturnType<typeof channelGenome>) {}

  /** Ada is let in as operator, Bob as member; the direct rooms and the group are bound, the other room is not. */
  static async open(peer: Peer, own = channelGenome()): Promise<Stage> {
    const stage = new Stage(peer, join(mkdtempSync(join(tmpdir(), "ouro-channel-")), "home"), own);
    await stage.start();
    const { desk } = stage.host;
    const platform = peer.frontend.name;
    const place = (room: Place["room"], person: Person) => ({ platform, account: "*", channel: peer.channelOf({ room }, person).channel, thread: "" });
    await desk.configure({ platform, settings: peer.settings, secrets: peer.secrets, operators: [], channels: [] });
    for (const [person, role] of [["ada", "operator"], ["bob", "member"]] as const) {
      await desk.allow({ platform, account: "*", sender: peer.senderOf(person), role, identity: person });
      await desk.bind(place("direct", person));
    }
    await desk.bind(place("direct", "eve"));
    await desk.bind(place("group", "ada"));
    await stage.connected();
    return stage;
  }

  async start(): Promise<void> {
    const { frontend } = this.peer;
    this.host = await openHost(this.home, this.own, { channels: true, platforms: { [frontend.name]: async () => frontend } });
  }

  async stop(): Promise<void> {
    await this.host.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
    await this.connected();
  }

  async connected(): Promise<void> {
    await until("the channel is connected", async () => (await this.host.status()).channels.map(({ state }) => state), (states) => states.includes("connected"));
  }

  /** Everything said so far has an end, and everything to say has left; what was seen until now counts no more. */
  async begin(): Promise<void> {
    const { desk } = this.host;
    // What a scenario that failed has left behind.
    for (const { id } of await desk.approvals()) await desk.deny({ id });
    for (const { cell } of (await desk.status()).turns) await desk.stop({ cell });
    await this.settled();
    for (const key of this.looked.keys()) {
      const [person, at] = JSON.parse(key) as [Person, Place];
      this.look(at, person);
    }
    for (const person of ["ada", "bob", "eve"] as const)
      for (const room of ["direct", "group", "other"] as const) this.look({ room }, person);
  }

  async settled(): Promise<void> {
    await until("all is done", () => this.host.desk.queue(), ({ in: taken, out }) =>
      taken.every(({ state }) => state === "failed" || state === "dead") && out.every(({ state }) => state !== "pending" && state !== "sending"));
  }

  async say(text: string, by: Person = "ada", at: Place = DIRECT): Promise<string> {
    const id = await this.peer.say(by, text, at);
    this.said.set(text, id);
    return id;
  }

  /** The id of the last message with this text. */
  idOf(text: string): string {
    return this.said.get(text) ?? "";
  }

  /** The next message of the agent's there, which nobody has looked at. */
  async next(by: Person = "ada", at: Place = DIRECT): Promise<Seen> {
    const key = JSON.stringify([by, at]);
    const index = this.looked.get(key) ?? 0;
    const seen = await until(`message ${index + 1} for ${by} in ${JSON.stringify(at)}`, () => this.peer.seen(at, by), (messages) => messages.length > index);
    this.looked.set(key, index + 1);
    return seen[index] as Seen;
  }

  /** What is there and has not been looked at. */
  unseen(by: Person = "ada", at: Place = DIRECT): readonly Seen[] {
    return this.peer.seen(at, by).slice(this.looked.get(JSON.stringify([by, at])) ?? 0);
  }

  async acknowledged(event: string): Promise<void> {
    await until(`${event} is acknowledged`, () => this.peer.isAcknowledged(event), (is) => is);
  }

  /** A turn runs in somebody's conversation. */
  async running(count = 1): Promise<void> {
    await until("a turn runs", async () => (await this.host.status()).turns.length, (turns) => turns >= count);
  }

  private look(at: Place, person: Person): void {
    this.looked.set(JSON.stringify([person, at]), this.peer.seen(at, person).length);
  }
}

/** Looks again and again until what it sees will do; tells what it saw last if that never comes. */
export async function until<Value>(what: string, look: () => Value | Promise<Value>, isGood: (value: Value) => boolean, patienceMs = PATIENCE_MS): Promise<Value> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await look();
    if (isGood(value)) return value;
    if (performance.now() > deadline) expect.fail(`waited in vain: ${what}; the last was ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
