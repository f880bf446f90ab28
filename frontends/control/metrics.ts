// Measures of a running home in Prometheus' text format: what is counted as it happens, and what the tables tell when asked.
import type { LiveEvent } from "../frontend.js";

/** A value that is read when somebody asks. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly labels?: Labels; readonly value: number }[];
  /** Absent: it may fall as well as rise. */
  readonly type?: "counter";
}

type Labels = Readonly<Record<string, string>>;

/** Upper bounds of the histograms in seconds, from a turn without effects to one that waits for a model. */
const BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600];

interface Histogram {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
}

/** Counts since the process began, from the events of a home. */
export class Metrics {
  private readonly counters = new Map<string, { readonly name: string; readonly labels: Labels; value: number }>();
  private readonly histograms = new Map<string, Histogram & { readonly name: string }>();
  /** When turns and effects under way began, by input or intent. */
  private readonly begun = new Map<string, number>();

  /** `nowMs` never goes back. */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  take({ kind, input = "", ...event }: LiveEvent): void {
    const [operation, intent] = [String(event["operation"] ?? ""), String(event["intent"] ?? "")];
    if (kind === "started") this.begun.set(input, this.nowMs());
    if (kind === "effect") this.begun.set(intent, this.nowMs());
    if (kind === "refused") this.count("ouro_effects_total", { operation, outcome: "refused" });
    if (kind === "approval") this.count("ouro_approvals_asked_total", { operation });
    if (kind === "receipt") {
      this.count("ouro_effects_total", { operation, outcome: String(event["outcome"]) });
      this.observe("ouro_effect_seconds", { operation }, intent);
    }
    if (kind === "outcome") {
      this.count("ouro_turns_total", { outcome: String(event["outcome"]) });
      this.observe("ouro_turn_seconds", {}, input);
    }
  }

  /** Version 0.0.4 of the format. */
  text(gauges: readonly Gauge[]): string {
    const families = [
      ...COUNTERS.map(([name, help]) => family(name, help, "counter", [...this.counters.values()].filter((each) => each.name === name).map(({ labels, value }) => line(name, labels, value)))),
      ...HISTOGRAMS.map(([name, help]) => family(name, help, "histogram", [...this.histograms.values()].filter((each) => each.name === name).flatMap((each) => histogramLines(name, each)))),
      ...gauges.map(({ name, help, values, type = "gauge" }) => family(name, help, type, values.map(({ labels = {}, value }) => line(name, labels, value)))),
    ];
    return families.join("");
  }

  private count(name: string, labels: Labels): void {
    const key = name + JSON.stringify(labels);
    const counter = this.counters.get(key) ?? { name, labels, value: 0 };
    counter.value += 1;
    this.counters.set(key, counter);
  }

  private observe(name: string, labels: Labels, id: string): void {
    const begun = this.begun.get(id);
    if (begun === undefined) return;
    this.begun.delete(id);
    const seconds = Math.max(0, this.nowMs() - begun) / 1_000;
    const key = name + JSON.stringify(labels);
    const histogram = this.histograms.get(key) ?? { name, labels, counts: Array.from({ length: BOUNDS.length + 1 }, () => 0), sum: 0 };
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    histogram.counts[bucket < 0 ? BOUNDS.length : bucket]! += 1;
    histogram.sum += seconds;
    this.histograms.set(key, histogram);
  }
}

const COUNTERS = [
  ["ouro_turns_total", "Turns that ended, by outcome"],
  ["ouro_effects_total", "Effects that ended, by operation and outcome"],
  ["ouro_approvals_asked_total", "Effects that waited for a person, by operation"],
] as const;
const HISTOGRAMS = [
  ["ouro_turn_seconds", "From the beginning of a turn to its commit"],
  ["ouro_effect_seconds", "From the dispatch of an effect to its receipt"],
] as const;

function family(name: string, help: string, type: string, lines: readonly string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/[\\"\n]/g, (mark) => (mark === "\n" ? "\\n" : `\\${mark}`))}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

function histogramLines(name: string, { labels, counts, sum }: Histogram): string[] {
  let total = 0;
  const buckets = counts.map((count, index) => line(`${name}_bucket`, { ...labels, le: String(BOUNDS[index] ?? "+Inf") }, (total += count)));
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, total)];
}
