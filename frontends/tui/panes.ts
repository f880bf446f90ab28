// What stands in each pane of the console: lines of styled text for so many columns.
import { clipped, type Span, type Style, wrapped } from "./canvas.js";
import type { BudgetReport } from "../frontend.js";
import { type Entry, inputName, type Model, type PaneName } from "./model.js";
import { plot } from "./plot.js";
import { widthOf } from "./width.js";

export interface Pane {
  readonly title: string;
  readonly lines: readonly (readonly Span[])[];
  /** Where a pane stands that nobody has scrolled: at its last lines, or at its first. */
  readonly anchor: "end" | "start";
}

/** What a person has chosen to look at. */
export interface Focus {
  readonly pane: PaneName;
  /** Which of what waits is chosen. */
  readonly chosen: number;
}

export function paneOf(name: PaneName, model: Model, focus: Focus, columns: number, rows: number): Pane {
  return PANES[name](model, columns, rows, focus);
}

const PANES: Readonly<Record<PaneName, (model: Model, columns: number, rows: number, focus: Focus) => Pane>> = {
  conversation: (model, columns) => ({ title: "Conversation", anchor: "end", lines: conversation(model, columns) }),
  turns: (model, columns) => ({ title: "Turns", anchor: "start", lines: turns(model, columns) }),
  budgets: (model, columns) => ({ title: "Budgets", anchor: "start", lines: budgets(model, columns) }),
  evolution: (model, columns, rows) => ({ title: "Evolution", anchor: "start", lines: evolution(model, columns, rows) }),
  approvals: (model, columns, _rows, focus) => ({ title: "Approvals", anchor: "start", lines: approvals(model, columns, focus) }),
  log: ({ log }) => ({ title: "Log", anchor: "end", lines: log.map((text) => [{ text, style: "faint" }]) }),
};

const SPEAKERS: Readonly<Record<Entry["who"], { readonly mark: string; readonly style: Style }>> = {
  you: { mark: "› ", style: "you" }, agent: { mark: "", style: "plain" }, note: { mark: "", style: "faint" }, problem: { mark: "", style: "bad" },
};

function line(style: Style, text: string, columns: number): Span[] {
  return [{ text: clipped(text, columns), style }];
}

function conversation({ entries, parts, asked, end }: Model, columns: number): Span[][] {
  const told = entries.flatMap((entry, index) => [...(entry.who === "you" && index > 0 ? [[]] : []), ...linesOf(entry, columns)]);
  const coming = [...parts.values()].filter((text) => text !== "").flatMap((text) => wrapped([{ text, style: "plain" }, { text: "…", style: "faint" }], columns));
  if (end !== undefined) return [...told, ...wrapped([{ text: `${end} Ctrl-D leaves.`, style: "bad" }], columns)];
  return [...told, ...coming, ...(asked > 0 && coming.length === 0 ? [[{ text: "…", style: "faint" as const }]] : [])];
}

/** What was said is broken into lines once for each width. */
const broken = new WeakMap<Entry, { readonly columns: number; readonly lines: Span[][] }>();

function linesOf(entry: Entry, columns: number): Span[][] {
  const known = broken.get(entry);
  if (known?.columns === columns) return known.lines;
  const { mark, style } = SPEAKERS[entry.who];
  const lines = wrapped([{ text: mark + entry.text, style }], columns);
  broken.set(entry, { columns, lines });
  return lines;
}

function turns({ turns: underWay, status }: Model, columns: number): Span[][] {
  const { done = 0, failed = 0, stopped = 0, quarantined = 0 } = status?.outcomes ?? {};
  const ended = [`${done} done`, ...(failed > 0 ? [`${failed} failed`] : []), ...(stopped > 0 ? [`${stopped} stopped`] : []), ...(quarantined > 0 ? [`${quarantined} held`] : [])].join(", ");
  const lines = [...underWay].map(([input, { now, steps, effects }]) => line("good", `● ${inputName(input)} ${now || `${steps} steps, ${effects} effects`}`, columns));
  return [...(lines.length === 0 ? [line("faint", "idle", columns)] : lines), line("faint", ended, columns)];
}

function budgets({ budgets: all }: Model, columns: number): Span[][] {
  if (all.length === 0) return [line("faint", "none that outlive a turn", columns)];
  const sorted = [...all].sort((one, other) => one.left / one.limit - other.left / other.limit);
  return sorted.flatMap((budget) => {
    const { dimension, left, limit, per } = budget;
    const name = budgetName(budget, all);
    const rest = `${round(left)}/${round(limit)} ${dimension}${per === "ever" ? "" : `/${per}`}`;
    const figures = { text: rest, style: left <= 0 ? "bad" as const : left < limit / 5 ? "warn" as const : "faint" as const };
    if (widthOf(`${name} ${rest}`) <= columns) return [[{ text: `${name} `, style: "plain" as const }, figures]];
    return [line("plain", name, columns), line(figures.style, ` ${rest}`, columns)];
  });
}

/** The operation, after as many words of its library as tell it from others of the same thing. */
function budgetName(budget: BudgetReport, all: readonly BudgetReport[]): string {
  const [words, operation] = partsOf(budget);
  const others = all.filter((other) => other.account !== budget.account && other.dimension === budget.dimension && other.per === budget.per && partsOf(other)[1] === operation);
  const last = (count: number, of: readonly string[]): string => of.slice(Math.max(0, of.length - count)).join(" ");
  let count = 0;
  while (count < words.length && others.some((other) => last(count, partsOf(other)[0]) === last(count, words))) count++;
  return `${last(count, words)} ${operation}`.trim();
}

function partsOf({ account }: BudgetReport): readonly [library: readonly string[], operation: string] {
  const [, library, operation] = /^\((.*)\) (.*)$/.exec(account) ?? [];
  return operation === undefined ? [[], account] : [(library ?? "").split(" "), operation];
}

function round(amount: number): string {
  return amount >= 10_000 ? `${Math.floor(amount / 1000)}k` : String(Math.floor(amount * 100) / 100);
}

function evolution({ status, rounds, commits }: Model, columns: number, rows: number): Span[][] {
  const adopted = rounds.filter((each) => each.adopted).length;
  const probations = status?.probations.length ?? 0;
  const counts = `${status?.rounds ?? 0} rounds, ${adopted} adopted${probations > 0 ? `, ${probations} on probation` : ""}`;
  const lineage = commits.map(({ commit, subject }) => [{ text: `${commit.slice(0, 8)} `, style: "faint" as const }, { text: clipped(subject, Math.max(0, columns - 9)), style: "plain" as const }]);
  if (rounds.length === 0 && (status?.rounds ?? 0) > 0) return [line("faint", counts, columns), ...lineage];
  if (rounds.length === 0) return [line("faint", counts, columns), line("faint", "(ouroboros!) runs some", columns), ...lineage];
  const height = Math.max(2, Math.min(8, rows - 3));
  return [line("faint", counts, columns), ...plot(rounds, columns, height), ...lineage];
}

function approvals({ waiting }: Model, columns: number, { pane, chosen }: Focus): Span[][] {
  if (waiting.length === 0) return [line("faint", "nothing waits for you", columns)];
  return waiting.map(({ text }, index) => {
    const isChosen = pane === "approvals" && index === chosen;
    return line(isChosen ? "chosen" : "warn", `${isChosen ? "▸" : " "} ${text}`, columns);
  });
}
