// The progress and the report of evolution as lines of text, for the command line and the REPL.
import type { EvolveEvent, EvolveReport, EvolveRound } from "../frontend.js";

export function eventLine(event: EvolveEvent): string {
  return `round ${event.round}  ${event.kind.padEnd(9)}  ${event.text}`;
}

const LONGEST_REASON = 160;
const HEADINGS = ["round", "policy", "outcome", "report-only before", "after", "random", "evaluations", "commit", "reason"] as const;

/** One row for each round: larger scores are better; 1 is what the shipped rule reaches. */
export function reportTable(report: EvolveReport): string {
  if (report.rounds.length === 0) return "No round was finished.";
  const rows = [[...HEADINGS], ...report.rounds.map(row)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] as string).length)));
  return rows.map((cells) => cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] as number))).join("  ")).join("\n");
}

function row(round: EvolveRound): string[] {
  const scores = [round.before, round.after, round.random].map((score) => score?.toFixed(3) ?? "-");
  return [String(round.round), round.policy || "-", outcomeText(round), ...scores, String(round.evaluations), round.commit?.slice(0, 10) ?? "-", oneLine(round.reason)];
}

function outcomeText({ adopted, awaitsPerson, gate, proposer }: EvolveRound): string {
  if (adopted) return "adopted";
  if (awaitsPerson === true) return "waits for a person";
  // A turn that did not come to its end names no proposer; its outcome stands in the gate's place.
  return proposer === "" ? (gate ?? "failed") : `rejected by ${gate ?? "nobody"}`;
}

function oneLine(reason: string): string {
  const [line = ""] = reason.split("\n");
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
}
