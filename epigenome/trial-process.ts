// The parent's side of a trial: starts the child behind walls, asks it, and ends it when it hangs, swells or talks nonsense.
import { type ChildProcessByStdio, execFile, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { childEnvironment, PortError, type TrialKind, type TrialLimits, type TrialProcess, type TrialReply, type TrialRequest, type TrialService } from "../ports/port.js";
import { fromLine, linesOf, toLine } from "./trial-lines.js";

/** How our own entry point is started: the runtime, and its script with the verb that serves trials. */
export interface TrialEntry {
  readonly command: string;
  readonly args: readonly [script: string, ...rest: string[]];
}

export interface ConfinedTrials extends TrialService {
  /** The confinement, found out without holding the thread where all walls that one would expect here stand. */
  tried(): Promise<readonly string[]>;
}

/** Starts trial children. What this machine offers to confine them is tried once, when it is first needed. */
export function startTrialService(entry: TrialEntry): ConfinedTrials {
  let found: readonly Wall[] | undefined;
  const walls = (): readonly Wall[] => (found ??= wallsFor(entry));
  return {
    get confinement() { return walls().map((wall) => wall.name); },
    async tried() {
      const expected = expectedWalls(entry);
      if (found === undefined && (await holds(expected, entry.command))) found = expected;
      return this.confinement;
    },
    start: (limits) => new Trial(entry, limits, walls()),
  };
}

interface Wall {
  readonly name: string;
  /** Put before the command. */
  readonly before?: readonly string[];
  /** Options of the runtime. */
  readonly options?: readonly string[];
}

const NO_WALL: Wall = { name: "own process group, no environment, empty folder" };
const NETWORK: readonly Wall[] = [
  { name: "network namespace", before: ["unshare", "--net", "--"] },
  { name: "network namespace of an unprivileged user", before: ["unshare", "--user", "--net", "--"] },
];
const PARENT: Wall = { name: "ends with its parent", before: ["setpriv", "--pdeathsig", "KILL", "--"] };

/** Each wall by itself, of those that exclude each other the first that works. */
function wallsFor({ command, args: [script] }: TrialEntry): Wall[] {
  return [NO_WALL, ...firstThatWorks(NETWORK, command), ...firstThatWorks([PARENT], command), ...firstThatWorks(fileWalls(script), command)];
}

/** What a Linux of our days gives: the network namespace by who we are, the permissions by the flags that the runtime knows. */
function expectedWalls({ args: [script] }: TrialEntry): Wall[] {
  const network = NETWORK[process.getuid?.() === 0 ? 0 : 1] as Wall;
  const files = fileWalls(script).find(({ options = [] }) => process.allowedNodeEnvironmentFlags.has(options[0] ?? ""));
  return [NO_WALL, network, PARENT, ...(files === undefined ? [] : [files])];
}

/** The runtime's own permissions: it may read the program and nothing else, write nothing, start nothing, load no native code. */
function fileWalls(script: string): Wall[] {
  const folder = dirname(realpathSync(script));
  const readable = [join(folder, "*"), ...packageFiles(folder)].map((path) => `--allow-fs-read=${path}`);
  return ["--permission", "--experimental-permission"].map((flag) => ({ name: "no files but the program's own", options: [flag, ...readable] }));
}

/** The package.json files above a folder: the runtime asks them what kind of module the script is. */
function packageFiles(folder: string): string[] {
  const above = dirname(folder);
  const file = join(folder, "package.json");
  return [...(existsSync(file) ? [file] : []), ...(above === folder ? [] : packageFiles(above))];
}

function firstThatWorks(walls: readonly Wall[], command: string): Wall[] {
  const works = (wall: Wall): boolean => {
    const [program, rest] = behind([wall], [command], ["--eval", "0"]);
    return spawnSync(program, rest, { env: childEnvironment([]), stdio: "ignore", timeout: 5_000 }).status === 0;
  };
  const found = walls.find(works);
  return found === undefined ? [] : [found];
}

/** Whether a process stands behind all these walls at once. */
function holds(walls: readonly Wall[], command: string): Promise<boolean> {
  const [program, rest] = behind(walls, [command], ["--eval", "0"]);
  return new Promise((resolve) => {
    execFile(program, rest, { env: childEnvironment([]), timeout: 5_000 }, (error) => resolve(error === null));
  });
}

/** The command line that puts a call of the runtime behind walls. */
function behind(walls: readonly Wall[], runtime: readonly string[], args: readonly string[]): [program: string, args: string[]] {
  const [program = "", ...rest] = [...walls.flatMap((wall) => wall.before ?? []), ...runtime, ...walls.flatMap((wall) => wall.options ?? []), ...args];
  return [program, rest];
}

interface Waiting {
  readonly resolve: (reply: TrialReply<TrialKind>) => void;
  readonly reject: (error: PortError) => void;
  readonly timer: NodeJS.Timeout;
}

/** How often the child's memory is looked at. */
const WATCH_MS = 100;
/** What the runtime itself takes beside its heap. */
const RUNTIME_MB = 128;

class Trial implements TrialProcess {
  private readonly folder = mkdtempSync(join(tmpdir(), "ouro-trial-"));
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly ended: Promise<void>;
  private readonly watch: NodeJS.Timeout;
  private last = 0;
  private errors = "";
  private failure: PortError | undefined;

  constructor(
    entry: TrialEntry,
    private readonly limits: TrialLimits,
    walls: readonly Wall[],
  ) {
    const [program, rest] = behind(walls, [entry.command, `--max-old-space-size=${limits.memoryMb}`], entry.args);
    this.child = spawn(program, rest, { cwd: this.folder, env: childEnvironment([]), detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.ended = new Promise((resolve) => this.child.once("close", () => resolve(this.gone())));
    this.child.once("error", (error) => this.fail("died", `the trial child did not start: ${error.message}`));
    // A child that died no longer reads; that it died is told by its end.
    this.child.stdin.on("error", () => this.child.stdin.destroy());
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.errors = (this.errors + text).slice(-4_000)));
    this.watch = setInterval(() => this.checkMemory(), WATCH_MS).unref();
    void this.listen();
  }

  ask<Kind extends TrialKind>(request: Extract<TrialRequest, { kind: Kind }>): Promise<TrialReply<Kind>> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const id = (this.last += 1);
    return new Promise((resolve, reject) => {
      const { milliseconds } = this.limits;
      const timer = setTimeout(() => this.fail("timeout", `the trial child did not answer within ${milliseconds} ms`), milliseconds);
      this.waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, timer });
      this.child.stdin.write(toLine({ id, request }));
    });
  }

  async close(): Promise<void> {
    this.fail("died", "the trial child was closed");
    await this.ended;
  }

  private async listen(): Promise<void> {
    for await (const line of linesOf(this.child.stdout)) {
      const reply = replyIn(line);
      const waiting = reply && this.waiting.get(reply.id);
      if (reply === undefined || waiting === undefined) return this.fail("died", `the trial child wrote what nobody asked for: ${line.slice(0, 80)}`);
      this.waiting.delete(reply.id);
      clearTimeout(waiting.timer);
      waiting.resolve(reply.reply);
    }
  }

  /** The first failure ends the child and everything it waits for; later ones are its consequences. */
  private fail(code: "died" | "timeout" | "memory", message: string): void {
    if (this.failure !== undefined) return;
    this.failure = new PortError(`evolution-trial-${code}`, message);
    clearInterval(this.watch);
    this.killGroup();
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(this.failure);
    }
    this.waiting.clear();
  }

  private killGroup(): void {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      // It ended by itself in between.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  private gone(): void {
    const isMemory = /heap out of memory|Allocation failed/.test(this.errors);
    const why = isMemory ? `the trial child used more than ${this.limits.memoryMb} MB` : `the trial child ended: ${this.errors.trim().slice(-400) || "without a word"}`;
    this.fail(isMemory ? "memory" : "died", why);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The heap limit does not hold typed arrays and strings outside the heap; the resident set does. */
  private checkMemory(): void {
    const megabytes = residentMegabytes(this.child.pid);
    if (megabytes > this.limits.memoryMb + RUNTIME_MB) this.fail("memory", `the trial child holds ${Math.round(megabytes)} MB, ${this.limits.memoryMb} are allowed`);
  }
}

function replyIn(line: string): { id: number; reply: TrialReply<TrialKind> } | undefined {
  const { id, reply } = envelope(parsed(line));
  const { ok, steps, result } = envelope(reply) as Partial<TrialReply<TrialKind>>;
  const isSound = typeof id === "number" && typeof steps === "number" && ok === (result !== undefined);
  return isSound ? { id, reply: reply as TrialReply<TrialKind> } : undefined;
}

function envelope(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
}

function parsed(line: string): unknown {
  try {
    return fromLine(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** 0 where the system does not tell. Pages are 4 kB on all systems that have this file in this form. */
function residentMegabytes(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096) / (1 << 20);
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0;
    throw error;
  }
}
