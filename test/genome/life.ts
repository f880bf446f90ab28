// A life of one conversation in a world with the shipped genome, whose clock a test lets pass and whose process it ends.
import { expect } from "vitest";
import { openWorld, type World } from "../../epigenome/index.js";
import type { Provider } from "../../ports/router/index.js";
import { COMMIT, freshHome, signature, SteppedClock } from "../epigenome/home.js";
import { genomeFiles } from "./load.js";
import { type Home, openHome } from "./ports.js";

const HOUR = 3_600_000;
const CELL = "conversation";

/** One life: a world that can be closed and opened again, and what it has said unasked. */
export class Life {
  private world: World;
  private seen = 0;

  private constructor(private readonly home: Home, readonly clock: SteppedClock, private readonly folder = freshHome()) {
    this.world = this.opened();
  }

  static async begin(start: string, providers: readonly Provider[] = [], files: Readonly<Record<string, string>> = {}): Promise<Life> {
    return new Life(await openHome(providers, files), new SteppedClock(Date.parse(start)));
  }

  async say(text: string, labels: readonly string[] = []): Promise<string> {
    const { outcome, answer } = await this.world.ask({ cell: CELL, kind: "message", text, from: "operator", labels });
    expect(outcome, answer).toBe("done");
    return answer;
  }

  /** Lets hours pass while the process runs; what was said unasked, each with the time in UTC. */
  async pass(hours: number): Promise<string[]> {
    await this.clock.pass(hours * HOUR, () => this.settled());
    await this.settled();
    return this.news();
  }

  /** The process ends, hours go by, and another one starts. */
  async restart(hours: number): Promise<string[]> {
    await this.close();
    this.clock.set(hours * HOUR);
    this.world = this.opened();
    await this.clock.pass(0, () => this.settled());
    await this.settled();
    return this.news();
  }

  /** The body of the last turn's commit. */
  lastCommit(): string {
    return this.world.entries(20).filter(({ kind }) => kind === "commit").at(-1)?.body ?? "";
  }

  /** The cell's state, as it is written. */
  state(): string {
    return this.world.state(CELL);
  }

  /** Whether the journal holds, and replays to the same states. */
  check(): void {
    expect(this.world.verify().ok).toBe(true);
    expect(this.world.replay()).toMatchObject({ ok: true });
  }

  close(): Promise<void> {
    return this.world.close(10);
  }

  private opened(): World {
    return openWorld({ home: this.folder, signature, clock: this.clock, genome: { commit: COMMIT, files: genomeFiles() }, ports: () => [...this.home.ports] });
  }

  private async settled(): Promise<void> {
    while (this.world.status().backlog > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  private news(): string[] {
    const fired = this.world.entries(100_000).filter(({ kind, sequence }) => kind === "commit" && sequence > this.seen);
    this.seen = this.world.entries(1)[0]?.sequence ?? this.seen;
    return fired.flatMap(({ body, stamp }) => {
      const [, answer = ""] = /:answer "((?:[^"\\]|\\.)*)"/.exec(body) ?? [];
      return /:turn "timer-/.test(body) && answer !== "" ? [`${new Date(stamp.timeMs).toISOString().slice(5, 16)} ${answer}`] : [];
    });
  }
}
