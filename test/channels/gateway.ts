// A host in the hand of a test: what a channel brings is kept in a list, and the test says what becomes of it.
import type { Acceptance, ChannelArrival, ChannelFrontend, Door, Gateway, OutgoingPart } from "../../frontends/channel.js";

export interface TestOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** What the frontend wrote down in an earlier life. */
  readonly memory?: Map<string, string>;
  /** Decides about each arrival; rejects as a host does that cannot take it. Accepts all unless given. */
  readonly decide?: (arrival: ChannelArrival) => Acceptance | Promise<Acceptance>;
}

export class TestGateway implements Gateway {
  readonly settings: Readonly<Record<string, string>>;
  /** All that was handed in, whatever became of it. */
  readonly arrivals: ChannelArrival[] = [];
  readonly accepted: ChannelArrival[] = [];
  readonly reports: { state: string; detail?: string }[] = [];
  readonly logs: { level: string; event: string; details?: Readonly<Record<string, unknown>> }[] = [];
  readonly memory: Map<string, string>;
  door: Door | undefined;
  /** What `run` ended with; undefined while it runs. */
  end: { readonly error?: unknown } | undefined;
  private readonly next: NonNullable<TestOptions["decide"]>[] = [];
  private readonly watchers = new Set<() => void>();
  private readonly stopper = new AbortController();
  private sent = 0;

  constructor(private readonly options: TestOptions) {
    this.settings = options.settings;
    this.memory = options.memory ?? new Map();
  }

  /** Runs a frontend with the defaults of its settings filled in. */
  static run(frontend: ChannelFrontend, options: TestOptions): TestGateway {
    const gateway = new TestGateway({ ...options, settings: withDefaults(frontend, options.settings) });
    frontend.run(gateway, gateway.stopper.signal).then(
      () => gateway.ended({}),
      (error: unknown) => gateway.ended({ error }),
    );
    return gateway;
  }

  async secret(setting: string): Promise<string | undefined> {
    return this.options.secrets[setting];
  }

  async accept(arrival: ChannelArrival): Promise<Acceptance> {
    this.arrivals.push(arrival);
    this.changed();
    const decide = this.next.shift() ?? this.options.decide;
    const acceptance = await (decide?.(arrival) ?? { state: "accepted" as const });
    if (acceptance.state === "accepted") this.accepted.push(arrival);
    this.changed();
    return acceptance;
  }

  /** Decides about the next arrival, after those that were decided so before. */
  decideNext(decide: NonNullable<TestOptions["decide"]>): void {
    this.next.push(decide);
  }

  /** Arrivals without repetitions. */
  get taken(): readonly ChannelArrival[] {
    return this.arrivals.filter(({ id }, index) => this.arrivals.findIndex((arrival) => arrival.id === id) === index);
  }

  get openDoor(): Door {
    if (this.door === undefined) throw new Error("no door is open");
    return this.door;
  }

  attach(door: Door): () => void {
    this.door = door;
    this.changed();
    return () => {
      this.door = undefined;
    };
  }

  report(state: string, detail?: string): void {
    this.reports.push({ state, detail });
    this.changed();
  }

  log(level: string, event: string, details?: Readonly<Record<string, unknown>>): void {
    this.logs.push({ level, event, details });
    this.changed();
  }

  recall(key: string): string | undefined {
    return this.memory.get(key);
  }

  remember(key: string, value: string): void {
    this.memory.set(key, value);
    this.changed();
  }

  /** Sends by the door, once it is open. */
  async send(part: Partial<OutgoingPart> & Pick<OutgoingPart, "channel">): Promise<string> {
    await this.until(() => this.door !== undefined);
    return this.openDoor.send(this.part(part), this.stopper.signal);
  }

  part(part: Partial<OutgoingPart> & Pick<OutgoingPart, "channel">): OutgoingPart {
    return { account: "", thread: "", text: "", buttons: [], files: [], nonce: `n${++this.sent}`, isProgress: false, ...part };
  }

  /** Resolves as soon as the condition holds; looked at whenever something happens here. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  isConnected(): boolean {
    return this.reports.at(-1)?.state === "connected";
  }

  /** Ends the frontend, and answers what it ended with. */
  async stop(): Promise<unknown> {
    this.stopper.abort(new Error("the test is over"));
    await this.until(() => this.end !== undefined);
    return this.end?.error;
  }

  private ended(end: { readonly error?: unknown }): void {
    this.end = end;
    this.changed();
  }

  private changed(): void {
    for (const watch of this.watchers) watch();
  }
}

export function withDefaults(frontend: ChannelFrontend, entered: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const defaults = frontend.settings.flatMap((setting) => (setting.default === undefined ? [] : [[setting.name, setting.default] as const]));
  return { ...Object.fromEntries(defaults), ...entered };
}
