// The score plot: what each round gained on cases that neither proposer nor gate sees, oldest to the left.
import type { EvolveRound } from "../frontend.js";
import type { Span } from "./canvas.js";

const EIGHTHS = ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** The part that a round gained of what the policy had scored before; undefined where it was not measured. */
export function gain({ before, after }: EvolveRound): number | undefined {
  return before === undefined || after === undefined ? undefined : (after - before) / Math.max(Math.abs(before), 1e-9);
}

/** As many rounds as there are columns, the last ones; bars for what was adopted, dots for what was not. */
export function plot(rounds: readonly EvolveRound[], columns: number, height: number): Span[][] {
  const measured = rounds.filter((round) => gain(round) !== undefined);
  const top = Math.max(0.01, ...measured.map((round) => gain(round) ?? 0));
  const label = `+${(100 * top).toFixed(top < 0.1 ? 1 : 0)}%`;
  const shown = measured.slice(-Math.max(1, columns - label.length - 1));
  return Array.from({ length: height }, (_, index) => {
    const row = height - 1 - index;
    const axis = index === 0 ? label : row === 0 ? "0".padStart(label.length) : " ".repeat(label.length);
    return [{ text: `${axis} `, style: "faint" as const }, ...shown.map((round) => mark(round, (gain(round) ?? 0) / top, row, height))];
  });
}

function mark({ adopted }: EvolveRound, part: number, row: number, height: number): Span {
  const eighths = Math.round(Math.max(0, part) * height * 8);
  if (adopted) return { text: EIGHTHS[Math.min(8, Math.max(row === 0 ? 1 : 0, eighths - row * 8))] || " ", style: part < 0 ? "bad" : "good" };
  return { text: Math.min(height - 1, Math.floor(eighths / 8)) === row ? "·" : " ", style: part < 0 ? "bad" : "faint" };
}
