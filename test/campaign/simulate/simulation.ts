// One seed's world: time, scheduling, latency, failures, reordering and crashes, all in this process and all from the seed.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, type EffectRequest, OPERATOR, openWorld, portLibrary, type World } from "../../../epigenome/index.js";
import type { WorldDatabase } from "../../../epigenome/database.js";
import { type CodeCache, LabelledBox, LispString, type Value } from "../../../interpreter/index.js";
import type { Baseband } from "../../../ports/baseband/index.js";
import { type Port, PortError } from "../../../ports/port.js";
import { signature } from "../../epigenome/home.js";
import { watchDoors } from "../crash/doors.js";
import { ACTS, campaignGenome } from "../crash/genome.js";
import { violations } from "../crash/oracle.js";
import { type Demand, Outside } from "../crash/outside.js";
import type { Input } from "../crash/plan.js";
import { attachPlatforms, campaignPorts, commitOf, type Way } from "../crash/world.js";
import { Random } from "../random.js";

export interface Simulated {
  /** Every promise that was broken. */
  readonly broken: readonly string[];
  /** Over all that happened in order, down to the last write. The same seed gives the same. */
  readonly hash: string;
  readonly events: number;
  readonly crashes: number;
  readonly inputs: number;
  readonly effects: number;
}

/** Something that will happen. `life`: of which process; that of the outside world goes on whoever dies. */
interface Happening {
  readonly at: number;
  readonly life: number;
  readonly name: string;
  readonly run: () => void;
}

const OUTSIDE_WORLD = -1;
const START_MS = 1_790_000_000_000;
const DAY_MS = 86_400_000;
const FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
/** A run that has not come to rest by then never will. */
const MOST_EVENTS = 100_000;

const kept = new Map<string, string>();
/** Compiled libraries, for all seeds: they are the same texts. */
const CODE: CodeCache = {
  version: "simulation", digest: (text) => createHash("sha256").update(text).digest("hex"),
  get: (key) => kept.get(key), put: (key, text) => void kept.set(key, text),
};

/** Runs the world of one seed until nothing is left to happen, and says what was broken. */
export async function simulate(seed: number): Promise<Simulated> {
  const simulation = new Simulation(seed);
  try {
    return await simulation.run();
  } finally {
    simulation.remove();
  }
}

class Simulation {
  private readonly random: Random;
  private readonly root = mkdtempSync(join(FOLDER, "ouro-simulation-"));
  private readonly log = createHash("sha256");
  private readonly outside = new Outside();
  private readonly told = { inputs: new Set<string>(), messages: new Set<string>(), asked: new Outside(), outcomes: new Map<string, string>() };
  private readonly given: Input[] = [];
  private readonly broken: string[] = [];
  private happenings: Happening[] = [];
  private now = 0;
  /** What the wall clock is off by. */
  private skew = 0;
  private drawn = 0;
  private events = 0;
  private crashes = 0;
  /** How often a person has looked in. */
  private looks = 0;
  private life = 0;
  private isUp = false;
  /** Writes until the process dies; 0: it lives. */
  private left = 0;
  private world: World | undefined;
  private baseband: Baseband | undefined;
  private readonly dead: World[] = [];
  private readonly heads: (Buffer | undefined)[] = [];

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
  }

  async run(): Promise<Simulated> {
    const unwatch = watchDoors(this.root, (point) => this.wrote(point));
    try {
      this.prepare();
      while (this.broken.length === 0 && this.next()) {
        // All that follows without waiting for anything.
        await new Promise((resolve) => setImmediate(resolve));
        if (++this.events > MOST_EVENTS) this.broken.push("it never comes to rest");
      }
      if (this.broken.length === 0) this.judge();
    } finally {
      unwatch();
    }
    const effects = [...this.told.asked.deeds.values()].length;
    return { broken: this.broken, hash: this.log.digest("hex"), events: this.events, crashes: this.crashes, inputs: this.given.length, effects };
  }

  remove(): void {
    if (this.world !== undefined) this.dead.push(this.world);
    for (const world of this.dead) dispose(world);
    rmSync(this.root, { recursive: true, force: true });
  }

  private timeMs(): number {
    return START_MS + Math.floor(this.now) + this.skew;
  }

  /** The clock of one process; what it asks for once it is dead never happens. */
  private clockOf(life: number): Clock {
    return {
      stamp: () => ({ timeMs: this.timeMs(), entropy: createHash("sha256").update(`${this.seed} ${++this.drawn}`).digest("hex") }),
      timeMs: () => this.timeMs(),
      // Whoever asks has spent some time on the way.
      elapsedMs: () => (this.now += this.random.below(4)),
      wait: (milliseconds, callback) => this.expect("wait", milliseconds, callback, life),
      soon: (callback) => void this.expect("soon", 0, callback, life),
    };
  }

  /** The way of one process to the outside. A request may arrive after its process has died; its answer may be lost, late or a failure. */
  private wayOf(life: number): Way {
    const never = () => new Promise<never>(() => undefined);
    return {
      perform: (demand) => (life === this.life ? this.perform(demand, life) : never()),
      check: (demand) => new Promise((resolve) => this.expect(`check ${demand.label}`, this.random.below(20), () => resolve(this.outside.check(demand)), life)),
    };
  }

  private perform(demand: Demand, life: number): Promise<number> {
    const { random } = this;
    const fate = random.below(20);
    const mayFail = demand.act !== "break" && demand.act !== "look";
    const name = `${demand.act} ${demand.label}`;
    const isRefused = mayFail && fate === 0;
    const isLate = demand.act !== "wire" && demand.act !== "post" && mayFail && fate === 1;
    if (!isRefused) this.told.asked.perform(demand);
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.outside.failed.add(name);
        reject(new PortError("tool-runtime-broken", "it broke", { retryable: true }));
      };
      if (isRefused) return void this.expect(`refuse ${name}`, random.below(40), fail, life);
      const arrive = (): void => {
        const count = this.outside.perform(demand);
        this.expect(`answer ${name}`, random.below(40), () => (isLate ? fail() : resolve(count)), life);
      };
      // What can be asked about must have arrived before anybody asks.
      if (demand.act === "submit!") arrive();
      else this.expect(`arrive ${name}`, random.below(20), arrive, OUTSIDE_WORLD);
    });
  }

  /** What the outside world will do: send inputs, stop turns, change the genome, set the clock. */
  private prepare(): void {
    const { random } = this;
    mkdirSync(join(this.root, "0"));
    const count = 4 + random.below(10);
    for (let index = 0; index < count; index++) {
      const isEndless = random.below(20) === 0;
      const input: Input = {
        id: `${isEndless ? "forever" : "input"}-1-${index}`, cell: `cell-${random.below(5)}`, kind: isEndless ? "forever" : "job", acts: random.many(4, () => random.of(ACTS)),
      };
      this.given.push(input);
      this.expect(`input ${input.id}`, random.below(200), () => this.deliver(input), OUTSIDE_WORLD);
    }
    for (const act of random.many(4, () => random.of(MEDDLING))) this.expect(act.name, random.below(300), () => this.isUp && this.world !== undefined && act.run(this.world, this), OUTSIDE_WORLD);
    this.expect("open", 0, () => this.open(), OUTSIDE_WORLD);
  }

  /** Sets the wall clock by up to a minute. */
  jump(): void {
    this.skew += this.random.below(120_000) - 60_000;
  }

  /** Keeps by hand what came from a page. */
  copy(world: World): void {
    const { life } = this;
    const put = portLibrary(world.portList.find(({ name }) => name === "store") as Port, OPERATOR).get("store/put!") as Value;
    const waiting = world.interpreter.call(put, [new LispString("notes/copy"), new LabelledBox(["web page"], this.events)]);
    waiting.step();
    world.operate(waiting.request as EffectRequest, new AbortController().signal)
      .catch((error: unknown) => life === this.life && this.broken.push(`what a person keeps by hand failed: ${String(error)}`));
  }

  /** Ends some turn that is under way, if one is. */
  stopOne(world: World): void {
    const turns = world.status().turns;
    if (turns.length > 0) world.stop(this.random.of(turns).cell, "a person stopped it");
  }

  private expect(name: string, inMs: number, run: () => void, life = this.life): () => void {
    if (life !== this.life && life !== OUTSIDE_WORLD) return () => undefined;
    const happening = { at: this.now + inMs, life, name, run };
    this.happenings.push(happening);
    return () => void (this.happenings = this.happenings.filter((each) => each !== happening));
  }

  /** Lets one thing happen of those that are due, in no order but the seed's; false if nothing is left. */
  private next(): boolean {
    if (this.happenings.length === 0) this.tend();
    if (this.happenings.length === 0) return false;
    const first = Math.min(...this.happenings.map(({ at }) => at));
    this.now = Math.max(this.now, first);
    const due = this.happenings.filter(({ at }) => at <= this.now);
    const chosen = this.random.of(due);
    this.happenings = this.happenings.filter((each) => each !== chosen);
    this.log.update(`${chosen.name} ${this.now}\n`);
    chosen.run();
    return true;
  }

  private open(): void {
    const home = join(this.root, String(this.life));
    this.isUp = true;
    this.left = this.crashes < 3 && this.random.below(3) > 0 ? 1 + this.random.below(500) : 0;
    const { life } = this;
    try {
      let baseband: Baseband | undefined;
      const world = openWorld({
        home, signature, clock: this.clockOf(life), code: CODE, genome: { commit: commitOf(1), files: campaignGenome() },
        ports: (services) => {
          const made = campaignPorts(home, this.wayOf(life), services);
          baseband = made.baseband;
          return made.ports;
        },
      }, () => undefined);
      if (life !== this.life || baseband === undefined) return void this.dead.push(world);
      [this.world, this.baseband] = [world, baseband];
      this.attend(world, baseband);
    } catch (error) {
      if (life === this.life) this.broken.push(`the home does not open: ${String(error)}`);
    }
  }

  private attend(world: World, baseband: Baseband): void {
    const { life } = this;
    for (const id of this.told.outcomes.keys()) if (world.commitBody(id) === undefined) this.broken.push(`the outcome of ${id} was told, and is not there`);
    world.on("failed", (error: unknown) => life === this.life && this.broken.push(`the world failed: ${String(error)}`));
    world.on("outcome", ({ id, outcome }: { id: string; outcome: string }) => {
      if (life !== this.life) return;
      this.told.outcomes.set(id, outcome);
      this.expect("send", this.random.below(30), () => this.send(baseband, 0));
    });
    world.on("progress", ({ kind, id, cell = "", input = "" }: Record<string, string>) => {
      if (kind === "approval" && life === this.life) this.expect("approve", this.random.below(100), () => approve(world, id));
      if (kind === "started" && life === this.life && this.random.below(8) === 0) this.expect("stop early", this.random.below(60), () => void world.stop(cell, "not so long"));
      if (kind === "started" && life === this.life && input.includes("forever")) this.expect("stop", this.random.below(100), () => void world.stop(cell, "long enough"));
    });
    for (const { cell, input } of world.status().turns) if (input.includes("forever")) world.stop(cell, "long enough");
    attachPlatforms(baseband, this.wayOf(life));
    for (const { id } of world.approvals()) this.expect("approve", this.random.below(100), () => approve(world, id));
    // What nobody acknowledged comes again, and now and then something that was.
    for (const input of this.given) if (this.crashes > 0 && (!this.told.inputs.has(input.id) || this.random.below(10) === 0)) this.expect(`input ${input.id}`, this.random.below(50), () => this.deliver(input));
  }

  private deliver(input: Input): void {
    const { life, world } = this;
    if (!this.isUp || world === undefined) return void this.expect(`input ${input.id}`, 50, () => this.deliver(input), OUTSIDE_WORLD);
    const { id, cell, kind, acts } = input;
    const data = `(${acts.map((act) => `:${act}`).join(" ")})`;
    world.accept({ id, cell, kind, text: id, data }).then(() => life === this.life && this.told.inputs.add(id), () => undefined);
  }

  private send(baseband: Baseband, laterMs: number): void {
    const { life } = this;
    baseband.outbox.deliver(this.timeMs() + laterMs).catch((error: unknown) => life === this.life && this.broken.push(`the outbox failed: ${String(error)}`));
  }

  /** Nothing is left to happen by itself: a person looks in. */
  private tend(): void {
    const { world, baseband } = this;
    if (world === undefined || baseband === undefined) return;
    for (const { cell, quarantine } of world.cells()) if (quarantine !== undefined) world.release(cell, "someone");
    if (baseband.storage.outgoing(["pending"]).length > 0) this.expect("send", 0, () => this.send(baseband, ++this.looks * DAY_MS));
  }

  private wrote(point: string): void {
    if (!this.isUp) return;
    this.log.update(`${point}\n`);
    if (--this.left === 0) this.crash();
  }

  /**
   * The process dies here: what it wrote so far is copied, and whatever it still does in the old place, nobody sees. Now
   * and then it is the whole machine: then the head outside the database, which no commit waits for, may be an older one.
   */
  private crash(): void {
    this.isUp = false;
    this.crashes += 1;
    const [from, to] = [join(this.root, String(this.life)), join(this.root, String(++this.life))];
    cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith("-shm") });
    const head = join(to, "journal.head");
    this.heads.push(existsSync(head) ? readFileSync(head) : undefined);
    const older = this.random.of(this.heads);
    if (this.random.below(4) === 0 && older !== undefined) writeFileSync(head, older);
    if (this.world !== undefined) this.dead.push(this.world);
    [this.world, this.baseband] = [undefined, undefined];
    this.happenings = this.happenings.filter(({ life }) => life === OUTSIDE_WORLD);
    this.log.update(`crash ${this.life}\n`);
    this.expect("open", this.random.below(500), () => this.open(), OUTSIDE_WORLD);
  }

  private judge(): void {
    const { world, baseband } = this;
    if (world === undefined || baseband === undefined) return void this.broken.push("the world is not open at the end");
    for (const { id } of this.given) if (!this.told.inputs.has(id)) this.broken.push(`input ${id} was never acknowledged`);
    this.broken.push(...violations({ home: join(this.root, String(this.life)), world, baseband }, this.outside, this.told));
    this.log.update(world.entries(1)[0]?.hash ?? "");
  }
}

/** What a person does by hand, at some moment. */
const MEDDLING: readonly { readonly name: string; readonly run: (world: World, simulation: Simulation) => void }[] = [
  { name: "adopt", run: (world) => world.adopt(commitOf(2), campaignGenome(2)) },
  { name: "return", run: (world) => world.adopt(commitOf(1), campaignGenome(1)) },
  { name: "patch", run: (world) => void world.patch("(genome turn count)", "next", "(define (next n) (+ n 7))") },
  { name: "unpatch", run: (world) => world.patches().length > 0 && world.unpatch("(genome turn count)", "next") },
  { name: "note", run: (world) => world.note("(simulation)") },
  { name: "clock set", run: (_world, simulation) => simulation.jump() },
  { name: "stop", run: (world, simulation) => simulation.stopOne(world) },
  { name: "copy", run: (world, simulation) => simulation.copy(world) },
];

function approve(world: World, approval: string | undefined): void {
  if (world.approvals().some(({ id }) => id === approval)) world.resolve(approval ?? "", true, "someone");
}

/** Closes the database of a world that is gone, so that its handles do not pile up. */
function dispose(world: World): void {
  try {
    (world as unknown as { database: WorldDatabase }).database.close();
  } catch (error) {
    // A planted fault may have left it in a state in which it cannot be closed; the handle is gone with the process.
    if (!(error instanceof Error)) throw error;
  }
}
