// One home under fire: processes that are killed one after the other, an outside that outlives them, and the verdict at the end.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { Random } from "../random.js";
import { violations } from "./oracle.js";
import { Outside, serve } from "./outside.js";
import { CELLS, type Input, inputs, type Plan, type Step, STEPS } from "./plan.js";
import { openCampaignWorld } from "./world.js";

/** Where a process is to die: at the n-th time of a point, at the n-th of all points, after so many milliseconds, or not at all. */
export interface Kill {
  readonly point?: string;
  readonly occurrence?: number;
  readonly afterMs?: number;
  /** Cuts the power at the n-th operation on the disk: see `buildPowerCut`. */
  readonly power?: { readonly library: string; readonly operation: number };
  /** No fresh inputs: it only finishes what there is. */
  readonly isLast?: boolean;
  /** What a person does meanwhile; absent: some of it, as the seed has it. */
  readonly steps?: readonly Step[];
}

export interface Run {
  /** The point at which it died by its own hand; absent if it died otherwise or came to its end. */
  readonly point?: string;
  readonly isKilled: boolean;
  /** Points that a process saw that came to its end. */
  readonly points: readonly string[];
}

interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly status: number | null;
  readonly signal: string | null;
}

/** Homes lie in memory where the system offers that: a kill leaves there what it leaves on a disk, and sooner. */
const FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
/** A process that has not come to its end by then hangs. */
const LONGEST_MS = 120_000;

/** Builds the program whose processes are killed, of this source; answers its path and how to remove it. */
export async function buildChild(source = join(import.meta.dirname, "child.ts")): Promise<{ readonly program: string; readonly folder: string; remove(): void }> {
  // Beside node_modules, so that what is left out of the bundle is found.
  const program = join(mkdtempSync(join(process.cwd(), "node_modules", ".crash-")), "child.mjs");
  await build({
    entryPoints: [source], outfile: program, bundle: true, format: "esm", platform: "node", target: "node20",
    external: ["better-sqlite3", "esbuild", "node-telegram-bot-api", "@slack/*", "mqtt", "blessed"], loader: { ".scm": "text" }, logLevel: "error",
    banner: { js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);" },
  });
  return { program, folder: dirname(program), remove: () => rmSync(dirname(program), { recursive: true, force: true }) };
}

/** Builds the library that cuts the power; undefined where there is no C compiler. */
export function buildPowerCut(folder: string): string | undefined {
  const library = join(folder, "power.so");
  const { status } = spawnSync("cc", ["-shared", "-fPIC", "-O2", "-o", library, join(import.meta.dirname, "power.c"), "-ldl"], { stdio: "ignore" });
  return status === 0 ? library : undefined;
}

export class Campaign {
  readonly home = mkdtempSync(join(FOLDER, "ouro-crash-"));
  readonly outside = new Outside();
  /** What processes did wrong that a home does not show, such as ending by themselves. */
  readonly problems: string[] = [];
  runs = 0;
  private readonly told = { inputs: new Set<string>(), messages: new Set<string>(), asked: new Outside(), outcomes: new Map<string, string>() };
  private readonly given = new Map<string, Input>();
  private readonly messages = new Set<string>();
  private readonly random: Random;

  static async open(program: string, seed: number, fault?: string): Promise<Campaign> {
    const campaign = new Campaign(program, seed, fault);
    const { server, url } = await serve(campaign.outside, () => campaign.random.below(8));
    return Object.assign(campaign, { server, url });
  }

  private readonly server: Server | undefined;
  private readonly url = "";

  private constructor(private readonly program: string, seed: number, private readonly fault: string | undefined) {
    this.random = new Random(seed);
  }

  /** Starts a process, and waits until it is dead. Without a kill it must come to its end by itself. */
  async run(kill: Kill = {}): Promise<Run> {
    const { output, errors, status, signal } = await this.process(this.plan(kill), kill);
    const run = this.heard(output);
    if (signal !== "SIGKILL" && status !== 0) this.problems.push(`a process ended with ${signal ?? status}: ${errors.slice(0, 2_000)}`);
    if (signal === "SIGKILL" && kill.occurrence === undefined && kill.afterMs === undefined && kill.power === undefined) this.problems.push("a process that nobody killed did not come to its end");
    await this.quiet();
    return { ...run, isKilled: signal === "SIGKILL" };
  }

  /** Runs a process to its end while a second one wants the same home: that one must be turned away. */
  async rivalry(): Promise<Run> {
    let rival: Promise<Ended> | undefined;
    const begin = (): void => void (rival ??= this.process(this.plan({ isLast: true, steps: [] }), {}));
    const { output, status } = await this.process(this.plan({ steps: STEPS }), {}, (line) => line.startsWith("accepted") && begin());
    const run = this.heard(output);
    const other = await rival;
    if (status !== 0 || other === undefined || !other.output.includes("busy\t")) this.problems.push(`two processes had the home: ${other?.output.split("\n").at(-2)} ${other?.errors.slice(0, 500)}`);
    await this.quiet();
    return { ...run, isKilled: false };
  }

  /** Lets a last process finish the work, and tells every promise that was broken. */
  async verdict(): Promise<string[]> {
    await this.run({ isLast: true });
    if (this.problems.length > 0) return this.problems;
    try {
      const opened = openCampaignWorld(this.home, { perform: async (demand) => this.outside.perform(demand), check: async (demand) => this.outside.check(demand) });
      const found = violations(opened, this.outside, this.told);
      await opened.close();
      return found;
    } catch (error) {
      return [`the home does not open: ${String(error)}`];
    }
  }

  close(): void {
    this.server?.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Inputs that are accepted and not done, at last known. */
  private get open(): number {
    return [...this.told.inputs].filter((id) => !this.told.outcomes.has(id)).length;
  }

  private async process(plan: Plan, { afterMs, power }: Kill, hear: (line: string) => unknown = () => undefined): Promise<Ended> {
    const environment = power === undefined ? {} : { LD_PRELOAD: power.library, OURO_POWER_HOME: this.home, OURO_POWER_AT: String(power.operation) };
    const child = spawn(process.execPath, [this.program, JSON.stringify(plan)], { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"], ...environment } });
    const ended = { output: "", errors: "" };
    child.stdout.setEncoding("utf8").on("data", (more: string) => {
      ended.output += more;
      more.split("\n").forEach(hear);
    });
    child.stderr.setEncoding("utf8").on("data", (more: string) => (ended.errors += more));
    const timers = [LONGEST_MS, ...(afterMs === undefined ? [] : [afterMs])].map((milliseconds) => setTimeout(() => child.kill("SIGKILL"), milliseconds));
    const [status, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once("close", (...how) => resolve(how)));
    timers.forEach((timer) => clearTimeout(timer));
    return { ...ended, status, signal };
  }

  private plan({ point, occurrence, steps, isLast = false }: Kill): Plan {
    const { random, told } = this;
    this.runs += 1;
    const fresh = isLast ? [] : inputs(random, `${this.runs}`, Math.max(4, CELLS - this.open));
    for (const input of fresh) this.given.set(input.id, input);
    const messages = random.many(isLast ? 0 : 3, () => `message-${this.runs}-${random.below(1_000_000)}`);
    for (const id of messages) this.messages.add(id);
    // What nobody acknowledged comes again, as platforms do it; now and then something that was acknowledged, too.
    const again = [...this.given.values()].filter(({ id }) => !told.inputs.has(id) || random.below(50) === 0);
    return {
      home: this.home, url: this.url, done: [...told.outcomes.keys()], fault: this.fault, inputs: [...new Set([...again, ...fresh])],
      messages: [...this.messages].filter((id) => !told.messages.has(id) || random.below(10) === 0),
      steps: steps ?? random.many(4, () => random.of(STEPS)),
      ...(occurrence === undefined ? {} : { kill: { point, occurrence } }),
    };
  }

  private heard(output: string): Pick<Run, "point" | "points"> {
    const run: { point?: string; points: string[] } = { points: [] };
    for (const line of output.split("\n")) {
      const [word, first = "", second = "", third = ""] = line.split("\t");
      if (word === "asked") this.told.asked.perform({ act: first, label: second, key: third });
      if (word === "accepted") this.told.inputs.add(first);
      if (word === "message") this.told.messages.add(first);
      if (word === "outcome") this.told.outcomes.set(first, second);
      if (word === "killed") run.point = first;
      if (word === "points") run.points = JSON.parse(first) as string[];
      if (word === "failed") this.problems.push(`the world failed: ${first}`);
    }
    return run;
  }

  /** Resolves when the outside has dealt with all that the dead process sent. */
  private async quiet(): Promise<void> {
    const count = () => new Promise<number>((resolve, reject) => this.server?.getConnections((error, connections) => (error === null ? resolve(connections) : reject(error))));
    while ((await count()) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
