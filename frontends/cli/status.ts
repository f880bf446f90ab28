// `ouro status`: what the agent is and does, in a page.
import type { Program, Verb } from "../frontend.js";
import { answer } from "./asking.js";
import { readWords } from "./words.js";

const usage = `usage: ouro status [--json]

The home, the genome's commit, hot patches, cells, the journal's length, turns by outcome, and open probations.`;

export const status: Verb = {
  summary: "what the agent is and does",
  usage,
  run: (words, program: Program) => answer(program, readWords(words, { json: "switch" }, 0), (desk) => desk.status(), (facts) => {
    const width = Math.max(...Object.keys(facts).map((name) => name.length));
    return Object.entries(facts).map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`).join("\n");
  }),
};

/** A fact on one line, as a person reads it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(shown).join("; ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).flatMap(([name, part]) => (part === "" ? [] : [`${name} ${shown(part)}`])).join(", ");
}
