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
    return Object.entries(facts).map(([name, value]) => `${name.padEnd(width)}  ${typeof value === "string" ? value : JSON.stringify(value)}`).join("\n");
  }),
};
