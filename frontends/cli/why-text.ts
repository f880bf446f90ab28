// The page that tells why: the outcome and its ground first, then the message, its effects and its end.
import type { EffectReport, WhyReport } from "../frontend.js";
import { shortened, timeText } from "./asking.js";

/** Effects that a page has room for; those that were not done come before those that were. */
const EFFECTS_SHOWN = 8;
const LONGEST = 240;

export function whyText({ id, about, outcome, ground, next, input, end, effects, entry }: WhyReport): string {
  return [
    `${about === "nothing" ? id : `${about} ${id}`}: ${outcome}`,
    `  ${ground}`,
    ...(next === "" ? [] : [`  ${next}`]),
    ...(input === undefined ? [] : ["", ...inputLines(input)]),
    ...(effects.length === 0 ? [] : ["", ...effectLines(effects)]),
    ...(end === undefined ? [] : ["", ...endLines(end)]),
    ...(entry === undefined ? [] : ["", `entry ${entry.sequence}  ${entry.kind} ${entry.cell} ${timeText(entry.timeMs)}`, `  ${shortened(entry.text, 2 * LONGEST)}`]),
  ].join("\n");
}

function inputLines({ id, cell, kind, text, from, label, sequence, timeMs }: NonNullable<WhyReport["input"]>): string[] {
  const source = [from === "" ? "" : `from ${from}`, label === "" ? "trusted" : `labelled ${label}`].filter((part) => part !== "").join(", ");
  return [`${kind} ${id}  cell ${cell}, ${source}; entry ${sequence}, ${timeText(timeMs)}`, ...(text === "" ? [] : [`  ${shortened(text, LONGEST)}`])];
}

function endLines({ outcome, answer, genome, steps, sequence, timeMs }: NonNullable<WhyReport["end"]>): string[] {
  return [`${outcome}  on genome ${genome.slice(0, 10) || "none"} after ${steps} steps; entry ${sequence}${timeMs === undefined ? "" : `, ${timeText(timeMs)}`}`, ...(answer === "" ? [] : [`  ${shortened(answer, LONGEST)}`])];
}

function effectLines(effects: readonly EffectReport[]): string[] {
  const chosen = [...effects.filter(({ status }) => status !== "done"), ...effects.filter(({ status }) => status === "done")].slice(0, EFFECTS_SHOWN).toSorted((one, other) => one.index - other.index);
  const left = effects.length - chosen.length;
  return [...chosen.flatMap(oneEffect), ...(left === 0 ? [] : [`and ${left} more, all as ouro why ID --json tells`])];
}

function oneEffect(effect: EffectReport): string[] {
  const { index, id, operation, library, parameters, status, ground, rule, reason, approval, code, message, hint, result, cost, facts, entries } = effect;
  const told = Object.entries(facts).map(([name, value]) => `${name} ${shortened(value, LONGEST / 2)}`);
  return [
    `effect ${index}  ${operation} ${shortened(parameters, LONGEST)}`,
    `  ${status}, decided by ${ground}: rule ${rule}: ${shortened(reason, LONGEST)}`,
    ...(approval === undefined ? [] : [`  ${approval.allowed ? "approved" : "denied"} by ${approval.by}`]),
    ...(code === undefined ? [] : [`  ${code}: ${shortened(message ?? "", LONGEST)}${hint === undefined || hint === "" ? "" : ` (${hint})`}`]),
    ...(result === undefined ? [] : [`  answered ${shortened(result, LONGEST)}`]),
    ...(told.length === 0 ? [] : [`  ${told.join("; ")}`]),
    `  id ${id}${library === "" ? "" : `, asked by ${library}`}${cost === undefined ? "" : `, cost ${cost}`}; entries ${entries.join(", ")}`,
  ];
}
