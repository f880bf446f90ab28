// What the terminal console knows of the agent: the conversation, and what is told and asked of everything beside it.
import type { BudgetReport, EffectReport, EvolveRound, Host, LiveEvent, StatusReport } from "../frontend.js";

export const PANES = ["conversation", "turns", "budgets", "evolution", "approvals", "log"] as const;
export type PaneName = (typeof PANES)[number];

export interface Entry {
  readonly who: "you" | "agent" | "note" | "problem";
  readonly text: string;
}

/** Something that waits for a person: an effect, or a change of the genome. */
export interface Waiting {
  readonly id: string;
  readonly kind: "effect" | "change";
  readonly text: string;
}

export interface TurnUnderWay {
  readonly cell: string;
  steps: number;
  effects: number;
  now: string;
}

const MOST_ENTRIES = 1_000;
const MOST_LOG = 500;
const MOST_ROUNDS = 200;
/** Cells of conversations are named agent/platform/…; this is the platform of the person's own terminal. */
const OWN = /^[^/]+\/repl\//;

export class Model {
  readonly entries: Entry[] = [];
  readonly log: string[] = [];
  readonly turns = new Map<string, TurnUnderWay>();
  /** Answers of which parts have come, by input. */
  readonly parts = new Map<string, string>();
  status: StatusReport | undefined;
  budgets: readonly BudgetReport[] = [];
  rounds: readonly EvolveRound[] = [];
  commits: readonly { readonly commit: string; readonly subject: string }[] = [];
  waiting: readonly Waiting[] = [];
  /** Messages whose answers are awaited. */
  asked = 0;
  /** Why the agent is no more, if it is not. */
  end: string | undefined;

  constructor(readonly home: string, readonly version: string) {}

  say(who: Entry["who"], text: string): void {
    this.entries.push({ who, text });
    if (this.entries.length > MOST_ENTRIES) this.entries.shift();
  }

  /** Takes what happens. True if counts and lists may have changed by it. */
  take(event: LiveEvent, timeMs: number): boolean {
    const { kind, input = "", cell = "" } = event;
    if (kind === "text" || kind === "asking") return this.heard(event, input, cell);
    this.note(event, timeMs);
    if (kind === "started") this.turns.set(input, { cell, steps: 0, effects: 0, now: "" });
    else if (kind === "said") this.say("agent", String(event["text"]));
    else if (kind === "failed") this.end = String(event["error"]);
    else if (kind === "outcome") this.ended(input);
    else this.moved(this.turns.get(input), event);
    return kind !== "output";
  }

  /** Asks for what is not told as it happens. */
  async refresh(host: Host): Promise<void> {
    const [status, budgets, rounds, effects] = await Promise.all([host.status(), host.desk.budgets(), host.desk.rounds({ last: MOST_ROUNDS }), host.desk.approvals()]);
    if (status.genome !== this.status?.genome) this.commits = await host.genome.log();
    [this.status, this.budgets, this.rounds] = [status, budgets, rounds];
    this.waiting = [...effects.map(waitingEffect), ...status["waiting for a person"].map(({ commit, policy }) => ({ id: commit, kind: "change" as const, text: `change of ${policy || "the genome"} ${commit.slice(0, 8)}` }))];
    for (const { input, cell, steps, effects: count } of status.turns) this.turns.set(input, { cell, now: this.turns.get(input)?.now ?? "", steps, effects: count });
    for (const input of this.turns.keys()) if (!status.turns.some((turn) => turn.input === input)) this.ended(input);
  }

  private heard(event: LiveEvent, input: string, cell: string): boolean {
    const turn = this.turns.get(input);
    if (turn !== undefined) turn.now = event.kind === "asking" ? `asks ${String(event["model"])}` : "is answered";
    if (OWN.test(cell)) this.parts.set(input, event.kind === "asking" ? "" : (this.parts.get(input) ?? "") + String(event["text"]));
    return false;
  }

  private ended(input: string): void {
    this.turns.delete(input);
    this.parts.delete(input);
  }

  private moved(turn: TurnUnderWay | undefined, { kind, operation }: LiveEvent): void {
    if (turn === undefined) return;
    if (kind === "effect") {
      turn.effects++;
      turn.now = String(operation);
    } else if (kind === "receipt") turn.now = "";
    else if (kind === "approval") turn.now = `waits: ${String(operation)}`;
  }

  private note(event: LiveEvent, timeMs: number): void {
    const text = logLine(event);
    if (text === undefined) return;
    this.log.push(`${new Date(timeMs).toTimeString().slice(0, 8)} ${text.replace(/\s+/g, " ")}`);
    if (this.log.length > MOST_LOG) this.log.shift();
  }
}

/** An id in few digits. Those that the world gives begin with the time, and differ at their end. */
export function inputName(input: string): string {
  return /^[0-9a-f]{32}$/.test(input) ? input.slice(-6) : input.replace(/([0-9a-f]{8})[0-9a-f]{8}$/, "$1");
}

function waitingEffect({ id, operation, parameters }: EffectReport): Waiting {
  return { id, kind: "effect", text: `${operation} ${parameters}` };
}

/** One line, or nothing for what other panes show. */
function logLine({ kind, input: id = "", cell = "", ...rest }: LiveEvent): string | undefined {
  const input = inputName(id);
  const detail = (name: string): string => String(rest[name] ?? "");
  switch (kind) {
    case "started": return `${input} begins in ${cell}`;
    case "effect": return `${input} → ${detail("operation")}`;
    case "receipt": return `${input} ← ${detail("operation")}: ${detail("outcome")}`;
    case "refused": return `${input}: ${detail("operation")} is refused by ${detail("rule")}`;
    case "approval": return `${input}: ${detail("operation")} waits for your word`;
    case "outcome": return `${input} is ${detail("outcome")}`;
    case "quarantined": return `${cell} is held: ${detail("reason")}`;
    case "output": return `${input} prints ${detail("text").trim()}`;
    case "failed": return `the world failed: ${detail("error")}`;
    case "said": return undefined;
    default: return `${input} ${kind}`;
  }
}
