// A gateway of the tests' own: what the frontend hands in and says about itself, with answers on order.
import { setTimeout as sleep } from "node:timers/promises";
import type { Acceptance, ChannelArrival, Door, Gateway, OutgoingPart } from "../../frontends/channel.js";

export class TestGateway implements Gateway {
  readonly arrivals: ChannelArrival[] = [];
  readonly reports: string[] = [];
  readonly logs: { readonly level: string; readonly event: string; readonly details?: Readonly<Record<string, unknown>> }[] = [];
  readonly doors: Door[] = [];
  /** What accepting the next arrivals does; without one it is accepted once, and a duplicate from then on. */
  readonly answers: (() => Promise<Acceptance>)[] = [];
  private readonly kept = new Map<string, string>();

  constructor(readonly settings: Readonly<Record<string, string>>, private readonly secrets: Readonly<Record<string, string>>) {}

  async secret(setting: string): Promise<string | undefined> {
    return this.secrets[setting];
  }

  async accept(arrival: ChannelArrival): Promise<Acceptance> {
    const isKnown = this.arrivals.some(({ id }) => id === arrival.id);
    this.arrivals.push(arrival);
    return (await this.answers.shift()?.()) ?? { state: isKnown ? "duplicate" : "accepted" };
  }

  attach(door: Door): () => void {
    this.doors.push(door);
    return () => void this.doors.splice(this.doors.indexOf(door), 1);
  }

  get door(): Door {
    const [door] = this.doors;
    if (door === undefined) throw new Error("no door is open");
    return door;
  }

  /** Arrivals without repetitions. */
  get taken(): readonly ChannelArrival[] {
    return this.arrivals.filter(({ id }, index) => this.arrivals.findIndex((arrival) => arrival.id === id) === index);
  }

  report(state: string, detail?: string): void {
    this.reports.push(detail === undefined ? state : `${state} ${detail}`);
  }

  log(level: "info" | "warn" | "error", event: string, details?: Readonly<Record<string, unknown>>): void {
    this.logs.push({ level, event, ...(details === undefined ? {} : { details }) });
  }

  recall(key: string): string | undefined {
    return this.kept.get(key);
  }

  remember(key: string, value: string): void {
    this.kept.set(key, value);
  }
}

/** Waits for a condition, however long that takes; the test's own limit is the only one. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

export function part(text: string, options: Partial<OutgoingPart> = {}): OutgoingPart {
  return { account: "T123ABC456", channel: "C0GROUP001", thread: "", text, buttons: [], files: [], nonce: "n", isProgress: false, ...options };
}
